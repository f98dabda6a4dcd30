"""The hashes of the log as they are kept, and which leaves somebody holds."""
from collections.abc import Mapping
from typing import Any

from django.conf import settings

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


def hashes(tile: tiles.Tile) -> bytes:
    """The hashes of a tile, as many as there are up to its width; one after the other."""
    level, number = tile.level or 0, tile.number
    if tile.width == tiles.WIDTH:
        full = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
        if full is not None:
            return bytes(full)
    first = number * tiles.WIDTH
    if level:
        rows = Tile.objects.filter(level=level - 1, number__gte=first, number__lt=first + tile.width)
        return b"".join(map(bytes, rows.order_by("number").values_list("root", flat=True)))
    leaves = Leaf.objects.filter(index__gte=first, index__lt=first + tile.width)
    return b"".join(map(bytes, leaves.order_by("index").values_list("hash", flat=True)))


class Reader:
    """Hashes of complete subtrees within the first `size` leaves; each tile is fetched once."""

    def __init__(self, size: int) -> None:
        self._size, self._hashing = size, profile().hashing
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        row, within = divmod(level, tiles.HEIGHT)
        first = index << within
        number, offset = divmod(first, tiles.WIDTH)
        length, wide = self._hashing.length, 1 << within
        held = self._tiles.get((row, number))
        if held is None:
            width = min(tiles.WIDTH, (self._size >> tiles.HEIGHT * row) - number * tiles.WIDTH)
            held = self._tiles[row, number] = hashes(tiles.Tile(row, number, width))
        part = held[offset * length : (offset + wide) * length]
        if len(part) < wide * length:
            raise LookupError(f"the hash {level}/{index} is not kept")
        return tiles.folded([part[place : place + length] for place in range(0, len(part), length)], self._hashing)
