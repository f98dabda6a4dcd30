from datetime import date
from uuid import UUID

from django.db.models import Q

from linli.engines.rulebook import queries as rulebook
from linli.kernel.text import Both
from linli.registers.practitioners import rules
from linli.registers.practitioners.models import Credential
from linli.registers.practitioners.states import State


def trades(on: date) -> dict[str, Both]:
    """The trades by the credential that stands for each: every kind but what all who visit homes hold or should."""
    base = {one for id in (rules.REQUIRED, rules.ADVISED) for one in rulebook.rule(id, on=on).params["credentials"]}
    return {key: kind.name for key, kind in rules.kinds().items() if key not in base}


def trades_of(person: UUID, *, on: date) -> frozenset[str]:
    """Of which trades somebody is, by what they hold validly on that day where they work; one query."""
    held = Credential.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on), practitioner__person__ref=person, practitioner__state=State.ACTIVE,
        withdrawn_at=None, valid_from__lte=on)
    return frozenset(held.values_list("kind", flat=True)) & trades(on).keys()
