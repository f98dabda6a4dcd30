"""What the matters of registration fetch themselves: the registration certificate, and who applies."""
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from linli.engines.archive import queries as archive
from linli.engines.documents import actions as documents
from linli.engines.documents import queries as issued
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.people import actions as people
from linli.work.hall import actions as hall
from linli.work.hall import queries as hall_queries
from linli.work.hall.registry import Extract, NotHeld
from linli.work.registration import queries
from tests.actors import AT, CITY, actor
from tests.registers.visiting import visit
from tests.work.registration.conftest import NAME, Establish, file
from tests.work.registration.test_matters import AGENCY, REPORT, Scene, scene

__all__ = ["scene"]


def certificate(ref: UUID, at: datetime = AT) -> Extract | NotHeld:
    return queries.certificate(person=new_ref(), organisation=ref, at=at)


def test_of_an_entry_without_a_certificate_the_register_itself_is_the_source(establish: Establish) -> None:
    found = certificate(establish())
    assert isinstance(found, Extract) and found.source == "Register of organisations"
    assert NAME in [value for _, value in found.says] and found.document is None


def test_of_what_is_no_longer_registered_nothing_is_fetched(establish: Establish) -> None:
    ref = establish()
    file(ref, "revocation", on=date(2026, 10, 1))
    found = certificate(ref)
    assert isinstance(found, NotHeld) and "no longer registered" in found.why
    assert isinstance(queries.certificate(person=new_ref(), organisation=None, at=AT), NotHeld)
    assert isinstance(certificate(new_ref()), NotHeld)


def test_who_was_compared_with_their_number_hands_in_no_proof(establish: Establish) -> None:
    desk = actor(f"region:{CITY}", "people.register", "people.see", "people.manage")
    known, unknown = (people.register(name="王芳", region="340104003000", phone=phone, consent_by_phone=True,
                                      id_number=number, by=desk, at=AT)
                      for phone, number in (("13855512345", "11010519491231002X"), ("13855512346", None)))
    found = queries.identity(person=known, organisation=None, at=AT)
    assert isinstance(found, Extract) and [value for _, value in found.says] == [
        "王芳", "**************002X", "2026-11-16"]
    why = queries.identity(person=unknown, organisation=None, at=AT)
    assert isinstance(why, NotHeld) and "was not checked here" in why.why


@pytest.mark.slow
def test_a_certificate_issued_here_is_fetched_with_its_file_until_it_ends(scene: Scene) -> None:
    link = scene.granted("found_agency", AGENCY)
    hall.deliver_next(by=SYSTEM, at=AT)
    ref = UUID(link.split("/")[2])
    (card,) = issued.about([ref])
    found = certificate(ref)
    assert isinstance(found, Extract) and (found.document, found.number) == (card.ref, card.shown_number)
    assert found.sha256 == card.sha256 == sha256(issued.pdf(card.ref)).hexdigest()
    over = certificate(ref, datetime(2030, 11, 20, tzinfo=UTC))  # four years later
    assert isinstance(over, NotHeld) and over.values == {"number": card.shown_number}

    at = datetime(2027, 3, 1, 4, tzinfo=UTC)
    scene.granted("annual_report", REPORT | {"year": 2026}, ref, at)
    (mine, *_) = [one for one in hall_queries.mine(by=scene.applicant, at=at) if one.matter == "annual_report"]
    one = hall_queries.application(mine.ref, by=scene.desk, at=at)
    assert [(kept.document, kept.held) for kept in one.fetched] == [(str(card.ref), True)]
    assert "certificate" not in {paper.material for paper in one.content.papers}
    while hall.pack_next(by=SYSTEM, at=at):
        pass
    package = hall_queries.application(mine.ref, by=scene.desk, at=at).package
    assert package
    with zipfile.ZipFile(BytesIO(b"".join(archive.read(archive.package(package).file)))) as whole:
        (pdf,) = [name for name in whole.namelist() if name.endswith(".pdf")]
        assert sha256(whole.read(pdf)).hexdigest() == card.sha256

    documents.revoke_about(ref, reason=documents.Reason.ENDED, by=SYSTEM, at=at)
    assert isinstance(certificate(ref, at), NotHeld)


def test_pages_that_fetch_ask_few_questions(scene: Scene, django_assert_max_num_queries: Any) -> None:
    ref = scene.establish()
    said = {"items": ["address"], "address": "长江西路 9 号", "reason": "搬到新的地方。"}
    case = scene.draft("change_registration", said, ref)
    path = f"/hall/applications/{case}/"
    for page in ("form/", "hand-in/", "form/items/"):
        with django_assert_max_num_queries(8):
            assert visit(f"{path}{page}", by=scene.applicant).status_code == 200
    scene.submit(case)
    for by in (scene.applicant, scene.desk):
        with django_assert_max_num_queries(8):
            assert visit(path, by=by).status_code == 200
