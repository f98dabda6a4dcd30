"""Chinese text: one form for comparing, tokens for substring search, masks, and how wide it shows.

Traditional characters stay as they are: turning them into simplified ones merges names that differ.
"""

import unicodedata
from functools import lru_cache
from itertools import groupby, pairwise

_CJK = (
    (0x3005, 0x3007),  # 々, the closing mark, 〇
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # unified ideographs
    (0xAC00, 0xD7A3),  # hangul
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x323AF),  # extensions B to H, where rare given names live
)


def normalise(text: str) -> str:
    """One form for comparing: full-width and half-width, capital and small read the same, white space is one blank.

    Invisible format characters, which come along when people paste, are dropped.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if not folded.isprintable():
        folded = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(folded.split())


def bigrams(text: str) -> list[str]:
    """Tokens to index: the overlapping pairs of each run of CJK, then its last character alone; words whole.

    The lone last character closes the run: pairs of two runs never read as one, and a run before a word can be matched
    from any of its characters on.
    """
    return [token for is_cjk, run in runs(text) for token in (_pairs(run, closed=True) if is_cjk else [run])]


def phrase(text: str) -> list[str]:
    """Tokens to ask for: they occur in a row in `bigrams(document)` exactly where CJK `text` occurs in the document.

    Two characters of CJK are needed for that; a single one, or a word still being typed, is found by taking the last
    token as a prefix. Split a query of several terms at its blanks, and ask for each.
    """
    tokens: list[str] = []
    found = runs(text)
    for n, (is_cjk, run) in enumerate(found, start=1):
        tokens += _pairs(run, closed=n < len(found) or len(run) == 1) if is_cjk else [run]
    return tokens


def mask_name(name: str) -> str:
    """A name as others may read it: 欧阳小丽 → 欧***. A name of one character is masked whole."""
    name = name.strip()
    return mask_middle(name, keep_start=1, keep_end=0)


def mask_middle(text: str, *, keep_start: int, keep_end: int) -> str:
    """Stars but for the ends: 13800138000 with 3 and 4 → 138****8000. Too short to hide anything: stars only."""
    if keep_start < 0 or keep_end < 0:
        raise ValueError("As many characters as are kept cannot be negative.")
    hidden = len(text) - keep_start - keep_end
    if hidden <= 0:
        return "*" * len(text)
    return text[:keep_start] + "*" * hidden + text[len(text) - keep_end :]


def width(text: str) -> int:
    """Columns on a terminal or in a fixed-width table: two for a wide character, none for a combining one."""
    return sum(_columns(c) for c in text)


def _columns(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def _pairs(run: str, *, closed: bool) -> list[str]:
    return [a + b for a, b in pairwise(run)] + ([run[-1]] if closed else [])


def runs(text: str) -> list[tuple[bool, str]]:
    """Runs of CJK (True) and words (False); what is neither only separates."""
    found = ((kind, "".join(run)) for kind, run in groupby(normalise(text), _kind))
    return [(kind == "cjk", run) for kind, run in found if kind]


def is_cjk(c: str) -> bool:
    """Whether a character is one of those that are found in pairs; others stand in words."""
    return _kind(c) == "cjk"


@lru_cache(maxsize=50_000)
def _kind(c: str) -> str:
    if any(low <= ord(c) <= high for low, high in _CJK) and (c.isalnum() or c == "々"):
        return "cjk"
    # vowel signs and tone marks belong to the word: Tibetan, Uyghur, Vietnamese
    return "word" if c.isalnum() or unicodedata.category(c).startswith("M") else ""
