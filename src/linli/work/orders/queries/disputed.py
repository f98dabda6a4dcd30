"""Disputes as their two sides and who decides may read them."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linli.engines.archive import queries as archive
from linli.engines.archive.queries import Kept, Kind
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.people.queries import Known
from linli.registers.places import queries as places
from linli.work.orders import access, rules
from linli.work.orders.models import Dispute, Statement
from linli.work.orders.queries import desks
from linli.work.orders.queries.lists import disputed
from linli.work.orders.rules import Claim, Outcome, Side
from linli.work.orders.states import DECIDE, DISPUTE_LABELS, DISPUTE_TONES, DISPUTES, PENDING, DisputeState


@dataclass(frozen=True)
class StatementCard:
    """What a side said. `kind` is empty without a file."""

    ref: UUID
    side: Side
    text: str
    kind: Kind | None
    file_bytes: int
    at: datetime


@dataclass(frozen=True)
class DisputeLine:
    """One dispute in a list."""

    ref: UUID
    order: UUID
    number: str
    service_name: str
    provider_name: str
    region: str
    region_name: str
    side: Side
    claim: Claim
    state: DisputeState
    raised_at: datetime
    answer_until: datetime
    closed_at: datetime | None
    due_on: date | None
    days_late: int
    outcome: Outcome | None

    @property
    def label(self) -> Text:
        return DISPUTE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return DISPUTE_TONES[self.state]

    @property
    def pending(self) -> bool:
        return self.state in PENDING


@dataclass(frozen=True)
class DisputeCard:
    """One dispute whole. `side` is the reader's own; None for who decides."""

    line: DisputeLine
    own: Side | None
    person_name: str
    statements: tuple[StatementCard, ...]
    reasons: str
    minutes: int | None
    minutes_before: int | None
    reduced_fen: int
    recorded: int | None
    """The minutes that the proof has."""
    pays_fen: int
    """What the resident pays before any decision."""
    outcomes: tuple[Outcome, ...]
    moves: tuple[Move, ...]


def dispute(ref: UUID, *, by: Actor, at: datetime) -> DisputeCard:
    """One dispute with everything that was said. Refuses: NotFound (absent or hidden)."""
    row = access.disputes(by).filter(ref=ref).select_related("order__person__key", "order__proof").first()
    if row is None:
        raise NotFound(N_("There is no such dispute."))
    said = list(row.statements.order_by("pk"))
    texts = people.open_many([
        *((row.order.person_id, one.text_sealed, access.statement(one.ref)) for one in said),
        (row.order.person_id, row.reasons_sealed, access.reasons(row))])
    order, own = row.order, access.side(row.order, by)
    known = Known([order.person])
    moves = [move for move in DISPUTES.open_to(access.held(order, by), state=row.state) if _open(move, row, own, at=at)]
    return DisputeCard(
        line=_lines([row], at=at)[0], own=own,
        person_name=known.name(order.person_id, masked=not people.stands_for(order.person_id, by=by)),
        statements=tuple(_statement(one, text) for one, text in zip(said, texts, strict=False)), reasons=texts[-1],
        minutes=row.minutes, minutes_before=row.minutes_before, reduced_fen=row.reduced_fen,
        recorded=order.proof.minutes if hasattr(order, "proof") else None,
        pays_fen=order.price_fen - order.subsidy_fen, outcomes=rules.DECISIONS[Claim(row.claim)], moves=tuple(moves))


def _open(move: Move, row: Dispute, own: Side | None, *, at: datetime) -> bool:
    mine = own is not None and own == row.side
    return {
        "answer": own is not None and not mine, "add": mine, "withdraw": mine,
        "decide": own is None and (row.state == DisputeState.ANSWERED or at > row.answer_until),
    }.get(move.name, False)


def _statement(row: Statement, text: str) -> StatementCard:
    return StatementCard(row.ref, Side(row.side), text, Kind(row.file_kind) if row.file_kind else None,
                         row.file_bytes, row.said_at)


def evidence(ref: UUID, statement: UUID, *, by: Actor) -> Kept:
    """The file of a statement, to be read from the archive. Refuses: NotFound (absent, hidden, without a file, or
    erased with its person)."""
    row = access.dispute(ref, by=by)
    found = row.statements.filter(ref=statement).exclude(file=None).first()
    if found is None or found.file is None:
        raise NotFound(N_("There is no such file."))
    return archive.kept(found.file)


def disputes(*, by: Actor, at: datetime, provider: UUID | None = None, pending: bool = True,
             most: int = 100) -> list[DisputeLine]:
    """Those that this actor may read, of a provider if one is named: what waits, the oldest first, or what is over."""
    rows = access.disputes(by)
    rows = rows.filter(order__provider=provider) if provider else rows
    rows = rows.filter(state__in=PENDING) if pending else rows.exclude(state__in=PENDING)
    return _lines(rows.order_by("raised_at" if pending else "-raised_at", "pk")[:most], at=at)


def deciding(by: Actor) -> QuerySet[Dispute]:
    """What waits for the decision of this actor's office; for counting."""
    rows = Dispute.objects.none()
    for start in by.scopes(DECIDE, "region"):
        rows = rows | Dispute.objects.filter(order__region_code__startswith=start, state__in=PENDING)
    return rows


def may_claim(ref: UUID, *, by: Actor, at: datetime) -> tuple[Claim, ...]:
    """What this actor's side may still dispute of an order. Refuses: NotFound."""
    row = access.order(ref, by=by, among=disputed)
    side = access.side(row, by)
    if side is None or "dispute" not in {move.name for move in desks.open_moves(row, by=by, at=at)}:
        return ()
    return rules.claims(side, state=row.state, reason=row.reason)


def _lines(rows: Iterable[Any], *, at: datetime) -> list[DisputeLine]:
    found = list(rows)
    on = rules.day(at)
    due = {duty.about: duty for duty in rulebook.duties(
        on=on, about=[row.ref for row in found], rule_id=rules.DISPUTE_DECIDE, most=len(found))} if found else {}
    names = organisations.names({row.order.provider for row in found}) if found else {}
    regions = places.names({row.order.region_code for row in found}) if found else {}
    lines = []
    for row in found:
        order, duty = row.order, due.get(row.ref)
        lines.append(DisputeLine(
            row.ref, order.ref, order.number or "", order.service_name, names.get(order.provider, ""),
            order.region_code, regions.get(order.region_code, ""), Side(row.side), Claim(row.claim),
            DisputeState(row.state), row.raised_at, row.answer_until, row.closed_at, duty.due_on if duty else None,
            duty.days_late if duty else 0, Outcome(row.outcome) if row.outcome else None))
    return lines
