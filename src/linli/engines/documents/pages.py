"""Checking a document: by its number, by its code, or with the file itself. Everybody may; no file is kept."""
import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from linli.engines.documents import queries
from linli.engines.documents.access import ERASED
from linli.engines.documents.forms import ByFile, ByNumber
from linli.engines.documents.queries import Checked, DocumentCard
from linli.engines.documents.registry import Since
from linli.engines.documents.rules.states import (
    REASONS,
    STANDINGS,
    WITHDRAWALS,
    Reason,
    Standing,
    Verdict,
    Withdrawal,
)
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.ui import written

TONES = {Standing.VALID: "ok", Standing.EARLY: "wait", Standing.EXPIRED: "late", Standing.REPLACED: "late",
         Standing.REVOKED: "late"}
VERDICTS = {Verdict.ISSUED: "ok", Verdict.ADDED: "late", Verdict.ALTERED: "late", Verdict.OURS: "wait",
            Verdict.WITHDRAWN: "late", Verdict.OTHERS: "late", Verdict.UNSIGNED: "late", Verdict.NO_PDF: "late"}
SIZE = 50


@require_safe
def check(request: Request) -> HttpResponse:
    """Where to type the number, or to give the file."""
    form = ByNumber(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("documents:document", form.cleaned_data["number"])
    return _form(request, by_number=form, status=422 if form.is_bound else 200)


def _form(request: Request, *, by_number: ByNumber | None = None, by_file: ByFile | None = None, status: int = 200
          ) -> HttpResponse:
    return render(request, "documents/check.html", {
        "by_number": by_number or ByNumber(), "by_file": by_file or ByFile()}, status=status)


@require_safe
def document(request: Request, number: str) -> HttpResponse:
    """How the document with this number stands."""
    try:
        found = queries.issued(number, by=request.actor, at=request.at)
    except NotFound as why:
        return render(request, "documents/unknown.html", {
            "why": say(why), "number": number[:40], "form": ByNumber({"number": number[:40]})}, status=404)
    return render(request, "documents/document.html", _told(request, found))


@require_POST
def file(request: Request) -> HttpResponse:
    """Whether this very file was issued here, and how it stands."""
    form = ByFile(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, by_file=form, status=422)
    looked = queries.looked_at(form.cleaned_data["file"].read(), by=request.actor, at=request.at)
    told = _told(request, looked.found) if looked.found else {}
    return render(request, "documents/file.html", {
        **told, "verdict": speak(looked.text), "tone": VERDICTS[looked.verdict],
        "genuine": looked.verdict is Verdict.ISSUED, "signed": _signed(looked), "size": looked.size,
        "sha256": looked.sha256})


def _told(request: Request, found: Checked) -> dict[str, Any]:
    card = found.card
    pairs = [(gettext("Document"), speak(card.title)), (gettext("Issuing office"), card.issuer),
             (gettext("Day of issue"), written.day(localtime(card.issued_at).date(), weekday=False)),
             (gettext("Validity"), _validity(card)), (gettext("Proof of the time"), _time(card))]
    for label, value in found.says:
        rows = isinstance(value, list) and value and not isinstance(value[0], str)
        pairs += [(str(one), str(other)) for one, other in value] if rows else [(speak(label), _printed(value))]
    return {
        "title": speak(card.title), "number": card.shown_number, "standing": speak(found.word),
        "tone_of_standing": TONES[found.standing], "valid": found.standing is Standing.VALID, "pairs": pairs,
        "since": written.moment(card.revoked_at) if card.revoked_at else "",
        "why": speak(found.why) if found.why else "", "newer": found.newer, "test": card.test,
        "hidden": not found.says and not found.erased, "erased": speak(ERASED) if found.erased else "",
        "since_issued": [_since(one) for one in found.since],
        "more": next((one.link for one in found.since if one.link), ""), "withdrawn": _withdrawn(card),
        "checked_at": written.moment(request.at),
        "pdf_url": reverse("documents:pdf", args=[card.shown_number]) if found.may_read else "",
        "kilobytes": max(1, card.size // 1000)}


def _since(one: Since) -> str:
    return gettext("Corrected on {day}: {item}, “{old}” → “{new}”. Cause: {cause}").format(
        day=written.day(one.on, weekday=False), item=one.label, old=one.old, new=one.new, cause=one.cause)


def _validity(card: DocumentCard) -> str:
    if card.valid_until is None:
        return gettext("from {day}, without end").format(day=written.day(card.valid_from, weekday=False))
    last = card.valid_until - timedelta(days=1)
    return gettext("{first} to {last}").format(first=written.day(card.valid_from, weekday=False),
                                               last=written.day(last, weekday=False))


def _time(card: DocumentCard) -> str:
    if card.stamped_at is None:
        return gettext("none: the moment of signing is by this place's own clock")
    return gettext("time stamp of an authority, {moment}").format(moment=written.moment(card.stamped_at))


def _withdrawn(card: DocumentCard) -> str:
    """What to know where the key that signed it was withdrawn."""
    if card.withdrawn_at is None:
        return ""
    stamped = card.stamped_at and card.stamped_at < card.withdrawn_at
    told = gettext(
        "The key that signed this document was withdrawn on {day}. {why} It was signed before, which its time stamp"
        " proves.") if stamped else gettext(
        "The key that signed this document was withdrawn on {day}. {why} That it was issued here stands on this page"
        " only: a file alone proves it no more. Have it issued anew.")
    return told.format(day=written.day(localtime(card.withdrawn_at).date(), weekday=False),
                       why=speak(WITHDRAWALS[Withdrawal(card.withdrawn_for)]))


def _printed(value: Any) -> str:
    if isinstance(value, date):
        return written.day(value, weekday=False)
    if isinstance(value, list):
        return " ".join(value)
    return str(value)


def _signed(looked: queries.Looked) -> list[tuple[str, str]]:
    """What the signature says of itself, where the file is as it was signed."""
    said = looked.examined
    if said is None or not said.intact:
        return []
    pairs = [(gettext("Signed by"), said.signer), (gettext("Certificate from"), said.authority)]
    pairs += [(gettext("Signed at"), written.moment(said.at))] if said.at else []
    stamp = said.stamp
    if stamp is None:
        told = gettext("none: the moment of signing is by the signer's own clock")
    elif stamp.trusted:
        told = gettext("{moment}, by {authority}").format(moment=written.moment(stamp.at), authority=stamp.authority)
    else:
        told = gettext("by {authority}, whom this place does not know").format(authority=stamp.authority)
    pairs.append((gettext("Proof of the time"), told))
    if said.withdrawn_at:
        pairs.append((gettext("Key withdrawn"), written.moment(said.withdrawn_at)))
    return pairs


@require_safe
def pdf(request: Request, number: str) -> HttpResponse:
    """The signed file, for its holder; where its kind is public, for everybody. Refuses: NotFound."""
    found = queries.issued(number, by=request.actor, at=request.at)
    if not found.may_read:
        raise NotFound(ERASED if found.erased else N_("The file is given to its holder only. Sign in if that is you."))
    answer = HttpResponse(queries.pdf(found.card.ref), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.card.shown_number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def mine(request: Request) -> HttpResponse:
    """What was issued to those whom I may act for."""
    if request.account is None:
        raise NotAllowed(N_("Documents are shown to those to whom they were issued. Sign in to see yours."))
    page = Paginator(range(queries.held_count(request.actor)), SIZE).get_page(request.GET.get("page"))
    cards = queries.held(request.actor, start=(page.number - 1) * SIZE, most=SIZE)
    on = localtime(request.at).date()
    return render(request, "documents/mine.html", {"page": page, "lines": [{
        "title": speak(card.title), "number": card.shown_number, "issuer": card.issuer, "validity": _validity(card),
        "standing": speak(STANDINGS[card.standing(on)]), "tone": TONES[card.standing(on)],
        "why": speak(REASONS[Reason(card.reason)]) if card.reason else ""} for card in cards]})


@require_safe
def authority(request: Request) -> HttpResponse:
    """The certificates that our signatures lead to, for whoever checks without us."""
    answer = HttpResponse(queries.authorities(), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="linli-documents.pem"'
    return answer


@require_safe
def withdrawn(request: Request) -> HttpResponse:
    """Our test authority's list of certificates that hold no more, as every PDF reader reads it. Refuses: NotFound."""
    return HttpResponse(queries.revocation_list(), content_type="application/pkix-crl", headers={
        "Content-Disposition": 'attachment; filename="linli-documents.crl"',
        "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"})


@require_safe
def revoked(request: Request) -> HttpResponse:
    """What was taken back, for whoever checks without us."""
    told = {"issuer": settings.LOG_ORIGIN.partition("/")[0], "at": request.at.isoformat(timespec="seconds"),
            "revoked": queries.revoked()}
    return HttpResponse(json.dumps(told), content_type="application/json", headers={
        "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"})
