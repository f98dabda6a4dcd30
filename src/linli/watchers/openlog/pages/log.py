"""The log's own page: how large it is, who signs and who watches, what was published, and whether it adds up."""
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.kernel.doors import Request
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.ui import written
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.pages import said
from linli.watchers.openlog.queries import DaysCard, HeadCard

NEWEST, DAYS, PAGE = 10, 4, 14


@require_safe
def log(request: Request) -> HttpResponse:
    """The first page, or an older part of the list: `?before=` an index, `?series=`, `?day=`."""
    series, day, before = request.GET.get("series", "")[:40], _day(request), _before(request)
    found = queries.entries(series=series or None, day=day, before=before, limit=NEWEST + 1)
    shown = found[:NEWEST]
    query = request.GET.copy()
    if len(found) > NEWEST:
        query["before"] = str(shown[-1].index)
    state, counted = queries.state(), queries.days()
    head = state.head
    context = {
        "head": head, "rows": said.rows(shown, said.Names(shown)), "series": queries.series_name(series), "day": day,
        "more": f"?{query.urlencode()}" if len(found) > NEWEST else "",
        "first": not (series or day or before is not None), "tiles": _tiles(head, counted),
        "sums": _sums(head, counted), "keys": state.keys, "witnesses": state.witnesses, "trusted": state.trusted,
        "table": _table(counted, DaysCard(0, counted.days[:DAYS])), "several": len(counted.days) > DAYS,
        "log_url": request.build_absolute_uri(reverse("openlog:log")).rstrip("/"),
        "as_witness": str(actions.cosigner().key),
        "witness_url": request.build_absolute_uri(reverse("openlog:add_checkpoint")).removesuffix("/add-checkpoint"),
    }
    return render(request, "openlog/log.html", context)


@require_safe
def days(request: Request) -> HttpResponse:
    """Every day since the log began, and the sums that must add up."""
    head, counted = queries.head(), queries.days()
    page = Paginator(counted.days, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "sums": _sums(head, counted), "table": _table(counted, DaysCard(0, tuple(page)))}
    return render(request, "openlog/days.html", context)


def _tiles(head: HeadCard | None, counted: DaysCard) -> list[tuple[str, str, str]]:
    cosigned = ", ".join(head.cosigned_by) if head else ""
    return [
        (gettext("Entries"), f"{head.size if head else 0:,}", ""),
        (gettext("Newest checkpoint"), written.clock(head.at) if head else written.NOTHING,
         written.day(head.at) if head else ""),
        (gettext("Witnesses under it"), str(len(head.cosigned_by) if head else 0), cosigned),
        (gettext("Days"), f"{len(counted.days):,}", ""),
    ]


def _sums(head: HeadCard | None, counted: DaysCard) -> dict[str, Any]:
    """The days' sum and the size that was signed: whether they are the same."""
    size = head.size if head else 0
    return {"days": counted.size, "size": size, "right": counted.size == size}


def _table(counted: DaysCard, shown: DaysCard) -> dict[str, Any]:
    """Days down, series across, with the sum of each day; below, the sum of everything."""
    every = counted.by_series
    header = [(gettext("Day"), "wide"), *((queries.series_name(name), "num") for name in every),
              (gettext("Sum"), "num")]
    link = reverse("openlog:log")
    rows: list[list[Any]] = [
        [(written.day(one.day), f"{link}?day={one.day}"), *(f"{one.series.get(name, 0):,}" for name in every),
         f"{one.leaves:,}"] for one in shown.days]
    if rows:
        rows.append([gettext("All days"), *(f"{count:,}" for count in every.values()), f"{counted.size:,}"])
    return {"header": header, "rows": rows}


def _day(request: Request) -> date | None:
    asked = request.GET.get("day", "")
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise NotFound(N_("This page of the list does not exist. Start at its first page.")) from None


def _before(request: Request) -> int | None:
    asked = request.GET.get("before")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise NotFound(N_("This page of the list does not exist. Start at its first page."))
    return int(asked)
