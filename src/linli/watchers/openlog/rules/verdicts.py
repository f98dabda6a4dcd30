"""What a receipt proves and what not, found out from its bytes and the reader's keys alone.

The page that checks in the browser finds the same by the same names, and takes its words from the same list.
"""
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from linli.watchers.openlog.rules import leaves, merkle, notes, profiles, receipts
from linli.watchers.openlog.rules.leaves import Entry, Opening
from linli.watchers.openlog.rules.notes import Checkpoint, Note, VerifierKey

_DEEP = 10  # lines of a proof up to which a wrong index is told from a wrong line


class Mark(StrEnum):
    GOOD = auto()
    BAD = auto()
    OPEN = auto()  # could not be checked


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `code` is a name in `words.WORDS`."""

    code: str
    mark: Mark
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """All findings; what was read as far as it could be read."""

    findings: tuple[Finding, ...]
    index: int | None = None
    checkpoint: Checkpoint | None = None
    entry: Entry | None = None
    payload: Mapping[str, Any] | None = None

    @property
    def state(self) -> str:
        """`holds`, `refused`, or `unsure` where nothing is wrong but no signature could be checked."""
        marks = {one.mark for one in self.findings}
        codes = {one.code for one in self.findings}
        return "refused" if Mark.BAD in marks else "holds" if "signature_good" in codes else "unsure"

    @property
    def proved(self) -> tuple[Finding, ...]:
        """What follows from the findings; nothing unless the receipt holds."""
        if self.state != "holds" or self.entry is None or self.checkpoint is None:
            return ()
        values = {"name": self.checkpoint.origin, "number": self.entry.number, "series": self.entry.series}
        found = [Finding("p_published", Mark.GOOD, values),
                 Finding("p_unchanged", Mark.GOOD, {"size": self.checkpoint.size})]
        found += [Finding("p_opened", Mark.GOOD)] if self._of("opening_good") else []
        seen = [one.values["name"] for one in self._of("witness_good")]
        return (*found, *([Finding("p_witnessed", Mark.GOOD, {"names": ", ".join(seen)})] if seen else []))

    @property
    def not_proved(self) -> tuple[Finding, ...]:
        """What nobody should read into it."""
        if self.state != "holds":
            return (Finding("n_signed", Mark.OPEN),) if self.state == "unsure" else ()
        codes = ["n_true", "n_moment", *([] if self._of("witness_good") else ["n_same"]), "n_later"]
        closed = [name for name in sealed(self.payload or {})
                  if name not in {one.values["field"] for one in self._of("opening_good")}]
        return (*(Finding(code, Mark.OPEN) for code in codes),
                *([Finding("n_sealed", Mark.OPEN, {"fields": ", ".join(closed)})] if closed else []))

    def _of(self, code: str) -> list[Finding]:
        return [one for one in self.findings if one.code == code]


def sealed(payload: Mapping[str, Any]) -> list[str]:
    """The names under which a payload holds commitments."""
    own = payload.get("fields")
    fields = {leaves.ABOUT: payload.get(leaves.ABOUT), **(own if isinstance(own, dict) else {})}
    return sorted(name for name, value in fields.items() if isinstance(value, dict) and set(value) == {"commitment"})


def taken_apart(text: str) -> tuple[str, list[Opening]]:
    """The receipt and the openings of a file: a receipt alone, or what a holder was given (JSON with both).

    Refuses: leaves.LeafBroken (openings that are none).
    """
    if not text.lstrip().startswith("{"):
        return text, []
    try:
        told = json.loads(text)
        receipt, given = told["receipt"], told.get("openings", [])
    except (ValueError, KeyError, RecursionError):
        return text, []
    return (receipt, leaves.read_openings(json.dumps(given))) if isinstance(receipt, str) else (text, [])


def examine(text: str, *, keys: Sequence[VerifierKey] = (), openings: Sequence[Opening] = ()) -> Verdict:
    """Look at a receipt (C2SP tlog-proof): its form, entry and content, place, signatures and openings.

    `keys` are those of logs and witnesses that the reader trusts; nothing in the receipt is trusted by itself.
    """
    try:
        receipt = receipts.read(text)
    except receipts.ReceiptBroken:
        code = "form_broken" if text.startswith(receipts.HEADER) else "not_receipt"
        return Verdict((Finding(code, Mark.BAD),))
    try:
        note = notes.read(receipt.checkpoint)
        checkpoint = notes.read_checkpoint(note.text)
    except notes.NoteBroken:
        return Verdict((Finding("checkpoint_broken", Mark.BAD),), receipt.index)
    profile = next((profiles.of(key) for key in keys if key.name == checkpoint.origin), profiles.STANDARD)
    signed = list(_signatures(note, checkpoint.origin, keys))
    raw, payload = _extra(receipt.extra)
    if raw is None:
        return Verdict((Finding("no_entry", Mark.BAD), *signed), receipt.index, checkpoint)
    try:
        entry = leaves.read_entry(raw)
    except leaves.LeafBroken:
        return Verdict((Finding("entry_broken", Mark.BAD), *signed), receipt.index, checkpoint)
    trusted = any(one.code == "signature_good" for one in signed)
    found = [_content(entry, payload, profile.hashing.digest),
             _place(receipt, checkpoint, profile.hashing, profile.hashing.leaf(raw), trusted=trusted), *signed]
    shown = payload if isinstance(payload, dict) else {}
    opened = [_opened(one, shown, profile.hashing.digest) for one in openings]
    return Verdict((*found, *opened), receipt.index, checkpoint, entry, payload)


def _extra(extra: bytes | None) -> tuple[bytes | None, dict[str, Any] | None]:
    try:
        told = json.loads(extra or b"")
        return told["entry"].encode(), told.get("payload")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, None


def _content(entry: Entry, payload: Any, digest: leaves.Digest) -> Finding:
    if payload is None:
        return Finding("content_missing", Mark.OPEN)
    told = {"at": leaves.moment(entry.at), "fact": entry.fact, "number": entry.number, "series": entry.series}
    try:
        if isinstance(payload, dict) and leaves.belongs(leaves.canonical(payload), entry, digest):
            other = [name for name, value in told.items() if payload.get(name) != value]
            other += [] if isinstance(payload.get("fields"), dict) else ["fields"]
            return Finding("entry_other", Mark.BAD, {"fields": ", ".join(other)}) if other else Finding(
                "content_good", Mark.GOOD)
    except leaves.LeafBroken:
        pass
    return Finding("content_changed", Mark.BAD)


def _place(receipt: receipts.Receipt, head: Checkpoint, hashing: merkle.Hashing, leaf: bytes, *,
           trusted: bool) -> Finding:
    index, size, proof = receipt.index, head.size, receipt.proof
    if index >= size:
        return Finding("index_beyond", Mark.BAD, {"index": index, "size": size})
    if merkle.included(leaf, index, size, proof, head.root, hashing):
        return Finding("place_good", Mark.GOOD, {"index": index, "size": size})
    if len(proof) <= _DEEP and all(len(one) == hashing.length for one in proof) and _fits(
            leaf, proof, head.root, hashing):
        return Finding("index_other", Mark.BAD, {"index": index})
    if len(proof) != (wanted := lines(index, size)):
        return Finding("proof_length", Mark.BAD, {"lines": len(proof), "wanted": wanted})
    return Finding("proof_other" if trusted else "root_other", Mark.BAD)


def lines(index: int, size: int) -> int:
    """How many hashes the proof of this place in a tree of that size has."""
    count, last = 0, size - 1
    while last:
        count += index & 1 or index < last
        index, last = index >> 1, last >> 1
    return count


def _fits(leaf: bytes, proof: Sequence[bytes], root: bytes, hashing: merkle.Hashing) -> bool:
    """Whether the lines lead from the leaf to the root with any of them on either side."""
    if not proof:
        return leaf == root
    other, *rest = proof
    return any(_fits(one, rest, root, hashing) for one in (hashing.node(leaf, other), hashing.node(other, leaf)))


def _signatures(note: Note, origin: str, keys: Sequence[VerifierKey]) -> Iterator[Finding]:
    yield _signature(note, origin, [key for key in keys if key.kind != notes.COSIGNATURE])
    watching = {(key.name, key.key_id): key for key in keys if key.kind == notes.COSIGNATURE}
    seen = [(watching[one.name, one.key_id], one) for one in note.signatures if (one.name, one.key_id) in watching]
    for key, one in seen:
        fits = key.fits(one, note.text)
        yield Finding("witness_good", Mark.GOOD, {"name": key.name, "second": notes.stamp(one)}) if fits else Finding(
            "witness_bad", Mark.BAD, {"name": key.name})
    if not seen:
        yield Finding("witness_none", Mark.OPEN)


def _signature(note: Note, origin: str, logs: Sequence[VerifierKey]) -> Finding:
    """By the keys known of the log; it signs with two while its key is changed."""
    own = [one for one in note.signatures if one.name == origin]
    known = [key for key in logs if key.name == origin]
    if not known:
        ids = {(key.name, key.key_id) for key in logs}
        signer = next((one.name for one in note.signatures if (one.name, one.key_id) in ids), None)
        return Finding("origin_other", Mark.BAD, {"name": origin, "signer": signer}) if signer else Finding(
            "key_unknown", Mark.OPEN, {"name": origin})
    if not own:
        return Finding("signature_missing", Mark.BAD, {"name": origin})
    tried = [(key, one) for one in own for key in known if key.key_id == one.key_id]
    if not tried:
        return Finding("signature_other", Mark.BAD, {"name": origin, "id": own[0].key_id.hex()})
    for key, one in tried:
        if not key.fits(one, note.text):
            return Finding("signature_bad", Mark.BAD, {"name": origin})
    return Finding("signature_good", Mark.GOOD, {"name": origin, "id": tried[0][0].key_id.hex()})


def _opened(one: Opening, payload: Mapping[str, Any], digest: leaves.Digest) -> Finding:
    if one.field not in sealed(payload):
        return Finding("opening_none", Mark.BAD, {"field": one.field})
    fits = leaves.opens(one, payload, digest)
    return Finding("opening_good", Mark.GOOD, {"field": one.field, "value": str(one.value)}) if fits else Finding(
        "opening_bad", Mark.BAD, {"field": one.field})
