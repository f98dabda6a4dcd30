from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.kernel.doors import Request, speak
from linli.ui import written
from linli.work.hall.registry import Unmet
from linli.work.registration import actions, queries

router = Router(tags=["registration"])


class Fault(Schema):
    """Something that stands against it. Where it does not bar, the desk looks at it."""

    text: str
    rule: str
    bars: bool


class LookAlike(Schema):
    name: str
    score: int
    why: str
    standing: str
    organisation: UUID | None


class NameCheck(Schema):
    """`good`: nothing bars the name. A check is no promise: a name is decided on with the registration."""

    name: str
    good: bool
    region: str
    trade_name: str
    field: str
    form: str
    faults: list[Fault]
    alike: list[LookAlike]


class Day(Schema):
    """`progress` is null where the register does not tell whether it was done."""

    owed: str
    due_on: date
    done_on: date | None
    progress: str | None
    rule: str


class Year(Schema):
    year: int
    exempt: bool
    conclusion: str
    rectify_by: date | None
    title: str
    published_on: date | None
    link: str
    days: list[Day]


class Answer(Schema):
    """What was reported under one field: a text, a whole number (money in fen), or a choice by its key."""

    field: str
    label: str
    value: str | int


class Report(Schema):
    """One report as it was handed in; `filing` is the register's."""

    filing: UUID
    filed_on: date
    published_on: date
    said: list[Answer]


class Elsewhere(Schema):
    title: str
    link: str


class YearPublished(Schema):
    """The newest of the `reports` first; `conclusion` is what the register has now, `elsewhere` what it knew before."""

    organisation: UUID
    year: int
    title: str
    conclusion: str
    concluded_on: date | None
    reason: str
    reports: list[Report]
    elsewhere: list[Elsewhere]


class Reports(Schema):
    organisation: UUID
    kind: str
    years: list[Year]
    misses: list[int]


@router.get("/names/check", response=NameCheck, operation_id="registration_check_name")
def check_name(
    request: Request, name: Annotated[str, Query(min_length=1, max_length=120)],
    kind: Literal["society", "agency", "foundation"], region: Annotated[str, Field(pattern=r"^\d{12}$")],
) -> NameCheck:
    """Whether an organisation of this kind may be called so in a region, why not, and which names are alike. Public."""
    found = queries.check_name(name, kind=kind, region=region, on=timezone.localdate(request.at))
    parts = found.parts
    return NameCheck(
        name=parts.name, good=found.good, region=parts.region, trade_name=parts.trade_name, field=parts.field,
        form=parts.form, faults=[Fault(text=_said(one), rule=one.rule, bars=one.bars) for one in found.unmet],
        alike=[LookAlike(name=one.name, score=one.score, why=speak(one.why), standing=one.standing,
                         organisation=UUID(one.owner) if one.owner else None) for one in found.alike])


@router.get("/organisations/{uuid:ref}/annual-reports", response=Reports, operation_id="registration_annual_reports")
def annual_reports(request: Request, ref: UUID) -> Reports:
    """By when an organisation owes its yearly report, and how it stood in the last years. Public."""
    found = queries.annual_reports(ref, on=timezone.localdate(request.at), at=request.at, by=request.actor)
    return Reports(organisation=found.ref, kind=found.kind, misses=list(found.misses), years=[
        Year(year=year.year, exempt=year.exempt, conclusion=year.record.get("conclusion", ""),
             rectify_by=year.rectify_by, title=year.record.get("title", ""),
             published_on=year.record.get("published_on"), link=year.record.get("link", ""),
             days=[Day(owed=day.window.owed, due_on=day.window.due_on, done_on=day.done_on, progress=day.progress,
                       rule=day.window.rule) for day in year.days]) for year in found.years])


@router.get("/organisations/{uuid:ref}/annual-reports/{int:year}", response=YearPublished,
            operation_id="registration_annual_report")
def annual_report(request: Request, ref: UUID, year: int) -> YearPublished:
    """What an organisation reported of a year, as handed in, with its conclusion. Public."""
    found = queries.published_report(ref, year, on=timezone.localdate(request.at), at=request.at, by=request.actor)
    fields, record = actions.ANNUAL_REPORT.fields(), found.record
    return YearPublished(
        organisation=found.ref, year=year, title=record.get("title", ""), conclusion=record.get("conclusion", ""),
        concluded_on=record.get("concluded_on"), reason=record.get("reason", ""),
        elsewhere=[Elsewhere(title=title, link=link) for title, link in found.elsewhere],
        reports=[Report(filing=card.filing, filed_on=card.filed_on, published_on=card.published_on, said=[
            Answer(field=one.key, label=speak(one.label), value=card.said[one.key]) for one in fields
            if one.key in card.said]) for card in found.reports])


def _said(one: Unmet) -> str:
    return speak(one.text, **{name: written.day(value, weekday=False) if isinstance(value, date) else value
                              for name, value in one.values.items()})
