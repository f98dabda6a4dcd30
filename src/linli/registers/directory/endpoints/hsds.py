"""HSDS 3.0 with the Chinese profile, at the site's root: public, the same for everyone, free to be fetched anywhere."""
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_safe

from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries
from linli.registers.directory.queries import hsds
from linli.registers.directory.rules import hsds as rules

P = ParamSpec("P")
KNOWN = frozenset({"page", "per_page", "format", "search"})
FILTERS = frozenset({"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "region", "near",
                     "proximity", "postcode", "full"})
SERVICES, LOCATIONS = KNOWN | FILTERS | {"minimal"}, KNOWN | FILTERS
FAR = 200_000  # metres


def _open(told: Any, kind: str = "application/json", *, status: int = 200) -> HttpResponse:
    """`told` as JSON, `kind` its media type."""
    return HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=kind, headers={
        "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60" if status == 200 else "no-store"})


def _door(
    view: Callable[Concatenate[Request, P], HttpResponseBase]
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """A refusal as a problem document (RFC 9457): whoever asks here is a program."""

    @wraps(view)
    def answer(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refusal as why:
            status = 404 if isinstance(why, NotFound) else 422
            title = N_("Not found") if status == 404 else N_("This cannot be asked so")
            errors = [{"field": why.field, "detail": say(why)}] if why.field else []
            return _open({"type": "about:blank", "title": speak(title), "status": status, "detail": say(why)} | (
                {"errors": errors} if errors else {}), "application/problem+json", status=status)

    return cast("Callable[Concatenate[Request, P], HttpResponseBase]", require_safe(answer))


@_door
def root(request: Request) -> HttpResponseBase:
    """Version, profile and description."""
    base = _here(request).base
    return _open({"version": rules.VERSION, "profile": f"{base}/hsds/profile/",
                  "openapi_url": f"{base}/hsds/openapi.json", "schema_url": f"{base}/hsds/schema/service.json",
                  "datapackage_url": f"{base}/hsds/datapackage.json", "export_url": f"{base}/hsds/export.zip"})


@_door
def services(request: Request) -> HttpResponseBase:
    """A page of services; `format=ndjson` all of them, whole; `minimal` their ids and times of change."""
    asked, given = _asked(request, SERVICES), request.GET
    if rules.yes(given.get("minimal", ""), "minimal"):
        stamps = hsds.stamps(asked)
        return _open(rules.page(len(stamps), 1, max(1, len(stamps)), stamps))
    if _lines(request):
        return _stream(_all(asked, lambda refs: hsds.services(refs, here=_here(request))))
    number, size = rules.page_asked(given.get("page", ""), given.get("per_page", ""))
    found = hsds.services_page(asked, number=number, size=size, full=rules.yes(given.get("full", ""), "full"),
                               here=_here(request))
    told = rules.page(found.total, number, size, found.items)
    if asked.modified_after and number == 1:
        told["gone"] = hsds.gone(asked.modified_after)
    return _open(told)


@_door
def service(request: Request, ref: UUID) -> HttpResponseBase:
    return _open(hsds.service(ref, here=_here(request)))


@_door
def locations(request: Request) -> HttpResponseBase:
    """A page of services at their sites."""
    asked = _asked(request, LOCATIONS)
    number, size = rules.page_asked(request.GET.get("page", ""), request.GET.get("per_page", ""))
    if _lines(request):
        return _stream(_all(asked, lambda refs: hsds.at_locations(refs, here=_here(request), full=True)))
    found = hsds.locations_page(asked, number=number, size=size, here=_here(request),
                                full=rules.yes(request.GET.get("full", ""), "full"))
    return _open(rules.page(found.total, number, size, found.items))


@_door
def location(request: Request, ref: UUID) -> HttpResponseBase:
    return _open(hsds.location(ref, here=_here(request)))


@_door
def organisations(request: Request) -> HttpResponseBase:
    """A page of organisations; `format=ndjson` all of them, whole."""
    _only(request, KNOWN | {"full", "full_service"})
    given, here = request.GET, _here(request)
    whole = rules.yes(given.get("full_service", ""), "full_service")
    full = whole or rules.yes(given.get("full", ""), "full")
    search = given.get("search", "")[:100]
    if _lines(request):
        return _stream(_organisations(search, whole, here))
    number, size = rules.page_asked(given.get("page", ""), given.get("per_page", ""))
    found = hsds.organisations_page(search=search, number=number, size=size, full=full, services=whole, here=here)
    return _open(rules.page(found.total, number, size, found.items))


@_door
def organisation(request: Request, ref: UUID) -> HttpResponseBase:
    _only(request, frozenset({"full_service"}))
    whole = rules.yes(request.GET.get("full_service", ""), "full_service")
    return _open(hsds.organisation(ref, here=_here(request), services=whole))


@_door
def taxonomies(request: Request) -> HttpResponseBase:
    _only(request, KNOWN)
    return _part(request, hsds.taxonomies(search=request.GET.get("search", "")))


@_door
def taxonomy(request: Request, ref: UUID) -> HttpResponseBase:
    return _open(hsds.taxonomy(str(ref)))


@_door
def terms(request: Request) -> HttpResponseBase:
    _only(request, KNOWN | {"taxonomy_id", "top_only", "parent_id"})
    given = request.GET
    return _part(request, hsds.terms(
        search=given.get("search", ""), taxonomy_id=given.get("taxonomy_id", ""), parent_id=given.get("parent_id", ""),
        top_only=rules.yes(given.get("top_only", ""), "top_only")))


@_door
def term(request: Request, ref: UUID) -> HttpResponseBase:
    return _open(hsds.term(str(ref)))


@_door
def openapi(request: Request) -> HttpResponseBase:
    """The standard's own description, with this site's name, address and schemas, and the profile's parameters."""
    base = _here(request).base
    text = json.dumps(hsds.schema("openapi")).replace(
        "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/compiled", f"{base}/hsds/schema"
    ).replace("https://raw.githubusercontent.com/openreferral/specification/3.0/schema", f"{base}/hsds/schema")
    told = json.loads(text.replace("service_list.json", "service.json").replace(
        "organization_list.json", "organization.json").replace(
        "service_at_location_list.json", "service_at_location.json"))
    told["info"] = {
        "title": "Linli: service directory (HSDS 3.0)", "version": "1.0",
        "summary": "Human Services Data Specification",
        "description": "Services, organisations and services at locations, with the Chinese profile.",
        "license": {"name": "CC BY-SA 4.0", "url": "https://creativecommons.org/licenses/by-sa/4.0/"}}
    told["servers"] = [{"url": f"{base}/hsds"}]
    whole = f"{base}/hsds/schema/service_at_location.json"
    told["paths"]["/service_at_locations/{id}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"] = {"$ref": whole}
    for path, entry in told["paths"].items():
        if path.endswith("{id}"):
            entry["get"].setdefault("parameters", []).append({
                "name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}})
        if path in {"/services", "/service_at_locations"}:
            entry["get"]["parameters"] += [
                {"name": "region", "in": "query",
                 "description": "12-digit code: what lies in the region or serves it.",
                 "schema": {"type": "string", "pattern": "^[0-9]{12}$"}},
                {"name": "near", "in": "query",
                 "description": "longitude,latitude in WGS-84; with proximity in metres.",
                 "schema": {"type": "string"}}]
    return _open(told)


@_door
def schema(request: Request, name: str) -> HttpResponseBase:
    """A schema of the standard with the profile applied."""
    found = hsds.schemas().get(name)
    if found is None:
        raise NotFound(N_("There is no such schema."))
    base = _here(request).base
    return _open({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{base}/hsds/schema/{name}.json"}
                 | found, "application/schema+json")


@_door
def patch(request: Request, name: str) -> HttpResponseBase:
    """A merge patch of the profile."""
    found = hsds.described().get(name)
    if found is None:
        raise NotFound(N_("The profile changes nothing of this schema."))
    return _open(found, "application/merge-patch+json")


@_door
def datapackage(request: Request) -> HttpResponseBase:
    return _open(hsds.package())


@_door
def export(request: Request) -> HttpResponseBase:
    """The whole directory as a tabular data package: last night's, or made now where there is none."""
    kept = Path(settings.DATA, "hsds", "export.zip")
    file = kept.open("rb") if kept.is_file() else hsds.csv_tables(here=_here(request))
    return FileResponse(file, filename="hsds.zip", as_attachment=True, content_type="application/zip", headers={
        "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"})


def _here(request: Request) -> hsds.Here:
    return hsds.Here(f"{request.scheme}://{request.get_host()}", timezone.localdate(request.at))


def _only(request: Request, known: frozenset[str]) -> None:
    """Refuses, RuleBroken: a condition that is not known; to leave it aside would answer another question."""
    for name in request.GET:
        if name not in known:
            raise RuleBroken(N_("“{name}” is no condition here. Known are: {known}."), field=name[:40], name=name[:40],
                             known=", ".join(sorted(known)))


def _asked(request: Request, known: frozenset[str]) -> hsds.Asked:
    _only(request, known)
    given = request.GET
    near, within = given.get("near", ""), given.get("proximity", "")
    region = given.get("region", "")
    if region and not (len(region) == 12 and region.isdecimal()):
        raise RuleBroken(N_("A region is given by its code of 12 digits."), field="region")
    if given.get("postcode"):
        raise RuleBroken(N_("Postcodes are not kept here. Give region (a 12-digit code), or near=longitude,latitude"
                            " with proximity in metres."), field="postcode")
    if bool(near) != bool(within) or within and not (within.isdecimal() and 1 <= int(within[:8]) <= FAR):
        raise RuleBroken(N_("Give near=longitude,latitude and proximity together; proximity is in metres, at most"
                            " {most}."), field="proximity", most=FAR)
    return hsds.Asked(
        search=given.get("search", "")[:100], term=given.get("taxonomy_term_id", ""),
        taxonomy=given.get("taxonomy_id", ""), organisation=given.get("organization_id", ""),
        modified_after=_moment(given.get("modified_after", "")), region=region,
        near=queries.near(near) if near else None, within=float(within or 0))


def _moment(text: str) -> datetime | None:
    """A day or a moment; one without a zone is China's."""
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+")) or parse_date(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 9998:
        raise RuleBroken(N_("Give a day or a moment, such as 2026-11-22 or 2026-11-22T09:00:00+08:00."),
                         field="modified_after")
    if not isinstance(found, datetime):
        assert isinstance(found, date)
        found = datetime(found.year, found.month, found.day)
    return found if found.tzinfo else found.replace(tzinfo=queries.SHANGHAI)


def _lines(request: Request) -> bool:
    kind = request.GET.get("format", "json")
    if kind not in {"", "json", "ndjson"}:
        raise RuleBroken(N_("The format is json or ndjson."), field="format")
    return kind == "ndjson"


def _stream(found: Iterator[rules.Told]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        (json.dumps(one, ensure_ascii=False) + "\n" for one in found), content_type="application/x-ndjson",
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"})


def _all(asked: hsds.Asked, whole: Callable[[list[UUID]], list[rules.Told]]) -> Iterator[rules.Told]:
    last: UUID | None = None
    while refs := hsds.refs_page(asked, after=last):
        last = refs[-1]
        yield from whole(refs)


def _organisations(search: str, services: bool, here: hsds.Here) -> Iterator[rules.Told]:
    number = 1
    while found := hsds.organisations_page(search=search, number=number, size=500, full=True, services=services,
                                           here=here).items:
        number += 1
        yield from found


def _part(request: Request, found: list[rules.Told]) -> HttpResponseBase:
    """A page of what is all here."""
    if _lines(request):
        return _stream(iter(found))
    number, size = rules.page_asked(request.GET.get("page", ""), request.GET.get("per_page", ""))
    return _open(rules.page(len(found), number, size, found[(number - 1) * size:number * size]))
