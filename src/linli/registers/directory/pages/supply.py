from collections.abc import Callable
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.kernel.doors import Request, blame
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.directory import actions, forms, queries
from linli.registers.directory.pages.desk import _kept


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
