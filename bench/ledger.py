"""The register as a ledger, at the size of the country: 900,000 organisations with five filings each.

Measured on one machine, in a process of its own for each database: files of organisations coming in with all checks,
the last of them into a register that is nearly full, next to a raw insert of the same rows; a page at any date, and how
much of it the database takes; the files of a day with what differs from the day before, next to reading the same
filings raw; and one reader of the stream of changes, next to its statement alone.

`LINLI_BENCH_ORGANISATIONS` makes it smaller, `LINLI_BENCH_ON` names one database (sqlite, postgresql).
`LINLI_BENCH_KEEP` is a folder in which SQLite's database stays: where it is built already, only reading is measured;
`LINLI_BENCH_PARTS` names what (build, pages, stream, first, second).
"""
import csv
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from operator import mul
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from bench.pages import verdict
from bench.places import ROOT, databases
from linli.registers.organisations.rules import organisation_check

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
        "成立登记日期", "注册资金", "登记状态", "登记证号", "有效期限自", "有效期限至", "住所", "联系电话", "业务范围",
        "注销日期", "曾用名")
ADDRESS = HEAD.index("住所")
ENDED, RENAMED, DOUBTFUL = .1, .03, .02
"""So many of a file ended, had another name, or have something doubtful: such rows are more work than plain ones."""


def code(number: int, begin: str, region: str) -> str:
    """A code made from a number, with both of its check digits."""
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
        until = given + timedelta(days=1826 if random.random() > DOUBTFUL else 200)
        ended = given + timedelta(days=100) if random.random() < ENDED else None
        area = random.choice(_AREAS)
        yield [f"示例{number:06d}{area}{_FORMS[begin]}", code(number, begin, region), _KINDS[begin], region,
               "示例民政局", "示例主管单位", f"示例{number % 997}", begun.isoformat(),
               str(random.choice((3, 5, 10, 200))), "注销" if ended else "正常", f"示民证字第 {number:06d} 号",
               given.isoformat(), until.isoformat(), f"示例路 {number % 999} 号", f"0551-6{number % 10**7:07d}",
               "面向社区开展公益服务、培训与交流。", ended.isoformat() if ended else "",
               f"示例{number:06d}{area}站" if random.random() < RENAMED else ""]


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
    """In a process of its own: builds the register on an empty database, then reads it."""
    import django

    django.setup()
    from django.db import connection

    parts = os.environ.get("LINLI_BENCH_PARTS", "build,pages,stream,first,second").split(",")
    gc.freeze()  # as the programs that do this do
    kept, told = Path(os.environ["LINLI_DATA"], "built.json"), dict[str, float]()
    if kept.exists():
        told = json.loads(kept.read_text())
    elif "build" in parts:
        build(told)
        kept.write_text(json.dumps(told))
    if connection.vendor == "sqlite":
        told["database MB"] = Path(connection.settings_dict["NAME"]).stat().st_size / 1e6
    if "pages" in parts:
        pages(told)
    if "stream" in parts:
        stream(told)
    if "first" in parts:
        files(told, "first snapshot", ON, AT)
    if "second" in parts:
        files(told, "snapshot and diff", ON + timedelta(days=1), AT + timedelta(days=1))
    print(json.dumps(told), flush=True)


def build(told: dict[str, float]) -> None:
    """The register, file by file, and the later filings of each organisation."""
    from django.core.management import call_command

    from linli.kernel.actor import SYSTEM
    from linli.registers.organisations import actions, commands
    from linli.registers.organisations.models import Filing, FormerName, Organisation, Streamed
    from linli.shell import built

    call_command("migrate", verbosity=0)
    built.divisions()
    codes = six(regions())
    file, filed = Path(os.environ["LINLI_DATA"], "register.csv"), 0
    for first in range(1, MANY + 1, FILE):
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEAD, *rows(min(FILE, MANY + 1 - first), first=first, regions=codes)])
        filed = Filing.objects.count()
        begin = perf_counter()
        done = commands.import_register(file, source="示例名录", on=ON, by=SYSTEM, at=AT)
        took = perf_counter() - begin
        assert not done.aside and done.new == min(FILE, MANY + 1 - first), done
        print(f"{first + done.new - 1:9,} organisations, the last {done.new:,} in {took:.1f} s", flush=True)
        told["all files s"] = told.get("all files s", 0) + took
        told.setdefault("first file s", took)
        told["last file s"] = took
    told |= {"rows in last file": done.new, "doubtful in last file": done.doubtful,
             "filings of last file": Filing.objects.count() - filed}
    told["raw s"] = raw({Organisation: done.new, Filing: Filing.objects.count() - filed})
    begin = perf_counter()
    again = commands.import_register(file, source="示例名录", on=ON, by=SYSTEM, at=AT)
    told["again s"] = perf_counter() - begin
    assert again.same == done.new, again
    more()
    changed = [[*row[:ADDRESS], "示例改址 1 号", *row[ADDRESS + 1:]]
               for row in islice(rows(2000, first=1, regions=codes), 2000)]
    done = actions.import_register(lambda: [list(HEAD), *changed], source="示例名录", on=ON + timedelta(days=1),
                                   by=SYSTEM, at=AT + timedelta(days=1))
    assert done.changed == min(2000, MANY), done
    places()
    told |= {"organisations": Organisation.objects.count(), "filings": Filing.objects.count(),
             "former names": FormerName.objects.count(), "places in stream": Streamed.objects.count()}


def stream(told: dict[str, float]) -> None:
    """One reader from the first place to the last; and the statement alone."""
    from linli.registers.organisations.queries import bulk

    begin = perf_counter()
    told["events"] = sum(piece.count(b"\n") for piece in bulk.stream(after=0))
    told["stream s"] = perf_counter() - begin
    begin, last, count = perf_counter(), 0, 0
    while found := bulk._stored_events(last, bulk.AT_ONCE):
        last, count = found[-1][0], count + len(found)
    told["stream raw s"] = perf_counter() - begin
    assert count == told["events"], (count, told)


def files(told: dict[str, float], name: str, day: date, at: datetime) -> None:
    """The files of a day, written anew; and its filings read alone."""
    from linli.registers.organisations import queries
    from linli.registers.organisations.queries import bulk

    for old in bulk.folder().glob(f"*{day}.jsonl.gz*"):
        old.unlink()
    begin, spent = perf_counter(), process_time()
    made = queries.keep_snapshot(day, at=at)
    told[f"{name} s"], told[f"{name} processor s"] = perf_counter() - begin, process_time() - spent
    told[f"{name} lines"], told[f"{name} MB"] = made.count, made.size / 1e6
    told["differences"] = next((one.count for one in queries.files() if one.since and one.day == day), 0)
    begin = perf_counter()
    told["filings read raw"] = sum(1 for _ in bulk._stored(0, 1 << 60))
    told["filings raw s"] = perf_counter() - begin


def raw(counts: dict[Any, int]) -> float:
    """The rows that the last file made, inserted anew as they are into empty copies of their tables; seconds."""
    from django.db import connection

    took = 0.0
    for model, count in counts.items():
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
        found = list(Filing.objects.order_by("pk").values_list("pk", flat=True))  # read before the other is written
        load(Streamed, ("position", "filing_id"), enumerate(found, 1))

    write()


def pages(told: dict[str, float], count: int = 400) -> None:
    """What the server needs for the page of any organisation at any date, and how much of it the database takes."""
    from django.test import Client

    from linli.registers.organisations.models import Organisation
    from linli.shell import wsgi

    assert wsgi.application  # memory is kept as the server keeps it
    random, client = Random(3), Client(HTTP_HOST="localhost")
    last = Organisation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    took = []
    for turn in range(count + 60):
        ref = Organisation.objects.values_list("ref", flat=True).get(pk=random.randint(max(1, last - MANY + 1), last))
        day = date(2025, 1, 1) + timedelta(days=random.randrange(600))
        begin = perf_counter()
        answer = client.get(f"/organisations/{ref}/?on={day}")
        whole = 1000 * (perf_counter() - begin)
        assert answer.status_code == 200, answer.status_code
        said = re.search(r'db;dur=([\d.]+);desc="(\d+)"', answer["Server-Timing"])
        assert said
        if turn >= 60:  # the first ones only warm up
            took.append((whole, float(said[1]), int(said[2])))
    wholes, alone, asked = zip(*took, strict=True)
    shares = statistics.quantiles(wholes, n=100)
    told |= {"pages": count, "page p50 ms": shares[49], "page p95 ms": shares[94], "page p99 ms": shares[98],
             "page's database p50 ms": statistics.median(alone),
             "page's database p95 ms": statistics.quantiles(alone, n=20)[-1], "page's queries at most": max(asked)}


def main() -> int:
    verdicts = []
    keep, only = os.environ.get("LINLI_BENCH_KEEP"), os.environ.get("LINLI_BENCH_ON")
    kept = nullcontext({"SQLite": f"sqlite:///{Path(keep, 'ledger.sqlite3')}"}) if keep else databases()
    with kept as urls, tempfile.TemporaryDirectory() as temporary:
        for kind, url in urls.items():
            if only and kind.lower() != only:
                continue
            data = Path(keep or temporary, "" if keep else kind)
            data.mkdir(parents=True, exist_ok=True)
            found = in_process(url, data)
            for name, value in found.items():
                print(f"{kind:12}{name:24}{value:14,.1f}")
            verdicts += [(f"{kind}: {said}", well) for said, well in judged(found)]
    return verdict(verdicts)


def in_process(url: str, data: Path) -> dict[str, float]:
    said = ""
    with subprocess.Popen(
            [sys.executable, "-c", "from bench.ledger import measured; measured()"], cwd=ROOT, stdout=subprocess.PIPE,
            text=True, env=dict(os.environ, LINLI_DATABASE_URL=url, LINLI_DATA=str(data), LINLI_TESTING="",
                                LINLI_DEMO="1", DJANGO_SETTINGS_MODULE="linli.shell.settings")) as run:
        assert run.stdout
        for said in run.stdout:
            if not said.startswith("{"):
                print(said, end="", flush=True)
    if run.returncode:
        raise SystemExit(f"The measurement ended with {run.returncode}.")
    found: dict[str, float] = json.loads(said)
    return found


def judged(found: dict[str, float]) -> Iterator[tuple[str, bool]]:
    """What was measured, beside what the project asks of itself."""
    if "last file s" in found:
        speed, ratio = found["rows in last file"] / found["last file s"], found["last file s"] / found["raw s"]
        yield f"{speed:,.0f} rows a second come in, checked (at least {ROWS_A_SECOND:,})", speed >= ROWS_A_SECOND
        yield f"{ratio:.1f} times a raw insert of the same rows (at most {RAW:.0f})", ratio <= RAW
    for name in ("first snapshot", "snapshot and diff"):
        if (took := found.get(f"{name} s")) is not None:
            yield f"{took:.0f} s for the {name} (at most {DAILY:.0f})", took <= DAILY
    if "events" in found:
        told = found["events"] / found["stream s"]
        yield f"{told:,.0f} events a second to one reader (at least {EVENTS:,})", told >= EVENTS
    if (ms := found.get("page p95 ms")) is not None:
        yield f"a page at any date in {ms:.1f} ms, p95 (at most {PAGE_MS:.0f})", ms <= PAGE_MS


if __name__ == "__main__":
    raise SystemExit(main())
