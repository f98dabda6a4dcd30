"""Merkle trees by RFC 6962, section 2.1: roots, proofs that an entry is in, proofs that a later tree only added.

Making a proof asks for hashes of complete subtrees through `Read`; where they are kept is not known here. Levels count
from the leaves (0) up; node `i` of level `n` covers the leaves from `i << n` to `(i + 1) << n`.
"""
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

Hash = bytes
Read = Callable[[int, int], Hash]
"""Level and index of a complete subtree to its hash."""


class Hasher(Protocol):
    """What `hashlib.sha256` gives for some bytes."""

    def digest(self) -> bytes: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True)
class Hashing:
    """How leaves and nodes are hashed: 0x00 before an entry, 0x01 before two children."""

    hasher: Callable[[bytes], Hasher]
    length: int

    def digest(self, data: bytes) -> bytes:
        return self.hasher(data).digest()

    def leaf(self, entry: bytes) -> Hash:
        return self.hasher(b"\x00" + entry).digest()

    def node(self, left: Hash, right: Hash) -> Hash:
        return self.hasher(b"\x01" + left + right).digest()

    def empty(self) -> Hash:
        """The root of a tree without leaves."""
        return self.hasher(b"").digest()


SHA256 = Hashing(hashlib.sha256, 32)


class Tree:
    """A whole tree in memory: the hashes of its complete subtrees, one row of bytes per level."""

    def __init__(self, hashing: Hashing = SHA256) -> None:
        self.hashing = hashing
        self._rows: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._rows[0]) // self.hashing.length

    def append(self, leaf: Hash) -> None:
        level, one, length = 0, leaf, self.hashing.length
        while True:
            row = self._rows[level]
            row += one
            if len(row) // length % 2:
                return
            one = self.hashing.node(bytes(row[-2 * length : -length]), one)
            level += 1
            if level == len(self._rows):
                self._rows.append(bytearray())

    def extend(self, leaves: bytes) -> None:
        """Many leaf hashes at once, one after the other."""
        length, node = self.hashing.length, self.hashing.node
        self._rows[0] += leaves
        for level, row in enumerate(self._rows):
            if len(row) < 2 * length:
                return
            if level + 1 == len(self._rows):
                self._rows.append(bytearray())  # and the loop goes on with it
            above = self._rows[level + 1]
            for place in range(2 * len(above), len(row) - 2 * length + 1, 2 * length):
                above += node(bytes(row[place : place + length]), bytes(row[place + length : place + 2 * length]))

    def read(self, level: int, index: int) -> Hash:
        length = self.hashing.length
        return bytes(self._rows[level][index * length : (index + 1) * length])

    def root(self, size: int | None = None) -> Hash:
        """Of the first `size` leaves; of all where not said."""
        return root(self.size if size is None else size, self.read, self.hashing)


class Frontier:
    """The right edge of a tree: enough to append and to say the root, however large the tree is.

    `peaks` are the hashes of the complete subtrees that make up the first `size` leaves, the widest first.
    """

    def __init__(self, size: int = 0, peaks: bytes = b"", hashing: Hashing = SHA256) -> None:
        length = hashing.length
        self.size, self.hashing = size, hashing
        self._peaks = [peaks[place : place + length] for place in range(0, len(peaks), length)]
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"{len(self._peaks)} peaks do not make a tree of {size}")

    @property
    def peaks(self) -> bytes:
        return b"".join(self._peaks)

    def append(self, leaf: Hash) -> tuple[Hash, ...]:
        """Where a subtree of 256 is complete now, its hash; then that of 65,536 if it is so too, and so on."""
        return next(iter(self.extend((leaf,))), ())

    def extend(self, leaves: Sequence[Hash]) -> list[tuple[Hash, ...]]:
        """Append many; what `append` says of those that complete a subtree of 256."""
        hasher, peaks, found = self.hashing.hasher, self._peaks, list[tuple[Hash, ...]]()
        for size, leaf in enumerate(leaves, start=self.size):
            if size & 255 == 255:
                found.append(self._filled(size, leaf))
            else:
                one, pairs = leaf, size
                while pairs & 1:
                    one = hasher(b"\x01" + peaks.pop() + one).digest()
                    pairs >>= 1
                peaks.append(one)
        self.size += len(leaves)
        return found

    def _filled(self, size: int, one: Hash) -> tuple[Hash, ...]:
        level, found = 0, list[Hash]()
        while size & 1:
            one = self.hashing.node(self._peaks.pop(), one)
            size, level = size >> 1, level + 1
            if not level % 8:
                found.append(one)
        self._peaks.append(one)
        return tuple(found)

    def root(self) -> Hash:
        if not self._peaks:
            return self.hashing.empty()
        found = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            found = self.hashing.node(peak, found)
        return found


def root(size: int, read: Read, hashing: Hashing = SHA256) -> Hash:
    """The root of the first `size` leaves."""
    return _cover(0, size, read, hashing) if size else hashing.empty()


def _cover(start: int, size: int, read: Read, hashing: Hashing) -> Hash:
    """The hash over the leaves from `start` to `size`; `start` is where a complete subtree of that width may begin."""
    parts: list[Hash] = []
    while start < size:
        level = (size - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    found = parts.pop()
    while parts:
        found = hashing.node(parts.pop(), found)
    return found


def inclusion(index: int, size: int, read: Read, hashing: Hashing = SHA256) -> list[Hash]:
    """The proof that leaf `index` is in the tree of `size` leaves, from its sibling upwards.

    Refuses: ValueError (no such leaf in a tree of that size).
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _climb(index, size - 1, 0, size, read, hashing)


def _climb(node: int, last: int, level: int, size: int, read: Read, hashing: Hashing) -> list[Hash]:
    proof: list[Hash] = []
    while last > 0:
        if node & 1:
            proof.append(read(level, node - 1))
        elif node < last:
            whole = (node + 2) << level <= size
            proof.append(read(level, node + 1) if whole else _cover((node + 1) << level, size, read, hashing))
        node, last, level = node >> 1, last >> 1, level + 1
    return proof


def consistency(old: int, size: int, read: Read, hashing: Hashing = SHA256) -> list[Hash]:
    """The proof that the tree of `size` leaves begins with the tree of `old` leaves.

    Refuses: ValueError (`old` is larger than `size`, or negative).
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {old}")
    if old in (0, size):
        return []
    node, last, level = old - 1, size - 1, 0
    while node & 1:
        node, last, level = node >> 1, last >> 1, level + 1
    return ([read(level, node)] if node else []) + _climb(node, last, level, size, read, hashing)


def included(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash, hashing: Hashing = SHA256) -> bool:
    """Whether the proof leads from the leaf hash at `index` to the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != hashing.length:
        return False
    node, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0 or len(other) != hashing.length:
            return False
        if node & 1 or node == last:
            found = hashing.node(other, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = hashing.node(found, other)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistent(
    old: int, size: int, proof: Sequence[Hash], old_root: Hash, root: Hash, hashing: Hashing = SHA256
) -> bool:
    """Whether the proof shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one, which proves nothing: `old` = 0 is no.
    """
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path or any(len(one) != hashing.length for one in path):
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = hashing.node(other, first), hashing.node(other, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = hashing.node(second, other)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == root
