"""A file for what passes through: no name, and nothing in it that can be read without a key that is in memory only."""
import io
import os
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

_BLOCK = 16
_BUFFER = 1 << 18


class Veiled(io.RawIOBase):
    """Read and written anywhere up to its end, as any file; on the disk it is AES-256-CTR (NIST SP 800-38A) under a key
    of its own that nobody keeps. Nothing vouches for what comes back: whoever can write into a nameless file of this
    process can write into its memory too. What is kept is sealed otherwise."""

    def __init__(self, lying: IO[bytes]) -> None:
        super().__init__()
        self._lying, self._key, self._place = lying, os.urandom(32), 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        from_ = {os.SEEK_SET: 0, os.SEEK_CUR: self._place}.get(whence)
        place = self._lying.seek(0, os.SEEK_END) + offset if from_ is None else from_ + offset
        if place < 0:
            raise ValueError("before the beginning of the file")
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def readinto(self, into: object) -> int:
        room = memoryview(cast(bytearray, into)).cast("B")
        self._lying.seek(self._place)
        some = self._lying.read(len(room))
        room[:len(some)] = self._turned(some)
        self._place += len(some)
        return len(some)

    def write(self, some: object) -> int:
        plain = bytes(memoryview(cast(bytes, some)).cast("B"))
        self._lying.seek(self._place)
        self._lying.write(self._turned(plain))
        self._place += len(plain)
        return len(plain)

    def truncate(self, size: int | None = None) -> int:
        return self._lying.truncate(self._place if size is None else size)

    def close(self) -> None:
        if not self.closed:
            self._lying.close()
        super().close()

    def _turned(self, some: bytes) -> bytes:
        """Plain from veiled and veiled from plain, at this place of the file."""
        block, within = divmod(self._place, _BLOCK)
        turning = Cipher(AES256(self._key), CTR(block.to_bytes(_BLOCK))).encryptor()
        turning.update(bytes(within))
        return turning.update(some)


def made(folder: str | os.PathLike[str] | None = None) -> BinaryIO:
    """Open a new one in a folder, else where the system keeps such; it is gone once it is closed, whatever happens."""
    lying = cast(IO[bytes], TemporaryFile(dir=folder, buffering=0))  # noqa: SIM115  # given away open
    return cast(BinaryIO, io.BufferedRandom(Veiled(lying), _BUFFER))
