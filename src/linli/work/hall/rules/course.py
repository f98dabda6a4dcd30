"""How an application runs: whose desk, which step is next, who may read a refusal again, what a locality changes."""
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum, auto
from uuid import UUID

from linli.kernel.actor import prefix
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Both, Text
from linli.work.hall.registry import Kind, Level, Material, Matter, Step, Trust

ACCEPT, DECIDE, DELIVER = "gov.tell_gaps_once", "gov.decide", "gov.deliver"
PACK = "hall.pack_tries"
RECTIFY = "gov.rectify_bad_rating"
REVIEW, SUIT = "gov.ask_for_review", "gov.sue"
OPINION = "hall.opinion"
CHECK, MEND, BAR = "hall.check_promise", "hall.mend_promise", "hall.promise_bar"
GRADES = (1, 2, 3, 4, 5)
BAD = 2  # 不满意 and 非常不满意; 国办发〔2019〕51号
LONGEST = 2000
TRIES = 5
"""So often a delivery is tried before it waits for somebody."""
_SIZES = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9}


RETURNS: dict[str, Text] = {
    "not_needed": N_("No decision of an office is needed for this"),
    "not_competent": N_("Another body decides this"),
    "not_completed": N_("What was missing was not handed in"),
}
"""Why an application is not accepted; 行政许可法 Art. 32."""


class Letter(StrEnum):
    """What the office writes about an application, for who applied to keep."""

    ACCEPTED = auto()
    INCOMPLETE = auto()
    RETURNED = auto()
    REFUSED = auto()
    REVOKED = auto()


LETTERS: dict[Letter, Both] = {
    Letter.ACCEPTED: Both("Notice of acceptance", "受理通知书"),
    Letter.INCOMPLETE: Both("Notice of what is missing", "一次性补正告知书"),
    Letter.RETURNED: Both("Notice that it is not accepted", "不予受理通知书"),
    Letter.REFUSED: Both("Decision not to grant", "不予批准决定书"),
    Letter.REVOKED: Both("Decision to revoke", "撤销决定书"),
}


def letters(state: str, *, asked: bool, accepted: bool) -> list[Letter]:
    """Those that there are by now, in the order in which they came."""
    there = {Letter.INCOMPLETE: asked, Letter.ACCEPTED: accepted, Letter.RETURNED: state == Letter.RETURNED,
             Letter.REFUSED: state == Letter.REFUSED, Letter.REVOKED: state == Letter.REVOKED}
    return [letter for letter, is_ in there.items() if is_]


def pack_pause(tries: int) -> timedelta:
    """How long to wait before an application that could not be packed is tried again: twice as long each time, a day at
    most."""
    return timedelta(minutes=min(2 ** min(tries, 11), 24 * 60))


def desk(region: str, level: Level) -> str:
    """The region whose desk does it: the applicant's own, or the one above at that level."""
    size = _SIZES.get(level, 12)
    return region if level is Level.HERE else region[:size].ljust(12, "0")


def next_step(matter: Matter, done: Collection[str]) -> Step | None:
    """The first step that is not done yet; None after the last."""
    return next((step for step in matter.steps if step.key not in done), None)


def before_decision(matter: Matter, done: Collection[str]) -> list[Step]:
    """The steps that still have to be taken before it can be decided."""
    steps = matter.steps[:[step.kind for step in matter.steps].index(Kind.DECISION)]
    return [step for step in steps if step.key not in done and not step.optional]


def decision(matter: Matter) -> Step:
    return next(step for step in matter.steps if step.kind is Kind.DECISION)


def limit(step: Step) -> str:
    """The id of the rule by which a step is due; empty where it has no limit of its own."""
    given = {Kind.ACCEPTANCE: ACCEPT, Kind.DECISION: DECIDE, Kind.DELIVERY: DELIVER}
    return step.rule or given.get(step.kind, "")


def second_reader(proposed_by: UUID, by: UUID) -> None:
    """Refuses: RuleBroken where the one who proposed a decision against somebody would confirm it, too."""
    if proposed_by == by:
        raise RuleBroken(N_("Somebody else reads a decision against somebody a second time. Ask a colleague to confirm"
                            " or send it back."), rule="hall.second_reader")


def ask_once(asked_before: bool) -> None:
    """Refuses: RuleBroken for a second request; 行政许可法 Art. 32."""
    if asked_before:
        raise RuleBroken(N_("Everything missing is asked for once only, and it was asked for already. Accept it, or do"
                            " not accept it if what was asked for is still missing."), rule=ACCEPT)


def silent(answer_by: date | None, *, on: date, provisional: bool) -> bool:
    """Whether the time to answer is over, so that what was handed in counts as accepted; 行政许可法 Art. 32 (4)."""
    return answer_by is not None and answer_by < on and not provisional


def answers_in_time(answer_by: date | None, *, on: date, provisional: bool) -> None:
    """Refuses: Conflict for an answer that comes too late, whether or not the clock has said so yet."""
    if silent(answer_by, on=on, provisional=provisional):
        raise Conflict(N_("The time to answer is over: since the day on which it arrived it counts as accepted, and"
                          " from then on the time to decide runs."), rule=ACCEPT)


def words(text: str, *, field: str) -> str:
    """What an officer or applicant wrote. Refuses: RuleBroken for nothing, or more than 2,000 characters."""
    said = text.strip()
    if not said:
        raise RuleBroken(N_("Write it in a sentence or two: the other side reads it."), field=field, rule="hall.words")
    if len(said) > LONGEST:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Say it shorter."), field=field,
                         rule="hall.words", count=len(said), most=LONGEST)
    return said


def ground(matter: Matter, key: str) -> str:
    """The ground of a refusal. Refuses: RuleBroken where the law lists grounds and none of them is named."""
    if matter.legal_grounds and key not in dict(matter.legal_grounds):
        raise RuleBroken(N_("Name the ground on which the law lets this be refused."), field="ground",
                         rule="gov.give_reasons")
    return key if matter.legal_grounds else ""


def same_version(ours: int, theirs: int) -> None:
    """Refuses: Conflict where the draft was saved elsewhere since it was read."""
    if ours != theirs:
        raise Conflict(N_("This draft was saved in another tab or on another device meanwhile. Nothing is lost: what"
                          " you typed stands below, with what was saved beside it. Choose and save again."))


# Localities


class BadOverride(ValueError):
    """A file of local rules that cannot be trusted: names the file and what is wrong. A fault of the node."""


@dataclass(frozen=True)
class Override:
    """What a locality changes of a matter, from a day until the day before another."""

    matter: str
    region: str
    from_: date
    until: date
    basis: Text
    limits: dict[str, str] = field(default_factory=dict, hash=False)
    """By step, the id of the rule that holds here."""
    desks: dict[str, Level] = field(default_factory=dict, hash=False)
    without: frozenset[str] = frozenset()
    """Materials that are not asked here."""
    materials: tuple[Material, ...] = ()
    """Materials that are asked here, too."""
    unpromised: frozenset[str] = frozenset()
    """Materials in whose place no promise is taken here."""

    def holds(self, matter: str, region: str, on: date) -> bool:
        return self.matter == matter and region.startswith(prefix(self.region)) and self.from_ <= on < self.until


def overrides(name: str, content: str) -> list[Override]:
    """The overrides of one TOML file. Refuses: BadOverride."""
    try:
        return [_override(table) for table in tomllib.loads(content).get("override", [])]
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as why:
        raise BadOverride(f"{name}: {type(why).__name__}: {why}") from why


def _override(table: dict[str, object]) -> Override:
    known = {"matter", "region", "from", "until", "basis", "limits", "desks", "without", "materials",
             "without_promise"}
    if faults := table.keys() - known:
        raise ValueError(f"unknown: {', '.join(sorted(faults))}")
    given: dict[str, object] = dict(table)
    desks, without, more = given.get("desks", {}), given.get("without", []), given.get("materials", [])
    bare = given.get("without_promise", [])
    limits, basis, until = given.get("limits", {}), given["basis"], given.get("until", date.max)
    if not (isinstance(desks, dict) and isinstance(without, list) and isinstance(more, list)
            and isinstance(bare, list) and isinstance(limits, dict) and isinstance(basis, dict)):
        raise TypeError("desks and limits are tables, without and materials are lists, basis stands in both languages")
    if not isinstance(given["from"], date) or not isinstance(until, date) or given["from"] >= until:
        raise ValueError("from and until are days, in their order")
    return Override(
        str(given["matter"]), str(given["region"]), given["from"], until, Both.of(basis),
        {str(step): str(rule) for step, rule in limits.items()}, {str(s): Level(level) for s, level in desks.items()},
        frozenset(map(str, without)),
        tuple(Material(one["key"], Both.of(one["title"]), Trust(one.get("trust", "C"))) for one in more),
        frozenset(map(str, bare)),
    )


def localised(matter: Matter, changes: Iterable[Override], *, region: str, on: date) -> Matter:
    """The matter as it holds in a region on a day: the widest locality first, the most local one last."""
    held: Sequence[Override] = sorted((one for one in changes if one.holds(matter.key, region, on)),
                                      key=lambda one: (len(prefix(one.region)), one.from_))
    for one in held:
        matter = replace(
            matter,
            steps=tuple(replace(step, rule=one.limits.get(step.key, step.rule),
                                level=one.desks.get(step.key, step.level)) for step in matter.steps),
            materials=(*(replace(m, promised=None) if m.key in one.unpromised else m for m in matter.materials
                         if m.key not in one.without), *one.materials),
            basis=(*matter.basis, one.basis),
        )
    return matter
