from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db.models import F

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point, cell
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, FileRefused, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import access, events, queries
from linli.registers.directory.models import OpeningHours, Service, ServiceArea, Slot
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import ExceptionalDay, Hours, Span
from linli.registers.directory.rules.offers import Offer
from linli.registers.directory.rules.rows import COLUMN_OF, Row, parse
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import LIFE, MANAGE, PUBLIC, State
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places


class Said(TypedDict, total=False):
    """What a provider says about a service. Money in fen, times in minutes, regions by 12-digit code.

    `region` and `point` come from the site where they are not given; an empty `area` is the district or county it lies
    in; `duration_minutes` is the category's usual length; a subsidy without age or groups is for everybody.
    """

    category: str
    name: str
    summary: str
    modes: Sequence[str]
    region: str
    site: UUID | None
    point: Point | None
    area: Sequence[str]
    languages: Sequence[str]
    accessibility: Sequence[str]
    price_fen: int
    price_unit: str
    subsidy_fen: int
    subsidy_min_age: int | None
    subsidy_groups: Sequence[str]
    min_age: int | None
    max_age: int | None
    groups: Sequence[str]
    gender: str
    duration_minutes: int
    buffer_minutes: int
    capacity: int
    lead_minutes: int
    horizon_days: int
    open_on_holidays: bool


# The listing

@action
def list_service(
    organisation: UUID, *, by: Actor, at: datetime, hours: Sequence[Hours] = (), publish: bool = True,
    is_demo: bool = False, **said: Unpack[Said],
) -> UUID:
    """List a service, so that residents find it; with its hours, its times are published too unless `publish` is off.

    Refuses: NotFound (organisation), NotAllowed, RuleBroken naming the field, or for an organisation not approved.
    """
    return _make("list_service", organisation, said, hours=hours, publish=publish, is_demo=is_demo, by=by, at=at)


@action
def draft_service(
    organisation: UUID, *, by: Actor, at: datetime, hours: Sequence[Hours] = (), is_demo: bool = False,
    **said: Unpack[Said],
) -> UUID:
    """Keep a service that nobody else sees yet. Refuses: as `list_service`, but any organisation may draft."""
    return _make("draft_service", organisation, said, hours=hours, publish=False, is_demo=is_demo, by=by, at=at)


@action
def list_draft(ref: UUID, *, by: Actor, at: datetime) -> None:
    """List what was drafted. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (organisation not approved)."""
    row = _moved(ref, "list_draft", by=by)
    _require_approved(organisations.organisation(row.provider_id))
    row.assured_on, row.assured_by = _day(at), by.ref
    row.save(update_fields=["state", "assured_on", "assured_by"])
    journal.record(events.ServiceListed(ref, row.provider_id, row.price_fen), about=ref, by=by, at=at)
    _publish(row, None, by=by, at=at)


@action
def update_service(ref: UUID, *, by: Actor, at: datetime, **said: Unpack[Said]) -> bool:
    """Change what is said; what is not given stays. Whether anything changed.

    Times that nobody took follow a new length, pause or number of places; taken ones stay as they were promised.
    Refuses: NotFound, NotAllowed, Conflict, RuleBroken naming the field.
    """
    row = _moved(ref, "update_service", by=by)
    before = _offer(row)
    if before.area == (offers.county(before.region),):
        before = replace(before, area=())  # it was not chosen: it follows the region
    after = _complete(before, said, provider=row.provider_id)
    if after == _offer(row):
        return False
    _write(row, after)
    row.assured_on, row.assured_by = _day(at), by.ref
    row.save()
    journal.record(events.ServiceUpdated(ref, row.provider_id, row.price_fen), about=ref, by=by, at=at)
    if row.state != State.DRAFT and any(getattr(after, name) != getattr(before, name) for name in offers.SLOTTED):
        _publish(row, None, by=by, at=at)
    return True


@action
def assure(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say that everything still stands as listed. Refuses: NotFound, NotAllowed, Conflict."""
    row = _moved(ref, "assure", by=by)
    row.assured_on, row.assured_by = _day(at), by.ref
    row.save(update_fields=["assured_on", "assured_by"])
    journal.record(events.ServiceAssured(ref, row.provider_id, _day(at)), about=ref, by=by, at=at)


@action
def pause(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take no new bookings for now; what is booked stays. Refuses: NotFound, NotAllowed, Conflict."""
    row = _moved(ref, "pause", by=by)
    row.save(update_fields=["state"])
    journal.record(events.ServicePaused(ref, row.provider_id), about=ref, by=by, at=at)


@action
def resume(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take bookings again. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (organisation not approved)."""
    row = _moved(ref, "resume", by=by)
    _require_approved(organisations.organisation(row.provider_id))
    row.save(update_fields=["state"])
    journal.record(events.ServiceResumed(ref, row.provider_id), about=ref, by=by, at=at)
    _publish(row, None, by=by, at=at)


@action
def withdraw(ref: UUID, *, by: Actor, at: datetime) -> None:
    """End the listing for good; free times go, booked ones stay. Refuses: NotFound, NotAllowed, Conflict."""
    row = _moved(ref, "withdraw", by=by)
    row.save(update_fields=["state"])
    _remove(list(row.slots.select_for_update().filter(begin__gte=at, taken=0)))
    journal.record(events.ServiceWithdrawn(ref, row.provider_id), about=ref, by=by, at=at)


@action
def close_services(provider: UUID, *, by: Actor, at: datetime) -> int:
    """Hide everything that a suspended provider offers; how many services. For the clock and the journal's readers."""
    return _provider_open(provider, False, by=by, at=at)


@action
def reopen_services(provider: UUID, *, by: Actor, at: datetime) -> int:
    """Undo `close_services` when the provider is restored."""
    return _provider_open(provider, True, by=by, at=at)


# Hours

@action
def set_hours(ref: UUID, *, hours: Sequence[Hours], publish: bool = True, by: Actor, at: datetime) -> None:
    """Replace the weekly hours. Times that nobody took follow; taken ones stay.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a span that ends before it begins, or two that overlap).
    """
    row = _moved(ref, "set_hours", by=by)
    _set_hours(row, hours)
    journal.record(events.HoursSet(ref, len(hours)), about=ref, by=by, at=at)
    if publish and row.state != State.DRAFT:
        _publish(row, None, by=by, at=at)


@action
def add_exception(ref: UUID, *, day: ExceptionalDay, by: Actor, at: datetime) -> int:
    """One day that differs from the weekly hours; closed where it has none. A second one for the same day replaces it.

    How many booked times of that day now lie outside the hours: they stay, and the provider has to see to them.
    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a day past, times in disorder, a reason too long).
    """
    row = _moved(ref, "add_exception", by=by)
    opening.check_exception(day)
    if day.on < _day(at):
        raise RuleBroken(N_("This day has passed. Choose today or a later day."), field="on")
    if len(day.reason) > 100:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."),
                         field="reason", count=len(day.reason), most=100)
    row.exceptions.update_or_create(
        on=day.on, defaults={"opens": day.opens, "closes": day.closes, "reason": day.reason.strip()}
    )
    journal.record(events.ExceptionAdded(ref, day.on, day.closed), about=ref, by=by, at=at)
    if row.state != State.DRAFT:
        _publish(row, None, by=by, at=at)
    return _stranded(row, day)


@action
def drop_exception(ref: UUID, *, on: date, by: Actor, at: datetime) -> None:
    """Let the weekly hours rule a day again. Refuses: NotFound, NotAllowed, Conflict."""
    row = _moved(ref, "drop_exception", by=by)
    if not row.exceptions.filter(on=on).delete()[0]:
        raise NotFound(N_("There is no exceptional day on this date."))
    journal.record(events.ExceptionDropped(ref, on), about=ref, by=by, at=at)
    if row.state != State.DRAFT:
        _publish(row, None, by=by, at=at)


# Slots

@action
def publish_slots(service: UUID, *, until: date | None = None, by: Actor, at: datetime) -> tuple[int, int]:
    """Make the times that the hours give, from now until a day (not included; else the service's own horizon).

    How many were added, and how many removed because the hours no longer give them. Doing it twice changes nothing;
    taken ones are never removed. Refuses: NotFound, NotAllowed, Conflict (not listed), RuleBroken (too far ahead).
    """
    row = access.service(service, by=by, lock=True) if by != SYSTEM else _by_system(service)
    if by != SYSTEM:
        LIFE.check("set_hours", state=row.state, held=access.held(row, by))
    if row.state not in PUBLIC:
        raise Conflict(N_("Only a listed service has times to book."))
    return _publish(row, until, by=by, at=at)


@action
def take_slot(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take one place of a slot. Two takers of the last place: one gets it, on either database.

    Refuses: NotFound, Conflict (full; the service is not open), RuleBroken (past, or too late for the lead time).
    """
    row = Slot.objects.select_related("service").filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such time."))
    if row.service.state != State.LISTED or not row.service.provider_open:
        raise Conflict(N_("This service takes no bookings at present. Choose another service."))
    if at >= row.begin:
        raise RuleBroken(N_("This time has passed. Choose a later one."), rule="directory.past", field="slot")
    if at > row.book_until:
        raise RuleBroken(
            N_("This service is booked at least {minutes} minutes ahead. Choose a later time, or call the provider."),
            rule="directory.lead_time", field="slot", minutes=int((row.begin - row.book_until).total_seconds() // 60),
        )
    free = Slot.objects.filter(pk=row.pk, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1, ever_taken=True):
        raise Conflict(N_("This time has just been taken; choose another."), field="slot")
    journal.record(events.SlotTaken(ref, row.service.ref), about=ref, by=by, at=at)


@action
def give_back_slot(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Give a taken place back. Refuses: NotFound, Conflict (nobody has taken it)."""
    row = Slot.objects.select_related("service").filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such time."))
    if not Slot.objects.filter(pk=row.pk, taken__gt=0).update(taken=F("taken") - 1):
        raise Conflict(N_("Nobody has taken this time."))
    journal.record(events.SlotGivenBack(ref, row.service.ref), about=ref, by=by, at=at)


# Files

@dataclass(frozen=True)
class Imported:
    """What became of a file: how many services were added, changed and found the same, and which rows were refused."""

    added: int
    changed: int
    same: int
    refused: tuple[RowError, ...]


@action
def import_services(
    organisation: UUID, *, rows: Sequence[Mapping[str, str]], partial: bool = False, by: Actor, at: datetime
) -> Imported:
    """Add and change a provider's services from the rows of a file (`queries.read_file`; columns in `rules.rows`).

    The same file twice changes nothing. Refuses, unless `partial` keeps the good rows, the whole file: FileRefused with
    each bad row, its column and why. Refuses: NotFound, NotAllowed, RuleBroken (organisation not approved).
    """
    _provider(organisation, "list_service", by=by)
    sites = {site.name: site.ref for site in organisations.organisation(organisation).sites}
    standing = Service.objects.filter(provider__ref=organisation).exclude(state=State.WITHDRAWN).order_by("-ref")
    known = {(row.category, row.name, row.site): row.ref for row in standing}
    counts: Counter[str] = Counter()
    refused, seen = [], set()
    for number, cells in enumerate(rows, start=2):  # the header is the file's first line
        try:
            with attempt():
                row = parse(cells, taxonomy=taxonomy())
                if row.site and row.site not in sites:
                    raise RuleBroken(N_("The organisation has no site “{site}”. Add it first, or leave this empty."),
                                     field="site", site=row.site[:40])
                key = (row.said["category"], row.said["name"], sites[row.site] if row.site else None)
                if key in seen:
                    raise RuleBroken(N_("This service stands in the file twice."), field="name")
                seen.add(key)
                counts[_import_row(organisation, row, key[2], known.get(key), by=by, at=at)] += 1
        except (RuleBroken, NotFound, Conflict) as why:
            column = why.field or "name"
            refused.append(RowError(number, COLUMN_OF.get(column, column), why))
    if refused and not partial:
        raise FileRefused(N_("Nothing was kept: {count} rows cannot be read. Correct them and send the file again."),
                          rows=tuple(refused), field="file", count=len(refused))
    done = Imported(counts["added"], counts["changed"], counts["same"], tuple(refused))
    if done.added or done.changed:
        journal.record(
            events.ServicesImported(organisation, done.added, done.changed, done.same, len(refused)),
            about=organisation, by=by, at=at,
        )
    return done


def _import_row(
    organisation: UUID, row: Row, site: UUID | None, ref: UUID | None, *, by: Actor, at: datetime
) -> str:
    if ref is None:
        list_service(organisation, hours=row.hours or (), by=by, at=at, site=site, **row.said)
        return "added"
    changed = update_service(ref, by=by, at=at, **row.said)
    if row.hours is not None and list(row.hours) != queries.hours(ref):
        set_hours(ref, hours=row.hours, by=by, at=at)
        changed = True
    return "changed" if changed else "same"


# How it is done

def _provider(organisation: UUID, move: str, *, by: Actor) -> tuple[organisations.OrganisationCard, str]:
    """The organisation, and the state that the move leads to."""
    provider = organisations.organisation(organisation)
    held = by.held(f"organisation:{organisation}", f"region:{provider.region}")
    if MANAGE not in held and not provider.active:
        raise NotFound(N_("There is no such organisation."))
    state = LIFE.check(move, state=START, held=held)
    if state == State.LISTED:
        _require_approved(provider)
    return provider, state


def _make(
    move: str, organisation: UUID, said: Said, *, hours: Sequence[Hours], publish: bool, is_demo: bool, by: Actor,
    at: datetime,
) -> UUID:
    _, state = _provider(organisation, move, by=by)
    offer = _complete(None, said, provider=organisation)
    opening.check_hours(hours)

    row = Service(provider_id=organisation, state=state, is_demo=is_demo)
    if state == State.LISTED:
        row.assured_on, row.assured_by = _day(at), by.ref
    _write(row, offer)
    if hours:
        _set_hours(row, hours)
    fact = (events.ServiceListed(row.ref, organisation, row.price_fen) if state == State.LISTED
            else events.ServiceDrafted(row.ref, organisation))
    journal.record(fact, about=row.ref, by=by, at=at)
    if hours and publish:
        _publish(row, None, by=by, at=at)
    return row.ref


def _moved(ref: UUID, move: str, *, by: Actor) -> Service:
    row = access.service(ref, by=by, lock=True)
    row.state = LIFE.check(move, state=row.state, held=access.held(row, by))
    return row


def _by_system(ref: UUID) -> Service:
    row = Service.objects.select_for_update(of=("self",)).filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such service."))
    return row


def _require_approved(provider: organisations.OrganisationCard) -> None:
    if not provider.active:
        raise RuleBroken(
            N_("{name} is {state}; only an approved organisation lists services. Save it as a draft meanwhile."),
            rule="directory.provider_approved", name=provider.name, state=provider.label,
        )


def _complete(before: Offer | None, said: Said, *, provider: UUID) -> Offer:
    """What is said on top of what was said, made whole and checked against the taxonomy, the sites and the regions."""
    kind = queries.category(str(said.get("category") or (before.category if before else "")))
    values: dict[str, object] = asdict(before) if before else {
        "name": "", "summary": "", "modes": kind.modes[:1], "region": "", "duration_minutes": kind.minutes,
    }
    if before:
        values["point"] = before.point
    unknown = set(said) - {field.name for field in fields(Offer)}
    if unknown:
        raise TypeError(f"a service says nothing about {sorted(unknown)}")
    values |= {name: tuple(value) if isinstance(value, list | set | frozenset | tuple) else value
               for name, value in said.items()}
    values |= {"category": kind.key, "name": str(values["name"]).strip(), "summary": str(values["summary"]).strip()}
    offer = Offer(**values)  # type: ignore[arg-type]
    if offer.site and (before is None or "site" in said):
        own = organisations.site(offer.site)
        if own.organisation != provider or not own.open:
            raise RuleBroken(N_("This site is not one of the provider's open sites."), field="site")
        offer = replace(
            offer, region=said.get("region") or own.region, point=said.get("point", own.point),
            accessibility=offer.accessibility if "accessibility" in said else own.accessibility,
        )
    if not offer.region:
        offer = replace(offer, region=organisations.organisation(provider).region)
    offers.check_offer(offer, category_modes=kind.modes)
    area = tuple(sorted(set(offer.area))) or (offers.county(offer.region),)
    if before is None or {"region", "area", "site", "point"} & set(said):
        known = places.regions({offer.region, *area})
        if offer.region not in known:
            raise RuleBroken(N_("There is no region {code}."), field="region", code=offer.region[:20])
        for code in offer.area:
            if code not in known:
                raise RuleBroken(N_("There is no region {code}."), field="area", code=code[:20])
        if offer.point is not None:
            places.require_inside(offer.point, region=offer.region)
    return replace(offer, area=area, modes=tuple(mode for mode in offers.MODES if mode in offer.modes))


def _offer(row: Service) -> Offer:
    """What the row says, as it was said."""
    same = {f.name: getattr(row, f.name) for f in fields(Offer) if hasattr(row, f.name)}
    lists = {name: tuple(same[name]) for name in ("languages", "accessibility", "subsidy_groups", "groups")}
    return Offer(**same | lists | {
        "region": row.region_code,
        "modes": tuple(mode for mode in offers.MODES if getattr(row, mode)),
        "point": Point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None,
        "area": tuple(row.areas.order_by("region_code").values_list("region_code", flat=True)),
    })


def _write(row: Service, offer: Offer) -> None:
    for name, value in asdict(offer).items():
        if name not in ("modes", "region", "point", "area"):
            setattr(row, name, list(value) if isinstance(value, tuple) else value)
    for mode in offers.MODES:
        setattr(row, mode, mode in offer.modes)
    row.region_code = offer.region
    row.lon, row.lat, row.cell = (
        (offer.point.lon, offer.point.lat, cell(offer.point)) if offer.point else (None, None, None)
    )
    row.save()
    kept = set(row.areas.values_list("region_code", flat=True))
    row.areas.exclude(region_code__in=offer.area).delete()
    new = [code for code in offer.area if code not in kept]
    ServiceArea.objects.bulk_create(ServiceArea(service=row, region_code=code) for code in new)


def _set_hours(row: Service, hours: Sequence[Hours]) -> None:
    opening.check_hours(hours)
    row.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(service=row, weekday=h.weekday, opens=h.opens, closes=h.closes, since=h.from_, until=h.until)
        for h in hours
    )


def _provider_open(provider: UUID, open: bool, *, by: Actor, at: datetime) -> int:
    if by != SYSTEM:
        raise NotFound(N_("There is no such organisation."))  # nobody does this by hand: suspension itself is the act
    changed = Service.objects.filter(provider__ref=provider, provider_open=not open).update(provider_open=open)
    if changed:
        fact = events.ProviderServicesReopened if open else events.ProviderServicesClosed
        journal.record(fact(provider, changed), about=provider, by=by, at=at)
    return changed


def _publish(row: Service, until: date | None, *, by: Actor, at: datetime) -> tuple[int, int]:
    today = _day(at)
    last = until or today + timedelta(days=row.horizon_days)
    if last > today + timedelta(days=offers.MOST_HORIZON):
        raise RuleBroken(N_("Times are shown for 1 to 180 days ahead."), field="until")
    standing = list(row.slots.select_for_update().filter(until__gt=at).order_by("begin"))
    far = max([last, *(_day(slot.begin) + timedelta(days=1) for slot in standing[-1:])])
    wanted = {span.from_: span for span in _times(row, today, far) if span.from_ > at}

    kept: list[tuple[Slot, bool]] = []
    gone: list[tuple[Slot, bool]] = []
    for slot in standing:
        span = wanted.get(slot.begin)
        given = span is not None and span.until == slot.until
        (kept if slot.taken or given or slot.begin <= at else gone).append((slot, given))
    lead = timedelta(minutes=row.lead_minutes)
    changed = []
    for slot, given in kept:
        stands = (max(slot.taken, row.capacity), slot.begin - lead) if given else (slot.taken, slot.book_until)
        if slot.begin > at and (slot.capacity, slot.book_until) != stands:
            slot.capacity, slot.book_until = stands
            changed.append(slot)
    removed = _remove([slot for slot, _ in gone])
    Slot.objects.bulk_update(changed, ["capacity", "book_until"], batch_size=200)
    held = {slot.begin for slot, _ in kept}
    end = _midnight(last)
    new = opening.without_overlap(
        (span for begin, span in wanted.items() if begin not in held and begin < end),
        [Span(slot.begin, slot.until) for slot, _ in kept if slot.taken],
    )
    Slot.objects.bulk_create(
        (Slot(service=row, begin=span.from_, until=span.until, book_until=span.from_ - lead, capacity=row.capacity)
         for span in new),
        ignore_conflicts=True, batch_size=500,
    )
    if new or removed:
        journal.record(events.SlotsPublished(row.ref, len(new), removed, last), about=row.ref, by=by, at=at)
    return len(new), removed


def _remove(slots: Sequence[Slot]) -> int:
    """Free slots that are given no more: deleted, or without places where somebody once had one."""
    slots = [slot for slot in slots if slot.capacity]
    Slot.objects.filter(pk__in=[slot.pk for slot in slots if not slot.ever_taken]).delete()
    Slot.objects.filter(pk__in=[slot.pk for slot in slots if slot.ever_taken]).update(capacity=0)
    return len(slots)


def _times(row: Service, first: date, end: date) -> Iterable[Span]:
    hours = [Hours(h.weekday, h.opens, h.closes, h.since, h.until) for h in row.hours.all()]
    special = [ExceptionalDay(e.on, e.opens, e.closes) for e in row.exceptions.filter(on__gte=first, on__lt=end)]
    for number in range((end - first).days):
        yield from opening.slot_times(
            hours, special, first + timedelta(days=number), row.duration_minutes, row.buffer_minutes,
            on_holidays=row.open_on_holidays,
        )


def _stranded(row: Service, day: ExceptionalDay) -> int:
    begin, end = _midnight(day.on), _midnight(day.on + timedelta(days=1))
    booked = row.slots.filter(begin__gte=begin, begin__lt=end, taken__gt=0)
    if day.opens is None or day.closes is None:
        return booked.count()
    opens = begin + timedelta(minutes=opening.minute(day.opens))
    closes = begin + timedelta(minutes=opening.minute(day.closes, end=True))
    return booked.exclude(begin__gte=opens, until__lte=closes).count()


def _day(at: datetime) -> date:
    return at.astimezone(opening.SHANGHAI).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=opening.SHANGHAI)
