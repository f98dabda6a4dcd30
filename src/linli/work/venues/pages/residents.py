from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import queries as people
from linli.ui import written
from linli.work.venues import actions, forms, queries, rules
from linli.work.venues.pages import words
from linli.work.venues.queries import VenueCard
from linli.work.venues.rules import HALF
from linli.work.venues.states import BOOK, KEEP, State


@require_GET
def venues(request: Request) -> HttpResponse:
    """A free venue by day, time, district and kind; everything may be left open."""
    form = forms.Find(request.GET or None, regions=words.regions())
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = timezone.localdate(request.at)
    on = max(said.get("day") or today + timedelta(days=1), today)
    found = [] if form.is_bound and not said else queries.find(
        on=on, at=request.at, region=said.get("region") or "", kind=said.get("kind") or "",
        people=said.get("people") or 1, begin=forms.clock(said["begin"]) if said.get("begin") else None,
        until=forms.clock(said["until"]) if said.get("until") else None)
    kept = {name: request.GET[name] for name in ("begin", "until", "people") if request.GET.get(name)}
    if not form.is_bound:
        form = forms.Find(initial={"day": on}, regions=words.regions())
    rows = [words.line(card) | {"url": f"{reverse('venues:venue', args=[card.ref])}?{urlencode({'day': on, **kept})}"}
            for card in found]
    return render(request, "venues/venues.html", {
        "form": form, "rows": rows, "day": on, "signed_in": request.actor.ref != ANONYMOUS.ref,
        "narrowed": any(request.GET.get(name) for name in ("kind", "region", "people"))})


@require_GET
def venue(request: Request, ref: UUID) -> HttpResponse:
    return _venue(request, ref)


def _venue(request: Request, ref: UUID, form: forms.Book | None = None, status: int = 200) -> HttpResponse:
    """What it is, when it is open, what is free on a day, and the form to book it."""
    today = timezone.localdate(request.at)
    asked = request.GET.get("day") or (form.data.get("day", "") if form else "")
    on = max(words.day(str(asked), today + timedelta(days=1)), today)
    card = queries.venue(ref, by=request.actor, at=request.at, on=on)
    offer, last = card.offer, today + timedelta(days=card.offer.horizon_days - 1)
    whom = _whom(request)
    if form is None and whom:
        first = card.free[0] if card.free else None
        form = forms.Book(initial={
            "key": new_ref(), "day": on,
            "begin": request.GET.get("begin") or (written.clock(first[0]) if first else ""),
            "until": request.GET.get("until") or (words.end_of(min(first[1], first[0] + 2 * HALF)) if first else ""),
            "people": request.GET.get("people") or 1, "person": whom[0][0], "weeks": "1",
        }, **_asks(request, card, whom))
    context = words.line(card) | {
        "card": card, "form": form, "day": on, "rules": offer.house_rules, "about": offer.about,
        "open": card.state.value == "open", "whom": whom[0][1] if len(whom) == 1 else "",
        "earlier": f"?day={on - timedelta(days=1)}" if on > today else "",
        "later": f"?day={on + timedelta(days=1)}" if on < last else "",
        "facts": _facts(card), "week": _week(card), "sign_in": request.actor.ref == ANONYMOUS.ref,
        "manage": reverse("venues:week", args=[ref]) if KEEP in request.actor.held(
            f"organisation:{card.organisation}") else "",
    }
    return render(request, "venues/venue.html", context, status=status)


def _facts(card: VenueCard) -> list[tuple[str, str]]:
    offer = card.offer
    hours = gettext("until {count} hours before").format(count=offer.cancel_hours)
    return [
        (gettext("Where"), f"{card.region_name} · {offer.address}"),
        (gettext("Room for"), words.line(card)["capacity"]),
        *([(gettext("Equipment"), gettext(", ").join(speak(rules.EQUIPMENT[key]) for key in offer.equipment))]
          if offer.equipment else []),
        (gettext("Price per hour"), words.price(offer.price_fen)),
        (gettext("Who opens the door"), words.opener(offer.opened_by)),
        (gettext("Longest booking"), gettext("at most {count} hours").format(count=offer.most_hours)),
        (gettext("Change and cancel"), hours),
    ]


def _week(card: VenueCard) -> list[tuple[str, str]]:
    return [(speak(name), gettext(", ").join(
        f"{span.opens:%H:%M}–{'24:00' if span.closes == rules.MIDNIGHT else f'{span.closes:%H:%M}'}"
        for span in card.offer.hours if span.weekday == day) or gettext("closed"))
        for day, name in enumerate(rules.WEEKDAYS)]


@require_POST
def book(request: Request, ref: UUID) -> HttpResponse:
    """Under the form's own key: sent twice it is booked once."""
    whom = _whom(request)
    if not whom:
        raise NotAllowed(N_("Sign in first."))
    card = queries.venue(ref, by=request.actor, at=request.at)
    form, status = forms.Book(request.POST, **_asks(request, card, whom)), 422
    if form.is_valid():
        said = form.cleaned_data
        begin, until = form.period()

        def do() -> UUID:
            made = actions.book(ref, begin=begin, until=until, people=said["people"], purpose=said["purpose"],
                                weeks=said["weeks"], person=UUID(said["person"]), by=request.actor, at=request.at)
            return made.bookings[0]

        try:
            body = ["venues_book", {name: value for name, value in said.items() if name != "key"}]
            outcome = journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
            return redirect("venues:booking", outcome.ref)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
            status = 409 if isinstance(why, Conflict) else 422
    return _venue(request, ref, form, status)




@require_GET
def mine(request: Request) -> HttpResponse:
    """What one has booked, and whom one acts for."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    rows = [words.row(card) for card in queries.mine(request.actor, at=request.at)]
    return render(request, "venues/mine.html", {"rows": rows})


@require_GET
def booking(request: Request, ref: UUID) -> HttpResponse:
    return _booking(request, ref)


def _booking(request: Request, ref: UUID, alerts: list[str] | None = None, form: forms.Change | None = None,
             status: int = 200) -> HttpResponse:
    """When and where, the code for the door, and what can still be changed."""
    card = queries.booking(ref, by=request.actor)
    own = BOOK in request.actor.held(f"person:{card.person}")
    early = request.at <= card.change_until
    siblings = [one for one in queries.series(card.series, by=request.actor) if one.ref != ref] if card.series else []
    if form is None and "change" in card.moves and early:
        form = forms.Change(initial={"day": timezone.localdate(card.begin), "begin": written.clock(card.begin),
                                     "until": words.end_of(card.until), "people": card.people})
    context = words.row(card) | {
        "card": card, "alerts": alerts or [], "form": form if "change" in card.moves else None, "early": early,
        "base": "ui/base.html" if own else "ui/desk.html", "own": own,
        "cancel": {"cancel", "cancel_for_venue"} & set(card.moves) and (early or not own),
        "no_show": "no_show" in card.moves and request.at > card.begin,
        "siblings": [words.row(one) for one in siblings], "later": any(
            one.begin > card.begin and one.state is State.BOOKED for one in siblings),
        "facts": [
            (gettext("When"), written.span(card.begin, card.until)),
            (gettext("Where"), f"{queries.lies_in(card.venue)} · {card.address}"),
            (gettext("Who opens the door"), words.opener(card.opened_by)),
            (gettext("How many people"), words.people(card.people)),
            (gettext("For whom"), card.person_name or gettext("own use")), (gettext("What for"), words.purpose(card)),
            (gettext("Cost"), words.price(card.price_fen)),
            (gettext("Change and cancel until"), written.moment(card.change_until)),
        ],
        "calendar": reverse("venues:booking_calendar", args=[ref]),
        "back": reverse("venues:mine") if own else reverse("venues:own"),
    }
    return render(request, "venues/booking.html", context, status=status)


@require_POST
def change(request: Request, ref: UUID) -> HttpResponse:
    """Move it to another period."""
    form, status = forms.Change(request.POST), 422
    if form.is_valid():
        begin, until = form.period()
        try:
            actions.change(ref, begin=begin, until=until, people=form.cleaned_data["people"], by=request.actor,
                           at=request.at)
            return redirect("venues:booking", ref)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
            status = 409 if isinstance(why, Conflict) else 422
    return _booking(request, ref, form=form, status=status)


@require_POST
def cancel(request: Request, ref: UUID) -> HttpResponse:
    rest = request.POST.get("rest") == "on"
    return _done(request, ref, lambda: actions.cancel(ref, rest=rest, by=request.actor, at=request.at))


@require_POST
def no_show(request: Request, ref: UUID) -> HttpResponse:
    return _done(request, ref, lambda: actions.no_show(ref, by=request.actor, at=request.at))


def _done(request: Request, ref: UUID, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except (Conflict, RuleBroken) as why:
        return _booking(request, ref, [say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect("venues:booking", ref)


def _whom(request: Request) -> list[tuple[str, str]]:
    """For whom the actor may book, themself first."""
    own = sorted(request.actor.refs(BOOK, "person"), key=lambda ref: (ref != request.actor.person, ref))
    names = people.names(own, by=request.actor) if own else {}
    return [(str(ref), names[ref]) for ref in own if ref in names]


def _asks(request: Request, card: VenueCard, whom: list[tuple[str, str]]) -> dict[str, Any]:
    most = rulebook.rule(rules.SERIES, on=timezone.localdate(request.at), region=card.offer.region).amount
    return {"people": whom, "most": most}
