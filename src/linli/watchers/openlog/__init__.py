"""The open log: every public fact becomes a leaf of a Merkle tree that anyone can read, check and remember.

Owns the words leaf, entry, payload, commitment, opening, checkpoint, cosignature, witness, receipt and fault. What a
fact says, and whether it is public, belongs to the context that records it. The log is made from the journal alone and
can be made again from it with the same root; what was signed, withheld or seen of other logs is kept.
"""
