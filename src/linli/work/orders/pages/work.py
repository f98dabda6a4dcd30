from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.practitioners import queries as practitioners
from linli.ui import written
from linli.work.orders import forms, queries
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
        "day": on, "today": on == today, "visits": [_visit(one) for one in visits], "offices": offices,
        "earlier": f"?day={on - timedelta(days=1)}", "later": f"?day={on + timedelta(days=1)}",
    }
    return render(request, "orders/day.html", context)


def _visit(one: Visit) -> dict[str, Any]:
    line, names = one.line, {move.name for move in one.moves}
    action = next((name for name in ("check_in", "check_out") if name in names), "")
    return {
        "ref": line.ref, "url": reverse("orders:order", args=[line.ref]), "service": line.service_name,
        "clock": f"{written.clock(line.from_)}–{written.clock(line.until)}", "label": speak(line.label),
        "tone": line.tone, "person": one.contact.name if one.contact else line.person_name,
        "phone": one.contact.phone if one.contact else "",
        "address": one.address, "region": one.region_name, "mode": line.mode, "action": action,
        "url_action": reverse(f"orders:{action}", args=[line.ref]) if action else "",
        "form": forms.Door(supervisor=False, auto_id=f"id_{line.ref}_%s") if action else None,
        "opens": written.clock(one.opens) if line.state is State.ACCEPTED and not action else "",
        "began": written.clock(one.began) if one.began and line.state is State.IN_SERVICE else "",
        "lon_id": f"id_{line.ref}_lon", "lat_id": f"id_{line.ref}_lat",
    }
