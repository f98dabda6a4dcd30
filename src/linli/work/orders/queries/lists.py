from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.people.queries import Known
from linli.registers.practitioners import queries as practitioners
from linli.work.orders import access, rules
from linli.work.orders.models import Dispute, Order
from linli.work.orders.queries.cards import BundleMark, OrderLine, Page
from linli.work.orders.rules import Stay
from linli.work.orders.states import COMING, DONE, OPEN, SEE, DisputeState, State


def listed(
    *, by: Actor, at: datetime, state: Collection[str] | None = None, provider: UUID | None = None, region: str = "",
    need: UUID | None = None, after: UUID | None = None, most: int = 20,
) -> Page:
    """What the actor may know of, newest first, past `after`; one query."""
    rows = whole(access.orders(by))
    rows = rows.filter(state__in=state) if state is not None else rows
    rows = rows.filter(provider=provider) if provider else rows
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    rows = rows.filter(need=need) if need else rows
    rows = rows.filter(ref__lt=after) if after else rows
    found = list(rows.order_by("-ref")[: most + 1])
    return Page(tuple(lines(found[:most], by=by, at=at)), found[most - 1].ref if len(found) > most else None)


def mine(by: Actor, *, at: datetime, done: bool = False, after: UUID | None = None, most: int = 20) -> Page:
    """The orders of this person and of those whom they act for: going on by date, or done, newest first."""
    rows = whole(Order.objects.filter(person__ref__in=by.refs(SEE, "person")))
    gone = _gone(at)
    if done:
        rows = rows.filter(Q(state__in=DONE) | gone)
        rows = rows.filter(ref__lt=after) if after else rows
        found = list(rows.order_by("-ref")[: most + 1])
        return Page(tuple(lines(found[:most], by=by, at=at)), found[most - 1].ref if len(found) > most else None)
    return Page(tuple(lines(rows.filter(~gone, state__in=OPEN).order_by("begin", "pk")[:100], by=by, at=at)), None)


def all_mine(
    by: Actor, *, at: datetime, known: Known, most: int = 20, most_going: int = 100
) -> tuple[tuple[OrderLine, ...], Page]:
    """`mine` twice: what is going on, and the first page of what is done; one query where the people are known."""
    over = Case(When(Q(state__in=DONE) | _gone(at), then=Value(1)), default=Value(0))
    rows = whole(Order.objects.filter(person__ref__in=by.refs(SEE, "person"))).annotate(over=over).order_by(
        "over", Case(When(over=0, then=F("begin"))), "-ref")
    found = list(rows[: most_going + most + 1])
    going = [row for row in found if not row.over]
    if len(going) > most_going:  # it pushed out what is done
        return tuple(lines(going[:most_going], by=by, at=at, known=known)), mine(by, at=at, done=True, most=most)
    done = found[len(going):]
    page = Page(tuple(lines(done[:most], by=by, at=at, known=known)), done[most - 1].ref if len(done) > most else None)
    return tuple(lines(going, by=by, at=at, known=known)), page


def _gone(at: datetime) -> Q:
    return Q(state=State.HELD, hold_until__lte=at)


def of_need(need: UUID, *, by: Actor, at: datetime) -> list[OrderLine]:
    """The orders of a need that the actor may know of, by date."""
    return lines(whole(access.orders(by)).filter(need=need).order_by("begin", "pk"), by=by, at=at)


def whole(rows: QuerySet[Order]) -> QuerySet[Order]:
    """The rows as `lines` needs them: with their people, and the names of provider and practitioner."""
    return rows.select_related("person__key", "bundled").annotate(
        before=F("service__setup_minutes"), after=F("service__buffer_minutes"),
        provider_name=organisations.named("provider"), practitioner_name=practitioners.named("practitioner"))


def disputed(rows: QuerySet[Order]) -> QuerySet[Order]:
    """`whole` rows with what became of a dispute, if there was one that was not taken back."""
    standing = Dispute.objects.filter(order=OuterRef("pk")).exclude(state=DisputeState.WITHDRAWN)
    return whole(rows).annotate(dispute_ref=Subquery(standing.values("ref")[:1]),
                                dispute_state=Subquery(standing.values("state")[:1]))


def lines(
    rows: Iterable[Order], *, by: Actor, at: datetime, known: Known | None = None
) -> list[OrderLine]:
    """`whole` orders as list entries; the people from their rows where they are not `known` already."""
    found = list(rows)
    whom = known or Known(row.person for row in found)
    answer: dict[str, timedelta] = {}
    for row in found:
        if row.state == State.BOOKED and row.region_code not in answer:
            answer[row.region_code] = rulebook.rule(rules.ANSWER, on=rules.day(at), region=row.region_code).span
    return [_line(row, _name(row, whom, by=by), answer, at) for row in found]


def _line(row: Any, person: str, answer: dict[str, timedelta], at: datetime) -> OrderLine:
    answer_by = None
    if row.state == State.BOOKED and row.booked_at:
        answer_by = min(row.booked_at + answer[row.region_code], row.begin)
    return OrderLine(
        row.ref, row.number or "", row.need, row.person_id, person, row.service_id, row.service_name, row.category,
        row.provider, row.provider_name or "", row.practitioner, row.practitioner_name or "",
        row.begin, row.until, access.state(row, at=at), row.hold_until, answer_by, row.price_fen, row.subsidy_fen,
        row.mode, row.region_code, row.series, row.series_no, row.series_of, row.grade, row.booked_at,
        row.slot, row.reduced_fen, bundle=_mark(row), party=row.party, places=row.places, unit=row.unit,
        stay=stay(row),
    )


def stay(row: Any) -> Stay:
    """How a `whole` row fills a practitioner's day: with what its service keeps free before and after."""
    if not hasattr(row, "before"):
        card = directory.service(row.service_id)
        return stay_of(row.begin, row.until, card.setup_minutes, card.buffer_minutes, row.cell)
    return stay_of(row.begin, row.until, row.before, row.after, row.cell)


def stay_of(begin: datetime, until: datetime, before: int, after: int, cell: int | None) -> Stay:
    """The same from plain values, minutes."""
    return Stay(begin, until, timedelta(minutes=before), timedelta(minutes=after), cell)


def _mark(row: Any) -> BundleMark | None:
    found = row._state.fields_cache.get("bundled")  # asked for with the row, by `whole`
    return BundleMark(found.booking, found.bundle_id, found.name, found.no, found.of) if found else None


def _name(row: Order, known: Known, *, by: Actor) -> str:
    """In clear to who is them or acts for them, and to the provider's side while somebody is on the way."""
    clear = on_the_way(row, by=by) or people.stands_for(row.person_id, by=by)
    return known.name(row.person_id, masked=not clear)


def on_the_way(row: Order, *, by: Actor) -> bool:
    """Whether the actor visits this person: the provider and whom it sends, from acceptance until the visit is over."""
    if row.state not in COMING:
        return False
    sent = [f"practitioner:{row.practitioner}"] if row.practitioner else []
    return SEE in by.held(f"organisation:{row.provider}", *sent)
