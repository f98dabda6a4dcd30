"""Sets of places on one shelf, as they are kept and as they are reckoned with, and sets over many shelves at once.

Kept and reckoned with alike: up to 4,096 places as 16-bit numbers in order, more as 65,536 bits (a mask).
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from linli.engines.search.rules.tokens import SHELF

SIZE = 1 << SHELF
MOST_LISTED = SIZE // 16
Places = np.ndarray[Any, np.dtype[Any]]
NOTHING: Places = np.zeros(0, np.uint16)
NOWHERE: Places = np.zeros(0, np.uint32)
_KEPT = np.dtype("<u2")
_CHUNK = 64  # bytes of a mask that are looked through at once: 512 places


def some(flags: Places) -> bool:
    """Whether any is set; numpy's own `any` takes four times as long for so few."""
    return bool(np.count_nonzero(flags))


def read(docs: bytes) -> Places:
    """A set as it is reckoned with."""
    return np.frombuffer(docs, np.uint8 if len(docs) == SIZE // 8 else _KEPT)


def written(places: Places) -> bytes:
    """Places in order as they are kept."""
    return places.astype("<u2").tobytes() if len(places) < MOST_LISTED else _mask(places).tobytes()


def places(one: Places) -> Places:
    """The places in order."""
    return np.flatnonzero(np.unpackbits(one, bitorder="little")) if one.dtype == np.uint8 else one


def both(one: Places, other: Places) -> Places:
    """What is in both."""
    if one.dtype == np.uint8:
        return one & other if other.dtype == np.uint8 else _held(other, one)
    return _held(one, other) if other.dtype == np.uint8 else _common(one, other)


def either(sets: Iterable[Places]) -> Places:
    """What is in any."""
    masks, lists = list[Places](), list[Places]()
    for one in sets:
        (masks if one.dtype == np.uint8 else lists).append(one)
    if not masks and len(lists) == 1:
        return lists[0]
    if not masks and sum(map(len, lists)) < MOST_LISTED:
        return _once(np.sort(np.concatenate(lists))) if lists else NOTHING
    if lists:
        masks.append(_mask(np.concatenate(lists)))
    found = masks[0]
    for mask in masks[1:]:
        found = found | mask
    return found


def without(one: Places, other: Places) -> Places:
    """The places in order of what is in one and not in the other."""
    return np.setdiff1d(places(one), places(other), assume_unique=True)


class Wide(NamedTuple):
    """Places on many shelves, in a row. `keys` are places in order with the number of their shelf above; `masks` are by
    shelf, none of which has keys. `known` says of each shelf whether this says anything about it."""

    keys: Places
    masks: Mapping[int, Places]
    known: Places

    def on(self, shelves: Places) -> "Wide":
        """What this says about some shelves."""
        known = self.known & shelves
        if not some(known ^ self.known):
            return self
        return Wide(self.keys[known[self.keys >> SHELF]], {n: mask for n, mask in self.masks.items() if known[n]},
                    known)

    def sizes(self) -> Places:
        """How many places there are on each shelf."""
        found = np.bincount(self.keys >> SHELF, minlength=len(self.known))
        for n, mask in self.masks.items():
            found[n] = np.bitwise_count(mask).sum()
        return found

    def between(self, low: int, high: int) -> Iterator[int]:
        """The keys on shelves from one to before another, in order."""
        start, end = self.keys.searchsorted(np.array([low << SHELF, high << SHELF], np.uint32)).tolist()
        if not any(low <= n < high for n in self.masks):
            yield from self.keys[start:end].tolist()
            return
        for n in range(low, high):
            if n in self.masks:
                yield from _bits(self.masks[n], n << SHELF)
            else:
                yield from self.between(n, n + 1)


def beside(sets: Sequence[Wide], known: Places) -> Wide:
    """What is said about different shelves as one; `known` is the shelves about which that is all there is to say."""
    masks = {n: mask for one in sets for n, mask in one.masks.items()}
    return Wide(_put_together([one.keys for one in sets]), masks, known)


def ascending(several: Sequence[Places]) -> Places:
    """Keys of several in order, each once."""
    return _once(_put_together(several)) if several else NOWHERE


def wide(sets: Mapping[int, Places], known: Places) -> Wide:
    """Sets by shelf as one."""
    listed = [(n, one) for n, one in sorted(sets.items()) if one.dtype != np.uint8]
    keys = np.concatenate([one | np.uint32(n << SHELF) for n, one in listed]) if listed else NOWHERE
    return Wide(keys, {n: one for n, one in sets.items() if one.dtype == np.uint8}, known)


def meet(one: Wide, other: Wide) -> Wide:
    """What is in both; on a shelf about which only one says anything, what that says."""
    if not some(one.known) or not some(other.known):
        return one if some(one.known) else other
    keys, masks = _common(one.keys, other.keys), dict[int, Places]()
    parts = [keys]
    for mine, its in ((one, other), (other, one)):
        alone = mine.known & ~its.known
        if len(mine.keys) and some(alone):
            parts.append(mine.keys[alone[mine.keys >> SHELF]])
        if len(mine.keys) and its.masks:
            parts.append(_marked(mine.keys, its.masks, len(its.known)))
        masks |= {n: mask for n, mask in mine.masks.items() if alone[n]}
    masks |= {n: mask & other.masks[n] for n, mask in one.masks.items() if n in other.masks}
    return Wide(_put_together(parts), masks, one.known | other.known)


def join(sets: Sequence[Wide]) -> Wide:
    """What is in any, on the shelves about which all say something."""
    if len(sets) == 1:
        return sets[0]
    known = np.logical_and.reduce([one.known for one in sets])
    sets = [one.on(known) for one in sets]
    keys = ascending([one.keys for one in sets])
    masks = dict[int, Places]()
    for one in sets:
        for n, mask in one.masks.items():
            masks[n] = masks[n] | mask if n in masks else mask
    if masks:
        marked = np.isin(np.arange(len(known)), [*masks])[keys >> SHELF]
        for n in masks:
            start, end = keys.searchsorted(np.array([n << SHELF, n + 1 << SHELF], np.uint32)).tolist()
            if start < end:
                masks[n] = masks[n] | _mask(keys[start:end] & SIZE - 1)
        keys = keys[~marked]
    return Wide(keys, masks, known)


def _marked(keys: Places, masks: Mapping[int, Places], shelves: int) -> Places:
    """Of these keys those that stand in the masks."""
    row = np.full(shelves, -1)
    row[[*masks]] = range(len(masks))
    of = row[keys >> SHELF]
    there = of >= 0
    if not there.all():
        keys, of = keys[there], of[there]
    if not len(keys):
        return keys
    bits = np.stack([*masks.values()])
    held: Places = keys[(bits[of, (keys & SIZE - 1) >> 3] >> (keys & 7).astype(np.uint8) & 1).view(np.bool_)]
    return held


def _held(listed: Places, mask: Places) -> Places:
    held: Places = listed[(mask[listed >> 3] >> (listed & 7).astype(np.uint8) & 1).view(np.bool_)]
    return held


def _common(one: Places, other: Places) -> Places:
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return few[many.take(many.searchsorted(few), mode="clip") == few] if len(few) else few


def _mask(places: Places) -> Places:
    mask = np.zeros(SIZE, np.bool_)
    mask[places] = True
    return np.packbits(mask, bitorder="little")


def _bits(mask: Places, head: int) -> Iterator[int]:
    """The places of a mask in order, no farther than somebody reads."""
    for start in range(0, len(mask), _CHUNK):
        bits = np.unpackbits(mask[start : start + _CHUNK], bitorder="little")
        yield from (np.flatnonzero(bits) + (head + start * 8)).tolist()


def _put_together(parts: Sequence[Places]) -> Places:
    """Keys of several in order."""
    some = [part for part in parts if len(part)]
    if not some:
        return NOWHERE
    if len(some) == 1:
        return some[0]
    found = np.concatenate(some)
    found.sort()
    return found


def _once(one: Places) -> Places:
    """What is in order, each once; numpy's own `unique` hashes, which takes longer."""
    once = np.ones(len(one), np.bool_)
    np.not_equal(one[1:], one[:-1], out=once[1:])
    return one[once]
