"""Bundles booked as a whole, for programs."""
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Query, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, say
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import actions, queries, rules
from linli.work.orders.endpoints.orders import Brief, Code, Key, Place, _brief, router

TIMES, UNFIT = 100, 20
"""So many times of a visit are told at most, and so many that do not fit."""


class WholeIn(Schema):
    """`slots` in the bundle's order, a service that is given several times as often; `modes` by service."""

    slots: Annotated[tuple[UUID, ...], Field(max_length=100)]
    modes: dict[UUID, Literal["on_site", "home", "remote"]] = Field(default_factory=dict)
    for_: UUID | None = Field(None, alias="for")
    address: Annotated[str, Field(max_length=rules.LONGEST_ADDRESS)] = ""
    at: Place | None = None


class TimeOut(Schema):
    ref: UUID
    from_: datetime = Field(serialization_alias="from")
    until: datetime


class WayOut(Schema):
    """From the visit before, by the assumptions of the rule orders.person_way; minutes are rounded up."""

    metres: int
    minutes: int


class UnfitOut(TimeOut):
    """A free time that does not fit, by which rule, and a sentence saying why."""

    rule: str
    why: str


class StepOut(Schema):
    """One visit: `planned` is the soonest time that follows the visits before it and the way from them; `times` those
    that fit the others, `unfit` the first of those that do not."""

    no: int
    service: UUID
    name: str
    planned: TimeOut | None
    way: WayOut | None
    times: list[TimeOut]
    unfit: list[UnfitOut]


class BundleTimes(Schema):
    bundle: UUID
    visits: list[StepOut]


class WholeOut(Schema):
    """What this caller may know of it: `of` visits there are in all. Sums are of the orders shown."""

    ref: UUID
    bundle: UUID
    name: str
    of: int
    alone_fen: int
    price_fen: int
    subsidy_fen: int
    amount_fen: int
    orders: list[Brief]
    cancellable: list[UUID]


class CancelWhole(Schema):
    reason: Code


@router.get("/bundles/{uuid:ref}/times", response=BundleTimes, auth=None, operation_id="orders_bundle_times",
            by_alias=True)
def bundle_times(
    request: Request, ref: UUID, for_: Annotated[UUID | None, Query(alias="for")] = None
) -> dict[str, Any]:
    """The visits of a bundle in order, a plan that can be booked at once, and the other times of each.

    Ways count between the places of services, and from and to the home of the person: `for`, else whoever asks. Times
    at which the person has to be elsewhere are not offered, and say so.
    """
    whom = people.person(for_, by=request.actor).ref if for_ else request.actor.person
    region = people.regions([whom]).get(whom, "") if whom else ""
    steps = queries.steps(directory.bundle(ref, by=request.actor), home=queries.home_of(region), person=whom,
                          by=request.actor, at=request.at)
    planned, lead = rules.plan(steps), rules.leading(steps)
    return {"bundle": ref, "visits": [
        {"no": n + 1, "service": step.service, "name": step.name, "planned": planned[n],
         "way": rules.way_to(step, steps[n - 1]) if n else None,
         "times": rules.open_times(steps, planned, n, lead)[:TIMES],
         "unfit": [{"ref": one.time.ref, "from_": one.time.from_, "until": one.time.until, "rule": one.why.rule,
                    "why": say(one.why)} for one in rules.unfit(steps, planned, n, lead)[:UNFIT]]}
        for n, step in enumerate(steps)]}


@router.post("/bundles/{uuid:ref}/book", response={200: WholeOut, 201: WholeOut}, operation_id="orders_book_bundle",
             by_alias=True)
def book_bundle(request: Request, ref: UUID, body: WholeIn, key: Key) -> Status[dict[str, Any]]:
    """Book every visit of a bundle, or none; the same key again gives the same booking."""
    outcome = journal.once(
        key, by=request.actor, at=request.at, body=["orders_book_bundle", ref, body.model_dump(mode="json")],
        do=lambda: actions.book_bundle(
            ref, slots=body.slots, modes=body.modes, person=body.for_, address=body.address,
            point=rules.position(body.at.lon, body.at.lat) if body.at else None, by=request.actor, at=request.at))
    return Status(201 if outcome.new else 200, bundle_booking(request, outcome.ref))


@router.get("/bundle-bookings/{uuid:ref}", response=WholeOut, operation_id="orders_bundle_booking", by_alias=True)
def bundle_booking(request: Request, ref: UUID) -> dict[str, Any]:
    """A bundle that was booked as a whole, with its orders."""
    card = queries.bundle_booking(ref, by=request.actor, at=request.at)
    return {name: getattr(card, name) for name in (
        "ref", "bundle", "name", "of", "alone_fen", "price_fen", "subsidy_fen", "cancellable")} | {
        "amount_fen": card.pays_fen, "orders": [_brief(line) for line in card.lines]}


@router.post("/bundle-bookings/{uuid:ref}/cancel", response=WholeOut, operation_id="orders_cancel_bundle",
             by_alias=True)
def cancel_bundle(request: Request, ref: UUID, body: CancelWhole) -> dict[str, Any]:
    """Cancel every visit that can still be, each by its own rules."""
    actions.cancel_bundle(ref, reason=body.reason, by=request.actor, at=request.at)
    return bundle_booking(request, ref)
