from datetime import datetime
from uuid import UUID

from ninja import Router, Schema

from linli.kernel.doors import Request, speak
from linli.registers.accounts import access, queries

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
