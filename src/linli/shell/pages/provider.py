"""Where people of a provider begin their day: what waits for them, and what will soon."""
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from linli.kernel.actor import Actor
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.shell import desks
from linli.shell.site import address
from linli.ui import written
from linli.work.orders.queries import OrderLine
from linli.work.orders.queries import starts as orders
from linli.work.quality import queries as quality

SHOWN = 5
STALE_DAYS = 180  # a listing that nobody has assured for so long may be wrong
COLOURS = {"green": "ok", "yellow": "wait", "red": "late"}


@require_GET
def provider(request: Request) -> HttpResponse:
    """Refuses: NotAllowed (who works for no organisation here)."""
    own = _organisations(request.actor)
    if not desks.PROVIDER.open_to(request.actor) or not own:
        raise NotAllowed(N_("This desk is for people who work for a provider. Join as one, or ask a colleague who"
                            " manages yours to let you in."))
    chosen = next((card for card in own if str(card.ref) == request.GET.get("organisation")), own[0])
    today = timezone.localdate(request.at)
    waiting, visits = orders.morning(chosen.ref, on=today, by=request.actor, at=request.at)
    staff = [line for line in practitioners.staff(chosen.ref, by=request.actor, on=today) if line.lapses]
    services = directory.services_of(chosen.ref)
    called = {card.ref: card.name for card in services} | {chosen.ref: chosen.name}
    rated = [card for card in quality.rectifications(
        by=request.actor, at=request.at, provider=chosen.ref, running=True, names=called) if card.state == "open"]
    stale = [card for card in services if card.state == "listed" and _stale(card, today)]
    names = places.named({line.region for line in waiting[:SHOWN]})
    context = {
        "organisation": chosen, "others": [card for card in own if card.ref != chosen.ref], "at": request.at,
        "tiles": _tiles(waiting, visits, staff, rated),
        "waiting": [_incoming(line, names, request) for line in waiting[:SHOWN]],
        "visits": [_visit(line) for line in visits[:2 * SHOWN]],
        "staff": [_lapsing(line, today) for line in staff[:SHOWN]],
        "rated": [_rated(card) for card in rated[:SHOWN]],
        "stale": [(card.name, address("directory:update_service", card.ref), _assured(card))
                  for card in stale[:SHOWN]],
        **_headers(), "incoming_url": address("orders:incoming"), "calendar_url": address("orders:calendar"),
        "stale_count": len(stale), "suspended": not chosen.active,
    }
    return render(request, "shell/provider.html", context)


def _organisations(actor: Actor) -> list[organisations.OrganisationCard]:
    scopes = (grant.scope.partition(":") for grant in actor.grants)
    found = organisations.organisations([UUID(ref) for kind, _, ref in scopes if kind == "organisation"], sites=False)
    return sorted(found.values(), key=lambda card: (card.name, card.ref))


def _stale(card: directory.ServiceCard, today: date) -> bool:
    return card.assured_on is None or (today - card.assured_on).days > STALE_DAYS


def _assured(card: directory.ServiceCard) -> str:
    if card.assured_on is None:
        return gettext("never assured")
    return gettext("last assured on {day}").format(day=written.day(card.assured_on, weekday=False))


def _tiles(waiting: list[OrderLine], visits: list[OrderLine], staff: list[Any], rated: list[Any]) -> list[Any]:
    nobody = [line for line in visits if line.practitioner is None]
    late = sum(card.days_late > 0 for card in rated)
    return [
        (gettext("Bookings to answer"), len(waiting), gettext("the most urgent first"), address("orders:incoming"),
         "late" if waiting else ""),
        (gettext("Visits today"), len(visits), gettext("{count} without anybody to go").format(count=len(nobody)),
         address("orders:calendar"), "late" if nobody else ""),
        (gettext("Papers that lapse"), len(staff), gettext("within 30 days, or lapsed"), address("practitioners:staff"),
         "late" if staff else ""),
        (gettext("Bad ratings to answer"), len(rated), gettext("{count} late").format(count=late),
         address("quality:provider"), "late" if rated else ""),
    ]


def _headers() -> dict[str, list[Any]]:
    return {
        "waiting_header": [gettext("Service"), gettext("For whom"), gettext("Where"), gettext("When"),
                           gettext("Answer")],
        "visits_header": [gettext("Time"), gettext("Service"), gettext("For whom"), gettext("Who goes"),
                          gettext("State")],
        "staff_header": [gettext("Practitioner"), gettext("Paper"), gettext("Valid")],
        "rated_header": [gettext("Service"), (gettext("Rating"), "short"), (gettext("When"), "short"), gettext("Due")],
    }


def _incoming(line: OrderLine, names: dict[str, str], request: Request) -> list[Any]:
    due = gettext("answer by {moment}").format(moment=written.moment(line.answer_by)) if line.answer_by else ""
    urgent = line.answer_by is not None and (line.answer_by - request.at).total_seconds() < 7200
    return [
        {"text": line.service_name, "url": address("orders:order", line.ref)}, line.person_name,
        names.get(line.region, ""), written.span(line.from_, line.until),
        {"text": due, "tone": "late" if urgent else "wait"},
    ]


def _visit(line: OrderLine) -> list[Any]:
    who = line.practitioner_name or gettext("nobody yet")
    return [
        f"{written.clock(line.from_)}–{written.clock(line.until)}",
        {"text": line.service_name, "url": address("orders:order", line.ref)}, line.person_name,
        who if line.practitioner else {"text": who, "tone": "late"}, {"text": speak(line.label), "tone": line.tone},
    ]


def _lapsing(line: practitioners.StaffLine, today: date) -> list[Any]:
    name, last = line.lapses[0]
    said = gettext("lapsed on {day}") if last < today else gettext("until {day}")
    return [
        {"text": line.card.name, "url": address("practitioners:file", line.card.ref)}, speak(name),
        {"text": said.format(day=written.day(last, weekday=False)), "tone": COLOURS[line.colour.colour]},
    ]


def _rated(card: quality.RectificationCard) -> list[Any]:
    due = ngettext("{count} day late", "{count} days late", card.days_late).format(count=card.days_late) \
        if card.days_late else ngettext("{count} day left", "{count} days left", card.days_left).format(
            count=card.days_left)
    return [
        {"text": card.service_name, "url": address("quality:rectification", card.ref)},
        gettext("rated {grade} of 5").format(grade=card.grade), written.day(card.raised_at, weekday=False),
        {"text": due, "tone": "late" if card.days_late or card.days_left <= 3 else "wait"},
    ]
