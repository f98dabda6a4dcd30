"""A name is held by who hands in first until that application ends; who comes later is told so, and not by whom."""
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.refusals import RuleBroken, Several
from linli.registers.organisations import queries as organisations
from linli.work.hall import actions as hall
from linli.work.hall import queries as hall_queries
from linli.work.hall.states import DECIDE, PROCESS, SEE
from linli.work.registration import queries
from linli.work.registration.models import WantedName
from tests.actors import AT, actor
from tests.registers.visiting import text, visit
from tests.work.registration.conftest import NAME, SHUSHAN
from tests.work.registration.test_matters import AGENCY, Scene, reviewed, scene

__all__ = ["scene"]
SECOND = actor("region:340000000000", SEE, PROCESS, DECIDE)
SOUNDS = NAME.replace("乐龄", "乐邻")
TOLD = "An application handed in earlier holds"


def handed_in(scene: Scene, name: str = NAME) -> UUID:
    ref = scene.draft("found_agency", AGENCY | {"name": name})
    scene.submit(ref)
    return ref


def free(name: str = NAME, *, at: datetime = AT) -> bool:
    return queries.check_name(name, kind="agency", region=SHUSHAN, on=at.date()).good


@pytest.mark.slow
def test_who_comes_later_is_told_at_every_place_and_not_of_whom(scene: Scene) -> None:
    first = handed_in(scene)
    number = hall_queries.application(first, by=scene.applicant, at=AT).card.number
    later = scene.draft("found_agency", AGENCY | {"address": "蜀山区琥珀路 9 号"})
    path, api = f"/hall/applications/{later}/hand-in/", f"/api/v1/applications/{later}"
    version = hall_queries.application(later, by=scene.applicant, at=AT).version
    places = [
        visit("/names/", {"name": NAME, "kind": "agency", "region": SHUSHAN}),
        visit("/api/v1/names/check", {"name": NAME, "kind": "agency", "region": SHUSHAN}),
        visit(path, by=scene.applicant), visit(path, {"version": str(version)}, by=scene.applicant, method="POST"),
        visit(api, by=scene.applicant), visit(f"{api}/submit", {"version": version}, by=scene.applicant, method="POST"),
    ]
    for page in places:
        assert TOLD in text(page) and number not in text(page) and "琥珀路 8 号" not in text(page)
    assert (places[3].status_code, places[5].status_code) == (422, 422)
    assert "naming.held" in {one["rule"] for one in json.loads(places[4].content)["against"]}
    assert hall_queries.against(first, by=scene.applicant, at=AT).whys == ()  # it does not stand in its own way


@pytest.mark.slow
@pytest.mark.parametrize("end", ["withdraw", "refuse", "return"])
def test_it_is_free_again_when_nothing_came_of_it(scene: Scene, end: str) -> None:
    if end == "refuse":
        ref = reviewed(scene, "found_agency", AGENCY)
        hall.propose_refusal(ref, reasons="没有必要。", ground="needless", by=scene.desk, at=AT)
        assert not free()
        hall.confirm_refusal(ref, by=SECOND, at=AT)
    else:
        ref = handed_in(scene)
        if end == "return":
            hall.propose_return(ref, why="not_competent", text="由区里办。", by=scene.desk, at=AT)
            assert not free()
            hall.confirm_return(ref, by=SECOND, at=AT)
        else:
            hall.withdraw(ref, by=scene.applicant, at=AT)
    assert free() and WantedName.objects.count() == 1  # at once, before the watcher comes by
    journal.sequence()
    journal.catch_up("registration.names")
    assert not WantedName.objects.exists()
    handed_in(scene)
    assert not free()


def test_it_is_held_for_a_time_where_it_waits_for_the_applicant(scene: Scene) -> None:
    ref = handed_in(scene)
    hall.ask_completion(ref, text="请补充照片。", by=scene.desk, at=AT)
    months = rulebook.rule("naming.held", on=AT.date()).amount
    soon, late = (AT + timedelta(days=days) for days in (28 * months, 31 * months))

    assert not free(at=soon) and free(at=late)
    other = scene.draft("found_agency", AGENCY, at=late)
    scene.submit(other, late)
    with pytest.raises(Several) as why:
        hall.complete(ref, version=hall_queries.application(ref, by=scene.applicant, at=late).version,
                      by=scene.applicant, at=late)
    assert [one.rule for one in why.value.whys] == ["naming.held"]


def test_completed_with_another_name_it_holds_that_one(scene: Scene) -> None:
    ref = handed_in(scene)
    hall.ask_completion(ref, text="请改名。", by=scene.desk, at=AT)
    version = hall.save(ref, version=hall_queries.application(ref, by=scene.applicant, at=AT).version,
                        answers={"name": "合肥市蜀山区悦龄养老服务中心"}, by=scene.applicant, at=AT)
    hall.complete(ref, version=version, by=scene.applicant, at=AT)
    assert free() and not free("合肥市蜀山区悦龄养老服务中心")


@pytest.mark.slow
def test_a_name_that_sounds_the_same_is_told_of_and_bars_nobody(scene: Scene) -> None:
    handed_in(scene)
    later = scene.draft("found_agency", AGENCY | {"name": SOUNDS})
    page = text(visit(f"/hall/applications/{later}/hand-in/", by=scene.applicant))
    assert "sounds like this one is held" in page and NAME not in page and TOLD not in page
    scene.submit(later)
    desk = f"/hall/applications/{later}/"
    assert "sounds like this one is held" in text(visit(desk, by=scene.desk))
    hall.accept(later, by=scene.desk, at=AT)
    hall.finish_step(later, step="review", favourable=True, finding="可以。", by=scene.desk, at=AT)
    scene.establish(NAME)
    assert "sound like this one are registered" in text(visit(desk, by=scene.desk))  # and again at the decision
    hall.grant(later, by=scene.desk, at=AT)
    assert len(organisations.named_so([SOUNDS])) == 1


def test_a_change_holds_its_new_name_and_an_earlier_founding_holds_it_off(scene: Scene) -> None:
    body = scene.establish("合肥市蜀山区旧梦养老服务中心")
    handed_in(scene)
    said = {"items": ["name"], "name": NAME, "agreed_on": "2026-11-02", "reason": "业务发展需要"}
    ref = scene.draft("change_registration", said, body)
    with pytest.raises(Several):
        scene.submit(ref)
    version = hall_queries.application(ref, by=scene.applicant, at=AT).version
    version = hall.save(ref, version=version, answers={"name": "合肥市蜀山区悦龄养老服务中心"}, by=scene.applicant,
                        at=AT)
    hall.submit(ref, version=version, by=scene.applicant, at=AT)
    assert not free("合肥市蜀山区悦龄养老服务中心")


def test_the_hold_is_read_under_the_lock_that_gives_the_name(scene: Scene) -> None:
    """Whatever the check before said: what is taken at the decision is what nobody else holds."""
    ref = reviewed(scene, "found_agency", AGENCY)
    WantedName.objects.all().delete()
    handed_in(scene)
    with pytest.raises(RuleBroken, match=TOLD) as why:
        hall.grant(ref, by=scene.desk, at=AT)
    assert (why.value.rule, why.value.field) == ("naming.held", "name")
