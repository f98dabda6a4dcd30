"""People: who is known to the service, and who may act for whom. Owns person, Linli number, representation and opening.

Personal fields lie sealed under a key per person; destroying the key is what erasing means. Signing in belongs to
accounts, what people need and do to work.
"""
