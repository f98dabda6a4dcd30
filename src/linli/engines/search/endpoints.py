from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Query, Router, Schema

from linli.engines.search import queries
from linli.kernel.doors import Request
from linli.kernel.geometry import parse_point

router = Router(tags=["search"])
Code = Annotated[str, Field(pattern=r"^\d{12}$")]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class HitOut(Schema):
    kind: str
    ref: UUID
    title: str
    snippet: str
    url: str
    score: float


class Found(Schema):
    items: list[HitOut]
    counts: dict[str, int]
    exact: bool
    next: str | None = None


@router.get("/search", response=Found, auth=None, operation_id="search_search")
def search(
    request: Request, q: Annotated[str, Query(max_length=10_000)], kind: Annotated[list[Name] | None, Query()] = None,
    region: Annotated[Code | None, Query()] = None,
    near: Annotated[str | None, Query(max_length=60, description="longitude,latitude in WGS-84")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Everything public in one box: CJK anywhere in the text, words from their beginning, the best first.

    `counts` says how many there are of each kind, at most 1,000 of each: 1,000 reads as "1,000 or more". Unless
    `exact`, they are reckoned from the pairs of characters that documents hold, not from every text. Only the first
    200 characters are looked at.
    """
    found = queries.results(q, kinds=kind, region=region, near=parse_point(near) if near else None, limit=limit)
    return {"items": found.hits, "counts": found.counts, "exact": found.exact}
