"""What one leaf holds: the entry that is hashed into the tree, the payload beside it, and what stands there sealed.

Both are canonical JSON (RFC 8785). A field that leads to a person stands in the payload as a commitment: the digest of
a salt, its name and its value. Whoever is told the salt and the value can check them; nobody else can guess.
"""
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from linli.kernel.text import N_, Text

VERSION = 1
ABOUT = "about"
_ZONE = ZoneInfo("Asia/Shanghai")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Digest = Callable[[bytes], bytes]


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


def canonical(value: Any) -> bytes:
    """Canonical JSON. Refuses: LeafBroken (a fraction, a number beyond 2^53, text that is no Unicode)."""
    if _fraction(value):
        raise LeafBroken("a fraction has no place in a leaf")
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as why:
        raise LeafBroken(str(why)) from None


def _fraction(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_fraction, value.values()))
    return isinstance(value, float) or isinstance(value, list | tuple) and any(map(_fraction, value))


def day_of(at: datetime) -> date:
    """The day in Shanghai."""
    return at.astimezone(_ZONE).date()


def moment(at: datetime) -> str:
    """RFC 3339, UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def salt(key: bytes, position: int, field: str) -> bytes:
    """32 bytes that nobody guesses without the key, the same whenever the log is made again."""
    return hmac.digest(key, f"{position}\n{field}".encode(), "sha256")


def commitment(one: Opening, digest: Digest = sha256) -> str:
    """What stands in the payload instead of the value: the digest, in hex, of canonical [salt, field, value]."""
    return digest(canonical([one.salt.hex(), one.field, one.value])).hex()


def openings(fields: Mapping[str, Any], about: str, committed: Collection[str], *, key: bytes,
             position: int) -> list[Opening]:
    """What opens each commitment of a fact."""
    values = {**fields, ABOUT: about}
    return [Opening(name, salt(key, position, name), values[name]) for name in committed if name in values]


def payload(*, fact: str, series: str, number: int, at: datetime, about: str, fields: Mapping[str, Any],
            opened: Collection[Opening], digest: Digest = sha256) -> bytes:
    """The payload of a leaf; what is in `opened` stands there as a commitment. Refuses: LeafBroken."""
    sealed = {one.field: {"commitment": commitment(one, digest)} for one in opened}
    return canonical({
        "about": sealed.get(ABOUT, about), "at": moment(at), "fact": fact,
        "fields": {name: sealed.get(name, value) for name, value in fields.items()}, "number": number,
        "series": series, "v": VERSION,
    })


def entry(*, fact: str, series: str, number: int, at: datetime, payload: bytes, digest: Digest = sha256) -> bytes:
    """The bytes that are hashed into the tree."""
    return canonical({
        "at": moment(at), "day": day_of(at).isoformat(), "fact": fact, "hash": digest(payload).hex(),
        "number": number, "series": series, "v": VERSION,
    })


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
    except ValueError:
        raise LeafBroken("the entry's moment is none") from None
    if day_of(when).isoformat() != told["day"]:
        raise LeafBroken("the entry's day is not the day of its moment")
    return Entry(when, day_of(when), fact, digest, number, series)


def belongs(payload: bytes, entry: Entry, digest: Digest = sha256) -> bool:
    """Whether this payload is the one that the entry speaks of."""
    return digest(payload).hex() == entry.digest


def read_openings(text: str) -> list[Opening]:
    """From the JSON that a holder was given. Refuses: LeafBroken."""
    told = _read(text.encode())
    try:
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
