"""Whom the office forbids the work is refused where a lapsed paper is: at assignment and at the door."""
from datetime import date
from uuid import UUID

import pytest

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import RuleBroken
from linli.registers.practitioners import actions as staff
from linli.registers.practitioners import queries as passports
from linli.registers.practitioners.queries import Bar
from linli.work.orders import actions, queries
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import NEAR, Scene

VISIT = date(2026, 11, 17)


def person(scene: Scene) -> UUID:
    return passports.practitioner(scene.wang).person


def forbid(scene: Scene, *, until: date | None) -> None:
    staff.show_bars(person(scene), bars=[Bar(VISIT, until)], by=SYSTEM, at=AT)


def test_nobody_forbidden_the_work_is_assigned(scene: Scene) -> None:
    ref = scene.book()
    forbid(scene, until=date(2026, 12, 1))
    row = next(iter(queries.incoming(scene.provider, by=scene.manager, at=AT)))
    assert [card.name for card in row.fit] == ["李强"]
    actions.accept(ref, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="forbids this person to work until 30 Nov 2026") as why:
        actions.assign(ref, practitioner=scene.wang, by=scene.manager, at=AT)
    assert why.value.rule == "passport.barred"
    forbid(scene, until=VISIT.replace(day=18))
    with pytest.raises(RuleBroken):
        actions.assign(ref, practitioner=scene.wang, by=scene.manager, at=AT)
    staff.show_bars(person(scene), bars=[], by=SYSTEM, at=AT)
    actions.assign(ref, practitioner=scene.wang, by=scene.manager, at=AT)


def test_nobody_forbidden_the_work_comes_in(scene: Scene) -> None:
    ref = scene.accepted()
    forbid(scene, until=None)
    with pytest.raises(RuleBroken, match="barred this person") as why:
        actions.check_in(ref, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=scene.row(ref).begin)
    assert why.value.rule == "passport.barred" and scene.row(ref).state == State.ACCEPTED
