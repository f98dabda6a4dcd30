from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Query, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.directory import actions, queries
from linli.registers.directory.endpoints.services import After, Key, Limit, Names, Region, router
from linli.registers.directory.queries import BundleCard


class CapacityRow(Schema):
    unit: Annotated[str, Field(max_length=20)]
    maximum: Annotated[int, Field(ge=1, le=1_000_000)]
    available: Annotated[int, Field(ge=0, le=1_000_000)]
    group: Annotated[str, Field(max_length=40)] = ""
    funded_percent: Annotated[int, Field(ge=0, le=100)] = 0
    waiting_list: bool = False


class CapacityOut(CapacityRow):
    """`updated_at` is when it was counted last; not `fresh`: so long ago that it may have changed."""

    updated_at: datetime
    fresh: bool


class ResourceRow(Schema):
    kind: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=1000)]
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1
    url: Annotated[str, Field(max_length=1000)] = ""


class Capacities(Schema):
    capacities: Annotated[tuple[CapacityRow, ...], Field(max_length=100)]


class Resources(Schema):
    resources: Annotated[tuple[ResourceRow, ...], Field(max_length=100)]


class Supply(Schema):
    """What a service said about its places, and what it works with."""

    service: UUID
    capacities: list[CapacityOut]
    resources: list[ResourceRow]


class PartRow(Schema):
    service: UUID
    times: Annotated[int, Field(ge=1, le=100)] = 1
    role: Annotated[str, Field(max_length=20)] = "main"


class BundleIn(Schema):
    kind: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=1000)]
    summary: Annotated[str, Field(max_length=5000)]
    services: Annotated[tuple[PartRow, ...], Field(max_length=40)]
    price_fen: Annotated[int | None, Field(ge=0, le=100_000_000)] = None


class BundleOf(BundleIn):
    organisation: UUID


class PartOut(Schema):
    service: UUID
    name: str
    category: str
    times: int
    role: str
    agreed: bool


class BundleOut(Schema):
    ref: UUID
    provider: UUID
    provider_name: str
    kind: str
    kind_name: Names
    name: str
    summary: str
    price_fen: int
    worth_fen: int
    state: str
    open: bool
    parts: list[PartOut]
    demo: bool


class Bundles(Schema):
    items: list[BundleOut]
    next: str | None


@router.get("/services/{uuid:ref}/supply", response=Supply, auth=None, operation_id="directory_supply")
def supply(request: Request, ref: UUID) -> dict[str, Any]:
    """Live capacity by group, and equipment and other resources."""
    since = queries.capacity_fresh_since(request.at, queries.service_for(ref, by=request.actor).region)
    return {"service": ref, "capacities": [
        asdict(one) | {"fresh": one.updated_at is not None and one.updated_at >= since}
        for one in queries.capacities([ref]).get(ref, [])],
            "resources": queries.resources([ref]).get(ref, [])}


@router.post("/services/{uuid:ref}/set-capacities", response=Supply, operation_id="directory_set_capacities")
def set_capacities(request: Request, ref: UUID, body: Capacities) -> dict[str, Any]:
    """Say how many can be taken and how many places are free; replaces what was said."""
    rows = [actions.Capacity(**row.dict()) for row in body.capacities]
    actions.set_capacities(ref, capacities=rows, by=request.actor, at=request.at)
    return supply(request, ref)


@router.post("/services/{uuid:ref}/set-resources", response=Supply, operation_id="directory_set_resources")
def set_resources(request: Request, ref: UUID, body: Resources) -> dict[str, Any]:
    """Say what the service works with; replaces what was said."""
    rows = [actions.Resource(**row.dict()) for row in body.resources]
    actions.set_resources(ref, resources=rows, by=request.actor, at=request.at)
    return supply(request, ref)


@router.get("/bundles", response=Bundles, auth=None, operation_id="directory_bundles")
def bundles(
    request: Request, kind: Annotated[str, Query(max_length=40)] = "",
    region: Annotated[Region | None, Query()] = None, limit: Limit = 20, after: After = "",
) -> dict[str, Any]:
    """Bundles of services across fields that can be had as a whole."""
    skip = int(after or 0)
    found, total = queries.bundles(kind=kind, region=region or "", start=skip, most=limit)
    return {"items": [_bundle(card) for card in found], "next": str(skip + limit) if skip + limit < total else None}


@router.get("/bundles/{uuid:ref}", response=BundleOut, auth=None, operation_id="directory_bundle")
def bundle(request: Request, ref: UUID) -> dict[str, Any]:
    return _bundle(queries.bundle(ref, by=request.actor))


@router.post("/bundles", response={200: BundleOut, 201: BundleOut}, operation_id="directory_draft_bundle")
def draft_bundle(request: Request, body: BundleOf, key: Key) -> Status[Any]:
    """Put services of several fields together; partners are asked to agree."""
    by, at = request.actor, request.at
    outcome = journal.once(
        key, by=by, at=at, body=["directory_draft_bundle", body.dict()],
        do=lambda: actions.draft_bundle(body.organisation, by=by, at=at, **_said(body)))
    return Status(201 if outcome.new else 200, _bundle(queries.bundle(outcome.ref, by=by)))


@router.post("/bundles/{uuid:ref}/change", response=BundleOut, operation_id="directory_change_bundle")
def change_bundle(request: Request, ref: UUID, body: BundleIn) -> dict[str, Any]:
    """Change a draft."""
    actions.change_bundle(ref, by=request.actor, at=request.at, **_said(body))
    return _bundle(queries.bundle(ref, by=request.actor))


@router.post("/bundles/{uuid:ref}/{move}", response=BundleOut, operation_id="directory_move_bundle")
def move_bundle(request: Request, ref: UUID, move: Literal["agree", "list", "withdraw"]) -> dict[str, Any]:
    """A step in the life of a bundle."""
    act = {"agree": actions.agree_to_bundle, "list": actions.list_bundle, "withdraw": actions.withdraw_bundle}[move]
    act(ref, by=request.actor, at=request.at)
    return _bundle(queries.bundle(ref, by=request.actor))


def _said(body: BundleIn) -> dict[str, Any]:
    return {"kind": body.kind, "name": body.name, "summary": body.summary, "price_fen": body.price_fen,
            "services": [actions.Chosen(row.service, row.times, row.role) for row in body.services]}


def _bundle(card: BundleCard) -> dict[str, Any]:
    same = ("ref", "provider", "provider_name", "kind", "name", "summary", "price_fen", "worth_fen", "state", "open")
    return {name: getattr(card, name) for name in same} | {
        "kind_name": card.kind_label, "demo": card.is_demo, "parts": [{
            "service": part.service, "name": part.card.name, "category": part.card.category, "times": part.times,
            "role": part.role, "agreed": part.agreed} for part in card.parts]}
