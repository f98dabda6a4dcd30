"""Actors for tests, made by hand: permissions in one scope."""
from datetime import UTC, datetime
from uuid import UUID

from linli.kernel.actor import Actor, Grant
from linli.kernel.refs import new_ref

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Hefei
CITY = "340100000000"


def actor(scope: str, *permissions: str, person: UUID | None = None) -> Actor:
    """Somebody who holds these permissions in one scope."""
    return Actor(new_ref(), person, (Grant(frozenset(permissions), scope),))


def resident(person: UUID, *permissions: str) -> Actor:
    return actor(f"person:{person}", *permissions, person=person)
