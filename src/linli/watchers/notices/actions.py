import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from string import Formatter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.crypto import salted_hmac

from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.crypto import Keyring
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from linli.registers.accounts import queries as accounts
from linli.watchers.notices import access
from linli.watchers.notices.models import Channel, Letter, Mark, Notice
from linli.watchers.notices.rules import letters, topics
from linli.watchers.notices.rules.topics import Kind

CODE = "notices.Code"
MOST_CHANNELS = 10
FRESH, KEPT = timedelta(days=1), timedelta(days=30)
_CODE, _INDEX = "notices.channel", "notice channel"


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
    values = _values(entry)
    url = telling.link(entry.payload) if telling.link else ""
    return [
        Notice(position=entry.position, scope=scope, fact=entry.fact, values=values, url=url, urgent=telling.urgent,
               at=entry.at, by=entry.by)
        for scope in dict.fromkeys(telling.to(entry.payload))
    ]


def _values(entry: EntryCard) -> dict[str, Any]:
    """What of a fact its notice names; nothing else of it is kept."""
    named = {name for _, name, _, _ in Formatter().parse(TELLINGS[entry.fact].notice or "") if name}
    return {name: entry.payload[name] for name in sorted(named)}


# Reaching people outside the app


@action
def add_channel(*, kind: Kind, address: str, language: str, by: Actor, at: datetime) -> UUID:
    """Be reached at an address. A code goes there first; until it is given back nothing else does.

    Refuses: RuleBroken (no address of its kind); Conflict (known already, or too many).
    """
    return _added(kind, topics.address(kind, address), topics.masked(kind, topics.address(kind, address)), language,
                  confirmed=False, by=by, at=at)


@action
def add_browser(told: Any, *, name: str, language: str, by: Actor, at: datetime) -> UUID:
    """Be reached in this browser; known already, the same. Refuses: RuleBroken."""
    address = json.dumps(letters.subscription(told, local=settings.TESTING), sort_keys=True)
    known = access.channels(by).filter(index=_ring().blind_index(address, context=_INDEX)).first()
    return known.ref if known else _added(Kind.PUSH, address, name[:80], language, confirmed=True, by=by, at=at)


@action
def confirm_channel(ref: UUID, *, code: str, by: Actor, at: datetime) -> bool:
    """Give the code back; was it the right one? Wrong tries are kept. Refuses: NotFound; Conflict (too late)."""
    row = access.channel(ref, by=by)
    if row.confirmed:
        return True
    if at > row.at + topics.CODE_LIFE or row.tries >= topics.CODE_TRIES:
        raise Conflict(N_("This code is no longer good. Remove the address and enter it again."), field="code")
    row.tries += 1
    row.confirmed = salted_hmac(_CODE, f"{row.ref}{code.strip()}", algorithm="sha256").hexdigest() == row.code
    row.save(update_fields=["tries", "confirmed"])
    return row.confirmed


@action
def remove_channel(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Be reached there no more; the address is forgotten, and what waited for it. Refuses: NotFound."""
    access.channel(ref, by=by).delete()


@action
def choose(chosen: Mapping[UUID, Collection[str]], *, language: str, by: Actor, at: datetime) -> None:
    """What goes where: by channel, the topics. Refuses: NotFound (a channel of somebody else)."""
    for ref, wanted in chosen.items():
        row = access.channel(ref, by=by)
        row.topics, row.language, row.by = [topic for topic in topics.Topic if topic in wanted], language, by.ref
        row.save(update_fields=["topics", "language", "by"])


@action
def write(entries: Collection[EntryCard], *, at: datetime) -> int:
    """Write the letters that these entries ask for; how many. Once for each channel and entry, whatever is made again.

    Nothing older than a day goes out: who reads on after a long stop is told in the app.
    """
    told = [(entry, list(telling.to(entry.payload))) for entry in entries
            if (telling := TELLINGS.get(entry.fact)) and telling.notice and entry.at > at - FRESH]
    if not told or not Channel.objects.filter(confirmed=True).exists():
        return 0
    scopes = {scope for _, scopes in told for scope in scopes}
    reached = accounts.reached(scopes, permission=access.WATCHES, at=at)
    rows = Channel.objects.filter(confirmed=True, account__in={one for found in reached.values() for one in found})
    made = [_letter(row, entry, at=at) for entry, to in told for row in rows
            if row.account in {one for scope in to for one in reached[scope]}
            and topics.wanted(entry.fact, urgent=TELLINGS[entry.fact].urgent, topics=row.topics)]
    return len(Letter.objects.bulk_create(made, ignore_conflicts=True))


@action
def forget_people(persons: Collection[UUID]) -> None:
    """Forget where these people were reached: they have been erased."""
    Channel.objects.filter(person__in=persons).delete()


@action
def sent(ref: UUID, *, at: datetime) -> None:
    """It is gone. A code is not kept once it is."""
    Letter.objects.filter(ref=ref).update(due=None, failure="", at=at)
    Letter.objects.filter(ref=ref, fact=CODE).delete()


@action
def failed(ref: UUID, *, why: str, gone: bool, at: datetime) -> None:
    """It could not be sent: tried again later, or never where nobody is there any more (`gone`)."""
    row = Letter.objects.select_for_update().get(ref=ref)
    if gone:
        row.channel.delete()
        return
    row.tries += 1
    row.due, row.failure = topics.again(row.tries, at=at), why[:200]
    row.save(update_fields=["tries", "due", "failure"])


@action
def tidy(*, at: datetime) -> int:
    """Drop letters that went long ago, and addresses that nobody confirmed; how many."""
    old, _ = Letter.objects.filter(due=None, at__lt=at - KEPT).delete()
    never, _ = Channel.objects.filter(confirmed=False, at__lt=at - KEPT).delete()
    return old + never


def _added(kind: Kind, address: str, shown: str, language: str, *, confirmed: bool, by: Actor, at: datetime) -> UUID:
    ring = _ring()
    index, mine = ring.blind_index(address, context=_INDEX), access.channels(by)
    if mine.filter(kind=kind, index=index).exists():
        raise Conflict(N_("You are reached there already."), field=str(kind))
    if mine.count() >= MOST_CHANNELS:
        raise Conflict(N_("You have {most} ways to be reached already. Remove one first."), most=MOST_CHANNELS)
    ref, key = new_ref(), ring.new_key()
    code = f"{secrets.randbelow(10**6):06}"
    row = Channel.objects.create(
        ref=ref, account=by.ref, person=by.person, kind=kind, key=key, index=index, shown=shown, language=language,
        sealed=ring.seal(key, address, context=f"channel {ref}"), topics=[topics.Topic.URGENT, topics.Topic.VISITS],
        confirmed=confirmed, at=at, by=by.ref,
        code="" if confirmed else salted_hmac(_CODE, f"{ref}{code}", algorithm="sha256").hexdigest())
    if not confirmed:
        Letter.objects.create(channel=row, position=0, fact=CODE, values={"code": code}, urgent=True, due=at, at=at,
                              by=by.ref)
    return ref


def _letter(row: Channel, entry: EntryCard, *, at: datetime) -> Letter:
    telling = TELLINGS[entry.fact]
    return Letter(channel=row, position=entry.position or 0, fact=entry.fact, values=_values(entry),
                  url=telling.link(entry.payload) if telling.link else "", urgent=telling.urgent,
                  due=topics.due(Kind(row.kind), urgent=telling.urgent, at=at), at=at, by=entry.by)


def _ring() -> Keyring:
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)
