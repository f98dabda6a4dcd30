"""Walks every page of a demo that its people can reach, and says which statements each one takes, as JSON.

Run as a program, `python -m tests.walk DATA`, so that the demo's own database is the one that is asked.
"""
import json
import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

FROM_EACH, VARIANTS = 1, 3  # things looked at for each kind of page, and ways to narrow or sort a list
ASIDE = re.compile(r"/(api|static|demo|accounts/sign-out)/|\.\w+$")


class Statements:
    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.said.append(sql)
        return execute(sql, *rest)


def pages(patterns: list[Any], before: str = "") -> Iterator[str]:
    """The addresses of all pages that need nothing filled in."""
    for one in patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from pages(one.url_patterns, route)
        elif "<" not in route and "^" not in route:
            yield f"/{route}"


def links(page: str, here: str) -> Iterator[str]:
    for link in re.findall(r'href="([^"]+)"', page):
        parts = urlsplit(urljoin(here, unescape(link)))
        if not parts.netloc:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def walk(username: str | None, start: list[str]) -> Iterator[dict[str, Any]]:
    """Each page that answers, asked twice: the second time what may be remembered for some seconds is."""
    from django.db import connection
    from django.test import Client
    from django.urls import Resolver404, resolve

    from linli.registers.accounts import access
    from linli.registers.accounts.models import Account

    client, seen = Client(headers={"Host": "localhost", "Accept-Language": "zh-hans"}), set[str]()
    kinds: dict[tuple[str, bool], int] = {}
    if username:
        client.force_login(Account.objects.get(username=access.username(username)))
    waiting = list(start)
    while waiting:
        address = waiting.pop(0)
        path, _, narrowed = address.partition("?")
        if address in seen or ASIDE.search(path):
            continue
        seen.add(address)
        try:
            kind = resolve(path).view_name, bool(narrowed)
        except Resolver404:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > (VARIANTS if narrowed else FROM_EACH):
            continue
        first, again = Statements(), Statements()
        with connection.execute_wrapper(first):
            answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        with connection.execute_wrapper(again):
            answer = client.get(address)
        waiting += links(answer.content.decode(), address)
        yield {"page": kind[0], "address": address, "first": len(first.said), "statements": again.said,
               "whole": b"<html" in answer.content, "marked": "演示数据" in answer.content.decode()}


def main(data: str) -> None:
    from linli.shell.commands import prepare

    prepare(demo=True, data=data)
    from django.urls import get_resolver

    from linli.registers.accounts import registry

    start = sorted(pages(get_resolver().url_patterns))
    people = [("", None), *((one.key, one.username) for one in registry.PERSONAS)]
    json.dump([{"who": who, **found} for who, username in people for found in walk(username, start)], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
