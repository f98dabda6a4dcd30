"""Matching: which services fit a need, in which order, and why; and why the others do not fit.

Owns the words match, reason, hard condition, ranking and weight. It keeps nothing: every answer is made anew from the
registers, the directory's slots, the ratings and the orders. Needs, offers, bookings and ratings belong to their own
contexts.
"""
