"""What may be booked, who may be sent, when and where a visit is checked in, and what its proof is worth."""
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from linli.kernel.geometry import OFF_EARTH, Point, looks_swapped, metres
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOLD, ANSWER, FREE_CANCEL = "orders.hold_minutes", "orders.answer", "orders.free_cancel_hours"
EARLY, METRES = "orders.check_in_early_minutes", "orders.check_in_metres"
RATE_WITHIN, AUTO_CONFIRM = "orders.rate_within_days", "orders.auto_confirm_days"
TURN_MINUTES, TURN_NIGHT, TURNS = "orders.turn_minutes", "orders.turn_night", "orders.turns"
WAIT_DAYS = "orders.wait_days"
DISPUTE_WITHIN, DISPUTE_ANSWER = "orders.dispute_within_days", "orders.dispute_answer_days"
DISPUTE_DECIDE = "orders.dispute_decide"
LATE_OUT, SERIES, REMIND = "orders.check_out_late_hours", "orders.series_weeks", "orders.remind_days"
LONGEST = 500
"""Characters of a rating's comment."""
LONGEST_ADDRESS = 200

GRADES: dict[int, Text] = {
    5: N_("Very satisfied"), 4: N_("Satisfied"), 3: N_("Mostly satisfied"), 2: N_("Dissatisfied"),
    1: N_("Very dissatisfied"),
}
"""Source: 国办发〔2019〕51号, five grades."""

DECLINES: dict[str, Text] = {
    "no_staff": N_("Nobody is free at that time"), "credential": N_("Nobody with the credential it takes is free"),
    "too_far": N_("The place is too far away"), "not_ours": N_("This is not what we offer"),
    "unreachable": N_("The resident could not be reached"), "other": N_("Another reason"),
}
NO_ANSWER = "no_answer"
CANCELS: dict[str, Text] = {
    "not_needed": N_("It is no longer needed"), "other_time": N_("The time no longer suits"),
    "ill": N_("Illness or hospital"), "price": N_("The price"), "other_provider": N_("Found somebody else"),
    "other": N_("Another reason"),
}
PROVIDER_CANCELS: dict[str, Text] = {
    "staff_ill": N_("The practitioner fell ill"), "credential": N_("A credential lapsed"),
    "weather": N_("Weather or traffic"), "resident_asked": N_("The resident asked for it"),
    "other": N_("Another reason"),
}
RESIDENT_ABSENT, PROVIDER_ABSENT = "resident_absent", "provider_absent"
ABSENCES: dict[str, Text] = {
    RESIDENT_ABSENT: N_("Nobody was there"), PROVIDER_ABSENT: N_("Nobody came"),
}
REASONS: dict[str, Text] = (
    PROVIDER_CANCELS | CANCELS | DECLINES | ABSENCES | {NO_ANSWER: N_("The provider did not answer in time")}
)
WITHOUT_POSITION: dict[str, Text] = {
    "no_signal": N_("No signal there"), "phone": N_("The phone did not work"), "moved": N_("We met somewhere else"),
    "forgot": N_("It was forgotten on the spot"), "other": N_("Another reason"),
}


class Channel(StrEnum):
    SELF = auto()
    FAMILY = auto()
    AGENT = auto()


FOR_THEM: dict[Channel, Text] = {
    Channel.FAMILY: N_("done for them by their family"), Channel.AGENT: N_("done for them by the hotline"),
}


class Method(StrEnum):
    """How a beginning or an end came to be known, the strongest first."""

    GEOFENCE = auto()  # a phone within reach of the place
    DISTRICT = auto()  # a phone in the right district, where the place's own point is not known
    REMOTE = auto()  # by phone or online: there is no place
    SUPERVISOR = auto()
    LATER = auto()


METHODS: dict[Method, Text] = {
    Method.GEOFENCE: N_("By position at the place"), Method.DISTRICT: N_("By position in the district"),
    Method.REMOTE: N_("By phone or online"), Method.SUPERVISOR: N_("By the supervisor"),
    Method.LATER: N_("Entered later"),
}


class Grade(StrEnum):
    """What a proof is worth. Source: the six elements of visit verification; later entry stays marked."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


def grade(begun: Method, ended: Method, *, confirmed: bool, capped: bool = False) -> Grade:
    """A: in and out by position at the place, and the resident confirms. B: one of the two. D: any later entry.

    C is what is left: a supervisor's or the district's word alone, or an end that had to be cut to the plan.
    """
    if Method.LATER in (begun, ended):
        return Grade.D
    if capped:
        return Grade.C
    positioned = begun is ended is Method.GEOFENCE
    return Grade.A if positioned and confirmed else Grade.B if positioned or confirmed else Grade.C


# Numbers

_CITIES = {"3401": "HF"}


def number(region: str, *, at: datetime, serial: int) -> str:
    """HF-2611-004182: the city, year and month of the booking in Asia/Shanghai, and a serial nobody else has."""
    return f"{_CITIES.get(region[:4], region[:4])}-{at.astimezone(SHANGHAI):%y%m}-{serial:06}"


# Times


def clock(moment: datetime) -> str:
    """A moment within a sentence that both languages share: 2026-11-24 08:45."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day(moment: datetime) -> date:
    """The day of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """When a day of Asia/Shanghai begins."""
    return datetime.combine(day, time(), SHANGHAI)


def weekly(from_: datetime, weeks: int) -> list[datetime]:
    """The same weekday and time for that many weeks, the first included."""
    return [from_ + timedelta(weeks=n) for n in range(weeks)]


def is_late(from_: datetime, *, at: datetime, free: timedelta) -> bool:
    """Whether cancelling now comes too late to go unmarked."""
    return at > from_ - free


# At the door


@dataclass(frozen=True)
class Door:
    """By which figures a visit is checked in and out."""

    early: timedelta
    metres: int
    late: timedelta


def require_time(from_: datetime, until: datetime, *, at: datetime, door: Door) -> None:
    """Refuses: RuleBroken (before the door opens, or so long after the end that only a later entry is left)."""
    opens = from_ - door.early
    if at < opens:
        raise RuleBroken(N_("This visit is planned for {planned}; check-in opens at {opens}."), rule=EARLY,
                         planned=clock(from_), opens=clock(opens))
    if at > until + door.late:
        raise RuleBroken(N_("This visit was to end at {planned}. What is written down now is a later entry, made by the"
                            " provider."), rule=LATE_OUT, planned=clock(until))


def require_stated(from_: datetime, until: datetime, *, stated: datetime | None, at: datetime, door: Door,
                   field: str) -> datetime:
    """The time that a later entry states. Refuses: RuleBroken (none, in the future, or not of this visit)."""
    if stated is None:
        raise RuleBroken(N_("A later entry says when it was. Give the time."), field=field)
    if stated > at:
        raise RuleBroken(N_("This time has not come yet."), field=field)
    if not from_ - door.early <= stated <= until + door.late:
        raise RuleBroken(N_("This is not near the planned visit, {planned}. Check the date and the time."), field=field,
                         planned=clock(from_))
    return stated


def position(lon: float | None, lat: float | None) -> Point | None:
    """Where a phone says it is. Refuses: RuleBroken (half a position, swapped, not on earth)."""
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise RuleBroken(N_("A position has a longitude and a latitude."), field="lat" if lat is None else "lon")
    if looks_swapped(lon, lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                         rule="places.swapped", field="lon")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise RuleBroken(OFF_EARTH, field="lon")
    return Point(lon, lat)


def reach(here: Point, place: Point, *, door: Door) -> int:
    """Whole metres to the place. Refuses: RuleBroken (too far)."""
    away = round(metres(here, place))
    if away > door.metres:
        raise RuleBroken(
            N_("You are {away} m from the agreed place; at most {most} m are allowed. Go closer and try again. If you"
               " met somewhere else, your supervisor can enter it with the reason."), rule=METRES, field="lon",
            away=away, most=door.metres)
    return away


def whole_minutes(began: datetime, ended: datetime) -> int:
    """Refuses: RuleBroken (ends before it begins)."""
    if ended < began:
        raise RuleBroken(N_("The visit cannot end before it began, at {began}."), field="ended", began=clock(began))
    return int((ended - began).total_seconds() // 60)


def credited_end(until: datetime, *, ended: datetime, door: Door) -> tuple[datetime, bool]:
    """The end that counts, and whether it was cut to the planned one because the check-out was forgotten."""
    return (until, True) if ended > until + door.late else (ended, False)


# What people type


def comment(text: str) -> str:
    """A rating's comment. Refuses: RuleBroken (too long, invisible characters)."""
    return words(text, most=LONGEST, field="comment")


def address(text: str) -> str:
    """Where to come. Refuses: RuleBroken."""
    return " ".join(words(text, most=LONGEST_ADDRESS, field="address").split())


def words(text: str, *, most: int, field: str) -> str:
    """What somebody typed, tidied. Refuses: RuleBroken (too long, invisible characters)."""
    found = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if len(found) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."), field=field,
                         count=len(found), most=most)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} and c not in "\n\t" for c in found):
        raise RuleBroken(N_("This holds characters that cannot be seen. Type it again instead of pasting it."),
                         field=field)
    return found


def require_grade(value: int) -> None:
    """Refuses: RuleBroken (not one of the five)."""
    if value not in GRADES:
        raise RuleBroken(N_("Choose one of the five grades."), rule="国办发〔2019〕51号", field="grade")


def require_reason(code: str, known: Collection[str]) -> None:
    """Refuses: RuleBroken (not of the list)."""
    if code not in known:
        raise RuleBroken(N_("Choose one of the listed reasons."), field="reason")


# For whom

UNMET: dict[str, Text] = {
    "min_age": N_("This service is for people from age {low}."),
    "max_age": N_("This service is for people up to age {high}."),
    "gender": N_("This service is for women or for men only; see its page."),
    "groups": N_("This service is for certain groups only; see its page."),
}


def require_eligible(unmet: Iterable[str], *, low: int | None, high: int | None) -> None:
    """Refuses: RuleBroken with the first condition that is not met."""
    for name in unmet:
        raise RuleBroken(UNMET[name], rule="directory.eligibility", field="person", low=low, high=high)
