"""A query as it is looked for and compared: what must occur for each way of fitting, the best way first."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from linli.engines.search.rules import finding, sounds, tokens
from linli.engines.search.rules.finding import Tier
from linli.engines.search.rules.tokens import Element, Tag
from linli.kernel.geometry import Point

Conditions = tuple[tuple[tuple[Element, ...], ...], ...]
"""All of these; of each one way; of the way every element."""


class Stage(NamedTuple):
    """Conditions of all documents that fit as well as this, or better and were met before."""

    tier: Tier
    conditions: Conditions


Way = tuple[sounds.Segments, tuple[Element, ...]]
"""How letters are cut, and what every title has that is said so."""


@dataclass(frozen=True)
class Asked:
    """`query` and `terms` are plain (`tokens.plain`), `wanted` is what is marked; `heard` by place of the term what may
    be pinyin, `whole` all of it where all of it may be. `stages` are what may be found, the best first; `anything` is
    the conditions of which everything found meets one."""

    query: str
    terms: list[str]
    wanted: list[str]
    heard: dict[int, sounds.Asked]
    whole: sounds.Asked | None
    stages: tuple[Stage, ...]
    anything: tuple[Conditions, ...]

    def fits(self, title: str, body: str, said: str) -> tuple[Tier, tuple[int, int] | None] | None:
        """How well a document fits, and which units of its title are heard; None where it does not."""
        written = finding.tier(title, body, query=self.query, wanted=self.terms)
        if written is Tier.WHOLE or not self.heard or not said:
            return (written, None) if written is not None else None
        heard, span = self._hears(title, said)
        if heard is not None and (written is None or heard > written):
            return heard, span
        return (written, None) if written is not None else None

    def _hears(self, title: str, said: str) -> tuple[Tier | None, tuple[int, int] | None]:
        if self.whole and (hit := sounds.heard(self.whole.letters, said)):
            if hit[0]:
                return Tier.HEARD, hit
            return Tier.HEARD_WHOLE if hit[1] == said.count(" ") + 1 else Tier.HEARD_BEGINS, hit
        if self.whole and len(self.terms) == 1:
            return None, None  # then it has just been looked for
        span = None
        for n, term in enumerate(self.terms):
            hit = sounds.heard(self.heard[n].letters, said) if n in self.heard else None
            if hit is None and not tokens.occurs(term, title):
                return None, None
            span = span or hit
        return Tier.HEARD, span


def read(q: str, *, region: str | None = None, near: Point | None = None) -> Asked:
    """What somebody typed; `region` as `prefix` gives it. Never fails."""
    terms = finding.terms(q)
    query = tokens.plain(finding.key(q))
    heard = {n: asked for n, term in enumerate(terms) if (asked := sounds.asked(term.replace(" ", "")))}
    whole = sounds.asked("".join(heard[n].letters for n in heard)) if terms and len(heard) == len(terms) else None
    ways = {n: [(way, tokens.said(way)) for way in one.ways] for n, one in heard.items()} if len(terms) > 1 else {}
    said = [(way, tokens.said(way)) for way in whole.ways] if whole else []
    anything = _anything(terms, ways, said)
    place = (((tokens.region(region),),),) if region else ()
    close: list[Conditions] = [(((tokens.near(near, size),),),) for size in tokens.CELLS] if near is not None else []
    stages = [Stage(stage.tier, (*stage.conditions, *narrow, *place))
              for stage in (_stages(query, terms, anything, said) if terms else ())
              for narrow in (*close, ())]
    return Asked(query, terms, finding.words(q), heard, whole, tuple(stages),
                 tuple((*conditions, *place) for conditions in anything) if terms else ())


def _stages(query: str, terms: Sequence[str], anything: list[Conditions], said: list[Way]) -> list[Stage]:
    titles: Conditions = tuple((tokens.written(term, Tag.TITLE),) for term in terms)
    first = (tokens.begins(query), *tokens.written(query, Tag.TITLE))
    stages = [Stage(Tier.WHOLE, (((tokens.length(query), *first),),)), Stage(Tier.BEGINS, ((first,),)),
              Stage(Tier.TITLE, titles)]
    if said:
        stages += [
            Stage(Tier.HEARD_WHOLE, (tuple((*tokens.said_begins(way), tokens.units(len(way)), *elements)
                                           for way, elements in said),)),
            Stage(Tier.HEARD_BEGINS, (tuple((*tokens.said_begins(way), *elements) for way, elements in said),))]
    stages += [Stage(Tier.HEARD, conditions) for conditions in anything[1:]]
    stages.append(Stage(Tier.NONE, anything[0]))
    return sorted(stages, key=lambda stage: -stage.tier)


def _anything(terms: Sequence[str], ways: dict[int, list[Way]], said: list[Way]) -> list[Conditions]:
    found: list[Conditions] = [
        tuple((tokens.written(term, Tag.TITLE), tokens.written(term, Tag.BODY)) for term in terms)]
    if said:
        found.append((tuple(elements for _, elements in said),))
    if ways:
        found.append(tuple((tokens.written(term, Tag.TITLE), *(elements for _, elements in ways.get(n, ())))
                           for n, term in enumerate(terms)))
    return found
