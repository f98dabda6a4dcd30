"""Files that were brought in, how good they were, and the list of what is to be corrected."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Window

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.organisations import access
from linli.registers.organisations.models import Doubt, Intake
from linli.registers.organisations.queries.joining import Found
from linli.registers.organisations.rules.checking import Property
from linli.registers.organisations.states import DECIDE


@dataclass(frozen=True)
class Said:
    """What is wrong or doubtful in a cell: the sentence and its values, untranslated, and what may be meant."""

    column: str
    message: Text
    values: Mapping[str, Any]
    perhaps: str


@dataclass(frozen=True)
class DoubtCard:
    ref: UUID
    source: str
    on: date
    row: int
    aside: bool
    """Whether the row was put aside; else it came in and something in it is doubtful."""
    name: str
    uscc: str
    region: str
    findings: tuple[Said, ...]
    cells: tuple[str, ...]
    header: tuple[str, ...]
    settled_at: datetime | None
    settled_how: str


@dataclass(frozen=True)
class IntakeCard:
    ref: UUID
    source: str
    on: date
    rows: int
    counts: Mapping[str, int]
    quality: Mapping[Property, tuple[int, int]]
    """So many of so many."""
    ignored: tuple[str, ...]
    at: datetime


def intakes(*, by: Actor, most: int = 20) -> list[IntakeCard]:
    """The files that were brought in, the newest first. Refuses: NotAllowed."""
    _require_office(by)
    return [IntakeCard(row.ref, row.source, row.on, row.rows, row.counts,
                       {Property(of): (share[0], share[1]) for of, share in row.quality.items()}, tuple(row.ignored),
                       row.brought_at) for row in Intake.objects.order_by("-pk")[:most]]


def doubts(*, by: Actor, aside: bool | None = None, start: int = 0, most: int = 40) -> Found[DoubtCard]:
    """The open rows of the work list in an officer's regions, the oldest first; one query. Refuses: NotAllowed."""
    _require_office(by)
    rows = open_doubts(by)
    rows = rows if aside is None else rows.filter(aside=aside)
    part = list(rows.select_related("intake").annotate(whole=Window(Count("pk"))).order_by("pk")[start:start + most])
    return Found([_card(row) for row in part], part[0].whole if part else rows.count() if start else 0)


def open_doubts(by: Actor) -> QuerySet[Doubt]:
    """What waits to be corrected in the regions of an officer; for counting."""
    return access.doubts(by).filter(settled_at=None)


def _require_office(by: Actor) -> None:
    if by != SYSTEM and not (by.scopes(DECIDE, "region") or by.scopes(access.SEE, "region")):
        raise NotAllowed(N_("Your role does not let you see files of the register."))


def _card(row: Doubt) -> DoubtCard:
    findings = tuple(Said(one["column"], Text(one["message"]), {
        name: Text(value["text"]) if isinstance(value, dict) else value for name, value in one["values"].items()},
        one["perhaps"]) for one in row.findings)
    return DoubtCard(row.ref, row.intake.source, row.intake.on, row.row, row.aside, row.name, row.uscc, row.region_code,
                     findings, tuple(row.cells), tuple(row.intake.header), row.settled_at, row.settled_how)

