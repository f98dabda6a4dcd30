"""How often a page asks the database: as often for many rows, people, regions and staff as for one.

One of a manager's is their rail's figure, which a running node remembers for some seconds.
"""
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor, Grant
from linli.registers.accounts.registry import ROLES
from linli.registers.people import actions as people
from linli.work.orders import actions
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import Scene

Count = Callable[..., AbstractContextManager[Any]]
VILLAGES = ("340104003001", "340104003002", "340103006001")
TODAY = "2026-11-17"


@pytest.fixture
def busy(scene: Scene) -> tuple[Scene, Actor, list[UUID]]:
    """Three more residents of three villages whom the daughter acts for; booked, accepted, served and cancelled."""
    whom = [people.register(name="李小" + "一二三"[no], region=village, phone=f"1385551000{no}", address=f"{no} 号",
                            consent_by_phone=True, by=scene.agent, at=AT) for no, village in enumerate(VILLAGES)]
    held = ROLES["resident"].permissions
    family = Actor(scene.daughter.ref, scene.daughter.person,
                   (*scene.daughter.grants, *(Grant(held, f"person:{one}") for one in whom)))
    refs = [scene.served(), scene.accepted(slot=1)]
    refs += [scene.book(slot=slot, person=person, by=family, days=2) for slot, person in enumerate(whom[:2])]
    actions.accept(refs[-1], practitioner=scene.li, by=scene.manager, at=AT)
    refs.append(scene.book(days=3, by=family))
    actions.cancel(scene.book(days=4, by=family), reason="not_needed", by=family, at=AT)
    return scene, family, refs


@pytest.mark.parametrize(("path", "who", "most"), [
    ("/orders/", "family", 4), ("/provider/orders/", "manager", 5), ("/provider/orders/?state=going_on", "manager", 4),
    (f"/provider/calendar/?day={TODAY}", "manager", 5), (f"/work/?day={TODAY}", "carer", 4),
])
def test_a_list_asks_as_often_for_many(
    busy: tuple[Scene, Actor, list[UUID]], path: str, who: str, most: int, django_assert_max_num_queries: Count
) -> None:
    scene, family, _ = busy
    by = family if who == "family" else getattr(scene, who)
    at = AT + timedelta(hours=1)
    visit(path, by=by, at=at)  # names of regions are remembered
    with django_assert_max_num_queries(most):
        page = visit(path, by=by, at=at)
    assert page.status_code == 200 and "上门助浴" in text(page)


@pytest.mark.parametrize(("who", "order", "most"), [
    ("family", 0, 4), ("family", 1, 4), ("carer", 1, 4), ("manager", 0, 5), ("manager", 2, 6), ("manager", 3, 7),
])
def test_the_page_of_an_order_asks_little(
    busy: tuple[Scene, Actor, list[UUID]], who: str, order: int, most: int, django_assert_max_num_queries: Count
) -> None:
    scene, family, refs = busy
    by = family if who == "family" else getattr(scene, who)
    visit(f"/orders/{refs[order]}/", by=by)
    with django_assert_max_num_queries(most):
        assert visit(f"/orders/{refs[order]}/", by=by).status_code == 200
