"""Nodes witness one another: we cosign the logs that we trust, and have ours cosigned."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.watchers.openlog import events
from linli.watchers.openlog.actions.keys import may_run, seed
from linli.watchers.openlog.models import Checkpoint, Trusted, Witness
from linli.watchers.openlog.rules import notes, witnessing


@dataclass(frozen=True)
class Said:
    """What a witness answers: an HTTP status, and its text."""

    status: int
    text: str


def witness(body: bytes, *, by: Actor, at: datetime) -> Said:
    """Cosign another log's checkpoint if it only adds to the last one that we cosigned (C2SP tlog-witness).

    Whoever sends anything but a trusted log's own checkpoint takes nobody's turn to write.
    """
    try:
        asked = witnessing.read_request(body)
    except notes.NoteBroken as why:
        return Said(400, f"{why}\n")
    row = Trusted.objects.filter(origin=asked.checkpoint.origin).first()
    if row is None or not row.verifiers:
        return Said(404, "this log is not known here\n")
    said = _judged(asked, row)
    return _cosign(asked, by=by, at=at) if said.status == 200 else Said(said.status, said.text)


@action
def _cosign(asked: witnessing.Request, *, by: Actor, at: datetime) -> Said:
    """Judge again, now that nobody else can move on, and sign."""
    row = Trusted.objects.select_for_update().get(origin=asked.checkpoint.origin)
    said = _judged(asked, row)
    if said.status != 200:
        return Said(said.status, said.text)
    line = cosigner().cosign(asked.note.text, second=int(at.timestamp())).line()
    row.size, row.root, row.at, row.by = asked.checkpoint.size, asked.checkpoint.root, at, by.ref
    row.note = notes.Note(asked.note.text, said.signatures).whole() + line
    row.save(update_fields=["size", "root", "note", "at", "by"])
    return Said(200, line)


def _judged(asked: witnessing.Request, row: Trusted) -> witnessing.Judgement:
    known = [notes.read_key(one) for one in row.verifiers]
    return witnessing.judged(asked, known, size=row.size, root=bytes(row.root))


def cosigner() -> notes.Cosigner:
    """Ourselves as a witness of other logs."""
    return _cosigner(f"{settings.LOG_ORIGIN}/witness")


@cache
def _cosigner(origin: str) -> notes.Cosigner:
    return notes.Cosigner.of(origin, seed("witness key"))


@action
def trust(*, origin: str, verifiers: Sequence[str], by: Actor, at: datetime) -> UUID:
    """Cosign another log's checkpoints, or do so by other keys. Refuses: NotAllowed, RuleBroken (not its keys)."""
    may_run(by)
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
    may_run(by)
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
    may_run(by)
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
    may_run(by)
    row = Witness.objects.select_for_update().filter(origin=origin).first()
    if row is None:
        raise NotFound(N_("There is no such witness."))
    row.delete()
    journal.record(events.WitnessDropped(row.ref, origin), about=row.ref, by=by, at=at)


@action
def keep_cosignature(ref: UUID, *, size: int, line: str, by: Actor, at: datetime) -> None:
    """Put what a witness answered under our checkpoint of this size. Refuses: NotFound, RuleBroken (not its own)."""
    row = Witness.objects.select_for_update().filter(ref=ref).first()
    checkpoint = Checkpoint.objects.select_for_update().filter(size=size).first()
    if row is None or checkpoint is None:
        raise NotFound(N_("There is no such witness."))
    if not witnessing.cosigned(checkpoint.note, line, notes.read_key(row.verifier)):
        raise RuleBroken(N_("This is not the witness's signature of our checkpoint."))
    if f" {row.origin} " not in checkpoint.cosignatures:
        checkpoint.cosignatures += line
        checkpoint.save(update_fields=["cosignatures"])
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
