from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.places import queries
from linli.registers.places.rules.regions import Issuer, Level

router = Router(tags=["places"])
Code = Annotated[str, Field(pattern=r"^\d{12}$")]


class Position(Schema):
    lon: float
    lat: float


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
        return card.parent or None


class Regions(Schema):
    items: list[Region]
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
        raise NotFound(N_("No such region."))
    found = [card for card in queries.children(above, issuer, on=on) if card.code > after]
    return {"items": found[:limit], "next": found[limit - 1].code if len(found) > limit else None}


@router.get("/regions/{code}", response=Region, by_alias=True, auth=None, operation_id="places_region")
def region(request: HttpRequest, code: str, on: date | None = None, issuer: Issuer = Issuer.STATS) -> Any:
    """One region as it was on a day (today's when no day is given)."""
    card = queries.region(code, issuer, on=on)
    if card is None:
        raise NotFound(N_("No such region."))
    return card
