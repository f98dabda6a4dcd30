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


def test_what_changed_or_was_undone_is_read_anew() -> None:
    source = Source()

    @action
    def run() -> list[int]:
        found = [read_once("key", source.read)]
        read_anew()
        found.append(read_once("key", source.read))
        with pytest.raises(ValueError, match="undone"), attempt():
            raise ValueError("undone")
        return [*found, read_once("key", source.read)]

    assert run() == [1, 2, 3]
