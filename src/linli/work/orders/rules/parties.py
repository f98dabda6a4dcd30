"""Several people who take part in one visit together: who they are, as far as they want that known."""
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from uuid import UUID

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.work.orders.rules.visits import words

PARTY_MOST, PLACES = "orders.party_most", "directory.places"
LONGEST_NAME = 30


class PartyKind(StrEnum):
    FAMILY = auto()
    CLASS = auto()
    ELDERS = auto()
    GROUP = auto()


PARTIES: dict[PartyKind, Text] = {
    PartyKind.FAMILY: N_("A family"), PartyKind.CLASS: N_("A school class"),
    PartyKind.ELDERS: N_("Older people of a community"), PartyKind.GROUP: N_("Another group"),
}


@dataclass(frozen=True)
class Attendee:
    """One who takes part: somebody known here, somebody by name only, or just one place."""

    person: UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class Party:
    """`unit` is the organisation for which it is booked, where it is not a family."""

    kind: PartyKind
    attendees: tuple[Attendee, ...]
    unit: UUID | None = None

    @property
    def places(self) -> int:
        return len(self.attendees)


def party(kind: str, *, places: int, people: Sequence[UUID] = (), names: Sequence[str] = (), agreed: bool = False,
          unit: UUID | None = None, most: int) -> Party:
    """The party that somebody describes: places in all, some of them for people known here or for names.

    Refuses, RuleBroken naming the field: fewer than two, more than `most`, more people than places, somebody twice,
    names without the word that those named agreed.
    """
    if kind not in PARTIES:
        raise RuleBroken(N_("Say what kind of group it is."), field="kind")
    if not 2 <= places <= most:
        raise RuleBroken(N_("A group has 2 to {most} people. For one person, book the time as usual."),
                         rule=PARTY_MOST, field="places", most=most)
    if len(set(people)) != len(people):
        raise RuleBroken(N_("Somebody stands in the group twice."), field="people")
    called = [one for one in (" ".join(words(name, most=LONGEST_NAME, field="names").split()) for name in names) if one]
    if called and not agreed:
        raise RuleBroken(N_("Give names only of those who agreed to it, and say so; the others need none."),
                         rule="people.consent", field="agreed")
    if len(people) + len(called) > places:
        raise RuleBroken(N_("You named {named} people and asked for {places} places. Correct one of them."),
                         field="places", named=len(people) + len(called), places=places)
    rest = places - len(people) - len(called)
    who = [*(Attendee(person=one) for one in people), *(Attendee(name=name) for name in called), *[Attendee()] * rest]
    return Party(PartyKind(kind), tuple(who), unit)


def require_counted(came: int | None, *, places: int) -> int:
    """How many of a party came; all of them where nothing is said. Refuses: RuleBroken (none, more than booked)."""
    if came is None:
        return places
    if not 1 <= came <= places:
        raise RuleBroken(N_("Count those who came: between 1 and {places}. If nobody came, say that instead."),
                         field="came", places=places)
    return came
