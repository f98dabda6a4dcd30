from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.directory import actions, forms, queries
from linli.registers.directory.pages.desk import _kept
from linli.registers.directory.queries import GROUPS, ServiceCard
from linli.registers.directory.rules.supply import KINDS, STATUS
from linli.registers.directory.rules.supply import UNITS as PLACES
from linli.ui import written


@require_http_methods(["GET", "HEAD", "POST"])
def supply(request: Request, ref: UUID) -> HttpResponse:
    """Places by group, and equipment and other resources; each of the two has its own button."""
    card = _kept(request, ref)
    which = request.POST.get("which", "")
    places = forms.Capacities(request.POST if which == "capacities" else None,
                              rows=queries.capacities([ref]).get(ref, []))
    things = forms.Resources(request.POST if which == "resources" else None,
                             rows=queries.resources([ref]).get(ref, []))
    saved = _saved(places, lambda: actions.set_capacities(
        ref, capacities=places.found(), by=request.actor, at=request.at)) or _saved(
        things, lambda: actions.set_resources(ref, resources=things.found(), by=request.actor, at=request.at))
    if saved:
        return redirect(f"{reverse('directory:supply', args=[ref])}?done=1")
    return render(request, "directory/supply.html", {
        "card": card, "places": places, "things": things,
        "told": gettext("Saved. Residents see it at once.") if request.GET.get("done") else "",
    }, status=422 if places.errors or things.errors else 200)


def _saved(form: Form, act: Callable[[], bool]) -> bool:
    """Whether this was the form that was sent, and what it says was kept."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except (Conflict, RuleBroken) as why:
        blame(form, why)
        return False
    return True


def shown(card: ServiceCard, *, at: datetime) -> list[tuple[str, str, str, str]]:
    """How many places are free, for whom, and since when that is known; and what the service works with."""
    found = []
    places_, things = queries.supply_of(card.ref)
    since = queries.capacity_fresh_since(at, card.region) if places_ else at
    for one in places_:
        whom = speak(GROUPS[one.group]) if one.group else gettext("everybody")
        said = gettext("{available} of {maximum} {unit} free").format(
            available=one.available, maximum=one.maximum, unit=speak(PLACES[one.unit])
        ) if one.available else speak(STATUS[one.status])
        if one.funded_percent:
            said += gettext(", {percent} % publicly funded").format(percent=one.funded_percent)
        if one.updated_at:
            said += gettext(" (counted {moment})").format(moment=written.moment(one.updated_at))
            if one.updated_at < since:
                days = (at - one.updated_at).days
                said += " " + ngettext("That was {count} day ago and may have changed: ask the provider first.",
                                       "That was {count} days ago and may have changed: ask the provider first.",
                                       days).format(count=days)
        found.append((gettext("Places for {whom}").format(whom=whom), said, "", ""))
    for thing in things:
        many = f" × {thing.quantity}" if thing.quantity > 1 else ""
        found.append((speak(KINDS[thing.kind]), f"{thing.name}{many}", thing.url, gettext("Open")))
    return found
