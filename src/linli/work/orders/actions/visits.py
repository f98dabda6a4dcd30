from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.geometry import Point, parse_point
from linli.kernel.refusals import NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.orders import access, events, queries, rules
from linli.work.orders.actions import endings
from linli.work.orders.actions.answers import require_fit
from linli.work.orders.models import Order, Proof
from linli.work.orders.rules import Door, Method
from linli.work.orders.states import LIFE, SUPERVISE


@action
def check_in(ref: UUID, *, method: str = "", lon: float | None = None, lat: float | None = None, reason: str = "",
             began: datetime | None = None, came: int | None = None, by: Actor, at: datetime) -> None:
    """Begin a visit at the door: with a phone's position; without one by `method` supervisor or later, and why.

    The passport is looked at again. `began` is the time that a later entry states, `came` how many of a group came
    (all, where it is not said). Refuses: NotFound, NotAllowed, Conflict (state), RuleBroken (nobody assigned, a paper
    lapsed, too early or late, too far, a field).
    """
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("check_in", state=row.state, held=access.held(row, by))
    if row.practitioner is None:
        raise RuleBroken(N_("Nobody has been chosen for this visit yet. The provider chooses who goes first."),
                         rule="orders.assigned")
    door = queries.door(row.region_code, at=at)
    how, metres = _how(row, method, rules.position(lon, lat), reason, door=door, by=by)
    if how is Method.LATER:
        began = rules.require_stated(row.begin, row.until, stated=began, at=at, door=door, field="began")
    else:
        rules.require_time(row.begin, row.until, at=at, door=door)
        began = at
    require_fit(row, row.practitioner, on=rules.day(began))
    counted = rules.require_counted(came, places=row.places) if row.party else None

    Proof.objects.create(
        order=row, service=row.service_id, person=row.person_id, on=rules.day(began), region_code=row.region_code,
        practitioner=row.practitioner, began=began, check_in_at=at, check_in_by=by.ref, check_in_method=how,
        check_in_metres=metres, check_in_reason=reason if how in _UNPOSITIONED else "", came=counted,
    )
    row.state = state
    row.save(update_fields=["state"])
    journal.record(events.CheckedIn(ref, row.person_id, row.provider, row.service_id, row.practitioner, row.region_code,
                                    how, metres), about=ref, by=by, at=at)


@action
def check_out(ref: UUID, *, method: str = "", lon: float | None = None, lat: float | None = None, reason: str = "",
              ended: datetime | None = None, by: Actor, at: datetime) -> None:
    """End a visit; the proof is complete but for the resident's word. As `check_in`, and forgotten ones are cut.

    Refuses: NotFound, NotAllowed, Conflict (not checked in), RuleBroken (too far, before it began, a field).
    """
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("check_out", state=row.state, held=access.held(row, by))
    proof = access.proof(row)
    door = queries.door(row.region_code, at=at)
    how, metres = _how(row, method, rules.position(lon, lat), reason, door=door, by=by)
    capped = False
    if how is Method.LATER:
        ended = rules.require_stated(row.begin, row.until, stated=ended, at=at, door=door, field="ended")
    else:
        ended, capped = rules.credited_end(max(row.until, proof.began), ended=at, door=door)
    proof.minutes = rules.whole_minutes(proof.began, ended)
    proof.ended, proof.capped, proof.check_out_at, proof.check_out_by = ended, capped, at, by.ref
    proof.check_out_method, proof.check_out_metres = how, metres
    proof.check_out_reason = reason if how in _UNPOSITIONED else ""
    proof.worth = rules.grade(Method(proof.check_in_method), how, confirmed=False, capped=capped)
    proof.save()
    row.state = state
    row.save(update_fields=["state"])
    journal.record(
        events.CheckedOut(ref, row.person_id, row.provider, row.service_id, proof.practitioner, row.region_code, how,
                          metres, proof.minutes, proof.worth, capped), about=ref, by=by, at=at)


@action
def no_show(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Note that the visit did not take place: the provider that nobody was there, the resident that nobody came.

    Refuses: NotFound, NotAllowed, Conflict (state), RuleBroken (its time has not come).
    """
    row = access.order(ref, by=by, lock=True)
    held = access.held(row, by)
    provider_absent = "orders.report_absence" in held
    state = LIFE.check("report_absence" if provider_absent else "no_show", state=row.state, held=held)
    if at < row.begin:
        raise RuleBroken(N_("The visit is planned for {planned}. Wait until then."), rule="orders.begun",
                         planned=rules.clock(row.begin))
    endings.close(row, to=state, reason=rules.PROVIDER_ABSENT if provider_absent else rules.RESIDENT_ABSENT,
                  give_back=False, by=by, at=at)
    journal.record(events.NoShow(ref, row.person_id, row.provider, row.service_id, row.practitioner, row.region_code,
                                 provider_absent), about=ref, by=by, at=at)


_UNPOSITIONED = (Method.SUPERVISOR, Method.LATER)


def _how(
    row: Order, method: str, here: Point | None, reason: str, *, door: Door, by: Actor
) -> tuple[Method, int | None]:
    """How the moment is known, and how far from the place; refuses what is too far, or has neither position nor why."""
    if method in _UNPOSITIONED:
        rules.require_reason(reason, rules.WITHOUT_POSITION)
        if method == Method.SUPERVISOR and SUPERVISE not in by.held(f"organisation:{row.provider}"):
            raise NotAllowed(N_("Only the provider's office can check in for somebody."))
        return Method(method), None
    if row.mode == "remote":
        return Method.REMOTE, None
    if here is None:
        raise RuleBroken(
            N_("Turn on your phone's location and try again. Without it, choose the later entry and say why."),
            rule=rules.METRES, field="method")
    if row.point_sealed is None:
        if not places.inside(here, row.region_code):
            name = places.names([row.region_code]).get(row.region_code, "")
            raise RuleBroken(N_("You are not in the district of this visit, {place}."), rule=rules.METRES, field="lon",
                             place=name)
        return Method.DISTRICT, None
    sealed = people.open_sealed(row.person_id, row.point_sealed, context=access.point(row))
    if sealed == people.ERASED:
        return Method.DISTRICT, None
    return Method.GEOFENCE, rules.reach(here, parse_point(sealed), door=door)
