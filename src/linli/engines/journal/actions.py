import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Max
from django.utils.crypto import salted_hmac

from linli.engines.journal import queries
from linli.engines.journal.events import Fact
from linli.engines.journal.models import Entry, Head, Key, Reader
from linli.engines.journal.registry import WATCHERS
from linli.kernel.action import acting, action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_

log = logging.getLogger("linli.journal")
FAR = 1000  # entries


@dataclass(frozen=True)
class Outcome:
    ref: UUID
    new: bool


_json = DjangoJSONEncoder(sort_keys=True).encode


def record(fact: Fact, *, about: UUID, by: Actor, at: datetime) -> None:
    """Write one fact, last thing in the action that makes it true.

    It gets no position yet: positions are given to what has committed (`sequence`), so that writers never wait for one
    another and no reader can step over an entry that commits late.
    """
    if not acting():
        raise RuntimeError("a fact is recorded inside the action that makes it true")
    ref, insert = _insert(connection.vendor)
    refs = (ref.get_db_prep_save(one, connection) for one in (about, by.ref))
    row = [fact.label(), fact.visibility.value, *refs, connection.ops.adapt_datetimefield_value(at)]
    with connection.cursor() as cursor:
        cursor.execute(insert, [*row, _json(vars(fact))])


def record_all(facts: Iterable[tuple[Fact, UUID]], *, by: Actor, at: datetime) -> None:
    """Write many facts, each with what it is about: as `record`, in one go for the rows of a file."""
    if not acting():
        raise RuntimeError("a fact is recorded inside the action that makes it true")
    ref, insert = _insert(connection.vendor)
    who, when = ref.get_db_prep_save(by.ref, connection), connection.ops.adapt_datetimefield_value(at)
    rows = [[fact.label(), fact.visibility.value, ref.get_db_prep_save(about, connection), who, when,
             _json(vars(fact))] for fact, about in facts]
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)


@cache
def _insert(vendor: str) -> tuple[Any, str]:
    """The field of a ref, and the statement that writes an entry, made once: some actions write dozens."""
    names, payload = '"fact", "visibility", "about", "by", "at"', "%s::jsonb" if vendor == "postgresql" else "%s"
    insert = f'INSERT INTO "journal_entry" ({names}, "payload") VALUES (%s, %s, %s, %s, %s, {payload})'
    return Entry._meta.get_field("about"), insert


@action
def once(key: str, *, by: Actor, at: datetime, body: Any, do: Callable[[], UUID]) -> Outcome:
    """Run `do` under a client's key, in one transaction; a retry gets the first outcome. A refusal keeps no key.

    `body` is the operation and its input. Refuses: Conflict (same key, another body).
    """
    digest = salted_hmac("journal.once", _json(body), algorithm="sha256").hexdigest()  # a body may name somebody
    row, new = Key.objects.select_for_update().get_or_create(by=by.ref, key=key, defaults={"digest": digest, "at": at})
    if row.digest != digest:
        raise Conflict(N_("This idempotency key was used for another request. Use a new key for a new request."))
    if new:
        row.outcome = do()
        row.save(update_fields=["outcome"])
    assert row.outcome is not None  # the same transaction filled it
    return Outcome(row.outcome, new)


@action
def sequence(*, most: int = 1000) -> int:
    """Give positions to committed entries that have none; how many got one.

    One at a time (the head row's lock), and only to what is visible: an entry that commits later gets a later position,
    whatever its key. So positions, once seen, have no holes and nothing can appear below them.
    """
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_entry SET position = numbered.place FROM (SELECT id, %s + row_number() OVER (ORDER BY id)"
            " AS place FROM journal_entry WHERE position IS NULL ORDER BY id LIMIT %s) AS numbered"
            " WHERE journal_entry.id = numbered.id", [head.last, most],
        )
        given: int = cursor.rowcount
    if given:
        head.last += given
        head.save(update_fields=["last"])
    return given


@action
def catch_up(name: str, *, most: int = 200) -> int:
    """Let one watcher read on; how many entries it read. Its effects and its position commit together: none twice."""
    watcher = WATCHERS[name]
    reader, _ = Reader.objects.select_for_update().get_or_create(name=name)
    end = Entry.objects.aggregate(end=Max("position"))["end"] or 0  # before reading: what comes meanwhile is for later
    read = queries.entries(after=reader.last, until=end, most=most, facts=watcher.facts,
                           visibility=watcher.visibility)
    end = read[-1][0] if len(read) == most else max(reader.last, end)
    if read:
        watcher.react([entry for _, entry in read])
    if end > reader.last or reader.failure:
        Reader.objects.filter(pk=reader.pk).update(last=end, failure="")
    return len(read)


def run(*, most: int = 200) -> int:
    """Sequence, then let every watcher read on until none has anything left; how many entries were read in all.

    A watcher that fails keeps its place, says so in its row, and does not hold up the others.
    """
    total, read, given = 0, 1, 0
    while read or given:
        given = sequence() if Entry.objects.filter(position=None).exists() else 0
        read = sum(_advance(name, most=most) for name in _behind())
        total += read
    return total


def _advance(name: str, *, most: int) -> int:
    try:
        return catch_up(name, most=most)
    except Exception as why:
        log.exception("watcher %s stopped", name)
        _stopped(name, why=type(why).__name__)
        return 0


@action
def rebuild(name: str) -> None:
    """Forget what a watcher made; its next `catch_up` starts from zero. Refuses: ValueError if it cannot be redone."""
    watcher = WATCHERS[name]
    if watcher.forget is None:
        raise ValueError(f"what {name} does is never done twice")
    watcher.forget()
    Reader.objects.filter(name=name).delete()


@action
def make_again(name: str) -> int:
    """Rebuild a watcher and let it read on to the end, all of it or nothing: until then, and where it fails, everybody
    sees what it had made before. How many entries it read. Refuses as `rebuild`."""
    rebuild(name)
    total, read = 0, 1
    while read:
        read = catch_up(name, most=1000)
        total += read
    return total


@action
def _stopped(name: str, *, why: str) -> None:
    Reader.objects.update_or_create(name=name, defaults={"failure": why})


def _behind() -> list[str]:
    """Watchers with something to read. One whose facts did not occur is left alone until it has fallen far behind."""
    end = Entry.objects.aggregate(end=Max("position"))["end"] or 0
    read = dict(Reader.objects.values_list("name", "last"))
    names = []
    for watcher in WATCHERS.values():
        last = read.get(watcher.name, 0)
        if end == last:
            continue
        where = queries.wanted(watcher.facts, watcher.visibility)
        if not where or end - last > FAR or Entry.objects.filter(where, position__gt=last).exists():
            names.append(watcher.name)
    return names
