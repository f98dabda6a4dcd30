"""Needs in ready words: the sentence that says how things stand, times, wishes, reasons, who did what."""
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.doors import speak
from linli.registers.directory import queries as directory
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.needs import forms, queries
from linli.work.needs.queries import NeedCard, OpenNeed
from linli.work.needs.rules.triage import Flag, Reason, Urgency
from linli.work.needs.rules.wishes import Channel, Window, as_part
from linli.work.needs.states import State

TONES: dict[Urgency, str] = {Urgency.NORMAL: "plain", Urgency.SOON: "wait", Urgency.URGENT: "late"}
BANDS = (18, 60, 70, 80)
_LIST = 80


def address(name: str, *args: object, fallback: str = "") -> str:
    """Where a page of another room is; `fallback` where this node has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return fallback


def heading(card: NeedCard) -> str:
    """One sentence on where the need stands."""
    if card.state is State.OPEN and card.standing:
        return ngettext("{count} provider offers to help: choose", "{count} providers offer to help: choose one",
                        card.standing).format(count=card.standing)
    return {
        State.OPEN: gettext("Looking for somebody who can help"), State.BOOKED: gettext("A visit is booked"),
        State.MET: gettext("Done: help came"), State.WITHDRAWN: gettext("This need was taken back"),
        State.EXPIRED: gettext("Nobody could help within the time"),
    }[card.state]


def emergency(flags: Iterable[Flag], why: Iterable[Reason]) -> list[tuple[str, str]]:
    """Numbers to call at once, in ready words; most often none."""
    return [(number, speak(label)) for number, label in queries.emergency(tuple(flags), why)]


def reasons(why: Iterable[Reason]) -> list[tuple[str, bool]]:
    return [(speak(reason.text, phrase=reason.phrase), True) for reason in why]


def urgency(how: Urgency) -> tuple[str, str]:
    """Its word and its tone."""
    return speak(queries.URGENCY[how]), TONES[how]


def flags(found: Iterable[Flag]) -> list[str]:
    return [speak(queries.FLAGS[flag]) for flag in found]


def kind(key: str) -> str:
    return speak(directory.category(key).name)


def window(one: Window) -> str:
    """Wed 25 Nov 2026, morning; or with its hours where it has some of its own."""
    found = as_part(one, zone=forms.SHANGHAI)
    if found is None:
        return written.span(one.from_, one.until)
    day, part = found
    return gettext("{day}, {part}").format(day=written.day(day), part=speak(forms.PARTS[part]))


def when(windows: Sequence[Window], weeks: int = 1) -> str:
    """When help would suit, and how often."""
    said = gettext("; ").join(map(window, windows)) or gettext("as soon as possible")
    if weeks < 2:
        return said
    often = ngettext("every week, {count} time", "every week, {count} times", weeks).format(count=weeks)
    return gettext("{first}; {second}").format(first=said, second=often)


def wishes(card: NeedCard | OpenNeed) -> list[tuple[str, str]]:
    """What is asked of who comes, as label and value; empty where it does not matter."""
    asked, found = card.requires, []
    if card.mode:
        found.append((gettext("How"), speak(directory.MODES[card.mode])))
    if language := asked.get("language"):
        found.append((gettext("Language"), speak(directory.LANGUAGES[language])))
    if gender := asked.get("gender"):
        found.append((gettext("Who should come"), speak(forms.WHO[gender])))
    if access := asked.get("accessibility"):
        found.append((gettext("What must be there"), gettext(", ").join(
            speak(directory.ACCESSIBILITY[key]) for key in access)))
    return found


def age(years: int | None) -> str:
    """A band wide enough not to point at anybody."""
    if years is None:
        return gettext("age not known")
    if years < BANDS[0]:
        return gettext("under {age}").format(age=BANDS[0])
    low = max(band for band in BANDS if band <= years)
    above = [band for band in BANDS if band > years]
    if not above:
        return gettext("{age} and older").format(age=low)
    return gettext("{low} to {high}").format(low=low, high=above[0] - 1)


def waited(since: datetime, at: datetime) -> str:
    """How long something has waited, in whole hours or days."""
    hours = int((at - since).total_seconds() // 3600)
    if hours < 1:
        return gettext("less than an hour")
    if hours < 48:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    return ngettext("{count} day", "{count} days", hours // 24).format(count=hours // 24)


def where(codes: Iterable[str]) -> dict[str, str]:
    """District to village in one, without the city that everybody knows."""
    wanted = set(codes)
    names = places.full_names(wanted | {settings.REGION}) if wanted else {}
    city = names.get(settings.REGION, "")
    return {code: name.removeprefix(city) or name for code, name in names.items()}


def shortened(text: str) -> str:
    return text if len(text) <= _LIST else f"{text[:_LIST - 1]}…"


def row(card: NeedCard, *, by: Actor) -> dict[str, Any]:
    """A need in a list of one's own."""
    return {
        "url": reverse("needs:need", args=[card.ref]), "text": shortened(card.text), "heading": heading(card),
        "label": speak(card.label), "tone": card.tone, "kind": speak(card.category_name), "at": card.posted_at,
        "person": card.person_name if card.person != by.person else "", "number": card.number,
        "urgent": urgency(card.urgency) if card.urgency is not Urgency.NORMAL and card.state is State.OPEN else None,
    }


def about(card: NeedCard) -> list[tuple[str, str]]:
    """Understood as, when, where and how, for the need's own page."""
    place = places.full_names([card.region]).get(card.region, card.region)
    if card.point:
        place = gettext("{place}, with an exact point").format(place=place)
    pairs = [(gettext("For whom"), card.person_name)] if card.person_name else []
    pairs += [(gettext("Kind of help"), speak(card.category_name)), (gettext("How soon"), urgency(card.urgency)[0])]
    pairs += [(gettext("Signs of danger"), gettext(", ").join(flags(card.flags)))] if card.flags else []
    pairs += [(gettext("When"), when(card.windows, card.weeks)), (gettext("Where"), place), *wishes(card)]
    if card.state is State.OPEN:
        last = card.expires_on - timedelta(days=1)
        pairs.append((gettext("Stays open until"), written.day(last, weekday=False)))
    return pairs


def open_facts(card: OpenNeed, *, at: datetime) -> list[tuple[str, str]]:
    """What those may read who might serve it, or watch over its region."""
    return [
        (gettext("Kind of help"), speak(card.category_name)), (gettext("How soon"), urgency(card.urgency)[0]),
        (gettext("Where"), where([card.region]).get(card.region, card.region)), (gettext("Age"), age(card.age)),
        (gettext("When"), when(card.windows, card.weeks)), *wishes(card),
        (gettext("Waiting for"), waited(card.posted_at, at)),
        (gettext("Stays open until"), written.day(card.expires_on - timedelta(days=1), weekday=False)),
    ]


def timeline(card: NeedCard, *, by: Actor) -> list[dict[str, Any]]:
    """What happened, oldest first, and who did it; what the offers' own end was stays with those who offered."""
    told = []
    for entry in journal.history([card.ref]):
        if entry.fact == "needs.OfferDecided":
            continue
        url = address("orders:order", entry.payload["order"]) if "order" in entry.payload else ""
        told.append({
            "title": speak(TELLINGS[entry.fact].text), "at": timezone.localtime(entry.at),
            "who": _who(entry.fact, entry.by, card, by), "url": url, "link": gettext("See the visit") if url else "",
            "tone": "ok" if entry.fact in {"needs.NeedBooked", "needs.NeedMet", "needs.OfferMade"} else "",
        })
    return told


def _who(fact: str, who: UUID, card: NeedCard, by: Actor) -> str:
    if who == by.ref:
        return gettext("you")
    if who == SYSTEM.ref:
        return gettext("the system")
    if fact in {"needs.OfferMade", "needs.OfferTakenBack"}:
        return gettext("a provider")
    if who == card.posted_by:
        return {Channel.AGENT: gettext("the hotline"), Channel.FAMILY: gettext("family")}.get(
            card.channel, gettext("the person"))
    return gettext("somebody who acts for the person")


def whereabouts(found: places.Whereabouts | None) -> str:
    """Where a point is, for who sees no map; empty where there is none."""
    if found is None:
        return ""
    near = [gettext("{distance} to the {direction} of {place}").format(
        distance=written.distance(one.metres), direction=speak(one.wind), place=one.name) for one in found.near]
    return gettext("{district}: {near}").format(district=found.district, near=gettext("; ").join(near)) \
        if near else found.district
