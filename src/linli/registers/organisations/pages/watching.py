"""One's own lists of organisations, and watching one from its page."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import actions, forms, queries
from linli.registers.organisations.queries import WatchedCard
from linli.registers.organisations.rules.items import LISTS
from linli.ui import written

_TONES = {"registered": "ok", "liquidating": "wait", "deregistered": "plain", "revoked": "late"}


@require_http_methods(["GET", "HEAD", "POST"])
def watching(request: Request) -> HttpResponse:
    """Every list with what was entered last, and a new list."""
    if request.actor.person is None:
        raise NotAllowed(N_("Sign in to watch organisations: you are told in your notices."))
    form = forms.WatchListName(request.POST or None)
    if form.is_valid():
        try:
            ref = actions.make_list(**form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("organisations:watch_list", ref)
    lists = queries.watch_lists(request.actor)
    return render(request, "organisations/watching.html", {
        "form": form, "lists": [(one, ngettext("{count} organisation", "{count} organisations", len(
            one.organisations)).format(count=len(one.organisations)), [_row(card) for card in one.organisations[:5]])
            for one in lists],
    }, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def watch_list(request: Request, ref: UUID) -> HttpResponse:
    """One list: its organisations, and a field to add more of them by code or name."""
    card = queries.watch_list(ref, by=request.actor)
    form, given = forms.Watch(request.POST or None), request.GET.get("added", "")
    if form.is_valid():
        try:
            added = actions.watch(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            if not added.unknown:
                return redirect(f"{reverse('organisations:watch_list', args=[ref])}?added={added.new}")
            form = forms.Watch({"said": "\n".join(added.unknown)})
            form.is_valid()
            form.add_error("said", " ".join([_added(added.new), gettext(
                "Not found here: {names}. Compare them with the register.").format(
                    names="、".join(added.unknown[:20]))]))
            card = queries.watch_list(ref, by=request.actor)
    return render(request, "organisations/watch_list.html", {
        "card": card, "form": form, "rows": [_row(one) for one in card.organisations],
        "added": _added(int(given)) if given.isdecimal() and len(given) < 4 else "",
    }, status=422 if form.is_bound else 200)


@require_POST
def drop(request: Request, ref: UUID) -> HttpResponse:
    actions.drop_list(ref, by=request.actor, at=request.at)
    return redirect("organisations:watching")


@require_POST
def remove(request: Request, ref: UUID, organisation: UUID) -> HttpResponse:
    """Take one organisation off one list."""
    actions.unwatch(organisation, ref=ref, by=request.actor, at=request.at)
    return redirect("organisations:watch_list", ref)


@require_POST
def watch(request: Request, ref: UUID) -> HttpResponse:
    """From an organisation's page: watch it, or no longer."""
    if request.POST.get("stop"):
        actions.unwatch(ref, by=request.actor, at=request.at)
    else:
        actions.watch_one(ref, name=gettext("My list"), by=request.actor, at=request.at)
    return redirect("organisations:public", ref)


def _added(count: int) -> str:
    return ngettext("{count} organisation was added.", "{count} organisations were added.", count).format(count=count)


def _row(card: WatchedCard) -> dict[str, object]:
    entered = gettext("{what}, entered {moment}").format(
        what=speak(card.entered), moment=written.moment(card.entered_at)) if card.entered and card.entered_at else ""
    return {"card": card, "entered": entered, "status": speak(card.status) if card.status else "",
            "tone": _TONES.get(card.status_key, "plain"), "listed": [speak(LISTS[one]) for one in card.marks
                                                                     if one in LISTS]}
