"""The office reminds a provider of listings that it has not assured in time."""
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import events, queries
from linli.registers.directory.queries import offered
from linli.registers.directory.states import CHECK
from linli.registers.organisations import queries as organisations

MOST = 200
"""How many listings one reminder speaks of; the oldest first."""


@action
def ask_to_assure(provider: UUID, *, by: Actor, at: datetime) -> int:
    """Remind a provider of its open listings in the office's regions that were not assured in time, or never; from now
    on it owes each of them. How many there are. The provider is told.

    Refuses: NotFound (no such provider), NotAllowed, RuleBroken (nothing to remind of; known from a public list only,
    so nobody is there to be told), Conflict (reminded a few days ago).
    Source: rules directory.assure_listing, directory.answer_reminder, directory.remind_again.
    """
    starts = by.scopes(CHECK, "region")
    if not starts:
        raise NotAllowed(N_("Your role does not let you check listings."))
    card, on = organisations.organisation(provider), timezone.localdate(at)
    before = on - timedelta(days=queries.fresh_days(on, card.region))
    rows = list(offered.stale_rows(starts, before=before).filter(provider_id=provider).order_by(
        "assured_on", "pk").values_list("ref", "region_code")[:MOST])
    if not rows:
        raise RuleBroken(N_("All listings of this provider were assured in time: there is nothing to remind of."),
                         rule=queries.ASSURE)
    if card.listed:
        raise RuleBroken(N_("Nobody has claimed this provider yet, so nobody would read the reminder. Call it."),
                         rule="directory.answer_reminder")
    again = rulebook.rule(offered.REMIND, on=on, region=card.region).amount
    last = offered.reminded([provider]).get(provider)
    if last and last > at - timedelta(days=again):
        raise Conflict(N_("This provider was reminded within the last {days} days. Give it time."),
                       rule=offered.REMIND, days=again)
    for ref, region in rows:
        duties.raise_duty(offered.ANSWER, owner=f"organisation:{provider}", owed_to=f"region:{region}", about=ref,
                          region=region, since=on, by=by, at=at)
    due = max(one.due_on for one in rulebook.duties(on=on, rule_id=offered.ANSWER, about=[ref for ref, _ in rows]))
    journal.record(events.AssuranceAsked(provider, len(rows), due), about=provider, by=by, at=at)
    return len(rows)
