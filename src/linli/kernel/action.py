"""`@action` marks the only functions that may write. The outermost one is the transaction; nested ones join it."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import local
from typing import ParamSpec, TypeVar

from django.db import transaction

from linli.kernel.database import write_turn

P = ParamSpec("P")
R = TypeVar("R")


class _Thread(local):  # a connection belongs to a thread, so the mark does too
    acting = False


_thread = _Thread()


def acting() -> bool:
    """Whether an action is running on this thread."""
    return _thread.acting


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
    _thread.acting = True
    try:
        with write_turn(), transaction.atomic(durable=True):
            yield
            _nothing_swallowed()
    finally:
        _thread.acting = False


@contextmanager
def attempt() -> Iterator[None]:
    """A part of an action that may be refused alone (one row of a file): a refusal inside undoes this part only."""
    if not _thread.acting:
        raise RuntimeError("an attempt is a part of an action")
    with transaction.atomic():
        yield
        _nothing_swallowed()


def _nothing_swallowed() -> None:
    if transaction.get_rollback():  # else all of it would be undone without a word
        raise RuntimeError("a refusal inside an action was swallowed; a part that may be refused is an attempt")
