"""Price and subsidy, for whom a service is, where it goes: over plain values."""
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.actor import prefix
from linli.kernel.geometry import Point
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

MODES: dict[str, Text] = {"on_site": N_("At the site"), "home": N_("At your home"), "remote": N_("By phone or online")}
UNITS: dict[str, Text] = {
    "visit": N_("per visit"), "hour": N_("per hour"), "day": N_("per day"), "month": N_("per month"),
    "session": N_("per session"),
}
GROUPS: dict[str, Text] = {
    "low_income": N_("households on the minimum living allowance"), "extreme_poverty": N_("people in extreme hardship"),
    "disabled": N_("disabled people"), "living_alone": N_("older people who live alone"),
    "lost_only_child": N_("families who lost their only child"), "left_behind_child": N_("children left behind"),
    "veteran": N_("veterans and their families"), "migrant": N_("people from elsewhere"),
}
GENDERS: dict[str, Text] = {"": N_("everybody"), "female": N_("women"), "male": N_("men")}
LANGUAGES: dict[str, Text] = {
    "zh": N_("Mandarin"), "zh-x-hefei": N_("Hefei dialect"), "en": N_("English"), "csl": N_("Chinese sign language"),
    "yue": N_("Cantonese"), "wuu": N_("Wu dialect"), "ja": N_("Japanese"), "ko": N_("Korean"),
}
ACCESSIBILITY: dict[str, Text] = {
    "step_free": N_("Step-free entrance"), "lift": N_("Lift"), "accessible_toilet": N_("Accessible toilet"),
    "parking": N_("Accessible parking"), "tactile_paving": N_("Tactile paving"), "hearing_loop": N_("Hearing loop"),
    "sign_language": N_("Sign language"), "large_print": N_("Large print"), "wheelchair": N_("Wheelchair to borrow"),
}
MOST_FEN = 100_000_000  # a million yuan: more is a slip of the keyboard
MOST_MINUTES = 24 * 60
MOST_CAPACITY = 500
MOST_HORIZON = 180


@dataclass(frozen=True)
class SubsidyFor:
    """Whom the subsidy is for: from this age, or in one of these groups; with neither, everybody."""

    min_age: int | None = None
    groups: tuple[str, ...] = ()

    def holds(self, age: int | None, groups: Collection[str]) -> bool:
        if self.min_age is None and not self.groups:
            return True
        old = self.min_age is not None and age is not None and age >= self.min_age
        return old or bool(set(self.groups) & set(groups))


@dataclass(frozen=True)
class Eligibility:
    """For whom a service is; what is not set excludes nobody. With several groups, one of them is enough."""

    min_age: int | None = None
    max_age: int | None = None
    groups: tuple[str, ...] = ()
    gender: str = ""

    def against(self, *, age: int | None, gender: str = "", groups: Collection[str] = ()) -> tuple[str, ...]:
        """Which conditions a person does not meet: min_age, max_age, gender, groups. What is unknown counts as met."""
        return tuple(name for name, fails in (
            ("min_age", self.min_age is not None and age is not None and age < self.min_age),
            ("max_age", self.max_age is not None and age is not None and age > self.max_age),
            ("gender", bool(self.gender and gender and self.gender != gender)),
            ("groups", bool(self.groups and groups and not set(self.groups) & set(groups))),
        ) if fails)


def price_after(
    price_fen: int, subsidy_fen: int, subsidy_for: SubsidyFor, *, age: int | None = None, groups: Collection[str] = ()
) -> int:
    """What a person pays, in fen: the price less the subsidy where it is for them, and never below nothing."""
    return max(0, price_fen - subsidy_fen) if subsidy_for.holds(age, groups) else price_fen


def county(region: str) -> str:
    """The region that a service covers where it says nothing: the district or county it lies in."""
    return region[:6].ljust(12, "0")


def serves(area: Collection[str], region: str) -> bool:
    """Whether a region lies in (or is) one of those served."""
    return any(region.startswith(prefix(code)) for code in area)


def above(region: str) -> tuple[str, ...]:
    """The code and those of everything above it, as they can stand in an area."""
    return tuple(dict.fromkeys((region, *(region[:digits].ljust(12, "0") for digits in (9, 6, 4, 2)))))


@dataclass(frozen=True)
class Offer:
    """Everything that a provider says about one service, but its hours. Money in fen, times in minutes."""

    category: str
    name: str
    summary: str
    modes: tuple[str, ...]
    region: str
    site: UUID | None = None
    point: Point | None = None
    area: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh",)
    accessibility: tuple[str, ...] = ()
    price_fen: int = 0
    price_unit: str = "visit"
    subsidy_fen: int = 0
    subsidy_min_age: int | None = None
    subsidy_groups: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    groups: tuple[str, ...] = ()
    gender: str = ""
    duration_minutes: int = 60
    buffer_minutes: int = 0
    capacity: int = 1
    lead_minutes: int = 120
    horizon_days: int = 28
    open_on_holidays: bool = False
    setup_minutes: int = 0
    """Kept free before each visit, as `buffer_minutes` is after it."""
    wave: bool = False
    """The places of one time are called for its beginning and served one after another."""


SLOTTED = ("duration_minutes", "setup_minutes", "buffer_minutes", "capacity", "lead_minutes", "horizon_days",
           "open_on_holidays")
"""What the times on offer follow from, besides the hours."""


def check_offer(offer: Offer, *, category_modes: Collection[str]) -> None:
    """Refuses, RuleBroken naming the field: what no service can say about itself."""
    check_text(offer.name, "name", 60)
    check_text(offer.summary, "summary", 500)
    _among(offer.modes, MODES, "modes")
    if not offer.modes:
        raise RuleBroken(N_("Choose at least one way in which the service is given."), field="modes")
    if not set(offer.modes) <= set(category_modes):
        odd = next(MODES[mode] for mode in offer.modes if mode not in category_modes)
        raise RuleBroken(N_("Services of this category are not given so: {mode}. Choose another way or category."),
                         rule="directory.modes", field="modes", mode=odd)
    _among(offer.languages, LANGUAGES, "languages")
    _among(offer.accessibility, ACCESSIBILITY, "accessibility")
    _among(offer.groups, GROUPS, "groups")
    _among(offer.subsidy_groups, GROUPS, "subsidy_groups")
    _among((offer.price_unit,), UNITS, "price_unit")
    _among((offer.gender,), GENDERS, "gender")
    _between(offer.price_fen, 0, MOST_FEN, "price_fen", N_("A price is between ¥0 and ¥1,000,000."))
    if offer.subsidy_fen < 0 or offer.subsidy_fen > offer.price_fen:
        raise RuleBroken(N_("A subsidy is at most the price."), rule="directory.subsidy", field="subsidy_fen")
    low, high = offer.min_age, offer.max_age
    for age, field in ((low, "min_age"), (high, "max_age"), (offer.subsidy_min_age, "subsidy_min_age")):
        if age is not None:
            _between(age, 0, 130, field, N_("An age is between 0 and 130."))
    if low is not None and high is not None and high < low:
        raise RuleBroken(N_("The highest age is below the lowest."), field="max_age")
    _between(offer.duration_minutes, 5, MOST_MINUTES, "duration_minutes",
             N_("One visit or session takes between 5 minutes and a day."))
    _between(offer.buffer_minutes, 0, 240, "buffer_minutes", N_("The pause between two is at most four hours."))
    _between(offer.setup_minutes, 0, 240, "setup_minutes", N_("Setting up takes at most four hours."))
    _between(offer.capacity, 1, MOST_CAPACITY, "capacity", N_("One time has between 1 and 500 places."))
    if offer.wave and offer.capacity < 2:
        raise RuleBroken(N_("Say how many are called for the same start: two or more. Or take the mark away."),
                         rule="directory.wave", field="capacity")
    _between(offer.lead_minutes, 0, 30 * MOST_MINUTES, "lead_minutes", N_("Booking closes at most 30 days before."))
    _between(offer.horizon_days, 1, MOST_HORIZON, "horizon_days", N_("Times are shown for 1 to 180 days ahead."))


def check_text(text: str, field: str, most: int, *, needed: bool = True) -> None:
    """Refuses, RuleBroken naming the field: an empty text where one is needed, one too long, control characters."""
    if needed and not text.strip():
        raise RuleBroken(N_("Fill this in: it is needed."), field=field)
    if len(text) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."), field=field,
                         count=len(text), most=most)
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        raise RuleBroken(N_("This holds characters that cannot be seen. Type it again instead of pasting it."),
                         field=field)


def _among(given: Collection[str], known: Collection[str], field: str) -> None:
    for one in given:
        if one not in known:
            raise RuleBroken(N_("“{value}” is not one of the choices here."), field=field, value=one[:40])


def _between(value: int, low: int, high: int, field: str, sentence: Text) -> None:
    if not low <= value <= high:
        raise RuleBroken(sentence, field=field)
