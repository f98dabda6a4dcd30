"""What may fit a query, the best first, read no farther than somebody asks.

Sets of places say which documents have all the pairs of characters of a term; whether they stand in a row there, the
text itself says (`Asked.fits`).
"""
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from linli.engines.search.models import postings
from linli.engines.search.rules import sets
from linli.engines.search.rules.asking import Asked, Conditions
from linli.engines.search.rules.tokens import SHELF, Element

FEW = 3
"""Documents on a shelf that are sooner read than told apart by sets."""
PLENTY = 64
"""Documents on the first shelf for which the others are not read at once with it."""
Group = tuple[str, str]
"""A kind and a language."""
Sized = list[tuple[set[int], list[tuple[Element, dict[int, int]]]]]
"""The ways of meeting a condition that occur at all: the shelves with all elements of one, and of each element how many
documents of a shelf have it."""


@dataclass
class _Way:
    """A way of meeting a condition on one shelf. `met` is what the small sets leave, `chosen` is met besides."""

    met: sets.Places | None
    expected: int
    chosen: list[Element]
    others: list[tuple[int, Element]]


class Looking:
    """Holds what one query has read of the index."""

    def __init__(self, asked: Asked) -> None:
        self.groups: dict[Group, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, lang, number FROM search_shelf ORDER BY level DESC, number")
            for kind, lang, number in cursor.fetchall():
                self.groups.setdefault((kind, lang), []).append(number)
        several = [stage.conditions for stage in asked.stages]
        several += [conditions for conditions in asked.anything if conditions not in several]
        wanted = {token for conditions in several for ways in conditions for way in ways
                  for element in way for token in element}
        self._directory = postings.directory(wanted) if self.groups else {}
        self._sizes: dict[Element, dict[int, int]] = {}
        self._stages = [self._sized(conditions) for conditions in several]
        self._shelves = [self._possible(sized) for sized in self._stages]
        self._last = len(asked.stages)
        self._anything = [several.index(conditions) for conditions in asked.anything]
        self._sets: dict[tuple[int, int], sets.Places] = {}
        self._chosen: dict[tuple[int, int], list[list[_Way]]] = {}
        self._ways: dict[tuple[Any, ...], tuple[sets.Places | None, list[tuple[int, Element]]]] = {}
        self._found: dict[tuple[int, int], sets.Places] = {}
        self._at_hand: set[tuple[int, int]] = set()

    def candidates(self, group: Group, among: Collection[Group]) -> Iterator[tuple[int, int]]:
        """Each stage that is entered with documents that may fit, each document once. Sets are read for all groups of
        `among` together."""
        seen: set[int] = set()
        for stage in range(self._last):
            possible = self._shelves[stage]
            for n, shelf in enumerate(self.groups[group]):
                if shelf not in possible:
                    continue
                self._read((stage,), among, first=n == 0)
                for place in sets.places(self._fitting(stage, shelf)).tolist():
                    key = shelf << SHELF | place
                    if key not in seen:
                        seen.add(key)
                        yield stage, key

    def count(self, group: Group, *, most: int) -> int:
        """How many documents may fit, at most about `most`."""
        total = 0
        for n, shelf in enumerate(self.groups[group]):
            if total >= most:
                break
            stages = [stage for stage in self._anything if shelf in self._shelves[stage]]
            if stages:
                self._read(stages, self.groups, first=n == 0)
                total += len(sets.places(sets.either(self._fitting(stage, shelf) for stage in stages)))
        return total

    def _sized(self, conditions: Conditions) -> list[Sized]:
        """Of each condition its ways, without those of which an element occurs nowhere."""
        found: list[Sized] = []
        for ways in conditions:
            found.append([])
            for way in ways:
                sizes = [self._size(element) for element in way]
                if here := set(sizes[0]).intersection(*sizes[1:]):
                    found[-1].append((here, list(zip(way, sizes, strict=True))))
        return found

    def _size(self, element: Element) -> dict[int, int]:
        if element not in self._sizes:
            sizes: dict[int, int] = defaultdict(int)
            for token in element:
                for shelf, entry in self._directory.get(token, {}).items():
                    sizes[shelf] += entry.size
            self._sizes[element] = sizes
        return self._sizes[element]

    @staticmethod
    def _possible(stage: list[Sized]) -> set[int]:
        """The shelves on which every condition can be met."""
        found: set[int] | None = None
        for ways in stage:
            here = set[int]().union(*(shelves for shelves, _ in ways))
            found = here if found is None else found & here
        return found or set()

    def _read(self, stages: Sequence[int], among: Collection[Group], *, first: bool) -> None:
        """Have the sets at hand that these stages need: on the first shelves of all groups, or on all."""
        wanted: dict[int, set[int]] = defaultdict(set)
        first = first and any(self._promises(stage, self.groups[group][0]) for stage in stages for group in among)
        for stage in stages:
            if (stage, 1) in self._at_hand or (first and (stage, 0) in self._at_hand):
                continue
            self._at_hand.add((stage, 0 if first else 1))
            for group in among:
                for shelf in self.groups[group][: 1 if first else None]:
                    if shelf in self._shelves[stage]:
                        self._want(stage, shelf, wanted[shelf])
        alike: dict[frozenset[int], list[int]] = defaultdict(list)
        for shelf, tokens in wanted.items():
            if tokens:
                alike[frozenset(tokens)].append(shelf)
        for token, shelf, places in postings.places(alike) if alike else ():
            self._sets[token, shelf] = places

    def _promises(self, stage: int, shelf: int) -> bool:
        """Whether a shelf may be enough; else it is not worth a statement of its own."""
        return shelf in self._shelves[stage] and all(
            sum(way.expected for way in ways) >= PLENTY for ways in self._choose(stage, shelf))

    def _want(self, stage: int, shelf: int, wanted: set[int]) -> None:
        for ways in self._choose(stage, shelf):
            for way in ways:
                for element in way.chosen:
                    for token in element:
                        entry = self._directory[token].get(shelf)
                        if entry and entry.places is None and (token, shelf) not in self._sets:
                            wanted.add(token)

    def _choose(self, stage: int, shelf: int) -> list[list[_Way]]:
        """The ways of each condition with what they need, as far as it leaves few documents, the rarest first."""
        if (stage, shelf) not in self._chosen:
            self._chosen[stage, shelf] = self._choice(self._stages[stage], shelf)
        return self._chosen[stage, shelf]

    def _choice(self, stage: list[Sized], shelf: int) -> list[list[_Way]]:
        conditions = [[self._way(way, shelf) for shelves, way in ways if shelf in shelves]
                      for ways in stage]
        conditions.sort(key=lambda ways: sum(way.expected for way in ways))
        left = float(sets.SIZE)
        for ways in conditions:
            share, total = left / sets.SIZE, 0.0
            for way in ways:
                expected = way.expected * share
                power = 1.0 if way.met is not None else 0.5
                for count, element in way.others:
                    if expected <= FEW / len(ways):
                        break
                    way.chosen.append(element)
                    expected *= (count / sets.SIZE) ** power
                    power /= 2  # neighbours go together more often than by chance
                total += expected
            left = min(left, total)
        return conditions

    def _way(self, way: Sequence[tuple[Element, dict[int, int]]], shelf: int) -> _Way:
        """What is at hand of a way, met; and the other elements, the rarest first."""
        key = (shelf, *(element for element, _ in way))
        if key not in self._ways:
            self._ways[key] = self._at_hand_of(way, shelf)
        met, others = self._ways[key]
        if met is not None:
            return _Way(met, len(met), [], others)
        return _Way(None, others[0][0], [others[0][1]], others[1:])

    def _at_hand_of(
        self, way: Sequence[tuple[Element, dict[int, int]]], shelf: int
    ) -> tuple[sets.Places | None, list[tuple[int, Element]]]:
        met: sets.Places | None = None
        others = []
        for count, element in sorted([(sizes[shelf], element) for element, sizes in way]):
            if count <= postings.INLINE:
                one = self._element(element, shelf)
                met = one if met is None else sets.both(met, one)
                if not len(met):
                    return met, []
            else:
                others.append((count, element))
        return met, others

    def _fitting(self, stage: int, shelf: int) -> sets.Places:
        if (stage, shelf) not in self._found:
            found: sets.Places | None = None
            for ways in self._choose(stage, shelf):
                if found is not None and len(found) <= FEW:
                    break
                found = sets.either([self._meeting(way, shelf, found) for way in ways])
            self._found[stage, shelf] = sets.NOTHING if found is None else found
        return self._found[stage, shelf]

    def _meeting(self, way: _Way, shelf: int, within: sets.Places | None) -> sets.Places:
        """The places that meet a way, of those that are left."""
        found = way.met if within is None else within if way.met is None else sets.both(within, way.met)
        for element in way.chosen:
            if found is not None and len(found) <= FEW:
                break
            one = self._element(element, shelf)
            found = one if found is None else sets.both(found, one)
        return sets.NOTHING if found is None else found

    def _element(self, element: Element, shelf: int) -> sets.Places:
        if len(element) == 1:
            return self._set(element[0], shelf)
        return sets.either([self._set(token, shelf) for token in element])

    def _set(self, token: int, shelf: int) -> sets.Places:
        entry = self._directory[token].get(shelf)
        if entry is None:
            return sets.NOTHING
        if entry.places is not None and (token, shelf) not in self._sets:
            self._sets[token, shelf] = sets.read(entry.places)
        return self._sets[token, shelf]
