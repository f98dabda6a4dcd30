"""Honours and sanctions: how long a sanction lasts, what the person is owed before it, and who may decide on it."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Text

STATEMENT, APPEAL, ANSWER_APPEAL = "workforce.statement", "workforce.appeal", "workforce.answer_appeal"
TERMS = "workforce.sanction_terms"
MOST_MONTHS = 600


class Penalty(StrEnum):
    """Warnings are between the office and the person; the others forbid the work and stand on the passport."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    BAR = "bar"

    @property
    def forbids(self) -> bool:
        return self is not Penalty.WARNING


PENALTIES: dict[Penalty, Text] = {
    Penalty.WARNING: N_("Warning"), Penalty.SUSPENSION: N_("Suspension"), Penalty.BAR: N_("Bar from the profession"),
}


class Ground(StrEnum):
    """What somebody did, as everybody may read it; what happened to whom stays between the office and the person."""

    FORGED = "forged"
    NEGLECT = "neglect"
    HARM = "harm"
    FRAUD = "fraud"
    SECRETS = "secrets"
    UNREGISTERED = "unregistered"


GROUNDS: dict[Ground, Text] = {
    Ground.FORGED: N_("forged papers or records"), Ground.NEGLECT: N_("neglect of duty"),
    Ground.HARM: N_("harm to somebody cared for"), Ground.FRAUD: N_("taking money or gifts"),
    Ground.SECRETS: N_("telling what was confided"), Ground.UNREGISTERED: N_("work without the needed papers"),
}


@dataclass(frozen=True)
class Terms:
    """The rulebook's months: of a warning, of a suspension at most, of a bar at least."""

    warning: int
    suspension_most: int
    bar_least: int


def months(penalty: Penalty, given: int | None, *, terms: Terms) -> int | None:
    """How many months it lasts, None for a bar without end.

    Refuses: RuleBroken (a suspension without a length or too long; a bar too short).
    """
    if penalty is Penalty.WARNING:
        return terms.warning
    if penalty is Penalty.SUSPENSION:
        if given is None or not 1 <= given <= terms.suspension_most:
            raise RuleBroken(N_("A suspension lasts from one month to {most} months. Give its length."), rule=TERMS,
                             field="months", most=terms.suspension_most)
        return given
    if given is not None and not terms.bar_least <= given <= MOST_MONTHS:
        raise RuleBroken(N_("A bar lasts at least {least} months; leave the length empty for one without end."),
                         rule=TERMS, field="months", least=terms.bar_least)
    return given


def end(months: int | None, *, from_: date) -> date | None:
    """The first day on which it no longer holds."""
    return None if months is None else from_ + relativedelta(months=months)


def require_heard(taken: Collection[str], *, answer_by: date, on: date) -> None:
    """Refuses: Conflict where the person may still speak and has not, or asked for a hearing that was not held.

    Source: 行政处罚法 Art. 44, 45, 63, 64, taken over as a setting.
    """
    if "ask_hearing" in taken and "hold_hearing" not in taken:
        raise Conflict(N_("The person asked for a hearing. Hold it and record it, then decide."), rule=STATEMENT)
    if on <= answer_by and "make_statement" not in taken and "hold_hearing" not in taken:
        raise Conflict(N_("The person may make a statement until {last}. Decide after it, or once they have spoken."),
                       rule=STATEMENT, last=answer_by)


def require_in_time(last: date, *, on: date) -> None:
    """Refuses: Conflict where the days for it are over."""
    if on > last:
        raise Conflict(N_("This was possible until {last}. Call the office if you were kept from it."), last=last)


def appeal_until(from_: date, *, days: int) -> date:
    """The last day on which somebody may appeal."""
    return from_ + timedelta(days=days)


def require_other(decided_by: object, by: object) -> None:
    """Refuses: RuleBroken where who imposed it would decide on the appeal."""
    if decided_by == by:
        raise RuleBroken(N_("Who imposed a sanction does not decide on the appeal. Ask a colleague."),
                         rule=ANSWER_APPEAL)


def awarded(awarded_on: date, *, on: date) -> date:
    """Refuses: RuleBroken where the day is still to come or long before anybody's working life."""
    if not date(1949, 10, 1) <= awarded_on <= on:
        raise RuleBroken(N_("Give the day on the document: it is not still to come."), field="awarded_on")
    return awarded_on
