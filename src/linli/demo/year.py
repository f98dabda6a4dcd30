"""The large demo city: a year of it, from the first registrations to this moment, by the real actions in the order of
time, with what the clock does each week."""
import gc
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.demo import city, crowd, ground, households, life, listings, personas, society, weekly
from linli.demo import places as furniture
from linli.demo.crowd import Resident
from linli.demo.ground import Provider, Village
from linli.demo.invented import Inventor
from linli.demo.life import DAY, MINUTE, Life
from linli.demo.recipe import CITY, Recipe
from linli.demo.trades import Offer
from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.work.orders import actions as orders

WEEK = timedelta(days=7)
BEFORE = timedelta(days=45)  # in which the first ones register, before anybody asks for anything
LEAST, AHEAD = timedelta(days=4), timedelta(days=8)  # so far a service has times when somebody books
AT_ONCE = 400  # things that happen in one transaction
SEASONS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "data" / "seasons.toml").read_text())
HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 11, 7, 4, 4, 8, 9, 8, 6, 5, 6, 5, 3, 1, 0)
WEEKDAYS = (1.2, 1.1, 1.05, 1, 1, .7, .65)
FESTIVAL = (date(2026, 2, 15), date(2026, 2, 23))
ENDS = (("rated", .64), ("confirmed", .09), ("served", .07), ("cancelled", .07), ("declined", .05), ("no_show", .03),
        ("lapsed", .03), ("unanswered", .02))


@dataclass
class Year(Life):
    """Life with seasons: whom people ask depends on what they need at their age in that month, and on who is near."""

    offers: dict[tuple[str, str], list[tuple[Provider, UUID, Offer]]] = field(default_factory=dict)
    published: dict[UUID, date] = field(default_factory=dict)
    waiting: dict[UUID, list[Resident]] = field(default_factory=dict)
    served: dict[UUID, Provider] = field(default_factory=dict)
    owed: set[UUID] = field(default_factory=set)
    _wanted: dict[tuple[int, int], tuple[list[str], list[float]]] = field(default_factory=dict)

    def opened(self, provider: Provider, at: datetime) -> None:
        """A provider is there to be asked."""
        self.providers.append(provider)
        for service, offer in provider.services:
            self.served[service] = provider
            self.offers.setdefault((provider.district, offer.category), []).append((provider, service, offer))

    def known(self, provider: Provider) -> None:
        """A provider that everybody near knows; what it gives round the clock is left for visitors of the demo."""
        for service, offer in provider.services[:-1]:
            self.served[service] = provider
            self.offers.setdefault((provider.district, offer.category), []).insert(0, (provider, service, offer))

    def choose(self, who: Resident, at: datetime) -> tuple[Provider, UUID, Offer] | None:
        random = self.inventor.random
        keys, weights = self._wants(who.age, timezone.localtime(at).month)
        for category in random.choices(keys, weights, k=5) if keys else ():
            near = self.offers.get((who.home.district, category), ())
            if near:
                found = near[int(len(near) * random.random() ** 3)]  # who came first is far better known
                if found[0].staff and life.fits(found[0], found[2], who):
                    return found
        return None

    def _wants(self, age: int, month: int) -> tuple[list[str], list[float]]:
        if (age, month) not in self._wanted:
            found = {key: one["weight"] * one["months"][month - 1] for key, one in SEASONS.items()
                     if one["ages"][0] <= age <= one["ages"][1]}
            self._wanted[age, month] = list(found), list(found.values())
        return self._wanted[age, month]

    def open_times(self, service: UUID, at: datetime) -> None:
        if self.published.get(service, date.min) < timezone.localdate(at + LEAST):
            until = timezone.localdate(at + AHEAD)
            directory.publish_slots(service, until=until, by=SYSTEM, at=at)
            self.published[service] = until

    def nothing_free(self, who: Resident, service: UUID, at: datetime) -> None:
        """Who finds no time waits for one."""
        first = timezone.localdate(at) + 10 * DAY
        orders.join(service, from_on=first, until_on=first + 14 * DAY, person=who.ref, by=who.actor, at=at)
        self.waiting.setdefault(service, []).append(who)
        self.counts["waiting"] += 1

    def visited(self, provider: Provider, who: Resident, order: UUID, slot: services.SlotCard) -> None:
        if self.inventor.random.random() < .015:
            weekly.disputed(self, provider, who, order, slot)

    def moment(self, start: datetime, until: datetime) -> datetime:
        """When somebody asks: more on workdays and in the morning, few at the New Year, more as the city grows."""
        random = self.inventor.random
        while True:
            day = timezone.localtime(start + (until - start) * random.random() ** .85)
            quiet = .25 if FESTIVAL[0] <= day.date() < FESTIVAL[1] else 1
            if random.random() * 1.2 < WEEKDAYS[day.weekday()] * quiet:
                return day.replace(hour=random.choices(range(24), HOURS)[0], minute=random.randint(0, 59))


def build(recipe: Recipe = CITY, *, at: datetime, say: Callable[[str], None]) -> None:
    """Build the city as it stands at that moment. Interrupted, it leaves a part of one, which is thrown away."""
    gc.disable()
    try:
        _build(recipe, at=at, say=say)
    finally:
        gc.unfreeze()
        gc.enable()


def _build(recipe: Recipe, *, at: datetime, say: Callable[[str], None]) -> None:
    begun, inventor, start = time.monotonic(), Inventor(city.SEED), at - recipe.days * DAY

    def tell(text: str) -> None:
        say(f"  {time.monotonic() - begun:4.0f} s  {text}")

    tell("divisions, facilities, what a public list knows ...")
    villages = _ground(inventor, recipe, at=start - BEFORE)
    home = next(v for v in villages if v.town == "琥珀街道")
    year = Year(inventor, at, [], [], ends=ENDS)
    _sow(year, recipe, villages, start=start)
    six_weeks = at - life.WEEKS
    _live(year, start - BEFORE, six_weeks - 5 * DAY, tell)
    told, own = _own(year, villages, home, at=six_weeks - 5 * DAY, now=at)
    _live(year, six_weeks - 5 * DAY, at, tell)
    tell("times of the days ahead ...")
    for batch in _batches([service for one in year.providers for service, _ in one.services], 250):
        _publish(batch, at=at)
    _now(year, own, villages, at=at)
    tell("roles, notices, search, the open log ...")
    _read_all()
    weekly.clock(at=at)
    personas.issue(told, at=at)
    _read_all()
    tell(", ".join(f"{name} {number}" for name, number in sorted(year.counts.items())))


@action
def _ground(inventor: Inventor, recipe: Recipe, *, at: datetime) -> list[Village]:
    villages = ground.lay_all(inventor, every=recipe.street, at=at)
    home = next(v for v in villages if v.town == "琥珀街道")
    furniture.furnish(villages, home, at=at)
    society.known(inventor, villages, recipe.listed, at=at + DAY)
    return villages


def _sow(year: Year, recipe: Recipe, villages: list[Village], *, start: datetime) -> None:
    """Nearly half of the organisations and people are there when the year begins; the others come later."""
    random = year.inventor.random

    def when() -> datetime:
        if random.random() < .45:
            return start - BEFORE + (BEFORE - 14 * DAY) * random.random()
        return start + (year.now - 10 * DAY - start) * random.random()

    society.Society(year, villages, year.opened).sow(providers=recipe.providers, others=recipe.others, when=when)
    for _ in range(round(recipe.residents / 2.06)):  # so many to a household
        year.at(when(), _moves_in(year, villages))
    for _ in range(recipe.needs):
        year.at(year.moment(start, year.now), _asks(year))
    for _ in range(12):
        year.at(year.now - random.randint(4, 110) * MINUTE, _asks(year))


def _moves_in(year: Year, villages: list[Village]) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        year.residents += households.household(year.inventor, year.inventor.random.choice(villages), at=at)

    return happen


def _asks(year: Year) -> Callable[[datetime], None]:
    """Somebody who lives there by then asks for help."""
    def happen(at: datetime) -> None:
        if year.residents:
            life.need(year, year.inventor.random.choice(year.residents))(at)

    return happen


def _live(year: Year, start: datetime, until: datetime, tell: Callable[[str], None]) -> None:
    """Let it all happen, week by week; told month by month."""
    moment, month = start, 0
    while moment < until:
        moment = min(moment + WEEK, until)
        while _some(year, moment):
            pass
        weekly.clock(at=moment)
        weekly.rectify(year, year.owed, at=moment)
        weekly.turns(year, year.waiting, year.served, at=moment)
        if timezone.localtime(moment).month != month:
            month = timezone.localtime(moment).month
            tell(f"{moment:%Y-%m}: {len(year.residents)} residents, {len(year.providers)} providers, "
                 f"{year.counts['orders']} orders")
            gc.collect()
            gc.freeze()  # what is left lives as long as the city: it is not looked through again


@action
def _some(year: Year, until: datetime) -> int:
    return year.run(until=until, most=AT_ONCE)


@action
def _own(year: Year, villages: list[Village], home: Village, *, at: datetime,
         now: datetime) -> tuple[dict[str, dict[str, UUID]], dict[str, Any]]:
    told, own = city.known_people(year.inventor, year.providers, home, at=at, now=now)
    listings.lay(year.providers, own["provider"], at=at + DAY)
    crowd.staff(year.inventor, own["provider"], city.STAFF, at=at + DAY, now=now)
    year.known(own["provider"])
    return told, own


@action
def _now(year: Year, own: dict[str, Any], villages: list[Village], *, at: datetime) -> None:
    providers = [one for one in year.providers if one is not own["provider"]]
    city.going_on(year.inventor, own, villages, [*providers, own["provider"]], year.residents, at=at)


@action
def _publish(batch: list[UUID], *, at: datetime) -> None:
    for service in batch:
        directory.publish_slots(service, by=SYSTEM, at=at)


def _batches(found: list[UUID], size: int) -> list[list[UUID]]:
    return [found[n:n + size] for n in range(0, len(found), size)]


def _read_all() -> None:
    while journal.sequence(most=50_000):
        pass
    journal.run(most=4000)
