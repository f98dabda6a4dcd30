import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, Protocol, cast
from uuid import UUID

from django.db import transaction

from linli.engines.archive import access, events, rules
from linli.engines.archive.access import disk
from linli.engines.archive.models import File, OwnerKey, Package
from linli.engines.archive.queries import Kept
from linli.engines.archive.registry import KEYS
from linli.engines.archive.rules import Kind
from linli.engines.journal.actions import record
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_


class Readable(Protocol):
    """What a file is read from: an upload, an open file, an answer of another node."""

    def read(self, size: int, /) -> bytes: ...


def keep(name: str, stream: Readable, *, kinds: Collection[Kind], most_bytes: int, owner: str, by: Actor, at: datetime
         ) -> Kept:
    """Keep a file as it came, sealed under the key of its `owner` (a scope, such as `person:REF`); never whole in
    memory. What it is, is seen from what is in it; its name gets the ending of that.

    Nothing of the database is held while it is read, unless an action that calls this does so.
    Refuses: RuleBroken, field `file` (larger than `most_bytes`, empty, not one of `kinds`, a program or with one in
    it, locked, damaged, a bomb); Conflict (an owner who was erased).
    """
    wrapped = owner_key(owner, by=by, at=at)
    with _read(stream, most_bytes) as file:
        kind = rules.looked_at(file, name=name, kinds=frozenset(kinds))
        with on_disk(rules.kept_name(name, kind), rules.pieces(file), kind=kind, owner=owner, wrapped=wrapped, at=at
                     ) as kept:
            return say(kept, wrapped, by=by)


@contextmanager
def on_disk(name: str, content: Iterable[bytes], *, kind: Kind, owner: str, wrapped: bytes, at: datetime
            ) -> Iterator[Kept]:
    """Seal bytes on the disk, for what has been looked at or was made here; they go again if what follows is refused.
    """
    ref, digest, size = new_ref(), hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for some in content:
            digest.update(some)
            size += len(some)
            yield some

    disk.write(ref, access.keyring().seal_pieces(wrapped, counted(), context=access.inside(ref)))
    try:
        yield Kept(ref, name, kind, size, digest.hexdigest(), owner, at)
    except BaseException:
        disk.remove(ref)
        raise


@action
def say(kept: Kept, wrapped: bytes, *, by: Actor) -> Kept:
    """Say in the database what lies on the disk."""
    File.objects.create(
        ref=kept.ref, owner=kept.owner, kind=kept.kind, size=kept.size, sha256=kept.sha256, kept_at=kept.kept_at,
        kept_by=by.ref, name_sealed=access.sealed_name(kept.ref, kept.name, wrapped))
    record(events.FileKept(kept.ref, kept.owner, kept.kind, kept.size), about=kept.ref, by=by, at=kept.kept_at)
    return kept


@action
def discard(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let go of a file whose context no longer needs it: its bytes are removed, its row says when.

    Refuses: NotFound; Conflict (it is a package, which is never changed).
    """
    row = File.one(ref=ref, lock=True)
    if row is None or row.cleared_at:
        raise access.gone()
    if Package.objects.filter(file=row).exists():
        raise Conflict(N_("This is an archive package. It is kept as it is."))
    _clear(row, reason="discarded", by=by, at=at)


@action
def clear_erased(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Remove the bytes of files whose owner's key was destroyed: nobody can read them any more. How many."""
    rows = File.objects.filter(cleared_at=None).order_by("owner", "pk")
    kinds = [f"{kind}:" for kind in KEYS]
    owners = sorted({owner for owner in rows.values_list("owner", flat=True).distinct()
                     if owner.startswith(tuple(kinds))}) if kinds else []
    erased = set(owners) - set(access.owner_keys(owners))
    found = list(rows.filter(owner__in=erased).select_for_update()[:most]) if erased else []
    for row in found:
        _clear(row, reason="erased", by=by, at=at)
    return len(found)


def sweep(*, before: datetime) -> int:
    """Remove from the disk what no row speaks of: files of actions that were refused after all. How many."""
    found = list(disk.older(before.timestamp()))
    refs = [ref for _, ref in found if ref]
    known: set[UUID] = set()
    for start in range(0, len(refs), 500):
        known |= set(File.objects.filter(ref__in=refs[start:start + 500], cleared_at=None).values_list("ref", flat=True)
                     .order_by())
    left = [file for file, ref in found if ref is None or ref not in known]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def _clear(row: File, *, reason: str, by: Actor, at: datetime) -> None:
    row.sha256, row.name_sealed, row.cleared_at, row.cleared_by = "", None, at, by.ref
    row.save(update_fields=["sha256", "name_sealed", "cleared_at", "cleared_by"])
    record(events.FileCleared(row.ref, row.owner, reason), about=row.ref, by=by, at=at)
    transaction.on_commit(lambda: disk.remove(row.ref))


def owner_key(owner: str, *, by: Actor, at: datetime) -> bytes:
    """The owner's wrapped key; made now where the archive itself keeps it. Refuses: Conflict (erased)."""
    found = access.owner_keys([owner]).get(owner)
    if found:
        return found
    if owner.partition(":")[0] in KEYS:
        raise Conflict(N_("What belonged to this person was erased: nothing more can be kept for them."))
    return _made_key(owner, by=by, at=at)


@action
def _made_key(owner: str, *, by: Actor, at: datetime) -> bytes:
    made, _ = OwnerKey.objects.get_or_create(owner=owner, defaults={
        "wrapped": access.keyring().new_key(), "made_at": at, "made_by": by.ref})
    return bytes(made.wrapped)


@contextmanager
def _read(stream: Readable, most: int) -> Iterator[BinaryIO]:
    """The file, from its beginning. What can be read once only is copied beside the archive, under no name, and is gone
    afterwards. Refuses: RuleBroken (too large), as soon as it is."""
    if _seekable(stream):
        file = cast(BinaryIO, stream)
        _require_within(file.seek(0, 2), most)
        yield file
        return
    with disk.nameless() as copy:
        while some := stream.read(rules.PIECE):
            copy.write(some)
            _require_within(copy.tell(), most)
        yield copy


def _seekable(stream: Readable) -> bool:
    able = getattr(stream, "seekable", None)
    return bool(able and able())


def _require_within(size: int, most: int) -> None:
    if size > most:
        raise RuleBroken(N_("This file is larger than {megabytes} MB. Make it smaller, or send it in parts."),
                         field="file", rule="archive.size", megabytes=f"{most / 1_000_000:g}")
