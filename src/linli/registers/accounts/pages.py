from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import access, actions, forms, queries, registry
from linli.registers.accounts.queries import AccountCard, RoleCard
from linli.registers.accounts.states import State
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.ui import written

TONES = {State.ACTIVE: "ok", State.LOCKED: "wait", State.CLOSED: "plain"}
_FORM = ("GET", "HEAD", "POST")
_STILL = gettext_lazy("You are signed out, and what you typed is still here: sign in, and send it.")


# At the door


@sensitive_post_parameters()
@require_http_methods(_FORM)
def sign_in(request: Request) -> HttpResponse:
    target = _next(request)
    if request.method != "POST" and request.account:
        return redirect(target)
    form, typed = forms.SignIn(_sent(request)), request.POST.get("typed", "")
    if form.is_valid():
        try:
            actions.sign_in(**form.cleaned_data, request=request, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            known = forms.read_typed(typed) if typed else None
            own: UUID | None = getattr(request.user, "ref", None)
            if known and own and known.account in {"", str(own)}:  # nobody sends another's words
                request.account, request.actor = own, queries.actor(own, at=request.at)  # this page is theirs already
                return render(request, "accounts/typed.html", {"typed": known, "next": target})
            old = queries.password_old(request.user, at=request.at)
            return redirect(f"{reverse('accounts:password')}?{urlencode({'next': target})}" if old else target)
    idle = gettext("You were away for a while, so you were signed out. Sign in again to go on where you were.")
    return _door(request, "accounts/sign_in.html", form, next=target, demo_url=_demo(), typed=typed,
                 idle=_STILL if typed else idle if "idle" in request.GET else "")


def sign_in_again(request: Request, *, account: UUID | None, back: str, status: int) -> HttpResponse | None:
    """The door for somebody who sent a form and is signed out: what they typed goes with them through it. None where
    there is nothing to be kept. Whoever calls has seen to it that the form was sent from a page of ours."""
    typed = forms.typed(request, account=account)
    if not typed:
        return None
    return render(request, "accounts/sign_in.html", {
        "form": forms.SignIn(), "next": back, "typed": typed, "idle": _STILL, "demo_url": _demo()}, status=status)


@sensitive_post_parameters()
@require_http_methods(_FORM)
def sign_up(request: Request) -> HttpResponse:
    target = _next(request)
    form = forms.SignUp(_sent(request), regions=places.region_choices(settings.REGION))
    if form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "agreed"}
        given |= {"region": given["region"] or None, "id_number": given["id_number"] or None}
        try:
            actions.sign_up(**given, language=get_language() or "", request=request, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(target)
    return _door(request, "accounts/sign_up.html", form, next=target)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    if request.account:
        actions.sign_out(request=request, by=request.actor, at=request.at)
    return redirect("/")


@require_http_methods(_FORM)
def reset(request: Request) -> HttpResponse:
    """Ask for a code, where codes are sent; else where to get one."""
    delivery, form = registry.delivery(), forms.AskReset(_sent(request))
    asked, code = False, ""
    if delivery.on_request and form.is_valid():
        code, asked = actions.ask_reset(form.cleaned_data["username"], by=request.actor, at=request.at), True
    return render(request, "accounts/reset.html", {
        "form": form, "on_request": delivery.on_request, "asked": asked, "code": code,
        "sentence": speak(delivery.sentence, hotline=settings.HOTLINE),
    }, status=422 if form.is_bound and not asked else 200)


@sensitive_post_parameters()
@require_http_methods(_FORM)
def reset_code(request: Request) -> HttpResponse:
    form = forms.Reset(_sent(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.reset_password(given["username"], code=given["code"], password=given["password"], by=request.actor,
                                   at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return render(request, "accounts/reset_done.html", {
                "next": [gettext("Sign in with your new password. Whoever was signed in with the old one is out.")]})
    return _door(request, "accounts/reset_code.html", form)


# Me


@require_GET
def me(request: Request) -> HttpResponse:
    """Who the reader is here, what they may do, and where to change it."""
    access.signed_in(request.actor)
    card = queries.own(request.user, by=request.actor, at=request.at)
    own = registry.ROLES["resident"]
    return render(request, "accounts/me.html", {
        "name": card.name, "number": card.number, "person": bool(card.person), "password_old": card.password_old,
        "roles": [*([(speak(own.name), "", speak(own.sentence), "")] if card.person else []), *map(_role, card.roles)],
    })


@sensitive_post_parameters()
@require_http_methods(_FORM)
def password(request: Request) -> HttpResponse:
    access.signed_in(request.actor)
    form = forms.ChangePassword(_sent(request))
    if form.is_valid():
        try:
            actions.change_password(**form.cleaned_data, request=request, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect(_next(request))
    return _door(request, "accounts/password.html", form, next=_next(request),
                 old=queries.password_old(request.user, at=request.at))


@require_http_methods(_FORM)
def tokens(request: Request) -> HttpResponse:
    """The reader's tokens; a new one is shown on the answer to its making, and never again."""
    account, form, token = access.signed_in(request.actor), forms.NewToken(_sent(request)), ""
    if form.is_valid():
        try:
            given = form.cleaned_data
            token = actions.issue_token(account, label=given["label"], until=_end(given["until"]), by=request.actor,
                                        at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            form = forms.NewToken()
    return render(request, "accounts/tokens.html", {
        "form": form, "token": token,
        "tokens": [(one.ref, one.label, f"…{one.last_four}", written.day(one.issued_at), _last(one.until))
                   for one in queries.tokens(request.actor, at=request.at)],
    }, status=422 if form.is_bound else 200)


@require_POST
def revoke_token(request: Request, ref: UUID) -> HttpResponse:
    actions.revoke_token(ref, by=request.actor, at=request.at)
    return redirect("accounts:tokens")


# Who keeps an organisation's entry


@require_http_methods(_FORM)
def keepers(request: Request) -> HttpResponse:
    """Who keeps the entry of one's organisation: let somebody in, put somebody out, hand it on."""
    mine = organisations.managed(request.actor, sites=False)
    asked = request.GET.get("organisation", "")
    card = next((one for one in mine if str(one.ref) == asked or not asked), None)
    if card is None:
        raise NotAllowed(N_("You do not keep this organisation's entry. Ask whoever does to let you in."))
    form = forms.Keeper(_sent(request))
    if form.is_valid():
        given = form.cleaned_data
        act = actions.hand_on if given.pop("how") == "hand_on" else actions.let_in
        try:
            act(card.ref, **given, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("accounts:me" if act is actions.hand_on else _keepers(card.ref))
    return render(request, "accounts/keepers.html", {
        "form": form, "card": card, "others": [one for one in mine if one.ref != card.ref],
        "keepers": [(one, written.day(timezone.localdate(one.since), weekday=False))
                    for one in queries.keepers(card.ref, by=request.actor, at=request.at)],
    }, status=422 if form.is_bound else 200)


@require_POST
def put_out(request: Request, ref: UUID, grant: UUID) -> HttpResponse:
    actions.put_out(ref, grant=grant, by=request.actor, at=request.at)
    return redirect(_keepers(ref))


def _keepers(organisation: UUID) -> str:
    return f"{reverse('accounts:keepers')}?organisation={organisation}"


# The administrators' desk


@require_http_methods(_FORM)
def officials(request: Request) -> HttpResponse:
    """Officials of the region; a search goes by POST, so that no log keeps whom somebody looked for."""
    _require(request, "accounts.see")
    form = forms.Find(_sent(request))
    cards = (queries.found(form.cleaned_data["text"], by=request.actor, at=request.at) if form.is_valid()
             else queries.officials(request.actor, at=request.at))
    return render(request, "accounts/officials.html", {
        "form": form, "may_open": "accounts.open" in request.actor.permissions,
        "header": [(pgettext("person", "Name"),), (gettext("Username"),), (gettext("Region"),),
                   (gettext("Roles"), "wide"), (gettext("State"),)],
        "rows": _rows(cards),
    })


@require_http_methods(_FORM)
def open_account(request: Request) -> HttpResponse:
    _require(request, "accounts.open")
    form = forms.NewOfficial(_sent(request), regions=_regions(request, "accounts.open"))
    if form.is_valid():
        try:
            account = actions.open_account(**form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("accounts:official", account)
    return _door(request, "accounts/open_account.html", form)


@require_GET
def official(request: Request, ref: UUID) -> HttpResponse:
    return _official(request, ref)


@require_POST
def grant_role(request: Request, ref: UUID) -> HttpResponse:
    form = _granting(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.grant_role(ref, role=given["role"], scope=f"region:{given['region']}", until=_end(given["until"]),
                               by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("accounts:official", ref)
    return _official(request, ref, form=form, status=422)


@require_POST
def revoke_role(request: Request, ref: UUID, grant: UUID) -> HttpResponse:
    queries.account(ref, by=request.actor, at=request.at)
    actions.revoke_role(grant, by=request.actor, at=request.at)
    return redirect("accounts:official", ref)


@require_POST
def make_code(request: Request, ref: UUID) -> HttpResponse:
    """The code stands on the answer, and nowhere else."""
    return _official(request, ref, code=actions.make_reset_code(ref, by=request.actor, at=request.at))


@require_POST
def move(request: Request, ref: UUID, name: str) -> HttpResponse:
    """Lock, unlock or close."""
    moves = {"lock": actions.lock, "unlock": actions.unlock, "close": actions.close}
    if name not in moves:
        raise NotFound(N_("No such move."))
    moves[name](ref, by=request.actor, at=request.at)
    return redirect("accounts:official", ref)


# The demo


@require_http_methods(_FORM)
def demo(request: Request) -> HttpResponse:
    """Whom a visitor of the demo can be; registered there only."""
    if request.method == "POST":
        actions.sign_in_as(request.POST.get("persona", ""), request=request, by=request.actor, at=request.at)
        return redirect(_next(request))
    return render(request, "accounts/demo.html", {
        "next": _next(request),
        "personas": [(one.key, speak(one.name), speak(one.sentence)) for one in registry.PERSONAS],
    })


def _door(request: Request, template: str, form: Form, **more: object) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.is_bound else 200)


def _demo() -> str:
    return reverse("accounts:demo") if settings.DEMO else ""


def _next(request: Request) -> str:
    """Where to go on to: a page of ours, or the reader's own."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else reverse("accounts:me")


def _official(request: Request, ref: UUID, *, form: forms.GrantRole | None = None, code: str = "",
              status: int = 200) -> HttpResponse:
    _require(request, "accounts.see")
    card = queries.account(ref, by=request.actor, at=request.at)
    granting = (form or _granting(request)) if card.can_grant and card.state is State.ACTIVE else None
    return render(request, "accounts/official.html", {
        "card": card, "title": card.name or card.username or gettext("Account"), "label": speak(card.label),
        "tone": TONES[card.state], "form": granting, "code": code,
        "facts": [
            (gettext("Username"), card.username or gettext("a mobile number")), (gettext("Region"), card.region_name),
            (gettext("Opened"), written.day(card.opened_at)),
            (gettext("Last signed in"), written.moment(card.last_login) if card.last_login else gettext("never")),
        ],
        "roles": [(role.ref, *_role(role), queries.may_grant(role.scope, by=request.actor) and ref != request.account)
                  for role in card.roles],
        "moves": [(move.name, speak(move.label), move.name == "close") for move in card.moves],
    }, status=status)


def _granting(request: Request) -> forms.GrantRole:
    return forms.GrantRole(_sent(request), roles=queries.roles(request.actor),
                           regions=_regions(request, "accounts.grant"))


def _regions(request: Request, permission: str) -> list[tuple[str, str]]:
    """The regions where the actor holds a permission, and those right below them."""
    codes = [scope.ljust(12, "0") for scope in request.actor.scopes(permission, "region")]
    return [choice for code in codes for choice in places.region_choices(code, itself=True)]


def _rows(cards: list[AccountCard]) -> list[list[object]]:
    return [[
        (card.name or gettext("without a name"), reverse("accounts:official", args=[card.ref])), card.username or "–",
        card.region_name, gettext(", ").join(speak(role.name) for role in card.roles) or "–",
        (speak(card.label), "", TONES[card.state]),
    ] for card in cards]


def _role(role: RoleCard) -> tuple[str, str, str, str]:
    return speak(role.name), role.over, speak(role.sentence), _last(role.until) if role.until else ""


def _require(request: Request, permission: str) -> None:
    if permission not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not let you look after accounts."))


def _last(until: datetime) -> str:
    """The last day of a period that ends at this moment."""
    return written.day(timezone.localtime(until - timedelta(seconds=1)), weekday=False)


def _end(last: date | None) -> datetime | None:
    """The first moment after the last day, in the time people live in."""
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last, time.min) + timedelta(days=1)).astimezone(UTC)


def _sent(request: Request) -> QueryDict | None:
    """What was sent, be it nothing but an empty form; None where only the page was asked for."""
    return request.POST if request.method == "POST" else None
