from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil, cos, radians
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, say, speak
from linli.kernel.geometry import Point
from linli.kernel.refusals import RuleBroken
from linli.registers.directory import queries
from linli.registers.directory.pages.supply import shown
from linli.registers.directory.queries import ServiceCard, SlotCard, hsds
from linli.registers.directory.queries.finding import MOST_COUNTED
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules.offers import ACCESSIBILITY, GENDERS, GROUPS, LANGUAGES, MODES, UNITS
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.ui import written

PAGE = 20
STEP = (300.0, 460, 420)  # metres a border may move on the map, width and height in the map's own units


@dataclass(frozen=True)
class Line:
    """One service in a list, in ready words."""

    name: str
    url: str
    provider: str
    category: str
    summary: str
    tags: tuple[str, ...]
    next: str
    distance: str
    price: str
    before: str
    price_note: str
    paused: bool


@require_GET
def services(request: Request) -> HttpResponse:
    """What is open to residents, by the conditions in the address; htmx gets the list alone."""
    asked, alerts = _asked(request.GET), []
    near: Point | None = None
    if asked["near"]:
        try:
            near = queries.near(asked["near"])
        except RuleBroken as why:
            alerts.append(say(why))
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**5 else 1
    keys = [set(found) for found in (queries.leaves(asked["category"]), queries.within(asked["domain"])) if found]
    found = queries.find(
        categories=set.intersection(*keys) if keys else None, text=asked["q"], mode=asked["mode"] or None,
        region=asked["region"] or None, near=near, open_at=request.at if asked["open_now"] else None,
        sort=asked["sort"] if near or asked["sort"] != "distance" else "", at=request.at, skip=(number - 1) * PAGE,
        most=PAGE,
    )
    paginator = Paginator(range(found.total), PAGE)
    context = {
        "lines": lines(found.items, near=near, at=request.at), "total": found.total, "asked": asked, "alerts": alerts,
        "heading": _heading(asked, found.total), "filtered": any(asked[name] for name in asked if name != "sort"),
        "page": Page(range(0), min(number, paginator.num_pages), paginator), "near": near is not None,
        "domains": [
            (speak(domain.name), [(key, speak(queries.category(key).name)) for key in queries.within(domain.key)])
            for domain in queries.domains()
        ],
        "modes": [(key, speak(label)) for key, label in MODES.items()],
        "districts": places.districts(),
        "sorts": [(key, speak(label)) for key, label in queries.SORTS.items() if near or key != "distance"],
        "need_url": _url("needs:write", "/needs/new/"),
    }
    return render(request, f"directory/{'_results' if request.htmx else 'services'}.html", context)


@require_GET
def categories(request: Request) -> HttpResponse:
    """Everything that can be looked for, domain by domain."""
    counts, list_url = queries.counts(), reverse("directory:services")
    return render(request, "directory/categories.html", {"domains": [
        (speak(domain.name), speak(domain.sentence), f"{list_url}?domain={domain.key}", [
            (speak(card.name), speak(card.sentence), f"{list_url}?category={key}", counts.get(key, 0))
            for key in queries.within(domain.key) for card in [queries.category(key)]
        ]) for domain in queries.domains()
    ]})


@require_GET
def service(request: Request, ref: UUID) -> HttpResponse:
    """Everything about one service, and a week of times; `from` chooses the week."""
    card, provider, site = queries.page_of(ref, by=request.actor)
    today = timezone.localdate(request.at)
    first = _week(request.GET.get("from", ""), today, today + timedelta(days=card.horizon_days))
    week = [first + timedelta(days=n) for n in range(7)]
    slots = queries.slots(ref, _midnight(first), _midnight(first + timedelta(days=7)))
    hours, exceptions = queries.opening(ref, from_=today)
    names = places.called([card.region, *card.area])
    asked = {"need": need} if (need := _ref(request.GET.get("need", ""))) else {}
    kind, papers = queries.category(card.category), practitioners.credential_kinds()
    context = {
        "card": card, "kind": speak(kind.name), "kind_url": f"{reverse('directory:services')}?category={kind.key}",
        "provider": provider, "line": _line(card, None, None),
        "what": _what(card), "whom": _whom(card), "pay": _price(card),
        "where": [
            *([(gettext("Where"), f"{site.name} · {site.address}")] if site else []),
            (gettext("Region"), names.get(card.region, card.region)),
            (gettext("Area served"), gettext(", ").join(names.get(code, code) for code in card.area)),
            *([(gettext("Accessibility"), _list(card.accessibility, ACCESSIBILITY))] if card.accessibility else []),
        ],
        "credentials": [speak(papers[key].name) for key in sorted(kind.credentials)],
        "hours": [(speak(day), gettext(", ").join(_spans(hours, number)) or gettext("closed"))
                  for number, day in enumerate(opening.WEEKDAYS)],
        "exceptions": [(day.on, gettext("closed") if day.closed else _clock(day.opens, day.closes), day.reason)
                       for day in exceptions],
        "holiday": _holidays(card, hours, today, first + timedelta(days=7)),
        "assured": _assured(card, today), "supply": shown(card, at=request.at), "bundles": [
            (reverse("directory:bundle", args=[one.ref]), one.name, speak(one.kind_label))
            for one in queries.bundles_with([ref]).get(ref, [])],
        "claim_url": reverse("organisations:claim", args=[card.provider]) if card.source and provider.listed else "",
        "days": _days(card, week, slots, request.at, asked),
        "wait_url": f"{_url('orders:join', '/orders/waits/join/')}?{urlencode(asked | {'service': ref})}"
        if card.open else "",
        "week": written.span(week[0], week[-1]), "free": any(slot.bookable(request.at) for slot in slots),
        "earlier": f"?{urlencode(asked | {'from': first - timedelta(days=7)})}" if first > today else "",
        "later": f"?{urlencode(asked | {'from': first + timedelta(days=7)})}"
        if first + timedelta(days=7) < today + timedelta(days=card.horizon_days) else "",
        "shapes": _map(card),
        "points": [(*_project(card.point), site.name if site else card.name, "place")] if card.point else [],
        "view_box": _view_box(), "hotline": settings.HOTLINE,
        "manage_url": reverse("directory:update_service", args=[ref]) if queries.moves(card, by=request.actor) else "",
    }
    return render(request, f"directory/{'_week' if request.htmx else 'service'}.html", context)


@require_GET
def profile(request: Request) -> HttpResponse:
    """What programs can have of the directory, and what the Chinese profile adds to the standard."""
    base = reverse("directory:hsds")
    return render(request, "directory/profile.html", {
        "paths": [
            (base, gettext("version, profile and description")),
            (reverse("directory:hsds_services"), gettext("services; one whole by its id")),
            (reverse("directory:hsds_locations"), gettext("services at their sites")),
            (reverse("directory:hsds_organisations"), gettext("organisations")),
            (reverse("directory:hsds_taxonomies"), gettext("taxonomies")),
            (reverse("directory:hsds_terms"), gettext("their terms")),
            (f"{reverse('directory:hsds_services')}?format=ndjson", gettext("all services, one a line")),
            (reverse("directory:hsds_export"), gettext("everything as tables (tabular data package)")),
            (reverse("directory:hsds_datapackage"), gettext("the description of the tables")),
            (reverse("directory:hsds_openapi"), gettext("the description of the interface (OpenAPI)")),
        ],
        "patches": [(name, "title" in patch and "path" in patch, _meant(patch)[1], [
            (key, *_meant(one)) for key, one in patch.get("properties", {}).items() if key not in {"id", "service_id"}])
            for name, patch in hsds.additions().items()],
        "standard": sorted(set(hsds.described()) - set(hsds.additions())),
    })


def _meant(column: dict[str, Any]) -> tuple[str, str]:
    """What a column of the profile is called and means, in the reader's language: both stand in the profile."""
    english, space, chinese = column.get("title", "").rpartition(" ")
    if (get_language() or "").startswith("zh"):
        return chinese, column.get("x-description-zh", "")
    return english if space else chinese, column.get("description", "")


def lines(cards: Sequence[ServiceCard], *, near: Point | None = None, at: datetime) -> list[Line]:
    """Services as list entries; one query for the next free times of all of them."""
    free = queries.first_free([card.ref for card in cards], at, at + timedelta(days=60))
    return [_line(card, free.get(card.ref), near) for card in cards]


def _line(card: ServiceCard, slot: SlotCard | None, near: Point | None) -> Line:
    away = card.metres_from(near)
    return Line(
        name=card.name, url=reverse("directory:service", args=[card.ref]), provider=card.provider_name,
        category=speak(queries.category(card.category).name), summary=card.summary,
        tags=tuple(speak(MODES[mode]) for mode in card.modes),
        next=gettext("Next free: {moment}").format(moment=written.moment(slot.from_)) if slot
        else gettext("No free time at present"),
        distance=written.distance(away) if away is not None else "",
        price=gettext("ask for the price") if card.source else _amount(card.lowest_fen),
        before=_amount(card.price_fen) if card.subsidy_fen else "",
        price_note=_subsidised(card) if card.subsidy_fen else speak(UNITS[card.unit]) if card.price_fen else "",
        paused=not card.open,
    )


def _amount(fen: int) -> str:
    return written.money(fen, short=True) if fen else gettext("free of charge")


def _subsidised(card: ServiceCard) -> str:
    whom = card.subsidy_for
    parts = [gettext("from age {age}").format(age=whom.min_age)] if whom.min_age is not None else []
    parts += [speak(GROUPS[group]) for group in whom.groups]
    unit = speak(UNITS[card.unit])
    if not parts:
        return gettext("{unit}, after the subsidy").format(unit=unit)
    return gettext("{unit}, after the subsidy ({whom})").format(unit=unit, whom=gettext(", ").join(parts))


def _price(card: ServiceCard) -> list[tuple[str, str]]:
    if card.source:
        return [(gettext("Price"), gettext("ask for the price"))]
    full = gettext("{amount} {unit}").format(amount=_amount(card.price_fen), unit=speak(UNITS[card.unit]))
    pairs = [(gettext("Price"), full if card.price_fen else _amount(0))]
    if card.subsidy_fen:
        pairs += [(gettext("Subsidy"), written.money(card.subsidy_fen, short=True)),
                  (gettext("You pay"), f"{_amount(card.lowest_fen)} · {_subsidised(card)}")]
    return pairs


def _what(card: ServiceCard) -> list[tuple[str, str]]:
    return [
        (gettext("How"), _list(card.modes, MODES)),
        (gettext("Takes"), ngettext("{count} minute", "{count} minutes", card.duration_minutes).format(
            count=card.duration_minutes)),
        (gettext("Languages"), _list(card.languages, LANGUAGES)),
        *([(gettext("Places at one time"), str(card.capacity))] if card.capacity > 1 else []),
        *([(gettext("Called together"), _wave(card))] if card.wave else []),
        *([(gettext("Book ahead"), _ahead(card.lead_minutes))] if card.lead_minutes else []),
    ]


def _wave(card: ServiceCard) -> str:
    """That all of a time are called for its beginning, and how long the last one waits, measured or as planned."""
    wait = queries.wave_wait(card)
    if wait is None or not wait.most:
        return gettext("Nobody waits: there are as many counters as people.")
    said = gettext("Who comes last waits up to {minutes} minutes; measured from the last people served.")
    planned = gettext("Who comes last waits up to {minutes} minutes, as planned; nothing is measured yet.")
    return gettext("{count} people for the same start, one after another. {wait}").format(
        count=card.capacity, wait=(said if wait.measured else planned).format(minutes=wait.most))


def _ahead(minutes: int) -> str:
    if minutes >= 1440 and minutes % 1440 == 0:
        return ngettext("at least {count} day", "at least {count} days", minutes // 1440).format(count=minutes // 1440)
    if minutes >= 60 and minutes % 60 == 0:
        return ngettext("at least {count} hour", "at least {count} hours", minutes // 60).format(count=minutes // 60)
    return ngettext("at least {count} minute", "at least {count} minutes", minutes).format(count=minutes)


def _whom(card: ServiceCard) -> list[tuple[str, str]]:
    rule = card.eligibility
    pairs = []
    if rule.min_age is not None and rule.max_age is not None:
        pairs.append((gettext("Age"), gettext("{low} to {high}").format(low=rule.min_age, high=rule.max_age)))
    elif rule.min_age is not None:
        pairs.append((gettext("Age"), gettext("from age {age}").format(age=rule.min_age)))
    elif rule.max_age is not None:
        pairs.append((gettext("Age"), gettext("up to age {age}").format(age=rule.max_age)))
    if rule.gender:
        pairs.append((gettext("For"), speak(GENDERS[rule.gender])))
    if rule.groups:
        pairs.append((gettext("Only for"), _list(rule.groups, GROUPS)))
    return pairs or [(gettext("For"), speak(GENDERS[""]))]


def _list(keys: Sequence[str], labels: Any) -> str:
    return gettext(", ").join(speak(labels[key]) for key in keys if key in labels)


def _spans(hours: Sequence[opening.Hours], weekday: int) -> list[str]:
    found = []
    for row in hours:
        if row.weekday == weekday:
            last = row.until - timedelta(days=1) if row.until else None
            if row.from_:
                season = gettext(" ({period})").format(period=written.span(row.from_, last))
            else:
                season = gettext(" (until {day})").format(day=written.day(last, weekday=False)) if last else ""
            found.append(opening.written(row) + season)
    return found


def _clock(opens: Any, closes: Any) -> str:
    return opening.written(opening.Hours(0, opens, closes))


def _holidays(card: ServiceCard, hours: Sequence[opening.Hours], today: date, end: date) -> str:
    if not hours:
        return ""
    said = gettext("Open on public holidays too.") if card.open_on_holidays else gettext("Closed on public holidays.")
    if card.open_on_holidays or opening.holidays_known(max(end, today + timedelta(days=card.horizon_days))):
        return said
    return said + " " + gettext(
        "The public holidays of next year are not published yet: until they are, its days follow the weekly hours."
    )


def _assured(card: ServiceCard, today: date) -> tuple[str, str]:
    """A sentence on how fresh the listing is, and its tone."""
    if card.source:
        return gettext("From a public list ({source}). Nobody has confirmed it yet: call before you go.").format(
            source=card.source), "wait"
    if card.assured_on is None:
        return gettext("The provider has not yet assured that this is right. Call before you go."), "wait"
    old = (today - card.assured_on).days > queries.fresh_days(today, card.region)
    said = gettext("{provider} assured on {day} that this is right.").format(
        provider=card.provider_name, day=written.day(card.assured_on, weekday=False)
    )
    if card.checked_on:
        said += " " + gettext("The office checked it on {day}.").format(day=written.day(card.checked_on, weekday=False))
    long_ago = gettext("That is long ago: call before you go.")
    return (f"{said} {long_ago}", "wait") if old else (said, "ok")


def _days(card: ServiceCard, week: list[date], slots: list[SlotCard], at: datetime,
          asked: dict[str, UUID]) -> list[tuple[date, list[Any]]]:
    """The week's times, each with the way to book it: for the need, where somebody comes from one."""
    book, found = _url("orders:book", "/orders/book/"), []
    for day in week:
        rows = []
        for slot in slots:
            if timezone.localdate(slot.from_) != day or not slot.capacity:
                continue
            open_ = card.open and slot.bookable(at)
            state = "open" if open_ else "past" if at > slot.book_until else "full"
            url = f"{book}?{urlencode(asked | {'service': card.ref, 'slot': slot.ref})}" if open_ else ""
            rows.append((f"{written.clock(slot.from_)}–{written.clock(slot.until)}", url, "", state))
        found.append((day, rows))
    return found


def _week(text: str, today: date, end: date) -> date:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(asked, today), end)


def _ref(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=opening.SHANGHAI)


def _url(name: str, fallback: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return fallback


def _asked(query: QueryDict) -> dict[str, str]:
    """What the address asks for; what it cannot mean is left out."""
    asked = {name: query.get(name, "").strip()[:100].replace("\x00", "") for name in (
        "q", "category", "domain", "mode", "region", "near", "open_now", "sort")}
    if not asked["near"] and query.get("lon") and query.get("lat"):
        asked["near"] = f"{query['lon'][:20]},{query['lat'][:20]}"
    asked["category"] = asked["category"] if queries.leaves(asked["category"]) else ""
    asked["domain"] = asked["domain"] if queries.within(asked["domain"]) else ""
    asked["mode"] = asked["mode"] if asked["mode"] in MODES else ""
    asked["region"] = asked["region"] if asked["region"].isdecimal() and len(asked["region"]) == 12 else ""
    asked["sort"] = asked["sort"] if asked["sort"] in queries.SORTS else ""
    asked["open_now"] = "1" if asked["open_now"] else ""
    return asked


def _heading(asked: dict[str, str], total: int) -> str:
    if asked["category"] in queries.KEYS:
        what = speak(queries.category(asked["category"]).name)
    elif asked["domain"]:
        what = next(speak(domain.name) for domain in queries.domains() if domain.key == asked["domain"])
    elif asked["q"]:
        what = gettext("“{words}”").format(words=asked["q"])
    else:
        return ngettext("{count} service", "{count} services", total).format(count=_counted(total))
    return ngettext("{what}: {count} service", "{what}: {count} services", total).format(
        what=what, count=_counted(total))


def _counted(total: int) -> str:
    return f"{total}+" if total >= MOST_COUNTED else str(total)


def _map(card: ServiceCard) -> list[tuple[str, str, str, int, float | None, float | None, str]]:
    """The districts, those served in colour; a name that would stand on another is left to the table beside the map."""
    taken = [(_project(card.point)[0] + 28, _project(card.point)[1])] if card.point else []  # its name stands beside it
    found = []
    for code, name, path, x, y in sorted(_shapes(), key=lambda shape: not card.serves(shape[0])):
        served = card.serves(code)
        free = all(abs(x - other) > 48 or abs(y - row) > 15 for other, row in taken)
        taken += [(x, y)] if free else []
        found.append((name, path, "", 2 if served else 0, x if free else None, y if free else None,
                      gettext("served") if served else "–"))
    return found


@lru_cache(maxsize=1)
def _frame() -> tuple[float, float, float, float]:
    """The map's western and northern edge, and its units per degree of longitude and of latitude."""
    cards = places.boundaries(None)
    west, east = min(c.boundary.south_west.lon for c in cards), max(c.boundary.north_east.lon for c in cards)
    south, north = min(c.boundary.south_west.lat for c in cards), max(c.boundary.north_east.lat for c in cards)
    shrink = cos(radians((south + north) / 2))
    scale = min((STEP[1] - 20) / ((east - west) * shrink), (STEP[2] - 20) / (north - south))
    return west, north, scale * shrink, scale


def _view_box() -> str:
    """As wide as the region itself, so that the map fills its place."""
    _, _, across, _ = _frame()
    east = max(card.boundary.north_east.lon for card in places.boundaries(None))
    return f"0 0 {ceil((east - _frame()[0]) * across) + 20} {STEP[2]}"


def _project(point: Point) -> tuple[float, float]:
    west, north, across, down = _frame()
    return 10 + (point.lon - west) * across, 10 + (north - point.lat) * down


@lru_cache(maxsize=1)
def _shapes() -> list[tuple[str, str, str, float, float]]:
    """Code, name, path and where the name stands, for every district."""
    return [
        (card.code, card.name, card.boundary.simplified(STEP[0]).svg_path(lambda lon, lat: _project(Point(lon, lat))),
         round(_project(card.label)[0], 1), round(_project(card.label)[1], 1))
        for card in places.boundaries(None)
    ]
