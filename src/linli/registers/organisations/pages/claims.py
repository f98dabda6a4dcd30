from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.actor import SYSTEM
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, actions, forms, queries
from linli.registers.organisations.queries import ClaimCard
from linli.registers.organisations.states import CLAIM_LABELS, DECIDE, ClaimState
from linli.registers.places import queries as places
from linli.ui import written

TONES = {ClaimState.OPEN: "wait", ClaimState.GRANTED: "ok", ClaimState.REFUSED: "late"}
PAGE = 40


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: Request, ref: UUID) -> HttpResponse:
    """For whoever runs an organisation of a public list: its code, and how the office can see that it is theirs."""
    card = queries.public(ref, by=request.actor)
    if not card.unmanaged:
        raise Conflict(N_("Somebody manages this organisation already. Ask them to let you in."))
    if request.actor.person is None:
        raise NotAllowed(N_("Sign in to claim it: the answer goes to you."))
    form = forms.Claim(request.POST or None, initial={
        "phone": card.phone, "uscc": card.uscc, "kind": card.kind})
    if form.is_valid():
        try:
            made = actions.claim(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(f"{reverse('organisations:claimed', args=[made])}?sent=1")
    return render(request, "organisations/claim.html", {"form": form, "card": card},
                  status=422 if form.is_bound else 200)


@require_GET
def claimed(request: Request, ref: UUID) -> HttpResponse:
    """How one's own claim stands."""
    card = queries.claim(ref, by=request.actor)
    if not card.own:
        raise NotFound(N_("There is no such claim."))
    return render(request, "organisations/claimed.html", _whole(request, card) | {
        "sent": gettext("Your claim was sent") if request.GET.get("sent") and card.state == ClaimState.OPEN else "",
        "next": [
            gettext("The office compares the code with the register and may call you."),
            gettext("You are told here, in your notices. Meanwhile the public entry stays as it is."),
            gettext("Once granted, you correct the entry, add staff and services, and set the opening hours."),
        ],
    })


@require_GET
def officer_claims(request: Request) -> HttpResponse:
    by = request.actor
    if by != SYSTEM and not (by.scopes(DECIDE, "region") or by.scopes(access.SEE, "region")):
        raise NotAllowed(N_("Your role does not let you see claims."))
    state = request.GET.get("state", "")
    state = state if state in CLAIM_LABELS else ""
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**5 else 1
    found = queries.claims(by=by, state=state, start=(number - 1) * PAGE, most=PAGE)
    duties = queries.claim_deadlines([card.ref for card in found.items], on=timezone.localdate(request.at))
    names = places.called([card.region for card in found.items])
    paginator = Paginator(range(found.count), PAGE)
    return render(request, "organisations/officer_claims.html", {
        "rows": [(card, names.get(card.region, card.region), speak(card.label), TONES[card.state],
                  _due(duties.get(card.ref))) for card in found.items],
        "page": Page(range(0), min(number, paginator.num_pages), paginator), "state": state,
        "states": [(one.value, speak(label)) for one, label in CLAIM_LABELS.items()],
    })


@require_GET
def officer_claim(request: Request, ref: UUID) -> HttpResponse:
    return _officer(request, ref)


@require_POST
def decide(request: Request, ref: UUID, move: str) -> HttpResponse:
    if move not in {"grant", "refuse"}:
        raise NotFound(N_("There is no such page."))
    form = forms.Reasons(request.POST) if move == "refuse" else None
    if form is None or form.is_valid():
        try:
            if form is None:
                actions.grant_claim(ref, by=request.actor, at=request.at)
            else:
                actions.refuse_claim(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            form = form or forms.Reasons({})
            blame(form, why)
        else:
            return redirect("organisations:officer_claim", ref)
    return _officer(request, ref, form, status=422)


def _officer(request: Request, ref: UUID, form: Any = None, status: int = 200) -> HttpResponse:
    card = queries.claim(ref, by=request.actor)
    one = queries.public(card.organisation, by=request.actor)
    held = request.actor.held(f"region:{card.region}")
    if not held & {DECIDE, access.SEE}:
        raise NotFound(N_("There is no such claim."))
    return render(request, "organisations/officer_claim.html", _whole(request, card) | {
        "form": form or forms.Reasons(), "one": one, "listed": [
            (label, value) for label, value in (
                (gettext("Full name"), one.name), (gettext("Region"), places.called([one.region]).get(one.region, "")),
                (gettext("Address"), one.address), (gettext("Public phone number"), one.phone),
                (gettext("Unified social credit code"), one.uscc)) if value],
        "can_decide": card.state == ClaimState.OPEN and DECIDE in held,
        "alerts": [str(error) for error in form.non_field_errors()] if form is not None else [],
    }, status=status)


def _whole(request: Request, card: ClaimCard) -> dict[str, Any]:
    duty = queries.claim_deadlines([card.ref], on=timezone.localdate(request.at)).get(card.ref)
    return {"card": card, "label": speak(card.label), "tone": TONES[card.state], "due": _due(duty)[0], "facts": [
        (gettext("Kind of organisation"), speak(card.kind_label)),
        (gettext("Unified social credit code"), card.uscc), (gettext("Public phone number"), card.phone),
        (gettext("How the office can see that it is so"), card.statement), (gettext("Sent"), written.moment(card.at)),
    ]}


def _due(duty: Any) -> tuple[str, str]:
    if duty is None:
        return "", "plain"
    if duty.days_late:
        return ngettext("{days} day late", "{days} days late", duty.days_late).format(days=duty.days_late), "late"
    return gettext("by {day}").format(day=written.day(duty.due_on, weekday=False)), "wait"
