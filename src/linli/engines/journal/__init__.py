"""Journal: every fact in order, written in the transaction that made it true. Audit trail and outbox in one.

Owns the words fact, entry, position, watcher and idempotency key. What a fact means belongs to the context that
records it.
"""
