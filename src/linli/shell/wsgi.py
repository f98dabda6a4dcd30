import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
application = get_wsgi_application()


def settle() -> None:
    """Load what the first requests would, then keep all of it out of the search for garbage.

    The program itself is some hundred thousand objects that live as long as the process; searched through in the midst
    of a request they cost it a pause of 70 to 100 ms.
    """
    from django.core.signals import request_finished
    from django.urls import get_resolver

    def freeze(**_: object) -> None:
        nonlocal answered
        answered += 1
        if answered in {1, 50, 500}:  # templates and figures that are kept come with the requests
            gc.collect()
            gc.freeze()
        if answered >= 500:
            request_finished.disconnect(dispatch_uid="linli.shell.wsgi")

    answered = 0
    get_resolver().reverse_dict  # noqa: B018  # reading it imports every page and endpoint
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    request_finished.connect(freeze, weak=False, dispatch_uid="linli.shell.wsgi")


settle()
