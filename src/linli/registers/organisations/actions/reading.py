"""Who read an entry is told when it is corrected."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.registers.organisations import events, queries
from linli.registers.organisations.models import Filing, Organisation, Reading


def note_reading(organisation: UUID, *, newest: datetime | None, by: Actor, at: datetime) -> None:
    """Keep that a person read this entry as it stood after its `newest` filing; of who is not signed in, nothing.

    Written once a day at most, unless something was filed meanwhile.
    """
    if by.person is None or newest is None:
        return
    last = queries.last_read(organisation, person=by.person)
    if last is None or last < newest or timezone.localdate(last) < timezone.localdate(at):
        _note(organisation, by.person, at=at)


@action
def _note(organisation: UUID, person: UUID, *, at: datetime) -> None:
    row = Organisation.objects.get(ref=organisation)
    Reading.objects.update_or_create(
        person=person, organisation=row, defaults={"latest": at},
        create_defaults={"since": at, "latest": at})


@action
def tell_readers(entries: Sequence[EntryCard], *, by: Actor) -> int:
    """Have those told who read an entry while it said what has been corrected (`events.FilingCorrected`); how many.

    Whoever keeps the entry is told of the correction anyway.
    """
    count = 0
    for entry in entries:
        said_at = Filing.objects.filter(ref=entry.payload["corrects"]).values_list("filed_at", flat=True).first()
        organisation = Organisation.objects.filter(ref=entry.payload["organisation"]).first()
        if said_at is None or organisation is None:
            continue
        since = max(said_at, queries.readings_kept_since(entry.at))
        readers = Reading.objects.filter(organisation=organisation, latest__gte=since, since__lte=entry.at)
        for person in readers.order_by("pk").values_list("person", flat=True):
            if person != organisation.applicant:
                fact = events.ReaderTold(person, organisation.ref, UUID(entry.payload["filing"]))
                journal.record(fact, about=person, by=by, at=entry.at)
                count += 1
    return count


@action
def forget_readings(*, before: datetime | None = None, person: UUID | None = None, by: Actor, at: datetime) -> int:
    """Drop who read what: all that is older than a moment, or all of somebody who was erased. How many."""
    rows = Reading.objects.all()
    rows = rows.filter(person=person) if person else rows
    return rows.filter(latest__lt=before).delete()[0] if before else rows.delete()[0] if person else 0
