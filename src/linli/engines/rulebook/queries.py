from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, Q, QuerySet, Value, When

from linli.engines.rulebook import access, rules
from linli.engines.rulebook.models import ClockStop, Duty
from linli.engines.rulebook.registry import DutyCard
from linli.engines.rulebook.rules import Basis, Confidence, Kind, Rule, Unit
from linli.engines.rulebook.states import LIFE, OWED, State
from linli.kernel.actor import Actor, prefix
from linli.kernel.cjk import normalise
from linli.kernel.database import Tally, grouping, tallied
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text

__all__ = ["OWED", "Basis", "Confidence", "DutyCard", "Kind", "Rule", "Unit"]  # seen from outside through here

# Rules


def rule(id: str, *, on: date, region: str | None = None) -> Rule:
    """The version in force on that day in that region (12-digit code), the most local one first.

    Without a region, what holds in the whole country. Refuses: NotFound.
    """
    found = rules.in_force(book().get(id, ()), on=on, region=region)
    if found is None:
        raise RuleNotFound(N_("No rule {id} is in force on {on}. Choose another day or region."), id=id, on=on)
    return found


class RuleNotFound(NotFound):
    """No such rule, or none in force on that day in that region."""


def last_day(id: str, *, since: date, region: str | None = None) -> tuple[date, bool] | None:
    """The last day to do what a rule asks, and whether that is provisional; None for a rule that counts no days.

    `since` is the day of the event, itself not counted. Refuses: NotFound.
    """
    held = rule(id, on=since, region=region)
    counts = held.unit in {Unit.WORKDAY, Unit.DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR}
    return rules.due_on(held, since) if counts else None


def extension(id: str, *, on: date, region: str | None = None) -> int:
    """By how much the rule lets its limit be extended, in its unit; 0 where it does not, or is not in force."""
    held = rules.in_force(book().get(id, ()), on=on, region=region)
    return int(held.params.get("extension", 0)) if held else 0


def versions(id: str) -> tuple[Rule, ...]:
    """Every version of a rule, oldest first. Refuses: NotFound."""
    found = book().get(id)
    if not found:
        raise RuleNotFound(N_("There is no rule {id}. Look for it in the list of rules."), id=id)
    return found


def in_force(*, on: date, region: str | None = None, topic: str = "", text: str = "") -> list[Rule]:
    """The rules in force, by id; `text` is looked for in id, title, text and basis of both languages."""
    held = (rules.in_force(found, on=on, region=region) for found in book().values())
    wanted = normalise(text)
    return sorted((rule for rule in held if rule and topic in {"", rule.topic} and wanted in _readable(rule)),
                  key=lambda rule: rule.id)


def topics() -> list[str]:
    return sorted({rule.topic for found in book().values() for rule in found})


def local() -> list[Rule]:
    """The rules that hold in some region only."""
    return [rule for found in book().values() for rule in found if rule.jurisdiction != rules.NATIONAL]


@cache
def book() -> dict[str, tuple[Rule, ...]]:
    """All rules: those that come with the program, and this node's own in DATA/rules. Refuses: BadRule."""
    folders = (Path(__file__).parent / "data", Path(settings.DATA) / "rules")
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.toml"))]
    return rules.collect(rule for file in files for rule in rules.parse(file.name, file.read_text("utf-8")))


def _readable(rule: Rule) -> str:
    basis = " ".join(map(str, rule.basis))
    return normalise(f"{rule.id} {rule.title} {rule.title.zh} {rule.text} {rule.text.zh} {basis}")


# Duties


@dataclass(frozen=True)
class StopCard:
    reason: str
    from_: date
    until: date | None


@dataclass(frozen=True)
class DutyFile:
    """A duty with its rule, its clock stops and the moves open to who asks."""

    duty: DutyCard
    rule: Rule | None
    stops: tuple[StopCard, ...]
    moves: tuple[Move, ...]


def duties(
    *, on: date, by: Actor | None = None, public: bool = False, owner: str | None = None,
    state: str | Collection[str] | None = None,
    region: str | None = None, about: Collection[UUID] | None = None, rule_id: str | None = None,
    after: UUID | None = None, most: int = 100,
) -> list[DutyCard]:
    """Duties by due day, the most urgent first. `on` is today, for the days late.

    `by` keeps those of the regions that the actor watches over; without it the caller has judged who may see them.
    `state` is one or several (`OWED` for all that is still owed). `public` keeps what organisations and offices owe.
    `after` is the last ref of the page before.
    """
    rows = access.seen(by) if by is not None else Duty.objects.all()
    rows = rows.public() if public else rows
    states = [state] if isinstance(state, str) else state
    wanted = {"owner": owner, "state__in": states, "rule_id": rule_id, "about__in": about,
              "region_code__startswith": prefix(region) if region else None}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if after is not None and (last := Duty.objects.filter(ref=after).first()):
        rows = rows.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, ref__gt=last.ref))
    return [_card(row, on) for row in rows.order_by("due_on", "ref")[:most]]


def counts(*, by: Actor) -> dict[str, dict[str, int]]:
    """How many duties of the actor's regions are in each state, by region; one query."""
    found: dict[str, dict[str, int]] = {}
    rows = access.seen(by).order_by("region_code", "state").values_list("region_code", "state")
    for region, state, count in rows.annotate(Count("pk")):
        found.setdefault(region, dict.fromkeys(State, 0))[State(state)] = count
    return found


def overdue(by: Actor) -> QuerySet[Duty]:
    """The duties of the actor's regions that are overdue; for counting."""
    return access.seen(by).filter(state=State.OVERDUE)


def late(*, region: str | None = None) -> tuple[int, int]:
    """How many duties of organisations and offices are overdue in a region, and how many of them are the offices'.

    Public, like the list of them; one query.
    """
    return late_of(tallied(late_tally(region=region)))


def late_tally(*, region: str | None = None) -> Tally:
    """`late`, to be counted together with other things; `late_of` reads it."""
    rows = Duty.objects.public().filter(state=State.OVERDUE)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    label = Case(When(owner__startswith="region:", then=Value("late ours")), default=Value("late theirs"))
    return grouping(label, rows)


def late_of(counted: Mapping[str, int]) -> tuple[int, int]:
    """`late`, of what was counted."""
    ours = counted.get("late ours", 0)
    return ours + counted.get("late theirs", 0), ours


def duty(ref: UUID, *, on: date, by: Actor) -> DutyFile:
    """One duty, for who owes it, is owed, or watches over its region. Refuses: NotFound."""
    row = access.duty(ref, by=by)
    stops = tuple(StopCard(s.reason, s.from_on, s.until_on) for s in row.stops.order_by("from_on", "pk"))
    moves = tuple(m for m in LIFE.open_to(access.held(row, by=by), state=row.state))
    return DutyFile(_card(row, on), _rule(row), stops, moves)


def recount(row: Duty, stops: Iterable[ClockStop]) -> tuple[date, bool]:
    """When a duty is due by its rule, its extension and the stops that have ended, and whether that is provisional."""
    held = rule(row.rule_id, on=row.since, region=row.region_code)
    ended = [rules.Stop(stop.from_on, stop.until_on) for stop in stops if stop.until_on]
    return rules.due_on(held, row.since, ended, more=row.extension)


def _rule(row: Duty) -> Rule | None:
    return rules.in_force(book().get(row.rule_id, ()), on=row.since, region=row.region_code)


def _card(row: Duty, on: date) -> DutyCard:
    held = _rule(row)
    ended = {State.MET_LATE: row.met_on, State.OVERDUE: on, State.RUNNING: row.due_on if row.provisional else on}
    end = ended.get(State(row.state)) or row.due_on
    return DutyCard(
        row.ref, row.rule_id, held.title if held else Text(row.rule_id), row.owner, row.owed_to, row.about,
        row.region_code, row.since, row.due_on, row.provisional, row.state, max(0, (end - row.due_on).days),
    )


