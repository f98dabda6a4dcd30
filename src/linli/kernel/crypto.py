"""Personal data at rest: sealed under a person's own key, which is itself wrapped under the keyring's master.

Destroying the wrapped key destroys every value sealed under it, wherever copies of those values lie.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Block
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY = 32
_SM4_KEY = 16
_NONCE = 12
_TAG = 16
_WRAPPED_KEY = "data key"
PIECE = 1 << 18  # bytes of a long value that are sealed, and kept in memory, at a time
_SEALED_PIECE = 1 + _NONCE + PIECE + _TAG


class Cipher(StrEnum):
    """What new values are sealed with. Values sealed with the other one still open: their first byte names it."""

    AES = "aes"  # AES-256-GCM (NIST SP 800-38D)
    SM4 = "sm4"  # SM4-GCM (GB/T 32907-2016, GB/T 36624-2018), for nodes that must use commercial cryptography


_VERSIONS = {Cipher.AES: b"\x01", Cipher.SM4: b"\x02"}
_CIPHERS = {version: cipher for cipher, version in _VERSIONS.items()}


class Unreadable(Exception):
    """The key is destroyed or another one, or the value was tampered with or moved; which of these is not told."""

    def __init__(self) -> None:
        super().__init__("This value cannot be read.")


class Keyring:
    """What one master key of at least 32 random bytes opens. Refuses: ValueError for a shorter one."""

    def __init__(self, master: bytes, *, cipher: Cipher = Cipher.AES) -> None:
        if len(master) < _KEY:
            raise ValueError("The master key has at least 32 bytes.")
        self.cipher = cipher
        self._wrapping = derived(master, "wrapping")
        self._indexing = derived(master, "blind index")

    def new_key(self) -> bytes:
        """A fresh data key, wrapped: store it as it is, one a person."""
        return _encrypt(self.cipher, self._wrapping, AESGCM.generate_key(bit_length=_KEY * 8), _WRAPPED_KEY)

    def rewrap(self, wrapped: bytes | memoryview) -> bytes:
        """The same data key, wrapped with this keyring's cipher. Refuses: Unreadable."""
        return _encrypt(self.cipher, self._wrapping, self._unwrapped(wrapped), _WRAPPED_KEY)

    def seal(self, wrapped: bytes | memoryview, plain: str, *, context: str) -> bytes:
        """`plain` under the data key, with a random nonce of 96 bits: equal texts never look equal.

        `context` names where the value belongs (whose, and which field); it opens nowhere else.
        Refuses: Unreadable (the data key); ValueError for an empty context.
        """
        return _encrypt(self.cipher, self._unwrapped(wrapped), plain.encode(), _place(context))

    def open(self, wrapped: bytes | memoryview, sealed: bytes | memoryview, *, context: str) -> str:
        """What was sealed, with whichever cipher. Refuses: Unreadable."""
        return _decrypt(self._unwrapped(wrapped), bytes(sealed), _place(context)).decode()

    def seal_pieces(self, wrapped: bytes | memoryview, plain: Iterable[bytes], *, context: str) -> Iterator[bytes]:
        """A long value under the data key, piece by piece: each is bound to its place, and the last says that it is.

        So none can be moved, left out, or cut off at the end. Refuses: Unreadable (the data key); ValueError for an
        empty context.
        """
        key, place = self._unwrapped(wrapped), _place(context)
        number, held = 0, bytearray()
        for some in plain:
            held += some
            while len(held) > PIECE:
                yield _encrypt(self.cipher, key, bytes(held[:PIECE]), _piece(place, number))
                number, held = number + 1, held[PIECE:]
        yield _encrypt(self.cipher, key, bytes(held), _piece(place, number, last=True))

    def open_pieces(self, wrapped: bytes | memoryview, read: Callable[[int], bytes], *, context: str
                    ) -> Iterator[bytes]:
        """What `seal_pieces` closed, read by `read(bytes)` as it is asked for. Refuses: Unreadable, at the piece that
        is not what it was, or where pieces are missing."""
        key, place = self._unwrapped(wrapped), _place(context)
        number, sealed = 0, read(_SEALED_PIECE)
        while following := read(_SEALED_PIECE):
            yield _decrypt(key, sealed, _piece(place, number))
            number, sealed = number + 1, following
        yield _decrypt(key, sealed, _piece(place, number, last=True))

    def blind_index(self, value: str, *, context: str) -> str:
        """64 hex digits, equal for equal values of one context: finds a sealed value without opening any.

        Takes the value as it is: bring it into one form first. Source: HMAC-SHA256 (RFC 2104), with either cipher, so
        that a change of cipher loses nobody.
        """
        mac = HMAC(self._indexing, SHA256())
        place = _place(context).encode()
        mac.update(len(place).to_bytes(4, "big") + place + value.encode())  # the length keeps "ab"+"c" from "a"+"bc"
        return mac.finalize().hex()

    def _unwrapped(self, wrapped: bytes | memoryview) -> bytes:
        return _decrypt(self._wrapping, bytes(wrapped), _WRAPPED_KEY)


def made_with(sealed: bytes | memoryview) -> Cipher | None:
    """Which cipher a sealed value or a wrapped key was made with; None for what was not made here."""
    return _CIPHERS.get(bytes(sealed[:1]))


def derived(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes of its own for a purpose."""
    return HKDF(SHA256(), _KEY, salt=None, info=f"linli {purpose} 1".encode()).derive(master)


def _place(context: str) -> str:
    if not context:
        raise ValueError("A sealed value belongs somewhere: give its context.")
    return f"value of {context}"


def _piece(place: str, number: int, *, last: bool = False) -> str:
    return f"{'last ' if last else ''}piece {number} of {place}"


def _sm4(key: bytes) -> SM4:
    """A key of its own for each cipher, so that one data key serves both."""
    return SM4(HKDF(SHA256(), _SM4_KEY, salt=None, info=b"linli sm4 1").derive(key))


def _encrypt(cipher: Cipher, key: bytes, plain: bytes, place: str) -> bytes:
    nonce, version = os.urandom(_NONCE), _VERSIONS[cipher]
    bound = version + place.encode()
    if cipher is Cipher.AES:
        return version + nonce + AESGCM(key).encrypt(nonce, plain, bound)
    sealing = Block(_sm4(key), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(bound)
    return version + nonce + sealing.update(plain) + sealing.finalize() + sealing.tag


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    version, nonce, box = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    cipher = _CIPHERS.get(version)
    if cipher is None or len(box) < _TAG:
        raise Unreadable
    bound = version + place.encode()
    try:
        if cipher is Cipher.AES:
            return AESGCM(key).decrypt(nonce, box, bound)
        opening = Block(_sm4(key), GCM(nonce, box[-_TAG:])).decryptor()
        opening.authenticate_additional_data(bound)
        return opening.update(box[:-_TAG]) + opening.finalize()
    except InvalidTag:
        raise Unreadable from None
