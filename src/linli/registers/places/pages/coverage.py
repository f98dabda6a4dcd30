"""Which communities lack what, who shares what there is, and where more would help most."""
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.places import forms, queries
from linli.registers.places.pages import words
from linli.registers.places.pages.facilities import own, within
from linli.registers.places.queries import Catchment, Covered
from linli.registers.places.rules.facilities import GROUPS, IDLE, KINDS
from linli.registers.places.rules.regions import Level

NAMED, GAPS, SITES = 30, 40, 10


@require_GET
def coverage(request: Request) -> HttpResponse:
    """By region: communities with a station of their own, near one, or without."""
    widest = own(request)
    region, kind = within(request.GET.get("region", ""), widest), _kind(request.GET.get("kind", ""))
    found = queries.coverage(region, kind=kind, on=timezone.localdate(request.at))
    if not found:
        raise NotFound(N_("No such region."))
    missing = [code for one in found for code in one.missing]
    names = queries.called(missing[:NAMED])
    total = {name: sum(getattr(one, name) for one in found) for name in
             ("communities", "own", "near", "without", "unplaced")}
    return render(request, "places/coverage.html", {
        "region": region, "where": queries.called([region]).get(region, region), "kind": kind,
        "kind_name": speak(KINDS[kind].name), "minutes": KINDS[kind].minutes, "kinds": forms.kinds(idle=False),
        "regions": _regions(widest, region), "tiles": _tiles(total), "header": _header(),
        "rows": [_row(one, kind, widest) for one in found],
        "streets": found[0].streets, "missing": [(name, words.region_url(code)) for code, name in names.items()],
        "more": max(0, len(missing) - NAMED),
        "gaps_url": f"{reverse('places:gaps')}?{urlencode({'kind': kind, 'region': region})}",
    })


@require_GET
def gaps(request: Request) -> HttpResponse:
    """Two-step floating catchment areas of a kind of facility, and ranked sites for a new one."""
    widest = own(request)
    region, kind = within(request.GET.get("region", ""), widest), _kind(request.GET.get("kind", ""))
    norm, capacity = _figure(request.GET.get("norm", "")), _figure(request.GET.get("capacity", ""))
    found = queries.catchments(region, kind=kind, on=timezone.localdate(request.at), norm=norm, most=SITES,
                               capacity=int(capacity) if capacity else None)
    return render(request, "places/gaps.html", {
        "found": found, "region": region, "where": queries.called([region]).get(region, region), "kind": kind,
        "kind_name": speak(KINDS[kind].name), "kinds": forms.kinds(idle=False), "regions": _regions(widest, region),
        "norm": request.GET.get("norm", "") if norm else "", "capacity": int(capacity) if capacity else "",
        "groups": gettext(", ").join(speak(GROUPS[group]) for group in KINDS[kind].groups),
        "unit": speak(KINDS[kind].unit), "average": f"{found.norm:.1f}", "minutes": KINDS[kind].minutes,
        "people": f"{found.people:,}", "capacity_now": f"{found.capacity:,}",
        "gap_header": [(gettext("Community"), "wide"), (gettext("People"), "num"), (gettext("Within reach"), "num"),
                       (gettext("For a thousand people"), "num"), (gettext("People in want"), "num")],
        "gap_rows": _gap_rows(found), "more": max(0, len(found.gaps) - GAPS),
        "site_header": [(gettext("Rank"), "num"), (gettext("Proposed site"), "wide"), (gettext("Capacity"), "num"),
                        (gettext("People served"), "num"), (gettext("First within reach"), "num"),
                        (gettext("Live within reach"), "num")],
        "site_rows": _site_rows(found),
        "coverage_url": f"{reverse('places:coverage')}?{urlencode({'kind': kind, 'region': region})}",
    })


def _kind(asked: str) -> str:
    return asked if asked in KINDS and asked != IDLE else "service_station"


def _figure(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 100_000 else None


def _regions(widest: str, asked: str) -> list[tuple[str, str]]:
    below = queries.region_choices(widest, itself=True)
    own = [(asked, queries.called([asked]).get(asked, asked))] if asked not in dict(below) else []
    return [*own, *below]


def _tiles(total: dict[str, int]) -> list[Any]:
    return [
        (gettext("With one of their own"), f"{total['own']:,}",
         gettext("of {count} communities").format(count=f"{total['communities']:,}"), "", "ok"),
        (gettext("Within the walk"), f"{total['near']:,}", gettext("none of their own, but one near by"), "", ""),
        (gettext("Without"), f"{total['without']:,}", gettext("none of their own, none within the walk"), "",
         "late" if total["without"] else ""),
        (gettext("Not known"), f"{total['unplaced']:,}", gettext("no point on the map, none of their own"), "", ""),
    ]


def _header() -> list[Any]:
    return [(gettext("Region"), "wide"), (gettext("Communities"), "num"), (gettext("With one of their own"), "num"),
            (gettext("Within the walk"), "num"), (gettext("Without"), "num"), (gettext("Not known"), "num")]


def _row(one: Covered, kind: str, widest: str) -> list[Any]:
    url = words.region_url(one.region)
    if one.level in (Level.CITY, Level.COUNTY, Level.TOWNSHIP):
        url = f"?{urlencode({'kind': kind, 'region': one.region})}"
    return [{"text": one.name, "url": url}, str(one.communities), str(one.own), str(one.near),
            {"text": str(one.without), "tone": "late"} if one.without else "0", str(one.unplaced)]


def _gap_rows(found: Catchment) -> list[list[Any]]:
    return [[{"text": one.name, "url": words.region_url(one.region)}, f"{one.people:,}", str(one.within),
             f"{one.share:.1f}", {"text": f"{one.lacks:,}", "tone": "late"} if one.lacks else "0"]
            for one in found.gaps[:GAPS]]


def _site_rows(found: Catchment) -> list[list[Any]]:
    rows = []
    for number, one in enumerate(found.sites, start=1):
        named = gettext("{name} (idle premises)") if one.premises else gettext("{name} (its middle)")
        url = reverse("places:facility", args=[one.premises.ref]) if one.premises else words.circle_url(one.point)
        rows.append([str(number), {"text": named.format(name=one.name), "url": url}, str(one.capacity),
                     f"{one.served:,}", f"{one.first:,}", f"{one.within:,}"])
    return rows
