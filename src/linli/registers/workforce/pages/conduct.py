"""Honours and sanctions: on one's own page, and at the office that decides."""
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.workforce import actions, forms, queries, states
from linli.registers.workforce.pages.office import PAGE, paged
from linli.registers.workforce.queries import HonourCard, SanctionCard
from linli.ui import written

TONES = {
    states.Sanction.PROPOSED: "wait", states.Sanction.DROPPED: "plain", states.Sanction.IN_FORCE: "late",
    states.Sanction.APPEALED: "late", states.Sanction.LIFTED: "ok", states.Sanction.ENDED: "plain",
}
SPOKEN = {  # moves that need words: the argument of the action, and what the words are called
    "make_statement": ("words", N_("Your statement")), "appeal": ("words", N_("Why it should be lifted")),
    "hold_hearing": ("record", N_("Record of the hearing")), "impose": ("reasons", N_("Reasons of the decision")),
    "drop": ("reasons", N_("Reasons of the decision")), "uphold": ("reasons", N_("Reasons of the decision")),
    "lift": ("reasons", N_("Reasons of the decision")),
}
TAKEN = {  # what was done, as the history tells it
    "propose": N_("A sanction was proposed."), "make_statement": N_("A statement was made."),
    "ask_hearing": N_("A hearing was asked for."), "hold_hearing": N_("The hearing was held."),
    "impose": N_("The sanction was imposed."), "drop": N_("The proposal was dropped."),
    "appeal": N_("It was appealed against."), "uphold": N_("It was upheld."), "lift": N_("It was lifted."),
    "end_term": N_("Its term is over"),
}


def _honour(card: HonourCard) -> dict[str, Any]:
    stands = card.state == states.Honour.STANDING
    return {
        "ref": card.ref, "award": card.award or gettext("erased"), "giver": card.giver, "basis": card.basis,
        "on": card.awarded_on, "shown": card.shown, "stands": stands, "reasons": card.reasons, "name": card.name,
        "passport": card.passport, "word": speak(states.HONOUR_LABELS[card.state]), "tone": "ok" if stands else "plain",
        "moves": {move.name for move in card.moves},
    }


def _sanction(card: SanctionCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "name": card.name, "passport": card.passport, "penalty": speak(card.penalty_name),
        "ground": speak(card.ground_name), "word": speak(card.label), "tone": TONES[card.state], "from": card.from_,
        "last": card.until and card.until - timedelta(days=1), "answer_by": card.answer_by,
        "length": gettext("without end") if card.months is None else
        ngettext("{count} month", "{count} months", card.months).format(count=card.months),
        "proposed": card.state == states.Sanction.PROPOSED, "appeal_until": card.appeal_until,
    }


# One's own


@require_GET
def mine(request: Request) -> HttpResponse:
    honours, sanctions = queries.own_conduct(by=request.actor)
    return render(request, "workforce/conduct.html", {
        "honours": [_honour(card) for card in honours], "sanctions": [_sanction(card) for card in sanctions],
    })


@require_POST
def show_honour(request: Request, ref: UUID) -> HttpResponse:
    actions.show_honour(ref, by=request.actor, at=request.at)
    return redirect("workforce:conduct")


@require_POST
def hide_honour(request: Request, ref: UUID) -> HttpResponse:
    actions.hide_honour(ref, by=request.actor, at=request.at)
    return redirect("workforce:conduct")


@require_GET
def own_sanction(request: Request, ref: UUID) -> HttpResponse:
    return _one(request, ref, own=True)


@require_POST
def make_statement(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "make_statement", actions.make_statement, own=True)


@require_POST
def ask_hearing(request: Request, ref: UUID) -> HttpResponse:
    actions.ask_hearing(ref, by=request.actor, at=request.at)
    return redirect("workforce:own_sanction", ref)


@require_POST
def appeal(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "appeal", actions.appeal, own=True)


# The office


@require_GET
def honours(request: Request) -> HttpResponse:
    return _honours(request)


def _honours(request: Request, ref: UUID | None = None, form: forms.Reasons | None = None) -> HttpResponse:
    number, start = paged(request)
    cards, total = queries.honours(by=request.actor, start=start, most=PAGE)
    return render(request, "workforce/honours.html", {
        "rows": [_honour(card) | {"open": card.ref == ref, "form": form if form and card.ref == ref else
                                  forms.Reasons(prefix=str(card.ref))} for card in cards],
        "page": Paginator(range(total), PAGE).get_page(number), "may": states.COMMEND in request.actor.permissions,
    }, status=422 if form else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def bestow(request: Request) -> HttpResponse:
    if states.COMMEND not in request.actor.permissions:
        raise NotAllowed(N_("This page is for the office that records honours."))
    return _entered(request, forms.Honour, actions.bestow, "workforce/bestow.html",
                    lambda ref: redirect("workforce:honours"))


@require_POST
def withdraw_honour(request: Request, ref: UUID) -> HttpResponse:
    queries.honour(ref, by=request.actor)
    form = forms.Reasons(request.POST, prefix=str(ref))
    if form.is_valid():
        actions.withdraw_honour(ref, **form.cleaned_data, by=request.actor, at=request.at)
        return redirect("workforce:honours")
    return _honours(request, ref, form)


@require_GET
def sanctions(request: Request) -> HttpResponse:
    asked, (number, start) = request.GET.get("state", ""), paged(request)
    state = asked if asked in list(states.Sanction) else ""
    cards, total = queries.sanctions(by=request.actor, state=state, start=start, most=PAGE)
    return render(request, "workforce/sanctions.html", {
        "rows": [_sanction(card) for card in cards], "page": Paginator(range(total), PAGE).get_page(number),
        "state": state, "states": [(one.value, speak(label)) for one, label in states.SANCTION_LABELS.items()],
        "may": states.DISCIPLINE in request.actor.permissions,
    })


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request) -> HttpResponse:
    if states.DISCIPLINE not in request.actor.permissions:
        raise NotAllowed(N_("This page is for the office that decides on sanctions."))
    return _entered(request, forms.Sanction, actions.propose, "workforce/propose.html",
                    lambda ref: redirect("workforce:sanction", ref))


def _entered(request: Request, shape: type[Form], act: Callable[..., UUID], template: str,
             done: Callable[[UUID], HttpResponse]) -> HttpResponse:
    form = shape(request.POST or None, initial={"passport": request.GET.get("passport", "")[:24]})
    if form.is_valid():
        try:
            return done(act(**form.cleaned_data, by=request.actor, at=request.at))
        except NotFound as why:
            form.add_error("passport", say(why))
        except (Conflict, RuleBroken) as why:
            if why.field == "number":
                form.add_error("passport", say(why))
            else:
                blame(form, why)
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def sanction(request: Request, ref: UUID) -> HttpResponse:
    return _one(request, ref)


@require_POST
def hold_hearing(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "hold_hearing", actions.hold_hearing)


@require_POST
def impose(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "impose", actions.impose)


@require_POST
def drop(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "drop", actions.drop)


@require_POST
def uphold(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "uphold", actions.uphold)


@require_POST
def lift(request: Request, ref: UUID) -> HttpResponse:
    return _said(request, ref, "lift", actions.lift)


# Both


def _said(request: Request, ref: UUID, move: str, act: Callable[..., None], *, own: bool = False) -> HttpResponse:
    """A move with its words, from the page of the sanction."""
    queries.sanction(ref, by=request.actor)
    argument, called = SPOKEN[move]
    form = forms.Words(request.POST, prefix=move, called=speak(called))
    if form.is_valid():
        try:
            act(ref, **{argument: form.cleaned_data["words"]}, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, Refusal(why.message, rule=why.rule, field="words" if why.field else "", **why.values))
        else:
            return redirect("workforce:own_sanction" if own else "workforce:sanction", ref)
    return _one(request, ref, own=own, move=move, form=form, status=422)


def _one(request: Request, ref: UUID, *, own: bool = False, move: str = "", form: forms.Words | None = None,
         status: int = 200) -> HttpResponse:
    card = queries.sanction(ref, by=request.actor)
    row = _sanction(card)
    mine = {"make_statement", "ask_hearing", "appeal"}
    length = (gettext("Term"), row["length"])
    term = (gettext("Term"), written.span(row["from"], row["last"]) if row["last"] else
            gettext("from {day}, without end").format(day=written.day(row["from"], weekday=False))
            ) if row["from"] else length
    return render(request, "workforce/own_sanction.html" if own else "workforce/sanction.html", {
        "card": row, "facts": [
            (gettext("Sanction"), row["penalty"]), (gettext("Ground"), row["ground"]), term,
            (gettext("Region"), queries.region_name(card.region)),
            (gettext("Statement or hearing until"), written.day(card.answer_by, weekday=False)),
        ],
        "timeline": [{"title": speak(TAKEN[step.move.name]), "at": step.taken_at, "note": step.words}
                     for step in card.steps],
        "forms": [(one.name, speak(one.label), form if one.name == move and form else forms.Words(
            prefix=one.name, called=speak(SPOKEN[one.name][1])), one.name == move)
            for one in card.moves if one.name in SPOKEN and (one.name in mine) == own],
        "may_ask": own and any(one.name == "ask_hearing" for one in card.moves)
        and all(step.move.name != "ask_hearing" for step in card.steps),
    }, status=status)
