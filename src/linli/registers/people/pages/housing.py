"""With whom the reader lives: their household, who asks them to join one, and how to leave."""
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, actions, forms, queries
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.people.queries import HouseholdCard, InvitationCard, MemberCard
from linli.registers.people.states import Living
from linli.registers.places import queries as places
from linli.ui import written

TONES = {Living.INVITED: "wait", Living.LIVING: "ok", Living.ENDED: "plain"}


@require_GET
def household(request: Request, ref: UUID | None = None) -> HttpResponse:
    """Who lives with the reader, or with somebody they act for, and who asks them to join."""
    return _household(request, ref)


@require_http_methods(FORM)
def address(request: Request, ref: UUID) -> HttpResponse:
    """Note a household, move it, or leave it for one of one's own."""
    card = _card(request, ref)
    heads = card is not None and card.head == ref
    one = queries.person(ref, by=request.actor)
    here, chosen = reverse("people:household_address", args=[ref]), request.GET.get("region", "")
    before = card.region if card else one.region
    names = places.full_names([chosen, before])
    region = chosen if chosen in names else before
    kind = forms.MovingOut if card and not heads else forms.Home
    form = kind(sent(request), initial={"region": region, "address": "" if card and not heads else
                                        card.address if card else one.address})
    if form.is_valid():
        given = form.cleaned_data
        where = given["region"] or region
        try:
            if card and heads:
                actions.move(card.ref, address=given["address"], region=where, by=request.actor, at=request.at)
            else:
                actions.form_household(ref, address=given["address"], region=where, by=request.actor, at=request.at,
                                       moving_out=given.get("moving_out", False))
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return _back(request, ref)
    choose = f"{reverse('places:choose')}?{urlencode({'level': 'village', 'next': here})}"
    return render(request, "people/household_address.html", {
        "form": form, "back": _url(request, ref), "moves": heads, "out": bool(card) and not heads,
        "facts": [(gettext("Region"), names.get(region, ""), choose)],
    }, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
def invite(request: Request, ref: UUID) -> HttpResponse:
    """Say who lives in the household of the reader, or of somebody they act for."""
    card, by = _card(request, ref), request.actor
    if card is None:
        return redirect("people:household_address", ref)
    if not card.heads:
        raise NotAllowed(N_("Only the head of the household, or who acts for them, does this."))
    lives = {one.person for one in card.members}
    form = forms.Invite(sent(request), known=[
        (str(one.person), one.name) for one in queries.family(by, at=request.at)
        if one.mine and one.from_ and one.person not in lives])
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.invite(card.ref, relation=given["relation"], by=by, at=request.at, name=given["name"],
                           number=given["number"], person=UUID(given["person"]) if given.get("person") else None)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return _back(request, ref)
    return render(request, "people/household_invite.html", {"form": form, "back": _url(request, ref)},
                  status=422 if form.is_bound else 200)


@require_POST
def join(request: Request, ref: UUID) -> HttpResponse:
    access.own(request.actor)
    try:
        actions.join(ref, by=request.actor, at=request.at)
    except (Conflict, NotAllowed) as why:
        return _household(request, alerts=[speak(why.message, **why.values)], status=409)
    return _back(request, queries.invitation(ref, by=request.actor, at=request.at).person)


@require_http_methods(FORM)
def leave(request: Request, ref: UUID) -> HttpResponse:
    """Ask once more, since it takes a new consent to come back."""
    access.own(request.actor)
    one = queries.invitation(ref, by=request.actor, at=request.at)
    if request.method == "POST":
        try:
            actions.leave(ref, by=request.actor, at=request.at)
        except Conflict as why:
            return _household(request, alerts=[speak(why.message, **why.values)], status=409)
        return _back(request, one.person)
    return render(request, "people/household_leave.html", {
        "own": one.person == request.actor.person, "name": one.name, "lives": one.state is Living.LIVING})


@require_http_methods(FORM)
def relate(request: Request, ref: UUID) -> HttpResponse:
    """How a member stands to the head."""
    access.own(request.actor)
    one = queries.invitation(ref, by=request.actor, at=request.at)
    form = forms.Stands(sent(request), initial={"relation": one.relation})
    if form.is_valid():
        try:
            actions.relate(ref, relation=form.cleaned_data["relation"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:household")
    return render(request, "people/household_relate.html", {"form": form, "name": one.name},
                  status=422 if form.is_bound else 200)


def _household(request: Request, ref: UUID | None = None, *, alerts: list[str] | None = None,
               status: int = 200) -> HttpResponse:
    own = access.own(request.actor)
    whose = ref or own
    card = _card(request, whose)
    name = queries.names([whose], by=request.actor)[whose] if whose != own else ""
    return render(request, "people/household.html", {
        "own": whose == own, "name": name, "ref": whose, "alerts": alerts or [],
        "card": card, "heads": card is not None and card.heads,
        "facts": [(gettext("Region"), places.full_names([card.region]).get(card.region, "")),
                  (gettext("Address of the household"), card.address or gettext("not known"))] if card else [],
        "members": [_member(one, card, own) for one in card.members] if card else [],
        "asked": [_asked(one, own) for one in queries.invitations(request.actor, at=request.at)],
    }, status=status)


def _card(request: Request, ref: UUID) -> HouseholdCard | None:
    """Of the reader or somebody they act for: an office looks at its desk."""
    access.own(request.actor)
    card = queries.household(ref, by=request.actor, at=request.at)
    if not queries.stands_for(ref, by=request.actor):
        raise NotFound(N_("No such household."))
    return card


def _member(one: MemberCard, card: HouseholdCard, own: UUID) -> dict[str, object]:
    return {
        "ref": one.ref, "name": one.name, "me": one.person == own, "relation": speak(one.relation_label),
        "label": speak(one.label), "tone": TONES[one.state], "lives": one.state is Living.LIVING,
        "since": written.day(timezone.localdate(one.since), weekday=False) if one.since else "",
        "leave": any(move.name == "leave" for move in one.moves), "relate": card.heads and one.person != card.head,
    }


def _asked(one: InvitationCard, own: UUID) -> dict[str, object]:
    moves = {move.name for move in one.moves}
    return {"ref": one.ref, "head": one.head_name, "name": "" if one.person == own else one.name,
            "relation": speak(one.relation_label), "at": written.day(timezone.localdate(one.asked_at), weekday=False),
            "join": "join" in moves, "leave": "leave" in moves}


def _url(request: Request, ref: UUID) -> str:
    return (reverse("people:household") if ref == request.actor.person or not queries.stands_for(ref, by=request.actor)
            else reverse("people:household_of", args=[ref]))


def _back(request: Request, ref: UUID) -> HttpResponse:
    return redirect(_url(request, ref))
