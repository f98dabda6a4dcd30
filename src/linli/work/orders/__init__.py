"""Orders: a slot held, booked, accepted, served, proven, confirmed and rated. Owns order, hold, proof, series, grade,
wait and turn (who is next for a time that becomes free), dispute and decision.

What is asked for belongs to needs, which times exist to directory, whose papers hold to practitioners; what ratings
amount to, and what a provider owes after a bad one, belongs to quality.
"""
