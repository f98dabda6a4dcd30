"""The profile, the schemas with it applied, and the whole directory as tables."""
import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from linli.registers.directory.queries.bundles import bundles
from linli.registers.directory.queries.hsds import told
from linli.registers.directory.queries.hsds.finding import Asked, refs_page
from linli.registers.directory.queries.hsds.told import Here
from linli.registers.directory.queries.hsds.vocabulary import taxonomies, terms
from linli.registers.directory.rules import hsds
from linli.registers.organisations import queries as organisations

_DATA = Path(__file__).parents[2] / "data" / "hsds"
_KINDS = {"integer": "integer", "number": "number", "boolean": "boolean"}
_STEP = 500
TOLD = "x-description-zh"


def _read(folder: str, name: str) -> Any:
    return json.loads((_DATA / folder / f"{name}.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The profile as it is published: a merge patch (RFC 7386) by the name of the schema that it changes or adds."""
    return {path.stem: _read("profile", path.stem) for path in sorted((_DATA / "profile").glob("*.json"))}


@lru_cache(maxsize=1)
def additions() -> dict[str, Any]:
    """The profile without what only says in Chinese what the standard says in English."""
    found = {}
    for name, patch in described().items():
        columns = {key: value for key, value in patch.get("properties", {}).items() if not _only_told(value)}
        if columns or not _only_told({key: value for key, value in patch.items() if key != "properties"}):
            found[name] = patch | {"properties": columns}
    return found


def _only_told(part: Any) -> bool:
    """Whether a part of a patch holds no more than Chinese descriptions."""
    return isinstance(part, dict) and all(key == TOLD or _only_told(value) for key, value in part.items())


@lru_cache(maxsize=1)
def schemas() -> dict[str, Any]:
    """Every schema of the standard with the profile applied, and the profile's own."""
    base = {path.stem: _read("schema", path.stem) for path in sorted((_DATA / "schema").glob("*.json"))
            if path.stem != "openapi"}
    return {name: hsds.patched(base.get(name, {}), described().get(name, {})) for name in sorted({*base, *described()})}


def schema(name: str) -> Any | None:
    """`openapi`, or one of `schemas`; None where there is none."""
    return _read("schema", "openapi") if name == "openapi" else schemas().get(name)


@lru_cache(maxsize=1)
def package() -> dict[str, Any]:
    """The tabular data package: the standard's tables with the profile's columns, and the profile's own tables."""
    made: dict[str, Any] = json.loads((_DATA / "datapackage.json").read_text("utf-8"))
    known = {resource["name"]: resource for resource in made["resources"]}
    for name, patch in described().items():
        columns = [_column(key, value, patch) for key, value in patch.get("properties", {}).items()
                   if value.get("type") not in {None, "array", "object"} or value.get("items", {}).get("type")]
        if name in known:
            there = {field["name"]: field for field in known[name]["schema"]["fields"]}
            for key, value in patch.get("properties", {}).items():
                if key in there and TOLD in value:
                    there[key].setdefault(TOLD, value[TOLD])
            if TOLD in patch:
                known[name].setdefault(TOLD, patch[TOLD])
            known[name]["schema"]["fields"] += [column for column in columns if column["name"] not in there]
        elif "path" in patch:
            keys = [{"fields": key, "reference": {"resource": target, "fields": "id"}}
                    for key, target in (("service_id", "service"), ("program_id", "program"))
                    if key in patch["properties"]]
            made["resources"].append({
                "name": name, "path": patch["path"], "description": patch["description"],
                "x-description-zh": patch["x-description-zh"], "format": "csv", "mediatype": "text/csv",
                "profile": "tabular-data-resource",
                "schema": {"primaryKey": "id", "fields": columns, "foreignKeys": keys}})
    return made


def _column(name: str, value: Any, patch: Any) -> dict[str, Any]:
    needed = name in patch.get("required", []) or name in patch.get("tabular_required", [])
    column = {"name": name, "type": _KINDS.get(value.get("type"), "string"), "title": value.get("title", name),
              "description": value.get("description", ""), "x-description-zh": value.get("x-description-zh", ""),
              "constraints": {
                  "required": needed, **({"enum": value["enum"]} if "enum" in value else {})}}
    return column | ({"format": "uuid"} if value.get("format") == "uuid" else {})


def csv_tables(*, here: Here) -> IO[bytes]:
    """The whole directory as a zip file of the package's tables, in an unnamed file of its own, at its beginning."""
    paths = {resource["name"]: resource for resource in package()["resources"]}
    columns = {name: [field["name"] for field in resource["schema"]["fields"]] for name, resource in paths.items()}
    seen: dict[str, set[str]] = {name: set() for name in paths}
    out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # given away open
    with tempfile.TemporaryDirectory() as folder:
        files = {name: (Path(folder) / name).open("w", encoding="utf-8", newline="") for name in paths}
        try:
            writers = {name: csv.writer(file) for name, file in files.items()}
            for name, writer in writers.items():
                writer.writerow(columns[name])
            for name, row in _rows(here):
                if row["id"] not in seen[name]:
                    seen[name].add(row["id"])
                    writers[name].writerow([hsds.cell(row.get(column)) for column in columns[name]])
        finally:
            for file in files.values():
                file.close()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made:
            made.writestr("datapackage.json", json.dumps(package(), ensure_ascii=False, indent=1))
            for name, resource in paths.items():
                made.write(Path(folder) / name, resource["path"])
    out.seek(0, io.SEEK_SET)
    return out


def keep(to: Path, *, here: Here) -> int:
    """Write `csv_tables` to a file, which is whole or as it was; how many services stand in it."""
    part = to.with_name(f"{to.name}.part")
    with csv_tables(here=here) as made, part.open("wb") as file:
        shutil.copyfileobj(made, file)
    part.replace(to)
    return services_in(to)


def services_in(package: Path) -> int:
    """How many services stand in a package that `csv_tables` made."""
    with zipfile.ZipFile(package) as made, io.TextIOWrapper(made.open("services.csv"), "utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _rows(here: Here) -> Iterator[tuple[str, hsds.Told]]:
    yield from hsds.tables("taxonomy", taxonomies())
    yield from hsds.tables("taxonomy_term", terms())
    last: UUID | None = None
    while cards := organisations.register(after=last, most=_STEP):
        last = cards[-1].ref
        found = told.organisations([card.ref for card in cards], here=here, full=True)
        yield from hsds.tables("organization", [
            {name: value for name, value in one.items() if name != "services"} for one in found])
    start = 0
    while found_ := bundles(start=start, most=_STEP)[0]:
        start += _STEP
        yield from hsds.tables("program", map(told.program, found_))
    last = None
    while refs := refs_page(Asked(), after=last, most=_STEP):
        last = refs[-1]
        yield from hsds.tables("service", told.services(refs, here=here))
