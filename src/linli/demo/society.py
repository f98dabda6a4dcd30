"""The organisations of the large demo city: of every kind, joining over the years, some refused, some suspended."""
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.demo import crowd, ground
from linli.demo.ground import CITY, Provider, Village, role
from linli.demo.invented import WORDS, Inventor
from linli.demo.life import DAY, Life
from linli.demo.trades import OFFERS, TRADES, Trade
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.places import queries as regions
from linli.registers.practitioners import actions as practitioners

HOUR = timedelta(hours=1)
OTHERS = (
    ("society", "{district}{word}志愿服务协会"), ("society", "{town}{word}老年协会"),
    ("society", "{town}{word}文体团队"), ("agency", "{district}{word}儿童关爱中心"),
    ("agency", "{town}{word}社区服务社"), ("agency", "{town}{word}公益服务中心"),
    ("foundation", "合肥{word}公益基金会"), ("foundation", "{district}{word}慈善基金会"),
    ("company", "合肥{district}{word}适老用品有限公司"), ("company", "{district}{word}健康科技有限公司"),
    ("public_institution", "{town}{word}综合文化站"), ("public_institution", "{district}{word}养老服务指导中心"),
)
DECIDED = (("approve", .8), ("amend", .08), ("return", .04), ("refuse", .05), ("wait", .03))
REASONS = ("登记证书副本不清晰，请重新上传；业务范围与拟开展的服务不一致，请说明。", "统一社会信用代码证书已过有效期。")
PREMISES = ("社区卫生服务站", "老年食堂", "日间照料点", "图书室", "文化活动室", "托育点", "康复站", "法律咨询点")


@dataclass
class Society:
    """Gives names and homes to organisations and lets them join; tells `opened` of each that lists services."""

    life: Life
    villages: list[Village]
    opened: Callable[[Provider, datetime], None]
    _names: set[str] = field(default_factory=set)
    _count: int = 0

    @property
    def inventor(self) -> Inventor:
        return self.life.inventor

    def sow(self, *, providers: int, others: int, when: Callable[[], datetime]) -> None:
        """Have so many join, each at a moment of its own: trades in the parts that the small city has of them."""
        trades = [trade for trade in TRADES for _ in range(trade.count)]
        for number in range(providers):
            trade = trades[number % len(trades)]
            self.life.at(when(), self._joins(trade.kind, trade.pattern, trade))
        for number in range(others):
            self.life.at(when(), self._joins(*OTHERS[number % len(OTHERS)], None))

    def _joins(self, kind: str, pattern: str, trade: Trade | None) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            random = self.inventor.random
            home = random.choice(self.villages)
            name = self._name(pattern, home)
            self._count += 1
            head = people.register(name=self.inventor.someone(oldest=60, youngest=30, on=at.date()).name,
                                   region=home.code, is_demo=True, by=SYSTEM, at=at)
            offers = "；".join(OFFERS[key].name for key in trade.offers) if trade else "服务居民，详情请来电。"
            said: dict[str, Any] = {
                "kind": kind, "name": name, "uscc": self.inventor.credit_code(kind, home.district),
                "region": home.code, "address": f"{home.name}{random.randint(1, 280)}号（演示）",
                "phone": f"0551-6{self._count:07d}", "introduction": f"演示数据：本机构为虚构。{offers}",
            }
            applicant = role("resident", f"person:{head}", person=head)
            ref = organisations.apply_to_join(**said, demo=True, by=applicant, at=at)
            admin = role("provider_admin", f"organisation:{ref}", person=head)
            found = Provider(ref, trade or TRADES[0], name, admin, home.district, home.point)
            self._decided(found, home, said, applicant, trade is not None, at)

        return happen

    def _decided(self, found: Provider, home: Village, said: dict[str, Any], applicant: Actor, serves: bool,
                 at: datetime) -> None:
        """The office answers within days; who was given their papers back mostly sends them again."""
        random = self.inventor.random
        officer = role("officer", f"region:{CITY}")
        dice = random.random()
        end = "approve" if serves else next(word for word, part in DECIDED if (dice := dice - part) < 0)
        answer = at + random.randint(20, 150) * HOUR
        if end == "wait":
            return
        if end == "refuse":
            self.life.at(answer, lambda at: organisations.refuse(found.ref, reasons=REASONS[1], by=officer, at=at))
            return
        if end != "approve":
            self.life.at(answer, lambda at: organisations.return_(found.ref, reasons=REASONS[0], by=officer, at=at))
            if end == "return":
                return
            answer += random.randint(2, 9) * DAY
            applies = Actor(applicant.ref, applicant.person, applicant.grants)
            self.life.at(answer, lambda at: organisations.amend(found.ref, **said, by=applies, at=at))
            answer += random.randint(20, 90) * HOUR

        def approved(at: datetime) -> None:
            organisations.approve(found.ref, by=officer, at=at)
            if serves:
                self.life.at(at + random.randint(2, 40) * HOUR, lambda at: self._opens(found, home, at))

        self.life.at(answer, approved)
        if random.random() < .015:
            self._suspended(found, officer, answer + random.randint(20, 200) * DAY)

    def _suspended(self, found: Provider, officer: Actor, on: datetime) -> None:
        why = "年检发现服务人员证件不全，暂停接单，整改后恢复。"
        self.life.at(on, lambda at: organisations.suspend(found.ref, reasons=why, by=officer, at=at))
        if self.inventor.random.random() < .6:
            self.life.at(on + self.inventor.random.randint(8, 40) * DAY,
                         lambda at: organisations.restore(found.ref, by=officer, at=at))

    def _opens(self, found: Provider, home: Village, at: datetime) -> None:
        """Its site, what it offers, one or two on its staff; from then on it keeps its papers and listings fresh."""
        ground.site_and_services(self.inventor, found, home, at=at)
        needed = sorted({kind for _, offer in found.services for kind in services.category(offer.category).credentials})
        for number in range(self.inventor.random.choice((1, 2))):
            one = self.inventor.someone(oldest=58, youngest=24, on=at.date(), female=self.inventor.random.random() < .7)
            ref = crowd.join(found, one, at=at)
            kinds = [kind for kind in needed if kind not in crowd.BASE
                     and (number == 0 or self.inventor.random.random() < .8)]
            ends = crowd.papers(self.inventor, found, ref, kinds, at=at)
            found.staff.append(ref)
            self._works(found, ref, ends, at)
        for service, _ in found.services:
            self._assured(found, service, at)
        self.opened(found, at)

    def _works(self, found: Provider, ref: UUID, ends: dict[str, Any], at: datetime) -> None:
        """Papers are renewed before they end, mostly; some people leave."""
        random = self.inventor.random
        for kind, end in ends.items():
            dice = random.random()
            if dice < .97:
                early = random.randint(2, 25) if dice < .91 else -random.randint(2, 30)
                moment = at + (end - at.date()) - early * DAY
                self.life.at(moment, self._renews(found, ref, kind, max(end, moment.date())))
        if random.random() < .05 and ref != found.staff[0]:
            self.life.at(at + random.randint(30, 300) * DAY, lambda at: self._leaves(found, ref, at))

    def _renews(self, found: Provider, ref: UUID, kind: str, begin: Any) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            if ref in found.staff:
                crowd.paper(self.inventor, found, ref, kind, begin, begin + crowd.YEAR, at=at)
                self.life.counts["renewed"] += 1

        return happen

    def _leaves(self, found: Provider, ref: UUID, at: datetime) -> None:
        practitioners.leave(ref, by=found.admin, at=at)
        found.staff.remove(ref)

    def _assured(self, found: Provider, service: UUID, at: datetime) -> None:
        """Every few months somebody looks whether all of it still stands; now and then nobody does."""
        if self.inventor.random.random() < .93:
            def happen(at: datetime) -> None:
                directory.assure(service, by=found.admin, at=at)
                self._assured(found, service, at)

            self.life.at(at + self.inventor.random.randint(130, 178) * DAY, happen)

    def _name(self, pattern: str, home: Village) -> str:
        random = self.inventor.random
        district = regions.names([home.district])[home.district]
        for tries in range(400):
            word = random.choice(WORDS) + ("" if tries < 12 else random.choice(WORDS))
            name = pattern.format(town=home.town, district=district, word=word)
            if name not in self._names:
                break
        self._names.add(name)
        return name


def known(inventor: Inventor, villages: list[Village], count: int, *, at: datetime) -> None:
    """A public list of facilities that nobody has confirmed, taken in as one file."""
    rows = ["名称,区划代码,地址,电话"]
    for number in range(count):
        home, what = villages[number * 7 % len(villages)], PREMISES[number % len(PREMISES)]
        street = f"演示路{inventor.random.randint(1, 300)}号"
        rows.append(f"{home.town}{home.name}{what}{number}（演示）,{home.code},{street},0551-69{number:06d}")
    office = role("officer", f"region:{CITY}")
    directory.import_facilities(services.read_facilities("\n".join(rows).encode()), source="演示名录二", is_demo=True,
                                by=office, at=at)
