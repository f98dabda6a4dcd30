"""Two at the same moment, on a server that lets them: one is first, the other is told so, and nothing is lost."""
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection

from linli.engines.journal import actions as keys
from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict
from linli.work.hall import actions, queries
from linli.work.hall.models import Application
from linli.work.hall.states import State
from tests.actors import AT
from tests.registers.test_races import together

from .conftest import ANSWERS, Scene, day
from .test_joint import STREET, TOWN, asked

pytestmark = [pytest.mark.concurrent, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_real_server(db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


def told(given: list[Any]) -> int:
    """How many were told that somebody was faster."""
    assert all(isinstance(one, Conflict) for one in given if isinstance(one, Exception)), given
    return sum(isinstance(one, Exception) for one in given)


def facts(ref: Any) -> list[str]:
    return [entry.fact.removeprefix("hall.") for entry in journal.history([ref])]


def test_of_two_officers_the_first_decides(scene: Scene) -> None:
    ref = scene.reviewed()
    assert told(together(
        lambda: actions.grant(ref, by=scene.head, at=AT), lambda: actions.grant(ref, by=scene.second, at=AT),
        lambda: actions.propose_refusal(ref, reasons="不行。", ground="fraud", by=scene.second, at=AT))) == 2
    one = scene.file(ref)
    assert (one.card.state is State.GRANTED) == (len(scene.office.filed) == 1) == ("ApplicationGranted" in facts(ref))
    assert facts(ref).count("ApplicationGranted") + facts(ref).count("RefusalProposed") == 1

    ref = scene.submitted()
    assert told(together(
        lambda: actions.accept(ref, by=scene.clerk, at=AT), lambda: actions.accept(ref, by=scene.head, at=AT),
        lambda: actions.propose_return(ref, why="not_needed", text="不用办。", by=scene.head, at=AT))) == 2
    if facts(ref)[-1:] == ["ReturnProposed"]:
        actions.confirm_return(ref, by=scene.second, at=AT)
    ended = facts(ref)[-1:]
    assert ended in (["ApplicationAccepted"], ["ApplicationReturned"])
    owed = [one.rule_id for one in rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)]
    assert owed == (["gov.decide"] if ended == ["ApplicationAccepted"] else [])

    ref = scene.reviewed()
    actions.propose_refusal(ref, reasons="不行。", ground="fraud", by=scene.head, at=AT)
    assert told(together(
        lambda: actions.confirm_refusal(ref, by=scene.second, at=AT),
        lambda: actions.object_(ref, text="再看看。", by=scene.second, at=AT),
        lambda: actions.withdraw(ref, by=scene.applicant, at=AT))) >= 1
    kept = {"ApplicationRefused": State.REFUSED, "ApplicationWithdrawn": State.WITHDRAWN}
    assert scene.file(ref).card.state is kept[facts(ref)[-1]]  # objecting and then withdrawing may both come true


def test_the_office_that_asks_and_the_silence_that_accepts_do_not_both(scene: Scene) -> None:
    late = day(8)
    for ref in (scene.submitted() for _ in range(3)):
        silent, asked = together(
            lambda: ("silent", actions.accept_silent(by=SYSTEM, at=late)),
            partial(actions.ask_completion, ref, text="请补充照片。", by=scene.clerk, at=late))
        if not (isinstance(silent, tuple) and silent[0] == "silent"):
            silent, asked = asked, silent
        one = scene.file(ref, at=late)
        if silent == ("silent", 1):
            assert isinstance(asked, Conflict) and (one.card.state, one.silent) == (State.ACCEPTED, True)
            assert "CompletionAsked" not in facts(ref)
        else:
            assert (one.card.state, one.silent, silent) == (State.INCOMPLETE, False, ("silent", 0))
            assert "SilenceAccepted" not in facts(ref)


def test_what_is_sent_twice_at_once_is_there_once(scene: Scene) -> None:
    ref = scene.ready()
    assert told(together(*[lambda: actions.submit(ref, version=2, by=scene.applicant, at=AT)] * 4)) == 0
    assert facts(ref) == ["ApplicationDrafted", "PromiseSigned", "ApplicationSubmitted"]
    assert len(rulebook.duties(on=AT.date(), about=[ref])) == 1

    def begin() -> Any:
        return keys.once("one-key", by=scene.applicant, at=AT, body=["hall_draft"], do=lambda: actions.draft(
            "test.prize", answers=ANSWERS, by=scene.applicant, at=AT)).ref

    before = Application.objects.count()
    assert len(set(together(*[begin] * 4))) == 1 and Application.objects.count() == before + 1

    ended = scene.refused()
    assert told(together(*[lambda: actions.rate(ended, grade=1, by=scene.applicant, at=AT)] * 3)) == 2
    assert [one.rule_id for one in rulebook.duties(on=AT.date(), about=[ended], state=rulebook.OWED)] == [
        "gov.rectify_bad_rating"]


def test_a_form_saved_in_two_tabs_at_once_keeps_one_whole_and_says_so_to_the_other(scene: Scene) -> None:
    ref = scene.draft()
    both = ({"deed": "第一个窗口写的话", "amount": 1}, {"deed": "第二个窗口写的话", "amount": 2})
    given = together(*[lambda said=said: actions.save(
        ref, version=1, answers=said, by=scene.applicant, at=AT) for said in both])
    assert told(given) == 1 and 2 in given
    kept = scene.file(ref).content.answers
    assert {"deed": kept["deed"], "amount": kept["amount"]} in both and scene.file(ref).version == 2
    assert told(together(
        lambda: actions.save(ref, version=2, answers={"deed": "写到一半"}, by=scene.applicant, at=AT),
        lambda: actions.withdraw(ref, by=scene.applicant, at=AT))) <= 1
    assert scene.file(ref).card.state is State.WITHDRAWN and not scene.file(ref).content.answers


def test_a_body_that_answers_and_its_silence_that_assents_do_not_both(scene: Scene) -> None:
    late = day(21)
    for ref in [asked(scene, key=f"test.joint{n}") for n in range(4)]:
        actions.give_opinion(ref, body="street", favourable=True, text="属实。", by=STREET, at=AT)
        together(partial(actions.assent_silent, by=SYSTEM, at=late), partial(
            actions.give_opinion, ref, body="city", favourable=False, text="预算不足。", by=TOWN, at=late))
        assert facts(ref).count("SilenceAssented") + facts(ref).count("OpinionGiven") == 2
        assert facts(ref).count("StepFinished") == 2  # the review, and the opinions once


def test_two_workers_deliver_and_pack_once(scene: Scene) -> None:
    refs = [scene.granted() for _ in range(3)]
    assert sorted(together(*[lambda: actions.deliver_next(by=SYSTEM, at=AT)] * 2)) == [0, 3]
    assert sum(together(*[lambda: actions.pack_next(by=SYSTEM, at=AT)] * 2)) == 3
    for ref in refs:
        assert facts(ref).count("ApplicationDelivered") == facts(ref).count("PackageMade") == 1
        assert len(scene.file(ref).products) == 2
    assert not queries.queue(by=scene.head, at=AT).cards
