"""Which fields of a public fact lead to a person, as its class declares them."""
from collections.abc import Iterable
from functools import cache

from linli.engines.journal.events import Fact


@cache
def named(label: str) -> type[Fact] | None:
    """The class of a fact by its label, None where the program knows none such any more."""
    waiting = list(Fact.__subclasses__())
    while waiting:
        fact = waiting.pop()
        if fact.label() == label:
            return fact
        waiting += fact.__subclasses__()
    return None


def committed(label: str, fields: Iterable[str]) -> tuple[str, ...]:
    """The fields (and `about`) that stand in a leaf only as commitments; all of them where nobody knows any more."""
    fact = named(label)
    return ("about", *fields) if fact is None else fact.committed
