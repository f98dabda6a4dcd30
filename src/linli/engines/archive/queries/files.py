from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from linli.engines.archive import access
from linli.engines.archive.models import File
from linli.engines.archive.rules import Kind
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_

MINUTES = 15
"""How long a link holds, where nobody says otherwise."""


@dataclass(frozen=True)
class Kept:
    """A file as it was sent; `size` in bytes, `sha256` in hex."""

    ref: UUID
    name: str
    kind: Kind
    size: int
    sha256: str
    owner: str
    kept_at: datetime


def kept(ref: UUID) -> Kept:
    """Refuses: NotFound (absent, let go, or erased with its owner)."""
    return _kept(*access.file(ref))


def kept_all(refs: Collection[UUID]) -> dict[UUID, Kept]:
    """Those of these files that are still kept; a query for them, and one for each kind of owner."""
    rows = list(File.objects.filter(ref__in=refs, cleared_at=None).order_by("pk")) if refs else []
    keys = access.owner_keys({row.owner for row in rows})
    return {row.ref: _kept(row, keys[row.owner]) for row in rows if row.owner in keys}


def kept_of(owner: str) -> list[Kept]:
    """Everything that is kept under this owner's key, oldest first."""
    rows = list(File.objects.filter(owner=owner, cleared_at=None).order_by("pk"))
    key = access.owner_keys([owner]).get(owner) if rows else None
    return [_kept(row, key) for row in rows] if key else []


def _kept(row: File, wrapped: bytes) -> Kept:
    return Kept(row.ref, access.name(row, wrapped), Kind(row.kind), row.size, row.sha256, row.owner, row.kept_at)


def read(ref: UUID) -> Iterator[bytes]:
    """The bytes as they were sent, in pieces. Refuses: NotFound, before the first one.

    Raises kernel.crypto.Unreadable in the midst of it, where the file was changed on the disk.
    """
    return access.content(*access.file(ref))


def link(ref: UUID, *, by: Actor, at: datetime, minutes: int = MINUTES) -> str:
    """An address that gives the file to this actor alone, for so many minutes; the caller has asked whether it may.

    It need not exist: a link asks nothing of the database.
    """
    until = int((at + timedelta(minutes=minutes)).timestamp())
    return reverse("archive:file", args=[_signer(by).sign_object([ref.hex, until])])


def linked(token: str, *, by: Actor, at: datetime) -> Kept:
    """The file that a link leads to. Refuses: NotFound (no link of ours, somebody else's, no longer kept), Conflict
    (past its time)."""
    try:
        ref, until = _signer(by).unsign_object(token)
    except (BadSignature, ValueError):
        raise access.gone() from None
    ends = datetime.fromtimestamp(until, UTC)
    if at >= ends:
        raise Conflict(N_("This link held until {until}. Go back to the page where it stood: it gives you a new one."),
                       until=timezone.localtime(ends).strftime("%Y-%m-%d %H:%M"))
    return kept(UUID(ref))


def _signer(by: Actor) -> Signer:
    return Signer(salt=f"archive.link.{by.ref}")
