"""The office's grid cells and who walks them."""
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import actions, forms, queries
from linli.registers.places.pages import words
from linli.registers.places.pages.facilities import PAGE, community, number_of, own, within
from linli.registers.places.queries import CellCard
from linli.ui import written


@require_GET
def listed(request: Request) -> HttpResponse:
    """The grid cells of the officer's region, those without an officer marked."""
    widest = own(request)
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:60] for name in ("q", "region")}
    region, number = within(asked["region"], widest), number_of(request)
    count = queries.count_grid_cells(region=region, q=asked["q"])
    cells = queries.grid_cells(region=region, q=asked["q"], start=(number - 1) * PAGE, most=PAGE)
    names = queries.called([cell.region for cell in cells])
    paginator = Paginator(range(count), PAGE)
    return render(request, "places/grids.html", {
        "rows": [_row(cell, names) for cell in cells], "header": _header(), "asked": asked, "count": count,
        "page": Page(range(0), min(number, paginator.num_pages), paginator), "filtered": any(asked.values()),
        "regions": queries.region_choices(widest), "may": queries.may_manage(request.actor, widest),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Make a part of a community a grid cell."""
    widest = own(request, managing=True)
    form = forms.Cell(request.POST or None, initial={"region": request.GET.get("region", "")})
    if form.is_valid():
        try:
            said = form.cleaned_data | {"region": community(form.cleaned_data["region"], below=widest, field="region")}
            ref = actions.add_grid_cell(**said, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:grid", ref)
    return render(request, "places/grid_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def grid(request: Request, ref: UUID) -> HttpResponse:
    """One cell: its officer, and those before, unnamed."""
    own(request)
    return _page(request, queries.grid_cell(ref))


@require_POST
def appoint(request: Request, ref: UUID) -> HttpResponse:
    """Give the cell its officer."""
    card = _managed(request, ref)
    form = forms.Post(request.POST)
    if form.is_valid():
        try:
            actions.appoint(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:grid", ref)
    return _page(request, card, post=form)


@require_POST
def relieve(request: Request, ref: UUID) -> HttpResponse:
    """The cell's officer leaves."""
    card = _managed(request, ref)
    form = forms.Leaving(request.POST)
    if form.is_valid():
        try:
            actions.relieve(ref, until_on=form.cleaned_data["until_on"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("places:grid", ref)
    return _page(request, card, leaving=form)


def _managed(request: Request, ref: UUID) -> CellCard:
    card = queries.grid_cell(ref)
    if not queries.may_manage(request.actor, card.region):
        raise NotAllowed(N_("Your role does not let you change regions here."))
    return card


def _page(request: Request, card: CellCard, *, post: forms.Post | None = None, leaving: forms.Leaving | None = None
          ) -> HttpResponse:
    today = timezone.localdate(request.at)
    may = queries.may_manage(request.actor, card.region)
    return render(request, "places/grid.html", {
        "card": card, "facts": [
            (gettext("Community"), queries.called([card.region]).get(card.region, card.region),
             words.region_url(card.region), gettext("See the region")),
            (gettext("Households"), "—" if card.households is None else str(card.households)),
            (gettext("Grid officer"), card.officer or gettext("nobody now")),
            (gettext("Duty phone"), card.phone or "—"),
        ],
        "timeline": [{"title": called or gettext("An officer who has left"), "at": from_on,
                      "note": gettext("until {day}").format(day=written.day(until_on)) if until_on else
                      gettext("on duty now"), "tone": "" if until_on else "ok"}
                     for from_on, until_on, called in queries.posts(card.ref)],
        "post": (post or forms.Post(initial={"from_on": today})) if may else None,
        "leaving": (leaving or forms.Leaving(initial={"until_on": today})) if may and card.officer else None,
    }, status=422 if post or leaving else 200)


def _header() -> list[Any]:
    return [(gettext("Grid cell"), "wide"), gettext("Number"), gettext("Community"), (gettext("Households"), "num"),
            gettext("Grid officer"), gettext("Duty phone")]


def _row(cell: CellCard, names: dict[str, str]) -> list[Any]:
    return [{"text": cell.name, "url": reverse("places:grid", args=[cell.ref])}, cell.code,
            names.get(cell.region, cell.region), "—" if cell.households is None else str(cell.households),
            cell.officer or {"text": gettext("nobody now"), "tone": "late"}, cell.phone or "—"]
