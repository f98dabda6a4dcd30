"""Which algorithms a log goes by: SHA-256 with Ed25519, or SM3 with SM2 where the law wants those (GB/T 39786)."""
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.watchers.openlog.rules import notes, sm
from linli.watchers.openlog.rules.merkle import SHA256, Hashing


@dataclass(frozen=True)
class Profile:
    """`signer` makes a log's signer from its origin and a seed of 32 bytes."""

    name: str
    hashing: Hashing
    signer: Callable[[str, bytes], notes.Signer]


def _ed25519(origin: str, seed: bytes) -> notes.Signer:
    return notes.LogSigner(origin, Ed25519PrivateKey.from_private_bytes(seed))


STANDARD = Profile("standard", SHA256, _ed25519)
SM = Profile("sm", sm.SM3, notes.SM2Signer)


def named(name: str) -> Profile:
    """Refuses: ValueError (no such profile, or its library is not installed)."""
    if name == SM.name and not sm.installed():
        raise ValueError("The SM profile needs the extra `guomi`: pip install linli[guomi].")
    for one in (STANDARD, SM):
        if name == one.name:
            return one
    raise ValueError(f"LINLI_LOG_PROFILE is {STANDARD.name} or {SM.name}, not {name}")


def of(key: notes.VerifierKey) -> Profile:
    """The profile of a log that signs with this key."""
    return SM if key.kind == notes.OTHER else STANDARD
