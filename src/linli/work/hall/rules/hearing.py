"""When a hearing may be asked for, when it may take place, who may lead it, and what waits for it."""
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from linli.kernel.calendar import CalendarNotPublished, is_workday
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Text
from linli.work.hall.registry import Right
from linli.work.hall.rules.answers import told
from linli.work.hall.rules.course import LONGEST
from linli.work.hall.states import HearingState

ASK, HOLD, NOTICE = "gov.ask_for_hearing", "gov.hold_hearing", "gov.hearing_notice"
CHAIR, WORKDAY = "hall.hearing_chair", "hall.hearing_workday"
OPEN = (HearingState.OFFERED, HearingState.ASKED, HearingState.CALLED)
RUNS = (HearingState.ASKED, HearingState.CALLED)
"""Asked for and not over: the clock of the decision stands."""
RECORD = 20_000
"""Characters of a record at most."""


def entitled(right: Right) -> None:
    """Refuses: RuleBroken where the matter gives no right to a hearing."""
    if right is Right.NEVER:
        raise RuleBroken(N_("This matter gives no right to a hearing."), rule=ASK)


def asked_in_time(on: date, until: date, *, provisional: bool) -> None:
    """Refuses: RuleBroken after the last day to ask; 行政许可法 Art. 47. A provisional day holds nobody to it."""
    if on > until and not provisional:
        raise RuleBroken(N_("A hearing could be asked for until {day}. It is decided without one."), rule=ASK,
                         **told({"day": until}))


def lapsed(on: date, until: date, *, provisional: bool) -> bool:
    """Whether nobody asked in time."""
    return on > until and not provisional


def day_of(day: date, *, earliest: date, due: date, notice: Text) -> None:
    """Refuses: RuleBroken for a day too near to be told of in time (`notice` before), or later than the office has to
    hold it, and for one on which the office does not work.

    Where the office called so late that both cannot be kept, the notice is. Source: 行政许可法 Art. 47, 48.
    """
    if day < earliest:
        raise RuleBroken(N_("The applicant is told of day and place {notice} before: choose {day} or later."),
                         field="sits_from", rule=NOTICE, notice=notice, **told({"day": earliest}))
    if day > max(due, earliest):
        raise RuleBroken(N_("The hearing has to take place by {day}: choose that day or an earlier one."),
                         field="sits_from", rule=HOLD, **told({"day": max(due, earliest)}))
    if not workday(day):
        raise RuleBroken(N_("The office does not work on {day}. Choose a working day, such as {other}."),
                         field="sits_from", rule=WORKDAY, **told({"day": day, "other": _near(day, earliest, due)}))


def _near(day: date, earliest: date, due: date) -> date:
    """A working day that would do, after it or else before it."""
    after = first_workday(day)
    before = next((one for count in range((day - earliest).days)
                   if workday(one := day - timedelta(days=count + 1))), after)
    return after if after <= max(due, earliest) else before


def workday(day: date) -> bool:
    """Whether an office works on it, days worked in lieu too; by its weekday where that year is not published yet."""
    try:
        return is_workday(day)
    except CalendarNotPublished:
        return day.weekday() < 5


def first_workday(day: date) -> date:
    """That day, or the first one after it on which an office works."""
    while not workday(day):
        day += timedelta(days=1)
    return day


def place_of(text: str) -> str:
    """Refuses: RuleBroken where no place is named, or at length."""
    said = " ".join(text.split())
    if not 0 < len(said) <= 200:
        raise RuleBroken(N_("Say where the hearing takes place, in at most 200 characters."), field="place",
                         rule=NOTICE)
    return said


def over(at: datetime, sits_from: datetime) -> None:
    """Refuses: Conflict for a record before the hearing began."""
    if at < sits_from:
        raise Conflict(N_("The hearing has not begun yet. Its record is filed afterwards."), rule=HOLD)


def chair(by: UUID, reviewers: Collection[UUID]) -> None:
    """Refuses: RuleBroken where one who examined the application would lead its hearing; 行政许可法 Art. 48."""
    if by in reviewers:
        raise RuleBroken(N_("Who examined the application does not lead its hearing. Ask a colleague to lead it and to"
                            " file the record."), rule=CHAIR)


def record(text: str) -> str:
    """What was said, for the file. Refuses: RuleBroken for nothing or far too much."""
    said = text.strip()
    if not 0 < len(said) <= RECORD:
        raise RuleBroken(N_("Write down what was said and shown, in at most {most} characters."), field="text",
                         rule=HOLD, most=RECORD)
    return said


def reasons(text: str) -> str:
    """Why somebody asks for a hearing; may be left out. Refuses: RuleBroken for far too much."""
    said = text.strip()
    if len(said) > LONGEST:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Say it shorter."), field="text",
                         rule="hall.words", count=len(said), most=LONGEST)
    return said


def decision_waits(state: HearingState | None, right: Right, *, adverse: bool, in_time: bool) -> None:
    """Refuses: RuleBroken where a hearing has to be over, or the right to it told of, before it is decided.

    `in_time` is whether who was told of the right may still ask. Source: 行政许可法 Art. 45 to 48.
    """
    if state in RUNS:
        raise RuleBroken(N_("A hearing was asked for. It is decided after its record is filed."), rule=HOLD)
    if not adverse:
        return
    if state is HearingState.OFFERED and in_time:
        raise RuleBroken(N_("The applicant may still ask for a hearing. It is decided when they gave it up or did not"
                            " ask in time."), rule=ASK)
    if state is None and right is Right.REFUSAL:
        raise RuleBroken(N_("Before this is refused the applicant is told of the right to a hearing."), rule=ASK)
