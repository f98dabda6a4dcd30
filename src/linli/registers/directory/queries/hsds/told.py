"""Services and organisations as HSDS objects, made in sets: eight or nine queries for a page, however long."""
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory.models import OpeningException, OpeningHours
from linli.registers.directory.queries import listing, supply
from linli.registers.directory.queries.bundles import BundleCard, bundles_with
from linli.registers.directory.queries.hsds.vocabulary import of, zh
from linli.registers.directory.queries.listing import ServiceCard
from linli.registers.directory.rules import hsds, offers
from linli.registers.directory.rules.hours import Hours
from linli.registers.directory.rules.hsds import Told, own_id, without_nothing
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import State
from linli.registers.organisations import queries as organisations_
from linli.registers.organisations.queries import OrganisationCard, SiteCard
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners


@dataclass(frozen=True)
class Here:
    """Where the site is (its address without a slash at the end), and the day on which it is asked."""

    base: str
    on: date


STATUS = {State.LISTED: "active", State.PAUSED: "temporarily closed", State.WITHDRAWN: "defunct"}


def services(refs: Sequence[UUID], *, here: Here) -> list[Told]:
    """These services with everything that belongs to them, in this order. `here` is the site."""
    cards = listing.services(refs)
    chosen = [cards[ref] for ref in refs if ref in cards]
    providers = organisations_.organisations({card.provider for card in chosen})
    hours, days = _hours(refs), _days(refs, here.on)
    capacities, resources = supply.capacities(refs), supply.resources(refs)
    bundles, ready = bundles_with(refs), _ready(chosen, here.on)
    return [_whole(card, providers[card.provider], here=here, hours=hours[card.ref], days=days[card.ref],
                   capacities=capacities.get(card.ref, []), resources=resources.get(card.ref, []),
                   bundles=bundles.get(card.ref, []), ready=ready[card.ref]) for card in chosen]


def plain(refs: Sequence[UUID], *, here: Here) -> list[Told]:
    """These services with what there is one of, and their organisation; two queries."""
    cards = listing.services(refs)
    providers = organisations_.organisations({card.provider for card in cards.values()}, sites=False)
    return [_plain(cards[ref], here) | {"organization": _organisation(providers[cards[ref].provider], here)}
            for ref in refs if ref in cards]


def service(ref: UUID, *, here: Here) -> Told:
    """One service, whole. Refuses: NotFound (absent or hidden)."""
    _public(ref)
    return services([ref], here=here)[0]


def location(id: UUID, *, here: Here) -> Told:
    """One service at its site, whole. Refuses: NotFound."""
    ref = hsds.service_at(id)
    known = id.version == 8 and ref in listing.public_among([ref])
    found = at_locations([ref], here=here, full=True) if known else []
    if not found:
        raise NotFound(N_("There is no such service at a location."))
    return found[0]


def at_locations(refs: Sequence[UUID], *, here: Here, full: bool) -> list[Told]:
    """These services at their sites."""
    found = []
    for one in services(refs, here=here):
        for at in one.get("service_at_locations", []):
            there = at["location"]
            if not full:
                there = {name: value for name, value in there.items() if not isinstance(value, list)}
                one = {name: value for name, value in one.items() if not isinstance(value, list | dict)}
            found.append(at | {"location": there, "service": {
                name: value for name, value in one.items() if name != "service_at_locations"}})
    return found


def organisation(ref: UUID, *, here: Here, services: bool) -> Told:
    """One organisation, whole. Refuses: NotFound (absent, or not public)."""
    if not organisations_.public_among([ref]):
        raise NotFound(N_("There is no such organisation."))
    return organisations([ref], here=here, full=True, services=services)[0]


def organisations(refs: Sequence[UUID], *, here: Here, full: bool, services: bool = False) -> list[Told]:
    """These organisations; with `full` their places, phones, bundles and services (those whole with `services`)."""
    cards = organisations_.organisations(refs, sites=full)
    found = [_organisation(cards[ref], here, whole=full) for ref in refs if ref in cards]
    if not full:
        return found
    own: dict[UUID, list[ServiceCard]] = defaultdict(list)
    for card in listing.open_of(refs):
        own[card.provider].append(card)
    whole = {one["id"]: one for one in _services([c.ref for cards_ in own.values() for c in cards_], here=here)
             } if services else {}
    for one in found:
        kept = own[UUID(one["id"])]
        if kept:
            one["services"] = [whole[str(card.ref)] if services else {
                "id": str(card.ref), "name": card.name, "status": STATUS[card.state]} for card in kept]
    return found


_services = services


def _public(ref: UUID) -> None:
    if not listing.public_among([ref]):
        raise NotFound(N_("There is no such service."))


def _plain(card: ServiceCard, here: Here) -> Told:
    kind = taxonomy().categories[card.category]
    rule = card.eligibility
    assured = "office" if card.checked_on else "provider" if card.assured_on else "none"
    groups = "、".join(zh(offers.GROUPS[group]) for group in rule.groups)
    return without_nothing({
        "id": str(card.ref), "organization_id": str(card.provider), "name": card.name, "description": card.summary,
        "url": f"{here.base}/services/{card.ref}/", "status": STATUS[card.state], "minimum_age": rule.min_age,
        "maximum_age": rule.max_age, "eligibility_description": groups,
        "application_process": f"网上预约，至少提前 {card.lead_minutes} 分钟。",
        "fees_description": _fees(card),
        "accreditations": "、".join(of("credentials", key).name.zh for key in sorted(kind.credentials)),
        "interpretation_services": "中国手语" if "csl" in card.languages else None,
        "assured_date": card.assured_on and card.assured_on.isoformat(),
        "alert": None if card.assured_on else "信息取自公开名录，尚未经机构确认，前往前请先电话咨询。",
        "last_modified": card.changed_at and card.changed_at.isoformat(),
        "category": card.category, "domain": kind.domain.key, "region_code": card.region,
        "delivery_modes": list(card.modes), "duration_minutes": card.duration_minutes,
        "target_groups": list(rule.groups), "gender": rule.gender, "assurance": assured,
        "checked_date": card.checked_on and card.checked_on.isoformat(),
    })


def _fees(card: ServiceCard) -> str:
    unit = zh(offers.UNITS[card.unit])
    if card.source:
        return "收费请咨询机构。"
    if not card.price_fen:
        return "免费"
    said = f"{_yuan(card.price_fen)} 元，{unit}"
    return f"{said}；补贴后 {_yuan(card.lowest_fen)} 元" if card.subsidy_fen else said


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}".removesuffix(".00")


def _whole(
    card: ServiceCard, provider: OrganisationCard, *, here: Here, hours: list[Hours], days: list[Told],
    capacities: list[Any], resources: list[Any], bundles: list[BundleCard], ready: int,
) -> Told:
    kind = taxonomy().categories[card.category]
    note = "法定节假日照常开放。" if card.open_on_holidays else "法定节假日不开放。"
    site = next((site for site in provider.sites if site.ref == card.site), None)
    return _plain(card, here) | without_nothing({
        "organization": _organisation(provider, here),
        "program_id": str(bundles[0].ref) if bundles else None,
        "program": program(bundles[0]) if bundles else None,
        "phones": _phones(card.ref, "service_id", site.phone if site and site.phone else provider.phone),
        "schedules": hsds.schedules(card.ref, hours, note), "exceptions": days,
        "service_areas": _areas(card), "languages": [
            {"id": own_id(card.ref, f"language/{code}"), "service_id": str(card.ref), "code": code,
             "name": zh(offers.LANGUAGES[code])} for code in card.languages if code in offers.LANGUAGES],
        "service_at_locations": [{
            "id": str(hsds.at_location(card.ref)), "service_id": str(card.ref), "location_id": str(site.ref),
            "location": _location(site),
        }] if site else [],
        "cost_options": [] if card.source else _costs(card), "funding": [{
            "id": own_id(card.ref, "funding"), "service_id": str(card.ref),
            "source": f"政府补贴 {_yuan(card.subsidy_fen)} 元，{zh(offers.UNITS[card.unit])}",
        }] if card.subsidy_fen else [],
        "attributes": _attributes(card),
        "capacities": [without_nothing({
            "id": str(one.ref), "service_id": str(card.ref), "unit": one.unit, "available": one.available,
            "maximum": one.maximum, "updated": one.updated_at.isoformat(), "target_group": one.group,
            "funded_share": one.funded_percent / 100, "status": one.status}) for one in capacities],
        "equipment": [without_nothing({
            "id": str(one.ref), "service_id": str(card.ref), "kind": one.kind, "name": one.name,
            "quantity": one.quantity, "url": one.url}) for one in resources],
        "workforce": [{
            "id": own_id(card.ref, "workforce"), "service_id": str(card.ref),
            "required_credentials": sorted(kind.credentials), "ready": ready, "as_of": here.on.isoformat(),
        }] if kind.credentials else [],
    })


def _areas(card: ServiceCard) -> list[Told]:
    names = places.called(card.area)
    return [{"id": own_id(card.ref, f"area/{code}"), "service_id": str(card.ref), "name": names.get(code, code),
             "extent": names.get(code, code), "extent_type": "text", "region_code": code} for code in card.area]


def _costs(card: ServiceCard) -> list[Told]:
    def cost(what: str, fen: int, **more: Any) -> Told:
        return without_nothing({
            "id": own_id(card.ref, f"cost/{what}"), "service_id": str(card.ref), "option": what, "currency": "CNY",
            "amount": fen / 100, "amount_description": zh(offers.UNITS[card.unit]), "amount_fen": fen} | more)

    if not card.subsidy_fen:
        return [cost("价格" if card.price_fen else "免费", card.price_fen)]
    whom = card.subsidy_for
    return [cost("价格", card.price_fen), cost(
        "补贴后", card.lowest_fen, funded_share=round(card.subsidy_fen / card.price_fen, 4),
        target_groups=list(whom.groups), minimum_age=whom.min_age)]


def _attributes(card: ServiceCard) -> list[Told]:
    rule, kind = card.eligibility, taxonomy().categories[card.category]
    chosen = [("services", card.category), *(("modes", mode) for mode in card.modes),
              *(("groups", group) for group in rule.groups),
              *(("credentials", key) for key in sorted(kind.credentials))]
    return [{
        "id": own_id(card.ref, f"attribute/{name}/{key}"), "link_id": str(card.ref), "link_type": name,
        "link_entity": "service", "value": term.name.zh, "taxonomy_term_id": term.id, "taxonomy_term": term.told(),
    } for name, key in chosen for term in [of(name, key)]]


def _organisation(card: OrganisationCard, here: Here, *, whole: bool = False) -> Told:
    told = without_nothing({
        "id": str(card.ref), "name": card.name, "alternate_name": card.short_name,
        "description": card.introduction or zh(card.kind_label), "legal_status": zh(card.kind_label),
        "uri": f"{here.base}/organisations/{card.ref}/", "english_name": card.english_name,
        "unified_social_credit_code": card.uscc, "organization_kind": card.kind.value,
        "registration_state": card.state.value, "region_code": card.region,
    })
    if card.uscc:
        told["organization_identifiers"] = [{
            "id": own_id(card.ref, "uscc"), "organization_id": str(card.ref), "identifier_scheme": "CN-USCC",
            "identifier_type": "统一社会信用代码", "identifier": card.uscc}]
    if not whole:
        return told
    return told | without_nothing({
        "phones": _phones(card.ref, "organization_id", card.phone),
        "locations": [_location(site) for site in card.sites],
    })


def program(card: BundleCard) -> Told:
    """A bundle as the standard's programme."""
    return without_nothing({
        "id": str(card.ref), "organization_id": str(card.provider), "name": card.name, "description": card.summary,
        "bundle_kind": card.kind, "amount_fen": card.price_fen, "parts": [{
            "id": own_id(card.ref, f"part/{part.service}"), "program_id": str(card.ref),
            "service_id": str(part.service), "times": part.times, "role": part.role} for part in card.parts],
    })


def _phones(of_: UUID, column: str, number: str) -> list[Told]:
    return [{"id": own_id(of_, f"phone/{number}"), column: str(of_), "number": number, "type": "voice"}
            ] if number else []


def _location(site: SiteCard) -> Told:
    codes = [site.region[:2].ljust(12, "0"), site.region[:4].ljust(12, "0"), site.region[:6].ljust(12, "0")]
    names = places.named(codes)
    province, city, county = (names.get(code, "") for code in codes)
    return without_nothing({
        "id": str(site.ref), "organization_id": str(site.organisation), "location_type": "physical",
        "name": site.name, "latitude": site.point and site.point.lat, "longitude": site.point and site.point.lon,
        "coordinate_reference_system": "WGS-84" if site.point else None, "region_code": site.region,
        "external_identifier": site.region, "external_identifier_type": "统计用区划代码",
        "addresses": [without_nothing({
            "id": own_id(site.ref, "address"), "location_id": str(site.ref), "region": county,
            "region_code": site.region}) | {
            "address_1": site.address or site.name, "city": city or province or site.region, "state_province":
            province or site.region[:2].ljust(12, "0"), "postal_code": "", "country": "CN",
            "address_type": "physical"}],
        "phones": _phones(site.ref, "location_id", site.phone),
        "accessibility": [{"id": own_id(site.ref, f"accessibility/{word}"), "location_id": str(site.ref),
                           "description": zh(offers.ACCESSIBILITY[word])} for word in site.accessibility
                          if word in offers.ACCESSIBILITY],
    })


def _hours(refs: Iterable[UUID]) -> dict[UUID, list[Hours]]:
    found: dict[UUID, list[Hours]] = defaultdict(list)
    rows = OpeningHours.objects.filter(service__ref__in=list(refs)).order_by("pk").values_list(
        "service__ref", "weekday", "opens", "closes", "since", "until")
    for ref, day, opens, closes, since, until in rows:
        found[ref].append(Hours(day, opens, closes, since, until))
    return found


def _days(refs: Iterable[UUID], on: date) -> dict[UUID, list[Told]]:
    found: dict[UUID, list[Told]] = defaultdict(list)
    rows = OpeningException.objects.filter(service__ref__in=list(refs), on__gte=on).order_by("on")
    for ref, day, opens, closes, reason in rows.values_list("service__ref", "on", "opens", "closes", "reason"):
        found[ref].append(without_nothing({
            "id": own_id(ref, f"exception/{day}"), "service_id": str(ref), "date": day.isoformat(),
            "opens_at": opens and f"{opens:%H:%M:%S}", "closes_at": closes and f"{closes:%H:%M:%S}",
            "reason": reason}))
    return found


def _ready(cards: Sequence[ServiceCard], on: date) -> dict[UUID, int]:
    """How many of each provider's staff can go today; a query for each set of credentials asked for."""
    found: dict[UUID, int] = {}
    by_papers: dict[frozenset[str], list[ServiceCard]] = defaultdict(list)
    for card in cards:
        by_papers[card.credentials].append(card)
    for papers, group in by_papers.items():
        ready: Callable[[UUID], Any] = practitioners.ready(
            {card.provider for card in group}, credentials=papers, on=on).get if papers else lambda ref: None
        for card in group:
            told = ready(card.provider)
            found[card.ref] = told.green if told else 0
    return found


