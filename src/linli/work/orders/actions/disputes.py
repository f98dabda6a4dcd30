from datetime import datetime
from io import BytesIO
from uuid import UUID

from linli.engines.archive import actions as archive
from linli.engines.archive.queries import Kind
from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import queries as people
from linli.work.needs import actions as needs
from linli.work.orders import access, events, rules
from linli.work.orders.actions import endings, taking
from linli.work.orders.models import Dispute, Order, Statement
from linli.work.orders.rules import Claim, Outcome, Side
from linli.work.orders.states import DISPUTES, LIFE, DisputeState, State


@action
def dispute(ref: UUID, *, claim: str, text: str, file: bytes = b"", by: Actor, at: datetime) -> UUID:
    """Say that what is written down of a visit is wrong, and why; with a picture or paper if there is one.

    The other side answers within orders.dispute_answer_days, the region's office decides within orders.dispute_decide.
    Refuses: NotFound, NotAllowed, Conflict (state; disputed already), RuleBroken (claim, text, file, too late).
    """
    row = access.order(ref, by=by, lock=True)
    LIFE.check("dispute", state=row.state, held=access.held(row, by))
    side = access.side(row, by)
    known = rules.claims(side, state=row.state, reason=row.reason) if side else ()
    if side is None or not known:
        raise NotAllowed(N_("There is nothing here that your side could dispute."))
    what = rules.require_claim(claim, known)
    within = taking.amount(rules.DISPUTE_WITHIN, row.region_code, at=at)
    if at > max(row.closed_at or row.until, row.rated_at or row.until) + within.span:
        raise RuleBroken(N_("A visit is disputed within {days} days. Call us if something serious happened."),
                         rule=rules.DISPUTE_WITHIN, days=within.amount)
    if row.disputes.exclude(state=DisputeState.WITHDRAWN).exists():
        raise Conflict(N_("This visit has been disputed already. Read the dispute and add to it there."))
    found = Dispute.objects.create(
        order=row, side=side, claim=what, state=DisputeState.OPEN, raised_at=at, raised_by=by.ref,
        answer_until=at + taking.amount(rules.DISPUTE_ANSWER, row.region_code, at=at).span)
    _state(found, side, text, file, person=row.person_id, by=by, at=at)
    owed_to = f"person:{row.person_id}" if side is Side.RESIDENT else f"organisation:{row.provider}"
    duties.raise_duty(rules.DISPUTE_DECIDE, owner=f"region:{row.region_code[:6].ljust(12, '0')}", owed_to=owed_to,
                      about=found.ref, region=row.region_code, since=rules.day(at), by=by, at=at)
    journal.record(events.DisputeRaised(found.ref, ref, row.person_id, row.provider, row.service_id, row.region_code,
                                        side, what), about=ref, by=by, at=at)
    return found.ref


@action
def say(ref: UUID, *, text: str, file: bytes = b"", by: Actor, at: datetime) -> None:
    """Answer a dispute, or add to what one's own side has said; both sides and who decides read it.

    Refuses: NotFound, NotAllowed (on neither side), Conflict (decided), RuleBroken (text, file, too many).
    """
    row = access.dispute(ref, by=by, lock=True)
    side = access.side(row.order, by)
    if side is None:
        raise NotAllowed(N_("Only the two sides of a visit can say something here."))
    held = access.held(row.order, by)
    row.state = DISPUTES.check("add" if side == row.side else "answer", state=row.state, held=held)
    _state(row, side, text, file, person=row.order.person_id, by=by, at=at)
    row.save(update_fields=["state"])
    journal.record(events.StatementMade(ref, row.order.ref, row.order.person_id, row.order.provider,
                                        row.order.region_code, side), about=row.order.ref, by=by, at=at)


@action
def withdraw(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take one's own side's dispute back: what is written down stands. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.dispute(ref, by=by, lock=True)
    state = DISPUTES.check("withdraw", state=row.state, held=access.held(row.order, by))
    if access.side(row.order, by) != row.side:
        raise NotAllowed(N_("Only the side that raised a dispute takes it back."))
    _close(row, state, by=by, at=at)
    journal.record(events.DisputeWithdrawn(ref, row.order.ref, row.order.person_id, row.order.provider,
                                           row.order.region_code, row.side), about=row.order.ref, by=by, at=at)


@action
def decide(ref: UUID, *, outcome: str, reasons: str, minutes: int | None = None, reduced_fen: int | None = None,
           by: Actor, at: datetime) -> None:
    """Decide a dispute, with reasons that both sides read. The order, its proof and its rating follow at once.

    Not before the other side has answered or its time is over, and not by somebody of either side.
    Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (outcome, reasons, minutes, price, unheard).
    """
    row = access.dispute(ref, by=by, lock=True)
    order = row.order
    state = DISPUTES.check("decide", state=row.state, held=access.held(order, by))
    own = by.person is not None and by.person == order.person_id or access.side(order, by) is not None
    if own or row.raised_by == by.ref or access.sent(order, by):
        raise NotAllowed(N_("You are on a side of this visit yourself. Somebody else of your office decides."))
    rules.require_heard(answered=row.state == DisputeState.ANSWERED, until=row.answer_until, at=at)
    said = rules.statement(reasons, field="reasons")
    recorded = access.proof(order).minutes if order.state in _GIVEN else None
    pays = order.price_fen - order.subsidy_fen
    found = rules.correction(outcome, Claim(row.claim), minutes=minutes, reduced_fen=reduced_fen, recorded=recorded,
                             pays_fen=pays)
    row.outcome, row.reduced_fen = outcome, found.reduced_fen
    row.minutes, row.minutes_before = found.minutes, recorded if found.minutes is not None else None
    if people.exists(order.person_id):  # of somebody erased nothing more is kept
        row.reasons_sealed = people.seal(order.person_id, said, context=access.reasons(row))
    _close(row, state, by=by, at=at)
    _follow(order, Outcome(outcome), found, by=by, at=at)
    journal.record(
        events.DisputeDecided(ref, order.ref, order.person_id, order.provider, order.service_id, order.region_code,
                              row.side, row.claim, outcome, found.minutes, found.reduced_fen),
        about=order.ref, by=by, at=at)


_GIVEN = (State.SERVED, State.CONFIRMED, State.RATED)


def _follow(order: Order, outcome: Outcome, found: rules.Correction, *, by: Actor, at: datetime) -> None:
    """What a decision does to the order, its proof, its rating and its need."""
    order.reduced_fen = found.reduced_fen
    strikes_rating = order.state == State.RATED and outcome in (Outcome.STRUCK, Outcome.RATING_STRUCK)
    if outcome is Outcome.STRUCK:
        order.state = State.STRUCK
    elif outcome is Outcome.RATING_STRUCK:
        order.state = State.CONFIRMED
    elif outcome is Outcome.PROVIDER_ABSENT:
        order.reason = rules.PROVIDER_ABSENT
    elif outcome is Outcome.RESIDENT_ABSENT:
        order.reason = rules.RESIDENT_ABSENT
    elif outcome is Outcome.MINUTES:
        proof = access.proof(order)
        proof.minutes = found.minutes
        proof.save(update_fields=["minutes"])
    if strikes_rating:
        order.grade = order.rated_at = order.rated_by = order.comment_sealed = None
    order.save(update_fields=["state", "reason", "reduced_fen", "grade", "rated_at", "rated_by", "comment_sealed"])
    key = (order.person_id, order.region_code)
    if strikes_rating:
        journal.record(events.RatingStruck(order.ref, order.service_id, order.provider, *key), about=order.ref, by=by,
                       at=at)
    if outcome is Outcome.STRUCK:
        journal.record(events.VisitStruck(order.ref, key[0], order.provider, order.service_id, key[1]),
                       about=order.ref, by=by, at=at)
        if order.need is not None and not endings.others_live(order):
            needs.reopen(order.need, by=SYSTEM, at=at)


def _close(row: Dispute, state: str, *, by: Actor, at: datetime) -> None:
    row.state, row.closed_at, row.closed_by = state, at, by.ref
    row.save(update_fields=["state", "closed_at", "closed_by", "outcome", "minutes", "minutes_before", "reduced_fen",
                            "reasons_sealed"])
    duties.meet(about=row.ref, rule_id=rules.DISPUTE_DECIDE, by=by, at=at)


def _state(row: Dispute, side: Side, text: str, file: bytes, *, person: UUID, by: Actor, at: datetime) -> None:
    said = rules.statement(text, field="text")
    if row.statements.filter(side=side).count() >= rules.MOST_STATEMENTS:
        raise RuleBroken(N_("Each side says something at most {most} times. Bring more to the office that decides."),
                         field="text", most=rules.MOST_STATEMENTS)
    ref = new_ref()
    statement = Statement(ref=ref, dispute=row, side=side, said_at=at, said_by=by.ref,
                          text_sealed=people.seal(person, said, context=access.statement(ref)))
    if file:
        kept = archive.keep("evidence", BytesIO(file), kinds=[*map(Kind, rules.EVIDENCE)], most_bytes=rules.MOST_BYTES,
                            owner=f"person:{person}", by=by, at=at)
        statement.file, statement.file_kind, statement.file_bytes = kept.ref, kept.kind, kept.size
    statement.save(force_insert=True)
