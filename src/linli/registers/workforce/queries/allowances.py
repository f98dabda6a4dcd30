from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Both, Text
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, rules, states
from linli.registers.workforce.models import Allowance
from linli.registers.workforce.queries.registering import REASONS
from linli.registers.workforce.rules import Level, allowances

LIVE = (states.Allowance.CLAIMED, states.Allowance.CONFIRMED, states.Allowance.PAID)


@dataclass(frozen=True)
class AllowanceCard:
    """One month's allowance; `at_station` says whether they worked at a station."""

    ref: UUID
    name: str
    organisation: UUID
    organisation_name: str
    at_station: bool
    level: Level
    level_name: Both
    month: date
    amount_fen: int
    state: states.Allowance
    paid_on: date | None
    voucher: str
    reasons: str
    moves: tuple[Move, ...]

    @property
    def label(self) -> Text:
        return states.ALLOWANCE_LABELS[self.state]


def allowance_rule(on: date, region: str | None) -> Mapping[str, int]:
    """The rates in fen for a month by level, how many months back one may claim (`months_back`), and by
    which day of the month one is on a staff (`joined_by`)."""
    return rulebook.rule(allowances.ALLOWANCE, on=on, region=region).params


def my_allowances(*, by: Actor, on: date) -> tuple[list[AllowanceCard], list[date]]:
    """One's own, newest first, and the months for which one may still claim. Refuses: NotAllowed (no person)."""
    cards = _cards(Allowance.objects.filter(person__ref=access.own(by)).order_by("-month", "-pk"), by)
    taken = {card.month for card in cards if card.state in LIVE}
    months = allowances.open_months(on, back=allowance_rule(on, None)["months_back"])
    return cards, [month for month in months if month not in taken]


def allowances_of(organisation: UUID, *, by: Actor, start: int = 0, most: int = 50) -> tuple[list[AllowanceCard], int]:
    """What an organisation's staff claimed, newest first, and how many. Refuses: NotAllowed (another's)."""
    if states.RECRUIT not in access.held_by(organisation, by):
        raise NotAllowed(N_("Another organisation confirms these."))
    rows = Allowance.objects.filter(organisation__ref=organisation)
    return _cards(rows.order_by("-pk")[start:start + most], by), rows.count()


def overseen_allowances(
    *, by: Actor, state: str = "", start: int = 0, most: int = 50
) -> tuple[list[AllowanceCard], int, int]:
    """The office's list, newest first, how many, and how much of it was paid in fen. Refuses: NotAllowed."""
    rows = Allowance.objects.filter(access.overseen(by))
    rows = rows.filter(state=state) if state else rows
    paid = rows.filter(state=states.Allowance.PAID).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return _cards(rows.order_by("-pk")[start:start + most], by), rows.count(), paid


def allowance(ref: UUID, *, by: Actor) -> AllowanceCard:
    """Refuses: NotFound."""
    return _cards(Allowance.objects.filter(pk=access.allowance(ref, by=by).pk), by)[0]


def _cards(rows: QuerySet[Allowance], by: Actor) -> list[AllowanceCard]:
    found: list[Any] = list(rows.annotate(called=staff.named("practitioner_id"),
                                          body=organisations.named("organisation_id")))
    reasons = people.open_many([(row.person_id, row.reasons_sealed, REASONS) for row in found])
    return [AllowanceCard(
        row.ref, row.called or "", row.organisation_id, row.body or "",
        row.station_id is not None, Level(row.level), rules.LEVELS[Level(row.level)], row.month, row.amount_fen,
        states.Allowance(row.state), row.paid_on, row.voucher, why,
        states.ALLOWANCES.open_to(access.held_about(row, by), state=row.state),
    ) for row, why in zip(found, reasons, strict=True)]
