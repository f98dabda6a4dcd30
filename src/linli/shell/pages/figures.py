from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request
from linli.shell import figures as counting


@require_GET
def figures(request: Request) -> HttpResponse:
    """What each figure of the first page says, how it was counted, of how many things, and when."""
    found = counting.counted(request.at)
    return render(request, "shell/figures.html", {"figures": counting.today(request.at), "at": found.at})
