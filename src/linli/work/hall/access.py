"""The one way to an application: whose it is, and the offices at whose desk or in whose region it lies."""
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.work.hall.models import Application, Opinion, Promise, Stage
from linli.work.hall.states import APPLY, DECIDE, EXTEND, PROCESS, SEE

OFFICE = frozenset({SEE, PROCESS, DECIDE, EXTEND})


def own(by: Actor) -> Q:
    """Of whom this actor is or acts for, and of the bodies for which it applies."""
    return Q(person_id__in=by.refs(APPLY, "person"), organisation=None) | Q(
        organisation_id__in=by.refs(APPLY, "organisation"))


def at_desks(by: Actor) -> Q:
    """At a desk where this actor handles applications; nothing but the desk is asked, so that an index answers it."""
    starts = by.scopes(PROCESS, "region")
    scopes = [Q(desk_code__gte=start, desk_code__lt=f"{start}~") for start in starts]
    return reduce(or_, scopes) if scopes else Q(pk=None)


def called(rows: QuerySet[Application]) -> QuerySet[Application]:
    """With the name of the organisation that applies, empty where a person does; part of the same query."""
    return rows.annotate(body=Coalesce(organisations.named("organisation_id"), Value("")))


def body(row: Application) -> str:
    """What `called` found beside the row."""
    return str(getattr(row, "body", ""))


_READ = Exists(Stage.objects.filter(application=OuterRef("pk"), reading=True))


def read_twice(row: Application) -> bool:
    """Whether something against the applicant was ever proposed; of a row that was locked it is not known."""
    return bool(getattr(row, "read_twice", True))


def application(ref: UUID, *, by: Actor, lock: bool = False) -> Application:
    """Refuses: NotFound (absent or hidden)."""
    rows = Application.objects.select_for_update(of=("self",)) if lock else Application.objects.all()
    row = (rows if lock else called(rows).annotate(read_twice=_READ)).filter(ref=ref).first()
    if row is None or not (held(row, by) or row.submitted_at and by.held(f"region:{row.region_code}") & OFFICE):
        raise NotFound(N_("There is no such application. Check the address, or look among your applications."))
    return row


def asked(one: Opinion, row: Application, by: Actor) -> frozenset[str]:
    """What this actor may do at the desk of a body that is asked: who works there, not who stands above it and may read
    it. Nobody answers on their own application."""
    if by.person and by.person == row.person_id or one.desk_code not in places(by):
        return frozenset()
    return by.held(f"region:{one.desk_code}") & OFFICE


def places(by: Actor) -> set[str]:
    """The regions (12-digit codes) at whose own desks this actor handles applications."""
    return {start.ljust(12, "0") for start in by.scopes(PROCESS, "region")}


def checks(one: Promise, row: Application, by: Actor) -> frozenset[str]:
    """What this actor may do to a promise: its giver's part, or that of the desk that decided."""
    mine = held(row, by) & {APPLY}
    if mine or by.person and by.person == row.person_id:
        return mine
    return by.held(f"region:{one.desk_code}") & OFFICE


def held(row: Application, by: Actor) -> frozenset[str]:
    """What this actor may do to this application; nobody works on their own, and no office on a draft."""
    scope = f"organisation:{row.organisation_id}" if row.organisation_id else f"person:{row.person_id}"
    mine = by.held(scope) & {APPLY}
    if mine or row.submitted_at is None or by.person and by.person == row.person_id:
        return mine
    return by.held(f"region:{row.desk_code}") & OFFICE
