"""Which names are borne, and were, with one registrar; and which code a new organisation gets."""
from collections.abc import Iterable

from django.db.models import Q

from linli.registers.organisations.models import FormerName, Organisation
from linli.registers.organisations.queries.ledger import NameCard
from linli.registers.organisations.rules import Kind, compose
from linli.registers.organisations.states import PUBLIC


def borne(beginnings: Iterable[str], *, most: int = 20_000) -> list[NameCard]:
    """The names that public organisations have whose code begins so (which registrar, of which kind), then those that
    they had; two queries, at most so many of each."""
    held, once = Q(pk=None), Q(pk=None)
    for start in beginnings:
        held |= Q(uscc__gte=start, uscc__lt=f"{start}~")
        once |= Q(organisation__uscc__gte=start, organisation__uscc__lt=f"{start}~")
    now = Organisation.objects.filter(held, state__in=PUBLIC).order_by("pk")
    columns = ("ref", "name", "kind", "region_code", "registrar", "status")
    found = [NameCard(ref, name, kind, region, registrar, status, None, ended)
             for ref, name, kind, region, registrar, status, ended in now.values_list(*columns, "ended_on")[:most]]
    then = FormerName.objects.filter(once, organisation__state__in=PUBLIC).order_by("pk").values_list(
        "organisation__ref", "name", "organisation__kind", "organisation__region_code", "organisation__registrar",
        "organisation__status", "until", "organisation__ended_on")
    return found + [NameCard(*row) for row in then[:most]]


def code_of(kind: str, region: str, body: str) -> str:
    """The unified social credit code with these eight characters of its own, and both check digits (GB 32100-2015)."""
    return compose(Kind(kind), region, body)
