from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.orders import access, events, rules
from linli.work.orders.models import Feed
from linli.work.orders.states import FEEDS, SEE, FeedState


@action
def make_feed(scope: str, *, language: str = "zh-hans", by: Actor, at: datetime) -> UUID:
    """Make a calendar at a secret address: `own`, `practitioner:REF` or `site:REF`; the one that stands is given back.

    It has the rights of the account, as they are when it is read. Refuses: NotFound (nothing the actor may see).
    """
    wanted = rules.scope(scope)
    if wanted is None or not access.feeds_on(wanted, by):
        raise NotFound(N_("There is nothing of this kind that you may see."))
    row = Feed.objects.select_for_update().filter(account=by.ref, scope=str(wanted)).first()
    if row is not None and row.state == FeedState.OPEN:
        return row.ref
    state = FEEDS.check("make_feed", state=row.state if row else START, held={SEE})
    if row is None:
        row = Feed(ref=new_ref(), account=by.ref, scope=str(wanted), generation=0)
    row.state, row.language, row.generation = state, language, row.generation + 1
    row.made_at, row.made_by = at, by.ref
    row.save()
    journal.record(events.FeedMade(row.ref, by.ref, row.generation > 1), about=row.ref, by=by, at=at)
    return row.ref


@action
def renew_feed(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Make a new address; the one before leads nowhere at once. Refuses: NotFound, Conflict (stopped)."""
    row = access.feed(ref, by=by, lock=True)
    FEEDS.check("renew_feed", state=row.state, held={SEE})
    row.generation, row.made_at, row.made_by = row.generation + 1, at, by.ref
    row.save(update_fields=["generation", "made_at", "made_by"])
    journal.record(events.FeedMade(ref, by.ref, True), about=ref, by=by, at=at)


@action
def stop_feed(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let the address lead nowhere. Refuses: NotFound, Conflict (stopped already)."""
    row = access.feed(ref, by=by, lock=True)
    row.state = FEEDS.check("stop_feed", state=row.state, held={SEE})
    row.save(update_fields=["state"])
    journal.record(events.FeedStopped(ref, by.ref), about=ref, by=by, at=at)
