"""Notices: tells people and bodies in the app what concerns them. Owns the words notice and unread.

What a fact says, to whom, and where it leads belongs to the context that records it. Notices are made from the journal
alone and can be made again from it; what has been read is kept by its position there, so nothing becomes unread again.
"""
