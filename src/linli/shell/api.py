"""The API, made of what each context's `endpoints.py` offers, under the paths of the contract."""
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from linli.kernel.refusals import Refusal
from linli.shell.middleware import problem, refused


class _Api(NinjaAPI):
    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Fixed words before parameters: one room's `/services/{ref}/quality` is no `{move}` of another's."""
        patterns, app, namespace = super().urls
        return sorted(patterns, key=lambda entry: str(entry.pattern).count("<")), app, namespace


api = _Api(
    title="Linli", version="1", docs_url=None, openapi_url=None, urls_namespace="api",  # told by shell.interface
)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, why: Refusal) -> HttpResponse:
    return refused(request, why)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, why: ValidationError) -> HttpResponse:
    errors: list[dict[str, Any]] = [
        {"field": ".".join(str(p) for p in e["loc"][1:] if p != "body") or str(e["loc"][-1]), "detail": e["msg"]}
        for e in why.errors
    ]
    detail = gettext("The request is not well formed: see “errors” for each field.")
    return problem(422, gettext("This cannot be done so"), detail, errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, why: HttpError) -> HttpResponse:
    return problem(why.status_code, gettext("This cannot be done so"), str(why))


for room in settings.ROOMS:
    if find_spec(f"{room}.endpoints"):
        api.add_router("", import_module(f"{room}.endpoints").router)
