"""Sums of money: whole fen with a currency, never a fraction of one."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Self

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

_AMOUNT = re.compile(r"(-?)¥?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?元?", re.ASCII)
_SIGNS = {"CNY": ("¥", "¥"), "USD": ("US$", "$"), "EUR": ("€", "€"), "HKD": ("HK$", "HK$")}  # Chinese, English
_MOST_DIGITS = 16  # of the whole part: the fen still fit a 64-bit column


@dataclass(frozen=True)
class Money:
    """`fen` hundredths of one unit of `currency` (ISO 4217). Refuses: TypeError unless fen are whole."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        _require_whole(self.fen)
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError("A currency is three capital letters (ISO 4217).")

    @classmethod
    def parse(cls, text: str, *, currency: str = "CNY") -> Self:
        """Read what a person typed: "1,234.50", "¥1234.5", "１２３４元".

        Refuses: RuleBroken for what is no amount, has more than two decimals, or is too large.
        """
        found = _AMOUNT.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
        if not found:
            raise RuleBroken(N_("This is not an amount. Write it in figures, such as 1,234.50."))
        minus, whole, part = found[1], found[2].replace(",", ""), found[3] or ""
        if len(part) > 2:
            raise RuleBroken(N_("An amount has at most two decimals: the smallest coin is one fen."))
        if len(whole) > _MOST_DIGITS:
            raise RuleBroken(N_("This amount is too large. Check the number of digits."))
        fen = int(whole) * 100 + int(part.ljust(2, "0"))
        return cls(-fen if minus else fen, currency)

    def text(self, language: str = "zh-hans") -> str:
        """As readers of this language write it: "¥1,234.50", "-¥0.05"; "US$1.00" in Chinese is "$1.00" in English."""
        yuan, fen = divmod(abs(self.fen), 100)
        sign = _SIGNS.get(self.currency, (f"{self.currency} ",) * 2)[not language.lower().startswith("zh")]
        return f"{'-' if self.fen < 0 else ''}{sign}{yuan:,}.{fen:02}"

    def share(self, numerator: int, denominator: int) -> "Money":
        """This times numerator/denominator, to the nearest fen; a half goes to the even one, so that sums do not drift.

        Refuses: TypeError unless both are whole; ValueError unless the denominator is above 0.
        """
        _require_whole(numerator)
        _require_whole(denominator)
        if denominator <= 0:
            raise ValueError("The denominator of a share is above 0.")
        fen, rest = divmod(self.fen * numerator, denominator)
        return Money(fen + (2 * rest > denominator or (2 * rest == denominator and fen % 2 == 1)), self.currency)

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.fen + self._same(other).fen, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.fen - self._same(other).fen, self.currency)

    def __mul__(self, times: int) -> "Money":
        _require_whole(times)
        return Money(self.fen * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.fen, self.currency)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __lt__(self, other: "Money") -> bool:
        return self._compare(lt, other)

    def __le__(self, other: "Money") -> bool:
        return self._compare(le, other)

    def __gt__(self, other: "Money") -> bool:
        return self._compare(gt, other)

    def __ge__(self, other: "Money") -> bool:
        return self._compare(ge, other)

    def __str__(self) -> str:
        return self.text()

    def _compare(self, how: Callable[[int, int], bool], other: "Money") -> bool:
        return how(self.fen, self._same(other).fen) if isinstance(other, Money) else NotImplemented

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix.")
        return other


def _require_whole(number: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("Money is counted in whole fen, and multiplied by whole numbers.")
