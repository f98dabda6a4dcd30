"""What people may ask of their data, and what children's data ask of everybody."""
from datetime import date
from enum import StrEnum, auto

from dateutil.relativedelta import relativedelta

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

SHORTEST_WORDS = 4
LONGEST_WORDS = 1000


class Right(StrEnum):
    """What somebody may ask of an office; its answer is owed by the rule of the same name."""

    COPY = auto()
    CORRECTION = auto()
    DELETION = auto()
    EXPLANATION = auto()


class Part(StrEnum):
    """What only an office can correct, since it was checked."""

    NAME = auto()
    ID_NUMBER = auto()
    BIRTH_ON = auto()
    GENDER = auto()
    OTHER = auto()


RIGHTS: dict[Right, Text] = {
    Right.COPY: N_("Copy on paper"), Right.CORRECTION: N_("Correction"), Right.DELETION: N_("Deletion of a part"),
    Right.EXPLANATION: N_("Explanation by a person"),
}
HINTS: dict[Right, Text] = {
    Right.COPY: N_("Printed by the office, to be fetched or sent."),
    Right.CORRECTION: N_("Something checked is wrong: name, ID number, date of birth, gender, a special group."),
    Right.DELETION: N_("Something is kept that is no longer needed."),
    Right.EXPLANATION: N_("A person looks again at what the machine decided, and tells you why."),
}
PARTS: dict[Part, Text] = {
    Part.NAME: N_("full name"), Part.ID_NUMBER: N_("ID number"), Part.BIRTH_ON: N_("date of birth"),
    Part.GENDER: N_("gender"), Part.OTHER: N_("something else"),
}


def rule_of(right: Right) -> str:
    """The deadline of the rulebook by which it is answered."""
    return f"people.{right}"


def right(word: str) -> Right:
    """Refuses: RuleBroken."""
    if word not in list(Right):
        raise RuleBroken(N_("Choose what you ask for."), rule="people.right", field="right")
    return Right(word)


def part(word: str) -> Part:
    """Refuses: RuleBroken."""
    if word not in list(Part):
        raise RuleBroken(N_("Choose what is wrong."), rule="people.part", field="part")
    return Part(word)


def words(text: str, *, field: str) -> str:
    """What somebody writes to the office, or it to them. Refuses: RuleBroken under 4 characters or over 1,000."""
    kept = text.strip()
    if not SHORTEST_WORDS <= len(kept) <= LONGEST_WORDS:
        raise RuleBroken(N_("Write between {least} and {most} characters."), rule="people.words", field=field,
                         least=SHORTEST_WORDS, most=LONGEST_WORDS)
    return kept


def day(text: str) -> date:
    """A day as the office types it, such as 1952-03-08. Refuses: RuleBroken."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RuleBroken(N_("Write the day as year, month and day, such as 1952-03-08."), rule="people.birth",
                         field="value") from None


def birthday(born_on: date, *, age: int) -> date:
    """The day on which somebody reaches an age; who is born on 29 February, on 1 March in other years."""
    reached = born_on + relativedelta(years=age)
    return reached if reached.day == born_on.day else reached + relativedelta(days=1)
