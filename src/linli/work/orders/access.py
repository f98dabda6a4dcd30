from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.work.orders.models import Dispute, Feed, Order, Proof, Wait
from linli.work.orders.rules import FeedKind, Scope, Side
from linli.work.orders.states import BOOK_FOR_UNIT, DECIDE, DISPUTE, HIDDEN, OWN, SEE, UNIT, WAIT, State


def orders(by: Actor) -> QuerySet[Order]:
    """What this actor may know of: own orders and those of whom they act for, of their organisation (once booked),
    those they are sent to, and those of their region."""
    if by.ref == SYSTEM.ref:
        return Order.objects.all()
    within = [Q(region_code__startswith=start) for start in by.scopes(SEE, "region")]
    if people := by.refs(SEE, "person"):
        within.append(Q(person__in=people))
    if practitioners := by.refs(SEE, "practitioner"):
        within.append(Q(practitioner__in=practitioners))
    if providers := by.refs(SEE, "organisation"):
        within.append(Q(~Q(state__in=HIDDEN), provider__in=providers))
    if units := by.refs(BOOK_FOR_UNIT, "organisation"):
        within.append(Q(unit__in=units))
    return Order.objects.filter(reduce(or_, within)) if within else Order.objects.none()


def order(ref: UUID, *, by: Actor, lock: bool = False,
          among: Callable[[QuerySet[Order]], QuerySet[Order]] = lambda rows: rows) -> Order:
    """One order, of rows that `among` has prepared. Refuses: NotFound (absent or hidden)."""
    if lock:
        row = Order.one(ref=ref, lock=True)
        row = row if row and sees(row, by) else None
    else:
        row = among(orders(by)).select_related("proof").filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such order."))
    return row


def sees(row: Order, by: Actor) -> bool:
    """Whether `orders` has this row."""
    if by.ref == SYSTEM.ref:
        return True
    own = [f"practitioner:{row.practitioner}"] if row.practitioner else []
    return SEE in by.held(f"person:{row.person_id}", f"region:{row.region_code}", *own) or (
        row.state not in HIDDEN and SEE in by.held(f"organisation:{row.provider}")) or of_unit(row, by)


def of_unit(row: Order, by: Actor) -> bool:
    """Whether this actor books for the organisation that a group was booked for."""
    return row.unit is not None and BOOK_FOR_UNIT in by.held(f"organisation:{row.unit}")


def proof(row: Order) -> Proof:
    """What is written down of a visit that has begun."""
    found = Proof.one(order=row.pk)
    assert found is not None  # check-in made it
    return found


def held(row: Order, by: Actor) -> frozenset[str]:
    """What this actor may do to this order."""
    if by.ref == SYSTEM.ref:
        return OWN
    scopes = [f"person:{row.person_id}", f"region:{row.region_code}", f"organisation:{row.provider}"]
    own = by.held(*scopes, *([f"practitioner:{row.practitioner}"] if row.practitioner else []))
    return own | UNIT if of_unit(row, by) else own


def state(row: Order, *, at: datetime) -> State:
    """As it stands at that moment: a hold that has run out counts as lapsed, whether or not the clock has passed by."""
    ran_out = row.state == State.HELD and row.hold_until is not None and row.hold_until <= at
    return State.LAPSED if ran_out else State(row.state)


def place(row: Order) -> str:
    """The context under which the address of an order is sealed."""
    return f"orders:{row.ref}:address"


def point(row: Order) -> str:
    """The context under which its point is sealed."""
    return f"orders:{row.ref}:point"


def called(row: Order, no: int) -> str:
    """The context under which the name of somebody who takes part is sealed."""
    return f"orders:{row.ref}:participant:{no}"


def words(row: Order) -> str:
    """The context under which a rating's comment is sealed."""
    return f"orders:{row.ref}:comment"


def waits(by: Actor) -> QuerySet[Wait]:
    """Where this actor, or somebody for whom they act, stands in line; of an office those of its region."""
    if by.ref == SYSTEM.ref:
        return Wait.objects.all()
    within = Q(person__in=by.refs(WAIT, "person"))
    for start in by.scopes(WAIT, "region"):
        within |= Q(region_code__startswith=start)
    return Wait.objects.filter(within)


def wait(ref: UUID, *, by: Actor, lock: bool = False) -> Wait:
    """Refuses: NotFound (absent or hidden)."""
    row = Wait.one(ref=ref, lock=lock)
    if row is None or by.ref != SYSTEM.ref and WAIT not in wait_held(row, by):
        raise NotFound(N_("You are not on this waiting list."))
    return row


def wait_held(row: Wait, by: Actor) -> frozenset[str]:
    """What this actor may do about this wait."""
    return OWN if by.ref == SYSTEM.ref else by.held(f"person:{row.person_id}", f"region:{row.region_code}")


def wait_place(row: Wait) -> str:
    """The context under which the address of a wait is sealed."""
    return f"waits:{row.ref}:address"


def wait_point(row: Wait) -> str:
    """The context under which its point is sealed."""
    return f"waits:{row.ref}:point"


def disputes(by: Actor) -> QuerySet[Dispute]:
    """What this actor may read: disputes of their own side, and those that they decide."""
    within = Q(order__person__in=by.refs(DISPUTE, "person")) | Q(order__provider__in=by.refs(DISPUTE, "organisation"))
    for permission in (DISPUTE, DECIDE):
        for start in by.scopes(permission, "region"):
            within |= Q(order__region_code__startswith=start)
    return Dispute.objects.filter(within).select_related("order__person")


def dispute(ref: UUID, *, by: Actor, lock: bool = False) -> Dispute:
    """With its order, which is locked before it. Refuses: NotFound (absent or hidden)."""
    found = disputes(by).filter(ref=ref).first()
    if found is None:
        raise NotFound(N_("There is no such dispute."))
    if lock:
        order = Order.one(id=found.order_id, lock=True)
        row = Dispute.one(ref=ref, lock=True)
        assert order is not None and row is not None  # neither is ever deleted
        row.order = order
        return row
    return found


def side(row: Order, by: Actor) -> Side | None:
    """On which side of a visit this actor stands: the resident's goes before; None for who is on neither."""
    if DISPUTE in by.held(f"person:{row.person_id}", f"region:{row.region_code}"):
        return Side.RESIDENT
    return Side.PROVIDER if DISPUTE in by.held(f"organisation:{row.provider}") else None


def statement(ref: UUID) -> str:
    """The context under which a statement is sealed."""
    return f"disputes:{ref}:text"


def reasons(row: Dispute) -> str:
    """The context under which the reasons of a decision are sealed."""
    return f"disputes:{row.ref}:reasons"


def sent(row: Order, by: Actor) -> bool:
    """Whether this actor is who goes, or went, on the visit."""
    return row.practitioner is not None and bool(by.held(f"practitioner:{row.practitioner}"))


def feed(ref: UUID, *, by: Actor, lock: bool = False) -> Feed:
    """A calendar of this account's own. Refuses: NotFound (absent or another's)."""
    row = Feed.one(ref=ref, lock=lock)
    if row is None or row.account != by.ref:
        raise NotFound(N_("There is no such calendar."))
    return row


def feeds_on(scope: Scope, by: Actor) -> bool:
    """Whether this actor may see what a calendar shows, now."""
    if scope.kind is FeedKind.OWN:
        return bool(by.refs(SEE, "person"))
    if scope.kind is FeedKind.PRACTITIONER:
        return scope.ref in by.refs(SEE, "practitioner")
    site = organisations.sites([scope.ref]).get(scope.ref) if scope.ref else None
    return site is not None and SEE in by.held(f"organisation:{site.organisation}")
