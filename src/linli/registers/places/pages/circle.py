"""The 15-minute life circle: what is within a walk of a point, and what is missing there."""
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import RuleBroken
from linli.registers.places import actions, forms, queries
from linli.registers.places.pages import words
from linli.registers.places.queries import Circle, GroupCircle
from linli.registers.places.rules.facilities import GROUPS, Group
from linli.registers.places.rules.reach import MINUTES

DRAWN = 30


@require_GET
def circle(request: Request) -> HttpResponse:
    """By longitude and latitude of any of the three systems, or by the code of a region that has a point."""
    asked, point, where = request.GET, None, ""
    card = queries.region(asked["region"]) if asked.get("region") else None
    form = forms.Where(asked if "lon" in asked else None)
    if card and card.point:
        point, where = card.point, card.full_name
        form = forms.Where(initial={"lon": point.lon, "lat": point.lat})
    elif form.is_valid():
        try:
            point = actions.given(form.cleaned_data["lon"], form.cleaned_data["lat"], form.cleaned_data["crs"])
        except RuleBroken as why:
            blame(form, why)
    context: dict[str, Any] = {"form": form, "unplaced": card.full_name if card and not card.point else ""}
    if point:
        context |= _found(queries.life_circle(point, on=timezone.localdate(request.at)),
                          _group(asked.get("group", "")), where)
    return render(request, "places/circle.html", context, status=422 if form.is_bound and form.errors else 200)


def _group(asked: str) -> Group:
    return Group(asked) if asked in set(Group) else Group.ELDERS


def _found(found: Circle, group: Group, where: str) -> dict[str, Any]:
    own = next(one for one in found.groups if one.group is group)
    reached = [(card, way) for card, way in found.facilities if way <= own.metres[-1]
               and any(kind.kind == card.kind for kind in own.kinds)]
    lines = 1.0 if found.streets else found.detour
    radii = [(gettext("{minutes} minutes").format(minutes=minutes), metres / lines)
             for minutes, metres in zip(MINUTES, own.metres, strict=True)]
    return {
        "found": found, "where": where or words.place(found.point), "detour": f"{found.detour:g}",
        "label": speak(own.label), "metres": list(zip(MINUTES, own.metres, strict=True)),
        "groups": [(speak(label), f"{words.circle_url(found.point, group=one.value)}", one is group)
                   for one, label in GROUPS.items()],
        "header": [gettext("Kind of facility"), *((gettext("{minutes} minutes").format(minutes=minutes), "num")
                                                  for minutes in MINUTES), (gettext("The nearest"), "wide")],
        "rows": [_row(kind) for kind in own.kinds],
        "missing": [speak(kind.name) for kind in own.kinds if kind.missing],
        "others": [(speak(one.label), _missing(one)) for one in found.groups if one.group is not group],
        "map": words.rings(found.point, radii, [(card, speak(card.kind_name)) for card, _ in reached[:DRAWN]]),
        "caption": gettext("Within a walk: {label}").format(label=speak(own.label)),
    }


def _row(kind: queries.Within) -> list[Any]:
    nearest: Any = {"text": gettext("none within 15 minutes"), "tone": "late"}
    if kind.nearest and kind.minutes is not None:
        minutes = max(1, round(kind.minutes))
        nearest = {"text": ngettext("{name}, {minutes} minute", "{name}, {minutes} minutes", minutes).format(
            name=kind.nearest.name, minutes=minutes),
            "url": reverse("places:facility", args=[kind.nearest.ref])}
    return [speak(kind.name), *map(str, kind.counts), nearest]


def _missing(one: GroupCircle) -> str:
    names = [speak(kind.name) for kind in one.kinds if kind.missing]
    return gettext("missing: {names}").format(names=gettext(", ").join(names)) if names else gettext("nothing missing")
