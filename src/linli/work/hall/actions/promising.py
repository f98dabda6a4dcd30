"""Promises in place of papers: signed with the draft, checked after the decision, mended in time or what was granted is
revoked. Source: 国办发〔2020〕42号."""
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.action import action
from linli.kernel.actor import REGION, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course
from linli.work.hall.models import Application, Promise
from linli.work.hall.queries import content, judging
from linli.work.hall.queries.content import Content, Signed
from linli.work.hall.registry import Kind, Matter
from linli.work.hall.states import APPLY, LIFE, OWN, PROMISE, PromiseState


def signed(row: Application, one: Matter, was: Content, wanted: Collection[str], *, by: Actor,
           at: datetime) -> tuple[Signed, ...]:
    """The promises of a draft: those signed before, and those signed now. Refuses: RuleBroken (a bar stands)."""
    stands = {signed.material: signed for signed in was.signed}
    named = [material for material in one.materials if material.promised and material.key in wanted]
    if why := judging.barred(row, [material.key for material in named if material.key not in stands],
                     on=timezone.localdate(at)):
        raise why[0]
    return tuple(stands.get(material.key) or content.sign(material, by=by.ref, at=at) for material in named)


def owe(row: Application, *, by: Actor, at: datetime) -> None:
    """It is granted on promises: owe their check. The desk that decided checks them."""
    given = content.opened(row).signed
    if not given:
        return
    desk = rules.desk(row.region_code, rules.decision(content.matter_of(row)).level)
    on = timezone.localdate(at)
    due_on, provisional = _owed(row, desk, since=on, by=by, at=at)
    for one in given:
        Promise.objects.create(
            application=row, material=one.material, desk_code=desk, due_on=due_on, provisional=provisional, owed_at=at,
            owed_by=by.ref, state=PROMISE.check("owe_check", state=START, held=OWN))
    journal.record(events.PromisesToCheck(*course.key(row), due_on), about=row.ref, by=by, at=at)


@action
def find_kept(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Write down that a promise was kept, and how that was seen.

    Refuses: NotFound, NotAllowed, Conflict (checked already), RuleBroken (no words).
    """
    row, one = _promise(ref, material, "find_kept", by=by)
    _found(row, one, text, by=by, at=at)
    one.save()
    _met(row, by=by, at=at)
    journal.record(events.PromiseKept(*course.key(row), material), about=ref, by=by, at=at)


@action
def ask_mending(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Write down that what was promised is not so, with the evidence, and ask who promised to mend it in time.

    Refuses: NotFound, NotAllowed, Conflict (checked already), RuleBroken (no words).
    """
    row, one = _promise(ref, material, "ask_mending", by=by)
    _found(row, one, text, by=by, at=at)
    on = timezone.localdate(at)
    rulebook.raise_duty(rules.MEND, owner=course.applicant(row), owed_to=REGION + one.desk_code, about=ref,
                        region=one.desk_code, since=on, by=by, at=at)
    due_on, one.provisional = course.due(row, rules.MEND, on=on)
    one.due_on = due_on or on
    one.answered_at = one.answered_by = one.answer_sealed = None
    one.save()
    _met(row, by=by, at=at)
    journal.record(events.PromiseToMend(*course.key(row), material, one.due_on), about=ref, by=by, at=at)


@action
def answer_mending(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Say what was mended; papers that show it are handed in beside. It may be said again.

    Refuses: NotFound, NotAllowed, Conflict (nothing is to be mended), RuleBroken (no words).
    """
    row, one = _promise(ref, material, "answer_mending", by=by)
    one.answered_at, one.answered_by = at, by.ref
    one.answer_sealed = content.seal_words(row, rules.words(text, field="text"), f"promise.{material}.answer")
    one.save()
    journal.record(events.MendingAnswered(*course.key(row), material), about=ref, by=by, at=at)


@action
def find_mended(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Write down that it is so by now: nothing follows. Refuses as `find_kept`."""
    row, one = _promise(ref, material, "find_mended", by=by)
    one.mended_at, one.mended_by = at, by.ref
    one.finding_sealed = _sealed(row, text, f"promise.{material}.finding")
    one.save()
    _met(row, by=by, at=at)
    journal.record(events.PromiseMended(*course.key(row), material), about=ref, by=by, at=at)


@action
def propose_revocation(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Propose to revoke what was granted, since a promise was broken and not mended in time; somebody else reads it.

    Refuses: NotFound, NotAllowed, Conflict (not to be mended), RuleBroken (they may mend still; no reasons).
    Source: 行政许可法 Art. 69; 国办发〔2020〕42号.
    """
    row, one = _promise(ref, material, "propose_revocation", by=by)
    rules.promise.time_is_over(timezone.localdate(at), one.due_on, provisional=one.provisional)
    one.proposed_at, one.proposed_by, one.read_at, one.read_by = at, by.ref, None, None
    one.reasons_sealed, one.remark_sealed = _sealed(row, text, f"promise.{material}.reasons"), None
    one.save()
    journal.record(events.RevocationProposed(*course.key(row), material), about=ref, by=by, at=at)


@action
def confirm_revocation(ref: UUID, *, material: str, by: Actor, at: datetime) -> None:
    """Revoke it, after reading the proposal a second time: what the decision did is taken back in the same moment, and
    no promise is taken of who broke it for the time that the rules set.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (the proposer themselves), and whatever the registers refuse.
    """
    row, one = _read(ref, material, "confirm_revocation", by=by, at=at)
    matter, on = content.matter_of(row), timezone.localdate(at)
    row.state = LIFE.check("revoke", state=row.state, held=OWN)
    one.barred_until = _last_day(rules.BAR, one, since=on)[0]
    one.save()
    (said,) = content.words(row, **{f"promise.{material}.reasons": one.reasons_sealed})
    row.reasons_sealed, row.ground = _sealed(row, said, "reasons") if said else None, ""
    row.products = [*row.products, *course.made(matter.revoked(
        content.case(row, matter, content.opened(row), on=on), by=by, at=at))]
    for step in matter.steps:
        if step.kind is Kind.DELIVERY:
            course.met(row, step, by=by, at=at)
    rulebook.meet(about=ref, rule_id=rules.DELIVER, by=by, at=at)
    _met(row, by=by, at=at)
    row.package, row.pack_tries, row.pack_after = None, 0, None  # a decision of its own: packed beside the one before
    course.close(row, "ground", "reasons_sealed", "products", "package", "pack_tries", "pack_after", by=by, at=at)
    journal.record(events.GrantRevoked(*course.key(row), material, one.barred_until), about=ref, by=by, at=at)


@action
def object_revocation(ref: UUID, *, material: str, text: str, by: Actor, at: datetime) -> None:
    """Send it back to be checked anew, and say why. Refuses as `confirm_revocation`; RuleBroken (no words)."""
    row, one = _read(ref, material, "object_revocation", by=by, at=at)
    one.remark_sealed = _sealed(row, text, f"promise.{material}.remark")
    one.due_on, one.provisional = _owed(row, one.desk_code, since=timezone.localdate(at), by=by, at=at)
    one.checked_at = one.checked_by = one.finding_sealed = None
    one.save()
    journal.record(events.RevocationSentBack(*course.key(row), material), about=ref, by=by, at=at)


@action
def recount_promises(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Take over days that are counted again with the published holidays; how many promises moved."""
    on, moved = timezone.localdate(at), 0
    rows = Promise.objects.filter(provisional=True, state__in=(PromiseState.OWED, PromiseState.MENDING))
    for one in rows.select_related("application").order_by("due_on", "pk")[:most]:
        rule = rules.CHECK if one.state == PromiseState.OWED else rules.MEND
        due_on, provisional = course.due(one.application, rule, on=on)
        if due_on and (due_on, provisional) != (one.due_on, one.provisional):
            one.due_on, one.provisional = due_on, provisional
            one.save(update_fields=["due_on", "provisional"])
            moved += 1
    return moved


def mends(row: Application, material: str, *, by: Actor) -> bool:
    """Whether this actor is asked to mend what was promised in place of this material: papers may be handed in."""
    return APPLY in access.held(row, by) and row.promises.filter(
        material=material, state=PromiseState.MENDING).exists()


def _promise(ref: UUID, material: str, move: str, *, by: Actor) -> tuple[Application, Promise]:
    """The application and one of its promises, after this move."""
    row = access.application(ref, by=by, lock=True)
    one = row.promises.filter(material=material).first()
    if one is None:
        raise NotFound(N_("Nothing was granted here on such a promise."))
    one.state = PROMISE.check(move, state=one.state, held=access.checks(one, row, by))
    return row, one


def _read(ref: UUID, material: str, move: str, *, by: Actor, at: datetime) -> tuple[Application, Promise]:
    row, one = _promise(ref, material, move, by=by)
    assert one.proposed_by  # what was proposed says by whom
    rules.second_reader(one.proposed_by, by.ref)
    one.read_at, one.read_by = at, by.ref
    return row, one


def _found(row: Application, one: Promise, text: str, *, by: Actor, at: datetime) -> None:
    one.checked_at, one.checked_by = at, by.ref
    one.finding_sealed = _sealed(row, text, f"promise.{one.material}.finding")


def _sealed(row: Application, text: str, what: str) -> bytes | None:
    """A sentence of the desk; nothing is kept of it where the applicant's data was erased."""
    said = rules.words(text, field="text")
    return None if content.opened(row).erased else content.seal_words(row, said, what)


def _owed(row: Application, desk: str, *, since: date, by: Actor, at: datetime) -> tuple[date, bool]:
    rulebook.raise_duty(rules.CHECK, owner=REGION + desk, owed_to=course.applicant(row), about=row.ref, region=desk,
                        since=since, by=by, at=at)
    due_on, provisional = course.due(row, rules.CHECK, on=timezone.localdate(at))
    return due_on or since, provisional


def _last_day(rule: str, one: Promise, *, since: date) -> tuple[date, bool]:
    found = rules_in_force.last_day(rule, since=since, region=one.desk_code)
    assert found  # these rules count days
    return found


def _met(row: Application, *, by: Actor, at: datetime) -> None:
    """What is owed of the promises is met once none of them waits for it."""
    waiting = set(row.promises.order_by().values_list("state", flat=True))
    for state, rule in ((PromiseState.OWED, rules.CHECK), (PromiseState.MENDING, rules.MEND)):
        if state not in waiting:
            rulebook.meet(about=row.ref, rule_id=rule, by=by, at=at)


