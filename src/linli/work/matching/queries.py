from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from linli.engines.rulebook import queries as rulebook
from linli.engines.rulebook.queries import Rule
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.geometry import Point
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard
from linli.registers.people import queries as people
from linli.registers.people.queries import Purpose
from linli.registers.people.registry import Decision
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.ui import written
from linli.work.matching.rules import bars, ranking
from linli.work.matching.rules.values import (
    Bar,
    Candidate,
    NeedFacts,
    Order,
    Ranked,
    Reason,
    Refused,
    Signal,
    Slot,
    Weights,
    Window,
)
from linli.work.needs import queries as needs
from linli.work.needs.queries import NeedCard
from linli.work.orders import queries as orders
from linli.work.quality import queries as quality

MOST_CONSIDERED = 200
MOST_SHOWN = 20
PAPERS = "passport.required"


@dataclass(frozen=True)
class Widened:
    """Looking past what the need asks, without changing the need."""

    any_mode: bool = False
    any_time: bool = False
    category: str = ""

    def __bool__(self) -> bool:
        return self.any_mode or self.any_time or bool(self.category)


@dataclass(frozen=True)
class Match:
    """A service that fits. `behind` are its reasons with what puts it behind the first turned round."""

    service: ServiceCard
    score: float
    reasons: tuple[Reason, ...]
    slot: Slot
    pays_fen: int | None
    metres: float | None
    mean: float | None
    rated: int
    who: tuple[str, ...]
    """Of those who could go, the first three by the names on their passports."""
    behind: tuple[Reason, ...]


@dataclass(frozen=True)
class Unfit:
    service: ServiceCard
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Unfits:
    """`counts` by hard condition, each service once, under the first it fails; `alone` those that fail nothing else."""

    counts: Mapping[str, int]
    examples: tuple[Unfit, ...]
    total: int
    alone: Mapping[str, int]
    neighbours: Mapping[str, int]
    """Services that fit but for their category, by that category."""


@dataclass(frozen=True)
class Matches:
    need: NeedCard
    matches: tuple[Match, ...]
    """At most 20, best first."""
    fitting: int
    """How many services fit in all."""
    providers: int
    """By how many providers."""
    soonest: datetime | None
    refused: Unfits
    facts: NeedFacts
    located: bool
    """Whether there was a point to measure distances from."""


def matches(
    need: UUID, *, by: Actor, at: datetime, order: Order = Order.RANKED, widened: Widened = Widened()
) -> Matches:
    """The services that fit a need, best first, and why the others do not. Refuses: NotFound (absent or hidden).

    The nearest 200 of the need's category and its siblings are considered. `widened` looks past what was asked.
    """
    card = needs.need(need, by=by)
    on = timezone.localdate(at)
    weights = Weights.of(rulebook.rule("matching.weights", on=on, region=card.region).params)
    facts = _asked(card, widened, at=at)
    middle, here = places.middle_of(card.place)
    point = card.point or middle
    services = directory.candidates(  # the nearest of the category and its siblings
        directory.within(directory.category(facts.category).parent), near=None if facts.mode == "remote" else point,
        region=card.region, limit=MOST_CONSIDERED,
    )
    facts = _whom(facts, card, services, here, on=on)
    said = people.allowed_beside(card.said)
    if Purpose.SUBSIDIES in said and any(s.eligibility.groups or s.subsidy_for.groups for s in services):
        facts = replace(facts, groups=people.groups_told(card.person, on=on))
    papers = frozenset({card.requires["credential"]} if card.requires.get("credential") else ())
    found = [ranking.judge(facts, one, weights) for one in _candidates(
        facts, card.person, services, point, credentials=papers, village=card.point is None,
        personal=Purpose.RANKING in said)]
    fit = ranking.place((one for one in found if isinstance(one, Ranked)), order=order)
    unfit = [one for one in found if isinstance(one, Refused)]
    cards = {service.ref: service for service in services}
    shown = tuple(_match(one, fit[0], cards, weights) for one in fit[:MOST_SHOWN])
    soonest = min((one.candidate.slot.from_ for one in fit if one.candidate.slot), default=None)
    return Matches(
        card, shown, len(fit), len({one.candidate.provider for one in fit}), soonest, _unfits(unfit, cards), facts,
        card.point is not None,
    )


def weights_in_force(*, at: datetime, region: str | None = None) -> tuple[Rule, Weights]:
    """The rule by which is ranked, and its weights."""
    rule = rulebook.rule("matching.weights", on=timezone.localdate(at), region=region)
    return rule, Weights.of(rule.params)


# What is judged


def _asked(card: NeedCard, widened: Widened, *, at: datetime) -> NeedFacts:
    """What the need asks, as the rules see it; what was widened is left out."""
    mode = None if widened.any_mode else card.mode or None
    windows = () if widened.any_time else tuple(Window(w.from_, w.until) for w in card.windows if w.until > at)
    category = directory.category(widened.category or card.category)
    language, gender = card.requires.get("language"), card.requires.get("gender")
    return NeedFacts(
        category=category.key, category_name=category.name, at=at, mode=mode,
        mode_name=directory.MODES[mode] if mode else None, region=card.region, language=language,
        language_name=directory.LANGUAGES.get(language) if language else None, gender=gender,
        gender_name=_GENDERS.get(gender) if gender else None,
        accessibility=frozenset(card.requires.get("accessibility", ())), windows=windows,
    )


_GENDERS: dict[str, Text] = {"female": N_("a woman"), "male": N_("a man")}


def _whom(
    facts: NeedFacts, card: NeedCard, services: Sequence[ServiceCard], name: str, *, on: date
) -> NeedFacts:
    """What matters of the person and the place, asked only where a service makes it matter."""
    by_age = any(s.eligibility.min_age is not None or s.eligibility.max_age is not None
                 or s.subsidy_for.min_age is not None for s in services)
    age = card.known.age(card.person, on=on) if by_age else None
    gender = card.known.gender(card.person) if any(s.eligibility.gender for s in services) else None
    region = facts.region or ""
    if not name and any(s.area and not s.serves(region) for s in services):
        name = places.named([region]).get(region, region)
    return replace(facts, age=age, person_gender=gender, region_name=name)


def _candidates(
    facts: NeedFacts, person: UUID, services: Sequence[ServiceCard], point: Point | None, *,
    credentials: frozenset[str], village: bool, personal: bool = True,
) -> Iterable[Candidate]:
    """Each service with everything that is known about it, gathered in sets; of earlier visits only if `personal`."""
    at, on, refs = facts.at, timezone.localdate(facts.at), [service.ref for service in services]
    since = at - rulebook.rule("matching.recent_days", on=on, region=facts.region).span
    served, recent, elsewhere = orders.dealings(person, refs, {service.provider for service in services}, since=since,
                                                between=(at, _until(facts, at=at)), at=at)
    takes = orders.attendance(facts.region or "", at=at).takes(facts.category, facts.mode or "on_site")
    slots = _slots(refs, facts, elsewhere if takes else [], at=at)
    full = _full([s.ref for s in services if s.category == facts.category and s.ref not in slots], facts, at=at)
    ready = _ready(services, slots, facts, credentials)
    scores = quality.scores(refs, on=on, region=facts.region)
    for service in services:
        score, could = scores[service.ref], ready.get(service.ref)
        slot = slots.get(service.ref)
        group_names = tuple(directory.GROUPS[key] for key in service.eligibility.groups)
        yield Candidate(
            service=service.ref, provider=service.provider, category=service.category,
            category_name=directory.category(service.category).name, modes=frozenset(service.modes),
            region=service.region, area=frozenset(service.area), languages=frozenset(service.languages),
            accessibility=frozenset(service.accessibility), accessibility_names=directory.ACCESSIBILITY,
            min_age=service.eligibility.min_age, max_age=service.eligibility.max_age,
            groups=frozenset(service.eligibility.groups), group_names=group_names,
            for_gender=service.eligibility.gender, for_gender_name=directory.GENDERS[service.eligibility.gender],
            green=could.green if could else 1, lapsed=_lapsed(could) if could and not could.green else None,
            genders=frozenset(one.gender for one in could.fit if one.gender) or None if could else None,
            who=tuple(one.name for one in could.fit[:3]) if could else (),
            slot=Slot(slot.ref, slot.from_, slot.until, slot.free) if slot else None, full=service.ref in full,
            metres=service.metres_from(point), village_point=village, price_fen=service.price_fen,
            subsidy_fen=service.price_fen - service.price_for(age=facts.age, groups=facts.groups), mean=score.mean,
            rated=score.count, shrunk=score.shrunk, served=served.get(service.ref, 0) if personal else 0,
            recent=recent.get(service.provider, 0),
        )


def _slots(refs: Collection[UUID], facts: NeedFacts, elsewhere: Sequence[orders.Presence], *,
           at: datetime) -> dict[UUID, directory.SlotCard]:
    """The first free slot of each within the windows, or within the days that matching looks ahead; none at which the
    person has to be elsewhere for another order."""
    return directory.first_free(refs, at, _until(facts, at=at), facts.windows, besides=elsewhere, at=at)


def _full(refs: Collection[UUID], facts: NeedFacts, *, at: datetime) -> set[UUID]:
    """Of services without a free slot, those that do have times then, all of them taken."""
    return directory.taken(refs, at, _until(facts, at=at), facts.windows)


def _until(facts: NeedFacts, *, at: datetime) -> datetime:
    ahead = rulebook.rule("matching.ahead_days", on=timezone.localdate(at), region=facts.region).span
    return max((window.until for window in facts.windows), default=at + ahead)


def _ready(
    services: Sequence[ServiceCard], slots: Mapping[UUID, directory.SlotCard], facts: NeedFacts, asked: frozenset[str]
) -> dict[UUID, practitioners.ReadyCard]:
    """Who could go on the day of each slot, of those that offer what is asked for; without a slot, on the first day."""
    first = max([facts.at, *(window.from_ for window in facts.windows[:1])])
    wanted = {
        service.ref: (service.provider, timezone.localdate(slots[service.ref].from_ if service.ref in slots else first))
        for service in services if service.category == facts.category
    }
    found = practitioners.ready_by_day(
        list(wanted.values()), credentials=directory.category(facts.category).credentials | asked)
    return {service: found[pair] for service, pair in wanted.items()}


def _lapsed(ready: practitioners.ReadyCard) -> Reason | None:
    if ready.reason is None:
        return None
    return Reason(Bar.CREDENTIAL, N_("Nobody can go on that day: {why}"), 0, {"why": ready.reason}, False,
                  PAPERS)


# What comes out


def _match(one: Ranked, first: Ranked, cards: Mapping[UUID, ServiceCard], weights: Weights) -> Match:
    c = one.candidate
    assert c.slot is not None  # who has none was refused
    return Match(
        cards[c.service], round(one.score, 4), one.reasons, c.slot, c.pays_fen, c.metres, c.mean, c.rated, c.who,
        ranking.compared(one, first, weights),
    )


def _unfits(refused: Sequence[Refused], cards: Mapping[UUID, ServiceCard]) -> Unfits:
    alone: dict[str, int] = {}
    neighbours: dict[str, int] = {}
    for one in refused:
        if len(one.reasons) == 1:
            code = one.reasons[0].code
            alone[code] = alone.get(code, 0) + 1
            if code == Bar.CATEGORY:
                key = one.candidate.category
                neighbours[key] = neighbours.get(key, 0) + 1
    near = sorted(refused, key=lambda one: (one.reasons[0].code == Bar.CATEGORY, len(one.reasons), one.candidate.metres
                                            if one.candidate.metres is not None else 1e9, one.candidate.service.hex))
    examples = tuple(Unfit(cards[one.candidate.service], one.reasons) for one in near[:MOST_SHOWN])
    return Unfits(bars.counted(refused), examples, len(refused), alone, neighbours)


# In words


def sentence(reason: Reason, *, at: datetime) -> str:
    """A reason in the reader's language, its figures as a reader writes them."""
    words = {name: _worded(name, value, at) for name, value in reason.values.items()}
    return speak(reason.text, **words)


def _worded(name: str, value: Any, at: datetime) -> Any:
    if isinstance(value, datetime):
        return soon(value, at=at)
    if name in {"price", "subsidy", "more"} and isinstance(value, int):
        return written.money(value, short=True)
    return written.distance(value) if name == "distance" else value


def soon(when: datetime, *, at: datetime) -> str:
    """How one says when: today 14:00, tomorrow 09:00, Wed 14:00 within a week, then with its date."""
    return gettext("{day} {clock}").format(day=near_day(when, at=at), clock=written.clock(when))


def soon_part(when: datetime, *, at: datetime) -> str:
    """The day and its part: this morning, tomorrow in the afternoon."""
    hour = written.local(when).hour
    part = 0 if hour < 12 else 1 if hour < 18 else 2
    if timezone.localdate(when) == timezone.localdate(at):
        return speak((N_("this morning"), N_("this afternoon"), N_("this evening"))[part])
    text = (N_("{day} in the morning"), N_("{day} in the afternoon"), N_("{day} in the evening"))[part]
    return speak(text, day=near_day(when, at=at))


def near_day(when: datetime, *, at: datetime) -> str:
    """Today, tomorrow, the day after tomorrow, the weekday within a week, then the date."""
    day = timezone.localdate(when)
    away = (day - timezone.localdate(at)).days
    if 0 <= away < 3:
        return speak((N_("today"), N_("tomorrow"), N_("the day after tomorrow"))[away])
    if 0 <= away < 7:
        return speak(_WEEKDAYS[day.weekday()])
    return written.day(day)


_WEEKDAYS: tuple[Text, ...] = (
    N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"),
)


_COUNTS: dict[Signal, Text] = {
    Signal.DISTANCE: N_("Distance"), Signal.SLOT: N_("First free time"), Signal.PRICE: N_("What you pay"),
    Signal.RATING: N_("Rating"), Signal.CONTINUITY: N_("Somebody you know"),
    Signal.FAIR_SHARE: N_("A fair share of work"),
}


def decided_of(person: UUID) -> list[Decision]:
    """That the services for somebody's open needs are ranked anew at every look, by which weights, and with what of
    theirs: nothing of it is kept."""
    personal = Purpose.RANKING in people.allowed(person)
    made = []
    for ref, number, region, posted in needs.open_of(person):
        rule, weights = weights_in_force(at=posted, region=region)
        shares = (f"{speak(_COUNTS[signal])} {weights.share(signal):.0%}" for signal in Signal)
        made.append(Decision(
            ref, N_("Ranking of who can help"), number, posted,
            (gettext("What counts: {shares}").format(shares=", ".join(shares)),
             gettext("Who visited you before counts, because you have not refused it.") if personal else
             gettext("Who visited you before does not count, because you refused it.")), rule.id,
            f"/needs/{ref}/matches/",
        ))
    return made
