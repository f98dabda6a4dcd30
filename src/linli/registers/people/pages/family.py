"""For whom the reader acts, and who acts for them."""
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.registers.people import access, actions, forms, queries
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.people.queries import RepresentationCard
from linli.registers.people.states import State
from linli.ui import written

TONES = {State.REQUESTED: "wait", State.ACTIVE: "ok", State.ENDED: "plain"}


@require_GET
def family(request: Request) -> HttpResponse:
    """For whom the reader acts, who acts for them, and who asks to."""
    return _family(request)


@require_http_methods(FORM)
def add(request: Request) -> HttpResponse:
    me, form = access.own(request.actor), forms.Family(sent(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            declared = actions.represent_new(
                name=given["name"], id_number=given["id_number"], kind=given["kind"], phone=given["phone"] or None,
                until=_end(given["until"]), agreed_for_child=given["agreed_for_child"], representative=me,
                by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(reverse("people:added", args=[declared.representation]))
    return render(request, "people/add.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def added(request: Request, ref: UUID) -> HttpResponse:
    """What came of it, and what happens next."""
    card = next((one for one in queries.family(request.actor, at=request.at) if one.ref == ref and one.mine), None)
    if card is None:
        return redirect("people:family")
    waits = card.state is State.REQUESTED
    return render(request, "people/added.html", {
        "title": gettext("They have to agree first") if waits else gettext("You may act for them"),
        "next": [
            gettext("This person is registered already. They, or who acts for them, find your request on their page."),
            gettext("Until they agree you see nothing of theirs and cannot act for them."),
        ] if waits else [
            gettext("When you ask for help, choose for whom."),
            gettext("They see on their page that you act for them, and each of you can end it at any time."),
        ],
    })


@require_POST
def accept(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.accept(ref, by=request.actor, at=request.at)
    except (Conflict, NotAllowed) as why:
        return _family(request, alerts=[speak(why.message, **why.values)], status=409)
    return redirect("people:family")


@require_http_methods(FORM)
def end(request: Request, ref: UUID) -> HttpResponse:
    """Ask once more, since it takes the other side's consent to begin again."""
    card = next((one for one in queries.family(request.actor, at=request.at) if one.ref == ref), None)
    if card is None and request.method != "POST":
        return redirect("people:family")
    if card is None or request.method == "POST":
        try:
            actions.end_representation(ref, by=request.actor, at=request.at)
        except Conflict as why:
            return _family(request, alerts=[speak(why.message, **why.values)], status=409)
        return redirect("people:family")
    return render(request, "people/end.html", {"card": card, "asked": card.state is State.REQUESTED})


def _family(request: Request, *, alerts: list[str] | None = None, status: int = 200) -> HttpResponse:
    cards = queries.family(request.actor, at=request.at)
    me = request.actor.person
    return render(request, "people/family.html", {
        "mine": [_line(one) for one in cards if one.mine],
        "others": [_line(one) for one in cards if not one.mine and one.person == me],
        "asked": [_line(one) for one in cards if not one.mine and one.person != me],
        "alerts": alerts or [],
    }, status=status)


def _line(card: RepresentationCard) -> dict[str, object]:
    moves = {move.name for move in card.moves}
    return {
        "ref": card.ref, "person": card.person, "name": card.name, "kind": speak(card.kind_label),
        "label": speak(card.label), "tone": TONES[card.state], "in_force": card.state is State.ACTIVE,
        "until": written.day(timezone.localdate(card.until) - timedelta(days=1)) if card.until else "",
        "manage": card.mine and card.state is State.ACTIVE, "accept": "accept" in moves,
        "end": "end_representation" in moves,
    }


def _end(last: date | None) -> datetime | None:
    """The first moment after the last day, in the time people live in."""
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last, time.min) + timedelta(days=1)).astimezone(UTC)
