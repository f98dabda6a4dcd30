from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.people import queries as people
from linli.ui import written
from linli.work.needs import queries as needs
from linli.work.needs.queries import NeedCard
from linli.work.orders import actions, forms, queries, rules
from linli.work.orders.pages import words
from linli.work.orders.queries import State
from linli.work.orders.states import BOOK


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: Request) -> HttpResponse:
    """What is booked, when, where, for whom and for how much; keeps the time for a while, or books it at once."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    said = request.POST if request.method == "POST" else request.GET
    card = directory.service_for(uuid_of(said.get("service")), by=request.actor)
    slot = directory.slot(uuid_of(said.get("slot")))
    need = needs.need(uuid_of(said.get("need")), by=request.actor) if said.get("need") else None
    given = request.GET.get("for") or request.POST.get("person")
    whom, known = whom_for(
        request, need.person if need else uuid_of(given) if given else None, alone=need is not None)
    form = _form(request, card, slot.ref, need.ref if need else None, whom, known)
    status, told = 200, _told(request, card, slot, UUID(whom[0][0]), known, need)
    if request.method == "POST":
        if form.is_valid():
            try:
                return _booked(request, form)
            except (Conflict, RuleBroken) as why:
                blame(form, why)
        status = 422
    service = reverse("directory:service", args=[card.ref]) + (f"?need={need.ref}" if need else "")
    pays = card.price_for(age=known.age(UUID(whom[0][0]), on=timezone.localdate(request.at)))
    context = {
        "form": form, "card": card, "back": service,
        "facts": [
            (gettext("Service"), f"{card.name} · {card.provider_name}", service, gettext("Change")),
            (gettext("When"), written.span(slot.from_, slot.until), service, gettext("Change")),
            (gettext("Cost"), price(card, pays), "", ""),
        ],
        "single": [speak(directory.MODES[card.modes[0]])] if len(card.modes) == 1 else [],
        "whom": whom[0][1] if len(whom) == 1 else "", "at_home": form.at_home,
        "hold_minutes": rulebook.rule(rules.HOLD, on=timezone.localdate(request.at)).amount,
        "told": told, "open": card.open and slot.bookable(request.at), "wave": words.wave(card, slot.from_),
        "group_url": f"{reverse('orders:party')}?{urlencode({'service': card.ref, 'slot': slot.ref})}"
        if slot.capacity > 1 and need is None and card.modes != ("home",) else "",
    }
    return render(request, "orders/book.html", context, status=status)


def _told(request: Request, card: ServiceCard, slot: SlotCard, person: UUID, known: people.Known,
          need: NeedCard | None) -> list[tuple[str, str]]:
    """Before anything is sent: what else the person has at that time, or too far away to come from or go to."""
    mode = need.mode if need and need.mode in card.modes else card.modes[0]
    why, ways = queries.foreseen(card, slot, mode=mode, person=person, region=known.region(person),
                                 point=need.point if need else None, by=request.actor, at=request.at)
    return [(say(why), "late")] if why else [(text, "wait") for text in words.ways(ways)]


def _booked(request: Request, form: forms.Booking) -> HttpResponse:
    """One order, or the first of a series, under the form's own key: sent twice it is booked once."""
    said = form.cleaned_data
    common: dict[str, Any] = {
        "slot": said["slot"], "need": said["need"], "person": UUID(said["person"]), "mode": said["mode"],
        "address": said.get("address", ""), "point": rules.position(said["lon"], said["lat"]), "by": request.actor,
        "at": request.at,
    }
    holding, weeks = request.POST.get("do") == "hold", said["weeks"]

    def do() -> UUID:
        if holding:
            return actions.hold(said["service"], **common)
        if weeks > 1:
            return actions.book_series(said["service"], weeks=weeks, **common).orders[0]
        return actions.book(said["service"], **common)

    body = ["orders_book", holding, {name: value for name, value in said.items() if name != "key"}]
    outcome = journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
    return redirect("orders:order" if holding else "orders:booked", outcome.ref)


@require_GET
def booked(request: Request, ref: UUID) -> HttpResponse:
    """The confirmation: the number, and what happens next by when; of a series also which weeks had no time."""
    card = queries.order(ref, by=request.actor, at=request.at)
    line, each = card.line, [card.line, *card.siblings]
    if line.state is not State.BOOKED:
        return redirect("orders:order", ref)
    next_ = [
        gettext("{provider} answers by {moment}.").format(
            provider=line.provider_name, moment=written.moment(line.answer_by)),
        gettext("Once they accept, you see who comes and the colour of their passport."),
        gettext("You can change the time or cancel until it begins; without a mark until {hours} hours before.").format(
            hours=rulebook.rule(rules.FREE_CANCEL, on=timezone.localdate(request.at), region=line.region).amount),
    ]
    dates = sorted(one.from_ for one in each) if line.series else []
    known = {one.series_no for one in each}
    first = line.from_ - timedelta(weeks=(line.series_no or 1) - 1)
    skipped = [written.moment(first + timedelta(weeks=no - 1)) for no in range(1, (line.series_of or 0) + 1)
               if no not in known]
    context = {
        "number": line.number, "next": next_, "dates": [written.moment(moment) for moment in dates], "skipped": skipped,
        "url": reverse("orders:order", args=[ref]), "title": gettext("Booked: {when}").format(
            when=words.when(line.from_, at=request.at)), "service": line.service_name,
    }
    return render(request, "orders/booked.html", context)


def _form(request: Request, card: ServiceCard, slot: UUID, need: UUID | None,
          whom: list[tuple[str, str]], known: people.Known) -> forms.Booking:
    most = rulebook.rule(rules.SERIES, on=timezone.localdate(request.at), region=card.region).amount
    given = asked(card, whom, known) | {"most": most}
    if request.method == "POST":
        return forms.Booking(request.POST, **given)
    return forms.Booking(initial={
        "service": card.ref, "slot": slot, "need": need, "key": new_ref(), "person": whom[0][0], "mode": card.modes[0],
        "weeks": forms.ONCE,
    }, **given)


def asked(card: ServiceCard, whom: list[tuple[str, str]], known: people.Known) -> dict[str, Any]:
    """What a form needs to ask for whom, how and where."""
    contacts = [known.contact(UUID(ref)) for ref, _ in whom] if "home" in card.modes else []
    return {
        "people": whom, "modes": [(mode, speak(directory.MODES[mode])) for mode in card.modes],
        "on_file": bool(contacts) and all(contact and contact.address for contact in contacts),
    }


def whom_for(request: Request, only: UUID | None, *, alone: bool) -> tuple[list[tuple[str, str]], people.Known]:
    """For whom the actor may book, the one asked for first, and these people; `alone` where a need says for whom.

    Refuses: NotFound.
    """
    own = list(request.actor.refs(BOOK, "person"))
    if only is not None and only not in own:
        people.person(only, by=request.actor)  # an agent's caller, or nobody of theirs
        alone = True
    own = [only] if alone and only else own
    refs = sorted(own, key=lambda ref: (ref != (only or request.actor.person), ref))
    if not refs:
        raise NotAllowed(N_("Say first for whom you book: find the caller, then book from their need."))
    known = people.known(refs)
    masked = {ref: not people.stands_for(ref, by=request.actor) for ref in refs}
    return [(str(ref), known.name(ref, masked=masked[ref])) for ref in refs], known


def price(card: ServiceCard, pays: int) -> str:
    shown = written.money(pays, short=True) if pays else gettext("free of charge")
    if pays == card.price_fen:
        return shown
    return gettext("{pays} (subsidy {subsidy})").format(pays=shown,
                                                        subsidy=written.money(card.price_fen - pays, short=True))


def uuid_of(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFound(N_("There is no such time. Choose one on the service's page.")) from None
