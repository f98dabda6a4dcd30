"""What comes back week by week in the large demo city: the clock's own work, disputes, bad ratings put right, turns."""
from datetime import datetime, timedelta
from uuid import UUID

from linli.demo import life
from linli.demo.crowd import Resident
from linli.demo.ground import CITY, Provider, role
from linli.demo.life import DAY, MINUTE, WORDS, Life
from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.practitioners import actions as practitioners
from linli.work.needs import actions as needs
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits
from linli.work.quality import actions as quality
from linli.work.quality import queries as rectified
from linli.work.queueing import actions as queueing

HOUR = timedelta(hours=1)
MOST = 2000
CLAIMS = {"shorter": ("minutes", "stands"), "not_given": ("struck", "stands"), "not_as_agreed": ("stands", "struck")}
READ_AT_ONCE = ("quality.rectifications", "directory")  # what is raised by reading the journal, and answered by people


@action
def clock(*, at: datetime) -> None:
    """What each context's clock does by itself, as often as it finds something to do."""
    for ref in visits.holds_over(at):
        orders.lapse(ref, by=SYSTEM, at=at)
    for ref in visits.unanswered(at):
        orders.decline_unanswered(ref, at=at)
    for ref in visits.undisputed(at, most=MOST):
        orders.confirm_undisputed(ref, at=at)
    while orders.ask_for_ratings(visits.unrated(at), by=SYSTEM, at=at):
        pass
    for ref in visits.waits_over(at):
        orders.end_wait(ref, at=at)
    while needs.expire(at=at):
        pass
    while practitioners.announce_lapsing(by=SYSTEM, at=at):
        pass
    after = None
    while refs := directory.remind_of_assurance(by=SYSTEM, at=at, after=after):
        after = refs[-1]
    while quality.settle_silent(by=SYSTEM, at=at):
        pass
    queueing.end_days(at=at)
    while duties.mark_overdue(by=SYSTEM, at=at):
        pass


def rectify(city: Life, seen: set[UUID], *, at: datetime) -> None:
    """Let the bad ratings of the week be owed, and have their providers answer in the days that follow."""
    while journal.sequence(most=50_000):
        pass
    for name in READ_AT_ONCE:
        while journal.catch_up(name, most=MOST):
            pass
    random, overseer = city.inventor.random, role("officer", f"region:{CITY}")
    for card in sorted(rectified.overseen(by=overseer, at=at, most=MOST), key=lambda one: (one.raised_at, one.order)):
        if card.ref in seen or card.provider_name.endswith(life.OPEN):
            continue
        seen.add(card.ref)
        if random.random() < .88:
            _answers(city, card, at + random.randint(3, 90) * HOUR)


def _answers(city: Life, card: rectified.RectificationCard, at: datetime) -> None:
    random = city.inventor.random
    provider = role("provider_admin", f"organisation:{card.provider}")
    city.at(at, lambda at: quality.answer(card.ref, text=random.choice(WORDS["mended"]), by=provider, at=at))
    dice, after = random.random(), at + random.randint(2, 60) * HOUR
    if dice > .6:
        return  # nobody says anything more: it is settled by itself

    def judged(at: datetime) -> None:
        person = visits.order(card.order, by=SYSTEM, at=at).line.person
        judge = role("resident", f"person:{person}", person=person)
        if dice < .5:
            quality.accept(card.ref, by=judge, at=at)
        else:
            quality.reject(card.ref, text=WORDS["unmended"][0], by=judge, at=at)
            city.at(at + 30 * HOUR,
                    lambda at: quality.answer(card.ref, text=WORDS["mended"][0], by=provider, at=at))

    city.at(after, judged)


def disputed(city: Life, provider: Provider, who: Resident, order: UUID, slot: services.SlotCard) -> None:
    """The resident says that it was not as written down, the provider answers, the office decides; or it is let be."""
    random = city.inventor.random
    claim = random.choice(sorted(CLAIMS))
    officer = role("officer", f"region:{CITY}")

    def raised(at: datetime) -> None:
        ref = orders.dispute(order, claim=claim, text=random.choice(WORDS[claim]), by=who.actor, at=at)
        city.counts["disputes"] += 1
        city.at(at + random.randint(3, 70) * HOUR, lambda at: orders.say(
            ref, text=random.choice(WORDS["answered"]), by=provider.admin, at=at))
        if random.random() < .12:
            city.at(at + 4 * DAY, lambda at: orders.withdraw(ref, by=who.actor, at=at))
        city.at(at + random.randint(5, 16) * DAY, lambda at: decided(ref, at))

    def decided(ref: UUID, at: datetime) -> None:
        outcome = random.choice(CLAIMS[claim])
        minutes = int((slot.until - slot.from_) / MINUTE * .6) if outcome == "minutes" else None
        orders.decide(ref, outcome=outcome, reasons=random.choice(WORDS["decided"]), minutes=minutes, by=officer, at=at)

    city.at(slot.until + random.randint(2, 30) * HOUR, raised)


def turns(city: Life, waiting: dict[UUID, list[Resident]], served: dict[UUID, Provider], *, at: datetime) -> None:
    """Who waits has what becomes free kept for them, and mostly takes it."""
    for service in [service for service, people in waiting.items() if people]:
        city.open_times(service, at)
    _keep(visits.waited_for(at), at=at)
    for service, people in waiting.items():
        for who in list(people):
            held = visits.listed(by=who.actor, at=at, state=["held"], most=5).items
            kept = next((line for line in held if line.service == service), None)
            if kept:
                people.remove(who)
                _turn(city, kept, who, served[service], at)


def _turn(city: Life, kept: visits.OrderLine, who: Resident, provider: Provider, at: datetime) -> None:
    slot = services.slots(kept.service, kept.from_, kept.until)[0]

    def takes(at: datetime) -> None:
        orders.book_held(kept.ref, by=who.actor, at=at)
        city.counts["orders"] += 1
        city.counts["turns"] += 1
        life.answered(city, provider, who, kept.ref, slot, "rated", who.home.point, at)

    if city.inventor.random.random() < .75:
        city.at(at + city.inventor.random.randint(3, 20) * MINUTE, takes)
    city.at(at + 12 * HOUR, lambda at: _lapse(kept.ref, at))


def _lapse(order: UUID, at: datetime) -> None:
    orders.lapse(order, by=SYSTEM, at=at)


@action
def _keep(slots: list[UUID], *, at: datetime) -> None:
    for slot in slots:
        orders.keep_free(slot, at=at)
