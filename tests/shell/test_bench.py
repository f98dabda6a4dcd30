"""`./linli bench`: every question can be asked, and what is missed is said with exit code 1."""
import inspect
from importlib import import_module

import pytest

from bench import triage
from bench.run import QUESTIONS, run
from linli.work.needs.rules.triage import Flag, Triage, Urgency


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_can_be_asked_without_more_words(question: str) -> None:
    inspect.signature(import_module(f"bench.{question}").main).bind()


def test_a_question_that_nobody_asks_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("weather") == 2
    assert "triage" in capsys.readouterr().err


def rows(heard: int, missed: int, quiet: int, false: int) -> list[triage.Row]:
    risk, none = frozenset({Flag.LIFE_RISK}), frozenset[Flag]()
    kinds = ((risk, risk, heard), (risk, none, missed), (none, none, quiet), (none, risk, false))
    return [triage.Row("t1", "…", "", Urgency.NORMAL, flags, Triage(None, Urgency.NORMAL, tuple(got), ()))
            for flags, got, count in kinds for _ in range(count)]


@pytest.mark.parametrize(("counts", "holds"), [
    ((98, 2, 190, 10), [True, True, True]), ((97, 3, 190, 10), [True, False, True]),
    ((98, 2, 189, 11), [True, True, False]), ((49, 1, 100, 0), [False, True, True]),
])
def test_triage_is_held_to_its_aim(counts: tuple[int, int, int, int], holds: list[bool]) -> None:
    assert [well for _, well in triage.aims(rows(*counts))] == holds
