"""Filing into the register: what it shows at once, what it refuses, and what the database keeps."""
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.organisations import actions, queries
from linli.registers.organisations.actions import Change
from linli.registers.organisations.models import Filing, Organisation
from tests.actors import AT
from tests.registers.organisations.conftest import Scene

DAY = AT.date()
SOCIETY: dict[str, Any] = {
    "name": "合肥邻里互助协会", "uscc": "51340100500000015T", "kind": "society", "region": "340104000000",
    "address": "蜀山区琥珀路 1 号", "registrar": "合肥市民政局", "legal_representative": "张明",
    "registered_funds": 3_000_000,
}


def told(said: dict[str, Any]) -> list[Change]:
    return [Change(item, value) for item, value in said.items()]


def establish(by: Actor = SYSTEM, *, on: date = date(2025, 3, 3), **more: Any) -> UUID:
    return actions.file(None, kind="establishment", changes=told(SOCIETY | more), effective_on=on,
                        basis="《社会团体登记管理条例》第十二条", by=by, at=AT).organisation


def change(ref: UUID, by: Actor = SYSTEM, *, days: int = 0, on: date = DAY, kind: str = "change", **said: Any) -> UUID:
    return actions.file(ref, kind=kind, changes=told(said), effective_on=on, basis="申请", by=by,
                        at=AT + timedelta(days=days)).ref


def test_an_organisation_is_established_changed_corrected_and_ended(scene: Scene) -> None:
    ref = establish(scene.officer)
    row = Organisation.objects.get(ref=ref)
    assert (row.state, row.status, row.established_on, row.registered_funds) == (
        "registered", "registered", date(2025, 3, 3), 3_000_000)
    wrong = change(ref, scene.officer, name="合肥邻里互帮协会", on=date(2026, 1, 5))
    fix = actions.file(ref, kind="correction", changes=[Change("name", "合肥邻里互助总会")], corrects=wrong,
                       effective_on=date(2026, 1, 5), basis="决定书", cause="录入时误写", by=scene.officer,
                       at=AT + timedelta(days=1))
    change(ref, scene.officer, days=2, name="合肥邻里会", on=DAY)
    later = AT + timedelta(days=3)
    found = queries.as_of(ref, on=date(2026, 2, 1), known_at=later)
    assert found.name == "合肥邻里互助总会" and found.exists
    assert queries.as_of(ref, on=date(2026, 2, 1), known_at=AT).name == "合肥邻里互帮协会"
    assert not queries.as_of(ref, on=date(2025, 3, 2), known_at=later).exists
    assert [name for name, _ in queries.as_of(SOCIETY["uscc"], on=DAY, known_at=later).former_names] == [
        "合肥邻里互助协会", "合肥邻里互助总会"]
    assert Entry.objects.get(fact="organisations.FilingCorrected").payload == {
        "organisation": str(ref), "filing": str(fix.ref), "corrects": str(wrong), "region": "340104000000"}
    (former,) = [card for card in queries.named_so(["合肥邻里互助协会"])]
    assert (former.organisation, former.until) == (ref, date(2026, 1, 5))
    change(ref, scene.officer, days=3, kind="liquidation", on=DAY)
    with pytest.raises(RuleBroken, match="in liquidation") as why:
        change(ref, scene.officer, days=4, address="别处")
    assert why.value.rule == "organisations.liquidation_only"
    change(ref, scene.officer, days=5, kind="deregistration", on=DAY)
    row.refresh_from_db()
    assert (row.status, row.ended_on, row.name) == ("deregistered", DAY, "合肥邻里会")
    assert [step.filing.kind for step in queries.filings(ref)] == [
        "establishment", "change", "correction", "change", "liquidation", "deregistration"]


def test_the_row_is_what_the_filings_add_up_to(scene: Scene, approved: Scene) -> None:
    ref = establish()
    change(ref, kind="officers", officers={"name": "张明", "post": "chair", "from_": "2025-03-03"})
    change(ref, days=1, name="合肥新名协会")
    actions.describe(approved.organisation, introduction="", phone="0551-62340000", short_name="安康",
                     by=approved.manager, at=AT + timedelta(days=1))
    for row in Organisation.objects.all():
        kept = {name: value for name, value in vars(row).items() if not name.startswith("_")}
        people = list(row.offices.values_list("key", "name", "since", "until"))
        Organisation.objects.filter(pk=row.pk).update(name="被改过", status="", words="", phone="")
        assert actions.rebuild([row.ref], by=SYSTEM, at=AT + timedelta(days=1)) == 1
        row.refresh_from_db()
        assert {name: value for name, value in vars(row).items() if not name.startswith("_")} == kept
        assert list(row.offices.values_list("key", "name", "since", "until")) == people


def test_who_joins_is_taken_over_with_what_it_stated(approved: Scene) -> None:
    (step,) = queries.filings(approved.organisation, by=approved.officer)
    assert step.filing.kind == "import" and {one.item.key for one in step.told} >= {"name", "uscc", "address", "phone"}
    assert Organisation.objects.get().status == "registered"


def test_a_deregistered_provider_takes_on_nothing_new(approved: Scene) -> None:
    change(approved.organisation, approved.officer, kind="deregistration")
    assert approved.state() == "suspended"
    assert queries.reasons(approved.organisation) == "申请"
    with pytest.raises(RuleBroken, match="registration has ended"):
        actions.restore(approved.organisation, by=approved.officer, at=AT)


def test_the_database_refuses_to_change_or_delete_a_filing(approved: Scene) -> None:
    for wrong in (lambda: Filing.objects.update(basis="改"), lambda: Filing.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            wrong()
    assert Filing.objects.get().basis == ""


def test_a_filing_is_sent_twice_and_entered_once(scene: Scene) -> None:
    ref = establish()
    first, second = (actions.file(ref, kind="change", changes=told({"name": "新名协会"}), effective_on=DAY, basis="x",
                                  by=scene.officer, at=AT, key="k") for _ in range(2))
    assert first == second and Filing.objects.count() == 2
    with pytest.raises(Conflict, match="another request"):
        actions.file(ref, kind="change", changes=told({"name": "别名协会"}), effective_on=DAY, basis="x",
                     by=scene.officer, at=AT, key="k")


def test_who_may_file(scene: Scene) -> None:
    ref = establish()
    for by in (scene.elsewhere, scene.stranger, scene.manager):
        with pytest.raises(NotAllowed):
            change(ref, by, name="新名协会")
        with pytest.raises(NotAllowed):
            establish(by, uscc="51340100500000023N")
    with pytest.raises(NotFound):
        change(new_ref(), scene.officer, name="新名协会")


@pytest.mark.parametrize(("more", "field", "sentence", "refusal"), [
    ({"region": "340199000000"}, "region", "Choose the region", RuleBroken),
    ({"kind": "agency"}, "uscc", "begins with 51", RuleBroken),
    ({"uscc": "51340100500000015X"}, "uscc", "last character", RuleBroken),
    ({"kind": "club"}, "kind", "possible values", RuleBroken),
    ({"uscc": "52340100500000015P", "kind": "agency"}, "uscc", "in the register already", Conflict),
])
def test_what_cannot_be_established(
    scene: Scene, more: dict[str, Any], field: str, sentence: str, refusal: type[Refusal]
) -> None:
    before = Filing.objects.count(), Organisation.objects.count(), Entry.objects.count()
    with pytest.raises(refusal, match=sentence) as why:
        establish(**more)
    assert why.value.field == field
    assert (Filing.objects.count(), Organisation.objects.count(), Entry.objects.count()) == before


def test_a_correction_names_what_it_corrects_and_why(scene: Scene) -> None:
    ref = establish()
    wrong = change(ref, name="错名协会")
    for more, field in (({"corrects": None, "cause": "x"}, "corrects"), ({"corrects": wrong, "cause": " "}, "cause")):
        with pytest.raises(RuleBroken) as why:
            actions.file(ref, kind="correction", changes=told({"name": "对名协会"}), effective_on=DAY, basis="x",
                         by=SYSTEM, at=AT, **more)
        assert why.value.field == field
    with pytest.raises(NotFound, match="no such filing"):
        actions.file(ref, kind="correction", changes=told({"name": "对名协会"}), effective_on=DAY, basis="x", cause="x",
                     corrects=new_ref(), by=SYSTEM, at=AT)


def test_a_change_is_revoked_by_name_and_what_stood_before_stands_again(scene: Scene) -> None:
    ref = establish()
    renamed = change(ref, on=date(2026, 3, 2), name="合肥新名协会", address="新址 2 号")
    graded = change(ref, kind="officers", officers={"name": "张明", "post": "chair", "from_": "2025-03-03"})
    said: dict[str, Any] = {"kind": "annulment", "corrects": renamed, "effective_on": DAY, "cause": "隐瞒真实情况",
                            "basis": "行政许可法第六十九条", "changes": [Change("name", None)], "by": scene.officer,
                            "at": AT}
    for more, field in (({"corrects": None}, "corrects"), ({"corrects": graded}, "corrects"), ({"cause": " "}, "cause"),
                        ({"changes": [Change("name", "合肥又名协会")]}, "name"),
                        ({"changes": [Change("phone", None)]}, "phone"),
                        ({"effective_on": date(2026, 3, 1)}, "effective_on")):
        with pytest.raises(RuleBroken) as why:
            actions.file(ref, **said | more)
        assert why.value.field == field
    actions.file(ref, **said)
    row = Organisation.objects.get(ref=ref)
    assert (row.name, row.address, row.status) == ("合肥邻里互助协会", "新址 2 号", "registered")
    assert [(one.name, one.until, one.revoked) for one in row.former_names.all()] == [("合肥新名协会", DAY, True)]
    step = queries.filings(ref)[-1]
    assert [(told.old, told.new) for told in step.told] == [("合肥新名协会", "合肥邻里互助协会")]
    actions.rebuild([ref], by=SYSTEM, at=AT)
    assert row.former_names.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():  # the database asks for it, too
        Filing.objects.create(organisation=row, kind="annulment", effective_on=DAY, filed_at=AT, filed_by=new_ref(),
                              changes=[], basis="x")


def test_what_holds_from_a_later_day_is_followed_on_that_day(scene: Scene) -> None:
    ref = establish()
    change(ref, kind="grade", grades={"grade": "4A", "from_": "2027-01-01", "until": "2032-01-01"})
    assert Organisation.objects.get(ref=ref).grade == ""
    assert actions.turn(by=SYSTEM, at=AT) == 0
    assert actions.turn(by=SYSTEM, at=AT + timedelta(days=60)) == 1
    row = Organisation.objects.get(ref=ref)
    assert (row.grade, row.turns_on) == ("4A", date(2032, 1, 1))


def test_reading_the_register_takes_two_statements(scene: Scene) -> None:
    ref = establish()
    for day in range(5):
        change(ref, days=day, name=f"第{day}名协会")
    with CaptureQueriesContext(connection) as made:
        queries.as_of(ref, on=DAY, known_at=AT)
    assert len(made) == 2


def test_posts_are_found_by_person_and_by_name(scene: Scene) -> None:
    person, ref = new_ref(), establish()
    change(ref, kind="officers", officers={"name": "张明", "post": "chair", "from_": "2025-03-03",
                                           "person": str(person)})
    assert [one.post for one in queries.offices(person=person)] == ["chair"] == [
        one.post for one in queries.offices(name="张明")]
    assert queries.led_by("张明") == [ref] and queries.led_by("") == []
    shown = queries.as_of(ref, on=DAY, known_at=AT).public("officers")
    assert shown == [{"name": "张明", "post": "chair", "from_": "2025-03-03"}]
