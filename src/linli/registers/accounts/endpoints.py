from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema, Status

from linli.kernel.doors import Request, speak
from linli.registers.accounts import access, actions, queries

router = Router(tags=["accounts"])


class Held(Schema):
    role: str
    name: str
    scope: str
    over: str
    until: datetime | None


class Me(Schema):
    """Whose token this is, and what it may do."""

    ref: UUID
    person: UUID | None
    name: str
    roles: list[Held]


@router.get("/me", response=Me, operation_id="accounts_me")
def me(request: Request) -> Me:
    card = queries.account(access.signed_in(request.actor), by=request.actor, at=request.at)
    return Me(ref=card.ref, person=card.person, name=card.name, roles=[
        Held(role=role.key, name=speak(role.name), scope=role.scope, over=role.over, until=role.until)
        for role in card.roles])


class Keeper(Schema):
    """Somebody who keeps an organisation's entry. `grant` is what putting them out names."""

    grant: UUID
    name: str
    since: datetime
    own: bool


class Keepers(Schema):
    items: list[Keeper]
    next: str | None = None


class Whom(Schema):
    """Somebody with an account, by what they sign in with and by their name."""

    sign_in: Annotated[str, Field(min_length=1, max_length=80)]
    name: Annotated[str, Field(min_length=1, max_length=60)]


class PutOut(Schema):
    grant: UUID


@router.get("/organisations/{uuid:ref}/keepers", response=Keepers, operation_id="accounts_keepers")
def keepers(request: Request, ref: UUID) -> dict[str, Any]:
    """Who keeps an organisation's entry, for who does."""
    return _keepers(request, ref)


@router.post("/organisations/{uuid:ref}/let-in", response=Keepers, operation_id="accounts_let_in")
def let_in(request: Request, ref: UUID, body: Whom) -> dict[str, Any]:
    """Let somebody keep the entry, too. 409 where they do already."""
    actions.let_in(ref, **body.dict(), by=request.actor, at=request.at)
    return _keepers(request, ref)


@router.post("/organisations/{uuid:ref}/hand-on", response={204: None}, operation_id="accounts_hand_on")
def hand_on(request: Request, ref: UUID, body: Whom) -> Status[None]:
    """Hand the entry on: from now on they keep it, and the caller no longer does."""
    actions.hand_on(ref, **body.dict(), by=request.actor, at=request.at)
    return Status(204, None)


@router.post("/organisations/{uuid:ref}/put-out", response=Keepers, operation_id="accounts_put_out")
def put_out(request: Request, ref: UUID, body: PutOut) -> dict[str, Any]:
    """Have somebody else keep the entry no longer."""
    actions.put_out(ref, grant=body.grant, by=request.actor, at=request.at)
    return _keepers(request, ref)


def _keepers(request: Request, ref: UUID) -> dict[str, Any]:
    return {"items": [{"grant": one.grant, "name": one.name, "since": one.since, "own": one.own}
                      for one in queries.keepers(ref, by=request.actor, at=request.at)]}
