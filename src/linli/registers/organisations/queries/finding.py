"""The public register by every question that the national one answers; by parts of names, pinyin and former names."""
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel.cjk import normalise
from linli.registers.organisations.models import FormerName, Organisation
from linli.registers.organisations.queries.joining import OrganisationCard, _card, _whole
from linli.registers.organisations.states import PUBLIC
from linli.registers.places import queries as places

MARKS = ("charity", "fundraising", "volunteering", "industry_association", "public_foundation", "abnormal", "serious")
"""What an organisation may be marked with in the register; by these it is found."""


@dataclass(frozen=True)
class Sought:
    """What somebody asks the register; empty asks nothing. Ranges include both ends; funds in fen."""

    q: str = ""
    """Words: each a part of a name, of a former or short name, of its pinyin or initials, or how the code begins."""
    name: str = ""
    former: str = ""
    code: str = ""
    number: str = ""
    """Of the certificate of registration."""
    kind: str = ""
    region: str = ""
    registrar: str = ""
    supervising_unit: str = ""
    legal_representative: str = ""
    address: str = ""
    status: str = ""
    mark: str = ""
    grade: str = ""
    established_from: date | None = None
    established_until: date | None = None
    funds_from: int | None = None
    funds_until: int | None = None


def register(
    sought: Sought | None = None, *, q: str = "", after: UUID | None = None, most: int = 50
) -> list[OrganisationCard]:
    """Public organisations that fit, oldest entry first, past `after`; three queries at most."""
    rows = _fitting(Organisation.objects.filter(state__in=PUBLIC), sought or Sought(q))
    rows = rows.filter(ref__gt=after) if after else rows
    return [_card(row) for row in _whole(rows.order_by("ref"))[:most]]


def _fitting(rows: QuerySet[Organisation], sought: Sought) -> QuerySet[Organisation]:
    for word in sought.q.split()[:8]:
        rows = rows.filter(Q(words__contains=normalise(word)) | Q(name__icontains=word) | Q(uscc__istartswith=word)
                           | Q(short_name__icontains=word) | Q(english_name__icontains=word))
    parts = {
        "name__icontains": sought.name, "uscc__istartswith": sought.code.strip(),
        "certificate_number__icontains": sought.number, "registrar__icontains": sought.registrar,
        "supervising_unit__icontains": sought.supervising_unit,
        "legal_representative__icontains": sought.legal_representative, "address__icontains": sought.address,
        "kind": sought.kind, "status": sought.status, "grade": sought.grade,
    }
    rows = rows.filter(**{column: said for column, said in parts.items() if said})
    ranges = {
        "established_on__gte": sought.established_from, "established_on__lte": sought.established_until,
        "registered_funds__gte": sought.funds_from, "registered_funds__lte": sought.funds_until,
    }
    rows = rows.filter(**{column: end for column, end in ranges.items() if end is not None})
    if sought.region:
        rows = rows.filter(region_code__startswith=places.under(sought.region))
    if sought.mark in MARKS:
        rows = rows.filter(marks__contains=sought.mark)
    if sought.former:
        was = FormerName.objects.filter(organisation=OuterRef("pk"), name__icontains=sought.former)
        rows = rows.filter(Exists(was))
    return rows
