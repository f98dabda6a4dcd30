"""What providers see of open needs, and what they offer: never a name, a word or an exact place."""
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.ui import written
from linli.work.needs import actions, forms, queries
from linli.work.needs.pages import words
from linli.work.needs.queries import OfferCard, OpenNeed
from linli.work.needs.rules.wishes import Window
from linli.work.needs.states import OFFER, SEE_OPEN, OfferState

AHEAD = timedelta(days=28)
"""How far a provider looks for a time where the need names none."""
MOST_DAYS = 10
TONES: dict[OfferState, str] = {
    OfferState.OPEN: "wait", OfferState.CHOSEN: "ok", OfferState.DECLINED: "plain", OfferState.WITHDRAWN: "plain",
}


@require_GET
def open_needs(request: Request) -> HttpResponse:
    """Open needs of a kind and in an area that we list; htmx gets the list alone."""
    chosen = request.GET.get("category", "")
    cards = queries.open_needs(request.actor, at=request.at)
    kinds = {card.category: speak(card.category_name) for card in cards}
    cards = [card for card in cards if card.category == chosen] if chosen in kinds else cards
    offered = {one.need for one in queries.offers_of(request.actor.refs(SEE_OPEN, "organisation"), noted=False)
               if one.state is OfferState.OPEN}
    places = words.where(card.region for card in cards)
    return render(request, f"needs/{'_open' if request.htmx else 'open'}.html", {
        "rows": [_row(card, places, request.at, card.ref in offered) for card in cards], "category": chosen,
        "kinds": sorted(kinds.items(), key=lambda pair: pair[1]), "header": _header(),
    })


@require_GET
def offers(request: Request) -> HttpResponse:
    """What we offered, and what became of it."""
    own = request.actor.refs(OFFER, "organisation")
    if not own:
        raise NotAllowed(N_("Only providers see open needs."))
    made = queries.offers_of(own)
    services = directory.services({one.service for one in made})
    slots = directory.slots_by_ref({one.slot for one in made})
    return render(request, "needs/offers.html", {"rows": [_offered(one, services, slots, request) for one in made]})


@require_http_methods(["GET", "HEAD", "POST"])
def open_need(request: Request, ref: UUID) -> HttpResponse:
    """One open need, and the offer of one of our services at a free time."""
    if not request.actor.refs(SEE_OPEN, "organisation"):
        raise NotFound(N_("There is no such need."))
    card = queries.need_for(ref, by=request.actor, at=request.at)
    services = _services(request, card)
    asked = request.POST.get("service", "") or request.GET.get("service", "")
    service = next((one for one in services if str(one.ref) == asked), services[0] if services else None)
    form = forms.Offering(request.POST or None, services=[(str(one.ref), one.name) for one in services],
                          initial={"service": str(service.ref) if service else ""})
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.offer(ref, service=UUID(said["service"]), slot=said["slot"], note=said["note"], by=request.actor,
                          at=request.at)
            return redirect(f"{reverse('needs:offers')}?{urlencode({'done': 1})}")
        except (Conflict, RuleBroken, NotFound) as why:
            blame(form, why)
    everything = request.GET.get("times") == "all"
    days = _days(service, card, request, everything, str(form["slot"].value() or "")) if service else []
    own = queries.offers_of(request.actor.refs(OFFER, "organisation"), needs=[ref])
    return render(request, "needs/open_need.html", {
        "card": card, "kind": speak(card.category_name), "urgency": words.urgency(card.urgency), "form": form,
        "facts": words.open_facts(card, at=request.at), "days": days, "services": services,
        "everything": everything, "windows": bool(_ahead(card, request.at)), "service": service,
        "all_url": f"?{urlencode({'times': 'all', 'service': service.ref})}" if service else "",
        "own": [(_name(services, one), speak(one.label), TONES[one.state]) for one in own],
    }, status=422 if form.is_bound else 200)


@require_POST
def withdraw_offer(request: Request, ref: UUID) -> HttpResponse:
    actions.withdraw_offer(ref, by=request.actor, at=request.at)
    return redirect("needs:offers")


def _name(services: list[ServiceCard], one: OfferCard) -> str:
    return next((service.name for service in services if service.ref == one.service), gettext("a service"))


def _header() -> list[Any]:
    return [(gettext("Need"), "short"), (gettext("Where"),), (gettext("Age"), "short"), (gettext("When"), "wide"),
            (gettext("How soon"),), (gettext("Waiting"), "num"), (gettext("Our offer"),)]


def _row(card: OpenNeed, places: dict[str, str], at: datetime, offered: bool) -> list[Any]:
    label, tone = words.urgency(card.urgency)
    return [
        {"text": speak(card.category_name), "url": reverse("needs:open_need", args=[card.ref])},
        places.get(card.region, ""), words.age(card.age), words.when(card.windows, card.weeks),
        {"text": label, "tone": tone}, words.waited(card.posted_at, at),
        {"text": gettext("offered"), "tone": "ok"} if offered else "–",
    ]


def _services(request: Request, card: OpenNeed) -> list[ServiceCard]:
    """Ours of this kind that serve the place."""
    return [one for ref in request.actor.refs(OFFER, "organisation") for one in directory.services_of(ref)
            if one.open and one.category == card.category and one.serves(card.region)]


def _days(service: ServiceCard, card: OpenNeed, request: Request, everything: bool, chosen: str) -> list[Any]:
    """Days with their free times: those that suit the need, or all of the coming weeks."""
    ahead = _ahead(card, request.at)
    slots = [slot for slot in directory.slots(service.ref, request.at, request.at + AHEAD * 3)
             if slot.bookable(request.at) and (everything or _suits(slot, ahead))]
    days: dict[Any, list[Any]] = {}
    for slot in slots:
        if everything and slot.from_ > request.at + AHEAD:
            break
        label = f"{written.clock(slot.from_)}–{written.clock(slot.until)}"
        days.setdefault(timezone.localdate(slot.from_), []).append(
            (label, "", str(slot.ref), "open", str(slot.ref) == chosen))
    return list(days.items())[:MOST_DAYS * (3 if everything else 1)]


def _ahead(card: OpenNeed, at: datetime) -> list[Window]:
    """The times named that have not passed; where all have, any time may suit."""
    return [one for one in card.windows if one.until > at]


def _suits(slot: SlotCard, windows: list[Window]) -> bool:
    return not windows or any(one.from_ <= slot.from_ and slot.until <= one.until for one in windows)


def _offered(one: OfferCard, services: dict[UUID, ServiceCard], slots: dict[UUID, SlotCard],
             request: Request) -> dict[str, Any]:
    service, slot = services.get(one.service), slots.get(one.slot)
    return {
        "ref": one.ref, "need": one.need, "service": service.name if service else gettext("a service"),
        "when": written.span(slot.from_, slot.until) if slot else "–", "label": speak(one.label),
        "tone": TONES[one.state], "at": one.made_at, "note": one.note, "open": one.state is OfferState.OPEN,
        "back": "withdraw_offer" in {move.name for move in queries.offer_moves(one, by=request.actor)},
    }
