"""Sets of places on one shelf, as they are kept and as they are reckoned with.

Kept: up to 4,096 places as 16-bit numbers in order, more as 65,536 bits. Reckoned with: places in order, or a mask.
"""
from collections.abc import Iterable
from typing import Any

import numpy as np

SIZE = 1 << 16
MOST_LISTED = SIZE // 16
Places = np.ndarray[Any, np.dtype[Any]]
NOTHING: Places = np.zeros(0, np.uint16)
_KEPT = np.dtype("<u2")


def read(docs: bytes) -> Places:
    """A set as it is reckoned with."""
    if len(docs) == SIZE // 8:
        return np.unpackbits(np.frombuffer(docs, np.uint8), bitorder="little").view(np.bool_)
    return np.frombuffer(docs, _KEPT)


def written(places: Places) -> bytes:
    """Places in order as they are kept."""
    if len(places) < MOST_LISTED:
        return places.astype("<u2").tobytes()
    mask = np.zeros(SIZE, np.bool_)
    mask[places] = True
    return np.packbits(mask, bitorder="little").tobytes()


def places(one: Places) -> Places:
    """The places in order."""
    return np.flatnonzero(one) if one.dtype == np.bool_ else one


def both(one: Places, other: Places) -> Places:
    """What is in both."""
    if one.dtype != np.bool_ and other.dtype != np.bool_:
        few, many = (one, other) if len(one) < len(other) else (other, one)
        return few[many.take(many.searchsorted(few), mode="clip") == few] if len(few) else few
    if one.dtype != np.bool_:
        return one[other[one]]
    return other[one[other]] if other.dtype != np.bool_ else one & other


def either(sets: Iterable[Places]) -> Places:
    """What is in any."""
    masks, lists = list[Places](), list[Places]()
    for one in sets:
        (masks if one.dtype == np.bool_ else lists).append(one)
    if not masks and len(lists) == 1:
        return lists[0]
    if not masks and sum(map(len, lists)) < MOST_LISTED:
        return _ascending(np.concatenate(lists)) if lists else NOTHING
    found = masks[0].copy() if masks else np.zeros(SIZE, np.bool_)
    for mask in masks[1:]:
        found |= mask
    for one in lists:
        found[one] = True
    return found


def _ascending(one: Places) -> Places:
    """Each once; numpy's own `unique` hashes, which takes longer."""
    one.sort()
    once = np.ones(len(one), np.bool_)
    np.not_equal(one[1:], one[:-1], out=once[1:])
    return one[once]


def without(one: Places, other: Places) -> Places:
    """The places in order of what is in one and not in the other."""
    return np.setdiff1d(places(one), places(other), assume_unique=True)
