"""The decision and what follows: grant, refuse after a second reading, deliver, answer a rating."""
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, Refusal, RuleBroken
from linli.kernel.text import N_, Both
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course, hearing, processing, promising
from linli.work.hall.models import Application, Stage
from linli.work.hall.queries import content
from linli.work.hall.registry import Case, Kind, Matter, Right, Step
from linli.work.hall.states import LIFE, OWN

log = logging.getLogger("linli.hall")


class _Move(Protocol):
    def __call__(self, ref: UUID, /, *, by: Actor, at: datetime) -> None: ...


@action
def grant(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Grant it: what the matter declares is done in the same moment, or nothing is. Delivery follows by itself.

    Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (a step is missing), and whatever the
    registers refuse.
    """
    row = access.application(ref, by=by, lock=True)
    state = LIFE.check("grant", state=row.state, held=access.held(row, by))
    one, on = content.matter_of(row), timezone.localdate(at)
    _ready(row, one)
    hearing.decision_waits(row, adverse=False, at=at)
    case = _case(row, one, at=at)
    _fetch_again(row, one, case, granting=True, at=at)
    row.state, row.closed_at, row.closed_by = state, at, by.ref
    row.products = course.made(one.granted(case, by=by, at=at))
    course.settle(row, by=by, at=at)
    last = next((step for step in one.steps if step.kind is Kind.DELIVERY), None)
    if one.deliver:
        course.owe(row, last or _delivery(one), since=on, by=by, at=at)
    course.move(row, "closed_at", "closed_by", "products", "content_sealed", on=on)
    journal.record(events.ApplicationGranted(*course.key(row)), about=ref, by=by, at=at)
    promising.owe(row, by=by, at=at)
    if one.deliver is None:
        _delivered(row, by=by, at=at)


@action
def grant_many(refs: Collection[UUID], *, by: Actor, at: datetime) -> list[tuple[UUID, Refusal | None]]:
    """Grant several of which nothing has to be weighed, each by itself: what is refused keeps none of the others back.

    Refuses, of each one: as `grant`; RuleBroken where the matter is decided one by one.
    """
    return _each(refs, _grant_plain, by=by, at=at)


@action
def accept_many(refs: Collection[UUID], *, by: Actor, at: datetime) -> list[tuple[UUID, Refusal | None]]:
    """Accept several that are complete; refuses, of each one, as `accept`."""
    return _each(refs, processing.accept, by=by, at=at)


@action
def take_many(refs: Collection[UUID], *, by: Actor, at: datetime) -> list[tuple[UUID, Refusal | None]]:
    """Take several over; refuses, of each one, as `take`."""
    return _each(refs, processing.take, by=by, at=at)


@action
def propose_refusal(ref: UUID, *, reasons: str, ground: str = "", by: Actor, at: datetime) -> None:
    """Propose to refuse it, with the reasons that the applicant will read; somebody else reads it a second time. Where
    the matter gives a right to be heard, the applicant is told of both now.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons, no ground of the law, a step is missing).
    Source: 行政许可法 Art. 38.
    """
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check("propose_refusal", state=row.state, held=access.held(row, by))
    one = content.matter_of(row)
    said, named = rules.words(reasons, field="reasons"), rules.ground(one, ground)
    Stage.objects.create(application=row, step=rules.decision(one).key, desk_code=row.desk_code, reading=True,
                         ground=named, finding_sealed=content.seal_words(row, said, "proposed"), begun_at=at,
                         begun_by=by.ref)
    if one.hearing is Right.REFUSAL and not row.hearings.exists():
        hearing.offer(row, said, by=by, at=at)
    course.move(row, on=timezone.localdate(at))
    journal.record(events.RefusalProposed(*course.key(row), named), about=ref, by=by, at=at)


@action
def confirm_refusal(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuse it, after reading the proposal a second time. The applicant reads the reasons and what they can do.

    Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (the proposer themselves).
    """
    row, reading = course.second_reading(ref, "confirm_refusal", by=by)
    hearing.decision_waits(row, adverse=True, at=at)
    one = content.matter_of(row)
    said = course.agreed(row, reading, by=by, at=at)
    row.ground, row.reasons_sealed = reading.ground, content.seal_words(row, said, "reasons")
    case = _case(row, one, at=at)
    _fetch_again(row, one, case, granting=False, at=at)
    row.products = course.made(one.refused(case, by=by, at=at))
    course.settle(row, by=by, at=at)
    course.close(row, "ground", "reasons_sealed", "products", "content_sealed", by=by, at=at)
    journal.record(events.ApplicationRefused(*course.key(row), row.ground), about=ref, by=by, at=at)


@action
def object_(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Send a proposed refusal back to review, and say why. Refuses as `confirm_refusal`; RuleBroken (no words)."""
    row, reading = course.second_reading(ref, "object", by=by)
    course.objected(row, reading, text, by=by, at=at)
    journal.record(events.RefusalSentBack(*course.key(row)), about=ref, by=by, at=at)


@action
def deliver_next(*, by: Actor, at: datetime, most: int = 50) -> int:
    """Hand over what was granted; how many. What fails is tried again; after five times it waits for somebody."""
    rows = Application.objects.select_for_update(of=("self",)).filter(state="granted").order_by("tries", "pk")
    handed = 0
    for row in rows[:most]:
        handed += _deliver(row, by=by, at=at)
    return handed


@action
def resume(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Have a delivery that was held up tried again, from the first try. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check("resume", state=row.state, held=access.held(row, by))
    row.tries, row.failure = 0, ""
    course.move(row, "tries", "failure", on=timezone.localdate(at))
    journal.record(events.DeliveryResumed(*course.key(row)), about=ref, by=by, at=at)


@action
def answer_rating(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Tell who rated badly what was put right: the duty is met.

    Refuses: NotFound, NotAllowed, Conflict (answered, or not badly rated), RuleBroken (no words).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("answer_rating", state=row.state, held=access.held(row, by))
    if row.grade is None or row.grade > rules.BAD or row.answered_at:
        raise Conflict(N_("There is no bad rating here that waits for an answer."))
    said = rules.words(text, field="text")
    row.answer_sealed, row.answered_at, row.answered_by = content.seal_words(row, said, "answer"), at, by.ref
    row.save(update_fields=["answer_sealed", "answered_at", "answered_by"])
    rulebook.meet(about=ref, rule_id=rules.RECTIFY, by=by, at=at)
    journal.record(events.RatingAnswered(*course.key(row)), about=ref, by=by, at=at)


@action
def extend(ref: UUID, *, text: str, days: int | None = None, by: Actor, at: datetime) -> None:
    """Extend the limit of the decision, once, by what its rule allows, and tell the applicant why.

    Refuses: NotFound, NotAllowed (all but the head of the office), Conflict (decided, extended before, the clock
    stands), RuleBroken (no reasons; more days; the limit has passed; its law lets it not be extended).
    Source: 行政许可法 Art. 42.
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("extend", state=row.state, held=access.held(row, by))
    said, rule = rules.words(text, field="text"), rules.limit(rules.decision(content.matter_of(row)))
    on = timezone.localdate(at)
    more = days if days is not None else rules_in_force.extension(rule, on=on, region=row.region_code)
    due_on = rulebook.extend(about=ref, rule_id=rule, days=more, by=by, at=at)
    row.extended_at, row.extended_by, row.extended_sealed = at, by.ref, content.seal_words(row, said, "extended")
    course.move(row, "extended_at", "extended_by", "extended_sealed", on=on)
    journal.record(events.LimitExtended(*course.key(row), more, due_on), about=ref, by=by, at=at)


def _ready(row: Application, one: Matter) -> None:
    if missing := rules.before_decision(one, course.done(row)):
        raise RuleBroken(N_("Before the decision comes: {step}."), rule="hall.steps", step=missing[0].title)
    if row.stages.filter(finished_at=None, reading=False).exists():
        raise RuleBroken(N_("A step was begun and is not finished. Finish it before deciding."), rule="hall.steps")


def _case(row: Application, one: Matter, *, at: datetime) -> Case:
    said = content.opened(row)
    if said.erased:
        raise Conflict(N_("The applicant's data was erased: there is nothing left to decide on."))
    return content.case(row, one, said, on=timezone.localdate(at))


def _fetch_again(row: Application, one: Matter, case: Case, *, granting: bool, at: datetime) -> None:
    """Keep what the registers hold at the moment of the decision of what we fetch ourselves.

    Refuses: RuleBroken where it would be granted on what no register holds any more and nobody handed in.
    """
    was = content.opened(row)
    now = content.fetch(one, case.answers, person=row.person_id, organisation=row.organisation_id, at=at)
    gone = [paper for paper in now if not paper.held and paper.material not in was.there]
    if granting and gone:
        raise RuleBroken(N_("{paper} is no longer held: {why} It cannot be granted on it."), rule="hall.materials",
                         paper=next(m.title for m in one.materials if m.key == gone[0].material),
                         why=Both(gone[0].en, gone[0].zh))
    if now:
        row.content_sealed = content.sealed(row, replace(was, fetched=(*was.fetched, *now)))


def _grant_plain(ref: UUID, *, by: Actor, at: datetime) -> None:
    row = access.application(ref, by=by, lock=True)
    if not content.matter_of(row).batch:
        raise RuleBroken(N_("Applications of this matter are decided one by one. Open each of them."),
                         rule="hall.batch")
    grant(ref, by=by, at=at)


def _each(refs: Collection[UUID], do: _Move, *, by: Actor, at: datetime) -> list[tuple[UUID, Refusal | None]]:
    found: list[tuple[UUID, Refusal | None]] = []
    for ref in refs:
        try:
            with attempt():
                do(ref, by=by, at=at)
        except Refusal as why:
            found.append((ref, why))
        else:
            found.append((ref, None))
    return found


def _delivery(one: Matter) -> Step:
    return Step("delivery", N_("Delivery"), Kind.DELIVERY, rules.decision(one).level)


def _deliver(row: Application, *, by: Actor, at: datetime) -> bool:
    one, on = content.matter_of(row), timezone.localdate(at)
    try:
        with attempt():
            made = one.deliver(_case(row, one, at=at), by=by, at=at) if one.deliver else ()
    except Exception as why:  # noqa: BLE001  # whatever an outside system does, nothing of the decision is lost
        log.warning("delivery of %s failed: %s", row.ref, type(why).__name__)
        row.tries, row.failure = row.tries + 1, type(why).__name__
        if row.tries >= rules.TRIES:
            row.state = LIFE.check("freeze", state=row.state, held=OWN)
            journal.record(events.DeliveryHeldUp(*course.key(row), row.failure), about=row.ref, by=by, at=at)
        course.move(row, "tries", "failure", on=on)
        return False
    row.products = [*row.products, *course.made(made)]
    _delivered(row, by=by, at=at)
    return True


def _delivered(row: Application, *, by: Actor, at: datetime) -> None:
    row.state = LIFE.check("deliver", state=row.state, held=OWN)
    one = content.matter_of(row)
    last = next((step for step in one.steps if step.kind is Kind.DELIVERY), None)
    course.met(row, last or _delivery(one), by=by, at=at)
    row.failure = ""
    course.move(row, "products", "failure", on=timezone.localdate(at))
    journal.record(events.ApplicationDelivered(*course.key(row)), about=row.ref, by=by, at=at)

