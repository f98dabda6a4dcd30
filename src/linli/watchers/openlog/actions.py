import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from linli.engines.journal import actions as journal
from linli.engines.journal.registry import EntryCard
from linli.kernel import crypto
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.watchers.openlog import access, events, queries
from linli.watchers.openlog.models import (
    Checkpoint,
    Cosignature,
    Day,
    Head,
    Leaf,
    LogKey,
    Tile,
    Trusted,
    Withheld,
    Witness,
)
from linli.watchers.openlog.rules import facts, leaves, merkle, notes, profiles, tiles, witnessing

OVERLAP = timedelta(days=30)
_COLUMNS = ("index", "position", "about", "series", "number", "day", "entry", "payload", "hash")


class LogBroken(RuntimeError):
    """The log cannot go on without contradicting what it has signed. Somebody has to look."""


# Growing


@action
def append(entries: Sequence[EntryCard], *, by: Actor, at: datetime) -> int:
    """Make leaves of public facts, in the journal's order, and sign the tree that they lead to; how many were new.

    While the log is made again nothing is signed until it is as large as what was signed before, and then it must have
    the same root. Refuses: LogBroken (it has not, or a key file is another's).
    """
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    fresh = [entry for entry in entries if (entry.position or 0) > head.position]
    if not fresh:
        return 0
    hashing = access.profile().hashing
    tree, size = merkle.Frontier(head.size, bytes(head.peaks), hashing), head.size
    rows = [_leaf(entry, size + place, head.numbers, hashing) for place, entry in enumerate(fresh)]
    if size < head.signed:
        _withhold_again(rows)
    signed = b""
    for row in rows:
        tree.append(row[-1])
        if tree.size == head.signed:
            signed = tree.root()
    _write(rows)
    _count(rows)
    _fill(size, [row[-1] for row in rows], hashing)
    if signed and Checkpoint.objects.filter(size=head.signed).exclude(root=signed).exists():
        raise LogBroken(f"made again, the first {head.signed} leaves have another root than the one that was signed")
    head.size, head.peaks, head.position = tree.size, tree.peaks, fresh[-1].position or 0
    if head.size > head.signed:
        _sign(notes.Checkpoint(settings.LOG_ORIGIN, tree.size, tree.root()), by=by, at=at)
        head.signed = head.size
    head.save(update_fields=["size", "peaks", "position", "numbers", "signed"])
    return len(rows)


@action
def forget() -> None:
    """Empty the log, to be made again from the journal. What was signed, withheld or cosigned stays."""
    for model in (Leaf, Tile, Day):
        model._default_manager.all().delete()
    Head.objects.update(size=0, peaks=b"", position=0, numbers={})


def _leaf(entry: EntryCard, index: int, numbers: dict[str, int], hashing: merkle.Hashing) -> list[Any]:
    series, position = entry.fact.partition(".")[0], entry.position or 0
    number = numbers[series] = numbers.get(series, 0) + 1
    about, day = str(entry.about), leaves.day_of(entry.at)
    opened = leaves.openings(entry.payload, about, facts.committed(entry.fact, entry.payload), key=_salts(),
                             position=position)
    beside = leaves.payload(fact=entry.fact, series=series, number=number, at=entry.at, about=about,
                            fields=entry.payload, opened=opened, digest=hashing.digest)
    made = leaves.entry(fact=entry.fact, series=series, number=number, at=entry.at, payload=beside,
                        digest=hashing.digest)
    return [index, position, entry.about, series, number, day, made.decode(), beside.decode(), hashing.leaf(made)]


@cache
def _salts() -> bytes:
    return queries.salts()


def _withhold_again(rows: list[list[Any]]) -> None:
    withheld = set(Withheld.objects.filter(leaf__range=(rows[0][0], rows[-1][0])).values_list("leaf", flat=True))
    for row in rows:
        if row[0] in withheld:
            row[_COLUMNS.index("payload")] = ""


def _write(rows: list[list[Any]]) -> None:
    """Rows of leaves as the database takes them; no objects are made of them, for this is most of what appending is."""
    quote, sqlite = connection.ops.quote_name, connection.vendor == "sqlite"
    values = [(i, p, about.hex, s, n, day.isoformat(), e, b, h) for i, p, about, s, n, day, e, b, h in rows
              ] if sqlite else rows
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO openlog_leaf ({', '.join(map(quote, _COLUMNS))})"
                           f" VALUES ({', '.join(['%s'] * len(_COLUMNS))})", values)


def _count(rows: list[list[Any]]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row[5].isoformat(), row[3]
        counts[key] = counts.get(key, 0) + 1
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO openlog_day (day, series, leaves) VALUES (%s, %s, %s) ON CONFLICT (day, series)"
            " DO UPDATE SET leaves = openlog_day.leaves + excluded.leaves",
            [(*key, count) for key, count in sorted(counts.items())])


def _fill(size: int, added: list[bytes], hashing: merkle.Hashing) -> None:
    """Write down the rows of 256 hashes that have become full; each adds one hash to the level above."""
    level = 0
    while added and (size + len(added)) // tiles.WIDTH > size // tiles.WIDTH:
        begun = size % tiles.WIDTH
        before = access.hashes(tiles.Tile(level, size // tiles.WIDTH, begun)) if begun else b""
        row, above = before + b"".join(added), []
        wide = tiles.WIDTH * hashing.length
        for place in range(len(row) // wide):
            part = row[place * wide : (place + 1) * wide]
            over = tiles.folded([part[n : n + hashing.length] for n in range(0, wide, hashing.length)], hashing)
            Tile(level=level, number=size // tiles.WIDTH + place, hashes=part, root=over).save(force_insert=True)
            above.append(over)
        level, size, added = level + 1, size // tiles.WIDTH, above


def _sign(checkpoint: notes.Checkpoint, *, by: Actor, at: datetime) -> None:
    note = notes.signed(checkpoint.text(), _signers(by=by, at=at)).whole()
    Checkpoint(size=checkpoint.size, root=checkpoint.root, note=note, at=at, by=by.ref).save(force_insert=True)


# Keys


@action
def rotate(*, overlap: timedelta = OVERLAP, by: Actor, at: datetime) -> UUID:
    """Sign with a new key from now on, and for a while with the one before too. Refuses: NotAllowed."""
    _may_run(by)
    Head.objects.select_for_update().get_or_create(pk=1)
    _signers(by=by, at=at)  # where nothing was signed yet, the first key comes first
    before = LogKey.objects.filter(until=None).order_by("-number")[0]
    LogKey.objects.filter(until=None).update(until=at + overlap)
    made = _key(before.number + 1, by=by, at=at)
    journal.record(events.LogKeyRotated(made.ref, made.verifier, before.verifier), about=made.ref, by=by, at=at)
    return made.ref


def _key(number: int, *, by: Actor, at: datetime) -> LogKey:
    verifier = str(_signer(number, settings.LOG_ORIGIN, settings.LOG_PROFILE).key)
    return LogKey.objects.create(ref=new_ref(), number=number, verifier=verifier, since=at, at=at, by=by.ref)


def _signers(*, by: Actor, at: datetime) -> list[notes.Signer]:
    """Those that sign at this moment, the newest first; under the head row's lock."""
    rows = list(LogKey.objects.order_by("-number")) or [_key(1, by=by, at=at)]
    found = []
    for row in rows:
        if row.until is None or row.until > at:
            signer = _signer(row.number, settings.LOG_ORIGIN, settings.LOG_PROFILE)
            if _verifier(signer) != row.verifier:
                raise LogBroken(f"the key file {row.number} is not of {row.verifier}; or the origin was changed")
            found.append(signer)
    return found


@cache
def _signer(number: int, origin: str, profile: str) -> notes.Signer:
    return profiles.named(profile).signer(origin, _seed(f"log key {number}"))


@cache
def _verifier(signer: notes.Signer) -> str:
    return str(signer.key)


def _seed(purpose: str) -> bytes:
    """The secret part of a key: drawn from the master key once, then kept beside the database, for its owner only."""
    seed = crypto.derived(settings.MASTER_KEY, purpose)
    if settings.LOG_KEYS is None:
        return seed
    file = settings.LOG_KEYS / purpose.replace(" ", "-")
    settings.LOG_KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(seed.hex())
    except FileExistsError:
        return bytes.fromhex(file.read_text())
    return seed


# Withholding


@action
def withhold(index: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Show the payload of a leaf no more; its digest stays in the log. Refuses: NotAllowed, NotFound, RuleBroken,
    Conflict (withheld already)."""
    _may_run(by)
    if reason not in set(leaves.Reason):
        raise RuleBroken(N_("Choose one of these reasons: {reasons}."), field="reason",
                         reasons=", ".join(leaves.Reason))
    queries.leaf(index)
    _, new = Withheld.objects.get_or_create(leaf=index, defaults={"reason": reason, "at": at, "by": by.ref})
    if not new:
        raise Conflict(N_("This payload is withheld already."))
    Leaf.objects.filter(index=index).update(payload="")
    journal.record(events.PayloadWithheld(index, reason), about=new_ref(), by=by, at=at)


# Witnesses


@dataclass(frozen=True)
class Said:
    """What a witness answers: an HTTP status, and its text."""

    status: int
    text: str


@action
def witness(body: bytes, *, by: Actor, at: datetime) -> Said:
    """Cosign another log's checkpoint if it only adds to the last one that we cosigned (C2SP tlog-witness)."""
    try:
        asked = witnessing.read_request(body)
    except notes.NoteBroken as why:
        return Said(400, f"{why}\n")
    row = Trusted.objects.select_for_update().filter(origin=asked.checkpoint.origin).first()
    if row is None or not row.verifiers:
        return Said(404, "this log is not known here\n")
    known = [notes.read_key(one) for one in row.verifiers]
    said = witnessing.judged(asked, known, size=row.size, root=bytes(row.root))
    if said.status != 200:
        return Said(said.status, said.text)
    line = cosigner().cosign(asked.note.text, second=int(at.timestamp())).line()
    row.size, row.root, row.at, row.by = asked.checkpoint.size, asked.checkpoint.root, at, by.ref
    row.note = notes.Note(asked.note.text, said.signatures).whole() + line
    row.save(update_fields=["size", "root", "note", "at", "by"])
    return Said(200, line)


def cosigner() -> notes.Cosigner:
    """Ourselves as a witness of other logs."""
    return _cosigner(f"{settings.LOG_ORIGIN}/witness")


@cache
def _cosigner(origin: str) -> notes.Cosigner:
    return notes.Cosigner.of(origin, _seed("witness key"))


@action
def trust(*, origin: str, verifiers: Sequence[str], by: Actor, at: datetime) -> UUID:
    """Cosign another log's checkpoints, or do so by other keys. Refuses: NotAllowed, RuleBroken (not its keys)."""
    _may_run(by)
    keys = [_read_key(one, "verifiers") for one in verifiers]
    if not keys or any(key.name != origin or key.kind == notes.COSIGNATURE for key in keys):
        raise RuleBroken(N_("Each key has to be one of the log {origin} itself. Its page shows them."),
                         field="verifiers", origin=origin)
    row, _ = Trusted.objects.select_for_update().get_or_create(origin=origin, defaults={
        "ref": new_ref(), "digest": sha256(origin.encode()).hexdigest(), "verifiers": [], "at": at, "by": by.ref})
    row.verifiers = [str(key) for key in keys]
    row.save(update_fields=["verifiers"])
    journal.record(events.LogTrusted(row.ref, origin, tuple(row.verifiers)), about=row.ref, by=by, at=at)
    return row.ref


@action
def distrust(*, origin: str, by: Actor, at: datetime) -> None:
    """Cosign this log no more. What was seen of it is kept, so that a later trust goes on from there.

    Refuses: NotAllowed, NotFound.
    """
    _may_run(by)
    row = Trusted.objects.select_for_update().filter(origin=origin).first()
    if row is None or not row.verifiers:
        raise NotFound(N_("There is no such log among those that are cosigned here."))
    row.verifiers = []
    row.save(update_fields=["verifiers"])
    journal.record(events.LogDistrusted(row.ref, origin), about=row.ref, by=by, at=at)


@action
def add_witness(*, verifier: str, url: str, by: Actor, at: datetime) -> UUID:
    """Have our checkpoints cosigned by this witness. `url` is its submission prefix. Refuses: NotAllowed, RuleBroken,
    Conflict (there is one of that name)."""
    _may_run(by)
    key = _read_key(verifier, "verifier")
    if key.kind != notes.COSIGNATURE:
        raise RuleBroken(N_("This is a log's key, not a witness's."), field="verifier")
    if not url.startswith(("https://", "http://")):
        raise RuleBroken(N_("The address begins with https://."), field="url")
    row, new = Witness.objects.get_or_create(origin=key.name, defaults={
        "ref": new_ref(), "verifier": str(key), "url": url.rstrip("/"), "at": at, "by": by.ref})
    if not new:
        raise Conflict(N_("This witness is asked already."))
    journal.record(events.WitnessAdded(row.ref, key.name, str(key)), about=row.ref, by=by, at=at)
    return row.ref


@action
def drop_witness(*, origin: str, by: Actor, at: datetime) -> None:
    """Ask this witness no more; its cosignatures stay. Refuses: NotAllowed, NotFound."""
    _may_run(by)
    row = Witness.objects.select_for_update().filter(origin=origin).first()
    if row is None:
        raise NotFound(N_("There is no such witness."))
    row.delete()
    journal.record(events.WitnessDropped(row.ref, origin), about=row.ref, by=by, at=at)


@action
def keep_cosignature(ref: UUID, *, size: int, line: str, by: Actor, at: datetime) -> None:
    """Put what a witness answered under our checkpoint of this size. Refuses: NotFound, RuleBroken (not its own)."""
    row = Witness.objects.select_for_update().filter(ref=ref).first()
    checkpoint = Checkpoint.objects.filter(size=size).first()
    if row is None or checkpoint is None:
        raise NotFound(N_("There is no such witness."))
    if not witnessing.cosigned(checkpoint.note, line, notes.read_key(row.verifier)):
        raise RuleBroken(N_("This is not the witness's signature of our checkpoint."))
    Cosignature.objects.get_or_create(size=size, witness=row.origin, defaults={"line": line, "at": at, "by": by.ref})
    row.size, row.failure = max(row.size, size), ""
    row.save(update_fields=["size", "failure"])


@action
def note_failure(ref: UUID, *, failure: str, size: int | None = None, by: Actor, at: datetime) -> None:
    """Keep what a witness answered instead, and how far it says it is where it says so."""
    Witness.objects.filter(ref=ref).update(failure=failure[:200], **({} if size is None else {"size": size}))


def _read_key(text: str, field: str) -> notes.VerifierKey:
    try:
        return notes.read_key(text)
    except notes.NoteBroken:
        raise RuleBroken(N_("This is not a key of the form name+hash+key."), field=field) from None


def _may_run(by: Actor) -> None:
    if by.ref != SYSTEM.ref and access.RUN not in by.permissions:
        raise NotAllowed(N_("Only a system administrator runs the log."))
