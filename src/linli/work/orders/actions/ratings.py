from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import queries as people
from linli.work.needs import actions as needs
from linli.work.orders import access, events, rules
from linli.work.orders.actions import endings, taking
from linli.work.orders.models import Order, Proof
from linli.work.orders.rules import Method
from linli.work.orders.states import LIFE, PENDING, State


@action
def confirm(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say that the visit took place as written down; the proof is worth more for it. Refuses: NotFound, NotAllowed,
    Conflict (not served, confirmed already)."""
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("confirm", state=row.state, held=access.held(row, by))
    require_undisputed(row)
    _confirmed(row, access.proof(row), by=by, at=at)
    row.state = state
    row.save(update_fields=["state", "confirmed_at", "confirmed_by"])


@action
def confirm_undisputed(ref: UUID, *, at: datetime) -> bool:
    """Count a visit as confirmed that nobody disputed for orders.auto_confirm_days; whether this call did.

    The proof is worth no more for it: nobody gave their word.
    """
    row = access.order(ref, by=SYSTEM, lock=True)
    if row.state != State.SERVED or row.disputes.filter(state__in=PENDING).exists():
        return False
    ended = access.proof(row).check_out_at
    if ended is None or at < ended + taking.amount(rules.AUTO_CONFIRM, row.region_code, at=at).span:
        return False
    confirm(ref, by=SYSTEM, at=at)
    return True


@action
def rate(ref: UUID, *, grade: int, comment: str = "", by: Actor, at: datetime) -> None:
    """Grade a visit from 1 (very dissatisfied) to 5, with a few words if wanted. It counts as the confirmation too.

    Refuses: NotFound, NotAllowed, Conflict (not served, rated already), RuleBroken (grade, comment, too late).
    """
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("rate", state=row.state, held=access.held(row, by))
    require_undisputed(row)
    rules.require_grade(grade)
    words = rules.comment(comment)
    proof = access.proof(row)
    ended = proof.check_out_at
    within = taking.amount(rules.RATE_WITHIN, row.region_code, at=at)
    if ended is None or at > ended + within.span:
        raise RuleBroken(N_("A service is rated within {days} days after it ended."), rule=rules.RATE_WITHIN,
                         days=within.amount)
    if row.state == State.SERVED:
        _confirmed(row, proof, by=by, at=at)
    row.state, row.grade, row.rated_at, row.rated_by = state, grade, at, by.ref
    row.comment_sealed = people.seal(row.person_id, words, context=access.words(row)) if words else None
    row.save(update_fields=["state", "grade", "comment_sealed", "rated_at", "rated_by", "confirmed_at", "confirmed_by"])
    journal.record(events.OrderRated(ref, row.service_id, row.provider, row.person_id, grade, row.region_code),
                   about=ref, by=by, at=at)


@action
def ask_for_ratings(refs: list[UUID], *, by: Actor, at: datetime) -> int:
    """Ask once for the rating of these finished visits; how many were asked for."""
    rows = Order.objects.select_for_update(of=("self",)).filter(
        ref__in=refs, state__in=[State.SERVED, State.CONFIRMED], reminded_on=None).order_by("pk")
    asked = list(rows)
    for row in asked:
        row.reminded_on = rules.day(at)
        row.save(update_fields=["reminded_on"])
        journal.record(events.RatingAsked(row.ref, row.person_id, row.provider, row.service_id, row.region_code),
                       about=row.ref, by=by, at=at)
    return len(asked)


def require_undisputed(row: Order) -> None:
    """Refuses: Conflict (a dispute about the visit waits for its decision)."""
    if row.disputes.filter(state__in=PENDING).exists():
        raise Conflict(N_("This visit is disputed. Wait for the decision, or take the dispute back first."))


def _confirmed(row: Order, proof: Proof, *, by: Actor, at: datetime) -> None:
    by_itself = by.ref == SYSTEM.ref
    row.confirmed_at, row.confirmed_by = at, by.ref
    if not by_itself:
        proof.resident_confirmed_at, proof.resident_confirmed_by = at, by.ref
        proof.worth = rules.grade(Method(proof.check_in_method), Method(proof.check_out_method), confirmed=True,
                                  capped=proof.capped)
        proof.save(update_fields=["resident_confirmed_at", "resident_confirmed_by", "worth"])
    if row.need and not endings.others_live(row):
        needs.mark_met(row.need, by=SYSTEM, at=at)
    journal.record(
        events.ServiceConfirmed(row.ref, row.person_id, row.provider, row.service_id, row.region_code,
                                proof.minutes or 0, proof.worth, by_itself), about=row.ref, by=by, at=at)
