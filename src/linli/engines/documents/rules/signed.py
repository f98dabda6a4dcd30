"""What the end of a signed PDF says, read from its bytes alone: nothing is unpacked, so a file made to do harm cannot.

Stricter than PDF allows: one signature, over the whole file but for itself (ISO 32000-1, 12.8.1). Ours are so.
"""
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_MADE = re.compile(rb"/M\s*\(([^()]{1,80})\)")
_MOMENT = re.compile(r"D:(\d{14})(?:Z|([+-]\d\d)'(\d\d)'?)")
_OCTAL = re.compile(rb"\\([0-7]{3})")
_HEX = re.compile(rb"<[0-9A-Fa-f]*>")
_END = b"%%EOF"
MOST_ENDS = 20
LONGEST = 200_000  # bytes of a signature in hexadecimal digits; ours have some thousand


@dataclass(frozen=True)
class Signature:
    """`cms` is the signature as it stands in the file (DER, zeros behind it); `digest` SHA-256 of what it covers,
    `at` when it says that it was made."""

    cms: bytes
    digest: bytes
    at: datetime | None


def is_pdf(file: bytes) -> bool:
    return file[:5] == b"%PDF-"


def signature(file: bytes) -> Signature | None:
    """The file's one signature where it covers all the rest; None where there is none, several, or one over less."""
    found = _RANGE.findall(file)
    if len(found) != 1:
        return None
    begin, length, after, rest = map(int, found[0])
    gap = file[length:after]
    whole = begin == 0 and after + rest == len(file) and length < after <= length + LONGEST
    if not whole or not _HEX.fullmatch(gap) or len(gap) % 2:
        return None
    return Signature(bytes.fromhex(gap[1:-1].decode()), hashlib.sha256(file[:length] + file[after:]).digest(),
                     _moment(file[:length] + file[after:]))


def _moment(covered: bytes) -> datetime | None:
    """When it says that it was signed (PAdES writes this into the file, not into the signature)."""
    found = _MADE.findall(covered)
    if len(found) != 1:
        return None
    plain = _OCTAL.sub(lambda part: bytes([int(part[1], 8) & 255]), found[0]).decode("latin-1")
    read = _MOMENT.match(plain)
    if read is None:
        return None
    digits, hours, minutes = read.groups()
    try:
        return datetime.strptime(f"{digits}{hours or '+00'}{minutes or '00'}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


def is_signed(file: bytes) -> bool:
    """Whether there is a signature of any kind in it, whatever it covers."""
    return bool(_RANGE.search(file))


def earlier(file: bytes) -> Iterator[str]:
    """SHA-256 of the file as it may have been before something was added: up to each of its ends but the last."""
    place = made = 0
    running = hashlib.sha256()
    for _ in range(MOST_ENDS):
        end = file.find(_END, place)
        if end < 0:
            return
        place = end + len(_END)
        for tail in (b"", b"\n", b"\r\n"):
            stop = place + len(tail)
            if file[place:stop] == tail and stop < len(file):
                part = running.copy()
                part.update(file[made:stop])
                yield part.hexdigest()
        running.update(file[made:place])
        made = place
