"""Social workers of the demo city: who is registered, what they learnt, what waits for the office."""
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.demo.ground import CITY, Provider, role
from linli.kernel.actor import Actor
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import PractitionerCard
from linli.registers.workforce import actions as workforce
from linli.registers.workforce import queries as workforce_queries

COURSES = (
    ("老年社会工作实务", "安徽省社会工作者协会（演示）", 16), ("个案管理与记录", "合肥市社会工作者协会（演示）", 8),
)
LEVELS = ("assistant", "worker", "worker", "senior", "assistant", "worker")
UNDECIDED = 2
POSTS = (("驻站社工", "assistant", 2, 4500), ("个案督导", "senior", 1, 7000), ("居家护理员", "", 3, 4000))


def build(providers: list[Provider], carer: UUID, *, at: datetime) -> None:
    """One person of each of some providers is a social worker; the last ones still wait for the office."""
    office = role("officer", f"region:{CITY}")
    people = [practitioners.practitioner(ref) for ref in (carer, *(one.staff[0] for one in providers[:len(LEVELS)]))]
    for number, (card, level) in enumerate(zip(people, ("assistant", *LEVELS), strict=False)):
        waits = number >= len(people) - UNDECIDED
        since = at - timedelta(days=3 if waits else 40 - number)
        social_worker(card.person, level, number, office, waits=waits, at=since)
        learnt(card.person, number, office, counted=number % 3 < 2, at=at - timedelta(days=2))
    posts(providers, carer, at=at - timedelta(days=4))
    stations([providers[-1], *providers], at=at - timedelta(days=9))
    conduct(providers, carer, at=at)
    news(providers, carer, at=at)
    allowances([providers[-1], *providers[:2]], people[:3], at=at)


def social_worker(person: UUID, level: str, number: int, office: Actor, *, waits: bool, at: datetime) -> None:
    """Somebody who applied that day, and was registered two days later unless they wait."""
    ref = workforce.apply(level=level, certificate=f"DEMO-SW-{1000 + number}", by=_oneself(person), at=at,
                          certified_on=timezone.localdate(at) - timedelta(days=90 + number))
    if not waits:
        workforce.register(ref, by=office, at=at + timedelta(days=2))


def learnt(person: UUID, number: int, office: Actor, *, counted: bool, at: datetime) -> None:
    """A course of last week, counted by the office or not yet."""
    subject, organiser, hours = COURSES[number % len(COURSES)]
    first = timezone.localdate(at) - timedelta(days=6)
    ref = workforce.report(study="course", subject=subject, organiser=organiser, hours=hours, first_on=first,
                           last_on=first + timedelta(days=hours // 8 - 1), certificate=f"DEMO-PX-{1000 + number}",
                           by=_oneself(person), at=at)
    if counted:
        workforce.confirm(ref, by=office, at=at + timedelta(hours=5))


def stations(providers: list[Provider], *, at: datetime) -> None:
    """Some premises of the city are stations: the first ones with enough people, the last with too few."""
    office = role("officer", f"region:{CITY}")
    premises = places.facilities(region=CITY, kind=workforce_queries.PREMISES, most=4)
    for number, (place, provider) in enumerate(zip(premises, providers, strict=False)):
        code = organisations.organisation(provider.ref).uscc
        ref = workforce.open_station(facility=place.ref, uscc=code, by=office, at=at)
        for one in [*provider.staff[:2]][:2 - number % 2]:
            workforce.assign(ref, practitioner=one, leads=one == provider.staff[0], by=provider.admin, at=at)


def conduct(providers: list[Provider], carer: UUID, *, at: datetime) -> None:
    """Honours, a suspension in force, a warning that was proposed and answered."""
    office = role("officer", f"region:{CITY}")
    suspended, warned = (practitioners.practitioner(one.staff[-1]) for one in providers[3:5])
    for ref, award in ((carer, "合肥市优秀养老护理员（演示）"), (providers[0].staff[0], "优秀社会工作者（演示）")):
        workforce.bestow(passport=practitioners.practitioner(ref).number, award=award, giver="合肥市民政局（演示）",
                         basis="合民〔2026〕演示12号", awarded_on=timezone.localdate(at) - timedelta(days=90),
                         by=office, at=at - timedelta(days=30))
    proposed = workforce.propose(passport=suspended.number, penalty="suspension", ground="forged", months=3, by=office,
                                 findings="续期时提交的健康证编号查无记录。（演示）", at=at - timedelta(days=8))
    workforce.make_statement(proposed, words="证是中介代办的，我不知情，愿意重新体检。（演示）",
                             by=_oneself(suspended.person), at=at - timedelta(days=7))
    workforce.impose(proposed, reasons="编号经核实系伪造，已听取陈述，从轻处理。（演示）", by=office,
                     at=at - timedelta(days=5))
    open_ = workforce.propose(passport=warned.number, penalty="warning", ground="neglect", months=None, by=office,
                              findings="一周内两次迟到超过一小时，未告知老人。（演示）", at=at - timedelta(days=2))
    workforce.make_statement(open_, words="当天地铁停运，已向老人道歉。（演示）", by=_oneself(warned.person),
                             at=at - timedelta(days=1))


NOTICES = (
    ("2026年度继续教育课程安排（演示）", "下半年课程已排定，线上线下同步，登录后在“我的职业”申报学时。", (), (), True),
    ("社会工作者再登记提醒（演示）", "登记有效期在三个月内届满的，请尽快申报学时并申请再登记。", ("social_worker",),
     ("assistant", "worker"), False),
    ("雨雪天气上门服务注意事项（演示）", "路面结冰时调整上门时段，出门前先与老人电话确认。",
     ("carer_certificate", "nurse_licence"), (), False),
)


def news(providers: list[Provider], carer: UUID, *, at: datetime) -> None:
    """Notices of the trade; a colleague asks under the first one, the carer answers."""
    office, first = role("officer", f"region:{CITY}"), timezone.localdate(at) - timedelta(days=6)
    refs = [workforce.publish(region=CITY, trades=trades, levels=levels, title=title, body=body, from_on=first,
                              last_on=first + timedelta(days=120), pinned=pinned, by=office, at=at - timedelta(days=6))
            for title, body, trades, levels, pinned in NOTICES]
    asks, answers = (_oneself(practitioners.practitioner(one).person) for one in (providers[0].staff[0], carer))
    asked = workforce.ask(refs[0], words="外地协会的培训证书也能申报学时吗？（演示）", by=asks,
                          at=at - timedelta(days=4))
    workforce.answer(asked, words="可以，证书编号填上就行，我上个月刚报过。（演示）", by=answers,
                     at=at - timedelta(days=3))
    workforce.mark_read(refs[0], by=answers, at=at - timedelta(days=3))


def allowances(employers: list[Provider], people: list[PractitionerCard], *, at: datetime) -> None:
    """Of last month: one that waits to be paid, one that was paid, one that waits for the organisation."""
    month = timezone.localdate(at).replace(day=1) - timedelta(days=1)
    for number, (card, employer) in enumerate(zip(people, employers, strict=True)):
        if card.joined_on > month.replace(day=15):  # on a 31st the staff's first month is too young
            continue
        ref = workforce.claim(month=month, by=_oneself(card.person), at=at)
        if number < 2:
            workforce.confirm_claim(ref, by=employer.admin, at=at)
        if number == 1:
            workforce.pay(ref, paid_on=timezone.localdate(at), voucher="DEMO-JT-0001",
                          by=role("officer", f"region:{CITY}"), at=at)


def posts(providers: list[Provider], carer: UUID, *, at: datetime) -> None:
    """Posts that some providers advertise; the carer has applied for the first one."""
    words = "在社区接待居民，上门走访，协助申请服务。五险一金，双休。（演示）"
    made = [workforce.advertise(
        organisation=one.ref, title=title, description=words, level=level, places=wanted, pay_from_fen=low * 100,
        pay_until_fen=(low + 1500) * 100, closes_on=timezone.localdate(at) + timedelta(days=30), by=one.admin, at=at,
    ) for one, (title, level, wanted, low) in zip([*providers[:2], providers[-1]], POSTS, strict=True)]
    workforce.send(made[0], letter="做过两年上门护理，想转做驻站社工。（演示）", consented=True,
                   by=_oneself(practitioners.practitioner(carer).person), at=at + timedelta(hours=3))


def _oneself(person: UUID) -> Actor:
    return role("resident", f"person:{person}", person=person)
