"""Where officers begin their day: what a region owes and is owed, and what has waited longest."""
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from linli.engines.rulebook import queries as rulebook
from linli.engines.rulebook import registry as named
from linli.kernel.actor import Actor
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.shell import desks, figures
from linli.shell.site import address, counted
from linli.ui import written
from linli.work.needs import queries as needs
from linli.work.orders.queries import figures as orders
from linli.work.orders.queries import starts

SHOWN = 5
WEEKS = timedelta(days=28)


@require_GET
def officer(request: Request) -> HttpResponse:
    """Refuses: NotAllowed (who watches over no region)."""
    if not desks.OFFICER.open_to(request.actor):
        raise NotAllowed(N_("This desk is for the offices that watch over a region. Sign in as one of them."))
    region, today = _region(request.actor), timezone.localdate(request.at)
    counts = counted(
        request, request.actor, needs.unmet_tally(by=request.actor), rulebook.late_tally(region=region),
        orders.answered_tally(request.at - WEEKS, request.at, region=region), at=request.at)
    unmet, (late, ours) = needs.unmet_of(counts), rulebook.late_of(counts)
    in_time, of = orders.answered_of(counts)
    applications = organisations.applications(by=request.actor, state="applied", most=SHOWN)
    duties = rulebook.duties(by=request.actor, on=today, state="overdue", most=SHOWN)
    waiting = starts.longest_waiting(by=request.actor, at=request.at, most=SHOWN)
    oldest = needs.longest_unmet(by=request.actor, most=SHOWN)
    names = _called(region, {need.region for need in oldest} | {line.region for line in applications.items})
    context = {
        "region": places.called([region]).get(region, region), "at": request.at,
        "tiles": _tiles(sum(unmet.values()), figures.share(in_time, of), of, applications.count, late, ours),
        "shapes": places.charted(region, unmet, address=_unmet_in), "view_box": places.view_box(),
        "needs": [_need(need, names, request.at) for need in oldest],
        "waiting": [_waiting(line, request.at) for line in waiting],
        "applications": [_application(line, names, request.at) for line in applications.items],
        "duties": _duties(duties, region), **_headers(),
    }
    return render(request, "shell/officer.html", context)


def _region(actor: Actor) -> str:
    """The widest region that the actor watches over."""
    scopes = [grant.scope.partition(":")[2] for grant in actor.grants
              if grant.scope.startswith("region:") and desks.OFFICER.any_of & grant.permissions]
    return min(scopes, key=lambda code: len(places.under(code)))


def _called(region: str, codes: set[str]) -> dict[str, str]:
    """The streets or districts of these regions; villages by their names only where the reader's region is a street."""
    if len(places.under(region)) > 6:
        return places.named(codes)
    known = {code: name for district, called, below in places.streets() for code, name in [(district, called), *below]}
    return {code: known.get(code[:9].ljust(12, "0")) or known.get(code[:6].ljust(12, "0"), "") for code in codes}


def _unmet_in(code: str) -> str:
    return f"{address('needs:unmet')}?{urlencode({'region': code})}"


def _tiles(unmet: int, in_time: float | None, of: int, waiting: int, late: int, ours: int) -> list[Any]:
    nothing = gettext("No data yet")
    return [
        (gettext("Unmet needs"), unmet, gettext("posted, and nobody has come yet"), address("needs:unmet"), ""),
        (gettext("Answered in time"), nothing if in_time is None else f"{in_time:g}%",
         ngettext("of {count} booking in 28 days", "of {count} bookings in 28 days", of).format(count=of),
         address("rulebook:rule", "orders.answer"), ""),
        (gettext("Applications waiting"), waiting, gettext("providers that want to join"),
         f"{address('organisations:officer_list')}?state=applied", "late" if waiting else ""),
        (gettext("Late duties"), late, gettext("of them ours: {count}").format(count=ours),
         f"{address('rulebook:duties')}?state=overdue", "late" if late else ""),
    ]


def _headers() -> dict[str, list[Any]]:
    return {
        "needs_header": [(gettext("Need"), "short"), gettext("Where"), (gettext("Waiting"), "short")],
        "waiting_header": [gettext("Service"), gettext("Provider"), (gettext("Waiting"), "short"), gettext("Answer")],
        "applications_header": [gettext("Organisation"), gettext("Where"), (gettext("Waiting"), "short")],
        "duties_header": [(gettext("Duty"), "short"), gettext("Owed by"), (gettext("Late"), "short")],
    }


def _for(since: datetime, at: datetime) -> str:
    """How long something has waited, in whole hours or days."""
    hours = int((at - since).total_seconds() // 3600)
    if hours < 1:
        return gettext("less than an hour")
    if hours < 48:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    return ngettext("{count} day", "{count} days", hours // 24).format(count=hours // 24)


def _need(need: needs.OpenNeed, names: dict[str, str], at: datetime) -> list[Any]:
    url = f"{address('needs:unmet')}?{urlencode({'region': need.region, 'category': need.category})}"
    urgent = need.urgency == "urgent"
    return [{"text": speak(need.category_name), "url": url}, names.get(need.region, ""),
            {"text": _for(need.posted_at, at), "tone": "late" if urgent else "wait"}]


def _waiting(line: Any, at: datetime) -> list[Any]:
    late = line.answer_by is not None and line.answer_by < at
    due = written.moment(line.answer_by) if line.answer_by else "—"
    return [{"text": line.service_name, "url": address("orders:order", line.ref)}, line.provider_name,
            _for(line.booked_at or at, at), {"text": due, "tone": "late" if late else "wait"}]


def _application(line: organisations.ApplicationLine, names: dict[str, str], at: datetime) -> list[Any]:
    return [{"text": line.name, "url": address("organisations:officer", line.ref)},
            names.get(line.region, ""), _for(line.applied_at, at)]


def _duties(found: list[rulebook.DutyCard], region: str) -> list[list[Any]]:
    offices = {duty.owner for duty in found if duty.owner.startswith("region:")}
    called = named.names({duty.owner for duty in found} - offices)
    places_of = places.called([region]) | _called(region, {owner.partition(":")[2] for owner in offices} - {region})
    called |= {owner: places_of.get(owner.partition(":")[2], "") for owner in offices}
    return [[
        {"text": speak(duty.title), "url": address("rulebook:duty", duty.ref)},
        called.get(duty.owner) or gettext("A person"),
        {"text": ngettext("{count} day", "{count} days", duty.days_late).format(count=duty.days_late), "tone": "late"},
    ] for duty in found]
