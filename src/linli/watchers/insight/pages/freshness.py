"""What was not confirmed in time, by whose it is, and reminding them in one act."""
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.doors import Request
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory.actions.reminding import ask_to_assure
from linli.registers.places import actions as premises
from linli.registers.places import queries as places
from linli.ui import written
from linli.watchers.insight import access, queries
from linli.watchers.insight.pages import asking, words
from linli.watchers.insight.queries import Freshness, Stand

SIZE = 50


@require_GET
def listings(request: Request) -> HttpResponse:
    """Listings that were not assured in time, by provider, the oldest first."""
    number, region = asking.page(request), _region(request)
    found = queries.freshness(region, by=request.actor, at=request.at, start=(number - 1) * SIZE, most=SIZE)
    paginator = Paginator(range(found.keepers), SIZE)
    names = places.named({one.region for one in found.items})
    rows = [{
        "name": one.name, "url": reverse("organisations:public", args=[one.ref]),
        "where": names.get(one.region, one.region), "overdue": one.overdue, "never": one.never,
        "oldest": _day(one), "reminded": _reminded(one), "key": one.key if one.remindable else "",
        "note": "" if one.remindable else gettext("not claimed yet"),
    } for one in found.items]
    return _page(request, found, region, rows, facilities=False,
                 page=Page(range(0), min(number, paginator.num_pages), paginator))


@require_GET
def facilities(request: Request) -> HttpResponse:
    """Facilities whose entry nobody confirmed in time, by street or township, the oldest first."""
    region = _region(request)
    found = queries.facilities(region, by=request.actor, at=request.at)
    rows = [{
        "name": one.name, "url": f"{reverse('places:facilities')}?{urlencode({'region': one.key})}", "where": "",
        "overdue": one.overdue, "never": 0, "oldest": _day(one), "reminded": _reminded(one),
        "key": one.key if one.remindable else "", "note": "",
    } for one in found.items]
    return _page(request, found, region, rows, facilities=True, page=None)


@require_POST
def remind_provider(request: Request) -> HttpResponse:
    """One act: the provider is told, and owes the assurance of all that is old."""
    try:
        provider = UUID(request.POST.get("key", ""))
    except ValueError:
        raise NotFound(N_("There is no such organisation.")) from None
    count = ask_to_assure(provider, by=request.actor, at=request.at)
    return redirect(f"{reverse('insight:freshness')}?{urlencode({'region': _region(request), 'told': count})}")


@require_POST
def remind_office(request: Request) -> HttpResponse:
    """One act: the office is told, and owes the confirmation of all that is old."""
    count = premises.ask_to_confirm(request.POST.get("key", "")[:12], by=request.actor, at=request.at)
    return redirect(f"{reverse('insight:stale_facilities')}?{urlencode({'region': _region(request), 'told': count})}")


def _page(request: Request, found: Freshness, region: str, rows: list[dict[str, Any]], *, facilities: bool,
          page: Any) -> HttpResponse:
    told = asking.number(request, "told")
    return render(request, "insight/freshness.html", {
        "found": found, "region": region, "name": places.called([region]).get(region, region), "rows": rows,
        "regions": asking.regions(request, region), "facilities": facilities, "page": page,
        "query": urlencode({"region": region}), "at": request.at,
        "told": gettext("Reminded. They were told, and owe the confirmation of {count} entries.").format(count=told)
        if told else "",
    })


def _region(request: Request) -> str:
    return access.within(request.GET.get("region", "")[:12], by=request.actor)


def _day(one: Stand) -> str:
    return written.day(one.oldest, weekday=False) if one.oldest else words.NOTHING


def _reminded(one: Stand) -> str:
    return written.day(one.reminded_at, weekday=False) if one.reminded_at else words.NOTHING
