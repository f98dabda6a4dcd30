import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import segno
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.queries import OrganisationCard
from linli.registers.practitioners import actions, forms, queries, rules
from linli.registers.practitioners.queries import PractitionerFile
from linli.registers.practitioners.rules import LANGUAGES, TONES, Tone
from linli.registers.practitioners.states import MANAGE, State
from linli.ui import written

TAGS: dict[Tone, str] = {Tone.GREEN: "ok", Tone.YELLOW: "wait", Tone.RED: "late"}
ICONS: dict[Tone, str] = {Tone.GREEN: "check", Tone.YELLOW: "warning", Tone.RED: "x"}
PAGE = 50


# The door


@require_GET
def check(request: Request) -> HttpResponse:
    """Type a number; scanning leads to the passport at once."""
    form = forms.Number(request.GET if "number" in request.GET else None)
    if form.is_valid():
        try:
            return redirect("practitioners:passport", rules.number(form.cleaned_data["number"]))
        except RuleBroken as why:
            blame(form, why)
    return render(request, "practitioners/check.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def passport(request: Request, number: str) -> HttpResponse:
    """What a resident sees at the door. A number that is nobody's is answered as plainly as a red passport."""
    try:
        card = queries.passport(number, on=timezone.localdate(request.at))
    except (NotFound, RuleBroken) as why:
        return render(request, "practitioners/nobody.html", {"number": number[:20], "why": say(why)}, status=404)
    tone = card.colour.colour
    return render(request, "practitioners/passport.html", {
        "card": card, "tone": TAGS[tone], "icon": ICONS[tone], "word": speak(TONES[tone]), "colour": str(tone),
        "reasons": [speak(reason) for reason in card.colour.reasons] if tone is not Tone.GREEN else [],
        "papers": [
            (speak(paper.name), paper.issuer, paper.last_day, paper.valid, gettext("valid") if paper.valid else
             gettext("not valid"), "ok" if paper.valid else "late")
            for paper in card.papers
        ],
        "remarks": [(speak(one.title), speak(one.detail), one.from_, one.until and one.until - timedelta(days=1),
                     gettext("honour") if one.good else gettext("sanction"), "ok" if one.good else "late", one.good)
                    for one in card.remarks],
        "organisation_url": reverse("organisations:public", args=[card.organisation]),
        "log_address": request.build_absolute_uri(f"/log/receipt/{card.organisation}/"),
    })


# The organisation's staff


@require_GET
def staff(request: Request) -> HttpResponse:
    card, others = _desk(request)
    on = timezone.localdate(request.at)
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "colour", "state")}
    lines = queries.staff(card.ref, by=request.actor, on=on, left=chosen["state"] == "all")
    shown = [
        line for line in lines
        if chosen["q"].lower() in f"{line.card.name} {line.card.title} {line.card.number}".lower()
        and chosen["colour"] in ("", line.colour.colour)
    ]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    rows = [
        (line.card, speak(TONES[line.colour.colour]), TAGS[line.colour.colour],
         "" if line.colour.colour is Tone.GREEN else speak(line.colour.reasons[0]),
         _lapse(line.lapses[0][1], speak(line.lapses[0][0]), on) if line.lapses else None, speak(line.card.label),
         [speak(LANGUAGES[key]) for key in line.card.languages if key != "zh"])
        for line in page
    ]
    counts = [(tone.value, speak(word), TAGS[tone], sum(line.colour.colour is tone for line in lines))
              for tone, word in TONES.items()]
    return render(request, "practitioners/staff.html", {
        "organisation": card, "others": others, "rows": rows, "page": page, "chosen": chosen, "counts": counts,
        "can_add": card.active, "filtered": any(chosen.values()),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    card, _ = _desk(request)
    form = forms.Enrol(request.POST or None)
    if form.is_valid():
        try:
            ref = actions.enrol(organisation=card.ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("practitioners:file", ref)
    return render(request, "practitioners/add.html", {"organisation": card, "form": form},
                  status=422 if form.is_bound else 200)


@require_GET
def file(request: Request, ref: UUID) -> HttpResponse:
    return _file(request, ref)


@require_POST
def change(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Correct(request.POST)
    if form.is_valid():
        try:
            actions.change(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("practitioners:file", ref)
    return _file(request, ref, {"change": form}, status=422)


@require_POST
def record_credential(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Paper(request.POST)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("number", "issuer", "valid_from")}
        kind, level = form.kind_and_level
        try:
            actions.record_credential(ref, kind=kind, level=level, **given, valid_until=form.valid_until,
                                      by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            why.field = "last_day" if why.field == "valid_until" else why.field
            blame(form, why)
        else:
            return redirect("practitioners:file", ref)
    return _file(request, ref, {"record_credential": form}, status=422)


@require_POST
def withdraw_credential(request: Request, ref: UUID, credential: UUID) -> HttpResponse:
    form = forms.Withdraw(request.POST, prefix=str(credential))
    if form.is_valid():
        try:
            actions.withdraw_credential(credential, **form.cleaned_data, practitioner=ref, by=request.actor,
                                        at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("practitioners:file", ref)
    return _file(request, ref, {str(credential): form}, status=422)


@require_POST
def leave(request: Request, ref: UUID) -> HttpResponse:
    actions.leave(ref, by=request.actor, at=request.at)
    return redirect("practitioners:file", ref)


@require_POST
def rejoin(request: Request, ref: UUID) -> HttpResponse:
    actions.rejoin(ref, by=request.actor, at=request.at)
    return redirect("practitioners:file", ref)


def _file(request: Request, ref: UUID, sent: dict[str, Form] | None = None, status: int = 200) -> HttpResponse:
    on = timezone.localdate(request.at)
    found, own = queries.file(ref, by=request.actor, on=on), sent or {}
    card, moves = found.card, {move.name for move in found.moves}
    kept = {"public_name": card.name, "title": card.title, "languages": list(card.languages)}
    return render(request, "practitioners/file.html", {
        "card": card, "word": speak(TONES[found.colour.colour]), "tone": TAGS[found.colour.colour],
        "reasons": [speak(reason) for reason in found.colour.reasons], "good": found.colour.colour is Tone.GREEN,
        "organisation": organisations.names([card.organisation])[card.organisation], "left": card.state == State.LEFT,
        "papers": _papers(found, own, "withdraw_credential" in moves), "moves": moves,
        "correct": own.get("change") or forms.Correct(initial=kept),
        "paper": own.get("record_credential") or forms.Paper(),
        "timeline": [
            {"title": _told(entry.fact, entry.payload), "at": entry.at} for entry in journal.history([ref])
            if entry.fact in TELLINGS
        ],
        "facts": [
            (gettext("Passport number"), card.number), (gettext("Trade or post"), card.title),
            (gettext("Languages"), " · ".join(speak(LANGUAGES[key]) for key in card.languages)),
            (gettext("Works here since"), written.day(card.joined_on, weekday=False)),
        ],
    }, status=status)


def _papers(found: PractitionerFile, own: dict[str, Form], withdrawable: bool) -> list[dict[str, Any]]:
    rows = []
    for paper in found.credentials:
        standing = gettext("valid") if paper.valid else gettext("not valid")
        words = gettext("no longer counts") if paper.withdrawn else standing
        form = own.get(str(paper.ref)) or forms.Withdraw(prefix=str(paper.ref))
        rows.append({
            "ref": paper.ref, "name": speak(paper.name), "number": paper.number, "issuer": paper.issuer,
            "from": paper.valid_from, "last": paper.last_day, "word": words, "tone": "ok" if paper.valid else "late",
            "form": form if withdrawable and not paper.withdrawn else None, "open": str(paper.ref) in own,
        })
    return rows


def _told(fact: str, payload: dict[str, Any]) -> str:
    said = speak(TELLINGS[fact].text, **payload)
    kind = rules.kinds().get(payload.get("kind", ""))
    if kind is None:
        return said
    return gettext("{fact}: {credential}").format(fact=said.rstrip(".。"), credential=speak(kind.name))


@require_GET
def card(request: Request, ref: UUID) -> HttpResponse:
    """The card to print: the code leads to the passport page of this very site."""
    found = queries.file(ref, by=request.actor, on=timezone.localdate(request.at)).card
    address = request.build_absolute_uri(reverse("practitioners:passport", args=[found.number]))
    return render(request, "practitioners/card.html", {
        "card": found, "organisation": organisations.names([found.organisation])[found.organisation],
        "code": _code(address), "address": address, "reference": found.number, "issued_at": request.at,
    })


def _code(address: str) -> SafeString:
    drawn = segno.make(address, error="m").svg_inline(scale=6, border=2, omitsize=True, title=address)
    return mark_safe(drawn.replace("<svg ", '<svg width="240" height="240" role="img" '))  # drawn here


# Files


@require_http_methods(["GET", "HEAD", "POST"])
def import_staff(request: Request) -> HttpResponse:
    card, _ = _desk(request)
    form = forms.File(request.POST or None, request.FILES or None)
    bad: tuple[RowError, ...] = ()
    done, sent = None, []
    if form.is_valid():
        try:
            sent = rules.read_staff(form.cleaned_data["file"].read(rules.MOST_BYTES + 1))  # no more than tells
            done = actions.import_staff(card.ref, rows=sent, consented=form.cleaned_data["consented"],
                                        partial=form.cleaned_data["partial"], by=request.actor, at=request.at)
            bad = done.refused
        except FileRefused as why:
            blame(form, why)
            bad = why.rows
        except (Conflict, RuleBroken) as why:
            blame(form, why)
    columns = rules.columns()
    names = {row.line: row.cell("name") for row in sent}
    wrong = {error.row for error in bad}
    return render(request, "practitioners/import.html", {
        "organisation": card, "form": form, "done": done,
        "bad": [(error.row, names.get(error.row, ""), columns.get(error.column, error.column), say(error.why))
                for error in bad],
        "good": [(row.line, row.cell("name"), row.cell("title")) for row in sent if bad and row.line not in wrong],
    }, status=422 if form.is_bound and done is None else 200)


@require_GET
def template(request: Request) -> HttpResponse:
    """An empty file with all headings, marked so that spreadsheets read it as UTF-8."""
    _desk(request)
    out = io.StringIO()
    csv.writer(out).writerow(rules.columns().values())
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="staff.csv"'
    return answer


def _desk(request: Request) -> tuple[OrganisationCard, list[OrganisationCard]]:
    """The organisation that this desk is about, and the others whose staff the actor manages."""
    cards = organisations.managed(request.actor, MANAGE)
    if not cards:
        raise NotAllowed(N_("You manage no organisation's staff here. Ask your administrator to let you in."))
    try:
        wanted = UUID(request.GET.get("organisation", ""))
    except ValueError:
        return cards[0], cards[1:]
    found = next((one for one in cards if one.ref == wanted), None)
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found, [one for one in cards if one.ref != wanted]


def _lapse(last: date, name: str, on: date) -> tuple[str, date, str]:
    return name, last, "late" if last < on else "wait"
