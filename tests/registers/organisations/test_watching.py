"""Somebody watches organisations: what is entered of them stands in their notices, in no one else's."""
import csv
import io
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions, queries, subscribers
from linli.registers.organisations.models import Organisation
from linli.registers.organisations.rules.filing import Change
from tests.actors import AT, actor, resident
from tests.registers.organisations.files import code, row, text
from tests.registers.visiting import text as seen
from tests.registers.visiting import visit

OFFICER = actor("region:340100000000", "organisations.approve")


@pytest.fixture(autouse=True)
def _there_are_organisations(regions: ModuleType) -> None:
    bring(row(1), row(2), row(3))


def bring(*rows: dict[str, str]) -> None:
    lines = list(csv.reader(io.StringIO(text(*rows))))
    actions.import_register(lambda: lines, source="名录", on=AT.date(), partial=True, by=SYSTEM, at=AT)


def ref_of(number: int) -> UUID:
    return Organisation.objects.get(uscc=code(number)).ref


def told() -> list[tuple[UUID, int]]:
    journal.sequence()
    journal.catch_up("organisations.watching")
    found = Entry.objects.filter(fact="organisations.WatchedChanged").order_by("pk")
    return [(UUID(one.payload["person"]), one.payload["count"]) for one in found]


def change(number: int, address: str) -> None:
    actions.file(ref_of(number), kind="change", changes=[Change("address", address)], effective_on=AT.date(),
                 basis="核准", by=OFFICER, at=AT)


def test_who_watches_is_told_once_for_all_that_was_entered() -> None:
    told()
    mine, other = resident(new_ref()), resident(new_ref())
    ref = actions.make_list("我资助的机构", by=mine, at=AT)
    done = actions.watch(ref, said=f"{code(1)}，{row(2)['社会组织名称']}\n{code(9)}\n没有的机构", by=mine, at=AT)
    assert (done.new, done.there, done.unknown) == (2, 0, (code(9), "没有的机构"))
    assert actions.watch(ref, organisations=[ref_of(1)], by=mine, at=AT).there == 1
    change(3, "别处 3 号")
    assert told() == []
    change(1, "别处 1 号")
    change(2, "别处 2 号")
    assert told() == [(mine.person, 2)]
    [card] = queries.watch_lists(mine)
    assert [one.news for one in card.organisations] == [False, False]  # entered at the same moment in this test
    assert queries.watch_lists(other) == [] and not queries.watches(ref_of(1), by=other)


def test_a_duty_that_an_organisation_lets_pass_is_told_too() -> None:
    told()
    mine = resident(new_ref())
    actions.watch_one(ref_of(1), name="我的关注", by=mine, at=AT)
    entry = EntryCard(1, "rulebook.DutyOverdue", new_ref(), {"owner": f"organisation:{ref_of(1)}"}, SYSTEM.ref, AT, 1)
    elsewhere = EntryCard(2, "rulebook.DutyOverdue", new_ref(), {"owner": "region:340104000000"}, SYSTEM.ref, AT, 2)
    subscribers.tell_watchers([entry, elsewhere])
    assert told() == [(mine.person, 1)]


def test_whoever_watches_no_longer_is_told_nothing() -> None:
    told()
    mine = resident(new_ref())
    first = actions.watch_one(ref_of(1), name="我的关注", by=mine, at=AT)
    assert actions.watch_one(ref_of(2), name="我的关注", by=mine, at=AT) == first
    assert actions.unwatch(ref_of(1), by=mine, at=AT) == 1
    actions.unwatch(ref_of(2), ref=first, by=mine, at=AT)
    change(1, "别处")
    change(2, "别处")
    assert told() == []
    actions.drop_list(first, by=mine, at=AT)
    assert queries.watch_lists(mine) == []


def test_lists_are_refused_with_a_reason() -> None:
    mine, other = resident(new_ref()), resident(new_ref())
    ref = actions.make_list("甲", by=mine, at=AT)
    with pytest.raises(NotAllowed):
        actions.make_list("甲", by=ANONYMOUS, at=AT)
    with pytest.raises(Conflict, match="name already"):
        actions.make_list(" 甲 ", by=mine, at=AT)
    with pytest.raises(RuleBroken, match="at least one"):
        actions.watch(ref, said=" ,\n", by=mine, at=AT)
    with pytest.raises(RuleBroken, match="At most 500"):
        actions.watch(ref, said="\n".join(map(str, range(501))), by=mine, at=AT)
    for refused in (lambda: actions.watch(ref, said=code(1), by=other, at=AT),
                    lambda: actions.drop_list(ref, by=other, at=AT),
                    lambda: actions.unwatch(ref_of(1), ref=ref, by=other, at=AT),
                    lambda: actions.watch_one(new_ref(), name="x", by=mine, at=AT)):
        with pytest.raises(NotFound):
            refused()
    for number in range(19):
        actions.make_list(f"乙{number}", by=mine, at=AT)
    with pytest.raises(Conflict, match="20 lists"):
        actions.make_list("丙", by=mine, at=AT)


def test_the_erased_leave_no_lists_and_a_copy_holds_them() -> None:
    mine = resident(new_ref())
    assert mine.person
    actions.watch_one(ref_of(1), name="我的关注", by=mine, at=AT)
    [held] = queries.lists_held(mine.person)
    assert row(1)["社会组织名称"] in held.values()
    entry = EntryCard(1, "people.PersonErased", mine.person, {"person": str(mine.person)}, SYSTEM.ref, AT, 1)
    subscribers.react([entry])
    assert queries.watch_lists(mine) == []


def test_watching_as_a_person_sees_it(settings: Any) -> None:
    mine = resident(new_ref())
    page = f"/organisations/{ref_of(1)}/"
    assert "Watch" in seen(visit(page, by=mine))
    visit(f"{page}watch/", by=mine, method="POST")
    assert "Watch no longer" in seen(visit(page, by=mine))
    [card] = queries.watch_lists(mine)
    page = f"/organisations/watching/{card.ref}/"
    answer = visit(page, {"said": f"{code(2)}\n{code(8)}"}, by=mine, method="POST")
    assert answer.status_code == 422 and code(8) in seen(answer) and row(2)["社会组织名称"] in seen(answer)
    listed = seen(visit("/organisations/watching/", by=mine))
    assert row(1)["社会组织名称"] in listed and "2 organisations" in listed
    assert visit(page, by=resident(new_ref())).status_code == 404
    answer = visit("/organisations/watching/", {"name": card.name}, by=mine, method="POST")
    assert answer.status_code == 422 and "name already" in seen(answer)


def test_an_office_sees_what_came_of_a_file_and_settles_rows() -> None:
    bring(row(4, 登记状态="不详", 住所=""), row(5, 社会组织名称="合肥示例基金会"))
    page = seen(visit("/officer/register/", by=OFFICER))
    assert "名录" in page and "Measured quality" in page and "2 rows are to be corrected" in page
    rows = seen(visit("/officer/register/rows/", by=OFFICER))
    assert "登记状态" in rows and "不详" in rows and "only foundations are called" in rows
    assert "only foundations" not in seen(visit("/officer/register/rows/?kind=aside", by=OFFICER))
    sheet = visit("/officer/register/rows/sheet/", by=OFFICER).content.decode("utf-8-sig")
    assert sheet.startswith("行号,原因,可能是") and code(4) in sheet
    [first, _] = queries.doubts(by=OFFICER).items
    refused = visit(f"/officer/register/rows/{first.ref}/settle/", {"how": ""}, by=OFFICER, method="POST")
    assert refused.status_code == 422 and "Say how it was settled" in seen(refused)
    visit(f"/officer/register/rows/{first.ref}/settle/", {"how": "已核实"}, by=OFFICER, method="POST")
    assert len(queries.doubts(by=OFFICER).items) == 1
    assert visit("/officer/register/", by=resident(new_ref())).status_code == 403
