"""Places: the divisions of the country, their boundaries and points. Owns region, issuer, level and boundary.

A code is 12 digits, and its shape says its level; a region is one row of one issuer's register for one period.
"""
