from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.engines.search.registry import Document
from linli.kernel.actor import Actor, prefix
from linli.kernel.geometry import Boundary, Point, cells_within, metres
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.registers.places.models import Facility, GridCell, GridPost
from linli.registers.places.queries.regions import full_names
from linli.registers.places.rules.facilities import IDLE, KINDS, Tier

MANAGE, SEE = "places.manage", "places.see"
FRESH, CONFIRM, REMIND = "places.fresh_days", "places.confirm_facility", "places.remind_again"
"""The rules: when an entry is old, by when a reminded office confirms it, and how soon it is reminded again."""


@dataclass(frozen=True)
class FacilityCard:
    ref: UUID
    kind: str
    kind_name: Text
    tier: Tier
    name: str
    region: str
    address: str
    point: Point | None
    given_crs: str
    """The system in which its point was given; the point itself is WGS-84."""
    capacity: int | None
    unit: Text
    area_m2: int | None
    phone: str
    opened_on: date | None
    closed_on: date | None
    demo: bool
    confirmed_on: date
    """When its entry was last changed, or confirmed as it stands."""


@dataclass(frozen=True)
class CellCard:
    """A grid cell and who walks it now; name and phone are empty while nobody does."""

    ref: UUID
    code: str
    name: str
    region: str
    households: int | None
    officer: str
    phone: str
    since: date | None
    demo: bool


def facility(ref: UUID) -> FacilityCard:
    """One facility, closed ones too. Refuses: NotFound."""
    row = Facility.objects.filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("No such facility."))
    return _card(row)


def facilities(
    *, region: str = "", kind: str = "", tier: str = "", q: str = "", after: UUID | None = None, start: int = 0,
    most: int = 100,
) -> list[FacilityCard]:
    """Those that are open in a region and below it, in the order in which they were entered."""
    rows = _listed(region, kind, tier, q)
    if after:
        rows = rows.filter(ref__gt=after)
    return [_card(row) for row in rows.order_by("ref")[start:start + most]]


def facility_beside(link: str) -> dict[str, Any]:
    """Columns about the facility that a foreign key of another context leads to: part of its own query."""
    return {f"facility_{name}": F(f"{link}__{name}") for name in ("name", "address", "phone")}


def count_facilities(*, region: str = "", kind: str = "", tier: str = "", q: str = "") -> int:
    return _listed(region, kind, tier, q).count()


def facilities_within(
    point: Point, within: float, *, kinds: Collection[str] | None = None
) -> list[tuple[FacilityCard, float]]:
    """Open facilities within so many metres as the crow flies, with their distance, the nearest first."""
    spans = Q()
    for low, high in cells_within(point, within):
        spans |= Q(cell__range=(low, high))
    rows = Facility.objects.filter(spans, closed_on=None)
    rows = rows.exclude(kind=IDLE) if kinds is None else rows.filter(kind__in=kinds)
    measured = [(card, metres(point, card.point)) for card in map(_card, rows) if card.point]
    return sorted((pair for pair in measured if pair[1] <= within), key=lambda pair: (pair[1], pair[0].ref))


def placed(kinds: Collection[str], *, region: str) -> list[FacilityCard]:
    """Open facilities of these kinds that have a point, in a region and below it."""
    rows = Facility.objects.filter(kind__in=kinds, closed_on=None, region_code__startswith=prefix(region))
    return [_card(row) for row in rows.exclude(lon=None).order_by("ref")]


def documents(refs: set[UUID]) -> Iterator[Document]:
    """What the one box finds of these facilities: those that are open and serve people; found by their kind too."""
    rows = list(Facility.objects.filter(ref__in=refs, closed_on=None).exclude(kind=IDLE))
    where = full_names({row.region_code for row in rows})
    for row in rows:
        kind = KINDS[row.kind].name
        body = " · ".join(filter(None, (row.address, where.get(row.region_code, ""))))
        yield Document(row.ref, row.name, reverse("places:facility", args=[row.ref]), body, f"{kind.zh} {kind}",
                       row.region_code, row.cell, weight=2)


def changed_with(at: datetime) -> list[UUID]:
    """The facilities that one table of them brought or changed, by its moment."""
    return list(Facility.objects.filter(changed_at=at).values_list("ref", flat=True))


def stale(starts: Collection[str], *, on: date) -> list[tuple[str, int, date]]:
    """By township or village whose code begins so: its open facilities that nobody has confirmed or changed in time,
    how many, and the day of the oldest; the oldest first. One query. Source: rule places.fresh_days."""
    found: dict[str, tuple[int, datetime]] = {}
    rows = stale_rows(starts, on=on).order_by().values("region_code").annotate(
        count=Count("pk"), oldest=Min("changed_at"))
    for row in rows:
        code = f"{row['region_code'][:9]}000"
        count, oldest = found.get(code, (0, row["oldest"]))
        found[code] = count + row["count"], min(oldest, row["oldest"])
    return sorted(((code, count, timezone.localdate(oldest)) for code, (count, oldest) in found.items()),
                  key=lambda one: (one[2], one[0]))


def stale_rows(starts: Collection[str], *, on: date) -> QuerySet[Facility]:
    """Open facilities whose region's code begins so, confirmed or changed too long ago."""
    within = Q(pk__in=[])
    for start in starts:
        within |= Q(region_code__startswith=start)
    before = timezone.make_aware(datetime.combine(on - timedelta(days=fresh_days(on)), time()))
    return Facility.objects.filter(within, closed_on=None, changed_at__lt=before)


def fresh_days(on: date) -> int:
    """After how many days a facility's entry must be confirmed again. Source: rule places.fresh_days."""
    return rulebook.rule(FRESH, on=on, region=settings.REGION).amount


def reminded(regions: Collection[UUID]) -> dict[UUID, datetime]:
    """When the offices of these regions (by the regions' refs) were last reminded of what grew old; one query."""
    return {entry.about: entry.at for entry in journal.history(regions, facts={"places.ConfirmationAsked"})}


def grid_cells(*, region: str = "", q: str = "", start: int = 0, most: int = 100) -> list[CellCard]:
    """The grid cells of a region and below it, by code, with their officers; one query."""
    return _with_officers(_cells(region, q).order_by("code"), start, most)


def count_grid_cells(*, region: str = "", q: str = "") -> int:
    return _cells(region, q).count()


def grid_cell(ref: UUID) -> CellCard:
    """One grid cell. Refuses: NotFound."""
    found = _with_officers(GridCell.objects.filter(ref=ref, closed_on=None))
    if not found:
        raise NotFound(N_("No such grid cell."))
    return found[0]


def grid_cell_at(point: Point, *, region: str) -> CellCard | None:
    """The drawn cell of a region in which the point lies, or None."""
    rows = GridCell.objects.filter(region_code__startswith=prefix(region), closed_on=None).exclude(boundary=None)
    drawn = ((row, Boundary(row.boundary)) for row in rows.order_by("code") if row.boundary)
    found = next((row for row, boundary in drawn if boundary.contains(point)), None)
    return _with_officers(GridCell.objects.filter(pk=found.pk))[0] if found else None


def posts(cell: UUID) -> list[tuple[date, date | None, str]]:
    """Since when and until when a cell had an officer, the newest first; who has left is named no more."""
    return list(GridPost.objects.filter(cell__ref=cell).order_by("-from_on", "-pk").values_list(
        "from_on", "until_on", "called"))


def may_manage(by: Actor, region: str) -> bool:
    """Whether the actor may change what is known of this region's places."""
    return MANAGE in by.held(f"region:{region}")


def widest(by: Actor) -> str | None:
    """The widest region whose coverage the actor may see; None for nobody's officer."""
    codes = [*by.scopes(SEE, "region"), *by.scopes(MANAGE, "region")]
    return min(codes, key=len).ljust(12, "0") if codes else None


def _listed(region: str, kind: str, tier: str, q: str) -> QuerySet[Facility]:
    rows = Facility.objects.filter(closed_on=None)
    if region:
        rows = rows.filter(region_code__startswith=prefix(region))
    if kind:
        rows = rows.filter(kind=kind)
    if tier:
        rows = rows.filter(tier=tier)
    return rows.filter(name__icontains=q) if q else rows


def _cells(region: str, q: str) -> QuerySet[GridCell]:
    rows = GridCell.objects.filter(closed_on=None)
    if region:
        rows = rows.filter(region_code__startswith=prefix(region))
    return rows.filter(Q(name__icontains=q) | Q(code__startswith=q)) if q else rows


def _with_officers(rows: QuerySet[GridCell], start: int = 0, most: int = 1) -> list[CellCard]:
    post = FilteredRelation("posts", condition=Q(posts__until_on=None))
    held: list[Any] = list(rows.annotate(post=post).annotate(
        **{f"post_{name}": F(f"post__{name}") for name in ("called", "phone", "from_on")})[start:start + most])
    return [CellCard(row.ref, row.code, row.name, row.region_code, row.households, row.post_called or "",
                     row.post_phone or "", row.post_from_on, row.is_demo) for row in held]


def _card(row: Facility) -> FacilityCard:
    kind = KINDS[row.kind]
    return FacilityCard(
        row.ref, row.kind, kind.name, Tier(row.tier), row.name, row.region_code, row.address,
        Point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None, row.given_crs, row.capacity,
        kind.unit, row.area_m2, row.phone, row.opened_on, row.closed_on, row.is_demo,
        timezone.localdate(row.changed_at))
