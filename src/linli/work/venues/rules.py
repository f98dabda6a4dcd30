"""Which periods of a venue can be booked, by whom it may be changed until when, and what it costs."""
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF = timedelta(minutes=30)
MIDNIGHT = time(0)
SERIES, EARLY, NO_SHOW = "venues.series_weeks", "venues.check_in_early_minutes", "venues.no_show_minutes"
LONGEST_NAME, LONGEST_TEXT = 40, 500
MOST_PEOPLE, MOST_FEN, MOST_HOURS, MOST_DAYS, MOST_LEAD = 2000, 1_000_000, 12, 90, 7 * 24

KINDS: dict[str, Text] = {
    "hall": N_("Hall"), "meeting_room": N_("Meeting room"), "activity_room": N_("Activity room"),
    "court": N_("Indoor court"), "playground": N_("Sports ground or playground"),
    "rehearsal_room": N_("Rehearsal room"),
}
EQUIPMENT: dict[str, Text] = {
    "projector": N_("Projector"), "sound": N_("Sound system"), "whiteboard": N_("Whiteboard"), "piano": N_("Piano"),
    "mirrors": N_("Mirrors"), "nets": N_("Nets and goals"), "lights": N_("Floodlights"), "kitchen": N_("Kitchen"),
    "step_free": N_("Step-free entrance"), "changing_room": N_("Changing room"),
}
PURPOSES: dict[str, Text] = {
    "sport": N_("Sport"), "meeting": N_("Meeting"), "class": N_("Class or talk"),
    "culture": N_("Music, dance, theatre"),
    "celebration": N_("Celebration"), "other": N_("Something else"),
}
OWN_USE = "own"
HALF_A_SPAN: Text = N_("On {day}, a span has only one of its two times.")
WEEKDAYS: tuple[Text, ...] = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)


@dataclass(frozen=True)
class Span:
    """Hours of a weekday (0 is Monday); `closes` at 00:00 is the end of the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Offer:
    """What an organisation says about a venue. Money in fen an hour; the lead in hours."""

    name: str
    kind: str
    about: str
    address: str
    region: str
    capacity: int
    hours: tuple[Span, ...]
    equipment: tuple[str, ...] = ()
    house_rules: str = ""
    opened_by: str = ""
    """Who opens the door, and how to reach them."""
    price_fen: int = 0
    lead_hours: int = 2
    cancel_hours: int = 12
    most_hours: int = 3
    horizon_days: int = 28


def check_offer(offer: Offer) -> None:
    """Refuses, RuleBroken naming the field: what no venue can say about itself."""
    for field, most, needed in (("name", LONGEST_NAME, True), ("about", LONGEST_TEXT, False), ("address", 100, True),
                                ("house_rules", LONGEST_TEXT, False), ("opened_by", 100, True)):
        words(getattr(offer, field), field, most, needed=needed)
    _among((offer.kind,), KINDS, "kind")
    _among(offer.equipment, EQUIPMENT, "equipment")
    for value, low, high, field, sentence in (
        (offer.capacity, 1, MOST_PEOPLE, "capacity", N_("A venue holds between 1 and 2,000 people.")),
        (offer.price_fen, 0, MOST_FEN, "price_fen", N_("An hour costs between ¥0 and ¥10,000.")),
        (offer.lead_hours, 0, MOST_LEAD, "lead_hours", N_("Booking closes at most seven days before.")),
        (offer.cancel_hours, 0, MOST_LEAD, "cancel_hours", N_("Cancelling closes at most seven days before.")),
        (offer.most_hours, 1, MOST_HOURS, "most_hours", N_("One booking is for 1 to 12 hours at most.")),
        (offer.horizon_days, 1, MOST_DAYS, "horizon_days", N_("Times are shown for 1 to 90 days ahead.")),
    ):
        if not low <= value <= high:
            raise RuleBroken(sentence, field=field)
    check_hours(offer.hours)


def check_hours(hours: Sequence[Span]) -> None:
    """Refuses, RuleBroken: none, not on the half hour, ending before they begin, overlapping."""
    if not hours:
        raise RuleBroken(N_("Say when the venue is open: at least one span of a day."), field="hours")
    ordered = sorted(hours, key=lambda one: (one.weekday, one.opens))
    for one in ordered:
        if {one.opens.minute, one.closes.minute} - {0, 30}:
            raise RuleBroken(N_("Hours begin and end on the half hour, such as 08:30."), rule="venues.halves",
                             field="hours")
        if not 0 <= one.weekday <= 6 or minute(one.closes, end=True) <= minute(one.opens):
            raise RuleBroken(N_("On {day}, the hours end before they begin."), field="hours",
                             day=WEEKDAYS[one.weekday % 7])
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and minute(other.opens) < minute(one.closes, end=True):
            raise RuleBroken(N_("On {day}, two spans overlap. Join them."), field="hours", day=WEEKDAYS[one.weekday])


def minute(value: time, *, end: bool = False) -> int:
    """Minutes since midnight; 00:00 as an end is 24:00."""
    return 24 * 60 if end and value == MIDNIGHT else value.hour * 60 + value.minute


def halves(begin: datetime, until: datetime) -> list[datetime]:
    """The half hours of a period, by their beginnings; the end is not part of it."""
    return [begin + n * HALF for n in range(int((until - begin) / HALF))]


def open_halves(hours: Iterable[Span], day: date) -> list[datetime]:
    """The half hours of a day of Asia/Shanghai in which the venue is open."""
    found = []
    for one in sorted((one for one in hours if one.weekday == day.weekday()), key=lambda one: one.opens):
        begin = midnight(day) + timedelta(minutes=minute(one.opens))
        found += halves(begin, midnight(day) + timedelta(minutes=minute(one.closes, end=True)))
    return found


def require_period(begin: datetime, until: datetime, *, hours: Sequence[Span], most_hours: int | None) -> None:
    """Refuses, RuleBroken: not whole half hours, ending before it begins, too long, outside the hours."""
    for moment, field in ((begin, "begin"), (until, "until")):
        local = moment.astimezone(SHANGHAI)
        if local.minute not in (0, 30) or local.second or local.microsecond:
            raise RuleBroken(N_("Venues are booked by whole half hours: 09:00, 09:30 and so on."), rule="venues.halves",
                             field=field)
    if until <= begin:
        raise RuleBroken(N_("The end comes before the beginning."), field="until")
    if until - begin > timedelta(hours=most_hours or 24):
        raise RuleBroken(N_("This venue is booked for at most {hours} hours at once."), rule="venues.most_hours",
                         field="until", hours=most_hours or 24)
    if not set(halves(begin, until)) <= {
            half for n in (0, 1) for half in open_halves(hours, day(begin) + timedelta(days=n))}:
        raise RuleBroken(N_("The venue is not open all of that time. See its hours."), rule="venues.hours",
                         field="begin")


def require_ahead(begin: datetime, *, at: datetime, lead_hours: int, horizon_days: int) -> None:
    """Refuses, RuleBroken: past, too late, or further ahead than the venue is booked."""
    if at >= begin:
        raise RuleBroken(N_("This time has passed. Choose a later one."), rule="venues.past", field="begin")
    if at > begin - timedelta(hours=lead_hours):
        raise RuleBroken(N_("This venue is booked at least {hours} hours ahead."), rule="venues.lead", field="begin",
                         hours=lead_hours)
    if day(begin) >= day(at) + timedelta(days=horizon_days):
        raise RuleBroken(N_("This venue is booked at most {days} days ahead."), rule="venues.horizon", field="begin",
                         days=horizon_days)


def require_room(people: int, *, capacity: int) -> None:
    """Refuses, RuleBroken: nobody, or more than the venue holds."""
    if people < 1:
        raise RuleBroken(N_("Say how many people come."), field="people")
    if people > capacity:
        raise RuleBroken(N_("This venue holds {capacity} people. Look for a larger one."), rule="venues.capacity",
                         field="people", capacity=capacity)


def price(begin: datetime, until: datetime, *, fen: int) -> int:
    """What a period costs at so many fen an hour; a half hour costs half, rounded down."""
    return int((until - begin) / HALF) * fen // 2


def free_spans(halves: Sequence[datetime], taken: Collection[datetime]) -> list[tuple[datetime, datetime]]:
    """The free periods that these half hours make together."""
    found: list[tuple[datetime, datetime]] = []
    for half in halves:
        if half in taken:
            continue
        if found and found[-1][1] == half:
            found[-1] = (found[-1][0], half + HALF)
        else:
            found.append((half, half + HALF))
    return found


def day(moment: datetime) -> date:
    """The day of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """When a day of Asia/Shanghai begins."""
    return datetime.combine(day, time(), SHANGHAI)


def clock(moment: datetime) -> str:
    """2026-11-24 08:30."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def words(text: str, field: str, most: int, *, needed: bool = True) -> str:
    """What somebody typed, tidied. Refuses, RuleBroken: nothing where something is needed, too long, invisible."""
    found = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if needed and not found:
        raise RuleBroken(N_("Fill this in: it is needed."), field=field)
    if len(found) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."), field=field,
                         count=len(found), most=most)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} and c not in "\n\t" for c in found):
        raise RuleBroken(N_("This holds characters that cannot be seen. Type it again instead of pasting it."),
                         field=field)
    return found


def _among(given: Collection[str], known: Collection[str], field: str) -> None:
    for one in given:
        if one not in known:
            raise RuleBroken(N_("“{value}” is not one of the choices here."), field=field, value=one[:40])
