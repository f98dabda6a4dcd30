from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.doors import Request, afterwards, speak
from linli.registers.organisations import actions, forms, queries
from linli.registers.organisations.pages import entries
from linli.registers.organisations.pages.standing import TONES, _facts, _ref, _site, _site_regions
from linli.registers.organisations.queries import OrganisationCard, Registered
from linli.registers.organisations.rules import correcting
from linli.registers.organisations.rules.items import STATUSES
from linli.registers.organisations.rules.standing import Due, Reason
from linli.registers.places import queries as places
from linli.ui import written

PAGE, FILINGS = 40, 30
_STATUS_TONES = {"registered": "ok", "liquidating": "wait", "deregistered": "plain", "revoked": "late"}


@require_GET
def register(request: Request) -> HttpResponse:
    """Who is in the register, by every question that it answers."""
    form = forms.Seek(request.GET, districts=places.districts())
    sought = form.sought()
    found = queries.register(sought, after=_ref(request.GET.get("after", "")), most=PAGE + 1)
    regions = places.names([card.region for card in found])
    shown = found[:PAGE]
    query = request.GET.copy()
    if len(found) > PAGE:
        query["after"] = str(shown[-1].ref)
    return render(request, "organisations/register.html", {
        "rows": [(card, " · ".join(_line(card, regions)), *_tag(card)) for card in shown], "form": form,
        "narrowed": form.narrowed, "more": f"?{query.urlencode()}" if len(found) > PAGE else "",
    }, status=200 if form.is_valid() else 422)


@require_GET
def public(request: Request, ref: UUID) -> HttpResponse:
    """An organisation as the register has it: today, or on a day that is asked for, as known then or now."""
    card = queries.public(ref, by=request.actor)
    form, found = _asked(request, ref)
    regions = _site_regions(card)
    _kept(request, found)
    return render(request, "organisations/public.html", _entry(card, found) | {
        "form": form, "corrected": _corrected(card, found, at=request.at),
        "kept_for": request.actor.person and found.steps and queries.readings_kept(request.at),
        "past": _past(request, found) if form.is_valid() else "",
        "sites": [_site(site, regions) for site in card.sites], "watchable": request.actor.person is not None,
        "watched": queries.watches(ref, by=request.actor),
        "log_address": request.build_absolute_uri(f"/log/receipt/{ref}/"),
    }, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def extract(request: Request, ref: UUID) -> HttpResponse:
    """A sheet with the organisation's entry as it stands at this moment, or stood on a day; sent, a signed one with a
    number."""
    if request.method == "POST":
        return redirect("documents:document", actions.take_extract(ref, by=request.actor, at=request.at))
    card = queries.public(ref, by=request.actor)
    form, found = _asked(request, ref)
    _kept(request, found)
    regions = _site_regions(card)
    return render(request, "organisations/extract.html", _entry(card, found) | {
        "reference": found.uscc, "sites": [_site(site, regions) for site in card.sites], "issued_at": request.at,
        "moment": written.moment(request.at), "past": _past(request, found) if form.is_valid() else "",
        "log_address": request.build_absolute_uri(f"/log/receipt/{ref}/"),
    })


@require_GET
def filings(request: Request, ref: UUID) -> HttpResponse:
    """Every filing of an organisation, the newest first: what stood there before, and what since."""
    card = queries.public(ref, by=request.actor)
    steps = queries.filings(ref, by=request.actor)
    page = Paginator(steps[::-1], FILINGS).get_page(request.GET.get("page"))
    codes = {value for step in page for told in step.told if told.item.key == "region"
             for value in (told.old, told.new) if value}
    return render(request, "organisations/filings.html", {
        "card": card, "page": page, "entries": entries.history(list(page), places.called([*codes])),
    })


def _kept(request: Request, found: Registered) -> None:
    """Who is signed in and read an entry is told when what they read is corrected."""
    by, at, newest = request.actor, request.at, max((step.filing.filed_at for step in found.steps), default=None)
    if by.person and request.method == "GET":
        afterwards(request, lambda: actions.note_reading(found.ref, newest=newest, by=by, at=at))


def _corrected(card: OrganisationCard, found: Registered, *, at: datetime) -> list[str]:
    """What was corrected lately, in a sentence each: when, what, from which value to which, and why."""
    told = correcting.corrected(found.steps, since=queries.corrections_shown_since(at, region=card.region))
    codes = {value for one in told if one.item.key == "region" for value in (one.old, one.new) if value}
    regions = places.called([*codes])
    return [gettext("Corrected on {day}: {item}, “{old}” → “{new}”. Cause: {cause}").format(
        day=written.day(timezone.localdate(one.at), weekday=False), item=speak(one.item.label),
        old=entries.shown(one.item, one.old, regions), new=entries.shown(one.item, one.new, regions), cause=one.cause)
        for one in told]


def _entry(card: OrganisationCard, found: Registered) -> dict[str, Any]:
    """What the public page and the extract show of an organisation."""
    if not found.steps:  # nobody has filed anything: what is told of it is shown
        return {"card": card, "label": speak(card.label), "tone": TONES[card.state], "facts": _facts(card)}
    tables, empty = entries.blocks(found) if found.exists else ([], [])
    officers = ("name", "post", "from_", "until")
    status = found.folded.text("status")
    return {
        "card": card, "found": found, "label": speak(card.label), "tone": TONES[card.state],
        "status": speak(STATUSES[status]) if status in STATUSES else "",
        "status_tone": _STATUS_TONES.get(status, "plain"),
        "facts": entries.basic(found), "known": written.moment(found.known_at),
        "former": [gettext("{name} (until {day})").format(
            name=name, day=written.day(until - timedelta(days=1), weekday=False))
            for name, until in found.former_names],
        "good": found.standing.good, "reasons": [_reason(reason) for reason in found.standing.reasons],
        "dues": [_due(due) for due in found.standing.dues],
        "people": [
            entries.records(found, "officers", officers, past=False),
            entries.records(found, "certificates", ("title", "number", "from_", "until", "reason")),
        ],
        "officers_past": entries.records(found, "officers", (*officers, "reason"), past=True),
        "blocks": tables, "empty": empty, "corrections": entries.corrections(found),
        "corrections_header": [gettext("Item"), gettext("Said before"), gettext("Correct"), gettext("Cause"),
                               gettext("Corrected on")],
    }


def _asked(request: Request, ref: UUID) -> tuple[forms.AsOf, Registered]:
    """The day and the moment that somebody asks for; where they make no sense, now."""
    today = timezone.localdate(request.at)
    form = forms.AsOf(request.GET, today=today)
    on, known = (form.cleaned_data["on"], form.cleaned_data["known"]) if form.is_valid() else (None, None)
    return form, queries.as_of(ref, on=on or today, known_at=_end_of(known) if known else request.at, by=request.actor)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) - timedelta(microseconds=1)


def _past(request: Request, found: Registered) -> str:
    """The sentence that says which day and which knowledge one reads."""
    today = timezone.localdate(request.at)
    if found.known_at < request.at:
        return gettext("You read the register as of {on}, as it was known on {known}.").format(
            on=written.day(found.on), known=written.day(found.known_at))
    return gettext("You read the register as of {on}, with all that is known today.").format(
        on=written.day(found.on)) if found.on != today else ""


def _reason(reason: Reason) -> dict[str, Any]:
    return {"text": speak(reason.text, **_spoken(reason.values)), "good": reason.good,
            "url": f"/rules/{reason.rule}/" if reason.rule else "", "link": gettext("The rule")}


def _due(due: Due) -> dict[str, Any]:
    day = written.day(due.due_on, weekday=False)
    return {"text": speak(due.text, **_spoken(due.values)), "tone": "late" if due.overdue else "wait",
            "day": gettext("overdue since {day}").format(day=day) if due.overdue
            else gettext("by {day}").format(day=day),
            "rule": due.rule}


def _spoken(values: Any) -> dict[str, Any]:
    return {name: written.day(value, weekday=False) if isinstance(value, date) else value
            for name, value in values.items()}


def _line(card: OrganisationCard, regions: dict[str, str]) -> list[str]:
    parts = [speak(card.kind_label), regions.get(card.region, card.region), card.uscc]
    if card.legal_representative:
        parts.append(gettext("legal representative {name}").format(name=card.legal_representative))
    if card.established_on:
        parts.append(gettext("established {day}").format(day=written.day(card.established_on, weekday=False)))
    return [part for part in parts if part]


def _tag(card: OrganisationCard) -> tuple[str, str]:
    """What a reader of the list should know of it at once; nothing of one that simply is there."""
    if card.status not in ("", "registered"):
        return speak(STATUSES[card.status]), _STATUS_TONES[card.status]
    if card.active or card.state == "registered":
        return "", ""
    return speak(card.label), TONES[card.state]
