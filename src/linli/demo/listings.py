"""What the demo's directory holds besides its providers' services: a public list, bundles, places and equipment."""
from datetime import datetime
from uuid import UUID

from linli.demo.ground import CITY, Provider, role
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services

SOURCE = "演示名录"
LIST = """名称,区划代码,地址,电话,备注
三里庵社区卫生服务中心（演示）,340104,演示路 1 号,0551-60008801,
逍遥津社区卫生服务中心（演示）,340103,演示路 2 号,0551-60008802,
庐阳区图书馆（演示）,340103,演示路 3 号,0551-60008803,
蜀山区文化馆（演示）,340104,演示路 4 号,,
包河区老年大学（演示）,340111,演示路 5 号,0551-60008805,
瑶海区日间照料中心（演示）,340102,演示路 6 号,0551-60008806,
肥西县中医院（演示）,340123,演示路 7 号,0551-60008807,
庐江县康复医院（演示）,340124,,,
"""


def lay(providers: list[Provider], own: Provider, *, at: datetime) -> None:
    """A public list that nobody has confirmed; a bundle of two providers; places and equipment of some services."""
    officer = role("officer", f"region:{CITY}")
    directory.import_facilities(services.read_facilities(LIST.encode()), source=SOURCE, is_demo=True,
                                by=officer, at=at)
    mine = [ref for ref, offer in own.services if services.category(offer.category).domain.key == "elderly_care"]
    partner, nurse = next((one, ref) for one in providers for ref, offer in one.services if one.ref != own.ref
                          and services.category(offer.category).domain.key == "health" and _open(ref))
    _bundle(own, partner, "medical_elderly", "居家康养套餐（演示）", "生活照护加医疗护理，一次谈好，分次上门。",
            [directory.Chosen(mine[0], times=2), directory.Chosen(nurse)], saved=2_000, at=at)
    tours, shows = ([(one, ref) for one in providers for ref, offer in one.services
                     if offer.category == category and _open(ref)] for category in ("tourism_guide", "culture"))
    if tours and shows:
        (guide, tour), (house, show) = tours[0], shows[0]
        _bundle(guide, house, "culture_tourism", "老城半日（演示）", "先看包公园，再听一场庐剧。",
                [directory.Chosen(tour), directory.Chosen(show)], saved=0, at=at)
        directory.set_resources(tour, resources=[
            directory.Resource("guided", "包公园讲解线路"), directory.Resource("digital", "语音导览"),
        ], by=guide.admin, at=at)
        directory.set_resources(show, resources=[
            directory.Resource("immersive", "庐剧沉浸式小剧场"), directory.Resource("room", "排练厅", 2),
        ], by=house.admin, at=at)
    directory.set_capacities(mine[0], capacities=[
        directory.Capacity("visits", 60, 18), directory.Capacity("visits", 20, 0, "low_income", 100, True),
    ], by=own.admin, at=at)
    directory.set_resources(mine[0], resources=[directory.Resource("equipment", "移动助浴椅", 3)], by=own.admin, at=at)
    directory.check_listing(mine[0], by=officer, at=at)


def _open(ref: UUID) -> bool:
    """Whether it is listed now: over the year some providers are suspended."""
    return services.service(ref).open


def _bundle(lead: Provider, partner: Provider, kind: str, name: str, summary: str, parts: list[directory.Chosen], *,
            saved: int, at: datetime) -> None:
    """Listed, agreed to by the partner, cheaper by so many fen than its services one by one."""
    worth = sum(services.service(one.service).price_fen * one.times for one in parts)
    ref = directory.draft_bundle(lead.ref, kind=kind, name=name, summary=summary, services=parts, is_demo=True,
                                 price_fen=worth - min(saved, worth), by=lead.admin, at=at)
    if partner.ref != lead.ref:
        directory.agree_to_bundle(ref, by=partner.admin, at=at)
    directory.list_bundle(ref, by=lead.admin, at=at)
