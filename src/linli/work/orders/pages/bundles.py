"""A bundle as one offer: its times chosen on one page, booked by one button, seen and called off as a whole."""
from collections.abc import Sequence
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

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import BundleCard
from linli.registers.people import queries as people
from linli.ui import written
from linli.work.orders import actions, forms, queries, rules
from linli.work.orders.pages import words
from linli.work.orders.pages.booking import whom_for
from linli.work.orders.queries import BundleBooking, Cost
from linli.work.orders.rules import Step, Time

WEEK = 7


@require_http_methods(["GET", "HEAD", "POST"])
def book_bundle(request: Request, ref: UUID) -> HttpResponse:
    """A time for every visit, proposed in order and changed one by one; then all of it is booked at once."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    card = directory.bundle(ref, by=request.actor)
    said = request.POST if request.method == "POST" else request.GET
    whom, known = whom_for(request, _ref(said.get("person", "")), alone=False)
    chosen = [_ref(text) for text in said.getlist("slot")[:sum(part.times for part in card.parts)]]
    person = UUID(whom[0][0])
    form, status, alerts = _form(request, card, person, known), 200, list[str]()
    point, modes = None, dict[UUID, str]()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            point, modes = rules.position(form.cleaned_data["lon"], form.cleaned_data["lat"]), form.modes()
            try:
                return _booked(request, card, form, [one for one in chosen if one])
            except (Conflict, RuleBroken) as why:
                status = 409 if isinstance(why, Conflict) else 422
                if why.field in form.fields:
                    blame(form, why)
                else:
                    alerts.append(say(why))
                chosen = _without(chosen, why)
    shut = _shut(card, at=request.at)
    steps = queries.steps(card, home=queries.home_of(known.region(person), point), modes=modes, person=person,
                          by=request.actor, at=request.at)
    planned = rules.plan(steps, chosen)
    visits = [] if shut else _visits(request, card, steps, planned, person)
    context = {
        "card": card, "form": form, "alerts": alerts, "shut": shut, "visits": visits,
        "ways": any(map(rules.way_to, steps[1:], steps)), "ways_url": reverse("rulebook:rule", args=[rules.PERSON_WAY]),
        "moved": any(one and (not plan or plan.ref != one) for one, plan in zip(chosen, planned, strict=False)),
        "whom": [(name, _url(ref, [], UUID(one)), one == whom[0][0]) for one, name in whom],
        "cost": _cost(queries.cost(card, age=known.age(person, on=timezone.localdate(request.at)))),
        "ready": all(planned) and not shut,
        "count": len(steps), "back": reverse("directory:bundle", args=[ref]),
    }
    return render(request, "orders/book_bundle.html", context, status=status)


def _booked(request: Request, card: BundleCard, form: forms.Whole, slots: list[UUID]) -> HttpResponse:
    """Sent twice under the form's own key, it is booked once."""
    said = form.cleaned_data
    outcome = journal.once(
        f"page:{said['key']}", by=request.actor, at=request.at,
        body=["orders_book_bundle", card.ref, slots, {name: value for name, value in said.items() if name != "key"}],
        do=lambda: actions.book_bundle(
            card.ref, slots=slots, modes=form.modes(), person=said["person"], address=said.get("address", ""),
            point=rules.position(said["lon"], said["lat"]), by=request.actor, at=request.at))
    return redirect(f"{reverse('orders:bundle', args=[outcome.ref])}?done=book")


def _form(request: Request, card: BundleCard, person: UUID, known: people.Known) -> forms.Whole:
    ways = {part.service: (part.card.name, [(mode, speak(directory.MODES[mode])) for mode in part.card.modes])
            for part in card.parts}
    at_home = any("home" in part.card.modes for part in card.parts)
    on_file = at_home and (contact := known.contact(person)) is not None and bool(contact.address)
    if request.method == "POST":
        return forms.Whole(request.POST, ways=ways, on_file=on_file)
    return forms.Whole(initial={"key": new_ref(), "person": person}, ways=ways, on_file=on_file)


def _shut(card: BundleCard, *, at: datetime) -> str:
    """Why nothing of it can be booked here, if so."""
    try:
        queries.require_bookable(card, at=at)
    except Refusal as why:
        return say(why)
    return ""


def _without(chosen: list[UUID | None], why: Refusal) -> list[UUID | None]:
    """The choice without the time that was refused."""
    field, _, place = (why.field or "").partition("_")
    gone = int(place) if field == "slot" and place.isdecimal() else -1
    return [None if n == gone else one for n, one in enumerate(chosen)]


def _visits(request: Request, card: BundleCard, steps: Sequence[Step], planned: Sequence[Time | None],
            person: UUID) -> list[dict[str, Any]]:
    """Each visit with its time; of the one that is `open` also a week of times that fit."""
    given = request.GET.get("open", "") if request.method == "GET" else ""
    open_ = int(given) if given.isdecimal() and int(given[:3]) < len(steps) else None
    parts = [(part, no, part.times) for part in card.parts for no in range(1, part.times + 1)]
    found = []
    chosen = rules.wishes(steps, planned)
    for place, (step, time, (part, no, times)) in enumerate(zip(steps, planned, parts, strict=True)):
        found.append({
            "way": _way(steps, planned, place),
            "name": step.name, "provider": part.card.provider_name, "no": no if times > 1 else 0, "times": times,
            "when": written.span(time.from_, time.until) if time else "", "slot": str(time.ref) if time else "",
            "price": written.money(part.card.price_fen, short=True) if part.card.price_fen else "",
            "open_url": f"{_url(card.ref, chosen, person)}&open={place}#visit-{place}", "place": place,
            "week": _week(request, card.ref, steps, planned, place, person) if place == open_ else None,
            "wait_url": f"{reverse('orders:join')}?service={step.service}",
        })
    return found


def _way(steps: Sequence[Step], planned: Sequence[Time | None], place: int) -> str:
    """How far it is from the visit before, where both are on one day."""
    before, now = planned[place - 1] if place else None, planned[place]
    if not before or not now or rules.day(before.from_) != rules.day(now.from_):
        return ""
    way = rules.way_to(steps[place], steps[place - 1])
    return gettext("{distance} from the visit before, about {minutes} minutes").format(
        distance=written.distance(way.metres), minutes=way.minutes) if way else ""


def _week(request: Request, ref: UUID, steps: Sequence[Step], planned: Sequence[Time | None], place: int,
          person: UUID) -> dict[str, Any]:
    """Seven days of times for one visit, as links that plan the rest anew, and why the other free ones do not fit."""
    lead = rules.leading(steps)
    able, others = (rules.open_times(steps, planned, place, lead), rules.unfit(steps, planned, place, lead))
    days = [rules.day(one.from_) for one in able]
    every = days or [rules.day(one.time.from_) for one in others]
    if not every:
        return {"days": [], "earlier": "", "later": "", "unfit": []}
    now, chosen = planned[place], rules.wishes(steps, planned)
    first = _day(request.GET.get("from", ""), timezone.localdate(now.from_) if now else every[0])
    first = max(every[0], min(first, every[-1]))
    sooner = max(every[0], first - timedelta(days=WEEK))
    here = f"{_url(ref, chosen, person)}&open={place}"
    week = [(first + timedelta(days=n), [
        (written.clock(one.from_), _url(ref, [*chosen[:place], one.ref, *chosen[place + 1:]], person)
         + f"#visit-{place}", "", "open", one == now)
        for one, day in zip(able, days, strict=True) if day == first + timedelta(days=n)]) for n in range(WEEK)]
    return {
        "days": week if able else [],
        "unfit": words.reasons([one for one in others if (first == every[0] or rules.day(one.time.from_) >= first)
                           and rules.day(one.time.from_) < first + timedelta(days=WEEK)]),
        "earlier": f"{here}&from={sooner}#visit-{place}" if first > every[0] else "",
        "later": f"{here}&from={first + timedelta(days=WEEK)}#visit-{place}" if any(
            day >= first + timedelta(days=WEEK) for day in every) else "",
    }


def _url(ref: UUID, chosen: Sequence[UUID | None], person: UUID) -> str:
    """This page with these choices for this person; what is left open at the end is left out."""
    last = max((n for n, one in enumerate(chosen, start=1) if one), default=0)
    said = [("person", str(person)), *(("slot", str(one or "")) for one in chosen[:last])]
    return f"{reverse('orders:book_bundle', args=[ref])}?{urlencode(said)}"


def _cost(cost: Cost | BundleBooking) -> list[tuple[str, str]]:
    """The whole in money: one by one, as a bundle, the subsidy, and what is paid."""
    rows = [(gettext("Booked one by one"), written.money(cost.alone_fen, short=True))] if (
        cost.alone_fen > cost.price_fen) else []
    rows.append((gettext("As a bundle"), written.money(cost.price_fen, short=True)))
    if cost.subsidy_fen:
        rows.append((gettext("Subsidy"), written.money(-cost.subsidy_fen, short=True)))
    pays = written.money(cost.pays_fen, short=True) if cost.pays_fen else gettext("free of charge")
    return [*rows, (gettext("You pay"), pays)]


# What was booked


@require_GET
def bundle(request: Request, ref: UUID) -> HttpResponse:
    """The whole with its visits; once it is booked also what happens next."""
    return _bundle(request, queries.bundle_booking(ref, by=request.actor, at=request.at))


@require_POST
def cancel_bundle(request: Request, ref: UUID) -> HttpResponse:
    card = queries.bundle_booking(ref, by=request.actor, at=request.at)
    form = _reason(request)
    if form.is_valid():
        try:
            actions.cancel_bundle(ref, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(f"{reverse('orders:bundle', args=[ref])}?done=cancel")
    return _bundle(request, card, form)


def _bundle(request: Request, card: BundleBooking, form: forms.Reason | None = None) -> HttpResponse:
    done, first = request.GET.get("done", ""), card.lines[0]
    return render(request, "orders/bundle.html", {
        "card": card, "rows": [words.row(line, at=request.at) for line in card.lines], "form": form or _reason(None),
        "cost": _cost(card) if card.whole else [], "count": len(card.lines), "number": first.number,
        "new": done == "book" and all(line.answer_by for line in card.lines),
        "told": gettext("Cancelled. What is under way or over stays as it is.") if done == "cancel" else "",
        "title": gettext("Booked: {name}").format(name=card.name), "bundle_url": reverse(
            "directory:bundle", args=[card.bundle]),
        "next": [
            gettext("Each provider answers for its own visits, the first by {moment}.").format(
                moment=written.moment(min(line.answer_by for line in card.lines if line.answer_by))),
            gettext("Should one decline, the other visits stay; you choose another time for the one, or cancel all."),
            gettext("Each visit can be changed or cancelled by itself, by its own rules."),
        ] if any(line.answer_by for line in card.lines) else [],
    }, status=422 if form is not None else 200)


def _reason(request: Request | None) -> forms.Reason:
    return forms.Reason(request.POST if request else None, known=rules.CANCELS)


def _ref(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str, otherwise: Any) -> Any:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return otherwise
