"""Watches a log from outside: what it says now against its own bytes and against what it said before.

Nothing of the log is believed: every new entry is read, hashed and counted, the root is made anew and compared with the
one that was signed. Each thing that is wrong is a fault of its own, with a sentence.
"""
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from linli.kernel.text import N_, Text
from linli.watchers.openlog.rules import leaves, merkle, notes, profiles, tiles

Fetch = Callable[[str], bytes]
"""A path below the log's address (`checkpoint`, `tile/0/000`) to what stands there; raises Missing."""
TOLERANCE = timedelta(minutes=10)
LATE = timedelta(hours=1)  # within which what is recorded has been signed
ROTATED = "openlog.LogKeyRotated"
MOST = 20  # faults of one kind
FAULTS: dict[str, Text] = {
    "no_key": N_("The log gives no key, and none was given by hand: nothing it signs can be checked."),
    "no_checkpoint": N_("The log has no checkpoint."),
    "checkpoint": N_("The checkpoint is not one: {why}."),
    "signature": N_("The checkpoint is not signed by a key of this log: {why}."),
    "origin": N_("The checkpoint is of another log: {origin} instead of {wanted}."),
    "rolled_back": N_("The log was rolled back: it had {before} entries, now it says {now}."),
    "fork": N_("The log was forked: its first {size} entries are not the ones that it signed before."),
    "future_cosignature": N_("The checkpoint is from the future: the witness {witness} says {moment}."),
    "future_entry": N_("Entry {index} is from the future: it says {moment}."),
    "missing": N_("{path} is missing, although the checkpoint of {size} entries needs it."),
    "length": N_("{path} is broken: it has {length} bytes instead of {wanted}."),
    "bundle": N_("{path} is broken: it holds {count} entries instead of {wanted}."),
    "rewritten": N_("Entry {index} was rewritten: it does not hash to what {path} holds for it."),
    "tile": N_("{path} is not made of the tiles below it (its hash {place})."),
    "root": N_("The entries do not lead to the root that was signed for {size} of them."),
    "entry": N_("Entry {index} is none of this kind of log: {why}."),
    "gap": N_("The series {series} has a gap: after {before} comes {number}, at entry {index}."),
    "twice": N_("The series {series} goes back: after {before} comes {number}, at entry {index}."),
    "days": N_("The counts by day cannot be read."),
    "days_sum": N_("The counts by day do not add up: they make {sum}, the log says {size}."),
    "days_behind": N_("The counts by day cover {size} entries; {known} have been published."),
    "day": N_("On {day}, {series} counts {told} entries; {found} are in the log."),
}


class Missing(LookupError):
    """There is nothing at this path."""


@dataclass(frozen=True)
class Fault:
    """`code` is one of FAULTS; the doors put `text` and `values` into words."""

    code: str
    values: dict[str, Any]

    @property
    def text(self) -> Text:
        return FAULTS[self.code]


@dataclass(frozen=True)
class Remembered:
    """What to keep of a log between two looks at it."""

    origin: str
    keys: tuple[str, ...]
    size: int
    root: bytes
    peaks: bytes
    numbers: dict[str, int]
    days: dict[str, dict[str, int]]
    checkpoint: str

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {"origin": self.origin, "keys": list(self.keys), "size": self.size, "root": self.root.hex(),
                "peaks": self.peaks.hex(), "numbers": self.numbers, "days": self.days, "checkpoint": self.checkpoint}

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """From what `told` gave. Refuses: ValueError."""
        try:
            return cls(told["origin"], tuple(told["keys"]), int(told["size"]), bytes.fromhex(told["root"]),
                       bytes.fromhex(told["peaks"]), told["numbers"], told["days"], told["checkpoint"])
        except (KeyError, TypeError):
            raise ValueError("not what this program keeps of a log") from None


@dataclass(frozen=True)
class Watched:
    """`fresh` entries were read; `remembered` is what to keep: the old one as long as there are faults."""

    faults: tuple[Fault, ...]
    remembered: Remembered | None
    origin: str
    size: int
    fresh: int
    cosigned_by: tuple[str, ...]


@dataclass
class _Count:
    numbers: dict[str, int]
    days: dict[str, dict[str, int]]

    def copy(self) -> "_Count":
        return _Count(dict(self.numbers), {day: dict(counts) for day, counts in self.days.items()})


@dataclass
class _Look:
    """One look at a log: what is found wrong on the way."""

    fetch: Fetch
    at: datetime
    faults: list[Fault] = field(default_factory=list)
    hashing: merkle.Hashing = merkle.SHA256
    size: int = 0
    keys: list[str] = field(default_factory=list)
    """Those of the log: given or remembered, and those that its own entries announced since."""

    def fault(self, code: str, **values: Any) -> None:
        if sum(one.code == code for one in self.faults) < MOST:
            self.faults.append(Fault(code, values))

    def get(self, tile: tiles.Tile) -> bytes | None:
        """A tile's bytes; of a partial one that is gone, the beginning of the full one."""
        try:
            return self.fetch(tile.path())
        except Missing:
            pass
        if tile.width < tiles.WIDTH:
            try:
                whole = self.fetch(tiles.Tile(tile.level, tile.number).path())
                if tile.level is not None:
                    return whole[: tile.width * self.hashing.length]
                return tiles.bundled(tiles.unbundled(whole)[: tile.width])
            except (Missing, ValueError):
                pass
        self.fault("missing", path=tile.path(), size=self.size)
        return None

    def hashes(self, tile: tiles.Tile) -> list[bytes] | None:
        data, length = self.get(tile), self.hashing.length
        if data is not None and len(data) != tile.width * length:
            self.fault("length", path=tile.path(), length=len(data), wanted=tile.width * length)
            return None
        return None if data is None else [data[n : n + length] for n in range(0, len(data), length)]

    def entries(self, tile: tiles.Tile) -> list[bytes] | None:
        data = self.get(tile)
        if data is None:
            return None
        try:
            found = tiles.unbundled(data)
        except ValueError:
            found = []
        if len(found) != tile.width:
            self.fault("bundle", path=tile.path(), count=len(found), wanted=tile.width)
            return None
        return found


def watch(fetch: Fetch, *, vkeys: Sequence[str] = (), remembered: Remembered | None = None, at: datetime,
          whole: bool = False, witnesses: Sequence[str] = ()) -> Watched:
    """Look at a log. `vkeys` are its keys where they are known; else those remembered, with those that its
    entries announced since; else what it says of itself.

    `whole` reads every entry again, not only the new ones. Refuses: NoteBroken (one of the given keys is none).
    """
    look = _Look(fetch, at)
    given = list(vkeys) or list(remembered.keys if remembered else ())
    known = [key for key in map(notes.read_key, given or _offered(fetch)) if key.kind != notes.COSIGNATURE]
    if not known:
        look.fault("no_key")
        return Watched(tuple(look.faults), remembered, "", 0, 0, ())
    wanted = remembered.origin if remembered else known[0].name
    known = [key for key in known if key.name == wanted]  # another log's key signs nothing here
    read = _checkpoint(look, known)
    if read is None:
        return Watched(tuple(look.faults), remembered, wanted, 0, 0, ())
    note, head = read
    look.size, look.hashing, look.keys = head.size, profiles.of(known[0]).hashing, [*map(str, known)]
    by = _cosigners(look, note, [notes.read_key(one) for one in witnesses])
    if head.origin != wanted:
        look.fault("origin", origin=head.origin, wanted=wanted)
    elif remembered and head.size < remembered.size:
        look.fault("rolled_back", before=remembered.size, now=head.size)
    elif remembered and head.size == remembered.size and head.root != remembered.root:
        look.fault("fork", size=head.size)
    if look.faults:
        return Watched(tuple(look.faults), remembered, head.origin, head.size, 0, by)
    start = 0 if whole or remembered is None else remembered.size
    tree, count = _walk(look, start, remembered)
    if tree is not None:
        _judge(look, head, tree, start, remembered)
    _compare(look, count)
    if look.faults or tree is None:
        return Watched(tuple(look.faults), remembered, head.origin, head.size, head.size - start, by)
    kept = Remembered(head.origin, tuple(look.keys), head.size, head.root, tree.peaks, count.numbers, count.days,
                      note.whole())
    return Watched((), kept, head.origin, head.size, head.size - start, by)


def _offered(fetch: Fetch) -> list[str]:
    """The keys that the log says are its own: each line's first word."""
    try:
        lines = fetch("key").decode().splitlines()
    except (Missing, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        try:
            found.append(str(notes.read_key(line.partition(" ")[0])))
        except notes.NoteBroken:
            continue
    return found


def _checkpoint(look: _Look, known: list[notes.VerifierKey]) -> tuple[notes.Note, notes.Checkpoint] | None:
    try:
        text = look.fetch("checkpoint").decode()
    except Missing:
        look.fault("no_checkpoint")
        return None
    except UnicodeDecodeError:
        look.fault("checkpoint", why="not UTF-8")
        return None
    try:
        note = notes.read(text)
        head = notes.read_checkpoint(note.text)
    except notes.NoteBroken as why:
        look.fault("checkpoint", why=str(why))
        return None
    try:
        notes.checked(note, known)
    except notes.NoteBroken as why:
        look.fault("signature", why=str(why))
        return None
    return note, head


def _cosigners(look: _Look, note: notes.Note, known: list[notes.VerifierKey]) -> tuple[str, ...]:
    found = []
    for one in note.signatures:
        key = next((key for key in known if (key.name, key.key_id) == (one.name, one.key_id)), None)
        if key is None or not key.fits(one, note.text):
            continue
        moment = notes.stamp(one)
        if moment > (look.at + TOLERANCE).timestamp():
            look.fault("future_cosignature", witness=key.name, moment=_said(moment))
        found.append(key.name)
    return tuple(found)


def _said(second: int) -> str:
    try:
        return leaves.moment(datetime.fromtimestamp(second, UTC))
    except (ValueError, OverflowError, OSError):
        return str(second)


def _walk(look: _Look, start: int, remembered: Remembered | None) -> tuple[merkle.Frontier | None, _Count]:
    """Every entry from `start` on: hashed, compared with its tile, counted."""
    tree, count = merkle.Frontier(0, b"", look.hashing), _Count({}, {})
    if start and remembered:
        tree = merkle.Frontier(start, remembered.peaks, look.hashing)
        count = _Count(remembered.numbers, remembered.days).copy()
    over: dict[int, dict[int, bytes]] = {}
    broken = False
    for bundle in tiles.bundles(look.size, since=start):
        tile = tiles.Tile(0, bundle.number, bundle.width)
        entries, hashes = look.entries(bundle), look.hashes(tile)
        if entries is None or hashes is None:
            broken = True
            continue
        if tile.width == tiles.WIDTH:
            over.setdefault(1, {})[tile.number] = tiles.folded(hashes, look.hashing)
        first = bundle.number * tiles.WIDTH
        for index in range(max(first, start), first + bundle.width):
            entry = entries[index - first]
            if look.hashing.leaf(entry) != hashes[index - first]:
                look.fault("rewritten", index=index, path=tile.path())
                broken = True
            _entry(look, index, entry, count)
            if not broken:
                tree.append(hashes[index - first])
            if remembered and not broken and index + 1 == remembered.size and tree.root() != remembered.root:
                look.fault("fork", size=remembered.size)
    broken = _above(look, start, over) or broken
    return None if broken else tree, count


def _entry(look: _Look, index: int, data: bytes, count: _Count) -> None:
    try:
        entry = leaves.read_entry(data)
    except leaves.LeafBroken as why:
        look.fault("entry", index=index, why=str(why))
        return
    before = count.numbers.get(entry.series, 0)
    if entry.number != before + 1:
        code = "gap" if entry.number > before else "twice"
        look.fault(code, series=entry.series, before=before, number=entry.number, index=index)
    count.numbers[entry.series] = max(before, entry.number)
    day = count.days.setdefault(entry.day.isoformat(), {})
    day[entry.series] = day.get(entry.series, 0) + 1
    if entry.at > look.at + TOLERANCE:
        look.fault("future_entry", index=index, moment=leaves.moment(entry.at))
    if entry.fact == ROTATED:
        _announced(look, index, entry)


def _announced(look: _Look, index: int, entry: leaves.Entry) -> None:
    """Remember a key that the log itself has written down as its next: what its web server says is not enough."""
    try:
        data = look.fetch(f"payload/{index}")
        fields = json.loads(data)["fields"]
        key, before = notes.read_key(fields["key"]), str(notes.read_key(fields["key_before"]))
    except (OSError, LookupError, TypeError, ValueError, AttributeError):
        return  # withheld or not served: whoever follows the log gives the key by hand
    if leaves.belongs(data, entry, look.hashing.digest) and before in look.keys and str(key) not in look.keys and (
            key.name == notes.read_key(before).name and key.kind != notes.COSIGNATURE):
        look.keys.append(str(key))


def _above(look: _Look, start: int, over: dict[int, dict[int, bytes]]) -> bool:
    """Whether a tile above the leaves is missing or not made of those below it."""
    broken = False
    for tile in tiles.tiles(look.size, since=start):
        if not tile.level:
            continue
        hashes = look.hashes(tile)
        if hashes is None:
            broken = True
            continue
        below, first = over.get(tile.level, {}), tile.number * tiles.WIDTH
        for place, one in enumerate(hashes):
            if below.get(first + place, one) != one:
                look.fault("tile", path=tile.path(), place=place)
                broken = True
        if tile.width == tiles.WIDTH:
            over.setdefault(tile.level + 1, {})[tile.number] = tiles.folded(hashes, look.hashing)
    return broken


def _judge(look: _Look, head: notes.Checkpoint, tree: merkle.Frontier, start: int,
           remembered: Remembered | None) -> None:
    """Whether the entries lead to what was signed; if not, whether what was remembered is still there."""
    if tree.root() == head.root or any(one.code == "fork" for one in look.faults):
        return
    if start and remembered:
        try:
            if merkle.root(remembered.size, _Served(look), look.hashing) != remembered.root:
                look.fault("fork", size=remembered.size)
                return
        except LookupError:
            return  # what is missing has been named
    look.fault("root", size=head.size)


class _Served:
    """Hashes of complete subtrees as the log serves them now."""

    def __init__(self, look: _Look) -> None:
        self._look, self._rows = look, dict[tuple[int, int], list[bytes]]()

    def __call__(self, level: int, index: int) -> bytes:
        row, within = divmod(level, tiles.HEIGHT)
        number, offset = divmod(index << within, tiles.WIDTH)
        if (row, number) not in self._rows:
            width = min(tiles.WIDTH, (self._look.size >> tiles.HEIGHT * row) - number * tiles.WIDTH)
            found = self._look.hashes(tiles.Tile(row, number, width))
            if found is None:
                raise LookupError
            self._rows[row, number] = found
        return tiles.folded(self._rows[row, number][offset : offset + (1 << within)], self._look.hashing)


def _days(look: _Look) -> tuple[int, dict[str, dict[str, int]]] | None:
    """The counts by day, asked for after the checkpoint, so that they cover no less than it does."""
    try:
        told = json.loads(look.fetch("days.json"))
        size, rows = int(told["size"]), {str(day["day"]): dict(day["series"]) for day in told["days"]}
        total = sum(sum(counts.values()) for counts in rows.values())
        shown = sum(int(day["leaves"]) for day in told["days"])
    except Missing:
        look.fault("missing", path="days.json", size=look.size)
        return None
    except (ValueError, TypeError, KeyError, AttributeError, UnicodeDecodeError):
        look.fault("days")
        return None
    if total != size or shown != size:
        look.fault("days_sum", sum=total if total != size else shown, size=size)
        return None
    return size, rows


def _compare(look: _Look, count: _Count) -> None:
    """The counts by day against the entries. They may be ahead of the checkpoint by what is not signed yet, and that is
    of today: a day that is over has as many as are in the log."""
    found = _days(look)
    if found is None:
        return
    size, told = found
    if size < look.size:
        look.fault("days_behind", size=size, known=look.size)
        return
    over, today = (leaves.day_of(moment).isoformat() for moment in (look.at - LATE, look.at + TOLERANCE))
    for day in sorted({*told, *count.days}):
        own, says = count.days.get(day, {}), told.get(day, {})
        ahead = size > look.size and over <= day <= today
        for series in sorted({*own, *says}):
            has, claims = own.get(series, 0), says.get(series, 0)
            if claims < has or (claims > has and not ahead):
                look.fault("day", day=day, series=series, told=claims, found=has)
