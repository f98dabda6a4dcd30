"""Numbers by which people are known stay hidden from desks until one opens them, with a reason that is told."""
import json

import pytest

from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.work.hall import actions
from linli.work.hall.rules import hides, masked
from tests.actors import AT
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, Scene
from .matters import Office, prize

pytestmark = pytest.mark.django_db
PHONE, HIDDEN = "13855512345", "138****2345"


def test_only_the_ends_are_left_wherever_they_stand() -> None:
    found = masked(prize(Office()), {**ANSWERS, "stranger": PHONE})
    assert found["people"] == [{"name": "王芳", "phone": HIDDEN}]
    assert found["deed"] == ANSWERS["deed"] and found["stranger"] == PHONE  # what the form does not ask is no number
    assert ANSWERS["people"][0]["phone"] == PHONE


def test_what_is_not_read_hides_nothing() -> None:
    one = prize(Office())
    assert hides(one, ANSWERS, {}) and not hides(one, {**ANSWERS, "people": []}, {"phone": PHONE})


def test_a_desk_reads_them_once_and_who_applied_reads_why(scene: Scene) -> None:
    ref = scene.submitted()
    address = f"/hall/applications/{ref}/"
    page = text(visit(address, by=scene.clerk, at=AT))
    assert HIDDEN in page and PHONE not in page and "Show the numbers in full" in page
    assert PHONE in text(visit(address, by=scene.applicant, at=AT))

    refused = visit(f"{address}open-numbers/", {}, method="POST", by=scene.clerk, at=AT)
    assert refused.status_code == 422 and PHONE not in text(refused)
    opened = visit(f"{address}open-numbers/", {"open-why": "call"}, method="POST", by=scene.clerk,
                   at=AT)
    assert opened.status_code == 200 and PHONE in text(opened)
    assert PHONE not in text(visit(address, by=scene.clerk, at=AT))  # the next look asks again
    told = "shown in full: to reach the people named in it"
    assert told in text(visit(address, by=scene.applicant, at=AT))
    own = text(visit("/me/openings/", by=scene.applicant, at=AT))
    assert "numbers in an application" in own and "to reach the people named in it" in own
    assert "numbers in an application" not in text(visit("/me/openings/", by=scene.neighbour, at=AT))
    [told_] = json.loads(visit(f"/api/v1/people/{scene.person}/openings", by=scene.applicant, at=AT).content)["items"]
    assert (told_["field"], told_["label"]) == (None, "numbers in an application")


def test_who_may_not_and_when(scene: Scene) -> None:
    ref = scene.submitted()
    with pytest.raises(RuleBroken, match="choose one of the reasons"):
        actions.open_numbers(ref, why="curiosity", by=scene.clerk, at=AT)
    for nobody in (scene.neighbour, scene.other_clerk):
        with pytest.raises(NotFound):
            actions.open_numbers(ref, why="call", by=nobody, at=AT)
    assert scene.file(ref, by=scene.auditor).content.answers["people"][0]["phone"] == HIDDEN
    actions.propose_return(ref, why="not_competent", text="区里办。", by=scene.clerk, at=AT)
    actions.confirm_return(ref, by=scene.head, at=AT)
    with pytest.raises(Conflict):
        actions.open_numbers(ref, why="call", by=scene.clerk, at=AT)
    assert scene.file(ref, by=scene.clerk).content.answers["people"][0]["phone"] == HIDDEN
