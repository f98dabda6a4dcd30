from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import FilteredRelation, Q

from linli.engines.rulebook import queries as rulebook
from linli.kernel.text import Both
from linli.registers.practitioners import rules
from linli.registers.practitioners.models import Practitioner
from linli.registers.practitioners.states import State


def trades(on: date) -> dict[str, Both]:
    """The trades by the credential that stands for each: every kind but what all who visit homes hold or should."""
    base = {one for id in (rules.REQUIRED, rules.ADVISED) for one in rulebook.rule(id, on=on).params["credentials"]}
    return {key: kind.name for key, kind in rules.kinds().items() if key not in base}


@dataclass(frozen=True)
class Practice:
    """In which regions somebody works, and in which trades."""

    regions: frozenset[str]
    trades: frozenset[str]


def practice(person: UUID, *, on: date) -> Practice:
    """Where somebody works, by the organisations' regions, and what they hold validly there on that day; one query."""
    valid = (Q(credentials__valid_until=None) | Q(credentials__valid_until__gt=on)) & Q(
        credentials__withdrawn_at=None, credentials__valid_from__lte=on)
    rows = Practitioner.objects.filter(person__ref=person, state=State.ACTIVE).annotate(
        valid=FilteredRelation("credentials", condition=valid)).order_by("pk")
    found = list(rows.values_list("organisation__region_code", "valid__kind"))
    return Practice(frozenset(region for region, _ in found),
                    frozenset(kind for _, kind in found if kind) & trades(on).keys())


def at_work(persons: Collection[UUID]) -> set[UUID]:
    """Who of these is on somebody's staff."""
    rows = Practitioner.objects.filter(person__ref__in=set(persons), state=State.ACTIVE)
    return set(rows.values_list("person__ref", flat=True))
