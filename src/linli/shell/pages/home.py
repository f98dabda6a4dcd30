from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request


@require_GET
def home(request: Request) -> HttpResponse:
    return render(request, "shell/home.html")
