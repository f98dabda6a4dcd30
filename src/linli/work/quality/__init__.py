"""Quality: what rated orders say about a service, and what a provider does about a bad rating.

Owns the words score, shrinkage and rectification. Ratings are given in orders; who owes a rectification by when is a
duty of the rulebook; which service comes first is for matching.
"""
