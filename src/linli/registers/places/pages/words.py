"""How places are put into words and pictures."""
from collections.abc import Iterable, Sequence
from datetime import date
from math import cos, pi, radians, sin
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from linli.kernel.doors import speak
from linli.kernel.geometry import Point
from linli.registers.places.queries import FacilityCard, RegionCard
from linli.registers.places.rules import history
from linli.registers.places.rules.history import Step
from linli.registers.places.rules.regions import ISSUERS, Issuer
from linli.ui import written

SIDE, EDGE = 460, 14
APART = 130, 18  # that a name of the picture takes
_DEGREE = 6_371_008.8 * pi / 180


def issuer(one: Issuer) -> str:
    return speak(ISSUERS[one])


def since(card: RegionCard) -> str:
    """From which table on; the first one may be younger than what stands in it."""
    if card.issuer is Issuer.YEARLY and card.from_ == history.FIRST:
        return gettext("before 1981")
    return written.day(card.from_, weekday=False)


def until(day: date | None) -> str:
    return written.day(day, weekday=False) if day else gettext("still")


def table(card: RegionCard, edition: date | None) -> str:
    """Who answered, and with which table."""
    if edition is None:
        return issuer(card.issuer)
    return gettext("{issuer}, table of {day}").format(
        issuer=issuer(card.issuer), day=written.day(edition, weekday=False))


def step(one: Step) -> str:
    """A change in one line."""
    return gettext("{year}: {old} ({old_code}) → {new} ({new_code}), {kind}").format(
        year=one.year, old=one.old_name, old_code=short(one.old_code), new=one.name, new_code=short(one.code),
        kind=speak(history.LABELS[one.kind]))


def short(code: str) -> str:
    """A code without the zeros that say nothing."""
    for size in (2, 4, 6, 9):
        if not code[size:].strip("0"):
            return code[:size]
    return code


def region_url(code: str, by: Issuer | None = None, on: date | None = None) -> str:
    asked = {**({"issuer": by.value} if by else {}), **({"on": on.isoformat()} if on else {})}
    return reverse("places:region", args=[code]) + (f"?{urlencode(asked)}" if asked else "")


def circle_url(point: Point, **more: str) -> str:
    return f"{reverse('places:circle')}?{urlencode({'lon': point.lon, 'lat': point.lat, **more})}"


def size(card: FacilityCard) -> str:
    """How much it holds, as its kind counts it."""
    return "—" if card.capacity is None else gettext("{count} {unit}").format(
        count=card.capacity, unit=speak(card.unit))


def place(point: Point | None) -> str:
    return gettext("{lon}, {lat} (WGS-84)").format(lon=f"{point.lon:.5f}", lat=f"{point.lat:.5f}") if point else "—"


def rings(here: Point, radii: Sequence[tuple[str, float]], cards: Iterable[tuple[FacilityCard, str]]
          ) -> dict[str, Any]:
    """A point, how far one comes from it, and what is there; the widest ring fills the picture."""
    widest = max(radius for _, radius in radii)
    scale = (SIDE / 2 - EDGE) / widest
    shrink = cos(radians(here.lat))

    def project(point: Point) -> tuple[float, float]:
        x = SIDE / 2 + (point.lon - here.lon) * shrink * _DEGREE * scale
        return round(x, 1), round(SIDE / 2 - (point.lat - here.lat) * _DEGREE * scale, 1)

    shapes = [{"name": name, "path": _ring(radius * scale), "tone": 3 - number, "value": f"{radius:.0f}"}
              for number, (name, radius) in enumerate(sorted(radii, key=lambda pair: -pair[1]), start=1)]
    points: list[dict[str, Any]] = [{"x": SIDE / 2, "y": SIDE / 2, "label": gettext("Here"), "kind": "here"}]
    for card, label in cards:
        if card.point:
            x, y = project(card.point)
            if any(abs(x - one["x"]) < APART[0] and abs(y - one["y"]) < APART[1] for one in points[1:]):
                continue  # names would lie on one another; the table beside the picture has them all
            points.append({"x": x, "y": y, "label": label, "kind": "place",
                           "href": reverse("places:facility", args=[card.ref])})
    return {"shapes": shapes, "points": points, "view_box": f"0 0 {SIDE} {SIDE}"}


def _ring(radius: float) -> str:
    corners = (f"{SIDE / 2 + radius * sin(turn * pi / 24):.1f} {SIDE / 2 - radius * cos(turn * pi / 24):.1f}"
               for turn in range(48))
    return f"M{'L'.join(corners)}Z"
