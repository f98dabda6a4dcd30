"""What others fill in: the check of real names, what accounts knows of the people here, what each keeps about them."""
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from linli.kernel.text import Text
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


# What other contexts keep about people


@dataclass(frozen=True)
class Decision:
    """What a machine decided about somebody: what, when, why, by which rule, and where it can be changed."""

    about: UUID
    name: Text
    result: str
    at: datetime | None
    why: tuple[str, ...]
    rule: str = ""
    url: str = ""


@dataclass(frozen=True)
class Opened:
    """That an office read in clear what another context keeps sealed of somebody: what, why, who and when."""

    label: Text
    reason: Text
    by: UUID
    at: datetime


Opening = Callable[[UUID], list[Opened]]
"""What was opened of somebody in a context."""
Holding = Callable[[UUID], list[dict[str, Any]]]
"""What a context keeps about somebody, row by row: plain values under names that a person understands."""
Seen = Callable[[Collection[UUID]], dict[UUID, datetime]]
"""When these people last did something, or something was done for them."""
Deciding = Callable[[UUID], list[Decision]]
InUse = Callable[[Collection[UUID]], Collection[UUID]]
"""For whom of these something still goes on that needs their data."""
Standing = Callable[[UUID], int]
"""How many things of this kind still go on for somebody; who erases their data is told first."""


@dataclass
class _Kept:
    holdings: dict[str, tuple[Text, Holding]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    decisions: list[Deciding] = field(default_factory=list)
    standing: list[tuple[Text, Standing]] = field(default_factory=list)
    in_use: list[InUse] = field(default_factory=list)
    opened: list[Opening] = field(default_factory=list)


_kept = _Kept()


def holds(key: str, name: Text, collect: Holding) -> None:
    """Say what a context keeps about somebody: it becomes a part of the copy that they take."""
    if key in _kept.holdings:
        raise ValueError(f"{key} is told already")
    _kept.holdings[key] = name, collect


def sees(seen: Seen) -> None:
    """Say when people were last seen: as long as they are, their data are not erased for lack of use."""
    _kept.seen.append(seen)


def decides(decisions: Deciding) -> None:
    """Say what a context's machine decided about somebody: it stands on their page, with its reasons."""
    _kept.decisions.append(decisions)


def stands(name: Text, count: Standing) -> None:
    """Say what still goes on for somebody."""
    _kept.standing.append((name, count))


def uses(in_use: InUse) -> None:
    """Say for whom something goes on: as long as it does, their data are not erased for lack of use."""
    _kept.in_use.append(in_use)


def opens(opened: Opening) -> None:
    """Say what offices opened of somebody: it stands on their page of who opened their data."""
    _kept.opened.append(opened)


def holdings(ref: UUID) -> list[tuple[str, Text, list[dict[str, Any]]]]:
    return [(key, name, collect(ref)) for key, (name, collect) in _kept.holdings.items()]


def last_seen(refs: Collection[UUID]) -> dict[UUID, datetime]:
    found: dict[UUID, datetime] = {}
    for seen in _kept.seen:
        for ref, at in seen(refs).items():
            found[ref] = max(at, found.get(ref, at))
    return found


def decisions(ref: UUID) -> list[Decision]:
    return [one for decide in _kept.decisions for one in decide(ref)]


def standing(ref: UUID) -> list[tuple[Text, int]]:
    return [(name, count) for name, counted in _kept.standing if (count := counted(ref))]


def in_use(refs: Collection[UUID]) -> set[UUID]:
    return {ref for ask in _kept.in_use for ref in ask(refs)} if refs else set()


def opened(ref: UUID) -> list[Opened]:
    return [one for ask in _kept.opened for one in ask(ref)]
