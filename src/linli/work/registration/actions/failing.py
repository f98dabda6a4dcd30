"""A failed check of a yearly report: proposed by one officer, and entered or sent back by another."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.work.registration import events, queries
from linli.work.registration.actions import reporting
from linli.work.registration.models import FailedCheck
from linli.work.registration.rules import Kind, annual
from linli.work.registration.rules.annual import Conclusion
from linli.work.registration.states import CONCLUDE, FAILURE


@action
def propose_failure(organisation: UUID, *, year: int, faults: Collection[str], reasons: str, by: Actor,
                    at: datetime) -> UUID:
    """Propose that the check of a year's report is failed, with the faults and reasons that the organisation and the
    public will read; somebody else reads it a second time.

    Refuses: NotFound, NotAllowed, Conflict (a proposal is read already), RuleBroken (as `conclude`).
    """
    organisations.hold(organisation)
    told = reporting.judged(organisation, year=year, conclusion=Conclusion.FAILED, faults=faults, reasons=reasons,
                            by=by, at=at)
    if FailedCheck.objects.filter(organisation__ref=organisation, year=year, state="proposed").exists():
        raise Conflict(N_("That this check is failed was proposed already, and waits for its second reading."))
    row = FailedCheck.objects.create(
        organisation_id=organisation, year=year, faults=sorted(set(faults)), reasons=reasons.strip(),
        state=FAILURE.check("propose_failure", state=START, held={CONCLUDE}), proposed_at=at, proposed_by=by.ref)
    journal.record(events.FailureProposed(*_key(row, told.kind)), about=organisation, by=by, at=at)
    return row.ref


@action
def confirm_failure(ref: UUID, *, by: Actor, at: datetime) -> UUID:
    """Enter it, after reading the proposal a second time; the filing. The organisation reads why and what it can do.

    Refuses: NotFound, NotAllowed, Conflict (read already), RuleBroken (the proposer themselves; as `conclude`).
    """
    row = _read(ref, "confirm_failure", by=by, at=at)
    row.save(update_fields=["state", "read_at", "read_by"])
    told = reporting.judged(row.organisation_id, year=row.year, conclusion=Conclusion.FAILED, faults=row.faults,
                            reasons=row.reasons, by=by, at=at)
    filed = reporting.entered(told, year=row.year, conclusion=Conclusion.FAILED, faults=row.faults, reasons=row.reasons,
                              by=by, at=at)
    journal.record(events.CheckFailed(*_key(row, told.kind)), about=row.organisation_id, by=by, at=at)
    return filed


@action
def object_failure(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Send it back, and say why: it can be concluded on anew.

    Refuses: NotFound, NotAllowed, Conflict (read already), RuleBroken (the proposer themselves; no words).
    """
    row = _read(ref, "object_failure", by=by, at=at)
    row.remark = annual.remark(text)
    row.save(update_fields=["state", "read_at", "read_by", "remark"])
    kind = Kind(organisations.organisation(row.organisation_id).kind)
    journal.record(events.FailureSentBack(*_key(row, kind)), about=row.organisation_id, by=by, at=at)


def _read(ref: UUID, move: str, *, by: Actor, at: datetime) -> FailedCheck:
    """The proposal after this move of a second reader, not kept yet."""
    row = FailedCheck.one(lock=True, ref=ref)
    if row is None:
        raise NotFound(N_("There is no such proposal. Look among the annual reports of the organisation."))
    if not queries.may_conclude(row.organisation_id, by=by):
        raise NotAllowed(N_("This page is for the office that keeps the register of this organisation."))
    row.state = FAILURE.check(move, state=row.state, held={CONCLUDE})
    if row.proposed_by == by.ref:
        raise RuleBroken(N_("Somebody else reads a decision against somebody a second time. Ask a colleague to confirm"
                            " or send it back."), rule="hall.second_reader")
    row.read_at, row.read_by = at, by.ref
    return row


def _key(row: FailedCheck, kind: Kind) -> tuple[UUID, str, int]:
    region = organisations.organisation(row.organisation_id).region
    return row.organisation_id, queries.registrar(kind, region), row.year
