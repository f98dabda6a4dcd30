"""Social-work stations: for everybody, for the office that sets them up, for the organisation that staffs them."""
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.queries import OrganisationCard
from linli.registers.practitioners.queries import PractitionerCard
from linli.registers.workforce import actions, forms, queries, states
from linli.registers.workforce.pages.office import PAGE, paged
from linli.registers.workforce.queries import StationCard


def desk(request: Request) -> tuple[OrganisationCard, list[OrganisationCard]]:
    """The organisation that this desk is about, and the others for which the actor staffs and recruits."""
    cards = organisations.managed(request.actor, states.RECRUIT)
    if not cards:
        raise NotAllowed(N_("You staff no organisation here. Ask your administrator to let you in."))
    wanted = request.GET.get("organisation", "") or str(cards[0].ref)
    found = next((one for one in cards if str(one.ref) == wanted), None)
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found, [one for one in cards if one.ref != found.ref]


def _row(card: StationCard) -> dict[str, Any]:
    needs = card.staffing
    return {
        "ref": card.ref, "name": card.name, "address": card.address, "phone": card.phone, "staff": [
            {"ref": one.ref, "number": one.number, "name": one.name, "title": one.title, "leads": one.leads,
             "level": speak(one.level) if one.level else "", "since": one.since} for one in card.staff],
        "organisation": card.organisation, "organisation_name": card.organisation_name, "people": needs.people,
        "registered": needs.registered, "people_needed": needs.people_needed, "short": needs.short,
        "registered_needed": needs.registered_needed, "open": card.state == states.Station.OPEN,
        "word": gettext("too few staff") if needs.short else gettext("staffed"),
        "tone": "late" if needs.short else "ok",
    }


@require_GET
def listed(request: Request) -> HttpResponse:
    number, start = paged(request)
    cards, total = queries.stations(on=timezone.localdate(request.at), start=start, most=PAGE)
    return render(request, "workforce/stations.html", {
        "rows": [_row(card) for card in cards], "page": Paginator(range(total), PAGE).get_page(number),
    })


@require_GET
def station(request: Request, ref: UUID) -> HttpResponse:
    card = queries.station(ref, on=timezone.localdate(request.at))
    return render(request, "workforce/station.html", {
        "station": _row(card) | {"region": queries.region_name(card.region)}})


@require_GET
def overseen(request: Request) -> HttpResponse:
    short, (number, start) = request.GET.get("short") == "1", paged(request)
    cards, total = queries.overseen_stations(by=request.actor, short=short, on=timezone.localdate(request.at),
                                             start=start, most=PAGE)
    return render(request, "workforce/overseen_stations.html", {
        "rows": [_row(card) for card in cards], "page": Paginator(range(total), PAGE).get_page(number), "short": short,
        "may": states.REGISTER in request.actor.permissions,
    })


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: Request) -> HttpResponse:
    premises = [(str(ref), name) for ref, name in queries.free_premises(by=request.actor)]
    if states.REGISTER not in request.actor.permissions:
        raise NotAllowed(N_("This page is for the office that sets up social-work stations."))
    form = forms.Station(request.POST or None, premises=premises)
    if form.is_valid():
        try:
            ref = actions.open_station(facility=UUID(form.cleaned_data["facility"]), uscc=form.cleaned_data["uscc"],
                                       by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:station", ref)
    return render(request, "workforce/open_station.html", {"form": form, "none": not premises},
                  status=422 if form.is_bound else 200)


@require_POST
def close(request: Request, ref: UUID) -> HttpResponse:
    actions.close_station(ref, by=request.actor, at=request.at)
    return redirect("workforce:overseen_stations")


@require_GET
def staffing(request: Request) -> HttpResponse:
    card, others = desk(request)
    return _staffing(request, card, others)


def _staffing(
    request: Request, card: OrganisationCard, others: list[OrganisationCard], at: UUID | None = None,
    sent: forms.Assign | None = None,
) -> HttpResponse:
    cards, free = queries.staffed(card.ref, name=card.name, on=timezone.localdate(request.at))
    staff = _choices(free)
    rows = [_row(one) | {"form": sent if sent and one.ref == at else forms.Assign(staff=staff, prefix=str(one.ref))}
            for one in cards]
    return render(request, "workforce/staffing.html", {
        "organisation": card, "others": others, "rows": rows, "staff": bool(staff),
    }, status=422 if sent else 200)


def _choices(free: list[PractitionerCard]) -> list[tuple[str, str]]:
    return [(str(one.ref), f"{one.name} · {one.title}") for one in free]


@require_POST
def assign(request: Request, ref: UUID) -> HttpResponse:
    found = queries.station(ref, on=timezone.localdate(request.at))
    cards = organisations.managed(request.actor, states.RECRUIT)
    card = next((one for one in cards if one.ref == found.organisation), None)
    if card is None:
        raise NotAllowed(N_("Another organisation runs this station."))
    _, free = queries.staffed(card.ref, name=card.name, on=timezone.localdate(request.at))
    form = forms.Assign(request.POST, staff=_choices(free), prefix=str(ref))
    if form.is_valid():
        try:
            actions.assign(ref, practitioner=UUID(form.cleaned_data["practitioner"]), by=request.actor, at=request.at,
                           leads=form.cleaned_data["leads"])
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(f"/provider/stations/?organisation={card.ref}")
    return _staffing(request, card, [one for one in cards if one.ref != card.ref], ref, form)


@require_POST
def relieve(request: Request, ref: UUID, assignment: UUID) -> HttpResponse:
    actions.relieve(ref, assignment=assignment, by=request.actor, at=request.at)
    return redirect("workforce:staffing")
