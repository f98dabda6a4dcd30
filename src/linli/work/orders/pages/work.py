from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.practitioners import queries as practitioners
from linli.ui import written
from linli.work.orders import actions, forms, queries
from linli.work.orders.queries import State, Visit


@require_GET
def day(request: Request) -> HttpResponse:
    """A practitioner's day, made for one hand: where to be when, large buttons at the door, and whom to call."""
    refs = queries.own(request.actor)
    if not refs:
        raise NotAllowed(N_("This page is for practitioners. Ask your office to link your account to your passport."))
    today = timezone.localdate(request.at)
    try:
        on = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        on = today
    on = on if 2000 <= on.year < 2100 else today
    visits = queries.day(refs, on=on, by=request.actor, at=request.at)
    employers = {card.organisation for card in practitioners.practitioners(refs).values()}
    offices = [(card.name, card.phone) for card in organisations.organisations(employers, sites=False).values()
               if card.phone]
    context = {
        "account": request.actor.ref, "day": on, "today": on == today,
        "visits": [_visit(one) for one in visits], "offices": offices,
        "earlier": f"?day={on - timedelta(days=1)}", "later": f"?day={on + timedelta(days=1)}",
    }
    return render(request, "orders/day.html", context)


LATE = timedelta(minutes=3)
"""What a phone kept for no longer than this counts as said at the door; after that it is a later entry."""


@require_POST
def kept(request: Request) -> HttpResponse:
    """One check-in or check-out that a phone kept while there was no link. Told again, it is done once.

    The phone's clock is nobody's proof: what comes late is written down as a later entry, with the phone's time.
    """
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Sign in again, so that what is kept on this phone can be sent."))
    form = forms.Kept(request.POST)
    if not form.is_valid():
        wrong = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"detail": " ".join(wrong)}, status=422)
    said = form.cleaned_data
    ref: UUID = said["order"]

    def do() -> UUID:
        happened: datetime = said["happened"]
        late = not timedelta(0) <= request.at - happened <= LATE
        how: dict[str, Any] = {"method": "later", "reason": "no_signal"} if late else {
            "lon": said["lon"], "lat": said["lat"]}
        if said["move"] == "check_in":
            actions.check_in(ref, **how, began=happened if late else None, came=said["came"],
                             by=request.actor, at=request.at)
        else:
            actions.check_out(ref, **how, ended=happened if late else None, by=request.actor, at=request.at)
        return ref

    body = ["orders_kept", {name: str(value) for name, value in said.items()}]
    try:
        outcome = journal.once(f"kept {said['key']}", by=request.actor, at=request.at, body=body, do=do)
    except (Conflict, RuleBroken, NotFound, NotAllowed) as why:
        return JsonResponse({"detail": say(why)}, status=409 if isinstance(why, Conflict) else 422)
    return JsonResponse({"order": str(outcome.ref), "new": outcome.new})


def _visit(one: Visit) -> dict[str, Any]:
    line, names = one.line, {move.name for move in one.moves}
    action = next((name for name in ("check_in", "check_out") if name in names), "")
    return {
        "ref": line.ref, "url": reverse("orders:order", args=[line.ref]), "service": line.service_name,
        "clock": f"{written.clock(line.from_)}–{written.clock(line.until)}", "label": speak(line.label),
        "tone": line.tone, "person": one.contact.name if one.contact else line.person_name,
        "phone": one.contact.phone if one.contact else "",
        "address": one.address, "region": one.region_name, "mode": line.mode, "action": action,
        "ends": reverse("orders:check_out", args=[line.ref]) if action == "check_in" else "",
        "url_action": reverse(f"orders:{action}", args=[line.ref]) if action else "",
        "form": forms.Door(supervisor=False, auto_id=f"id_{line.ref}_%s", places=line.places if line.party
                           and action == "check_in" else 0) if action else None,
        "opens": written.clock(one.opens) if line.state is State.ACCEPTED and not action else "",
        "began": written.clock(one.began) if one.began and line.state is State.IN_SERVICE else "",
        "lon_id": f"id_{line.ref}_lon", "lat_id": f"id_{line.ref}_lat",
    }
