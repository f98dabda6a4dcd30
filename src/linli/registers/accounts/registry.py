"""Roles and what they allow, filled in by the contexts; how codes reach people; who can be tried out in the demo."""
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from linli.kernel.text import N_, Text

KEEPER = "provider_admin"
"""The role of who keeps an organisation's entry."""
SCOPES = ("region", "organisation", "person", "practitioner")


@dataclass(frozen=True)
class Role:
    """`scope` is the kind of thing that it is held over; `sentence` says in plain words what it lets one do."""

    key: str
    name: Text
    sentence: Text
    scope: str
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Persona:
    """Somebody of the demo city whom a visitor can be."""

    key: str
    name: Text
    username: str
    sentence: Text


class Delivery(Protocol):
    """How a reset code reaches the one who asked. `on_request` says whether asking on the page makes one."""

    on_request: bool
    sentence: Text
    """What the page says after asking; the same for a name that nobody has."""

    def deliver(self, *, account: UUID, code: str) -> None:
        """Send it. What may be shown on the page instead is `shown`."""

    def shown(self, code: str) -> str:
        """What of the code the page shows: nothing, but in the demo."""


class ByHand:
    """An officer makes the code and hands it over to whom they know or whose card they have seen."""

    on_request = False
    sentence = N_("Come to your community counter or call {hotline}. Somebody checks who you are and gives you a code"
                  " that holds for 30 minutes. Then choose a new password here.")

    def deliver(self, *, account: UUID, code: str) -> None:
        """Nothing to send."""

    def shown(self, code: str) -> str:
        return ""


class OnThePage:
    """The demo has no post and no officer at hand."""

    on_request = True
    sentence = N_("If there is an account of this name, its code holds for 30 minutes. Only the demo shows it here.")

    def deliver(self, *, account: UUID, code: str) -> None:
        """The page shows it."""

    def shown(self, code: str) -> str:
        return code


@dataclass
class _Filled:
    delivery: Delivery = field(default_factory=ByHand)


ROLES: dict[str, Role] = {}
PERSONAS: list[Persona] = []
_filled = _Filled()


def role(key: str, *, name: Text, sentence: Text, scope: str, permissions: Iterable[str] = ()) -> None:
    """Declare a role. Refuses: ValueError (declared already, or over no known kind of thing)."""
    if key in ROLES or scope not in SCOPES:
        raise ValueError(f"role {key} over {scope}")
    ROLES[key] = Role(key, name, sentence, scope, frozenset(permissions))


def allow(key: str, *permissions: str) -> None:
    """Let a role do more. Refuses: KeyError (no such role)."""
    ROLES[key] = replace(ROLES[key], permissions=ROLES[key].permissions | set(permissions))


def persona(key: str, *, name: Text, username: str, sentence: Text) -> None:
    """Offer a persona on the demo page; the same key again replaces it."""
    PERSONAS[:] = [*(one for one in PERSONAS if one.key != key), Persona(key, name, username, sentence)]


def use_delivery(delivery: Delivery) -> Delivery:
    """Have codes delivered so; gives back what was used before."""
    before, _filled.delivery = _filled.delivery, delivery
    return before


def delivery() -> Delivery:
    return _filled.delivery
