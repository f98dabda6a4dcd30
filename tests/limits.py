"""What pages say of time, from the rules themselves: a test reads no number that a rule may change."""
from datetime import date

from linli.engines.rulebook import queries as rulebook
from tests.actors import AT

TODAY = AT.date()


def limit(id: str, *, zh: bool = False, region: str | None = None, on: date = TODAY) -> str:
    """The time that a rule of that day and place sets, as a page says it."""
    said = rulebook.rule(id, on=on, region=region).said["limit"]
    return said.zh if zh else str(said)


def by(id: str, *, on: date = TODAY) -> str:
    """The day of the year that a rule names, in Chinese."""
    return rulebook.rule(id, on=on).said["day"].zh
