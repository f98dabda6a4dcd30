"""One's own needs: the list, one of them with what happened and who offers, and taking it back."""
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.ui import written
from linli.work.needs import actions, queries
from linli.work.needs.pages import words
from linli.work.needs.queries import NeedCard
from linli.work.needs.states import POST, SEE_OPEN, State

PAGE = 20
GOING = (State.OPEN, State.BOOKED)


@require_GET
def mine(request: Request) -> HttpResponse:
    """The needs of oneself and of whom one acts for, newest first; htmx gets the list alone."""
    if not request.actor.refs(POST, "person"):
        raise NotAllowed(N_("Sign in as a resident to see your needs."))
    show = "all" if request.GET.get("show") == "all" else "going"
    after = _ref(request.GET.get("after", ""))
    found = queries.mine(request.actor, states=None if show == "all" else GOING, after=after, most=PAGE + 1)
    more = urlencode({"show": show, "after": str(found[PAGE - 1].ref)}) if len(found) > PAGE else ""
    context = {
        "rows": [words.row(card, by=request.actor) for card in found[:PAGE]], "show": show, "more": more,
        "first": after is None,
    }
    return render(request, f"needs/{'_list' if request.htmx else 'mine'}.html", context)


@require_GET
def need(request: Request, ref: UUID) -> HttpResponse:
    """Where it stands, what was understood, who offers. An office sees it without names and words."""
    try:
        card = queries.need(ref, by=request.actor)
    except NotFound:
        return _without_words(request, ref)
    return render(request, "needs/need.html", {
        "card": card, "heading": words.heading(card), "label": speak(card.label),
        "about": words.about(card), "why": words.reasons(card.why), "line": words.timeline(card, by=request.actor),
        "emergency": words.emergency(card.flags, card.why) if card.state in GOING else [],
        "offers": [] if card.state is not State.OPEN else _offers(card, request),
        "moves": {move.name for move in card.moves},
        "matches_url": words.address("matching:matches", ref) if card.state is State.OPEN else "",
        "agent": POST not in request.actor.held(f"person:{card.person}"),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, ref: UUID) -> HttpResponse:
    """Asks first: it is for good, and standing offers end."""
    if request.method == "POST":
        actions.withdraw(ref, by=request.actor, at=request.at)
        return redirect("needs:need", ref)
    card = queries.need(ref, by=request.actor)
    if "withdraw" not in {move.name for move in card.moves}:
        return redirect("needs:need", ref)
    return render(request, "needs/withdraw.html", {"card": card, "offers": card.standing})


def _without_words(request: Request, ref: UUID) -> HttpResponse:
    card = queries.need_for(ref, by=request.actor, at=request.at)
    if request.actor.refs(SEE_OPEN, "organisation"):
        return redirect("needs:open_need", ref)
    return render(request, "needs/without_words.html", {
        "card": card, "facts": [*words.open_facts(card, at=request.at), (gettext("Number"), card.number)],
        "flags": words.flags(card.flags), "kind": speak(card.category_name), "urgency": words.urgency(card.urgency),
    })


def _offers(card: NeedCard, request: Request) -> list[dict[str, Any]]:
    made = queries.offers_to(card)
    if not made:
        return []
    services = directory.services([one.service for one in made])
    slots = directory.slots_by_ref([one.slot for one in made])
    found = []
    for one in made:
        service, slot = services.get(one.service), slots.get(one.slot)
        if service is None:
            continue
        free = slot is not None and slot.from_ > request.at and slot.free > 0 and service.open
        asked = {"need": str(card.ref), "service": str(one.service), "slot": str(one.slot)}
        found.append({
            "provider": service.provider_name, "service": service.name, "note": one.note,
            "service_url": reverse("directory:service", args=[service.ref]),
            "when": written.span(slot.from_, slot.until) if slot else gettext("time no longer given"),
            "price": written.money(service.price_fen, short=True) if service.price_fen else gettext("free of charge"),
            "less": written.money(service.lowest_fen, short=True) if service.subsidy_fen else "",
            "url": f"{words.address('orders:book', fallback='/orders/book/')}?{urlencode(asked)}" if free else "",
        })
    return found


def _ref(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
