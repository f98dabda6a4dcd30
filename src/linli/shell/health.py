"""Is the node well? What an operator must know before users notice."""
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from linli.engines.archive import queries as archive
from linli.engines.journal import queries as journal
from linli.kernel import calendar

BEHIND = 1000
SOON = timedelta(days=30)


def report(*, files: bool = True) -> dict[str, Any]:
    """Database, waiting migrations, each watcher's lag, the archive (with `files`), the end of the holiday table;
    `well` sums them up."""
    waiting = _waiting()
    watchers: dict[str, Any] = {}
    held = archive.Held(0, 0, 0, (), 0)
    if not waiting:
        held = archive.held(on=timezone.localdate()) if files else held
        watchers = {name: {"behind": lag, "stopped_by": why} for name, (lag, why) in journal.lag().items()}
    until = calendar.published_until()
    warnings = [f"migration {name} is waiting: run ./linli migrate" for name in waiting]
    warnings += [f"watcher {n} stopped at a fault ({w['stopped_by']}): see the log"
                 for n, w in watchers.items() if w["stopped_by"]]
    late = [(name, w["behind"]) for name, w in watchers.items() if w["behind"] > BEHIND]
    warnings += [f"watcher {name} is {behind} entries behind" for name, behind in late]
    warnings += [f"archive package {ref} is {fault}: bring its file back from a backup, or find out what was done to it"
                 for ref, fault in held.damaged]
    notes = []
    if held.over:
        notes.append(f"{held.over} archive packages need not be kept any longer")
    if until - timezone.localdate() < SOON:
        notes.append(f"the holiday table ends on {until}: later deadlines are provisional until a new one is there")
    return {"well": not warnings, "database": connection.vendor, "watchers": watchers,
            "archive": {"files": held.files, "bytes": held.bytes, "packages": held.packages,
                        "damaged": len(held.damaged), "past_their_time": held.over},
            "holidays_until": str(until),
            "warnings": warnings, "notes": notes}


def _waiting() -> list[str]:
    """The migrations that this program brings and the database has not seen."""
    applied = set(MigrationRecorder.Migration.objects.values_list("app", "name")) if _kept() else set()
    return [".".join(key) for key in _brought() if key not in applied]


def _kept() -> bool:
    """Whether the database says at all what it has seen; once it does, it stays so."""
    if "told" not in _known and MigrationRecorder(connection).has_table():
        _known.add("told")
    return "told" in _known


_known: set[str] = set()


@cache
def _brought() -> tuple[tuple[str, str], ...]:
    """The program's migrations do not change while it runs; each after those that it builds on."""
    graph = MigrationLoader(None).graph
    return tuple(dict.fromkeys(key for leaf in sorted(graph.leaf_nodes()) for key in graph.forwards_plan(leaf)))


def text(found: dict[str, Any]) -> str:
    lines = [f"database   {found['database']}", f"holidays   published until {found['holidays_until']}"]
    lines += [f"watcher    {name}: {w['behind']} behind" for name, w in found["watchers"].items()]
    kept = found["archive"]
    lines.append(f"archive    {kept['files']} files, {kept['bytes']} bytes; {kept['packages']} packages,"
                 f" {kept['damaged']} damaged")
    lines += [f"warning    {line}" for line in found["warnings"]] + [f"note       {line}" for line in found["notes"]]
    return "\n".join([*lines, "well" if found["well"] else "not well"])
