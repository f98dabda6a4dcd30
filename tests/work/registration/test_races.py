"""Several with one name, handed in at the same moment: one holds it, the others are told so."""
from collections.abc import Iterator

import pytest
from django.db import connection

from linli.kernel.refusals import RuleBroken, Several
from linli.work.hall import queries as hall_queries
from linli.work.registration.models import WantedName
from tests.actors import AT
from tests.registers.test_races import together
from tests.work.registration.test_matters import AGENCY, Scene, scene

__all__ = ["scene"]
pytestmark = [pytest.mark.concurrent, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_real_server(db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


def test_one_name_is_held_once(scene: Scene) -> None:
    refs = [scene.draft("found_agency", AGENCY) for _ in range(4)]
    given = together(*[lambda ref=ref: scene.submit(ref) for ref in refs])
    refused = [one for one in given if isinstance(one, Several | RuleBroken)]
    assert len(refused) == 3 and all(
        one.rule == "naming.held" for why in refused for one in getattr(why, "whys", (why,)))
    held = [ref for ref in refs if hall_queries.application(ref, by=scene.applicant, at=AT).card.state == "submitted"]
    assert list(WantedName.objects.values_list("application_id", flat=True)) == held and len(held) == 1


def test_a_name_held_and_one_registered_by_another_door_are_not_both_given(scene: Scene) -> None:
    """The holder's grant and a change to the same name, decided at once: the change was held off at handing in."""
    body = scene.establish()
    wanted = "合肥市蜀山区悦龄养老服务中心"
    change = scene.draft("change_registration", {
        "items": ["name"], "name": wanted, "agreed_on": "2026-11-02", "reason": "业务发展需要"}, body)
    founding = scene.draft("found_agency", AGENCY | {"name": wanted})
    given = together(lambda: scene.submit(change), lambda: scene.submit(founding))
    assert sum(isinstance(one, RuleBroken) for one in given) == 1 and WantedName.objects.count() == 1
