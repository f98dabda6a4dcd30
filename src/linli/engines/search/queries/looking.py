"""What may fit a query, the best first, read no farther than somebody asks.

Sets of places say which documents have all the pairs of characters of a term; whether they stand in a row there, the
text itself says (`Asked.fits`). Shelves are reckoned with all at once: there are many, and few documents on each.
"""
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.search.models import postings
from linli.engines.search.rules import sets, tokens
from linli.engines.search.rules.asking import Asked
from linli.engines.search.rules.sets import Places, Wide
from linli.engines.search.rules.tokens import SHELF, Element

FEW = 6
"""Documents on a shelf that are sooner read than told apart by one more set."""
ALONE = 1
"""Documents on a shelf that are sooner read than looked up in the sets of another term."""
PLENTY = 64
"""Documents on the first shelf for which the others are not read at once with it."""
ALIKE = 1.25
"""Times as often as its neighbour in the term, up to which something most likely stands only beside it: where that was
read, this tells nothing more."""
TELLING = 0.6
"""The most that may stay of what is left for one more set to be worth reading; so many neighbours of it go together
that it is reckoned by the fourth root at least."""
Group = tuple[str, str]
"""A kind and a language."""
_PLACE = (1 << SHELF) - 1


@dataclass(frozen=True)
class _Part:
    """An element: about how many documents of each shelf have it, and which, where no larger sets have to be read."""

    element: Element
    counts: Places
    at_hand: Wide


@dataclass(frozen=True)
class _Way:
    """A way of meeting a condition: where it may be, what is at hand of it, the other elements, the rarest first."""

    possible: Places
    at_hand: Wide
    expected: Places
    others: list[_Part]


Chosen = tuple[_Part, Places]
"""An element that is read, and on which shelves."""
_Due = tuple[int, Places, list[list[tuple[_Way, list[Chosen]]]]]
"""A stage that is read, on which shelves, and what is read for its conditions."""


class Looking:
    """Holds what one query has read of the index. `counted` is how many of a group are told apart; 0 where nobody asks
    how many there are."""

    def __init__(self, asked: Asked, *, counted: int = 0) -> None:
        several = [stage.conditions for stage in asked.stages]
        several += [conditions for conditions in asked.anything if conditions not in several]
        wanted = {token for conditions in several for ways in conditions for way in ways
                  for element in way for token in element}
        self._directory = postings.directory(wanted)
        self._shelves = self._directory.shelves
        self.groups: dict[Group, tuple[int, int]] = {}
        for n, one in enumerate(self._shelves):
            start, _ = self.groups.get((one.kind, one.lang), (n, n))
            self.groups[one.kind, one.lang] = start, n + 1
        self._last, self._counted = len(asked.stages), counted
        self._anything = [several.index(conditions) for conditions in asked.anything]
        self._parts: dict[Element, _Part] = {}
        self._ways: dict[tuple[Element, ...], _Way | None] = {}
        self._sets: dict[tuple[int, int], Places] = {}
        self._stages = [[[made for way in ways if (made := self._way(way))] for ways in conditions]
                        for conditions in several]
        self._possible = [self._where(stage) for stage in self._stages]
        self._beginning = {group: self._stages_on(low, low + 1) for group, (low, _) in self.groups.items()}
        self._following = {group: self._stages_on(low + 1, high) for group, (low, high) in self.groups.items()}
        self._read = [np.zeros(len(self._shelves), np.bool_) for _ in self._stages]
        self._found: list[list[Wide]] = [[] for _ in self._stages]
        self._sized = list[int](), sets.NOWHERE

    def candidates(self, group: Group, among: Collection[Group]) -> Iterator[tuple[int, int]]:
        """Each stage that is entered with documents that may fit, each document once. Sets are read for all groups of
        `among` together."""
        seen: set[int] = set()
        low, high = self.groups[group]
        for stage in range(self._last):
            for start, end, there in ((low, low + 1, self._beginning), (low + 1, high, self._following)):
                if stage not in there[group]:
                    continue
                if sets.some(self._possible[stage][start:end] & ~self._read[stage][start:end]):
                    self._look((stage,), among, first=start == low)
                for found in self._found[stage]:
                    for key in found.between(start, end):
                        if key not in seen:
                            seen.add(key)
                            yield stage, self._shelves[key >> SHELF].number << SHELF | key & _PLACE

    def count(self, group: Group, *, most: int) -> int:
        """How many documents may fit, at most about `most`."""
        total = 0
        low, high = self.groups[group]
        for start, end, there in ((low, low + 1, self._beginning), (low + 1, high, self._following)):
            stages = [stage for stage in self._anything if stage in there[group]]
            if total < most and stages:
                self._look(stages, self.groups, first=start == low, plenty=most)
                total += int(self._sizes()[start:end].sum())
        return total

    def _sizes(self) -> Places:
        """How many documents of each shelf meet anything, of what has been read."""
        read = [len(self._found[stage]) for stage in self._anything]
        if read != self._sized[0]:
            found = sets.join([sets.beside(self._found[stage], self._read[stage] | ~self._possible[stage])
                               for stage in self._anything])
            self._sized = read, found.sizes()
        return self._sized[1]

    def _stages_on(self, start: int, end: int) -> set[int]:
        """The stages that can be met somewhere on these shelves."""
        return {n for n, shelves in enumerate(self._possible) if sets.some(shelves[start:end])}

    def _part(self, element: Element) -> _Part:
        if element not in self._parts:
            rows = [self._directory.row[token] for token in element]
            counts, few = self._directory.counts[rows], self._directory.few[rows]
            if len(rows) == 1:
                self._parts[element] = _Part(element, counts[0], Wide(self._keys(rows[0]), {}, few[0]))
            else:
                known = np.logical_and.reduce(few)
                keys = sets.ascending([self._keys(row) for row in rows])
                self._parts[element] = _Part(element, np.minimum(counts.sum(0), sets.SIZE),
                                             Wide(keys if known.all() else keys[known[keys >> SHELF]], {}, known))
        return self._parts[element]

    def _keys(self, row: int) -> Places:
        return self._directory.keys[self._directory.starts[row] : self._directory.starts[row + 1]]

    def _way(self, way: tuple[Element, ...]) -> _Way | None:
        if way not in self._ways:
            self._ways[way] = self._made(way)
        return self._ways[way]

    def _made(self, way: tuple[Element, ...]) -> _Way | None:
        """What is at hand of a way, met; None where one of its elements is nowhere."""
        if not all(any(self._directory.sizes[self._directory.row[token]] for token in element) for element in way):
            return None
        parts = [self._part(element) for element in way]
        counts = np.array([part.counts for part in parts])
        least = counts.min(0)
        possible = least > 0
        if not sets.some(possible):
            return None
        parts = [parts[n] for n in counts.sum(1).argsort(kind="stable").tolist()]
        at_hand = parts[0].at_hand
        for part in parts[1:]:
            if sets.some(part.at_hand.known & possible):
                at_hand = sets.meet(at_hand, part.at_hand)
        sizes = at_hand.sizes()
        possible &= (sizes > 0) | ~at_hand.known
        if not sets.some(possible):
            return None
        return _Way(possible, at_hand, np.where(at_hand.known, sizes, least),
                    [part for part in parts if sets.some(possible & ~part.at_hand.known)])

    def _where(self, stage: list[list[_Way]]) -> Places:
        """The shelves on which every condition can be met."""
        found = np.ones(len(self._shelves), np.bool_)
        for ways in stage:
            here = np.zeros(len(self._shelves), np.bool_)
            for way in ways:
                here |= way.possible
            found &= here
        return found

    def _look(self, stages: Sequence[int], among: Collection[Group], *, first: bool, plenty: int = PLENTY) -> None:
        """Find what fits these stages: on the first shelves of all groups where that may be enough, else on all."""
        groups = [self.groups[group] for group in among]
        first = first and any(self._promises(stage, low, plenty) for stage in stages for low, _ in groups)
        asked = self._shelves_of(groups, first=first)
        due, expected = list[_Due](), 0.0
        for stage in stages:
            expected += self._due(stage, asked, due)
        if self._counted and expected > PLENTY:  # most likely nothing more is read than how many there are
            self._due_count(due)
        elif not first and max(stages) + 1 < self._last and expected <= PLENTY:
            self._due(max(stages) + 1, asked, due)  # most likely asked for next, and as well read with the others
        self._fetch([chosen for _, _, conditions in due for ways in conditions for _, some in ways for chosen in some])
        for stage, shelves, conditions in due:
            self._found[stage].append(self._fitting(conditions, shelves))

    def _due(self, stage: int, asked: Places, due: list[_Due]) -> float:
        """What has to be read of a stage on these shelves goes to what is due; about how many documents it leaves."""
        shelves = asked & self._possible[stage] & ~self._read[stage]
        if not sets.some(shelves):
            return 0.0
        self._read[stage] |= shelves
        conditions, left = self._choice(self._stages[stage], shelves)
        due.append((stage, shelves, conditions))
        return left

    def _due_count(self, due: list[_Due]) -> None:
        """The same for how many there are of every group."""
        most, self._counted = self._counted, 0
        groups = [*self.groups.values()]
        stages = [stage for stage in self._anything if sets.some(self._possible[stage])]
        first = any(self._promises(stage, low, most) for stage in stages for low, _ in groups)
        for stage in stages:
            self._due(stage, self._shelves_of(groups, first=first), due)

    def _shelves_of(self, groups: Collection[tuple[int, int]], *, first: bool) -> Places:
        found = np.zeros(len(self._shelves), np.bool_)
        for low, high in groups:
            found[low : low + 1 if first else high] = True
        return found

    def _promises(self, stage: int, shelf: int, plenty: int) -> bool:
        """Whether a shelf may be enough; else it is not worth a statement of its own."""
        return bool(self._possible[stage][shelf]) and all(
            sum(way.expected[shelf] for way in ways if way.possible[shelf]) >= plenty for ways in self._stages[stage])

    @staticmethod
    def _choice(stage: list[list[_Way]], shelves: Places) -> tuple[list[list[tuple[_Way, list[Chosen]]]], float]:
        """The conditions, the rarest first, with what is read of each way, as far as it leaves few documents; and how
        many it may leave."""
        weighed = sorted(((sum(int(way.expected[shelves].sum()) for way in ways), n) for n, ways in enumerate(stage)))
        left = np.full(len(shelves), float(sets.SIZE))
        most = left  # what is left for sure, however words go together
        found = []
        for _, n in weighed:
            ways, total = [], np.zeros(len(shelves))
            for way in stage[n]:
                here = shelves & way.possible & (most > ALONE)
                expected = np.where(way.at_hand.known, way.expected * (left / sets.SIZE), left)
                known, power, chosen, told = way.at_hand.known, 1.0, [], list[Chosen]()
                for part in way.others:
                    alike = np.zeros(len(shelves), np.bool_)
                    for other, there in told:
                        if tokens.linked(part.element, other.element):
                            alike |= there & (part.counts <= other.counts * ALIKE)
                    share = part.counts / sets.SIZE
                    telling = (expected > FEW / len(stage[n])) & (share ** max(power, 0.25) < TELLING) & ~alike
                    reading = here & ~part.at_hand.known & (telling | ~known)
                    told.append((part, reading | alike))
                    if sets.some(reading):
                        chosen.append((part, reading))
                        known = known | reading
                        expected = np.where(reading, expected * share ** power, expected)
                        power /= 2  # neighbours go together more often than by chance
                ways.append((way, chosen))
                total += np.where(way.possible, expected, 0)
            left = np.minimum(left, total)
            most = np.minimum(most, sum(np.where(way.possible, way.expected, 0) for way in stage[n]))
            found.append(ways)
        return found, float(left[shelves].sum())

    def _fetch(self, chosen: Sequence[Chosen]) -> None:
        """Read the larger sets of these elements."""
        wanted = {(token, shelf) for part, reading in chosen for token in part.element
                  for shelf in (reading & ~self._directory.few[self._directory.row[token]]).nonzero()[0].tolist()}
        if wanted := wanted - self._sets.keys():
            places = postings.places((token, self._shelves[shelf]) for token, shelf in wanted)
            self._sets |= {(token, shelf): places[pair] for token, shelf in wanted
                           if (pair := (token, self._shelves[shelf].number)) in places}

    def _fitting(self, conditions: list[list[tuple[_Way, list[Chosen]]]], shelves: Places) -> Wide:
        found: Wide | None = None
        for ways in conditions:
            found = sets.join([self._meeting(way, chosen, shelves, found) for way, chosen in ways])
        return Wide(sets.NOWHERE, {}, shelves) if found is None else found

    def _meeting(self, way: _Way, chosen: list[Chosen], shelves: Places, within: Wide | None) -> Wide:
        """What meets a way on these shelves, of what is left, as far as it was read."""
        found = way.at_hand.on(shelves & way.possible)
        if within is not None:
            found = sets.meet(within.on(way.possible), found)
        for part, reading in chosen:
            found = sets.meet(found, self._places(part, reading))
        return found if way.possible.all() else found._replace(known=found.known | ~way.possible)

    def _places(self, part: _Part, reading: Places) -> Wide:
        """The places of an element on these shelves."""
        by_shelf = {}
        for shelf in reading.nonzero()[0].tolist():
            several = [self._on(token, shelf) for token in part.element]
            by_shelf[shelf] = several[0] if len(several) == 1 else sets.either(several)
        return sets.wide(by_shelf, reading)

    def _on(self, token: int, shelf: int) -> Places:
        row = self._directory.row[token]
        if not self._directory.few[row, shelf]:
            return self._sets.get((token, shelf), sets.NOTHING)  # nothing where it has just gone
        keys = self._keys(row)
        start, end = keys.searchsorted(np.array([shelf << SHELF, shelf + 1 << SHELF], np.uint32)).tolist()
        return (keys[start:end] & _PLACE).astype(np.uint16)
