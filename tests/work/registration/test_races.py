"""Two founders with one name, decided at the same moment by two officers: one has it, the other is told whose it is."""
from collections.abc import Iterator

import pytest
from django.db import connection

from linli.kernel.refusals import RuleBroken
from linli.registers.organisations import queries as organisations
from linli.work.hall import actions as hall
from tests.actors import AT
from tests.registers.test_races import together
from tests.work.registration.conftest import NAME
from tests.work.registration.test_matters import AGENCY, Scene, reviewed, scene

__all__ = ["scene"]
pytestmark = [pytest.mark.concurrent, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_real_server(db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


def test_one_name_is_given_once(scene: Scene) -> None:
    refs = [reviewed(scene, "found_agency", AGENCY) for _ in range(3)]
    given = together(*[lambda ref=ref: hall.grant(ref, by=scene.desk, at=AT) for ref in refs])
    refused = [one for one in given if isinstance(one, RuleBroken)]
    assert [one.rule for one in refused] == ["naming.taken"] * 2
    assert len(organisations.named_so([NAME])) == 1
