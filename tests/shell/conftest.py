from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

import pytest
from django.test import Client

from linli.kernel.actor import SYSTEM
from linli.registers.accounts import actions as accounts
from linli.registers.accounts.models import Account
from linli.registers.people import actions as people
from tests.actors import AT, CITY
from tests.registers.directory.conftest import HUPO, Scene, scene

__all__ = ["scene"]

SignedIn = Callable[..., Client]


def account(username: str, role: str, scope: str = f"region:{CITY}") -> UUID:
    """An official's account with one role."""
    ref = accounts.open_account(username, name="李娜", region=CITY, by=SYSTEM, at=AT)
    accounts.grant_role(ref, role=role, scope=scope, by=SYSTEM, at=AT)
    return ref


@pytest.fixture
def signed_in(regions: ModuleType) -> SignedIn:
    """A browser in which somebody with a role is signed in."""

    def enter(role: str, scope: str = f"region:{CITY}", *, language: str = "en") -> Client:
        client = Client(headers={"Accept-Language": language})
        client.force_login(Account.objects.get(ref=account(f"{role}.{Account.objects.count()}", role, scope)))
        return client

    return enter


@dataclass(frozen=True)
class City:
    """A provider with a service in 琥珀街道 that can be booked, and a resident of that street."""

    scene: Scene
    service: UUID
    person: UUID

    @property
    def provider(self) -> UUID:
        return self.scene.provider


@pytest.fixture
def city(scene: Scene) -> City:
    person = people.register(name="张桂英", region=HUPO, by=SYSTEM, at=AT)
    return City(scene, scene.list(), person)
