"""How long matches with their reasons take among a million services, and how that grows from ten thousand on.

The density stays the same: ten times the services stand on ten times the ground. Every body has somebody with valid
papers and had an order lately, every second service has ratings, every service has an area and times. The needs are
posted by the product's own action at random points; what is timed is its query with every reason put into words.

    python -m bench.matches_million [SERVICES]            # SQLite: a hundredth, a tenth, all; PostgreSQL: a tenth
    python -m bench.matches_million measure URL SERVICES  # one, as the whole run starts it
"""
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta
from math import log
from time import perf_counter, process_time
from typing import Any

from bench.node import share
from bench.pages import verdict
from tools import postgres

SERVICES, NEEDS, WARM = 1_000_000, 300, 20
SLOWEST_MS = 80.0
REACH_KM = 15.0
PAPERS = ("identity", "health_certificate", "carer_certificate", "insurance", "no_bar")
TIMES = (3, 27, 51)
"""Hours from the asking on at which services have times."""
Times = tuple[list[float], list[float]]
"""Milliseconds by the wall, and of this process's processor alone, which neighbours on the machine hardly change."""


def main(services: int = SERVICES) -> int:
    with open("/proc/loadavg") as load:
        print(f"{NEEDS} needs each; load {load.read().split()[0]}")
    print(f"{'':12}{'services':>10}{'p50 ms':>8}{'p99 ms':>8}{'own p50':>12}{'p99':>8}{'statements':>12}{'fitting':>9}")
    told: dict[tuple[str, int], Times] = {}
    for count in (services // 100, services // 10, services):
        with tempfile.TemporaryDirectory() as folder:
            told["SQLite", count] = _other(f"sqlite:///{folder}/matches.sqlite3", "SQLite", count)
    if postgres.found():
        with postgres.running() as url:
            told["PostgreSQL", services // 10] = _other(url, "PostgreSQL", services // 10)
    few, many = told["SQLite", services // 100], told["SQLite", services]
    most = log(services) / log(services // 100)
    held = [(f"{base}, {count:,} services: p99 {share(times, .99):.1f} ms (at most {SLOWEST_MS:g})",
             share(times, .99) <= SLOWEST_MS) for (base, count), (times, _) in told.items() if base == "SQLite"]
    for name, place in (("the wall", 0), ("the processor", 1)):
        grown = share(many[place], .5) / share(few[place], .5)
        said = f"a hundred times the services cost {grown:.2f} × by {name} (the logarithm grows {most:.2f} ×)"
        held.append((f"SQLite: {said}", grown <= most))
    return verdict(held)


def _other(url: str, name: str, services: int) -> Times:
    env = dict(os.environ, LINLI_DATABASE_URL=url, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings")
    done = subprocess.run([sys.executable, "-m", "bench.matches_million", "measure", url, str(services)], env=env,
                          check=True, stdout=subprocess.PIPE)
    times, own, statements, fitting = json.loads(done.stdout)
    print(f"{name:12}{services:10,}{share(times, .5):8.1f}{share(times, .99):8.1f}{share(own, .5):12.1f}"
          f"{share(own, .99):8.1f}{statements:12}{fitting:9.1f}", flush=True)
    return list(times), list(own)


def measure(count: int) -> None:
    """Fill one database and ask it: the milliseconds of each need, the most statements, how many fitted on average."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import translation

    from bench import country
    from linli.kernel.actor import Actor, Grant
    from linli.shell import built
    from linli.work.matching import queries
    from linli.work.needs.states import RESIDENT

    begin, at = perf_counter(), country.MOMENTS["a Tuesday morning"]
    built.tables()
    built.messages()
    built.divisions()
    services = country.over_plain(count)
    country.write(services)
    _staffed(services, at)
    person, refs = _needs(at, NEEDS + WARM)
    country.settle()
    print(f"{connection.vendor}: {count:,} filled in {perf_counter() - begin:.0f} s", file=sys.stderr)
    by = Actor(country.SOMEBODY, person, (Grant(frozenset(RESIDENT), f"person:{person}"),))

    def ask(ref: Any) -> Any:
        found = queries.matches(ref, by=by, at=at)
        with translation.override("zh-hans"):
            for reasons in (*(one.reasons for one in found.matches), *(one.reasons for one in found.refused.examples)):
                for reason in reasons:
                    queries.sentence(reason, at=at)
        return found

    times, own, fitting, statements = list[float](), list[float](), list[int](), 0
    for turn, ref in enumerate(refs):
        begin, spent = perf_counter(), process_time()
        found = ask(ref)
        if turn >= WARM:
            times.append((perf_counter() - begin) * 1000)
            own.append((process_time() - spent) * 1000)
            fitting.append(found.fitting)
        if turn % 20 == 0:
            with CaptureQueriesContext(connection) as said:
                ask(ref)
            statements = max(statements, len(said))
    print(json.dumps([times, own, statements, sum(fitting) / len(fitting)]))


def _needs(at: datetime, count: int) -> tuple[Any, list[Any]]:
    """Somebody of 82, and what they ask for at random points round the middle of the plain."""
    import numpy as np

    from linli.kernel.actor import SYSTEM
    from linli.kernel.geometry import Point
    from linli.registers.people import actions as people
    from linli.registers.places import queries as places
    from linli.work.needs import actions as needs
    from linli.work.needs.rules.wishes import Window

    person = people.register(name="张桂英", region="340104003001", phone="13855512345", birth_on=date(1944, 3, 1),
                             gender="female", consent_by_phone=True, by=SYSTEM, at=at)
    random, made = np.random.default_rng(3), list[Any]()
    while len(made) < count:
        east, north = random.uniform(-REACH_KM, REACH_KM, 2) / 111.2
        point = Point(round(117.25 + float(east) / 0.85, 6), round(31.85 + float(north), 6))
        region = places.locate(point)
        if region:
            made.append(needs.post(
                text="我妈妈 82 岁，想找人上门帮她洗澡", person=person, category="home_bathing", point=point,
                region=region, mode="home", windows=[Window(at, at + timedelta(hours=72))], by=SYSTEM, at=at))
    return person, made


def _staffed(services: Any, at: datetime) -> None:
    """Areas, ratings, times; for every body somebody with papers, and an order of the last days."""
    from bench import country
    from bench.country import A_BODY, SOMEBODY, filled, numbered, ref
    from linli.kernel.rows import load
    from linli.registers.directory.models import ServiceArea, Slot
    from linli.registers.people.models import Person
    from linli.registers.practitioners.models import Credential, Practitioner
    from linli.work.orders.models import Order
    from linli.work.quality.models import Score

    count = len(services)
    bodies = (count + A_BODY - 1) // A_BODY
    with country.in_haste():
        load(ServiceArea, ["id", "service_id", "region_code"], numbered((n + 1, "340100000000") for n in range(count)))
        load(Score, *filled(Score, count // 2, lambda n: {
            "id": n + 1, "service": ref(2, 2 * n), "provider": ref(1, 2 * n // A_BODY), "count": 2,
            "total": 5 + n % 4 + 1, "fives": 1 + (n % 4 == 4), **_graded(n % 4 + 1)}))
        load(Person, *filled(Person, bodies, lambda n: {
            "id": n + 1, "ref": ref(3, n), "number": f"{n:010d}", "region_code": "340104003001", "registered_at": at,
            "registered_by": SOMEBODY}))
        load(Practitioner, *filled(Practitioner, bodies, lambda n: {
            "id": n + 1, "ref": ref(4, n), "person_id": ref(3, n).hex, "organisation_id": ref(1, n).hex,
            "number": f"P{n:010d}", "title": "护理员", "public_name": "王敏", "gender": "female",
            "languages": '["zh"]', "state": "active", "joined_on": date(2026, 1, 1), "added_at": at,
            "added_by": SOMEBODY}))
        load(Credential, *filled(Credential, bodies * len(PAPERS), lambda n: {
            "id": n + 1, "ref": ref(5, n), "practitioner_id": n // len(PAPERS) + 1, "kind": PAPERS[n % len(PAPERS)],
            "issuer": "合肥市疾控中心", "valid_from": date(2026, 1, 1), "valid_until": date(2027, 12, 1 + n % 28),
            "recorded_at": at, "recorded_by": SOMEBODY}))
        load(Slot, *filled(Slot, count * len(TIMES), lambda n: {
            "id": n + 1, "ref": ref(6, n), "service_id": n // len(TIMES) + 1, **_time(at, n), "capacity": 1,
            "taken": int(n % 3 == 0), "ever_taken": n % 3 == 0}))
        load(Order, *filled(Order, bodies, lambda n: {
            "id": n + 1, "ref": ref(7, n), "number": f"HF-{n:010d}", "need": ref(8, n), "person_id": ref(3, n).hex,
            "channel": "self", "service_id": ref(2, n * A_BODY).hex, "service_name": "上门助浴",
            "category": "home_bathing", "provider": ref(1, n), "slot": ref(6, n), "begin": at,
            "until": at + timedelta(hours=1), "state": "booked", "price_fen": 8000, "mode": "home",
            "region_code": "340104003001", "created_at": at - timedelta(days=n % 9), "created_by": SOMEBODY,
            "booked_at": at, "booked_by": SOMEBODY}))


def _graded(grade: int) -> dict[str, int]:
    return {name: int(grade == worth) for worth, name in enumerate(("ones", "twos", "threes", "fours"), start=1)}


def _time(at: datetime, n: int) -> dict[str, datetime]:
    begin = at.replace(minute=0) + timedelta(hours=TIMES[n % len(TIMES)] + n // len(TIMES) % 8)
    return {"begin": begin, "until": begin + timedelta(hours=1), "book_until": begin - timedelta(hours=2)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[3]))
        raise SystemExit(0)
    raise SystemExit(main(*map(int, sys.argv[1:2])))
