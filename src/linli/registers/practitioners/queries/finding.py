"""Passports as the one box finds them: without the name, which stands nowhere in clear but on the passport."""
from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Q

from linli.engines.search.registry import Document
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.people.queries import Purpose
from linli.registers.places import queries as places
from linli.registers.practitioners import rules
from linli.registers.practitioners.models import Practitioner
from linli.registers.practitioners.states import State


def passports(
    *, practitioners: Collection[UUID] = (), organisations: Collection[UUID] = (), persons: Collection[UUID] = (),
) -> list[UUID]:
    """The refs (`rules.passport_ref`) of all passports of these, whoever works still; one query."""
    of = Q(organisation__in=organisations) if organisations else Q()
    of |= Q(ref__in=practitioners) if practitioners else Q()
    of |= Q(person__in=persons) if persons else Q()
    rows = Practitioner.objects.filter(of).order_by() if of else Practitioner.objects.none()
    return [rules.passport_ref(number) for number in rows.values_list("number", flat=True)]


def passport_documents(refs: set[UUID]) -> Iterator[Document]:
    """What the one box finds of these passports: post, organisation, number and region of who works now, for an
    organisation that may, and has not refused to be found. Never the name, and not how the papers stand.

    The number alone is the title, post and employer stand in the text: who looks for a post or a provider sees services
    before those who give them.
    """
    rows = Practitioner.objects.filter(number__in=[rules.passport_number(ref) for ref in refs], state=State.ACTIVE)
    found = list(rows.exclude(public_name="").annotate(said=people.said_beside("person")).order_by("pk"))
    willing = [row for row in found if Purpose.FINDING in people.allowed_beside(row.said)]
    cards = organisations.organisations({row.organisation_id for row in willing}, sites=False) if willing else {}
    regions = places.called({card.region for card in cards.values()})
    for row in willing:
        card = cards[row.organisation_id]
        if not card.active:
            continue
        post = "" if row.public_name in row.title else row.title
        yield Document(rules.passport_ref(row.number), row.number, f"/p/{row.number}/",
                       " · ".join(filter(None, (post, card.name, regions.get(card.region, "")))),
                       region_code=card.region)
