"""A file of the register: what its columns are called, what each cell must be, and how good the file is.

Four checks in one pass over each row: the form of every cell, its known values, what the cells say of one another, and
what the file says twice. A wrong cell puts its row aside with all its reasons; a doubt lets it in and stands on the
list of what to correct; what check digits prove is put right, and said. Six properties are measured meanwhile, those of
GB/T 36344-2018, each as so many of so many.
"""
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from typing import Any

from linli.kernel.refusals import Refusal, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.organisations import rules
from linli.registers.organisations.rules import KINDS, Kind, proving
from linli.registers.organisations.rules.cells import (
    AGREE,
    COLUMNS,
    DOMAIN,
    FORMAT,
    NEEDED,
    PERHAPS,
    READ,
    ROW,
    TWICE,
    WANTED,
    WHY,
    code_wrong,
    line,
)
from linli.registers.organisations.rules.items import ENDED


class Property(StrEnum):
    STANDARD = auto()
    COMPLETE = auto()
    ACCURATE = auto()
    CONSISTENT = auto()
    TIMELY = auto()
    ACCESSIBLE = auto()


PROPERTIES: dict[Property, tuple[Text, Text]] = {
    Property.STANDARD: (
        N_("Well formed"), N_("of the cells that are filled, those with the right form and known values")),
    Property.COMPLETE: (N_("Complete"), N_("of the cells that the public page shows first, those that are filled")),
    Property.ACCURATE: (N_("Accurate"), N_("of the rows, those whose code its check digits prove as it stands, and that"
                                           " stand in the file once")),
    Property.CONSISTENT: (N_("Consistent"), N_("of the comparisons of two cells, those that agree")),
    Property.TIMELY: (N_("Timely"), N_("of the certificates of organisations that go on, those in force on the day of"
                                       " the file")),
    Property.ACCESSIBLE: (N_("Accessible"), N_("of the rows, those that can be read in the register now")),
}


_KIND_BY_BEGINNING = {begin: kind.value for kind, begin in rules.BEGINNINGS.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, doubtful or put right in a cell, and what may be meant."""

    column: str
    why: Refusal
    perhaps: str = ""


@dataclass(slots=True)
class Checked:
    """A row: what it says, in our words and as it is kept; why it is put aside; what is doubtful; what was repaired."""

    number: int
    said: dict[str, Any]
    wrong: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)


@dataclass
class Quality:
    """So many of so many, by property."""

    counts: dict[Property, list[int]] = field(default_factory=lambda: {one: [0, 0] for one in Property})

    def add(self, of: Property, good: int, all_: int = 1) -> None:
        count = self.counts[of]
        count[0] += good
        count[1] += all_

    def share(self, of: Property) -> float | None:
        """Between 0 and 1; None where nothing of the kind stands in the file."""
        good, all_ = self.counts[of]
        return good / all_ if all_ else None


@dataclass(frozen=True)
class Header:
    """Where our columns stand in a file; what nobody reads."""

    cells: tuple[str, ...]
    places: dict[str, int]
    ignored: tuple[str, ...]


def header(cells: Sequence[str]) -> Header:
    """The first row. Refuses, RuleBroken on `file`: no names or codes, one column twice."""
    by_name = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    called = [re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).lower() for cell in cells]
    names = [by_name.get(cell, "") for cell in called]
    known = [name for name in names if name]
    for needed in NEEDED:
        if needed not in known:
            raise RuleBroken(N_("The column “{column}” is missing."), field="file",
                             column=f"{COLUMNS[needed][0]} {needed}")
    if len(known) != len(set(known)):
        raise RuleBroken(N_("A column stands twice."), field="file")
    ignored = tuple(cell for cell, name in zip(cells, names, strict=True)
                    if not name and cell and cell not in {ROW, WHY, PERHAPS})
    return Header(tuple(cells), {name: place for place, name in enumerate(names) if name}, ignored)


def said_twice(head: Header, rows: Iterable[Sequence[str]]) -> set[str]:
    """Codes of which the file says different things: nobody knows which of its rows is right."""
    place = head.places["uscc"]
    seen: dict[str, int] = {}
    other = set[str]()
    for cells in rows:
        code = proving.as_typed(cells[place]) if place < len(cells) else ""
        if code:
            whole = hash(tuple(cells))
            if seen.setdefault(code, whole) != whole:
                other.add(code)
    return other


class Checks:
    """Checks rows one after another and measures them.

    `on` is the day of the file; `known` says whether there is such a region now or was one; `other` is what
    `said_twice` found.
    """

    def __init__(
        self, head: Header, *, on: date, known: Callable[[str], bool], other: Collection[str] = frozenset()
    ) -> None:
        self.head, self.on, self.known, self.other = head, on.isoformat(), known, other
        self.first: dict[str, int] = {}
        self.quality = Quality()
        self._cells = [(name, place, READ.get(name) or line(name)) for name, place in head.places.items()
                       if name not in ("uscc", "number")]
        self._wanted = [head.places[name] for name in WANTED if name in head.places]
        self._code_at, self._number_at = head.places["uscc"], head.places.get("number")
        counts = self.quality.counts
        self._standard, self._complete = counts[Property.STANDARD], counts[Property.COMPLETE]
        self._accurate, self._consistent = counts[Property.ACCURATE], counts[Property.CONSISTENT]
        self._timely = counts[Property.TIMELY]

    def row(self, number: int, cells: Sequence[str]) -> Checked:
        """One row, its reasons all at once. `number` is its place in the file, the header being 1."""
        width = len(cells)
        row = Checked(number, {})
        said = row.said
        filled = good = 0
        for name, place, read in self._cells:
            text = cells[place] if place < width else ""
            if not text:
                continue
            filled += 1
            try:
                said[name] = read(text)
                good += 1
            except RuleBroken as why:
                row.wrong.append(Finding(name, why))
        if not said.get("name") and not any(one.column == "name" for one in row.wrong):
            row.wrong.append(Finding("name", RuleBroken(N_("Fill this in: it is needed."), rule=FORMAT, field="name")))
        self._code(row, cells)
        self._standard[0] += good
        self._standard[1] += filled
        self._complete[0] += sum([1 for place in self._wanted if place < width and cells[place]])
        self._complete[1] += len(WANTED)
        self._place(row)
        self._agree(row)
        return row

    def _code(self, row: Checked, cells: Sequence[str]) -> None:
        place = self._code_at
        typed = cells[place] if place < len(cells) else ""
        code, accurate = proving.as_typed(typed), self._accurate
        accurate[1] += 1
        if not proving.fits(code):
            whole = proving.with_zeros(code)
            if not whole:
                row.wrong.append(Finding("uscc", code_wrong(typed, code), proving.perhaps(code)))
                return
            row.repaired.append(Finding("uscc", RuleBroken(
                N_("The code had lost the zero at the head of its organisation number; both check digits prove"
                   " {code}."), rule=rules.CODE, field="uscc", code=whole), whole))
            code = whole
        row.said["uscc"] = code
        kind = _KIND_BY_BEGINNING[code[:2]]
        if (given := row.said.get("kind")) and given != kind:
            row.wrong.append(Finding("kind", RuleBroken(
                N_("This code begins with {beginning}; the code of this kind ({kind}) begins with {expected}."),
                rule=AGREE, field="kind", beginning=code[:2], kind=KINDS[Kind(given)],
                expected=rules.BEGINNINGS[Kind(given)])))
        row.said["kind"] = kind
        first = self.first.setdefault(code, row.number)
        if first != row.number or code in self.other:
            message = N_("This code stands in the file twice, and the rows differ: decide which is right.") if \
                code in self.other else N_("This organisation stands in the file twice: see row {row} too.")
            row.wrong.append(Finding("uscc", RuleBroken(message, rule=TWICE, field="uscc", row=first)))
        elif not row.repaired:
            accurate[0] += 1
        self._number(row, cells, code)

    def _number(self, row: Checked, cells: Sequence[str], code: str) -> None:
        place = self._number_at
        typed = proving.as_typed(cells[place]) if place is not None and place < len(cells) else ""
        if not typed:
            return
        if whole := "" if proving.number_fits(typed) else proving.number_with_zeros(typed):
            row.repaired.append(Finding("number", RuleBroken(
                N_("The organisation number had lost its leading zero; its check digit proves {number}."),
                rule=rules.CODE, field="number", number=whole), whole))
            typed = whole
        self._compare(row, "number", typed == code[8:17], N_(
            "The organisation number is not the one within the code ({number})."), number=code[8:17])

    def _place(self, row: Checked) -> None:
        """Where it is registered: as the row says, else as its code does."""
        code = row.said.get("uscc", "")
        given = row.said.get("region", "")
        region = given or (f"{code[2:8]}000000" if code else "")
        if not region or (row.wrong and any(one.column == "region" for one in row.wrong)):
            return
        if not self.known(region):
            message = N_("There is no region {code}.") if given else N_(
                "The code names the region {code}, which is not known here: say which region registered it.")
            row.wrong.append(Finding("region", RuleBroken(message, rule=DOMAIN, field="region", code=region)))
            return
        row.said["region"] = region
        if given and code:
            self._compare(row, "region", code[2:4] == region[:2], N_(
                "The code was given in another province ({code}) than the region says."), code=code[2:8])

    def _agree(self, row: Checked) -> None:
        said = row.said
        if (name := said.get("name")) and (kind := said.get("kind")):
            bare = name.rstrip("）)").rpartition("（")[0] if name.endswith(("）", ")")) else name
            self._compare(row, "name", (bare or name).endswith("基金会") == (kind == "foundation"), N_(
                "The ending of the name and the kind do not go together: only foundations are called 基金会."))
        established, ended, status = said.get("established_on"), said.get("ended_on"), said.get("status")
        if established and established > self.on:
            row.wrong.append(Finding("established_on", RuleBroken(
                N_("This day is still to come."), rule=DOMAIN, field="established_on")))
        if established and ended:
            self._require(row, "ended_on", established <= ended, N_("It ended before it was established."))
        if ended and status:
            self._require(row, "status", status in ENDED, N_("It is said to go on, and the day of its end is given."))
        begins, ends = said.get("valid_from"), said.get("valid_until")
        if begins and ends:
            self._require(row, "valid_until", begins <= ends, N_("The certificate ends before it begins."))
        if begins and established:
            self._compare(row, "valid_from", established <= begins, N_(
                "The certificate is older than the organisation."))
        if ends and status in (None, "registered"):
            self._timely[0] += ends >= self.on
            self._timely[1] += 1
            if ends < self.on:
                row.doubts.append(Finding("valid_until", RuleBroken(
                    N_("The certificate has run out, and the organisation is said to go on."), rule=AGREE,
                    field="valid_until")))
        if said.get("grade") and not (said.get("grade_from") and said.get("grade_until")):
            row.doubts.append(Finding("grade", RuleBroken(
                N_("A grade is kept with the days between which it holds; give both."), rule=AGREE, field="grade")))
        if said.get("former_name") and said.get("former_name") == name:
            row.doubts.append(Finding("former_name", RuleBroken(
                N_("The former name is the present one."), rule=AGREE, field="former_name")))

    def _compare(self, row: Checked, column: str, agree: bool, message: Text, **values: Any) -> None:
        self._consistent[0] += agree
        self._consistent[1] += 1
        if not agree:
            row.doubts.append(Finding(column, RuleBroken(message, rule=AGREE, field=column, **values)))

    def _require(self, row: Checked, column: str, agree: bool, message: Text) -> None:
        self._consistent[0] += agree
        self._consistent[1] += 1
        if not agree:
            row.wrong.append(Finding(column, RuleBroken(message, rule=AGREE, field=column)))


def corrections(head: Header, rows: Iterable[tuple[int, Sequence[str], str, str]]) -> Iterable[list[str]]:
    """The work list as a sheet: row, why, what may be meant, and the cells as they stood; to be put right and sent
    again."""
    kept = [place for place, name in enumerate(head.cells) if name not in {ROW, WHY, PERHAPS}]
    yield [ROW, WHY, PERHAPS, *(head.cells[place] for place in kept)]
    for number, cells, why, perhaps in rows:
        yield [str(number), why, perhaps, *(cells[place] if place < len(cells) else "" for place in kept)]
