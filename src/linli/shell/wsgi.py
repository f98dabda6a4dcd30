import gc
import os
from itertools import count

from django.core.signals import request_finished
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
application = get_wsgi_application()
_answered = count(1)


def settle() -> None:
    """Keep what lives as long as the process out of the search for garbage.

    The program is some hundred thousand objects; searched through in the midst of a request, they cost it a pause of
    70 to 100 ms.
    """
    gc.collect()
    gc.freeze()


def _settle_more(**_: object) -> None:
    """Templates, and figures that are kept, come with the first requests."""
    number = next(_answered)
    if number in {1, 50, 500}:
        settle()
    if number >= 500:
        request_finished.disconnect(dispatch_uid="linli.shell.wsgi")


settle()
gc.set_threshold(20_000, 20, 20)
request_finished.connect(_settle_more, dispatch_uid="linli.shell.wsgi")
