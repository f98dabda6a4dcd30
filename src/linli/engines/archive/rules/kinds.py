"""Which kinds of file there are, how each is called, and under which name a file is kept."""
import re
import unicodedata
from enum import StrEnum, auto


class Kind(StrEnum):
    PDF = auto()
    OFD = auto()  # GB/T 33190, the format of official papers
    JPEG = auto()
    PNG = auto()
    DOCX = auto()
    XLSX = auto()
    ZIP = auto()
    XML = auto()
    CSV = auto()
    TEXT = auto()


KINDS = (*Kind,)
PICTURES = frozenset({Kind.JPEG, Kind.PNG})
PAPERS = PICTURES | {Kind.PDF, Kind.OFD}
"""What a paper is sent as: nothing in it changes by itself."""
OFFICE = frozenset({Kind.DOCX, Kind.XLSX})
PACKED = OFFICE | {Kind.OFD, Kind.ZIP}
"""Kinds that are ZIP files inside."""

MIME: dict[Kind, str] = {
    Kind.PDF: "application/pdf", Kind.OFD: "application/ofd", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ZIP: "application/zip", Kind.XML: "application/xml", Kind.CSV: "text/csv", Kind.TEXT: "text/plain",
}
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: ("jpg", "jpeg", "jfif"), Kind.TEXT: ("txt", "md", "log"),
    **{kind: (kind.value,) for kind in Kind if kind not in {Kind.JPEG, Kind.TEXT}},
}
LONGEST_NAME = 120
_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')


def called(kinds: frozenset[Kind]) -> str:
    """The kinds by their common names, for a sentence: PDF, OFD, JPEG."""
    return ", ".join("TXT" if kind is Kind.TEXT else kind.value.upper() for kind in KINDS if kind in kinds)


def kept_name(name: str, kind: Kind) -> str:
    """The name that a file is kept under: without folders, invisible characters and what systems refuse, at most 120
    characters, and always with the ending of what it is."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    plain = plain.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = plain.rpartition(".")
    fits = dot and ending.casefold() in SUFFIXES[kind]
    stem = _UNFIT.sub(" ", stem if fits or dot and len(ending) <= 5 and ending.isalnum() else plain).strip(" .")
    suffix = ending.casefold() if fits else SUFFIXES[kind][0]
    return f"{stem[:LONGEST_NAME - len(suffix) - 1].rstrip(' .') or 'file'}.{suffix}"
