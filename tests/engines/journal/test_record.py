from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

import pytest

from linli.engines.journal import actions, queries
from linli.engines.journal.events import Fact, Visibility
from linli.engines.journal.models import Entry
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from tests.actors import AT, actor
from tests.engines.journal.conftest import Aside, Happened, happen


@dataclass(frozen=True)
class Dated(Fact):
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    on: date
    who: UUID


def test_a_fact_outside_an_action_is_refused(db: None) -> None:
    with pytest.raises(RuntimeError, match="inside the action"):
        actions.record(Happened(1), about=new_ref(), by=SYSTEM, at=AT)
    assert not Entry.objects.exists()


def test_a_fact_says_who_may_see_it() -> None:
    with pytest.raises(TypeError, match="who may see it"):
        type("Nameless", (Fact,), {})


def test_what_is_recorded_can_be_read_as_it_was(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dated, "label", classmethod(lambda cls: "tests.Dated"))
    about, by = new_ref(), actor("person:x")

    @action
    def do() -> None:
        actions.record(Dated(date(2026, 11, 22), about), about=about, by=by, at=AT)

    do()
    (entry,) = queries.history([about])
    assert entry.payload == {"on": "2026-11-22", "who": str(about)} and entry.fact == "tests.Dated"
    assert (entry.by, entry.at, entry.about, entry.position) == (by.ref, AT, about, None)
    assert Entry.objects.get().visibility == "public"


def test_a_refused_action_leaves_no_fact(db: None) -> None:
    @action
    def do() -> None:
        actions.record(Happened(1), about=new_ref(), by=SYSTEM, at=AT)
        raise Conflict(N_("No."))

    with pytest.raises(Conflict):
        do()
    assert not Entry.objects.exists()


def test_a_refused_part_leaves_no_fact_and_the_rest_stands(db: None) -> None:
    @action
    def do() -> None:
        for number in range(4):
            try:
                with attempt():
                    actions.record(Happened(number), about=new_ref(), by=SYSTEM, at=AT)
                    if number % 2:
                        raise Conflict(N_("No."))
            except Conflict:
                continue

    do()
    assert [entry.payload["number"] for entry in Entry.objects.order_by("id")] == [0, 2]


def test_a_history_is_of_these_things_and_these_facts_oldest_first(db: None) -> None:
    one, other = happen(1, 2), happen(3)

    @action
    def aside() -> None:
        actions.record(Aside(), about=one, by=SYSTEM, at=AT)

    aside()
    assert [entry.fact for entry in queries.history([one])] == ["tests.Happened"] * 2 + ["tests.Aside"]
    assert [e.payload.get("number") for e in queries.history([one, other], facts=["tests.Happened"])] == [1, 2, 3]
    assert queries.history([new_ref()]) == []
