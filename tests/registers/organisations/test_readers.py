"""A correction is told: on the page, in the answer, on the check page, and to whoever read the entry signed in."""
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions, jobs, queries
from linli.registers.organisations.actions import Change
from linli.registers.organisations.models import Office, Organisation, Reading
from linli.registers.people import actions as people
from tests.actors import AT, actor, resident
from tests.registers.organisations.conftest import Scene
from tests.registers.organisations.test_extract import reading, withdrawn
from tests.registers.organisations.test_file import DAY, change, establish
from tests.registers.visiting import text, visit

HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)
WRONG, RIGHT, CAUSE = "蜀山区潜山路 2 号", "蜀山区潜山路 22 号", "录入时漏写"
SENTENCE = f"Registered address, “{WRONG}” → “{RIGHT}”. Cause: {CAUSE}"


def corrected(ref: UUID, wrong: UUID, at: Any) -> UUID:
    return actions.file(ref, kind="correction", changes=[Change("address", RIGHT)], corrects=wrong, effective_on=DAY,
                        basis="更正决定", cause=CAUSE, by=SYSTEM, at=at).ref


def told() -> list[str]:
    journal.sequence()
    journal.catch_up("organisations.readers")
    return [one.payload["person"] for one in Entry.objects.filter(fact="organisations.ReaderTold").order_by("pk")]


def read(ref: UUID, by: Actor, at: Any, path: str = "/organisations/{}/") -> Any:
    return visit(path.format(ref), by=by, at=at)


def test_who_read_what_was_wrong_is_told_once_and_nobody_else(scene: Scene) -> None:
    ref = establish()
    early, on_page, by_program, late = (resident(new_ref()) for _ in range(4))
    office = actor("region:340104000000", "organisations.see")
    read(ref, early, AT + HOUR)
    wrong = change(ref, address=WRONG, days=1)
    read(ref, on_page, AT + ONE_DAY + HOUR)
    read(ref, by_program, AT + ONE_DAY + HOUR, "/api/v1/organisations/{}")
    read(ref, office, AT + ONE_DAY + HOUR)
    visit(f"/organisations/{ref}/", at=AT + ONE_DAY + HOUR)
    filing = corrected(ref, wrong, AT + 2 * ONE_DAY)
    read(ref, late, AT + 2 * ONE_DAY + HOUR)
    assert told() == [str(on_page.person), str(by_program.person)]
    assert told() == [str(on_page.person), str(by_program.person)]
    (fact, _) = Entry.objects.filter(fact="organisations.ReaderTold").order_by("pk")
    assert (fact.payload["organisation"], fact.payload["filing"]) == (str(ref), str(filing))
    telling = TELLINGS[fact.fact]
    assert telling.notice and list(telling.to(fact.payload)) == [f"person:{on_page.person}"]
    assert telling.link and telling.link(fact.payload) == f"/organisations/{ref}/#corrections"
    assert {row.person for row in Reading.objects.all()} == {
        one.person for one in (early, on_page, by_program, late)}


def test_a_reading_is_kept_once_a_day_or_filing_and_ends_with_its_time(scene: Scene) -> None:
    ref, one = establish(), resident(new_ref())

    def last() -> Any:
        return Reading.objects.get().latest

    read(ref, one, AT + HOUR)
    with CaptureQueriesContext(connection) as made:
        read(ref, one, AT + 2 * HOUR)
    assert last() == AT + HOUR and not any("INSERT" in query["sql"] or "UPDATE" in query["sql"] for query in made)
    actions.file(ref, kind="change", changes=[Change("address", WRONG)], effective_on=DAY, basis="申请", by=SYSTEM,
                 at=AT + 3 * HOUR)
    read(ref, one, AT + 4 * HOUR)
    assert last() == AT + 4 * HOUR
    read(ref, one, AT + ONE_DAY)
    assert last() == AT + ONE_DAY
    assert jobs.forget_readings(AT + timedelta(days=300)) == 0 and Reading.objects.exists()
    assert jobs.forget_readings(AT + timedelta(days=400)) == 1 and not Reading.objects.exists()


def test_who_is_gone_or_keeps_the_entry_is_not_told(scene: Scene) -> None:
    ref, gone, keeper = establish(), reading("王芳"), resident(new_ref())
    assert keeper.person and gone.person
    actions.entrust(ref, to=keeper.person, by=SYSTEM, at=AT)
    wrong = change(ref, address=WRONG, days=1)
    for one in (gone, keeper):
        read(ref, one, AT + ONE_DAY + HOUR)
    assert [row["organisation"] for row in queries.readings_held(gone.person)] == ["合肥邻里互助协会"]
    people.erase(gone.person, by=SYSTEM, at=AT + ONE_DAY + 2 * HOUR)
    journal.sequence()
    journal.catch_up("organisations")
    corrected(ref, wrong, AT + 2 * ONE_DAY)
    assert told() == [] and queries.readings_held(gone.person) == []


def test_the_page_and_the_answer_tell_of_it_for_as_long_as_the_setting_says(scene: Scene) -> None:
    ref = establish()
    wrong = change(ref, address=WRONG, days=1)
    before = visit(f"/api/v1/organisations/{ref}", at=AT + ONE_DAY + HOUR)
    assert "Linli-Corrected" not in before.headers and json.loads(before.content)["corrected"] == []
    filing = corrected(ref, wrong, at := AT + 2 * ONE_DAY)
    page = text(visit(f"/organisations/{ref}/", at=at + HOUR))
    assert SENTENCE in page and "that you read this entry" not in page
    chinese = text(visit(f"/organisations/{ref}/", at=at + HOUR, language="zh"))
    assert f"住所由“{WRONG}”改为“{RIGHT}”。原因：{CAUSE}" in chinese
    answer = visit(f"/api/v1/organisations/{ref}", at=at + HOUR)
    (one,) = json.loads(answer.content)["corrected"]
    assert (one["item"], one["old"], one["new"], one["cause"], one["filing"]) == (
        "address", WRONG, RIGHT, CAUSE, str(filing))
    assert answer["Linli-Corrected"] == at.isoformat(timespec="seconds")
    later = at + timedelta(days=370)
    assert SENTENCE not in text(visit(f"/organisations/{ref}/", at=later))
    assert json.loads(visit(f"/api/v1/organisations/{ref}", at=later).content)["corrected"] == []
    assert "kept for 12 months" in text(visit(f"/organisations/{ref}/", by=resident(new_ref()), at=later))


@pytest.mark.slow
def test_the_check_page_of_an_extract_says_what_of_it_was_corrected_since(scene: Scene) -> None:
    ref, reader = establish(), reading("王芳")
    early = actions.take_extract(ref, by=reader, at=AT + HOUR)
    wrong = change(ref, address=WRONG, days=1)
    number = actions.take_extract(ref, by=reader, at=AT + ONE_DAY + HOUR)
    corrected(ref, wrong, AT + 2 * ONE_DAY)
    after = actions.take_extract(ref, by=reader, at=AT + 3 * ONE_DAY)
    withdrawn()
    at = AT + 4 * ONE_DAY
    assert SENTENCE in text(visit(f"/check/{number}/", at=at))
    (one,) = json.loads(visit(f"/api/v1/documents/{number}", at=at).content)["corrected"]
    assert (one["old"], one["new"], one["link"]) == (WRONG, RIGHT, f"/organisations/{ref}/#corrections")
    for other in (early, after):  # they never said it
        assert WRONG not in text(visit(f"/check/{other}/", at=at))
        assert documents.issued(other, by=reader, at=at).since == ()


def test_the_copy_names_the_posts_that_somebody_holds_or_held(scene: Scene) -> None:
    person, ref = new_ref(), establish()
    Office.objects.create(organisation=Organisation.objects.get(ref=ref), key="x", name="王敏", post="supervisor",
                          person=person, since=DAY, until=DAY + ONE_DAY)
    [row] = queries.posts_held(person)
    assert (str(row["Post held"]), row["began"], row["ends"]) == ("Council supervisor", DAY, DAY + ONE_DAY)
    assert queries.posts_held(new_ref()) == []
