"""Which services, organisations and services at locations a request asks for; every condition given holds."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cells_within, metres
from linli.registers.directory.models import Service
from linli.registers.directory.queries.hsds import told
from linli.registers.directory.queries.hsds.told import Here
from linli.registers.directory.queries.hsds.vocabulary import known
from linli.registers.directory.rules import hsds, offers
from linli.registers.directory.rules.hsds import Told
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import PUBLIC, State
from linli.registers.organisations import queries as organisations


@dataclass(frozen=True)
class Asked:
    """`near` with `within` in metres; `region` keeps what lies in it or serves it."""

    search: str = ""
    term: str = ""
    taxonomy: str = ""
    organisation: str = ""
    modified_after: datetime | None = None
    region: str = ""
    near: Point | None = None
    within: float = 0


@dataclass(frozen=True)
class Page:
    items: list[Told]
    total: int


def services_page(asked: Asked, *, number: int, size: int, full: bool, here: Here) -> Page:
    """One page of services, those changed longest ago first."""
    rows = _rows(asked)
    refs = _refs(rows, asked, (number - 1) * size, size)
    items = told.services(refs, here=here) if full else told.plain(refs, here=here)
    return Page(items, _total(rows, asked))


def locations_page(asked: Asked, *, number: int, size: int, full: bool, here: Here) -> Page:
    """One page of services at their sites."""
    rows = _rows(asked).filter(site__isnull=False)
    refs = _refs(rows, asked, (number - 1) * size, size)
    return Page(told.at_locations(refs, here=here, full=full), _total(rows, asked))


def organisations_page(*, search: str, number: int, size: int, full: bool, services: bool, here: Here) -> Page:
    refs, total = organisations.public_refs(q=search, start=(number - 1) * size, most=size)
    return Page(told.organisations(refs, here=here, full=full, services=services), total)


def refs_page(asked: Asked, *, after: UUID | None, most: int = 500) -> list[UUID]:
    """For whoever goes through all of them: the refs past one, in order."""
    rows = _rows(asked)
    rows = rows.filter(ref__gt=after) if after else rows
    return list(rows.order_by("ref").values_list("ref", flat=True)[:most])


def stamps(asked: Asked) -> list[Told]:
    """Id and time of the last change of every service that meets the conditions, at once; one query."""
    rows = _rows(asked).order_by("ref").values_list("ref", "changed_at")
    return [hsds.without_nothing({"id": str(ref), "modified_date": at and at.isoformat(),
                                  "last_modified": at and at.isoformat()}) for ref, at in rows]


def gone(since: datetime, *, most: int = 10_000) -> list[Told]:
    """What was withdrawn, or closed with its provider, since then; nothing but its id, its end and when."""
    rows = Service.objects.exclude(state=State.DRAFT).filter(changed_at__gte=since).exclude(
        state__in=PUBLIC, provider_open=True).order_by("ref").values_list("ref", "state", "changed_at")[:most]
    return [{"id": str(ref), "name": "—", "status": "defunct" if state == State.WITHDRAWN else "inactive",
             "last_modified": at.isoformat()} for ref, state, at in rows if at]


def _rows(asked: Asked) -> QuerySet[Service]:
    rows = Service.objects.filter(state__in=PUBLIC, provider_open=True)
    for word in asked.search.split()[:8]:
        rows = rows.filter(Q(category__in=taxonomy().matching(word)) | Q(name__icontains=word)
                           | Q(summary__icontains=word) | Q(provider__name__icontains=word))
    if asked.term:
        rows = _with_term(rows, asked.term)
    if asked.taxonomy:
        rows = _with_taxonomy(rows, asked.taxonomy)
    if asked.organisation:
        try:
            rows = rows.filter(provider__ref=UUID(asked.organisation))
        except ValueError:
            return rows.none()
    if asked.modified_after:
        rows = rows.filter(changed_at__gte=asked.modified_after)
    if asked.region:
        rows = rows.filter(Q(region_code__startswith=prefix(asked.region))
                           | Q(areas__region_code__in=offers.above(asked.region))).distinct()
    if asked.near:
        within = Q(pk__in=[])
        for low, high in cells_within(asked.near, asked.within):
            within |= Q(cell__range=(low, high))
        rows = rows.filter(within)
    return rows


def _refs(rows: QuerySet[Service], asked: Asked, skip: int, most: int) -> Sequence[UUID]:
    if asked.near:
        return _close(rows, asked)[skip:skip + most]
    ordered = rows.order_by(F("changed_at").asc(nulls_first=True), "ref")
    return list(ordered.values_list("ref", flat=True)[skip:skip + most])


def _total(rows: QuerySet[Service], asked: Asked) -> int:
    return len(_close(rows, asked)) if asked.near else rows.order_by().count()


def _close(rows: QuerySet[Service], asked: Asked) -> list[UUID]:
    """Nearest first: the ranges of cells hold farther points too."""
    assert asked.near
    found = [(metres(asked.near, Point(lon, lat)), ref)
             for ref, lon, lat in rows.order_by().values_list("ref", "lon", "lat")
             if lon is not None and lat is not None]
    return [ref for away, ref in sorted(found) if away <= asked.within]


def _with_term(rows: QuerySet[Service], id: str) -> QuerySet[Service]:
    term = known(id)
    if term is None:
        return rows.none()
    if term.taxonomy == "services":
        field = term.key.removeprefix("field:")
        return rows.filter(category__in=taxonomy().within(field) if term.key != field else [field])
    if term.taxonomy == "modes":
        return rows.filter(**{term.key: True})
    if term.taxonomy == "groups":
        return rows.alias(groups_text=Cast("groups", TextField())).filter(groups_text__contains=f'"{term.key}"')
    return rows.filter(category__in=_asking(term.key))


def _with_taxonomy(rows: QuerySet[Service], id: str) -> QuerySet[Service]:
    wanted = id.lower()
    conditions: dict[str, Any] = {
        hsds.taxonomy_id("services"): Q(), hsds.taxonomy_id("modes"): Q(),
        hsds.taxonomy_id("groups"): ~Q(groups=[]), hsds.taxonomy_id("credentials"): Q(category__in=_asking()),
    }
    return rows.filter(conditions[wanted]) if wanted in conditions else rows.none()


def _asking(credential: str = "") -> list[str]:
    """The categories that ask for this credential, or for any."""
    return [c.key for c in taxonomy().categories.values() if (credential in c.credentials if credential
                                                              else c.credentials)]
