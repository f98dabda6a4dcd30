"""What the law asks of a name, of founders and of a yearly report, over plain values."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from linli.kernel.text import N_, Text


class Kind(StrEnum):
    """The three kinds of social organisation; the words are those of the register."""

    SOCIETY = "society"
    AGENCY = "agency"
    FOUNDATION = "foundation"


KINDS: dict[Kind, Text] = {
    Kind.SOCIETY: N_("Society"), Kind.AGENCY: N_("Social service agency"), Kind.FOUNDATION: N_("Foundation"),
}


@dataclass(frozen=True)
class Figure:
    """One rule of the rulebook, as sums need it. Only what is law may bar anybody; a setting warns."""

    law: bool
    amount: Decimal | None = None
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def whole(self) -> int:
        """The figure as a whole number. Refuses: ValueError for a rule without one."""
        if self.amount is None:
            raise ValueError("This rule has no figure.")
        return int(self.amount)

    def words(self, key: str = "words") -> tuple[str, ...]:
        return tuple(self.params.get(key, ()))


Figures = Mapping[str, Figure]
"""The rules in force on the day, by their id in the rulebook."""
