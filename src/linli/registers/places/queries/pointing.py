"""What a map shows on which a point is chosen by tapping, and the same in words."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cells_within, metres
from linli.kernel.text import Text
from linli.registers.places.models import Street
from linli.registers.places.queries.facilities import facilities_within
from linli.registers.places.queries.regions import boundaries, in_force, locate, named
from linli.registers.places.rules import pointing
from linli.registers.places.rules.pointing import FINEST, HEIGHT, WIDTH, View
from linli.registers.places.rules.regions import Issuer, Level

PICTURE = (WIDTH, HEIGHT)
CLOSE = 60.0
"""Metres a pixel from which on villages have names; farther away only streets and townships."""
PLACED = 30.0
REACH = 2_000.0
"""How far from a point a facility still says where it is, and in degrees how far a village."""
WIDE = 0.1
ENDINGS = ("居委会", "居民委员会", "村委会", "村民委员会")
"""What a name in the picture leaves out."""
MOST, STREETS = 40, 1_200
Landmarks = Callable[[Point, float], Sequence[tuple[str, Point]]]
"""More known places within so many metres of a point."""


class Mark(NamedTuple):
    """A known place in the picture; its name is empty where it would lie on another's."""

    x: float
    y: float
    name: str
    kind: str


@dataclass(frozen=True)
class Beside:
    """A known place near a point, how far it is, and in which direction the point lies from it."""

    name: str
    metres: float
    wind: Text


@dataclass(frozen=True)
class Whereabouts:
    """Where a point is, for who sees no map: its district, the nearest community and the nearest place known."""

    district: str
    near: tuple[Beside, ...]


@dataclass(frozen=True)
class Sight:
    view: View
    shapes: list[tuple[str, bool]]
    """Paths of the districts, and whether the cross (or else the middle) lies in it."""
    names: list[Mark]
    marks: list[Mark]
    streets: str
    cross: tuple[float, float] | None
    where: Whereabouts | None
    bar: int
    whole: bool
    """Whether it is the city as a whole, where a tap chooses a district."""


def whole_view() -> View:
    """The node's region."""
    cards = boundaries()
    return pointing.fitted(Point(min(card.boundary.south_west.lon for card in cards),
                                 min(card.boundary.south_west.lat for card in cards)),
                           Point(max(card.boundary.north_east.lon for card in cards),
                                 max(card.boundary.north_east.lat for card in cards)))


def district_view(point: Point) -> View:
    """The district of the point; the node's region where it lies in none."""
    found = boundaries([locate(point) or ""])
    return pointing.fitted(found[0].boundary.south_west, found[0].boundary.north_east) if found else whole_view()


def closest(point: Point) -> View:
    """As close as the map gets."""
    return View(point, FINEST)


def view_of(text: str) -> View:
    """A view as it was written; the node's region where it makes no sense."""
    whole = whole_view()
    try:
        lon, lat, scale = map(float, text.split(","))
        view = View(Point(lon, lat), scale)
    except ValueError:
        return whole
    south_west, north_east = whole.corners
    inside = south_west.lon <= lon <= north_east.lon and south_west.lat <= lat <= north_east.lat
    return view if inside and FINEST <= scale < whole.scale * .99 else whole


def nearer(view: View, to: Point) -> View:
    """One step nearer to a point: from the city to its district, then about five times each."""
    return district_view(to) if _is_whole(view) else pointing.closer(view, to)


def farther(view: View) -> View:
    """One step back: five times, the district, the city."""
    district = district_view(view.middle)
    if view.scale > district.scale * .99:
        return whole_view()
    wide = view.scale * pointing.STEP
    return district if wide > district.scale * .7 else View(view.middle, wide)


def steered(view: View, way: str) -> View:
    """Half a picture to the north, east, south or west; not beyond the city."""
    there = pointing.moved(view, way)
    south_west, north_east = whole_view().corners
    inside = south_west.lon <= there.middle.lon <= north_east.lon and (
        south_west.lat <= there.middle.lat <= north_east.lat)
    return there if inside and not _is_whole(view) else view


def sight(view: View, *, cross: Point | None, more: Landmarks, letter: int = 12) -> Sight:
    """What a view shows; `letter` is the height of its names in pixels. Four queries at most."""
    regions = _regions(view, cross)
    known = _known(view, cross, more)
    whole = _is_whole(view)
    inside = None if whole and not cross else locate(cross or view.middle)
    south_west, north_east = view.corners
    shown = [card for card in boundaries() if card.boundary.south_west.lon <= north_east.lon
             and card.boundary.north_east.lon >= south_west.lon and card.boundary.south_west.lat <= north_east.lat
             and card.boundary.north_east.lat >= south_west.lat]
    here = view.pixel(cross.lon, cross.lat) if cross else None
    taken: list[_Box] = [(here[0] - 13, here[1] - 13, here[0] + 13, here[1] + 13)] if here else []
    names = _marks(view, [(card.name, card.label, "district") for card in shown], taken, letter, beside=False)
    level = Level.VILLAGE if view.scale <= CLOSE else Level.TOWNSHIP
    wanted = [] if whole else [(name, point, "region") for own, _, name, point in regions if own == level]
    if view.scale <= PLACED:
        wanted = [*((name, point, "place") for name, point in known), *wanted]
    return Sight(
        view, [(card.boundary.svg_path(view.pixel), card.code == inside) for card in shown], names,
        _marks(view, wanted, taken, letter), _streets(view) if view.fine else "",
        here, _where(cross, regions, known) if cross else None, pointing.bar(view), whole)


def whereabouts(point: Point, *, more: Landmarks) -> Whereabouts | None:
    """Where a point is, in words; None outside the city. Four queries at most."""
    if locate(point) is None:
        return None
    view = View(point, CLOSE)
    return _where(point, _regions(view, point), _known(view, point, more))


def _is_whole(view: View) -> bool:
    return view.scale >= whole_view().scale * .99


_Spot = tuple[str, str, str, Point]
_NUDGES = sorted(((east * .7, south * .7) for east in range(-3, 4) for south in range(-3, 4)),
                 key=lambda one: (hypot(*one), one))
_Box = tuple[float, float, float, float]


def _regions(view: View, cross: Point | None) -> list[_Spot]:
    """Level, code, name and point of the divisions that have one, in the view and about the cross."""
    boxes = [] if _is_whole(view) else [view.corners]
    if cross:
        boxes.append((Point(cross.lon - WIDE, cross.lat - WIDE), Point(cross.lon + WIDE, cross.lat + WIDE)))
    if not boxes:
        return []
    rows = in_force(Issuer.STATS, None).filter(
        level__in=[Level.TOWNSHIP, Level.VILLAGE], code__startswith=prefix(settings.REGION),
        lon__range=(min(box[0].lon for box in boxes), max(box[1].lon for box in boxes)),
        lat__range=(min(box[0].lat for box in boxes), max(box[1].lat for box in boxes)))
    return [(level, code, name, Point(lon, lat)) for level, code, name, lon, lat in
            rows.order_by("code").values_list("level", "code", "name", "lon", "lat")
            if lon is not None and lat is not None]


def _known(view: View, cross: Point | None, more: Landmarks) -> list[tuple[str, Point]]:
    """Facilities and other known places, the nearest first: of a close view, else about the cross."""
    close = view.scale <= PLACED
    about, within = (view.middle, view.scale * hypot(WIDTH, HEIGHT) / 2) if close else (cross, REACH)
    if about is None:
        return []
    found = {(card.name, card.point) for card, _ in facilities_within(about, within) if card.point}
    return sorted(found | set(more(about, within)), key=lambda one: (metres(about, one[1]), one[0]))


def _where(point: Point, regions: Sequence[_Spot], known: Sequence[tuple[str, Point]]) -> Whereabouts:
    code = locate(point) or ""
    district = next((card.name for card in boundaries([code])), "")
    own = [one for one in regions if locate(one[3]) == code]
    nearest = min(own or regions, key=lambda one: (metres(point, one[3]), one[1]), default=None)
    near = []
    if nearest:
        town = named([f"{nearest[1][:9]}000"]).get(f"{nearest[1][:9]}000", "") if nearest[0] == Level.VILLAGE else ""
        near.append((town + nearest[2], nearest[3]))
    near += sorted((one for one in known if metres(point, one[1]) <= REACH), key=lambda one: metres(point, one[1]))[:1]
    return Whereabouts(district, tuple(
        Beside(name, metres(place, point), pointing.wind(place, point)) for name, place in near))


def _marks(view: View, wanted: Sequence[tuple[str, Point, str]], taken: list[_Box], letter: int, *,
           beside: bool = True) -> list[Mark]:
    """What lies in the picture; names beside the dots (or about the middle) as far as they leave one another room."""
    found: list[Mark] = []
    for name, point, kind in wanted:
        x, y = view.pixel(point.lon, point.lat)
        if not (4 <= x <= WIDTH - 4 and letter <= y <= HEIGHT - 4) or len(found) == MOST:
            continue
        short = next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)
        short = short if len(short) <= 11 else f"{short[:10]}…"
        wide = sum(letter if ord(sign) > 255 else letter * .6 for sign in short)
        tries = [(x + 7, y, ""), (x - 7 - wide, y, " left")] if beside else [
            (x - wide / 2 + east * letter, y + south * letter, "") for east, south in _NUDGES
            if locate(view.at(x + east * letter, y + south * letter)) == locate(point)]
        boxes = [((left, top - letter * .7, left + wide, top + letter * .7), top, side) for left, top, side in tries]
        free = next((one for one in boxes if one[0][0] > 0 and one[0][2] < WIDTH and not any(
            one[0][0] < other[2] and other[0] < one[0][2] and one[0][1] < other[3] and other[1] < one[0][3]
            for other in taken)), None)
        if free:
            box, top, side = free
            taken.append(box)
            found.append(Mark(round(x if beside else box[0] + wide / 2, 1), round(top, 1), short, kind + side))
        elif beside:
            found.append(Mark(round(x, 1), round(y, 1), "", kind))
    return found


def _streets(view: View) -> str:
    """The stretches that one can walk, as one path."""
    within = view.scale * hypot(WIDTH, HEIGHT) / 2
    spans = Q()
    for low, high in cells_within(view.middle, within):
        spans |= Q(cell__range=(low, high))
    rows = Street.objects.filter(spans).order_by("pk").values_list("from_lon", "from_lat", "to_lon", "to_lat")[:STREETS]
    ends = ((view.pixel(a, b), view.pixel(c, d)) for a, b, c, d in rows)
    return "".join(f"M{a[0]:.0f} {a[1]:.0f}L{b[0]:.0f} {b[1]:.0f}" for a, b in ends)
