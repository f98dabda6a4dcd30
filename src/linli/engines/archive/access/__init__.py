"""The one way to a file: its row, its owner's key, its bytes. Who may have it, the context that keeps it has asked."""
from collections.abc import Collection, Iterator
from uuid import UUID

from django.conf import settings

from linli.engines.archive.access import disk as disk
from linli.engines.archive.models import File, OwnerKey
from linli.engines.archive.registry import KEYS
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_


def keyring() -> Keyring:
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)


def owner_keys(owners: Collection[str]) -> dict[str, bytes]:
    """The wrapped keys of those owners who have one; at most one query for each kind of owner."""
    found: dict[str, bytes] = {}
    for kind in {owner.partition(":")[0] for owner in owners} & set(KEYS):
        refs = {UUID(owner.partition(":")[2]) for owner in owners if owner.startswith(f"{kind}:")}
        found |= {f"{kind}:{ref}": wrapped for ref, wrapped in KEYS[kind](refs).items()}
    own = [owner for owner in owners if owner.partition(":")[0] not in KEYS]
    if own:
        rows = OwnerKey.objects.filter(owner__in=own).values_list("owner", "wrapped")
        found |= {owner: bytes(wrapped) for owner, wrapped in rows}
    return found


def file(ref: UUID) -> tuple[File, bytes]:
    """A file and its owner's key. Refuses: NotFound (absent, cleared, erased with its owner)."""
    row = File.one(ref=ref)
    wrapped = owner_keys([row.owner]).get(row.owner) if row and row.cleared_at is None else None
    if row is None or wrapped is None:
        raise gone()
    return row, wrapped


def gone() -> NotFound:
    return NotFound(N_("There is no such file, or it is no longer kept."))


def name(row: File, wrapped: bytes) -> str:
    return keyring().open(wrapped, row.name_sealed or b"", context=f"name of file {row.ref}")


def sealed_name(ref: UUID, plain: str, wrapped: bytes) -> bytes:
    return keyring().seal(wrapped, plain, context=f"name of file {ref}")


def inside(ref: UUID) -> str:
    """The context under which a file's bytes are sealed: they open nowhere else."""
    return f"file {ref}"


def content(row: File, wrapped: bytes) -> Iterator[bytes]:
    """The bytes as they were sent. Refuses: NotFound at once; Unreadable, in the midst of it (changed on the disk)."""
    try:
        lying = disk.opened(row.ref)
    except FileNotFoundError:
        raise gone() from None

    def pieces() -> Iterator[bytes]:
        with lying:
            yield from keyring().open_pieces(wrapped, lying.read, context=inside(row.ref))

    return pieces()
