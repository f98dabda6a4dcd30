"""Organisations that a public list knows of, before anybody has confirmed or claimed them."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.registers.organisations import events, queries, rules
from linli.registers.organisations.models import Organisation, Site
from linli.registers.organisations.states import DECIDE, LIFE, State

HELD = frozenset({DECIDE})


@dataclass(frozen=True)
class Known:
    """What a public list says of an organisation: name and region, the rest where it says so. Checked by `rules`."""

    name: str
    region: str
    address: str = ""
    phone: str = ""
    uscc: str = ""
    point: Point | None = None
    english_name: str = ""
    introduction: str = ""


def known(
    *, name: str, region: str, address: str = "", phone: str = "", uscc: str = "", point: Point | None = None,
    english_name: str = "", introduction: str = "",
) -> Known:
    """What a row of a public list says, as it is kept. Refuses, RuleBroken naming the field."""
    return Known(
        rules.line(name, field="name", most=100), region,
        rules.line(address, field="address", most=200, needed=False), rules.phone(phone, needed=False),
        rules.code(uscc, kind=rules.kind_of(rules.tidy(uscc))) if uscc else "", point,
        rules.line(english_name, field="english_name", most=200, needed=False),
        rules.line(introduction, field="introduction", most=2000, needed=False, lines=True))


@action
def take_in(
    found: Sequence[Known], *, is_demo: bool = False, by: Actor, at: datetime
) -> list[tuple[UUID, UUID, str]]:
    """Take in, all at once, what a public list says; for each its organisation, its site, and added, changed or same.

    One that is here already by its code, or from a list by its name and region, is the same one: what the list says
    anew is changed, unless somebody has confirmed or claimed it meanwhile (then nothing is). The caller has checked the
    rows (`known`) and names each once. Refuses: NotAllowed.
    """
    for one in found:
        LIFE.check("take_in", state=START, held=by.held(f"region:{one.region}") if by != SYSTEM else HELD)
    here = queries.standing(found)
    told: list[tuple[UUID, UUID, str]] = []
    new, sites = [], []
    for one in found:
        row = here.get(("", one.uscc)) if one.uscc else None
        row = row or here.get((one.region, one.name))
        if row is None:
            row = Organisation(
                ref=new_ref(), kind=rules.kind_of(one.uscc), name=one.name, uscc=one.uscc,
                region_code=one.region, address=one.address, phone=one.phone, english_name=one.english_name,
                introduction=one.introduction, state=State.LISTED, is_demo=is_demo, applied_at=at, applied_by=by.ref)
            site = _at(Site(ref=new_ref(), organisation=row), one)
            new.append(row)
            sites.append(site)
            told.append((row.ref, site.ref, "added"))
        else:
            told.append(_again(row, one, by=by, at=at))
    Organisation.objects.bulk_create(new, batch_size=500)
    Site.objects.bulk_create(sites, batch_size=500)
    for row, site in zip(new, sites, strict=True):
        journal.record(events.OrganisationListed(row.ref, row.region_code), about=row.ref, by=by, at=at)
        journal.record(events.SiteAdded(row.ref, site.ref, site.region_code), about=row.ref, by=by, at=at)
    read_anew()
    return told


def _again(row: Organisation, known: Known, *, by: Actor, at: datetime) -> tuple[UUID, UUID, str]:
    """What the list says of one that is here."""
    sites: list[Site] = row.open_sites  # type: ignore[attr-defined]  # prefetched
    if row.state != State.LISTED:
        own = sites[0].ref if sites else row.ref
        return row.ref, own, "same"
    site, changed = sites[0], []
    for name in ("address", "phone", "english_name", "introduction", "uscc"):
        said = getattr(known, name)
        if said and getattr(row, name) != said:
            setattr(row, name, said)
            changed.append(name)
    if "uscc" in changed:
        row.kind = rules.kind_of(row.uscc)
        changed.append("kind")
    before = (site.address, site.phone, site.lon, site.lat)
    _at(site, known)
    if changed:
        row.save(update_fields=changed)
        journal.record(events.OrganisationDescribed(row.ref), about=row.ref, by=by, at=at)
    if (site.address, site.phone, site.lon, site.lat) != before:
        site.save()
        journal.record(events.SiteChanged(row.ref, site.ref, site.region_code), about=row.ref, by=by, at=at)
        changed.append("site")
    return row.ref, site.ref, "changed" if changed else "same"


def _at(site: Site, known: Known) -> Site:
    site.name, site.region_code = known.name, known.region
    site.address, site.phone = known.address or site.address, known.phone or site.phone
    if known.point:
        site.lon, site.lat = known.point.lon, known.point.lat
    return site
