"""The families of the large demo city: couples and people alone, parents with children, grown children of the old."""
from collections.abc import Iterator
from datetime import datetime

from linli.demo import crowd
from linli.demo.crowd import Resident
from linli.demo.ground import Village, role
from linli.demo.invented import Inventor
from linli.kernel.actor import SYSTEM
from linli.registers.people import actions as people

OLD, FAMILY, CAME = .44, .4, .16  # households of old people, with children, and of who came for work
WORKING = ("migrant", "low_income", "veteran", "disabled")


def household(inventor: Inventor, home: Village, *, at: datetime) -> Iterator[Resident]:
    """The people of one household, each registered; who is too young or too old to ask is spoken for by another."""
    dice = inventor.random.random()
    if dice < OLD:
        yield from _old(inventor, home, at=at)
    elif dice < OLD + FAMILY:
        yield from _family(inventor, home, at=at)
    else:
        one = _person(inventor, home, 33, 19, at=at)
        if inventor.random.random() < .3:
            people.record_group(one.ref, group=inventor.random.choice(WORKING), by=SYSTEM, at=at)
        yield one


def _person(inventor: Inventor, home: Village, oldest: int, youngest: int, *, at: datetime) -> Resident:
    return crowd.resident(inventor.someone(oldest=oldest, youngest=youngest, on=at.date()), home, at=at)


def _old(inventor: Inventor, home: Village, *, at: datetime) -> Iterator[Resident]:
    random = inventor.random
    one = _person(inventor, home, 96, 60, at=at)
    if random.random() < .5:
        yield one
        yield _person(inventor, home, min(one.age + 6, 96), max(one.age - 6, 58), at=at)
    else:
        groups = [("living_alone", .7), ("needs_care", .25 if one.age > 74 else .06), ("extreme_poverty", .04),
                  ("lost_only_child", .03), ("low_income", .12), ("disabled", .12)]
        for group, part in groups:
            if random.random() < part:
                people.record_group(one.ref, group=group, by=SYSTEM, at=at)
        if random.random() < .3:
            people.give_consent(one.ref, purpose="outreach", by=one.actor, at=at)
        if one.age > 70 and random.random() < .5:
            child = _person(inventor, home, min(one.age - 22, 60), min(one.age - 36, 55), at=at)
            people.represent(one.ref, representative=child.ref, consented=True, by=SYSTEM, at=at)
            yield child
            if one.age > 84 or random.random() < .4:  # the child does it for them
                one = _through(one, child)
        yield one


def _family(inventor: Inventor, home: Village, *, at: datetime) -> Iterator[Resident]:
    random = inventor.random
    parent = _person(inventor, home, 45, 25, at=at)
    yield parent
    if random.random() < .8:
        yield _person(inventor, home, min(parent.age + 4, 48), max(parent.age - 4, 23), at=at)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        one = inventor.someone(oldest=min(parent.age - 21, 17), youngest=0, on=at.date())
        ref = people.register(name=one.name, region=home.code, id_number=one.id_number, guardian=parent.ref,
                              is_demo=True, by=SYSTEM, at=at)
        age = (at.date() - one.birth_on).days // 365
        if random.random() < .08:
            people.record_group(ref, group="left_behind_child" if random.random() < .7 else "disabled", by=SYSTEM,
                                at=at)
        yield _through(Resident(ref, one.name, age, home, parent.actor), parent)


def _through(one: Resident, other: Resident) -> Resident:
    """Somebody for whom another acts."""
    return Resident(one.ref, one.name, one.age, one.home, role("resident", f"person:{one.ref}", person=other.ref))
