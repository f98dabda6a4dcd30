import pytest
from django.db import transaction

from linli.engines.journal.models import Key
from linli.kernel.action import acting, action, attempt
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from tests.actors import AT


def kept() -> list[str]:
    return list(Key.objects.order_by("key").values_list("key", flat=True))


@action
def write(key: str, *, refuse: bool = False) -> str:
    Key.objects.create(by=new_ref(), key=key, at=AT, digest="")
    if refuse:
        raise Conflict(N_("No."))
    return key


def test_an_action_gives_what_its_function_gives_and_keeps_its_name(db: None) -> None:
    assert write("a") == "a" and write.__name__ == "write" and kept() == ["a"]


def test_a_refused_action_leaves_nothing(db: None) -> None:
    with pytest.raises(Conflict):
        write("a", refuse=True)
    assert kept() == [] and not acting()


def test_nested_actions_stand_and_fall_together(db: None) -> None:
    @action
    def both(*, refuse: bool) -> None:
        write("inner")
        write("outer", refuse=refuse)

    with pytest.raises(Conflict):
        both(refuse=True)
    assert kept() == []
    both(refuse=False)
    assert kept() == ["inner", "outer"]


@action
def swallow() -> None:
    write("before")
    try:
        write("inner", refuse=True)
    except Conflict:
        pass


def test_who_swallows_a_refusal_keeps_nothing_and_hears_of_it(db: None) -> None:
    with pytest.raises(RuntimeError, match="swallowed"):
        swallow()
    assert kept() == []


def test_in_an_attempt_too(db: None) -> None:
    @action
    def rows() -> None:
        write("a")
        with pytest.raises(RuntimeError, match="swallowed"), attempt():
            swallow()

    rows()
    assert kept() == ["a"]


def test_an_attempt_undoes_its_own_part_only(db: None) -> None:
    @action
    def rows() -> list[str]:
        refused = []
        for key in ("a", "b", "c"):
            try:
                with attempt():
                    write(key, refuse=key == "b")
            except Conflict:
                refused.append(key)
        return refused

    assert rows() == ["b"] and kept() == ["a", "c"]


def test_attempts_may_stand_in_one_another(db: None) -> None:
    @action
    def rows() -> None:
        with attempt():
            write("outer")
            with pytest.raises(RuleBroken), attempt():
                write("inner")
                raise RuleBroken(N_("No."))

    rows()
    assert kept() == ["outer"]


def test_an_attempt_is_a_part_of_an_action(db: None) -> None:
    with pytest.raises(RuntimeError, match="part of an action"), attempt():
        pass


def test_acting_is_said_inside_only(db: None) -> None:
    said: list[bool] = []

    @action
    def ask() -> None:
        said.append(acting())

    ask()
    assert said == [True] and not acting()


@pytest.mark.django_db(transaction=True)
def test_an_action_is_the_outermost_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        write("a")
    write("b")
    assert kept() == ["b"]
