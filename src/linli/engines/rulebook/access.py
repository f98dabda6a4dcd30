"""The one way to a duty: who owes it, who is owed, and who watches over its region may know of it."""
from uuid import UUID

from linli.engines.rulebook.models import Duties, Duty
from linli.engines.rulebook.states import SEE
from linli.kernel.actor import REGION, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_


def seen(by: Actor) -> Duties:
    """The duties of the regions that the actor watches over, ours included."""
    return Duty.objects.inside(by.scopes(SEE, "region"))


def duty(ref: UUID, *, by: Actor, lock: bool = False) -> Duty:
    """Refuses: NotFound (absent or hidden)."""
    rows = Duty.objects.select_for_update() if lock else Duty.objects.all()
    row = rows.filter(ref=ref).first()
    if row is None or not (SEE in by.held(REGION + row.region_code) or by.held(row.owner, row.owed_to)):
        raise NotFound(N_("There is no such duty. Check the address, or look in the list of duties."))
    return row


def held(row: Duty, *, by: Actor) -> frozenset[str]:
    """What the actor may do to this duty: only the office that watches over the region decides."""
    return by.held(REGION + row.region_code)
