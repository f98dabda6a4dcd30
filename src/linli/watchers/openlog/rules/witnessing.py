"""What a witness is asked, and when it may cosign (C2SP tlog-witness, add-checkpoint)."""
import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from linli.watchers.openlog.rules import merkle, notes, profiles

_OLD = re.compile(r"old (0|[1-9]\d{0,18})")
_MOST = 63


@dataclass(frozen=True)
class Request:
    """A checkpoint, the size that the witness is thought to know, and the proof from there."""

    old: int
    proof: tuple[bytes, ...]
    note: notes.Note
    checkpoint: notes.Checkpoint

    def text(self) -> str:
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), ""]
        return "\n".join(lines) + "\n" + self.note.whole()


@dataclass(frozen=True)
class Judgement:
    """An HTTP status and its text; for 200 the log's signatures that count."""

    status: int
    text: str
    signatures: tuple[notes.Signature, ...] = ()


def read_request(body: bytes) -> Request:
    """Refuses: NoteBroken (not of the form)."""
    try:
        head, blank, whole = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise notes.NoteBroken("not UTF-8") from None
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not blank or len(lines) > _MOST:
        raise notes.NoteBroken("the first line is not the old size, or too many follow, or no checkpoint")
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
    except binascii.Error:
        raise notes.NoteBroken("a line of the proof is not base64") from None
    note = notes.read(whole)
    return Request(int(old[1]), proof, note, notes.read_checkpoint(note.text))


def judged(asked: Request, known: Sequence[notes.VerifierKey], *, size: int, root: bytes) -> Judgement:
    """Whether to cosign, having last cosigned the tree of `size` leaves with that root (0: none yet)."""
    head = asked.checkpoint
    try:
        keys = notes.checked(asked.note, known)
    except notes.NoteBroken as why:
        return Judgement(403, f"{why}\n")
    if asked.old > head.size:
        return Judgement(400, "the old size is larger than the checkpoint's\n")
    if asked.old != size:
        return Judgement(409, f"{size}\n")
    hashing = profiles.of(keys[0]).hashing
    if head.size == 0 and head.root != hashing.empty():
        return Judgement(422, "the root of an empty tree is another\n")
    proper = not asked.proof if size == 0 else merkle.consistent(size, head.size, asked.proof, root, head.root, hashing)
    if not proper:
        return Judgement(422, "the proof does not show that this tree begins with the one cosigned before\n")
    ids = {(key.name, key.key_id) for key in keys}
    return Judgement(200, "", tuple(one for one in asked.note.signatures if (one.name, one.key_id) in ids))


def cosigned(note: str, line: str, witness: notes.VerifierKey) -> bool:
    """Whether this line is the witness's under our checkpoint."""
    try:
        lines = notes.read_signatures(line)
        text = notes.read(note).text
    except notes.NoteBroken:
        return False
    return len(lines) == 1 and lines[0].name == witness.name and lines[0].key_id == witness.key_id and witness.fits(
        lines[0], text)
