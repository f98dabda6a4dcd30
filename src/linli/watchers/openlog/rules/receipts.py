"""Receipts: a proof of one entry that needs no server to be checked (C2SP tlog-proof, version 1)."""
import base64
import binascii
import re
from dataclasses import dataclass

from linli.watchers.openlog.rules import merkle, notes

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9]\d{0,18})")


class ReceiptBroken(ValueError):
    """The text is no receipt. Says in its words what is wrong with it."""


@dataclass(frozen=True)
class Receipt:
    """`extra` is not covered by any signature: what it holds counts only once the leaf has been computed from it."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        lines = [HEADER]
        lines += [f"extra {_encoded(self.extra)}"] if self.extra is not None else []
        lines += [f"index {self.index}", *map(_encoded, self.proof), ""]
        return "\n".join(lines) + "\n" + self.checkpoint


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ReceiptBroken("a line is not base64") from None


def read(text: str) -> Receipt:
    """Refuses: ReceiptBroken (not of the form; what does not belong there)."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != HEADER or not blank:
        raise ReceiptBroken(f"the first line is not {HEADER}, or no checkpoint follows")
    extra = _decoded(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    found = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if not found:
        raise ReceiptBroken("the line with the index is missing")
    if len(lines) > 63:
        raise ReceiptBroken("the proof is longer than any tree is high")
    return Receipt(int(found[1]), tuple(map(_decoded, lines)), checkpoint, extra)


def proves(receipt: Receipt, entry: bytes, hashing: merkle.Hashing = merkle.SHA256) -> bool:
    """Whether the entry stands in the tree of the receipt's checkpoint, whoever signed that.

    Refuses: notes.NoteBroken (the checkpoint is none).
    """
    head = notes.read_checkpoint(notes.read(receipt.checkpoint).text)
    return merkle.included(hashing.leaf(entry), receipt.index, head.size, receipt.proof, head.root, hashing)
