"""A time stamp proves when a document was signed; without one the document says that it has its signer's clock only."""
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from linli.engines.documents import commands, queries
from linli.engines.documents.actions import withdrawing
from linli.engines.documents.registry import Template
from linli.engines.documents.rules.states import Verdict, Withdrawal
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict
from tests.actors import AT
from tests.engines.documents import stamping
from tests.engines.documents.test_issue import copied, issue
from tests.engines.documents.test_pages import page, send

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def clock(settings: Any, tmp_path: Path) -> Iterator[stamping.Authority]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(stamping.certificates()[2])
    with stamping.authority() as told:
        settings.DOCUMENT_TSA, settings.DOCUMENT_TSA_ROOTS = told.url, str(roots)
        yield told


def test_a_stamp_is_in_the_signature_and_every_door_says_so(
        clock: stamping.Authority, client: Client, open_kind: Template, tmp_path: Path) -> None:
    made = issue(open_kind)
    assert clock.asked == 1 and queries.document(made.ref).stamped_at == clock.moment
    file = queries.pdf(made.ref)
    said = queries.looked_at(file, by=ANONYMOUS, at=AT).examined
    assert said and said.intact and said.trusted and said.stamp and said.stamp.trusted
    assert said.stamp.at == clock.moment and said.stamp.authority == "Clock of Hefei" and said.at == AT
    shown = page(client, f"/check/{made.number}/")
    assert "time stamp of an authority" in shown and "own clock" not in shown
    _, shown = send(client, file)
    assert "by Clock of Hefei" in shown
    assert client.get(f"/api/v1/documents/{made.number}").json()["stamped_at"]
    lying = tmp_path / "a.pdf"
    lying.write_bytes(file)
    told: list[str] = []
    assert commands.verify(lying, stamps=tmp_path / "roots.pem", as_json=True, say=told.append) == 0
    assert json.loads(told[0])["time_stamp"]["trusted"] is True


def test_without_an_authority_it_is_said_to_be_the_own_clock(client: Client, open_kind: Template) -> None:
    made = issue(open_kind)
    said = queries.looked_at(queries.pdf(made.ref), by=ANONYMOUS, at=AT).examined
    assert said and said.stamp is None and queries.document(made.ref).stamped_at is None
    assert "own clock" in page(client, f"/check/{made.number}/")
    assert "own clock" in send(client, queries.pdf(made.ref))[1]
    assert client.get(f"/api/v1/documents/{made.number}").json()["stamped_at"] is None


@pytest.mark.parametrize("answers", ["nothing", "rubbish", "older"])
def test_nothing_is_issued_without_the_stamp_that_was_asked_for(
        clock: stamping.Authority, kind: Template, answers: str) -> None:
    first = issue(kind)
    clock.answers = answers
    with pytest.raises(Conflict, match="does not answer just now"):
        issue(kind)
    assert [card.ref for card in queries.about([queries.document(first.ref).about])] == [first.ref]


def test_a_stamp_of_somebody_else_is_not_taken(
        clock: stamping.Authority, kind: Template, settings: Any, tmp_path: Path) -> None:
    issue(kind)
    settings.DOCUMENT_TSA_ROOTS = str(tmp_path / "others.pem")
    (tmp_path / "others.pem").write_text(queries.authorities())
    with pytest.raises(Conflict, match="not of the authority that was set"):
        issue(kind)


def test_a_stamp_over_another_signature_is_none(clock: stamping.Authority, kind: Template) -> None:
    """Cut out of one file and put into the other, it proves nothing of it."""
    one, other = (queries.pdf(issue(kind).ref) for _ in range(2))
    signed = _with_stamp_of(one, other)
    said = queries.looked_at(signed, by=ANONYMOUS, at=AT).examined
    assert said and said.intact and said.stamp is None


def _with_stamp_of(file: bytes, other: bytes) -> bytes:
    from asn1crypto import cms

    from linli.engines.documents.rules import signed

    mine, theirs = (signed.signature(one) for one in (file, other))
    assert mine and theirs
    own, strange = (cms.ContentInfo.load(one.cms) for one in (mine, theirs))
    own["content"]["signer_infos"][0]["unsigned_attrs"] = strange["content"]["signer_infos"][0]["unsigned_attrs"]
    made: bytes = own.dump(force=True).hex().encode()
    place = file.lower().index(mine.cms.hex().encode()[:80])
    room = len(mine.cms) * 2
    return file[:place] + made + b"0" * (room - len(made)) + file[place + room:]


def test_what_was_stamped_before_stays_good(clock: stamping.Authority, client: Client, open_kind: Template) -> None:
    made, before = issue(open_kind), copied(issue(open_kind))
    clock.moment = AT + timedelta(days=2)
    after = copied(issue(open_kind))
    withdrawing.withdraw(1, reason=Withdrawal.COMPROMISED, by=SYSTEM, at=AT + timedelta(days=1))
    assert queries.looked_at(before, by=ANONYMOUS, at=AT).verdict is Verdict.OURS
    assert queries.looked_at(after, by=ANONYMOUS, at=AT).verdict is Verdict.WITHDRAWN
    assert "signed before, which its time stamp proves" in page(client, f"/check/{made.number}/")
