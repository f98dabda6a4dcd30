"""What may fit a query, the best first, read no farther than somebody asks.

Sets of places say which documents have all the pairs of characters of a term; whether they stand in a row there, the
text itself says (`Asked.fits`).
"""
from collections.abc import Collection, Iterator

from django.db import connection

from linli.engines.search.models import postings
from linli.engines.search.rules import sets
from linli.engines.search.rules.asking import Asked, Conditions
from linli.engines.search.rules.tokens import SHELF, Element

FEW = 2
"""Documents on a shelf that are sooner read than told apart by sets."""
Group = tuple[str, str]
"""A kind and a language."""
Chosen = list[list[list[Element]]]


class Looking:
    """Holds what one query has read of the index."""

    def __init__(self, asked: Asked) -> None:
        self.groups: dict[Group, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, lang, number FROM search_shelf ORDER BY level DESC, number")
            for kind, lang, number in cursor.fetchall():
                self.groups.setdefault((kind, lang), []).append(number)
        self._asked = asked
        wanted = {token for conditions in asked.stages + asked.anything for ways in conditions for way in ways
                  for element in way for token in element}
        self._directory = postings.directory(wanted) if self.groups else {}
        self._sets: dict[tuple[int, int], sets.Places] = {}
        self._chosen: dict[tuple[Conditions, int], Chosen | None] = {}
        self._found: dict[tuple[Conditions, int], sets.Places] = {}

    def candidates(self, group: Group, among: Collection[Group]) -> Iterator[int]:
        """Keys of documents that may fit, each once. Sets are read for all groups of `among` together."""
        seen: set[int] = set()
        for conditions in self._asked.stages:
            for n, shelf in enumerate(self.groups[group]):
                self._read((conditions,), among, first=n == 0)
                for place in sets.places(self._fitting(conditions, shelf)).tolist():
                    key = shelf << SHELF | place
                    if key not in seen:
                        seen.add(key)
                        yield key

    def count(self, group: Group, *, most: int) -> int:
        """How many documents may fit, at most about `most`."""
        total = 0
        for n, shelf in enumerate(self.groups[group]):
            if total >= most:
                break
            self._read(self._asked.anything, self.groups, first=n == 0)
            total += len(sets.places(sets.either(self._fitting(one, shelf) for one in self._asked.anything)))
        return total

    def _read(self, several: tuple[Conditions, ...], among: Collection[Group], *, first: bool) -> None:
        """Have the sets at hand that these conditions need: on the first shelves, or on all."""
        shelves = [shelf for group in among for shelf in self.groups[group][: 1 if first else None]]
        wanted: set[tuple[int, int]] = set()
        for conditions in several:
            for shelf in shelves:
                if (conditions, shelf) in self._found:
                    continue
                for ways in self._choose(conditions, shelf) or ():
                    wanted.update((token, shelf) for way in ways for element in way for token in element
                                  if (entry := self._directory[token].get(shelf)) and entry.places is None)
        missing = wanted - self._sets.keys()
        if missing:
            tokens, on = {token for token, _ in missing}, {shelf for _, shelf in missing}
            for token, shelf, places in postings.places(tokens, on):
                self._sets[token, shelf] = places

    def _choose(self, conditions: Conditions, shelf: int) -> Chosen | None:
        """The rarest elements, as many as leave few documents; None where nothing can fit."""
        if (conditions, shelf) not in self._chosen:
            self._chosen[conditions, shelf] = self._choice(conditions, shelf)
        return self._chosen[conditions, shelf]

    def _choice(self, conditions: Conditions, shelf: int) -> Chosen | None:
        sized = []
        for ways in conditions:
            counted = [one for way in ways if (one := self._counted(way, shelf))]
            if not counted:
                return None
            sized.append((sum(one[0][0] for one in counted), counted))
        sized.sort()
        chosen: Chosen = []
        expected = float(sets.SIZE)
        for _, counted in sized:
            if chosen and expected <= FEW:
                break
            picked, total = list[list[Element]](), 0.0
            for way_ in counted:
                left, mine = expected * way_[0][0] / sets.SIZE, [way_[0][1]]
                for count, element in way_[1:]:
                    if left <= FEW and count > postings.INLINE:
                        break
                    mine.append(element)
                    left *= count / sets.SIZE
                total += left
                picked.append(mine)
            chosen.append(picked)
            expected = min(expected, total)
        return chosen

    def _counted(self, way: tuple[Element, ...], shelf: int) -> list[tuple[int, Element]]:
        """Of each element how many documents have it, the rarest first; nothing where one is missing."""
        found = []
        for element in way:
            count = sum(entry.size for token in element if (entry := self._directory[token].get(shelf)))
            if not count:
                return []
            found.append((count, element))
        return sorted(found)

    def _fitting(self, conditions: Conditions, shelf: int) -> sets.Places:
        if (conditions, shelf) not in self._found:
            found: sets.Places | None = None
            for ways in self._choose(conditions, shelf) or [[]]:
                one = sets.either(self._way(way, shelf) for way in ways)
                found = one if found is None else sets.both(found, one)
            self._found[conditions, shelf] = sets.NOTHING if found is None else found
        return self._found[conditions, shelf]

    def _way(self, way: list[Element], shelf: int) -> sets.Places:
        found: sets.Places | None = None
        for element in way:
            one = sets.either(self._set(token, shelf) for token in element)
            found = one if found is None else sets.both(found, one)
            if found.dtype != bool and not len(found):
                break
        return sets.NOTHING if found is None else found

    def _set(self, token: int, shelf: int) -> sets.Places:
        entry = self._directory[token].get(shelf)
        if entry is None:
            return sets.NOTHING
        return self._sets.get((token, shelf), sets.NOTHING) if entry.places is None else entry.places
