"""Allowances for registered levels: for which months, how much, and what is written down of a payment."""
from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.workforce.rules.profession import Level

ALLOWANCE = "workforce.allowance"


def first_of(day: date) -> date:
    """The month of a day, as its first day."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month + relativedelta(months=1) - timedelta(days=1)


def open_months(on: date, *, back: int) -> list[date]:
    """The months for which one may claim on that day: the last ones that are over, newest first."""
    return [first_of(on) - relativedelta(months=number) for number in range(1, back + 1)]


def require_open(month: date, *, on: date, back: int) -> date:
    """The month, as its first day. Refuses: RuleBroken where it is not over yet, or too long ago."""
    found = first_of(month)
    if found not in open_months(on, back=back):
        raise RuleBroken(N_("One claims for a month that is over, at most {back} months back. Choose another."),
                         rule=ALLOWANCE, field="month", back=back)
    return found


def amount(level: Level, rates: Mapping[str, int]) -> int:
    """Whole fen for one month at that level."""
    return rates[level]


def require_paid(paid_on: date, *, month: date, on: date) -> date:
    """Refuses: RuleBroken where the day of payment is still to come, or lies before the month."""
    if not month <= paid_on <= on:
        raise RuleBroken(N_("Give the day on which it was paid: after the month began, and not still to come."),
                         field="paid_on")
    return paid_on
