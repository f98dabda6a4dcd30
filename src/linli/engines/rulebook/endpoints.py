from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.engines.rulebook import queries
from linli.engines.rulebook.queries import DutyCard, Rule
from linli.engines.rulebook.rules import ALWAYS, Confidence, Kind, Unit
from linli.engines.rulebook.states import SEE, State
from linli.kernel.actor import REGION
from linli.kernel.doors import Request
from linli.kernel.text import Both

router = Router(tags=["rulebook"])
Code = Annotated[str, Field(pattern=r"^\d{12}$")]
Scope = Annotated[str, Field(pattern=r"^(organisation|region):[0-9a-fA-F-]{12,36}$")]


class Names(Schema):
    en: str
    zh: str


class BasisOut(Schema):
    title: str
    article: str


class RuleOut(Schema):
    id: str
    topic: str
    kind: Kind
    title: Names
    text: Names
    amount: float | None
    unit: Unit | None
    params: dict[str, Any]
    jurisdiction: str
    from_: date = Field(serialization_alias="from")
    until: date | None
    basis: list[BasisOut]
    source: str
    confidence: Confidence


class Rules(Schema):
    items: list[RuleOut]
    next: str | None = None


class DutyOut(Schema):
    ref: UUID
    rule: str
    title: Names
    owner: str
    region: str
    since: date
    due_on: date
    provisional: bool
    state: State
    days_late: int
    about: UUID | None
    owed_to: str | None


class Duties(Schema):
    items: list[DutyOut]
    next: str | None


@router.get("/rules", response=Rules, by_alias=True, auth=None, operation_id="rulebook_rules")
def rules(
    request: Request, on: date | None = None, region: Annotated[Code | None, Query()] = None,
    topic: Annotated[str, Query(max_length=60)] = "", q: Annotated[str, Query(max_length=100)] = "",
) -> dict[str, Any]:
    """The rules in force on a day (today's when none is given) in a region, by id."""
    found = queries.in_force(on=on or timezone.localdate(request.at), region=region, topic=topic, text=q)
    return {"items": [_rule(rule) for rule in found]}


@router.get("/rules/{id}", response=RuleOut, by_alias=True, auth=None, operation_id="rulebook_rule")
def rule(
    request: Request, id: str, on: date | None = None, region: Annotated[Code | None, Query()] = None
) -> dict[str, Any]:
    """The version of a rule that is in force on a day in a region, the most local one first."""
    return _rule(queries.rule(id, on=on or timezone.localdate(request.at), region=region))


@router.get("/duties", response=Duties, auth=None, operation_id="rulebook_duties")
def duties(
    request: Request, owner: Annotated[Scope | None, Query()] = None, state: State | None = None,
    region: Annotated[Code | None, Query()] = None, after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What organisations (`organisation:REF`) and offices (`region:CODE`) owe, the most urgent first.

    What a duty is about, and to whom it is owed, is told to the offices that watch over its region only.
    """
    found = queries.duties(on=timezone.localdate(request.at), public=True, owner=owner, state=state, region=region,
                           after=after, most=limit + 1)
    items = [_duty(duty, open=SEE in request.actor.held(REGION + duty.region_code)) for duty in found[:limit]]
    return {"items": items, "next": str(found[limit - 1].ref) if len(found) > limit else None}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "topic": rule.topic, "kind": rule.kind, "title": _names(rule.title), "text": _names(rule.text),
        "amount": None if rule.figure is None else float(rule.figure), "unit": rule.unit, "params": dict(rule.params),
        "jurisdiction": rule.jurisdiction, "from_": rule.from_, "until": None if rule.until == ALWAYS else rule.until,
        "basis": [{"title": basis.title, "article": basis.article} for basis in rule.basis], "source": rule.source,
        "confidence": rule.confidence,
    }


def _duty(duty: DutyCard, *, open: bool) -> dict[str, Any]:
    return {
        "ref": duty.ref, "rule": duty.rule_id, "title": _names(duty.title), "owner": duty.owner,
        "region": duty.region_code, "since": duty.since, "due_on": duty.due_on, "provisional": duty.provisional,
        "state": duty.state, "days_late": duty.days_late, "about": duty.about if open else None,
        "owed_to": duty.owed_to if open else None,
    }


def _names(text: str) -> dict[str, str]:
    return {"en": str(text), "zh": text.zh if isinstance(text, Both) else str(text)}
