"""Facilities of the public: each one's page, and the office's list of them."""
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.geometry import Crs
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import actions, forms, queries
from linli.registers.places.pages import words
from linli.registers.places.queries import FacilityCard
from linli.registers.places.rules.facilities import IDLE, TIERS, Tier
from linli.registers.places.rules.regions import Issuer, Level
from linli.ui import written

PAGE = 40
NONE = N_("No community here is called {name}. Check the name, or give its code.")
SEVERAL = N_("Several communities here are called {name}. Put the street before the name, or give the code.")
DESK = N_("Places are looked after by the offices of a region. Sign in as one of them.")


@require_GET
def facility(request: Request, ref: UUID) -> HttpResponse:
    """What is known of one facility; closed ones say so."""
    card = queries.facility(ref)
    return render(request, "places/facility.html", {
        "card": card, "kind": speak(card.kind_name), "facts": _facts(card), "idle": card.kind == IDLE,
        "circle_url": words.circle_url(card.point) if card.point else "",
        "closed": written.day(card.closed_on) if card.closed_on else "",
        "change_url": reverse("places:change_facility", args=[ref])
        if not card.closed_on and queries.may_manage(request.actor, card.region) else "",
    })


@require_GET
def listed(request: Request) -> HttpResponse:
    """The facilities of the officer's region; filters stand in the address."""
    widest = own(request)
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:60] for name in ("q", "kind", "tier", "region")}
    region = within(asked["region"], widest)
    number = number_of(request)
    kind, tier, q = asked["kind"], asked["tier"], asked["q"]
    count = queries.count_facilities(region=region, kind=kind, tier=tier, q=q)
    cards = queries.facilities(region=region, kind=kind, tier=tier, q=q, start=(number - 1) * PAGE, most=PAGE)
    names = queries.called([card.region for card in cards])
    paginator = Paginator(range(count), PAGE)
    return render(request, "places/facilities.html", {
        "rows": [_row(card, names) for card in cards], "header": _header(), "asked": asked, "count": count,
        "page": Page(range(0), min(number, paginator.num_pages), paginator), "kinds": forms.kinds(),
        "tiers": [(tier.value, speak(label)) for tier, label in TIERS.items()], "filtered": any(asked.values()),
        "regions": queries.region_choices(widest), "may": queries.may_manage(request.actor, widest),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Enter a facility."""
    own(request, managing=True)
    form = forms.Facility(request.POST or None, regions=towns(request))
    if form.is_valid():
        try:
            ref = actions.add_facility(_entry(form), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:facility", ref)
    return render(request, "places/facility_form.html", {
        "form": form, "title": gettext("Add a facility"), "button": gettext("Add the facility"), "closing": None,
        "back": reverse("places:facilities"), "confirmed": "",
    }, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: UUID) -> HttpResponse:
    """Say anew what a facility is."""
    card = _managed(request, ref)
    form = forms.Facility(request.POST or None, initial=_initial(card), regions=towns(request))
    if form.is_valid():
        try:
            actions.change_facility(ref, _entry(form), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:facility", ref)
    return _form(request, card, form, None)


@require_POST
def close(request: Request, ref: UUID) -> HttpResponse:
    """A facility closes for good."""
    card = _managed(request, ref)
    form = forms.Closing(request.POST)
    if form.is_valid():
        try:
            actions.close_facility(ref, on=form.cleaned_data["on"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:facility", ref)
    return _form(request, card, forms.Facility(initial=_initial(card), regions=towns(request)), form)


@require_POST
def confirm(request: Request, ref: UUID) -> HttpResponse:
    """Everything still stands as entered."""
    actions.confirm_facility(ref, by=request.actor, at=request.at)
    return redirect("places:facility", ref)


def own(request: Request, *, managing: bool = False) -> str:
    """The widest region that the officer looks after. Refuses: NotAllowed."""
    held = request.actor.scopes(queries.MANAGE, "region")
    if managing:
        widest = min(held, key=len).ljust(12, "0") if held else None
    else:
        widest = queries.widest(request.actor)
    if widest is None:
        raise NotAllowed(DESK)
    return widest


def within(asked: str, widest: str) -> str:
    """The region asked for where it lies in the officer's own, else that one."""
    return asked if len(asked) == 12 and asked.isdigit() and asked.startswith(queries.under(widest)) else widest


def number_of(request: Request) -> int:
    given = request.GET.get("page", "")[:6]
    return int(given) if given.isdecimal() and 0 < int(given) < 10**5 else 1


def community(text: str, *, below: str, field: str) -> str:
    """The code of the one community that a name or code means in a region. Refuses: RuleBroken (none, or several)."""
    found = [one.region.code for one in queries.resolve(text, issuer=Issuer.STATS, most=50)
             if one.region.level is Level.VILLAGE and one.region.code.startswith(queries.under(below))
             and one.region.until is None]
    if len(set(found)) != 1:
        raise RuleBroken(SEVERAL if found else NONE, field=field, name=text)
    return found[0]


def towns(request: Request) -> forms.Choices:
    """The officer's regions as choices: the whole, its districts, each with its streets."""
    widest = own(request, managing=True)
    prefix = queries.under(widest)
    found: forms.Choices = [(widest, queries.named([widest]).get(widest, widest))]
    for code, name, streets in queries.streets():
        mine = [(one, called) for one, called in streets if one.startswith(prefix)]
        if mine:
            found.append((name, [(code, name), *mine] if code.startswith(prefix) else mine))
    return found


def _managed(request: Request, ref: UUID) -> FacilityCard:
    card = queries.facility(ref)
    if not queries.may_manage(request.actor, card.region):
        raise NotAllowed(N_("Your role does not let you change regions here."))
    if card.closed_on:
        raise Conflict(N_("This facility has closed."))
    return card


def _form(request: Request, card: FacilityCard, form: forms.Facility, closing: forms.Closing | None) -> HttpResponse:
    bound = form.is_bound or closing is not None
    return render(request, "places/facility_form.html", {
        "form": form, "title": card.name, "button": gettext("Save"), "card": card,
        "closing": closing or forms.Closing(initial={"on": timezone.localdate(request.at)}),
        "back": reverse("places:facility", args=[card.ref]), "confirmed": written.day(card.confirmed_on),
    }, status=422 if bound else 200)


def _entry(form: forms.Facility) -> actions.Entry:
    said = form.cleaned_data
    return actions.Entry(
        said["kind"], said["name"].strip(),
        community(said["community"], below=said["region"], field="community") if said["community"] else said["region"],
        Tier(said["tier"]), said["address"],
        actions.given(said["lon"], said["lat"], said["crs"]), said["crs"], said["capacity"], said["area_m2"],
        said["phone"], said["opened_on"])


def _initial(card: FacilityCard) -> dict[str, Any]:
    village = card.region if not card.region.endswith("000") else ""
    return {
        "kind": card.kind, "name": card.name, "tier": card.tier.value, "address": card.address,
        "region": card.region[:9].ljust(12, "0") if village else card.region, "community": village,
        "lon": card.point.lon if card.point else None, "lat": card.point.lat if card.point else None,
        "crs": Crs.WGS84.value, "capacity": card.capacity, "area_m2": card.area_m2, "phone": card.phone,
        "opened_on": card.opened_on,
    }


def _facts(card: FacilityCard) -> list[Any]:
    name = queries.called([card.region]).get(card.region, card.region)
    told = [
        (gettext("Region"), name, words.region_url(card.region), gettext("See the region")),
        (gettext("Whom it serves"), speak(TIERS[card.tier])),
        (gettext("Address"), card.address or "—"), (gettext("Phone"), card.phone or "—"),
        (gettext("Capacity"), words.size(card)),
        (gettext("Floor area"), gettext("{count} m²").format(count=card.area_m2) if card.area_m2 else "—"),
        (gettext("Point on the map"), words.place(card.point)),
        (gettext("Open since"), written.day(card.opened_on) if card.opened_on else "—"),
    ]
    if card.point and card.given_crs != Crs.WGS84:
        told.insert(7, (gettext("Given in"), speak(forms.SYSTEMS[Crs(card.given_crs)])))
    return told


def _header() -> list[Any]:
    return [(gettext("Facility"), "wide"), gettext("Kind of facility"), gettext("Region"), gettext("Whom it serves"),
            (gettext("Capacity"), "num"), gettext("Point on the map")]


def _row(card: FacilityCard, names: dict[str, str]) -> list[Any]:
    return [{"text": card.name, "url": reverse("places:facility", args=[card.ref])}, speak(card.kind_name),
            names.get(card.region, card.region), speak(TIERS[card.tier]), words.size(card),
            gettext("known") if card.point else {"text": gettext("no point yet"), "tone": "wait"}]
