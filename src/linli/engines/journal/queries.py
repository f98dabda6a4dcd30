from collections.abc import Collection
from uuid import UUID

from django.db.models import Max

from linli.engines.journal.models import Entry, Reader
from linli.engines.journal.registry import WATCHERS, EntryCard


def entries(
    *, after: int, until: int | None = None, most: int = 100, facts: Collection[str] | None = None
) -> list[tuple[int, EntryCard]]:
    """The next entries past a position, in order, each with its position. No lower position can appear later."""
    rows = Entry.objects.filter(position__gt=after).order_by("position")
    rows = rows if until is None else rows.filter(position__lte=until)
    rows = rows if facts is None else rows.filter(fact__in=facts)
    return [(row.position or 0, _card(row)) for row in rows[:most]]


def history(about: Collection[UUID], *, facts: Collection[str] | None = None) -> list[EntryCard]:
    """Everything recorded about these things, oldest first; for their timelines."""
    rows = Entry.objects.filter(about__in=about).order_by("at", "id")
    return [_card(row) for row in (rows if facts is None else rows.filter(fact__in=facts))]


def lag() -> dict[str, tuple[int, str]]:
    """By watcher: how many positions it is behind, and what stopped it (empty while it runs)."""
    end = Entry.objects.aggregate(end=Max("position"))["end"] or 0
    read = {row.name: row for row in Reader.objects.all()}
    return {n: (end - (read[n].last if n in read else 0), read[n].failure if n in read else "") for n in WATCHERS}


def _card(row: Entry) -> EntryCard:
    return EntryCard(row.pk, row.fact, row.about, row.payload, row.by, row.at, row.position)
