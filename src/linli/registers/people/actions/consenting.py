from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, queries, rules
from linli.registers.people.models import Choice, Person
from linli.registers.people.rules import USES, Footing, Kind, Purpose


@action
def give_consent(ref: UUID, *, purpose: str, by: Actor, at: datetime) -> None:
    """Consent to one purpose, or take back that it was refused; to say it twice changes nothing.

    Refuses: NotFound; NotAllowed (not one's own, a child under 14 alone, a guardian from then on); RuleBroken (no such
    purpose, or not to be chosen). Source: PIPL Art. 14, 24, 29, 31.
    """
    row, one = _chosen(ref, purpose, giving=True, by=by, at=at)
    if row.pk not in queries.choosing([row.pk], purpose=one):
        _keep(row, one, given=True, by=by, at=at)
        journal.record(events.ConsentGiven(ref, one, USES[one].version), about=ref, by=by, at=at)


@action
def withdraw_consent(ref: UUID, *, purpose: str, by: Actor, at: datetime) -> None:
    """Withdraw a consent, or refuse a purpose that may be refused; from now on it is not used so any more.

    Refuses: as `give_consent`. Source: PIPL Art. 15, 24.
    """
    row, one = _chosen(ref, purpose, giving=False, by=by, at=at)
    if row.pk in queries.choosing([row.pk], purpose=one):
        _keep(row, one, given=False, by=by, at=at)
        journal.record(events.ConsentWithdrawn(ref, one), about=ref, by=by, at=at)


@action
def hand_over(*, at: datetime, by: Actor = SYSTEM, most: int = 200) -> int:
    """Let those who have turned 14 decide themselves: what a guardian allowed for them ends, and both sides are told;
    how many. Source: PIPL Art. 14, 31.
    """
    on = timezone.localdate(at)
    age = int(rulebook.rule("people.child", on=on).amount)
    kept = Choice.objects.select_for_update(of=("self",)).filter(
        purpose=Purpose.CHILD, person__birth_year__lte=on.year - age, person__erased_at=None)
    grown = [one.person for one in kept.select_related("person__key").order_by("pk").iterator()
             if not access.is_child(one.person, at=at)][:most]
    for row in grown:
        consents = [one for one in Purpose if USES[one].footing in {Footing.CONSENT, Footing.GUARDIAN}]
        Choice.objects.filter(person=row, purpose__in=consents).delete()
        guards = access.in_force(at).filter(person=row, kind=Kind.GUARDIAN).order_by("pk")
        fact = events.ChildGrewUp(row.ref, tuple(guards.values_list("representative__ref", flat=True)))
        journal.record(fact, about=row.ref, by=by, at=at)
    return len(grown)


def consent_for_child(row: Person, *, by: Actor, at: datetime) -> None:
    """Note that a guardian agreed to the rules for children's data, when the child is registered."""
    _keep(row, Purpose.CHILD, given=True, by=by, at=at)
    fact = events.ConsentGiven(row.ref, Purpose.CHILD, USES[Purpose.CHILD].version)
    journal.record(fact, about=row.ref, by=by, at=at)


def _chosen(ref: UUID, word: str, *, giving: bool, by: Actor, at: datetime) -> tuple[Person, Purpose]:
    row = access.whose_rights(ref, by=by, at=at, lock=True)
    access.decides_for(row, by=by, at=at)
    one, others = rules.purpose(word), by.ref != SYSTEM.ref and by.person != ref
    if giving and others and access.is_minor(row, at=at) and not access.is_child(row, at=at):
        raise NotAllowed(N_("From 14 on they decide this themselves, on their own page. You can still withdraw it."))
    if USES[one].footing is Footing.GUARDIAN and not access.is_child(row, at=at):
        raise RuleBroken(N_("There is no such purpose. Choose one from the list."), rule="people.purpose",
                         field="purpose")
    rules.changeable(one, giving=giving)
    return row, one


def _keep(row: Person, one: Purpose, *, given: bool, by: Actor, at: datetime) -> None:
    Choice.objects.update_or_create(person=row, purpose=one, defaults={
        "given": given, "version": USES[one].version, "chosen_at": at, "chosen_by": by.ref})
