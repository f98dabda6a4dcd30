"""Venues: halls, courts, meeting rooms and playgrounds that organisations open, booked by the half hour. Owns venue,
opening hours of it, booking of it, the half hours that are taken, and the code at its door.

Services with a person who gives them and a need belong to directory and orders; who the organisation is, to
organisations; where it lies, to places.
"""
