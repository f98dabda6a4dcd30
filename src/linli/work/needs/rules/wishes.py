"""When, where and how help is wanted: the shape of a wish, and what cannot be one."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from dateutil.rrule import WEEKLY, rrule, rrulestr

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

LONGEST_TEXT = 2000
LONGEST_NOTE = 200
MOST_WINDOWS = 14
AHEAD = timedelta(days=90)
MOST_WEEKS = 12
MODES = ("on_site", "home", "remote")
GENDERS = ("female", "male")


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
        raise RuleBroken(N_("A note has at most {most} characters; this has {length}."), rule="needs.note", field="note",
                         most=LONGEST_NOTE, length=len(one))
    return one


def windows(wanted: Iterable[Window], *, at: datetime) -> list[dict[str, str]]:
    """Times as they are kept, in order. Refuses: RuleBroken (too many, reversed, past, over 90 days ahead)."""
    found = sorted(wanted, key=lambda one: one.from_)
    if len(found) > MOST_WINDOWS:
        raise _when(N_("Name at most {most} times that would suit."), most=MOST_WINDOWS)
    for one in found:
        if one.from_.tzinfo is None or one.until.tzinfo is None:
            raise _when(N_("A time needs its time zone, such as 2026-11-24T09:00:00+08:00."))
        if one.until <= one.from_:
            raise _when(N_("A time that would suit ends after it begins. Swap the two."))
        if one.until <= at:
            raise _when(N_("A time that would suit lies in the past. Choose a later one."))
        if one.from_ > at + AHEAD:
            raise _when(N_("A time that would suit lies more than {days} days ahead. Choose an earlier one."),
                        days=AHEAD.days)
    return [{"from": one.from_.astimezone(UTC).isoformat(), "until": one.until.astimezone(UTC).isoformat()}
            for one in found]


def kept_windows(rows: Iterable[Mapping[str, str]]) -> tuple[Window, ...]:
    return tuple(Window(datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["until"])) for row in rows)


def repeat(rule: str, *, on: date) -> str:
    """A weekly RRULE with an end (RFC 5545). Refuses: RuleBroken (unreadable, not weekly, no end, over 12 weeks)."""
    if not rule:
        return ""
    try:
        found = rrulestr(rule.removeprefix("RRULE:"), dtstart=datetime(on.year, on.month, on.day))
    except (ValueError, TypeError, AttributeError, OverflowError):
        found = None
    if not isinstance(found, rrule):
        raise _weekly(N_("This repetition cannot be read. Write it as in FREQ=WEEKLY;COUNT=4."))
    parts: dict[str, Any] = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    if found._freq != WEEKLY or int(parts.get("INTERVAL", 1)) != 1:  # type: ignore[attr-defined]
        raise _weekly(N_("Visits repeat every week. Choose weekly, or a single visit."))
    if "COUNT" not in parts and "UNTIL" not in parts:
        raise _weekly(N_("Say for how many weeks."))
    count = sum(1 for _ in zip(range(MOST_WEEKS + 1), found, strict=False))
    if not 1 <= count <= MOST_WEEKS:
        raise _weekly(N_("A series has 1 to {most} visits."), most=MOST_WEEKS)
    return rule.removeprefix("RRULE:")


def weeks(rule: str) -> int:
    """How many visits a kept repetition means; 1 without one."""
    if not rule:
        return 1
    return sum(1 for _ in zip(range(MOST_WEEKS), rrulestr(rule, dtstart=datetime(2026, 1, 5)), strict=False)) or 1


def requirements(wanted: Mapping[str, Any], *, languages: Iterable[str], accessibility: Iterable[str]) -> dict[str, Any]:
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
