"""One order read to be acted on is seen by those, and is the same, as the lists have it."""
from uuid import UUID

import pytest
from django.db.models import Model

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.registers.directory.models import Service
from linli.work.orders import access
from linli.work.orders.models import Order, Proof
from tests.work.orders.conftest import Scene


def seen(ref: UUID, by: Actor) -> bool:
    try:
        access.order(ref, by=by, lock=True)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("state", ["hold", "book", "accepted", "served"])
def test_who_may_act_on_an_order_is_who_finds_it_in_a_list(scene: Scene, state: str) -> None:
    ref: UUID = getattr(scene, state)()
    actors = [scene.resident, scene.daughter, scene.neighbour, scene.agent, scene.manager, scene.clerk, scene.rival,
              scene.carer, scene.other_carer, scene.officer, scene.elsewhere, SYSTEM, ANONYMOUS]
    listed = [access.orders(by).filter(ref=ref).exists() for by in actors]
    assert [seen(ref, by) for by in actors] == listed
    assert True in listed and False in listed


def test_a_row_by_a_unique_column_is_as_a_query_gives_it(scene: Scene) -> None:
    ref = scene.served()
    order, service = Order.objects.get(ref=ref), Service.objects.get(ref=scene.service)
    for found, same in ((Order.one(ref=ref), order), (Proof.one(order=order.pk), Proof.objects.get(order=order)),
                        (Service.one(ref=scene.service, lock=True), service)):
        assert found is not None and values(found) == values(same)


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
