"""Every move of a need and of an offer, for every role, in every state."""
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound
from linli.work.needs import actions
from linli.work.needs.models import Need, Offer
from linli.work.needs.states import LIFE, OFFERS, OWN, OfferState, State
from tests.actors import AT
from tests.work.needs.conftest import Scene

WHO = ("resident", "daughter", "agent", "stranger", "manager", "rival", "officer", "elsewhere_agent")
MAY = {"change": {"resident", "daughter", "agent"}, "withdraw": {"resident", "daughter", "agent"}}
MOVES: dict[str, Callable[[UUID, Actor], object]] = {
    "change": lambda ref, by: actions.change(ref, mode="home", by=by, at=AT),
    "withdraw": lambda ref, by: actions.withdraw(ref, by=by, at=AT),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", MOVES)
def test_a_need_moves_as_its_table_says_for_every_role(scene: Scene, state: State, move: str) -> None:
    for who in WHO:
        ref, by = scene.post(), getattr(scene, who)
        Need.objects.filter(ref=ref).update(state=state)
        expected = state
        if who not in MAY[move]:
            with pytest.raises(NotFound):
                MOVES[move](ref, by)
        elif state in LIFE.moves[move].sources:
            MOVES[move](ref, by)
            expected = State(LIFE.moves[move].target or state)
        else:
            with pytest.raises(Conflict):
                MOVES[move](ref, by)
        assert Need.objects.get(ref=ref).state == expected, who


@pytest.mark.parametrize("state", State)
def test_what_follows_from_orders_is_nobodys_move(scene: Scene, state: State) -> None:
    for move in LIFE.moves.values():
        if move.permission in OWN:
            for who in WHO:
                with pytest.raises(NotAllowed):
                    LIFE.check(move.name, state=state, held=getattr(scene, who).permissions)
    ref = scene.post()
    Need.objects.filter(ref=ref).update(state=state)
    if state in LIFE.moves["mark_booked"].sources:
        actions.mark_booked(ref, order=uuid4(), by=SYSTEM, at=AT)
        assert Need.objects.get(ref=ref).state == State.BOOKED
    else:
        with pytest.raises(Conflict):
            actions.mark_booked(ref, order=uuid4(), by=SYSTEM, at=AT)


@pytest.mark.parametrize("state", OfferState)
def test_an_offer_is_taken_back_by_who_made_it_while_it_stands(scene: Scene, state: OfferState) -> None:
    for who in WHO:
        ref = scene.offer(scene.post())
        Offer.objects.filter(ref=ref).update(state=state)
        expected = state
        if who != "manager":
            with pytest.raises(NotFound):
                actions.withdraw_offer(ref, by=getattr(scene, who), at=AT)
        elif state in OFFERS.moves["withdraw_offer"].sources:
            actions.withdraw_offer(ref, by=scene.manager, at=AT)
            expected = OfferState.WITHDRAWN
        else:
            with pytest.raises(Conflict):
                actions.withdraw_offer(ref, by=scene.manager, at=AT)
        assert Offer.objects.get(ref=ref).state == expected, who
