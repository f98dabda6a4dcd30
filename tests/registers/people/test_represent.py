from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.people import actions, queries, registry
from linli.registers.people.models import Person, Representation
from linli.registers.people.states import LIFE, State
from tests.actors import AT
from tests.registers.people.conftest import ID_CHILD, ID_MOTHER, RESIDENT, Town, me


class Signed:
    """These people have an account."""

    def __init__(self, *people: UUID) -> None:
        self.people = set(people)

    def holders(self, people: Collection[UUID]) -> set[UUID]:
        return self.people & set(people)

    def names(self, accounts: Collection[UUID]) -> dict[UUID, str]:
        return {}


@pytest.fixture
def accounts() -> Iterator[Signed]:
    before, signed = registry.accounts(), Signed()
    registry.use_accounts(signed)
    yield signed
    registry.use_accounts(before)


def acting_for(person: UUID, *others: UUID) -> Actor:
    grants = tuple(Grant(frozenset(RESIDENT), f"person:{one}") for one in (person, *others))
    return Actor(me(person).ref, person, grants)


def ask(representative: UUID) -> actions.Declared:
    """To act for the mother, by her name and ID number."""
    by = me(representative)
    return actions.represent_new(name="王秀英", id_number=ID_MOTHER, representative=representative, by=by, at=AT)


def test_a_daughter_adds_her_child_and_acts_at_once(town: Town) -> None:
    by = me(town.daughter)
    made = actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                 agreed_for_child=True, by=by, at=AT)
    assert made.state is State.ACTIVE
    assert queries.represented_by(town.daughter, at=AT) == [(made.person, "guardian")]
    assert queries.representatives_of(made.person, at=AT) == [(town.daughter, "guardian")]
    [card] = queries.family(by, at=AT)
    assert (card.name, card.mine, card.state) == ("周小乐", True, State.ACTIVE)
    assert Person.objects.get(ref=made.person).region_code == Person.objects.get(ref=town.daughter).region_code
    told = Entry.objects.get(fact="people.RepresentationDeclared")
    assert told.payload["version"] == "2026-1" and "周" not in str(told.payload)


def test_who_has_an_account_agrees_on_their_own_page(town: Town, accounts: Signed) -> None:
    accounts.people = {town.mother}
    made = ask(town.daughter)
    assert made.state is State.REQUESTED and queries.represented_by(town.daughter, at=AT) == []
    [asked], [asking] = (queries.family(me(one), at=AT) for one in (town.mother, town.daughter))
    assert (asked.name, asking.name) == ("周敏", "王**")
    assert ({m.name for m in asked.moves}, {m.name for m in asking.moves}) == (
        {"accept", "end_representation"}, {"end_representation"})
    for by, refusal in ((me(town.daughter), NotAllowed), (town.agent, NotAllowed), (town.stranger, NotFound)):
        with pytest.raises(refusal):
            actions.accept(made.representation, by=by, at=AT)
    actions.accept(made.representation, by=me(town.mother), at=AT)
    assert queries.represented_by(town.daughter, at=AT) == [(town.mother, "family")]
    with pytest.raises(Conflict):
        actions.accept(made.representation, by=me(town.mother), at=AT)


def test_for_who_has_no_account_an_office_or_the_present_representative_agrees(town: Town, accounts: Signed) -> None:
    son = actions.register(name="周强", region="340104000000", by=SYSTEM, at=AT)
    first = ask(town.daughter)
    actions.accept(first.representation, by=town.agent, at=AT)
    second = ask(son)
    sister = acting_for(town.daughter, town.mother)
    assert [card.ref for card in queries.family(sister, at=AT) if not card.mine] == [second.representation]
    actions.accept(second.representation, by=sister, at=AT)
    assert queries.represented_by(son, at=AT) == [(town.mother, "family")]


def test_an_office_declares_it_with_consent(town: Town) -> None:
    with pytest.raises(RuleBroken, match="consent"):
        actions.represent(town.mother, representative=town.daughter, by=town.agent, at=AT)
    made = actions.represent(town.mother, representative=town.daughter, consented=True, by=town.agent, at=AT)
    assert made.state is State.ACTIVE


@pytest.mark.parametrize(("change", "refusal", "field"), [
    ({"name": "李桂兰"}, Conflict, "id_number"), ({"id_number": "34010419500505101X"}, RuleBroken, "id_number"),
    ({"kind": "boss"}, RuleBroken, "kind"), ({"until": AT}, RuleBroken, "until"), ({"name": "4"}, RuleBroken, "name"),
])
def test_a_refusal_names_the_field_and_asks_nobody(
    town: Town, change: dict[str, object], refusal: type[Refusal], field: str
) -> None:
    before = Representation.objects.count(), Entry.objects.count()
    given = {"name": "王秀英", "id_number": ID_MOTHER, **change}
    with pytest.raises(refusal) as why:
        actions.represent_new(**given, representative=town.daughter, by=me(town.daughter), at=AT)  # type: ignore[arg-type]
    assert why.value.field == field and (Representation.objects.count(), Entry.objects.count()) == before


def test_one_acts_for_others_by_oneself_and_once(town: Town) -> None:
    own = {"name": "王秀英", "id_number": ID_MOTHER, "at": AT}
    with pytest.raises(NotAllowed):
        actions.represent_new(**own, representative=town.daughter, by=me(town.mother))  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match="yourself"):
        actions.represent_new(**own, representative=town.mother, by=me(town.mother))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        actions.represent(town.mother, representative=town.daughter, by=me(town.mother), at=AT)
    actions.represent_new(**own, representative=town.daughter, by=me(town.daughter))  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="already"):
        actions.represent_new(**own, representative=town.daughter, by=me(town.daughter))  # type: ignore[arg-type]


def test_either_side_ends_it(town: Town) -> None:
    for by in (me(town.mother), me(town.daughter)):
        made = actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=AT)
        with pytest.raises(NotFound):
            actions.end_representation(made.representation, by=town.stranger, at=AT)
        actions.end_representation(made.representation, by=by, at=AT)
        assert queries.represented_by(town.daughter, at=AT) == [] and queries.family(by, at=AT) == []
        with pytest.raises(Conflict):
            actions.end_representation(made.representation, by=by, at=AT)


def test_a_period_runs_out_and_can_be_declared_anew(town: Town) -> None:
    end = AT + timedelta(days=30)
    actions.represent(town.mother, representative=town.daughter, until=end, by=SYSTEM, at=AT)
    assert queries.represented_by(town.daughter, at=end - timedelta(seconds=1))
    assert queries.represented_by(town.daughter, at=end) == []
    actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=end)
    assert queries.represented_by(town.daughter, at=end)


def test_erasing_either_side_ends_it(town: Town) -> None:
    actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=AT)
    actions.erase(town.daughter, by=me(town.daughter), at=AT)
    assert queries.representatives_of(town.mother, at=AT) == []


MATRIX = [(move, state, who) for move in ("accept", "end_representation") for state in State
          for who in ("mother", "daughter", "agent", "officer", "stranger")]


@pytest.mark.parametrize(("move", "state", "who"), MATRIX)
def test_every_move_from_every_state_by_every_role(town: Town, move: str, state: State, who: str) -> None:
    ref = actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=AT).representation
    ended = {"ended_at": AT, "ended_by": SYSTEM.ref} if state is State.ENDED else {}
    Representation.objects.filter(ref=ref).update(state=state, **ended)
    by = me(getattr(town, who)) if who in {"mother", "daughter"} else getattr(town, who)
    allowed = {"accept": {"mother", "agent"}, "end_representation": {"mother", "daughter"}}[move]
    refusal = NotFound if who == "stranger" else NotAllowed if who not in allowed else (
        Conflict if state not in LIFE.moves[move].sources else None)
    if refusal:
        with pytest.raises(refusal):
            getattr(actions, move)(ref, by=by, at=AT)
    else:
        getattr(actions, move)(ref, by=by, at=AT)
        assert Representation.objects.get(ref=ref).state == LIFE.moves[move].target
