import json
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.engines.journal import queries as journal
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.practitioners import actions as practitioners
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Contribution, News, Reading, Report
from linli.registers.workforce.rules import exchange
from linli.registers.workforce.rules.exchange import Audience, Member
from linli.registers.workforce.states import CONTRIBUTION_LABELS, CONTRIBUTIONS, NEWS_LABELS
from linli.registers.workforce.states import Contribution as State
from tests.actors import AT, CITY, actor, resident
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import ON, Scene

DAY = timedelta(days=1)
NOTICE: dict[str, Any] = {"region": CITY, "title": "2027年度继续教育安排", "body": "三月起分批举办。", "from_on": ON,
                          "last_on": ON + 30 * DAY}
OFFICE = actor(f"region:{CITY}", "workforce.see", "workforce.publish")
FAR = actor("region:340103000000", "workforce.see", "workforce.publish")


def published(**changes: Any) -> UUID:
    return actions.publish(**NOTICE | changes, by=OFFICE, at=AT)


@pytest.fixture
def colleague(scene: Scene) -> Actor:
    """The other one, on the same staff."""
    practitioners.add(organisation=scene.organisation, person=scene.other.person or new_ref(), title="护理员",
                      consented=True, by=scene.manager, at=AT)
    return scene.other


def titles(by: Actor, on: date = ON) -> list[str]:
    return [card.title for card in queries.news_for(by=by, on=on)]


# Whom it is addressed to


@pytest.mark.parametrize(("audience", "yes"), [
    (Audience("340104000000"), True), (Audience(CITY), True), (Audience("340103000000"), False),
    (Audience(CITY, frozenset({"teacher"})), False), (Audience(CITY, frozenset({"teacher", "social_worker"})), True),
    (Audience(CITY, levels=frozenset({"senior"})), False), (Audience(CITY, levels=frozenset({"worker"})), True),
    (Audience(CITY, frozenset({"social_worker"}), frozenset({"senior"})), False),
])
def test_whom_a_notice_takes_in(audience: Audience, yes: bool) -> None:
    member = Member(frozenset({"340104003000"}), frozenset({"social_worker"}), "worker")
    assert audience.takes_in(member) is yes
    assert not audience.takes_in(Member(frozenset(), frozenset(), None))


def test_a_notice_reaches_its_region_trade_and_level(scene: Scene) -> None:
    published(title="全市")
    published(title="庐阳", region="340103000000")
    published(title="护士", trades=["nurse_licence"])
    published(title="社工师", levels=["worker"])
    published(title="社工行业", trades=["social_worker"])
    assert titles(scene.worker) == ["全市"] and titles(scene.other) == []  # who works nowhere is addressed by none
    scene.registered()
    assert titles(scene.worker) == ["社工行业", "社工师", "全市"]
    practitioners.record_credential(scene.practitioner, kind="nurse_licence", valid_from=ON - DAY,
                                    valid_until=ON + DAY, by=scene.manager, at=AT)
    assert "护士" in titles(scene.worker) and "护士" not in titles(scene.worker, ON + DAY)


def test_it_holds_on_its_days_and_pinned_ones_stand_first_then_unread(scene: Scene) -> None:
    first, second = published(title="甲"), published(title="乙", from_on=ON + DAY)
    assert titles(scene.worker) == ["甲"] and titles(scene.worker, ON + DAY) == ["乙", "甲"]
    assert titles(scene.worker, ON + 31 * DAY) == []
    actions.mark_read(second, by=scene.worker, at=AT)
    actions.mark_read(second, by=scene.worker, at=AT)
    assert titles(scene.worker, ON + DAY) == ["甲", "乙"] and Reading.objects.count() == 1
    actions.pin(second, by=OFFICE, at=AT)
    assert titles(scene.worker, ON + DAY) == ["乙", "甲"]
    actions.unpin(second, by=OFFICE, at=AT)
    actions.withdraw_news(first, reasons="日期有误", by=OFFICE, at=AT)
    assert titles(scene.worker, ON + DAY) == ["乙"]
    card = queries.news(first, by=scene.worker, on=ON)
    assert (card.state, card.withdrawn_for, card.body) == ("withdrawn", "日期有误", "三月起分批举办。")


@pytest.mark.parametrize(("changes", "field"), [
    ({"title": ""}, "title"), ({"body": " "}, "body"), ({"last_on": ON - DAY}, "last_on"),
    ({"last_on": ON + 367 * DAY}, "last_on"), ({"from_on": date.max, "last_on": date.max}, "from_on"),
    ({"trades": ["identity"]}, "trades"), ({"levels": ["x"]}, "levels"),
    ({"region": "340199000000"}, "region"),
])
def test_what_cannot_be_published(scene: Scene, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        published(**changes)
    assert why.value.field == field and not News.objects.exists()


@pytest.mark.parametrize("state", list(NEWS_LABELS))
@pytest.mark.parametrize(("by", "right"), [("office", True), ("far", False), ("worker", False), ("manager", False)])
def test_who_may_do_what_to_a_notice(scene: Scene, state: str, by: str, right: bool) -> None:
    who = {"office": OFFICE, "far": FAR}.get(by) or getattr(scene, by)
    ref = published()
    if state == "withdrawn":
        actions.withdraw_news(ref, reasons="x", by=OFFICE, at=AT)
    refusal = NotAllowed if not right else Conflict if state == "withdrawn" else None
    for move, given in (("pin", {}), ("unpin", {}), ("withdraw_news", {"reasons": "x"})):
        with pytest.raises(refusal) if refusal else nullcontext():
            getattr(actions, move)(ref, **given, by=who, at=AT)
    if not right:
        with pytest.raises(NotAllowed):
            actions.publish(**NOTICE, by=who, at=AT)


# Asking and answering


def test_colleagues_ask_and_answer(scene: Scene, colleague: Actor) -> None:
    ref = published()
    asked = actions.ask(ref, words="外地培训算不算学时？", by=scene.worker, at=AT)
    told = actions.answer(asked, words="有证书就算。", by=colleague, at=AT)
    [question] = queries.talk(ref, by=scene.worker, on=ON)
    assert (question.name, question.words, question.mine) == ("王敏", "外地培训算不算学时？", True)
    assert [(one.name, one.words, one.mine) for one in question.answers] == [("李强", "有证书就算。", False)]
    assert [m.name for m in question.moves] == ["answer", "take_words_back"]
    assert [m.name for m in question.answers[0].moves] == ["report_words"]
    assert "外地" not in json.dumps([e.payload for e in journal.history([asked, told])], ensure_ascii=False)
    with pytest.raises(Conflict, match="not another answer"):
        actions.answer(told, words="x", by=scene.worker, at=AT)


def test_only_those_addressed_write_and_read(scene: Scene, colleague: Actor) -> None:
    ref = published(levels=["senior"])
    asked = Contribution.objects.create(
        news=News.objects.get(ref=ref), person_id=scene.person, practitioner_id=scene.practitioner, words_sealed=b"",
        state=State.SHOWN, said_at=AT, said_by=scene.worker.ref)
    for act in (lambda: actions.ask(ref, words="x", by=scene.worker, at=AT),
                lambda: actions.answer(asked.ref, words="x", by=colleague, at=AT),
                lambda: actions.report_words(asked.ref, reasons="x", by=colleague, at=AT),
                lambda: queries.talk(ref, by=colleague, on=ON),
                lambda: queries.talk(ref, by=scene.reader, on=ON),
                lambda: actions.ask(ref, words="x", by=scene.reader, at=AT)):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        actions.ask(new_ref(), words="x", by=scene.worker, at=AT)


def test_nobody_writes_under_what_holds_no_longer(scene: Scene) -> None:
    ref = published()
    with pytest.raises(Conflict, match="holds no longer"):
        actions.ask(ref, words="x", by=scene.worker, at=AT + 31 * DAY)
    actions.withdraw_news(ref, reasons="x", by=OFFICE, at=AT)
    with pytest.raises(Conflict, match="holds no longer"):
        actions.ask(ref, words="x", by=scene.worker, at=AT)


def test_nobody_floods_a_notice(scene: Scene) -> None:
    ref = published()
    for number in range(20):
        actions.ask(ref, words=f"问题{number}", by=scene.worker, at=AT)
    with pytest.raises(Conflict, match="20 times today") as why:
        actions.ask(ref, words="再问", by=scene.worker, at=AT)
    assert why.value.rule == exchange.TALK
    actions.ask(ref, words="再问", by=scene.worker, at=AT + DAY)


def test_what_is_reported_is_hidden_or_left(scene: Scene, colleague: Actor) -> None:
    ref = published()
    asked = actions.ask(ref, words="加微信卖课。", by=colleague, at=AT)
    actions.report_words(asked, reasons="广告", by=scene.worker, at=AT)
    with pytest.raises(Conflict, match="reported this already"):
        actions.report_words(asked, reasons="广告", by=scene.worker, at=AT)
    with pytest.raises(RuleBroken, match="your own words"):
        actions.report_words(asked, reasons="x", by=colleague, at=AT)
    assert queries.talk(ref, by=OFFICE, on=ON)[0].reports == ("广告",) and queries.reported(OFFICE).count() == 1
    assert queries.talk(ref, by=scene.worker, on=ON)[0].reports == () and not queries.reported(FAR).count()
    actions.hide_words(asked, reasons="不得发布广告。", by=OFFICE, at=AT)
    assert queries.talk(ref, by=scene.worker, on=ON) == [] and not queries.reported(OFFICE).count()
    [mine] = queries.talk(ref, by=colleague, on=ON)
    assert (mine.state, mine.reasons, mine.moves) == ("hidden", "不得发布广告。", ())
    actions.show_words(asked, by=OFFICE, at=AT)
    assert [one.ref for one in queries.talk(ref, by=scene.worker, on=ON)] == [asked]
    with pytest.raises(Conflict, match="Nobody has reported"):
        actions.leave_standing(asked, by=OFFICE, at=AT)
    Report.objects.update(settled_at=None, settled_by=None)
    actions.leave_standing(asked, by=OFFICE, at=AT)
    assert not queries.reported(OFFICE).count() and Contribution.objects.get(ref=asked).state == State.SHOWN


@pytest.mark.parametrize("state", list(CONTRIBUTION_LABELS))
@pytest.mark.parametrize("who", ["worker", "colleague", "office", "far", "reader"])
def test_who_may_do_what_to_words(scene: Scene, colleague: Actor, state: State, who: str) -> None:
    ref = published()
    asked = actions.ask(ref, words="x", by=scene.worker, at=AT)
    by = {"office": OFFICE, "far": FAR, "colleague": colleague}.get(who) or getattr(scene, who)
    holds = {"answer": {"worker", "colleague"}, "take_words_back": {"worker"}, "report_words": {"colleague"},
             "hide_words": {"office"}, "show_words": {"office"}, "leave_standing": {"office"}}
    for name, people in holds.items():
        Report.objects.all().delete()
        Report.objects.create(contribution=Contribution.objects.get(ref=asked), person_id=scene.person,
                              words_sealed=b"", reported_at=AT, reported_by=by.ref)
        Contribution.objects.filter(ref=asked).update(state=state)
        given = {"answer": {"words": "y"}, "report_words": {"reasons": "y"}, "hide_words": {"reasons": "y"}}
        may = who in people and state in CONTRIBUTIONS.moves[name].sources
        try:
            getattr(actions, name)(asked, **given.get(name, {}), by=by, at=AT)
            done = True
        except (NotAllowed, Conflict, RuleBroken):
            done = False
        assert done is may, (name, state, who)


def test_erasing_takes_words_back(scene: Scene) -> None:
    ref = published()
    actions.ask(ref, words="x", by=scene.worker, at=AT)
    actions.mark_read(ref, by=scene.worker, at=AT)
    actions.forget(scene.person, by=SYSTEM, at=AT)
    assert Contribution.objects.get().state == State.TAKEN_BACK and not Reading.objects.exists()


# Pages, feed, API


def test_the_pages_of_news(scene: Scene, colleague: Actor) -> None:
    form = {**NOTICE, "from_on": f"{ON}", "last_on": "2020-01-01", "trades": [], "levels": []}
    new = "/officer/workforce/news/new/"
    bad = visit(new, form, by=OFFICE, method="POST")
    assert bad.status_code == 422 and "#id_last_on" in text(bad) and "三月起分批举办。" in text(bad)
    assert visit(new, form | {"last_on": f"{ON + 9 * DAY}"}, by=OFFICE, method="POST").status_code == 302
    ref = News.objects.get().ref
    path, desk = f"/trade-news/{ref}/", f"/officer/workforce/news/{ref}/"
    everybody = text(visit(path))
    assert "三月起分批举办。" in everybody and "Questions and answers" not in everybody
    assert "1 notice for you is not read yet." in text(visit("/trade-news/", by=scene.worker))
    assert visit(f"{path}mark-read/", by=scene.worker, method="POST").status_code == 302
    assert "You have read everything" in text(visit("/trade-news/", by=scene.worker))
    empty = visit(f"{path}ask/", {f"{ref}-words": ""}, by=scene.worker, method="POST")
    assert empty.status_code == 422
    assert visit(f"{path}ask/", {f"{ref}-words": "学时怎么算？"}, by=scene.worker, method="POST").status_code == 302
    asked = Contribution.objects.get().ref
    words = f"/trade-news/words/{asked}/"
    done = visit(f"{words}answer/", {f"{asked}-words": "按证书。"}, by=colleague, method="POST")
    assert done.status_code == 302
    page = text(visit(path, by=scene.worker))
    assert "学时怎么算？" in page and "按证书。" in page and "李强" in page
    assert "学时怎么算？" not in text(visit(path)) and "学时怎么算？" not in text(visit(path, by=resident(new_ref())))
    assert visit(f"{words}report/", {f"report-{asked}-reasons": "跑题"}, by=colleague, method="POST").status_code == 302
    again = visit(f"{words}report/", {f"report-{asked}-reasons": "跑题"}, by=colleague, method="POST")
    assert again.status_code == 422 and "reported this already" in text(again)
    listed = text(visit("/officer/workforce/news/", by=OFFICE))
    assert "2027年度继续教育安排" in listed
    assert "跑题" in text(visit(desk, by=OFFICE))
    empty = visit(f"/officer/workforce/words/{asked}/hide/", {f"hide-{asked}-reasons": ""}, by=OFFICE, method="POST")
    assert empty.status_code == 422 and "<details open" in text(empty)
    for move, data in (("leave", {}), ("hide", {f"hide-{asked}-reasons": "x"}), ("show", {})):
        answer = visit(f"/officer/workforce/words/{asked}/{move}/", data, by=OFFICE, method="POST")
        assert answer.status_code == 302, move
    assert visit(f"{words}take-back/", by=scene.worker, method="POST").status_code == 302
    for move, data in (("pin", {}), ("unpin", {}), ("withdraw", {"withdraw-reasons": "重复"})):
        assert visit(f"{desk}{move}/", data, by=OFFICE, method="POST").status_code == 302, move
    gone = text(visit(path))
    assert "This notice was withdrawn: 重复" in gone and "三月起分批举办。" in gone
    assert visit(desk, by=FAR).status_code == 403 and visit(new, by=scene.reader).status_code == 403
    assert "行业动态" in text(visit("/trade-news/", language="zh"))


def test_the_list_asks_few_questions(scene: Scene) -> None:
    for number in range(4):
        published(title=f"第{number}期")
    for path, by in (("/trade-news/", scene.worker), ("/trade-news/?all=1", scene.worker),
                     ("/officer/workforce/news/", OFFICE)):
        with CaptureQueriesContext(connection) as made:
            visit(path, by=by)
        assert len(made) <= 7, (path, [one["sql"][:90] for one in made])


def test_the_feed_tells_what_is_in_force(scene: Scene) -> None:
    published(title="全市 <通知>")
    published(title="护士", trades=["nurse_licence"])
    published(title="以后", from_on=ON + DAY)
    actions.withdraw_news(published(title="误发"), reasons="x", by=OFFICE, at=AT)

    def told(query: str = "") -> list[str]:
        answer = visit(f"/trade-news/feed/{query}")
        assert answer.status_code == 200 and answer["Content-Type"].startswith("application/atom+xml")
        tree = ElementTree.fromstring(answer.content)
        return [one.text or "" for one in tree.findall("{*}entry/{*}title")]

    assert told() == ["护士", "全市 <通知>"]
    assert told("?trade=teacher") == ["全市 <通知>"] and told("?region=340500000000") == []
    assert told("?region=340104003000&trade=nurse_licence") == ["护士", "全市 <通知>"]


def test_news_over_the_api(scene: Scene, colleague: Actor) -> None:
    def send(path: str, data: dict[str, Any], by: Actor = OFFICE, key: str = "k") -> Any:
        return visit(f"/api/v1/trade-news{path}", data, by=by, method="POST", key=key)

    given = {**NOTICE, "from_on": f"{ON}", "last_on": f"{ON + DAY}"}
    assert [send("", given).status_code for _ in range(2)] == [201, 200]
    ref = str(News.objects.get().ref)
    assert json.loads(visit("/api/v1/trade-news").content)["total"] == 1
    mine = json.loads(visit("/api/v1/workforce/news", by=scene.worker).content)["items"][0]
    assert (mine["addressed"], mine["read"], mine["moves"]) == (True, False, [])
    assert json.loads(send(f"/{ref}/mark-read", {}, scene.worker).content)["read"] is True
    asked = send(f"/{ref}/questions", {"words": "问"}, scene.worker)
    assert asked.status_code == 201 and json.loads(asked.content)["mine"] is True
    one = json.loads(asked.content)["ref"]
    assert send(f"/words/{one}/answers", {"words": "答"}, colleague).status_code == 201
    talk = json.loads(visit(f"/api/v1/trade-news/{ref}/words", by=scene.worker).content)
    assert talk[0]["answers"][0]["words"] == "答"
    assert visit(f"/api/v1/trade-news/{ref}/words").status_code == 403
    assert send(f"/words/{one}/report", {"reasons": "跑题"}, colleague).status_code == 204
    assert json.loads(send(f"/words/{one}/leave", {}).content)["state"] == "shown"
    assert json.loads(send(f"/words/{one}/hide", {"reasons": "x"}).content)["moves"] == ["show_words"]
    assert json.loads(send(f"/words/{one}/show", {}).content)["state"] == "shown"
    assert json.loads(send(f"/words/{one}/take-back", {}, scene.worker).content)["state"] == "taken_back"
    assert json.loads(send(f"/{ref}/pin", {}).content)["pinned"] is True
    assert json.loads(send(f"/{ref}/unpin", {}).content)["pinned"] is False
    assert send(f"/{ref}/withdraw", {"reasons": ""}).status_code == 422
    assert json.loads(send(f"/{ref}/withdraw", {"reasons": "误"}).content)["withdrawn_for"] == "误"
