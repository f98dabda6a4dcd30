"""What one leaf holds: the entry that is hashed into the tree, the payload beside it, and what stands there sealed.

Both are canonical JSON (RFC 8785). A field that leads to a person stands in the payload as a commitment: the digest of
a salt, its name and its value. Whoever is told the salt and the value can check them; nobody else can guess.
"""
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum, auto
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.kernel.text import N_, Text
from linli.watchers.openlog.rules.merkle import Hasher

VERSION, SALT = 1, 32
ABOUT = "about"
_ZONE = ZoneInfo("Asia/Shanghai")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Digest = Callable[[bytes], bytes]
Made = tuple[int, int, str, str, int, str, str, str, bytes]
"""Place in the log and in the journal, what it is about, series, number, day, entry, payload, hash of the leaf."""


class LeafBroken(ValueError):
    """The bytes are no entry, payload or opening of ours. Says in its words what is wrong."""


class Reason(StrEnum):
    """Why a payload is not shown."""

    COURT = auto()
    PERSONAL = auto()
    SECRET = auto()


REASONS: dict[Reason, Text] = {
    Reason.COURT: N_("A court or authority has ordered that it is not shown."),
    Reason.PERSONAL: N_("It would say something about a person that the law protects."),
    Reason.SECRET: N_("It is a state secret or trade secret by law."),
}


@dataclass(frozen=True)
class Entry:
    """`number` counts within the series from 1 on; `digest` is that of the payload, in hex; `at` is UTC."""

    at: datetime
    day: date
    fact: str
    digest: str
    number: int
    series: str


@dataclass(frozen=True)
class Opening:
    """What a commitment hides, for its holder."""

    field: str
    salt: bytes
    value: Any

    def told(self) -> dict[str, Any]:
        return {"field": self.field, "salt": self.salt.hex(), "value": self.value}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_write_as_is = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_LARGEST = 2**53 - 1
_TWO = [f"{number:02}" for number in range(60)]


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785). Refuses: LeafBroken (a fraction, a number beyond 2^53, text that is no Unicode)."""
    try:
        return (_write(value) if _ascii_names(value) else _write_as_is(_sorted(value))).encode()
    except UnicodeEncodeError:
        raise LeafBroken("text that is no Unicode") from None


def _ascii_names(value: Any) -> bool:
    """Whether all names are ASCII, so that Python sorts them as the standard does (by UTF-16)."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        if -_LARGEST <= value <= _LARGEST:
            return True
        raise LeafBroken("a number is too large for canonical JSON")
    if kind is dict:
        proper = True
        for name, one in value.items():
            if type(name) is not str:
                raise LeafBroken("a name that is no text")
            proper = _ascii_names(one) and name.isascii() and proper
        return proper
    if kind is list or kind is tuple:
        each = [_ascii_names(one) for one in value]  # to the end, for a fraction may stand there
        return all(each)
    raise LeafBroken("a fraction has no place in a leaf" if kind is float else f"{kind.__name__} is no JSON")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    return [_sorted(one) for one in value] if isinstance(value, list | tuple) else value


def day_of(at: datetime) -> date:
    """The day in Shanghai."""
    return at.astimezone(_ZONE).date()


def moment(at: datetime) -> str:
    """RFC 3339, UTC, to the second."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:19] + "Z"


@lru_cache(maxsize=1000)
def _hour(year: int, month: int, day: int, hour: int) -> tuple[str, str]:
    """How the moments of an hour begin, and their day: clocks in Shanghai are whole hours from UTC."""
    at = datetime(year, month, day, hour, tzinfo=UTC)
    return at.isoformat()[:14], day_of(at).isoformat()


class Salts:
    """128 bits for each place of the journal and each of the fields sealed there: nobody guesses them without the key,
    and they are the same whenever the log is made again. Source: keyed BLAKE2b (RFC 7693), four salts from each digest.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(key=key, digest_size=64)

    def __call__(self, position: int, fields: int) -> str:
        """In hex one behind the other, `SALT` letters each, for the fields in the order of their names."""
        mac = self._keyed.copy()
        mac.update(b"%d 0" % position)
        made = mac.hexdigest()
        for block in range(1, (fields + 3) // 4):
            mac = self._keyed.copy()
            mac.update(b"%d %d" % (position, block))
            made += mac.hexdigest()
        return made


def commitment(one: Opening, digest: Digest = sha256) -> str:
    """What stands in the payload instead of the value: the digest, in hex, of canonical [salt, field, value]."""
    return digest(canonical([one.salt.hex(), one.field, one.value])).hex()


def openings(fields: Mapping[str, Any], about: str, committed: Collection[str], salts: Salts,
             position: int) -> list[Opening]:
    """What opens each commitment of a fact."""
    sealed = sorted(name for name in committed if name == ABOUT or name in fields)
    told = bytes.fromhex(salts(position, len(sealed)))
    return [Opening(name, told[place : place + SALT // 2], about if name == ABOUT else fields[name])
            for place, name in zip(range(0, len(told), SALT // 2), sealed, strict=False)]


class Told(Protocol):
    """A fact as the journal tells it: what is `about` something, the fields of its `payload`, its place."""

    @property
    def fact(self) -> str: ...
    @property
    def about(self) -> UUID: ...
    @property
    def payload(self) -> dict[str, Any]: ...
    @property
    def at(self) -> datetime: ...
    @property
    def position(self) -> int | None: ...


@dataclass(frozen=True)
class Maker:
    """Makes leaves. `committed` says which fields of a fact (and `about`) stand there as commitments only."""

    committed: Callable[[str, tuple[str, ...]], tuple[str, ...]]
    salts: Salts
    hasher: Callable[[bytes], Hasher] = hashlib.sha256
    dashes: bool = True
    shapes: dict[tuple[str, tuple[str, ...]], "_Shape"] = field(default_factory=dict, compare=False)

    def made(self, facts: Iterable[Told], first: int, numbers: dict[str, int]) -> list[Made]:
        """One leaf for each, counted from `first` on in the log and in `numbers` within its series. Refuses:
        LeafBroken.

        Their canonical JSON is filled into a shape that all facts of a kind share, in one loop that calls nothing it
        need not: the log grows as fast as this.
        """
        made, shapes, salts, hasher, index = list[Made](), self.shapes, self.salts, self.hasher, first
        try:
            for fact in facts:
                fields, at, position, ref = fact.payload, fact.at, fact.position or 0, fact.about.hex
                names = tuple(fields)
                shape = shapes.get((fact.fact, names)) or self._shape(fact.fact, names)
                series, payload_shape, entry_shape, ordered, sealed = shape
                numbers[series] = number = numbers.get(series, 0) + 1
                if at.tzinfo is not UTC:
                    at = at.astimezone(UTC)
                hour, day = _hour(at.year, at.month, at.day, at.hour)
                when = f"{hour}{_TWO[at.minute]}:{_TWO[at.second]}Z"
                told = [f'"{ref[:8]}-{ref[8:12]}-{ref[12:16]}-{ref[16:20]}-{ref[20:]}"', when]
                about = told[0][1:-1] if self.dashes else ref
                for name in ordered:
                    value = fields[name]
                    kind = type(value)
                    told.append(_quoted(value) if kind is str else str(value)
                                if kind is int and -_LARGEST <= value <= _LARGEST else canonical(value).decode())
                if sealed:
                    salt = salts(position, len(sealed))
                    for place, start, end, begin in sealed:
                        hidden = hasher(f'["{salt[start:end]}{begin}{told[place]}]'.encode()).hexdigest()
                        told[place] = f'{{"commitment":"{hidden}"}}'
                payload = payload_shape % (*told, number)
                entry = entry_shape % (when, day, hasher(payload.encode()).hexdigest(), number)
                made.append((index, position, about, series, number, day, entry, payload,
                             hasher(b"\x00" + entry.encode()).digest()))
                index += 1
        except UnicodeEncodeError:
            raise LeafBroken("text that is no Unicode") from None
        return made

    def _shape(self, fact: str, names: tuple[str, ...]) -> "_Shape":
        shape = self.shapes[fact, names] = _shape(fact, names, self.committed(fact, names))
        return shape


_Shape = tuple[str, str, str, tuple[str, ...], tuple[tuple[int, int, int, str], ...]]
"""The series; payload and entry to be filled in; the fields in their order; and what is sealed of it, in the order of
names: its place among what is filled in, its salt's begin and end, and what stands before it in its commitment."""


def _shape(fact: str, names: tuple[str, ...], committed: tuple[str, ...]) -> _Shape:
    def said(text: str) -> str:
        return _quoted(text).replace("%", "%%")

    if ABOUT in names:
        raise LeafBroken("a field has the name of what the fact is about")
    ordered, series = tuple(sorted(names, key=lambda name: name.encode("utf-16-be"))), fact.partition(".")[0]
    places = {ABOUT: 0} | {name: place for place, name in enumerate(ordered, start=2)}
    rest = f'"number":%d,"series":{said(series)},"v":{VERSION}}}'
    fields = ",".join(f"{said(name)}:%s" for name in ordered)
    return (
        series,
        f'{{"about":%s,"at":"%s","fact":{said(fact)},"fields":{{{fields}}},{rest}',
        f'{{"at":"%s","day":"%s","fact":{said(fact)},"hash":"%s",{rest}',
        ordered,
        tuple((places[name], SALT * turn, SALT * turn + SALT, f'",{_quoted(name)},')
              for turn, name in enumerate(name for name in sorted(places) if name in committed)))


def read_entry(data: bytes) -> Entry:
    """Refuses: LeafBroken (not canonical, a field too many or too few, a day that is not the moment's)."""
    told = _read(data)
    if not isinstance(told, dict) or set(told) != {"at", "day", "fact", "hash", "number", "series", "v"}:
        raise LeafBroken("the entry has not the fields of one")
    if canonical(told) != data:
        raise LeafBroken("the entry is not canonical JSON")
    fact, series, number, digest, at = told["fact"], told["series"], told["number"], told["hash"], told["at"]
    texts = all(isinstance(one, str) for one in (fact, series, digest, at, told["day"]))
    if told["v"] != VERSION or not texts or not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise LeafBroken("the entry is of another version, or a field of it is of another kind")
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not _MOMENT.fullmatch(at) or not fact.startswith(f"{series}."):
        raise LeafBroken("the entry's digest, moment or series is not well formed")
    try:
        when = datetime.fromisoformat(at)
        day = day_of(when)
    except (ValueError, OverflowError):  # the second: a moment of the last hours that there are
        raise LeafBroken("the entry's moment is none") from None
    if day.isoformat() != told["day"]:
        raise LeafBroken("the entry's day is not the day of its moment")
    return Entry(when, day, fact, digest, number, series)


def belongs(payload: bytes, entry: Entry, digest: Digest = sha256) -> bool:
    """Whether this payload is the one that the entry speaks of."""
    return digest(payload).hex() == entry.digest


def read_openings(text: str) -> list[Opening]:
    """From the JSON that a holder was given. Refuses: LeafBroken."""
    told = _read(text.encode())
    try:
        if not isinstance(told, list):
            raise TypeError
        return [Opening(one["field"], bytes.fromhex(one["salt"]), one["value"]) for one in told]
    except (TypeError, KeyError, ValueError):
        raise LeafBroken("not a list of openings: field, salt and value of each are wanted") from None


def opens(one: Opening, payload: Mapping[str, Any], digest: Digest = sha256) -> bool:
    """Whether the payload holds the commitment to exactly this value of exactly this field."""
    held = payload.get(ABOUT) if one.field == ABOUT else payload.get("fields", {}).get(one.field)
    return isinstance(held, dict) and held == {"commitment": commitment(one, digest)}


def _read(data: bytes) -> Any:
    try:
        return json.loads(data, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError):
        raise LeafBroken("not JSON, or a fraction in it") from None


def _no_fraction(_: str) -> Any:
    raise ValueError
