"""Where help is needed, tapped on a map step by step, on any phone: a picture that sends where it was tapped.

What was typed in the form goes along in it, and neither a place nor a word gets into an address.
"""
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from linli.kernel.doors import Request, say
from linli.kernel.geometry import Point, parse_point
from linli.kernel.refusals import RuleBroken
from linli.registers.directory import queries as directory
from linli.registers.places import queries as places
from linli.work.needs.pages import words

WIDTH, HEIGHT = places.PICTURE
LETTER, LARGE = 12, 17
_OWN = ("csrfmiddlewaretoken", "step", "map_view", "map_at", "map_go", "map.x", "map.y")


@dataclass
class _Step:
    """Where the map is: what it shows, the point that is chosen, and what was refused."""

    view: Any
    at: Point | None
    alert: str = ""


def step(request: Request, *, back: str) -> HttpResponse | dict[str, str]:
    """The map after what was pressed; or what is to stand in the form at `back`, where the map is left."""
    sent, go = request.POST, request.POST.get("map_go", "")
    at = point_of(sent.get("map_at", ""))
    if go == "done" and at:
        return _chosen(sent, at)
    if go == "list":
        code = places.locate(at) if at else None
        return {"where": "other"} | ({"district": code} if code else {})
    if go == "cancel":
        return {}
    now = _opened(sent) if "map_view" not in sent else _after(sent, go, _Step(places.view_of(sent["map_view"]), at))
    return _shown(request, now, back)


def point_of(text: str) -> Point | None:
    """A point of the city as the form says it; None for anything else."""
    try:
        point = parse_point(text)
    except RuleBroken:
        return None
    return point if places.locate(point) else None


def _opened(sent: QueryDict) -> _Step:
    """At the point that stands in the form, or at the district chosen in it; else the whole city."""
    at = point_of(f"{sent.get('lon', '')},{sent.get('lat', '')}")
    if at:
        return _Step(places.closest(at), at)
    code = sent.get("district", "") if sent.get("where") == "other" else ""
    card = next(iter(places.boundaries([code])), None)
    return _Step(places.district_view(card.label) if card else places.whole_view(), None)


def _after(sent: QueryDict, go: str, now: _Step) -> _Step:
    if go == "out":
        return _Step(places.farther(now.view), now.at)
    if go in ("north", "east", "south", "west"):
        return _Step(places.steered(now.view, go), now.at)
    tapped = (WIDTH / 2, HEIGHT / 2) if go == "closer" else _tapped(sent)
    if tapped is None:
        return now
    point = now.view.at(*tapped)
    try:
        places.require_inside(point, region=settings.REGION)
    except RuleBroken as why:
        return _Step(now.view, now.at, gettext("{refusal} Tap a place inside its boundary.").format(refusal=say(why)))
    return _Step(places.nearer(now.view, point), point)


def _tapped(sent: QueryDict) -> tuple[float, float] | None:
    """The middle of the pixel that was tapped. A keyboard, which presses a picture nowhere, means its middle."""
    try:
        x, y = float(sent.get("map.x", "")), float(sent.get("map.y", ""))
    except ValueError:
        return None
    if (x, y) == (0, 0):
        return WIDTH / 2, HEIGHT / 2
    return (int(x) + .5, int(y) + .5) if isfinite(x + y) and 0 <= x < WIDTH and 0 <= y < HEIGHT else None


def _chosen(sent: QueryDict, at: Point) -> dict[str, str]:
    """The point in its two fields; another region than the one it lies in gives way to it."""
    found = {"lon": f"{at.lon:.6f}", "lat": f"{at.lat:.6f}"}
    region = next((code for name in ("village", "street", "district") if (code := sent.get(name))), "")
    if sent.get("where") == "other" and not (region and places.inside(at, region)):
        found |= {"district": places.locate(at) or "", "street": "", "village": ""}
    return found


def _shown(request: Request, now: _Step, back: str) -> HttpResponse:
    sent = request.POST
    letter = LARGE if request.COOKIES.get("elder") == "1" else LETTER
    seen = places.sight(now.view, cross=now.at, more=directory.landmarks, letter=letter)
    bar = gettext("{kilometres} km").format(kilometres=f"{seen.bar / 1000:g}") if seen.bar >= 1000 \
        else gettext("{metres} m").format(metres=seen.bar)
    drawn = render_to_string("needs/map.svg", {
        "seen": seen, "width": WIDTH, "height": HEIGHT, "letter": letter, "bar": bar,
        "bar_end": f"{10 + seen.bar / now.view.scale:.1f}", "bar_y": HEIGHT - 10, "cross": _cross(seen.cross),
    })
    kept = [(name, value.replace("\x00", "")) for name in sent if name not in _OWN for value in sent.getlist(name)]
    return render(request, "needs/point.html", {
        "back": back, "kept": kept, "alerts": [now.alert] if now.alert else [], "seen": seen, "view": str(now.view),
        "at": str(now.at) if now.at else "", "where": words.whereabouts(seen.where), "bar": bar,
        "image": "data:image/svg+xml," + quote(drawn, safe=" /:=,;()-._~!*+@?"), "width": WIDTH, "height": HEIGHT,
        "places": gettext(", ").join(mark.name for mark in seen.marks if mark.name),
    }, status=422 if now.alert else 200)


def _cross(at: tuple[float, float] | None) -> str:
    """The cross as a path, open in its middle so that the place itself is seen."""
    if at is None:
        return ""
    x, y = at
    return "".join(f"M{x + 4 * a:.1f} {y + 4 * b:.1f}l{9 * a} {9 * b}" for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1)))
