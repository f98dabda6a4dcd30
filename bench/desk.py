"""How long an officer's desk takes with 100,000 open applications, next to its first fifty rows read by the driver."""
import sqlite3
import tempfile
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from bench.node import Visitor, demo, share
from bench.pages import verdict

OPEN, OFFICERS, ROUNDS = 100_000, 40, 60
MOST_MS, MOST_QUERIES = 40.0, 8
ADDRESS = "/officer/hall/"
PLAIN = "SELECT * FROM hall_application WHERE waits_on IS NOT NULL ORDER BY waits_on LIMIT 50"


def fill(file: Path) -> str:
    """Copies of the demo's open application, due over forty days, some late, spread over officers; where the last fifty
    of them begin."""
    line = sqlite3.connect(file)
    columns = [row[1] for row in line.execute("PRAGMA table_info(hall_application)") if row[1] != "id"]
    officers = "".join(uuid4().hex for _ in range(OFFICERS))
    changed = {"ref": "lower(hex(randomblob(16)))", "number": "printf('B%07d', n.i)",
               "waits_on": "date('now', (n.i % 40 - 10) || ' days')", "provisional": "0",
               "officer": f"substr('{officers}', 1 + 32 * (n.i / 40 % {OFFICERS}), 32)"}
    values = ", ".join(changed.get(name, f"a.{name}") for name in columns)
    line.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OPEN}) INSERT INTO hall_application"
        f" ({', '.join(columns)}) SELECT {values} FROM n, (SELECT * FROM hall_application WHERE state = 'accepted'"
        " LIMIT 1) a")
    line.execute("DELETE FROM hall_deskload")
    place = "desk_code, officer, waits_on, provisional"
    line.execute(f"INSERT INTO hall_deskload ({place}, count) SELECT {place}, COUNT(*) FROM hall_application"
                 " WHERE waits_on IS NOT NULL GROUP BY 1, 2, 3, 4")
    line.execute("ANALYZE")
    line.commit()
    day, ref = line.execute("SELECT waits_on, ref FROM hall_application WHERE waits_on IS NOT NULL"
                            " ORDER BY waits_on DESC, id DESC LIMIT 1 OFFSET 50").fetchone()
    line.close()
    return f"{day}~{ref}"


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        with demo(data):
            pass
        file = Path(data) / "linli.sqlite3"
        deep = fill(file)
        with demo(data) as (port, _, _):
            officer = Visitor(port)
            officer.be("officer_city")
            first = officer.ask(ADDRESS)
            assert first.status == 200 and first.body.count(b'name="ref"') == 50, first.status
            paths = (ADDRESS, f"{ADDRESS}?whose=late", f"{ADDRESS}?whose=nobody", f"{ADDRESS}?after={deep}")
            asked = {path.partition("~")[0]: [officer.ask(path) for _ in range(ROUNDS)] for path in paths}
        line, plain = sqlite3.connect(file), []
        for _ in range(ROUNDS):
            begin = perf_counter()
            line.execute(PLAIN).fetchall()
            plain.append((perf_counter() - begin) * 1000)
    print(f"{OPEN} open applications\n{'':28}{'sql':>4}{'p50 ms':>8}{'p95 ms':>8}")
    print(f"{'fifty rows by the driver':28}{1:4}{share(plain, .5):8.1f}{share(plain, .95):8.1f}")
    verdicts = []
    for path, answers in asked.items():
        times, queries = [one.milliseconds for one in answers], max(one.queries for one in answers)
        print(f"{path:28}{queries:4}{share(times, .5):8.1f}{share(times, .95):8.1f}")
        verdicts += [(f"{path}: p95 {share(times, .95):.1f} ms (at most {MOST_MS:.0f})", share(times, .95) <= MOST_MS),
                     (f"{path}: {queries} queries (at most {MOST_QUERIES})", queries <= MOST_QUERIES)]
    return verdict(verdicts)


if __name__ == "__main__":
    raise SystemExit(main())
