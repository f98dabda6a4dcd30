from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Header, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.people import actions, queries, rules
from linli.registers.people.queries import PersonCard

router = Router(tags=["people"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Code = Annotated[str, Field(pattern=r"^\d{12}$")]


class Registration(Schema):
    """Somebody whom an agent has on the line, and who agrees to be registered."""

    name: Annotated[str, Field(max_length=200)]
    region: Code
    consent_by_phone: bool
    id_number: Annotated[str, Field(max_length=40)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    address: Annotated[str, Field(max_length=400)] | None = None
    birth_on: date | None = None
    gender: rules.Gender | None = None
    language: Annotated[str, Field(max_length=10)] = ""
    guardian: UUID | None = None
    agreed_for_child: bool = False
    """Of a child under 14: its `guardian`, registered already, agreed to the rules for children's data by itself."""


class Call(Schema):
    phone: Annotated[str, Field(max_length=40)]


class Opening(Schema):
    field: rules.Field
    reason: Annotated[str, Field(max_length=400)]


class Opened(Schema):
    field: rules.Field
    value: str


class Person(Schema):
    """Masked, but for oneself and whom one acts for."""

    ref: UUID
    number: str
    name: str
    phone: str
    id_number: str
    address: str
    birth_on: date | None
    birth_year: int | None
    gender: rules.Gender | None
    region: str
    language: str
    real_name_checked_at: datetime | None
    full: bool
    is_demo: bool


class People(Schema):
    items: list[Person]
    next: str | None = None


@router.post("/people", response={200: Person, 201: Person}, operation_id="people_register")
def register(request: Request, body: Registration, key: Key) -> Status[PersonCard]:
    """Register somebody who agreed to it on the phone."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["people_register", body.dict()],
                           do=lambda: actions.register(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, queries.person(outcome.ref, by=by))


@router.post("/people/find", response=People, operation_id="people_find")
def find(request: Request, body: Call) -> dict[str, list[PersonCard]]:
    """Who has this phone number, for agents; the number travels in the body, so that no log keeps it."""
    if "people.find" not in request.actor.permissions:
        raise NotAllowed(N_("This desk is for the hotline's agents."))
    return {"items": queries.find_by_phone(body.phone, by=request.actor)}


@router.get("/people/{uuid:ref}", response=Person, operation_id="people_person")
def person(request: Request, ref: UUID) -> PersonCard:
    return queries.person(ref, by=request.actor)


@router.post("/people/{uuid:ref}/open", response=Opened, operation_id="people_open_field")
def open_field(request: Request, ref: UUID, body: Opening) -> dict[str, str]:
    """One sealed field in clear. The person is told who opened it, and reads the reason."""
    value = actions.open_field(ref, field=body.field, reason=body.reason, by=request.actor, at=request.at)
    return {"field": body.field, "value": value}
