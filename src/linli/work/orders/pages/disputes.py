from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.engines.archive import queries as archive
from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, blame, speak, to_be_saved
from linli.kernel.doors import say as told
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.ui import written
from linli.work.orders import actions, forms, queries, rules
from linli.work.orders.pages import provider
from linli.work.orders.queries import DisputeCard, DisputeLine
from linli.work.orders.rules import Outcome, Side
from linli.work.orders.states import DECIDE, DISPUTE


@require_http_methods(["GET", "HEAD", "POST"])
def raise_dispute(request: Request, ref: UUID) -> HttpResponse:
    """What is wrong, what happened, and a picture if there is one."""
    card = queries.order(ref, by=request.actor, at=request.at)
    claims = queries.may_claim(ref, by=request.actor, at=request.at)
    form, status = forms.Dispute(claims=claims), 200
    if request.method == "POST":
        form, status = forms.Dispute(request.POST, request.FILES, claims=claims), 422
        if not claims or form.is_valid():
            try:
                said = form.cleaned_data if form.is_valid() else {"claim": "", "text": ""}
                found = actions.dispute(ref, claim=said["claim"], text=said["text"],
                                        file=form.content if claims else b"", by=request.actor, at=request.at)
                return redirect("orders:dispute", found)
            except RuleBroken as why:
                blame(form, why)
    elif not claims:
        raise Conflict(N_("There is nothing here that you could dispute, or its time is over."))
    line = card.line
    context = {
        "base": "ui/base.html" if card.side == "resident" else "ui/desk.html", "form": form, "line": line,
        "back": reverse("orders:order", args=[ref]), "span": written.span(line.from_, line.until),
        "next": _next(request, line.region),
    }
    return render(request, "orders/raise_dispute.html", context, status=status)


def _next(request: Request, region: str) -> list[tuple[str, bool]]:
    on = timezone.localdate(request.at)
    return [(speak(rulebook.rule(id, on=on, region=region).text), True)
            for id in (rules.DISPUTE_WITHIN, rules.DISPUTE_ANSWER, rules.DISPUTE_DECIDE)]


@require_GET
def dispute(request: Request, ref: UUID) -> HttpResponse:
    return _dispute(request, ref)


@require_POST
def say(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Words(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.say(ref, text=form.cleaned_data["text"], file=form.content, by=request.actor, at=request.at)
            return redirect("orders:dispute", ref)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
    return _dispute(request, ref, {"say": form}, status=422)


@require_POST
def withdraw(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.withdraw(ref, by=request.actor, at=request.at)
    except Conflict as why:
        return _dispute(request, ref, alerts=[told(why)], status=409)
    return redirect("orders:dispute", ref)


@require_POST
def decide(request: Request, ref: UUID) -> HttpResponse:
    card = queries.dispute(ref, by=request.actor, at=request.at)
    form = forms.Decision(request.POST, outcomes=card.outcomes)
    if form.is_valid():
        try:
            actions.decide(ref, **form.cleaned_data, by=request.actor, at=request.at)
            return redirect("orders:dispute", ref)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
    return _dispute(request, ref, {"decide": form}, status=422)


@require_GET
def evidence(request: Request, ref: UUID, statement: UUID) -> HttpResponseBase:
    """A side's picture or paper, to be saved: nothing that somebody sent is opened as a page of ours."""
    kept = queries.evidence(ref, statement, by=request.actor)
    return to_be_saved(archive.read(kept.ref), name=kept.name, mime=archive.MIME[kept.kind], size=kept.size)


def _dispute(request: Request, ref: UUID, sent: dict[str, Form] | None = None, *, alerts: list[str] | None = None,
             status: int = 200) -> HttpResponse:
    card, sent = queries.dispute(ref, by=request.actor, at=request.at), sent or {}
    line, open_to = card.line, {move.name for move in card.moves}
    given: dict[str, Form] = {"say": forms.Words(), "decide": forms.Decision(outcomes=card.outcomes), **sent}
    may_say = bool(open_to & {"answer", "add"})
    stray = [str(error) for name, form in sent.items() if not (may_say if name == "say" else name in open_to)
             for errors in form.errors.values() for error in errors]
    context = {
        "base": "ui/base.html" if card.own is Side.RESIDENT else "ui/desk.html", "card": card, "line": line,
        "label": speak(line.label), "claim": speak(rules.CLAIMS[line.claim]), "alerts": [*(alerts or []), *stray],
        "facts": _facts(card), "said": [_said(ref, one, card) for one in card.statements],
        "say": given["say"] if may_say else None, "answering": "answer" in open_to,
        "decide": given["decide"] if "decide" in open_to else None, "may_withdraw": "withdraw" in open_to,
        "waits": line.pending and card.own is None and "decide" not in open_to,
        "outcome": speak(rules.OUTCOMES[line.outcome]) if line.outcome else "", "follows": _follows(card),
        "reasons": speak(card.reasons), "why": _next(request, line.region), "due": _due(line),
        "back": reverse("orders:order", args=[line.order]) if card.own is Side.RESIDENT
        else reverse("orders:own_disputes" if card.own else "orders:disputes"),
    }
    return render(request, "orders/dispute.html", context, status=status)


def _facts(card: DisputeCard) -> list[tuple[str, str, str, str]]:
    line = card.line
    rows = [
        (gettext("Visit"), f"{line.service_name} · {line.number}", reverse("orders:order", args=[line.order]),
         gettext("See")),
        (gettext("Provider"), line.provider_name, "", ""), (gettext("Resident"), card.person_name, "", ""),
        (gettext("Disputed by"), speak(rules.SIDES[line.side]), "", ""),
        (gettext("Raised"), written.moment(line.raised_at), "", ""),
    ]
    if card.recorded is not None:
        rows.append((gettext("Minutes written down"), str(card.minutes_before or card.recorded), "", ""))
    rows.append((gettext("Cost"), written.money(card.pays_fen, short=True), "", ""))
    if line.pending:
        rows.append((gettext("The other side answers until"), written.moment(line.answer_until), "", ""))
    if line.due_on and line.pending:
        rows.append((gettext("To be decided by"), written.day(line.due_on), "", ""))
    return rows


def _follows(card: DisputeCard) -> list[str]:
    """What a decision changed."""
    found = []
    if card.minutes is not None:
        found.append(gettext("{minutes} minutes count instead of {before}.").format(
            minutes=card.minutes, before=card.minutes_before))
    if card.reduced_fen:
        found.append(gettext("The price goes down by {amount}; what was paid already is given back.").format(
            amount=written.money(card.reduced_fen, short=True)))
    if card.line.outcome in (Outcome.STRUCK, Outcome.RATING_STRUCK):
        found.append(gettext("A rating of this visit no longer counts towards the score."))
    return found


def _said(ref: UUID, one: Any, card: DisputeCard) -> dict[str, Any]:
    return {
        "title": speak(rules.SIDES[one.side]), "at": one.at, "note": speak(one.text),
        "url": reverse("orders:evidence", args=[ref, one.ref]) if one.kind else "",
        "link": gettext("Open what was sent along ({size} KB)").format(size=max(1, one.file_bytes // 1000))
        if one.kind else "", "tone": "",
    }


def _due(line: DisputeLine) -> str:
    if line.days_late:
        return ngettext("%(days)s day late", "%(days)s days late", line.days_late) % {"days": line.days_late}
    return ""


@require_GET
def overseen(request: Request) -> HttpResponse:
    """What waits for the decision of an officer's region, the oldest first."""
    if not request.actor.scopes(DECIDE, "region"):
        raise NotAllowed(N_("This page is for officers who look after a region."))
    done = request.GET.get("done") == "1"
    lines = queries.disputes(by=request.actor, at=request.at, pending=not done)
    return _list(request, lines, done=done)


@require_GET
def own(request: Request) -> HttpResponse:
    """The disputes about a provider's visits."""
    own, others = provider.own_of(request)
    if DISPUTE not in request.actor.held(f"organisation:{own.ref}"):
        raise NotAllowed(N_("This page is for people who work for a service provider."))
    done = request.GET.get("done") == "1"
    lines = queries.disputes(by=request.actor, at=request.at, provider=own.ref, pending=not done)
    return _list(request, lines, done=done, title=own.name, others=others)


def _list(request: Request, lines: list[DisputeLine], *, done: bool, title: str = "",
          others: list[tuple[str, str, bool]] | None = None) -> HttpResponse:
    rows = [((speak(rules.CLAIMS[line.claim]), reverse("orders:dispute", args=[line.ref])),
             f"{line.service_name} · {line.provider_name}", line.region_name, written.day(line.raised_at),
             (_due(line), "", "late") if line.days_late else written.day(line.due_on) if line.due_on else "—",
             (speak(line.label), "", line.tone)) for line in lines]
    header = [(gettext("What is disputed"), ""), (gettext("Visit"), ""), (gettext("Where"), ""),
              (gettext("Raised"), ""), (gettext("To be decided by"), ""), (gettext("State"), "")]
    return render(request, "orders/disputes.html", {
        "rows": rows, "header": header, "done": done, "organisation": title, "organisations": others or []})
