"""What a region has and lacks: the map with its table, the lists behind the figures, and files of them."""
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.registers.places import queries as places
from linli.ui import written
from linli.watchers.insight import access, queries
from linli.watchers.insight.pages import asking, words
from linli.watchers.insight.queries import Asked, Table
from linli.watchers.insight.rules import sheets
from linli.watchers.insight.rules.measures import LABELS, MEASURES, Count, Measure, State

SIZE = 50
TONES = {State.OPEN: "wait", State.BOOKED: "ok", State.MET: "ok", State.WITHDRAWN: "plain", State.EXPIRED: "late"}
KINDS = {"csv": ("text/csv; charset=utf-8", sheets.as_csv),
         "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.as_xlsx)}


@require_GET
def coverage(request: Request) -> HttpResponse:
    """The figures of a subject by district or township; all of it stands in the address."""
    of = asking.asked(request)
    found = queries.coverage(of, by=request.actor, at=request.at)
    widest = access.widest(request.actor)
    total = words.value(of.measure, found.total)
    return render(request, "insight/coverage.html", asking.filters(request, of) | {
        "name": found.name, "at": found.at, "measure": speak(MEASURES[of.measure].name),
        "shapes": _shapes(found, of, widest), "view_box": places.view_box(),
        "header": [(gettext("Region"), "wide"), *((speak(one.label), "num") for one in words.COLUMNS[of.subject])],
        "rows": _rows(found, of), "definitions": _definitions(found, of),
        "up": words.address("coverage", of, region=widest) if of.region != widest else "",
        "total": words.figure(total, "%" if of.measure is Measure.REACH else ""),
        "least": found.least,
        "csv": words.address("csv", of), "xlsx": words.address("xlsx", of),
    })


@require_GET
def sheet(request: Request, form: str) -> HttpResponse:
    """The same table as a file, with what each figure is and when it was counted below it."""
    of = asking.asked(request)
    found = queries.coverage(of, by=request.actor, at=request.at)
    columns = words.COLUMNS[of.subject]

    def line(code: str, name: str, count: Count | None) -> list[sheets.Cell]:
        return [code, name, *(None if count is None else one.value(count) for one in columns)]

    rows: list[list[sheets.Cell]] = [
        [gettext("Code"), gettext("Region"), *(f"{speak(one.label)}{' (%)' if one.suffix else ''}" for one in columns)],
        *(line(one.region, one.name, one.count) for one in found.lines),
        *([line("", gettext("elsewhere in the region"), found.rest)] if found.rest else []),
        line(of.region, gettext("in all"), found.total), [],
    ]
    rows += [[label, said] for label, said in _definitions(found, of)]
    kind, make = KINDS[form]
    answer = HttpResponse(make(rows), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="linli-{of.subject}-{of.region}.{form}"'
    return answer


@require_GET
def needs(request: Request) -> HttpResponse:
    """The needs behind a figure: what kind of help, where, how it stands. No names, no words."""
    of, number = asking.asked(request), asking.page(request)
    state = request.GET.get("state", "")[:12]
    found = queries.needs(of, state=state, by=request.actor, at=request.at, start=(number - 1) * SIZE, most=SIZE + 1)
    names = places.named({one.region for one in found})
    return render(request, "insight/needs.html", {
        "name": places.called([of.region]).get(of.region, of.region), "what": words.what(of), "days": of.days,
        "state": speak(LABELS[State(state)]) if state in set(State) else gettext("unmet") if state == "unmet" else "",
        "header": [(gettext("Kind of help"), "wide"), gettext("Where"), gettext("Posted"), gettext("How it stands"),
                   (gettext("Days"), "num")],
        "rows": [[
            {"text": words.kind_of_help(one.category),
             "url": reverse("needs:need", args=[one.need]) if one.state is State.OPEN else ""},
            names.get(one.region, one.region), written.day(one.posted_at, weekday=False),
            {"text": speak(LABELS[one.state]), "tone": TONES[one.state]},
            words.figure(round(((one.ended_at or request.at) - one.posted_at).total_seconds() / 86_400, 1)),
        ] for one in found[:SIZE]],
        "back": words.address("coverage", of), "more": _next(request, number) if len(found) > SIZE else "",
    })


@require_GET
def services(request: Request) -> HttpResponse:
    """The services behind a figure: who gives them, and how many places are free."""
    of, number = asking.asked(request), asking.page(request)
    there = request.GET.get("there") == "1"
    found, count = queries.services(of, there=there, by=request.actor, start=(number - 1) * SIZE, most=SIZE)
    paginator = Paginator(range(count), SIZE)
    return render(request, "insight/services.html", {
        "name": places.called([of.region]).get(of.region, of.region), "what": words.what(of), "count": count,
        "there": there,
        "header": [(gettext("Service"), "wide"), gettext("Provider"), gettext("Kind of help"),
                   (gettext("Free places"), "num")],
        "rows": [[{"text": card.name, "url": reverse("directory:service", args=[card.ref])}, card.provider_name,
                  words.kind_of_help(card.category), words.figure(free)] for card, free in found],
        "back": words.address("coverage", of), "page": Page(range(0), min(number, paginator.num_pages), paginator),
    })


def _shapes(found: Table, of: Asked, widest: str) -> list[Any]:
    if not found.districts:
        return []
    suffix = "%" if of.measure is Measure.REACH else ""
    told = {code: (words.value(of.measure, count), words.figure(words.value(of.measure, count), suffix))
            for code, count in found.districts.items()}
    return places.shaded(widest, told, address=lambda code: words.address("coverage", of, region=code),
                         otherwise=words.NOTHING)


def _rows(found: Table, of: Asked) -> list[list[Any]]:
    columns = words.COLUMNS[of.subject]

    def row(name: Any, region: str, count: Count | None) -> list[Any]:
        cells: list[Any] = [name]
        for one in columns:
            number = None if count is None else one.value(count)
            cells.append({"text": words.figure(number, one.suffix),
                          "url": words.behind(of, region, one) if number and region else ""})
        return cells

    rows = [row({"text": one.name, "url": "" if one.region == of.region else words.address(
        "coverage", of, region=one.region)}, one.region, one.count) for one in found.lines]
    if found.rest is not None:
        rows.append(row(gettext("elsewhere in the region"), "", found.rest))
    return rows if len(rows) == 1 else [*rows, row(gettext("in all"), of.region, found.total)]


def _definitions(found: Table, of: Asked) -> list[tuple[str, str]]:
    """What each measure of the table is, and of when the figures are."""
    told = [(speak(about.name), queries.sentence(key, of)) for key, about in MEASURES.items()
            if about.subject is of.subject]
    told.append((gettext("Counted at"), written.moment(found.at)))
    if found.people_on:
        told.append((gettext("Residents counted"), written.day(found.people_on, weekday=False)))
    if of.subject.value == "supply":
        told.append((gettext("Free places counted"), written.moment(found.free_at) if found.free_at
                     else gettext("not yet; it is done every half hour")))
    return told


def _next(request: Request, number: int) -> str:
    return "?" + urlencode(request.GET.dict() | {"page": str(number + 1)})
