"""`./linli import` and `export`: files of places, organisations, staff, services, facilities, by the rooms' doors."""
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.doors import say
from linli.kernel.geometry import Crs
from linli.kernel.refusals import FileRefused, NotFound, Refusal, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts.registry import ROLES
from linli.registers.directory import commands as directory
from linli.registers.directory.actions import Facilities
from linli.registers.organisations import commands as register
from linli.registers.organisations import queries as organisations
from linli.registers.places import commands as places
from linli.registers.practitioners import commands as practitioners
from linli.shell.commands import note

Counts = tuple[int, int, int, tuple[RowError, ...]]


def bring(what: str, file: Path, *, organisation: str | None = None, partial: bool = False,
          as_json: bool = False, issuer: str = "stats", on: date | None = None, crs: str = "wgs84", source: str = "",
          corrections: Path | None = None) -> int:
    """Bring the rows of a CSV in and say what came of it; 1 where the file was refused and JSON tells why.

    `organisation` is a credit code or ref, for staff and services; `issuer` and `on` say whose table of divisions it is
    and from which day; `crs` in which system its degrees are; `source` names a list of facilities, whose refused rows
    go to `corrections`. A bad row refuses the whole file, FileRefused;
    `partial` keeps the good rows and names the others. Refuses also what cannot be read, and an unknown organisation.
    """
    try:
        if what == "organisations":
            return _register(file, source, on, partial, as_json, corrections)
        if what == "facilities":
            done = _facilities(file, source, partial, corrections)
            new, changed, same, refused = done.added, done.changed, done.same, done.refused
        else:
            new, changed, same, refused = _brought(what, file, organisation, partial, issuer, on, crs)
    except Refusal as why:
        if not as_json:
            raise
        print(_json({"error": say(why), "rule": why.rule,
                     "refused": _rows(why.rows if isinstance(why, FileRefused) else ())}))
        return 1
    if as_json:
        print(_json({"new": new, "changed": changed, "same": same, "refused": _rows(refused)}))
        return 0
    print(gettext("{new} new, {changed} changed, {same} as they were, {refused} refused.").format(
        new=new, changed=changed, same=same, refused=len(refused)))
    for one in refused:
        note(gettext("Row {row}, {column}: {why}").format(row=one.row, column=one.column, why=say(one.why)))
    return 0


def country(package: Path, *, as_json: bool = False) -> int:
    """Bring the divisions of the whole country in: the package's villages, the other edition, the changes; say what
    came of each."""
    at = timezone.now()
    try:
        brought = places.import_country(package, by=SYSTEM, at=at, note=note)
    except Refusal as why:
        if not as_json:
            raise
        print(_json({"error": say(why), "rule": why.rule,
                     "refused": _rows(why.rows if isinstance(why, FileRefused) else ())}))
        return 1
    if as_json:
        print(_json({one.what: {"new": one.done.new, "changed": one.done.changed, "same": one.done.same,
                                "ended": one.done.ended} for one in brought}))
        return 0
    called = {"stats": gettext("National Bureau of Statistics"), "civil": gettext("Ministry of Civil Affairs"),
              "changes": gettext("Changes over the years")}
    for one in brought:
        print(gettext("{what}: {new} new, {changed} changed, {same} as they were, {ended} ended.").format(
            what=called[one.what], new=one.done.new, changed=one.done.changed, same=one.done.same,
            ended=one.done.ended))
    return 0


def export(what: str, to: Path, *, base: str) -> int:
    """Write what everybody may have as a file, and say how much it is. `base` is the site's address."""
    assert what == "hsds"
    count = directory.export_hsds(to, base=base, at=timezone.now())
    print(gettext("{count} services were written to {file}.").format(count=count, file=to))
    return 0


def _register(
    file: Path, source: str, on: date | None, partial: bool, as_json: bool, corrections: Path | None
) -> int:
    """A file of the register: its figures, what was put aside and why, and how good it was."""
    if not file.is_file():
        raise NotFound(N_("There is no file {file}."), file=file)
    at = timezone.now()
    try:
        done = register.import_register(file, source=source, on=on or timezone.localdate(at), partial=partial,
                                        corrections=corrections, by=SYSTEM, at=at)
    except PermissionError:
        raise RuleBroken(N_("The file {file} cannot be read. Ask for the right to read it."), file=file) from None
    if as_json:
        print(_json({
            "new": done.new, "changed": done.changed, "same": done.same, "renamed": done.renamed,
            "repaired": done.repaired, "doubtful": done.doubtful, "aside": done.aside, "refused": _rows(done.refused),
            "ignored": list(done.ignored),
            "quality": {of.value: {"good": good, "of": all_, "share": good / all_ if all_ else None}
                        for of, (good, all_) in done.quality.items()}}))
        return 0
    print(gettext("{new} new, {changed} changed, {same} as they were, {refused} refused.").format(
        new=done.new, changed=done.changed, same=done.same, refused=done.aside))
    print(gettext("{renamed} renamed, {repaired} codes repaired, {doubtful} doubtful.").format(
        renamed=done.renamed, repaired=done.repaired, doubtful=done.doubtful))
    for title, good, all_ in register.quality(done):
        print(f"  {title}: {good:,} / {all_:,} ({good / all_:.1%})" if all_ else f"  {title}: —")
    if done.ignored:
        note(gettext("Columns that nobody read: {columns}").format(columns=", ".join(done.ignored)))
    for one in done.refused:
        note(gettext("Row {row}, {column}: {why}").format(row=one.row, column=one.column, why=say(one.why)))
    return 0


def _facilities(file: Path, source: str, partial: bool, corrections: Path | None) -> Facilities:
    if not file.is_file():
        raise NotFound(N_("There is no file {file}."), file=file)
    try:
        done = directory.import_facilities(file, source=source, partial=partial, corrections=corrections, by=SYSTEM,
                                           at=timezone.now())
    except PermissionError:
        raise RuleBroken(N_("The file {file} cannot be read. Ask for the right to read it."), file=file) from None
    if done.ignored:
        note(gettext("Columns that nobody read: {columns}").format(columns=", ".join(done.ignored)))
    return done


def _brought(what: str, file: Path, organisation: str | None, partial: bool, issuer: str, on: date | None, crs: str
             ) -> Counts:
    if not file.is_file():
        raise NotFound(N_("There is no file {file}."), file=file)
    at = timezone.now()
    try:
        if what == "places":
            told = places.import_places(file, issuer=issuer, from_=on or timezone.localdate(at), crs=Crs(crs),
                                        partial=partial, by=SYSTEM, at=at)
            return told.new, told.changed, told.same, told.refused
        ref = _organisation(organisation)
        by = Actor(SYSTEM.ref, None, (Grant(frozenset(ROLES["provider_admin"].permissions), f"organisation:{ref}"),))
        if what == "staff":
            staff = practitioners.import_staff(file, organisation=ref, partial=partial, by=by, at=at)
            return staff.new, staff.changed, staff.same, staff.refused
        listed = directory.import_services(file, organisation=ref, partial=partial, by=by, at=at)
        return listed.added, listed.changed, listed.same, listed.refused
    except PermissionError:
        raise RuleBroken(N_("The file {file} cannot be read. Ask for the right to read it."), file=file) from None


def _organisation(named: str | None) -> UUID:
    """By credit code or ref. Refuses: NotFound, RuleBroken (none named)."""
    if not named:
        raise RuleBroken(N_("Say whose they are: --organisation with a credit code or a ref."), field="organisation")
    try:
        ref = UUID(named)
    except ValueError:
        return organisations.by_code(named).ref
    return organisations.organisation(ref).ref


def _rows(refused: Iterable[RowError]) -> list[dict[str, object]]:
    return [{"row": one.row, "column": one.column, "why": say(one.why), "rule": one.why.rule} for one in refused]


def _json(told: dict[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)
