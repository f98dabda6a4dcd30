"""What somebody allows their data to be used for, and what follows."""
import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.people import actions, queries, rules
from linli.registers.people.models import Choice
from linli.registers.people.queries import Purpose
from tests.actors import AT
from tests.registers.people.conftest import ID_CHILD, Town, me
from tests.registers.people.test_represent import acting_for

FREE = {Purpose.SERVICE, Purpose.FINDING}  # as long as nobody has said anything of them


def test_what_may_be_refused_holds_until_then_and_what_needs_consent_only_with_it(town: Town) -> None:
    assert queries.allowed(town.mother) == {*FREE, Purpose.RANKING}
    actions.withdraw_consent(town.mother, purpose="ranking", by=me(town.mother), at=AT)
    actions.give_consent(town.mother, purpose="subsidies", by=me(town.mother), at=AT)
    assert queries.allowed(town.mother) == {*FREE, Purpose.SUBSIDIES}
    actions.give_consent(town.mother, purpose="ranking", by=me(town.mother), at=AT)
    actions.withdraw_consent(town.mother, purpose="subsidies", by=me(town.mother), at=AT)
    assert queries.allowed(town.mother) == {*FREE, Purpose.RANKING}
    told = Entry.objects.filter(about=town.mother, fact__startswith="people.Consent").order_by("id")
    assert [(e.fact.split(".")[1], e.payload["purpose"]) for e in told] == [
        ("ConsentWithdrawn", "ranking"), ("ConsentGiven", "subsidies"), ("ConsentGiven", "ranking"),
        ("ConsentWithdrawn", "subsidies")]
    assert queries.allowed(town.daughter) == {*FREE, Purpose.RANKING}, "nobody else's changed"


def test_to_say_it_twice_changes_nothing(town: Town) -> None:
    before = Entry.objects.count()
    actions.withdraw_consent(town.mother, purpose="outreach", by=me(town.mother), at=AT)
    actions.give_consent(town.mother, purpose="ranking", by=me(town.mother), at=AT)
    assert Entry.objects.count() == before


def test_consent_to_less_than_it_means_now_counts_no_more(town: Town) -> None:
    actions.give_consent(town.mother, purpose="outreach", by=me(town.mother), at=AT)
    Choice.objects.filter(purpose="outreach").update(version="2025-1")
    card = next(one for one in queries.uses(town.mother, by=me(town.mother), at=AT) if one.purpose == "outreach")
    assert (card.allowed, card.outdated) == (False, True)
    actions.give_consent(town.mother, purpose="outreach", by=me(town.mother), at=AT)
    assert Purpose.OUTREACH in queries.allowed(town.mother)


@pytest.mark.parametrize(("purpose", "refusal"), [("service", RuleBroken), ("selling", RuleBroken)])
def test_what_cannot_be_chosen(town: Town, purpose: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as why:
        actions.withdraw_consent(town.mother, purpose=purpose, by=me(town.mother), at=AT)
    assert why.value.field == "purpose"


def test_nobody_consents_for_another_but_a_guardian(town: Town) -> None:
    actions.represent(town.mother, representative=town.daughter, kind="family", by=SYSTEM, at=AT)
    for by, refusal in ((acting_for(town.daughter, town.mother), NotAllowed), (town.officer, NotAllowed),
                        (town.stranger, NotFound), (ANONYMOUS, NotFound)):
        with pytest.raises(refusal):
            actions.give_consent(town.mother, purpose="outreach", by=by, at=AT)
        with pytest.raises(refusal):
            queries.uses(town.mother, by=by, at=AT)
    assert not Choice.objects.exists()


def test_for_a_child_under_14_the_guardian_decides_alone(town: Town) -> None:
    child = actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                  agreed_for_child=True, by=me(town.daughter), at=AT).person
    with pytest.raises(NotAllowed, match="Under 14"):
        actions.give_consent(child, purpose="outreach", by=me(child), at=AT)
    actions.give_consent(child, purpose="outreach", by=acting_for(town.daughter, child), at=AT)
    assert Purpose.OUTREACH in queries.allowed(child)
    grown = AT.replace(year=2029, month=6, day=2)  # 14 since yesterday
    actions.withdraw_consent(child, purpose="outreach", by=me(child), at=grown)
    assert Purpose.OUTREACH not in queries.allowed(child)


def test_every_purpose_says_what_follows_without_it() -> None:
    assert rules.USES.keys() == set(Purpose)
    assert all(use.sentence and use.without and use.basis for use in rules.USES.values())
