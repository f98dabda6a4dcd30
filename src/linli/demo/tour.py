"""The main job told step by step in the terminal: one small scene, and the real actions with time passing."""
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from linli.demo import crowd, ground
from linli.demo.invented import Inventor, Someone
from linli.demo.trades import TRADES
from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.doors import say as sentence
from linli.kernel.doors import speak
from linli.kernel.geometry import Point
from linli.kernel.refusals import Refusal
from linli.kernel.text import Both
from linli.registers.accounts import actions as accounts
from linli.registers.accounts import queries as account_queries
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.places import actions as places
from linli.registers.places import queries as regions
from linli.registers.practitioners import queries as practitioners
from linli.ui import written
from linli.watchers.notices import queries as notices
from linli.work.matching import queries as matching
from linli.work.needs import actions as needs
from linli.work.needs import queries as asked
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits

SEED, WIDTH = 8, 92
TOWN, ELSEWHERE = "340104003", "340103006"  # 琥珀街道 in 蜀山区, 逍遥津街道 in 庐阳区
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_DATA: dict[str, dict[str, dict[str, str]]] = tomllib.loads((Path(__file__).parent / "data" / "tour.toml").read_text())
HEADS = {key: Both.of(text) for key, text in _DATA["heads"].items()}
SAYS = {key: Both.of(text) for key, text in _DATA["says"].items()}


@dataclass(frozen=True)
class Scene:
    """Who and what there is before anything happens. People are their accounts."""

    mother: crowd.Resident
    daughter: UUID
    neighbour: UUID
    head: UUID
    officer: UUID
    carers: dict[UUID, tuple[str, UUID]]
    """By practitioner, the lapsed one first: name and account."""
    provider: UUID
    provider_name: str
    service: UUID


def tell(*, at: datetime, say: Callable[[str], None], language: str = "zh") -> int:
    """Tell the main job in an empty database that may be written to; 0 when all of it went as it should."""
    with translation.override("en" if language == "en" else "zh-hans"):
        scene = _scene(at=at)
        journal.run()
        for number, (head, part) in enumerate(_Telling(scene, at).parts()):
            say(f"\n{number}. {speak(HEADS[head])}" if number and head else speak(HEADS[head]) if head else "")
            for line in part:
                say("\n".join(_wrapped(line)))
    return 0


# The scene


@action
def _scene(*, at: datetime) -> Scene:
    start, inventor = at - 8 * DAY, Inventor(SEED)
    rows = [row for row in regions.packaged() if row.code.endswith("000000") or row.code.startswith((TOWN, ELSEWHERE))]
    places.import_regions(rows, by=SYSTEM, at=start)
    point, town = Point(117.2577, 31.8529), regions.region(f"{TOWN}000")
    village = regions.children(f"{TOWN}000")[0]
    assert town
    home = ground.Village(village.code, village.name, town.name, f"{TOWN[:6]}000000", point)
    centre = replace(home, point=Point(117.2526, 31.8561))

    def someone(name: str, born: date) -> crowd.Resident:
        phone = inventor.someone(oldest=60, youngest=60, on=at.date()).phone
        one = Someone(name, "female", born, inventor.identity(born, female=True), phone)
        return crowd.resident(one, home, at=start)

    mother = someone("陈桂兰", date(at.year - 82, 3, 8))
    daughter, neighbour, head = (someone(name, date(at.year - years, 5, 2)) for name, years in (
        ("刘敏", 52), ("周桂英", 77), ("赵玲", 45)))
    people.represent(mother.ref, representative=daughter.ref, consented=True, by=SYSTEM, at=start)
    officer = accounts.open_account("tour-officer", name="市民政局", region=ground.CITY, by=SYSTEM, at=start)
    accounts.grant_role(officer, role="officer", scope=f"region:{ground.CITY}", by=SYSTEM, at=start)
    held = {one.ref: accounts.open_account(f"tour-{number}", person=one.ref, by=SYSTEM, at=start)
            for number, one in enumerate((daughter, neighbour, head))}
    made = _provider(inventor, centre, head, account_queries.actor(officer, at=start), at=start)
    carers = {}
    for name, age, lapses in (("赵丽", 29, timezone.localdate(at) - 2 * DAY), ("王敏", 38, None)):
        born = date(at.year - age, 6, 9)
        phone = inventor.someone(oldest=60, youngest=60, on=at.date()).phone
        one = Someone(name, "female", born, inventor.identity(born, female=True), phone)
        ref = crowd.enrol(inventor, made, one, ["carer_certificate"], lapses=lapses, at=start + 2 * DAY)
        person = practitioners.practitioner(ref).person
        carers[ref] = (name, accounts.open_account(f"tour-carer-{age}", person=person, by=SYSTEM, at=start + 2 * DAY))
    service = _services(made, centre, at=at - DAY)
    return Scene(mother, held[daughter.ref], held[neighbour.ref], held[head.ref], officer, carers, made.ref, made.name,
                 service)


def _provider(inventor: Inventor, home: ground.Village, head: crowd.Resident, officer: Actor, *,
              at: datetime) -> ground.Provider:
    """A provider that applied and was approved."""
    name = f"{home.town}安康居家养老服务中心"
    ref = organisations.apply_to_join(
        kind="agency", name=name, short_name="安康居家", english_name="Ankang Home Care (demo)",
        uscc=inventor.credit_code("agency", home.district), region=home.code, address=f"{home.name}18号（演示）",
        phone="0551-60009999", introduction="演示数据：本机构为虚构。", demo=True, by=head.actor, at=at,
    )
    organisations.approve(ref, by=officer, at=at + DAY)
    trade = next(trade for trade in TRADES if trade.key == "home")
    admin = ground.role("provider_admin", f"organisation:{ref}", person=head.ref)
    return ground.Provider(ref, trade, name, admin, home.district, home.point)


def _services(made: ground.Provider, home: ground.Village, *, at: datetime) -> UUID:
    """The service of the story, round the clock; one in another district, and one that is only like it."""
    always = [directory.Hours(day, time(0), time(0)) for day in range(7)]
    listed = [
        directory.list_service(
            made.ref, category=category, name=name, summary="演示数据", modes=["home"], region=home.code,
            point=home.point, area=[area], price_fen=12000, subsidy_fen=9000, subsidy_min_age=60, duration_minutes=60,
            capacity=1, lead_minutes=0, horizon_days=3, open_on_holidays=True, hours=always, publish=publish,
            is_demo=True, by=made.admin, at=at)
        for category, name, area, publish in (
            ("home_bathing", "上门助浴（全天候）", home.district, True),
            ("home_bathing", "上门助浴（庐阳区）", f"{ELSEWHERE[:6]}000000", False),
            ("home_care", "居家照护", home.district, False),
        )
    ]
    return listed[0]


# The telling

Part = Iterator[str]


class _Telling:
    """Every step acts when its lines are asked for, so that what is said is what has just happened."""

    def __init__(self, scene: Scene, at: datetime) -> None:
        self.scene, self.at = scene, at
        self.need: UUID
        self.order: UUID
        (self.lapsed, (self.lapsed_name, _)), (self.carer, (self.carer_name, self.carer_account)) = (
            scene.carers.items())
        self.names = account_queries.names([scene.daughter, scene.neighbour, scene.head])
        self.daughter_name = self.names[scene.daughter]

    def parts(self) -> Iterator[tuple[str, Part]]:
        yield "title", self.setting()
        for head in ("need", "matches", "book", "assign", "visit", "proof", "rating", "notices", "timeline"):
            yield head, getattr(self, f"tell_{head}")()
        yield "", iter([_say("end")])

    def by(self, account: UUID) -> Actor:
        return account_queries.actor(account, at=self.at)

    def refused(self, do: Callable[[], Any]) -> str:
        """The sentence with which the action refuses. Refuses: RuntimeError where it does not."""
        try:
            do()
        except Refusal as why:
            return "  " + _say("refused", why=sentence(why))
        raise RuntimeError("the tour expected a refusal")

    def setting(self) -> Part:
        yield speak(HEADS["invented"])
        yield _say("scene", town=self.scene.mother.home.town, provider=self.scene.provider_name,
                   mother=self.scene.mother.name, age=self.scene.mother.age, daughter=self.daughter_name)

    def tell_need(self) -> Part:
        text, mother = speak(SAYS["text"]), self.scene.mother
        yield _say("writes", daughter=self.daughter_name)
        yield f"  {text}"
        self.need = needs.post(text=text, person=mother.ref, point=mother.home.point,
                               region=mother.home.code, by=self.by(self.scene.daughter), at=self.at)
        card = asked.need(self.need, by=self.by(self.scene.daughter))
        yield _say("read", category=speak(card.category_name), urgency=speak(asked.URGENCY[card.urgency]))
        for why in card.why:
            yield "  " + _say("because", why=speak(why.text, phrase=why.phrase))

    def tell_matches(self) -> Part:
        self.at += MINUTE
        found = matching.matches(self.need, by=self.by(self.scene.daughter), at=self.at)
        for one in found.matches:
            yield _say("fits", name=one.service.name, slot=written.span(one.slot.from_, one.slot.until),
                       pays=written.money(one.pays_fen), price=written.money(one.service.price_fen))
            for reason in one.reasons:
                yield f"  {'+' if reason.good else '−'} {matching.sentence(reason, at=self.at)}"
        for code, count in found.refused.counts.items():
            why = next(reason for one in found.refused.examples for reason in one.reasons if reason.code == code)
            yield _say("unfit", count=count, why=matching.sentence(why, at=self.at))

    def tell_book(self) -> Part:
        self.at += MINUTE
        scene, daughter, begin = self.scene, self.by(self.scene.daughter), self.at + DAY
        slot = services.first_free([scene.service], begin, begin + DAY, at=self.at)[scene.service]
        self.order = orders.hold(scene.service, slot=slot.ref, need=self.need, by=daughter, at=self.at)
        held = visits.order(self.order, by=daughter, at=self.at).line
        yield _say("held", daughter=self.daughter_name, slot=written.span(slot.from_, slot.until),
                   until=written.clock(held.hold_until or self.at))
        self.at += MINUTE
        yield _say("second", other=self.names[scene.neighbour])
        yield self.refused(lambda: orders.book(scene.service, slot=slot.ref, by=self.by(scene.neighbour), at=self.at))
        self.at += MINUTE
        orders.book_held(self.order, by=daughter, at=self.at)
        line = visits.order(self.order, by=daughter, at=self.at).line
        yield _say("booked", daughter=self.daughter_name, number=line.number, until=written.moment(line.answer_by))

    def tell_assign(self) -> Part:
        self.at += 20 * MINUTE
        head, name = self.by(self.scene.head), self.names[self.scene.head]
        yield _say("first", head=name, who=self.lapsed_name)
        yield self.refused(lambda: orders.accept(self.order, practitioner=self.lapsed, by=head, at=self.at))
        self.at += MINUTE
        orders.accept(self.order, practitioner=self.carer, by=head, at=self.at)
        yield _say("sent", head=name, who=self.carer_name)

    def tell_visit(self) -> Part:
        who, place = self.by(self.carer_account), self.scene.mother.home.point
        line = visits.order(self.order, by=who, at=self.at).line

        def door(do: Callable[..., None], moment: datetime, *, east: float = 0.00012) -> Callable[[], None]:
            self.at = moment
            return lambda: do(self.order, lon=place.lon + east, lat=place.lat, by=who, at=moment)

        early, far = door(orders.check_in, line.from_ - 5 * HOUR), line.from_ - 6 * MINUTE
        for key, moment, do in (("early", self.at, early), ("far", far, door(orders.check_in, far, east=0.03))):
            yield _say(key, when=written.moment(moment), who=self.carer_name)
            yield self.refused(do)
        for key, enter, moment in (("came", orders.check_in, line.from_ - MINUTE),
                                   ("left", orders.check_out, line.until + 2 * MINUTE)):
            door(enter, moment)()
            yield _say(key, when=written.moment(moment), who=self.carer_name)

    def tell_proof(self) -> Part:
        card = visits.order(self.order, by=self.by(self.scene.daughter), at=self.at)
        proof, line = card.proof, card.line
        assert proof and proof.ended
        how = [speak(event.note) for event in card.timeline if event.note and event.fact in _AT_THE_DOOR]
        metres = written.distance(proof.check_in_metres)
        rows = {
            "what": line.service_name, "whom": line.person_name, "day": written.day(proof.on),
            "where": f"{card.region_name} · {_say('metres', how=how[0], metres=metres)}",
            "who": line.practitioner_name,
            "time": _say("minutes", span=f"{written.clock(proof.began)}–{written.clock(proof.ended)}",
                         minutes=proof.minutes),
            "worth": str(proof.worth),
        }
        widest = max(_columns(speak(SAYS[key])) for key in rows)
        for key, value in rows.items():
            label = speak(SAYS[key])
            yield f"  {label}{' ' * (widest - _columns(label) + 2)}{value}"

    def tell_rating(self) -> Part:
        daughter, on = self.by(self.scene.daughter), timezone.localdate(self.at)
        self.at += 30 * MINUTE
        orders.confirm(self.order, by=daughter, at=self.at)
        proof = visits.order(self.order, by=daughter, at=self.at).proof
        yield _say("better", daughter=self.daughter_name, grade=proof and proof.worth)
        self.at += 5 * MINUTE
        orders.rate(self.order, grade=2, comment=speak(SAYS["comment"]), by=daughter, at=self.at)
        yield _say("rates", daughter=self.daughter_name, grade="2/5", comment=speak(SAYS["comment"]))
        journal.run()
        (duty,) = rulebook.duties(on=on, about=[self.order], owner=f"organisation:{self.scene.provider}",
                                  state=rulebook.OWED)
        rule = rulebook.rule(duty.rule_id, on=on, region=duty.region_code)
        yield _say("owes", provider=self.scene.provider_name, duty=speak(duty.title), due=written.day(duty.due_on))
        yield "  " + _say("rule", rule=duty.rule_id, said=speak(rule.text))
        yield "  " + _say("basis", basis="; ".join(map(str, rule.basis)))

    def tell_notices(self) -> Part:
        mother = ground.role("resident", f"person:{self.scene.mother.ref}", person=self.scene.mother.ref)
        sides = {
            "resident": (self.scene.mother.name, mother),
            "daughter": (self.daughter_name, self.by(self.scene.daughter)),
            "provider": (self.names[self.scene.head], self.by(self.scene.head)),
            "carer": (self.carer_name, self.by(self.carer_account)), "officer": ("", self.by(self.scene.officer)),
        }
        for key, (name, actor) in sides.items():
            yield _say(key, who=name)
            told = [notices.said(card) for card in reversed(notices.notices(by=actor))]
            yield from (f"  · {text}" for text in told or [_say("nothing")])

    def tell_timeline(self) -> Part:
        card = visits.order(self.order, by=self.by(self.scene.daughter), at=self.at)
        for event in card.timeline:
            note = event.note_name or (speak(event.note) if event.note else "")
            more = " · ".join(part for part in (event.who, note) if part)
            yield f"  {written.moment(event.at)}  {speak(event.text, **event.values)}{f' ({more})' if more else ''}"


_AT_THE_DOOR = {"orders.CheckedIn", "orders.CheckedOut"}


# In lines


def _say(key: str, **values: object) -> str:
    return speak(SAYS[key], **values)


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for a Chinese sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _wrapped(line: str) -> Iterator[str]:
    """Lines of at most `WIDTH` columns, indented as the first; broken at blanks, and between Chinese signs."""
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    now = ""
    for piece in _pieces(line):
        if now.strip() and _columns(now + piece.rstrip()) > WIDTH:
            yield now.rstrip()
            now = indent + piece.lstrip()
        else:
            now += piece
    yield now.rstrip()


def _pieces(line: str) -> Iterator[str]:
    """What must not be broken: words, and single Chinese signs with the punctuation after them."""
    piece = ""
    for number, sign in enumerate(line):
        piece += sign
        after = line[number + 1: number + 2]
        wide = unicodedata.east_asian_width(sign) in "WF" and sign not in "（“《"
        if sign == " " or wide and after not in tuple("，。；：、！？）”》"):
            yield piece
            piece = ""
    if piece:
        yield piece
