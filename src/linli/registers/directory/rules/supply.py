"""How many a service can take, and what it works with: over plain values."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory.rules.offers import GROUPS, check_text

UNITS: dict[str, Text] = {
    "places": N_("places"), "beds": N_("beds"), "seats": N_("seats"), "visits": N_("visits a week"),
    "hours": N_("hours a week"),
}
KINDS: dict[str, Text] = {
    "equipment": N_("equipment"), "room": N_("room or court"), "digital": N_("digital resource"),
    "guided": N_("guided tour"), "immersive": N_("immersive experience"),
}
STATUS: dict[str, Text] = {
    "capacity": N_("places free"), "waitlist": N_("full, with a waiting list"), "no_capacity": N_("full"),
}
MOST = 1_000_000
MOST_ROWS = 30


@dataclass(frozen=True)
class Capacity:
    """`available` of `maximum` places for one group (empty: everybody); `funded_percent` of them are paid for."""

    unit: str
    maximum: int
    available: int
    group: str = ""
    funded_percent: int = 0
    waiting_list: bool = False
    ref: UUID | None = None
    updated_at: datetime | None = None

    @property
    def status(self) -> str:
        return "capacity" if self.available else "waitlist" if self.waiting_list else "no_capacity"


@dataclass(frozen=True)
class Resource:
    kind: str
    name: str
    quantity: int = 1
    url: str = ""
    ref: UUID | None = None


def check_capacities(found: Sequence[Capacity]) -> None:
    """Refuses, RuleBroken naming the field: more free than there are, a group twice, unknown words."""
    seen = set()
    if len(found) > MOST_ROWS:
        raise RuleBroken(N_("At most {most} rows are kept."), field="capacities", most=MOST_ROWS)
    for one in found:
        if one.unit not in UNITS or one.group and one.group not in GROUPS:
            raise RuleBroken(N_("“{value}” is not one of the choices here."), field="unit",
                             value=(one.unit if one.unit not in UNITS else one.group)[:40])
        if not 1 <= one.maximum <= MOST:
            raise RuleBroken(N_("How many there are is a whole number from 1 to 1,000,000."), field="maximum")
        if not 0 <= one.available <= one.maximum:
            raise RuleBroken(N_("{available} free of {maximum}: at most as many are free as there are."),
                             rule="directory.capacity", field="available", available=one.available,
                             maximum=one.maximum)
        if not 0 <= one.funded_percent <= 100:
            raise RuleBroken(N_("The funded share is between 0 and 100 percent."), field="funded_percent")
        if (one.unit, one.group) in seen:
            raise RuleBroken(N_("The same group stands here twice. Put its places into one row."), field="group")
        seen.add((one.unit, one.group))


def check_resources(found: Sequence[Resource]) -> None:
    """Refuses, RuleBroken naming the field: unknown kinds, no name, a name twice, an address that is not https."""
    seen = set()
    if len(found) > MOST_ROWS:
        raise RuleBroken(N_("At most {most} rows are kept."), field="resources", most=MOST_ROWS)
    for one in found:
        if one.kind not in KINDS:
            raise RuleBroken(N_("“{value}” is not one of the choices here."), field="kind", value=one.kind[:40])
        check_text(one.name, "name", 60)
        if not 1 <= one.quantity <= 10_000:
            raise RuleBroken(N_("How many there are is a whole number from 1 to 10,000."), field="quantity")
        if one.url and (not one.url.startswith("https://") or len(one.url) > 300 or any(c in one.url for c in ' "<>')):
            raise RuleBroken(N_("An address begins with https:// and has no spaces."), field="url")
        if (one.kind, one.name.strip()) in seen:
            raise RuleBroken(N_("“{value}” stands here twice. Say how many there are instead."), field="name",
                             value=one.name[:40])
        seen.add((one.kind, one.name.strip()))
