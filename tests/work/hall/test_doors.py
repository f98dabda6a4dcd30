"""The hall as people see it: guide, check, form in parts, both versions of a conflict, the desk; and the API."""
import json
import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Several
from linli.work.hall import actions
from linli.work.hall.registry import declare
from linli.work.hall.states import State
from tests.actors import AT
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, PNG, Scene, day
from .matters import prize


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_guide_says_everything_with_its_rules(scene: Scene) -> None:
    listed = text(visit("/hall/", {"q": "邻里"}, language="zh"))
    assert "/hall/matters/test.prize/" in listed
    assert "/hall/matters/test.prize/" not in text(visit("/hall/", {"q": "飞船"}, language="zh"))
    page = text(visit("/hall/matters/test.prize/", language="zh"))
    limits = [limit(id, zh=True) for id in ("gov.tell_gaps_once", "gov.decide", "gov.deliver", "gov.sue")]
    for said in (*limits, "/rules/gov.decide/", "现场核查", "获奖证书", "复议",
                 "邻里互助奖办法第三条", "书面承诺", "我们直接调取"):
        assert said in page, said
    assert visit("/hall/matters/none/").status_code == 404


def test_the_questions_come_first_and_are_not_asked_again(scene: Scene) -> None:
    path = "/hall/matters/test.prize/check/"
    assert "Begin the application" not in text(visit(path))
    assert "Only after two years." in text(visit(path, {"two_years": "no"}))
    assert "Begin the application" in text(visit(path, {"two_years": "yes"}))
    asked = text(visit(path, {"two_years": ""}))
    assert "Answer every question" in asked and "This is missing." in asked


def test_what_was_answered_first_stands_in_the_draft(scene: Scene) -> None:
    one = prize(scene.office)
    declare(replace(one, key="test.asked", questions=(*one.questions, *one.sections[0].fields[2:3])))
    check, by = "/hall/matters/test.asked/check/", scene.applicant
    page = text(visit(check, {"two_years": "no", "amount": "300.50"}))
    assert "/begin/" not in page
    page = text(visit(check, {"two_years": "yes", "amount": "300.50", "other": "x"}))
    begin = re.search(r'href="(/hall/matters/test.asked/begin/[^"]*)"', page)
    assert begin and "other" not in begin[1]
    path, _, asked = unescape(begin[1]).partition("?")
    assert visit(begin[1]).status_code == 302 and quote(asked, safe="") in visit(unescape(begin[1]))["Location"]
    sent = {"key": str(new_ref()), "person": str(scene.person), "region": "340104003000"}
    form = visit(f"{path}?{asked}", sent, by=by, method="POST")["Location"]
    ref = UUID(form.split("/")[3])
    assert scene.file(ref).content.answers == {"two_years": "yes", "amount": 30_050}
    assert 'value="300.50"' in text(visit(f"{form}deed/", by=by))
    version = actions.save(ref, version=1, answers={**ANSWERS, "two_years": "no"}, promises=["photo"], by=by, at=AT)
    with pytest.raises(Several) as why:
        actions.submit(ref, version=version, by=by, at=AT)
    assert [str(one) for one in why.value.whys] == ["Only after two years."]
    version = actions.save(ref, version=version, answers={"two_years": "yes"}, by=by, at=AT)
    assert "Answered first" in text(visit(f"{form[:-5]}hand-in/", by=by))
    actions.submit(ref, version=version, by=by, at=AT)
    assert "Is it two years old?" in text(visit(f"/hall/applications/{ref}/", by=scene.clerk))


def test_an_application_is_filled_in_part_by_part_and_handed_in(scene: Scene) -> None:
    by, key = scene.applicant, str(new_ref())
    begin = "/hall/matters/test.prize/begin/"
    assert "张桂英" in text(visit(begin, by=by))
    sent = {"key": key, "person": str(scene.person), "region": "340104003000"}
    form = visit(begin, sent, by=by, method="POST")["Location"]
    assert visit(begin, sent, by=by, method="POST")["Location"] == form  # sent twice, begun once
    ref = form.split("/")[3]
    page = text(visit(form, by=by))
    assert "to be filled in" in page and "A photograph" in page and "A budget" not in page

    deed = f"{form}deed/"
    assert 'name="why_large"' not in text(visit(deed, by=by))
    said = {"version": "1", "deed": ANSWERS["deed"], "on": "2026-11-02", "amount": "300.50"}
    assert visit(deed, said, by=by, method="POST")["Location"] == f"{form}people/"
    people = text(visit(f"{form}people/", by=by))
    assert "长江西路" in people and 'name="address"' not in people and 'name="people-0-name"' in people
    rows = {"version": "2", "people-rows": "1", "people-0-name": "王芳", "people-0-phone": "1",
            "people-paste": "李娜，13855512346"}
    assert visit(f"{form}people/", rows, by=by, method="POST")["Location"] == form

    refused = text(visit(f"{form[:-5]}hand-in/", {"version": "3"}, by=by, method="POST"))
    assert "Row 1: Phone: this is not a phone number." in refused and "Hand in this paper: A photograph." in refused
    checked = text(visit(f"{form}people/?check=1", {"check": "1"}, by=by))
    assert "not a phone number" in checked and 'value="李娜"' in checked
    visit(f"{form}people/", rows | {"version": "3", "people-0-phone": ""}, by=by, method="POST")
    done = visit(f"/hall/applications/{ref}/papers/", {"material": "photo", "file": SimpleUploadedFile("a.png", PNG)},
                 by=by, method="POST")
    assert done.status_code == 302 and "a.png" in text(visit(form, by=by))

    whole = text(visit(f"{form[:-5]}hand-in/", by=by))
    assert "¥300.50" in whole and "李娜" in whole
    sent_in = visit(f"{form[:-5]}hand-in/", {"version": "4"}, by=by, method="POST")
    assert sent_in["Location"] == f"/hall/applications/{ref}/"
    assert visit(f"{form[:-5]}hand-in/", {"version": "4"}, by=by, method="POST").status_code == 302
    shown = text(visit(sent_in["Location"], by=by, language="zh"))
    assert "已提交" in shown and "还剩 7 天" in shown and "desk-face" not in shown
    assert f"/hall/applications/{ref}/" in text(visit("/hall/mine/", by=by))


def test_a_file_that_is_refused_is_said_on_the_page(scene: Scene) -> None:
    ref = scene.draft()
    for file in (SimpleUploadedFile("a.pdf", b"MZ" + b"\0" * 300), ""):
        page = visit(f"/hall/applications/{ref}/papers/", {"material": "photo", "file": file}, by=scene.applicant,
                     method="POST")
        assert page.status_code == 422
    assert not scene.file(ref).content.papers


def test_a_conflict_shows_both_versions_and_the_form_keeps_what_was_typed(scene: Scene) -> None:
    ref = scene.draft()
    actions.save(ref, version=1, answers={"deed": "在另一个窗口写的话"}, by=scene.applicant, at=AT)
    page = visit(f"/hall/applications/{ref}/form/deed/", {
        "version": "1", "deed": "在这个窗口写的话", "on": "2026-11-02", "amount": "300"}, by=scene.applicant,
        method="POST")
    shown = text(page)
    assert page.status_code == 409 and "在另一个窗口写的话" in shown and shown.count("在这个窗口写的话") >= 2
    assert 'name="version" value="2"' in shown


def test_a_desk_takes_an_application_through(scene: Scene) -> None:
    ref = scene.submitted()
    path = f"/hall/applications/{ref}/"
    page = text(visit(path, by=scene.clerk, language="zh"))
    assert "desk-face" in page and "张桂英" in page and ANSWERS["deed"] in page and f"{path}accept/" in page
    assert f"{path}grant/" not in page and f"{path}rate/" not in page
    empty = visit(f"{path}ask-completion/", {"ask-text": ""}, by=scene.clerk, method="POST")
    assert empty.status_code == 422
    assert visit(f"{path}accept/", by=scene.clerk, method="POST").status_code == 302
    assert visit(f"{path}accept/", by=scene.clerk, method="POST").status_code == 409
    wrong = visit(f"{path}finish-step/", {"step-step": "review", "step-favourable": "yes", "step-finding": ""},
                  by=scene.clerk, method="POST")
    assert wrong.status_code == 422
    visit(f"{path}finish-step/", {"step-step": "review", "step-favourable": "yes", "step-finding": "好。"},
          by=scene.clerk, method="POST")
    assert f"{path}grant/" in text(visit(path, by=scene.head))
    visit(f"{path}propose-refusal/", {"refuse-ground": "fraud", "refuse-reasons": "照片是假的。"}, by=scene.head,
          method="POST")
    own = visit(f"{path}confirm-refusal/", by=scene.head, method="POST")
    assert own.status_code == 422 and "Somebody else reads" in text(own)
    assert "照片是假的" not in text(visit(path, by=scene.applicant))
    visit(f"{path}confirm-refusal/", by=scene.second, method="POST")
    told = text(visit(path, by=scene.applicant, language="zh"))
    assert "照片是假的。" in told and "弄虚作假" in told and "复议" in told and f"{path}rate/" in told
    assert visit(f"{path}rate/", {"grade": "1", "remark": ""}, by=scene.applicant, method="POST").status_code == 302
    assert f"{path}answer-rating/" in text(visit(path, by=scene.head))


def test_the_queue_and_its_batch(scene: Scene) -> None:
    late, new = scene.submitted(at=day(-14)), scene.submitted()
    page = text(visit("/officer/hall/", by=scene.clerk, language="zh"))
    assert page.index(str(late)) < page.index(str(new)) and "逾期 7 天" in page and "张桂英" not in main(page)
    only = text(visit("/officer/hall/", {"whose": "late"}, by=scene.clerk))
    assert str(late) in only and str(new) not in only
    none = visit("/officer/hall/batch/", {"move": "accept"}, by=scene.clerk, method="POST")
    assert none.status_code == 422
    done = text(visit("/officer/hall/batch/", {"move": "accept", "ref": [str(late), str(new)]}, by=scene.clerk,
                      method="POST"))
    assert "2 of 2 done" in done and scene.file(new).card.state is State.ACCEPTED
    public = text(visit("/hall/late/", at=day(40), language="zh"))
    assert "邻里互助奖" in public and "张" not in main(public)


def test_a_delivery_that_is_held_up_is_seen_at_the_desk(scene: Scene) -> None:
    ref = scene.granted()
    scene.office.failing = True
    for _ in range(5):
        actions.deliver_next(by=SYSTEM, at=AT)
    path = f"/hall/applications/{ref}/"
    page = text(visit(path, by=scene.head))
    assert f"{path}resume/" in page and "王芳 is on fire" not in page
    assert visit(f"{path}resume/", by=scene.head, method="POST").status_code == 302


def test_who_may_open_what(scene: Scene) -> None:
    ref = scene.submitted()
    people = (ANONYMOUS, scene.neighbour, scene.other_clerk, scene.applicant, scene.clerk, scene.auditor)
    path = f"/hall/applications/{ref}/"
    assert [visit(path, by=by).status_code for by in people] == [404, 404, 404, 200, 200, 200]
    assert [visit("/officer/hall/", by=by).status_code for by in people] == [302, 403, 200, 403, 200, 403]
    assert [visit("/hall/mine/", by=by).status_code for by in people] == [302, 200, 200, 200, 200, 200]
    assert [visit(f"{path}form/", by=by).status_code for by in people] == [404, 404, 404, 409, 403, 403]
    assert visit(f"{path}moon/", by=scene.clerk, method="POST").status_code == 404


def test_pages_ask_few_questions(scene: Scene, django_assert_max_num_queries: Any) -> None:
    refs = [scene.submitted() for _ in range(3)]
    done = scene.refused()
    for path, by, most in (("/officer/hall/", scene.clerk, 6), ("/hall/mine/", scene.applicant, 4),
                           (f"/hall/applications/{done}/", scene.head, 7),
                           (f"/hall/applications/{refs[0]}/", scene.applicant, 6), ("/hall/late/", ANONYMOUS, 5)):
        with django_assert_max_num_queries(most):
            visit(path, by=by)


def call(path: str, data: Any = None, *, by: Actor = ANONYMOUS, method: str = "POST", key: str = "") -> tuple[int, Any]:
    answer = visit(f"/api/v1{path}", data, by=by, method=method, key=key)
    return answer.status_code, json.loads(answer.content)


def test_the_api_tells_the_guide_and_takes_an_application_through(scene: Scene) -> None:
    assert "test.prize" in {one["key"] for one in call("/matters", method="GET")[1]["items"]}
    guide = call("/matters/test.prize", method="GET")[1]
    assert {one["rule"]: one["amount"] for one in guide["limits"]} == {
        "gov.tell_gaps_once": 5, "gov.decide": 20, "gov.deliver": 10}
    assert {"conditions", "materials", "steps", "limits", "basis"} <= guide.keys()

    body = {"matter": "test.prize", "answers": ANSWERS | {"on": "昨天"}, "promises": ["photo"], "submit": True}
    status, told = call("/applications", body, by=scene.applicant, key="k1")
    assert status == 422 and [one["field"] for one in told["errors"]] == ["on"]
    good = body | {"answers": ANSWERS}
    status, made = call("/applications", good, by=scene.applicant, key="k1")
    assert (status, made["state"], made["due_on"]) == (201, "submitted", "2026-11-23")
    assert call("/applications", good, by=scene.applicant, key="k1")[1]["ref"] == made["ref"]
    assert call("/applications", body, by=scene.applicant, key="k1")[0] == 409
    path = f"/applications/{made['ref']}"
    assert call(path, method="GET", by=scene.neighbour)[0] == 404
    assert call(f"{path}/accept", by=scene.applicant)[0] == 403
    assert call(f"{path}/accept", by=scene.clerk)[1]["state"] == "accepted"
    assert call(f"{path}/finish-step", {"step": "review"}, by=scene.clerk)[0] == 422
    call(f"{path}/finish-step", {"step": "review", "favourable": True, "text": "好。"}, by=scene.clerk)
    status, granted = call(f"{path}/grant", by=scene.head)
    assert (status, granted["state"], granted["products"][0]["number"]) == (200, "granted", "第 7 号")
    assert call(f"{path}/moon", by=scene.head)[0] == 404
    assert [one["ref"] for one in call("/applications", {"desk": "true"}, by=scene.head, method="GET")[1]["items"]] == [
        made["ref"]]
    assert call("/applications", {"desk": "true"}, by=scene.applicant, method="GET")[0] == 403
    assert call("/matters/late", method="GET")[1]["items"] == []


@pytest.mark.parametrize("said", ["", "x", "-1"])
def test_a_form_without_its_version_changes_nothing(scene: Scene, said: str) -> None:
    ref = scene.draft()
    page = visit(f"/hall/applications/{ref}/form/deed/", {"version": said, "deed": "x"}, by=scene.applicant,
                 method="POST")
    assert page.status_code == 422 and scene.file(ref).version == 1
