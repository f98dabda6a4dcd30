"""What several use together in the demo city: a hall and a court that are opened, a family at one time, a wave."""
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from linli.demo.crowd import Resident
from linli.demo.ground import Provider
from linli.kernel.actor import SYSTEM
from linli.registers.directory import actions as services
from linli.registers.directory import queries as listed
from linli.work.orders import actions as orders
from linli.work.orders import queries as visits
from linli.work.venues import actions as venues
from linli.work.venues.actions import Offer, Span

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def form(provider: Provider, resident: Resident, providers: list[Provider], *, at: datetime) -> None:
    """The provider opens a hall and a court; the resident has the hall every week, and goes somewhere with family."""
    region = listed.services_of(provider.ref)[0].region
    hall, court = (_open(provider, region, *said, at=at) for said in (
        ("多功能厅（演示）", "hall", 80, "讲座、联欢、议事都可以。", ("projector", "sound", "step_free"), 0),
        ("羽毛球场（演示）", "court", 16, "四片场地，木地板。", ("nets", "lights", "changing_room"), 4000)))
    begin = datetime.combine(timezone.localdate(at), time(18, 30), timezone.get_current_timezone()) + 2 * DAY
    venues.book(hall, begin=begin, until=begin + 1.5 * HOUR, people=20, purpose="culture", weeks=3, by=resident.actor,
                at=at)
    venues.block(court, begin=begin, until=begin + 2 * HOUR, by=provider.admin, at=at)
    _together(providers, resident, at=at)


def _open(provider: Provider, region: str, name: str, kind: str, capacity: int, about: str, equipment: tuple[str, ...],
          price: int, *, at: datetime) -> UUID:
    offer = Offer(name, kind, about, "1号（演示）", region, capacity, tuple(
        Span(day, time(9), time(21, 30)) for day in range(7)), equipment, "请保持安静，用后关灯、归位、带走垃圾。",
        "服务台 0551-60030000", price)
    return venues.open_venue(provider.ref, offer=offer, is_demo=True, by=provider.admin, at=at)


def _together(providers: list[Provider], resident: Resident, *, at: datetime) -> None:
    """Four of a family at one time; and a service that calls the people of a time together."""
    by = {provider.ref: provider.admin for provider in providers}
    cards = [card for card in listed.open_of(list(by)) if "on_site" in card.modes and card.capacity >= 4
             and not card.source and not card.against(age=82)]
    for card in cards[:1]:
        services.update_service(card.ref, wave=True, by=by[card.provider], at=at)
    busy = visits.presences([resident.ref], at, at + 30 * DAY, by=SYSTEM, at=at)
    for card in cards[1:]:
        time_ = next((one for one in listed.slots(card.ref, at + DAY, at + 14 * DAY) if one.free >= 4
                      and one.bookable(at) and not any(other.from_ < one.until and one.from_ < other.until
                                                       for other in busy)), None)
        if time_:
            party = orders.party("family", places=4, people=[resident.ref], names=["王芳"], agreed=True, most=60)
            orders.book(card.ref, slot=time_.ref, person=resident.ref, mode="on_site", party=party, by=resident.actor,
                        at=at)
            return
