from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.watchers.notices import actions, queries

SIZE = 50


@dataclass(frozen=True)
class Line:
    text: str
    url: str
    at: datetime
    unread: bool
    urgent: bool


@require_GET
def notices(request: Request) -> HttpResponse:
    """What the reader has been told, the newest first."""
    _signed_in(request)
    asked = request.GET.get("before")
    before = _position(asked)
    if asked is not None and before is None:
        raise NotFound(N_("This page of the list does not exist. Start at its first page."))
    found = queries.notices(by=request.actor, limit=SIZE + 1, before=before)
    lines = [Line(queries.said(card), card.url, card.at, card.unread, card.urgent) for card in found[:SIZE]]
    context = {
        "lines": lines, "any_unread": any(line.unread for line in lines), "first": before is None,
        "newest": found[0].position if found else 0, "more": found[SIZE - 1].position if len(found) > SIZE else None,
    }
    return render(request, "notices/_notices.html" if request.htmx else "notices/notices.html", context)


@require_POST
def mark_read(request: Request) -> HttpResponse:
    """Mark as read what was on the page, and nothing that came since."""
    _signed_in(request)
    actions.mark_read(up_to=_position(request.POST.get("up_to")), by=request.actor, at=request.at)
    return redirect("notices:notices")


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def _signed_in(request: Request) -> None:
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Notices belong to an account. Sign in to read yours."))
