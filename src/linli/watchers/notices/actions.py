from collections.abc import Collection
from datetime import datetime
from string import Formatter

from django.db.models import Max

from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.watchers.notices import access
from linli.watchers.notices.models import Mark, Notice


@action
def tell(entries: Collection[EntryCard]) -> int:
    """Write down whom these entries concern; how many notices that is. Made from the journal, so it records nothing."""
    made = [notice for entry in entries for notice in _notices(entry)]
    Notice.objects.bulk_create(made, batch_size=500)
    return len(made)


@action
def forget() -> None:
    """Empty the notices, to be made again from the journal. What was read stays read."""
    Notice.objects.all().delete()


@action
def mark_read(*, up_to: int | None = None, by: Actor, at: datetime) -> None:
    """Mark as read what the actor has been told, up to a position (all of it when none is given); never backwards."""
    newest = access.mine(by).aggregate(newest=Max("position"))["newest"] or 0
    reached = newest if up_to is None else min(up_to, newest)
    mark, _ = Mark.objects.select_for_update().get_or_create(
        account=by.ref, defaults={"up_to": 0, "at": at, "by": by.ref})
    if reached > mark.up_to:
        mark.up_to, mark.at, mark.by = reached, at, by.ref
        mark.save(update_fields=["up_to", "at", "by"])


def _notices(entry: EntryCard) -> list[Notice]:
    telling = TELLINGS.get(entry.fact)
    if telling is None or telling.notice is None or entry.position is None:
        return []
    named = {name for _, name, _, _ in Formatter().parse(telling.notice) if name}
    values = {name: entry.payload[name] for name in sorted(named)}
    url = telling.link(entry.payload) if telling.link else ""
    return [
        Notice(position=entry.position, scope=scope, fact=entry.fact, values=values, url=url, urgent=telling.urgent,
               at=entry.at, by=entry.by)
        for scope in dict.fromkeys(telling.to(entry.payload))
    ]
