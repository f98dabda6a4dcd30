import pytest

from linli.kernel.action import action, attempt, read_anew, read_once

pytestmark = pytest.mark.django_db(transaction=True)


class Source:
    def __init__(self) -> None:
        self.asked = 0

    def read(self) -> int:
        self.asked += 1
        return self.asked


def test_an_action_reads_once_and_the_next_one_anew() -> None:
    source = Source()

    @action
    def inner() -> int:
        return read_once("key", source.read)

    @action
    def outer() -> list[int]:
        return [read_once("key", source.read), inner(), read_once("key", source.read)]

    assert outer() == [1, 1, 1]
    assert outer() == [2, 2, 2]
    assert [read_once("key", source.read), read_once("key", source.read)] == [3, 4]  # outside: never kept


def test_what_changed_is_read_anew() -> None:
    source = Source()

    @action
    def run() -> list[int]:
        found = [read_once("key", source.read), read_once("other", source.read)]
        read_anew("key")
        found += [read_once("key", source.read), read_once("other", source.read)]
        read_anew()
        return [*found, read_once("other", source.read)]

    assert run() == [1, 2, 3, 2, 4]


def test_what_was_read_in_an_attempt_that_was_undone_is_read_anew() -> None:
    source = Source()

    def change() -> None:
        read_anew("key")
        assert read_once("key", source.read) == 2
        assert read_once("within", source.read) == 3
        raise ValueError("undone")

    @action
    def run() -> list[int]:
        before = read_once("key", source.read)
        with pytest.raises(ValueError, match="undone"), attempt():
            change()
        return [before, read_once("key", source.read), read_once("within", source.read)]

    assert run() == [1, 1, 4]  # the first stands again, as its row does
