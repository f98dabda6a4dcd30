"""What the reader's data are used for, a copy of them, what machines decided, and what the office is asked."""
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.money import Money
from linli.kernel.refusals import NotFound, RuleBroken
from linli.registers.people import access, actions, forms, queries
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.people.queries import KeptPart, Purpose, RequestCard
from linli.registers.people.states import Asked
from linli.registers.places import queries as places
from linli.ui import written

TONES = {Asked.OPEN: "wait", Asked.GRANTED: "ok", Asked.REFUSED: "late", Asked.WITHDRAWN: "plain"}
COLUMNS = 5
"""As many of a table as a sheet of paper has room for."""


@require_GET
def privacy(request: Request, ref: UUID | None = None) -> HttpResponse:
    """One page for everything that somebody may decide on their data."""
    own = access.own(request.actor)
    whose = ref or own
    card = queries.privacy(whose, by=request.actor, at=request.at)
    return render(request, "people/privacy.html", {
        "ref": whose, "own": whose == own, "name": card.name,
        "decides_on": written.day(card.decides_on, weekday=False) if card.decides_on else "",
        "child": any(one.purpose is Purpose.CHILD for one in card.uses),
        "uses": [{
            "purpose": one.purpose, "name": speak(one.name), "sentence": speak(one.sentence),
            "without": speak(one.without), "basis": one.basis, "allowed": one.allowed, "outdated": one.outdated,
            "changeable": one.changeable, "since": written.moment(one.chosen_at) if one.chosen_at else "",
        } for one in card.uses],
        "groups": [(speak(one.name), speak(one.seen_by), written.day(one.until, weekday=False),
                    one.recorded_by or gettext("an office"))
                   for one in card.groups],
        "group_header": [(gettext("Group"),), (gettext("Who may see it"), "wide"), (gettext("Holds until"),),
                         (gettext("Noted by"),)],
        "asked": [line(one) for one in card.asked],
        "links": [{"text": gettext("Who opened this data"), "icon": "eye",
                   "url": reverse("people:openings_of", args=[whose]) if whose != own else reverse("people:openings")},
                  {"text": gettext("What the machine decided"), "icon": "gear",
                   "url": reverse("people:decisions", args=[whose])},
                  {"text": gettext("Correct how you are reached"), "icon": "edit",
                   "url": reverse("people:profile_of", args=[whose]) if whose != own else reverse("people:profile")},
                  {"text": gettext("Have everything erased"), "icon": "trash",
                   "url": reverse("people:erase_of", args=[whose]) if whose != own else reverse("people:erase")}],
    })


@require_POST
def choose(request: Request, ref: UUID) -> HttpResponse:
    """Consent to a purpose, or withdraw it."""
    access.own(request.actor)
    do = actions.give_consent if request.POST.get("allow") == "yes" else actions.withdraw_consent
    do(ref, purpose=request.POST.get("purpose", ""), by=request.actor, at=request.at)
    return redirect(_page(request, ref))


@require_POST
def copy(request: Request, ref: UUID) -> HttpResponse:
    """Everything that is kept, to be read or printed, or as a file for programs."""
    access.own(request.actor)
    parts = actions.take_copy(ref, by=request.actor, at=request.at)
    match request.POST.get("as"):
        case "file":
            answer = HttpResponse(queries.as_json(parts, at=request.at), content_type="application/json")
            answer["Content-Disposition"] = 'attachment; filename="linli-copy.json"'
        case "tables":
            answer = HttpResponse(queries.as_tables(parts), content_type="application/zip")
            answer["Content-Disposition"] = 'attachment; filename="linli-copy.zip"'
        case _:
            codes = {str(cell) for part in parts for row in part.rows for cell in _regions(part, row)}
            names = places.full_names(sorted(codes))
            answer = render(request, "people/copy.html", {
                "issued_at": request.at, "parts": [_part(part, names) for part in parts]})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def decisions(request: Request, ref: UUID) -> HttpResponse:
    """What machines decided, why, and who looks again."""
    access.own(request.actor)
    found = queries.decisions(ref, by=request.actor, at=request.at)
    ask = reverse("people:ask", args=[ref])
    return render(request, "people/decisions.html", {
        "back": _page(request, ref), "decisions": [{
            "name": speak(one.name), "result": one.result, "at": written.moment(one.at) if one.at else "",
            "why": [(text, True) for text in one.why], "url": one.url, "rule": one.rule,
            "rule_url": reverse("rulebook:rule", args=[one.rule]) if one.rule else "",
            "ask": f"{ask}?{urlencode({'right': 'explanation', 'about': one.about})}",
        } for one in found],
    })


@require_http_methods(FORM)
def ask(request: Request, ref: UUID) -> HttpResponse:
    access.own(request.actor)
    form = forms.Ask(sent(request), initial={"right": request.GET.get("right", ""),
                                             "about": request.GET.get("about", "")})
    access.whose_rights(ref, by=request.actor, at=request.at)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.ask(ref, right=given["right"], words=given["words"], part=given["part"],
                               about=given["about"], by=request.actor, at=request.at)
        except (NotFound, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:asked", made)
    return render(request, "people/ask.html", {"form": form, "back": _page(request, ref)},
                  status=422 if form.is_bound else 200)


@require_GET
def asked(request: Request, ref: UUID) -> HttpResponse:
    """What was asked, by when it is answered, and the answer."""
    access.own(request.actor)
    one = queries.rights_request(ref, by=request.actor, on=timezone.localdate(request.at))
    mine = {move.name for move in one.moves}
    return render(request, "people/asked.html", {
        "one": line(one), "words": one.words, "answer": one.answer, "decided_by": one.decided_by,
        "take_back": "take_back" in mine, "back": _page(request, one.person),
        "facts": [(gettext("Kind of request"), speak(one.name)), (gettext("Asked"), written.moment(one.asked_at)),
                  (gettext("Answer due"), written.day(one.due_on) if one.due_on else ""),
                  *([(gettext("What is wrong"), speak(one.part_name))] if one.part_name else [])],
    })


@require_POST
def take_back(request: Request, ref: UUID) -> HttpResponse:
    access.own(request.actor)
    actions.take_back(ref, by=request.actor, at=request.at)
    return redirect("people:asked", ref)


def _page(request: Request, ref: UUID) -> str:
    own = request.actor.person
    return reverse("people:privacy") if ref == own else reverse("people:privacy_of", args=[ref])


def line(one: RequestCard) -> dict[str, Any]:
    late = ngettext("{days} day late", "{days} days late", one.days_late).format(days=one.days_late)
    return {
        "ref": one.ref, "name": speak(one.name), "label": speak(one.label), "tone": TONES[one.state],
        "asked": written.day(timezone.localdate(one.asked_at), weekday=False), "number": one.number,
        "due": written.day(one.due_on, weekday=False) if one.due_on and one.state is Asked.OPEN else "",
        "late": late if one.days_late else "",
    }


def _regions(part: KeptPart, row: tuple[Any, ...]) -> list[Any]:
    """The cells of a row that are codes of regions."""
    return [value for (name, _), value in zip(part.columns, row, strict=True) if name == "region" and value]


def _part(part: KeptPart, regions: dict[str, str]) -> dict[str, Any]:
    """A part as people read it: one row as facts, several as a table, or each as facts where a sheet is too narrow."""
    labels = [speak(label) for _, label in part.columns]
    rows = [[_shown(name, value, regions) for (name, _), value in zip(part.columns, row, strict=True)]
            for row in part.rows]
    table = len(rows) > 1 and len(labels) <= COLUMNS
    facts = [[(label, cell) for label, cell in zip(labels, row, strict=True) if cell] for row in rows]
    return {"title": speak(part.title), "facts": [] if table else facts,
            "header": [(label,) for label in labels] if table else [], "rows": rows if table else []}


def _shown(name: str, value: Any, regions: dict[str, str]) -> str:
    if name == "region":
        return regions.get(str(value), str(value))
    if name == "language" and value:
        return gettext(dict(settings.LANGUAGES).get(value, value))
    if isinstance(value, Money):
        return value.text(get_language() or settings.LANGUAGE_CODE)
    if isinstance(value, datetime):
        return written.moment(value)
    return written.day(value, weekday=False) if isinstance(value, date) else str(queries.plain(value))
