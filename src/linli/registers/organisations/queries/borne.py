"""Which names are borne, and were, with one registrar; and which code a new organisation gets."""
from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from linli.registers.organisations.models import Filing, FormerName, Organisation
from linli.registers.organisations.queries.ledger import NameCard
from linli.registers.organisations.rules import Kind, compose
from linli.registers.organisations.states import PUBLIC

_RESTORED = Filing.objects.filter(organisation=OuterRef("organisation"), kind="restoration", pk__gt=OuterRef("pk"))
_REVOKED = Subquery(Filing.objects.filter(~Exists(_RESTORED), organisation=OuterRef("pk"), kind="revocation").order_by(
    "-effective_on", "-pk").values("effective_on")[:1])
"""When a registration was revoked and not given back."""


def borne(beginnings: Iterable[str], *, most: int = 20_000) -> list[NameCard]:
    """The names that public organisations have whose code begins so (which registrar, of which kind), then those that
    they had; two queries, at most so many of each."""
    held, once = Q(pk=None), Q(pk=None)
    for start in beginnings:
        held |= Q(uscc__gte=start, uscc__lt=f"{start}~")
        once |= Q(organisation__uscc__gte=start, organisation__uscc__lt=f"{start}~")
    now = Organisation.objects.filter(held, state__in=PUBLIC).order_by("pk").annotate(
        revoked_on=Case(When(status="deregistered", then=_REVOKED)))
    columns = ("ref", "name", "kind", "region_code", "registrar", "status")
    found = [NameCard(ref, name, kind, region, registrar, status, None, ended, revoked) for
             ref, name, kind, region, registrar, status, ended, revoked in now.values_list(
                 *columns, "ended_on", "revoked_on")[:most]]
    then = FormerName.objects.filter(once, organisation__state__in=PUBLIC).order_by("pk").values_list(
        "organisation__ref", "name", "organisation__kind", "organisation__region_code", "organisation__registrar",
        "organisation__status", "until", "organisation__ended_on", "revoked")
    return found + [NameCard(ref, name, kind, region, registrar, status, until, ended, until if revoked else None)
                    for ref, name, kind, region, registrar, status, until, ended, revoked in then[:most]]


def code_of(kind: str, region: str, body: str) -> str:
    """The unified social credit code with these eight characters of its own, and both check digits (GB 32100-2015)."""
    return compose(Kind(kind), region, body)
