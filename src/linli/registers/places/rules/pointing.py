"""A map of one size that is tapped, closer and closer: which ground a view shows, and which point a pixel is."""
from dataclasses import dataclass
from math import atan2, cos, degrees, log, pi, radians

from linli.kernel.geometry import Point
from linli.kernel.text import N_, Text

WIDTH, HEIGHT = 288, 360
"""CSS pixels, whatever the screen: what a browser sends of a tap is counted in them. Fits 320."""
FINEST = 8.0
STEP = 5
MARGIN = 14
_DEGREE = 6_371_008.8 * pi / 180
_TURNS = {"north": (0, -1), "east": (1, 0), "south": (0, 1), "west": (-1, 0)}
_WINDS: tuple[Text, ...] = (
    N_("north"), N_("north-east"), N_("east"), N_("south-east"), N_("south"), N_("south-west"), N_("west"),
    N_("north-west"),
)


@dataclass(frozen=True)
class View:
    """The ground round a middle, so many metres a pixel; north is up."""

    middle: Point
    scale: float

    def at(self, x: float, y: float) -> Point:
        """The point that a place of the picture shows."""
        lon = self.middle.lon + (x - WIDTH / 2) * self.scale / self._across
        lat = self.middle.lat - (y - HEIGHT / 2) * self.scale / _DEGREE
        return Point(round(lon, 6), round(lat, 6))

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Where in the picture a point lies; it may lie outside."""
        x = WIDTH / 2 + (lon - self.middle.lon) * self._across / self.scale
        return x, HEIGHT / 2 - (lat - self.middle.lat) * _DEGREE / self.scale

    @property
    def corners(self) -> tuple[Point, Point]:
        """South-west and north-east."""
        return self.at(0, HEIGHT), self.at(WIDTH, 0)

    @property
    def fine(self) -> bool:
        return self.scale < FINEST * 1.01

    @property
    def _across(self) -> float:
        return cos(radians(self.middle.lat)) * _DEGREE

    def __str__(self) -> str:
        return f"{self.middle},{self.scale:.3f}"


def fitted(south_west: Point, north_east: Point) -> View:
    """The view that shows all of a box."""
    middle = Point((south_west.lon + north_east.lon) / 2, (south_west.lat + north_east.lat) / 2)
    across = (north_east.lon - south_west.lon) * cos(radians(middle.lat)) * _DEGREE
    along = (north_east.lat - south_west.lat) * _DEGREE
    return View(middle, max(across / (WIDTH - 2 * MARGIN), along / (HEIGHT - 2 * MARGIN), FINEST))


def closer(view: View, to: Point) -> View:
    """One step nearer, about five times; the steps end at the finest, where a tap moves nothing but the cross."""
    if view.fine:
        return view
    whole = view.scale / FINEST
    steps = max(1, round(log(whole, STEP)))
    return View(to, max(FINEST, view.scale / whole ** (1 / steps)))


def moved(view: View, way: str) -> View:
    """Half a picture to the north, east, south or west; another way is none."""
    x, y = _TURNS.get(way, (0, 0))
    return View(view.at(WIDTH / 2 * (1 + x), HEIGHT / 2 * (1 + y)), view.scale)


def bar(view: View) -> int:
    """Metres, a round number, that take at most a third of the picture's width."""
    most = view.scale * WIDTH / 3
    rounds = [size * power for power in (1, 10, 100, 1_000, 10_000, 100_000) for size in (1, 2, 5)]
    return max(size for size in rounds if size <= most)


def wind(from_: Point, to: Point) -> Text:
    """In which direction one lies from the other, of eight."""
    east = (to.lon - from_.lon) * cos(radians(from_.lat))
    return _WINDS[round(degrees(atan2(east, to.lat - from_.lat)) / 45) % 8]
