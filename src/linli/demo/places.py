"""What stands on the ground of the demo city: facilities, idle premises, people counted, grid cells; all invented."""
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from linli.demo.ground import SPREAD, Village
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.registers.places import actions as places
from linli.registers.places import queries as regions

KINDS: tuple[tuple[str, str, str, float, int, int], ...] = (
    # kind, what it is called, for whom, in which part of the villages, capacity from and to
    ("service_station", "党群服务站", "village", .72, 60, 160), ("clinic", "社区卫生服务站", "village", .5, 60, 150),
    ("canteen", "长者食堂", "village", .34, 60, 200), ("day_care", "日间照料中心", "village", .22, 15, 40),
    ("childcare", "普惠托育园", "village", .14, 30, 80), ("kindergarten", "幼儿园", "village", .3, 120, 300),
    ("sports_ground", "健身广场", "village", .45, 100, 400), ("reading_room", "社区书屋", "village", .3, 20, 60),
    ("market", "菜市场", "village", .22, 800, 3000), ("children_home", "儿童之家", "village", .18, 15, 40),
    ("premises", "闲置用房", "village", .07, 0, 0),
)
TOWN: tuple[tuple[str, str, int], ...] = (
    ("service_centre", "综合服务中心", 400), ("social_work_station", "社会工作服务站", 60),
    ("care_home", "养老院", 120),
)
SHARES = {"toddlers": .03, "preschoolers": .035, "pupils": .12, "adults": .62, "elders": .155, "oldest": .04}
LONG_AGO = timedelta(days=400)
WALKERS = ("吴晓兰", "郑国平", "孙丽华", "何志强", "马秀英", "高建军")


def furnish(villages: list[Village], home: Village, *, at: datetime) -> None:
    """Facilities and counts for every peopled village, and the grid cells of one."""
    dice = Random(20261123)  # of its own, so that nothing else in the city comes out otherwise
    rows = [*_city(villages), *_facilities(dice, villages)]
    late = max(village.code[:9] for village in villages if village.code[:9] != home.code[:9])
    for when, mine in ((at - LONG_AGO, True), (at, False)):  # one street has not looked at its entries since
        places.import_facilities([row for row in rows if row["region"].startswith(late) is mine], is_demo=True,
                                 by=SYSTEM, at=when)
    places.import_population(_people(dice, villages), is_demo=True, by=SYSTEM, at=at)
    for number, walker in enumerate(WALKERS[:4], start=1):
        cell = places.add_grid_cell(f"{home.code[4:]}G{number:02}", name=f"{home.name}第{number}网格", region=home.code,
                                    households=dice.randint(260, 420), is_demo=True, by=SYSTEM, at=at)
        if number < 4:
            places.appoint(cell, called=walker, phone=f"0551-6003{number:04d}", from_on=at.date(), by=SYSTEM, at=at)


def _city(villages: list[Village]) -> Iterator[dict[str, str]]:
    """One for the whole city, one for each district, three for each street."""
    yield _row("service_centre", "合肥市社会服务中心（演示）", "city", villages[0].district, villages[0].point, 2000)
    seen: set[str] = set()
    names = regions.names({village.district for village in villages})
    for village in villages:
        if village.district not in seen:
            yield _row("service_centre", f"{names[village.district]}综合服务中心（演示）", "county", village.district,
                       village.point, 900)
            seen.add(village.district)
        town = village.code[:9].ljust(12, "0")
        if town not in seen:
            for kind, called, capacity in TOWN:
                yield _row(kind, f"{village.town}{called}（演示）", "township", town, village.point, capacity)
            seen.add(town)


def _facilities(dice: Random, villages: list[Village]) -> Iterator[dict[str, str]]:
    for village in villages:
        for kind, called, tier, part, least, most in KINDS:
            if dice.random() < part:
                lon, lat = (x + dice.uniform(-SPREAD, SPREAD) / 5 for x in
                            (village.point.lon, village.point.lat))
                point = Point(round(lon, 5), round(lat, 5))
                short = village.name.removesuffix("居委会").removesuffix("居民委员会")
                row = _row(kind, f"{short}{called}（演示）", tier, village.code,
                           point if regions.locate(point) == village.district else village.point,
                           dice.randint(least, most) if most else 0)
                if kind == "premises":
                    row |= {"capacity": "", "area_m2": str(dice.randint(120, 600))}
                yield row


def _row(kind: str, name: str, tier: str, region: str, point: Point, capacity: int) -> dict[str, str]:
    return {"kind": kind, "name": name, "tier": tier, "region": region, "lon": str(point.lon), "lat": str(point.lat),
            "capacity": str(capacity)}


def _people(dice: Random, villages: list[Village]) -> Iterator[dict[str, str]]:
    for village in villages:
        whole = dice.randint(2400, 7800)
        for group, share in SHARES.items():
            yield {"region": village.code, "group": group, "people": str(round(whole * share))}
