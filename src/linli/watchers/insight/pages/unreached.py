"""Special groups whom nobody reached for some time: how many, where; who they are only for who may open their data."""
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.registers.places import queries as places
from linli.ui import written
from linli.watchers.insight import queries
from linli.watchers.insight.pages import asking, words
from linli.watchers.insight.queries import Unreached, UnreachedTable

SIZE = 50


@require_GET
def unreached(request: Request) -> HttpResponse:
    """By group, and the chosen one by district or township."""
    found = queries.unreached(**_asked(request), by=request.actor, at=request.at)
    return render(request, "insight/unreached.html", {
        "found": found, "group_name": speak(found.group_name), "periods": asking.periods(28),
        "groups": [(one.key, speak(one.name)) for one in found.groups],
        "regions": asking.regions(request, found.region),
        "header": [(gettext("Region"), "wide"), (gettext("People"), "num"), (gettext("Not reached"), "num")],
        "rows": [_row(one, {"text": speak(one.name), "url": _address(found, region=one.key)
                            if one.key and one.key != found.region else ""}) for one in found.lines],
        "group_header": [(gettext("Group"), "wide"), (gettext("People"), "num"), (gettext("Not reached"), "num")],
        "group_rows": [_row(one, {"text": speak(one.name), "url": _address(found, group=one.key)})
                       for one in found.groups],
        "list_url": _address(found, page="unreached_people") if found.opens else "",
    })


@require_GET
def people(request: Request) -> HttpResponse:
    """Who they are, masked. Opening a field needs a reason and is recorded, and the person sees it."""
    number, said = asking.page(request), _asked(request)
    found = queries.people(**said, by=request.actor, at=request.at, start=(number - 1) * SIZE, most=SIZE)
    names = places.named({card.region for card, _ in found.items})
    paginator = Paginator(range(found.total), SIZE)
    return render(request, "insight/people.html", {
        "group_name": speak(found.group_name), "count": found.total, "days": found.days,
        "header": [(gettext("Linli number"),), (pgettext("person", "Name"),), (gettext("Region"),),
                   (gettext("Last reached"),)],
        "rows": [({"text": card.number, "url": reverse("people:sealed", args=[card.ref])}, card.name,
                  names.get(card.region, ""), written.day(last, weekday=False) if last else gettext("never"))
                 for card, last in found.items],
        "back": f"{reverse('insight:unreached')}?{urlencode(said)}",
        "page": Page(range(0), min(number, paginator.num_pages), paginator),
    })


def _asked(request: Request) -> dict[str, Any]:
    return {"group": request.GET.get("group", "")[:20], "region": request.GET.get("region", "")[:12],
            "days": asking.number(request, "days")}


def _row(one: Unreached, name: dict[str, str]) -> list[Any]:
    few = gettext("not shown")
    return [name, few if one.members is None else words.figure(one.members),
            few if one.unreached is None else words.figure(one.unreached)]


def _address(found: UnreachedTable, *, page: str = "unreached", **other: str) -> str:
    said = {"group": found.group, "region": found.region, "days": str(found.days)} | other
    return f"{reverse(f'insight:{page}')}?{urlencode(said)}"
