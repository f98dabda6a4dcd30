"""Orders in ready words: the sentence that says how things stand, steps, facts, timeline, proof."""
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from linli.kernel.doors import say, speak
from linli.registers.directory import queries as directory
from linli.ui import written
from linli.work.orders import rules
from linli.work.orders.queries import OrderCard, OrderLine, ProofCard, State
from linli.work.orders.rules import Near, Unfit
from linli.work.orders.states import COMING_LABELS, LABELS, Coming

UNFIT = 6
"""So many times are named for a reason, and that there are more."""


def when(moment: datetime, *, at: datetime) -> str:
    """Today 09:00, tomorrow 09:00, else the day and the time."""
    day, today = timezone.localdate(moment), timezone.localdate(at)
    clock = written.clock(moment)
    if day == today:
        return gettext("today {clock}").format(clock=clock)
    if day == today + timedelta(days=1):
        return gettext("tomorrow {clock}").format(clock=clock)
    return written.moment(moment)


def heading(line: OrderLine, *, at: datetime) -> str:
    """One sentence on where things stand."""
    values = {
        "who": line.practitioner_name, "provider": line.provider_name, "when": when(line.from_, at=at),
        "clock": _until(line.hold_until, at=at) if line.hold_until else "",
    }
    sentence: str = _HEADINGS[line.state](line)
    return sentence.format(**values)


def _until(moment: datetime, *, at: datetime) -> str:
    """The clock alone where it is today's."""
    today = timezone.localdate(moment) == timezone.localdate(at)
    return written.clock(moment) if today else when(moment, at=at)


def _accepted(line: OrderLine) -> str:
    if not line.practitioner_name:
        return gettext("{provider} comes {when}") if line.mode == "home" else gettext("{provider} expects you {when}")
    return {
        "home": gettext("{who} comes {when}"), "remote": gettext("{who} calls {when}"),
    }.get(line.mode, gettext("{who} expects you {when}"))


def _rated(line: OrderLine) -> str:
    grade = speak(rules.GRADES[line.grade or 3])
    return gettext("Done and rated: {grade}").replace("{grade}", grade)


_HEADINGS: dict[State, Any] = {
    State.HELD: lambda line: gettext("Kept for you until {clock}: {when}"),
    State.BOOKED: lambda line: gettext("Waiting for an answer: {when}"),
    State.ACCEPTED: _accepted,
    State.IN_SERVICE: lambda line: gettext("{who} is there now"),
    State.SERVED: lambda line: gettext("Done. Please confirm and rate"),
    State.CONFIRMED: lambda line: gettext("Done and confirmed"),
    State.RATED: _rated,
    State.DECLINED: lambda line: gettext("{provider} cannot come"),
    State.CANCELLED: lambda line: gettext("Cancelled: {when}"),
    State.NO_SHOW: lambda line: gettext("This visit did not take place"),
    State.LAPSED: lambda line: gettext("The time is no longer kept"),
    State.STRUCK: lambda line: gettext("By decision, this visit does not count"),
}
_STEPS = (State.BOOKED, State.ACCEPTED, "ahead", State.IN_SERVICE, State.RATED)


def steps(card: OrderCard) -> list[tuple[str, str]]:
    """Booked, accepted, on the way, in service, rated; empty for what ended otherwise."""
    answered = card.line.state not in (State.HELD, State.BOOKED)
    labels = {State.BOOKED: gettext("Booked"), State.ACCEPTED: gettext("Taken on") if answered else gettext("Answer"),
              "ahead": gettext("Visit ahead"), State.IN_SERVICE: gettext("In service"), State.RATED: gettext("Rating")}
    reached = {State.HELD: 0, State.BOOKED: 1, State.ACCEPTED: 2, State.IN_SERVICE: 3, State.SERVED: 4,
               State.CONFIRMED: 4, State.RATED: 5}.get(card.line.state)
    if reached is None:
        return []
    return [(labels[step], "done" if n < reached else "now" if n == reached else "next")
            for n, step in enumerate(_STEPS)]


def price(line: OrderLine) -> str:
    """What is paid, with the subsidy in brackets; nothing is said of paying now."""
    pays = written.money(line.pays_fen, short=True) if line.pays_fen else gettext("free of charge")
    if line.reduced_fen:
        pays = gettext("{pays} (reduced by {reduced} by decision)").format(
            pays=pays, reduced=written.money(line.reduced_fen, short=True))
    if not line.subsidy_fen:
        return pays
    return gettext("{pays} (subsidy {subsidy})").format(pays=pays, subsidy=written.money(line.subsidy_fen, short=True))


def series(line: OrderLine) -> str:
    """Which visit of a weekly series, or of a bundle, this is; empty for a single one."""
    if line.bundle:
        return gettext("visit {no} of {of} of the bundle “{name}”").format(
            no=line.bundle.no, of=line.bundle.of, name=line.bundle.name)
    if line.series_no is None:
        return ""
    return gettext("weekly, visit {no} of {of}").format(no=line.series_no, of=line.series_of)


def facts(card: OrderCard, *, at: datetime) -> list[tuple[str, str, str, str]]:
    """What, when, where, for whom, what it costs."""
    line, place = card.line, (card.region_name, "", "")
    mode, service = speak(directory.MODES[line.mode]), reverse("directory:service", args=[line.service])
    time = written.span(line.from_, line.until) + (f" · {series(line)}" if series(line) else "")
    if line.mode == "home":
        if card.address:
            place = (f"{card.region_name} · {card.address}", "", "")
        elif card.side == "resident" and card.has_address:
            place = (f"{card.region_name} · {mode}", "?address=1", gettext("Show the address"))
        else:
            place = (f"{card.region_name} · {mode}", "", "")
    elif line.mode == "remote":
        place = (mode, "", "")
    else:
        place = (gettext("{mode}: {place}").format(mode=mode, place=line.provider_name), service,
                 gettext("The way there"))
    rows = [
        (gettext("Service"), f"{line.service_name} · {line.provider_name}", service, gettext("See")),
        (gettext("When"), time, "", ""), (gettext("Where"), *place),
        (gettext("For whom"), card.contact.name if card.contact else line.person_name, "", ""),
        (gettext("Cost"), price(line), "", ""),
    ]
    if card.contact and card.contact.phone:
        rows.append((gettext("Phone"), card.contact.phone, f"tel:{card.contact.phone}", gettext("Call")))
    if card.closed_reason:
        rows.append((gettext("Reason"), speak(rules.REASONS[card.closed_reason]), "", ""))
    if line.grade:
        rows.append((gettext("Rating"), speak(rules.GRADES[line.grade]), "", ""))
    if card.comment:
        rows.append((gettext("In their words"), speak(card.comment), "", ""))
    return rows


def party(card: OrderCard) -> dict[str, Any]:
    """A group and its places, with the address at which each is given back where that is still possible."""
    group, line = card.party, card.line
    assert group is not None
    open_ = "cancel" in {move.name for move in card.moves} and group.coming > 1
    places = [{
        "no": one.no, "name": one.name or gettext("without a name"), "gone": one.state is Coming.WITHDRAWN,
        "label": speak(COMING_LABELS[one.state]),
        "price": written.money(one.pays_fen, short=True) if one.pays_fen else gettext("free of charge"),
        "url": reverse("orders:withdraw_participant", args=[line.ref, one.no]),
    } for one in group.places]
    count = ngettext("{count} person takes part", "{count} people take part", group.coming).format(count=group.coming)
    if group.came is not None:
        count = gettext("{came} of {places} came").format(came=group.came, places=group.coming)
    return {"title": speak(rules.PARTIES[group.kind]), "count": count, "unit": group.unit_name, "places": places,
            "url": open_}


def tight(card: OrderCard) -> list[str]:
    """Where the way between two visits of who goes takes longer than what is left, by the estimate."""
    said = gettext("The way from or to {who}'s visit at {when} takes about {count} minutes more than are left.")
    return [said.format(who=card.line.practitioner_name, when=written.moment(one.from_), count=minutes)
            for one, minutes in card.tight]


def ways(found: Sequence[Near]) -> list[str]:
    """What else somebody has booked that can hardly be reached in time, by the estimate."""
    said = gettext("{service}, {when}, is {distance} away: the way takes about {minutes} minutes, and {left} are left"
                   " between the two. It is an estimate; choose another time if it is too close for you.")
    return [said.format(
        service=gettext("“{service}”").format(service=one.other.name) if one.other.name
        else gettext("Another order of this person"),
        when=written.span(one.other.from_, one.other.until), distance=written.distance(one.way.metres),
        minutes=one.way.minutes, left=one.left) for one in found]


def reasons(others: Sequence[Unfit]) -> list[tuple[str, bool]]:
    """Why times do not fit, each reason once with its times."""
    found: dict[str, list[str]] = {}
    for one in others:
        found.setdefault(say(one.why), []).append(written.moment(one.time.from_))
    return [(gettext("{times}: {why}").format(
        times=" · ".join(times[:UNFIT]) + (" …" if len(times) > UNFIT else ""), why=why), False)
        for why, times in found.items()]


def wave(card: directory.ServiceCard, begin: datetime) -> str:
    """That all of a time are called for its beginning, and how long it takes; empty where all take part together."""
    wait = directory.wave_wait(card)
    if wait is None:
        return ""
    told = gettext("{count} people are called for {clock} and served one after another: who comes first, goes first.")
    return told.format(count=card.capacity, clock=written.clock(begin)) + " " + (
        gettext("Who comes last waits up to {minutes} minutes; measured from the last people served.")
        if wait.measured else
        gettext("Who comes last waits up to {minutes} minutes, as planned; nothing is measured yet.")
    ).format(minutes=wait.most)


def timeline(card: OrderCard, *, at: datetime) -> list[dict[str, Any]]:
    """What happened, oldest first, and what comes next."""
    tones = {"orders.OrderDeclined": "late", "orders.NoShow": "late", "orders.DisputeRaised": "late",
             "orders.OrderAccepted": "ok", "orders.CheckedOut": "ok", "orders.ServiceConfirmed": "ok"}
    items: list[dict[str, Any]] = []
    for event in card.timeline:
        note = event.note_name or (speak(event.note) if event.note else "")
        items.append({"title": speak(event.text, **event.values), "at": event.at, "who": event.who, "note": note,
                      "tone": tones.get(event.fact, "")})
    line = card.line
    if line.state is State.BOOKED and line.answer_by:
        items.append({"title": gettext("Answer due"), "at": line.answer_by, "upcoming": True})
    if line.state in (State.BOOKED, State.ACCEPTED):
        items.append({"title": gettext("The visit"), "at": line.from_, "upcoming": True})
    return items


def proof(card: ProofCard, *, practitioner: str, service: str, person: str, region: str) -> list[tuple[str, str]]:
    """The six elements, how they are known, and what they are worth."""
    rows = [
        (gettext("What"), service), (gettext("For whom"), person), (gettext("Day"), written.day(card.on)),
        (gettext("Where"), region), (gettext("Who came"), practitioner),
        (gettext("From"), f"{written.clock(card.began)} · {_how(card.check_in_method, card.check_in_metres)}"),
    ]
    if card.ended and card.check_out_method:
        cut = f" · {gettext('cut to the planned end')}" if card.capped else ""
        rows.append((gettext("Until"),
                     f"{written.clock(card.ended)} · {_how(card.check_out_method, card.check_out_metres)}{cut}"))
        rows.append((gettext("Minutes"), str(card.minutes)))
    if card.worth:
        rows.append((gettext("Evidence"), f"{card.worth} · {worth(card.worth)}"))
    return rows


def _how(method: rules.Method, metres: int | None) -> str:
    said = speak(rules.METHODS[method])
    return said if metres is None else f"{said} · {written.distance(metres)}"


def worth(grade: rules.Grade) -> str:
    """What a grade of evidence means."""
    return {
        rules.Grade.A: gettext("position in and out, confirmed by the resident"),
        rules.Grade.B: gettext("position in and out, or confirmed by the resident"),
        rules.Grade.C: gettext("the provider's word, not confirmed"),
        rules.Grade.D: gettext("entered later"),
    }[grade]


def row(line: OrderLine, *, at: datetime) -> dict[str, Any]:
    """A list entry."""
    return {
        "url": reverse("orders:order", args=[line.ref]), "heading": heading(line, at=at), "service": line.service_name,
        "provider": line.provider_name, "number": line.number, "span": written.span(line.from_, line.until),
        "label": speak(LABELS[line.state]), "tone": line.tone, "price": price(line), "series": series(line),
        "person": line.person_name,
    }
