"""Special groups: who may see that somebody belongs to one."""
from datetime import date, timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.registers.directory import queries as directory
from linli.registers.people import actions, queries, rules
from linli.registers.people.models import Membership
from linli.registers.people.rules import Group
from tests.actors import AT, actor
from tests.registers.people.conftest import DISTRICT, OTHER, Town, me
from tests.registers.people.test_represent import acting_for

ON = AT.date()
OFFICER = ("people.see", "people.open", "people.record_groups", "people.see_care_groups", "people.see_aid_groups")


def officer(region: str = DISTRICT) -> Actor:
    return actor(f"region:{region}", *OFFICER)


def protector() -> Actor:
    return actor(f"region:{DISTRICT}", *OFFICER, "people.see_protected_groups")


@pytest.fixture
def noted(town: Town) -> Town:
    """The mother lives alone, is poor, and suffered violence: one group of each circle."""
    for group, by in (("living_alone", officer()), ("low_income", officer()), ("violence", protector())):
        actions.record_group(town.mother, group=group, by=by, at=AT)
    return town


def seen(ref: object, by: Actor) -> set[str]:
    return {card.group.value for card in queries.groups(ref, by=by, at=AT)}  # type: ignore[arg-type]


def test_each_circle_sees_its_own_and_the_person_sees_all(noted: Town) -> None:
    hotline = actor(f"region:{DISTRICT}", "people.see", "people.see_care_groups")
    plain = actor(f"region:{DISTRICT}", "people.see")
    everything = {"living_alone", "low_income", "violence"}
    assert seen(noted.mother, hotline) == {"living_alone"}
    assert seen(noted.mother, officer()) == {"living_alone", "low_income"}
    assert seen(noted.mother, protector()) == seen(noted.mother, me(noted.mother)) == everything
    assert seen(noted.mother, plain) == set()
    actions.represent(noted.mother, representative=noted.daughter, kind="family", by=SYSTEM, at=AT)
    assert seen(noted.mother, acting_for(noted.daughter, noted.mother)) == set(), "family is not told"
    with pytest.raises(NotFound):
        queries.groups(noted.mother, by=officer(OTHER), at=AT)


def test_lists_and_figures_keep_to_the_circle_and_the_region(noted: Town) -> None:
    counts = {one.group: one.count for one in queries.group_counts(by=officer(), on=ON)}
    assert counts[Group.LIVING_ALONE] == counts[Group.LOW_INCOME] == 1 and Group.VIOLENCE not in counts
    assert sum(one.count for one in queries.group_counts(by=officer(OTHER), on=ON)) == 0
    [(card, _, welcome)] = queries.group_members(Group.LIVING_ALONE, by=officer(), on=ON)
    assert (card.name, welcome) == ("王**", False)
    actions.give_consent(noted.mother, purpose="outreach", by=me(noted.mother), at=AT)
    assert queries.group_members(Group.LIVING_ALONE, by=officer(), on=ON)[0][2]
    with pytest.raises(NotAllowed):
        queries.group_members(Group.VIOLENCE, by=officer(), on=ON)
    with pytest.raises(NotAllowed):
        queries.group_counts(by=me(noted.mother), on=ON)
    assert queries.in_groups(by=officer(), on=ON)[Group.LOW_INCOME] == {noted.mother}


def test_an_entry_lapses_unless_renewed(noted: Town) -> None:
    later = AT + timedelta(days=366)
    assert queries.groups(noted.mother, by=me(noted.mother), at=later) == []
    actions.record_group(noted.mother, group="violence", until=date(2027, 1, 1), by=protector(), at=AT)
    assert Membership.objects.filter(person__ref=noted.mother, group="violence").get().until == date(2027, 1, 1)
    for until in (ON, date(2027, 11, 17)):
        with pytest.raises(RuleBroken) as why:
            actions.record_group(noted.mother, group="violence", until=until, by=protector(), at=AT)
        assert why.value.field == "until"


def test_nobody_notes_or_ends_what_they_may_not_see(noted: Town) -> None:
    for by in (officer(), actor(f"region:{DISTRICT}", "people.see", "people.see_care_groups")):
        with pytest.raises((NotAllowed, NotFound)):
            actions.record_group(noted.mother, group="mental_illness", by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.end_group(noted.mother, group="violence", by=officer(), at=AT)
    actions.end_group(noted.mother, group="violence", by=protector(), at=AT)
    assert seen(noted.mother, me(noted.mother)) == {"living_alone", "low_income"}
    with pytest.raises(NotFound):
        actions.end_group(noted.mother, group="violence", by=protector(), at=AT)
    with pytest.raises(RuleBroken):
        actions.record_group(noted.mother, group="rich", by=officer(), at=AT)


def test_the_journal_does_not_say_which_group_and_erasing_leaves_nothing(noted: Town) -> None:
    entries = Entry.objects.filter(about=noted.mother, fact="people.GroupRecorded")
    assert entries.count() == 3 and not any(group in str(e.payload) for e in entries for group in Group)
    actions.erase(noted.mother, by=me(noted.mother), at=AT)
    assert not Membership.objects.exists() and entries.count() == 3


def test_matching_is_told_a_group_only_by_consent(noted: Town) -> None:
    assert queries.Purpose.SUBSIDIES not in queries.allowed(noted.mother)
    assert queries.groups_told(noted.mother, on=ON) == {"living_alone", "low_income", "violence"}
    assert queries.groups_told(noted.mother, on=ON + timedelta(days=400)) == frozenset()


def test_groups_of_services_are_groups_of_people() -> None:
    assert set(directory.GROUPS) <= set(Group)
    assert {str(directory.GROUPS[key]) for key in directory.GROUPS} == {
        str(rules.GROUPS[Group(key)].name) for key in directory.GROUPS}, "by the same words"
    assert rules.GROUPS.keys() == set(Group)
