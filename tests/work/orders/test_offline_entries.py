"""A phone without a link keeps check-ins and check-outs and tells them later: done once, and marked as late."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from linli.kernel.actor import Actor
from linli.work.orders.models import Proof
from linli.work.orders.states import State
from tests.registers.visiting import visit
from tests.work.orders.conftest import FAR, NEAR, Scene


def tell(scene: Scene, ref: UUID, move: str, happened: datetime, *, at: datetime, key: UUID, by: Actor | None = None,
         where: tuple[float, float] = NEAR, other: dict[str, str] | None = None) -> Any:
    said = {"key": str(key), "order": str(ref), "move": move, "happened": happened.isoformat(timespec="milliseconds"),
            "lon": where[0], "lat": where[1]} | (other or {})
    return visit("/work/kept/", said, by=by or scene.carer, at=at, method="POST")


def test_a_day_without_a_link_is_told_in_the_evening_and_marked_as_entered_later(scene: Scene) -> None:
    ref, keys = scene.accepted(), (uuid4(), uuid4())
    row = scene.row(ref)
    evening = row.until + timedelta(hours=6)
    for _ in range(3):  # the answer was lost twice
        assert tell(scene, ref, "check_in", row.begin, at=evening, key=keys[0]).status_code == 200
    for _ in range(2):
        assert tell(scene, ref, "check_out", row.until, at=evening, key=keys[1]).status_code == 200
    proof = scene.proof(ref)
    assert Proof.objects.count() == 1 and scene.row(ref).state == State.SERVED
    assert (proof.began, proof.ended) == (row.begin, row.until)
    assert (proof.check_in_method, proof.check_in_reason) == ("later", "no_signal") and proof.check_in_at == evening
    assert proof.check_out_method == "later"


def test_what_was_kept_for_a_moment_only_counts_as_said_at_the_door(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    answer = tell(scene, ref, "check_in", begin, at=begin + timedelta(minutes=1), key=uuid4())
    assert answer.status_code == 200 and scene.proof(ref).check_in_method == "geofence"


def test_the_place_is_looked_at_where_the_door_counts(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    answer = tell(scene, ref, "check_in", begin, at=begin, key=uuid4(), where=FAR)
    assert answer.status_code == 422 and "1516 m" in answer.content.decode()


def test_the_same_key_with_another_body_is_refused(scene: Scene) -> None:
    ref, key = scene.accepted(), uuid4()
    begin = scene.row(ref).begin
    assert tell(scene, ref, "check_in", begin, at=begin, key=key).status_code == 200
    assert tell(scene, ref, "check_out", begin, at=begin + timedelta(hours=1), key=key).status_code == 409


def test_what_the_office_entered_meanwhile_is_not_entered_twice(scene: Scene) -> None:
    ref = scene.begun()
    begin = scene.row(ref).begin
    answer = tell(scene, ref, "check_in", begin, at=begin + timedelta(hours=2), key=uuid4())
    assert answer.status_code == 409 and Proof.objects.count() == 1


@pytest.mark.parametrize("other", [{"move": "rate"}, {"happened": "yesterday"}, {"key": "1"}, {"order": ""},
                                   {"happened": "2126-01-01T00:00:00.000+00:00"}, {"lon": "x"}])
def test_what_no_phone_says_is_refused_with_a_sentence(scene: Scene, other: dict[str, str]) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    answer = tell(scene, ref, "check_in", begin, at=begin, key=uuid4(), other=other)
    assert answer.status_code == 422 and b"detail" in answer.content and scene.row(ref).state == State.ACCEPTED


def test_a_strangers_visit_is_not_there(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    answer = tell(scene, ref, "check_in", begin, at=begin, key=uuid4(), by=Actor(uuid4()))
    assert answer.status_code in {404, 422} and scene.row(ref).state == State.ACCEPTED
