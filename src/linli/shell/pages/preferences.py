"""How the pages look to this visitor; kept in the visitor's own browser."""
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from linli.kernel.doors import Request

YEAR = 365 * 24 * 3600
THEMES = {"light", "dark", "auto"}


@require_POST
def language(request: Request) -> HttpResponse:
    return _remember(request, "django_language", "en" if request.POST.get("language") == "en" else "zh-hans")


@require_POST
def elder(request: Request) -> HttpResponse:
    return _remember(request, "elder", "1" if request.POST.get("elder") == "1" else "0")


@require_POST
def theme(request: Request) -> HttpResponse:
    chosen = request.POST.get("theme", "auto")
    return _remember(request, "theme", chosen if chosen in THEMES else "auto")


def _remember(request: Request, name: str, value: str) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if safe else "/")
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response
