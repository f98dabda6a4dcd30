"""Entries that grow old: an office says that they still stand, and is reminded of those that nobody confirmed."""
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor, prefix
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import events, queries
from linli.registers.places.actions.facilities import still_open
from linli.registers.places.actions.regions import require

MOST = 200
"""How many entries one reminder speaks of; the oldest first."""


@action
def confirm_facility(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say that everything still stands as entered; what was owed for it is done.

    Refuses: NotFound, NotAllowed, Conflict (closed).
    """
    row = still_open(ref, by=by)
    row.changed_at, row.changed_by = at, by.ref
    row.save(update_fields=["changed_at", "changed_by"])
    duties.meet(about=ref, rule_id=queries.CONFIRM, by=by, at=at)
    journal.record(events.FacilityConfirmed(ref, row.region_code), about=ref, by=by, at=at)


@action
def ask_to_confirm(region: str, *, by: Actor, at: datetime) -> int:
    """Remind the office of a township of the entries there that nobody confirmed in time, of which it owes each one
    from now on; how many. It is told.

    Refuses: NotFound (no township of this code), NotAllowed (another office's), RuleBroken (nothing to remind of),
    Conflict (reminded a few days ago). Source: rules places.fresh_days, places.confirm_facility, places.remind_again.
    """
    card = queries.region(region) if len(prefix(region)) == 9 else None
    if card is None:
        raise NotFound(N_("No such region."))
    require(by, region)
    on = timezone.localdate(at)
    again = rulebook.rule(queries.REMIND, on=on, region=region).amount
    last = queries.reminded([card.ref]).get(card.ref)
    if last and last > at - timedelta(days=again):
        raise Conflict(N_("This office was reminded within the last {days} days. Give it time."),
                       rule=queries.REMIND, days=again)
    rows = list(queries.stale_rows([prefix(region)], on=on).order_by("changed_at", "pk")[:MOST])
    if not rows:
        raise RuleBroken(N_("All facilities there were confirmed in time: there is nothing to remind of."),
                         rule=queries.FRESH, field="region")
    for row in rows:
        duties.raise_duty(queries.CONFIRM, owner=f"region:{region}", owed_to=f"region:{region[:6]}000000",
                          about=row.ref, region=row.region_code, since=on, by=by, at=at)
    journal.record(events.ConfirmationAsked(region, len(rows)), about=card.ref, by=by, at=at)
    return len(rows)
