"""What kinds of document there are. Each context declares its own in `apps.ready()`."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from linli.kernel.text import Both

Value = str | int | date | Sequence[str] | Sequence[tuple[str, str]]


class Shape(StrEnum):
    TEXT = auto()
    DAY = auto()
    LINES = auto()
    """Paragraphs or items, one a string."""
    ROWS = auto()
    """Pairs of label and value."""


@dataclass(frozen=True)
class Field:
    """One value that a document says. `shown`: whoever checks the number reads it too (say no for personal data)."""

    key: str
    label: Both
    shape: Shape = Shape.TEXT
    shown: bool = True
    needed: bool = True
    most: int = 500  # characters of a text, or of each line


@dataclass(frozen=True)
class Template:
    """A kind of document. `source` is typst, set by the functions of `data/sheet.typ`, which it sees with
    `values` (by key), `labels` and `doc`: `#certificate[body]`, `#letter[body]`, `#extract[body]`, `#facts("key", …)`.

    `public`: anybody with the number may have the file too; else only its holder. Values are data and never read as
    markup, whatever stands in them.
    """

    key: str
    title: Both
    source: str
    fields: tuple[Field, ...]
    public: bool = False


TEMPLATES: dict[str, Template] = {}


def declare(template: Template) -> Template:
    """Add a kind of document. Refuses: ValueError (a key twice, a field twice)."""
    keys = [field.key for field in template.fields]
    if template.key in TEMPLATES or len(set(keys)) < len(keys):
        raise ValueError(f"{template.key} is declared already, or has a field twice")
    TEMPLATES[template.key] = template
    return template


Values = Mapping[str, Value]
