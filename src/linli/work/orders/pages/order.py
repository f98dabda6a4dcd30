from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.registers.practitioners.queries import Colour, PractitionerCard
from linli.ui import written
from linli.ui.choosing import among
from linli.work.needs import queries as needs
from linli.work.needs.queries import NeedCard
from linli.work.orders import actions, forms, queries, rules
from linli.work.orders.pages import words
from linli.work.orders.queries import OrderCard, State
from linli.work.orders.rules import Time
from linli.work.orders.states import SEE, SUPERVISE

FACES = {"resident": "ui/base.html", "practitioner": "ui/base.html", "provider": "ui/desk.html",
         "office": "ui/desk.html"}
TAGS = {"green": "ok", "yellow": "wait", "red": "late"}
LOGGED = (State.CONFIRMED, State.RATED)
"""What the transparency log knows of, and a certificate is given for."""


# Lists


@require_GET
def mine(request: Request) -> HttpResponse:
    """What is going on, needs and orders, and what is done."""
    if request.account is None and request.actor.person is None:
        raise NotAllowed(N_("Sign in first."))
    after = _ref(request.GET.get("after", ""))
    if after is None:
        known = people.known(request.actor.refs(SEE, "person"))
        going, done = queries.all_mine(request.actor, at=request.at, known=known)
        asked = needs.mine(request.actor, states=["open"])
    else:
        going, done, asked = (), queries.mine(request.actor, at=request.at, done=True, after=after), []
    context = {
        "needs": [_need(card) for card in asked], "going": [words.row(line, at=request.at) for line in going],
        "done": [words.row(line, at=request.at) for line in done.items],
        "more": f"?after={done.next}" if done.next else "", "first": after is None,
        "several": len({line.person for line in (*going, *done.items)} | {card.person for card in asked}) > 1,
    }
    return render(request, "orders/mine.html", context)


def _need(card: NeedCard) -> dict[str, Any]:
    return {"url": f"/needs/{card.ref}/", "matches": f"/needs/{card.ref}/matches/", "text": card.text[:60],
            "category": speak(card.category_name), "label": speak(card.label), "tone": card.tone,
            "posted_at": card.posted_at, "person": card.person_name}


# One order


@require_GET
def order(request: Request, ref: UUID) -> HttpResponse:
    return _order(request, ref)


@require_GET
def certificate(request: Request, ref: UUID) -> HttpResponse:
    """A sheet on one visit that took place, with the code that leads to its receipt in the log."""
    card = queries.order(ref, by=request.actor, at=request.at)
    if card.proof is None or card.line.state not in LOGGED:
        raise Conflict(N_("A certificate is given once the visit is confirmed or rated."))
    line = card.line
    rows = words.proof(card.proof, practitioner=line.practitioner_name, service=line.service_name,
                       person=line.person_name, region=card.region_name)
    rows.insert(0, (gettext("Provider"), line.provider_name))
    if card.proof.resident_confirmed_at:
        rows.append((gettext("Confirmed by the resident's side"), written.moment(card.proof.resident_confirmed_at)))
    if line.grade:
        rows.append((gettext("Rating"), speak(rules.GRADES[line.grade])))
    return render(request, "orders/certificate.html", {
        "reference": line.number, "issued_at": request.at, "facts": rows, "log_address": _in_log(request, ref),
    })


def _in_log(request: Request, ref: UUID) -> str:
    """Where anybody finds the receipts of what is public about an order; its name stands there sealed."""
    return request.build_absolute_uri(f"/log/receipt/{ref}/")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: UUID) -> HttpResponse:
    """Another time of the same service: a week at a time."""
    card = queries.order(ref, by=request.actor, at=request.at)
    form = forms.Slot(request.POST) if request.method == "POST" else forms.Slot()
    if form.is_valid():
        try:
            actions.change(ref, slot=form.cleaned_data["slot"], by=request.actor, at=request.at)
            return redirect("orders:order", ref)
        except (Conflict, RuleBroken) as why:
            form.add_error("slot", say(why))
    if "change" not in {move.name for move in card.moves}:
        raise Conflict(N_("The time of this visit can no longer be changed."))
    today = timezone.localdate(request.at)
    first = max(today, min(_day(request.GET.get("from", ""), timezone.localdate(card.line.from_)),
                           today + timedelta(days=180)))
    begin = datetime.combine(first, datetime.min.time(), rules.SHANGHAI)
    slots = [one for one in directory.slots(card.line.service, begin, begin + timedelta(days=7)) if one.capacity]
    free = [Time(one.ref, one.from_, one.until) for one in slots
            if one.bookable(request.at) and one.ref != card.line.slot]
    unfit = queries.unfit(ref, free, by=request.actor, at=request.at)
    able = {one.ref for one in free} - {one.time.ref for one in unfit}
    days = [(first + timedelta(days=n), [
        (written.clock(one.from_), "", str(one.ref),
         "open" if one.ref in able else "past" if request.at > one.book_until else
         "unfit" if one.bookable(request.at) else "full", False)
        for one in slots if timezone.localdate(one.from_) == first + timedelta(days=n)]) for n in range(7)]
    context = {
        "card": card, "days": days, "form": form,
        "error": " ".join(map(str, form.errors.get("slot", []))) if form.is_bound else "",
        "earlier": f"?from={first - timedelta(days=7)}" if first > today else "",
        "later": f"?from={first + timedelta(days=7)}", "week": written.span(first, first + timedelta(days=6)),
        "now": written.span(card.line.from_, card.line.until), "back": reverse("orders:order", args=[ref]),
        "free": bool(able), "unfit": words.reasons(unfit),
    }
    return render(request, "orders/change.html", context, status=422 if form.is_bound else 200)


@require_POST
def book_held(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.book_held(ref, by=request.actor, at=request.at)
    except Conflict as why:
        return _order(request, ref, alerts=[say(why)], status=409)
    return redirect("orders:booked", ref)


@require_POST
def confirm(request: Request, ref: UUID) -> HttpResponse:
    return _plain(request, ref, actions.confirm)


@require_POST
def no_show(request: Request, ref: UUID) -> HttpResponse:
    return _plain(request, ref, actions.no_show)


@require_POST
def withdraw_participant(request: Request, ref: UUID, number: int) -> HttpResponse:
    """Take one off a group."""
    return _plain(request, ref, partial(actions.withdraw_participant, participant=number))


@require_POST
def rate(request: Request, ref: UUID) -> HttpResponse:
    return _sent(request, ref, "rate", forms.Rate(request.POST), actions.rate)


@require_POST
def cancel(request: Request, ref: UUID) -> HttpResponse:
    card = queries.order(ref, by=request.actor, at=request.at)
    open_to = {move.name for move in card.moves}
    name = "cancel_for_provider" if "cancel_for_provider" in open_to - {"cancel"} else "cancel"
    return _sent(request, ref, name, _reason(card, name, request), actions.cancel, card)


@require_POST
def decline(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Reason(request.POST, known=rules.DECLINES)
    return _sent(request, ref, "decline", form, actions.decline)


@require_POST
def accept(request: Request, ref: UUID) -> HttpResponse:
    return _sent(request, ref, "accept", _who(request, [], needed=False), actions.accept)


@require_POST
def assign(request: Request, ref: UUID) -> HttpResponse:
    return _sent(request, ref, "assign", _who(request, [], needed=True), actions.assign)


@require_POST
def check_in(request: Request, ref: UUID) -> HttpResponse:
    return _at_the_door(request, ref, "check_in", "began", actions.check_in)


@require_POST
def check_out(request: Request, ref: UUID) -> HttpResponse:
    return _at_the_door(request, ref, "check_out", "ended", actions.check_out)


def _at_the_door(request: Request, ref: UUID, name: str, when: str, move: Callable[..., None]) -> HttpResponse:
    card = queries.order(ref, by=request.actor, at=request.at)
    form = forms.Door(request.POST, supervisor=_supervises(request, card), places=_counted(name, card))
    if form.is_valid():
        try:
            move(ref, **form.said(when), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            hidden = why.field in {"lon", "lat"}
            field = "stated" if why.field == when else None if hidden else why.field
            form.add_error(field if field in form.fields else None, say(why))
        else:
            return redirect("orders:day" if request.POST.get("back") == "day" else "orders:order",
                            *([] if request.POST.get("back") == "day" else [ref]))
    return _order(request, ref, {name: form}, status=422)


def _plain(request: Request, ref: UUID, move: Callable[..., None]) -> HttpResponse:
    try:
        move(ref, by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _order(request, ref, alerts=[say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect("orders:order", ref)


def _sent(request: Request, ref: UUID, name: str, form: Form, move: Callable[..., Any],
          card: OrderCard | None = None) -> HttpResponse:
    status = 422
    if form.is_valid():
        said = {key: value for key, value in form.cleaned_data.items() if value != ""}
        if "practitioner" in said:
            said["practitioner"] = UUID(said["practitioner"])
        try:
            move(ref, **said, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
            status = 409 if isinstance(why, Conflict) else 422
        else:
            back = request.POST.get("back", "")
            return redirect("orders:incoming") if back == "incoming" else redirect("orders:order", ref)
    return _order(request, ref, {name: form}, status=status)


def _order(request: Request, ref: UUID, sent: dict[str, Form] | None = None, *, alerts: list[str] | None = None,
           status: int = 200) -> HttpResponse:
    """The page: where things stand, who comes, what can be done now; the form just sent with its errors."""
    card, sent = queries.order(ref, by=request.actor, at=request.at, reveal="address" in request.GET), sent or {}
    open_to, line = {move.name for move in card.moves}, card.line
    asked = {"accept", "assign"} & open_to
    fit, others = queries.choices(line) if asked else ([], [])
    for name in asked & sent.keys():  # refused: everybody who can go stands in the list again
        fresh = _who(request, fit, needed=name == "assign")
        among(sent[name], "practitioner").choices = among(fresh, "practitioner").choices
    given = {**_forms(request, card, open_to, fit), **sent}
    stray = [error for name, form in sent.items() if name not in open_to for error in _errors(form)]
    context = {
        "base": FACES[card.side], "card": card, "line": line, "heading": words.heading(line, at=request.at),
        "label": speak(line.label), "steps": words.steps(card), "facts": words.facts(card, at=request.at),
        "timeline": words.timeline(card, at=request.at), "alerts": [*(alerts or []), *stray],
        "practitioner": card.practitioner, "colour": _colour(card.colour), "moves": open_to,
        "passport": reverse("practitioners:passport", args=[card.practitioner.number]) if card.practitioner else "",
        "proof": words.proof(card.proof, practitioner=line.practitioner_name, service=line.service_name,
                             person=line.person_name, region=card.region_name) if card.proof else [],
        "forms": {name: form for name, form in given.items() if name in open_to},
        "others": [(gettext("{name}: {why}").format(name=name, why=speak(why)), False) for name, why in others],
        "siblings": [words.row(one, at=request.at) for one in card.siblings],
        "party": words.party(card) if card.party else None, "tight": [*words.tight(card), *words.ways(card.ways)],
        "parts": [words.row(one, at=request.at) for one in card.parts],
        "need_url": f"/needs/{line.need}/matches/" if line.need and card.side == "resident" else "",
        "service_url": reverse("directory:service", args=[line.service]),
        "pay_note": gettext("Paid only after the visit") if line.pays_fen else "",
        "log_address": _in_log(request, ref) if line.state in LOGGED and card.proof else "",
        "dispute_url": reverse("orders:dispute", args=[card.dispute]) if card.dispute else "",
        "ended": line.state in (State.DECLINED, State.CANCELLED, State.NO_SHOW, State.LAPSED),
        "back": {"provider": reverse("orders:incoming"), "resident": reverse("orders:mine"),
                 "practitioner": reverse("orders:day")}.get(card.side, ""),
    }
    return render(request, "orders/order.html", context, status=status)


def _errors(form: Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _forms(request: Request, card: OrderCard, open_to: set[str], fit: list[PractitionerCard]) -> dict[str, Form]:
    found: dict[str, Form] = {}
    if "rate" in open_to:
        found["rate"] = forms.Rate()
    for name in ("cancel", "cancel_for_provider"):
        if name in open_to:
            found[name] = _reason(card, name, None)
    if "decline" in open_to:
        found["decline"] = forms.Reason(known=rules.DECLINES, auto_id="id_decline_%s")
    for name in ("accept", "assign"):
        if name in open_to:
            found[name] = _who(request, fit, needed=name == "assign")
    for name in ("check_in", "check_out"):
        if name in open_to:
            found[name] = forms.Door(supervisor=_supervises(request, card), places=_counted(name, card))
    return found


def _reason(card: OrderCard, name: str, request: Request | None) -> forms.Reason:
    known = rules.CANCELS if name == "cancel" else rules.PROVIDER_CANCELS
    return forms.Reason(request.POST if request else None, known=known, series=bool(card.siblings),
                        auto_id="id_cancel_%s")


def _who(request: Request, fit: list[PractitionerCard], *, needed: bool) -> forms.Who:
    chosen = request.POST.get("practitioner", "") if request.method == "POST" else ""
    people = [(str(one.ref), f"{one.name} · {one.title}") for one in fit]
    if chosen and chosen not in {ref for ref, _ in people} and _ref(chosen):
        people.append((chosen, gettext("somebody else")))  # the action says why not
    return forms.Who(request.POST if request.method == "POST" else None, people=people, needed=needed)


def _counted(name: str, card: OrderCard) -> int:
    """Of how many who come are counted at the door; 0 where nobody is."""
    return card.party.coming if card.party and name == "check_in" else 0


def _supervises(request: Request, card: OrderCard) -> bool:
    return SUPERVISE in request.actor.held(f"organisation:{card.line.provider}")


def _colour(colour: Colour | None) -> dict[str, Any] | None:
    if colour is None:
        return None
    label = {"green": gettext("papers in order"), "yellow": gettext("papers in order, one ends soon") if colour.fit
             else gettext("papers incomplete"), "red": gettext("papers not in order")}[colour.colour]
    return {"tone": TAGS[colour.colour], "label": label, "reasons": [speak(reason) for reason in colour.reasons]}


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


