"""The hashes of the log as they are kept, and which leaves somebody holds."""
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Value

from linli.kernel.actor import SYSTEM, Actor
from linli.watchers.openlog.models import Leaf, Tile
from linli.watchers.openlog.rules import profiles, tiles

OPEN, RUN = "openlog.open", "openlog.run"
_SCOPES = {"person": "person", "provider": "organisation", "organisation": "organisation",
           "practitioner": "practitioner"}


def profile() -> profiles.Profile:
    """What this node's own log goes by."""
    return profiles.named(settings.LOG_PROFILE)


def holds(payload: Mapping[str, Any], by: Actor) -> bool:
    """Whether somebody may see what a fact's commitments hide: whoever the fact itself names."""
    scopes = [f"{kind}:{payload[field]}" for field, kind in _SCOPES.items() if payload.get(field)]
    return by.ref == SYSTEM.ref or OPEN in by.held(*scopes)


Found = dict[tuple[int, int], bytes]


def hashes(*wanted: tiles.Tile) -> list[bytes]:
    """The hashes of these tiles, as many as there are up to the width of each; one after the other; one statement."""
    parts = [part for tile in wanted for part in _parts(tile)]
    rows = list(parts[0].union(*parts[1:], all=True)) if parts else []
    full = {(level, number): bytes(held) for level, number, held in rows if level >= 0}
    single = {(level, number): bytes(held) for level, number, held in rows if level < 0}
    return [_held(tile, full, single) for tile in wanted]


def _parts(tile: tiles.Tile) -> list[Any]:
    """What holds a tile's hashes: its own row where it is full, else the leaves, or the tiles below it."""
    level, first = tile.level or 0, tile.number * tiles.WIDTH
    below = -1 - level  # a single hash of that level
    if tile.width == tiles.WIDTH:
        return [Tile.objects.filter(level=level, number=tile.number).values_list(_number(level), "number", "hashes")]
    if level:
        rows = Tile.objects.filter(level=level - 1, number__gte=first, number__lt=first + tile.width)
        return [rows.values_list(_number(below), "number", "root")]
    leaves = Leaf.objects.filter(index__gte=first, index__lt=first + tile.width)
    return [leaves.values_list(_number(below), "index", "hash")]


def _number(level: int) -> Any:
    return Value(level, BigIntegerField())


def _held(tile: tiles.Tile, full: Found, single: Found) -> bytes:
    level, first = tile.level or 0, tile.number * tiles.WIDTH
    if tile.width == tiles.WIDTH:
        return full.get((level, tile.number), b"")
    return b"".join(single.get((-1 - level, first + place), b"") for place in range(tile.width))


class Reader:
    """Hashes of complete subtrees within the first `size` leaves; each tile is fetched once.

    With `near` and `peaks` (those of that size) everything that the proof of the leaf `near` needs is fetched at once.
    """

    def __init__(self, size: int, *, near: int | None = None, peaks: bytes = b"") -> None:
        self._size, self._hashing = size, profile().hashing
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._peaks: dict[tuple[int, int], bytes] = {}
        if near is not None:
            self._edge(peaks)
            rows = (self._tile(row, near >> tiles.HEIGHT * (row + 1)) for row in range(size.bit_length()))
            wanted = [tile for tile in rows if tile.width]
            for tile, held in zip(wanted, hashes(*wanted), strict=True):
                self._tiles[tile.level or 0, tile.number] = held

    def __call__(self, level: int, index: int) -> bytes:
        if (level, index) in self._peaks:
            return self._peaks[level, index]
        row, within = divmod(level, tiles.HEIGHT)
        first = index << within
        number, offset = divmod(first, tiles.WIDTH)
        length, wide = self._hashing.length, 1 << within
        held = self._tiles.get((row, number))
        if held is None:
            (held,) = hashes(self._tile(row, number))
            self._tiles[row, number] = held
        part = held[offset * length : (offset + wide) * length]
        if len(part) < wide * length:
            raise LookupError(f"the hash {level}/{index} is not kept")
        return tiles.folded([part[place : place + length] for place in range(0, len(part), length)], self._hashing)

    def _tile(self, row: int, number: int) -> tiles.Tile:
        width = (self._size >> tiles.HEIGHT * row) - number * tiles.WIDTH
        return tiles.Tile(row, number, max(0, min(tiles.WIDTH, width)))

    def _edge(self, peaks: bytes) -> None:
        """The complete subtrees that make up the tree, the widest first."""
        length, start, size = self._hashing.length, 0, self._size
        for place in range(0, len(peaks), length):
            level = (size - start).bit_length() - 1
            self._peaks[level, start >> level] = peaks[place : place + length]
            start += 1 << level
