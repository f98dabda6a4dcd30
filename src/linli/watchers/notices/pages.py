import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.watchers.notices import actions, forms, queries
from linli.watchers.notices.rules.topics import NAMES, Kind, Topic

SIZE = 50


@dataclass(frozen=True)
class Line:
    text: str
    url: str
    at: datetime
    unread: bool
    urgent: bool


@require_GET
def notices(request: Request) -> HttpResponse:
    """What the reader has been told, the newest first."""
    _signed_in(request)
    asked = request.GET.get("before")
    before = _position(asked)
    if asked is not None and before is None:
        raise NotFound(N_("This page of the list does not exist. Start at its first page."))
    found = queries.notices(by=request.actor, limit=SIZE + 1, before=before)
    lines = [Line(queries.said(card), card.url, card.at, card.unread, card.urgent) for card in found[:SIZE]]
    context = {
        "lines": lines, "any_unread": any(line.unread for line in lines), "first": before is None,
        "newest": found[0].position if found else 0, "more": found[SIZE - 1].position if len(found) > SIZE else None,
    }
    return render(request, "notices/_notices.html" if request.htmx else "notices/notices.html", context)


@require_POST
def mark_read(request: Request) -> HttpResponse:
    """Mark as read what was on the page, and nothing that came since."""
    _signed_in(request)
    actions.mark_read(up_to=_position(request.POST.get("up_to")), by=request.actor, at=request.at)
    return redirect("notices:notices")


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def _signed_in(request: Request) -> None:
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Notices belong to an account. Sign in to read yours."))


# Ways to be reached outside the app


@require_http_methods(["GET", "HEAD", "POST"])
def ways(request: Request) -> HttpResponse:
    """Where the reader is reached, and what goes where; saved together."""
    _signed_in(request)
    if request.method == "POST":
        chosen = {card.ref: request.POST.getlist(f"topics-{card.ref}") for card in queries.channels(request.actor)}
        actions.choose(chosen, language=_language(), by=request.actor, at=request.at)
        return _done("saved")
    return _ways(request)


@require_POST
def add(request: Request) -> HttpResponse:
    """Enter an address or a number; a code goes there."""
    _signed_in(request)
    kind = Kind.SMS if "phone" in request.POST else Kind.EMAIL
    form = (forms.Phone if kind is Kind.SMS else forms.Email)(request.POST)
    if kind in queries.offered() and form.is_valid():
        (address,) = form.cleaned_data.values()
        try:
            actions.add_channel(kind=kind, address=address, language=_language(), by=request.actor, at=request.at)
        except (RuleBroken, Conflict) as why:
            why.field = next(iter(form.fields))
            blame(form, why)
        else:
            return _done("sent")
    return _ways(request, email=form) if kind is Kind.EMAIL else _ways(request, sms=form)


@require_POST
def add_browser(request: Request) -> HttpResponse:
    """What a browser tells of itself once its owner lets us: the address of its push service, and its keys."""
    _signed_in(request)
    try:
        told = json.loads(request.POST.get("told", ""))
    except ValueError:
        told = None
    actions.add_browser(told, name=_browser(request), language=_language(), by=request.actor, at=request.at)
    return _done("confirmed")


@require_POST
def confirm(request: Request, ref: UUID) -> HttpResponse:
    """Give the code back."""
    _signed_in(request)
    form = forms.Code(request.POST)
    if form.is_valid():
        try:
            if actions.confirm_channel(ref, code=form.cleaned_data["code"], by=request.actor, at=request.at):
                return _done("confirmed")
            form.add_error("code", gettext("This is not the code. Look again, or remove the address."))
        except Conflict as why:
            blame(form, why)
    return _ways(request, code=(ref, form))


@require_POST
def remove(request: Request, ref: UUID) -> HttpResponse:
    """Be reached there no more."""
    _signed_in(request)
    actions.remove_channel(ref, by=request.actor, at=request.at)
    return _done("removed")


_KINDS = {Kind.EMAIL: N_("E-mail"), Kind.SMS: N_("Text message"), Kind.PUSH: N_("This or another browser")}
_ICONS = {Kind.EMAIL: "inbox", Kind.SMS: "phone", Kind.PUSH: "bell"}


_DONE = {
    "saved": N_("Saved. Everything stays to be read here as well."),
    "sent": N_("A code is on its way. Enter it below."),
    "confirmed": N_("Confirmed. Choose below what goes there."),
    "removed": N_("Removed: nothing goes there any more, and the address is forgotten."),
}


def _done(what: str) -> HttpResponse:
    return redirect(f"{reverse('notices:ways')}?done={what}")


def _ways(request: Request, *, email: Form | None = None, sms: Form | None = None,
          code: tuple[UUID, Form] | None = None) -> HttpResponse:
    cards, offered = queries.channels(request.actor), queries.offered()
    waiting = [{"ref": card.ref, "kind": speak(_KINDS[card.kind]), "shown": card.shown, "icon": _ICONS[card.kind],
                "form": code[1] if code and code[0] == card.ref else forms.Code(auto_id=f"code-{card.ref}-%s")}
               for card in cards if not card.confirmed]
    chosen = [{"ref": card.ref, "kind": speak(_KINDS[card.kind]), "shown": card.shown, "icon": _ICONS[card.kind],
               "failure": card.failure,
               "topics": [(str(topic), speak(NAMES[topic]), topic in card.topics) for topic in Topic]}
              for card in cards if card.confirmed]
    done = _DONE.get(request.GET.get("done", "")) if request.method == "GET" else None
    context = {
        "trail": [(gettext("Notices"), reverse("notices:notices")), (gettext("How you are told"), "")],
        "done": speak(done) if done else "", "waiting": waiting, "chosen": chosen,
        "push_key": queries.push_key() if Kind.PUSH in offered else "",
        "email": (email or forms.Email()) if Kind.EMAIL in offered else None,
        "sms": (sms or forms.Phone()) if Kind.SMS in offered else None,
    }
    wrong = any(form is not None and form.errors for form in (email, sms, code and code[1]))
    return render(request, "notices/ways.html", context, status=422 if wrong else 200)


def _language() -> str:
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"


def _browser(request: Request) -> str:
    """What its owner calls it, more or less."""
    told = request.headers.get("User-Agent", "")
    name = next((name for sign, name in _BROWSERS.items() if sign in told), gettext("A browser"))
    place = next((name for sign, name in _MACHINES.items() if sign in told), "")
    return f"{name} · {place}" if place else name


_BROWSERS = {"MicroMessenger": "WeChat", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_MACHINES = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac",
             "Linux": "Linux"}
