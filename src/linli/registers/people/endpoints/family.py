"""Acting for one another, with consent."""
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, actions, queries, rules
from linli.registers.people.endpoints.people import Key, router
from linli.registers.people.queries import RepresentationCard
from linli.registers.people.states import State


class Representation(Schema):
    """`mine`: the caller acts for `person`. `name` is the other side's, hidden while they are asked."""

    ref: UUID
    person: UUID
    representative: UUID
    name: str
    mine: bool
    kind: rules.Kind
    state: State
    label: str
    from_: Annotated[datetime | None, Field(alias="from")]
    until: datetime | None
    moves: list[str]


class Representations(Schema):
    items: list[Representation]


class Wish(Schema):
    """To act for somebody, by their name and ID number. `agreed`: they know of it and agree."""

    name: Annotated[str, Field(max_length=200)]
    id_number: Annotated[str, Field(max_length=40)]
    kind: rules.Kind = rules.Kind.FAMILY
    phone: Annotated[str, Field(max_length=40)] | None = None
    until: datetime | None = None
    agreed: bool
    agreed_for_child: bool = False
    """Of a child under 14: the guardian agrees to the rules for children's data, apart from all else."""


@router.get("/representations", response=Representations, by_alias=True, operation_id="people_representations")
def representations(request: Request) -> dict[str, Any]:
    """For whom the caller acts, who acts for them, and who asks to."""
    return {"items": [_card(one) for one in queries.family(request.actor, at=request.at)]}


@router.post("/representations", response={200: Representation, 201: Representation}, by_alias=True,
             operation_id="people_represent")
def represent(request: Request, body: Wish, key: Key) -> Status[dict[str, Any]]:
    """Act for somebody: at once where nobody registered them yet, else they, or who acts for them, are asked."""
    by, at = request.actor, request.at
    me = access.own(by)
    if not body.agreed:
        raise RuleBroken(N_("Ask for the person's consent first, and note that they gave it."), rule="PIPL Art. 13",
                         field="agreed")
    given = {name: value for name, value in body.dict().items() if name != "agreed"}
    outcome = journal.once(
        key, by=by, at=at, body=["people_represent", body.dict()],
        do=lambda: actions.represent_new(**given, representative=me, by=by, at=at).representation)
    return Status(201 if outcome.new else 200, _one(request, outcome.ref))


@router.post("/representations/{uuid:ref}/accept", response=Representation, by_alias=True,
             operation_id="people_accept")
def accept(request: Request, ref: UUID) -> dict[str, Any]:
    """Consent to being represented; for the person, or who may consent for them."""
    actions.accept(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/representations/{uuid:ref}/end", response={204: None}, operation_id="people_end_representation")
def end_representation(request: Request, ref: UUID) -> Status[None]:
    """End it, or decline it while it waits; either side may."""
    actions.end_representation(ref, by=request.actor, at=request.at)
    return Status(204, None)


def _one(request: Request, ref: UUID) -> dict[str, Any]:
    return _card(queries.representation(ref, by=request.actor, at=request.at))


def _card(one: RepresentationCard) -> dict[str, Any]:
    return {"ref": one.ref, "person": one.person, "representative": one.representative, "name": speak(one.name),
            "mine": one.mine, "kind": one.kind, "state": one.state, "label": speak(one.label), "from": one.from_,
            "until": one.until, "moves": [move.name.replace("_", "-") for move in one.moves]}
