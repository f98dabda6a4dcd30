"""What the log says: heads, leaves, receipts, counts, keys. Everything but `openings` is public."""
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    BinaryField,
    DateTimeField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from linli.engines.journal import queries as journal
from linli.kernel import crypto
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.ui import written
from linli.watchers.openlog import access
from linli.watchers.openlog.models import Checkpoint, Day, Leaf, LogKey, Trusted, Withheld, Witness
from linli.watchers.openlog.rules import facts, leaves, merkle, notes, receipts, tiles, words
from linli.watchers.openlog.rules.verdicts import Finding

_NO_LEAF = N_("The log holds nothing about this yet. What is public is published within a minute.")


@dataclass(frozen=True)
class HeadCard:
    """The newest checkpoint; `note` is its text with all signatures, `cosigned_by` the witnesses under it."""

    origin: str
    size: int
    root: bytes
    note: str
    at: datetime
    cosigned_by: tuple[str, ...]
    peaks: bytes


@dataclass(frozen=True)
class LeafCard:
    """One leaf. `entry` and `payload` are canonical JSON; `payload` is None where `withheld` says why."""

    index: int
    series: str
    number: int
    fact: str
    at: datetime
    day: date
    entry: str
    payload: str | None
    withheld: Text | None
    hash: bytes
    position: int

    @property
    def fields(self) -> dict[str, Any]:
        """What the payload tells, by name; a commitment as `{"commitment": hex}`."""
        return {} if self.payload is None else dict(json.loads(self.payload)["fields"])


@dataclass(frozen=True)
class ReceiptCard:
    """`text` is the `.tlog-proof`; `head` the checkpoint that it proves the leaf under."""

    leaf: LeafCard
    text: str
    head: HeadCard


@dataclass(frozen=True)
class DayCard:
    day: date
    series: dict[str, int]

    @property
    def leaves(self) -> int:
        return sum(self.series.values())


@dataclass(frozen=True)
class DaysCard:
    """How many leaves of each day and series; they add up to `size`."""

    size: int
    days: tuple[DayCard, ...]

    @property
    def by_series(self) -> dict[str, int]:
        """The series and how many leaves each has."""
        found: dict[str, int] = {}
        for one in self.days:
            for name, count in one.series.items():
                found[name] = found.get(name, 0) + count
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class KeyCard:
    """`verifier` is the key as others are given it; it signs from `from_` until `until` (None: until it is rotated)."""

    ref: UUID
    number: int
    verifier: str
    from_: datetime
    until: datetime | None


@dataclass(frozen=True)
class WitnessCard:
    """`size` is how far it has cosigned; `failure` what it last answered instead of a cosignature."""

    ref: UUID
    origin: str
    verifier: str
    url: str
    size: int
    failure: str


@dataclass(frozen=True)
class TrustedCard:
    ref: UUID
    origin: str
    verifiers: tuple[str, ...]
    size: int
    at: datetime


@dataclass(frozen=True)
class StateCard:
    """How the log stands: its head, every key that ever signed (the newest first), who cosigns it, whom it cosigns."""

    head: HeadCard | None
    keys: tuple[KeyCard, ...]
    witnesses: tuple[WitnessCard, ...]
    trusted: tuple[TrustedCard, ...]


_COLUMNS = ("kind", "ref", "origin", "text", "more", "size", "number", "since", "until", "root", "peaks")


def head(*, covering: int | None = None) -> HeadCard | None:
    """The newest checkpoint; None while nothing was published.

    With `covering` an index: the newest cosigned checkpoint that covers this leaf, else the newest of all.
    """
    return _state([_heads(covering)], covering).head


def state(*, covering: int | None = None) -> StateCard:
    """Head, keys, witnesses and trusted logs, in one statement; `covering` as for `head`."""
    empty, no, nothing = Value(""), Value(0, BigIntegerField()), Value(b"", BinaryField())
    keys = LogKey.objects.values_list(
        Value("key"), "ref", empty, "verifier", empty, no, Cast("number", BigIntegerField()), "since",
        Coalesce("until", Value(_NEVER, DateTimeField())), nothing, nothing)
    witnesses = Witness.objects.values_list(
        Value("witness"), "ref", "origin", "verifier", Concat("url", Value("\n"), "failure", output_field=TextField()),
        "size", no, "at", "at", nothing, nothing)
    trusted = Trusted.objects.values_list(
        Value("trusted"), "ref", "origin", Cast("verifiers", TextField()), empty, "size", no, "at", "at", nothing,
        nothing)
    return _state([_heads(covering), keys, witnesses, trusted], covering)


_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def _heads(covering: int | None) -> Any:
    newest = Checkpoint.objects.order_by("-size").values("size")[:1]
    wanted: Any = Subquery(newest)
    if covering is not None:
        cosigned = Checkpoint.objects.exclude(cosignatures="").filter(size__gt=covering).order_by("-size")
        wanted = Coalesce(Subquery(cosigned.values("size")[:1]), wanted)
    return Checkpoint.objects.filter(size=wanted).values_list(
        Value("head"), "by", Value(""), "note", "cosignatures", "size", Value(0, BigIntegerField()), "at", "at", "root",
        "peaks")


def _state(parts: list[Any], covering: int | None) -> StateCard:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        told = dict(zip(_COLUMNS, row, strict=True))
        found.setdefault(told["kind"], []).append(told)
    heads = [_head(one) for one in found.get("head", []) if covering is None or one["size"] > covering]
    keys = sorted(found.get("key", []), key=lambda one: -one["number"])
    witnesses = sorted(found.get("witness", []), key=lambda one: one["origin"])
    trusted = sorted(found.get("trusted", []), key=lambda one: one["origin"])
    return StateCard(
        heads[0] if heads else None,
        tuple(KeyCard(one["ref"], one["number"], one["text"], one["since"],
                      None if one["until"] == _NEVER else one["until"]) for one in keys),
        tuple(WitnessCard(one["ref"], one["origin"], one["text"], one["more"].partition("\n")[0], one["size"],
                          one["more"].partition("\n")[2]) for one in witnesses),
        tuple(TrustedCard(one["ref"], one["origin"], tuple(json.loads(one["text"])), one["size"], one["since"])
              for one in trusted if one["text"] != "[]"))


def _head(told: dict[str, Any]) -> HeadCard:
    lines = notes.read_signatures(told["more"])
    origin = notes.read_checkpoint(notes.read(told["text"]).text).origin
    return HeadCard(origin, told["size"], bytes(told["root"]), told["text"] + told["more"], told["since"],
                    tuple(sorted(one.name for one in lines)), bytes(told["peaks"]))


def size() -> int:
    """How many leaves the newest checkpoint covers."""
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def leaf(index: int) -> LeafCard:
    """Refuses: NotFound."""
    return _only(Leaf.objects.filter(index=index))


def about(ref: UUID, *, limit: int = 100) -> list[LeafCard]:
    """The leaves about a thing, the newest first."""
    return _cards(Leaf.objects.filter(about=ref).order_by("-index")[:limit])


def entries(*, series: str | None = None, day: date | None = None, before: int | None = None,
            limit: int = 50) -> list[LeafCard]:
    """Leaves, the newest first; `before` is the last index of the page before."""
    rows = Leaf.objects.order_by("-index")
    rows = rows if series is None else rows.filter(series=series)
    rows = rows if day is None else rows.filter(day=day)
    return _cards((rows if before is None else rows.filter(index__lt=before))[:limit])


def receipt(ref: UUID | int, *, index: int | None = None, number: int | None = None) -> ReceiptCard:
    """The receipt of the newest leaf about a thing, or of the one with this index or number; `ref` may itself be an
    index. Never holds salts. Refuses: NotFound."""
    found = _leaf(ref, index=index, number=number)
    under = head(covering=found.index)
    if under is None:
        raise NotFound(_NO_LEAF)
    return proved(found, under)


def proved(leaf: LeafCard, head: HeadCard) -> ReceiptCard:
    """The receipt of a leaf under a checkpoint that covers it; one statement."""
    read = access.Reader(head.size, near=leaf.index, peaks=head.peaks)
    proof = merkle.inclusion(leaf.index, head.size, read, access.profile().hashing)
    extra = leaves.canonical(
        {"entry": leaf.entry, "payload": None if leaf.payload is None else json.loads(leaf.payload)})
    made = receipts.Receipt(leaf.index, tuple(proof), head.note, extra)
    return ReceiptCard(leaf, made.text(), head)


def root(size: int) -> bytes:
    """Of the first `size` leaves."""
    return merkle.root(size, access.Reader(size), access.profile().hashing)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the log of `new` leaves begins with that of `old`. Refuses: ValueError."""
    return merkle.consistency(old, new, access.Reader(new), access.profile().hashing)


def may_open(ref: UUID | int, *, by: Actor, index: int | None = None, number: int | None = None) -> bool:
    """Whether the actor may be shown what this leaf's commitments hide, and it has any."""
    try:
        return bool(openings(ref, by=by, index=index, number=number))
    except NotFound:
        return False


def openings(ref: UUID | int | LeafCard, *, by: Actor, index: int | None = None,
             number: int | None = None) -> list[leaves.Opening]:
    """What the commitments of a leaf hide, for somebody whom the fact itself names (person, provider, practitioner).

    Refuses: NotFound (no such leaf, the actor is none of them, or the payload is withheld).
    """
    found = ref if isinstance(ref, LeafCard) else _leaf(ref, index=index, number=number)
    if found.withheld is not None:
        raise NotFound(found.withheld)  # without the payload there is nothing that they could open
    _, entry = journal.entries(after=found.position - 1, until=found.position)[0]
    if not access.holds(entry.payload, by):
        raise NotFound(N_("Only whom this record is about can open what is sealed in it. Sign in as one of them."))
    committed = facts.committed(entry.fact, entry.payload)
    return leaves.openings(entry.payload, str(entry.about), committed, salts(), found.position)


def salts() -> leaves.Salts:
    """What commitments are salted with; the same whenever the log is made again."""
    return leaves.Salts(crypto.derived(settings.MASTER_KEY, "openlog salts"))


def days(*, series: str | None = None) -> DaysCard:
    """How many leaves each day and series has, the newest day first."""
    found: dict[date, dict[str, int]] = {}
    rows = Day.objects.order_by("-day", "series")
    for day, name, count in (rows if series is None else rows.filter(series=series)).values_list(
            "day", "series", "leaves"):
        found.setdefault(day, {})[name] = count
    return DaysCard(sum(sum(one.values()) for one in found.values()), tuple(DayCard(*one) for one in found.items()))


def series() -> dict[str, int]:
    """The series and how many leaves each has."""
    return days().by_series


def log_keys() -> list[KeyCard]:
    """Every key that ever signed our checkpoints, the newest first."""
    return list(state().keys)


def witnesses() -> list[WitnessCard]:
    """Who is asked to cosign our checkpoints."""
    return list(state().witnesses)


def trusted() -> list[TrustedCard]:
    """The logs that we witness."""
    return list(state().trusted)


def seen(digest: str) -> str:
    """The last checkpoint that we cosigned of the log whose origin has this SHA-256, in hex. Refuses: NotFound."""
    found = Trusted.objects.filter(digest=digest, size__gt=0).values_list("note", flat=True).first()
    if found is None:
        raise NotFound(N_("No checkpoint of such a log was cosigned here."))
    return found


def said(found: Finding) -> str:
    """What was found out about a receipt, in the reader's language."""
    values = dict(found.values)
    if "second" in values:
        values["moment"] = _moment(values["second"])
    if "field" in values:
        values["field"] = field_name(values["field"])
    if "fields" in values:
        values["fields"] = ", ".join(map(field_name, str(values["fields"]).split(", ")))
    if "series" in values:
        values["series"] = series_name(values["series"])
    return speak(words.WORDS[found.code], **values)


def _moment(second: int) -> str:
    try:
        return written.moment(datetime.fromtimestamp(second, UTC))
    except (ValueError, OverflowError, OSError):  # a witness may name one beyond all calendars
        return str(second)


def field_name(name: str) -> str:
    """What a field of a public fact is called, in the reader's language; its own name where it has no other."""
    return speak(words.FIELDS[name]) if name in words.FIELDS else name


def series_name(name: str) -> str:
    return speak(words.SERIES[name]) if name in words.SERIES else name


def tile(wanted: tiles.Tile) -> bytes | None:
    """A tile or a bundle of entries as others fetch it; None where the tree has not grown so far."""
    if not tiles.in_tree(wanted, size()):
        return None
    if wanted.level is not None:
        (made,) = access.hashes(wanted)
        return made if len(made) == wanted.width * access.profile().hashing.length else None
    first = wanted.number * tiles.WIDTH
    texts = list(Leaf.objects.filter(index__gte=first, index__lt=first + wanted.width).order_by("index").values_list(
        "entry", flat=True))
    return tiles.bundled(text.encode() for text in texts) if len(texts) == wanted.width else None


def _leaf(ref: UUID | int, *, index: int | None, number: int | None) -> LeafCard:
    rows = Leaf.objects.filter(index=ref) if isinstance(ref, int) else Leaf.objects.filter(about=ref)
    rows = rows if index is None else rows.filter(index=index)
    return _only(rows if number is None else rows.filter(number=number))


def _only(rows: QuerySet[Leaf]) -> LeafCard:
    found = _cards(rows.order_by("-index")[:1])
    if not found:
        raise NotFound(_NO_LEAF)
    return found[0]


def _cards(rows: QuerySet[Leaf]) -> list[LeafCard]:
    reason = Withheld.objects.filter(leaf=OuterRef("index")).values("reason")[:1]
    return [_card(row) for row in rows.annotate(reason=Subquery(reason))]


def _card(row: Any) -> LeafCard:
    entry = leaves.read_entry(row.entry.encode())
    withheld = None if row.reason is None else leaves.REASONS[leaves.Reason(row.reason)]
    return LeafCard(row.index, row.series, row.number, entry.fact, entry.at, row.day, row.entry,
                    None if withheld else row.payload, withheld, bytes(row.hash), row.position)
