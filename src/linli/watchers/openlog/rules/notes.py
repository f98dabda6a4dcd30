"""Signed notes (C2SP signed-note) and the keys that sign them; checkpoints are notes of a fixed shape."""
import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linli.watchers.openlog.rules import sm

ED25519, COSIGNATURE, OTHER = 0x01, 0x04, 0xFF
_DASH, _MOST = "\u2014 ", 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteBroken(ValueError):
    """The text is no note, or a signature of a known key does not fit it. Says which in its words."""


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True)
class Note:
    """`text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    def whole(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


@dataclass(frozen=True)
class VerifierKey:
    """`kind`: 1 for a log's Ed25519, 4 for a witness's timestamped cosignature, 255 for SM2 (behind its mark)."""

    name: str
    kind: int
    public: bytes

    @cached_property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def fits(self, signature: Signature, text: str) -> bool:
        """Whether this key made the signature over the text."""
        signed, value = text.encode(), signature.value
        if self.kind == OTHER:
            return sm.verify(self.public.removeprefix(sm.MARK), signed, value)
        if self.kind == COSIGNATURE:
            signed, value = _stamped(int.from_bytes(value[:8], "big"), text), value[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(Protocol):
    """What can sign a note's text."""

    @property
    def key(self) -> VerifierKey: ...

    def sign(self, text: str) -> Signature: ...


@dataclass(frozen=True)
class LogSigner:
    name: str
    private: Ed25519PrivateKey

    @cached_property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, ED25519, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.key.key_id, self.private.sign(text.encode()))


@dataclass(frozen=True)
class SM2Signer:
    name: str
    seed: bytes

    @cached_property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, OTHER, sm.MARK + sm.public(self.seed))

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.key.key_id, sm.sign(self.seed, text.encode()))


@dataclass(frozen=True)
class Cosigner:
    """A witness: signs a checkpoint together with the second at which it saw it (C2SP tlog-cosignature)."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, name: str, seed: bytes) -> "Cosigner":
        """From a seed of 32 bytes."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, COSIGNATURE, self.private.public_key().public_bytes_raw())

    def cosign(self, text: str, *, second: int) -> Signature:
        """`second`: POSIX time, more than zero."""
        value = second.to_bytes(8, "big") + self.private.sign(_stamped(second, text))
        return Signature(self.name, self.key.key_id, value)


def _stamped(second: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {second}\n".encode() + text.encode()


def stamp(signature: Signature) -> int:
    """The POSIX second in a cosignature."""
    return int.from_bytes(signature.value[:8], "big")


def read_key(text: str) -> VerifierKey:
    """A verifier key from `name+hash+key`. Refuses: NoteBroken (not of this form, or its hash does not fit)."""
    parts = text.strip().split("+", 2)
    try:
        name, told, encoded = parts
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise NoteBroken("not a verifier key") from None
    key = VerifierKey(name, raw[0] if raw else 0, raw[1:])
    proper = len(key.public) == 32 if key.kind in (ED25519, COSIGNATURE) else (
        key.kind == OTHER and key.public.startswith(sm.MARK) and len(key.public) == len(sm.MARK) + sm.LENGTH)
    if not _proper(name) or not proper:
        raise NoteBroken("not a verifier key")
    if key.key_id.hex() != told:
        raise NoteBroken("the verifier key's hash does not fit")
    return key


def read(whole: str) -> Note:
    """A note from its text; signatures are not checked. Refuses: NoteBroken."""
    if _CONTROL.search(whole):
        raise NoteBroken("a control character stands in the note")
    place = whole.rfind("\n\n")
    if place < 0 or not whole.endswith("\n"):
        raise NoteBroken("no signatures follow the text")
    text, lines = whole[: place + 1], whole[place + 2 : -1].split("\n")
    if len(lines) > _MOST:
        raise NoteBroken("no signatures, or too many")
    return Note(text, tuple(_signature(line) for line in lines))


def read_signatures(lines: str) -> list[Signature]:
    """Signature lines alone, as a witness answers them. Refuses: NoteBroken."""
    return [_signature(line) for line in lines.splitlines()]


def _signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise NoteBroken("a signature line does not begin with a dash")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise NoteBroken("a signature is not base64") from None
    if not _proper(name) or len(raw) < 5:
        raise NoteBroken("a signature line is not whole")
    return Signature(name, raw[:4], raw[4:])


def _proper(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def signed(text: str, signers: Iterable[Signer]) -> Note:
    """A note over `text`, which ends with a newline. Refuses: ValueError (it does not, or control characters)."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note's text ends with a newline and has no control characters")
    return Note(text, tuple(one.sign(text) for one in signers))


Known = Sequence[VerifierKey]


def checked(note: Note, known: Known) -> list[VerifierKey]:
    """The known keys that signed the note; unknown signatures are passed over.

    Refuses: NoteBroken (no known key signed it, or a signature that names a known key does not fit).
    """
    keys = {(key.name, key.key_id): key for key in known}
    found: list[VerifierKey] = []
    for one in note.signatures:
        key = keys.get((one.name, one.key_id))
        if key is None or key in found:
            continue
        if not key.fits(one, note.text):
            raise NoteBroken(f"the signature of {key.name} does not fit")
        found.append(key)
    if not found:
        raise NoteBroken("no known key signed this")
    return found


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: whose log, how many leaves, their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """From a note's text (C2SP tlog-checkpoint); extension lines are passed over. Refuses: NoteBroken."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteBroken("not a checkpoint: three lines or more are wanted")
    origin, size, encoded = lines[:3]
    if not (size.isascii() and size.isdigit()) or len(size) > 19 or size != str(int(size)):
        raise NoteBroken("not a checkpoint: the size is not a number")
    try:
        root = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise NoteBroken("not a checkpoint: the root is not base64") from None
    if len(root) != 32:
        raise NoteBroken("not a checkpoint: the root is not 32 bytes long")
    return Checkpoint(origin, int(size), root)
