"""Special groups for figures over other registers: who belongs to which, and their masked cards, in the actor's
circles and regions only."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.text import Text
from linli.registers.people import access, registry
from linli.registers.people.queries.people import PersonCard, card
from linli.registers.people.queries.uses import _members, _require_some
from linli.registers.people.rules import GROUPS, Group


@dataclass(frozen=True)
class Member:
    group: Group
    person: UUID
    region: str


def groups_seen(*, by: Actor) -> dict[Group, Text]:
    """The special groups that the actor may see, with their names; asks no database. Refuses: NotAllowed."""
    return {one: GROUPS[one].name for one in _require_some(by)}


def members(*, by: Actor, on: date) -> list[Member]:
    """Who belongs to the groups that the actor may see; one query. Refuses: NotAllowed."""
    _require_some(by)
    rows = _members(by, on=on).order_by().values_list("group", "person__ref", "person__region_code")
    return [Member(Group(group), ref, code) for group, ref, code in rows]


def cards(refs: Collection[UUID], *, by: Actor, start: int = 0, most: int = 50) -> list[PersonCard]:
    """Masked, by Linli number, of those whose data the actor may open with a reason; one query."""
    rows = access.people(by, "people.open").filter(ref__in=refs).select_related("key").order_by("number")
    return [card(row, by=by) for row in rows[start:start + most]]


def last_reached(refs: Collection[UUID]) -> dict[UUID, datetime]:
    """When these people last asked for help, were or will be visited, or signed in; who never did is absent. A query
    for each room that knows of such things."""
    return registry.last_seen(refs) if refs else {}
