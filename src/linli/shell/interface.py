"""What programs read of the interface: its OpenAPI document, in Chinese and in English, each made once in a process.

Texts stand where the code is: docstrings of operations and schemas, and the names of fields. `tools.messages` puts them
into the catalogue of their room, under the context "api"; here they are looked up. Paths, operation ids, tags and the
names of schemas are the same in every language.
"""
import json
import re
from copy import deepcopy
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import condition, require_safe

from linli.kernel.text import Both
from linli.shell.api import api

CONTEXT = "api"
LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans", "en": "en"}
TITLE = Both("Linli", "邻里")
DESCRIPTION = Both(
    "Social services of one jurisdiction. Problem documents (RFC 9457), cursors, idempotency keys.",
    "一个地区的社会服务接口。出错返回问题文档（RFC 9457），列表按游标翻页，可重试的请求带幂等键。")
TAGS = {
    "accounts": Both("Accounts and roles", "账号和角色"), "archive": Both("Files", "文件"),
    "directory": Both("Services", "服务目录"), "documents": Both("Documents", "电子证照和文书"),
    "hall": Both("Hall of matters", "办事大厅"), "insight": Both("Supply and needs", "供需分析"),
    "log": Both("The open log", "公开日志"), "matching": Both("Matching", "供需对接"),
    "needs": Both("Needs and offers", "需求和应接"), "notices": Both("Notices", "通知"),
    "orders": Both("Orders", "服务单"), "organisations": Both("Register of organisations", "机构登记簿"),
    "people": Both("People and their data", "人员和个人信息"), "places": Both("Divisions and facilities", "区划和设施"),
    "practitioners": Both("Practitioners", "从业人员"), "quality": Both("Ratings", "评价"),
    "queueing": Both("Queues", "排队取号"), "registration": Both("Registration", "登记"),
    "rulebook": Both("Rules and duties", "规则和义务"), "search": Both("Search", "搜索"),
    "venues": Both("Venues", "场地"), "workforce": Both("Social workers", "社会工作者"),
}
_INSIDE = ("items", "additionalProperties", "schema")
_ALTERNATIVES = ("anyOf", "allOf", "oneOf", "prefixItems")


@lru_cache(maxsize=1)
def _made() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


@lru_cache(maxsize=len(set(LANGUAGES.values())))
def document(language: str) -> dict[str, Any]:
    """The OpenAPI document with its texts in one language, `zh-hans` or `en`."""
    told: dict[str, Any] = deepcopy(_made())
    with translation.override(language):
        chinese = language.startswith("zh")
        told["info"] |= {"title": TITLE.zh if chinese else str(TITLE),
                         "description": DESCRIPTION.zh if chinese else str(DESCRIPTION)}
        told["tags"] = [{"name": tag, "description": name.zh if chinese else str(name)}
                        for tag, name in sorted(TAGS.items())]
        for operation in operations(told):
            _tell(operation)
        for shape in told["components"]["schemas"].values():
            name = shape.get("title")  # a schema is called so in every language
            _shape(shape)
            shape["title"] = name
    return told


def operations(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in told["paths"].values() for operation in methods.values()]


@lru_cache(maxsize=len(set(LANGUAGES.values())))
def _written(language: str) -> tuple[bytes, str]:
    """The document as it is sent, and what tells whether it is still the same."""
    content = json.dumps(document(language), ensure_ascii=False, default=str).encode()
    return content, f'"{sha256(content).hexdigest()[:32]}"'


def _asked(request: HttpRequest) -> str:
    """`lang` where it is given; else what the reader's program asks for, else Chinese."""
    wanted = request.GET.get("lang", "").lower()
    return LANGUAGES.get(wanted) or ("en" if (get_language() or "").startswith("en") else "zh-hans")


@require_safe
@condition(etag_func=lambda request: _written(_asked(request))[1])
def openapi(request: HttpRequest) -> HttpResponse:
    """The document in the language asked for, by `Accept-Language` or `?lang=`."""
    language = _asked(request)
    return HttpResponse(_written(language)[0], content_type="application/json", headers={
        "Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-cache"})


def _tell(operation: dict[str, Any]) -> None:
    """The first clause of what it does is its summary, where anything is said."""
    if said := operation.get("description"):
        operation["description"] = pgettext(CONTEXT, said)
        operation["summary"] = summary(operation["description"])
    else:
        called = operation["summary"].strip()
        operation["summary"] = pgettext(CONTEXT, called)
    for parameter in operation.get("parameters", ()):
        _shape(parameter)
        _shape(parameter["schema"])
    for content in (*_contents(operation.get("requestBody")), *(
            one for response in operation["responses"].values() for one in _contents(response))):
        _shape(content["schema"])


def summary(said: str) -> str:
    """The first clause, without what stops it."""
    return re.split(r"[。；：;]|[.:](?=\s|$)", said, maxsplit=1)[0].replace("\n", " ").strip()


def _contents(part: dict[str, Any] | None) -> list[dict[str, Any]]:
    return list((part or {}).get("content", {}).values())


def _shape(shape: dict[str, Any]) -> None:
    """A schema and all that stands in it; what is called by reference is told where it stands."""
    for key in ("title", "description"):
        if isinstance(shape.get(key), str):
            shape[key] = pgettext(CONTEXT, shape[key])
    inner = list(shape.get("properties", {}).values()) + [shape[key] for key in _INSIDE if key in shape]
    inner += [one for key in _ALTERNATIVES for one in shape.get(key, ())]
    for one in inner:
        if isinstance(one, dict):
            _shape(one)
