from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.demo.invented import Inventor
from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions
from linli.registers.organisations.actions import Change
from tests.actors import AT

SHUSHAN = "340104000000"
NAME = "合肥市蜀山区乐龄养老服务中心"
Establish = Callable[..., UUID]


@pytest.fixture
def establish(regions: ModuleType) -> Establish:
    """Enter an organisation into the register of 蜀山区, as if founded on a day; its ref."""
    inventor = Inventor(7)

    def make(name: str = NAME, kind: str = "agency", *, on: date = date(2024, 5, 10), at: datetime = AT,
             district: str = "340104", **more: Any) -> UUID:
        told = {"name": name, "kind": kind, "uscc": inventor.credit_code(kind, district), "region": SHUSHAN,
                "address": "蜀山区琥珀路 1 号", "registrar": "蜀山区民政局", "legal_representative": "张明"} | more
        return actions.file(
            None, kind="establishment", changes=[Change(item, value) for item, value in told.items()], effective_on=on,
            basis="民非条例第十二条", by=SYSTEM, at=at).organisation

    return make


def file(ref: UUID, kind: str, *, on: date, at: datetime = AT, **said: Any) -> UUID:
    return actions.file(ref, kind=kind, changes=[Change(item, value) for item, value in said.items()],
                        effective_on=on, basis="决定书", by=SYSTEM, at=at).ref
