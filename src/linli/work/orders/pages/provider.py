from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotAllowed, Refusal
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.queries import OrganisationCard
from linli.ui import written
from linli.work.orders import actions, queries, rules
from linli.work.orders.pages import words
from linli.work.orders.queries import Incoming, OrderLine, State
from linli.work.orders.states import ACCEPT, LABELS

URGENT, SOON = timedelta(hours=1), timedelta(hours=4)
GOING_ON = (State.ACCEPTED, State.IN_SERVICE, State.SERVED)


def own_of(request: Request) -> tuple[OrganisationCard, list[tuple[str, str, bool]]]:
    """The organisation that the page is about, and the others that it could be about. Refuses: NotAllowed."""
    mine = organisations.managed(request.actor, ACCEPT, sites=False)
    if not mine:
        raise NotAllowed(N_("This page is for people who work for a service provider."))
    asked = request.GET.get("organisation") or request.POST.get("organisation")
    chosen = next((card for card in mine if str(card.ref) == asked), mine[0])
    return chosen, [(card.name, f"?organisation={card.ref}", card.ref == chosen.ref) for card in mine if len(mine) > 1]


@require_GET
def incoming(request: Request) -> HttpResponse:
    return _incoming(request)


def _incoming(request: Request, alerts: list[str] | None = None, done: str = "", status: int = 200) -> HttpResponse:
    """What waits for an answer, the most urgent first; filters stand in the address."""
    own, others = own_of(request)
    category, able = request.GET.get("category", ""), request.GET.get("able") == "1"
    category = category if category in directory.KEYS else ""
    on = _day(request.GET.get("day", ""))
    state = request.GET.get("state", "")
    found = queries.incoming(own.ref, by=request.actor, at=request.at, category=category, on=on, able=able) \
        if not state else []
    going = queries.listed(by=request.actor, at=request.at, provider=own.ref, state=GOING_ON, most=50).items \
        if state == "going_on" else ()
    rule = rulebook.rule(rules.ANSWER, on=timezone.localdate(request.at), region=own.region)
    context = {
        "organisation": own, "organisations": others, "rows": [_row(one, request.at) for one in found],
        "going": [words.row(line, at=request.at) for line in going], "state": state, "category": category, "able": able,
        "day": on.isoformat() if on else "", "alerts": alerts or [], "done": done, "rule_text": speak(rule.text),
        "categories": [(card.key, speak(card.name)) for card in _categories(found, category)],
        "declines": [(key, speak(text)) for key, text in rules.DECLINES.items()], "rule_url": f"/rules/{rule.id}/",
    }
    return render(request, "orders/incoming.html", context, status=status)


def _categories(found: list[Incoming], chosen: str) -> list[directory.CategoryCard]:
    keys = {one.line.category for one in found} | ({chosen} if chosen else set())
    return [directory.category(key) for key in sorted(keys)]


def _row(one: Incoming, at: datetime) -> dict[str, Any]:
    line = one.line
    left = (line.answer_by or line.from_) - at
    return {
        "ref": line.ref, "url": reverse("orders:order", args=[line.ref]), "service": line.service_name,
        "number": line.number, "person": line.person_name, "region": one.region_name, "mode": speak(
            directory.MODES[line.mode]), "day": written.day(line.from_),
        "hours": f"{written.clock(line.from_)}–{written.clock(line.until)}", "series": words.series(line),
        "left": _left(left), "tone": "late" if left < URGENT else "wait" if left < SOON else "calm",
        "fit": [(str(card.ref), card.name) for card in one.fit], "why_not": speak(one.why_not) if one.why_not else "",
    }


def _left(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return gettext("overdue")
    if minutes < 60:
        return ngettext("{count} minute left", "{count} minutes left", minutes).format(count=minutes)
    hours = minutes // 60
    return ngettext("{count} hour left", "{count} hours left", hours).format(count=hours)


@require_POST
def accept_many(request: Request) -> HttpResponse:
    """Accept every booking that was ticked, with whom was chosen beside it; what is refused stays and says why."""
    alerts, count = [], 0
    for text in request.POST.getlist("order")[:50]:
        ref, who = _ref(text), _ref(request.POST.get(f"who-{text}", ""))
        if ref is None:
            continue
        try:
            actions.accept(ref, practitioner=who, by=request.actor, at=request.at)
            count += 1
        except Refusal as why:
            alerts.append(say(why))
    if not alerts and not count:
        alerts = [gettext("Tick the bookings that you accept.")]
    if alerts:
        done = ngettext("{count} booking accepted.", "{count} bookings accepted.", count).format(count=count) \
            if count else ""
        return _incoming(request, alerts, done, status=422)
    return redirect("orders:incoming")


@require_GET
def calendar(request: Request) -> HttpResponse:
    """A day of everybody: bars by the hour, who is sent nowhere and why, and visits that nobody goes to yet."""
    own, others = own_of(request)
    today = timezone.localdate(request.at)
    on = _day(request.GET.get("day", "")) or today
    staff, open_ = queries.calendar(own.ref, on=on, by=request.actor, at=request.at)
    lines = [line for one in staff for line in one.visits] + open_
    hours = [timezone.localtime(line.from_).hour for line in lines] + [8]
    ends = [timezone.localtime(line.until - timedelta(seconds=1)).hour + 1 for line in lines] + [18]
    first, last = min(hours), max(ends)
    rows = []
    for one in staff:
        bars = [_bar(line) for line in one.visits]
        if not bars and not one.colour.fit:
            begin = datetime.combine(on, datetime.min.time(), rules.SHANGHAI)
            bars = [(begin + timedelta(hours=first), begin + timedelta(hours=last),
                     gettext("{why} Not sent until it is renewed.").format(why=speak(one.colour.reasons[0])), "late",
                     "", "")]
        rows.append((one.practitioner.name, reverse("practitioners:file", args=[one.practitioner.ref]),
                     one.practitioner.title, bars))
    context = {
        "organisation": own, "organisations": others, "day": on, "rows": rows, "from_hour": first, "until_hour": last,
        "earlier": f"?day={on - timedelta(days=1)}", "later": f"?day={on + timedelta(days=1)}", "today": on == today,
        "open": [words.row(line, at=request.at) for line in open_], "count": len(lines),
        "caption": gettext("Visits on {day}").format(day=written.day(on)),
    }
    return render(request, "orders/calendar.html", context)


_TONES = {State.ACCEPTED: "calm", State.IN_SERVICE: "wait"}


def _bar(line: OrderLine) -> tuple[datetime, datetime, str, str, str, str]:
    label = gettext("{service} · {person}").format(service=line.service_name, person=line.person_name)
    return line.from_, line.until, label, _TONES.get(line.state, "ok"), reverse("orders:order", args=[line.ref]), (
        f"{line.number} · {speak(LABELS[line.state])}")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _ref(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
