"""The secret address of a calendar, and whose it is."""
import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from hashlib import sha256
from uuid import UUID

BACK, AHEAD, MOST = timedelta(days=31), timedelta(days=185), 1000
"""How far a calendar goes, and how much it holds at most."""


class FeedKind(StrEnum):
    OWN = auto()
    PRACTITIONER = auto()
    SITE = auto()


@dataclass(frozen=True)
class Scope:
    """What a calendar shows: one's own visits and those of whom one acts for, a practitioner's, or those at a site."""

    kind: FeedKind
    ref: UUID | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}" if self.ref else str(self.kind)


def scope(text: str) -> Scope | None:
    """What `str` of a scope gave; None for anything else."""
    kind, _, ref = text.partition(":")
    try:
        found = Scope(FeedKind(kind), UUID(ref) if ref else None)
    except ValueError:
        return None
    return found if (found.kind is FeedKind.OWN) == (found.ref is None) else None


def key(ref: UUID, generation: int, *, secret: bytes) -> str:
    """The last part of the address: nobody can guess it, and the next generation's is another."""
    sealed = hmac.new(secret, ref.bytes + generation.to_bytes(4, "big"), sha256).digest()[:20]
    return f"{ref.hex}{b32encode(sealed).decode().lower()}"


def ref_of(text: str) -> UUID | None:
    """Whose key this claims to be; whether it is, `same` says."""
    try:
        return UUID(text[:32]) if len(text) == 64 else None
    except ValueError:
        return None


def same(one: str, other: str) -> bool:
    """In a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
