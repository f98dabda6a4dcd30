"""The office that keeps the register of social workers."""
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.workforce import actions, forms, queries, rules, states
from linli.registers.workforce.pages.words import hours, learnt_rows, registration_row
from linli.ui import written

PAGE = 50
FILTERS = {
    "applied": states.REGISTRATION_LABELS[states.Registration.APPLIED],
    "registered": states.REGISTRATION_LABELS[states.Registration.REGISTERED],
    "lapsing": N_("to be renewed"), "lapsed": N_("term ended"),
    "refused": states.REGISTRATION_LABELS[states.Registration.REFUSED],
    "revoked": states.REGISTRATION_LABELS[states.Registration.REVOKED],
}


def paged(request: Request, most: int = PAGE) -> tuple[int, int]:
    """The page asked for and where it starts."""
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    return number, (number - 1) * most


@require_GET
def register(request: Request) -> HttpResponse:
    chosen = {"state": request.GET.get("state", ""), "level": request.GET.get("level", "")}
    chosen["state"] = chosen["state"] if chosen["state"] in FILTERS else ""
    chosen["level"] = chosen["level"] if chosen["level"] in list(rules.Level) else ""
    number, start = paged(request)
    on = timezone.localdate(request.at)
    lines, total = queries.register(by=request.actor, **chosen, on=on, start=start, most=PAGE)
    return render(request, "workforce/register.html", {
        "rows": [registration_row(line.card) | {
            "name": line.name, "hours": line.account and
            f"{hours(line.account.counted)} / {hours(line.account.needed)}",
            "ended": bool(line.card.term and line.card.term.until <= on and line.card.state == "registered"),
        } for line in lines],
        "page": Paginator(range(total), PAGE).get_page(number), "chosen": chosen, "filtered": any(chosen.values()),
        "states": [(value, speak(label)) for value, label in FILTERS.items()],
        "levels": [(level.value, speak(name)) for level, name in rules.LEVELS.items()],
        "to_check": queries.hours_waiting(request.actor).count(),
    })


@require_GET
def registration(request: Request, ref: UUID) -> HttpResponse:
    return _registration(request, ref)


def _registration(
    request: Request, ref: UUID, sent: dict[str, forms.Reasons] | None = None, why: str = "", status: int = 200
) -> HttpResponse:
    on, own = timezone.localdate(request.at), sent or {}
    found = queries.application(ref, by=request.actor, on=on)
    card, account, row = found.card, found.account, registration_row(found.card)
    return render(request, "workforce/registration.html", {
        "card": row, "name": found.name, "reasons": found.reasons, "why": why,
        "facts": [
            (gettext("Level"), row["level"]), (gettext("Application"), row["kind"]),
            (gettext("Number of the certificate"), found.number),
            (gettext("Given on"), written.day(card.certified_on, weekday=False)),
            (gettext("Applied"), written.moment(card.applied_at)),
            (gettext("Term"), written.span(row["from"], row["last"]) if row["from"] else "—"),
        ],
        "account": account and {
            "label": gettext("{counted} of {needed} hours").format(counted=hours(account.counted),
                                                                   needed=hours(account.needed)),
            "share": min(account.counted, account.needed), "whole": account.needed, "done": account.done,
            "waiting": hours(account.waiting) if account.waiting else "",
        },
        "learnt": learnt_rows(found.learnt), "moves": row["moves"],
        "refusal": own.get("refuse") or forms.Reasons(prefix="refuse"),
        "revocation": own.get("revoke") or forms.Reasons(prefix="revoke"),
        "open": set(own),
        "timeline": [{"title": speak(TELLINGS[entry.fact].text, **entry.payload), "at": entry.at}
                     for entry in journal.history([ref]) if entry.fact in TELLINGS],
    }, status=status)


@require_POST
def enter(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.register(ref, by=request.actor, at=request.at)
    except RuleBroken as why:
        return _registration(request, ref, why=say(why), status=422)
    return redirect("workforce:registration", ref)


@require_POST
def refuse(request: Request, ref: UUID) -> HttpResponse:
    return _reasoned(request, ref, "refuse", actions.refuse)


@require_POST
def revoke(request: Request, ref: UUID) -> HttpResponse:
    return _reasoned(request, ref, "revoke", actions.revoke)


def _reasoned(request: Request, ref: UUID, move: str, act: Any) -> HttpResponse:
    queries.registration(ref, by=request.actor)
    form = forms.Reasons(request.POST, prefix=move)
    if form.is_valid():
        try:
            act(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:registration", ref)
    return _registration(request, ref, {move: form}, status=422)


@require_GET
def learning(request: Request) -> HttpResponse:
    return _learning(request)


def _learning(request: Request, ref: UUID | None = None, form: forms.Reasons | None = None) -> HttpResponse:
    number, start = paged(request)
    found, total = queries.to_check(by=request.actor, start=start, most=PAGE)
    rows = [row | {"name": name, "form": form if row["ref"] == ref and form else
                   forms.Reasons(prefix=str(row["ref"])), "open": row["ref"] == ref}
            for (_, name), row in zip(found, learnt_rows(card for card, _ in found), strict=True)]
    return render(request, "workforce/learning.html", {
        "rows": rows, "page": Paginator(range(total), PAGE).get_page(number),
    }, status=422 if form else 200)


@require_POST
def confirm(request: Request, ref: UUID) -> HttpResponse:
    actions.confirm(ref, by=request.actor, at=request.at)
    return redirect("workforce:learning")


@require_POST
def decline(request: Request, ref: UUID) -> HttpResponse:
    queries.learning(ref, by=request.actor)
    form = forms.Reasons(request.POST, prefix=str(ref))
    if form.is_valid():
        actions.decline(ref, **form.cleaned_data, by=request.actor, at=request.at)
        return redirect("workforce:learning")
    return _learning(request, ref, form)
