"""Facilities of the public: what kinds there are, whom they serve, for which level; and the age groups."""
from dataclasses import dataclass
from enum import StrEnum

from linli.kernel.text import N_, Both, Text


class Tier(StrEnum):
    """For whom a facility works: the whole city, a district, a street or a community."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


TIERS: dict[Tier, Text] = {
    Tier.CITY: N_("for the whole city"), Tier.COUNTY: N_("for a district or county"),
    Tier.TOWNSHIP: N_("for a street or township"), Tier.VILLAGE: N_("for a community or village"),
}


class Group(StrEnum):
    TODDLERS = "toddlers"
    PRESCHOOLERS = "preschoolers"
    PUPILS = "pupils"
    ADULTS = "adults"
    ELDERS = "elders"
    OLDEST = "oldest"


GROUPS: dict[Group, Text] = {
    Group.TODDLERS: N_("Children under 3"), Group.PRESCHOOLERS: N_("Children of 3 to 5"),
    Group.PUPILS: N_("Children of 6 to 17"), Group.ADULTS: N_("Adults of 18 to 59"),
    Group.ELDERS: N_("Elders of 60 to 79"), Group.OLDEST: N_("Elders of 80 and more"),
}
ALL = tuple(Group)
CHILDREN = (Group.TODDLERS, Group.PRESCHOOLERS, Group.PUPILS)
OLD = (Group.ELDERS, Group.OLDEST)


@dataclass(frozen=True)
class Kind:
    """`groups` need it; `unit` is what its capacity counts; `minutes` on foot is where it is wanted."""

    name: Both
    groups: tuple[Group, ...]
    unit: Both
    minutes: int
    station: bool = False
    """Whether each community is to have one of its own or within reach."""


_PLACES, _BEDS = Both("places", "个位子"), Both("beds", "张床")
_MEALS, _A_DAY = Both("meals a day", "份餐／日"), Both("people a day", "人次／日")
KINDS: dict[str, Kind] = {
    "service_centre": Kind(Both("Service centre", "综合服务中心"), ALL, _A_DAY, 15),
    "service_station": Kind(Both("Service station", "服务站"), ALL, _A_DAY, 15, station=True),
    "social_work_station": Kind(Both("Social-work station", "社工站"), ALL, _A_DAY, 15, station=True),
    "day_care": Kind(Both("Day-care centre for elders", "老年人日间照料中心"), OLD, _PLACES, 15, station=True),
    "canteen": Kind(Both("Canteen for elders", "老年食堂（助餐点）"), OLD, _MEALS, 10, station=True),
    "care_home": Kind(Both("Care home", "养老院"), OLD, _BEDS, 15),
    "clinic": Kind(Both("Community clinic", "社区卫生服务站"), ALL, _A_DAY, 15, station=True),
    "childcare": Kind(Both("Childcare for under-threes", "托育机构"), (Group.TODDLERS,), _PLACES, 15, station=True),
    "kindergarten": Kind(Both("Kindergarten", "幼儿园"), (Group.PRESCHOOLERS,), _PLACES, 10, station=True),
    "children_home": Kind(Both("Children's home from home", "儿童之家"), CHILDREN, _PLACES, 10),
    "reading_room": Kind(Both("Library or reading room", "图书馆（阅览室）"), ALL, _PLACES, 15),
    "sports_ground": Kind(Both("Sports ground", "健身场地"), ALL, _A_DAY, 10),
    "market": Kind(Both("Food market", "菜市场"), ALL, _A_DAY, 10),
    "premises": Kind(Both("Idle public premises", "闲置公共用房"), ALL, _PLACES, 15),
}
IDLE = "premises"
"""Public premises that lie idle and could serve: where a new facility could be, never one that serves."""
STATIONS = tuple(key for key, kind in KINDS.items() if kind.station)
KIND = N_("This kind of facility is not known.")
WHOSE = N_("A facility for {tier} lies in a region of that level or below it.")


def serving(group: Group) -> tuple[str, ...]:
    """The kinds of facility that people of this age group need within a walk."""
    return tuple(key for key, kind in KINDS.items() if group in kind.groups and key != IDLE)
