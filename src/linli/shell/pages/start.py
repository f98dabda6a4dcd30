"""What the one box answers. The text comes by POST and goes on by POST: it stands in no address and in no log."""
from django.http import HttpResponse
from django.shortcuts import redirect

from linli.kernel.doors import Request


def start(request: Request) -> HttpResponse:
    if request.method != "POST":
        return redirect("home")
    return redirect("home")
