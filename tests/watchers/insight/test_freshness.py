"""What was not confirmed in time: whose it is, reminding them in one act, and the duty that ends with the deed."""
from datetime import date, timedelta

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.directory import actions as directory
from linli.registers.directory.actions.reminding import ask_to_assure
from linli.registers.directory.models import Service
from linli.registers.directory.queries import offered
from linli.registers.organisations.models import Organisation
from linli.registers.places import actions as places
from linli.registers.places import queries as facilities
from linli.watchers.insight import queries
from linli.watchers.notices.models import Notice
from tests.actors import AT, CITY, actor
from tests.registers.directory.conftest import HUPO, LUYANG, SHUSHAN, Scene, scene
from tests.registers.visiting import text, visit
from tests.work.needs.conftest import XIAOYAOJIN, as_role

__all__ = ["scene"]
LATER = AT + timedelta(days=200)  # a listing is right for 180 days, an entry for 365
VILLAGE = "340104003001"
MUCH_LATER = AT + timedelta(days=400)


@pytest.fixture
def officer(scene: Scene) -> Actor:
    return as_role("officer", f"region:{CITY}")


@pytest.fixture
def old(scene: Scene) -> Scene:
    """Three listings of one provider: one assured long ago, one longer ago, one lately; one of another, never."""
    for name, on in (("旧的", date(2026, 11, 1)), ("更旧的", date(2026, 10, 1)), ("新的", date(2027, 5, 1))):
        Service.objects.filter(ref=scene.list(name=name)).update(assured_on=on)
    ref = scene.list(name="没核实过的", organisation=scene.other, by=scene.stranger, region=XIAOYAOJIN, site=None,
                     area=[LUYANG])
    Service.objects.filter(ref=ref).update(assured_on=None, assured_by=None)
    return scene


def test_the_oldest_comes_first_and_what_is_in_time_is_not_there(old: Scene, officer: Actor) -> None:
    found = queries.freshness(by=officer, at=LATER)
    assert [(one.ref, one.overdue, one.never, one.oldest) for one in found.items] == [
        (old.provider, 2, 0, date(2026, 10, 1)), (old.other, 0, 1, None)]
    assert (found.keepers, found.things, found.days) == (2, 3, 180)
    assert [one.ref for one in queries.freshness(LUYANG, by=officer, at=LATER).items] == [old.other]
    assert queries.freshness(by=as_role("officer", f"region:{HUPO}"), at=LATER).keepers == 1
    with pytest.raises(NotAllowed):
        queries.freshness(by=old.manager, at=LATER)


def test_one_act_reminds_the_provider_who_then_owes_each_and_assuring_ends_it(old: Scene, officer: Actor) -> None:
    assert ask_to_assure(old.provider, by=officer, at=LATER) == 2
    journal.run()
    on = LATER.date()
    duties = rulebook.duties(on=on, rule_id=offered.ANSWER)
    assert {one.owner for one in duties} == {f"organisation:{old.provider}"} and len(duties) == 2
    assert {one.due_on for one in duties} == {on + timedelta(days=14)}
    told = Notice.objects.get(scope=f"organisation:{old.provider}", fact="directory.AssuranceAsked")
    assert told.values == {"services": 2, "due": str(on + timedelta(days=14))}
    assert queries.freshness(by=officer, at=LATER).items[0].reminded_at == LATER
    with pytest.raises(Conflict, match="within the last"):
        ask_to_assure(old.provider, by=officer, at=LATER + timedelta(days=6))
    assert ask_to_assure(old.provider, by=officer, at=LATER + timedelta(days=8)) == 2
    assert len(rulebook.duties(on=on, rule_id=offered.ANSWER)) == 2, "owing it twice is owing it once"
    for one in duties:
        directory.assure(one.about, by=old.manager, at=LATER + timedelta(days=9))
    assert {one.state for one in rulebook.duties(on=on, rule_id=offered.ANSWER)} == {"met"}
    with pytest.raises(RuleBroken, match="nothing to remind"):
        ask_to_assure(old.provider, by=officer, at=LATER + timedelta(days=20))


def test_nobody_reminds_elsewhere_or_whom_nobody_speaks_for(old: Scene, officer: Actor) -> None:
    entries = Entry.objects.count()
    for by, why in ((old.manager, NotAllowed), (as_role("auditor", f"region:{CITY}"), NotAllowed),
                    (as_role("officer", f"region:{LUYANG}"), RuleBroken)):
        with pytest.raises(why):
            ask_to_assure(old.provider, by=by, at=LATER)
    Organisation.objects.filter(ref=old.other).update(state="listed", uscc="", kind="unknown")
    with pytest.raises(RuleBroken, match="claimed"):
        ask_to_assure(old.other, by=officer, at=LATER)
    assert [one.remindable for one in queries.freshness(by=officer, at=LATER).items] == [True, False]
    with pytest.raises(NotFound):
        ask_to_assure(officer.ref, by=officer, at=LATER)
    assert Entry.objects.count() == entries


def test_an_office_is_reminded_of_its_facilities_and_confirming_ends_it(scene: Scene, officer: Actor) -> None:
    refs = [places.add_facility(places.Entry("canteen", f"食堂{number}", VILLAGE), by=SYSTEM, at=AT)
            for number in range(3)]
    fresh = places.add_facility(places.Entry("clinic", "新的", "340103006001"), by=SYSTEM, at=MUCH_LATER)
    assert queries.facilities(by=officer, at=LATER).items == []
    [stand] = queries.facilities(by=officer, at=MUCH_LATER).items
    assert (stand.key, stand.overdue, stand.oldest, stand.reminded_at) == (HUPO, 3, AT.date(), None)
    assert places.ask_to_confirm(HUPO, by=officer, at=MUCH_LATER) == 3
    journal.run()
    duties = rulebook.duties(on=MUCH_LATER.date(), rule_id=facilities.CONFIRM)
    assert {one.about for one in duties} == set(refs) and {one.owner for one in duties} == {f"region:{HUPO}"}
    assert Notice.objects.filter(scope=f"region:{HUPO}", fact="places.ConfirmationAsked").count() == 1
    assert queries.facilities(by=officer, at=MUCH_LATER).items[0].reminded_at == MUCH_LATER
    with pytest.raises(Conflict):
        places.ask_to_confirm(HUPO, by=officer, at=MUCH_LATER + timedelta(days=1))
    own = as_role("officer", f"region:{HUPO}")
    places.confirm_facility(refs[0], by=own, at=MUCH_LATER)
    places.change_facility(refs[1], places.Entry("canteen", "改名的", VILLAGE), by=own, at=MUCH_LATER)
    places.close_facility(refs[2], on=MUCH_LATER.date(), by=own, at=MUCH_LATER)
    assert {one.state for one in rulebook.duties(on=MUCH_LATER.date(), rule_id=facilities.CONFIRM)} == {"met"}
    assert queries.facilities(by=officer, at=MUCH_LATER).items == []
    for ref, by, why in ((fresh, own, NotAllowed), (refs[2], own, Conflict), (officer.ref, own, NotFound)):
        with pytest.raises(why):
            places.confirm_facility(ref, by=by, at=MUCH_LATER)
    for region, by, refusal in ((HUPO, officer, RuleBroken), (SHUSHAN, officer, NotFound), ("x", officer, NotFound),
                                (XIAOYAOJIN, own, NotAllowed)):
        with pytest.raises(refusal):
            places.ask_to_confirm(region, by=by, at=MUCH_LATER + timedelta(days=30))


def test_the_pages_remind_with_one_button(old: Scene, officer: Actor) -> None:
    page = text(visit("/officer/freshness/", by=officer, at=LATER))
    assert page.index("合肥安康") < page.index("和顺社区") and "or never: 3 services by 2 providers" in page
    assert f'name="key" value="{old.provider}"' in page and str(old.provider) not in page.partition("action=")[2][:80]
    done = visit("/officer/freshness/remind/", {"key": str(old.provider)}, by=officer, at=LATER, method="POST")
    assert done.status_code == 302 and "told=2" in done["Location"]
    assert "owe the confirmation of 2 entries" in text(visit(done["Location"], by=officer, at=LATER))
    again = visit("/officer/freshness/remind/", {"key": str(old.provider)}, by=officer, at=LATER, method="POST")
    assert again.status_code == 409 and "Give it time" in text(again)
    assert visit("/officer/freshness/remind/", {"key": "x"}, by=officer, method="POST").status_code == 404
    places.add_facility(places.Entry("canteen", "食堂", VILLAGE), by=SYSTEM, at=AT)
    assert "琥珀街道" in text(visit("/officer/freshness/facilities/", by=officer, at=MUCH_LATER))
    done = visit("/officer/freshness/facilities/remind/", {"key": HUPO}, by=officer, at=MUCH_LATER, method="POST")
    assert done.status_code == 302
    auditor = as_role("auditor", f"region:{CITY}")
    assert "<button class=\"btn btn-quiet btn-sm\"><svg" not in text(visit("/officer/freshness/", by=auditor, at=LATER))
    assert visit("/officer/freshness/", by=actor(f"region:{CITY}", "needs.see")).status_code == 403
