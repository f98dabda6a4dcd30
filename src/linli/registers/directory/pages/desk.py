import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory import actions, forms, queries
from linli.registers.directory.queries import ExceptionCard, ServiceCard
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import rows as sheet
from linli.registers.directory.rules.offers import Offer
from linli.registers.directory.states import LABELS, MANAGE, State
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.queries import OrganisationCard
from linli.registers.places import queries as places
from linli.ui import written

PAGE = 50
TONES: dict[State, str] = {State.DRAFT: "plain", State.LISTED: "ok", State.PAUSED: "wait", State.WITHDRAWN: "late"}
MOVES: dict[str, Callable[..., None]] = {
    "list_draft": actions.list_draft, "pause": actions.pause, "resume": actions.resume, "withdraw": actions.withdraw,
    "assure": actions.assure,
}
MOST_BYTES = 2_000_000
DONE: dict[str, Text] = {
    "list_service": N_("Saved. Now set the opening hours, so that there are times to book."),
    "update_service": N_("The listing was changed."),
    "set_hours": N_("The opening hours were set, and the times to book follow them."),
    "add_exception": N_("The exceptional day was added."),
    "drop_exception": N_("The weekly hours rule that day again."),
    "list_draft": N_("Listed: residents can find it now."),
    "pause": N_("Paused: nobody can book it until you resume it. What is booked stays."),
    "resume": N_("Resumed: it can be booked again."),
    "withdraw": N_("Withdrawn. What is booked stays."),
    "assure": N_("Assured as right today."),
}


@require_GET
def listing(request: Request) -> HttpResponse:
    """What the provider offers: state, price, next free time, when it was last assured."""
    own = _own(request)
    state = request.GET.get("state", "")
    state = state if state in LABELS else ""
    every = queries.services_of(own.ref) if own else []
    cards = [card for card in every if not state or card.state == state]
    page = Paginator(cards, PAGE).get_page(request.GET.get("page"))
    free = queries.first_free([card.ref for card in page], request.at, request.at + timedelta(days=60))
    return render(request, "directory/listing.html", {
        "own": own, "others": _others(request, own), "page": page, "state": state,
        "states": [(key.value, speak(label)) for key, label in LABELS.items() if key != State.WITHDRAWN],
        "rows": [(
            card, speak(queries.category(card.category).name), speak(card.label), TONES[card.state],
            written.money(card.lowest_fen, short=True),
            written.moment(free[card.ref].from_) if card.ref in free else "–",
            written.day(card.assured_on, weekday=False),
            [(name, label) for name, label in _buttons(card, request) if name != "withdraw"],
        ) for card in page],
        "any": bool(every),
    } | _told(request))


@require_http_methods(["GET", "HEAD", "POST"])
def list_service(request: Request) -> HttpResponse:
    """A new service: listed, or kept as a draft."""
    own = _needed(request)
    fresh = Offer("", "", "", (), "")
    form = forms.Service(
        request.POST or None, sites=_sites(own), regions=_regions(()), initial=_initial(fresh) | {
            "site": own.sites[0].ref if own.sites else "", "price_fen": None, "subsidy_fen": None, "modes": [],
        },
    )
    if form.is_valid():
        move = actions.draft_service if request.POST.get("as") == "draft" else actions.list_service
        try:
            ref = move(own.ref, **_said(form), by=request.actor, at=request.at)
        except (Conflict, NotFound, RuleBroken) as why:
            blame(form, why)
        else:
            return _done("directory:set_hours", "list_service", ref)
    return render(request, "directory/form.html", {
        "form": form, "own": own, "title": gettext("New service"), "card": None, "may_list": own.active,
    } | _told(request), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def update_service(request: Request, ref: UUID) -> HttpResponse:
    card = _kept(request, ref)
    own = organisations.organisation(card.provider)
    form = forms.Service(
        request.POST or None, sites=_sites(own), regions=_regions(card.area), initial=_initial(_offer(card)),
    )
    if form.is_valid():
        try:
            actions.update_service(ref, **_said(form), by=request.actor, at=request.at)
        except (Conflict, NotFound, RuleBroken) as why:
            blame(form, why)
        else:
            return _done("directory:update_service", "update_service", ref)
    return render(request, "directory/form.html", {
        "form": form, "own": own, "title": card.name, "card": card, "may_list": own.active,
        "state": speak(card.label), "tone": TONES[card.state], "buttons": _buttons(card, request),
    } | _told(request), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def set_hours(request: Request, ref: UUID) -> HttpResponse:
    """The weekly hours as a grid; exceptional days below."""
    card = _kept(request, ref)
    form = forms.Week(request.POST or None, hours=queries.hours(ref))
    if form.is_valid():
        try:
            actions.set_hours(ref, hours=form.hours(), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return _done("directory:set_hours", "set_hours", ref)
    return _hours(request, card, form)


@require_POST
def add_exception(request: Request, ref: UUID) -> HttpResponse:
    card = _kept(request, ref)
    form = forms.Exceptional(request.POST)
    if form.is_valid():
        try:
            left = actions.add_exception(ref, day=ExceptionCard(**form.cleaned_data), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return _done("directory:set_hours", "add_exception", ref, left=left)
    return _hours(request, card, forms.Week(hours=queries.hours(ref)), form)


@require_POST
def drop_exception(request: Request, ref: UUID) -> HttpResponse:
    _kept(request, ref)
    form = forms.Day(request.POST)
    if not form.is_valid():
        raise NotFound(N_("There is no exceptional day on this date."))
    actions.drop_exception(ref, on=form.cleaned_data["on"], by=request.actor, at=request.at)
    return _done("directory:set_hours", "drop_exception", ref)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, ref: UUID, move: str) -> HttpResponse:
    """A step in the life of the listing; withdrawing asks first, because it is for good."""
    card = _kept(request, ref)
    if move not in MOVES:
        raise NotFound(N_("There is no such page."))
    if request.method != "POST":
        if move != "withdraw":
            return redirect("directory:update_service", ref)
        return render(request, "directory/withdraw.html", {"card": card})
    MOVES[move](ref, by=request.actor, at=request.at)
    return _done("directory:listing", move, organisation=card.provider)


@require_http_methods(["GET", "HEAD", "POST"])
def import_services(request: Request) -> HttpResponse:
    """A file of services, and what became of it row by row."""
    own = _needed(request)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            if form.cleaned_data["file"].size > MOST_BYTES:
                raise RuleBroken(N_("The file is larger than 2 MB. Split it."), field="file")
            rows = sheet.read(form.cleaned_data["file"].read())
            done = actions.import_services(
                own.ref, rows=rows, partial=form.cleaned_data["partial"], by=request.actor, at=request.at
            )
        except FileRefused as why:
            blame(form, why)
            context = {"refused": _refused(why.rows)}
        except RuleBroken as why:
            blame(form, why)
        else:
            context = {"done": done, "refused": _refused(done.refused), "figures": [
                (gettext("added"), str(done.added)), (gettext("changed"), str(done.changed)),
                (gettext("the same as before"), str(done.same)), (gettext("refused"), str(len(done.refused))),
            ]}
    return render(request, "directory/import.html", {
        "form": form, "own": own, "done": None, "refused": [], "figures": [],
        "columns": [(f"{zh} / {en}", speak(sheet.MEANINGS[en])) for en, zh in sheet.COLUMNS.items()],
    } | context, status=422 if form.errors else 200)


@require_GET
def columns(request: Request) -> HttpResponse:
    """An empty sheet with the columns and one row to copy."""
    response = HttpResponse(b"\xef\xbb\xbf", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="services.csv"'
    writer = csv.writer(response)
    writer.writerow(sheet.COLUMNS.values())
    writer.writerow(sheet.EXAMPLE)
    return response


def _done(name: str, what: str, *args: UUID, **more: object) -> HttpResponse:
    """To the next page, which says what was done: one of the sentences of `DONE`, nothing that an address makes up."""
    return redirect(f"{reverse(name, args=args)}?{urlencode({'done': what} | more)}")


def _told(request: Request) -> dict[str, str]:
    """What was just done, and what it left to do."""
    left = request.GET.get("left", "")
    count = int(left) if left.isdecimal() and len(left) < 6 else 0
    done = DONE.get(request.GET.get("done", ""))
    return {"told": speak(done) if done else "", "left": ngettext(
        "{count} booked visit on that day is now outside the hours. It stands until you change or cancel it.",
        "{count} booked visits on that day are now outside the hours. They stand until you change or cancel them.",
        count,
    ).format(count=count) if count else ""}


def _own(request: Request) -> OrganisationCard | None:
    """The organisation whose desk this is: the one asked for, else the first of the actor's."""
    mine = request.actor.refs(MANAGE, "organisation")
    if not mine:
        raise NotAllowed(N_("Your role does not let you keep a listing. Ask your organisation's administrator."))
    found = organisations.organisations(mine)
    asked = request.GET.get("organisation", "") or request.POST.get("organisation", "")
    return next((card for ref, card in found.items() if str(ref) == asked), None) or next(
        (found[ref] for ref in mine if ref in found), None)


def _needed(request: Request) -> OrganisationCard:
    own = _own(request)
    if own is None:
        raise NotFound(N_("There is no such organisation."))
    return own


def _others(request: Request, own: OrganisationCard | None) -> list[tuple[str, str, bool]]:
    mine = request.actor.refs(MANAGE, "organisation")
    names = organisations.names(mine) if own and len(mine) > 1 else {}
    return [(str(ref), name, own is not None and ref == own.ref) for ref, name in names.items()]


def _kept(request: Request, ref: UUID) -> ServiceCard:
    """A service that this actor keeps; hidden from all others, as the desk is."""
    card = queries.service_for(ref, by=request.actor)
    if MANAGE not in request.actor.held(f"organisation:{card.provider}", f"region:{card.region}"):
        raise NotAllowed(N_("Your role does not let you keep this listing."))
    return card


def _buttons(card: ServiceCard, request: Request) -> list[tuple[str, str]]:
    return [(move.name, speak(move.label)) for move in queries.moves(card, by=request.actor) if move.name in MOVES]


def _sites(own: OrganisationCard) -> list[tuple[str, Any]]:
    return [(str(site.ref), f"{site.name} · {site.address}") for site in own.sites]


def _regions(area: tuple[str, ...]) -> list[tuple[str, Any]]:
    known = places.called([settings.REGION]) | dict(places.districts())
    return list((known | places.called([code for code in area if code not in known])).items())


def _offer(card: ServiceCard) -> Offer:
    return Offer(
        card.category, card.name, card.summary, card.modes, card.region, card.site, card.point, card.area,
        card.languages, card.accessibility, card.price_fen, card.unit, card.subsidy_fen, card.subsidy_for.min_age,
        card.subsidy_for.groups, card.eligibility.min_age, card.eligibility.max_age, card.eligibility.groups,
        card.eligibility.gender, card.duration_minutes, card.buffer_minutes, card.capacity, card.lead_minutes,
        card.horizon_days, card.open_on_holidays, card.setup_minutes, card.wave,
    )


def _initial(offer: Offer) -> dict[str, Any]:
    found = {name: getattr(offer, name) for name in forms.Service.base_fields}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _said(form: forms.Service) -> Any:
    said = dict(form.cleaned_data)
    said["site"] = UUID(said["site"]) if said["site"] else None
    return said


def _hours(
    request: Request, card: ServiceCard, form: forms.Week, exceptional: forms.Exceptional | None = None
) -> HttpResponse:
    special = exceptional or forms.Exceptional()
    days = queries.exceptions(card.ref, from_=timezone.localdate(request.at))
    return render(request, "directory/hours.html", {
        "card": card, "form": form, "exceptional": special,
        "days": [(day.on, gettext("closed") if day.closed or day.opens is None or day.closes is None
                  else opening.written(opening.Hours(0, day.opens, day.closes)), day.reason) for day in days],
        "holidays": gettext("Open on public holidays too.") if card.open_on_holidays
        else gettext("Closed on public holidays."),
    } | _told(request), status=422 if form.errors or special.errors else 200)


def _refused(rows: Any) -> list[tuple[int, str, str]]:
    return [(row.row, f"{sheet.COLUMNS.get(row.column, '')} {row.column}".strip(), say(row.why)) for row in rows]
