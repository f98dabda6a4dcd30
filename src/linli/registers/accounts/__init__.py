"""Accounts: who may sign in, and which roles they hold where. Owns account, role, grant, token and lock-out.

Who a person is belongs to people; what a permission allows belongs to the context that names it.
"""
