from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.places import queries
from linli.registers.places.rules.regions import LABELS, LEVELS, Level


@require_GET
def choose(request: Request) -> HttpResponse:
    """Step by step from the node's region down to the level asked for; each step a link, the last to `next`."""
    wanted = request.GET.get("level", Level.VILLAGE)
    target = request.GET.get("next", "/")
    if wanted not in LEVELS or not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        raise NotFound(N_("No such choice of regions."))
    found = queries.around(request.GET.get("parent") or settings.REGION)
    own = queries.under(settings.REGION)
    if found is None or not found.here.code.startswith(own):
        raise NotFound(N_("No such region."))
    here, below = found.here, found.below

    def address(code: str, level: Level) -> str:
        if level == wanted:
            return _with_region(target, code)
        return f"{reverse('places:choose')}?{urlencode({'level': wanted, 'parent': code, 'next': target})}"

    context = {
        "title": gettext("Choose: %(level)s") % {"level": speak(LABELS[below[0].level])} if below else here.full_name,
        "here": here.full_name,
        "crumbs": [(card.name, address(card.code, card.level)) for card in found.above if card.code.startswith(own)],
        "choices": [(card.name, address(card.code, card.level)) for card in below],
        "stop_url": _with_region(target, here.code),
    }
    return render(request, "places/choose.html", context)


@require_GET
def options(request: Request) -> HttpResponse:
    """The options of a select for the regions right below one; asked for when the select above it changes."""
    parent = next((request.GET[key] for key in ("parent", "district", "street") if request.GET.get(key)), "")
    return render(request, "places/_options.html", {"choices": queries.region_choices(parent) if parent else []})


def _with_region(target: str, code: str) -> str:
    parts = urlsplit(target)
    query = "&".join(filter(None, (parts.query, urlencode({"region": code}))))
    return urlunsplit(parts._replace(query=query))
