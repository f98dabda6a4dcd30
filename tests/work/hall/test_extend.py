"""The head of the office extends the limit of a decision once, before it has passed, and says why."""
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linli.engines.journal import queries as journal
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.work.hall import actions
from linli.work.hall.registry import declare
from linli.work.hall.states import EXTEND, SEE
from tests.actors import AT, CITY, actor
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, LUYANG, Scene, day
from .matters import prize

WHY = "需要向外省核实两笔账目。"
HEAD = actor(f"region:{CITY}", SEE, EXTEND)


def test_ten_working_days_more_and_the_applicant_reads_why(scene: Scene) -> None:
    ref = scene.accepted()
    assert scene.file(ref).card.waits_on == date(2026, 12, 14)
    actions.extend(ref, text=WHY, by=HEAD, at=day(1))
    one = scene.file(ref)
    assert (one.card.waits_on, one.extended, one.extension) == (date(2026, 12, 28), WHY, 0)
    entry = journal.history([ref])[-1]
    assert entry.fact == "hall.LimitExtended" and entry.payload["due_on"] == "2026-12-28" and WHY not in str(
        entry.payload)
    with pytest.raises(Conflict, match="once only"):
        actions.extend(ref, text=WHY, by=HEAD, at=day(2))


@pytest.mark.parametrize(("said", "why"), [
    ({"text": ""}, "Write it"), ({"text": WHY, "days": 11}, "1 to 10"), ({"text": WHY, "days": 0}, "1 to 10"),
])
def test_not_without_reasons_and_not_longer(scene: Scene, said: dict[str, Any], why: str) -> None:
    ref = scene.accepted()
    with pytest.raises(RuleBroken, match=why):
        actions.extend(ref, **said, by=HEAD, at=day(1))
    assert scene.file(ref).card.waits_on == date(2026, 12, 14)


def test_only_the_head_of_that_office_while_it_is_under_review(scene: Scene) -> None:
    ref = scene.submitted()
    with pytest.raises(Conflict):
        actions.extend(ref, text=WHY, by=HEAD, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    for by in (scene.head, scene.clerk, scene.applicant, scene.auditor):
        with pytest.raises(NotAllowed):
            actions.extend(ref, text=WHY, by=by, at=AT)
    with pytest.raises(NotFound):
        actions.extend(ref, text=WHY, by=actor(f"region:{LUYANG}", SEE, EXTEND), at=AT)
    with pytest.raises(RuleBroken, match="The limit passed"):
        actions.extend(ref, text=WHY, by=HEAD, at=day(29))


def test_a_limit_of_another_law_is_not_extended(scene: Scene) -> None:
    steps = tuple(step if step.key != "decision" else replace(step, rule="registration.decide_society")
                  for step in prize(scene.office).steps)
    declare(prize(scene.office, key="test.other", steps=steps, materials=()))
    scene.office.held = {"address": "x"}
    ref = actions.draft("test.other", answers=ANSWERS, by=scene.applicant, at=AT)
    actions.submit(ref, version=1, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    assert f"{ref}/extend/" not in text(visit(f"/hall/applications/{ref}/", by=HEAD))
    with pytest.raises(RuleBroken, match="does not let it"):
        actions.extend(ref, text=WHY, by=HEAD, at=AT)


def test_the_page_of_the_head_and_what_the_applicant_reads(scene: Scene) -> None:
    ref = scene.accepted()
    path = f"/hall/applications/{ref}/"
    assert f"{path}extend/" not in text(visit(path, by=scene.head))
    assert f"{path}extend/" in text(visit(path, by=HEAD))
    empty = visit(f"{path}extend/", {"extend-days": "5", "extend-text": ""}, by=HEAD, method="POST")
    assert empty.status_code == 422 and 'value="5"' in text(empty)
    long = visit(f"{path}extend/", {"extend-days": "30", "extend-text": WHY}, by=HEAD, method="POST")
    assert long.status_code == 422 and WHY in text(long)
    said = {"extend-days": "5", "extend-text": WHY}
    assert visit(f"{path}extend/", said, by=scene.head, method="POST").status_code == 403
    assert visit(f"{path}extend/", said, by=HEAD, method="POST").status_code == 302
    page = text(visit(path, by=scene.applicant, language="zh"))
    assert WHY in page and "延长" in page and "12月21日" in page
    told = visit(f"/api/v1/applications/{ref}/extend", {"text": WHY}, by=HEAD, method="POST")
    assert told.status_code == 409
