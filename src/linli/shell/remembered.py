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
_of_all: dict[Hashable, tuple[datetime, Any]] = {}


def recent(key: Hashable, make: Callable[[], T], *, at: datetime, age: timedelta) -> T:
    """What `make` gives, at most `age` old. Whoever sends a form to this process has all of it counted anew."""
    found: T | None = known(key, at=at, age=age)
    return keep(key, make(), at=at) if found is None else found


def recent_of_all(key: Hashable, make: Callable[[], T], *, at: datetime, age: timedelta) -> T:
    """The same for what is counted over the whole place: forms leave it, for in a city somebody sends one always."""
    kept = _of_all.get(key)
    if ON and kept and timedelta(0) <= at - kept[0] <= age:
        found: T = kept[1]
        return found
    if len(_of_all) >= MOST:
        _of_all.clear()
    _of_all[key] = (at, made := make())
    return made


def known(key: Hashable, *, at: datetime, age: timedelta) -> Any:
    """What is kept under this key and at most `age` old, or None."""
    kept = _kept.get(key)
    return kept[1] if ON and kept and timedelta(0) <= at - kept[0] <= age else None


def keep(key: Hashable, made: T, *, at: datetime) -> T:
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = (at, made)
    return made


def forget() -> None:
    _kept.clear()
    _of_all.clear()


def _after_a_form(environ: dict[str, Any] | None = None, **_: Any) -> None:
    if environ and environ.get("REQUEST_METHOD") not in {"GET", "HEAD", "OPTIONS"}:
        _kept.clear()


request_started.connect(_after_a_form, dispatch_uid="linli.shell.remembered")
