"""The hall: the engine of administrative matters. A matter is declared once and runs by itself.

Owns the words matter, application, draft, completion, step, desk, proposal, decision, delivery and service rating. What
a matter asks, which law it follows and what a decision does to the registers is declared by higher rooms in `registry`;
deadlines are duties of the rulebook, files and packages lie in the archive.
"""
