import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from linli.engines.rulebook import actions as rulebook_actions
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.work.quality import actions, queries
from linli.work.quality.states import ANSWER
from tests.actors import AT, actor
from tests.registers.visiting import text, visit

from .conftest import Scene
from .test_rectify import SAID, WRONG


def page(ref: object, move: str = "") -> str:
    return f"/quality/{ref}/{move and move + '/'}"


def test_the_provider_answers_from_its_desk(scene: Scene) -> None:
    scene.rate(5, service=scene.meals)
    ref = scene.bad()
    desk = text(visit("/provider/quality/", by=manager(scene), language="zh"))
    assert "上门助浴" in desk and page(ref) in desk and "还剩 21 天" in desk
    assert "4.0 分" not in desk and "5.0 分（1 次评价）" in desk and "张" not in desk
    shown = text(visit(page(ref), by=scene.manager, language="zh"))
    assert "desk-face" in shown and "您做了什么" in shown and "已解决" not in shown

    done = visit(page(ref, "answer"), {"text": SAID}, by=scene.manager, method="POST")
    assert done.status_code == 302 and SAID in text(visit(done["Location"], by=scene.manager))


def test_the_resident_judges_on_a_page_of_their_own(scene: Scene) -> None:
    ref = scene.bad()
    assert page(ref, "accept") not in text(visit(page(ref), by=scene.resident))
    actions.answer(ref, text=SAID, by=scene.manager, at=AT)
    shown = text(visit(page(ref), by=scene.resident, language="zh"))
    assert "desk-face" not in shown and SAID in shown and page(ref, "accept") in shown and page(ref, "reject") in shown

    assert visit(page(ref, "reject"), {"text": WRONG}, by=scene.resident, method="POST").status_code == 302
    assert WRONG in text(visit(page(ref), by=scene.manager))
    actions.answer(ref, text=SAID, by=scene.manager, at=AT)
    assert visit(page(ref, "accept"), by=scene.resident, method="POST").status_code == 302
    closed = text(visit(page(ref), by=scene.resident))
    assert "<form method" not in closed.partition("<main")[2].partition("</main>")[0] and "accepted" in closed


@pytest.mark.parametrize("said", ["", "长" * 1001])
def test_a_refused_answer_keeps_what_was_typed(scene: Scene, said: str) -> None:
    ref = scene.bad()
    answer = visit(page(ref, "answer"), {"text": said}, by=scene.manager, method="POST")
    assert answer.status_code == 422 and said in text(answer) and "#id_text" in text(answer)


def test_a_second_answer_is_told_so_and_changes_nothing(scene: Scene) -> None:
    ref = scene.bad()
    actions.answer(ref, text=SAID, by=scene.manager, at=AT)
    again = visit(page(ref, "answer"), {"text": WRONG}, by=scene.manager, method="POST")
    assert again.status_code == 422 and "no longer open" in text(again)
    assert [r.text for r in scene.card(ref).rounds] == [SAID]
    actions.accept(ref, by=scene.resident, at=AT)
    twice = visit(page(ref, "accept"), by=scene.resident, method="POST")
    assert twice.status_code == 409 and "no longer open" in text(twice)


def test_the_officer_sees_the_late_ones_of_the_region_only(scene: Scene) -> None:
    ref, day = scene.bad(), AT + timedelta(days=23)
    rulebook_actions.mark_overdue(by=SYSTEM, at=day)
    shown = text(visit("/officer/quality/", by=scene.officer, at=day, language="zh"))
    assert page(ref) in shown and "逾期 2 天" in shown and "琥珀街道" in shown
    assert page(ref) in text(visit("/officer/quality/?late=1", {"late": "1"}, by=scene.officer, at=day))
    assert page(ref) not in text(visit("/officer/quality/?late=1", {"late": "1"}, by=scene.officer, at=AT))
    assert page(ref) not in text(visit("/officer/quality/", by=scene.other_officer, at=day))


def manager(scene: Scene) -> Actor:
    return actor(f"organisation:{scene.provider}", ANSWER)


def test_who_may_open_what(scene: Scene) -> None:
    ref = scene.bad()
    people = (ANONYMOUS, scene.rival, scene.neighbour, scene.other_officer, scene.manager, scene.resident,
              scene.officer)
    assert [visit(page(ref), by=by).status_code for by in people] == [404, 404, 404, 404, 200, 200, 200]
    assert [visit("/provider/quality/", by=by).status_code for by in people] == [302, 200, 403, 403, 200, 403, 403]
    assert [visit("/officer/quality/", by=by).status_code for by in people] == [302, 403, 403, 200, 403, 403, 200]
    assert page(ref) not in text(visit("/provider/quality/", by=scene.rival))


def test_pages_ask_few_questions(scene: Scene, django_assert_max_num_queries: object) -> None:
    for grade in (1, 2, 2, 5, 4, 3):
        scene.rate(grade)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        visit("/provider/quality/", by=scene.manager)
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        visit("/officer/quality/", by=scene.officer)


# API


def call(path: str, data: dict[str, str] | None = None, *, by: Actor = ANONYMOUS, method: str = "POST") -> Any:
    answer = visit(f"/api/v1{path}", data, by=by, method=method)
    return answer.status_code, json.loads(answer.content)


def test_the_quality_of_a_service_is_public(scene: Scene) -> None:
    for grade in (5, 4, 2):
        scene.rate(grade)
    status, found = call(f"/services/{scene.bath}/quality", method="GET")
    assert (status, found["count"], found["grades"]) == (200, 3, [0, 1, 0, 1, 1])
    assert found["mean"] == pytest.approx(11 / 3) and found["shrunk"] == pytest.approx(31 / 8)
    assert call(f"/services/{scene.meals}/quality", method="GET")[1]["mean"] is None
    assert call(f"/services/{new_ref()}/quality", method="GET")[0] == 404


def test_a_rectification_over_the_api(scene: Scene) -> None:
    ref = scene.bad()
    url = f"/rectifications/{ref}"
    assert call(url, method="GET", by=scene.rival)[0] == 404
    assert call(f"{url}/answer", {"text": SAID}, by=scene.resident)[0] == 403
    assert call(f"{url}/answer", {"text": ""}, by=scene.manager)[0] == 422
    status, found = call(f"{url}/answer", {"text": SAID}, by=scene.manager)
    assert (status, found["state"], found["rounds"][0]["text"]) == (200, "answered", SAID)
    assert call(f"{url}/answer", {"text": SAID}, by=scene.manager)[0] == 409
    assert call(f"{url}/reject", {"text": WRONG}, by=scene.resident)[1]["rounds"][0]["objection"] == WRONG
    call(f"{url}/answer", {"text": SAID}, by=scene.manager)
    status, found = call(f"{url}/accept", by=scene.resident)
    assert (status, found["state"], found["moves"]) == (200, "accepted", [])
    assert queries.of_order(scene.card(ref).order, by=scene.resident, at=AT) is not None
    assert reverse("quality:rectification", args=[ref]) == page(ref)
