from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.ui import written
from linli.work.needs import queries as needs
from linli.work.orders import actions, forms, queries, rules
from linli.work.orders.pages import booking, provider, words
from linli.work.orders.queries import WaitCard

DAY = timedelta(days=1)


@require_GET
def waits(request: Request) -> HttpResponse:
    return _waits(request)


def _waits(request: Request, alerts: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Where one stands in line, what is kept for one, and what is over."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    cards = queries.waits(by=request.actor, at=request.at)
    rows = [_row(card, request) for card in cards]
    context = {
        "rows": [row for row in rows if row["standing"]], "over": [row for row in rows if not row["standing"]],
        "several": len({card.person for card in cards}) > 1, "alerts": alerts or [], "why": _why(request),
    }
    return render(request, "orders/waits.html", context, status=status)


def _row(card: WaitCard, request: Request) -> dict[str, Any]:
    return {
        "ref": card.ref, "service": card.service_name, "provider": card.provider_name, "person": card.person_name,
        "service_url": reverse("directory:service", args=[card.service]), "standing": card.standing,
        "days": written.span(card.from_, card.until - DAY), "part": speak(rules.PARTS[rules.Part(card.part)]),
        "label": speak(card.label), "tone": card.tone,
        "place": gettext("No. {place} in line").format(place=card.place) if card.place else "",
        "order": reverse("orders:order", args=[card.order]) if card.order else "",
        "until": words.when(card.expires_at, at=request.at) if card.expires_at else "",
    }


def _why(request: Request) -> list[tuple[str, bool]]:
    """By which rules somebody is next."""
    on = timezone.localdate(request.at)
    first = gettext("Who joined first is first. When somebody cancels, the time is kept for the first one in line whom"
                    " it suits; nobody else can take it meanwhile.")
    return [(first, True), *((speak(rulebook.rule(id, on=on).text), True)
                             for id in (rules.TURN_MINUTES, rules.TURN_NIGHT, rules.TURNS))]


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request) -> HttpResponse:
    """For which days, for whom, where; a place in line."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    said = request.POST if request.method == "POST" else request.GET
    card = directory.service_for(booking.uuid_of(said.get("service")), by=request.actor)
    need = needs.need(booking.uuid_of(said.get("need")), by=request.actor) if said.get("need") else None
    given = request.GET.get("for") or request.POST.get("person")
    only = need.person if need else booking.uuid_of(given) if given else None
    whom, known = booking.whom_for(request, only, alone=need is not None)
    today, status = timezone.localdate(request.at), 200
    if request.method == "POST":
        form = forms.Join(request.POST, **booking.asked(card, whom, known))
        if form.is_valid():
            try:
                return _joined(request, form)
            except (Conflict, RuleBroken) as why:
                blame(form, why)
        status = 422
    else:
        form = forms.Join(initial={
            "service": card.ref, "need": need.ref if need else None, "key": new_ref(), "person": whom[0][0],
            "mode": card.modes[0], "part": rules.Part.ANY.value, "from_on": today + DAY, "until_on": today + 14 * DAY,
        }, **booking.asked(card, whom, known))
    context = {
        "form": form, "card": card, "back": reverse("directory:service", args=[card.ref]), "why": _why(request),
        "single": [speak(directory.MODES[card.modes[0]])] if len(card.modes) == 1 else [],
        "whom": whom[0][1] if len(whom) == 1 else "", "at_home": form.at_home,
    }
    return render(request, "orders/join.html", context, status=status)


def _joined(request: Request, form: forms.Join) -> HttpResponse:
    """Under the form's own key: sent twice it is one place in line."""
    said = form.cleaned_data

    def do() -> UUID:
        return actions.join(
            said["service"], from_on=said["from_on"], until_on=said["until_on"] + DAY, part=said["part"],
            need=said["need"], person=UUID(said["person"]), mode=said["mode"], address=said.get("address", ""),
            point=rules.position(said["lon"], said["lat"]), by=request.actor, at=request.at)

    body = ["orders_join", {name: value for name, value in said.items() if name != "key"}]
    journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
    return redirect("orders:waits")


@require_POST
def leave(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.leave(ref, by=request.actor, at=request.at)
    except Conflict as why:
        return _waits(request, [say(why)], status=409)
    return redirect("orders:waits")


@require_GET
def demand(request: Request) -> HttpResponse:
    """For what people stand in line: where more times would be taken at once."""
    own, others = provider.own_of(request)
    rows = [((card.service_name, reverse("directory:set_hours", args=[card.service])), str(card.count),
             str(card.mornings), str(card.afternoons), written.span(card.from_, card.until - DAY),
             written.day(card.since)) for card in queries.demand(own.ref)]
    header = [(gettext("Service"), ""), (gettext("In line"), "num"), (gettext("Only mornings"), "num"),
              (gettext("Only afternoons"), "num"), (gettext("For which days"), ""), (gettext("The first since"), "")]
    return render(request, "orders/demand.html", {
        "organisation": own, "organisations": others, "rows": rows, "header": header})
