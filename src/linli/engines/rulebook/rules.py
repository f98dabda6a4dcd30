"""The shape of a rule, how rule files are read, which version is in force, and how a deadline is counted."""
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from linli.kernel.actor import prefix
from linli.kernel.calendar import CalendarNotPublished, is_workday, provisional_deadline
from linli.kernel.calendar import Unit as Span
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Both, Text

NATIONAL = "CN"
ALWAYS = date.max
NOTHING = Text("")


class Unit(StrEnum):
    """What a figure counts. The first four make deadlines; hours and minutes make spans of a clock."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    MINUTE = "minute"
    RATIO = "ratio"
    FEN = "fen"
    COUNT = "count"
    METRE = "metre"


_SPANS = {
    Unit.WORKDAY: (("working day", "working days"), "个工作日"), Unit.DAY: (("day", "days"), "日"),
    Unit.MONTH: (("month", "months"), "个月"), Unit.YEAR: (("year", "years"), "年"),
    Unit.HOUR: (("hour", "hours"), "小时"), Unit.MINUTE: (("minute", "minutes"), "分钟"),
}


class Kind(StrEnum):
    RULE = "rule"  # law: holds for everyone in the jurisdiction
    SETTING = "setting"  # a default that the office in charge may change


class Confidence(StrEnum):
    S = "S"  # the article itself was read
    S2 = "S2"  # seen at second hand
    M = "M"  # common practice or memory
    DOUBTFUL = "M!"


class BadRule(ValueError):
    """A rule file that cannot be trusted: names the file, the line and the rule. A fault of the node, no refusal."""


@dataclass(frozen=True)
class Basis:
    title: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.title} {self.article}".strip()


@dataclass(frozen=True)
class Rule:
    """One version of one rule in one jurisdiction. In force from `from_`, until the day before `until`."""

    id: str
    topic: str
    kind: Kind
    title: Both
    text: Both
    jurisdiction: str
    from_: date
    confidence: Confidence
    until: date = ALWAYS
    figure: Decimal | None = None
    unit: Unit | None = None
    basis: tuple[Basis, ...] = ()
    source: Text = NOTHING
    place: Text = NOTHING
    """What the jurisdiction is called where no register of regions knows its code."""
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def amount(self) -> int:
        """The figure as a whole number. Refuses: ValueError for a rule without one."""
        if self.figure is None or self.figure != int(self.figure):
            raise ValueError(f"{self.id} has no whole figure")
        return int(self.figure)

    @property
    def ratio(self) -> Decimal:
        """The figure as it is. Refuses: ValueError for a rule without one."""
        if self.figure is None:
            raise ValueError(f"{self.id} has no figure")
        return self.figure

    @property
    def span(self) -> timedelta:
        """The figure as time on a clock. Refuses: ValueError for units that only a calendar can count."""
        match self.unit:
            case Unit.MINUTE:
                return timedelta(minutes=self.amount)
            case Unit.HOUR:
                return timedelta(hours=self.amount)
            case Unit.DAY:
                return timedelta(days=self.amount)
        raise ValueError(f"{self.id} is not counted on a clock")

    @property
    def said(self) -> dict[str, Both]:
        """What a text may say of it in its reader's language: `limit`, its figure with the unit where it counts time;
        `day`, its day of the year where it names one."""
        found = {}
        if self.figure is not None and self.unit in _SPANS:
            (one, many), unit = _SPANS[self.unit]
            found["limit"] = Both(f"{self.figure} {one if self.figure == 1 else many}", f"{self.figure} {unit}")
        if "month" in self.params and "day" in self.params:
            day = date(2000, int(self.params["month"]), int(self.params["day"]))
            found["day"] = Both(f"{day.day} {day:%B}", f"{day.month}月{day.day}日")
        return found

    @property
    def article(self) -> str:
        """Title and article of the first basis, empty for a plain setting."""
        return str(self.basis[0]) if self.basis else ""

    def covers(self, region: str | None) -> bool:
        """Whether the rule holds in a region; without one, only what holds everywhere."""
        if self.jurisdiction == NATIONAL:
            return True
        return region is not None and region.startswith(prefix(self.jurisdiction))

    def holds(self, on: date) -> bool:
        return self.from_ <= on < self.until


def in_force(versions: Iterable[Rule], *, on: date, region: str | None) -> Rule | None:
    """Of one rule's versions, the one that holds on that day; the most local jurisdiction first."""
    if isinstance(on, datetime):
        raise TypeError("A moment is not a day: take its date in Asia/Shanghai first.")
    held = [rule for rule in versions if rule.holds(on) and rule.covers(region)]
    return max(held, key=_locality, default=None)


def _locality(rule: Rule) -> int:
    return 0 if rule.jurisdiction == NATIONAL else len(prefix(rule.jurisdiction))


# Deadlines


@dataclass(frozen=True)
class Stop:
    """A time when the clock stood: from `from_` until the day before `until`."""

    from_: date
    until: date


def due_on(rule: Rule, since: date, stops: Iterable[Stop] = (), *, more: int = 0) -> tuple[date, bool]:
    """The last day to do what is owed, and whether that is provisional (a year without a published holiday table).

    The day of the event is not counted; each stop moves the end by its days, counted as the rule counts. Hours round up
    to days. `more` is by how much the limit was extended, in its unit. `params.extended` moves an end that is no
    working day to the next one (民法典 Art. 203).
    Refuses: ValueError for a rule that counts no time.
    """
    amount, unit = rule.amount + more, rule.unit
    if unit is Unit.HOUR:
        amount, unit = -(-amount // 24), Unit.DAY
    if unit not in {Unit.WORKDAY, Unit.DAY, Unit.MONTH, Unit.YEAR}:
        raise ValueError(f"{rule.id} counts no days")
    extended = bool(rule.params.get("extended", False))
    end, guessed = provisional_deadline(since, amount=amount, unit=Span(unit), extended=extended)
    for stop in stops:
        if unit is Unit.WORKDAY:
            lost, guess = _workdays(stop)
            end, more = provisional_deadline(end, amount=lost, unit=Span.WORKDAY)
        else:
            lost, guess = (stop.until - stop.from_).days, False
            end, more = provisional_deadline(end, amount=lost, unit=Span.DAY, extended=extended)
        guessed = guessed or guess or more
    return end, guessed


def may_extend(due: date, *, most: int, days: int, before: bool, rule: str, on: date) -> None:
    """Refuses: Conflict (extended before), RuleBroken (the rule allows none, or less; the limit has passed)."""
    if not most:
        raise RuleBroken(N_("The law that sets this limit does not let it be extended."), rule=rule)
    if before:
        raise Conflict(N_("This limit was extended already: it is extended once only."), rule=rule)
    if on > due:
        raise RuleBroken(N_("The limit passed on {day}. A limit is extended before it has passed."), rule=rule, day=due)
    if not 0 < days <= most:
        raise RuleBroken(N_("This limit is extended by 1 to {most}, counted as the rule counts."), rule=rule,
                         field="days", most=most)


def _workdays(stop: Stop) -> tuple[int, bool]:
    count, guessed, day = 0, False, stop.from_
    while day < stop.until:
        day += timedelta(days=1)
        try:
            count += is_workday(day)
        except CalendarNotPublished:
            count, guessed = count + (day.weekday() < 5), True
    return count, guessed


# Files

_MUST = {"id", "kind", "title", "text", "jurisdiction", "from", "source", "confidence"}
_KEYS = _MUST | {"amount", "unit", "until", "basis", "params", "place"}


def parse(name: str, content: str) -> list[Rule]:
    """The rules of one file; its name is their topic. Refuses: BadRule, with file, line and id."""
    try:
        tables = tomllib.loads(content).get("rule", [])
    except tomllib.TOMLDecodeError as why:
        raise BadRule(f"{name}: {why}") from why
    return [_rule(name, content, table) for table in tables]


def collect(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Versions by id, oldest first. Refuses: BadRule where two versions of one jurisdiction overlap."""
    versions: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: (rule.id, rule.jurisdiction, rule.from_)):
        before = versions.setdefault(rule.id, [])
        if before and before[-1].jurisdiction == rule.jurisdiction and before[-1].until > rule.from_:
            raise BadRule(f"{rule.topic}: {rule.id}: two versions for {rule.jurisdiction} hold on {rule.from_}")
        before.append(rule)
    return {id: tuple(sorted(found, key=lambda rule: rule.from_)) for id, found in versions.items()}


def _rule(name: str, content: str, table: dict[str, Any]) -> Rule:
    id = str(table.get("id", "?"))
    marks = (n for n, line in enumerate(content.splitlines(), start=1) if line.replace(" ", "") == f'id="{id}"')
    where = f"{name}, line {next(marks, '?')}: {id}"
    if faults := sorted(table.keys() - _KEYS) + sorted(_MUST - table.keys()):
        raise BadRule(f"{where}: unknown or missing: {', '.join(faults)}")
    try:
        rule = Rule(
            id=id, topic=name.removesuffix(".toml"), kind=Kind(table["kind"]),
            title=Both.of(table["title"]), text=Both.of(table["text"]), jurisdiction=table["jurisdiction"],
            from_=table["from"], until=table.get("until", ALWAYS), confidence=Confidence(table["confidence"]),
            figure=Decimal(str(table["amount"])) if "amount" in table else None,
            unit=Unit(table["unit"]) if "unit" in table else None,
            basis=tuple(Basis(**basis) for basis in table.get("basis", [])), source=_source(table["source"]),
            place=_source(table.get("place", "")),
            params=MappingProxyType(table.get("params", {})),
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as why:
        raise BadRule(f"{where}: {type(why).__name__}: {why}") from why
    if fault := _fault(rule):
        raise BadRule(f"{where}: {fault}")
    return rule


def _source(said: str | dict[str, str]) -> Text:
    """An address stands as it is; what is said in words is said in both languages."""
    return Both.of(said) if isinstance(said, dict) else Text(said)


def _fault(rule: Rule) -> str:
    dates = all(type(day) is date for day in (rule.from_, rule.until))
    checks = (
        (not dates, "from and until are days"),
        (dates and not rule.from_ < rule.until, "it ends before it begins"),
        (not (rule.title and rule.title.zh and rule.text and rule.text.zh), "title and text stand in both languages"),
        ((rule.figure is None) != (rule.unit is None), "an amount has a unit, and a unit an amount"),
        (rule.jurisdiction != NATIONAL and not rule.jurisdiction.isdigit(), "the jurisdiction is CN or a region code"),
        (rule.kind is Kind.RULE and rule.confidence in {Confidence.M, Confidence.DOUBTFUL},
         "what was not read in a source can only be a setting"),
        (rule.kind is Kind.RULE and not rule.basis, "law names its basis"),
    )
    return next((fault for wrong, fault in checks if wrong), "")
