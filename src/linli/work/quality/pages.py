from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.quality import actions, forms, queries
from linli.work.quality.queries import RectificationCard
from linli.work.quality.rules import RULE
from linli.work.quality.states import SEE

FACES = {"provider": "ui/desk.html", "office": "ui/desk.html", "resident": "ui/base.html"}


@require_GET
def rectification(request: Request, ref: UUID) -> HttpResponse:
    return _rectification(request, ref)


@require_POST
def answer(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Answer(request.POST)
    if form.is_valid():
        try:
            actions.answer(ref, text=form.cleaned_data["text"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("quality:rectification", ref)
    return _rectification(request, ref, {"answer": form}, status=422)


@require_POST
def accept(request: Request, ref: UUID) -> HttpResponse:
    form = Form(request.POST)
    try:
        actions.accept(ref, by=request.actor, at=request.at)
    except Conflict as why:
        form.full_clean()
        blame(form, why)
        return _rectification(request, ref, {"accept": form}, status=409)
    return redirect("quality:rectification", ref)


@require_POST
def reject(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Objection(request.POST)
    if form.is_valid():
        try:
            actions.reject(ref, text=form.cleaned_data["text"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("quality:rectification", ref)
    return _rectification(request, ref, {"reject": form}, status=422)


def _rectification(request: Request, ref: UUID, sent: dict[str, Form] | None = None, status: int = 200) -> HttpResponse:
    card, sent = queries.rectification(ref, by=request.actor, at=request.at), sent or {}
    open_to = {move.name for move in card.moves}
    given: dict[str, Form] = {"answer": forms.Answer(), "reject": forms.Objection(), "accept": Form(), **sent}
    rule = rulebook.rule(RULE, on=written.local(card.raised_at).date(), region=card.region)
    context = {
        "base": FACES[card.side], "card": card, "label": speak(card.label), "timeline": _timeline(card),
        "due": _due(card), "answer": given["answer"] if "answer" in open_to else None,
        "reject": given["reject"] if "reject" in open_to else None, "may_accept": "accept" in open_to,
        "alerts": [line for name, form in sent.items() if name not in open_to or name == "accept"
                   for line in form.non_field_errors()],
        "back": {"provider": reverse("quality:provider"), "office": reverse("quality:officer")}.get(card.side, ""),
        "rule_text": speak(rule.text), "why": [(speak(rule.text), True)],
    }
    return render(request, "quality/rectification.html", context, status=status)


def _timeline(card: RectificationCard) -> list[dict[str, Any]]:
    rated = gettext("Rated %(grade)s of 5") % {"grade": card.grade}
    items: list[dict[str, Any]] = [{"title": rated, "at": card.raised_at, "tone": "late"}]
    for one in card.rounds:
        items.append({"title": gettext("The provider answered"), "at": one.answered_at, "note": speak(one.text),
                      "who": card.provider_name})
        if one.rejected_at:
            items.append({"title": gettext("Not solved"), "at": one.rejected_at, "note": speak(one.objection),
                          "tone": "late"})
    if card.closed_at:
        items.append({"title": speak(card.label), "at": card.closed_at, "tone": "ok"})
    elif card.due_on:
        items.append({"title": gettext("To be solved by this day"), "at": card.due_on, "upcoming": True})
    return items


def _due(card: RectificationCard) -> str:
    """How long there is left, in words; empty once it is closed in time."""
    if card.days_late:
        return ngettext("%(days)s day late", "%(days)s days late", card.days_late) % {"days": card.days_late}
    if card.closed or card.due_on is None:
        return ""
    return ngettext("%(days)s day left", "%(days)s days left", card.days_left) % {"days": card.days_left}


def _tone(card: RectificationCard) -> str:
    return "late" if card.days_late or not card.closed and card.days_left <= 3 else card.tone


def _line(card: RectificationCard) -> dict[str, Any]:
    return {"url": reverse("quality:rectification", args=[card.ref]), "service": card.service_name,
            "provider": card.provider_name, "grade": card.grade, "label": speak(card.label), "tone": card.tone,
            "raised_at": card.raised_at, "due_on": card.due_on, "due": _due(card), "due_tone": _tone(card),
            "late": card.days_late > 0}


@require_GET
def provider(request: Request) -> HttpResponse:
    """What residents think of an organisation's services, and the bad ratings that wait for an answer."""
    mine = queries.answering(request.actor)
    if not mine:
        raise NotAllowed(N_("This page is for people who work for a service provider."))
    chosen = next((o for o in mine if str(o.ref) == request.GET.get("organisation")), mine[0])
    services = directory.services_of(chosen.ref)
    scores = queries.scores([service.ref for service in services], region=chosen.region)
    names = {service.ref: service.name for service in services}
    cards = queries.rectifications(by=request.actor, at=request.at, provider=chosen.ref,
                                   names=names | {chosen.ref: chosen.name})
    context = {
        "organisation": chosen,
        "organisations": [(o.name, f"?organisation={o.ref}", o.ref == chosen.ref) for o in mine if len(mine) > 1],
        "services": [(service.name, scores[service.ref].mean, scores[service.ref].count, scores[service.ref].grades,
                      reverse("directory:service", args=[service.ref])) for service in services],
        "open": [_line(card) for card in cards if not card.closed],
        "closed": [_line(card) for card in cards if card.closed],
        "ratings": [(names.get(rating.service, gettext("a service that is no longer listed")), rating.grade, rating.at)
                    for rating in queries.ratings([chosen.ref])],
    }
    return render(request, "quality/provider.html", context)


@require_GET
def officer(request: Request) -> HttpResponse:
    """The bad ratings of an officer's regions that are not settled, the latest first."""
    if not request.actor.scopes(SEE, "region"):
        raise NotAllowed(N_("This page is for officers who look after a region."))
    cards = queries.overseen(by=request.actor, at=request.at)
    only_late = request.GET.get("late") == "1"
    names = places.named({card.region for card in cards})
    shown = [card for card in cards if card.days_late or not only_late]
    context = {
        "lines": [_line(card) | {"region": names.get(card.region, card.region)} for card in shown],
        "late": sum(card.days_late > 0 for card in cards), "count": len(cards), "only_late": only_late,
    }
    return render(request, "quality/officer.html", context)
