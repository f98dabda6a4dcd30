"""Workforce: who is registered as a social worker, what they learn on, which stations they staff, which posts are open.

Owns registration, continuing education, social-work station and vacancy. The passport and its credentials
belong to practitioners; the person to people; the premises of a station to places.
"""
