"""The hotline's desk: who is on the line, registered if need be; then a need is written for them."""
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, blame, say
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.people.queries import PersonCard
from linli.work.needs import forms, queries
from linli.work.needs.pages import words
from linli.work.needs.rules.wishes import Channel
from linli.work.needs.states import POST

LAST = 10


@require_http_methods(["GET", "HEAD", "POST"])
def agent(request: Request) -> HttpResponse:
    """Find the caller, or register them; whoever it is stays in the form, out of the address."""
    if "people.find" not in request.actor.permissions or not request.actor.scopes(POST, "region"):
        raise NotAllowed(N_("This desk is for the hotline's agents."))
    sent = request.POST if request.method == "POST" else QueryDict()
    step = sent.get("step", "")
    if step == "find":
        return _found(request, sent)
    if step in {"register", "look"}:
        return _registered(request, sent, look=step == "look")
    return _desk(request)


def _found(request: Request, sent: QueryDict) -> HttpResponse:
    form, found = forms.Find(sent), []
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if people.is_phone(text):
                found = people.find_by_phone(text, by=request.actor)
            else:
                one = people.find_by_number(text, by=request.actor)
                found = [one] if one else []
        except RuleBroken as why:
            form.add_error("text", say(why))
    typed = {"phone": sent.get("text", "")} if form.is_valid() and people.is_phone(sent.get("text", "")) else {}
    return _desk(request, find=form, found=found, searched=form.is_valid(), typed=typed)


def _registered(request: Request, sent: QueryDict, *, look: bool) -> HttpResponse:
    """Register who calls for the first time, then go on to their words. Sent twice it is one person."""
    if look:
        return _desk(request, register=forms.Caller(initial={name: sent[name] for name in sent}), registering=True)
    form = forms.Caller(sent)
    if form.is_valid():
        said = form.cleaned_data

        def do() -> UUID:
            return people_actions.register(
                name=said["name"], region=form.region, phone=said["phone"] or None, birth_on=said["birth_on"],
                consent_by_phone=said["consent_by_phone"], by=request.actor, at=request.at)

        body = ["needs_register", {name: str(value) for name, value in said.items() if name != "key"}]
        try:
            made = journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
            card = people.person(made.ref, by=request.actor)
            return _desk(request, found=[card], searched=True, new=True)
        except (Conflict, NotAllowed, RuleBroken) as why:
            blame(form, why)
    return _desk(request, register=form, registering=True)


def _desk(request: Request, *, find: Any = None, register: Any = None, found: list[PersonCard] | None = None,
          searched: bool = False, registering: bool = False, new: bool = False,
          typed: dict[str, str] | None = None) -> HttpResponse:
    register = register or forms.Caller(initial={"key": str(new_ref())} | (typed or {}))
    calls = [card for card in queries.posted_by(request.actor, most=LAST) if card.channel is Channel.AGENT]
    regions = words.where(card.region for card in found or ())
    bound = [form for form in (find, register) if form is not None and form.is_bound and form.errors]
    return render(request, "needs/agent.html", {
        "find": find or forms.Find(), "register": register, "searched": searched, "new": new,
        "registering": registering or (searched and not found),
        "found": [(card, regions.get(card.region, ""), _born(card)) for card in found or ()],
        "calls": [words.row(card, by=request.actor) for card in calls], "bound": bool(bound),
    }, status=422 if bound else 200)


def _born(card: PersonCard) -> str:
    return gettext("born {year}").format(year=card.birth_year) if card.birth_year else ""
