"""Signed notes, checkpoints, cosignatures and receipts, from bytes alone."""
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.watchers.openlog.rules import merkle, notes, profiles, receipts, sm
from tests.watchers.openlog.samples import sample

VECTORS = json.loads((Path(__file__).parent / "data" / "signed_notes.json").read_text())
TEXT = "example.com/log\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
LOG = notes.LogSigner("example.com/log", Ed25519PrivateKey.from_private_bytes(b"1" * 32))
WITNESS = notes.Cosigner.of("example.com/witness", b"2" * 32)


@pytest.mark.parametrize("vector", VECTORS["signed_notes"], ids=lambda vector: vector["vkey"][:12])
def test_a_note_that_others_signed(vector: dict[str, str]) -> None:
    key = notes.read_key(vector["vkey"])
    assert str(key) == vector["vkey"]
    note = notes.read(vector["note"])
    assert notes.checked(note, [key]) == [key] and note.whole() == vector["note"]
    with pytest.raises(notes.NoteBroken):
        notes.checked(replace(note, text=note.text.replace("cryptography", "blockchain")), [key])


def test_a_tree_head_that_others_wrote() -> None:
    told = VECTORS["tree_note"]
    head = notes.read_checkpoint("x\n" + told["text"].split("\n", 1)[1])
    assert head.size == told["n"] and head.text().endswith(told["text"].split("\n", 1)[1])
    assert merkle.SHA256.empty().hex() == VECTORS["rfc6962_empty_root_hex"]


def test_the_specifications_example_of_a_verifier_key() -> None:
    key = notes.read_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = notes.read(
        "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1E"
        "RYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
    assert notes.checked(note, [key]) == [key]


@pytest.mark.parametrize("text", [
    "a+1+2", "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a b+530d903a+AekyeRrm56", "", "+530d903a+AA==",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U", "x+00000000+/w==",
])
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(notes.NoteBroken):
        notes.read_key(text)


def test_signatures_of_strangers_are_passed_over_and_a_known_one_must_fit() -> None:
    note = notes.signed(TEXT, [LOG, notes.LogSigner("stranger", Ed25519PrivateKey.generate())])
    assert notes.checked(notes.read(note.whole()), [LOG.key]) == [LOG.key]
    with pytest.raises(notes.NoteBroken):
        notes.checked(note, [WITNESS.key])
    forged = replace(note.signatures[0], value=b"x" * 64)
    with pytest.raises(notes.NoteBroken):
        notes.checked(notes.Note(TEXT, (forged,)), [LOG.key])


@pytest.mark.parametrize("whole", [
    "no signature\n", "text\n\n", "text\n\nno dash AAAAAAAA\n", "a\tb\n\n\u2014 x AAAAAAAA\n",
    "text\n\n\u2014 x !!!!\n", "text\n\n\u2014 x AAAA\n", "text\n\n\u2014 x+y AAAAAAAAAAA=\n",
    "text\n\n\u2014 x AAAAAAAAAAA=",
])
def test_what_is_no_note_is_refused(whole: str) -> None:
    with pytest.raises(notes.NoteBroken):
        notes.read(whole)


@pytest.mark.parametrize("text", [
    "o\n1\n", "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n-1\nAA==\n", "o\n1\nAA==\n", "\n1\nAA==\n",
    "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "o\n1\n!\n", "o\n99999999999999999999\nAA==\n",
    "o\n١\nAA==\n",
])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(notes.NoteBroken):
        notes.read_checkpoint(text)


def test_a_cosignature_holds_for_its_second_and_its_checkpoint_only() -> None:
    line = WITNESS.cosign(TEXT, second=1_790_000_000)
    key = notes.read_key(str(WITNESS.key))
    assert key.kind == notes.COSIGNATURE and key.fits(line, TEXT) and notes.stamp(line) == 1_790_000_000
    later = (1_790_000_001).to_bytes(8, "big") + line.value[8:]
    assert not key.fits(replace(line, value=later), TEXT)
    assert not key.fits(line, TEXT.replace("\n2\n", "\n3\n"))
    assert not notes.VerifierKey(key.name, notes.ED25519, key.public).fits(line, TEXT)


def test_a_receipt_is_written_and_read_and_proves_its_entry_alone() -> None:
    made = sample()
    receipt = receipts.read(made.text())
    assert receipt.text() == made.text() and receipts.proves(receipt, made.entry.encode())
    assert not receipts.proves(receipt, made.entry.encode() + b" ")
    assert not receipts.proves(replace(receipt, index=receipt.index + 1), made.entry.encode())
    assert receipts.read(replace(receipt, extra=None).text()).extra is None


@pytest.mark.parametrize("change", [
    ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"), ("index 5", "index 05"), ("index 5", "index -5"),
    ("index 5\n", "index 5\n!\n"), ("index 5\n", ""), ("\n\n", "\n"), ("index 5\n", "index 5\n" + "AAAA\n" * 64),
])
def test_what_is_no_receipt_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(receipts.ReceiptBroken):
        receipts.read(sample().text().replace(*change, 1))


# SM3 and SM2


def test_sm3_hashes_as_the_standard_says() -> None:
    """GB/T 32905-2016, appendix A."""
    assert sm.SM3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm.SM3.digest(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.mark.skipif(not sm.installed(), reason="the extra guomi is not installed")
def test_a_log_of_the_sm_profile_signs_with_sm2() -> None:
    signer = profiles.SM.signer("example.com/log", b"3" * 32)
    key = notes.read_key(str(signer.key))
    note = notes.read(notes.signed(TEXT, [signer]).whole())
    assert notes.checked(note, [key]) == [key] and profiles.of(key) is profiles.SM
    with pytest.raises(notes.NoteBroken):
        notes.checked(replace(note, text=TEXT.replace("\n2\n", "\n3\n")), [key])
    assert profiles.of(LOG.key) is profiles.STANDARD


def test_a_profile_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="standard or sm"):
        profiles.named("md5")
