from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Query, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.organisations import actions, queries
from linli.registers.organisations.endpoints.shapes import At, Code, Key, OrganisationOut, SiteOut, out, router, site
from linli.registers.organisations.rules import Kind


class Application(Schema):
    kind: Kind
    name: str
    uscc: str
    region: Code
    address: str
    phone: str
    introduction: str = ""
    short_name: str = ""
    english_name: str = ""


class Reasons(Schema):
    reasons: str


class ClaimIn(Schema):
    kind: Annotated[str, Field(max_length=20)]
    uscc: Annotated[str, Field(max_length=40)]
    phone: Annotated[str, Field(max_length=40)]
    statement: Annotated[str, Field(max_length=4000)]


class ClaimOut(Schema):
    ref: UUID
    organisation: UUID
    organisation_name: str
    region: str
    uscc: str
    state: str
    reasons: str


class Claims(Schema):
    items: list[ClaimOut]
    next: str | None


class Description(Schema):
    phone: str
    introduction: str = ""
    short_name: str = ""
    english_name: str = ""


class Place(Schema):
    name: str
    address: str
    region: Code
    at: At | None = None
    phone: str = ""
    accessibility: list[str] = Field(default_factory=list)


@router.post(
    "/organisations", response={200: OrganisationOut, 201: OrganisationOut}, operation_id="organisations_apply_to_join"
)
def apply_to_join(request: Request, body: Application, key: Key) -> Status[Any]:
    """Ask to join. The answer goes to the person who asks."""
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["organisations_apply_to_join", body.dict()],
        do=lambda: actions.apply_to_join(**body.dict(), by=by, at=at),
    )
    return Status(201 if outcome.new else 200, out(queries.public(outcome.ref, by=by)))


@router.post("/organisations/{uuid:ref}/amend", response=OrganisationOut, operation_id="organisations_amend")
def amend(request: Request, ref: UUID, body: Application) -> dict[str, Any]:
    """Complete a returned application and send it again."""
    actions.amend(ref, **body.dict(), by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post("/organisations/{uuid:ref}/approve", response=OrganisationOut, operation_id="organisations_approve")
def approve(request: Request, ref: UUID) -> dict[str, Any]:
    actions.approve(ref, by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post("/organisations/{uuid:ref}/return", response=OrganisationOut, operation_id="organisations_return")
def return_(request: Request, ref: UUID, body: Reasons) -> dict[str, Any]:
    actions.return_(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post("/organisations/{uuid:ref}/refuse", response=OrganisationOut, operation_id="organisations_refuse")
def refuse(request: Request, ref: UUID, body: Reasons) -> dict[str, Any]:
    actions.refuse(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post("/organisations/{uuid:ref}/suspend", response=OrganisationOut, operation_id="organisations_suspend")
def suspend(request: Request, ref: UUID, body: Reasons) -> dict[str, Any]:
    actions.suspend(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post("/organisations/{uuid:ref}/restore", response=OrganisationOut, operation_id="organisations_restore")
def restore(request: Request, ref: UUID) -> dict[str, Any]:
    actions.restore(ref, by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post(
    "/organisations/{uuid:ref}/claim", response={200: ClaimOut, 201: ClaimOut}, operation_id="organisations_claim"
)
def claim(request: Request, ref: UUID, body: ClaimIn, key: Key) -> Status[Any]:
    """Say that one runs an organisation that a public list knows of."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["organisations_claim", str(ref), body.dict()],
                           do=lambda: actions.claim(ref, **body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, queries.claim(outcome.ref, by=by))


@router.get("/claims", response=Claims, operation_id="organisations_claims")
def claims(
    request: Request, state: Annotated[str, Query(max_length=10)] = "",
    after: Annotated[str, Query(max_length=12, pattern=r"^\d{0,6}$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """The claims in the regions of an officer."""
    skip = int(after or 0)
    found = queries.claims(by=request.actor, state=state, start=skip, most=limit)
    return {"items": found.items, "next": str(skip + limit) if skip + limit < found.count else None}


@router.get("/claims/{uuid:ref}", response=ClaimOut, operation_id="organisations_claimed")
def claimed(request: Request, ref: UUID) -> queries.ClaimCard:
    return queries.claim(ref, by=request.actor)


@router.post("/claims/{uuid:ref}/grant", response=ClaimOut, operation_id="organisations_grant_claim")
def grant_claim(request: Request, ref: UUID) -> queries.ClaimCard:
    """Let the claimant manage the organisation."""
    actions.grant_claim(ref, by=request.actor, at=request.at)
    return queries.claim(ref, by=request.actor)


@router.post("/claims/{uuid:ref}/refuse", response=ClaimOut, operation_id="organisations_refuse_claim")
def refuse_claim(request: Request, ref: UUID, body: Reasons) -> queries.ClaimCard:
    actions.refuse_claim(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return queries.claim(ref, by=request.actor)


@router.post("/organisations/{uuid:ref}/describe", response=OrganisationOut, operation_id="organisations_describe")
def describe(request: Request, ref: UUID, body: Description) -> dict[str, Any]:
    actions.describe(ref, **body.dict(), by=request.actor, at=request.at)
    return out(queries.public(ref, by=request.actor))


@router.post(
    "/organisations/{uuid:ref}/sites", response={200: SiteOut, 201: SiteOut}, operation_id="organisations_add_site"
)
def add_site(request: Request, ref: UUID, body: Place, key: Key) -> Status[Any]:
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["organisations_add_site", str(ref), body.dict()],
        do=lambda: actions.add_site(ref, **_place(body), by=by, at=at),
    )
    return Status(201 if outcome.new else 200, site(queries.site(outcome.ref)))


@router.post("/sites/{uuid:ref}/change", response=SiteOut, operation_id="organisations_change_site")
def change_site(request: Request, ref: UUID, body: Place) -> dict[str, Any]:
    actions.change_site(ref, **_place(body), by=request.actor, at=request.at)
    return site(queries.site(ref))


@router.post("/sites/{uuid:ref}/close", response=SiteOut, operation_id="organisations_close_site")
def close_site(request: Request, ref: UUID) -> dict[str, Any]:
    actions.close_site(ref, by=request.actor, at=request.at)
    return site(queries.site(ref))


def _place(body: Place) -> dict[str, Any]:
    return body.dict(exclude={"at"}) | {"lon": body.at and body.at.lon, "lat": body.at and body.at.lat}
