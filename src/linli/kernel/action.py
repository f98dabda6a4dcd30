"""`@action` marks the only functions that may write. The outermost one is the transaction; nested ones join it."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import local
from typing import ParamSpec, TypeVar, cast

from django.db import transaction

from linli.kernel.database import write_turn

P = ParamSpec("P")
R = TypeVar("R")


class _Thread(local):  # a connection belongs to a thread, so the mark does too
    acting = False
    read: dict[object, object] = {}  # noqa: RUF012  # never filled: each outermost action begins with one of its own


_thread = _Thread()


def acting() -> bool:
    """Whether an action is running on this thread."""
    return _thread.acting


def read_once(key: object, read: Callable[[], R]) -> R:
    """What was read under this key in the running outermost action, else read now; outside an action, always now.

    Only for what does not change while it runs, or whose writers call `read_anew`.
    """
    if not _thread.acting:
        return read()
    if key not in _thread.read:
        _thread.read[key] = read()
    return cast(R, _thread.read[key])


def read_anew(*keys: object) -> None:
    """Forget what `read_once` keeps under these keys, or all of it: something of it has been changed."""
    if not keys:
        _thread.read = {}
    for key in keys:
        _thread.read.pop(key, None)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """The one way to write. A refusal anywhere inside undoes the whole outermost action."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _thread.acting:
            with transaction.atomic(savepoint=False):  # a caller that swallows a refusal cannot keep half of this
                return function(*args, **kwargs)
        with _outermost():
            return function(*args, **kwargs)

    return run


@contextmanager
def _outermost() -> Iterator[None]:
    _thread.acting, _thread.read = True, {}
    try:
        with write_turn(), transaction.atomic(durable=True):
            yield
            _nothing_swallowed()
    finally:
        _thread.acting, _thread.read = False, {}


@contextmanager
def attempt() -> Iterator[None]:
    """A part of an action that may be refused alone (one row of a file): a refusal inside undoes this part only."""
    if not _thread.acting:
        raise RuntimeError("an attempt is a part of an action")
    before = dict(_thread.read)
    try:
        with transaction.atomic():
            yield
            _nothing_swallowed()
    except BaseException:
        _thread.read = before  # what was read since may just have been undone; what was read earlier stands again
        raise


def _nothing_swallowed() -> None:
    if transaction.get_rollback():  # else all of it would be undone without a word
        raise RuntimeError("a refusal inside an action was swallowed; a part that may be refused is an attempt")
