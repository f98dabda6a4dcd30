"""The register as open data, for whoever wants all of it."""
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request
from linli.registers.organisations import queries
from linli.ui import written

SHOWN = 40


@require_GET
def data(request: Request) -> HttpResponse:
    """The files of each day, what differs between them, and how to follow every change from there."""
    found = queries.files()
    whole = next((one for one in found if one.since is None), None)
    return render(request, "organisations/data.html", {
        "whole": whole and {"name": whole.name, "day": written.day(whole.day), "count": f"{whole.count:,}",
                            "size": _size(whole.size), "position": whole.position, "sha256": whole.sha256},
        "header": [gettext("Day"), gettext("What it holds"), (gettext("Lines"), "num"), (gettext("Size"), "num"),
                   "SHA-256"],
        "rows": [[written.day(one.day, weekday=False), {"text": _kind(one), "url": _url(one)}, f"{one.count:,}",
                  _size(one.size), f"{one.sha256[:16]}…"] for one in found[:SHOWN]],
        "url": whole and _url(whole), "position": queries.newest(),
    })


def _kind(one: queries.File) -> str:
    return gettext("Differences from {day}").format(day=written.day(one.since, weekday=False)) if one.since \
        else gettext("The whole register")


def _url(one: queries.File) -> str:
    return f"/api/v1/bulk/organisations/{one.name}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} kB"
