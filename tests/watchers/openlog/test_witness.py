"""We cosign other logs, and others cosign ours: by the protocol, over a real server."""
import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.watchers.openlog import actions, jobs, queries
from linli.watchers.openlog.rules import merkle, notes, receipts
from tests.actors import AT, CITY, actor
from tests.watchers.openlog.conftest import Publish

ORIGIN = "example.com/log"
LOG = notes.LogSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"1" * 32))
OTHER = notes.LogSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"2" * 32))
STRANGER = notes.LogSigner("stranger.example/log", Ed25519PrivateKey.from_private_bytes(b"3" * 32))
ADMIN = actor(f"region:{CITY}", "openlog.run")
TREE = merkle.Tree()
TREE.extend(b"".join(merkle.SHA256.leaf(b"%d" % number) for number in range(50)))
PATH = "/log/witness/add-checkpoint"


def asked(old: int, size: int, *, proof: list[bytes] | None = None, root: bytes | None = None,
          signer: notes.LogSigner = LOG) -> str:
    head = notes.Checkpoint(signer.name, size, TREE.root(size) if root is None else root)
    proof = merkle.consistency(old, max(old, size), TREE.read) if proof is None else proof
    lines = "".join(base64.b64encode(one).decode() + "\n" for one in proof)
    return f"old {old}\n{lines}\n{notes.signed(head.text(), [signer]).whole()}"


def posted(client: Client, body: str) -> tuple[int, str]:
    answer = client.post(PATH, body.encode(), content_type="text/plain")
    return answer.status_code, answer.content.decode()


@pytest.fixture
def trusted(db: None) -> None:
    actions.trust(origin=ORIGIN, verifiers=[str(LOG.key)], by=ADMIN, at=AT)


def test_a_log_that_only_grows_is_cosigned_each_time(trusted: None, client: Client) -> None:
    key = actions.cosigner().key
    for old, size in ((0, 3), (3, 3), (3, 20), (20, 50)):
        status, text = posted(client, asked(old, size))
        assert status == 200
        (line,) = notes.read_signatures(text)
        head = notes.Checkpoint(ORIGIN, size, TREE.root(size)).text()
        assert key.fits(line, head) and abs(notes.stamp(line) - timezone.now().timestamp()) < 60
    kept = client.get(f"/log/witness/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    assert kept.status_code == 200
    note = notes.read(kept.content.decode())
    assert notes.read_checkpoint(note.text).size == 50 and len(notes.checked(note, [LOG.key, key])) == 2
    assert queries.trusted()[0].size == 50


def test_an_empty_log_may_begin(trusted: None, client: Client) -> None:
    assert posted(client, asked(0, 0, root=merkle.SHA256.empty()))[0] == 200
    assert posted(client, asked(0, 3))[0] == 200


@pytest.mark.parametrize(("body", "status"), [
    (asked(0, 3, signer=STRANGER), 404), (asked(0, 3, signer=OTHER), 403),
    (asked(0, 3).replace("\n3\n", "\n4\n"), 403),  # its key, not its signature
    (asked(20, 10), 400), (asked(7, 20), 409), (asked(0, 20), 409),
    (asked(10, 20, proof=[]), 422), (asked(10, 20, proof=[b"x" * 32]), 422), (asked(10, 20, root=b"r" * 32), 422),
    (asked(10, 10, root=b"r" * 32), 422), (asked(10, 10, proof=[b"x" * 32]), 422),
    (asked(10, 20, proof=[b"x" * 32] * 64), 400), ("", 400), ("old 01\n\nx", 400), ("old 3\n!\n\nx\n", 400),
    (asked(10, 20) + "x" * 100_001, 400), ("old 10\n\nno note", 400),
], ids=range(17))
def test_nothing_else_is_cosigned(trusted: None, client: Client, body: str, status: int) -> None:
    assert posted(client, asked(0, 10))[0] == 200
    told = posted(client, body)
    assert told[0] == status
    if status == 409:
        assert told[1] == "10\n"
    assert queries.trusted()[0].size == 10  # what was seen stays
    assert posted(client, asked(10, 20))[0] == 200


def test_the_size_is_told_in_the_protocols_own_type(trusted: None, client: Client) -> None:
    answer = client.post(PATH, asked(5, 9).encode(), content_type="text/plain")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (409, "text/x.tlog.size", b"0\n")
    assert client.get(PATH).status_code == 405


def test_a_log_that_is_no_longer_trusted_is_not_known_and_what_was_seen_is_kept(trusted: None, client: Client) -> None:
    assert posted(client, asked(0, 10))[0] == 200
    actions.distrust(origin=ORIGIN, by=ADMIN, at=AT)
    assert posted(client, asked(10, 20))[0] == 404 and queries.trusted() == []
    actions.trust(origin=ORIGIN, verifiers=[str(OTHER.key)], by=ADMIN, at=AT)
    assert posted(client, asked(0, 20, signer=OTHER)) == (409, "10\n")
    assert posted(client, asked(10, 20, signer=OTHER))[0] == 200
    journal.run()
    assert [one.fact for one in reversed(queries.entries(series="openlog"))] == [
        "openlog.LogTrusted", "openlog.LogDistrusted", "openlog.LogTrusted"]


def test_whom_to_trust_is_said_by_who_runs_the_log(db: None) -> None:
    with pytest.raises(NotAllowed):
        actions.trust(origin=ORIGIN, verifiers=[str(LOG.key)], by=actor("region:340000000000", "openlog.open"), at=AT)
    for wrong in ([], ["x"], [str(STRANGER.key)], [str(notes.Cosigner.of(ORIGIN, b"4" * 32).key)]):
        with pytest.raises(RuleBroken):
            actions.trust(origin=ORIGIN, verifiers=wrong, by=ADMIN, at=AT)
    with pytest.raises(NotFound):
        actions.distrust(origin=ORIGIN, by=ADMIN, at=AT)


# Our own checkpoints


def ourselves(url: str) -> str:
    """This node as its own witness: its name."""
    key = actions.cosigner().key
    actions.add_witness(verifier=str(key), url=f"{url}/log/witness/", by=ADMIN, at=AT)
    return key.name


@pytest.mark.django_db(transaction=True)
def test_our_checkpoints_are_cosigned_over_the_network(publish: Publish, live_server: "object") -> None:
    name = ourselves(str(live_server))
    publish(5)
    head = queries.head()
    assert head and head.cosigned_by == ()
    assert jobs.ask_witnesses(timezone.now()) == 0  # it does not know our log yet
    assert queries.witnesses()[0].failure.startswith("404")
    actions.trust(origin="localhost/log", verifiers=[queries.log_keys()[0].verifier], by=ADMIN, at=AT)
    journal.run()
    for size in (7, 107):  # two of them are about trust and the witness
        assert jobs.ask_witnesses(timezone.now()) == 1 and jobs.ask_witnesses(timezone.now()) == 0
        head = queries.head()
        assert head and head.size == size and head.cosigned_by == (name,)
        known = [notes.read_key(queries.log_keys()[0].verifier), actions.cosigner().key]
        assert len(notes.checked(notes.read(head.note), known)) == 2
        if size == 7:
            (first, *_) = publish(100)
    assert queries.witnesses()[0].size == 107 and queries.witnesses()[0].failure == ""
    publish(1)  # not cosigned yet: a receipt goes by the newest that is, where it covers the leaf
    receipt = receipts.read(queries.receipt(first).text)
    assert notes.read_checkpoint(notes.read(receipt.checkpoint).text).size == 107 and name in receipt.checkpoint
    assert notes.read_checkpoint(notes.read(receipts.read(queries.receipt(107).text).checkpoint).text).size == 108


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_knows_more_or_less_than_we_think_is_followed(publish: Publish, live_server: "object") -> None:
    from linli.watchers.openlog.models import Witness

    ourselves(str(live_server))
    publish(5)
    actions.trust(origin="localhost/log", verifiers=[queries.log_keys()[0].verifier], by=ADMIN, at=AT)
    journal.run()
    assert jobs.ask_witnesses(timezone.now()) == 1
    publish(5)
    Witness.objects.update(size=3)
    assert jobs.ask_witnesses(timezone.now()) == 1  # 409, and again from where it is
    publish(5)
    Witness.objects.update(size=0)
    assert jobs.ask_witnesses(timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_cannot_be_reached_is_told_and_nothing_waits_for_it(publish: Publish) -> None:
    ourselves("http://127.0.0.1:9")
    publish(1)
    assert queries.state().witnesses[0].failure == "" and queries.state().witnesses[0].url.endswith(":9/log/witness")
    assert jobs.ask_witnesses(timezone.now()) == 0
    (witness,) = queries.witnesses()
    assert "127.0.0.1" in witness.failure and queries.head() is not None


def test_only_the_witnesss_own_line_under_our_own_checkpoint_is_kept(publish: Publish) -> None:
    ourselves("http://127.0.0.1:9")
    publish(3)
    (witness,), head = queries.witnesses(), queries.head()
    assert head
    text, second = notes.read(head.note).text, int(AT.timestamp())
    stranger = notes.Cosigner.of("stranger.example/w", b"9" * 32)
    forged = notes.Cosigner.of(witness.origin, b"9" * 32)
    good = actions.cosigner().cosign(text, second=second).line()
    for line in ("", "nonsense", stranger.cosign(text, second=second).line(), forged.cosign(text, second=second).line(),
                 actions.cosigner().cosign(text.replace("\n4\n", "\n3\n"), second=second).line(), good + good):
        with pytest.raises(RuleBroken):
            actions.keep_cosignature(witness.ref, size=head.size, line=line, by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        actions.keep_cosignature(witness.ref, size=999, line=good, by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        actions.keep_cosignature(new_ref(), size=head.size, line=good, by=SYSTEM, at=AT)
    for _ in range(2):
        actions.keep_cosignature(witness.ref, size=head.size, line=good, by=SYSTEM, at=AT)
    head = queries.head()
    assert head and head.note.endswith(good) and head.note.count("witness") == 1


def test_who_is_asked_is_said_by_who_runs_the_log(db: None) -> None:
    key = str(actions.cosigner().key)
    with pytest.raises(NotAllowed):
        actions.add_witness(verifier=key, url="https://w.example", by=actor("region:340000000000", "x"), at=AT)
    for verifier, url in ((str(LOG.key), "https://w.example"), ("x", "https://w.example"), (key, "ftp://w.example")):
        with pytest.raises(RuleBroken):
            actions.add_witness(verifier=verifier, url=url, by=ADMIN, at=AT)
    actions.add_witness(verifier=key, url="https://w.example/", by=ADMIN, at=AT)
    assert queries.witnesses()[0].url == "https://w.example"
    with pytest.raises(Conflict):
        actions.add_witness(verifier=key, url="https://w.example", by=ADMIN, at=AT)
    actions.drop_witness(origin=actions.cosigner().name, by=ADMIN, at=AT)
    with pytest.raises(NotFound):
        actions.drop_witness(origin=actions.cosigner().name, by=ADMIN, at=AT)
