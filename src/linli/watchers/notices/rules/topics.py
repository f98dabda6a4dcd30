"""Ways to be reached, what notices are about, and when a letter goes out."""
from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

TRIES = 6
CODE_LIFE, CODE_TRIES = timedelta(minutes=30), 5
NIGHT = (time(22), time(7))
HERE = timezone(timedelta(hours=8))


class Kind(StrEnum):
    EMAIL = auto()
    SMS = auto()
    PUSH = auto()


class Topic(StrEnum):
    """What a notice is about; `URGENT` is what cannot wait, whatever it is about."""

    URGENT = auto()
    VISITS = auto()
    NEEDS = auto()
    RATINGS = auto()
    DUTIES = auto()
    OTHER = auto()


NAMES: dict[Topic, Text] = {
    Topic.URGENT: N_("What cannot wait"), Topic.VISITS: N_("Bookings and visits"),
    Topic.NEEDS: N_("Needs and offers to them"), Topic.RATINGS: N_("Ratings and what follows from them"),
    Topic.DUTIES: N_("Duties and their days"), Topic.OTHER: N_("Everything else"),
}
_ROOMS = {"orders": Topic.VISITS, "needs": Topic.NEEDS, "matching": Topic.NEEDS, "quality": Topic.RATINGS,
          "rulebook": Topic.DUTIES}


def wanted(fact: str, *, urgent: bool, topics: list[str]) -> bool:
    """Whether somebody with these topics wants to hear of a fact."""
    topic = _ROOMS.get(fact.partition(".")[0], Topic.OTHER)
    return topic in topics or (urgent and Topic.URGENT in topics)


def due(kind: Kind, *, urgent: bool, at: datetime) -> datetime:
    """When a letter goes: at once; what rings on a phone and can wait does not ring between 22 and 7."""
    here = at.astimezone(HERE)
    if kind is Kind.EMAIL or urgent or NIGHT[1] <= here.time() < NIGHT[0]:
        return at
    morning = here.replace(hour=NIGHT[1].hour, minute=0, second=0, microsecond=0)
    return (morning if here.time() < NIGHT[1] else morning + timedelta(days=1)).astimezone(UTC)


def again(tries: int, *, at: datetime) -> datetime | None:
    """When a letter that failed is tried again: after 1, 5, 25 minutes, 2 and 10 hours; then no more."""
    return at + timedelta(minutes=5 ** (tries - 1)) if tries < TRIES else None


def address(kind: Kind, given: str) -> str:
    """An address in one form. Refuses: RuleBroken (none of its kind)."""
    text = given.strip()
    if kind is Kind.EMAIL:
        name, _, host = text.rpartition("@")
        well = (name and "." in host and len(text) <= 200 and text.isascii() and text.isprintable()
                and not set(' <>,;:"()[]\\') & set(text) and not host.startswith(".") and not host.endswith("."))
        if not well:
            raise RuleBroken(N_("This is no e-mail address. Write it as name@example.cn."), field="email")
        return f"{name}@{host.lower()}"
    digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 11 and digits[0] == "1"):
        raise RuleBroken(N_("This is no mobile number. It has 11 digits and begins with 1."), field="phone")
    return digits


def masked(kind: Kind, address: str) -> str:
    if kind is Kind.EMAIL:
        name, _, host = address.rpartition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}"
