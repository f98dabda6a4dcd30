"""Figures, dates and distances as a reader writes them, in the reader's language and in the time of Asia/Shanghai."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
_WEEKDAYS = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def local(value: datetime) -> datetime:
    """An aware datetime in Asia/Shanghai; refuses a naive one, whose zone nobody knows."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return value.astimezone(SHANGHAI)


def _date(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def money(fen: int | None, *, short: bool = False) -> str:
    """Whole fen as ¥1,234.50; `short` leaves out .00."""
    if fen is None:
        return NOTHING
    yuan, rest = divmod(abs(fen), 100)
    figure = f"{yuan:,}" if short and not rest else f"{yuan:,}.{rest:02}"
    return f"{'−' if fen < 0 else ''}¥{figure}"


def day(value: date | None, *, weekday: bool = True) -> str:
    """2026年11月22日 周日, or Sun 22 Nov 2026."""
    if value is None:
        return NOTHING
    value = _date(value)
    if chinese():
        return f"{value.year}年{value.month}月{value.day}日" + (
            f" {_WEEKDAYS['zh'][value.weekday()]}" if weekday else ""
        )
    return (f"{_WEEKDAYS['en'][value.weekday()]} " if weekday else "") + _english(value)


def _english(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def clock(value: datetime) -> str:
    return local(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """2026年11月22日 周日 16:12, or Sun 22 Nov 2026, 16:12."""
    if value is None:
        return NOTHING
    return f"{day(value)}{' ' if chinese() else ', '}{clock(value)}"


def span(begin: date | None, end: date | None) -> str:
    """From begin to end as a reader says it. Two datetimes give hours; two dates name the first and the last day."""
    if begin is None:
        return NOTHING
    timed = isinstance(begin, datetime)
    first = moment(begin) if isinstance(begin, datetime) else day(begin, weekday=False)
    if end is None:
        return gettext("from {first}").format(first=first)
    if timed and isinstance(end, datetime) and _date(begin) == _date(end):
        return f"{first}–{clock(end)}"
    if not timed and begin == end:
        return first
    last = moment(end) if isinstance(end, datetime) else day(end, weekday=False)
    return gettext("{first} to {last}").format(first=first, last=last)


def distance(metres: float | None) -> str:
    """Metres below one kilometre (to the nearest ten), then kilometres with one digit."""
    if metres is None:
        return NOTHING
    tens = round(metres / 10) * 10
    if tens == 0:
        return gettext("less than 10 m")
    if tens < 1000:
        return gettext("{metres} m").format(metres=tens)
    return gettext("{kilometres} km").format(kilometres=f"{metres / 1000:,.1f}")


def stars(score: float | None, count: int) -> str:
    """A mean of five grades with the number of ratings it rests on."""
    if score is None or not count:
        return gettext("no ratings yet")
    return ngettext("{score} out of 5 ({count} rating)", "{score} out of 5 ({count} ratings)", count).format(
        score=f"{score:.1f}", count=f"{count:,}"
    )
