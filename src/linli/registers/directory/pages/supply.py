from uuid import UUID

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
    both = (places, actions.set_capacities, "capacities"), (things, actions.set_resources, "resources")
    for form, act, name in both:
        if form.is_bound and form.is_valid():
            try:
                act(ref, **{name: form.found()}, by=request.actor, at=request.at)
            except (Conflict, RuleBroken) as why:
                blame(form, why)
            else:
                return redirect(f"{reverse('directory:supply', args=[ref])}?done=1")
    return render(request, "directory/supply.html", {
        "card": card, "places": places, "things": things,
        "told": gettext("Saved. Residents see it at once.") if request.GET.get("done") else "",
    }, status=422 if places.errors or things.errors else 200)
