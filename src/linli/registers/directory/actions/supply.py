from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as duties_of
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.registers.directory import events, queries
from linli.registers.directory.actions.listing import moved, touch
from linli.registers.directory.models import Capacity as CapacityRow
from linli.registers.directory.models import Resource as ResourceRow
from linli.registers.directory.rules import supply
from linli.registers.directory.rules.supply import Capacity, Resource


@action
def set_capacities(ref: UUID, *, capacities: Sequence[Capacity], by: Actor, at: datetime) -> bool:
    """Say how many the service can take and how many places are free, by group; replaces what was said before.

    Whether anything changed; the same said again is counted anew, and its age begins again. Refuses: NotFound,
    NotAllowed, Conflict, RuleBroken (more free than there are; a group twice).
    """
    row = moved(ref, "set_capacities", by=by)
    supply.check_capacities(capacities)
    wanted = [replace(one, ref=None, updated_at=None) for one in capacities]
    free, most = sum(one.available for one in wanted), sum(one.maximum for one in wanted)
    if wanted == [replace(one, ref=None, updated_at=None) for one in queries.capacities([ref]).get(ref, [])]:
        if row.capacities.filter(updated_at__lt=at).update(updated_at=at, updated_by=by.ref):
            touch(row, by=by, at=at)
            journal.record(events.CapacitiesSet(ref, free, most), about=ref, by=by, at=at)
        return False
    row.capacities.all().delete()
    CapacityRow.objects.bulk_create(CapacityRow(
        service=row, unit=one.unit, group=one.group, maximum=one.maximum, available=one.available,
        funded_percent=one.funded_percent, waiting_list=one.waiting_list, updated_at=at, updated_by=by.ref,
    ) for one in wanted)
    touch(row, by=by, at=at)
    journal.record(events.CapacitiesSet(ref, free, most), about=ref, by=by, at=at)
    return True


@action
def set_resources(ref: UUID, *, resources: Sequence[Resource], by: Actor, at: datetime) -> bool:
    """Say what the service works with; replaces what was said before. Whether anything changed.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken naming the field.
    """
    row = moved(ref, "set_resources", by=by)
    supply.check_resources(resources)
    wanted = [replace(one, ref=None, name=one.name.strip()) for one in resources]
    if wanted == [replace(one, ref=None) for one in queries.resources([ref]).get(ref, [])]:
        return False
    row.resources.all().delete()
    ResourceRow.objects.bulk_create(ResourceRow(
        service=row, kind=one.kind, name=one.name, quantity=one.quantity, url=one.url) for one in wanted)
    touch(row, by=by, at=at)
    journal.record(events.ResourcesSet(ref, len(wanted)), about=ref, by=by, at=at)
    return True


@action
def remind_of_assurance(*, by: Actor, at: datetime, after: UUID | None = None, most: int = 500) -> list[UUID]:
    """Have providers owe the assurance of listings that are about to grow old; the refs looked at, for the next call.

    The duty runs from the last assurance; it is due by the rule directory.assure_listing.
    """
    on = at.astimezone(queries.SHANGHAI).date()
    found = queries.ageing(on=on, after=after, most=most)
    owed = {duty.about for duty in duties_of.duties(on=on, about=[ref for ref, *_ in found], rule_id=queries.ASSURE,
                                                    state=duties_of.OWED, most=most)}
    for ref, provider, region, since in found:
        if ref in owed:  # for weeks, every night
            continue
        rulebook.raise_duty(queries.ASSURE, owner=f"organisation:{provider}", owed_to=f"region:{region}", about=ref,
                            region=region, since=since, by=by, at=at)
    return [ref for ref, *_ in found]
