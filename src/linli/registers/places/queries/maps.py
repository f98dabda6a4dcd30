"""A figure for each district, drawn: shades over the known boundaries."""
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import ceil, cos, radians

from linli.kernel.actor import prefix
from linli.kernel.geometry import Point
from linli.registers.places.queries.regions import boundaries

WIDTH, HEIGHT, EDGE = 460, 420, 10
NAME = 50, 19  # width and height that a name of three characters takes
COARSE = 300.0  # metres a border may move
Shape = dict[str, object]


def charted(region: str, counts: Mapping[str, int], *, address: Callable[[str], str]) -> list[Shape]:
    """The districts of a region, the darker the more there is; `counts` goes by any codes of 6 digits or more."""
    summed: dict[str, int] = {}
    for code, count in counts.items():
        summed[code[:6]] = summed.get(code[:6], 0) + count
    return shaded(region, {code.ljust(12, "0"): (count, str(count)) for code, count in summed.items()},
                  address=address, otherwise="0")


def shaded(region: str, values: Mapping[str, tuple[float | None, str]], *, address: Callable[[str], str],
           otherwise: str = "") -> list[Shape]:
    """The districts of a region, the darker the higher their value; with the words that say it.

    `values` goes by whole codes; None is a value that is not known or not told, and has no shade.
    """
    most = max((value for value, _ in values.values() if value), default=0.0)
    found = []
    for code, name, path, x, y in _shapes():
        if code.startswith(prefix(region)[:6]):
            value, words = values.get(code, (None, otherwise))
            found.append({"name": name, "path": path, "href": address(code), "label_x": x, "label_y": y,
                          "tone": ceil(4 * value / most) if value and most else 0, "value": words})
    return found


def view_box() -> str:
    """As wide as the region itself, so that it fills the place that a page gives it."""
    _, _, _, width = _frame()
    return f"0 0 {width} {HEIGHT}"


@lru_cache(maxsize=1)
def _frame() -> tuple[float, float, float, int]:
    """West, north, units per degree of latitude, and the width of the whole."""
    cards = boundaries()
    west = min(card.boundary.south_west.lon for card in cards)
    east = max(card.boundary.north_east.lon for card in cards)
    south = min(card.boundary.south_west.lat for card in cards)
    north = max(card.boundary.north_east.lat for card in cards)
    across = (east - west) * cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * EDGE) / across, (HEIGHT - 2 * EDGE) / (north - south))
    return west, north, scale, ceil(across * scale) + 2 * EDGE


@lru_cache(maxsize=1)
def _shapes() -> list[tuple[str, str, str, float, float]]:
    cards = boundaries()
    west, north, scale, _ = _frame()
    south = min(card.boundary.south_west.lat for card in cards)
    shrink = cos(radians((south + north) / 2))

    def project(lon: float, lat: float) -> tuple[float, float]:
        return EDGE + (lon - west) * shrink * scale, EDGE + (north - lat) * scale

    def label(point: Point) -> tuple[float, float]:
        x, y = project(point.lon, point.lat)
        return round(x, 1), round(y, 1)

    labels = apart([label(card.label) for card in cards])
    return [(card.code, card.name, card.boundary.simplified(COARSE).svg_path(project), *place)
            for card, place in zip(cards, labels, strict=True)]


def apart(labels: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where names are written so that none lies on another: the lower one moves down, as little as it takes."""
    placed: dict[int, tuple[float, float]] = {}
    for index in sorted(range(len(labels)), key=lambda index: labels[index][1]):
        x, y = labels[index]
        for other_x, other_y in sorted(placed.values(), key=lambda place: place[1]):
            if abs(x - other_x) < NAME[0] and abs(y - other_y) < NAME[1]:
                y = round(other_y + NAME[1], 1)
        placed[index] = x, y
    return [placed[index] for index in range(len(labels))]
