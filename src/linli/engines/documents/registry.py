"""What kinds of document there are. Each context declares its own in `apps.ready()`."""
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from uuid import UUID

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


# Whose key seals what


Keys = Callable[[Collection[UUID]], Mapping[UUID, bytes]]
KEYS: dict[str, Keys] = {}


def keys(kind: str, found: Keys) -> None:
    """Seal what is issued to holders `KIND:REF` under these wrapped keys; one that is missing has been destroyed, and
    what was issued to its owner can be read by nobody any more. What is issued to others has keys of its own."""
    if kind in KEYS:
        raise ValueError(f"{kind} has keys already")
    KEYS[kind] = found


# What became of what a document shows


@dataclass(frozen=True)
class Since:
    """Something that a document shows and that was corrected after it was issued: when, what, how it reads, why.

    `link` is the page that tells all of it. The texts are in the reader's language already.
    """

    on: date
    label: str
    old: str
    new: str
    cause: str
    link: str = ""


Corrections = Callable[[UUID, datetime, datetime], Sequence[Since]]
CORRECTIONS: dict[str, Corrections] = {}


def corrections(template: str, found: Corrections) -> None:
    """Have whoever checks documents of this kind told what of them was corrected since; asked with what a document is
    about, when it was issued, and the moment of asking. Only for kinds that are public. Refuses: ValueError (twice)."""
    if template in CORRECTIONS:
        raise ValueError(f"{template} has its corrections already")
    CORRECTIONS[template] = found


# Kinds that any context may issue


EXTRACT = declare(Template(
    "extract", Both("Extract from the register", "登记信息摘录"),
    """#extract[
      #facts("subject", "as_of")
      #v(4mm)
      #table-of("rows")
      #if "note" in values [ #v(3mm) #printed(values.note) ]
    ]""",
    (Field("subject", Both("About", "摘录对象")), Field("as_of", Both("As it stood on", "截至日期"), Shape.DAY),
     Field("rows", Both("What the register says", "登记内容"), Shape.ROWS, most=2000),
     Field("note", Both("Note", "说明"), Shape.LINES, needed=False)), public=True))
"""What a public register says of something on a day; whoever has the number may have it."""

DECISION = declare(Template(
    "decision", Both("Decision", "决定书"),
    """#letter[
      #align(right, text(size: 10.5pt, fill: faint, values.reference))
      #to(values.to)
      #for line in values.paragraphs [ #line #parbreak() ]
      #if "remedies" in values [ #v(2mm) #for line in values.remedies [ #line #parbreak() ] ]
    ]""",
    (Field("reference", Both("Reference", "文号"), most=60), Field("to", Both("To", "致"), shown=False),
     Field("matter", Both("Matter", "事项"), most=100),
     Field("paragraphs", Both("Decision", "决定内容"), Shape.LINES, shown=False, most=3000),
     Field("remedies", Both("What you can do", "救济途径"), Shape.LINES, shown=False, needed=False, most=1000))))
"""A decision with its reasons and remedies, for whom it is addressed to."""
