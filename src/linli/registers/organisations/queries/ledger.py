"""What the register says of an organisation: on a day, as known at a moment; and every filing behind it."""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from linli.engines.documents.registry import Since
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.doors import speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.organisations import access
from linli.registers.organisations.models import CODED, Filing, FormerName, Office, Organisation
from linli.registers.organisations.rules import Kind, extracting, filing
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.correcting import Corrected, corrected
from linli.registers.organisations.rules.filing import FilingKind, Step
from linli.registers.organisations.rules.items import ITEMS
from linli.registers.organisations.rules.standing import Standing, Window, standing
from linli.registers.organisations.states import PUBLIC, State
from linli.registers.places import queries as places

CORRECTIONS_SHOWN = "register.corrections_shown"
_COLUMNS = ("pk", "ref", "kind", "effective_on", "filed_at", "changes", "corrects_id", "number", "basis", "cause",
            "application")


@dataclass(frozen=True)
class Registered:
    """An organisation as the register has it on a day, as far as it was known at a moment."""

    ref: UUID
    uscc: str
    name: str
    state: State
    on: date
    known_at: datetime
    folded: Folded
    steps: tuple[Step, ...]
    """Every filing known then, the oldest first, with what it changed."""
    names: tuple[tuple[str, date, date | None], ...]
    """Every name up to that day, each from and until when."""
    standing: Standing
    is_demo: bool

    @property
    def exists(self) -> bool:
        """Whether the register knew of it on that day."""
        return bool(self.folded.single)

    @property
    def former_names(self) -> list[tuple[str, date]]:
        """What it was called before, and until when."""
        return [(name, until) for name, _, until in self.names if until and name != self.name]

    def public(self, item: str) -> list[Mapping[str, Any]]:
        """The records of an item without what is kept for the office."""
        hidden = {part.key for part in ITEMS[item].parts if part.masked}
        return [{name: value for name, value in one.items() if name not in hidden}
                for one in self.folded.records(item)]


def ledger(row: Organisation) -> list[filing.Filing]:
    """The filings of one organisation in the order in which they were written; one query."""
    return list(ledgers([row.pk]).get(row.pk, [])) if row.pk else []


def ledgers(keys: Collection[int]) -> dict[int, list[filing.Filing]]:
    """The filings of several organisations by their keys, each in the order in which they were written; one query."""
    rows = Filing.objects.filter(organisation__in=keys).order_by("pk")
    found: dict[int, list[filing.Filing]] = {}
    refs: dict[int, UUID] = {}
    for owner, pk, ref, kind, day, at, changes, corrects, number, basis, cause, application in rows.values_list(
            "organisation_id", *_COLUMNS):
        refs[pk] = ref
        found.setdefault(owner, []).append(filing.Filing(
            pk, ref, FilingKind(kind), day, at, changes, refs.get(corrects) if corrects else None, number, basis, cause,
            application))
    return found


def as_of(key: UUID | str, *, on: date, known_at: datetime, by: Actor = ANONYMOUS) -> Registered:
    """What the register says of an organisation on a day, as far as it was known at a moment. By ref or code.

    Two queries. Refuses: NotFound (absent or hidden).
    """
    row = _row(key, by=by)
    known = [one for one in ledger(row) if one.filed_at <= known_at]
    folded = filing.fold(known, on=on, known_at=known_at)
    names = filing.names(known, on=on, known_at=known_at)
    return Registered(
        row.ref, folded.text("uscc") or row.uscc, folded.text("name") or row.name, State(row.state), on, known_at,
        folded, tuple(filing.steps(known, known_at=known_at)), tuple(names),
        standing(folded, _windows(folded, known, on=on), on=on), row.is_demo)


def corrections_shown_since(at: datetime, *, region: str) -> datetime:
    """From when on a correction is still told to whoever reads the entry."""
    return at - relativedelta(months=rulebook.rule(CORRECTIONS_SHOWN, on=timezone.localdate(at), region=region).amount)


def corrected_since(ref: UUID, read_at: datetime, *, at: datetime, items: Collection[str] = ()) -> list[Corrected]:
    """What the register said wrongly of an organisation when it was read, and has corrected since; two queries."""
    try:
        past = ledger(_row(ref, by=SYSTEM))
    except NotFound:
        return []
    if not any(one.corrects and read_at < one.filed_at <= at for one in past):
        return []
    return corrected(filing.steps(past, known_at=at), since=read_at, read_at=read_at, items=items)


def corrected_of_document(
    ref: UUID, issued_at: datetime, *, at: datetime, items: Collection[str] = (),
) -> list[Since]:
    """The same for whoever checks a document that was issued about the organisation, in the reader's language."""
    told = corrected_since(ref, issued_at, at=at, items=items)
    regions = places.called([value for one in told if one.item.key == "region"
                             for value in (one.old, one.new) if value])

    def said(one: Corrected, value: Any) -> str:
        if isinstance(value, dict):
            parts = extracting.recorded(one.item, value, speak)
            return " ".join(parts) or "—"
        return extracting.shown(one.item, value, regions, speak) if value not in (None, "") else "—"

    return [Since(timezone.localdate(one.at), speak(one.item.label), said(one, one.old), said(one, one.new), one.cause,
                  f"/organisations/{ref}/#corrections") for one in told]


def filings(key: UUID | str, *, by: Actor = ANONYMOUS) -> list[Step]:
    """Every filing of an organisation, the oldest first, with what it changed. Refuses: NotFound (absent or hidden)."""
    past = ledger(_row(key, by=by))
    return filing.steps(past, known_at=max((one.filed_at for one in past), default=datetime.max))


@dataclass(frozen=True)
class OfficeCard:
    """A post that somebody holds or held."""

    organisation: UUID
    organisation_name: str
    kind: str
    status: str
    name: str
    post: str
    person: UUID | None
    from_: date
    until: date | None


def offices(*, person: UUID | None = None, name: str = "") -> list[OfficeCard]:
    """The posts of a person, or of all who are called so, in every organisation; the newest first. One query."""
    if person is None and not name:
        return []
    rows = Office.objects.filter(**({"person": person} if person else {"name": name}))
    return [OfficeCard(row.organisation.ref, row.organisation.name, row.organisation.kind, row.organisation.status,
                       row.name, row.post, row.person, row.since, row.until)
            for row in rows.select_related("organisation").order_by("-since", "pk")]


@dataclass(frozen=True)
class NameCard:
    """A name that an organisation has, or had until a day."""

    organisation: UUID
    name: str
    kind: str
    region: str
    registrar: str
    status: str
    until: date | None
    ended_on: date | None
    revoked_on: date | None = None
    """When the registration of one that was deregistered since, or the change to this name, had been revoked."""


def named_so(names: Iterable[str]) -> list[NameCard]:
    """Who is called so, and who was; two queries. What was refused or only applied for is no name."""
    wanted = list(names)
    now = Organisation.objects.filter(name__in=wanted, state__in=PUBLIC).order_by("pk")
    then = FormerName.objects.filter(name__in=wanted, organisation__state__in=PUBLIC).select_related("organisation")
    return [_named(row, row.name, None) for row in now] + [
        _named(one.organisation, one.name, one.until) for one in then.order_by("pk")]


def led_by(name: str) -> list[UUID]:
    """The organisations still registered whose legal representative is called so; one query."""
    rows = Organisation.objects.filter(legal_representative=name, status__in=("registered", "liquidating"))
    return list(rows.order_by("pk").values_list("ref", flat=True)) if name else []


_REPORTING = (Kind.SOCIETY, Kind.AGENCY, Kind.FOUNDATION)
_YEARS = 2  # who missed two in a row loses the registration: older ones say nothing more


def _windows(folded: Folded, known: list[filing.Filing], *, on: date) -> list[Window]:
    """The annual reports owed up to a day: of the last two years that are due, and the next.

    What was due before the register took an organisation over, it cannot know to be missing; and until it is told of
    one report, it keeps none of that organisation.
    """
    kind, established = folded.text("kind"), folded.day("established_on")
    if kind not in _REPORTING or established is None or not known:
        return []
    since = established
    if known[0].kind == FilingKind.IMPORT:
        since = timezone.localdate(known[0].filed_at) if folded.many.get("annual_reports") else date.max
    found = []
    for year in range(max(established.year, on.year - _YEARS - 1), on.year + 1):
        found += _window(kind, folded.text("region"), year, established=established)
    return [window for window in found if since <= window.due_on < on][-_YEARS:] + [
        window for window in found if window.due_on >= max(on, established)][:1]


def _window(kind: str, region: str, year: int, *, established: date) -> list[Window]:
    """By when the report of a year is owed; none where it is not, or where no rule asks for it."""
    asked = date(year + 1, 1, 1)
    try:
        rule = rulebook.rule(f"annual.{kind}_to_registrar", on=asked, region=region)
    except NotFound:
        return []
    try:
        grace = rulebook.rule(f"annual.{kind}_young", on=asked, region=region).amount
    except NotFound:
        grace = 0
    if established + relativedelta(months=grace) > date(year, 12, 31):
        return []
    return [Window(year, date(year + 1, int(rule.params["month"]), int(rule.params["day"])), rule.id)]


def _named(row: Organisation, name: str, until: date | None) -> NameCard:
    return NameCard(row.ref, name, row.kind, row.region_code, row.registrar, row.status, until, row.ended_on)


def _row(key: UUID | str, *, by: Actor) -> Organisation:
    seen = access.organisations(by)
    if isinstance(key, str) and len(key.strip()) == 18:
        found = seen.filter(CODED, uscc=key.strip().upper()).first()
    else:
        try:
            found = seen.filter(ref=key if isinstance(key, UUID) else UUID(key)).first()
        except ValueError:
            found = None
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found
