import json
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.accounts import actions, queries
from tests.actors import AT

Recorded = Callable[..., None]
DISTRICT, OTHER = "340104000000", "340103000000"  # 蜀山区, 庐阳区


@dataclass(frozen=True)
class Staff:
    """Of the district: one of each administrator, and an official without any role yet."""

    system: Actor
    security: Actor
    new: UUID


def official(username: str, role: str | None = None, region: str = DISTRICT) -> UUID:
    account = actions.open_account(username, name=username, region=region, by=SYSTEM, at=AT)
    if role:
        actions.grant_role(account, role=role, scope=f"region:{region}", by=SYSTEM, at=AT)
    return account


@pytest.fixture
def staff(regions: ModuleType) -> Staff:
    system, security = (queries.actor(official(role, role), at=AT) for role in ("system_admin", "security_admin"))
    return Staff(system, security, official("new.official"))


@pytest.fixture
def recorded() -> Recorded:
    """Another context's fact, as it stands in the journal."""

    def record(fact: str, **payload: Any) -> None:
        plain = json.loads(json.dumps(payload, cls=DjangoJSONEncoder))
        Entry.objects.create(fact=fact, visibility="shared", about=uuid4(), payload=plain, by=SYSTEM.ref, at=AT)

    return record


