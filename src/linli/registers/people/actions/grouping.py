from datetime import date, datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Sealed
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, rules
from linli.registers.people.models import Membership, Person
from linli.registers.people.rules import GROUPS, Group


@action
def record_group(ref: UUID, *, group: str, until: date | None = None, by: Actor, at: datetime) -> None:
    """Note that somebody belongs to a special group, `until` a day (end excluded), or for as long as the rule lets it
    hold; a second time renews it. The person is told and sees it.

    Refuses: NotFound; NotAllowed (a group that the actor may not see, either); RuleBroken (no such group, the day).
    """
    row, one = _grouped(ref, group, by=by)
    on = timezone.localdate(at)
    months = int(rulebook.rule("people.group_months", on=on, region=row.region_code).amount)
    latest = on + relativedelta(months=months)
    end = until or latest
    if not on < end <= latest:
        raise RuleBroken(N_("An entry holds for at most {months} months. Choose an earlier day after today."),
                         rule="people.group_months", field="until", months=months)
    Membership.objects.update_or_create(person=row, group=one, defaults={
        "since": on, "until": end, "recorded_at": at, "recorded_by": by.ref})
    journal.record(events.GroupRecorded(ref, _sealed(row, one), end), about=ref, by=by, at=at)


@action
def end_group(ref: UUID, *, group: str, by: Actor, at: datetime) -> None:
    """Somebody belongs to a group no longer, or never did. Refuses: NotFound; NotAllowed; RuleBroken (no group)."""
    row, one = _grouped(ref, group, by=by)
    gone, _ = Membership.objects.filter(person=row, group=one).delete()
    if not gone:
        raise NotFound(N_("Nothing of this group is noted for this person."))
    journal.record(events.GroupEnded(ref, _sealed(row, one)), about=ref, by=by, at=at)


def _grouped(ref: UUID, word: str, *, by: Actor) -> tuple[Person, Group]:
    row = access.person(ref, by=by, permission="people.record_groups", lock=True)
    one, held = rules.group(word), access.held(row, by=by)
    if by.ref != SYSTEM.ref and not {"people.record_groups", rules.ring(one).permission} <= held:
        raise NotAllowed(N_("Your role does not let you note this group: {group}."), group=GROUPS[one].name)
    return row, one


def _sealed(row: Person, one: Group) -> Sealed:
    return Sealed(access.seal(row, "group", one).hex())
