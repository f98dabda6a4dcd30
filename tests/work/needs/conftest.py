import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from linli.kernel.refs import new_ref
from linli.registers.accounts.registry import ROLES
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.registers.people import actions as people
from linli.work.needs import actions, queries
from tests.actors import AT, CITY
from tests.registers.directory.conftest import BATH, WEEK, organisation

HUPO, LUYANG, SHUSHAN, XIAOYAOJIN = "340104003000", "340103000000", "340104000000", "340103006000"
DAY = timedelta(days=1)
TEXT = "我妈妈刚出院，想找人上门帮她洗澡"
NAME, CALLER = "张桂英", "李秀兰"
Ask = Callable[..., HttpResponse]


def as_role(role: str, *scopes: str, person: UUID | None = None) -> Actor:
    """Somebody who holds a real role in these scopes."""
    return Actor(new_ref(), person, tuple(Grant(ROLES[role].permissions, scope) for scope in scopes))


@dataclass(frozen=True)
class Scene:
    """A provider with a bathing service, a mother with her daughter, an agent, officers, a rival and a stranger."""

    provider: UUID
    service: UUID
    person: UUID
    resident: Actor
    daughter: Actor
    stranger: Actor
    agent: Actor
    elsewhere_agent: Actor
    manager: Actor
    rival: Actor
    officer: Actor
    township: Actor
    elsewhere: Actor

    def post(self, text: str = TEXT, *, by: Actor | None = None, **said: Any) -> UUID:
        return actions.post(text=text, by=by or self.resident, **{"at": AT} | said)

    def slot(self, place: int = 0) -> UUID:
        return directory.slots(self.service, AT + DAY, AT + 20 * DAY)[place].ref

    def offer(self, need: UUID, *, place: int = 0, **said: Any) -> UUID:
        given: dict[str, Any] = {"service": self.service, "slot": self.slot(place), "by": self.manager, "at": AT} | said
        return actions.offer(need, **given)

    def card(self, ref: UUID) -> queries.NeedCard:
        return queries.need(ref, by=self.resident)


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    provider = organisation("合肥安康居家养老服务中心", "52340100500000015P", SHUSHAN)
    other = organisation("庐阳区和顺社区服务中心", "52340103500000023K", LUYANG)
    person = people.register(name=NAME, region=HUPO, phone="13800138000", by=SYSTEM, at=AT)
    child = people.register(name="王小梅", region=XIAOYAOJIN, by=SYSTEM, at=AT)
    alone = people.register(name="赵刚", region=HUPO, by=SYSTEM, at=AT)
    manager = as_role("provider_admin", f"organisation:{provider}")
    service = listings.list_service(
        provider, **BATH | {"region": HUPO, "area": [SHUSHAN]}, hours=WEEK, by=manager, at=AT)
    return Scene(
        provider, service, person, as_role("resident", f"person:{person}", person=person),
        as_role("resident", f"person:{child}", f"person:{person}", person=child),
        as_role("resident", f"person:{alone}", person=alone), as_role("hotline_agent", f"region:{CITY}"),
        as_role("hotline_agent", f"region:{LUYANG}"), manager, as_role("provider_admin", f"organisation:{other}"),
        as_role("officer", f"region:{CITY}"), as_role("officer", f"region:{HUPO}"),
        as_role("officer", f"region:{XIAOYAOJIN}"),
    )


@pytest.fixture
def ask(rf: RequestFactory) -> Ask:
    """A page or an endpoint, asked as somebody, at the tests' moment and in English unless told otherwise."""

    def run(path: str, by: Actor = ANONYMOUS, data: Any = None, *, language: str = "en", htmx: bool = False,
            key: str = "", at: Any = AT) -> HttpResponse:
        from linli.shell.middleware import Doors, _refuse_writes

        method = rf.get if data is None else rf.post
        kinds: dict[str, Any] = {}
        if path.startswith("/api/"):
            kinds["content_type"], data = "application/json", None if data is None else json.dumps(data)
        headers = {"HX-Request": "true"} if htmx else {}
        request: Any = method(path, data, headers=headers | ({"Idempotency-Key": key} if key else {}), **kinds)
        request.actor, request.at, request.account, request.htmx = by, at, None, htmx
        request._dont_enforce_csrf_checks = True
        match = resolve(request.path)
        with translation.override(language):
            try:
                if data is not None:
                    return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
                with connection.execute_wrapper(_refuse_writes):
                    return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
            except Exception as why:
                answer = Doors(lambda r: HttpResponse()).process_exception(request, why)
                if answer is None:
                    raise
                return answer

    return run


def text(answer: HttpResponse) -> str:
    """What a person reads of a page."""
    body = answer.content.decode()
    assert "!!missing" not in body, re.findall(r"!!missing[^!]*!!", body)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def value(answer: HttpResponse, name: str) -> str:
    """What a field of a form holds."""
    body = answer.content.decode()
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', body) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', body)
    assert found, name
    return found[1]


def data(answer: HttpResponse) -> Any:
    return json.loads(answer.content)
