"""Personal data at rest: sealed under a person's own key, which is itself wrapped under the keyring's master.

Destroying the wrapped key destroys every value sealed under it, wherever copies of those values lie.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"  # first byte of everything made here, so that another cipher can follow
_KEY = 32
_NONCE = 12
_TAG = 16
_WRAPPED_KEY = "data key"


class Unreadable(Exception):
    """The key is destroyed or another one, or the value was tampered with or moved; which of these is not told."""

    def __init__(self) -> None:
        super().__init__("This value cannot be read.")


class Keyring:
    """What one master key of at least 32 random bytes opens. Refuses: ValueError for a shorter one."""

    def __init__(self, master: bytes) -> None:
        if len(master) < _KEY:
            raise ValueError("The master key has at least 32 bytes.")
        self._wrapping = AESGCM(derived(master, "wrapping"))
        self._indexing = derived(master, "blind index")

    def new_key(self) -> bytes:
        """A fresh data key, wrapped: store it as it is, one a person."""
        return _encrypt(self._wrapping, AESGCM.generate_key(bit_length=_KEY * 8), _WRAPPED_KEY)

    def seal(self, wrapped: bytes | memoryview, plain: str, *, context: str) -> bytes:
        """`plain` under the data key: AES-256-GCM, a random nonce of 96 bits, equal texts never look equal.

        `context` names where the value belongs (whose, and which field); it opens nowhere else.
        Refuses: Unreadable (the data key); ValueError for an empty context.
        """
        return _encrypt(self._unwrapped(wrapped), plain.encode(), _place(context))

    def open(self, wrapped: bytes | memoryview, sealed: bytes | memoryview, *, context: str) -> str:
        """What was sealed. Refuses: Unreadable."""
        return _decrypt(self._unwrapped(wrapped), bytes(sealed), _place(context)).decode()

    def blind_index(self, value: str, *, context: str) -> str:
        """64 hex digits, equal for equal values of one context: finds a sealed value without opening any.

        Takes the value as it is: bring it into one form first. Source: HMAC-SHA256 (RFC 2104).
        """
        mac = HMAC(self._indexing, SHA256())
        place = _place(context).encode()
        mac.update(len(place).to_bytes(4, "big") + place + value.encode())  # the length keeps "ab"+"c" from "a"+"bc"
        return mac.finalize().hex()

    def _unwrapped(self, wrapped: bytes | memoryview) -> AESGCM:
        return AESGCM(_decrypt(self._wrapping, bytes(wrapped), _WRAPPED_KEY))


def derived(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes of its own for a purpose."""
    return HKDF(SHA256(), _KEY, salt=None, info=f"linli {purpose} 1".encode()).derive(master)


def _place(context: str) -> str:
    if not context:
        raise ValueError("A sealed value belongs somewhere: give its context.")
    return f"value of {context}"


def _encrypt(cipher: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + cipher.encrypt(nonce, plain, _VERSION + place.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, place: str) -> bytes:
    version, nonce, box = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if version != _VERSION or len(box) < _TAG:
        raise Unreadable
    try:
        return cipher.decrypt(nonce, box, version + place.encode())
    except InvalidTag:
        raise Unreadable from None
