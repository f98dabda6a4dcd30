"""The tree as static files (C2SP tlog-tiles): 256 hashes wide, eight levels high, and the entries in bundles."""
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linli.watchers.openlog.rules.merkle import SHA256, Hash, Hashing

WIDTH, HEIGHT = 256, 8
LONGEST_ENTRY = 65_535
_PATH = re.compile(r"tile/(?P<level>entries|0|[1-9]\d?)/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?")


@dataclass(frozen=True)
class Tile:
    """One file. `level` is None for a bundle of entries; `width` is 256 unless the tile is not full yet."""

    level: int | None
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Below the log's address: `tile/0/x001/x234/067.p/12`."""
        number = spelled(self.number)
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")


def spelled(number: int) -> str:
    """1234067 as `x001/x234/067`."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def read_path(path: str) -> Tile | None:
    """The tile that a path names; None where it names none."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    number, width = int(found["number"].replace("x", "").replace("/", "")), int(found["width"] or WIDTH)
    level = None if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, number, width)
    proper = (level is None or level < 64) and (found["width"] is None or width < WIDTH) and tile.path() == path
    return tile if proper else None


def tiles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Every hash tile that a tree of `size` leaves has and one of `since` leaves had not; lowest level first."""
    level, now, before = 0, size, since
    while now:
        for number in range(before // WIDTH, now // WIDTH):
            yield Tile(level, number)
        if now % WIDTH and now != before:
            yield Tile(level, now // WIDTH, now % WIDTH)
        level, now, before = level + 1, now // WIDTH, before // WIDTH


def bundles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Every bundle of entries that a tree of `size` leaves has and one of `since` leaves had not."""
    for tile in tiles(size, since=since):
        if tile.level:
            return
        yield Tile(None, tile.number, tile.width)


def in_tree(tile: Tile, size: int) -> bool:
    """Whether a tree of `size` leaves has all hashes of this tile."""
    level = tile.level or 0
    return tile.number * WIDTH + tile.width <= size >> (HEIGHT * level)


def folded(hashes: Sequence[Hash], hashing: Hashing = SHA256) -> Hash:
    """The hash over a full row of hashes (their number a power of two)."""
    row = list(hashes)
    while len(row) > 1:
        row = [hashing.node(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def bundled(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length as two bytes. Refuses: ValueError (an entry too long)."""
    made = bytearray()
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes is longer than {LONGEST_ENTRY}")
        made += len(entry).to_bytes(2, "big") + entry
    return bytes(made)


def unbundled(data: bytes) -> list[bytes]:
    """The entries of a bundle. Refuses: ValueError (cut short)."""
    entries, place = [], 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if end > len(data) or place + 2 > len(data):
            raise ValueError("the bundle is cut short")
        entries.append(data[place + 2 : end])
        place = end
    return entries
