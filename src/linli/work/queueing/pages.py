from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations.queries import OrganisationCard
from linli.work.queueing import actions, forms, queries, rules
from linli.work.queueing.queries import QueueCard, TicketCard
from linli.work.queueing.rules import Wait
from linli.work.queueing.states import JOIN, QueueState

LABELS = {"begin": N_("Is here"), "finish": N_("Done"), "miss": N_("Not here"), "come_back": N_("I am here now"),
          "take_back": N_("Is here after all"), "leave": N_("Leave the queue")}


def wait_said(wait: Wait | None) -> str:
    """How long it takes, and whether that is measured; without a counter open nobody can know."""
    if wait is None:
        return gettext("Nobody can say at present how long it takes.")
    said = span_said(wait)
    return said if wait.measured else gettext("{range}, as planned; nothing is measured yet").format(range=said)


def span_said(wait: Wait | None) -> str:
    """The same in figures alone, for the rows of a list below that sentence."""
    return gettext("{low} to {high} minutes").format(low=wait.low, high=wait.high) if wait else ""


@require_GET
def queues(request: Request) -> HttpResponse:
    """Where numbers are given today."""
    rows = [_row(card) | {"url": reverse("queueing:queue", args=[card.ref])} for card in queries.queues(at=request.at)]
    return render(request, "queueing/queues.html", {"rows": rows})


def _row(card: QueueCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "name": card.name, "service": card.service_name, "provider": card.provider_name,
        "label": speak(card.label), "tone": card.tone, "counters": card.counters,
        "waiting": ngettext("{count} waiting", "{count} waiting", card.waiting).format(count=card.waiting),
    }


@require_GET
def queue(request: Request, ref: UUID) -> HttpResponse:
    return _queue(request, ref)


def _queue(request: Request, ref: UUID, alerts: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Who is called now, how long it takes, one's own number; looked up again every twenty seconds."""
    found = queries.seen(ref, by=request.actor, at=request.at)
    card, own = found.card, found.own
    kept, told = card.kept
    context = _row(card) | {
        "alerts": alerts or [], "called": card.called, "wait": wait_said(card.wait), "open": card.wait is not None,
        "own": [_ticket(one) for one in own], "again": request.path,
        "may_take": card.state is QueueState.OPEN and bool(request.actor.refs(JOIN, "person")) and not own,
        "sign_in": request.actor.ref == ANONYMOUS.ref, "service_url": reverse("directory:service", args=[card.service]),
        "kept": gettext("What was said was kept for {kept} of the last {told} people.").format(kept=kept, told=told)
        if told >= rules.MEASURED else "",
    }
    return render(request, "queueing/_state.html" if request.htmx else "queueing/queue.html", context, status=status)


def _ticket(one: TicketCard) -> dict[str, Any]:
    return {
        "ref": one.ref, "number": one.number, "label": speak(one.label), "tone": one.tone, "counter": one.counter,
        "ahead": "" if one.ahead is None else ngettext("{count} before you", "{count} before you", one.ahead).format(
            count=one.ahead),
        "wait": wait_said(one.wait) if one.wait else "", "span": span_said(one.wait), "channel": one.channel,
        "moves": [(name.replace("take_back", "come_back").replace("_", "-"), speak(LABELS[name]), name == "leave")
                  for name in one.moves if name in LABELS],
    }


@require_GET
def board(request: Request, ref: UUID) -> HttpResponse:
    """For the screen in the hall: the numbers called, large, and how long it takes."""
    card = queries.queue(ref, at=request.at)
    context = _row(card) | {"called": card.called, "wait": wait_said(card.wait), "again": request.path}
    return render(request, "queueing/_board.html" if request.htmx else "queueing/board.html", context)


@require_POST
def take(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.take(ref, by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _queue(request, ref, [say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect("queueing:queue", ref)


@require_POST
def arrive(request: Request, ref: UUID) -> HttpResponse:
    """With a booking: by its ref, from the order's own page or its code."""
    try:
        actions.arrive(ref, order=_ref(request.POST.get("order", "")), by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _queue(request, ref, [say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect("queueing:queue", ref)


@require_POST
def move(request: Request, ref: UUID, name: str) -> HttpResponse:
    """A step of a number, by its own people or at the counter; leads back to where it was asked for."""
    line = _ref(request.POST.get("queue", ""))
    try:
        actions.move(ref, name=name.replace("-", "_"), by=request.actor, at=request.at)
    except Conflict as why:
        if request.POST.get("at") == "desk":
            return _desk(request, line, [say(why)], status=409)
        return _queue(request, line, [say(why)], status=409)
    return redirect("queueing:desk" if request.POST.get("at") == "desk" else "queueing:queue", line)


# The counters


def _own(request: Request) -> tuple[OrganisationCard, list[tuple[str, str, bool]]]:
    mine = queries.answering(request.actor)
    if not mine:
        raise NotAllowed(N_("This page is for people who work for a service provider."))
    asked = request.GET.get("organisation") or request.POST.get("organisation")
    chosen = next((card for card in mine if str(card.ref) == asked), mine[0])
    return chosen, [(card.name, f"?organisation={card.ref}", card.ref == chosen.ref) for card in mine if len(mine) > 1]


@require_GET
def own(request: Request) -> HttpResponse:
    return _list(request)


@require_POST
def open_queue(request: Request) -> HttpResponse:
    own, _ = _own(request)
    form = forms.Open(request.POST, services=queries.without_queue(own.ref))
    if form.is_valid():
        said = form.cleaned_data
        try:
            ref = actions.open_queue(UUID(said["service"]), name=said["name"], prefix=said["letter"],
                                     counters=said["counters"], by=request.actor, at=request.at)
            return redirect("queueing:desk", ref)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
    return _list(request, form, status=422)


def _list(request: Request, form: forms.Open | None = None, status: int = 200) -> HttpResponse:
    own, others = _own(request)
    rows = [_row(card) | {"url": reverse("queueing:desk", args=[card.ref])}
            for card in queries.queues(at=request.at, provider=own.ref)]
    services = queries.without_queue(own.ref)
    given = form or forms.Open(services=services, initial={"counters": 1, "letter": "A"})
    return render(request, "queueing/own.html", {
        "rows": rows, "form": given if services else None, "organisation": own, "organisations": others,
    }, status=status)


@require_GET
def desk(request: Request, ref: UUID) -> HttpResponse:
    return _desk(request, ref)


def _desk(request: Request, ref: UUID, alerts: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Call, serve, and see who waits; numbers, no names."""
    found = queries.seen(ref, by=request.actor, at=request.at)
    card = found.card
    if "queueing.serve" not in request.actor.held(f"organisation:{card.provider}"):
        raise NotFound(N_("There is no such queue."))
    tickets = [_ticket(one) for one in found.line]
    asked = request.GET.get("counter") or request.POST.get("counter") or "1"
    context = _row(card) | {
        "alerts": alerts or [], "tickets": tickets, "wait": wait_said(card.wait), "state": card.state.value,
        "counter": int(asked) if asked.isdecimal() and 0 < int(asked[:3]) <= card.counters else 1,
        "counters_form": forms.Counters(initial={"counters": card.counters}), "again": request.path,
        "all_counters": range(1, card.counters + 1), "board": reverse("queueing:board", args=[ref]),
    }
    return render(request, "queueing/desk.html", context, status=status)


@require_POST
def call_next(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Counter(request.POST)
    counter = form.cleaned_data["counter"] if form.is_valid() else 1
    try:
        actions.call_next(ref, counter=counter, by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _desk(request, ref, [say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect(f"{reverse('queueing:desk', args=[ref])}?counter={counter}")


@require_POST
def hand_out(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.hand_out(ref, by=request.actor, at=request.at)
    except Conflict as why:
        return _desk(request, ref, [say(why)], status=409)
    return redirect("queueing:desk", ref)


@require_http_methods(["POST"])
def set_queue(request: Request, ref: UUID) -> HttpResponse:
    """More or fewer counters, no more numbers, closed."""
    do = request.POST.get("do")
    try:
        if do == "pause":
            actions.pause(ref, by=request.actor, at=request.at)
        elif do == "close":
            actions.close(ref, by=request.actor, at=request.at)
        else:
            form = forms.Counters(request.POST)
            actions.set_counters(ref, counters=form.cleaned_data["counters"] if form.is_valid() else 0,
                                 by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _desk(request, ref, [say(why)], status=409 if isinstance(why, Conflict) else 422)
    return redirect("queueing:desk", ref)


def _ref(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(N_("There is no such number.")) from None
