"""Taking a name at the moment of the decision: it was free when it was handed in, and others may have been faster."""
from datetime import date
from uuid import UUID

from linli.kernel.action import action
from linli.kernel.database import in_line
from linli.kernel.refusals import RuleBroken
from linli.work.registration import queries
from linli.work.registration.rules import Kind

_OF_OTHERS = {"naming.taken", "naming.reuse_after_end", "naming.reuse_after_revocation"}
"""What others may have brought about since it was handed in; the grammar of a name was judged then."""


@action
def take_name(name: str, *, kind: Kind, region: str, on: date, but_of: UUID | None = None) -> None:
    """Make sure that a name is still free with the registrar, and let nobody else have it before this is filed.

    Refuses: RuleBroken (taken, or barred for a time). Source: 民政部令第69号 Art. 16.
    """
    in_line(f"name:{queries.registrar(kind, region)}")
    for one in queries.check_name(name, kind=kind, region=region, on=on, but_of=but_of).unmet:
        if one.bars and one.rule in _OF_OTHERS:
            raise RuleBroken(one.text, rule=one.rule, field=one.field, **one.values)
