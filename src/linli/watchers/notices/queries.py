from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_type_hints
from uuid import UUID

from django.conf import settings
from django.db.models import Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from linli.engines.journal.events import Fact
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import Actor
from linli.kernel.crypto import Keyring, Unreadable
from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.ui import written
from linli.watchers.notices import access
from linli.watchers.notices.models import Channel, Letter, Mark, Notice
from linli.watchers.notices.rules import letters
from linli.watchers.notices.rules.topics import Kind

MOST = 100
CODE = N_("Your code is {code}. It is good for half an hour. Whoever asks you for it is not us.")
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


@dataclass(frozen=True)
class ChannelCard:
    """A way in which the reader wants to be reached; the address is masked."""

    ref: UUID
    kind: Kind
    shown: str
    topics: tuple[str, ...]
    confirmed: bool
    failure: str


@dataclass(frozen=True)
class LetterCard:
    """Something to be sent, with the address opened."""

    ref: UUID
    kind: Kind
    address: str
    language: str
    text: Text
    fact: str
    values: dict[str, Any]
    url: str
    urgent: bool


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


def channels(by: Actor) -> list[ChannelCard]:
    """Where the actor is reached outside the app, and what of it failed last; one query."""
    failure = Letter.objects.filter(channel=OuterRef("pk")).exclude(failure="").order_by("-pk").values("failure")[:1]
    rows = access.channels(by).annotate(failed=Coalesce(Subquery(failure), Value(""))).order_by("kind", "pk")
    return [ChannelCard(row.ref, Kind(row.kind), row.shown, tuple(row.topics), row.confirmed, row.failed)
            for row in rows]


def offered() -> tuple[Kind, ...]:
    """The ways that this node can go: those whose server it was told."""
    told = {Kind.EMAIL: settings.MAIL_URL, Kind.SMS: settings.SMS_URL, Kind.PUSH: "always"}
    return tuple(kind for kind in Kind if told[kind])


def push_key() -> str:
    """The key by which a browser knows this node."""
    return letters.public_key(letters.server_key(settings.MASTER_KEY))


def due(*, at: datetime, most: int = 200) -> list[LetterCard]:
    """What is to be sent now, the oldest first. A channel that cannot be read any more is left out."""
    rows = Letter.objects.filter(due__lte=at, channel__kind__in=offered()).select_related("channel").order_by("due")
    return [card for row in rows[:most] if (card := _letter(row))]


def _address(channel: Channel) -> str | None:
    try:
        return Keyring(settings.MASTER_KEY).open(channel.key, channel.sealed, context=f"channel {channel.ref}")
    except Unreadable:
        return None


def _letter(row: Letter) -> LetterCard | None:
    channel, address = row.channel, _address(row.channel)
    if address is None:
        return None
    telling = TELLINGS.get(row.fact)
    text = CODE if not row.position else telling.notice if telling and telling.notice else _GONE
    return LetterCard(row.ref, Kind(channel.kind), address, channel.language, text, row.fact, row.values, row.url,
                      row.urgent)


def said(card: NoticeCard | LetterCard) -> str:
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


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What somebody was told here; for the copy that they take."""
    rows = Notice.objects.filter(scope=f"person:{person}").order_by("-position")
    return [{N_("when"): row.at, N_("told"): said(_card(row, 0))} for row in rows]


def channels_held(person: UUID) -> list[dict[str, Any]]:
    """Where somebody wants to be told, of a browser only its name; for the copy that they take."""
    rows = Channel.objects.filter(person=person).order_by("pk")
    return [{N_("address"): Text(row.shown if row.kind == Kind.PUSH else _address(row) or row.shown),
             N_("when"): row.at} for row in rows]
