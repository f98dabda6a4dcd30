"""What offices do with people's data: special groups for who may see them, and leave to open the data of minors."""
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, queries, rules
from linli.registers.people.endpoints.people import Key, Opening, router
from linli.registers.people.queries import PermitCard
from linli.registers.people.states import Permit


class Group(Schema):
    group: rules.Group
    name: str
    seen_by: str
    since: date
    until: date
    recorded_by: str


class Groups(Schema):
    items: list[Group]


class Membership(Schema):
    """`until`: the day on which it lapses; without, as long as the rule lets it hold."""

    group: Annotated[str, Field(max_length=20)]
    until: date | None = None


class Ended(Schema):
    group: Annotated[str, Field(max_length=20)]


class Count(Schema):
    """`welcoming` of them agreed to be called on unasked."""

    group: rules.Group
    name: str
    seen_by: str
    count: int
    welcoming: int


class Counts(Schema):
    items: list[Count]


class Member(Schema):
    """Masked."""

    ref: UUID
    number: str
    name: str
    region: str
    birth_year: int | None
    until: date
    welcome: bool


class Members(Schema):
    items: list[Member]
    next: str | None


class Leave(Schema):
    """A wish to open a field of somebody under 18, on which a second officer decides."""

    ref: UUID
    person: UUID
    number: str
    field: rules.Field
    label: str
    reason: str
    state: Permit
    asked_at: datetime
    asked_by: str
    until: datetime | None
    mine: bool
    moves: list[str]


class Leaves(Schema):
    items: list[Leave]


# Special groups


@router.get("/people/{uuid:ref}/groups", response=Groups, operation_id="people_groups_of")
def groups_of(request: Request, ref: UUID) -> dict[str, Any]:
    """The special groups noted for somebody, as far as the caller may see them."""
    found = queries.groups(ref, by=request.actor, at=request.at)
    return {"items": [asdict(one) | {"name": speak(one.name), "seen_by": speak(one.seen_by)} for one in found]}


@router.post("/people/{uuid:ref}/groups", response={200: Groups, 201: Groups}, operation_id="people_record_group")
def record_group(request: Request, ref: UUID, body: Membership, key: Key) -> Status[dict[str, Any]]:
    """Note that somebody belongs to a group, or renew it; the person is told."""
    by, at = request.actor, request.at

    def do() -> UUID:
        actions.record_group(ref, group=body.group, until=body.until, by=by, at=at)
        return ref

    outcome = journal.once(key, by=by, at=at, body=["people_record_group", str(ref), body.dict()], do=do)
    return Status(201 if outcome.new else 200, groups_of(request, ref))


@router.post("/people/{uuid:ref}/groups/end", response=Groups, operation_id="people_end_group")
def end_group(request: Request, ref: UUID, body: Ended) -> dict[str, Any]:
    """Somebody belongs to a group no longer, or never did."""
    actions.end_group(ref, group=body.group, by=request.actor, at=request.at)
    return groups_of(request, ref)


@router.get("/special-groups", response=Counts, operation_id="people_groups")
def groups(request: Request) -> dict[str, Any]:
    """How many people of the caller's regions belong to each group that the caller may see."""
    found = queries.group_counts(by=request.actor, on=timezone.localdate(request.at))
    return {"items": [asdict(one) | {"name": speak(one.name), "seen_by": speak(one.seen_by)} for one in found]}


@router.get("/special-groups/{group}", response=Members, operation_id="people_group")
def members(request: Request, group: str, after: str = "",
            limit: Annotated[int, Field(ge=1, le=100)] = 50) -> dict[str, Any]:
    """Who belongs to a group, masked, by Linli number; `next` is the `after` of the following page."""
    try:
        one = rules.group(group)
    except RuleBroken:
        raise NotFound(N_("There is no such group.")) from None
    found = queries.group_members(one, by=request.actor, on=timezone.localdate(request.at), after=after[:10],
                                  most=limit + 1)
    return {"items": [{"ref": card.ref, "number": card.number, "name": card.name, "region": card.region,
                       "birth_year": card.birth_year, "until": until, "welcome": welcome}
                      for card, until, welcome in found[:limit]],
            "next": found[limit - 1][0].number if len(found) > limit else None}


# Leave to open the data of minors


@router.post("/people/{uuid:ref}/leaves", response={200: Leave, 201: Leave}, operation_id="people_ask_to_open")
def ask_to_open(request: Request, ref: UUID, body: Opening, key: Key) -> Status[dict[str, Any]]:
    """Ask a second officer for leave to open a field of somebody under 18."""
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["people_ask_to_open", str(ref), body.dict()],
        do=lambda: actions.ask_to_open(ref, field=body.field, reason=body.reason, by=by, at=at))
    return Status(201 if outcome.new else 200, _one(request, outcome.ref))


@router.get("/leaves", response=Leaves, operation_id="people_leaves")
def leaves(request: Request) -> dict[str, Any]:
    """What officers want to open of minors in the caller's regions, the oldest first; for who allows it."""
    return {"items": [_leave(one) for one in queries.permits_waiting(by=request.actor)]}


@router.get("/leaves/{uuid:ref}", response=Leave, operation_id="people_leave")
def leave(request: Request, ref: UUID) -> dict[str, Any]:
    """One of them, for who asked and who decides."""
    return _one(request, ref)


@router.post("/leaves/{uuid:ref}/allow", response=Leave, operation_id="people_allow")
def allow(request: Request, ref: UUID) -> dict[str, Any]:
    """Allow it, for the hours of the rule and for one opening; never one's own wish."""
    actions.allow(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/leaves/{uuid:ref}/disallow", response=Leave, operation_id="people_disallow")
def disallow(request: Request, ref: UUID) -> dict[str, Any]:
    """Do not allow it."""
    actions.disallow(ref, by=request.actor, at=request.at)
    return _one(request, ref)


def _one(request: Request, ref: UUID) -> dict[str, Any]:
    return _leave(queries.permit(ref, by=request.actor))


def _leave(one: PermitCard) -> dict[str, Any]:
    return asdict(one) | {"label": speak(one.label), "reason": speak(one.reason),
                          "moves": [move.name for move in one.moves]}
