"""What others fill in: the check of real names, and what accounts knows of the people here."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from linli.registers.people import rules
from linli.registers.people.rules import Identity


class RealNameCheck(Protocol):
    """Whether a name and an identity number belong together. `method` is kept with the person."""

    method: str

    def check(self, *, name: str, id_number: str, on: date) -> Identity:
        """What the number says. Refuses: RuleBroken with `field` name or id_number."""


class OfflineCheck:
    """What can be known without asking anyone: the number is well formed, and so is the name."""

    method = "offline"

    def check(self, *, name: str, id_number: str, on: date) -> Identity:
        rules.name(name)
        return rules.identity(id_number, on=on)


class Accounts(Protocol):
    """What people must know of accounts, which lie above them."""

    def holders(self, people: Collection[UUID]) -> set[UUID]:
        """Those of these people who have an account of their own."""

    def names(self, accounts: Collection[UUID]) -> dict[UUID, str]:
        """How these accounts are called."""


class NoAccounts:
    def holders(self, people: Collection[UUID]) -> set[UUID]:
        return set()

    def names(self, accounts: Collection[UUID]) -> dict[UUID, str]:
        return {}


@dataclass
class _Filled:
    real_name: RealNameCheck
    accounts: Accounts


_filled = _Filled(OfflineCheck(), NoAccounts())


def use_real_name_check(check: RealNameCheck) -> RealNameCheck:
    """Have real names checked by this, for example by the national service; gives back the one used before."""
    before, _filled.real_name = _filled.real_name, check
    return before


def use_accounts(accounts: Accounts) -> None:
    _filled.accounts = accounts


def real_name_check() -> RealNameCheck:
    return _filled.real_name


def accounts() -> Accounts:
    return _filled.accounts
