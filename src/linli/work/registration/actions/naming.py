"""A name is held from the moment at which it is handed in, taken at the decision, and free again when nothing came of
it: others may have been faster each time."""
from datetime import date, datetime
from uuid import UUID

from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.database import in_line
from linli.kernel.refusals import RuleBroken
from linli.work.hall.registry import Case
from linli.work.registration import queries
from linli.work.registration.models import WantedName
from linli.work.registration.rules import Kind

_OF_OTHERS = {"naming.taken", "naming.reuse_after_end", "naming.reuse_after_revocation", "naming.held"}
"""What others may have brought about since it was handed in; the grammar of a name was judged then."""


@action
def hold_name(kind: Kind, case: Case, *, by: Actor, at: datetime) -> None:
    """Hold the name of an application that is handed in, until it ends; handed in again with another name, that one.

    Refuses: RuleBroken (held by an earlier application, taken, or barred for a time). Source: 民政部令第69号 Art. 16.
    """
    name, office = case.answers["name"], queries.registrar(kind, case.region)
    take_name(name, kind=kind, region=case.region, on=case.on, but_of=case.organisation, application=case.ref)
    row = WantedName.objects.filter(application__ref=case.ref).first() or WantedName(application_id=case.ref)
    if (row.name, row.kind, row.office) != (name, kind, office):
        row.name, row.kind, row.office, row.wanted_at, row.wanted_by = name, kind, office, at, by.ref
        row.save()


@action
def release_name(application: UUID, *, by: Actor, at: datetime) -> None:
    """An application has ended: it holds no name any more."""
    WantedName.objects.filter(application__ref=application).delete()


@action
def take_name(name: str, *, kind: Kind, region: str, on: date, but_of: UUID | None = None,
              application: UUID | None = None) -> None:
    """Make sure that a name is still free with the registrar, and let nobody else have it before this is filed.

    Refuses: RuleBroken (taken, held by another application, or barred for a time). Source: 民政部令第69号 Art. 16.
    """
    in_line(f"name:{queries.registrar(kind, region)}")
    for one in queries.check_name(name, kind=kind, region=region, on=on, but_of=but_of, application=application).unmet:
        if one.bars and one.rule in _OF_OTHERS:
            raise RuleBroken(one.text, rule=one.rule, field=one.field, **one.values)
