from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.doors import Request

YEAR = 365 * 24 * 3600


@require_GET
def home(request: Request) -> HttpResponse:
    return render(request, "shell/home.html")


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "/")


def _remember(request: HttpRequest, name: str, value: str) -> HttpResponse:
    response = _back(request)
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


@require_POST
def language(request: Request) -> HttpResponse:
    return _remember(request, "django_language", "en" if request.POST.get("language") == "en" else "zh-hans")


@require_POST
def elder(request: Request) -> HttpResponse:
    return _remember(request, "elder", "1" if request.POST.get("elder") == "1" else "0")


@require_POST
def theme(request: Request) -> HttpResponse:
    chosen = request.POST.get("theme", "auto")
    return _remember(request, "theme", chosen if chosen in {"light", "dark"} else "auto")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = gettext("This form was open too long, or came from another site. Go back, reload the page and send it again;"
                     " what you typed is still in your browser.")
    return render(request, "ui/error.html", {"status": 403, "title": gettext("Please send it again"), "detail": detail},
                  status=403)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = gettext("There is no such page. Check the address, or start from the home page.")
    return render(request, "ui/error.html", {"status": 404, "title": gettext("Not found"), "detail": detail}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    detail = gettext("Something went wrong on our side; nothing of yours was lost that had been confirmed."
                     " Try again in a few minutes, or call us.")
    return render(request, "ui/error.html", {"status": 500, "title": gettext("Our mistake"), "detail": detail}, status=500)
