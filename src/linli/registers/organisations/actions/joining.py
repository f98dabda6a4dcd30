from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action, attempt, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import OFF_EARTH, Point, looks_swapped
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, events, queries, rules
from linli.registers.organisations.actions.filings import enter, write
from linli.registers.organisations.models import CODED, Decision, Organisation, Site
from linli.registers.organisations.rules import Kind, filing
from linli.registers.organisations.rules.filing import Change, FilingKind
from linli.registers.organisations.rules.items import ENDED
from linli.registers.organisations.states import APPLY, LIFE
from linli.registers.places import queries as places

ANSWER = queries.ANSWER
_TAKEN = N_(
    "An organisation with this code is registered here or has applied already. Ask whoever manages it to let you in."
)


@action
def apply_to_join(
    *, kind: str, name: str, uscc: str, region: str, address: str, phone: str, introduction: str = "",
    short_name: str = "", english_name: str = "", demo: bool = False, by: Actor, at: datetime,
) -> UUID:
    """Ask to join as a provider; the person behind the actor is remembered as the applicant.

    Refuses: NotAllowed (nobody signed in), RuleBroken (code, names, phone, region), Conflict (code already here).
    """
    if by.person is None and by != SYSTEM:
        raise NotAllowed(N_("Sign in to apply: the answer goes to you."))
    state = LIFE.check("apply_to_join", state=START, held={APPLY})
    row = Organisation(
        **_described(kind=kind, name=name, uscc=uscc, region=region, address=address, phone=phone,
                     introduction=introduction, short_name=short_name, english_name=english_name),
        state=state, applicant=by.person, applied_at=at, applied_by=by.ref, is_demo=demo,
    )
    _save_once(row)
    _owe_an_answer(row, by=by, at=at)
    fact = events.OrganisationApplied(row.ref, by.person or by.ref, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def amend(
    ref: UUID, *, kind: str, name: str, uscc: str, region: str, address: str, phone: str, introduction: str = "",
    short_name: str = "", english_name: str = "", by: Actor, at: datetime,
) -> None:
    """Complete a returned application and send it again. Refuses: NotFound, NotAllowed, Conflict, RuleBroken."""
    row = access.organisation(ref, by=by, lock=True)
    row.state = LIFE.check("amend", state=row.state, held=access.held(row, by))
    described = _described(kind=kind, name=name, uscc=uscc, region=region, address=address, phone=phone,
                           introduction=introduction, short_name=short_name, english_name=english_name)
    for field, value in described.items():
        setattr(row, field, value)
    row.applied_at, row.applied_by = at, by.ref
    _save_once(row)
    _owe_an_answer(row, by=by, at=at)
    fact = events.ApplicationAmended(ref, row.applicant or row.applied_by, row.region_code)
    journal.record(fact, about=ref, by=by, at=at)


@action
def approve(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let an organisation join; accounts lets its applicant manage it.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (one's own application).
    """
    row = _decide("approve", ref, reasons="", by=by, at=at)
    enter(row, by=by, at=at)
    fact = events.OrganisationApproved(ref, row.applicant or row.applied_by, row.region_code)
    journal.record(fact, about=ref, by=by, at=at)


@action
def return_(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Give an application back to be completed: everything that is missing, at once.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons, one's own application).
    """
    row = _decide("return", ref, reasons=reasons, by=by, at=at)
    fact = events.ApplicationReturned(ref, row.applicant or row.applied_by, row.region_code)
    journal.record(fact, about=ref, by=by, at=at)


@action
def refuse(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Refuse an application; the same code may apply anew.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons, one's own application).
    """
    row = _decide("refuse", ref, reasons=reasons, by=by, at=at)
    fact = events.ApplicationRefused(ref, row.applicant or row.applied_by, row.region_code)
    journal.record(fact, about=ref, by=by, at=at)


@action
def suspend(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Stop an organisation from taking on anything new.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons).
    """
    row = _decide("suspend", ref, reasons=reasons, by=by, at=at)
    journal.record(events.OrganisationSuspended(ref, row.region_code), about=ref, by=by, at=at)


@action
def restore(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let a suspended organisation go on. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (registered no more)."""
    row = _decide("restore", ref, reasons="", by=by, at=at)
    if row.status in ENDED:
        raise RuleBroken(N_("Its registration has ended. It goes on only where the registration is restored."),
                         rule="organisations.filing_status")
    journal.record(events.OrganisationRestored(ref, row.region_code), about=ref, by=by, at=at)


@action
def describe(
    ref: UUID, *, introduction: str, phone: str, short_name: str = "", english_name: str = "", by: Actor, at: datetime
) -> None:
    """Change what the organisation says about itself; name, code and registered address are not its own to change here.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken.
    """
    row = access.organisation(ref, by=by, lock=True)
    LIFE.check("describe", state=row.state, held=access.held(row, by))
    row.introduction = rules.line(introduction, field="introduction", most=2000, needed=False, lines=True)
    row.short_name = rules.line(short_name, field="short_name", most=40, needed=False)
    row.english_name = rules.line(english_name, field="english_name", most=200, needed=False)
    row.phone = rules.phone(phone)
    row.save(update_fields=["introduction", "short_name", "english_name", "phone"])
    _file_contact(row, by=by, at=at)
    read_anew()  # its card
    journal.record(events.OrganisationDescribed(ref), about=ref, by=by, at=at)


def _file_contact(row: Organisation, *, by: Actor, at: datetime) -> None:
    """What it says of itself that stands in the register too is a filing like any other."""
    past = queries.ledger(row)
    today = timezone.localdate(at)
    stands = filing.fold(past, on=today, known_at=at)
    said = {"phone": row.phone, "short_name": row.short_name, "english_name": row.english_name}
    changes = [Change(item, value) for item, value in said.items() if value != stands.text(item)]
    if past and changes:
        write(row, kind=FilingKind.CONTACT, changes=changes, effective_on=today, basis="", by=by, at=at)


@action
def add_site(
    organisation: UUID, *, name: str, address: str, region: str, lon: float | None = None, lat: float | None = None,
    phone: str = "", accessibility: list[str] | tuple[str, ...] = (), by: Actor, at: datetime,
) -> UUID:
    """Open a site; degrees in WGS-84, both or neither.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (outside the node's region, longitude and latitude swapped).
    """
    row = access.organisation(organisation, by=by, lock=True)
    LIFE.check("add_site", state=row.state, held=access.held(row, by))
    site = Site(organisation=row)
    _place(site, name=name, address=address, region=region, lon=lon, lat=lat, phone=phone, accessibility=accessibility)
    site.save()
    _changed(site)
    journal.record(events.SiteAdded(organisation, site.ref, site.region_code), about=organisation, by=by, at=at)
    return site.ref


@action
def change_site(
    ref: UUID, *, name: str, address: str, region: str, lon: float | None = None, lat: float | None = None,
    phone: str = "", accessibility: list[str] | tuple[str, ...] = (), by: Actor, at: datetime,
) -> None:
    """Correct a site. Refuses: as `add_site`."""
    site = access.site(ref, by=by, lock=True)
    LIFE.check("change_site", state=site.organisation.state, held=access.held(site.organisation, by))
    _place(site, name=name, address=address, region=region, lon=lon, lat=lat, phone=phone, accessibility=accessibility)
    site.save()
    _changed(site)
    fact = events.SiteChanged(site.organisation.ref, ref, site.region_code)
    journal.record(fact, about=site.organisation.ref, by=by, at=at)


@action
def close_site(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Close a site; it stays where it was used. Refuses: NotFound, NotAllowed, Conflict."""
    site = access.site(ref, by=by, lock=True)
    LIFE.check("close_site", state=site.organisation.state, held=access.held(site.organisation, by))
    site.closed_at, site.closed_by = at, by.ref
    site.save(update_fields=["closed_at", "closed_by"])
    _changed(site)
    journal.record(events.SiteClosed(site.organisation.ref, ref), about=site.organisation.ref, by=by, at=at)


def _changed(site: Site) -> None:
    read_anew(("organisations.site", site.ref), ("organisations.organisation", site.organisation.ref))


def _described(
    *, kind: str, name: str, uscc: str, region: str, address: str, phone: str, introduction: str, short_name: str,
    english_name: str,
) -> dict[str, object]:
    if kind not in rules.KINDS:
        raise RuleBroken(N_("Choose what kind of organisation it is."), field="kind")
    return {
        "kind": Kind(kind), "name": rules.line(name, field="name", most=100), "uscc": rules.code(uscc, kind=Kind(kind)),
        "region_code": _region(region), "address": rules.line(address, field="address", most=200),
        "phone": rules.phone(phone),
        "introduction": rules.line(introduction, field="introduction", most=2000, needed=False, lines=True),
        "short_name": rules.line(short_name, field="short_name", most=40, needed=False),
        "english_name": rules.line(english_name, field="english_name", most=200, needed=False),
    }


def _region(code: str) -> str:
    root = places.root()
    if not code:
        raise RuleBroken(N_("Choose the region."), field="region")
    if not code.startswith(places.under(root.code)):
        raise RuleBroken(N_("This region lies outside {root}, which is what this site serves."),
                         rule="organisations.inside", field="region", root=root.name)
    if places.region(code) is None:
        raise RuleBroken(N_("There is no region with this code."), field="region")
    return code


def _place(
    site: Site, *, name: str, address: str, region: str, lon: float | None, lat: float | None, phone: str,
    accessibility: list[str] | tuple[str, ...],
) -> None:
    site.name = rules.line(name, field="name", most=100)
    site.address = rules.line(address, field="address", most=200)
    site.region_code = _region(region)
    if (lon is None) != (lat is None):
        raise RuleBroken(N_("Give both longitude and latitude, or neither."), field="lat" if lat is None else "lon")
    if lon is not None and lat is not None:
        _require_here(lon, lat, region)
    site.lon, site.lat = lon, lat
    site.phone = rules.phone(phone, needed=False)
    site.accessibility = rules.accessibility(accessibility)


def _require_here(lon: float, lat: float, region: str) -> None:
    if looks_swapped(lon, lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: {lon} is a latitude here. Put the longitude (about"
                            " 117) first."), rule="places.swapped", field="lon", lon=lon)
    try:
        point = Point(lon, lat)
    except ValueError:
        raise RuleBroken(OFF_EARTH, field="lon") from None
    try:
        places.require_inside(point, region=region)
    except RuleBroken as why:  # there the point is one input, here it is two
        raise RuleBroken(why.message, rule=why.rule, field="lon", **why.values) from None


def _save_once(row: Organisation) -> None:
    """The database has the last word on who came first."""
    same = Organisation.objects.filter(CODED, uscc=row.uscc).exclude(pk=row.pk)
    if same.exists():
        raise Conflict(_TAKEN, field="uscc")
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(_TAKEN, field="uscc") from None
    read_anew()  # its card


def _owe_an_answer(row: Organisation, *, by: Actor, at: datetime) -> None:
    """The office of the region owes the applicant an answer, in time."""
    rulebook.raise_duty(
        ANSWER, owner=f"region:{row.region_code}", owed_to=f"person:{row.applicant or row.applied_by}", about=row.ref,
        region=row.region_code, since=timezone.localdate(at), by=by, at=at,
    )


def _decide(move: str, ref: UUID, *, reasons: str, by: Actor, at: datetime) -> Organisation:
    row = access.organisation(ref, by=by, lock=True)
    row.state = LIFE.check(move, state=row.state, held=access.held(row, by))
    if by.person is not None and by.person == row.applicant:
        raise RuleBroken(N_("Nobody decides on their own application. Leave it to a colleague."),
                         rule="organisations.own_application")
    given = rules.line(reasons, field="reasons", most=1000, needed=move not in ("approve", "restore"), lines=True)
    row.save(update_fields=["state"])
    read_anew()  # its card
    Decision.objects.create(organisation=row, move=move, reasons=given, decided_at=at, decided_by=by.ref)
    rulebook.meet(about=ref, rule_id=ANSWER, by=by, at=at)
    return row
