from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.registers.people import actions as people
from linli.work.needs import actions as needs
from tests.actors import AT, CITY
from tests.work.needs.conftest import HUPO, LUYANG, SHUSHAN, XIAOYAOJIN, as_role

__all__ = ["CITY", "HUPO", "LUYANG", "NOW", "SHUSHAN", "XIAOYAOJIN"]
NOW = AT + timedelta(days=20)
Wish = Callable[..., UUID]


@pytest.fixture
def officer(regions: ModuleType) -> Actor:
    return as_role("officer", f"region:{CITY}")


@pytest.fixture
def township(regions: ModuleType) -> Actor:
    return as_role("officer", f"region:{HUPO}")


@pytest.fixture
def wish(regions: ModuleType) -> Wish:
    """Somebody new of a region posts a need so many days before `NOW`; `met` is after how many days it was."""

    def make(region: str = HUPO, *, ago: float = 10, category: str = "home_bathing", met: float | None = None,
             end: str = "", group: str = "") -> UUID:
        at: datetime = NOW - timedelta(days=ago)
        person = people.register(name="张桂英", region=region, by=SYSTEM, at=at)
        if group:
            people.record_group(person, group=group, by=SYSTEM, at=NOW)
        me = as_role("resident", f"person:{person}", person=person)
        ref = needs.post(text="想找人上门帮忙洗澡", category=category, by=me, at=at)
        if met is not None or end == "booked":
            needs.mark_booked(ref, order=new_ref(), by=me, at=at)
        if met is not None:
            needs.mark_met(ref, by=SYSTEM, at=at + timedelta(days=met))
        if end == "withdrawn":
            needs.withdraw(ref, by=me, at=at + timedelta(days=1))
        journal.run()
        return ref

    return make
