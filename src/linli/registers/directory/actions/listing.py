from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point, cell
from linli.kernel.machine import START
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import access, events, queries
from linli.registers.directory.actions import slots
from linli.registers.directory.models import Service, ServiceArea
from linli.registers.directory.queries import offered
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import Hours
from linli.registers.directory.rules.offers import Offer
from linli.registers.directory.states import LIFE, MANAGE, State
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
    setup_minutes: int
    wave: bool


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
    row = moved(ref, "list_draft", by=by)
    _require_approved(organisations.organisation(row.provider_id))
    _assured(row, by=by, at=at)
    _save(row, "state", *_ASSURED, by=by, at=at)
    journal.record(events.ServiceListed(ref, row.provider_id, row.price_fen), about=ref, by=by, at=at)
    slots.publish(row, None, by=by, at=at)


@action
def update_service(ref: UUID, *, by: Actor, at: datetime, **said: Unpack[Said]) -> bool:
    """Change what is said; what is not given stays. Whether anything changed.

    Times that nobody took follow a new length, pause or number of places; taken ones stay as they were promised.
    Refuses: NotFound, NotAllowed, Conflict, RuleBroken naming the field.
    """
    row = moved(ref, "update_service", by=by)
    before = _offer(row)
    if before.area == (offers.county(before.region),):
        before = replace(before, area=())  # it was not chosen: it follows the region
    after = _complete(before, said, provider=row.provider_id)
    if after == _offer(row):
        return False
    _assured(row, by=by, at=at)
    _write(row, after, by=by, at=at)
    journal.record(events.ServiceUpdated(ref, row.provider_id, row.price_fen), about=ref, by=by, at=at)
    if row.state != State.DRAFT and any(getattr(after, name) != getattr(before, name) for name in offers.SLOTTED):
        slots.publish(row, None, by=by, at=at)
    return True


@action
def assure(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say that everything still stands as listed. Refuses: NotFound, NotAllowed, Conflict."""
    row = moved(ref, "assure", by=by)
    _assured(row, by=by, at=at)
    _save(row, *_ASSURED, by=by, at=at)
    journal.record(events.ServiceAssured(ref, row.provider_id, slots.day(at)), about=ref, by=by, at=at)


@action
def check_listing(ref: UUID, *, by: Actor, at: datetime) -> None:
    """The office has looked at the listing and found it right. Refuses: NotFound, NotAllowed, Conflict."""
    row = moved(ref, "check_listing", by=by)
    row.checked_on, row.checked_by = slots.day(at), by.ref
    _save(row, "checked_on", "checked_by", by=by, at=at)
    journal.record(events.ListingChecked(ref, row.provider_id, slots.day(at)), about=ref, by=by, at=at)


@action
def pause(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take no new bookings for now; what is booked stays. Refuses: NotFound, NotAllowed, Conflict."""
    row = moved(ref, "pause", by=by)
    _save(row, "state", by=by, at=at)
    journal.record(events.ServicePaused(ref, row.provider_id), about=ref, by=by, at=at)


@action
def resume(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take bookings again. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (organisation not approved)."""
    row = moved(ref, "resume", by=by)
    _require_approved(organisations.organisation(row.provider_id))
    _save(row, "state", by=by, at=at)
    journal.record(events.ServiceResumed(ref, row.provider_id), about=ref, by=by, at=at)
    slots.publish(row, None, by=by, at=at)


@action
def withdraw(ref: UUID, *, by: Actor, at: datetime) -> None:
    """End the listing for good; free times go, booked ones stay. Refuses: NotFound, NotAllowed, Conflict."""
    row = moved(ref, "withdraw", by=by)
    _save(row, "state", by=by, at=at)
    slots.remove(list(row.slots.select_for_update().filter(begin__gte=at, taken=0)))
    _met(ref, by=by, at=at)  # nothing is left to be assured
    journal.record(events.ServiceWithdrawn(ref, row.provider_id), about=ref, by=by, at=at)


@action
def close_services(provider: UUID, *, by: Actor, at: datetime) -> int:
    """Hide everything that a suspended provider offers; how many services. For the clock and the journal's readers."""
    return _provider_open(provider, False, by=by, at=at)


@action
def reopen_services(provider: UUID, *, by: Actor, at: datetime) -> int:
    """Undo `close_services` when the provider is restored."""
    return _provider_open(provider, True, by=by, at=at)


def providing(organisation: UUID, move: str, *, by: Actor) -> tuple[organisations.OrganisationCard, str]:
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
    _, state = providing(organisation, move, by=by)
    offer = _complete(None, said, provider=organisation)
    opening.check_hours(hours)

    row = Service(provider_id=organisation, state=state, is_demo=is_demo, open_hours=opening.clock_hours(hours))
    if state == State.LISTED:
        row.assured_on, row.assured_by = slots.day(at), by.ref
    _write(row, offer, by=by, at=at)
    if hours:
        slots.keep_hours(row, hours, new=True)
    fact = (events.ServiceListed(row.ref, organisation, row.price_fen) if state == State.LISTED
            else events.ServiceDrafted(row.ref, organisation))
    journal.record(fact, about=row.ref, by=by, at=at)
    if hours and publish:
        slots.publish(row, None, by=by, at=at)
    return row.ref


def moved(ref: UUID, move: str, *, by: Actor) -> Service:
    """The row, locked and in the state that the move leads to. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.service(ref, by=by, lock=True)
    row.state = LIFE.check(move, state=row.state, held=access.held(row, by))
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


def _write(row: Service, offer: Offer, *, by: Actor, at: datetime) -> None:
    for name, value in asdict(offer).items():
        if name not in ("modes", "region", "point", "area"):
            setattr(row, name, list(value) if isinstance(value, tuple) else value)
    for mode in offers.MODES:
        setattr(row, mode, mode in offer.modes)
    row.region_code = offer.region
    row.lon, row.lat, row.cell = (
        (offer.point.lon, offer.point.lat, cell(offer.point)) if offer.point else (None, None, None)
    )
    kept = set() if row.pk is None else set(row.areas.values_list("region_code", flat=True))
    _save(row, by=by, at=at)
    if kept - set(offer.area):
        row.areas.exclude(region_code__in=offer.area).delete()
    new = [code for code in offer.area if code not in kept]
    ServiceArea.objects.bulk_create(ServiceArea(service=row, region_code=code) for code in new)


def _save(row: Service, *fields: str, by: Actor, at: datetime) -> None:
    row.changed_at, row.changed_by = at, by.ref
    row.save(update_fields=(*fields, "changed_at", "changed_by") if fields else None)
    read_anew(queries.kept(row.ref))


def touch(row: Service, *fields: str, by: Actor, at: datetime) -> None:
    """Note that something of the listing was changed that stands in another table, and save these fields of the row
    that sum it up; part of an action."""
    _save(row, "state", *fields, by=by, at=at)


_ASSURED = ("assured_on", "assured_by", "source")


def _assured(row: Service, *, by: Actor, at: datetime) -> None:
    """The provider stands by the listing: nothing is owed for it now, and it is no longer a public list's word."""
    row.assured_on, row.assured_by, row.source = slots.day(at), by.ref, None
    _met(row.ref, by=by, at=at)


def _met(ref: UUID, *, by: Actor, at: datetime) -> None:
    """What was owed of its assurance, by itself or after a reminder, is done."""
    for rule in (queries.ASSURE, offered.ANSWER):
        rulebook.meet(about=ref, rule_id=rule, by=by, at=at)


def _provider_open(provider: UUID, open: bool, *, by: Actor, at: datetime) -> int:
    if by != SYSTEM:
        raise NotFound(N_("There is no such organisation."))  # nobody does this by hand: suspension itself is the act
    changed = Service.objects.filter(provider__ref=provider, provider_open=not open).update(
        provider_open=open, changed_at=at, changed_by=by.ref)
    if changed:
        read_anew()  # their cards
        fact = events.ProviderServicesReopened if open else events.ProviderServicesClosed
        journal.record(fact(provider, changed), about=provider, by=by, at=at)
    return changed
