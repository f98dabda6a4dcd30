"""Allowances: claimed on one's own page, confirmed at the organisation's desk, paid by the office."""
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.workforce import actions, forms, queries, states
from linli.registers.workforce.pages.office import PAGE, paged
from linli.registers.workforce.pages.stations import desk
from linli.registers.workforce.queries import AllowanceCard
from linli.ui import written

TONES = {
    states.Allowance.CLAIMED: "wait", states.Allowance.CONFIRMED: "wait", states.Allowance.PAID: "ok",
    states.Allowance.REFUSED: "late", states.Allowance.WITHDRAWN: "plain",
}


def called(month: date) -> str:
    """A month as people write it."""
    return date_format(month, gettext("F Y"))


def _row(card: AllowanceCard, sent: dict[str, Any] | None = None) -> dict[str, Any]:
    own = sent or {}
    refuse, pay = f"refuse-{card.ref}", f"pay-{card.ref}"
    return {
        "ref": card.ref, "name": card.name, "organisation": card.organisation_name, "month": called(card.month),
        "level": speak(card.level_name), "amount": card.amount_fen, "word": speak(card.label),
        "tone": TONES[card.state], "reasons": card.reasons, "paid_on": card.paid_on, "voucher": card.voucher,
        "place": gettext("at a station") if card.at_station else gettext("on the staff"),
        "moves": {move.name for move in card.moves}, "refusal": own.get(refuse) or forms.Reasons(prefix=refuse),
        "refusing": refuse in own, "payment": own.get(pay) or forms.Payment(prefix=pay), "paying": pay in own,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request) -> HttpResponse:
    """One's own allowances; POST claims one."""
    on = timezone.localdate(request.at)
    cards, months = queries.my_allowances(by=request.actor, on=on)
    form = forms.Claim(request.POST or None, months=[(month.isoformat(), called(month)) for month in months])
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim(month=date.fromisoformat(form.cleaned_data["month"]), by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:allowances")
    rates = queries.allowance_rule(on, None)
    return render(request, "workforce/allowances.html", {
        "rows": [_row(card) for card in cards], "form": form, "months": months,
        "rates": [(speak(name), written.money(rates[level])) for level, name in queries.LEVELS.items()],
    }, status=422 if request.method == "POST" else 200)


@require_POST
def withdraw_claim(request: Request, ref: UUID) -> HttpResponse:
    actions.withdraw_claim(ref, by=request.actor, at=request.at)
    return redirect("workforce:allowances")


# The organisation


@require_GET
def claimed(request: Request) -> HttpResponse:
    return _claimed(request)


def _claimed(request: Request, sent: dict[str, Any] | None = None, why: str = "", status: int = 200) -> HttpResponse:
    (card, others), (number, start) = desk(request), paged(request)
    rows, total = queries.allowances_of(card.ref, by=request.actor, start=start, most=PAGE)
    return render(request, "workforce/claimed.html", {
        "organisation": card, "others": others, "rows": [_row(one, sent) for one in rows], "why": why,
        "page": Paginator(range(total), PAGE).get_page(number),
    }, status=status)


@require_POST
def confirm_claim(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.confirm_claim(ref, by=request.actor, at=request.at)
    except RuleBroken as why:
        return _claimed(request, why=say(why), status=422)
    return _back(request, ref)


@require_POST
def reject_claim(request: Request, ref: UUID) -> HttpResponse:
    queries.allowance(ref, by=request.actor)
    form = forms.Reasons(request.POST, prefix=f"refuse-{ref}")
    if form.is_valid():
        actions.reject_claim(ref, **form.cleaned_data, by=request.actor, at=request.at)
        return _back(request, ref)
    return _claimed(request, {f"refuse-{ref}": form}, status=422)


def _back(request: Request, ref: UUID) -> HttpResponse:
    organisation = queries.allowance(ref, by=request.actor).organisation
    return redirect(f"{reverse('workforce:claimed')}?organisation={organisation}")


# The office


@require_GET
def overseen(request: Request) -> HttpResponse:
    return _overseen(request)


def _overseen(request: Request, sent: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    asked, (number, start) = request.GET.get("state", ""), paged(request)
    state = asked if asked in list(states.Allowance) else ""
    cards, total, paid = queries.overseen_allowances(by=request.actor, state=state, start=start, most=PAGE)
    return render(request, "workforce/overseen_allowances.html", {
        "rows": [_row(card, sent) for card in cards], "page": Paginator(range(total), PAGE).get_page(number),
        "paid": paid, "state": state,
        "states": [(one.value, speak(label)) for one, label in states.ALLOWANCE_LABELS.items()],
    }, status=status)


@require_POST
def pay(request: Request, ref: UUID) -> HttpResponse:
    queries.allowance(ref, by=request.actor)
    form = forms.Payment(request.POST, prefix=f"pay-{ref}")
    if form.is_valid():
        try:
            actions.pay(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect("workforce:overseen_allowances")
    return _overseen(request, {f"pay-{ref}": form}, status=422)


@require_POST
def refuse_claim(request: Request, ref: UUID) -> HttpResponse:
    queries.allowance(ref, by=request.actor)
    form = forms.Reasons(request.POST, prefix=f"refuse-{ref}")
    if form.is_valid():
        actions.refuse_claim(ref, **form.cleaned_data, by=request.actor, at=request.at)
        return redirect("workforce:overseen_allowances")
    return _overseen(request, {f"refuse-{ref}": form}, status=422)
