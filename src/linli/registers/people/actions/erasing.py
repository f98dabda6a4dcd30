from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.people import access, events
from linli.registers.people.actions import representing
from linli.registers.people.models import PersonKey, Representation
from linli.registers.people.states import State


@action
def erase(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Destroy the person's key and with it every text of theirs, wherever copies lie; refs and figures stay.

    Their region is kept to the county, for the figures. Only the person themself can; an office opens an account for
    who has none.
    Refuses: NotFound; NotAllowed. Source: PIPL Art. 47.
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and by.person != ref:
        raise NotAllowed(N_("Only the person themself can have their data erased."))
    for one in Representation.objects.select_for_update().exclude(state=State.ENDED).filter(person__ref=ref) | \
            Representation.objects.select_for_update().exclude(state=State.ENDED).filter(representative__ref=ref):
        representing.close(one, by=by, at=at)
    PersonKey.objects.filter(person=row).delete()
    row.name_sealed = row.id_number_sealed = row.phone_sealed = row.address_sealed = row.birth_on_sealed = None
    row.id_index = row.phone_index = row.gender = row.language = ""
    row.birth_year, row.erased_at, row.erased_by = None, at, by.ref
    row.region_code = row.region_code[:6].ljust(12, "0")
    row.save()
    read_anew()  # the key with it
    journal.record(events.PersonErased(ref), about=ref, by=by, at=at)
