from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel import sheets
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import FileRefused, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions, forms, queries
from linli.registers.directory.rules import facilities
from linli.registers.directory.states import CHECK
from linli.registers.places import queries as places
from linli.ui import written

PAGE = 40
STANDS = ("overdue", "never", "due", "unchecked")
SHOWN = 200  # refused rows on the page; the correction list has all


@require_GET
def listings(request: Request) -> HttpResponse:
    """How fresh the listings of the office's regions are, and those that want a look."""
    regions = _regions(request)
    stand = request.GET.get("stand", "")
    stand = stand if stand in STANDS else "overdue"
    on = timezone.localdate(request.at)
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**4 else 1
    found = queries.wanting_a_look(regions, stand=stand, on=on, start=(number - 1) * PAGE, most=PAGE + 1)
    by_district = queries.freshness_of(regions, on=on)
    names = places.called([one.region for one in by_district])
    return render(request, "directory/listings.html", {
        "stand": stand, "stands": [(key, speak(label)) for key, label in queries.STANDS.items()],
        "districts": [(names.get(one.region, one.region), one.fresh, one.due, one.overdue, one.never, one.total)
                      for one in by_district],
        "rows": [(card, written.day(card.assured_on, weekday=False) if card.assured_on else gettext("never assured"),
                  written.day(card.checked_on, weekday=False) if card.checked_on else "–") for card in found[:PAGE]],
        "days": queries.fresh_days(on), "next": number + 1 if len(found) > PAGE else 0,
        "told": gettext("Kept: checked by the office today.") if request.GET.get("done") else "",
    })


@require_POST
def check(request: Request, ref: UUID) -> HttpResponse:
    actions.check_listing(ref, by=request.actor, at=request.at)
    stand = request.GET.get("stand", "")
    return redirect(f"{reverse('directory:listings')}?stand={stand if stand in STANDS else 'overdue'}&done=1")


@require_http_methods(["GET", "HEAD", "POST"])
def import_facilities(request: Request) -> HttpResponse:
    """A public list of facilities: what became of it row by row, and the list of what to correct."""
    if not request.actor.scopes(actions.LIST, "region"):
        raise NotAllowed(N_("Your role does not let you take in a list of facilities."))
    form = forms.Facilities(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            sheet = facilities.sheet(sheets.read(form.cleaned_data["file"].read()))
            only = request.POST.get("as") == "corrections"
            done = actions.import_facilities(
                sheet, source=form.cleaned_data["source"], partial=form.cleaned_data["partial"], dry=only,
                by=request.actor, at=request.at)
        except FileRefused as why:
            blame(form, why)
            context = {"refused": _refused(why.rows), "count": len(why.rows)}
        except RuleBroken as why:
            blame(form, why)
        else:
            if only:
                told = facilities.corrections(sheet, done.refused, [say(one.why) for one in done.refused])
                return _csv(sheets.written(told), "corrections.csv")
            context = {"done": done, "refused": _refused(done.refused), "count": len(done.refused), "figures": [
                (gettext("added"), str(done.added)), (gettext("changed"), str(done.changed)),
                (gettext("the same as before"), str(done.same)),
                (gettext("services listed with them"), str(done.services)),
                (gettext("refused"), str(len(done.refused))),
                *([(gettext("columns not read"), gettext(", ").join(done.ignored))] if done.ignored else []),
            ]}
    return render(request, "directory/facilities.html", {
        "form": form, "done": None, "refused": [], "figures": [], "count": 0,
        "columns": [(f"{names[0]} / {key}", speak(facilities.MEANINGS[key]))
                    for key, names in facilities.COLUMNS.items()],
    } | context, status=422 if form.errors else 200)


@require_GET
def columns(request: Request) -> HttpResponse:
    """An empty sheet with the columns and one row to copy."""
    return _csv(sheets.written([[names[0] for names in facilities.COLUMNS.values()], list(facilities.EXAMPLE)]),
                "facilities.csv")


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(rows: Any) -> list[tuple[int, str, str]]:
    named = {key: names[0] for key, names in facilities.COLUMNS.items()}
    return [(one.row, named.get(one.column, one.column), say(one.why)) for one in rows[:SHOWN]]


def _regions(request: Request) -> tuple[str, ...]:
    """The beginnings of the codes of the office's regions."""
    regions = request.actor.scopes(CHECK, "region")
    if not regions:
        raise NotAllowed(N_("Your role does not let you check listings."))
    return regions
