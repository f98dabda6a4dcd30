from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_GET, require_POST
from icalendar import Calendar, Event

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.work.orders import actions, queries
from linli.work.orders.queries import FeedCard, Happening, State
from linli.work.orders.rules import FeedKind, Scope
from linli.work.orders.states import LABELS

_STATUS = {State.HELD: "TENTATIVE", State.BOOKED: "TENTATIVE", State.DECLINED: "CANCELLED",
           State.CANCELLED: "CANCELLED", State.NO_SHOW: "CANCELLED", State.STRUCK: "CANCELLED"}


@require_GET
def calendars(request: Request) -> HttpResponse:
    """Which calendars one can have, and their addresses."""
    if request.actor.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    rows = [_row(card, request) for card in queries.feeds(request.actor)]
    return render(request, "orders/calendars.html", {"rows": rows})


def _row(card: FeedCard, request: Request) -> dict[str, Any]:
    path = reverse("orders:feed", args=[card.key]) if card.ref else ""
    return {
        "ref": card.ref, "scope": card.scope, "title": _title(card.kind, card.name), "made_at": card.made_at,
        "url": request.build_absolute_uri(path) if path else "",
        "what": {
            FeedKind.OWN: gettext("Your visits, the venues you booked, and those of the people you act for: what and"
                                  " when. No names and no addresses of homes."),
            FeedKind.PRACTITIONER: gettext("The visits you make: what, when and in which community. Whom and where"
                                           " exactly, you see here after signing in."),
            FeedKind.SITE: gettext("Which times are booked and by how many. Nobody's name."),
        }[card.kind],
    }


def _title(kind: FeedKind, name: str) -> str:
    return {FeedKind.OWN: gettext("My visits"), FeedKind.PRACTITIONER: gettext("My work"), FeedKind.SITE: name}[kind]


@require_POST
def make(request: Request) -> HttpResponse:
    actions.make_feed(request.POST.get("scope", ""), language=get_language() or "zh-hans", by=request.actor,
                      at=request.at)
    return redirect("orders:calendars")


@require_POST
def renew(request: Request, ref: UUID) -> HttpResponse:
    actions.renew_feed(ref, by=request.actor, at=request.at)
    return redirect("orders:calendars")


@require_POST
def stop(request: Request, ref: UUID) -> HttpResponse:
    actions.stop_feed(ref, by=request.actor, at=request.at)
    return redirect("orders:calendars")


@require_GET
def feed(request: Request, key: str) -> HttpResponse:
    """The calendar itself (RFC 5545), for programs; who knows the address reads it, so it names nobody."""
    scope, language, found = queries.feed_of(key, at=request.at)
    with override(language):
        body = _written(scope, found, request)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    told = {"ETag": tag, "Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=told)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=told)


def _written(scope: Scope, found: list[Happening], request: Request) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Linli//Linli//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Linli: {what}").format(what=_title(scope.kind, gettext("Site"))))
    calendar.add("refresh-interval;value=duration", "PT1H")
    calendar.add("x-published-ttl", "PT1H")
    for one in found:
        calendar.add_component(_event(one, scope, request))
    written: bytes = calendar.to_ical()
    return written


def _event(one: Happening, scope: Scope, request: Request) -> Event:
    event, site = Event(), scope.kind is FeedKind.SITE
    event.add("uid", f"{one.ref}@linli")
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", one.sequence)
    event.add("dtstart", one.begin)
    event.add("dtend", one.until)
    summary = gettext("{service}: {count} booked").format(service=one.service, count=one.count) if site else (
        f"{one.service} · {one.provider}" if scope.kind is FeedKind.OWN else one.service)
    event.add("summary", summary)
    if one.where:
        event.add("location", one.where)
    event.add("status", _STATUS.get(one.state, "CONFIRMED"))
    if one.order:
        event.add("description", gettext("{state}. Sign in to see more.").format(state=speak(LABELS[one.state])))
    if one.order or one.url:
        path = reverse("orders:order", args=[one.order]) if one.order else one.url
        event.add("url", request.build_absolute_uri(path))
    return event
