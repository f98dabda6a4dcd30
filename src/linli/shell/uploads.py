"""How much may be sent at once. Said before any of it is read: what is too large is not waited for."""
from django.conf import settings
from django.http import HttpRequest

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_


class TooLarge(RuleBroken):
    """More than may be sent at once."""


class Unmeasured(RuleBroken):
    """It does not say beforehand how large it is."""


def unfit(request: HttpRequest) -> RuleBroken | None:
    """Why nothing of this request's body is read, if so.

    The server hands on no more than was announced, and nothing of what was not: a body in pieces of unsaid size could
    go on for ever.
    """
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return Unmeasured(N_("Say beforehand how large it is what you send (Content-Length)."), rule="uploads.size")
        return None
    if not announced.isdecimal() or int(announced) > settings.MOST_UPLOAD:
        return TooLarge(N_("What you send is larger than {megabytes} MB. Make the files smaller, or send them one by"
                           " one."), rule="uploads.size", megabytes=settings.MOST_UPLOAD // 1_000_000)
    return None
