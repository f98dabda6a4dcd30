"""Children under 14, and the data of people under 18."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.people import actions, jobs, queries
from linli.registers.people.models import OpeningPermit, Person, Representation
from linli.registers.people.rules import USES, Purpose
from linli.registers.people.states import PERMITS, Permit, State
from tests.actors import AT, CITY, actor
from tests.registers.people.conftest import DISTRICT, ID_CHILD, OTHER, Town, me
from tests.registers.people.test_represent import Signed, accounts, acting_for

__all__ = ["accounts"]
WHY = "核实监护人联系方式"


def opener(region: str = DISTRICT) -> Actor:
    return actor(f"region:{region}", "people.open", "people.see")


def allower(region: str = DISTRICT) -> Actor:
    return actor(f"region:{region}", "people.open", "people.see", "people.allow")


@pytest.fixture
def child(town: Town) -> UUID:
    ref = actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                agreed_for_child=True, by=me(town.daughter), at=AT).person
    actions.change(ref, phone="13600136000", region=DISTRICT, by=acting_for(town.daughter, ref), at=AT)
    return ref


def test_only_a_guardian_registers_a_child(town: Town) -> None:
    for kind in ("family", "agent"):
        with pytest.raises(RuleBroken) as why:
            actions.represent_new(name="周小乐", id_number=ID_CHILD, kind=kind, representative=town.daughter,
                                  by=me(town.daughter), at=AT)
        assert (why.value.field, why.value.rule) == ("kind", "people.child")
    assert Person.objects.count() == 2


def test_a_child_does_not_register_alone_nor_by_an_agent_without_guardian(town: Town) -> None:
    with pytest.raises(RuleBroken) as why:
        actions.register_oneself(name="周小乐", region=CITY, id_number=ID_CHILD, by=me(town.daughter), at=AT)
    assert why.value.rule == "people.child"
    with pytest.raises(RuleBroken):
        actions.check_real_name(town.daughter, id_number=ID_CHILD, by=me(town.daughter), at=AT)
    given = {"name": "周小乐", "region": DISTRICT, "id_number": ID_CHILD, "consent_by_phone": True}
    with pytest.raises(RuleBroken) as why:
        actions.register(**given, by=town.agent, at=AT)  # type: ignore[arg-type]
    assert why.value.field == "guardian"
    with pytest.raises(NotFound):
        actions.register(**given, guardian=UUID(int=7), by=town.agent, at=AT)  # type: ignore[arg-type]
    made = actions.register(**given, guardian=town.mother, agreed_for_child=True, by=town.agent, at=AT)  # type: ignore[arg-type]
    assert queries.representatives_of(made, at=AT) == [(town.mother, "guardian")]
    assert Entry.objects.get(about=made, fact="people.ConsentRecorded").payload["way"] == "guardian"


def test_guarding_ends_on_the_eighteenth_birthday(town: Town, child: UUID) -> None:
    until = Representation.objects.get(person__ref=child).until
    assert until == datetime(2033, 5, 31, 16, tzinfo=UTC), "the first of June 2033 in China"
    assert queries.represented_by(town.daughter, at=until - timedelta(seconds=1))
    assert queries.represented_by(town.daughter, at=until) == []


def test_a_grown_person_has_a_guardian_without_end(town: Town) -> None:
    actions.represent(town.mother, representative=town.daughter, kind="guardian", by=SYSTEM, at=AT)
    assert Representation.objects.get(person__ref=town.mother).until is None


def test_for_a_child_only_the_guardian_consents_that_another_acts(
    town: Town, child: UUID, accounts: Signed
) -> None:
    accounts.people.add(child)  # even where the child has an account
    aunt = actions.register(name="周红", region=CITY, by=SYSTEM, at=AT)
    other = actions.register(name="周兰", region=CITY, by=SYSTEM, at=AT)
    actions.represent(child, representative=other, kind="family", by=SYSTEM, at=AT)
    asked = actions.represent(child, representative=aunt, by=me(aunt), at=AT).representation
    for by in (me(child), acting_for(other, child), me(aunt)):
        with pytest.raises(NotAllowed):
            actions.accept(asked, by=by, at=AT)
    moves = {m.name for card in queries.family(acting_for(town.daughter, child), at=AT) if card.ref == asked
             for m in card.moves}
    assert "accept" in moves
    actions.accept(asked, by=acting_for(town.daughter, child), at=AT)
    assert Representation.objects.get(ref=asked).state == State.ACTIVE


def test_nobody_opens_the_data_of_a_minor_alone(town: Town, child: UUID) -> None:
    officer, other = opener(), allower()
    with pytest.raises(Conflict, match="second officer"):
        actions.open_field(child, field="phone", reason=WHY, by=officer, at=AT)
    assert not Entry.objects.filter(fact="people.FieldOpened").exists()
    permit = actions.ask_to_open(child, field="phone", reason=WHY, by=officer, at=AT)
    [card] = queries.permits_waiting(by=other)
    assert (card.ref, card.reason) == (permit, WHY) and "核实" not in str(OpeningPermit.objects.values().get())
    with pytest.raises(Conflict):
        actions.open_field(child, field="phone", reason=WHY, by=officer, at=AT)
    actions.allow(permit, by=other, at=AT)
    with pytest.raises(Conflict):
        actions.open_field(child, field="address", reason=WHY, by=officer, at=AT)
    with pytest.raises(Conflict):
        actions.open_field(child, field="phone", reason=WHY, by=opener(), at=AT)
    assert actions.open_field(child, field="phone", reason=WHY, by=officer, at=AT) == "13600136000"
    with pytest.raises(Conflict):
        actions.open_field(child, field="phone", reason=WHY, by=officer, at=AT)
    assert [o.reason for o in queries.openings(child, by=acting_for(town.daughter, child))] == [WHY]


def test_a_leave_holds_for_a_day(town: Town, child: UUID) -> None:
    officer, late = opener(), AT + timedelta(hours=24)
    actions.allow(actions.ask_to_open(child, field="phone", reason=WHY, by=officer, at=AT), by=allower(), at=AT)
    with pytest.raises(Conflict):
        actions.open_field(child, field="phone", reason=WHY, by=officer, at=late)
    again = actions.ask_to_open(child, field="phone", reason=WHY, by=officer, at=late)
    assert OpeningPermit.objects.get().ref == again


def test_who_asks_does_not_allow_and_others_do_not_see_it(town: Town, child: UUID) -> None:
    both = allower()
    permit = actions.ask_to_open(child, field="phone", reason=WHY, by=both, at=AT)
    with pytest.raises(RuleBroken, match="somebody else"):
        actions.allow(permit, by=both, at=AT)
    with pytest.raises(Conflict, match="asked for this already"):
        actions.ask_to_open(child, field="phone", reason=WHY, by=both, at=AT)
    for by in (allower(OTHER), opener()):
        with pytest.raises(NotFound):
            actions.allow(permit, by=by, at=AT)
    with pytest.raises(NotAllowed):
        queries.permits_waiting(by=opener())
    actions.disallow(permit, by=allower(), at=AT)
    with pytest.raises(Conflict):
        actions.allow(permit, by=allower(), at=AT)
    with pytest.raises(Conflict):
        actions.open_field(child, field="phone", reason=WHY, by=both, at=AT)


def test_a_grown_person_needs_no_leave(town: Town) -> None:
    with pytest.raises(RuleBroken, match="of age"):
        actions.ask_to_open(town.mother, field="phone", reason=WHY, by=town.officer, at=AT)
    assert actions.open_field(town.mother, field="phone", reason=WHY, by=town.officer, at=AT) == "13800138000"


def test_who_may_be_a_minor_by_the_year_alone_counts_as_one(town: Town, child: UUID) -> None:
    Person.objects.filter(ref=child).update(birth_on_sealed=None, birth_year=AT.year - 18)
    assert queries.at_the_desk(child, by=opener(), at=AT).leave
    Person.objects.filter(ref=child).update(birth_year=AT.year - 19)
    assert not queries.at_the_desk(child, by=opener(), at=AT).leave


@pytest.mark.parametrize("move", [m for m in PERMITS.moves if PERMITS.moves[m].sources != ("[*]",)])
@pytest.mark.parametrize("state", list(Permit))
def test_a_decided_wish_stays_so(move: str, state: Permit) -> None:
    one = PERMITS.moves[move]
    if state in one.sources:
        assert PERMITS.check(move, state=state, held={one.permission}) == one.target
    else:
        with pytest.raises(Conflict):
            PERMITS.check(move, state=state, held={one.permission})


# The guardian's own consent, and the fourteenth birthday


BIRTHDAY = datetime(2029, 5, 31, 16, tzinfo=UTC)
"""The first moment of 1 June 2029 in China, on which the child of the tests turns 14."""


def test_a_child_is_registered_only_with_the_guardians_own_consent(town: Town) -> None:
    wish = {"name": "周小乐", "id_number": ID_CHILD, "kind": "guardian", "representative": town.daughter}
    with pytest.raises(RuleBroken) as why:
        actions.represent_new(**wish, by=me(town.daughter), at=AT)  # type: ignore[arg-type]
    assert (why.value.field, why.value.rule) == ("agreed_for_child", "people.child")
    with pytest.raises(RuleBroken) as why:
        actions.register(name="周小乐", region=DISTRICT, id_number=ID_CHILD, consent_by_phone=True,
                         guardian=town.daughter, by=town.agent, at=AT)
    assert why.value.field == "agreed_for_child" and Person.objects.count() == 2
    made = actions.represent_new(**wish, agreed_for_child=True, by=me(town.daughter), at=AT)  # type: ignore[arg-type]
    [given] = Entry.objects.filter(about=made.person, fact="people.ConsentGiven")
    assert given.payload["purpose"] == "child" and given.payload["version"] == USES[Purpose.CHILD].version
    assert Entry.objects.filter(about=made.person, fact="people.ConsentRecorded").count() == 1, "apart from the other"


def use(child: UUID, by: Actor, at: datetime = AT) -> queries.UseCard | None:
    return next((one for one in queries.uses(child, by=by, at=at) if one.purpose is Purpose.CHILD), None)


def test_it_ends_with_the_childs_data_and_is_asked_anew_when_the_rules_change(
    town: Town, child: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    guardian = acting_for(town.daughter, child)
    card = use(child, guardian)
    assert card and card.allowed and not card.changeable
    with pytest.raises(RuleBroken, match="have them erased"):
        actions.withdraw_consent(child, purpose="child", by=guardian, at=AT)
    monkeypatch.setitem(USES, Purpose.CHILD, replace(USES[Purpose.CHILD], version="2030-1"))
    card = use(child, guardian)
    assert card and card.outdated and card.changeable and not card.allowed
    actions.give_consent(child, purpose="child", by=guardian, at=AT)
    card = use(child, guardian)
    assert card and card.allowed and use(town.mother, me(town.mother)) is None, "of nobody else"
    with pytest.raises(RuleBroken, match="no such purpose"):
        actions.give_consent(town.mother, purpose="child", by=me(town.mother), at=AT)


def test_on_the_fourteenth_birthday_the_young_person_decides(town: Town, child: UUID) -> None:
    guardian, before = acting_for(town.daughter, child), BIRTHDAY - timedelta(seconds=1)
    actions.give_consent(child, purpose="outreach", by=guardian, at=AT)
    actions.withdraw_consent(child, purpose="ranking", by=guardian, at=AT)
    jobs.hand_over(before)
    assert Purpose.OUTREACH in queries.allowed(child)
    jobs.hand_over(BIRTHDAY)
    jobs.hand_over(BIRTHDAY)
    assert not {Purpose.OUTREACH, Purpose.RANKING} & queries.allowed(child), "what was allowed ends, a refusal stays"
    [told] = Entry.objects.filter(fact="people.ChildGrewUp")
    assert told.payload == {"person": str(child), "guardians": [str(town.daughter)]}
    assert set(TELLINGS[told.fact].to(told.payload)) == {f"person:{child}", f"person:{town.daughter}"}
    assert use(child, guardian, BIRTHDAY) is None
    with pytest.raises(NotAllowed, match="From 14 on"):
        actions.give_consent(child, purpose="outreach", by=guardian, at=BIRTHDAY)
    actions.give_consent(child, purpose="outreach", by=me(child), at=BIRTHDAY)
    assert "周小乐" in str(actions.take_copy(child, by=guardian, at=BIRTHDAY)), "a guardian still looks"
    actions.withdraw_consent(child, purpose="outreach", by=guardian, at=BIRTHDAY)
    assert Purpose.OUTREACH not in queries.allowed(child)


def test_the_rules_for_children_stand_on_a_page_of_their_own(regions: object) -> None:
    for language, words in (("en", "until the child is 14"), ("zh-hans", "年满14周岁之前")):
        page = Client(headers={"Accept-Language": language}).get("/privacy/children/")
        assert page.status_code == 200 and words in page.content.decode()
        assert USES[Purpose.CHILD].version in page.content.decode()
