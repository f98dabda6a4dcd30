"""What a region lacks: the needs that nobody has met, counted, and those that have waited longest."""
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.registers.places import queries as places
from linli.work.needs import forms, queries
from linli.work.needs.pages import words
from linli.work.needs.queries import OpenNeed, Unmet
from linli.work.needs.rules.triage import Urgency
from linli.work.needs.states import SEE_UNMET

KINDS = 3
"""How many kinds of help a township's row names."""


@require_GET
def unmet(request: Request) -> HttpResponse:
    """By township, and below it the longest waiting; the filters stand in the address; htmx gets the list alone."""
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:40] for name in ("region", "category", "urgency")}
    asked["region"] = asked["region"] if asked["region"].isdecimal() and len(asked["region"]) == 12 else ""
    asked["urgency"] = asked["urgency"] if asked["urgency"] in set(Urgency) else ""
    found = queries.unmet(request.actor, region=asked["region"] or None, category=asked["category"],
                          urgency=asked["urgency"])
    longest = queries.longest_unmet(by=request.actor, region=asked["region"] or None, category=asked["category"],
                                    urgency=asked["urgency"])
    widest = min(request.actor.scopes(SEE_UNMET, "region"), key=len).ljust(12, "0")
    names = words.where([one.region for one in found] + [one.region for one in longest]
                        + ([asked["region"]] if asked["region"] else []))
    return render(request, f"needs/{'_unmet' if request.htmx else 'unmet'}.html", {
        "rows": [_township(one, names, request) for one in found], "header": _header(), "asked": asked,
        "longest": [_line(one, names, request) for one in longest], "longest_header": _longest_header(),
        "total": sum(one.count for one in found), "urgent": sum(one.urgent for one in found),
        "regions": _regions(widest, asked["region"], names), "domains": forms.by_domain(),
        "urgencies": [(how.value, words.urgency(how)[0]) for how in Urgency], "filtered": any(asked.values()),
        "map_url": words.address("officer"),
    })


def _regions(widest: str, asked: str, names: dict[str, str]) -> list[tuple[str, str]]:
    below = places.region_choices(widest)
    own = [(asked, names.get(asked, asked))] if asked and asked not in dict(below) else []
    return [*own, *below]


def _header() -> list[Any]:
    return [(gettext("Where"),), (gettext("Needs"), "num"), (gettext("Urgent"), "num"),
            (gettext("Oldest"), "num"), (gettext("Kinds of help"), "wide")]


def _township(one: Unmet, names: dict[str, str], request: Request) -> list[Any]:
    kinds = sorted(one.categories.items(), key=lambda pair: (-pair[1], pair[0]))
    said = [gettext("{kind} {count}").format(kind=words.kind(key), count=count) for key, count in kinds[:KINDS]]
    rest = sum(count for _, count in kinds[KINDS:])
    said += [gettext("others {count}").format(count=rest)] if rest else []
    asked = {name: request.GET[name] for name in ("category", "urgency") if request.GET.get(name)}
    return [
        {"text": names.get(one.region, one.region), "url": f"?{urlencode({'region': one.region} | asked)}"},
        str(one.count), {"text": str(one.urgent), "tone": "late"} if one.urgent else "0",
        words.waited(one.oldest, request.at), gettext(", ").join(said),
    ]


def _longest_header() -> list[Any]:
    return [(gettext("Need"), "short"), (gettext("Where"),), (gettext("How soon"),), (gettext("Signs of danger"),),
            (gettext("When"), "wide"), (gettext("Waiting"), "num")]


def _line(one: OpenNeed, names: dict[str, str], request: Request) -> list[Any]:
    label, tone = words.urgency(one.urgency)
    return [
        {"text": speak(one.category_name), "url": reverse("needs:need", args=[one.ref])},
        names.get(one.region, one.region), {"text": label, "tone": tone},
        gettext(", ").join(words.flags(one.flags)) or "–", words.when(one.windows, one.weeks),
        words.waited(one.posted_at, request.at),
    ]
