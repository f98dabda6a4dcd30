"""Invented names and numbers that pass every check and can belong to nobody."""
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from stdnum.cn import ric, uscc

_DATA = tomllib.loads((Path(__file__).parent / "data" / "names.toml").read_text())
WORDS: list[str] = _DATA["providers"]
BIRTHPLACE = "340101"  # the statistical placeholder of Hefei's districts: no identity number begins so
GB_11714 = (3, 7, 9, 10, 5, 8, 4, 2)
LEADING = {"society": "51", "agency": "52", "foundation": "53", "company": "91", "public_institution": "12"}


@dataclass(frozen=True)
class Someone:
    name: str
    gender: str
    birth_on: date
    id_number: str
    phone: str


class Inventor:
    """Gives one after another, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._people = self._organisations = 0
        self._names: set[str] = set()
        self._numbers: set[str] = set()

    def someone(self, *, oldest: int, youngest: int, on: date, female: bool | None = None) -> Someone:
        """A person between these ages on that day. The telephone numbers are of a block that no operator gives out."""
        age = self.random.randint(youngest, oldest)
        birth = on.replace(year=on.year - age, day=1) - timedelta(days=self.random.randint(1, 330))
        woman = self.random.random() < 0.55 if female is None else female
        given = _DATA["old" if age > 62 else "middle" if age > 32 else "young"]
        return Someone(
            self._unused(lambda: self.random.choice(_DATA["surnames"]) + self.random.choice(given)),
            "female" if woman else "male", birth,
            self.identity(birth, female=woman), f"199{self._people:08d}",
        )

    def identity(self, birth: date, *, female: bool) -> str:
        """An identity number with its check digit, and the right parity for the gender."""
        front = ""
        while not front or front in self._numbers:
            self._people += 1
            front = f"{BIRTHPLACE}{birth:%Y%m%d}{self._people * 2 % 1000 // 2 * 2 + (0 if female else 1):03d}"
        self._numbers.add(front)
        return front + ric.calc_check_digit(f"{front}0")

    def credit_code(self, kind: str, district: str) -> str:
        """A unified social credit code with both check digits right; its organisation part starts with DM for demo."""
        self._organisations += 1
        body = f"DM{self._organisations:06d}"
        values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
        rest = 11 - sum(v * w for v, w in zip(values, GB_11714, strict=True)) % 11
        front = f"{LEADING[kind]}{district[:6]}{body}{'X' if rest == 10 else '0' if rest == 11 else rest}"
        return front + uscc.calc_check_digit(front)

    def _unused(self, make: Callable[[], str]) -> str:
        for _ in range(50):
            name = make()
            if name not in self._names:
                break
        self._names.add(name)
        return name
