"""What a name or code meant on a day; and all that is known of one region."""
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.places import forms, queries
from linli.registers.places.pages import words
from linli.registers.places.queries import Resolved
from linli.registers.places.rules.regions import LABELS, Issuer, Level, level_of, whole
from linli.ui import written

SHOWN, BELOW = 20, 400


@require_GET
def look_up(request: Request) -> HttpResponse:
    """Any name or code, on any day, as each issuer knew it."""
    asked = bool(request.GET.get("q", "").strip())
    form = forms.LookUp(request.GET if asked else None)
    found: list[Resolved] = []
    on: date | None = None
    if asked and form.is_valid():
        on = form.cleaned_data["on"]
        issuer = Issuer(form.cleaned_data["issuer"]) if form.cleaned_data["issuer"] else None
        found = queries.resolve(form.cleaned_data["q"].replace("\x00", ""), on=on, issuer=issuer, most=SHOWN)
    editions = queries.editions()
    return render(request, "places/look_up.html", {
        "form": form, "asked": asked and not form.errors, "found": [_row(one, on) for one in found],
        "many": len(found) == SHOWN, "header": _header(),
        "on": written.day(on, weekday=False) if on else "", "editions": [
            (words.issuer(one.issuer), gettext("table of {day}, {rows} rows").format(
                day=written.day(one.on, weekday=False), rows=f"{one.rows:,}")) for one in editions],
    }, status=422 if form.is_bound and form.errors else 200)


def _header() -> list[Any]:
    return [gettext("Region"), gettext("Division code"), gettext("Level"), gettext("Who says so"),
            gettext("From table"), gettext("Until table"), (gettext("What became of it"), "wide")]


def _row(one: Resolved, on: date | None) -> list[Any]:
    card = one.region
    became = [words.step(step) for step in one.heirs]
    if one.unsure:
        became.append(gettext("In the course of {year}; the sources name no day.").format(year=one.unsure[0].year))
    return [{"text": card.full_name or card.name, "url": words.region_url(card.code, card.issuer, on)},
            words.short(card.code), speak(LABELS[card.level]), words.table(card, one.edition), words.since(card),
            words.until(card.until), "; ".join(became) or "—"]


@require_GET
def region(request: Request, code: str) -> HttpResponse:
    """One region: its tables, its past, what is below it, its facilities and grid cells."""
    on, issuer = _day(request.GET.get("on", "")), request.GET.get("issuer", "")
    found = queries.dated(whole(code), on=on, issuer=Issuer(issuer) if issuer in set(Issuer) else None)
    if found is None:
        raise NotFound(N_("No such region."))
    card, story = found.region, queries.story(found.region)
    below = queries.below(card.code, card.issuer, on=on)[:BELOW] if card.level is not Level.VILLAGE else []
    current = card.until is None and card.issuer is Issuer.STATS
    facilities = queries.facilities(region=card.code, most=SHOWN + 1) if current else []
    cells = queries.grid_cells(region=card.code, most=SHOWN + 1) if current else []
    return render(request, "places/region.html", {
        "card": card, "title": card.full_name or card.name, "crumbs": _above(card), "facts": _facts(found),
        "timeline": [{"title": words.step(one), "note": one.document} for one in
                     sorted({*story.before, *found.heirs}, key=lambda step: (step.year, step.code))],
        "elsewhere": [(words.issuer(one.issuer), words.short(one.code), words.region_url(one.code, one.issuer))
                      for one in story.elsewhere],
        "below": [(name, words.region_url(one, card.issuer, on)) for one, name in below],
        "current": current, "over": card.until is not None,
        "facilities": [(one, speak(one.kind_name), words.size(one)) for one in facilities[:SHOWN]],
        "more": len(facilities) > SHOWN, "cells": cells[:SHOWN], "more_cells": len(cells) > SHOWN,
        "circle_url": words.circle_url(card.point) if card.point else "",
    })


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound(N_("No such region.")) from None


def _above(card: queries.RegionCard) -> list[tuple[str, str]]:
    codes = [card.code[:size].ljust(12, "0") for size in (2, 4, 6, 9)]
    above = [code for code in codes if code != card.code and level_of(code)][-len(card.above):] if card.above else []
    return [(name, words.region_url(code, card.issuer)) for name, code in zip(card.above, above, strict=False)]


def _facts(found: Resolved) -> list[Any]:
    card = found.region
    return [
        (gettext("Division code"), card.code), (gettext("Level"), speak(LABELS[card.level])),
        (gettext("Who says so"), words.table(card, found.edition)), (gettext("From table"), words.since(card)),
        (gettext("Until table"), words.until(card.until)),
        *([(gettext("Point on the map"), words.place(card.point))] if card.point else []),
    ]
