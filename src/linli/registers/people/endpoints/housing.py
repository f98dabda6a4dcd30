"""Households for programs: who lives together, by the consent of each."""
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.people import actions, queries, rules
from linli.registers.people.endpoints.people import Code, Key, router
from linli.registers.people.queries import HouseholdCard, InvitationCard
from linli.registers.people.states import Living


class HouseholdMember(Schema):
    """The name is masked but for oneself and whom one acts for; `relation_code` is that of GB/T 4761-2008."""

    ref: UUID
    person: UUID
    name: str
    relation: rules.Relation
    relation_code: str
    label: str
    state: Living
    since: datetime | None
    moves: list[str]


class Household(Schema):
    """The address is in clear for who lives there and who acts for them, else hidden."""

    ref: UUID
    head: UUID
    region: str
    address: str
    formed_at: datetime
    household_members: list[HouseholdMember]


class Invitation(Schema):
    ref: UUID
    household: UUID
    person: UUID
    name: str
    head_name: str
    relation: rules.Relation
    label: str
    state: Living
    asked_at: datetime
    moves: list[str]


class Invitations(Schema):
    items: list[Invitation]


class Home(Schema):
    """Without address and region, those of the person hold. `moving_out`: they leave where they live until now."""

    address: Annotated[str, Field(max_length=400)] | None = None
    region: Code | None = None
    moving_out: bool = False


class Place(Schema):
    address: Annotated[str, Field(max_length=400)]
    region: Code


class Asked(Schema):
    """Either `person`, whom the caller acts for, or name and Linli number of somebody else."""

    relation: rules.Relation
    person: UUID | None = None
    name: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[str, Field(max_length=20)] = ""


class Stands(Schema):
    relation: rules.Relation


@router.get("/people/{uuid:ref}/household", response=Household, operation_id="people_household")
def household(request: Request, ref: UUID) -> dict[str, Any]:
    """With whom somebody lives: for themself, who acts for them, and the office of their region, masked."""
    return _home(request, ref)


@router.post("/people/{uuid:ref}/household", response={200: Household, 201: Household},
             operation_id="people_form_household")
def form_household(request: Request, ref: UUID, body: Home, key: Key) -> Status[dict[str, Any]]:
    """Note somebody as the head of a household of their own, at first alone."""
    by, at = request.actor, request.at

    def do() -> UUID:
        actions.form_household(ref, **body.dict(), by=by, at=at)
        return ref

    outcome = journal.once(key, by=by, at=at, body=["people_form_household", str(ref), body.dict()], do=do)
    return Status(201 if outcome.new else 200, _home(request, ref))


@router.post("/households/{uuid:ref}/move", response={204: None}, operation_id="people_move")
def move(request: Request, ref: UUID, body: Place) -> Status[None]:
    """The whole household lives elsewhere; its head says so."""
    actions.move(ref, address=body.address, region=body.region, by=request.actor, at=request.at)
    return Status(204, None)


@router.post("/households/{uuid:ref}/members", response={200: Invitation, 201: Invitation},
             operation_id="people_invite")
def invite(request: Request, ref: UUID, body: Asked, key: Key) -> Status[dict[str, Any]]:
    """Ask somebody to join; a child under 14 of the caller, or whom the caller may consent for, joins at once."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["people_invite", str(ref), body.dict()],
                           do=lambda: actions.invite(ref, **body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _one(request, outcome.ref))


@router.get("/household-invitations", response=Invitations, operation_id="people_invitations")
def invitations(request: Request) -> dict[str, Any]:
    """Who asks the caller, and those for whom they may consent, to join a household."""
    return {"items": [_asked(one) for one in queries.invitations(request.actor, at=request.at)]}


@router.post("/household-members/{uuid:ref}/join", response=Invitation, operation_id="people_join")
def join(request: Request, ref: UUID) -> dict[str, Any]:
    """Consent to living in the household; for the person, or who may consent for them."""
    actions.join(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/household-members/{uuid:ref}/leave", response={204: None}, operation_id="people_leave_household")
def leave(request: Request, ref: UUID) -> Status[None]:
    """Leave; decline or withdraw an invitation. Where the head leaves, somebody of age stands in, or it ends."""
    actions.leave(ref, by=request.actor, at=request.at)
    return Status(204, None)


@router.post("/household-members/{uuid:ref}/relation", response=Invitation, operation_id="people_relate")
def relate(request: Request, ref: UUID, body: Stands) -> dict[str, Any]:
    """Note anew how a member stands to the head."""
    actions.relate(ref, relation=body.relation, by=request.actor, at=request.at)
    return _one(request, ref)


def _home(request: Request, ref: UUID) -> dict[str, Any]:
    card: HouseholdCard | None = queries.household(ref, by=request.actor, at=request.at)
    if card is None:
        raise NotFound(N_("No household is noted for this person."))
    return {"ref": card.ref, "head": card.head, "region": card.region, "address": card.address,
            "formed_at": card.formed_at, "household_members": [{
                "ref": one.ref, "person": one.person, "name": one.name, "relation": one.relation,
                "relation_code": one.relation_code, "label": speak(one.relation_label), "state": one.state,
                "since": one.since, "moves": [move.name for move in one.moves]} for one in card.members]}


def _one(request: Request, ref: UUID) -> dict[str, Any]:
    return _asked(queries.invitation(ref, by=request.actor, at=request.at))


def _asked(one: InvitationCard) -> dict[str, Any]:
    return {"ref": one.ref, "household": one.household, "person": one.person, "name": one.name,
            "head_name": one.head_name, "relation": one.relation, "label": speak(one.label), "state": one.state,
            "asked_at": one.asked_at, "moves": [move.name for move in one.moves]}
