"""What somebody watches, and what was entered last of each."""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from linli.kernel.actor import Actor
from linli.kernel.text import N_, Text
from linli.registers.organisations import access
from linli.registers.organisations.models import Filing, Watched, WatchList
from linli.registers.organisations.rules.filing import LABELS, FilingKind
from linli.registers.organisations.rules.items import STATUSES


@dataclass(frozen=True)
class WatchedCard:
    """An organisation on a list, with its newest entry where it has one."""

    ref: UUID
    name: str
    uscc: str
    status: Text | None
    status_key: str
    marks: tuple[str, ...]
    entered: Text | None
    """What kind of filing the newest is."""
    entered_at: datetime | None
    effective_on: date | None
    since: datetime
    """When it was put on the list."""

    @property
    def news(self) -> bool:
        """Whether something was entered since it is watched."""
        return self.entered_at is not None and self.entered_at > self.since


@dataclass(frozen=True)
class WatchListCard:
    ref: UUID
    name: str
    organisations: tuple[WatchedCard, ...]
    """What was entered last stands first."""


def watch_lists(by: Actor) -> list[WatchListCard]:
    """One's own lists, the oldest first; two queries."""
    if by.person is None:
        return []
    lists = list(WatchList.objects.filter(person=by.person).order_by("pk"))
    last = Filing.objects.filter(organisation=OuterRef("organisation")).order_by("-pk")
    rows = Watched.objects.filter(list__in=lists).select_related("organisation").annotate(
        last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("filed_at")[:1]),
        last_on=Subquery(last.values("effective_on")[:1])).order_by("-last_at", "organisation__name")
    found: dict[int, list[WatchedCard]] = {}
    for row in rows:
        found.setdefault(row.list_id, []).append(_card(row))
    return [WatchListCard(one.ref, one.name, tuple(found.get(one.pk, ()))) for one in lists]


def watch_list(ref: UUID, *, by: Actor) -> WatchListCard:
    """One of one's own lists. Refuses: NotFound."""
    row = access.watch_list(ref, by=by)
    return next(one for one in watch_lists(by) if one.ref == row.ref)


def watches(organisation: UUID, *, by: Actor) -> bool:
    """Whether this person watches it; one query."""
    return by.person is not None and Watched.objects.filter(
        list__person=by.person, organisation__ref=organisation).exists()


def lists_held(person: UUID) -> list[dict[str, Any]]:
    """What somebody watches, for the copy that they take."""
    rows = Watched.objects.filter(list__person=person).select_related("list", "organisation").order_by("list", "pk")
    return [{N_("list"): row.list.name, N_("organisation"): row.organisation.name, N_("when"): row.added_at}
            for row in rows]


def _card(row: Watched) -> WatchedCard:
    one = row.organisation
    kind, at, on = row.last_kind, row.last_at, row.last_on  # type: ignore[attr-defined]  # annotated
    return WatchedCard(one.ref, one.name, one.uscc, STATUSES.get(one.status), one.status, tuple(one.marks.split()),
                       LABELS[FilingKind(kind)] if kind else None, at, on, row.added_at)
