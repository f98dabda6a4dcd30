from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import groupby
from uuid import UUID

import numpy as np
from django.db.models import Max

from linli.engines.search import registry, rules
from linli.engines.search.models import Indexed, Shelf, postings
from linli.engines.search.rules import sets, sounds, tokens
from linli.kernel import rows
from linli.kernel.action import action

BATCH = 500
COLUMNS = ("id", "kind", "ref", "lang", "title", "plain", "sounds", "body", "region_code", "cell", "weight", "url")
LEVELS = 10
ROOM = sets.SIZE
_PLACE = (1 << tokens.SHELF) - 1


@action
def index(kind: str, refs: Collection[UUID]) -> int:
    """Ask the kind's context for these things again, and keep what it gives; how many documents that is.

    The index follows the journal: it is made from what others recorded, so it records nothing and has no actor.
    Tens of thousands of things at once are taken in fastest, and stand with the shortest names first.
    """
    wanted = sorted(set(refs))
    return sum(_index(kind, wanted[n : n + sets.SIZE]) for n in range(0, len(wanted), sets.SIZE))


@action
def forget() -> None:
    """Empty the index, to be made again from the journal."""
    postings.clear()
    Indexed.objects.all().delete()
    Shelf.objects.all().delete()


@action
def lay_together() -> bool:
    """Have what stands under one token lie together again where changes have scattered it; whether anything was done.
    Nothing that is found changes. Refuses to make searchers wait: it fails after two seconds where somebody reads the
    old table for longer, and is tried again."""
    if not postings.lie_apart():
        return False
    postings.lay_together()
    return True


def _index(kind: str, refs: list[UUID]) -> int:
    old: dict[tuple[UUID, str], Indexed] = {}
    new: dict[tuple[UUID, str], Indexed] = {}
    for start in range(0, len(refs), BATCH):
        some = set(refs[start : start + BATCH])
        given = list(registry.KINDS[kind].documents(some))
        if strangers := {document.ref for document in given} - some:
            raise ValueError(f"{kind} gave {len(strangers)} documents that nobody asked for")
        new |= {(document.ref, document.lang): _row(kind, document) for document in given}
        old |= {(row.ref, row.lang): row for row in Indexed.objects.filter(kind=kind, ref__in=some)}
    fresh = []
    for key, row in new.items():
        before = old.get(key)
        if before and _level(before) == _level(row):
            row.id = before.id
        else:
            fresh.append(row)
    _place(fresh)
    _shelve(old.values(), new.values())
    return len(new)


def _row(kind: str, document: registry.Document) -> Indexed:
    title = rules.clean(document.title)[:300]
    body = rules.joined(document.body, document.also)
    return Indexed(
        kind=kind, ref=document.ref, lang=document.lang, title=title, sounds=sounds.sounds(title), body=body,
        plain=f"{tokens.plain(title)}\n{tokens.plain(body.replace(chr(10), ' '))}", region_code=document.region_code,
        cell=document.cell, weight=document.weight, url=document.url,
    )


def _level(row: Indexed) -> int:
    """Documents of a higher weight stand on shelves that are looked at first."""
    return max(0, min(LEVELS, int(row.weight)))


def _place(fresh: list[Indexed]) -> None:
    """Give each new document a place: the shortest titles first, on the last shelf while there is room, then on new
    ones."""
    fresh.sort(key=lambda row: (row.lang, _level(row), len(row.title), row.title))
    for (lang, level), group in groupby(fresh, key=lambda row: (row.lang, _level(row))):
        waiting = list(group)
        last = Shelf.objects.filter(kind=waiting[0].kind, lang=lang, level=level).order_by("number").last()
        while waiting:
            if last is None or last.filled >= ROOM:
                number = (Shelf.objects.aggregate(most=Max("number"))["most"] or 0) + 1
                last = Shelf(number=number, kind=waiting[0].kind, lang=lang, level=level)
            now, waiting = waiting[: ROOM - last.filled], waiting[ROOM - last.filled :]
            for place, row in enumerate(now, start=last.filled):
                row.id = last.number << tokens.SHELF | place
            last.filled += len(now)
            last.save()


def _shelve(old: Iterable[Indexed], new: Iterable[Indexed]) -> None:
    """Put these documents in the place of those, and change what they are found by."""
    kept = {row.id: row for row in new}
    stale = [row for row in old if row.id not in kept or _differs(row, kept[row.id])]
    same = {row.id for row in old} - {row.id for row in stale}
    for start in range(0, len(stale), BATCH):
        Indexed.objects.filter(pk__in=[row.id for row in stale[start : start + BATCH]]).delete()
    coming = [row for row in kept.values() if row.id not in same]
    rows.load(Indexed, COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in coming))
    by_shelf: dict[int, tuple[list[Indexed], list[Indexed]]] = defaultdict(lambda: ([], []))
    for side, changed in enumerate((stale, coming)):
        for row in changed:
            by_shelf[row.id >> tokens.SHELF][side].append(row)
    for shelf, (gone, come) in by_shelf.items():
        drop, add = tokens.index(_documents(gone)), tokens.index(_documents(come))
        both = np.intersect1d(drop, add, assume_unique=True)
        postings.change(shelf, add=np.setdiff1d(add, both, assume_unique=True),
                        drop=np.setdiff1d(drop, both, assume_unique=True),
                        fresh=not gone and _alone(shelf, len(come)))


def _alone(shelf: int, count: int) -> bool:
    """Whether nothing else has ever stood on this shelf."""
    return Shelf.objects.filter(pk=shelf, filled=count).exists()


def _differs(one: Indexed, other: Indexed) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in COLUMNS)


def _documents(shelved: list[Indexed]) -> list[tokens.Document]:
    found = []
    for row in shelved:
        title, _, body = row.plain.partition("\n")
        found.append(tokens.Document(row.id & _PLACE, title, body, row.sounds, row.region_code, row.cell))
    return found
