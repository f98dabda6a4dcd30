from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.ui import written
from linli.work.orders import actions, forms, rules
from linli.work.orders.pages.booking import price, uuid_of
from linli.work.orders.states import BOOK, BOOK_FOR_UNIT


@require_http_methods(["GET", "HEAD", "POST"])
def party(request: Request) -> HttpResponse:
    """Several places of one time for a group; where it has too few, the next time that has enough is shown."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    said = request.POST if request.method == "POST" else request.GET
    card = directory.service_for(uuid_of(said.get("service")), by=request.actor)
    slot = directory.slot(uuid_of(said.get("slot")))
    if request.actor.person is None:
        raise NotAllowed(N_("A group is booked by somebody who answers for it: sign in as a person."))
    form, status, other = _form(request, card, slot.ref), 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _booked(request, form, card)
            except (Conflict, RuleBroken) as why:
                blame(form, why)
                status = 409 if isinstance(why, Conflict) else 422
                if why.rule == rules.PLACES or isinstance(why, Conflict):
                    other = directory.first_with(card.ref, form.cleaned_data["places"], request.at, at=request.at)
    context = {
        "form": form, "card": card, "back": reverse("directory:service", args=[card.ref]),
        "facts": [
            (gettext("Service"), f"{card.name} · {card.provider_name}", "", ""),
            (gettext("When"), written.span(slot.from_, slot.until), reverse("directory:service", args=[card.ref]),
             gettext("Change")),
            (gettext("Free places"), str(slot.free), "", ""),
            (gettext("Cost for each"), price(card, card.price_for(age=None)), "", ""),
        ],
        "open": card.open and slot.bookable(request.at), "single": len(card.modes) == 1,
        "other": _other(card, other, form) if other else None,
    }
    return render(request, "orders/party.html", context, status=status)


def _other(card: ServiceCard, slot: SlotCard, form: forms.Party) -> dict[str, str]:
    """The next time with enough places; what was typed goes along, but for names."""
    kept = {name: form.cleaned_data[name] for name in ("kind", "places") if form.cleaned_data.get(name)}
    asked = urlencode({"service": card.ref, "slot": slot.ref, **kept})
    return {"when": written.span(slot.from_, slot.until), "url": f"{reverse('orders:party')}?{asked}",
            "free": str(slot.free)}


def _form(request: Request, card: ServiceCard, slot: UUID) -> forms.Party:
    own = [ref for ref in request.actor.refs(BOOK, "person")]
    names = people.names(own, by=request.actor)
    units = organisations.managed(request.actor, BOOK_FOR_UNIT, sites=False)
    modes = [mode for mode in card.modes if mode != "home"]
    if not modes:
        raise RuleBroken(N_("A group comes to the site, or takes part by phone or online; nobody visits it at home."),
                         rule="orders.party", field="mode")
    given: dict[str, Any] = {
        "people": [(str(ref), names[ref]) for ref in own if ref in names],
        "units": [(str(unit.ref), unit.name) for unit in units],
        "modes": [(mode, speak(directory.MODES[mode])) for mode in modes],
        "most": rulebook.rule(rules.SERIES, on=timezone.localdate(request.at), region=card.region).amount,
    }
    if request.method == "POST":
        return forms.Party(request.POST, **given)
    kind = request.GET.get("kind", "")
    return forms.Party(initial={
        "service": card.ref, "slot": slot, "key": new_ref(), "mode": modes[0], "weeks": forms.ONCE,
        "kind": kind if kind in rules.PARTIES else rules.PartyKind.ELDERS if units else rules.PartyKind.FAMILY,
        "places": request.GET.get("places", "")[:3],
    }, **given)


def _booked(request: Request, form: forms.Party, card: ServiceCard) -> HttpResponse:
    said = form.cleaned_data
    most = rulebook.rule(rules.PARTY_MOST, on=timezone.localdate(request.at), region=card.region).amount
    group = form.said(most=most)
    common: dict[str, Any] = {"slot": said["slot"], "person": request.actor.person, "mode": said["mode"],
                              "party": group, "by": request.actor, "at": request.at}

    def do() -> UUID:
        if said["weeks"] > 1:
            return actions.book_series(card.ref, weeks=said["weeks"], **common).orders[0]
        return actions.book(card.ref, **common)

    body = ["orders_party", {name: value for name, value in said.items() if name not in ("key", "names")}]
    outcome = journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
    return redirect("orders:booked", outcome.ref)
