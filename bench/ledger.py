"""The register as a ledger, at the size of the country: 900,000 organisations with five filings each.

Measured on one machine, in a process of its own for each database: a file of organisations coming in with all checks,
next to a raw insert of the same rows; a page at any date; the files of a day with what differs from the day before; and
one reader of the stream of changes. `LINLI_BENCH_ORGANISATIONS` makes it smaller.
"""
import csv
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from operator import mul
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from bench.pages import verdict
from bench.places import ROOT, databases

MANY, FILINGS, FILE = int(os.environ.get("LINLI_BENCH_ORGANISATIONS", "900000")), 5, 100_000
ROWS_A_SECOND, RAW, DAILY, EVENTS, PAGE_MS = 5_000, 8.0, 60.0, 20_000, 25.0
ON, AT = date(2026, 11, 20), datetime(2026, 11, 20, 4, tzinfo=UTC)
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_AREAS = ("社会工作", "养老服务", "志愿服务", "教育促进", "文化交流", "助残服务", "社区发展", "健康促进", "儿童关爱",
          "法律援助")
_FORMS = {"51": "协会", "52": "服务中心", "53": "基金会"}
_KINDS = {"51": "社会团体", "52": "民办非企业单位", "53": "基金会"}
HEAD = ("社会组织名称", "统一社会信用代码", "社会组织类型", "区划代码", "登记管理机关", "业务主管单位", "法定代表人",
        "成立登记日期", "注册资金", "登记状态", "登记证号", "有效期限自", "有效期限至", "住所", "联系电话", "业务范围")


def code(number: int, begin: str, region: str) -> str:
    """A code made from a number, with both of its check digits."""
    from linli.registers.organisations.rules import organisation_check

    eight = f"{number:08d}"
    body = f"{begin}{region}{eight}{organisation_check(eight)}"
    return body + _LETTERS[-sum(map(mul, map(_LETTERS.index, body), _WEIGHTS)) % 31]


def rows(count: int, *, first: int = 1, regions: tuple[str, ...]) -> Iterator[list[str]]:
    """So many organisations of a file, none of which there is; as they would stand in one of the country's."""
    random = Random(first)
    for number in range(first, first + count):
        begin = random.choices(("51", "52", "53"), (46, 53, 1))[0]
        region, begun = random.choice(regions), date(2000, 1, 1) + timedelta(days=random.randrange(9000))
        given = max(begun, date(2022, 1, 1) + timedelta(days=random.randrange(1500)))
        name = f"示例{number:06d}{random.choice(_AREAS)}{_FORMS[begin]}"
        yield [name, code(number, begin, region), _KINDS[begin], region, "示例民政局", "示例主管单位",
               f"示例{number % 997}", begun.isoformat(), str(random.choice((3, 5, 10, 200))), "正常",
               f"示民证字第 {number:06d} 号", given.isoformat(), (given + timedelta(days=1826)).isoformat(),
               f"示例路 {number % 999} 号", f"0551-6{number % 10**7:07d}", "面向社区开展公益服务、培训与交流。"]


def regions() -> tuple[str, ...]:
    from linli.registers.places import queries as places

    return tuple(one for one, _ in places.districts() if one[4:6] != "00" and one.endswith("000000"))


def six(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one[:6] for one in codes)


def later(number: int, place: int) -> list[Any]:
    """What the later filings of an organisation say: another address, a report, a grade, another representative."""
    match place:
        case 1:
            return [["address", f"示例新路 {number % 999} 号"]]
        case 2:
            return [["annual_reports", {"year": 2024, "conclusion": "passed", "filed_on": "2025-03-30"}]]
        case 3:
            return [["grades", {"grade": f"{number % 5 + 1}A", "from_": "2025-05-01", "until": "2030-05-01"}]]
    return [["legal_representative", f"示例{(number + 1) % 997}"]]


def measured() -> None:
    """In a process of its own, on an empty database."""
    import django

    django.setup()
    from django.core.management import call_command

    from linli.kernel.actor import SYSTEM
    from linli.registers.organisations import actions, commands, queries
    from linli.shell import built

    call_command("migrate", verbosity=0)
    built.divisions()
    gc.freeze()
    codes = six(regions())
    file = Path(os.environ["LINLI_DATA"], "register.csv")
    told: dict[str, float] = {"organisations": MANY}
    for first in range(1, MANY + 1, FILE):
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEAD, *rows(min(FILE, MANY + 1 - first), first=first, regions=codes)])
        begin = perf_counter()
        done = commands.import_register(file, source="示例名录", on=ON, by=SYSTEM, at=AT)
        took = perf_counter() - begin
        assert not done.aside and done.new == min(FILE, MANY + 1 - first), done
        told.setdefault("first file s", took)
        told["last file s"] = took
    told["rows in last file"] = done.new
    told["raw s"] = raw(done.new)
    begin = perf_counter()
    again = commands.import_register(file, source="示例名录", on=ON, by=SYSTEM, at=AT)
    told["again s"] = perf_counter() - begin
    assert again.same == done.new, again
    more()
    places()
    begin = perf_counter()
    queries.keep_snapshot(ON, at=AT)
    told["first snapshot s"] = perf_counter() - begin
    changed = [row[:13] + ["示例改址 1 号"] + row[14:] for row in islice(rows(2000, first=1, regions=codes), 2000)]
    actions.import_register(lambda: [list(HEAD), *changed], source="示例名录", on=ON + timedelta(days=1), by=SYSTEM,
                            at=AT + timedelta(days=1))
    begin = perf_counter()
    queries.keep_snapshot(ON + timedelta(days=1), at=AT + timedelta(days=1))
    told["snapshot and diff s"] = perf_counter() - begin
    begin = perf_counter()
    events = sum(piece.count(b"\n") for piece in queries.stream(after=0))
    told["events"], told["stream s"] = events, perf_counter() - begin
    told["page p95 ms"] = pages()
    print(json.dumps(told), flush=True)


def raw(count: int) -> float:
    """The rows that the last file made, inserted anew as they are into empty copies of their tables; seconds."""
    from django.db import connection

    from linli.registers.organisations.models import Filing, Organisation

    took = 0.0
    for model in (Organisation, Filing):
        table = model._meta.db_table
        names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
        marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY id DESC LIMIT {count}')
            found = cursor.fetchall()
            copy_of(cursor, table)
            begin = perf_counter()
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "raw" ({names}) FROM STDIN') as copy:
                    for row in found:
                        copy.write_row([json.dumps(one) if isinstance(one, list) else one for one in row])
            else:
                cursor.execute("BEGIN")
                cursor.executemany(f'INSERT INTO "raw" ({names}) VALUES ({marks})', found)
                cursor.execute("COMMIT")
            took += perf_counter() - begin
            cursor.execute('DROP TABLE "raw"')
    return took


def copy_of(cursor: Any, table: str) -> None:
    """An empty table with the same columns, checks and indexes."""
    from django.db import connection

    if connection.vendor == "postgresql":
        cursor.execute(f'CREATE TABLE "raw" (LIKE "{table}" INCLUDING ALL)')
        return
    cursor.execute("SELECT type, sql, name FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL AND type IN"
                   " ('table', 'index') ORDER BY type DESC", [table])
    for _, statement, name in cursor.fetchall():
        said = statement.replace(f'"{table}"', '"raw"')
        cursor.execute(said if name == table else said.replace(f'"{name}"', f'"raw {name}"', 1))


def more() -> None:
    """The later filings of every organisation, raw: how they came is measured elsewhere."""
    from linli.kernel.action import action
    from linli.kernel.actor import SYSTEM
    from linli.kernel.refs import new_ref
    from linli.kernel.rows import load
    from linli.registers.organisations.models import Filing, Organisation

    columns = ("ref", "organisation_id", "kind", "number", "effective_on", "filed_at", "filed_by", "changes", "basis",
               "cause", "corrects_id", "application")
    kinds = ("", "change", "annual_report", "grade", "change")

    @action
    def write() -> None:
        found = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
        for place in range(1, FILINGS):
            load(Filing, columns, ((
                new_ref(), pk, kinds[place], "", date(2025, place + 4, 1), AT - timedelta(days=400 - place), SYSTEM.ref,
                json.dumps(later(pk, place), ensure_ascii=False), "", "", None, None) for pk in found))

    write()


def places() -> None:
    """A place in the stream for every filing, as the watcher gives it."""
    from linli.kernel.action import action
    from linli.kernel.rows import load
    from linli.registers.organisations.models import Filing, Streamed

    @action
    def write() -> None:
        found = Filing.objects.order_by("pk").values_list("pk", flat=True)
        load(Streamed, ("position", "filing_id"), ((number, pk) for number, pk in enumerate(found.iterator(), 1)))

    write()


def pages(count: int = 200) -> float:
    """The 95th percentile of what the server needs for an organisation's page at a date; milliseconds."""
    from django.test import Client

    from linli.registers.organisations.models import Organisation

    random, client, took = Random(3), Client(HTTP_HOST="localhost"), []
    last = Organisation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for turn in range(count + 20):
        ref = Organisation.objects.values_list("ref", flat=True).get(pk=random.randint(max(1, last - MANY + 1), last))
        day = date(2025, 1, 1) + timedelta(days=random.randrange(600))
        begin = perf_counter()
        answer = client.get(f"/organisations/{ref}/?on={day}")
        if turn >= 20:  # the first ones only warm up
            took.append(1000 * (perf_counter() - begin))
        assert answer.status_code == 200, answer.status_code
    return statistics.quantiles(took, n=20)[-1]


def main() -> int:
    verdicts = []
    with databases() as urls, tempfile.TemporaryDirectory() as data:
        for kind, url in urls.items():
            said = subprocess.run(
                [sys.executable, "-c", "from bench.ledger import measured; measured()"], cwd=ROOT, check=True,
                stdout=subprocess.PIPE, text=True, env=dict(
                    os.environ, LINLI_DATABASE_URL=url, LINLI_DATA=data, LINLI_TESTING="", LINLI_DEMO="1",
                    DJANGO_SETTINGS_MODULE="linli.shell.settings")).stdout
            found = json.loads(said.splitlines()[-1])
            for name, value in found.items():
                print(f"{kind:12}{name:22}{value:12,.1f}")
            speed, ratio = found["rows in last file"] / found["last file s"], found["last file s"] / found["raw s"]
            told = found["events"] / found["stream s"]
            verdicts += [
                (f"{kind}: {speed:,.0f} rows a second come in, checked (at least {ROWS_A_SECOND:,})",
                 speed >= ROWS_A_SECOND),
                (f"{kind}: {ratio:.1f} times a raw insert of the same rows (at most {RAW:.0f})", ratio <= RAW),
                (f"{kind}: {found['snapshot and diff s']:.0f} s for snapshot and differences (at most {DAILY:.0f})",
                 found["snapshot and diff s"] <= DAILY),
                (f"{kind}: {told:,.0f} events a second to one reader (at least {EVENTS:,})", told >= EVENTS),
                (f"{kind}: a page at any date in {found['page p95 ms']:.1f} ms, p95 (at most {PAGE_MS:.0f})",
                 found["page p95 ms"] <= PAGE_MS),
            ]
            for old in Path(data, "bulk").glob("*"):
                old.unlink()
    return verdict(verdicts)


if __name__ == "__main__":
    raise SystemExit(main())
