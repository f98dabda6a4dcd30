"""Figures that many pages show and that may be some seconds old: kept in this process, counted anew when they are."""
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.signals import request_started

T = TypeVar("T")
MOST = 5_000
ON = not settings.TESTING  # where every test makes a city of its own, nothing may be left over from the one before
_kept: dict[Hashable, tuple[datetime, Any]] = {}


def recent(key: Hashable, make: Callable[[], T], *, at: datetime, age: timedelta) -> T:
    """What `make` gives, at most `age` old. Whoever sends a form to this process has all of it counted anew."""
    known = _kept.get(key)
    if ON and known and timedelta(0) <= at - known[0] <= age:
        found: T = known[1]
        return found
    if len(_kept) >= MOST:
        _kept.clear()
    made = make()
    _kept[key] = (at, made)
    return made


def forget() -> None:
    _kept.clear()


def _after_a_form(environ: dict[str, Any] | None = None, **_: Any) -> None:
    if environ and environ.get("REQUEST_METHOD") not in {"GET", "HEAD", "OPTIONS"}:
        forget()


request_started.connect(_after_a_form, dispatch_uid="linli.shell.remembered")
