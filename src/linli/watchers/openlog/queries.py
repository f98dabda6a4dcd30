"""What the log says: heads, leaves, receipts, counts, keys. Everything but `openings` is public."""
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum

from linli.engines.journal import queries as journal
from linli.kernel import crypto
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.ui import written
from linli.watchers.openlog import access
from linli.watchers.openlog.models import Checkpoint, Cosignature, Day, Leaf, LogKey, Trusted, Withheld, Witness
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


def head(*, covering: int | None = None) -> HeadCard | None:
    """The newest checkpoint; None while nothing was published.

    With `covering` an index: the newest cosigned checkpoint that covers this leaf, else the newest of all.
    """
    row = None
    if covering is not None:
        cosigned = Cosignature.objects.filter(size__gt=covering).order_by("-size").values_list("size", flat=True)[:1]
        row = Checkpoint.objects.filter(size__in=list(cosigned)).first()
    row = row or Checkpoint.objects.order_by("-size").first()
    if row is None or covering is not None and row.size <= covering:
        return None
    lines = list(Cosignature.objects.filter(size=row.size).order_by("witness").values_list("witness", "line"))
    checkpoint = notes.read_checkpoint(notes.read(row.note).text)
    return HeadCard(checkpoint.origin, row.size, bytes(row.root), row.note + "".join(line for _, line in lines), row.at,
                    tuple(witness for witness, _ in lines))


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
    proof = merkle.inclusion(found.index, under.size, access.Reader(under.size), access.profile().hashing)
    extra = leaves.canonical(
        {"entry": found.entry, "payload": None if found.payload is None else json.loads(found.payload)})
    made = receipts.Receipt(found.index, tuple(proof), under.note, extra)
    return ReceiptCard(found, made.text(), under)


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


def openings(ref: UUID | int, *, by: Actor, index: int | None = None,
             number: int | None = None) -> list[leaves.Opening]:
    """What the commitments of a leaf hide, for somebody whom the fact itself names (person, provider, practitioner).

    Refuses: NotFound (no such leaf, or the actor is none of them).
    """
    found = _leaf(ref, index=index, number=number)
    position = Leaf.objects.values_list("position", flat=True).get(index=found.index)
    _, entry = journal.entries(after=position - 1, until=position)[0]
    if not access.holds(entry.payload, by):
        raise NotFound(N_("Only whom this record is about can open what is sealed in it. Sign in as one of them."))
    committed = facts.committed(entry.fact, entry.payload)
    return leaves.openings(entry.payload, str(entry.about), committed, salts(), position)


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
    rows = Day.objects.order_by("series").values("series").annotate(count=Sum("leaves"))
    return {row["series"]: row["count"] for row in rows}


def log_keys() -> list[KeyCard]:
    """Every key that ever signed our checkpoints, the newest first."""
    return [KeyCard(row.ref, row.number, row.verifier, row.since, row.until)
            for row in LogKey.objects.order_by("-number")]


def witnesses() -> list[WitnessCard]:
    """Who is asked to cosign our checkpoints."""
    return [WitnessCard(row.ref, row.origin, row.verifier, row.url, row.size, row.failure)
            for row in Witness.objects.order_by("origin")]


def trusted() -> list[TrustedCard]:
    """The logs that we witness."""
    return [TrustedCard(row.ref, row.origin, tuple(row.verifiers), row.size, row.at)
            for row in Trusted.objects.order_by("origin") if row.verifiers]


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
        values["moment"] = written.moment(datetime.fromtimestamp(values["second"], UTC))
    if "field" in values:
        values["field"] = field_name(values["field"])
    if "fields" in values:
        values["fields"] = ", ".join(map(field_name, str(values["fields"]).split(", ")))
    if "series" in values:
        values["series"] = series_name(values["series"])
    return speak(words.WORDS[found.code], **values)


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
        made = access.hashes(wanted)
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


def _cards(rows: Collection[Leaf] | QuerySet[Leaf]) -> list[LeafCard]:
    withheld = dict(Withheld.objects.filter(leaf__in=[row.index for row in rows]).values_list("leaf", "reason"))
    return [_card(row, withheld.get(row.index)) for row in rows]


def _card(row: Leaf, reason: str | None) -> LeafCard:
    entry = leaves.read_entry(row.entry.encode())
    return LeafCard(row.index, row.series, row.number, entry.fact, entry.at, row.day, row.entry,
                    row.payload or None if reason is None else None,
                    None if reason is None else leaves.REASONS[leaves.Reason(reason)], bytes(row.hash))

