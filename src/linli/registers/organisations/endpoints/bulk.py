"""The register whole: files of each day, what differs between them, and the stream of changes."""
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext
from ninja import Query, Schema

from linli.kernel.doors import say
from linli.registers.organisations import queries
from linli.registers.organisations.endpoints.shapes import router


class FileOut(Schema):
    name: str
    url: str
    kind: Literal["snapshot", "diff"]
    day: date
    since: date | None
    """Of a diff, the day that it goes on from."""
    position: int
    """From here the stream goes on after this file."""
    count: int
    size: int
    sha256: str
    made_at: datetime


class Files(Schema):
    items: list[FileOut]
    next: str | None
    stream: str


class Entered(Schema):
    """A filing as the stream tells it. Each of `changes` is item and value (of records the parts that changed, null
    takes away), and where there are any the day on which it ends by itself and the record that is meant."""

    position: int
    filing: UUID
    kind: str
    effective_on: date
    filed_at: datetime
    organisation: UUID
    uscc: str = ""
    name: str = ""
    changes: list[list[Any]]
    corrects: UUID | None = None
    cause: str = ""


class Changes(Schema):
    items: list[Entered]
    next: str | None


@router.get("/bulk/organisations", response=Files, auth=None, operation_id="organisations_snapshots")
def snapshots(
    request: HttpRequest, after: Annotated[str, Query(max_length=4, pattern=r"^\d*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """The whole register as files, one each day, and what differs from the file before; gzip, one JSON a line."""
    start = int(after or 0)
    found = queries.files()
    return {"items": [_file(one) for one in found[start:start + limit]], "stream": "/api/v1/organisations/changes",
            "next": str(start + limit) if start + limit < len(found) else None}


@router.get("/bulk/organisations/{name}", auth=None, operation_id="organisations_snapshot")
def snapshot(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of these files, as it was written."""
    answer = FileResponse(queries.file(name).open("rb"), as_attachment=True, filename=name,
                          content_type="application/gzip")
    answer["Cache-Control"] = "public, max-age=86400, immutable"
    return answer


@router.get("/organisations/changes", response={200: Changes}, auth=None, operation_id="organisations_changes")
def changes(
    request: HttpRequest, after: Annotated[str, Query(max_length=18, pattern=r"^\d*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100, format: Literal["json", "ndjson"] = "json",
) -> dict[str, Any] | HttpResponseBase:
    """Every filing past a position, in the order in which they became known. With `format=ndjson` all of them up to
    now, one a line; go on from the last line's `position`. 410 where the stream no longer goes back so far: `snapshot`
    names the file to load, and its `position` where to go on."""
    start = int(after or 0)
    try:
        if format == "ndjson":
            return StreamingHttpResponse(queries.stream(after=start), content_type="application/x-ndjson")
        found = queries.changes(after=start, most=limit)
    except queries.TooOld as why:
        return _gone(why)
    return {"items": found, "next": str(found[-1]["position"]) if len(found) == limit else None}


def _gone(why: queries.TooOld) -> HttpResponse:
    body = {"type": "about:blank", "title": gettext("No longer here"), "status": 410, "detail": say(why),
            "snapshot": why.snapshot and {"url": _url(why.snapshot), "position": why.snapshot.position,
                                          "day": why.snapshot.day.isoformat()}}
    return JsonResponse(body, status=410, content_type="application/problem+json")


def _file(one: queries.File) -> dict[str, Any]:
    return {"name": one.name, "url": _url(one), "kind": "diff" if one.since else "snapshot", "day": one.day,
            "since": one.since, "position": one.position, "count": one.count, "size": one.size, "sha256": one.sha256,
            "made_at": one.made_at}


def _url(one: queries.File) -> str:
    return f"/api/v1/bulk/organisations/{one.name}"
