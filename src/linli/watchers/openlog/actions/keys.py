"""The keys that sign our checkpoints."""
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from linli.engines.journal import actions as journal
from linli.kernel import seeds
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.watchers.openlog import access, events
from linli.watchers.openlog.models import Head, LogKey
from linli.watchers.openlog.rules import notes, profiles

OVERLAP = timedelta(days=30)


class LogBroken(RuntimeError):
    """The log cannot go on without contradicting what it has signed. Somebody has to look."""


def may_run(by: Actor) -> None:
    """Refuses: NotAllowed."""
    if by.ref != SYSTEM.ref and access.RUN not in by.permissions:
        raise NotAllowed(N_("Only a system administrator runs the log."))


@dataclass
class Locked:
    """The head row as it stands while it is locked."""

    size: int
    signed: int
    position: int
    peaks: bytes
    numbers: str
    keys: str


def locked_head(cursor: Any) -> Locked:
    """Read the head row, whose lock is the turn to append or to change keys."""
    read = "SELECT size, signed, position, peaks, numbers, keys FROM openlog_head WHERE id = 1"
    cursor.execute(f"{read} FOR UPDATE" if connection.features.has_select_for_update else read)
    row = cursor.fetchone()
    if row is None:
        Head.objects.get_or_create(pk=1)
        return locked_head(cursor)
    size, signed, position, peaks, numbers, keys = row
    return Locked(size, signed, position, bytes(peaks), numbers, keys)


@action
def rotate(*, overlap: timedelta = OVERLAP, by: Actor, at: datetime) -> UUID:
    """Sign with a new key from now on, and for a while with the one before too. Refuses: NotAllowed."""
    may_run(by)
    with connection.cursor() as cursor:
        head = locked_head(cursor)
    signers(head, by=by, at=at)  # where nothing was signed yet, the first key comes first
    before = LogKey.objects.filter(until=None).order_by("-number")[0]
    LogKey.objects.filter(until=None).update(until=at + overlap)
    made = _made(head, before.number + 1, by=by, at=at)
    journal.record(events.LogKeyRotated(made.ref, made.verifier, before.verifier), about=made.ref, by=by, at=at)
    return made.ref


def signers(head: Locked, *, by: Actor, at: datetime) -> list[notes.Signer]:
    """Those that sign at this moment, the newest first; under the head row's lock."""
    if head.keys == "[]":
        _made(head, 1, by=by, at=at)
    return [signer for signer, until in _signing(head.keys, settings.LOG_ORIGIN, settings.LOG_PROFILE)
            if until is None or until > at]


@lru_cache(maxsize=4)
def _signing(keys: str, origin: str, profile: str) -> list[tuple[notes.Signer, datetime | None]]:
    found = list[tuple[notes.Signer, datetime | None]]()
    for number, verifier, until in json.loads(keys):
        signer = _signer(number, origin, profile)
        if str(signer.key) != verifier:
            raise LogBroken(f"key file {number} is not of {verifier}, or the log's origin or profile was changed")
        found.append((signer, until and datetime.fromisoformat(until)))
    return found


def _made(head: Locked, number: int, *, by: Actor, at: datetime) -> LogKey:
    """A new key's row; the head row keeps the keys that sign, so that appending reads one row and no other."""
    verifier = str(_signer(number, settings.LOG_ORIGIN, settings.LOG_PROFILE).key)
    made = LogKey.objects.create(ref=new_ref(), number=number, verifier=verifier, since=at, at=at, by=by.ref)
    signing = LogKey.objects.filter(Q(until=None) | Q(until__gt=at)).order_by("-number")
    head.keys = json.dumps([[row.number, row.verifier, row.until and row.until.isoformat()] for row in signing])
    Head.objects.update(keys=head.keys)
    return made


@cache
def _signer(number: int, origin: str, profile: str) -> notes.Signer:
    return profiles.named(profile).signer(origin, seed(f"log key {number}"))


def seed(purpose: str) -> bytes:
    """The secret part of a key: drawn from the master key once, then kept beside the database, for its owner only."""
    return seeds.seed(purpose, master=settings.MASTER_KEY, folder=settings.LOG_KEYS)
