"""Archive: files that people send, kept as they came and sealed, and packages that are made once and never change.

Owns the words file, kind, owner, link, package, fixity and term. Whose a file is, who may have it, and what a package
is about belong to the context that keeps it: it asks before it hands out a file or a link.
"""
