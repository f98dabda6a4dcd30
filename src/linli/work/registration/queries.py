from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.engines.documents import queries as documents
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_, Both
from linli.registers.accounts import queries as accounts
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.hall import queries as hall
from linli.work.hall.registry import Answers, Extract, NotHeld, Unmet
from linli.work.registration.models import FailedCheck, PublishedReport, WantedName
from linli.work.registration.rules import Figure, Figures, Kind, annual, naming
from linli.work.registration.rules import registered as items
from linli.work.registration.rules.annual import Conclusion, Owed, Progress, Window
from linli.work.registration.rules.naming import Check, Standing, Taken
from linli.work.registration.states import CONCLUDE, State

_BEGINNINGS = {Kind.SOCIETY: "51", Kind.AGENCY: "52", Kind.FOUNDATION: "53"}
_DIGITS = {Kind.SOCIETY: 6, Kind.AGENCY: 6, Kind.FOUNDATION: 2}
"""How far down registrars go: a county or city for societies and agencies, a province for foundations."""
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
YEARS = 5
"""So many years of reports are told of."""


def figures(ids: Collection[str], *, on: date, region: str | None = None) -> Figures:
    """These rules as they are in force on that day in that region; those that are not are left out."""
    found = {}
    for id in ids:
        try:
            rule = rulebook.rule(id, on=on, region=region)
        except NotFound:
            continue
        found[id] = Figure(rule.kind is rulebook.Kind.RULE, rule.figure, rule.params)
    return found


def newest(ids: Collection[str]) -> Figures:
    """The newest version of these rules for the whole country, for what is asked without a day."""
    found = {id: rulebook.versions(id)[-1] for id in ids}
    return {id: Figure(rule.kind is rulebook.Kind.RULE, rule.figure, rule.params) for id, rule in found.items()}


def registrar(kind: Kind, region: str) -> str:
    """The region whose civil affairs office registers such an organisation there (12-digit code)."""
    return region[:_DIGITS[kind]].ljust(12, "0")


def registrar_name(kind: Kind, region: str) -> str:
    """What the civil affairs office that registers such an organisation there is called; as the register writes it."""
    code = registrar(kind, region)
    called = places.names([code]).get(code, "")
    return f"{called}{'民政厅' if called.endswith(('省', '自治区')) else '民政局'}"


def new_code(kind: Kind, office: str, application: UUID) -> str:
    """The unified social credit code of an organisation founded by this application; the same each time it is asked.

    Its own part begins with MJ, as those of civil affairs do; the office that allots the ranges may set another.
    """
    number, body = application.int, ""
    for _ in range(6):
        number, sign = divmod(number, len(_SIGNS))
        body += _SIGNS[sign]
    return organisations.code_of(kind, office, f"MJ{body}")


def check_name(name: str, *, kind: str, region: str, on: date, but_of: UUID | None = None,
               application: UUID | None = None) -> Check:
    """Whether a name may be used there, everything that stands against it, and the names that look like it.

    `but_of` leaves out the names of an organisation that changes its own, `application` what it holds itself. Six
    queries.
    Refuses: RuleBroken (no such kind or region). Source: 民政部令第69号.
    """
    if kind not in set(Kind):
        raise RuleBroken(N_("Choose what is to be founded: a society, a social service agency or a foundation."),
                         field="kind")
    here = places.region(region)
    if here is None:
        raise RuleBroken(N_("Choose the region."), field="region")
    wanted = Kind(kind)
    office = registrar(wanted, region)
    line = [*here.above, here.name][:3]  # no registrar below the county
    taken = [one for card in _borne(office) if card.organisation != but_of for one in _taken(card)]
    law = figures(naming.RULES, on=on, region=region)
    taken += _wanted(office, application, on=on, law=law)
    return naming.check(name, kind=wanted, line=line, taken=taken, on=on, figures=law)


def _wanted(office: str, but_of: UUID | None, *, on: date, law: Figures) -> list[Taken]:
    """What open applications hold there."""
    rows = [row for row in WantedName.objects.filter(office=office).order_by("wanted_at", "pk")
            if row.application_id != but_of]
    waits = hall.pending([row.application_id for row in rows]) if rows else {}
    return [Taken(row.name, Kind(row.kind), Standing.HELD) for row in rows
            if row.application_id in waits and naming.wanted(waits[row.application_id], on=on, figures=law)]


def _borne(office: str) -> list[organisations.NameCard]:
    return organisations.borne(begin + office[:6] for begin in _BEGINNINGS.values())


def _taken(card: organisations.NameCard) -> list[Taken]:
    """How a name is held: of one that was revoked and then deregistered in both ways, each with its own time."""
    if card.kind not in set(Kind):
        return []
    held: list[tuple[Standing, date | None]] = [(Standing.REGISTERED, None)]
    if card.until is not None:
        held = [(Standing.REVOKED if card.revoked_on else Standing.GIVEN_UP, card.until)]
    elif card.status == "deregistered":
        revoked = [(Standing.REVOKED, card.revoked_on)] if card.revoked_on else []
        held = [*revoked, (Standing.GIVEN_UP, card.ended_on)]
    elif card.status == "revoked":
        held = [(Standing.REVOKED, card.ended_on)]
    return [Taken(card.name, Kind(card.kind), standing, since, str(card.organisation)) for standing, since in held]


@dataclass(frozen=True)
class Day:
    """One day of a report, and how it stands. Where the register does not say when it was done, `done_on` is empty."""

    window: Window
    done_on: date | None
    progress: Progress | None
    """None where the register does not tell whether it was done."""


@dataclass(frozen=True)
class Year:
    """What became of one year's report."""

    year: int
    record: Mapping[str, Any]
    days: tuple[Day, ...]
    exempt: bool
    rectify_by: date | None

    @property
    def late(self) -> bool:
        return any(day.progress in (Progress.LATE, Progress.MISSING) for day in self.days
                   if day.window.owed not in annual.OURS)


@dataclass(frozen=True)
class Reports:
    """The yearly reports of an organisation, the newest first; `misses` are the years that may end its registration."""

    ref: UUID
    name: str
    kind: Kind
    charity: bool
    supervised: bool
    years: tuple[Year, ...]
    misses: tuple[int, ...]
    most_misses: int
    """So many in a row end it; 0 where no rule says so."""
    registrar: str
    """The region whose office keeps its entry."""

    @property
    def current(self) -> Year | None:
        return self.years[0] if self.years else None


def annual_reports(ref: UUID | str, *, on: date, at: datetime, by: Actor = ANONYMOUS) -> Reports:
    """By when an organisation owes its report, and how it stood in the last years; three queries.

    Refuses: NotFound (absent or hidden, or a body that is no social organisation and reports elsewhere).
    """
    held = organisations.as_of(ref, on=on, known_at=at, by=by)
    told = held.folded
    if told.text("kind") not in set(Kind):
        raise NotFound(N_("Companies and public institutions do not report to civil affairs."))
    kind, begun, ended = Kind(told.text("kind")), told.day("established_on"), told.day("ended_on")
    first = max(begun.year if begun else on.year - 1, on.year - YEARS)
    last = min(on.year - 1, ended.year - 1) if ended else on.year - 1
    year_of = _years(held, on)
    years = tuple(year_of(year) for year in range(last, first - 1, -1))
    law = figures(annual.RULES, on=on)
    rule = law.get(f"annual.{kind}_misses")
    return Reports(held.ref, held.name, kind, bool(told.get("charity")), _supervised(held), years,
                   _misses(kind, years, law), rule.whole if rule else 0, registrar(kind, told.text("region")))


def _supervised(held: organisations.Registered) -> bool:
    """Only societies may have no supervising unit."""
    return held.folded.text("kind") != Kind.SOCIETY or bool(held.folded.text("supervising_unit"))


def _years(held: organisations.Registered, on: date) -> Callable[[int], Year]:
    """What became of each year's report, by the register."""
    told = held.folded
    records = {int(one["year"]): one for one in held.public("annual_reports")}
    first_filing = held.steps[0].filing if held.steps else None
    since = date.max  # of an entry taken over the register keeps no reports until it is told of one
    if first_filing and (records or first_filing.kind == "establishment"):
        since = timezone.localdate(first_filing.filed_at)
    first_out = _first_published(held)
    return lambda year: _year(
        year, Kind(told.text("kind")), told.day("established_on"), records.get(year, {}),
        charity=bool(told.get("charity")), supervised=_supervised(held), on=on, since=since,
        region=told.text("region"), published=first_out.get(year))


def _year(year: int, kind: Kind, begun: date | None, record: Mapping[str, Any], *, charity: bool, supervised: bool,
          on: date, since: date, region: str, published: str | None) -> Year:
    """`since` is the day from which the register knows of the organisation: of what was due before it says nothing.
    `published` is when the year's first report was."""
    law = figures(annual.RULES, on=date(year + 1, 3, 31), region=region or None)
    exempt = record.get("conclusion") == "exempt" or not record and bool(begun) and annual.young(
        kind, begun or on, year, figures=law)
    told = {Owed.REGISTRAR: record.get("filed_on"), Owed.CONCLUSION: record.get("concluded_on"),
            Owed.PUBLICATION: published}
    days = []
    for window in () if exempt else annual.windows(kind, year, figures=law, charity=charity, supervised=supervised):
        said = told.get(window.owed)
        done = date.fromisoformat(said) if said else None
        expected = bool(record) if window.owed is Owed.CONCLUSION else window.owed in told and not record
        known = done is not None or on <= window.due_on or (expected and window.due_on >= since)
        days.append(Day(window, done, annual.progress(window, on=on, handed_in_on=done) if known else None))
    concluded, conclusion = record.get("concluded_on"), record.get("conclusion")
    rectify = None
    if concluded and conclusion in (Conclusion.FAULTY, Conclusion.FAILED):
        rectify = annual.rectify_by(kind, date.fromisoformat(concluded), figures=law)
    return Year(year, record, tuple(days), exempt, rectify)


def _first_published(held: organisations.Registered) -> dict[int, str]:
    """When the first report on each year was published: one handed in anew is not late for that."""
    found: dict[int, str] = {}
    for step in held.steps:
        for told in step.told if step.filing.effective_on <= held.on else ():
            if told.item.key == "annual_reports" and not told.withdrawn and told.new and told.new.get("published_on"):
                found.setdefault(int(told.new["year"]), told.new["published_on"])
    return found


@dataclass(frozen=True)
class ReportCard:
    """A report as it was handed in on a day; `said` holds the answers that are public, by field."""

    filing: UUID
    filed_on: date
    published_on: date
    said: Mapping[str, Any]


@dataclass(frozen=True)
class YearPublished:
    """What everyone reads of a year's report: what the register has of it, and what was reported, the newest first."""

    ref: UUID
    name: str
    kind: Kind
    year: int
    record: Mapping[str, Any]
    known: Year
    reports: tuple[ReportCard, ...]
    elsewhere: tuple[tuple[str, str], ...]
    """Reports on the year that the register knew before these: their titles, and where they are read."""


def published_report(ref: UUID | str, year: int, *, on: date, at: datetime, by: Actor = ANONYMOUS) -> YearPublished:
    """What an organisation reported of a year, as handed in through the hall, with its conclusion; three queries.

    Refuses: NotFound (absent or hidden; no such report, or one whose filing was taken back).
    """
    held = organisations.as_of(ref, on=on, known_at=at, by=by)
    record = next((one for one in held.public("annual_reports") if int(one["year"]) == year), None)
    said = [(step.filing, told) for step in held.steps for told in step.told if told.item.key == "annual_reports"]
    gone = {filing.corrects for filing, told in said if told.new is None}
    known = {filing.ref for filing, _ in said if filing.effective_on <= on} - gone
    rows = PublishedReport.objects.filter(organisation__ref=held.ref, year=year).order_by("-pk") if record else []
    found = tuple(ReportCard(row.filing, row.filed_on, timezone.localdate(row.published_at), row.said)
                  for row in rows if row.filing in known)
    if record is None or not found:
        raise NotFound(N_("The register has no report on this year that can be read here."))
    ours = {card.filing for card in found}
    links = {told.new["link"]: str(told.new.get("title") or "") for filing, told in said
             if told.new and filing.ref in known - ours and not told.withdrawn and int(told.new["year"]) == year
             and told.new.get("link") not in (None, "", record.get("link"))}
    return YearPublished(held.ref, held.name, Kind(held.folded.text("kind")), year, record, _years(held, on)(year),
                         found, tuple((title, link) for link, title in links.items()))


def _misses(kind: Kind, years: Collection[Year], law: Figures) -> tuple[int, ...]:
    """A year counts as missed once the registrar's day is past and the register tells of no report."""
    outcomes: dict[int, Conclusion | None] = {}
    for year in years:
        missing = any(day.progress is Progress.MISSING for day in year.days if day.window.owed is Owed.REGISTRAR)
        conclusion = year.record.get("conclusion")
        if missing:
            outcomes[year.year] = None
        elif conclusion in set(Conclusion):
            outcomes[year.year] = Conclusion(conclusion)
    return annual.misses(kind, outcomes, figures=law)


def may_conclude(ref: UUID, *, by: Actor) -> bool:
    """Whether this actor's office registers such organisations there. Refuses: NotFound."""
    card = organisations.organisation(ref)
    return card.kind.value in set(Kind) and (by == SYSTEM or CONCLUDE in by.held(
        f"region:{registrar(Kind(card.kind), card.region)}"))


@dataclass(frozen=True)
class FailureCard:
    """A failed check that was proposed, and how its second reading stands."""

    ref: UUID
    state: State
    faults: tuple[str, ...]
    reasons: str
    proposed_at: datetime
    proposed_by: UUID
    proposer: str
    remark: str


def failure(organisation: UUID, year: int) -> FailureCard | None:
    """The last proposal that the check of this year's report is failed, for the office; None where there was none."""
    row = FailedCheck.objects.filter(organisation__ref=organisation, year=year).order_by("pk").last()
    return None if row is None else FailureCard(
        row.ref, State(row.state), tuple(row.faults), row.reasons, row.proposed_at, row.proposed_by,
        accounts.names([row.proposed_by]).get(row.proposed_by, ""), row.remark)


# What applications are told of an entry


def namesakes(head: str, *, but_of: UUID | None = None, field: str, needs: tuple[str, ...]) -> list[Unmet]:
    """That others in the register are led by somebody of this name, for the desk that compares; it bars nobody."""
    others = [ref for ref in organisations.led_by(head) if ref != but_of] if head else []
    return [Unmet(Both("The register knows {count} other organisation led by somebody of this name; the desk compares.",
                       "登记簿中另有{count}个组织的法定代表人同名，由登记管理机关核对。"), "", field,
                  {"count": len(others)}, bars=False, needs=needs)] if others else []


def registered(*, person: UUID, organisation: UUID | None, on: date) -> Answers:
    """What the register says of an organisation now, each item as `registered_…`; nothing without an entry."""
    if organisation is None:
        return {}
    try:
        held = organisations.as_of(organisation, on=on, known_at=datetime.max.replace(tzinfo=UTC))
    except NotFound:
        return {}
    found = {f"registered_{item}": held.folded.get(item) for item in items.HELD}
    return {key: value for key, value in found.items() if value not in (None, "", False)}


@dataclass(frozen=True)
class ToldBy:
    """The filing from which the register has an item's value."""

    ref: UUID
    number: str
    effective_on: date


def told_last(organisation: UUID, item: str, *, by: Actor) -> ToldBy | None:
    """The last filing that said something of a single item and was not taken back; None where none did."""
    said = [step.filing for step in organisations.filings(organisation, by=by)
            if any(one.item.key == item and not one.withdrawn for one in step.told)]
    last = max(said, key=lambda one: (one.effective_on, one.order), default=None)
    return ToldBy(last.ref, last.number, last.effective_on) if last else None


def reported(*, person: UUID, organisation: UUID | None, on: date) -> Answers:
    """`registered`, and the year to report on now."""
    found = registered(person=person, organisation=organisation, on=on)
    return {**found, "report_year": on.year - 1} if found else {}


# What is fetched in place of papers


def certificate(*, person: UUID, organisation: UUID | None, at: datetime) -> Extract | NotHeld:
    """The registration certificate: the newest one issued here, else what the register's entry says of it. Not one that
    was taken back or has run out, nor of an organisation that is no longer registered."""
    if organisation is None:
        return NotHeld(items.NO_ENTRY)
    on = timezone.localdate(at)
    if issued := [card for card in documents.about([organisation]) if card.template == items.CERTIFICATE]:
        newest = issued[0]
        if newest.standing(on) != "valid":
            return NotHeld(items.ENDED, {"number": newest.shown_number})
        ends = [(items.UNTIL, newest.valid_until.isoformat())] if newest.valid_until else []
        return Extract(items.ISSUED, (
            (items.BY, newest.issuer), (items.FROM, newest.valid_from.isoformat()), *ends,
        ), newest.shown_number, newest.ref, f"/check/{newest.shown_number}/", newest.sha256)
    try:
        held = organisations.as_of(organisation, on=on, known_at=at)
    except NotFound:
        return NotHeld(items.NO_ENTRY)
    told = held.folded
    if told.text("status") not in ("registered", "liquidating"):
        return NotHeld(items.UNREGISTERED)
    says = [(items.NAME, held.name), (items.CODE, held.uscc), (items.HEAD, told.text("legal_representative")),
            (items.ADDRESS, told.text("address")),
            *((items.LAST, f"{step.filing.effective_on} {step.filing.basis}".strip()) for step in held.steps[-1:])]
    return Extract(items.ENTRY, tuple(pair for pair in says if pair[1]), told.text("certificate_number"),
                   link=f"/organisations/{organisation}/")


def identity(*, person: UUID, organisation: UUID | None, at: datetime) -> Extract | NotHeld:
    """That who applies was compared with the identity number; the number but for its ends."""
    known = people.known([person])
    checked = known.real_name(person)
    if checked is None:
        return NotHeld(items.UNCHECKED)
    number, since = checked
    return Extract(items.PEOPLE, ((items.PERSON, known.name(person, masked=False)), (items.NUMBER, number),
                                  (items.CHECKED, timezone.localdate(since).isoformat())))
