from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_type_hints

from django.db.models import Min, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.engines.journal.events import Fact
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.ui import written
from linli.watchers.notices import access
from linli.watchers.notices.models import Mark, Notice

MOST = 100
_GONE = N_("Something that concerns you was recorded.")


@dataclass(frozen=True)
class NoticeCard:
    """What the reader is told. `text` names `values`, which the doors put into words."""

    position: int
    fact: str
    text: Text
    values: dict[str, Any]
    url: str
    urgent: bool
    at: datetime
    unread: bool


def notices(*, by: Actor, limit: int = 50, before: int | None = None) -> list[NoticeCard]:
    """What the actor has been told, the newest first; `before` is the last position of the page before.

    A fact told to several of the actor's scopes is one notice.
    """
    rows = access.mine(by) if before is None else access.mine(by).filter(position__lt=before)
    first = rows.values("position").annotate(first=Min("pk")).order_by("-position")[:limit]
    found = Notice.objects.filter(pk__in=[row["first"] for row in first]).order_by("-position")
    read = Mark.objects.filter(account=by.ref).values_list("up_to", flat=True).first() or 0
    return [_card(row, read) for row in found]


def unread(by: Actor) -> int:
    """How many notices the actor has not read, at most 100; one query."""
    return unread_rows(by).count()


def unread_rows(by: Actor) -> QuerySet[Notice]:
    """The notices that the actor has not read, each once, at most 100; for counting."""
    read = Mark.objects.filter(account=by.ref).values("up_to")
    rows = access.mine(by).filter(position__gt=Coalesce(Subquery(read), 0))
    first = rows.order_by().values("position").annotate(first=Min("pk")).values("first")[:MOST]
    return Notice.objects.filter(pk__in=first)


def said(card: NoticeCard) -> str:
    """A notice in the reader's language, its days, times and money as a reader writes them."""
    kinds = _kinds(card.fact)
    return speak(card.text, **{name: _value(name, value, kinds) for name, value in card.values.items()})


def _value(name: str, value: Any, kinds: Mapping[str, Any]) -> Any:
    kind = kinds.get(name)
    if isinstance(value, int) and name.endswith("fen"):
        return written.money(value)
    if isinstance(value, str) and kind in {datetime, datetime | None}:
        return written.moment(datetime.fromisoformat(value))
    if isinstance(value, str) and kind in {date, date | None}:
        return written.day(date.fromisoformat(value))
    return value


@cache
def _kinds(label: str) -> Mapping[str, Any]:
    """The types of a fact's fields."""
    waiting = [*Fact.__subclasses__()]
    while waiting:
        fact = waiting.pop()
        if fact.label() == label:
            return get_type_hints(fact)
        waiting += fact.__subclasses__()
    return {}


def _card(row: Notice, read: int) -> NoticeCard:
    telling = TELLINGS.get(row.fact)
    text = telling.notice if telling and telling.notice else _GONE
    return NoticeCard(row.position, row.fact, text, row.values, row.url, row.urgent, row.at, row.position > read)
