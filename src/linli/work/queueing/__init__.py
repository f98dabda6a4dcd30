"""Queueing: people who come without a booking, or for a wave of them, take a number and are told honestly how long it
takes. Owns queue, ticket, counter and the waiting time that is said.

Which times can be booked belongs to directory, what was booked to orders: a booked person who arrives keeps their time.
"""
