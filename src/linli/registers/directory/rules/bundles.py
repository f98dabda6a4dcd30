"""Services of several fields as one offer: which kinds there are, and what each must hold."""
from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Both, Text
from linli.registers.directory.rules.offers import MOST_FEN, check_text


@dataclass(frozen=True)
class Kind:
    """`domains` are the fields that must all be there; without any, two different ones."""

    name: Both
    domains: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "medical_elderly": Kind(Both("Medical and elderly care", "医养结合"), ("health", "elderly_care")),
    "culture_education": Kind(Both("Culture and education", "文教结合"), ("culture_tourism", "education")),
    "sports_health": Kind(Both("Sports and health", "体医融合"), ("sports", "health")),
    "culture_tourism": Kind(Both("Culture and tourism", "文旅融合"), ("culture_tourism",)),
    "care_education": Kind(Both("Childcare and education", "托教结合"), ("childcare", "education")),
    "other": Kind(Both("Across fields", "跨领域")),
}
ROLES: dict[str, Text] = {
    "main": N_("part of the service"), "logistics": N_("transport and delivery"),
    "property": N_("property management"),
}
"""What a part does for the whole: partners may carry things, or open the door of their estate."""
MOST_PARTS = 12
VISITS = "directory.bundle_visits"


@dataclass(frozen=True)
class Part:
    category: str
    domain: str
    price_fen: int
    times: int = 1
    role: str = "main"


def check_bundle(kind: str, name: str, summary: str, price_fen: int | None, parts: Sequence[Part], *,
                 most: int) -> None:
    """Refuses, RuleBroken naming the field: not what the kind asks for, one part, more than `most` visits in all,
    dearer than its parts, words."""
    if kind not in KINDS:
        raise RuleBroken(N_("“{value}” is not one of the choices here."), field="kind", value=kind[:40])
    check_text(name, "name", 60)
    check_text(summary, "summary", 500)
    if not 2 <= len(parts) <= MOST_PARTS:
        raise RuleBroken(N_("A bundle has 2 to {most} services. Choose more, or fewer."), field="services",
                         most=MOST_PARTS)
    for part in parts:
        if part.role not in ROLES:
            raise RuleBroken(N_("“{value}” is not one of the choices here."), field="services", value=part.role[:40])
        if not 1 <= part.times <= 100:
            raise RuleBroken(N_("Each service is given 1 to 100 times."), field="services")
    if (count := sum(part.times for part in parts)) > most:
        raise RuleBroken(N_("A bundle has at most {most} visits in all, and these are {count}. Take some out, or make"
                            " two bundles."), rule=VISITS, field="services", most=most, count=count)
    main = [part for part in parts if part.role == "main"]
    held = {part.domain for part in main}
    if not set(KINDS[kind].domains) <= held:
        raise RuleBroken(N_("A bundle of this kind joins other fields: choose a service of each."),
                         rule="directory.bundle_fields", field="services")
    if len({part.category for part in main} if kind == "culture_tourism" else held) < 2:
        raise RuleBroken(N_("A bundle joins different fields: choose services of at least two."),
                         rule="directory.bundle_fields", field="services")
    whole = worth(parts)
    if price_fen is not None and not 0 <= price_fen <= min(whole, MOST_FEN):
        raise RuleBroken(N_("A bundle costs at most what its services cost one by one ({whole} yuan)."),
                         rule="directory.bundle_price", field="price_fen", whole=f"{whole / 100:,.2f}")


def worth(parts: Sequence[Part]) -> int:
    """What the services cost one by one, in fen."""
    return sum(part.price_fen * part.times for part in parts)


def shares(price: int, alone: Sequence[int]) -> list[int]:
    """A price in whole fen, shared among visits as they cost one by one; the fen left over go to the largest rests."""
    whole = sum(alone)
    if not whole:
        return [0] * len(alone)
    found = [price * one // whole for one in alone]
    rests = sorted(range(len(alone)), key=lambda n: (-(price * alone[n] % whole), n))
    for n in rests[:price - sum(found)]:
        found[n] += 1
    return found


def parted(price: int, alone: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What each visit costs within the bundle and the subsidy on it, from what both are alone: at most its price."""
    prices = shares(price, [one for one, _ in alone])
    return [(share, min(subsidy, share)) for share, (_, subsidy) in zip(prices, alone, strict=True)]
