"""Practitioners: who works for an organisation, with which credentials, and the passport that shows it at the door.

Owns practitioner, credential, passport and its colour. Who the person is belongs to people, what a category of service
asks for to directory, and who is sent on which visit to orders.
"""
