from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.people import access, events, registry
from linli.registers.people.actions import exercising, housing, representing
from linli.registers.people.models import Choice, Membership, OpeningPermit, Person, PersonKey, Representation
from linli.registers.people.states import State

UNUSED = "people.unused_months"


@action
def erase(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Destroy the person's key and with it every text of theirs, wherever copies lie; refs and figures stay.

    Their region is kept to the county, for the figures; what they chose and the groups they belonged to go. Only the
    person themself can, or their guardian; an office opens an account for who has none.
    Refuses: NotFound; NotAllowed. Source: PIPL Art. 47.
    """
    housing.take_turn(ref)
    row = access.whose_rights(ref, by=by, at=at, lock=True)
    if by.ref != SYSTEM.ref:
        access.decides_for(row, by=by, at=at)
    for one in Representation.objects.select_for_update().exclude(state=State.ENDED).filter(person__ref=ref) | \
            Representation.objects.select_for_update().exclude(state=State.ENDED).filter(representative__ref=ref):
        representing.close(one, by=by, at=at)
    housing.forget(row, by=by, at=at)
    exercising.close_all(row, by=by, at=at)
    for table in (PersonKey, Choice, Membership, OpeningPermit):
        table.objects.filter(person=row).delete()
    row.name_sealed = row.id_number_sealed = row.phone_sealed = row.address_sealed = row.birth_on_sealed = None
    row.id_index = row.phone_index = row.gender = row.language = ""
    row.birth_year, row.erase_on, row.erased_at, row.erased_by = None, None, at, by.ref
    row.region_code = row.region_code[:6].ljust(12, "0")
    row.save()
    read_anew()  # the key with it
    journal.record(events.PersonErased(ref), about=ref, by=by, at=at)


@action
def announce_unused(*, at: datetime, by: Actor = SYSTEM, most: int = 200) -> int:
    """Tell those whom nobody has used the data of for the months of the rule that they will be erased; how many.

    Source: PIPL Art. 19, 47 (1).
    """
    on = timezone.localdate(at)
    rule = rulebook.rule(UNUSED, on=on)
    since = at - relativedelta(months=int(rule.amount))
    rows = Person.objects.select_for_update().filter(erased_at=None, erase_on=None, registered_at__lt=since)
    silent = _silent(rows.order_by("pk").iterator(), since=since, most=most)
    for row in silent:
        row.erase_on = on + timedelta(days=int(rule.params["notice_days"]))
        row.save(update_fields=["erase_on"])
        journal.record(events.ErasureAnnounced(row.ref, row.erase_on), about=row.ref, by=by, at=at)
    return len(silent)


@action
def erase_unused(*, at: datetime, by: Actor = SYSTEM, most: int = 200) -> int:
    """Erase those who were told so and have not come back by their day; how many. Who came back is kept."""
    on = timezone.localdate(at)
    due = list(Person.objects.select_for_update().filter(erased_at=None, erase_on__lte=on).order_by("pk")[:most])
    since = at - relativedelta(months=int(rulebook.rule(UNUSED, on=on).amount))
    silent = {row.pk for row in _silent(due, since=since, most=most)}
    for row in due:
        if row.pk in silent:
            erase(row.ref, by=by, at=at)
            continue
        row.erase_on = None
        row.save(update_fields=["erase_on"])
        read_anew(access.kept(row.ref))
        journal.record(events.ErasureCalledOff(row.ref), about=row.ref, by=by, at=at)
    return len(silent)


def _silent(rows: Iterable[Person], *, since: datetime, most: int) -> list[Person]:
    """Of these, those whom nobody has seen since then: they signed in, asked and were visited earlier, if at all, and
    nothing of theirs still goes on."""
    found: list[Person] = []
    batch: list[Person] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 500:
            found += _unseen(batch, since)
            batch = []
        if len(found) >= most:
            return found[:most]
    return [*found, *_unseen(batch, since)][:most]


def _unseen(batch: list[Person], since: datetime) -> list[Person]:
    seen = registry.last_seen({row.ref for row in batch})
    found = [row for row in batch if row.ref not in seen or seen[row.ref] < since]
    used = registry.in_use({row.ref for row in found})
    return [row for row in found if row.ref not in used]
