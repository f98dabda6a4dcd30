import json
import random
from collections.abc import Iterator
from datetime import time, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import ANONYMOUS
from linli.kernel.refusals import RuleBroken
from linli.registers.directory import actions, queries, registry
from linli.registers.directory.models import Service
from linli.registers.directory.queries import HoursCard
from linli.registers.directory.registry import Measured
from linli.registers.directory.rules import rows, waves
from linli.registers.directory.rules.taxonomy import taxonomy
from tests.actors import AT
from tests.registers.directory.conftest import Scene
from tests.registers.visiting import text, visit

CLINIC: dict[str, Any] = {"category": "family_doctor", "name": "家庭医生门诊", "modes": ["on_site"], "capacity": 4,
                          "duration_minutes": 60, "wave": True, "buffer_minutes": 0, "lead_minutes": 0}


@pytest.fixture
def measured() -> Iterator[dict[UUID, Measured]]:
    """What somebody measures, for this test alone."""
    told: dict[UUID, Measured] = {}
    registry.measures(told_of := lambda refs: {ref: told[ref] for ref in refs if ref in told})
    yield told
    registry._sources.remove(told_of)


@pytest.mark.parametrize("counters", [1, 2, 3])
def test_who_comes_last_is_served_within_what_is_said(counters: int) -> None:
    """Nine in ten of the waves, with lengths as they are at counters: many short, few long."""
    chance, kept = random.Random(7), []
    for _ in range(400):
        lengths = [chance.gammavariate(4, 2.5) for _ in range(40)]
        said = waves.wait(8, counters=counters, lengths=lengths, planned=10)
        free = [0.0] * counters
        began = 0.0
        for _ in range(8):
            began = min(free)
            free[free.index(began)] = began + chance.gammavariate(4, 2.5)
        kept.append(began <= said.most)
        assert said.measured and said.most % waves.STEP == 0
    assert fmean(kept) >= 0.9


def test_few_lengths_tell_nothing_and_the_plan_stands_wide() -> None:
    assert waves.wait(4, counters=1, lengths=[1.0] * 4, planned=15) == waves.Wait(90, False)
    assert waves.wait(4, counters=1, lengths=[10.0] * 5, planned=15) == waves.Wait(30, True)
    assert waves.wait(4, counters=4, lengths=[10.0] * 9, planned=15) == waves.Wait(0, True)
    assert waves.wait(4, counters=2, lengths=[10.0] * 9, planned=15) == waves.Wait(10, True)


def test_a_wave_is_of_several(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="two or more") as why:
        scene.list(**CLINIC | {"capacity": 1})
    assert why.value.field == "capacity"
    ref = scene.list(**CLINIC)
    slots = queries.slots(ref, AT, AT + timedelta(days=1))
    assert {(one.capacity, one.until - one.from_) for one in slots} == {(4, timedelta(hours=1))}
    actions.update_service(ref, wave=False, by=scene.manager, at=AT)
    assert queries.wave_wait(queries.service(ref)) is None


def test_pages_and_programs_say_how_long_it_takes(scene: Scene, measured: dict[UUID, Measured]) -> None:
    ref = scene.list(**CLINIC, hours=[HoursCard(day, time(9), time(12)) for day in range(7)])
    page = text(visit(f"/services/{ref}/"))
    assert "4 people for the same start, one after another" in page and "up to 90 minutes, as planned" in page
    measured[ref] = Measured(1, (9.0, 10.0, 11.0, 10.0, 10.0, 10.0))
    assert "up to 35 minutes; measured" in text(visit(f"/services/{ref}/"))
    told = json.loads(visit(f"/api/v1/services/{ref}/slots").content)
    assert told["wave"] == {"most_minutes": 35, "measured": True} and told["items"]
    card = json.loads(visit(f"/api/v1/services/{ref}").content)
    assert (card["wave"], card["setup_minutes"], card["buffer_minutes"]) == (True, 0, 0)
    group = scene.list(name="集体课", category="family_doctor", modes=["on_site"], capacity=4)
    assert json.loads(visit(f"/api/v1/services/{group}/slots").content)["wave"] is None
    assert "one after another" not in text(visit(f"/services/{group}/", by=ANONYMOUS))


def test_a_file_says_it_too(scene: Scene) -> None:
    head = "类别,名称,简介,方式,时长,间隔,容量,准备,同时叫号\n"
    body = "family_doctor,门诊,社区门诊。,到店,60,10,4,5,是\nfamily_doctor,讲座,健康讲座。,到店,60,0,20,,\n"
    found = rows.read((head + body).encode())
    actions.import_services(scene.provider, rows=found, by=scene.manager, at=AT)
    told = {row.name: (row.wave, row.capacity, row.setup_minutes, row.buffer_minutes) for row in Service.objects.all()}
    assert told == {"门诊": (True, 4, 5, 10), "讲座": (False, 20, 0, 0)}
    again = actions.import_services(scene.provider, rows=found, by=scene.manager, at=AT)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    with pytest.raises(RuleBroken, match="yes") as why:
        rows.parse(found[0] | {"wave": "也许"}, taxonomy=taxonomy())
    assert why.value.field == "wave"


def test_the_form_keeps_both_buffers_and_the_wave(scene: Scene) -> None:
    ref = scene.list(**CLINIC | {"setup_minutes": 10})
    page = text(visit(f"/provider/services/{ref}/", by=scene.manager))
    assert 'name="setup_minutes" value="10"' in page and 'name="wave"' in page and "checked" in page.split(
        'name="wave"')[1][:80]
