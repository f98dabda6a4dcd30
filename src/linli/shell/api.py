"""The API, made of what each context's `endpoints.py` offers, under the paths of the contract."""
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from linli.kernel.refusals import Refusal
from linli.shell.middleware import problem, refused

SCHEMAS = "#/components/schemas/"


class _Document(OpenAPISchema):
    """Rooms may call different shapes by the same word: the first keeps it, others have their room's name before it."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        before, self.schemas = self.schemas, {}
        told = super().operation_details(operation)
        own, self.schemas = self.schemas, before
        room = operation.view_func.__module__.partition(".endpoints")[0].rpartition(".")[2].title()
        names: dict[str, str] = {}
        while True:  # what names another shape differs with it
            found = {names.get(name, name): _renamed(shape, names) for name, shape in own.items()}
            taken = {name for name in own if before.get(new := names.get(name, name), found[new]) != found[new]}
            if not taken:
                break
            if twice := taken & names.keys():
                raise ValueError(f"{room} has several shapes of the name {', '.join(sorted(twice))}")
            names |= {name: f"{room}{name}" for name in taken}
        before |= found
        return cast("dict[str, Any]", _renamed(told, names))


def _renamed(shape: Any, names: Mapping[str, str]) -> Any:
    """The same with its references to schemas by their new names."""
    if isinstance(shape, dict):
        return {key: SCHEMAS + names.get(name := value.removeprefix(SCHEMAS), name)
                if key == "$ref" and isinstance(value, str) else _renamed(value, names) for key, value in shape.items()}
    return [_renamed(one, names) for one in shape] if isinstance(shape, list) else shape


class _Api(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        return _Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

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
