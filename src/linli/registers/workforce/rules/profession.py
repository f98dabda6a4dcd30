"""When somebody may be registered, how hours of continuing education count, and what a station and a post need."""
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Both, Text

TERM, FIRST, RENEW, DECIDE = "workforce.term", "workforce.first", "workforce.renew", "workforce.decide"
HOURS, DEGREE, DAY, ONCE = "workforce.hours", "workforce.degree", "workforce.hours_a_day", "workforce.once"
STAFFING, ANSWER = "workforce.station_staff", "workforce.answer"
CREDENTIAL = "social_worker"
"""The kind of credential that a registration puts on the passport."""
MOST_MINUTES = 100_000


# Levels and terms


class Level(StrEnum):
    """Of the licence of social workers, the lowest first (国家社会工作者职业水平)."""

    ASSISTANT = "assistant"
    WORKER = "worker"
    SENIOR = "senior"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


LEVELS: dict[Level, Both] = {
    Level.ASSISTANT: Both("Assistant social worker", "助理社会工作师"),
    Level.WORKER: Both("Social worker", "社会工作师"),
    Level.SENIOR: Both("Senior social worker", "高级社会工作师"),
}


class Kind(StrEnum):
    """Of an application: a first one, a renewal within the last months of a term, or one after too long a pause."""

    FIRST = "first"
    RENEWAL = "renewal"
    LATE = "late"


KINDS: dict[Kind, Text] = {
    Kind.FIRST: N_("First registration"), Kind.RENEWAL: N_("Renewal"), Kind.LATE: N_("Registration after a pause"),
}


@dataclass(frozen=True)
class Term:
    """A registration as far as its time goes; the end is excluded."""

    level: Level
    from_: date
    until: date

    def holds(self, on: date) -> bool:
        return self.from_ <= on < self.until

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """The rulebook's figures in force: years of a term, years for a first application, months before a renewal."""

    term_years: int
    first_years: int
    renew_months: int
    hours: Mapping[str, int]
    degree_hours: int
    hours_a_day: int

    def needed(self, level: Level) -> int:
        """Minutes of continuing education in one term."""
        return self.hours[level] * 60


def kind_of_application(
    level: Level, *, certified_on: date, terms: Iterable[Term], figures: Figures, on: date
) -> Kind:
    """What an application of that day for that level is.

    Refuses: RuleBroken (a certificate of the future; renewed too early, 登记办法 Art. 4: from three months before the
    end; a lower level than the registered one).
    """
    if certified_on > on:
        raise RuleBroken(N_("The certificate bears a day that is still to come. Compare it with the paper."),
                         field="certified_on")
    standing = [term for term in terms if term.until > on]
    same = [term for term in standing if term.level is level]
    if any(term.level.rank > level.rank for term in standing):
        raise RuleBroken(N_("You are registered at a higher level. Renew that one."), rule=FIRST, field="level")
    if same:
        last = max(same, key=lambda term: term.until)
        opens = renewable_from(last, figures)
        if on < opens:
            raise RuleBroken(N_("Your registration holds until {last}. It can be renewed from {opens}."), rule=RENEW,
                             last=last.last_day, opens=opens)
        return Kind.RENEWAL
    if on < certified_on + relativedelta(years=figures.first_years):
        return Kind.FIRST
    return Kind.LATE


def renewable_from(term: Term, figures: Figures) -> date:
    return term.until - relativedelta(months=figures.renew_months)


def next_term(level: Level, *, kind: Kind, terms: Iterable[Term], figures: Figures, on: date) -> Term:
    """The term that a decision of that day gives; a renewal goes on from the end of the last one, without a gap."""
    ends = [term.until for term in terms if term.level is level and term.until > on]
    from_ = max(ends) if kind is Kind.RENEWAL and ends else on
    return Term(level, from_, from_ + relativedelta(years=figures.term_years))


def counted_span(level: Level, *, kind: Kind, terms: Iterable[Term], figures: Figures, on: date) -> Term | None:
    """Whose hours an application has to show: the term that ends; after a pause the years before it; at first none."""
    if kind is Kind.FIRST:
        return None
    if kind is Kind.RENEWAL:
        return max((term for term in terms if term.level is level), key=lambda term: term.until)
    return Term(level, on - relativedelta(years=figures.term_years), on + timedelta(days=1))


# Continuing education


class Study(StrEnum):
    COURSE = "course"
    CONFERENCE = "conference"
    SUPERVISION = "supervision"
    PUBLICATION = "publication"
    DEGREE = "degree"


STUDIES: dict[Study, Text] = {
    Study.COURSE: N_("Course or training"), Study.CONFERENCE: N_("Conference or exchange"),
    Study.SUPERVISION: N_("Case supervision"), Study.PUBLICATION: N_("Research or publication"),
    Study.DEGREE: N_("Degree in social work"),
}


@dataclass(frozen=True)
class Entry:
    """Something learnt on these days; `day` is the last of them, by which it belongs to one term only."""

    study: Study
    first_on: date
    last_on: date
    minutes: int

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True)
class Account:
    """The account of one term: minutes needed, counted, waiting to be checked, and still missing."""

    needed: int
    counted: int
    waiting: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.counted)

    @property
    def done(self) -> bool:
        return self.counted >= self.needed


def account(term: Term, *, counted: Iterable[Entry], waiting: Iterable[Entry], figures: Figures) -> Account:
    """Each entry belongs to the one term in which its last day lies: what one term used, the next does not see."""
    return Account(
        figures.needed(term.level), sum(entry.minutes for entry in counted if term.holds(entry.last_on)),
        sum(entry.minutes for entry in waiting if term.holds(entry.last_on)),
    )


def entry(study: Study, *, first_on: date, last_on: date, hours: float, figures: Figures, on: date) -> Entry:
    """What was learnt, as it counts; a degree counts by the rule, whatever hours are given.

    Refuses: RuleBroken (days of the future or in the wrong order; no hours; more of them than the days hold).
    """
    if last_on > on:
        raise RuleBroken(N_("Report it once it is over: its last day is still to come."), field="last_on")
    if last_on < first_on:
        raise RuleBroken(N_("The last day lies before the first one. Compare both with the paper."), field="last_on")
    if study is Study.DEGREE:
        return Entry(study, first_on, last_on, figures.degree_hours * 60)
    minutes = round(hours * 60)
    if not 0 < minutes <= MOST_MINUTES:
        raise RuleBroken(N_("Give the hours that the certificate says."), field="hours")
    found = Entry(study, first_on, last_on, minutes)
    if minutes > found.days * figures.hours_a_day * 60:
        raise RuleBroken(N_("{days} days hold at most {most} hours of learning. Give the hours actually learnt."),
                         rule=DAY, field="hours", days=found.days, most=found.days * figures.hours_a_day)
    return found


def require_once(new: Entry, *, standing: Iterable[Entry], figures: Figures) -> None:
    """Refuses: RuleBroken where a degree was counted before, or where some days together hold more than fits into them:
    a long course with few hours leaves no room for the same day twice."""
    others = list(standing)
    if new.study is Study.DEGREE:
        if any(other.study is Study.DEGREE for other in others):
            raise RuleBroken(N_("A degree counts once, and yours has been reported already."), rule=DEGREE,
                             field="study")
        return
    entries = [new, *(other for other in others if other.study is not Study.DEGREE)]
    for first in {one.first_on for one in entries if one.first_on <= new.first_on}:
        for last in {one.last_on for one in entries if one.last_on >= new.last_on}:
            minutes = sum(one.minutes for one in entries if first <= one.first_on and one.last_on <= last)
            if minutes > ((last - first).days + 1) * figures.hours_a_day * 60:
                raise RuleBroken(N_("On these days you have reported other hours already, and both together are more"
                                    " than the days hold. The same hours count once."), rule=ONCE, field="hours")


# Stations


@dataclass(frozen=True)
class Staffing:
    """How many people a station has, how many of them are registered social workers, and what it needs of both."""

    people: int
    registered: int
    people_needed: int
    registered_needed: int

    @property
    def short(self) -> bool:
        return self.people < self.people_needed or self.registered < self.registered_needed


# Posts


def pay(from_fen: int | None, until_fen: int | None) -> None:
    """Refuses: RuleBroken where the higher figure is the lower one, or a month's pay is none."""
    if from_fen is not None and from_fen <= 0:
        raise RuleBroken(N_("Give the pay of a month, or leave it empty."), field="pay_from")
    if until_fen is not None and (from_fen is None or until_fen < from_fen):
        raise RuleBroken(N_("The highest pay is below the lowest. Compare both."), field="pay_until")


def closing(closes_on: date, *, on: date) -> None:
    """Refuses: RuleBroken where a vacancy closes before tomorrow or after half a year."""
    if not on < closes_on <= on + timedelta(days=183):
        raise RuleBroken(N_("Choose a last day between today and half a year from now."), field="last_on")


def fits(level: str, *, registered: Level | None) -> bool:
    """Whether somebody registered at this level (or not at all) may apply for a post that asks for `level`."""
    return not level or registered is not None and registered.rank >= Level(level).rank


# What people type


def line(text: str, *, field: str, most: int, needed: bool = True) -> str:
    """A text on one line. Refuses: RuleBroken (empty where needed, too long)."""
    return _kept(" ".join(text.split()), field=field, most=most, needed=needed)


def words(text: str, *, field: str, most: int, needed: bool = True) -> str:
    """A text in paragraphs. Refuses: RuleBroken (empty where needed, too long)."""
    lines = (" ".join(one.split()) for one in text.strip().splitlines())
    return _kept(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)), field=field, most=most, needed=needed)


def _kept(text: str, *, field: str, most: int, needed: bool) -> str:
    found = "".join(c for c in unicodedata.normalize("NFC", text) if c == "\n" or unicodedata.category(c)[0] != "C")
    if needed and not found:
        raise RuleBroken(N_("Fill this in: it is needed."), field=field)
    if len(found) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."), field=field,
                         count=len(found), most=most)
    return found


def certificate(text: str, *, field: str = "certificate") -> str:
    """The number of a certificate in its one form: capitals and figures, without spaces or dashes.

    Refuses: RuleBroken (none, too long, other characters).
    """
    found = re.sub(r"[\s\-.·]", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"[0-9A-Z（）()〔〕\[\]/一-鿿]{4,40}", found):
        raise RuleBroken(N_("Give the number that stands on the certificate: 4 to 40 letters and figures."),
                         field=field)
    return found
