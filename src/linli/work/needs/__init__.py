"""Needs: what people ask for in plain words, what was understood of it, and who offers to help.

Owns need, triage, offer (to a need), window and requirement. Which services fit belongs to matching, the agreed visit
to orders, who a person is to people.
"""
