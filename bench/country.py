"""Services by the hundred thousand, written raw into the real tables: over the country, or over an even plain.

Over the country the townships are those of the packaged register, and a street gets more services than a rural
township; where a township lies is drawn, as no open register says: its city somewhere in its province, its county
round the city, itself round the county. On the plain every town is the same, so that more of them are more ground
and not more services within reach. A quarter of the services stand at the very place of another.
"""
import csv
import gc
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

REGISTER = Path(__file__).parents[1] / "src/linli/registers/places/data/china_mca20251231.csv.gz"
PROVINCES = {  # west, south, east, north of where most people live, in degrees, by the beginning of the codes
    "11": (115.7, 39.5, 117.4, 40.8), "12": (116.8, 38.6, 118.0, 40.1), "13": (113.8, 36.2, 119.5, 41.5),
    "14": (110.5, 34.8, 114.3, 40.5), "15": (100.0, 38.5, 124.0, 47.0), "21": (119.5, 39.2, 125.2, 42.8),
    "22": (122.5, 41.5, 130.5, 45.5), "23": (123.5, 44.0, 132.5, 49.5), "31": (120.9, 30.75, 121.95, 31.6),
    "32": (117.0, 31.0, 121.7, 34.9), "33": (118.4, 27.4, 122.0, 31.1), "34": (115.2, 29.7, 119.2, 34.4),
    "35": (116.2, 23.8, 119.8, 28.0), "36": (113.9, 24.8, 118.2, 29.8), "37": (115.2, 34.7, 122.2, 38.0),
    "41": (110.7, 31.8, 116.3, 36.1), "42": (108.8, 29.4, 115.9, 33.0), "43": (109.2, 24.9, 113.9, 29.9),
    "44": (110.0, 21.0, 116.9, 25.2), "45": (105.0, 21.8, 111.7, 26.0), "46": (108.7, 18.4, 110.9, 20.0),
    "50": (105.8, 28.5, 110.0, 31.9), "51": (99.5, 26.8, 108.0, 33.5), "52": (104.2, 24.9, 109.3, 28.9),
    "53": (98.5, 21.8, 105.8, 28.0), "54": (81.0, 28.0, 98.0, 32.5), "61": (106.4, 32.2, 111.0, 39.2),
    "62": (94.5, 33.0, 108.3, 40.0), "63": (93.0, 32.5, 102.8, 38.5), "64": (104.8, 35.6, 107.4, 39.1),
    "65": (76.0, 37.0, 91.0, 47.0),
}
KINDS = {"街道": (6.0, 0.7), "镇": (2.5, 2.0)}  # how many services beside a rural township's, and their spread in km
RURAL = (1.0, 4.0)
DEGREE_KM, NOWHERE, SHARED, A_BODY = 111.2, 100, 4, 4  # one in so many has no point, stands with another, is a body's
SOMEBODY = UUID(int=7)
WHEN = datetime(2026, 11, 1, tzinfo=UTC)
MOMENTS = {  # wall-clock time of Asia/Shanghai
    "a Tuesday morning": datetime(2026, 11, 17, 2, 20, tzinfo=UTC),
    "a Sunday afternoon": datetime(2026, 11, 15, 8, 0, tzinfo=UTC),
    "a night": datetime(2026, 11, 17, 19, 10, tzinfo=UTC),
    "the National Day": datetime(2026, 10, 1, 3, 0, tzinfo=UTC),
}
DAYS = (date(2026, 11, 17), date(2026, 11, 15), date(2026, 11, 18), date(2026, 10, 1))
_DAY, _WEEK, _WORKED = (time(0), time(0)), range(7), range(5)
HOURS: list[tuple[int, list[tuple[int, time, time, date | None, date | None]]]] = [  # how many of a hundred, and which
    (45, [(day, *span, None, None) for day in _WORKED
          for span in ((time(8, 30), time(12)), (time(14), time(17, 30)))]),
    (20, [(day, time(9), time(18), None, None) for day in range(6)]),
    (15, [(day, time(7, 30), time(20, 30), None, None) for day in _WEEK]),
    (6, [(day, *_DAY, None, None) for day in _WEEK]),
    (7, [(day, time(9), time(17), None, None) for day in range(1, 7)]),
    (4, [(day, time(8), time(16), None, date(2026, 6, 1)) for day in _WEEK]),
    (3, []),
]


@dataclass(frozen=True)
class Services:
    """Where they are and how they stand, by place in the arrays; the key of a service is its place plus one."""

    lon: Any
    lat: Any
    region: list[str]
    nowhere: Any
    hours: Any
    """Which of HOURS."""
    listed: Any
    on_holidays: Any
    closed: Any
    """An exception closes it on each of DAYS."""
    extra: Any
    """An exception opens it on each of DAYS, the whole day long."""
    category: Any

    def __len__(self) -> int:
        return len(self.lon)

    def open_at(self, moment: datetime) -> Any:
        """Which of them residents can find and are open then, by the rules in Python, not by the database."""
        from linli.registers.directory.rules import hours as rules

        here = moment.astimezone(rules.SHANGHAI)
        table = np.zeros((2, len(HOURS)), dtype=bool)
        for holidays in (0, 1):
            for kind, (_, rows) in enumerate(HOURS):
                weekly = [rules.Hours(*row) for row in rows]
                spans = rules.open_spans(weekly, [], here.date(), on_holidays=bool(holidays))
                table[holidays, kind] = any(
                    opens <= here.time() and (here.time() < closes or closes == rules.MIDNIGHT)
                    for opens, closes in spans)
        usual = table[self.on_holidays.astype(int), self.hours]
        exceptional = here.date() in DAYS
        return self.listed & ~self.nowhere & ((usual & ~self.closed) | self.extra if exceptional else usual)


def over_country(count: int) -> Services:
    """So many services over all townships."""
    random = np.random.default_rng(7)
    codes, lons, lats, weights, spreads = [], [], [], [], []
    for code, name, lon, lat in _townships(random):
        weight, spread = next((kind for ending, kind in KINDS.items() if name.endswith(ending)), RURAL)
        codes.append(code)
        lons.append(lon)
        lats.append(lat)
        weights.append(weight)
        spreads.append(spread)
    share = np.array(weights) * random.lognormal(0, 0.6, len(weights))
    own = random.choice(len(codes), count, p=share / share.sum())
    far = np.array(spreads)[own] / DEGREE_KM
    north = np.array(lats)[own] + random.normal(0, 1, count) * far
    east = np.array(lons)[own] + random.normal(0, 1, count) * far / np.cos(np.radians(north))
    return _services(random, east, north, [f"{codes[n]}000" for n in own])


def over_plain(count: int, *, lon: float = 117.25, lat: float = 31.85, to_square_km: float = 4.0) -> Services:
    """So many services round a point: a town of a hundred each five kilometres, more ground for more of them."""
    random = np.random.default_rng(11)
    a_town = 100
    side = (a_town / to_square_km) ** 0.5
    reach = round((count / a_town) ** 0.5)
    across, along = np.divmod(random.permutation(count) // a_town, reach)
    from_middle = (np.stack([across, along]) - (reach - 1) / 2) * side + random.normal(0, 1.2, (2, count))
    north = lat + from_middle[1] / DEGREE_KM
    return _services(random, lon + from_middle[0] / DEGREE_KM / np.cos(np.radians(north)), north,
                     ["340104003001"] * count)


def _townships(random: Any) -> Iterator[tuple[str, str, float, float]]:
    with gzip.open(REGISTER, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counties: dict[str, tuple[float, float]] = {}
    cities: dict[str, tuple[float, float]] = {}
    within: dict[str, int] = {}
    for row in rows:
        if row["level"] == "3":
            within[row["code"][:2]] = within.get(row["code"][:2], 0) + 1
    for row in rows:
        code = row["code"]
        if row["level"] not in ("3", "4") or code[:2] not in PROVINCES:
            continue
        west, south, east, north = PROVINCES[code[:2]]
        city = cities.setdefault(code[:4], (random.uniform(west, east), random.uniform(south, north)))
        size = ((east - west) * (north - south) / within.get(code[:2], 1)) ** 0.5  # of a county, in degrees
        if row["level"] == "3":
            far = 0.06 if row["name"].endswith("区") else size * 1.5
            counties[code] = (city[0] + random.normal(0, far), city[1] + random.normal(0, far))
            continue
        lon, lat = counties.get(code[:6], city)
        near = 0.03 if row["name"].endswith("街道") else size / 3
        yield code, row["name"], lon + random.normal(0, near), lat + random.normal(0, near)


def _services(random: Any, lon: Any, lat: Any, region: list[str]) -> Services:
    from linli.registers.directory import queries as directory

    count = len(lon)
    shared = np.flatnonzero(random.integers(0, SHARED, count) == 0)[1:]
    shared = shared[shared > 0]
    lon[shared], lat[shared] = lon[shared - 1], lat[shared - 1]
    lon, lat = np.round(lon, 6), np.round(lat, 6)
    parts = np.array([part for part, _ in HOURS])
    fate = random.integers(0, 200, count)
    return Services(
        lon, lat, region, random.integers(0, NOWHERE, count) == 0, random.choice(len(HOURS), count, p=parts / 100),
        random.integers(0, 20, count) > 0, random.integers(0, 5, count) == 0, fate < 4, fate == 4,
        random.choice(np.array(sorted(directory.KEYS)), count),
    )


@contextmanager
def in_haste() -> Iterator[None]:
    """A transaction that waits for no disk and keeps no old pages: the database is thrown away if it fails."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA foreign_keys=OFF")
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:  # keys were given: the next ones go on from there
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)


def ref(kind: int, number: int) -> UUID:
    """A UUIDv7 whose stamp is its number, so that refs sort as the rows do."""
    return UUID(int=(number + 1) << 80 | 7 << 76 | 2 << 62 | kind)


def write(services: Services) -> None:
    """Bodies, services, hours and exceptions into the tables of this process's database, then its statistics."""
    from linli.kernel.geometry import Point, cell
    from linli.kernel.rows import load
    from linli.registers.directory.models import OpeningException, OpeningHours, Service
    from linli.registers.directory.rules import hours as rules
    from linli.registers.organisations.models import Organisation

    with in_haste():
        bodies = (len(services) + A_BODY - 1) // A_BODY
        load(Organisation, *filled(Organisation, bodies, lambda n: {
            "id": n + 1, "ref": ref(1, n), "kind": "agency", "name": f"邻里服务中心{n}", "uscc": f"52{n:016d}",
            "region_code": services.region[n * A_BODY], "address": "1 号", "phone": "12349", "state": "approved",
            "applied_at": WHEN, "applied_by": SOMEBODY}))
        lon, lat = services.lon.tolist(), services.lat.tolist()
        nowhere, listed = services.nowhere.tolist(), services.listed.tolist()
        holidays, keys = services.on_holidays.tolist(), services.category.tolist()
        hours, closed, extra = services.hours.tolist(), services.closed.tolist(), services.extra.tolist()
        bits = [rules.clock_hours(rules.Hours(*row) for row in rows) for _, rows in HOURS]

        def one(n: int) -> dict[str, Any]:
            point = None if nowhere[n] else Point(lon[n], lat[n])
            return {
                "id": n + 1, "ref": ref(2, n), "provider_id": ref(1, n // A_BODY).hex, "category": keys[n],
                "name": f"{keys[n]} {n}", "summary": "两名护理员上门，自带设备；先打电话约好时间。",
                "on_site": n % 3 == 0, "home": n % 3 != 0, "remote": n % 10 == 0,
                "lon": point.lon if point else None, "lat": point.lat if point else None,
                "cell": cell(point) if point else None, "region_code": services.region[n], "languages": '["zh"]',
                "accessibility": '["step_free"]', "price_fen": 5000 + n % 90 * 100,
                "subsidy_fen": 1000 if n % 2 else 0, "subsidy_min_age": 60 if n % 2 else None,
                "open_on_holidays": holidays[n], "open_hours": bits[hours[n]],
                "special_until": max(DAYS) if closed[n] or extra[n] else None,
                "state": "listed" if listed[n] else "paused",
                "assured_on": date(2026, 9, 1), "assured_by": SOMEBODY,
            }

        load(Service, *filled(Service, len(services), one))
        load(OpeningHours, ["id", "service_id", "weekday", "opens", "closes", "since", "until"], numbered(
            (n + 1, day, f"{opens:%H:%M:%S}", f"{closes:%H:%M:%S}", since, until)
            for n, kind in enumerate(services.hours.tolist()) for day, opens, closes, since, until in HOURS[kind][1]))
        load(OpeningException, ["id", "service_id", "on", "opens", "closes", "reason"], numbered(
            (n + 1, day, *(("00:00:00", "00:00:00") if extra else (None, None)), "")
            for n, (closed, extra) in enumerate(zip(services.closed.tolist(), services.extra.tolist(), strict=True))
            if closed or extra for day in DAYS))


def settle() -> None:
    """The statistics by which the database chooses its ways, its cache as small as it is when it serves, and what is
    loaded kept out of the search for garbage, as the server keeps it."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def numbered(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((number, *row) for number, row in enumerate(rows, start=1))


def filled(model: Any, count: int, one: Any) -> tuple[list[str], Iterator[list[Any]]]:
    """The names of all columns, and the rows with their defaults where `one` says nothing."""
    fields = [field.attname for field in model._meta.concrete_fields]
    said = one(0)
    rest = {field.attname: _default(field) for field in model._meta.concrete_fields if field.attname not in said}

    def rows() -> Iterator[list[Any]]:
        for n in range(count):
            row = rest | one(n)
            yield [row[name] for name in fields]

    return fields, rows()


def _default(field: Any) -> Any:
    value = field.get_default()
    return "[]" if value == [] else value
