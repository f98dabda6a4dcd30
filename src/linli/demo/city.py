"""Builds the demo city: the ground, the crowd, six weeks of life, and the people whom a visitor can be."""
import gc
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.demo import (
    applications,
    crowd,
    ground,
    life,
    lines,
    listings,
    papers,
    personas,
    profession,
    register,
    shared,
)
from linli.demo import places as furniture
from linli.demo.crowd import Resident
from linli.demo.ground import Provider, Village, role
from linli.demo.invented import Inventor, Someone
from linli.demo.trades import OFFERS, TRADES
from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.practitioners import queries as practitioners
from linli.work.needs import actions as needs
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits
from linli.work.orders.queries import Presence

SEED = 20261122
RESIDENTS, STAFF, NEEDS = 220, 3, 354  # of each provider: staff
ROUND_THE_CLOCK = "companionship"
OWN = "琥珀街道安康居家养老服务中心"


def build(*, at: datetime, say: Callable[[str], None]) -> None:
    """Build the city as it stands at that moment, in one transaction, and let the watchers read everything."""
    gc.disable()  # one long transaction of short-lived objects: collecting cycles would cost a seventh of the time
    try:
        told = _build(at=at, say=say)
        say("  notices, search, roles and scores ...")
        journal.run(most=2000)
        life.aftermath(at=at)
        personas.issue(told, at=at)
        journal.run(most=2000)
    finally:
        gc.enable()


@action
def _build(*, at: datetime, say: Callable[[str], None]) -> dict[str, dict[str, UUID]]:
    inventor, start = Inventor(SEED), at - life.WEEKS
    say("  divisions, providers and their services ...")
    villages = ground.lay(inventor, at=start - timedelta(days=8))
    providers = list(ground.providers(inventor, villages, at=start - timedelta(days=7)))
    home = next(v for v in villages if v.town == "琥珀街道")
    furniture.furnish(villages, home, at=start - timedelta(days=8))
    told, own = known_people(inventor, providers, home, at=start - timedelta(days=5), now=at)
    listings.lay(providers, own["provider"], at=start - timedelta(days=4))
    say("  staff and residents ...")
    for provider in providers:
        crowd.staff(inventor, provider, STAFF, at=start - timedelta(days=4), now=at)
    people_ = list(crowd.residents(inventor, villages, RESIDENTS, at=start - timedelta(days=3)))
    say("  six weeks of needs and visits ...")
    city = life.Life(inventor, at, providers, people_)
    life.live(city, start=start, count=NEEDS)
    going_on(inventor, own, villages, providers, people_, at=at)
    say("  " + ", ".join(f"{name} {number}" for name, number in sorted(city.counts.items())))
    return told


def going_on(inventor: Inventor, own: dict[str, Any], villages: list[Village], providers: list[Provider],
             residents: list[Resident], *, at: datetime) -> None:
    """What the people whom a visitor can be have going on, so that each of their desks has something to do."""
    _story(own, at=at)
    bathing = next(ref for ref, offer in own["provider"].services if offer.category == "home_bathing")
    lines.form(own["mother"], bathing, providers, at=at)
    shared.form(own["provider"], own["mother"], providers, at=at)
    papers.form(own["provider"], at=at)
    applications.form(own["provider"], at=at)
    _visit_now(own["provider"], residents, at=at)
    _applicants(inventor, villages, at=at)
    profession.build(providers, own["carer"], at=at)


# The people whom a visitor can be


def known_people(inventor: Inventor, providers: list[Provider], home: Village, *, at: datetime,
              now: datetime) -> tuple[dict[str, dict[str, UUID]], dict[str, Any]]:
    """Whom a visitor can be: their accounts, and a provider that works round the clock, so that all can be tried."""
    personas.officials(at=at)
    mother = crowd.resident(_someone(inventor, "陈桂兰", date(now.year - 82, 3, 8), at), home, at=at)
    daughter = crowd.resident(_someone(inventor, "刘敏", date(now.year - 52, 9, 2), at), home, at=at)
    people.represent(mother.ref, representative=daughter.ref, consented=True, by=SYSTEM, at=at)
    head = crowd.resident(_someone(inventor, "赵玲", date(now.year - 45, 5, 20), at), home, at=at)
    _private(mother, daughter, at=at, now=now)
    own = _own_provider(inventor, home, head, at=at)
    carer = crowd.enrol(inventor, own, _someone(inventor, "王敏", date(now.year - 38, 11, 3), at),
                        ["carer_certificate", "nurse_licence"], at=at)
    lapsed = crowd.enrol(inventor, own, _someone(inventor, "赵丽", date(now.year - 29, 6, 9), at),
                         ["carer_certificate"], lapses=timezone.localdate(now) - timedelta(days=2), at=at)
    own.staff[:] = [carer, lapsed]
    providers.append(own)
    worker = practitioners.practitioner(carer).person
    for key, person in (("resident", mother.ref), ("family", daughter.ref), ("provider", head.ref), ("carer", worker)):
        personas.account(key, person, at=at)
    told = {
        "resident": {"person": mother.ref}, "family": {"person": daughter.ref, "acts_for": mother.ref},
        "provider": {"person": head.ref, "organisation": own.ref},
        "carer": {"person": worker, "practitioner": carer, "organisation": own.ref},
    }
    return told, {"mother": mother, "provider": own, "carer": carer}


def _private(mother: Resident, daughter: Resident, *, at: datetime, now: datetime) -> None:
    """What an office notes of the mother, a child whose guardian the daughter is, what is asked and opened."""
    for group in ("living_alone", "needs_care"):
        people.record_group(mother.ref, group=group, by=SYSTEM, at=at)
    people.give_consent(mother.ref, purpose="outreach", by=mother.actor, at=at)
    child = _someone(Inventor(SEED + 1), "刘小雨", date(now.year - 9, 4, 12), at)
    made = people.represent_new(name=child.name, id_number=child.id_number, kind="guardian",
                                representative=daughter.ref, region=mother.home.code, agreed_for_child=True,
                                is_demo=True, by=daughter.actor, at=at)
    for head in (mother, daughter):
        home = people.form_household(head.ref, by=head.actor, at=at)
    people.invite(home, person=made.person, relation="daughter", by=daughter.actor, at=at)
    people.record_group(made.person, group="left_behind_child", by=SYSTEM, at=at)
    people.ask(mother.ref, right="correction", part="other", words="我搬到隔壁单元了，档案里的楼栋不对，请核实。",
               by=mother.actor, at=now - timedelta(days=3))
    officer = role("officer", f"region:{ground.CITY}")
    people.open_field(mother.ref, field="phone", reason="回访上周的助浴服务", by=officer, at=now - timedelta(days=2))


def _someone(inventor: Inventor, name: str, born: date, at: datetime) -> Someone:
    """A woman of that name and birthday."""
    phone = inventor.someone(oldest=60, youngest=60, on=at.date()).phone
    return Someone(name, "female", born, inventor.identity(born, female=True), phone)


def _own_provider(inventor: Inventor, home: Village, head: Resident, *, at: datetime) -> Provider:
    officer = role("officer", f"region:{ground.CITY}")
    ref = organisations.apply_to_join(
        kind="agency", name=OWN, short_name="安康居家", english_name="Ankang Home Care (demo)",
        uscc=inventor.credit_code("agency", home.district), region=home.code,
        address=f"{home.name}18号（演示）", phone="0551-60009999",
        introduction="演示数据：本机构为虚构。另设全天候陪护，便于体验全流程。",
        demo=True, by=head.actor, at=at,
    )
    organisations.approve(ref, by=officer, at=at + timedelta(hours=20))
    register.tell(ref, name=OWN, address=f"{home.name}18号（演示）", by=officer, at=at + timedelta(hours=21))
    register.bring(inventor.credit_code, by=officer, at=at + timedelta(hours=26))
    admin = role("provider_admin", f"organisation:{ref}", person=head.ref)
    trade = next(trade for trade in TRADES if trade.key == "home")
    own = Provider(ref, trade, OWN, admin, home.district, home.point)
    ground.site_and_services(inventor, own, home, at=at + timedelta(days=1))
    always = directory.list_service(
        ref, category=ROUND_THE_CLOCK, name="随时上门陪护（全天候）", modes=["home"], region=home.code,
        point=home.point,
        summary="一刻钟一个时段，白天夜里都能约；可随时走完约、签、评全流程。", area=[ground.CITY],
        price_fen=2000, subsidy_fen=1500, subsidy_min_age=60, duration_minutes=15, capacity=40, lead_minutes=0,
        horizon_days=5, open_on_holidays=True, publish=False, is_demo=True, by=admin, at=at + timedelta(days=1),
        hours=[directory.Hours(day, time(0), time(0)) for day in range(7)],
    )
    own.services.append((always, OFFERS[ROUND_THE_CLOCK]))
    return own


def _story(own: dict[str, Any], *, at: datetime) -> None:
    """What the personas have going on: a visit tomorrow, a need that still waits, one to answer."""
    mother: Resident = own["mother"]
    provider: Provider = own["provider"]
    carer: UUID = own["carer"]
    bathing = next(ref for ref, offer in provider.services if offer.category == "home_bathing")
    order = _book(bathing, mother, "我妈妈82岁，刚出院，想找人每周上门帮她洗澡、量血压", at=at - timedelta(hours=3))
    orders.accept(order, practitioner=carer, by=provider.admin, at=at - timedelta(hours=2))
    _bad_visit(provider, mother, carer, at=at)
    orders.hold(bathing, slot=_free(bathing, mother, at + timedelta(days=4), at=at).ref, by=mother.actor, at=at)
    escort = next(ref for ref, offer in provider.services if offer.category == "escort_to_hospital")
    _book(escort, mother, "周三要去省立医院复查，找人陪着去", at=at - timedelta(minutes=25))
    needs.post(text="一个人住，想有人每周来说说话", person=mother.ref, region=mother.home.code, point=mother.home.point,
               by=mother.actor, at=at - timedelta(minutes=50))


def _bad_visit(provider: Provider, mother: Resident, carer: UUID, *, at: datetime) -> None:
    """A visit of last week that the mother was not content with, so that the provider has something to put right."""
    always, booked = provider.services[-1][0], at - timedelta(days=5)
    directory.publish_slots(always, until=timezone.localdate(at), by=SYSTEM, at=booked)
    need = needs.post(text="想有人来陪着说说话", person=mother.ref, region=mother.home.code, point=mother.home.point,
                      category=ROUND_THE_CLOCK, by=mother.actor, at=booked)
    slot = _free(always, mother, booked + timedelta(hours=1), booked + timedelta(hours=6), at=booked)
    order = orders.book(always, slot=slot.ref, need=need, by=mother.actor, at=booked)
    orders.accept(order, practitioner=carer, by=provider.admin, at=booked + life.MINUTE)
    here = mother.home.point
    orders.check_in(order, lon=here.lon, lat=here.lat, by=provider.admin, at=slot.from_)
    orders.check_out(order, lon=here.lon, lat=here.lat, by=provider.admin, at=slot.until)
    orders.rate(order, grade=2, comment="晚到了，也没提前打电话", by=mother.actor, at=slot.until + timedelta(hours=1))


def _visit_now(provider: Provider, residents: list[Resident], *, at: datetime) -> None:
    """A visit that has begun and not ended, whatever the hour is."""
    always, booked = provider.services[-1][0], at - timedelta(minutes=70)
    who = next(one for one in residents if not _elsewhere(one, booked, at + timedelta(hours=1), at=at))
    green = practitioners.colours(provider.staff[2:], on=timezone.localdate(at))
    other = next(ref for ref in provider.staff[2:] if green[ref].colour == "green")
    directory.publish_slots(always, until=timezone.localdate(at) + timedelta(days=1), by=SYSTEM, at=booked)
    need = needs.post(text="想找人来陪着聊聊天", person=who.ref, region=who.home.code, point=who.home.point,
                      category=ROUND_THE_CLOCK, by=who.actor, at=booked)
    slot = services.first_free([always], at - timedelta(minutes=14), at + timedelta(minutes=1), at=booked)[always]
    order = orders.book(always, slot=slot.ref, need=need, by=who.actor, at=booked)
    orders.accept(order, practitioner=other, by=provider.admin, at=booked + life.MINUTE)
    orders.check_in(order, lon=who.home.point.lon, lat=who.home.point.lat, by=provider.admin, at=slot.from_)


def _book(service: UUID, who: Resident, text: str, *, at: datetime) -> UUID:
    card = services.service(service)
    need = needs.post(text=text, person=who.ref, region=who.home.code, point=who.home.point, category=card.category,
                      by=who.actor, at=at)
    return orders.book(service, slot=_free(service, who, at + timedelta(days=1), at=at).ref, need=need, by=who.actor,
                       at=at)


def _free(service: UUID, who: Resident, begin: datetime, until: datetime | None = None, *,
          at: datetime) -> services.SlotCard:
    """The first free time of a service, within six days unless it is said, at which they have nothing else; such
    services always have one."""
    end = until or begin + timedelta(days=6)
    return services.first_free([service], begin, end, besides=_elsewhere(who, begin, end, at=at), at=at)[service]


def _elsewhere(who: Resident, begin: datetime, end: datetime, *, at: datetime) -> list[Presence]:
    return visits.presences([who.ref], begin, end, by=SYSTEM, at=at)


def _applicants(inventor: Inventor, villages: list[Village], *, at: datetime) -> None:
    """Three organisations that wait for an answer, one of them for too long."""
    for days, word in ((1, "金桥"), (3, "同德"), (9, "和顺")):
        home = inventor.random.choice(villages)
        one = inventor.someone(oldest=58, youngest=30, on=at.date())
        applicant = crowd.resident(one, home, at=at - timedelta(days=days))
        organisations.apply_to_join(
            kind="agency", name=f"{home.town}{word}社区服务中心", uscc=inventor.credit_code("agency", home.district),
            region=home.code, address=f"{home.name}9号（演示）", phone=f"0551-6100000{days}",
            introduction="演示数据：本机构为虚构。", demo=True, by=applicant.actor, at=at - timedelta(days=days),
        )
