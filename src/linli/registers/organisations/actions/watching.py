"""Lists of organisations whose changes somebody wants to be told of: free, for everybody who is signed in."""
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.engines.journal import actions as journal
from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, events, rules
from linli.registers.organisations.models import CODED, Organisation, Watched, WatchList
from linli.registers.organisations.states import PUBLIC

MOST_LISTS, MOST_WATCHED, MOST_AT_ONCE = 20, 2000, 500
ORGANISATION = "organisation:"
_SIGN_IN = N_("Sign in to watch organisations: you are told in your notices.")


@dataclass(frozen=True)
class Added:
    """What came of adding: how many are new on the list, how many were there, what nobody here is called."""

    new: int
    there: int
    unknown: tuple[str, ...]


@action
def make_list(name: str, *, by: Actor, at: datetime) -> UUID:
    """Begin a list. Refuses: NotAllowed (nobody signed in), RuleBroken (no name), Conflict (the name, too many)."""
    if by.person is None:
        raise NotAllowed(_SIGN_IN)
    called = rules.line(name, field="name", most=60)
    mine = WatchList.objects.filter(person=by.person)
    if mine.filter(name=called).exists():
        raise Conflict(N_("You have a list of this name already."), field="name")
    if mine.count() >= MOST_LISTS:
        raise Conflict(N_("You have {most} lists, which is as many as there can be. Drop one first."), most=MOST_LISTS)
    row = WatchList.objects.create(person=by.person, name=called, made_at=at, made_by=by.ref)
    return row.ref


@action
def drop_list(ref: UUID, *, by: Actor, at: datetime) -> None:
    """End a list, and watch what stands on it no longer. Refuses: NotFound."""
    access.watch_list(ref, by=by, lock=True).delete()


@action
def watch(ref: UUID, *, organisations: Iterable[UUID] = (), said: str = "", by: Actor, at: datetime) -> Added:
    """Put organisations on a list: by ref, or as people type them (codes or full names, one a line or with commas).

    Refuses: NotFound; RuleBroken (nothing named, too many at once); Conflict (the list is full).
    """
    row = access.watch_list(ref, by=by, lock=True)
    refs = set(organisations)
    words = list(dict.fromkeys(filter(None, map(str.strip, re.split(r"[\n,;，；、\t]", said)))))
    if not refs and not words:
        raise RuleBroken(N_("Enter at least one code or name."), field="said")
    if len(refs) + len(words) > MOST_AT_ONCE:
        raise RuleBroken(N_("At most {most} are added at once. Split them."), field="said", most=MOST_AT_ONCE)
    found, unknown = _found(refs, words)
    there = set(row.watched.filter(organisation__in=found).values_list("organisation_id", flat=True))
    new = [key for key in found if key not in there]
    if row.watched.count() + len(new) > MOST_WATCHED:
        raise Conflict(N_("A list holds at most {most} organisations. Begin another one."), most=MOST_WATCHED)
    Watched.objects.bulk_create(
        (Watched(list=row, organisation_id=key, added_at=at, added_by=by.ref) for key in new), batch_size=500)
    return Added(len(new), len(there), tuple(unknown))


@action
def watch_one(organisation: UUID, *, name: str, by: Actor, at: datetime) -> UUID:
    """Watch one organisation from its page: on the oldest of one's lists, else on a new one of this name; the list.

    Refuses: NotFound, NotAllowed (nobody signed in), Conflict (the list is full).
    """
    mine = WatchList.objects.filter(person=by.person).order_by("pk").first() if by.person else None
    ref = mine.ref if mine else make_list(name, by=by, at=at)
    added = watch(ref, organisations=[organisation], by=by, at=at)
    if not added.new and not added.there:
        raise NotFound(N_("There is no such organisation."))
    return ref


@action
def unwatch(organisation: UUID, *, ref: UUID | None = None, by: Actor, at: datetime) -> int:
    """Watch an organisation no longer: on one list, or on all of one's own; from how many.

    Refuses: NotFound, NotAllowed (nobody signed in).
    """
    if by.person is None:
        raise NotAllowed(_SIGN_IN)
    rows = Watched.objects.filter(list__person=by.person, organisation__ref=organisation)
    if ref is not None:
        rows = rows.filter(list=access.watch_list(ref, by=by, lock=True))
    return rows.delete()[0]


@action
def tell_watchers(entries: Sequence[EntryCard], *, by: Actor) -> int:
    """Have those who watch be told of what was entered, and of duties that an organisation has let pass; each person
    once for all of it. How many people."""
    changed: dict[UUID, datetime] = {}
    for entry in entries:
        ref = _about(entry)
        if ref is not None:
            changed[ref] = entry.at
    told: dict[UUID, set[UUID]] = {}
    if changed:
        watching = Watched.objects.filter(organisation__ref__in=changed)
        for person, ref in watching.values_list("list__person", "organisation__ref"):
            told.setdefault(person, set()).add(ref)
    for person, refs in sorted(told.items()):
        ref, latest = min(refs), max(changed[one] for one in refs)
        journal.record(events.WatchedChanged(person, ref, len(refs)), about=ref, by=by, at=latest)
    return len(told)


@action
def forget_lists(person: UUID, *, by: Actor, at: datetime) -> int:
    """Somebody was erased: their lists go. How many."""
    rows: QuerySet[WatchList] = WatchList.objects.filter(person=person)
    count = rows.count()
    rows.delete()
    return count


def _about(entry: EntryCard) -> UUID | None:
    if entry.fact == events.FilingMade.label():
        return UUID(entry.payload["organisation"])
    owner = str(entry.payload.get("owner", ""))
    return UUID(owner.removeprefix(ORGANISATION)) if owner.startswith(ORGANISATION) else None


def _found(refs: set[UUID], words: Sequence[str]) -> tuple[list[int], list[str]]:
    """Keys of what is named, and the words that name nothing public."""
    public = Organisation.objects.filter(state__in=PUBLIC)
    keys = dict.fromkeys(public.filter(ref__in=refs).order_by("pk").values_list("pk", flat=True)) if refs else {}
    codes = {rules.tidy(word): word for word in words}
    by_code = dict(public.filter(CODED, uscc__in=codes).values_list("uscc", "pk")) if codes else {}
    by_name = dict(public.filter(name__in=words).order_by("-pk").values_list("name", "pk")) if words else {}
    unknown = []
    for code, word in codes.items():
        key = by_code.get(code) or by_name.get(word)
        if key is None:
            unknown.append(word)
        else:
            keys[key] = None
    return list(keys), unknown
