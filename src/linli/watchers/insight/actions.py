"""What this room keeps for itself: it is made from the journal and from counting, so nothing of it is recorded."""
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.rows import insert_many
from linli.watchers.insight.models import Course, Free
from linli.watchers.insight.rules.measures import State

STATES: dict[str, State] = {
    "needs.NeedBooked": State.BOOKED, "needs.NeedReopened": State.OPEN, "needs.NeedMet": State.MET,
    "needs.NeedWithdrawn": State.WITHDRAWN, "needs.NeedExpired": State.EXPIRED,
}
ENDED = (State.MET, State.WITHDRAWN, State.EXPIRED)


@action
def follow(entries: Sequence[EntryCard]) -> None:
    """Keep how needs went, from what the journal says of them, in its order."""
    refs = {UUID(entry.payload["need"]) for entry in entries}
    kept = {row.need: row for row in Course.objects.filter(need__in=refs)}
    new: dict[UUID, Course] = {}
    for entry in entries:
        told, ref = entry.payload, UUID(entry.payload["need"])
        if entry.fact == "needs.NeedPosted":
            if ref not in kept:
                new[ref] = kept[ref] = Course(
                    need=ref, person=UUID(told["person"]), region_code=told["region"], category=told["category"],
                    state=State.OPEN, posted_at=entry.at, posted_by=entry.by)
            continue
        row = kept.get(ref)
        if row is None:
            continue
        if entry.fact == "needs.NeedChanged":
            row.category = told["category"]
        elif entry.fact in STATES:
            row.state = STATES[entry.fact]
            row.ended_at, row.ended_by = (entry.at, entry.by) if row.state in ENDED else (None, None)
    Course.objects.bulk_create(new.values(), batch_size=500)
    Course.objects.bulk_update([row for ref, row in kept.items() if ref not in new],
                               ["category", "state", "ended_at", "ended_by"], batch_size=200)


@action
def forget() -> None:
    """Empty the courses, to be made again from the journal."""
    Course.objects.all().delete()


@action
def keep_free(places: Mapping[UUID, int], *, by: Actor, at: datetime) -> int:
    """Keep how many places of each service are free, as counted now; replaces what was counted before."""
    Free.objects.all().delete()
    insert_many(Free, ("service", "places", "counted_at", "counted_by"),
                [(ref, count, at, by.ref) for ref, count in sorted(places.items())])
    return len(places)
