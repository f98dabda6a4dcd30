from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from linli.engines.journal import queries as journal
from linli.engines.rulebook import actions, queries
from linli.engines.rulebook.states import DECIDE, SEE
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from tests.actors import AT, actor

DISTRICT = "340104000000"
OTHER = "320102000000"
RULE = "service.rectify_bad_rating"


@dataclass
class Owed:
    """An organisation that owes a rectification, from Monday 16 November 2026 on: due on Monday 7 December."""

    about: UUID = field(default_factory=new_ref)
    organisation: UUID = field(default_factory=new_ref)
    person: UUID = field(default_factory=new_ref)

    def __post_init__(self) -> None:
        self.officer = actor(f"region:{DISTRICT}", SEE, DECIDE)
        self.stranger = actor(f"region:{OTHER}", SEE, DECIDE)
        self.auditor = actor("region:340100000000", SEE)
        self.provider = actor(f"organisation:{self.organisation}", "orders.see")
        self.resident = actor(f"person:{self.person}", "orders.see")
        self.duty = self.raised()

    def raised(self) -> UUID:
        return actions.raise_duty(
            RULE, owner=f"organisation:{self.organisation}", owed_to=f"person:{self.person}", about=self.about,
            region=DISTRICT, since=AT.date(), by=SYSTEM, at=AT)

    def card(self, days: int = 0, by: Actor | None = None) -> queries.DutyCard:
        file = queries.duty(self.duty, on=(AT + timedelta(days=days)).date(), by=by or self.officer)
        return file.duty

    def facts(self) -> list[str]:
        return [entry.fact.partition(".")[2] for entry in journal.history([self.duty])]


@pytest.fixture
def owed(db: None) -> Owed:
    return Owed()
