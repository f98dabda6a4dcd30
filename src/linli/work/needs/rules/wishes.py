"""When, where and how help is wanted: the shape of a wish, and what cannot be one."""
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum, auto
from typing import Any

from dateutil.rrule import rrule, rrulestr

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

LONGEST_TEXT = 2000
LONGEST_NOTE = 200
MOST_WINDOWS = 14
AHEAD = timedelta(days=90)
MOST_WEEKS = 12
MODES = ("on_site", "home", "remote")
GENDERS = ("female", "male")
_RULE = re.compile(r"(?:RRULE:)?[A-Z]+=[A-Z0-9,+-]+(?:;[A-Z]+=[A-Z0-9,+-]+)*", re.ASCII)
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}


class Channel(StrEnum):
    SELF = auto()
    FAMILY = auto()
    AGENT = auto()


@dataclass(frozen=True)
class Window:
    """A time that would suit, end excluded."""

    from_: datetime
    until: datetime


def text(words: str) -> str:
    """What somebody wrote, without signs that cannot be read. Refuses: RuleBroken (nothing, or too much)."""
    if len(words) > LONGEST_TEXT * 2:
        raise _too_long(len(words))
    one = "".join(c for c in words if c in "\n\t" or c.isprintable()).strip()
    if not one:
        raise RuleBroken(N_("Say in a few words what you need."), rule="needs.text", field="text")
    if len(one) > LONGEST_TEXT:
        raise _too_long(len(one))
    return one


def _too_long(length: int) -> RuleBroken:
    return RuleBroken(N_("This is {length} characters long; at most {most} can be read. Say the main thing first."),
                      rule="needs.text", field="text", length=length, most=LONGEST_TEXT)


def note(words: str) -> str:
    """What a provider says with its offer. Refuses: RuleBroken (too long)."""
    one = " ".join(words.split())
    if len(one) > LONGEST_NOTE:
        raise RuleBroken(N_("A note has at most {most} characters; this has {length}."), rule="needs.note",
                         field="note", most=LONGEST_NOTE, length=len(one))
    return one


def windows(wanted: Iterable[Window], *, at: datetime) -> list[dict[str, str]]:
    """Times as they are kept, in order. Refuses: RuleBroken (too many, reversed, past, over 90 days ahead)."""
    found = list(wanted)
    if len(found) > MOST_WINDOWS:
        raise _when(N_("Name at most {most} times that would suit."), most=MOST_WINDOWS)
    if any(one.from_.tzinfo is None or one.until.tzinfo is None for one in found):
        raise _when(N_("A time needs its time zone, such as 2026-11-24T09:00:00+08:00."))
    found.sort(key=lambda one: one.from_)
    for one in found:
        if one.until <= one.from_:
            raise _when(N_("A time that would suit ends after it begins. Swap the two."))
        if one.until <= at:
            raise _when(N_("A time that would suit lies in the past. Choose a later one."))
        if one.from_ > at + AHEAD:
            raise _when(N_("A time that would suit lies more than {days} days ahead. Choose an earlier one."),
                        days=AHEAD.days)
        if one.until - one.from_ > AHEAD:
            raise _when(N_("A time that would suit is at most {days} days long. Name a shorter one."), days=AHEAD.days)
    return [{"from": one.from_.astimezone(UTC).isoformat(), "until": one.until.astimezone(UTC).isoformat()}
            for one in found]


def kept_windows(rows: Iterable[Mapping[str, str]]) -> tuple[Window, ...]:
    return tuple(Window(datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["until"])) for row in rows)


def repeat(rule: str, *, on: date) -> str:
    """A weekly RRULE (RFC 5545), its end kept as a count of visits.

    Refuses: RuleBroken (unreadable, not weekly, no end, over 12 visits).
    """
    if not rule:
        return ""
    said = rule.removeprefix("RRULE:")
    parts = dict(part.split("=", 1) for part in said.split(";")) if _RULE.fullmatch(rule) else {}
    try:  # days count here, not hours: an end in UTC is read as one of the place
        found = rrulestr(said.replace("Z", ""), dtstart=datetime(on.year, on.month, on.day)) if parts else None
    except (ValueError, TypeError, AttributeError, OverflowError):
        found = None
    if not isinstance(found, rrule) or not 0 < len(parts) == rule.count("="):
        raise _weekly(N_("This repetition cannot be read. Write it as in FREQ=WEEKLY;COUNT=4."))
    if parts["FREQ"] != "WEEKLY" or parts.get("INTERVAL", "1") != "1" or not set(parts) <= _PARTS:
        raise _weekly(N_("Visits repeat every week. Choose weekly, or a single visit."))
    if "COUNT" not in parts and "UNTIL" not in parts:
        raise _weekly(N_("Say for how many weeks."))
    count = sum(1 for _ in zip(range(MOST_WEEKS + 1), found, strict=False))
    if not 1 <= count <= MOST_WEEKS:
        raise _weekly(N_("A series has 1 to {most} visits."), most=MOST_WEEKS)
    return ";".join(["FREQ=WEEKLY", *([f"BYDAY={parts['BYDAY']}"] if "BYDAY" in parts else []), f"COUNT={count}"])


def weeks(rule: str) -> int:
    """How many visits a kept repetition means; 1 without one."""
    return int(rule.rpartition("COUNT=")[2]) if "COUNT=" in rule else 1


# How people name times


class Part(StrEnum):
    """A part of a day, as people choose one."""

    ANY = auto()
    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()


HOURS: dict[Part, tuple[int, int]] = {
    Part.ANY: (0, 24), Part.MORNING: (6, 12), Part.AFTERNOON: (12, 18), Part.EVENING: (18, 22),
}
"""From and until, in hours of the day."""


def part_of_day(day: date, part: Part, *, zone: tzinfo) -> Window:
    first, last = HOURS[part]
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    return Window(begin + timedelta(hours=first), begin + timedelta(hours=last))


def as_part(window: Window, *, zone: tzinfo) -> tuple[date, Part] | None:
    """The day and part of it that this window is; None for a window with hours of its own."""
    day = window.from_.astimezone(zone).date()
    return next(((day, part) for part in Part if part_of_day(day, part, zone=zone) == window), None)


def requirements(
    wanted: Mapping[str, Any], *, languages: Iterable[str], accessibility: Iterable[str]
) -> dict[str, Any]:
    """What is asked of who comes, as it is kept. Refuses: RuleBroken (an unknown language, gender, paper, access)."""
    kept: dict[str, Any] = {}
    for key, value in wanted.items():
        if value in (None, "", [], ()):
            continue
        if key == "language" and value in set(languages) or key == "gender" and value in GENDERS:
            kept[key] = value
        elif key == "accessibility":
            asked = [value] if isinstance(value, str) else list(value)
            if not set(asked) <= set(accessibility):
                raise _requires(key, value)
            kept[key] = asked
        elif key == "credential" and isinstance(value, str) and value.isidentifier() and len(value) < 40:
            kept[key] = value
        else:
            raise _requires(key, value)
    return kept


def mode(wanted: str | None) -> str:
    """Refuses: RuleBroken (no such way)."""
    if wanted and wanted not in MODES:
        raise RuleBroken(N_("Help is given at the site, at home or remotely. Choose one, or leave it open."),
                         rule="needs.mode", field="mode")
    return wanted or ""


def _requires(key: str, value: object) -> RuleBroken:
    return RuleBroken(N_("“{value}” cannot be asked for as {key}. Choose from the list."), rule="needs.requires",
                      field="requires", key=str(key)[:20], value=str(value)[:40])


def _when(sentence: Any, **values: object) -> RuleBroken:
    return RuleBroken(sentence, rule="needs.windows", field="windows", **values)


def _weekly(sentence: Any, **values: object) -> RuleBroken:
    return RuleBroken(sentence, rule="needs.repeat", field="repeat", **values)
