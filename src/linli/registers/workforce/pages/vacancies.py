"""Posts: for everybody, for who applies, for the organisation that advertises."""
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.workforce import actions, forms, queries, rules, states
from linli.registers.workforce.pages.office import paged
from linli.registers.workforce.pages.stations import desk
from linli.registers.workforce.queries import CandidacyCard, VacancyCard
from linli.ui import written

PAGE = 30
TONES = {"open": "ok", "filled": "calm", "closed": "plain", "sent": "wait", "offered": "ok", "taken": "ok",
         "refused": "late", "declined": "plain", "withdrawn": "plain"}


def _row(card: VacancyCard) -> dict[str, Any]:
    pay = gettext("as agreed")
    if card.pay_from_fen is not None:
        until = card.pay_until_fen
        pay = written.money(card.pay_from_fen) + (f"–{written.money(until)}" if until else "")
    return {
        "ref": card.ref, "title": card.title, "description": card.description, "organisation": card.organisation,
        "organisation_name": card.organisation_name, "pay": pay, "places": card.places, "taken": card.taken,
        "waiting": card.waiting, "last_on": card.closes_on - timedelta(days=1), "open": card.open,
        "level": speak(card.level_name) if card.level_name else gettext("no registration needed"),
        "word": speak(states.VACANCY_LABELS[card.state]), "tone": TONES[card.state], "state": card.state,
    }


def _candidate(card: CandidacyCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "vacancy": card.vacancy, "title": card.title, "name": card.name, "letter": card.letter,
        "answer": card.answer, "level": speak(card.level_name) if card.level_name else "", "sent_at": card.sent_at,
        "word": speak(states.CANDIDACY_LABELS[card.state]), "tone": TONES[card.state],
        "moves": {move.name for move in card.moves},
    }


@require_GET
def listed(request: Request) -> HttpResponse:
    chosen = {"q": request.GET.get("q", "").strip()[:60], "level": request.GET.get("level", "")}
    number, start = paged(request, PAGE)
    cards, total = queries.vacancies(**chosen, on=timezone.localdate(request.at), start=start, most=PAGE)
    return render(request, "workforce/vacancies.html", {
        "rows": [_row(card) for card in cards], "page": Paginator(range(total), PAGE).get_page(number),
        "chosen": chosen, "levels": [(level.value, speak(name)) for level, name in rules.LEVELS.items()],
    })


@require_http_methods(["GET", "HEAD", "POST"])
def vacancy(request: Request, ref: UUID) -> HttpResponse:
    """The post, and the form with which one applies for it."""
    card = queries.vacancy(ref, on=timezone.localdate(request.at))
    form = forms.Letter(request.POST or None)
    if form.is_valid():
        try:
            actions.send(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:my_candidacies")
    return render(request, "workforce/vacancy.html", {
        "vacancy": _row(card), "form": form, "signed_in": request.actor != ANONYMOUS,
        "may": card.open and bool(request.actor.person), "facts": [
            (gettext("Monthly pay"), _row(card)["pay"]), (gettext("Registration"), _row(card)["level"]),
            (gettext("People wanted"), str(card.places)),
            (gettext("Last day to apply"), written.day(card.closes_on - timedelta(days=1)))],
    }, status=422 if form.is_bound else 200)


@require_GET
def mine(request: Request) -> HttpResponse:
    return _mine(request)


def _mine(request: Request, why: str = "", status: int = 200) -> HttpResponse:
    found = queries.my_candidacies(by=request.actor, on=timezone.localdate(request.at))
    return render(request, "workforce/my_candidacies.html", {"rows": [_candidate(one) for one in found], "why": why},
                  status=status)


@require_POST
def withdraw(request: Request, ref: UUID) -> HttpResponse:
    actions.withdraw_candidacy(ref, by=request.actor, at=request.at)
    return redirect("workforce:my_candidacies")


@require_POST
def take(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.take_post(ref, consented=request.POST.get("consented") == "on", by=request.actor, at=request.at)
    except RuleBroken as why:
        return _mine(request, say(why), 422)
    return redirect("workforce:my_candidacies")


@require_POST
def decline(request: Request, ref: UUID) -> HttpResponse:
    actions.decline_post(ref, by=request.actor, at=request.at)
    return redirect("workforce:my_candidacies")


@require_GET
def advertised(request: Request) -> HttpResponse:
    card, others = desk(request)
    found = queries.vacancies_of(card.ref, on=timezone.localdate(request.at))
    return render(request, "workforce/advertised.html", {
        "organisation": card, "others": others, "rows": [_row(one) for one in found],
    })


@require_http_methods(["GET", "HEAD", "POST"])
def advertise(request: Request) -> HttpResponse:
    card, _ = desk(request)
    form = forms.Vacancy(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            ref = actions.advertise(
                organisation=card.ref, title=given["title"], description=given["description"], level=given["level"],
                places=given["places"], pay_from_fen=form.fen("pay_from"), pay_until_fen=form.fen("pay_until"),
                closes_on=given["last_on"] + timedelta(days=1), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:candidacies", ref)
    return render(request, "workforce/advertise.html", {"form": form, "organisation": card},
                  status=422 if form.is_bound else 200)


@require_GET
def candidacies(request: Request, ref: UUID) -> HttpResponse:
    return _candidacies(request, ref)


def _candidacies(
    request: Request, ref: UUID, at: UUID | None = None, sent: forms.Answer | None = None
) -> HttpResponse:
    on = timezone.localdate(request.at)
    found = queries.candidacies(ref, by=request.actor, on=on)
    rows = [_candidate(one) | {"form": sent if sent and one.ref == at else forms.Answer(prefix=str(one.ref))}
            for one in found]
    return render(request, "workforce/candidacies.html", {
        "vacancy": _row(queries.vacancy(ref, on=on)), "rows": rows,
    }, status=422 if sent else 200)


@require_POST
def close(request: Request, ref: UUID) -> HttpResponse:
    actions.close_vacancy(ref, by=request.actor, at=request.at)
    return redirect("workforce:candidacies", ref)


@require_POST
def offer(request: Request, ref: UUID) -> HttpResponse:
    return _answered(request, ref, actions.offer_post)


@require_POST
def refuse(request: Request, ref: UUID) -> HttpResponse:
    return _answered(request, ref, actions.refuse_candidacy)


def _answered(request: Request, ref: UUID, act: Callable[..., None]) -> HttpResponse:
    card = queries.candidacy(ref, by=request.actor, on=timezone.localdate(request.at))
    form = forms.Answer(request.POST, prefix=str(ref))
    if form.is_valid():
        try:
            act(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect("workforce:candidacies", card.vacancy)
    return _candidacies(request, card.vacancy, ref, form)
