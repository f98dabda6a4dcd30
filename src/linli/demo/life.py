"""Six weeks of the demo city: needs, bookings, visits, ratings, in the order of time, by the real actions."""
import heapq
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from linli.demo.crowd import Resident
from linli.demo.ground import CITY, Provider, role
from linli.demo.invented import Inventor
from linli.demo.trades import Offer
from linli.engines.rulebook import actions as duties
from linli.kernel.action import attempt
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refusals import Refusal
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.work.needs import actions as needs
from linli.work.needs.queries import Window
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits
from linli.work.quality import actions as quality
from linli.work.quality import queries as rectified

WEEKS = timedelta(days=42)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORDS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "data" / "needs.toml").read_text())
ENDS = (("rated", .70), ("confirmed", .06), ("served", .05), ("cancelled", .07), ("declined", .05), ("no_show", .04),
        ("lapsed", .03))
OPEN = "安康居家养老服务中心"  # the provider whom a visitor can be: it answers nothing by itself
GRADES = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)


@dataclass
class Life:
    """What is about to happen, soonest first; nothing that lies after `now` happens."""

    inventor: Inventor
    now: datetime
    providers: list[Provider]
    residents: list[Resident]
    busy: list[tuple[Provider, UUID, Offer]] = field(default_factory=list)
    ends: tuple[tuple[str, float], ...] = ENDS
    counts: Counter[str] = field(default_factory=Counter)
    _next: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _serial: int = 0

    def at(self, moment: datetime, do: Callable[[datetime], None]) -> None:
        """Have something happen, if it lies in the past."""
        if moment <= self.now:
            self._serial += 1
            heapq.heappush(self._next, (moment, self._serial, do))

    def choose(self, who: Resident, at: datetime) -> tuple[Provider, UUID, Offer] | None:
        """What somebody asks for, and whom they will ask; None where nobody near gives anything that is for them."""
        fitting = [one for one in self.busy if fits(one[0], one[2], who)]
        return self.inventor.random.choice(fitting) if fitting else None

    def words(self, category: str) -> str:
        """What somebody says who needs this."""
        return self.inventor.random.choice(WORDS[category])

    def open_times(self, service: UUID, at: datetime) -> None:
        """See that the days on which one books now have their times; here they have."""

    def nothing_free(self, who: Resident, service: UUID, at: datetime) -> None:
        """Somebody found no time."""
        self.counts["nothing free"] += 1

    def visited(self, provider: Provider, who: Resident, order: UUID, slot: services.SlotCard) -> None:
        """What else may come of a visit."""

    def run(self, *, until: datetime | None = None, most: int = 1_000_000) -> int:
        """Let it happen, all of it or until a moment; how many things did. A refusal is part of life: it undoes that
        one step, and is counted."""
        done = 0
        while self._next and done < most and (until is None or self._next[0][0] <= until):
            moment, _, do = heapq.heappop(self._next)
            done += 1
            try:
                with attempt():
                    do(moment)
            except Refusal as why:
                self.counts[f"refused: {why.rule or type(why).__name__}"] += 1
        return done


def publish(life: Life, *, start: datetime) -> None:
    """Times of the busy services for the whole past, and of all services ahead."""
    for begin in (start, start + timedelta(days=21)):
        for _, service, _ in life.busy:
            until = timezone.localdate(min(begin + timedelta(days=21), life.now))
            directory.publish_slots(service, until=until, by=SYSTEM, at=begin)
    for provider in life.providers:
        for service, _ in provider.services:
            directory.publish_slots(service, by=SYSTEM, at=life.now)


def live(life: Life, *, start: datetime, count: int) -> None:
    """Sow the needs of six weeks among the residents, then let the city live."""
    random = life.inventor.random
    life.busy = [(provider, service, offer) for provider in life.providers for service, offer in provider.services
                 if random.random() < .11 and offer.minutes < 480 and provider.staff]
    publish(life, start=start)
    for _ in range(count):
        day = start + (life.now - start) * random.random()
        posted = timezone.localtime(day).replace(hour=random.randint(7, 21), minute=random.randint(0, 59))
        life.at(posted, need(life, random.choice(life.residents)))
    for _ in range(18):
        _recent(life)
    life.run()


def need(life: Life, who: Resident) -> Callable[[datetime], None]:
    """Somebody asks for help; most choose a provider soon after, some wait."""
    def happen(at: datetime) -> None:
        random = life.inventor.random
        chosen = life.choose(who, at)
        if chosen is None:
            return
        provider, service, offer = chosen
        day = timezone.localtime(at + timedelta(days=random.randint(1, 4)))
        window = Window(*(datetime.combine(day.date(), time(hour), day.tzinfo) for hour in (8, 19)))
        through = role("hotline_agent", f"region:{CITY}") if random.random() < .12 else who.actor
        asked = needs.post(text=life.words(offer.category), person=who.ref, region=who.home.code,
                           point=who.home.point if "home" in offer.modes else None, category=offer.category,
                           windows=[window], mode=offer.modes[0], by=through, at=at)
        life.counts["needs"] += 1
        if random.random() < .94:
            life.at(at + random.randint(2, 180) * MINUTE, _book(life, who, provider, service, offer, asked))

    return happen


def fits(provider: Provider, offer: Offer, who: Resident) -> bool:
    near = provider.district[:6] == who.home.district[:6]
    return near and (offer.min_age or 0) <= who.age <= (offer.max_age or 200)


def _book(life: Life, who: Resident, provider: Provider, service: UUID, offer: Offer,
          need: UUID) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        random = life.inventor.random
        life.open_times(service, at)
        times = services.slots(service, at + timedelta(hours=5), at + timedelta(days=11))
        found = next((one for one in times if one.from_ < at + timedelta(days=8) and one.bookable(at)), None)
        if found is None:
            life.nothing_free(who, service, at)
            return
        slot = random.choice([one for one in times if one.free and found.from_ <= one.from_ < found.from_ + 3 * DAY])
        dice = random.random()
        end = next((name for name, share in life.ends if (dice := dice - share) < 0), "rated")
        if end == "lapsed":
            order = orders.hold(service, slot=slot.ref, need=need, by=who.actor, at=at)
            life.at(at + timedelta(minutes=30), lambda moment: _lapse(order, moment))
            return
        order = orders.book(service, slot=slot.ref, need=need, by=who.actor, at=at)
        life.counts["orders"] += 1
        place = who.home.point if offer.modes[0] == "home" else provider.point
        answered(life, provider, who, order, slot, end, place, at)

    return happen


def _lapse(order: UUID, at: datetime) -> None:
    orders.lapse(order, by=SYSTEM, at=at)


def answered(life: Life, provider: Provider, who: Resident, order: UUID, slot: services.SlotCard, end: str,
              place: Point, at: datetime) -> None:
    """What the provider and, after the visit, the resident do."""
    random = life.inventor.random
    answer = min(at + random.randint(3, 240) * MINUTE, slot.from_ - timedelta(hours=1))
    if end == "declined":
        why = random.choice(("no_staff", "too_far", "credential"))
        life.at(answer, lambda moment: orders.decline(order, reason=why, by=provider.admin, at=moment))
        return
    if end == "unanswered":
        return
    carers = random.sample(provider.staff, len(provider.staff))
    life.at(answer, lambda moment: _accept(life, provider, carers, order, moment))
    if end == "cancelled":
        reason = random.choice(("not_needed", "other_time", "ill"))
        life.at(max(answer + MINUTE, slot.from_ - random.randint(2, 20) * timedelta(hours=1)),
                lambda moment: _cancel(order, reason, who, moment))
        return
    if end == "no_show":
        life.at(slot.from_ + 40 * MINUTE, lambda moment: orders.no_show(order, by=provider.admin, at=moment))
        return
    _visit(life, provider, order, slot, place)
    life.visited(provider, who, order, slot)
    if end == "confirmed" or end == "rated" and random.random() < .4:  # a rating alone confirms as well
        life.at(slot.until + random.randint(20, 600) * MINUTE,
                lambda moment: orders.confirm(order, by=who.actor, at=moment))
    if end == "rated":
        grade = random.choice(GRADES)
        said = random.choice(WORDS["good" if grade > 3 else "bad"]) if random.random() < .5 else ""
        life.at(slot.until + random.randint(620, 2400) * MINUTE,
                lambda moment: orders.rate(order, grade=grade, comment=said, by=who.actor, at=moment))


def _cancel(order: UUID, reason: str, who: Resident, at: datetime) -> None:
    orders.cancel(order, reason=reason, by=who.actor, at=at)


def _accept(life: Life, provider: Provider, carers: list[UUID], order: UUID, at: datetime) -> None:
    """Accept with the first of the staff who may go; without one, accept and choose later."""
    for carer in carers:
        try:
            with attempt():
                orders.accept(order, practitioner=carer, by=provider.admin, at=at)
            return
        except Refusal as why:
            life.counts[f"refused: {why.rule or type(why).__name__}"] += 1
    orders.accept(order, by=provider.admin, at=at)


def _visit(life: Life, provider: Provider, order: UUID, slot: services.SlotCard, place: Point) -> None:
    """Check in about the time and out about the end: mostly by phone on the spot, sometimes entered by the office."""
    random = life.inventor.random
    late, longer = random.randint(-9, 12), random.randint(-6, 14)
    by_phone = random.random() < .9

    def proof(moment: datetime, do: Callable[..., None]) -> None:
        if by_phone:
            do(order, lon=place.lon + random.uniform(-4e-4, 4e-4), lat=place.lat + random.uniform(-4e-4, 4e-4),
               by=provider.admin, at=moment)
        else:
            do(order, method="supervisor", reason="no_signal", by=provider.admin, at=moment)

    life.at(slot.from_ + late * MINUTE, lambda moment: proof(moment, orders.check_in))
    life.at(slot.until + longer * MINUTE, lambda moment: proof(moment, orders.check_out))


def _recent(life: Life) -> None:
    """Fresh needs of the last two hours, so that every desk has something to answer now."""
    who = life.inventor.random.choice(life.residents)
    life.at(life.now - life.inventor.random.randint(4, 110) * MINUTE, need(life, who))


def aftermath(*, at: datetime) -> None:
    """What came of bad ratings, once the watchers have raised their duties; what the clock does by itself."""
    overseer = role("officer", f"region:{CITY}")
    for number, card in enumerate(sorted(rectified.overseen(by=overseer, at=at), key=lambda one: str(one.ref))):
        provider = role("provider_admin", f"organisation:{card.provider}")
        if number % 3 and not card.provider_name.endswith(OPEN):
            words = WORDS["mended"]
            quality.answer(card.ref, text=words[number % len(words)], by=provider, at=at - timedelta(hours=number % 40))
        if number % 3 == 2 and not card.provider_name.endswith(OPEN):
            person = visits.order(card.order, by=SYSTEM, at=at).line.person
            judge = role("resident", f"person:{person}", person=person)
            quality.accept(card.ref, by=judge, at=at - timedelta(minutes=number % 50))
    needs.expire(at=at)
    duties.mark_overdue(by=SYSTEM, at=at)
