from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db.models import Q

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.practitioners import queries as practitioners
from linli.work.orders import access, rules
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import OrderLine, Page
from linli.work.orders.states import COMING, DONE, OPEN, SEE, State


def listed(
    *, by: Actor, at: datetime, state: Collection[str] | None = None, provider: UUID | None = None, region: str = "",
    need: UUID | None = None, after: UUID | None = None, most: int = 20,
) -> Page:
    """What the actor may know of, newest first, past `after`; five queries at most."""
    rows = access.orders(by)
    rows = rows.filter(state__in=state) if state is not None else rows
    rows = rows.filter(provider=provider) if provider else rows
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    rows = rows.filter(need=need) if need else rows
    rows = rows.filter(ref__lt=after) if after else rows
    found = list(rows.order_by("-ref")[: most + 1])
    return Page(tuple(lines(found[:most], by=by, at=at)), found[most - 1].ref if len(found) > most else None)


def mine(by: Actor, *, at: datetime, done: bool = False, after: UUID | None = None, most: int = 20) -> Page:
    """The orders of this person and of those whom they act for: going on by date, or done, newest first."""
    rows = Order.objects.filter(person__ref__in=by.refs(SEE, "person"))
    gone = Q(state=State.HELD, hold_until__lte=at)
    if done:
        rows = rows.filter(Q(state__in=DONE) | gone)
        rows = rows.filter(ref__lt=after) if after else rows
        found = list(rows.order_by("-ref")[: most + 1])
        return Page(tuple(lines(found[:most], by=by, at=at)), found[most - 1].ref if len(found) > most else None)
    return Page(tuple(lines(rows.filter(~gone, state__in=OPEN).order_by("begin", "pk")[:100], by=by, at=at)), None)


def of_need(need: UUID, *, by: Actor, at: datetime) -> list[OrderLine]:
    """The orders of a need that the actor may know of, by date."""
    return lines(access.orders(by).filter(need=need).order_by("begin", "pk"), by=by, at=at)


def lines(
    rows: Iterable[Order], *, by: Actor, at: datetime, sent: Mapping[UUID, str] = MappingProxyType({})
) -> list[OrderLine]:
    """Orders as list entries; three queries for all names. `sent` are names of practitioners known already."""
    found = list(rows)
    provider = organisations.names({row.provider for row in found})
    unknown = {row.practitioner for row in found if row.practitioner and row.practitioner not in sent}
    names = {**sent, **(practitioners.names(unknown) if unknown else {})}
    whom = _names(found, by=by)
    answer: dict[str, timedelta] = {}
    for row in found:
        if row.state == State.BOOKED and row.region_code not in answer:
            answer[row.region_code] = rulebook.rule(rules.ANSWER, on=rules.day(at), region=row.region_code).span
    return [_line(row, provider.get(row.provider, ""), names, whom.get(row.person_id, ""), answer, at) for row in found]


def _line(row: Order, provider: str, names: dict[UUID, str], person: str, answer: dict[str, timedelta],
          at: datetime) -> OrderLine:
    answer_by = None
    if row.state == State.BOOKED and row.booked_at:
        answer_by = min(row.booked_at + answer[row.region_code], row.begin)
    return OrderLine(
        row.ref, row.number or "", row.need, row.person_id, person, row.service_id, row.service_name, row.category,
        row.provider, provider, row.practitioner, names.get(row.practitioner, "") if row.practitioner else "",
        row.begin, row.until, access.state(row, at=at), row.hold_until, answer_by, row.price_fen, row.subsidy_fen,
        row.mode, row.region_code, row.series, row.series_no, row.series_of, row.grade, row.booked_at,
    )


def _names(rows: Collection[Order], *, by: Actor) -> dict[UUID, str]:
    """Names, in clear to who is them or acts for them, and to the provider's side while somebody is on the way."""
    refs = {row.person_id for row in rows}
    if not refs:
        return {}
    clear = {row.person_id for row in rows if on_the_way(row, by=by)}
    found = people.names(refs - clear, by=by) if refs - clear else {}
    return found | (people.names(clear, masked=False) if clear else {})


def on_the_way(row: Order, *, by: Actor) -> bool:
    """Whether the actor visits this person: the provider and whom it sends, from acceptance until the visit is over."""
    if row.state not in COMING:
        return False
    sent = [f"practitioner:{row.practitioner}"] if row.practitioner else []
    return SEE in by.held(f"organisation:{row.provider}", *sent)
