"""What higher rooms declare: matters, each in one readable place; and how an application looks to what they declare."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any, Protocol
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.text import N_, Text

Answers = Mapping[str, Any]
"""What was filled in, by field, as JSON has it: text, whole numbers (fen), true, days as YYYY-MM-DD, lists."""


_NONE = Text("")
_FREE = N_("Free of charge")
_REMEDIES = N_("You can ask the government above this office, or the office above it, to review the decision within"
               " {review}, or bring a case to the people's court within {suit}.")
"""行政复议法 (2023) Art. 20, 行政诉讼法 Art. 46."""


class Shape(StrEnum):
    """What a field takes."""

    LINE = auto()
    WORDS = auto()  # several lines
    NUMBER = auto()
    MONEY = auto()  # whole fen; typed in yuan
    DAY = auto()
    CHOICE = auto()
    CHOICES = auto()
    YES = auto()  # ticked or not
    PHONE = auto()
    IDENTITY = auto()  # resident identity number
    CODE = auto()  # unified social credit code
    ROWS = auto()  # several rows of the same columns


@dataclass(frozen=True)
class Field:
    """One thing asked. `when` says for which answers it is asked at all; `starts_as` names what is held and it begins
    with; `least` and `most` bound a number, the length of a text, or how many rows."""

    key: str
    label: Text
    shape: Shape = Shape.LINE
    hint: Text = _NONE
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    columns: tuple["Field", ...] = ()
    least: int | None = None
    most: int | None = None
    when: Callable[[Answers], bool] | None = None
    starts_as: str = ""


@dataclass(frozen=True)
class Section:
    key: str
    title: Text
    fields: tuple[Field, ...]
    hint: Text = _NONE


@dataclass(frozen=True)
class Unmet:
    """Something that stands against an application. `rule` is its id in the rulebook; `field` the answer at fault;
    `needs` the answers that it was judged by, `field` alone where left out, `field.column` for a column of rows.

    Where it does not bar, the applicant may hand in all the same and the desk reads it.
    """

    text: Text
    rule: str = ""
    field: str = ""
    values: Mapping[str, Any] = made(default_factory=dict, hash=False)
    bars: bool = True
    needs: tuple[str, ...] = ()


class Trust(StrEnum):
    """How far a material is trusted; 国办函〔2016〕108号."""

    A = "A"  # issued by an office with its seal: fetched, never asked for
    B = "B"  # compared with the original at a counter
    C = "C"  # uploaded by the applicant, the original to be shown when asked
    D = "D"  # made by the applicant, who promises that it is true


TRUSTS: dict[Trust, Text] = {
    Trust.A: N_("issued by an office; we fetch it ourselves"),
    Trust.B: N_("compared with the original at a counter"),
    Trust.C: N_("uploaded by you; keep the original to show it"),
    Trust.D: N_("made by you, with your promise that it is true"),
}


@dataclass(frozen=True)
class Extract:
    """What a register of ours says in place of a paper at the moment at which it is fetched. `sha256` is the digest of
    the `document`'s file; where none was issued, that of what is said is taken."""

    source: Text
    says: tuple[tuple[Text, str], ...]
    number: str = ""
    document: UUID | None = None
    link: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class NotHeld:
    """Why no register of ours holds it: a sentence for who applies, of whom the paper is asked then."""

    why: Text
    values: Mapping[str, Any] = made(default_factory=dict, hash=False)


class Fetch(Protocol):
    def __call__(self, *, person: UUID, organisation: UUID | None, at: datetime) -> Extract | NotHeld: ...


_OTHERWISE = N_("Where it is not so, you are asked to mend it by a day. Where it is not mended, what was granted is"
                " revoked after a second officer has read that, and no promise is taken of you for the time that the"
                " rules set.")


@dataclass(frozen=True)
class Promise:
    """What may be promised in place of a paper, as who promises is told beforehand: what they say is so, how it is
    checked after the decision, and what follows where it is not so. 国办发〔2020〕42号."""

    says: Text
    checked: Text
    otherwise: Text = _OTHERWISE


@dataclass(frozen=True)
class Material:
    """A paper. One of level A is fetched by `fetch`, and asked for only where no register holds it. `promised` lets a
    written promise stand in its place (告知承诺, 国办发〔2020〕42号)."""

    key: str
    title: Text
    trust: Trust = Trust.C
    hint: Text = _NONE
    required: bool = True
    needed_when: Callable[[Answers], bool] | None = None
    kinds: tuple[str, ...] = ("pdf", "ofd", "jpeg", "png")
    most_bytes: int = 20_000_000
    promised: Promise | None = None
    fetch: Fetch | None = None


class Kind(StrEnum):
    """What a step is."""

    ACCEPTANCE = auto()
    REVIEW = auto()
    EXPERT = auto()
    SITE_VISIT = auto()
    THIRD_PARTY = auto()
    HEARING = auto()
    JOINT = auto()  # several bodies answer, each at its own desk
    DECISION = auto()
    DELIVERY = auto()


KINDS: dict[Kind, Text] = {
    Kind.ACCEPTANCE: N_("Acceptance"), Kind.REVIEW: N_("Review"), Kind.EXPERT: N_("Expert opinion"),
    Kind.SITE_VISIT: N_("Site visit"), Kind.THIRD_PARTY: N_("Opinion of a third party"), Kind.HEARING: N_("Hearing"),
    Kind.JOINT: N_("Opinions of several bodies"),
    Kind.DECISION: N_("Decision of the office"), Kind.DELIVERY: N_("Delivery"),
}
STOPS: dict[Kind, str] = {Kind.EXPERT: "expert_review", Kind.SITE_VISIT: "site_check", Kind.THIRD_PARTY: "third_party",
                          Kind.HEARING: "hearing"}
"""The steps during which the clock of the decision stands, and the rulebook's reason for it; 行政许可法 Art. 45."""


class Right(StrEnum):
    """Whether who applies has a right to be heard before it is decided; 行政许可法 Art. 46 and 47."""

    NEVER = auto()
    OFFERED = auto()  # where the desk sees that more than the applicant's interest is touched, it tells of the right
    REFUSAL = auto()  # always before it is refused


class Level(StrEnum):
    """Whose desk: that of the region where the applicant is, or of the one above at this level."""

    HERE = auto()
    TOWNSHIP = auto()
    COUNTY = auto()
    CITY = auto()
    PROVINCE = auto()


LEVELS: dict[Level, Text] = {
    Level.HERE: N_("where you apply"), Level.TOWNSHIP: N_("street or township"), Level.COUNTY: N_("district or county"),
    Level.CITY: N_("city"), Level.PROVINCE: N_("province"),
}


@dataclass(frozen=True)
class Body:
    """One that answers in a joint step, at the desk of its level, within the rulebook's limit of `rule`. Its silence is
    late and public; it counts as assent only where `silence_assents` says so."""

    key: str
    title: Text
    level: Level = Level.COUNTY
    rule: str = "hall.opinion"
    silence_assents: bool = False


@dataclass(frozen=True)
class Step:
    """One step at one desk. `rule` is the rulebook's time limit of it; without one it is done within the decision's.

    `optional` steps are taken only where the desk sees a need.
    """

    key: str
    title: Text
    kind: Kind
    level: Level = Level.COUNTY
    rule: str = ""
    hint: Text = _NONE
    optional: bool = False
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Case:
    """An application as the functions of its matter see it. `answers` hold what the registers held, too."""

    ref: UUID
    number: str
    matter: str
    region: str
    person: UUID
    organisation: UUID | None
    on: date
    answers: Answers


@dataclass(frozen=True)
class Product:
    """What a decision made: a filing, a document, an entry. `link` is the page that shows it, where there is one."""

    title: Text
    number: str = ""
    ref: UUID | None = None
    link: str = ""


class Outcome(Protocol):
    def __call__(self, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]: ...


class HandedIn(Protocol):
    def __call__(self, case: Case, *, by: Actor, at: datetime) -> None: ...


class Held(Protocol):
    """What the registers hold already, by the keys of fields: what is there is shown and not asked for again."""

    def __call__(self, *, person: UUID, organisation: UUID | None, on: date) -> Answers: ...


class Audience(StrEnum):
    PERSON = auto()
    FOUNDERS = auto()  # people, for an organisation that is not there yet
    ORGANISATION = auto()


AUDIENCES: dict[Audience, Text] = {
    Audience.PERSON: N_("residents"), Audience.FOUNDERS: N_("people who found an organisation"),
    Audience.ORGANISATION: N_("organisations"),
}


def nothing_held(*, person: UUID, organisation: UUID | None, on: date) -> Answers:
    """The registers hold nothing that the form asks."""
    return {}


def nothing_taken(case: Case, *, by: Actor, at: datetime) -> None:
    """Handing in takes hold of nothing."""


def nothing_done(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """The decision itself is all."""
    return ()


@dataclass(frozen=True)
class Matter:
    """A kind of application: everything that its guide, form, desks and decision need.

    `questions` are asked before anything is filled, `eligibility` says of their answers (and what is held) what is
    not met; the answers go along into the draft and are not asked again. `faults` says the same of a form, whole or
    not: what is missing or not well formed is not among its answers, and nothing judged by it is told.
    `granted` runs within the decision and may refuse it; `refused` after a refusal was confirmed; `revoked` takes back
    what was granted on a promise that was broken; `deliver` hands
    over afterwards: what fails there is tried again, and nothing is lost.
    """

    key: str
    title: Text
    summary: Text
    audience: Audience
    basis: tuple[Text, ...]
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    conditions: tuple[tuple[Text, str], ...] = ()
    """Each with the id of its rule in the rulebook, or an empty one. A text may name the rule's `{limit}` or `{day}`,
    as it is when the guide is read."""
    materials: tuple[Material, ...] = ()
    questions: tuple[Field, ...] = ()
    eligibility: Callable[[Answers], Sequence[Unmet]] = lambda answers: ()
    faults: Callable[[Case], Sequence[Unmet]] = lambda case: ()
    held: Held = nothing_held
    handed_in: HandedIn = nothing_taken
    """Runs within handing in, each time: what it takes hold of until it ends. It may refuse."""
    granted: Outcome = nothing_done
    refused: Outcome = nothing_done
    revoked: Outcome = nothing_done
    deliver: Outcome | None = None
    cost: Text = _FREE
    documents: tuple[Text, ...] = ()
    remedies: Text = _REMEDIES
    """It may name the time to ask for a `{review}` and to bring a `{suit}`."""
    legal_grounds: tuple[tuple[str, Text], ...] = ()
    """The grounds on which the law lets it be refused; a refusal names one where they are listed."""
    hearing: Right = Right.OFFERED
    batch: bool = False
    """Whether several applications may be granted at once: only where nothing is weighed."""

    def fields(self) -> tuple[Field, ...]:
        return tuple(one for section in self.sections for one in section.fields)

    def first(self) -> tuple[Field, ...]:
        """The questions that the form does not ask: they are answered beforehand, or not at all."""
        keys = {one.key for one in self.fields()}
        return tuple(one for one in self.questions if one.key not in keys)

    def step(self, key: str) -> Step:
        """Refuses: KeyError."""
        return next(step for step in self.steps if step.key == key)


MATTERS: dict[str, Matter] = {}


def declare(matter: Matter) -> None:
    """Offer a matter in the hall. Refuses: ValueError for a key taken, keys twice, or steps in no sensible order."""
    kinds = [step.kind for step in matter.steps]
    keys = [step.key for step in matter.steps]
    asked = [one.key for one in matter.fields()]
    if matter.key in MATTERS:
        raise ValueError(f"{matter.key} is declared already")
    if kinds[:1] != [Kind.ACCEPTANCE] or kinds.count(Kind.DECISION) != 1 or kinds.count(Kind.ACCEPTANCE) != 1:
        raise ValueError(f"{matter.key}: steps begin with the acceptance and have one decision")
    if set(kinds[kinds.index(Kind.DECISION) + 1:]) - {Kind.DELIVERY}:
        raise ValueError(f"{matter.key}: nothing but a delivery follows the decision")
    if wrong := [one.key for one in matter.materials if one.fetch and (one.trust is not Trust.A or one.promised)]:
        raise ValueError(f"{matter.key}: what is fetched is of level A, and nobody promises it: {wrong}")
    for step in matter.steps:
        bodies = [body.key for body in step.bodies]
        if (step.kind is Kind.JOINT) != bool(bodies) or len(set(bodies)) < len(bodies):
            raise ValueError(f"{matter.key}: a joint step names its bodies, each once, and no other step does")
    if len(set(keys)) < len(keys) or len(set(asked)) < len(asked):
        raise ValueError(f"{matter.key}: two steps or fields share a key")
    MATTERS[matter.key] = matter
