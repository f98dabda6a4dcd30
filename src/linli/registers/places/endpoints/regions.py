from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from linli.kernel.doors import speak
from linli.kernel.geometry import Crs
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.places import queries
from linli.registers.places.rules import history
from linli.registers.places.rules.history import Step
from linli.registers.places.rules.regions import ISSUERS, Issuer, Level, whole

router = Router()
Code = Annotated[str, Field(pattern=r"^\d{12}$")]
_NONE = N_("No such region.")


class Position(Schema):
    lon: float
    lat: float
    crs: Crs = Crs.WGS84


class Region(Schema):
    code: str
    level: Level
    name: str
    full_name: str
    parent: str | None
    point: Position | None
    issuer: Issuer
    from_: date = Field(serialization_alias="from")
    until: date | None

    @staticmethod
    def resolve_parent(card: Any) -> str | None:
        return (card["parent"] if isinstance(card, dict) else card.parent) or None


class Become(Schema):
    """A change that led from one region to another. The sources give years."""

    year: int
    kind: history.Kind
    kind_text: str
    old_code: str
    old_name: str
    code: str
    name: str
    document: str


class Counterpart(Schema):
    issuer: Issuer
    code: str
    name: str


class RegionWhole(Region):
    edition: date | None
    """The day of the issuer's table that answered."""
    successors: list[Become]
    predecessors: list[Become]
    elsewhere: list[Counterpart]
    """The same name in the same county, under another issuer or code."""


class Found(Schema):
    region: Region
    issuer_text: str
    edition: date | None
    successors: list[Become]
    unsure: list[Become]
    """What changed in the course of the year that was asked about; the sources name no day."""


class Regions(Schema):
    items: list[Region]
    next: str | None


class FoundList(Schema):
    items: list[Found]
    next: str | None


class EditionOut(Schema):
    issuer: Issuer
    on: date
    rows: int


class Editions(Schema):
    items: list[EditionOut]
    next: str | None


@router.get("/regions", response=Regions, by_alias=True, auth=None, operation_id="places_regions")
def regions(
    request: HttpRequest, parent: Annotated[Code | None, Query()] = None, on: date | None = None,
    issuer: Issuer = Issuer.STATS, after: Annotated[str, Query(max_length=12)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> dict[str, Any]:
    """The regions right below one (below the node's own, unless `parent` says otherwise), by code."""
    above = parent or queries.root().code
    if queries.region(above, issuer, on=on) is None:
        raise NotFound(_NONE)
    found = [card for card in queries.children(above, issuer, on=on) if card.code > after]
    return {"items": found[:limit], "next": found[limit - 1].code if len(found) > limit else None}


@router.get("/regions/resolve", response=FoundList, by_alias=True, auth=None, operation_id="places_resolve")
def resolve(
    request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=60)], on: date | None = None,
    issuer: Issuer | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """What a code (2 to 12 digits) or a name meant on a day, as each issuer knew it; the node's own regions first."""
    found = queries.resolve(q, on=on, issuer=issuer, most=limit)
    return {"items": [{
        "region": one.region, "issuer_text": speak(ISSUERS[one.region.issuer]), "edition": one.edition,
        "successors": _steps(one.heirs), "unsure": _steps(one.unsure)} for one in found], "next": None}


@router.get("/regions/editions", response=Editions, auth=None, operation_id="places_editions")
def editions(request: HttpRequest) -> dict[str, Any]:
    """The tables that this node has taken over, by issuer, the newest first."""
    return {"items": queries.editions(), "next": None}


@router.get("/regions/{code}", response=RegionWhole, by_alias=True, auth=None, operation_id="places_region")
def region(request: HttpRequest, code: str, on: date | None = None, issuer: Issuer | None = None) -> Any:
    """One region as it was on a day (today's when no day is given), by code of 12 digits (or 2, 4, 6, 9).

    Without an issuer, the first that knows it on the day answers: statistics, civil affairs, the yearly tables.
    A code that is borne no more answers with what it last stood for, and with its successors.
    """
    found = queries.dated(whole(code), on=on, issuer=issuer)
    if found is None:
        raise NotFound(_NONE)
    story = queries.story(found.region)
    return {**vars(found.region), "edition": found.edition, "successors": _steps(found.heirs),
            "predecessors": _steps(story.before), "elsewhere": story.elsewhere}


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [{**vars(one), "kind_text": speak(history.LABELS[one.kind])} for one in steps]
