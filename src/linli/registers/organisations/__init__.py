"""Organisations: who provides services here, under which code, at which sites; who asked to join, and what was decided.

Owns organisation, site, application to join, and the unified social credit code. Who works for an organisation belongs
to practitioners, what it offers to directory, and who may act for it to accounts, which listens for its approval.
"""
