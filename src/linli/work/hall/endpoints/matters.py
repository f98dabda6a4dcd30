from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Field, Query, Schema

from linli.kernel.doors import Request, speak
from linli.kernel.text import Text
from linli.work.hall import queries
from linli.work.hall.endpoints.shapes import Region, router
from linli.work.hall.queries import Guide
from linli.work.hall.registry import Field as Asked
from linli.work.hall.registry import Matter


class MatterOut(Schema):
    key: str
    title: str
    summary: str
    audience: str


class Matters(Schema):
    items: list[MatterOut]
    next: str | None = None


class Condition(Schema):
    text: str
    rule: str = ""


class MaterialOut(Schema):
    """`trust`: A is fetched and never asked for, B compared at a counter, C uploaded, D made with a promise."""

    key: str
    title: str
    trust: str
    required: bool
    promised: bool
    kinds: list[str]
    most_bytes: int


class StepOut(Schema):
    key: str
    title: str
    kind: str
    level: str
    rule: str
    optional: bool
    bodies: list["BodyOut"] = Field(default_factory=list)


class BodyOut(Schema):
    """One that answers in a joint step; its silence is assent only where `silence_assents` says so."""

    key: str
    title: str
    level: str
    rule: str
    silence_assents: bool


class Limit(Schema):
    step: str
    rule: str
    amount: int
    unit: str
    basis: str


class FieldOut(Schema):
    """`shape` says what it takes; money in fen, days as YYYY-MM-DD; `columns` those of rows."""

    key: str
    label: str
    shape: str
    required: bool
    choices: list[str]
    columns: list["FieldOut"]


class SectionOut(Schema):
    key: str
    title: str
    fields: list[FieldOut]


class GuideOut(MatterOut):
    conditions: list[Condition]
    materials: list[MaterialOut]
    steps: list[StepOut]
    limits: list[Limit]
    basis: list[str]
    questions: list[FieldOut]
    sections: list[SectionOut]
    documents: list[str]
    cost: str
    remedies: str


class LateOut(Schema):
    matter: str
    step: str
    desk: str
    due_on: date
    days_late: int


class LateSteps(Schema):
    items: list[LateOut]
    next: str | None = None


@router.get("/matters", response=Matters, auth=None, operation_id="hall_matters")
def matters(request: Request, q: Annotated[str, Query(max_length=100)] = "",
            audience: Annotated[str, Query(max_length=20)] = "") -> dict[str, Any]:
    """Everything that can be applied for. Public."""
    return {"items": [_matter(one) for one in queries.matters(q=q, audience=audience)]}


@router.get("/matters/late", response=LateSteps, auth=None, operation_id="hall_late")
def late(request: Request, region: Annotated[Region | None, Query()] = None,
         after: Annotated[int, Query(ge=0, le=100_000)] = 0,
         limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """Steps that offices owe and that are late, the latest first; not who applied. Public."""
    found, total = queries.late_steps(at=request.at, region=region or "", start=after, most=limit)
    return {"items": [{"matter": one.matter, "step": speak(one.step), "desk": one.desk, "due_on": one.due_on,
                       "days_late": one.days_late} for one in found],
            "next": str(after + limit) if total > after + limit else None}


@router.get("/matters/{key}", response=GuideOut, auth=None, operation_id="hall_guide")
def guide(request: Request, key: str, region: Annotated[Region | None, Query()] = None) -> dict[str, Any]:
    """The guide of a matter as it holds in a region, or in the whole country. Public."""
    on = timezone.localdate(request.at)
    return _guide(queries.guide(key, region=region or "", on=on), queries.challenged_within(
        region=region or "", on=on))


def _matter(one: Matter) -> dict[str, Any]:
    return {"key": one.key, "title": speak(one.title), "summary": speak(one.summary), "audience": one.audience}


def _asked(one: Asked) -> dict[str, Any]:
    return {"key": one.key, "label": speak(one.label), "shape": one.shape, "required": one.required,
            "choices": [value for value, _ in one.choices], "columns": [_asked(c) for c in one.columns]}


def _guide(found: Guide, within: Mapping[str, Text]) -> dict[str, Any]:
    one = found.matter
    return _matter(one) | {
        "conditions": [{"text": speak(text, **rule.said) if rule else speak(text), "rule": rule.id if rule else ""}
                       for text, rule in found.conditions],
        "materials": [{"key": m.key, "title": speak(m.title), "trust": m.trust, "required": m.required,
                       "promised": bool(m.promised), "kinds": list(m.kinds), "most_bytes": m.most_bytes}
                      for m in found.materials],
        "steps": [{"key": s.step.key, "title": speak(s.step.title), "kind": s.step.kind, "level": s.step.level,
                   "rule": s.rule.id if s.rule else "", "optional": s.step.optional, "bodies": [
                       {"key": b.key, "title": speak(b.title), "level": b.level, "rule": b.rule,
                        "silence_assents": b.silence_assents} for b in s.step.bodies]} for s in found.steps],
        "limits": [{"step": s.step.key, "rule": s.rule.id, "amount": s.rule.amount, "unit": s.rule.unit or "",
                    "basis": s.rule.article} for s in found.steps if s.rule and s.rule.figure is not None],
        "basis": [speak(text) for text in one.basis], "questions": [_asked(q) for q in one.questions],
        "sections": [{"key": s.key, "title": speak(s.title), "fields": [_asked(f) for f in s.fields]}
                     for s in one.sections],
        "documents": [speak(text) for text in one.documents], "cost": speak(one.cost),
        "remedies": speak(one.remedies, **within),
    }
