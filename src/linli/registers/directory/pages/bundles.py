from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory import actions, forms, queries
from linli.registers.directory.pages import residents
from linli.registers.directory.pages.desk import _needed, _others, _own
from linli.registers.directory.queries import BundleCard
from linli.registers.directory.rules.bundles import KINDS, ROLES
from linli.registers.directory.states import MANAGE, BundleState
from linli.registers.organisations.queries import OrganisationCard
from linli.ui import written

PAGE = 20
TONES = {BundleState.DRAFT: "plain", BundleState.LISTED: "ok", BundleState.WITHDRAWN: "late"}
DONE: dict[str, Text] = {
    "draft": N_("Saved as a draft. List it as soon as all partners have agreed."),
    "change": N_("The bundle was changed."), "list": N_("Listed: residents can find the bundle now."),
    "withdraw": N_("Withdrawn. Its services stay as they are."), "agree": N_("You are part of the bundle now."),
}


@require_GET
def bundles(request: Request) -> HttpResponse:
    """Bundles across fields that residents can have."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**5 else 1
    found, total = queries.bundles(kind=kind, start=(number - 1) * PAGE, most=PAGE)
    paginator = Paginator(range(total), PAGE)
    return render(request, "directory/bundles.html", {
        "rows": [_line(card) for card in found], "kind": kind,
        "kinds": [(key, speak(one.name)) for key, one in KINDS.items()],
        "page": Page(range(0), min(number, paginator.num_pages), paginator),
    })


@require_GET
def bundle(request: Request, ref: UUID) -> HttpResponse:
    """One bundle: its services in order, what it costs, and the next free time of each."""
    card = queries.bundle(ref, by=request.actor)
    lines = residents.lines([part.card for part in card.parts], at=request.at)
    return render(request, "directory/bundle.html", {
        "card": card, "kind": speak(card.kind_label), "line": _line(card),
        "book_url": _book_url(ref) if card.open else "",
        "parts": [(line, part.times, speak(ROLES[part.role]) if part.role != "main" else "", part.agreed)
                  for line, part in zip(lines, card.parts, strict=True)],
        "manage_url": reverse("directory:change_bundle", args=[ref]) if card.provider in request.actor.refs(
            MANAGE, "organisation") else "",
    })


@require_GET
def own(request: Request) -> HttpResponse:
    """What this organisation leads, and what it is asked to be part of."""
    mine = _own(request)
    found = queries.bundles_of(mine.ref) if mine else []
    return render(request, "directory/own_bundles.html", {
        "own": mine, "others": _others(request, mine), "told": _told(request),
        "rows": [(card, speak(card.kind_label), speak(card.label), TONES[card.state], written.money(
            card.price_fen, short=True),
                  gettext("we lead it") if mine and card.provider == mine.ref else card.provider_name,
                  [(move.name.partition("_")[0], speak(move.label)) for move in queries.bundle_moves(
                      card, by=request.actor) if move.name != "change_bundle"]) for card in found],
    })


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: Request) -> HttpResponse:
    mine = _needed(request)
    form = forms.Bundle(request.POST or None, services=_services(request, mine, None))
    if form.is_valid():
        try:
            ref = actions.draft_bundle(mine.ref, **form.said(), by=request.actor, at=request.at)
        except (Conflict, NotFound, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(f"{reverse('directory:change_bundle', args=[ref])}?done=draft")
    return render(request, "directory/bundle_form.html", {
        "form": form, "own": mine, "card": None, "title": gettext("New bundle"), "told": "", "may": True, "buttons": [],
    }, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: UUID) -> HttpResponse:
    """A bundle as those see it who lead it or are part of it; a draft can be changed by who leads it."""
    card, lead = _kept(request, ref)
    may = lead and card.state == BundleState.DRAFT
    form = forms.Bundle(request.POST or None, services=_services(request, None, card), initial={
        "kind": card.kind, "name": card.name, "summary": card.summary,
        "price_fen": None if card.price_fen == card.worth_fen else card.price_fen,
        **{f"service_{n}": str(part.service) for n, part in enumerate(card.parts)},
        **{f"times_{n}": part.times for n, part in enumerate(card.parts)},
        **{f"role_{n}": part.role for n, part in enumerate(card.parts)}})
    if form.is_valid():
        try:
            actions.change_bundle(ref, **form.said(), by=request.actor, at=request.at)
        except (Conflict, NotFound, RuleBroken, NotAllowed) as why:
            blame(form, why)
        else:
            return redirect(f"{reverse('directory:change_bundle', args=[ref])}?done=change")
    return _form(request, card, form, may=may)


@require_POST
def move(request: Request, ref: UUID, move: str) -> HttpResponse:
    card, _ = _kept(request, ref)
    act = {"agree": actions.agree_to_bundle, "list": actions.list_bundle, "withdraw": actions.withdraw_bundle}.get(move)
    if act is None:
        raise NotFound(N_("There is no such page."))
    try:
        act(ref, by=request.actor, at=request.at)
    except RuleBroken as why:
        form = forms.Bundle({}, services=_services(request, None, card))
        form.full_clean()
        form.errors.clear()
        blame(form, why)
        return _form(request, card, form, may=False)
    return redirect(f"{reverse('directory:own_bundles')}?done={move}")


def _form(request: Request, card: BundleCard, form: forms.Bundle, *, may: bool) -> HttpResponse:
    return render(request, "directory/bundle_form.html", {
        "form": form, "own": None, "card": card, "title": card.name, "told": _told(request), "may": may,
        "label": speak(card.label), "tone": TONES[card.state], "kind": speak(card.kind_label),
        "parts": [(part.card.name, part.card.provider_name, part.times, gettext("agreed") if part.agreed
                   else gettext("has not agreed yet"), "ok" if part.agreed else "wait") for part in card.parts],
        "buttons": [(one.name.partition("_")[0], speak(one.label)) for one in queries.bundle_moves(
            card, by=request.actor) if one.name != "change_bundle"],
    }, status=422 if form.errors else 200)


def _kept(request: Request, ref: UUID) -> tuple[BundleCard, bool]:
    card = queries.bundle(ref, by=request.actor)
    mine = set(request.actor.refs(MANAGE, "organisation"))
    if card.provider not in mine and not mine & {part.card.provider for part in card.parts}:
        raise NotAllowed(N_("Your role does not let you keep this bundle."))
    return card, card.provider in mine


def _services(request: Request, mine: OrganisationCard | None, card: BundleCard | None) -> list[tuple[str, Any]]:
    """What can be put into a bundle: one's own services, then those of others in the same city."""
    lead = mine.ref if mine else card.provider if card else None
    region = mine.region if mine else card.region if card else ""
    near = queries.find(region=f"{region[:4]}00000000", at=request.at, most=300).items if region else []
    own_ = [one for one in near if one.provider == lead]
    others = [one for one in near if one.provider != lead]
    chosen = [part.card for part in card.parts] if card else []
    left = [one for one in chosen if one.ref not in {a.ref for a in near}]
    return [(gettext("Our services"), [(str(one.ref), one.name) for one in own_]),
            (gettext("Services of partners"), [(str(one.ref), f"{one.name} · {one.provider_name}")
                                               for one in [*others, *left]])]


def _line(card: BundleCard) -> dict[str, Any]:
    saved = card.worth_fen - card.price_fen
    return {
        "name": card.name, "url": reverse("directory:bundle", args=[card.ref]), "summary": card.summary,
        "provider": card.provider_name, "kind": speak(card.kind_label), "open": card.open,
        "price": written.money(card.price_fen, short=True) if card.price_fen else gettext("free of charge"),
        "before": written.money(card.worth_fen, short=True) if saved else "",
        "note": gettext("from {price} with the subsidies of its services").format(
            price=written.money(card.lowest_fen, short=True)) if card.lowest_fen < card.price_fen else "",
        "parts": gettext(", ").join(part.card.name for part in card.parts), "demo": card.is_demo,
    }


def _book_url(ref: UUID) -> str:
    """Where all of it is booked at once; a node without orders has no such page."""
    try:
        return reverse("orders:book_bundle", args=[ref])
    except NoReverseMatch:
        return ""


def _told(request: Request) -> str:
    done = DONE.get(request.GET.get("done", ""))
    return speak(done) if done else ""
