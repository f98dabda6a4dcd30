"""Receipts made by the rules alone: a small log whose second half is one's own, keys included."""
import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.watchers.openlog.rules import leaves, merkle, notes, receipts
from linli.watchers.openlog.rules.leaves import Opening

ORIGIN, WITNESS = "log.example/log", "witness.example/w1"
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
SECOND = 1_795_316_700
ORDER, PROVIDER = "0193b7a0-0000-7000-8000-000000000001", "0193b7a0-0000-7000-8000-00000000000a"


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


LOG = notes.LogSigner(ORIGIN, key(1))
OTHER_LOG = notes.LogSigner("other.example/log", key(2))
NEXT_KEY = notes.LogSigner(ORIGIN, key(3))
WATCHER = notes.Cosigner(WITNESS, key(4))
KEYS = [LOG.key, WATCHER.key]


@dataclass(frozen=True)
class Told:
    """A fact as the journal would tell it."""

    fact: str
    about: UUID
    payload: dict[str, Any]
    at: datetime
    position: int | None


def leaf(told: Told, *, number: int, maker: leaves.Maker) -> tuple[str, str]:
    """Entry and payload of its leaf, which has this number in its series."""
    ((*_, entry, payload, _),) = maker.made([told], 0, {told.fact.partition(".")[0]: number - 1})
    return entry, payload


@dataclass(frozen=True)
class Sample:
    """A receipt in parts, so that a test can change one of them. `entry` and `payload` are canonical JSON."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    entry: str
    payload: dict[str, Any] | None
    openings: tuple[Opening, ...]

    def text(self) -> str:
        extra = leaves.canonical({"entry": self.entry, "payload": self.payload})
        return receipts.Receipt(self.index, self.proof, self.checkpoint, extra).text()

    def told(self) -> list[dict[str, Any]]:
        return [one.told() for one in self.openings]


def sample(index: int = 5, size: int = 11, *, cosigned: bool = True) -> Sample:
    """A rated order at `index` of a log of `size` leaves, the others being about other things."""
    fields = {"order": ORDER, "grade": 4, "provider": PROVIDER, "region": "340104003000"}
    sealed, salts = ("about", "order"), leaves.Salts(b"k" * 32)
    opened = tuple(leaves.openings(fields, ORDER, sealed, salts, 77))
    told = Told("orders.OrderRated", UUID(ORDER), fields, AT, 77)
    made, payload = leaf(told, number=index + 1, maker=leaves.Maker(lambda fact, names: sealed, salts))
    entry = made.encode()
    tree = merkle.Tree()
    for place in range(size):
        tree.append(merkle.SHA256.leaf(entry if place == index else b"leaf %d" % place))
    text = notes.Checkpoint(ORIGIN, size, tree.root()).text()
    note = notes.signed(text, [LOG]).whole()
    note += WATCHER.cosign(text, second=SECOND).line() if cosigned else ""
    return Sample(index, tuple(merkle.inclusion(index, size, tree.read)), note, entry.decode(), json.loads(payload),
                  opened)


def of_payload(payload: Any) -> str:
    """A receipt of a log of one entry, in order but for what its payload is."""
    one = sample()
    told = {**json.loads(one.entry), "hash": leaves.sha256(leaves.canonical(payload)).hex()}
    entry = leaves.canonical(told)
    note = notes.signed(notes.Checkpoint(ORIGIN, 1, merkle.SHA256.leaf(entry)).text(), [LOG]).whole()
    return replace(one, index=0, proof=(), checkpoint=note, entry=entry.decode(), payload=payload).text()


def resigned(one: Sample, *signers: notes.Signer, origin: str = ORIGIN) -> Sample:
    """The same tree head under another name or other signatures."""
    head = notes.read_checkpoint(notes.read(one.checkpoint).text)
    return replace(one, checkpoint=notes.signed(replace(head, origin=origin).text(), signers).whole())


def flipped(raw: bytes, place: int = 0) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def line_changed(one: Sample, place: int, old: str, new: str) -> Sample:
    """One line of the checkpoint replaced."""
    lines = one.checkpoint.split("\n")
    lines[place] = lines[place].replace(old, new)
    return replace(one, checkpoint="\n".join(lines))


def tamperings() -> dict[str, tuple[str, list[dict[str, Any]], str]]:
    """By name: a receipt with one thing changed, the openings given along, and the finding that must refuse it."""
    good = sample()
    root = notes.read_checkpoint(notes.read(good.checkpoint).text).root
    other_root = base64.b64encode(flipped(root)).decode()
    signature = notes.read(good.checkpoint).signatures[0]
    witness = notes.read(good.checkpoint).signatures[1]
    wrong = replace(good.openings[1], value=PROVIDER)
    salted = replace(good.openings[1], salt=flipped(good.openings[1].salt))
    payload = good.payload or {}
    changed: dict[str, tuple[Sample, str]] = {
        "entry": (replace(good, entry=good.entry.replace('"number":6', '"number":7')), "entry_other"),
        "entry's day": (replace(good, entry=good.entry.replace("11-22\"", "11-23\"")), "entry_broken"),
        "entry's spelling": (replace(good, entry=good.entry.replace('{"at"', '{ "at"')), "entry_broken"),
        "payload": (replace(good, payload={**payload, "fields": {**payload["fields"], "grade": 5}}), "content_changed"),
        "index": (replace(good, index=4), "index_other"),
        "index beyond": (replace(good, index=11), "index_beyond"),
        "proof line": (replace(good, proof=(flipped(good.proof[0]), *good.proof[1:])), "proof_other"),
        "proof cut": (replace(good, proof=good.proof[:-1]), "proof_length"),
        "another entry": (replace(sample(index=6), index=5, proof=good.proof, checkpoint=good.checkpoint),
                          "proof_other"),
        "checkpoint's root": (line_changed(good, 2, base64.b64encode(root).decode(), other_root), "root_other"),
        "checkpoint's size": (line_changed(good, 1, "11", "12"), "signature_bad"),
        "checkpoint's origin": (line_changed(good, 0, "log.example", "lug.example"), "origin_other"),
        "signature": (replace(good, checkpoint=good.checkpoint.replace(
            signature.line(), replace(signature, value=flipped(signature.value, 40)).line())), "signature_bad"),
        "cosignature": (replace(good, checkpoint=good.checkpoint.replace(
            witness.line(), replace(witness, value=flipped(witness.value, 40)).line())), "witness_bad"),
        "cosignature's time": (replace(good, checkpoint=good.checkpoint.replace(
            witness.line(), replace(witness, value=flipped(witness.value, 7)).line())), "witness_bad"),
        "cosignature beyond all calendars": (replace(good, checkpoint=good.checkpoint.replace(
            witness.line(), replace(witness, value=b"\xff" * 8 + witness.value[8:]).line())), "witness_bad"),
        "key": (resigned(good, NEXT_KEY), "signature_other"),
        "signer": (resigned(good, OTHER_LOG), "signature_missing"),
    }
    found = {name: (one.text(), list[dict[str, Any]](), code) for name, (one, code) in changed.items()}
    text = good.text()
    found["opening's value"] = text, [good.openings[0].told(), wrong.told()], "opening_bad"
    found["opening's salt"] = text, [salted.told()], "opening_bad"
    found["opening of nothing"] = text, [replace(wrong, field="grade").told()], "opening_none"
    found["opening's shape"] = text, [{"field": "order", "salt": "zz", "value": 1}], "openings_broken"
    found["extra"] = text.replace("extra ", "extra A", 1), [], "form_broken"
    found["no extra"] = "\n".join(line for line in text.split("\n") if not line.startswith("extra ")), [], "no_entry"
    found["checkpoint's form"] = text.replace(f"{ORIGIN}\n11\n", f"{ORIGIN}\n011\n"), [], "checkpoint_broken"
    found["first line"] = text.replace("@v1", "@v2"), [], "not_receipt"
    found["something else"] = "hello\n", [], "not_receipt"
    return found
