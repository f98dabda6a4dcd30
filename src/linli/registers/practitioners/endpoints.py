from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Header, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.registers.practitioners import actions, queries
from linli.registers.practitioners.rules import Tone

router = Router(tags=["practitioners"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class Paper(Schema):
    kind: str
    level: str
    name: str
    issuer: str
    last_day: date | None
    valid: bool


class RemarkOut(Schema):
    kind: str
    title: str
    detail: str
    from_on: date
    last_day: date | None


class Passport(Schema):
    number: str
    name: str
    title: str
    organisation: UUID
    organisation_name: str
    colour: Tone
    reasons: list[str]
    rule: str
    on: date
    credentials: list[Paper]
    remarks: list[RemarkOut] = Field(description="Honours, and sanctions in force.")


class Enrolment(Schema):
    organisation: UUID
    name: str
    id_number: str
    phone: str = ""
    title: str
    gender: str = ""
    languages: list[str] = Field(default_factory=lambda: ["zh"])
    joined_on: date | None = None
    consented: bool


class CredentialIn(Schema):
    kind: str
    level: str = Field("", description="Of trades that know levels.")
    number: str = ""
    issuer: str = ""
    valid_from: date
    valid_until: date | None = Field(None, description="The first day on which it no longer holds.")


class Withdrawal(Schema):
    why: str


class CredentialOut(Schema):
    ref: UUID
    kind: str
    level: str
    issuer: str
    valid_from: date
    last_day: date | None
    valid: bool
    withdrawn: str | None


class PractitionerOut(Schema):
    ref: UUID
    organisation: UUID
    number: str
    name: str
    title: str
    gender: str
    languages: list[str]
    state: str
    colour: Tone
    reasons: list[str]
    credentials: list[CredentialOut]


@router.get("/passports/{number}", response=Passport, auth=None, operation_id="practitioners_passport")
def passport(request: Request, number: str) -> dict[str, Any]:
    """What the passport with this number shows today."""
    card = queries.passport(number, on=timezone.localdate(request.at))
    return {
        "number": card.number, "name": card.name, "title": card.title, "organisation": card.organisation,
        "organisation_name": card.organisation_name, "colour": card.colour.colour,
        "reasons": [speak(reason) for reason in card.colour.reasons], "rule": card.colour.rule, "on": card.on,
        "credentials": [
            {"kind": paper.kind, "level": paper.level, "name": speak(paper.name), "issuer": paper.issuer,
             "last_day": paper.last_day, "valid": paper.valid} for paper in card.papers
        ],
        "remarks": [
            {"kind": one.kind, "title": speak(one.title), "detail": speak(one.detail), "from_on": one.from_,
             "last_day": one.until and one.until - timedelta(days=1)} for one in card.remarks
        ],
    }


@router.get("/practitioners/{uuid:ref}", response=PractitionerOut, operation_id="practitioners_practitioner")
def practitioner(request: Request, ref: UUID) -> dict[str, Any]:
    """One of one's own organisation's staff, or oneself."""
    return _out(request, ref)


@router.post(
    "/practitioners", response={200: PractitionerOut, 201: PractitionerOut}, operation_id="practitioners_enrol"
)
def enrol(request: Request, body: Enrolment, key: Key) -> Status[Any]:
    """Put somebody on the staff by name and ID number."""
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["practitioners_enrol", body.dict()],
        do=lambda: actions.enrol(**body.dict(), by=by, at=at),
    )
    return Status(201 if outcome.new else 200, _out(request, outcome.ref))


@router.post(
    "/practitioners/{uuid:ref}/credentials", response={200: PractitionerOut, 201: PractitionerOut},
    operation_id="practitioners_record_credential",
)
def record_credential(request: Request, ref: UUID, body: CredentialIn, key: Key) -> Status[Any]:
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["practitioners_record_credential", str(ref), body.dict()],
        do=lambda: actions.record_credential(ref, **body.dict(), by=by, at=at),
    )
    return Status(201 if outcome.new else 200, _out(request, ref))


@router.post(
    "/practitioners/{uuid:ref}/credentials/{uuid:credential}/withdraw", response=PractitionerOut,
    operation_id="practitioners_withdraw_credential",
)
def withdraw_credential(request: Request, ref: UUID, credential: UUID, body: Withdrawal) -> dict[str, Any]:
    actions.withdraw_credential(credential, why=body.why, practitioner=ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/practitioners/{uuid:ref}/leave", response=PractitionerOut, operation_id="practitioners_leave")
def leave(request: Request, ref: UUID) -> dict[str, Any]:
    actions.leave(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/practitioners/{uuid:ref}/rejoin", response=PractitionerOut, operation_id="practitioners_rejoin")
def rejoin(request: Request, ref: UUID) -> dict[str, Any]:
    actions.rejoin(ref, by=request.actor, at=request.at)
    return _out(request, ref)


def _out(request: Request, ref: UUID) -> dict[str, Any]:
    found = queries.file(ref, by=request.actor, on=timezone.localdate(request.at))
    card = found.card
    return {
        "ref": card.ref, "organisation": card.organisation, "number": card.number, "name": card.name,
        "title": card.title, "gender": card.gender, "languages": list(card.languages), "state": card.state,
        "colour": found.colour.colour, "reasons": [speak(reason) for reason in found.colour.reasons],
        "credentials": [
            {"ref": paper.ref, "kind": paper.kind, "level": paper.level, "issuer": paper.issuer,
             "valid_from": paper.valid_from, "last_day": paper.last_day, "valid": paper.valid,
             "withdrawn": paper.withdrawn}
            for paper in found.credentials
        ],
    }
