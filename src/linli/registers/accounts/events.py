from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class AccountOpened(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
    person: UUID | None
    region: str


@dataclass(frozen=True)
class SignedIn(Fact):
    visibility = Visibility.PRIVATE
    account: UUID


@dataclass(frozen=True)
class SignInFailed(Fact):
    """`until` stands where this try closed signing in for a while."""

    visibility = Visibility.PRIVATE
    account: UUID
    person: UUID | None
    until: datetime | None


@dataclass(frozen=True)
class SignedOut(Fact):
    """`idle` where nobody used the session for too long."""

    visibility = Visibility.PRIVATE
    account: UUID
    idle: bool = False


@dataclass(frozen=True)
class PasswordChanged(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
    person: UUID | None


@dataclass(frozen=True)
class ResetCodeMade(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
    person: UUID | None


@dataclass(frozen=True)
class RoleGranted(Fact):
    """To an account, or to a person who has none yet."""

    visibility = Visibility.PRIVATE
    grant: UUID
    account: UUID | None
    person: UUID | None
    role: str
    scope: str
    until: datetime | None


@dataclass(frozen=True)
class RoleRevoked(Fact):
    visibility = Visibility.PRIVATE
    grant: UUID
    account: UUID | None
    person: UUID | None
    role: str
    scope: str


@dataclass(frozen=True)
class TokenIssued(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
    person: UUID | None
    token: UUID
    until: datetime


@dataclass(frozen=True)
class TokenRevoked(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
    token: UUID


@dataclass(frozen=True)
class AccountLocked(Fact):
    visibility = Visibility.PRIVATE
    account: UUID


@dataclass(frozen=True)
class AccountUnlocked(Fact):
    visibility = Visibility.PRIVATE
    account: UUID


@dataclass(frozen=True)
class AccountClosed(Fact):
    visibility = Visibility.PRIVATE
    account: UUID
