"""Documents: certificates, extracts and decisions that are issued, signed, checked by anyone, and taken back.

Owns the words template, document, number and check. What a document says, and who may have it issued, belongs to the
context that declares its template and calls `issue`; files that people send in belong to the archive.
"""
