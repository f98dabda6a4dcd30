"""The ground of the demo city: real divisions, invented points, providers with their sites, services and hours."""
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from linli.demo.invented import WORDS, Inventor
from linli.demo.trades import OFFERS, TRADES, Offer, Trade
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.geometry import Boundary, Point
from linli.kernel.refs import new_ref
from linli.registers.accounts.registry import ROLES
from linli.registers.directory import actions as directory
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.places import actions as places
from linli.registers.places import queries as regions

CITY = "340100000000"
DISTRICTS = ("340104", "340103", "340111", "340102", "340121", "340123", "340122", "340124", "340181")
LIVELY = {"340104": 6, "340103": 4, "340111": 5, "340102": 4}  # townships peopled in each; two in the others
SPREAD = 0.012  # degrees: villages lie within about a kilometre of their township's invented point


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    town: str
    district: str
    point: Point


@dataclass
class Provider:
    ref: UUID
    trade: Trade
    name: str
    admin: Actor
    district: str
    point: Point
    services: list[tuple[UUID, Offer]] = field(default_factory=list)
    staff: list[UUID] = field(default_factory=list)


def role(key: str, scope: str, *, person: UUID | None = None, ref: UUID | None = None) -> Actor:
    """Somebody who holds a real role's permissions in a scope; without an account, for the simulation's crowd."""
    return Actor(ref or new_ref(), person, (Grant(frozenset(ROLES[key].permissions), scope),))


def lay(inventor: Inventor, *, at: datetime) -> list[Village]:
    """Import the real divisions and give some streets and villages invented points inside the right district."""
    places.import_regions(regions.packaged(), by=SYSTEM, at=at)
    shapes = {card.code[:6]: card for card in regions.boundaries()}
    villages = []
    for district in DISTRICTS:
        towns = [t for t in regions.children(f"{district}000000") if "开发区" not in t.name and "园" not in t.name]
        for town in towns[:LIVELY.get(district, 2)]:
            centre = _inside(inventor, shapes[district].boundary)
            places.place_point(town.code, point=centre, by=SYSTEM, at=at)
            for village in regions.children(town.code)[:6]:
                point = _near(inventor, centre, shapes[district].boundary)
                places.place_point(village.code, point=point, by=SYSTEM, at=at)
                villages.append(Village(village.code, village.name, town.name, f"{district}000000", point))
    return villages


NEIGHBOURS = {"340176": "340104", "340177": "340123", "340178": "340102"}  # zones that no boundary is known of


def lay_all(inventor: Inventor, *, every: int = 1, at: datetime) -> list[Village]:
    """Import the real divisions and give every village an invented point, or those of one street in so many."""
    places.import_regions(regions.packaged(), by=SYSTEM, at=at)
    shapes = {card.code[:6]: card.boundary for card in regions.boundaries()}
    towns = [(town, district) for district in regions.children(CITY) for town in regions.children(district.code)]
    villages = []
    for number, (town, district) in enumerate(towns):
        key = district.code[:6]
        if number % every and not town.code.startswith("340104003"):
            continue  # 琥珀街道, where whom a visitor can be lives, is always there
        shape = shapes.get(key) or shapes[NEIGHBOURS.get(key, "340104")]
        centre = _inside(inventor, shape)
        places.place_point(town.code, point=centre, by=SYSTEM, at=at)
        for village in regions.children(town.code):
            point = _near(inventor, centre, shape)
            places.place_point(village.code, point=point, by=SYSTEM, at=at)
            villages.append(Village(village.code, village.name, town.name, district.code, point))
    return villages


def _inside(inventor: Inventor, boundary: Boundary) -> Point:
    """A point near the middle of a district: where it is lively, not in its far corners."""
    south, north = boundary.south_west, boundary.north_east
    middle = boundary.centre
    while True:
        lon = middle.lon + inventor.random.gauss(0, (north.lon - south.lon) / 14)
        lat = middle.lat + inventor.random.gauss(0, (north.lat - south.lat) / 14)
        if boundary.contains(point := Point(round(lon, 5), round(lat, 5))):
            return point


def _near(inventor: Inventor, centre: Point, boundary: Boundary) -> Point:
    while True:
        lon, lat = (x + inventor.random.uniform(-SPREAD, SPREAD) for x in (centre.lon, centre.lat))
        if boundary.contains(point := Point(round(lon, 5), round(lat, 5))):
            return point


def hours(offer: Offer) -> list[directory.Hours]:
    """Hours of the week as such services keep them."""
    if offer.minutes >= 480:
        days, spans = range(5 if offer.category != "care_home" else 7), [(time(8), time(18))]
        if offer.category == "care_home":
            spans = [(time(0), time(0))]
    elif offer.modes == ("home",) or offer.category in {"culture", "sports", "tourism_guide"}:
        days, spans = range(7), [(time(9), time(12)), (time(14), time(18))]
    else:
        days, spans = range(6), [(time(8, 30), time(12)), (time(14), time(17, 30))]
    return [directory.Hours(day, opens, closes) for day in days for opens, closes in spans]


def providers(inventor: Inventor, villages: list[Village], *, at: datetime) -> Iterator[Provider]:
    """Providers apply, are approved by the city's officer, open a site and list their services."""
    officer, words = role("officer", f"region:{CITY}"), list(WORDS)
    inventor.random.shuffle(words)
    central = [v for v in villages if v.district[:6] in LIVELY]
    for number, trade in enumerate(one for one in TRADES for _ in range(one.count)):
        home = inventor.random.choice(central if number % 6 else villages)
        district = regions.names([home.district])[home.district]
        word = words[number % len(words)] + ("" if number < len(words) else "二部")
        name = trade.pattern.format(town=home.town, district=district, word=word)
        head = people.register(name=inventor.someone(oldest=60, youngest=30, on=at.date()).name, region=home.code,
                               is_demo=True, by=SYSTEM, at=at)
        applicant = role("resident", f"person:{head}", person=head)
        ref = organisations.apply_to_join(
            kind=trade.kind, name=name, short_name=word, uscc=inventor.credit_code(trade.kind, home.district),
            region=home.code, address=f"{home.name}{inventor.random.randint(1, 280)}号（演示）",
            phone=f"0551-6000{number:04d}",
            introduction="演示数据：本机构为虚构。" + "；".join(OFFERS[o].name for o in trade.offers) + "。",
            demo=True, by=applicant, at=at,
        )
        organisations.approve(ref, by=officer, at=at + timedelta(days=1))
        admin = role("provider_admin", f"organisation:{ref}", person=head)
        made = Provider(ref, trade, name, admin, home.district, home.point)
        site_and_services(inventor, made, home, at=at + timedelta(days=1))
        yield made


def site_and_services(inventor: Inventor, made: Provider, home: Village, *, at: datetime) -> None:
    """Open a provider's site at its home and list what its trade offers, with hours, without times yet."""
    random = inventor.random
    site = organisations.add_site(
        made.ref, name=f"{home.name}服务点", address=f"{home.name}{random.randint(1, 280)}号（演示）", region=home.code,
        lon=home.point.lon, lat=home.point.lat, accessibility=["step_free"] if random.random() < .7 else [],
        by=made.admin, at=at,
    )
    for key in made.trade.offers:
        offer = OFFERS[key]
        price = 100 * round(random.uniform(offer.low, offer.high) / 5) * 5
        wide = offer.modes != ("on_site",) and random.random() < .5
        ref = directory.list_service(
            made.ref, category=key, name=offer.name, summary=offer.summary, modes=offer.modes, site=site,
            area=[CITY] if wide else [home.district], languages=["zh"] + (["en"] if random.random() < .12 else []),
            accessibility=["step_free"] if random.random() < .6 else [], price_fen=price, price_unit=offer.unit,
            subsidy_fen=int(price * offer.subsidy) // 100 * 100, subsidy_min_age=offer.aged if offer.subsidy else None,
            min_age=offer.min_age, max_age=offer.max_age, duration_minutes=offer.minutes,
            capacity=random.choice((1, 2, 2, 3)) if "home" in offer.modes else random.choice((4, 8, 12)),
            horizon_days=21 if "home" in offer.modes and offer.subsidy else 5, hours=hours(offer), publish=False,
            is_demo=True, by=made.admin, at=at,
        )
        made.services.append((ref, offer))
