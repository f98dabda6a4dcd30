"""Who waits in the demo city: a waiting list, a queue with numbers, and a dispute that waits for its decision."""
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.demo.crowd import Resident
from linli.demo.ground import CITY, Provider, role
from linli.kernel.action import attempt
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict
from linli.registers.directory import queries as services
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits
from linli.work.queueing import actions as queueing

DAY = timedelta(days=1)


def form(mother: Resident, bathing: UUID, providers: list[Provider], *, at: datetime) -> None:
    """The mother waits for a bath weeks ahead; a centre calls numbers; somebody says that a visit was shorter."""
    first = timezone.localdate(at) + 40 * DAY
    orders.join(bathing, from_on=first, until_on=first + 7 * DAY, part="morning", by=mother.actor, at=at)
    _queue(providers, at=at)
    _dispute(mother, at=at)


def _queue(providers: list[Provider], *, at: datetime) -> None:
    for provider in providers:
        card = next((one for one in services.services_of(provider.ref) if "on_site" in one.modes and one.open), None)
        if card is None:
            continue
        queue = queueing.open_queue(card.ref, name=f"{card.name[:30]}窗口", counters=2, by=provider.admin, at=at)
        for _ in range(6):
            queueing.hand_out(queue, by=provider.admin, at=at)
        for counter in (1, 2):
            queueing.call_next(queue, counter=counter, by=provider.admin, at=at)
        return


def _dispute(mother: Resident, *, at: datetime) -> None:
    """One that waits for its decision, and one decided: that visit does not count."""
    officer = role("officer", f"region:{CITY}")
    page = visits.listed(by=officer, at=at, state=["rated"], most=40)
    claims = [("shorter", "约的是一个小时，不到四十分钟人就走了。"), ("not_given", "那天在家等到中午，没有人来过。")]
    for line in page.items:
        if claims and line.person != mother.ref and DAY < at - line.until < 10 * DAY:
            try:
                with attempt():
                    _disputed(line, *claims[0], officer, at=at)
            except Conflict:  # that visit has been disputed before
                continue
            claims = claims[1:]


def _disputed(line: visits.OrderLine, claim: str, said: str, officer: Actor, *, at: datetime) -> None:
    who = role("resident", f"person:{line.person}", person=line.person)
    provider = role("provider_admin", f"organisation:{line.provider}")
    moment = at - timedelta(hours=2)
    dispute = orders.dispute(line.ref, claim=claim, text=said, by=who, at=moment)
    orders.say(dispute, text="签到签退都有定位记录，以记录为准。", by=provider, at=moment + timedelta(minutes=40))
    if claim == "not_given":
        orders.decide(dispute, outcome="struck", reasons="定位记录与住处不符，这次上门不算。", by=officer, at=at)
