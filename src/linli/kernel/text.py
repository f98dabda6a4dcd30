"""Texts that people read, marked where they are written and translated at the doors."""
from collections.abc import Mapping
from typing import Self


class Text(str):
    """An English msgid. A type of its own, so that the type checker refuses a sentence nobody marked."""

    __slots__ = ()


def N_(msgid: str) -> Text:
    """Mark a text for extraction; the doors translate it."""
    return Text(msgid)


class Both(Text):
    """A text kept as data in both languages (names of categories, rules, roles): English, its Chinese beside it."""

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        text = super().__new__(cls, en)
        text.zh = zh
        return text

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # so that it can be copied whole
        return str(self), self.zh

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Both":
        """From a data file's `{en, zh}`; both must stand there."""
        return cls(names["en"], names["zh"])
