"""SM3 tree hashes (GB/T 32905) and SM2 signatures with SM3 (GB/T 32918), by the package of the extra `guomi`."""
import hashlib
import hmac
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from linli.watchers.openlog.rules.merkle import Hasher, Hashing

MARK = b"linli SM2 with SM3 1:"  # after the byte for signatures that have none of their own (C2SP signed-note)
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
LENGTH = 64


def installed() -> bool:
    return find_spec("gmssl") is not None


@dataclass(frozen=True)
class _Sm3:
    """By the library, where this OpenSSL has no SM3."""

    data: bytes

    def digest(self) -> bytes:
        return bytes.fromhex(self.hexdigest())

    def hexdigest(self) -> str:
        return str(_library("sm3").sm3_hash(list(self.data)))


def _sm3(data: bytes) -> Hasher:
    return hashlib.new("sm3", data) if "sm3" in hashlib.algorithms_available else _Sm3(data)


SM3 = Hashing(_sm3, 32)


def _library(part: str) -> Any:
    try:
        return import_module(f"gmssl.{part}")
    except ImportError:
        raise ValueError("The SM profile needs the extra `guomi`: pip install linli[guomi].") from None


def _secret(seed: bytes) -> int:
    return int.from_bytes(seed, "big") % (_ORDER - 2) + 1


def _machine(public: bytes, secret: int = 0) -> Any:
    machine = _library("sm2").CryptSM2(private_key=f"{secret:064x}", public_key="")
    machine.public_key = public.hex()  # not by the constructor, which takes zeros and fours off its front
    return machine


def public(seed: bytes) -> bytes:
    """The point of 64 bytes that belongs to a seed of 32. Refuses: ValueError (the library is not installed)."""
    machine = _machine(b"")
    return bytes.fromhex(str(machine._kg(_secret(seed), machine.ecc_table["g"])))


def sign(seed: bytes, message: bytes) -> bytes:
    """64 bytes: r and s. The random number is drawn from the seed and the message, so it never comes twice."""
    machine = _machine(public(seed), _secret(seed))
    drawn = hmac.digest(seed, b"sm2 nonce" + message, "sha256")
    digest = bytes.fromhex(str(machine._sm3_z(message)))
    return bytes.fromhex(str(machine.sign(digest, f"{_secret(drawn):064x}")))


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this key made the signature."""
    if len(public) != LENGTH or len(signature) != LENGTH:
        return False
    machine = _machine(public)
    return bool(machine.verify(signature.hex(), bytes.fromhex(str(machine._sm3_z(message)))))
