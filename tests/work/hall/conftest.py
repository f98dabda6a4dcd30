from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.registers.people import actions as people
from linli.work.hall import actions, queries
from linli.work.hall.registry import MATTERS, declare
from linli.work.hall.states import APPLY, DECIDE, PROCESS, SEE
from tests.actors import AT, CITY, actor, resident

from .matters import Office, prize

HUPO, SHUSHAN, LUYANG = "340104003000", "340104000000", "340103000000"
DESK = (SEE, PROCESS, DECIDE)
ANSWERS: dict[str, Any] = {
    "deed": "替张奶奶买了一个月的菜", "on": "2026-11-02", "amount": 30_000,
    "people": [{"name": "王芳", "phone": "13855512345"}],
}


def desk(region: str) -> Actor:
    return actor(f"region:{region}", *DESK)


def day(days: int) -> datetime:
    return AT + timedelta(days=days)


@dataclass
class Scene:
    """A resident of a street, the desks of their district and city, and those who should not see or do anything."""

    office: Office
    person: UUID
    applicant: Actor
    neighbour: Actor
    clerk: Actor
    head: Actor
    second: Actor
    other_clerk: Actor
    auditor: Actor

    def draft(self, **answers: Any) -> UUID:
        return actions.draft("test.prize", answers={**ANSWERS, **answers}, by=self.applicant, at=AT)

    def ready(self, **answers: Any) -> UUID:
        """A draft with nothing left to do: the photograph is promised."""
        ref = self.draft(**answers)
        actions.save(ref, version=1, answers={}, promises=["photo"], by=self.applicant, at=AT)
        return ref

    def submitted(self, *, at: datetime = AT, **answers: Any) -> UUID:
        ref = self.ready(**answers)
        actions.submit(ref, version=2, by=self.applicant, at=at)
        return ref

    def accepted(self) -> UUID:
        ref = self.submitted()
        actions.accept(ref, by=self.clerk, at=AT)
        return ref

    def reviewed(self) -> UUID:
        ref = self.accepted()
        actions.finish_step(ref, step="review", favourable=True, finding="邻居们都证实了。", by=self.clerk, at=AT)
        return ref

    def granted(self) -> UUID:
        ref = self.reviewed()
        actions.grant(ref, by=self.head, at=AT)
        return ref

    def refused(self) -> UUID:
        ref = self.reviewed()
        actions.propose_refusal(ref, reasons="没有查到这件事。", ground="no_deed", by=self.head, at=AT)
        actions.confirm_refusal(ref, by=self.second, at=AT)
        return ref

    def file(self, ref: UUID, *, by: Actor | None = None, at: datetime = AT) -> queries.ApplicationFile:
        return queries.application(ref, by=by or self.applicant, at=at)


@pytest.fixture
def scene(regions: ModuleType, settings: Any, tmp_path: Any) -> Iterator[Scene]:
    settings.ARCHIVE = tmp_path
    before, office = dict(MATTERS), Office()
    declare(prize(office))
    person = people.register(name="张桂英", region=HUPO, phone="13855512345", consent_by_phone=True,
                             by=actor(f"region:{CITY}", "people.register"), at=AT - timedelta(days=30))
    yield Scene(
        office, person, resident(person, APPLY, "people.see"), resident(new_ref(), APPLY),
        desk(SHUSHAN), desk(CITY), desk(CITY), desk(LUYANG), actor(f"region:{CITY}", SEE),
    )
    MATTERS.clear()
    MATTERS.update(before)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082")


def picture() -> BytesIO:
    return BytesIO(PNG)
