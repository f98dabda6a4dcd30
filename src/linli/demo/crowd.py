"""The people of the demo city: staff with their papers, residents, families."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.demo.ground import Provider, Village, role
from linli.demo.invented import Inventor, Someone
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory import queries as directory
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners

BASE = ("health_certificate", "insurance", "no_bar")
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Resident:
    ref: UUID
    name: str
    age: int
    home: Village
    actor: Actor


def staff(inventor: Inventor, made: Provider, count: int, *, at: datetime, now: datetime) -> None:
    """Put people on a provider's staff. Most papers hold for a year or more; a few lapse soon, or have lapsed."""
    needed = sorted({kind for _, offer in made.services for kind in directory.category(offer.category).credentials})
    for number in range(count):
        one = inventor.someone(oldest=58, youngest=24, on=at.date(), female=inventor.random.random() < .7)
        dice = inventor.random.random() if number else 1.0  # the first of each provider is always in order
        kinds = [kind for kind in needed if kind not in BASE and (number == 0 or inventor.random.random() < .8)]
        made.staff.append(enrol(inventor, made, one, kinds, lapses=_lapse(dice, now), at=at))


def _lapse(dice: float, now: datetime) -> date | None:
    """The day on which this person's health certificate ends: past for some, near for others, far for most."""
    today = timezone.localdate(now)
    return today - timedelta(days=9) if dice < .06 else today + timedelta(days=17) if dice < .14 else None


def enrol(inventor: Inventor, made: Provider, one: Someone, kinds: list[str], *, lapses: date | None = None,
          at: datetime) -> UUID:
    """One of the staff with the base papers and these kinds; `lapses` ends the health certificate early."""
    ref = join(made, one, at=at)
    papers(inventor, made, ref, kinds, lapses=lapses, at=at)
    return ref


def join(made: Provider, one: Someone, *, at: datetime) -> UUID:
    """One of the staff, without papers yet."""
    return practitioners.enrol(
        organisation=made.ref, name=one.name, id_number=one.id_number, phone=one.phone, title=made.trade.title,
        gender=one.gender, consented=True, is_demo=True, by=made.admin, at=at,
    )


def papers(inventor: Inventor, made: Provider, ref: UUID, kinds: list[str], *, lapses: date | None = None,
           at: datetime) -> dict[str, date]:
    """The base papers of one of the staff and these kinds: until when each of them holds."""
    ends: dict[str, date] = {}
    begin = timezone.localdate(at) - timedelta(days=inventor.random.randint(20, 200))
    for kind in (*BASE, *kinds):
        end = lapses if lapses and kind == "health_certificate" else begin + YEAR * (1 if kind in BASE else 3)
        paper(inventor, made, ref, kind, begin, end, at=at)
        ends[kind] = end
    return ends


def paper(inventor: Inventor, made: Provider, ref: UUID, kind: str, begin: date, end: date, *, at: datetime) -> None:
    """A paper of one of the staff, as their office records it."""
    number = f"DEMO-{inventor.random.randint(10**6, 10**7)}"
    practitioners.record_credential(ref, kind=kind, number=number, issuer="演示签发机关", valid_from=begin,
                                    valid_until=end, by=made.admin, at=at)


def residents(inventor: Inventor, villages: list[Village], count: int, *, at: datetime) -> Iterator[Resident]:
    """Residents, half of them over sixty; every fifth old one has a grown child who acts for them."""
    homes = [v for v in villages if v.district[:6] in {"340104", "340103", "340111", "340102"}] * 3 + villages
    while count > 0:
        home = inventor.random.choice(homes)
        old = inventor.random.random() < .55
        oldest, youngest = (92, 62) if old else (58, 19)
        one = inventor.someone(oldest=oldest, youngest=youngest, on=at.date())
        made = resident(one, home, at=at)
        if old and made.age > 84:
            people.record_group(made.ref, group="living_alone", by=SYSTEM, at=at)
        count -= 1
        yield made
        if old and made.age > 74 and inventor.random.random() < .4:
            child = resident(inventor.someone(oldest=58, youngest=35, on=at.date()), home, at=at)
            people.represent(made.ref, representative=child.ref, consented=True, by=SYSTEM, at=at)
            count -= 1
            yield child


def resident(one: Someone, home: Village, *, at: datetime) -> Resident:
    """Register somebody with a checked name."""
    ref = people.register(name=one.name, region=home.code, id_number=one.id_number, phone=one.phone,
                          address=f"{home.name}{1 + int(one.phone[-4:]) % 40}栋{101 + int(one.phone[-4:]) % 6 * 100}室",
                          is_demo=True, by=SYSTEM, at=at)
    age = (at.date() - one.birth_on).days // 365
    return Resident(ref, one.name, age, home, role("resident", f"person:{ref}", person=ref))
