"""Who lives together: each by their own consent, in one household at a time, and nothing of it is deleted."""
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.accounts import actions as opening
from linli.registers.people import actions, queries, rules
from linli.registers.people.models import Household, HouseholdMember, Person
from linli.registers.people.rules import Relation
from linli.registers.people.states import HOUSEHOLDS, Living
from tests.actors import AT
from tests.races import at_once
from tests.registers.people.conftest import DISTRICT, ID_CHILD, OTHER, Town, me
from tests.registers.people.test_api import Caller
from tests.registers.people.test_pages import browser, text
from tests.registers.people.test_represent import Signed, accounts, acting_for

__all__ = ["accounts"]
LATER = AT + timedelta(days=30)


def number(person: UUID) -> str:
    return str(Person.objects.get(ref=person).number)


def form(person: UUID, **given: Any) -> UUID:
    return actions.form_household(person, by=me(person), at=AT, **given)


def ask(town: Town, relation: str = "parent", **change: str) -> UUID:
    """The daughter asks the mother into her household, which is made where there is none."""
    card = queries.household(town.daughter, by=me(town.daughter), at=AT)
    home = card.ref if card else form(town.daughter, address="望江路1号")
    said: dict[str, Any] = {"name": "王秀英", "number": number(town.mother), "relation": relation, **change}
    return actions.invite(home, by=me(town.daughter), at=AT, **said)


def together(town: Town) -> UUID:
    made = ask(town)
    actions.join(made, by=me(town.mother), at=AT)
    return made


def child_of(town: Town) -> UUID:
    return actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                 agreed_for_child=True, by=me(town.daughter), at=AT).person


def lives(person: UUID) -> list[tuple[UUID, str]]:
    card = queries.household(person, by=SYSTEM, at=AT)
    return [(one.person, one.relation) for one in card.members] if card else []


def test_who_lives_alone_is_a_household_of_one(town: Town) -> None:
    assert queries.household(town.mother, by=me(town.mother), at=AT) is None
    form(town.mother)
    card = queries.household(town.mother, by=me(town.mother), at=AT)
    assert card and (card.head, card.region, card.address) == (town.mother, DISTRICT, "翠微路8号3栋201")
    assert [(one.name, one.relation, one.relation_code) for one in card.members] == [("王秀英", "head", "02")]
    told = str(list(Entry.objects.filter(fact__startswith="people.Household").values()))
    assert "HouseholdFormed" in told and "翠微路" not in told and "王" not in told


def test_a_mother_joins_by_her_own_consent(town: Town, accounts: Signed) -> None:
    accounts.people = {town.mother}
    made = ask(town)
    assert lives(town.mother) == []
    [asked] = queries.invitations(me(town.mother), at=AT)
    assert (asked.name, asked.head_name, {m.name for m in asked.moves}) == ("王秀英", "周敏", {"join", "leave"})
    for by, refusal in ((me(town.daughter), NotAllowed), (acting_for(town.daughter, town.mother), NotAllowed),
                        (town.agent, NotAllowed), (town.stranger, NotFound)):
        with pytest.raises(refusal):
            actions.join(made, by=by, at=AT)
    actions.join(made, by=me(town.mother), at=AT)
    assert lives(town.mother) == [(town.daughter, "head"), (town.mother, "parent")]
    with pytest.raises(Conflict):
        actions.join(made, by=me(town.mother), at=AT)
    assert HouseholdMember.objects.get(ref=made).consent_version == rules.CONSENT


def test_a_guardian_and_who_acts_for_somebody_without_account_settle_it(town: Town) -> None:
    child = child_of(town)
    home = form(town.daughter)
    one = actions.invite(home, person=child, relation="son", by=me(town.daughter), at=AT)
    assert HouseholdMember.objects.get(ref=one).state == Living.LIVING
    by = acting_for(town.daughter, town.mother)
    actions.invite(home, person=town.mother, relation="parent", by=by, at=AT)
    assert lives(child) == [(town.daughter, "head"), (child, "son"), (town.mother, "parent")]
    with pytest.raises(NotAllowed):
        actions.leave(one, by=me(child), at=AT)
    with pytest.raises(NotAllowed, match="14"):
        actions.form_household(child, moving_out=True, by=me(child), at=AT)


def test_a_child_of_another_joins_through_their_guardian_alone(town: Town) -> None:
    child = child_of(town)
    home = form(town.mother)
    said: dict[str, Any] = {"name": "周小乐", "number": number(child), "relation": "grandchild"}
    made = actions.invite(home, by=me(town.mother), at=AT, **said)
    friend = acting_for(town.mother, child)  # acts for the child, but not as the guardian
    for by in (me(child), friend):
        with pytest.raises(NotAllowed):
            actions.join(made, by=by, at=AT)
    actions.join(made, by=acting_for(town.daughter, child), at=AT)
    assert lives(child) == [(town.mother, "head"), (child, "grandchild")]


def test_members_see_one_another_masked_and_an_office_all_of_it(town: Town) -> None:
    together(town)
    card = queries.household(town.mother, by=me(town.mother), at=AT)
    assert card and card.address == "望江路1号" and [one.name for one in card.members] == ["周*", "王秀英"]
    actions.change(town.mother, region=DISTRICT, by=SYSTEM, at=AT)
    desk = queries.at_the_desk(town.mother, by=town.officer, at=AT).household
    assert desk and desk.address == "*****" and [one.name for one in desk.members] == ["周*", "王**"]
    with pytest.raises(NotFound):
        queries.household(town.mother, by=town.stranger, at=AT)
    with pytest.raises(NotFound):
        actions.move(desk.ref, address="x", region=DISTRICT, by=town.officer, at=AT)
    opened = actions.open_field(town.mother, field="household", reason="核实共同生活的成员", by=town.officer, at=AT)
    assert opened == "望江路1号"
    [seen] = queries.openings(town.mother, by=me(town.mother))
    assert (seen.field, seen.reason) == ("household", "核实共同生活的成员")


@pytest.mark.parametrize(("change", "refusal", "field"), [
    ({"relation": "head"}, RuleBroken, "relation"), ({"relation": "boss"}, RuleBroken, "relation"),
    ({"number": "1234567890"}, RuleBroken, "number"), ({"name": "李桂兰"}, RuleBroken, "number"),
    ({"name": ""}, RuleBroken, "name"),
])
def test_a_refused_invitation_asks_nobody(
    town: Town, change: dict[str, str], refusal: type[Refusal], field: str
) -> None:
    form(town.daughter)
    before = HouseholdMember.objects.count(), Entry.objects.count()
    with pytest.raises(refusal) as why:
        ask(town, **change)
    assert why.value.field == field and (HouseholdMember.objects.count(), Entry.objects.count()) == before


def test_an_unknown_number_reads_as_a_wrong_name(town: Town) -> None:
    free = next(one for one in iter(rules.new_number, "") if not Person.objects.filter(number=one).exists())
    told = []
    for change in ({"number": free}, {"name": "李桂兰"}):
        with pytest.raises(RuleBroken) as why:
            ask(town, **change)
        told.append(why.value.message)
    assert told[0] == told[1]


def test_only_the_head_says_who_lives_there(town: Town) -> None:
    made = together(town)
    home = HouseholdMember.objects.get(ref=made).household.ref
    acts: list[tuple[Callable[..., Any], UUID, dict[str, Any]]] = [
        (actions.invite, home, {"relation": "son", "name": "周敏", "number": number(town.daughter)}),
        (actions.move, home, {"address": "x", "region": DISTRICT}), (actions.relate, made, {"relation": "spouse"})]
    for act, ref, said in acts:
        with pytest.raises(NotAllowed):
            act(ref, by=me(town.mother), at=AT, **said)
        with pytest.raises(NotFound):
            act(ref, by=town.stranger, at=AT, **said)
    with pytest.raises(NotAllowed):
        actions.form_household(town.mother, by=town.officer, at=AT)
    with pytest.raises(Conflict, match="already"):
        ask(town)
    actions.relate(made, relation="relative", by=me(town.daughter), at=AT)
    actions.move(home, address="金寨路9号", region=OTHER, by=me(town.daughter), at=AT)
    card = queries.household(town.mother, by=me(town.mother), at=AT)
    assert card and (card.address, card.region, card.members[1].relation) == ("金寨路9号", OTHER, "relative")
    head = HouseholdMember.objects.get(person__ref=town.daughter)
    with pytest.raises(Conflict):
        actions.relate(head.ref, relation="son", by=me(town.daughter), at=AT)


def test_one_asks_by_person_only_for_whom_one_acts(town: Town) -> None:
    home = form(town.daughter)
    with pytest.raises(NotFound):
        actions.invite(home, person=town.mother, relation="parent", by=me(town.daughter), at=AT)


def test_nobody_lives_in_two_households(town: Town) -> None:
    form(town.mother)
    with pytest.raises(Conflict, match="Leave that one"):
        form(town.mother)
    made = ask(town)
    with pytest.raises(Conflict, match="Leave that one"):
        actions.join(made, by=me(town.mother), at=AT)
    first = HouseholdMember.objects.get(person__ref=town.mother, state=Living.LIVING)
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdMember.objects.filter(ref=made).update(state=Living.LIVING, since=AT, joined_by=SYSTEM.ref,
                                                        consent_version="x")
    actions.leave(first.ref, by=me(town.mother), at=LATER)
    assert Household.objects.get(pk=first.household_id).ended_at == LATER
    actions.join(made, by=me(town.mother), at=LATER)
    terms = HouseholdMember.objects.filter(person__ref=town.mother).order_by("pk")
    assert [one.until for one in terms] == [LATER, None]


def test_moving_out_splits_off_and_keeps_the_term(town: Town) -> None:
    made = together(town)
    with pytest.raises(Conflict):
        form(town.mother)
    actions.form_household(town.mother, moving_out=True, by=me(town.mother), at=LATER)
    row = HouseholdMember.objects.get(ref=made)
    assert (row.state, row.since, row.until) == (Living.ENDED, AT, LATER)
    assert lives(town.mother) == [(town.mother, "head")] and lives(town.daughter) == [(town.daughter, "head")]


def test_when_the_head_leaves_who_is_of_age_stands_in(town: Town) -> None:
    made, child = together(town), child_of(town)
    home = HouseholdMember.objects.get(ref=made).household.ref
    actions.invite(home, person=child, relation="son", by=me(town.daughter), at=AT)
    husband = actions.register(name="李强", region=DISTRICT, by=SYSTEM, at=AT)
    open_still = actions.invite(home, relation="spouse", name="李强", number=number(husband), by=me(town.daughter),
                                at=AT)
    actions.leave(HouseholdMember.objects.get(person__ref=town.daughter).ref, by=me(town.daughter), at=LATER)
    assert lives(child) == [(town.mother, "head"), (child, "grandchild")]
    card = queries.household(town.mother, by=me(town.mother), at=LATER)
    assert card and card.address == "望江路1号", "sealed anew for the new head"
    assert HouseholdMember.objects.get(ref=open_still).state == Living.ENDED
    last = HouseholdMember.objects.get(ref=made)
    actions.leave(last.ref, by=me(town.mother), at=LATER)
    assert lives(child) == [] and not Household.objects.filter(ended_at=None).exists()
    assert not HouseholdMember.objects.exclude(state=Living.ENDED).exists(), "no child is left alone in one"


def test_who_is_erased_lives_nowhere_and_the_others_stay(town: Town) -> None:
    made = together(town)
    actions.erase(town.daughter, by=me(town.daughter), at=AT)
    assert lives(town.mother) == [(town.mother, "head")]
    card = queries.household(town.mother, by=me(town.mother), at=AT)
    assert card and card.address == "望江路1号", "those who stay can still read it"
    kept = HouseholdMember.objects.get(person__ref=town.daughter)
    assert kept.state == Living.ENDED and HouseholdMember.objects.get(ref=made).relation == Relation.HEAD
    actions.erase(town.mother, by=me(town.mother), at=AT)
    assert not Household.objects.exclude(address_sealed=None).exists()


def test_an_invitation_is_declined_and_ends_with_the_person(town: Town) -> None:
    for by in (me(town.mother), me(town.daughter)):
        made = ask(town)
        actions.leave(made, by=by, at=AT)
        assert queries.invitations(me(town.mother), at=AT) == []
    made = ask(town)
    actions.erase(town.mother, by=me(town.mother), at=AT)
    assert HouseholdMember.objects.get(ref=made).state == Living.ENDED


def test_the_copy_says_where_one_lives_and_lived(town: Town) -> None:
    together(town)
    parts = {one.key: one for one in queries.kept_about(town.mother, by=me(town.mother), at=AT)}
    [row] = queries.as_parts([parts["households"]])[0]["rows"]
    assert "望江路1号" in row.values() and "周敏" not in str(row)


@pytest.mark.parametrize(("heir", "other", "then"), [
    ("spouse", "son", "son"), ("son", "spouse", "parent"), ("daughter", "son", "sibling"),
    ("parent", "daughter", "grandchild"), ("sibling", "son", "relative"), ("unrelated", "son", "unrelated"),
    ("son", "unrelated", "unrelated"), ("parent", "parent", "relative"),
])
def test_how_members_stand_to_the_new_head(heir: str, other: str, then: str) -> None:
    assert rules.stands_anew(Relation(other), heir=Relation(heir)) == then


MATRIX = [(move, state, who) for move in ("join", "leave") for state in Living
          for who in ("mother", "daughter", "agent", "officer", "stranger")]


@pytest.mark.parametrize(("move", "state", "who"), MATRIX)
def test_every_move_from_every_state_by_every_role(town: Town, move: str, state: Living, who: str) -> None:
    ref = ask(town)
    HouseholdMember.objects.filter(ref=ref).update(state=state, **{
        Living.INVITED: {}, Living.LIVING: {"since": AT, "joined_by": SYSTEM.ref, "consent_version": "x"},
        Living.ENDED: {"until": AT, "ended_by": SYSTEM.ref}}[state])
    by: Actor = me(getattr(town, who)) if who in {"mother", "daughter"} else getattr(town, who)
    allowed = {"join": {"mother", "agent"}, "leave": {"mother", "daughter", "agent"}}[move]
    refusal = NotFound if who == "stranger" else NotAllowed if who not in allowed else (
        Conflict if state not in HOUSEHOLDS.moves[move].sources else None)
    if refusal:
        with pytest.raises(refusal):
            getattr(actions, move)(ref, by=by, at=AT)
    else:
        getattr(actions, move)(ref, by=by, at=AT)
        assert HouseholdMember.objects.get(ref=ref).state == HOUSEHOLDS.moves[move].target


# Pages and programs


@pytest.fixture
def daughter(town: Town) -> Client:
    opening.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    return browser("daughter")


@pytest.mark.slow
def test_a_household_from_the_first_page_to_the_last(town: Town, daughter: Client) -> None:
    opening.open_account("mother", person=town.mother, by=SYSTEM, at=AT)
    mother, own = browser("mother", "zh-hans"), "/me/household/"
    assert "/me/household/" in text(daughter.get("/me/")) and "No household is noted" in text(daughter.get(own))
    assert "王" not in text(daughter.get(own))
    place = f"{own}{town.daughter}/address/"
    refused = daughter.post(place, {"address": "长" * 201})
    assert refused.status_code == 422 and "长" * 201 in text(refused)
    assert daughter.post(place, {"address": "望江路1号"})["Location"] == own
    assert "望江路1号" in text(daughter.get(own))
    add = f"{own}{town.daughter}/invite/"
    said = {"name": "王秀英", "number": number(town.mother), "relation": "parent"}
    refused = daughter.post(add, said | {"name": "王秀"})
    assert refused.status_code == 422 and 'value="王秀"' in text(refused) and "Nobody is registered" in text(refused)
    assert daughter.post(add, said).status_code == 302
    assert "王**" in text(daughter.get(own)) and "asked to join" in text(daughter.get(own))
    page = text(mother.get(own))
    found = re.search(r"/me/household/members/[\w-]{36}/join/", page)
    assert "周敏" in page and "望江路" not in page and found
    assert mother.post(found[0])["Location"] == own
    assert mother.post(found[0]).status_code == 409
    assert "望江路1号" in text(mother.get(own)) and "周*" in text(mother.get(own)) and "父母" in text(mother.get(own))
    relation = found[0].replace("join", "relation")
    assert daughter.post(relation, {"relation": "relative"}).status_code == 302
    assert mother.post(relation, {"relation": "spouse"}).status_code == 403
    assert mother.get(f"{own}{town.mother}/invite/").status_code == 403
    assert mother.post(f"{own}{town.mother}/address/", {"address": "翠微路"}).status_code == 422, "says they move out"
    leave = found[0].replace("join", "leave")
    assert "btn-danger" in text(mother.get(leave)) and lives(town.mother), "asked once more"
    assert mother.post(leave).status_code == 302 and not lives(town.mother)
    assert mother.post(leave).status_code == 409
    assert browser("mother").get(f"{own}{town.daughter}/").status_code == 404


def test_an_officer_reads_it_on_the_person_s_page(town: Town) -> None:
    together(town)
    officer = opening.open_account("officer", name="赵主任", by=SYSTEM, at=AT)
    opening.grant_role(officer, role="officer", scope=f"region:{DISTRICT}", by=SYSTEM, at=AT)
    client = browser("officer")
    page = text(client.get(f"/officer/people/{town.mother}/"))
    assert "周*" in page and "parent or parent-in-law" in page and "this person" in page
    assert "望江路" not in page and "周敏" not in page
    sent = {"field": "household", "reason": "核实共同生活的成员"}
    assert "望江路1号" in text(client.post(f"/officer/people/{town.mother}/", sent))


def test_a_program_does_the_same(town: Town) -> None:
    mine, hers = Caller("daughter", person=town.daughter), Caller("mother", person=town.mother)
    clerk, other = Caller("clerk", "officer"), Caller("elsewhere", "officer", region=OTHER)
    path = f"/people/{town.daughter}/household"
    mine.get(path, status=404)
    home = mine.post(path, {"address": "望江路1号"}, key="a", status=201)
    assert mine.post(path, {"address": "望江路1号"}, key="a")["ref"] == home["ref"]
    mine.post(path, {}, status=409)
    asked = {"name": "王秀英", "number": number(town.mother), "relation": "parent"}
    made = mine.post(f"/households/{home['ref']}/members", asked, key="b", status=201)
    assert mine.post(f"/households/{home['ref']}/members", asked, key="b")["ref"] == made["ref"]
    [waits] = hers.get("/household-invitations")["items"]
    assert (waits["ref"], waits["moves"]) == (made["ref"], ["join", "leave"])
    assert hers.post(f"/household-members/{made['ref']}/join")["state"] == "living"
    mine.post(f"/household-members/{made['ref']}/relation", {"relation": "relative"})
    seen = clerk.get(f"/people/{town.mother}/household")
    assert [(one["name"], one["relation_code"]) for one in seen["household_members"]] == [("周*", "02"), ("王**", "97")]
    assert seen["address"] == "*****"
    other.get(f"/people/{town.mother}/household", status=404)
    mine.post(f"/households/{home['ref']}/move", {"address": "金寨路9号", "region": OTHER}, status=204)
    assert hers.get(f"/people/{town.mother}/household")["address"] == "金寨路9号"
    hers.post(f"/household-members/{made['ref']}/leave", status=204)
    hers.get(f"/people/{town.mother}/household", status=404)
    hers.get(path, status=404)


@pytest.fixture
def _a_real_server(db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_households_at_the_same_moment(_a_real_server: None, town: Town) -> None:
    friend = actions.register(name="李强", region=DISTRICT, by=SYSTEM, at=AT)
    first, home = ask(town), form(friend)
    said: dict[str, Any] = {"name": "王秀英", "number": number(town.mother), "relation": "unrelated"}
    second = actions.invite(home, by=me(friend), at=AT, **said)
    told = at_once(*[lambda ref=ref: actions.join(ref, by=me(town.mother), at=AT) for ref in (first, second)],
                   lambda: form(town.mother))
    assert told == {"done": 1, "told": 2}
    assert HouseholdMember.objects.filter(person__ref=town.mother, state=Living.LIVING).count() == 1


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nobody_joins_a_household_that_ends_at_this_moment(_a_real_server: None, town: Town) -> None:
    made = ask(town)
    head = HouseholdMember.objects.get(person__ref=town.daughter)
    at_once(lambda: actions.join(made, by=me(town.mother), at=AT),
            lambda: actions.leave(head.ref, by=me(town.daughter), at=AT))
    home = Household.objects.get(pk=head.household_id)
    assert bool(lives(town.mother)) == (home.ended_at is None)
