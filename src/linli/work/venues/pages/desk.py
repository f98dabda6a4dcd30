from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations.queries import OrganisationCard
from linli.ui import written
from linli.work.venues import actions, forms, queries, rules
from linli.work.venues.pages import words
from linli.work.venues.queries import VenueCard
from linli.work.venues.states import KEEP, State


def _own(request: Request) -> tuple[OrganisationCard, list[tuple[str, str, bool]]]:
    mine = queries.keeping(request.actor)
    if not mine:
        raise NotAllowed(N_("This page is for organisations that open venues."))
    asked = request.GET.get("organisation") or request.POST.get("organisation")
    chosen = next((card for card in mine if str(card.ref) == asked), mine[0])
    return chosen, [(card.name, f"?organisation={card.ref}", card.ref == chosen.ref) for card in mine if len(mine) > 1]


@require_GET
def own(request: Request) -> HttpResponse:
    return _desk(request)


def _desk(request: Request, form: forms.Code | None = None, status: int = 200, let_in: str = "") -> HttpResponse:
    """Today's bookings with the field for the code, and all venues."""
    own, others = _own(request)
    today = timezone.localdate(request.at)
    on = words.day(request.GET.get("day", ""), today)
    begin = rules.midnight(on)
    rows = queries.between(own.ref, begin, begin + timedelta(days=1), by=request.actor)
    kept = [words.line(card) | {"url": reverse("venues:week", args=[card.ref]),
                           "edit": reverse("venues:update", args=[card.ref])} for card in queries.venues_of(own.ref)]
    return render(request, "venues/own.html", {
        "organisation": own, "organisations": others, "rows": [words.row(card) for card in rows], "venues": kept,
        "form": form or forms.Code(), "day": on, "let_in": let_in, "earlier": f"?day={on - timedelta(days=1)}",
        "later": f"?day={on + timedelta(days=1)}", "today": on == today,
    }, status=status)


@require_POST
def check_in(request: Request) -> HttpResponse:
    """Let in who says the code."""
    own, _ = _own(request)
    form, status = forms.Code(request.POST), 422
    if form.is_valid():
        try:
            ref = actions.check_in(own.ref, code=form.cleaned_data["code"], by=request.actor, at=request.at)
            card = queries.booking(ref, by=request.actor)
            return _desk(request, let_in=gettext("{venue}, {when}, {count} people: let in.").format(
                venue=card.venue_name, count=card.people,
                when=f"{written.clock(card.begin)}–{words.end_of(card.until)}"))
        except (Conflict, RuleBroken) as why:
            blame(form, why)
            status = 409 if isinstance(why, Conflict) else 422
    return _desk(request, form, status)


@require_http_methods(["GET", "HEAD", "POST"])
def open_venue(request: Request) -> HttpResponse:
    own, _ = _own(request)
    regions = words.regions(own.region)
    form = forms.Venue(request.POST, regions=regions) if request.method == "POST" else forms.Venue(initial={
        "region": own.region, "lead_hours": 2, "cancel_hours": 12, "most_hours": 3, "horizon_days": 28,
        "address": own.address}, regions=regions)

    def do(offer: rules.Offer) -> UUID:
        return actions.open_venue(own.ref, offer=offer, by=request.actor, at=request.at)

    return _kept(request, form, do, gettext("Open a venue"), own)


@require_http_methods(["GET", "HEAD", "POST"])
def update_venue(request: Request, ref: UUID) -> HttpResponse:
    card = _keeps(request, ref)
    own = next(one for one in queries.keeping(request.actor) if one.ref == card.organisation)
    regions = words.regions(card.offer.region)
    form = forms.Venue(request.POST, regions=regions) if request.method == "POST" else forms.Venue(
        initial=forms.initial(card.offer), regions=regions)

    def do(offer: rules.Offer) -> UUID:
        actions.update_venue(ref, offer=offer, by=request.actor, at=request.at)
        return ref

    return _kept(request, form, do, card.offer.name, own, card)


def _kept(request: Request, form: forms.Venue, do: Callable[[rules.Offer], UUID], title: str, own: OrganisationCard,
          card: VenueCard | None = None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("venues:week", do(form.offer()))
            except (Conflict, RuleBroken) as why:
                blame(form, why)
    moves = {"close_venue": ("close", gettext("Take no more bookings")), "reopen_venue": (
        "reopen", gettext("Open again"))}
    return render(request, "venues/venue_form.html", {
        "form": form, "title": title, "organisation": own, "card": card,
        "moves": [moves[name] for name in card.moves if name in moves] if card else []}, status=status)


@require_POST
def turn(request: Request, ref: UUID, move: str) -> HttpResponse:
    """Take no more bookings, or open again."""
    act = {"close": actions.close_venue, "reopen": actions.reopen_venue}.get(move)
    if act is None:
        raise NotFound(N_("There is no such step."))
    act(ref, by=request.actor, at=request.at)
    return redirect("venues:week", ref)


@require_GET
def week(request: Request, ref: UUID) -> HttpResponse:
    return _weekly(request, ref)


def _weekly(request: Request, ref: UUID, form: forms.Period | None = None, status: int = 200) -> HttpResponse:
    """A venue's week: each day with what is booked and what is free, and the form to keep a period for own use."""
    card, today = _keeps(request, ref), timezone.localdate(request.at)
    asked = words.day(request.GET.get("from", ""), today)
    first = asked - timedelta(days=asked.weekday())
    begin = rules.midnight(first)
    found = [one for one in queries.between(card.organisation, begin, begin + timedelta(days=7), by=request.actor)
             if one.venue == ref]
    days = []
    for number in range(7):
        on = first + timedelta(days=number)
        rows = [one for one in found if timezone.localdate(one.begin) == on]
        taken = {half for one in rows if one.state is not State.NO_SHOW for half in rules.halves(one.begin, one.until)}
        free = rules.free_spans(rules.open_halves(card.offer.hours, on), taken)
        days.append({"day": on, "rows": [words.row(one) for one in rows],
                     "free": [f"{written.clock(one)}–{words.end_of(other)}" for one, other in free]})
    return render(request, "venues/week.html", words.line(card) | {
        "card": card, "days": days,
        "form": form or forms.Period(initial={"day": today, "begin": "09:00", "until": "12:00"}),
        "week": written.span(first, first + timedelta(days=6)), "earlier": f"?from={first - timedelta(days=7)}",
        "later": f"?from={first + timedelta(days=7)}", "edit": reverse("venues:update", args=[ref]),
        "public": reverse("venues:venue", args=[ref]),
        "calendar": request.build_absolute_uri(reverse("venues:venue_calendar", args=[ref])),
    }, status=status)


@require_POST
def block(request: Request, ref: UUID) -> HttpResponse:
    """Keep a period for own use."""
    _keeps(request, ref)
    form, status = forms.Period(request.POST), 422
    if form.is_valid():
        begin, until = form.period()
        try:
            actions.block(ref, begin=begin, until=until, by=request.actor, at=request.at)
            return redirect(f"{reverse('venues:week', args=[ref])}?from={form.cleaned_data['day']}")
        except (Conflict, RuleBroken) as why:
            blame(form, why)
            status = 409 if isinstance(why, Conflict) else 422
    return _weekly(request, ref, form, status)


def _keeps(request: Request, ref: UUID) -> VenueCard:
    """A venue that this actor keeps; hidden from all others, as the desk is."""
    card = queries.venue(ref, by=request.actor, at=request.at)
    if KEEP not in request.actor.held(f"organisation:{card.organisation}"):
        raise NotFound(N_("There is no such venue."))
    return card




@require_GET
def overseen(request: Request) -> HttpResponse:
    """How much the venues of the region are open and used, the least used first."""
    scopes = queries.oversees(request.actor)
    if not scopes:
        raise NotAllowed(N_("This page is for officers of a region."))
    today = timezone.localdate(request.at)
    first = words.day(request.GET.get("from", ""), today - timedelta(days=28))
    found = queries.use(scopes[0].ljust(12, "0"), first, first + timedelta(days=28))
    rows = [[
        {"text": one.name, "url": reverse("venues:venue", args=[one.venue])}, one.organisation_name, one.region_name,
        f"{one.open_hours:g}", f"{one.taken_hours:g}", f"{one.percent}%", str(one.bookings), str(one.unused),
        str(one.people)] for one in found]
    header = [(gettext("Venue"), ""), (gettext("Opened by"), ""), (gettext("Where"), ""),
              (gettext("Hours open"), "num"), (gettext("Hours taken"), "num"), (gettext("Share taken"), "num"),
              (gettext("Bookings"), "num"), (gettext("Nobody came"), "num"), (gettext("People let in"), "num")]
    return render(request, "venues/overseen.html", {
        "header": header, "rows": rows, "span": written.span(first, first + timedelta(days=27)),
        "earlier": f"?from={first - timedelta(days=28)}", "later": f"?from={first + timedelta(days=28)}",
    })
