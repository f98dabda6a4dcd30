"""Workforce: who is registered as a social worker, what they learn on, which stations they staff, which posts are open.

Owns registration, continuing education, social-work station, vacancy and trade news. The passport, its credentials, and
sanctions belong to practitioners; the person to people; the premises of a station to places.
"""
