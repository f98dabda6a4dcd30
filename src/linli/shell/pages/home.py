"""The first page: say it in one sentence, or choose a way in; what is open now, and how this place is doing."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.registers.directory import queries as directory
from linli.registers.directory.rules.offers import UNITS
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.shell import figures, remembered
from linli.shell.site import address, region_name
from linli.ui import written

CHIPS = ("home_bathing", "meals", "escort_to_hospital", "childcare", "family_doctor", "legal_aid")
"""What is asked for most, in every district's hotline."""
SHOWN, LOOKED = 4, 60
FRESH = timedelta(seconds=30)


@dataclass(frozen=True)
class Line:
    """One service in a short list, in ready words."""

    name: str
    url: str
    tag: str
    tone: str
    about: tuple[str, ...]
    price: str
    unit: str
    before: str


@dataclass(frozen=True)
class Near:
    """The short list of a place: what is open there now or, where nothing is, what is free soonest."""

    title: str
    lines: list[Line]
    open_now: int
    all_url: str


@require_GET
def home(request: Request) -> HttpResponse:
    region = _district(request)
    near = remembered.recent_of_all(("home", region, get_language()), lambda: _near(region, request.at), at=request.at,
                                    age=FRESH)
    context = {
        "chips": _chips(), "doors": _doors(near.open_now, signed_in=bool(request.account)), "near": near,
        "figures": [_figure(one) for one in figures.today(request.at)], "region": region_name(),
        "hotline": settings.HOTLINE, "place_url": f"{reverse('directory:services')}?{urlencode({'open_now': 1})}",
        "join_url": address("organisations:join"),
    }
    return render(request, "shell/home.html", context)


def _figure(one: figures.Figure) -> tuple[str, str, str, str]:
    """With the way to what stands behind it: the late ones themselves, or how it was counted."""
    if one.key == "late":
        return one.label, one.value, one.source, one.source_label
    return one.label, one.value, f"{reverse('figures')}#{one.key}", gettext("How?")


def _district(request: Request) -> str:
    """The district where the visitor lives, where that is known; else empty, for the whole region."""
    person = request.actor.person
    if person is None:
        return ""
    return remembered.recent((request.actor.ref, "district"), lambda: _lives_in(person), at=request.at, age=FRESH)


def _lives_in(person: object) -> str:
    code = next(iter(people.regions([person]).values()), "")  # type: ignore[list-item]
    return code[:6].ljust(12, "0") if code[4:6].strip("0") else ""


def _chips() -> list[tuple[str, str]]:
    found = directory.categories()
    names = {card.key: speak(card.name) for card in found}
    chips = [(names[key], f"{reverse('directory:services')}?{urlencode({'category': key})}") for key in CHIPS]
    check = address("practitioners:check")
    return [*chips, (gettext("Verify a passport"), check)] if check else chips


def _doors(open_now: int, *, signed_in: bool) -> list[tuple[str, str, str, str]]:
    count = ngettext("{count} open right now", "{count} open right now", open_now).format(count=open_now)
    mine = ("list", gettext("My matters"), gettext("What you asked for, and what happens next"), address("orders:mine"))
    join = ("building", gettext("Offer services"), gettext("Join as a provider; it is free"),
            address("organisations:join"))
    doors = [
        ("hand", gettext("I need help"), gettext("Two steps, and you see who can come and when"),
         address("needs:write")),
        ("search", gettext("Find a service"), count if open_now else gettext("By category, place and price"),
         address("directory:services")),
        mine if signed_in and mine[3] else join,
        ("shield", gettext("Check who comes"), gettext("Whether who stands at the door may do the work"),
         address("practitioners:check")),
    ]
    return [door for door in doors if door[3]]


def _near(region: str, at: datetime) -> Near:
    where = places.names([region]).get(region, "") if region else region_name()
    found = directory.find(region=region or None, open_at=at, sort="soonest", at=at, most=LOOKED)
    asked = {"region": region} if region else {}
    if found.items:
        title = gettext("Open now · {region}").format(region=where)
        url = f"{reverse('directory:services')}?{urlencode(asked | {'open_now': 1})}"
        return Near(title, lines(_varied(found.items), at=at, open_now=True), found.total, url)
    soon = directory.find(region=region or None, sort="soonest", at=at, most=LOOKED)
    title = gettext("Free soonest · {region}").format(region=where)
    return Near(title, lines(_varied(soon.items), at=at), 0, f"{reverse('directory:services')}?{urlencode(asked)}")


def _varied(cards: Sequence[directory.ServiceCard]) -> list[directory.ServiceCard]:
    """The first few, of different providers and kinds where there are such."""
    seen: set[object] = set()
    first, rest = [], []
    for card in cards:
        if card.provider in seen or card.category in seen:
            rest.append(card)
        else:
            first.append(card)
            seen |= {card.provider, card.category}
    return [*first, *rest][:SHOWN]


def lines(cards: Sequence[directory.ServiceCard], *, at: datetime, open_now: bool = False) -> list[Line]:
    """Services in ready words; one query for their next free times."""
    free = directory.first_free([card.ref for card in cards], at, at + timedelta(days=30), at=at)
    return [_line(card, free.get(card.ref), at, open_now) for card in cards]


def _line(card: directory.ServiceCard, slot: directory.SlotCard | None, at: datetime, open_now: bool) -> Line:
    kind = speak(directory.category(card.category).name)
    tag, tone = (_when(slot, at), "ok") if slot else (gettext("Open now"), "ok") if open_now else (
        gettext("No free time at present"), "plain")
    price = written.money(card.lowest_fen, short=True) if card.lowest_fen else gettext("Free of charge")
    before = written.money(card.price_fen, short=True) if card.subsidy_fen else ""
    about = tuple(word for word in (card.provider_name, kind if kind != card.name else "") if word)
    unit = speak(UNITS[card.unit]) if card.lowest_fen else ""
    return Line(card.name, reverse("directory:service", args=[card.ref]), tag, tone, about, price, unit, before)


def _when(slot: directory.SlotCard, at: datetime) -> str:
    day, today = timezone.localdate(slot.from_), timezone.localdate(at)
    begin = timezone.localtime(slot.from_)
    time = written.clock(slot.from_) if begin.hour or begin.minute else ""  # a place for the night, free all day
    if day == today:
        return gettext("Free today {time}").format(time=time) if time else gettext("Free today")
    if day == today + timedelta(days=1):
        return gettext("Free tomorrow {time}").format(time=time) if time else gettext("Free tomorrow")
    return gettext("Free {day}").format(day=written.moment(slot.from_))
