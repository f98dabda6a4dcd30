"""One middleware for every door: who acts, when, no writes on GET, and how a refusal is answered."""
from collections.abc import Callable
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, Refusal, RuleBroken, Several
from linli.kernel.text import N_, Text
from linli.registers.accounts import actions as leaving
from linli.registers.accounts import pages as doors
from linli.registers.accounts import queries as accounts
from linli.shell import uploads

STATUS: dict[type[Refusal], int] = {
    NotFound: 404, NotAllowed: 403, Conflict: 409, RuleBroken: 422, FileRefused: 422, uploads.TooLarge: 413,
    uploads.Unmeasured: 411,
}
TITLES: dict[int, Text] = {
    404: N_("Not found"), 403: N_("Not allowed"), 409: N_("Things have changed"), 422: N_("This cannot be done so"),
    411: N_("This cannot be done so"), 413: N_("Too large"),
}
API = "/api/"
DEMO = "invented data on real divisions"
_TOKEN = N_("The token that was sent is not known here: it has ended, was taken back, or never was one."
            " Make another on your own page, under “Tokens for programs”.")
_UNSEEN = N_("This holds characters that cannot be seen. Type it again instead of pasting it.")


def status_of(why: Refusal) -> int:
    """The HTTP status that says the same as this refusal."""
    return next(STATUS[kind] for kind in type(why).__mro__ if kind in STATUS)


def problem(status: int, title: str, detail: str, *, rule: str | None = None,
            errors: list[dict[str, Any]] | None = None) -> JsonResponse:
    """An RFC 9457 problem document."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body |= {"rule": rule} if rule else {}
    body |= {"errors": errors} if errors else {}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def refused(request: HttpRequest, why: Refusal) -> HttpResponse:
    """A refusal in the words of the door that asked."""
    status, detail, rule = status_of(why), say(why), why.rule
    if request.path.startswith(API):
        if status in {403, 404} and _unknown_token(request):
            detail, rule = f"{detail} {speak(_TOKEN)}", rule or "accounts.token"
        errors: list[dict[str, Any]] = [{"field": why.field, "detail": detail}] if why.field else []
        if isinstance(why, FileRefused):
            errors = [{"row": row.row, "field": row.column, "detail": say(row.why), "rule": row.why.rule}
                      for row in why.rows]
        if isinstance(why, Several):
            errors = [{"field": one.field, "detail": say(one), "rule": one.rule} for one in why.whys]
        return problem(status, speak(TITLES[status]), detail, rule=rule, errors=errors)
    if getattr(request, "htmx", False):
        return render(request, "ui/_alerts.html", {"alerts": [detail]}, status=status)
    nobody = status in {403, 404} and getattr(request, "actor", ANONYMOUS) == ANONYMOUS
    if nobody and request.method == "POST" and (again := _again(cast(Request, request), None, status=status)):
        return again
    asked = _asked_from(request) if nobody and request.method == "POST" else ""
    if nobody and (status == 403 or asked):  # a button of ours, pressed after the session ended in another window
        back = request.get_full_path() if request.method == "GET" else asked or "/"
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': back})}")
    return render(request, "ui/error.html", {"status": status, "title": speak(TITLES[status]), "detail": detail},
                  status=status)


def _asked_from(request: HttpRequest) -> str:
    """The page of ours from which this was asked; empty where it came from elsewhere."""
    asked = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return asked._replace(scheme="", netloc="").geturl() if asked.netloc == request.get_host() else ""


def _again(request: Request, account: UUID | None, *, status: int) -> HttpResponse | None:
    """The way to sign in that keeps what was typed; None where that cannot be, or came from elsewhere."""
    back = _asked_from(request)
    if not back or uploads.unfit(request) is not None:
        return None
    return doors.sign_in_again(request, account=account, back=back, status=status)


def _unreadable(request: HttpRequest) -> bool:
    """Whether the address holds a NUL, which PostgreSQL keeps in no text; forms and bodies have their own rules."""
    return "\0" in request.path or any("\0" in text for name, texts in request.GET.lists() for text in (name, *texts))


def _unknown_token(request: HttpRequest) -> bool:
    """Whether a token was sent that stands for nobody."""
    return bool(request.headers.get("Authorization")) and getattr(request, "actor", ANONYMOUS) == ANONYMOUS


def _refuse_writes(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if sql.split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
        raise RuntimeError(f"a GET writes: {sql[:80]}")
    return execute(sql, *rest)


class _Clock:
    """Counts a request's queries and the time spent in them."""

    def __init__(self) -> None:
        self.spent, self.queries = 0.0, 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        begin = perf_counter()
        try:
            return execute(*query)
        finally:
            self.spent += perf_counter() - begin
            self.queries += 1


def timing(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Server-Timing: how long the answer took, in ms, and how many queries of it."""

    def answer(request: HttpRequest) -> HttpResponse:
        clock, begin = _Clock(), perf_counter()
        with connection.execute_wrapper(clock):
            response = get_response(request)
        spent = (perf_counter() - begin) * 1000
        response["Server-Timing"] = f'app;dur={spent:.1f}, db;dur={clock.spent * 1000:.1f};desc="{clock.queries}"'
        return response

    return answer


def shared(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What says of itself that it is public is the same for everyone, whatever the layers below looked at."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "public" in response.get("Cache-Control", ""):
            response["Vary"] = "Accept-Encoding"
        return response

    return answer


class Doors:
    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.at = timezone.now()
        self._who(request)
        if request.account and not leaving.stay(request=request, by=request.actor, at=request.at):
            response = self._signed_out(request)
        elif _unreadable(request):
            response = refused(request, RuleBroken(_UNSEEN))
        elif (why := uploads.unfit(request)) is not None:
            response = refused(request, why)
        elif request.method in {"GET", "HEAD", "OPTIONS"}:
            with connection.execute_wrapper(_refuse_writes):
                response = self.get_response(request)
            if response.status_code < 400:
                for do in getattr(request, "afterwards", ()):
                    do()
        else:
            response = self.get_response(request)
        if settings.DEMO:
            response["Linli-Demo"] = DEMO  # pages say it in words; this is for programs
        response.setdefault("Content-Security-Policy", settings.CSP)
        response.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        if not request.path.startswith(API):
            patch_vary_headers(response, ["Cookie", "HX-Request", "Accept-Language"])
            if request.account:
                response.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _signed_out(request: Request) -> HttpResponse:
        """To the door, and from there back to the page that they were on."""
        account, request.account, request.actor = request.account, None, ANONYMOUS
        if request.method == "POST" and not request.htmx and (again := _again(request, account, status=403)):
            return again
        back = request.get_full_path()
        if request.method != "GET" or request.htmx:  # the page that asked, not what it asked for
            back = _asked_from(request) or "/"
        door = f"{reverse('accounts:sign_in')}?{urlencode({'idle': 1, 'next': back})}"
        return HttpResponseClientRedirect(door) if request.htmx else redirect(door)

    @staticmethod
    def _who(request: Request) -> None:
        """API calls come with a token and no cookie, so nothing that a browser sends by itself may act there."""
        request.account, request.called = None, ""
        if request.path.startswith(API):
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            request.actor = accounts.actor_by_token(token.strip(), at=request.at) if scheme == "Bearer" else ANONYMOUS
        elif request.user.is_authenticated:
            request.account = request.user.ref
            request.actor, request.called = accounts.entering(request.user, at=request.at)
        else:
            request.actor = ANONYMOUS

    def process_exception(self, request: Request, why: Exception) -> HttpResponse | None:
        return refused(request, why) if isinstance(why, Refusal) else None
