"""A visit to a page or an API call as a given actor at a given time: everything but the signing in."""
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refusals import Refusal
from linli.shell.middleware import _refuse_writes, refused
from tests.actors import AT


def visit(
    path: str, data: dict[str, Any] | None = None, *, by: Actor = ANONYMOUS, at: datetime = AT, method: str = "GET",
    language: str = "en", key: str = "", account: UUID | None = None,
) -> HttpResponse:
    """GET or POST a page; for paths of the API the data goes as JSON, unless a file is among it."""
    files = any(isinstance(value, File) for value in (data or {}).values())
    api = path.startswith("/api/") and method == "POST" and not files
    headers = {"Idempotency-Key": key} if key else {}
    make = getattr(RequestFactory(headers=headers), method.lower())
    request = make(path, json.dumps(data or {}), content_type="application/json") if api else make(path, data or {})
    request.actor, request.at, request.account, request.htmx = by, at, account, HtmxDetails(request)
    view, args, kwargs = resolve(path.partition("?")[0])
    with translation.override("en" if language == "en" else "zh-hans"):
        try:
            if method == "GET":
                with connection.execute_wrapper(_refuse_writes):
                    answer: HttpResponse = view(request, *args, **kwargs)
                for do in getattr(request, "afterwards", ()):
                    do()
            else:
                answer = view(request, *args, **kwargs)
        except Refusal as why:
            answer = refused(request, why)
    assert answer.streaming or b"!!missing" not in answer.content, "a template uses an undefined variable"
    return answer


def text(answer: HttpResponse) -> str:
    return answer.content.decode()
