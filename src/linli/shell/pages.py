from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.doors import Request, speak
from linli.kernel.text import N_, Text

EMERGENCY: tuple[tuple[str, Text], ...] = (
    ("120", N_("ambulance")), ("110", N_("police")), ("119", N_("fire and rescue")), ("12356", N_("a mind in crisis")),
)
KEPT: tuple[tuple[Text, Text, Text], ...] = (
    (N_("Name, identity number"), N_("to know that you are you, once"), N_("until you delete the account")),
    (N_("Telephone, address"), N_("so that help reaches you"), N_("until you change or delete them")),
    (N_("What you wrote about your need"), N_("to find who can help"), N_("with the record of the service")),
    (N_("Orders, proofs, ratings"), N_("so that work is proven and paid once"), N_("with the record of the service")),
    (N_("Where you are (only when you press the button)"), N_("to find what is near"), N_("not kept as a track")),
    (N_("Who opened which of your data, and why"), N_("so that you can check us"), N_("as long as the data")),
    (N_("Access logs of the server"), N_("security; the law asks for at least six months"),
     N_("six months, then erased")),
)
YEAR = 365 * 24 * 3600


@require_GET
def home(request: Request) -> HttpResponse:
    return render(request, "shell/home.html")


def _emergency() -> list[dict[str, str]]:
    return [{"number": number, "label": speak(label)} for number, label in EMERGENCY]


@require_GET
def help_(request: Request) -> HttpResponse:
    return render(request, "shell/help.html", {"emergency": _emergency()})


@require_GET
def contact(request: Request) -> HttpResponse:
    return render(request, "shell/contact.html", {"emergency": _emergency()})


@require_GET
def about(request: Request) -> HttpResponse:
    return render(request, "shell/about.html")


@require_GET
def privacy(request: Request) -> HttpResponse:
    """What is told under articles 17 and 30 of the Personal Information Protection Law."""
    header = [{"label": gettext("What")}, {"label": gettext("What for")}, {"label": gettext("How long")}]
    rows = [[speak(cell) for cell in row] for row in KEPT]
    return render(request, "shell/privacy.html", {"header": header, "rows": rows})


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
    detail = gettext("This form was open too long, or came from another site. Go back, reload the page and send it"
                     " again; what you typed is still in your browser.")
    return _error(request, 403, gettext("Please send it again"), detail)


def _error(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    return render(request, "ui/error.html", {"status": status, "title": title, "detail": detail}, status=status)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = gettext("There is no such page. Check the address, or start from the home page.")
    return _error(request, 404, gettext("Not found"), detail)


def broken(request: HttpRequest) -> HttpResponse:
    detail = gettext("Something went wrong on our side; nothing of yours was lost that had been confirmed."
                     " Try again in a few minutes, or call us.")
    return _error(request, 500, gettext("Our mistake"), detail)
