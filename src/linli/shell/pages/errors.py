"""What is said where no page could answer; to programs as a problem document."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from linli.kernel.actor import ANONYMOUS
from linli.shell.middleware import API, problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = gettext("This form was open too long, or came from another site. Go back, reload the page and send it"
                     " again; what you typed is still in your browser.")
    advice = gettext("Go back in your browser, reload the page, and send the form again.")
    return _error(request, 403, gettext("Please send it again"), detail, advice)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = gettext("There is no such page. Check the address, or start from the home page.")
    return _error(request, 404, gettext("Not found"), detail)


def broken(request: HttpRequest) -> HttpResponse:
    request.account, request.actor = None, ANONYMOUS  # type: ignore[attr-defined]  # so that the frame asks nothing
    detail = gettext("Something went wrong on our side; nothing of yours was lost that had been confirmed."
                     " Try again in a few minutes, or call us.")
    return _error(request, 500, gettext("Our mistake"), detail)


def _error(request: HttpRequest, status: int, title: str, detail: str, advice: str = "") -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, title, detail)
    context = {"status": status, "title": title, "detail": detail, "advice": advice}
    return render(request, "ui/error.html", context, status=status)
