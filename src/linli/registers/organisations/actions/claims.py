"""Whoever runs an organisation that a public list knows of says so; the office looks at it and decides."""
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action, read_anew
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, events, queries, rules
from linli.registers.organisations.actions.filings import enter, office
from linli.registers.organisations.models import CODED, Claim, Organisation
from linli.registers.organisations.rules import Kind
from linli.registers.organisations.rules.items import ENDED
from linli.registers.organisations.states import APPLY, CLAIM_LIFE, LIFE, ClaimState, State


@action
def claim(
    organisation: UUID, *, kind: str, uscc: str, phone: str, statement: str, by: Actor, at: datetime
) -> UUID:
    """Say that one runs this organisation, with the code of its licence and how the office can see that it is so.

    Several people may claim the same one; the office decides. Refuses: NotFound, NotAllowed (nobody signed in),
    Conflict (somebody manages it already; one's own claim waits; the code is registered), RuleBroken (code, phone).
    """
    if by.person is None:
        raise NotAllowed(N_("Sign in to claim it: the answer goes to you."))
    row = access.organisation(organisation, by=by, lock=True)
    state = CLAIM_LIFE.check("claim", state=START, held={APPLY})
    if row.state not in (State.LISTED, State.REGISTERED):
        raise Conflict(N_("Somebody manages this organisation already. Ask them to let you in."))
    if row.claims.filter(claimant=by.person, state=ClaimState.OPEN).exists():
        raise Conflict(N_("Your claim was sent already and waits for its answer."))
    if kind not in rules.KINDS:
        raise RuleBroken(N_("Choose what kind of organisation it is."), field="kind")
    code = rules.code(uscc, kind=Kind(kind))
    if row.uscc and row.uscc != code:
        raise RuleBroken(N_("The list knows this organisation by another code. Compare it with the licence."),
                         rule=rules.CODE, field="uscc")
    _free(code, besides=row)
    made = Claim.objects.create(
        organisation=row, claimant=by.person, kind=kind, uscc=code, phone=rules.phone(phone),
        statement=rules.line(statement, field="statement", most=1000, lines=True), state=state,
        claimed_at=at, claimed_by=by.ref)
    rulebook.raise_duty(
        queries.CLAIM, owner=f"region:{row.region_code}", owed_to=f"person:{by.person}", about=made.ref,
        region=row.region_code, since=timezone.localdate(at), by=by, at=at)
    journal.record(events.ClaimMade(organisation, made.ref, by.person, row.region_code), about=organisation, by=by,
                   at=at)
    return made.ref


@action
def grant_claim(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let the claimant manage the organisation, which is thereby approved; other claims of it are refused.

    Refuses: NotFound, NotAllowed, Conflict (decided; the code is registered meanwhile), RuleBroken (one's own claim).
    """
    row = _decide("grant_claim", ref, reasons="", by=by, at=at)
    one = row.organisation
    _free(row.uscc, besides=one)
    one.applicant, one.state = row.claimant, State.APPROVED
    if one.status in ENDED:
        raise Conflict(N_("Its registration has ended: nobody can manage it any more."))
    if not one.filings.exists():
        one.kind, one.uscc, one.phone = row.kind, row.uscc, row.phone
    one.save(update_fields=["kind", "uscc", "phone", "applicant", "state"])
    enter(one, by=by, at=at)
    read_anew()
    journal.record(events.ClaimGranted(one.ref, ref, row.claimant, one.region_code), about=one.ref, by=by, at=at)
    journal.record(events.OrganisationApproved(one.ref, row.claimant, one.region_code), about=one.ref, by=by, at=at)
    for other in list(one.claims.filter(state=ClaimState.OPEN).order_by("pk")):
        _decide("refuse_claim", other.ref, reasons="—", by=by, at=at)
        fact = events.ClaimRefused(one.ref, other.ref, other.claimant, one.region_code)
        journal.record(fact, about=one.ref, by=by, at=at)


@action
def refuse_claim(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Refuse a claim; the organisation stays as the list knows it, and may be claimed anew.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons, one's own claim).
    """
    row = _decide("refuse_claim", ref, reasons=reasons, by=by, at=at)
    one = row.organisation
    journal.record(events.ClaimRefused(one.ref, ref, row.claimant, one.region_code), about=one.ref, by=by, at=at)


@action
def entrust(organisation: UUID, *, to: UUID, by: Actor, at: datetime) -> None:
    """Let the person who was named when the organisation was founded keep its entry from this moment, without a claim.

    Refuses: NotFound, NotAllowed, Conflict (somebody keeps it already), RuleBroken (its registration has ended; one's
    own entry).
    """
    row = access.organisation(organisation, by=by, lock=True)
    state = LIFE.check("entrust", state=row.state, held=office(row.region_code, by))
    if by.person is not None and by.person == to:
        raise RuleBroken(N_("Nobody decides on their own application. Leave it to a colleague."),
                         rule="organisations.own_application")
    if row.status in ENDED:
        raise RuleBroken(N_("Its registration has ended: nobody can manage it any more."),
                         rule="organisations.filing_status")
    row.state, row.applicant = state, to
    row.save(update_fields=["state", "applicant"])
    read_anew()
    journal.record(events.EntryEntrusted(row.ref, to, row.region_code), about=row.ref, by=by, at=at)


def _decide(move: str, ref: UUID, *, reasons: str, by: Actor, at: datetime) -> Claim:
    row = access.claim(ref, by=by, lock=True)
    row.state = CLAIM_LIFE.check(move, state=row.state, held=access.held(row.organisation, by) - {APPLY})
    if by.person is not None and by.person == row.claimant:
        raise RuleBroken(N_("Nobody decides on their own claim. Leave it to a colleague."),
                         rule="organisations.own_application")
    row.reasons = rules.line(reasons, field="reasons", most=1000, needed=move == "refuse_claim", lines=True)
    row.decided_at, row.decided_by = at, by.ref
    row.save(update_fields=["state", "reasons", "decided_at", "decided_by"])
    rulebook.meet(about=ref, rule_id=queries.CLAIM, by=by, at=at)
    return row


def _free(code: str, *, besides: Organisation) -> None:
    same = Organisation.objects.filter(CODED, uscc=code).exclude(pk=besides.pk)
    if same.exists():
        raise Conflict(N_("An organisation with this code is registered here or has applied already. Ask whoever"
                          " manages it to let you in."), field="uscc")


@action
def forget(person: UUID, *, by: Actor, at: datetime) -> int:
    """Somebody was erased: what they wrote to claim an organisation goes, the claim and its outcome stay. How many."""
    return Claim.objects.filter(claimant=person).exclude(statement="").update(statement="", phone="")
