"""How long the nearest twenty that are open now take among a million services, next to PostGIS on the same rows.

The answers of all are compared with those of a KD-tree over the points of the services that are open by the rules in
Python; equal distances go by the age of the listing. PostGIS walks its index of geographies in the order of distance
and passes by whoever is not open; planar geometries, sorted by degrees, are quicker and another answer, so they are
printed and not compared with.

    python -m bench.nearest [SERVICES]            # SQLite, then PostgreSQL with PostGIS
    python -m bench.nearest measure URL SERVICES  # one, as the whole run starts it
"""
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from bench.node import share
from bench.pages import verdict
from tools import postgres

SERVICES, POINTS, WARM, MOST = 1_000_000, 500, 30, 20
SLOWEST_MS, MOST_STATEMENTS = 15.0, 8
EXTENSION = Path("/usr/share/postgresql")
OURS, FULL, PEER, PLANAR = "nearest: keys and metres", "find: with all a list shows", "PostGIS, geography", \
    "PostGIS, planar degrees"


def main(services: int = SERVICES) -> int:
    told: dict[str, Any] = {}
    with open("/proc/loadavg") as load:
        print(f"{services:,} services, {POINTS} points at each moment; load {load.read().split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        told["SQLite"] = _other(f"sqlite:///{folder}/nearest.sqlite3", services)
    if postgres.found():
        with postgres.running() as url:
            told["PostgreSQL"] = _other(url, services)
    else:
        print("PostgreSQL is not installed: left out, and PostGIS with it.")
    print(f"\n{'':12}{'':20}{'':30}{'p50 ms':>8}{'p99 ms':>8}{'most ms':>9}")
    for base, moments in told.items():
        for moment, one in moments.items():
            for name, values in one["times"].items():
                print(f"{base:12}{moment:20}{name:30}{share(values, .5):8.2f}{share(values, .99):8.2f}"
                      f"{max(values):9.2f}")
            print(f"{base:12}{moment:20}{one['open']:,} open; find: {one['statements']} statements, of this process's"
                  f" own processor p50 {share(one['own'], .5):.2f}, p99 {share(one['own'], .99):.2f} ms")
    return verdict(_held(told))


def _held(told: dict[str, Any]) -> list[tuple[str, bool]]:
    held = []
    for base, moments in told.items():
        wrong = sum(one["wrong"] for one in moments.values())
        asked = sum(len(one["times"][OURS]) for one in moments.values())
        held.append((f"{base}: {asked - wrong} of {asked} answers are the KD-tree's", not wrong))
        most = max(one["most_statements"] for one in moments.values())
        held.append((f"{base}: {most} statements at most (at most {MOST_STATEMENTS})", most <= MOST_STATEMENTS))
    for moment, one in told["SQLite"].items():
        slowest = share(one["times"][FULL], .99)
        held.append((f"SQLite, {moment}: p99 {slowest:.1f} ms with cards (at most {SLOWEST_MS:g})",
                     slowest <= SLOWEST_MS))
        peer = told.get("PostgreSQL", {}).get(moment, {}).get("times", {}).get(PEER)
        if peer:
            ours, theirs = share(one["times"][OURS], .5), share(peer, .5)
            held.append((f"SQLite, {moment}: p50 {ours:.2f} ms, PostGIS {theirs:.2f} (no worse)", ours <= theirs))
    return held


def _other(url: str, services: int) -> Any:
    """A process of its own for each database, as settings are read once."""
    env = dict(os.environ, LINLI_DATABASE_URL=url, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings")
    done = subprocess.run([sys.executable, "-m", "bench.nearest", "measure", url, str(services)], env=env, check=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure(count: int) -> None:
    """Fill one database and ask it; for each moment the milliseconds, wrong answers and statements, as JSON."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import country
    from linli.kernel.geometry import Point
    from linli.registers.directory import queries
    from linli.registers.directory.queries.nearest import Conditions, nearest
    from linli.shell import built

    begin = perf_counter()
    built.tables()
    services = country.over_country(count)
    country.write(services)
    peers = _peers(connection) if connection.vendor == "postgresql" else {}
    country.settle()
    print(f"{connection.vendor}: filled in {perf_counter() - begin:.0f} s", file=sys.stderr)
    told = {}
    for moment, at in country.MOMENTS.items():
        tree, points = Tree(services, at), _points(services, POINTS + WARM)
        asked: dict[str, Callable[[Point], Any]] = {
            OURS: lambda near, at=at: nearest(near, Conditions(open_at=at), most=MOST),
            FULL: lambda near, at=at: queries.find(near=near, open_at=at, at=at, most=MOST, counted=False),
        } | {name: ask(at) for name, ask in peers.items()}
        times: dict[str, list[float]] = {name: [] for name in asked}
        own = list[float]()
        wrong, statements = 0, list[int]()
        for turn, near in enumerate(points):
            answers = {}
            for name, ask in asked.items():
                begin, spent = perf_counter(), process_time()
                answers[name] = ask(near)
                if turn >= WARM:
                    times[name].append((perf_counter() - begin) * 1000)
                if turn >= WARM and name == FULL:
                    own.append((process_time() - spent) * 1000)
            right = tree.nearest(near)
            cards = [card.ref for card in answers[FULL].items]
            if ([key for key, _ in answers[OURS]] != right or cards != [country.ref(2, key - 1) for key in right]):
                wrong += turn >= WARM
            if turn % 5 == 0:
                with CaptureQueriesContext(connection) as said:
                    asked[FULL](near)
                statements.append(len(said))
        told[moment] = {
            "times": times, "own": own, "wrong": wrong, "open": int(tree.count), "most_statements": max(statements),
            "statements": f"{median(statements):g} to {max(statements)}"}
    print(json.dumps(told))


def _points(services: Any, count: int) -> list[Any]:
    """Where people ask: near where services are, and one in five anywhere in a township's wider country."""
    from linli.kernel.geometry import Point

    random = np.random.default_rng(23)
    own = random.integers(0, len(services), count)
    far = np.where(random.integers(0, 5, count) == 0, 0.3, 0.02)
    return [Point(round(float(services.lon[n] + random.normal(0, away)), 6),
                  round(float(services.lat[n] + random.normal(0, away)), 6))
            for n, away in zip(own, far, strict=True)]


class Tree:
    """The services open at a moment, as points of a ball: what is nearest through it is nearest along its surface."""

    def __init__(self, services: Any, at: datetime) -> None:
        from scipy.spatial import cKDTree

        self._services, self._keys = services, np.flatnonzero(services.open_at(at))
        self._tree: Any = cKDTree(_on_ball(services.lon[self._keys], services.lat[self._keys]))
        self.count = len(self._keys)

    def nearest(self, near: Any) -> list[int]:
        """The keys of the twenty nearest, in order; equal ones by key."""
        from linli.kernel.geometry import Point, metres

        s, more = self._services, 3 * MOST
        while True:
            _, found = self._tree.query(_on_ball(near.lon, near.lat), k=min(more, self.count))
            away = sorted((metres(near, Point(float(s.lon[n]), float(s.lat[n]))), int(n) + 1)
                          for n in self._keys[found])
            if len(away) < more or away[-1][0] > away[MOST - 1][0]:
                return [key for _, key in away[:MOST]]
            more *= 4


def _on_ball(lon: Any, lat: Any) -> Any:
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def _peers(connection: Any) -> dict[str, Any]:
    """PostGIS on the same rows: a column and an index of its own, and its statement prepared once."""
    if not list(EXTENSION.glob("*/extension/postgis.control")):
        print("PostGIS is not installed (on Debian: apt-get install postgresql-15-postgis-3).", file=sys.stderr)
        return {}
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION postgis")
        for name, kind in (("place", "geography"), ("plane", "geometry")):
            cursor.execute(f"ALTER TABLE directory_service ADD COLUMN {name} {kind}(Point, 4326)")
        cursor.execute("UPDATE directory_service SET place = ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography,"
                       " plane = ST_SetSRID(ST_MakePoint(lon, lat), 4326) WHERE lon IS NOT NULL")
        for name in ("place", "plane"):
            cursor.execute(f"CREATE INDEX peer_{name} ON directory_service USING gist ({name})")
    own = connection.copy()  # where its index is always the way: else the planner sorts all rows, for 400 ms
    with own.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    return {PEER: lambda at: _peer(own, at, "place", "::geography"), PLANAR: lambda at: _peer(own, at, "plane", "")}


def _peer(connection: Any, at: datetime, column: str, kind: str) -> Callable[[Any], Any]:
    from linli.registers.directory.rules import hours as opening

    here = at.astimezone(opening.SHANGHAI)
    said = {"day": here.date(), "clock": here.time().replace(microsecond=0), "weekday": here.weekday()}
    now = "opens <= %(clock)s AND (closes > %(clock)s OR closes = '00:00')"
    holiday = " AND near.open_on_holidays" if opening.is_holiday(here.date()) else ""
    point = f"ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326){kind}"
    # one look at the exceptions of the day says both whether there is one and whether it opens; neither question can be
    # answered by hashing a whole table first, as an EXISTS may
    statement = (
        f"SELECT id, {column} <-> {point} FROM directory_service near WHERE state = 'listed' AND provider_open AND"
        f" COALESCE((SELECT COALESCE({now}, false) FROM directory_openingexception"
        " WHERE service_id = near.id AND \"on\" = %(day)s),"
        " (SELECT true FROM directory_openinghours WHERE service_id = near.id"
        f" AND weekday = %(weekday)s AND {now} AND (since IS NULL OR since <= %(day)s)"
        f" AND (until IS NULL OR until > %(day)s){holiday} LIMIT 1), false) ORDER BY {column} <-> {point} LIMIT {MOST}")

    def ask(near: Any) -> Any:
        connection.ensure_connection()
        return connection.connection.execute(statement, said | {"lon": near.lon, "lat": near.lat},
                                             prepare=True).fetchall()

    return ask


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[3]))
        raise SystemExit(0)
    raise SystemExit(main(*map(int, sys.argv[1:2])))
