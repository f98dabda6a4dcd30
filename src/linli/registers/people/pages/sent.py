from django.http import QueryDict

from linli.kernel.doors import Request

FORM = ("GET", "HEAD", "POST")


def sent(request: Request) -> QueryDict | None:
    """What was sent, be it nothing but an empty form; None where only the page was asked for."""
    return request.POST if request.method == "POST" else None
