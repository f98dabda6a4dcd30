"""Search: one box over everything public. Owns the words document, kind and hit.

What can be found, and how it reads, belongs to the context that registers it; nothing that is not public may be
registered. The index follows the journal and can be made again from it.
"""
