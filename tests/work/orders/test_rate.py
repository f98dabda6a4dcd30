from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.work.orders import actions, jobs
from linli.work.orders.states import State
from tests.work.orders.conftest import DAY, Scene


def test_confirming_makes_the_proof_worth_more(scene: Scene) -> None:
    ref = scene.served()
    now = scene.row(ref).until + timedelta(hours=1)
    assert scene.proof(ref).worth == "B"
    actions.confirm(ref, by=scene.daughter, at=now)
    proof, row = scene.proof(ref), scene.row(ref)
    assert (proof.worth, proof.resident_confirmed_by, row.state) == ("A", scene.daughter.ref, State.CONFIRMED)
    assert scene.need(row.need) == "met"
    with pytest.raises(Conflict):
        actions.confirm(ref, by=scene.resident, at=now)


def test_what_nobody_disputes_counts_as_confirmed_but_nobody_gave_their_word(scene: Scene) -> None:
    ref = scene.served()
    ended = scene.row(ref).until
    assert jobs.confirm_undisputed(ended + 7 * DAY - timedelta(seconds=1)) == 0
    assert jobs.confirm_undisputed(ended + 7 * DAY) == 1 and jobs.confirm_undisputed(ended + 8 * DAY) == 0
    proof, row = scene.proof(ref), scene.row(ref)
    assert (row.state, row.confirmed_by, proof.worth) == (State.CONFIRMED, SYSTEM.ref, "B")
    assert proof.resident_confirmed_at is None
    assert Entry.objects.filter(about=ref).latest("pk").payload["by_itself"] is True


def test_rating_before_confirming_is_both(scene: Scene) -> None:
    ref = scene.served()
    now = scene.row(ref).until
    actions.rate(ref, grade=2, comment="迟到了半小时", by=scene.resident, at=now)
    row = scene.row(ref)
    assert (row.state, row.grade, scene.proof(ref).worth) == (State.RATED, 2, "A")
    facts = list(Entry.objects.filter(about=ref).order_by("pk").values_list("fact", flat=True))[-2:]
    assert facts == ["orders.ServiceConfirmed", "orders.OrderRated"]
    told = Entry.objects.get(fact="orders.OrderRated").payload
    assert told == {"order": str(ref), "service": str(scene.service), "provider": str(scene.provider),
                    "person": str(scene.person), "grade": 2, "region": row.region_code}
    assert "迟到".encode() not in bytes(row.comment_sealed or b"")
    assert scene.card(ref, by=scene.manager).comment == "迟到了半小时"
    assert scene.card(ref, by=scene.officer).comment == ""


def test_what_a_rating_cannot_be(scene: Scene) -> None:
    ref = scene.confirmed()
    now = scene.row(ref).until
    for said, field in (({"grade": 0}, "grade"), ({"grade": 6}, "grade"),
                        ({"grade": 5, "comment": "a\x07b"}, "comment"),
                        ({"grade": 5, "comment": "好" * 501}, "comment")):
        with pytest.raises(RuleBroken) as why:
            actions.rate(ref, **said, by=scene.resident, at=now)
        assert why.value.field == field
    with pytest.raises(NotAllowed):
        actions.rate(ref, grade=5, by=scene.manager, at=now)
    with pytest.raises(RuleBroken, match="within 30 days"):
        actions.rate(ref, grade=5, by=scene.resident, at=now + 30 * DAY + timedelta(seconds=1))
    assert "rate" not in {move.name for move in scene.card(ref, at=now + 31 * DAY).moves}
    actions.rate(ref, grade=5, by=scene.resident, at=now + 30 * DAY)
    with pytest.raises(Conflict):
        actions.rate(ref, grade=1, by=scene.resident, at=now)


def test_a_rating_is_asked_for_once(scene: Scene) -> None:
    ref = scene.served()
    ended = scene.row(ref).until
    assert jobs.ask_for_ratings(ended + 3 * DAY - timedelta(seconds=1)) == 0
    assert jobs.ask_for_ratings(ended + 3 * DAY) == 1 and jobs.ask_for_ratings(ended + 4 * DAY) == 0
    assert Entry.objects.filter(about=ref, fact="orders.RatingAsked").count() == 1
