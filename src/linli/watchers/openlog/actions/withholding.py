"""What the law keeps from being shown."""
from datetime import datetime

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.watchers.openlog import events, queries
from linli.watchers.openlog.actions.keys import may_run
from linli.watchers.openlog.models import Leaf, Withheld
from linli.watchers.openlog.rules import leaves


@action
def withhold(index: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Show the payload of a leaf no more; its digest stays in the log. Refuses: NotAllowed, NotFound, RuleBroken,
    Conflict (withheld already)."""
    may_run(by)
    if reason not in set(leaves.Reason):
        raise RuleBroken(N_("Choose one of these reasons: {reasons}."), field="reason",
                         reasons=", ".join(leaves.Reason))
    queries.leaf(index)
    _, new = Withheld.objects.get_or_create(leaf=index, defaults={"reason": reason, "at": at, "by": by.ref})
    if not new:
        raise Conflict(N_("This payload is withheld already."))
    Leaf.objects.filter(index=index).update(payload="")
    journal.record(events.PayloadWithheld(index, reason), about=new_ref(), by=by, at=at)
