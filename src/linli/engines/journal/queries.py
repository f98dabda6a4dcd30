from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from linli.engines.journal.events import Visibility
from linli.engines.journal.models import Entry, Reader
from linli.engines.journal.registry import WATCHERS, EntryCard


def entries(
    *, after: int, until: int | None = None, most: int = 100, facts: Collection[str] | None = None,
    visibility: Visibility | None = None,
) -> list[tuple[int, EntryCard]]:
    """The next entries past a position, in order, each with its position. No lower position can appear later."""
    rows = Entry.objects.filter(position__gt=after).order_by("position")
    rows = rows if until is None else rows.filter(position__lte=until)
    rows = rows.filter(wanted(facts, visibility))
    return [(card.position or 0, card) for card in _cards(rows[:most])]


def wanted(facts: Collection[str] | None, visibility: Visibility | None) -> Q:
    """The entries of these facts and this visibility; None stands for all."""
    where = Q() if facts is None else Q(fact__in=facts)
    return where if visibility is None else where & Q(visibility=visibility)


def history(about: Collection[UUID], *, facts: Collection[str] | None = None) -> list[EntryCard]:
    """Everything recorded about these things, oldest first; for their timelines."""
    rows = Entry.objects.filter(about__in=about).order_by("at", "id")
    return _cards(rows if facts is None else rows.filter(fact__in=facts))


def lag() -> dict[str, tuple[int, str]]:
    """By watcher: how many entries wait for it (facts it does not read do not), what stopped it (empty: it runs)."""
    read = {row.name: row for row in Reader.objects.all()}
    last = {name: read[name].last if name in read else 0 for name in WATCHERS}
    waiting = {f"n{place}": Count("pk", filter=Q(position__gt=last[name]) & (
        wanted(watcher.facts, watcher.visibility))) for place, (name, watcher) in enumerate(
            WATCHERS.items())}
    found = Entry.objects.filter(position__gt=min(last.values(), default=0)).aggregate(**waiting)
    return {name: (found[f"n{place}"], read[name].failure if name in read else "")
            for place, name in enumerate(WATCHERS)}


def _cards(rows: QuerySet[Entry]) -> list[EntryCard]:
    return [EntryCard(*row) for row in rows.values_list("pk", "fact", "about", "payload", "by", "at", "position")]
