"""Which colour a passport shows and why, what a passport number looks like, and how a file of staff is read."""
import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from secrets import choice
from typing import Any
from uuid import UUID

from stdnum.iso7064 import mod_37_36

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Both, Text

REQUIRED, ADVISED, WARN, TRADE = "passport.required", "passport.advised", "passport.warn_days", "passport.trade"
BARRED = "passport.barred"
IDENTITY = "identity"
_LETTERS = "3479ACDEFHJKMNPQRTUVWXY"  # without what is mistaken for one another on paper or by ear
_NUMBER = re.compile(f"P[{_LETTERS}]{{9}}[0-9A-Z]")


# Kinds


@dataclass(frozen=True)
class KindCard:
    key: str
    name: Both
    open_ended: bool
    levels: Mapping[str, Both]
    """Of the trade, the lowest first; none where its papers know no levels."""

    def called(self, level: str = "") -> Both:
        """Its name, with the level where there is one."""
        if level not in self.levels:
            return self.name
        return Both(f"{self.name} · {self.levels[level]}", f"{self.name.zh} · {self.levels[level].zh}")


@cache
def _data() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "data" / "credentials.toml").read_text("utf-8"))


@cache
def kinds() -> dict[str, KindCard]:
    """Every kind of credential, in the order in which they are shown."""
    return {
        key: KindCard(key, Both.of(table["name"]), bool(table.get("open_ended", False)), {
            level: Both.of(name) for level, name in _data()["levels"].get(table.get("levels", ""), {}).items()
        })
        for key, table in _data()["kinds"].items()
    }


def _say(sentence: str, kind: str = "", day: date | None = None) -> Both:
    form = Both.of(_data()["sentences"][sentence])
    name = kinds()[kind].name if kind else Both("", "")
    return Both(form.format(name=name, day=f"{day:%-d %b %Y}" if day else ""),
                form.zh.format(name=name.zh, day=f"{day.year}年{day.month}月{day.day}日" if day else ""))


# Colours


class Tone(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


TONES: dict[Tone, Text] = {Tone.GREEN: N_("Green"), Tone.YELLOW: N_("Yellow"), Tone.RED: N_("Red")}
_WORST = list(Tone)


class Withdrawal(StrEnum):
    """Why a credential no longer counts: it was taken away, or should never have been recorded."""

    REVOKED = "revoked"
    MISTAKE = "mistake"


WITHDRAWALS: dict[Withdrawal, Text] = {
    Withdrawal.REVOKED: N_("It was revoked, or found to be invalid"),
    Withdrawal.MISTAKE: N_("It was recorded by mistake"),
}


@dataclass(frozen=True)
class Paper:
    """A credential as far as its validity goes; the end is excluded, None for no end."""

    kind: str
    from_: date
    until: date | None
    withdrawn: Withdrawal | None = None

    def holds(self, on: date) -> bool:
        return self.withdrawn is None and self.from_ <= on and (self.until is None or on < self.until)

    @property
    def last_day(self) -> date | None:
        return self.until and self.until - timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """Days on which an office forbids somebody this work; the end is excluded, None for no end."""

    from_: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.from_ <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class Colour:
    """`reasons` are ready sentences in both languages, the worst first; `rule` is the one that gave the colour."""

    colour: Tone
    reasons: tuple[Text, ...]
    rule: str
    fit: bool
    """Whether everything is in order on that very day: green, or yellow only because something ends soon after."""


def colour(
    papers: Collection[Paper], *, required: Collection[str], advised: Collection[str] = (), on: date,
    warn_days: int = 0, left: bool = False, suspended: bool = False, bars: Collection[Bar] = (),
) -> Colour:
    """Green when every required and advised kind is valid on that day, and none of them ends within `warn_days`.

    Red when a required one is missing, lapsed or revoked, the practitioner has left, or an office forbids the work;
    yellow in between.
    """
    found: list[tuple[Tone, Text, str]] = []
    if forbidden := _last([bar for bar in bars if bar.holds(on)]):
        found.append((Tone.RED, _forbidden(forbidden), BARRED))
    if left:
        found.append((Tone.RED, _say("left"), REQUIRED))
    if suspended:
        found.append((Tone.RED, _say("suspended"), REQUIRED))
    wanted = [kind for kind in kinds() if kind in {*required, *advised}]
    fit = not found
    for kind in wanted:
        own = [paper for paper in papers if paper.kind == kind and paper.withdrawn is not Withdrawal.MISTAKE]
        held = [paper for paper in own if paper.holds(on)]
        if held:
            last = max(held, key=lambda paper: paper.until or date.max)
            if last.until and last.until <= on + timedelta(days=warn_days):
                found.append((Tone.YELLOW, _say("soon", kind, last.last_day), WARN))
            continue
        tone, rule = (Tone.RED, REQUIRED) if kind in required else (Tone.YELLOW, ADVISED)
        found.append((tone, _fault(kind, own, on), rule))
        fit = False
    found.sort(key=lambda one: -_WORST.index(one[0]))
    if not found:
        return Colour(Tone.GREEN, tuple(_fine(kind, papers, on) for kind in wanted), REQUIRED, True)
    return Colour(found[0][0], tuple(text for _, text, _ in found), found[0][2], fit)


def fit(papers: Collection[Paper], *, required: Collection[str], on: date, bars: Collection[Bar] = ()) -> bool:
    """Whether every required kind is valid on that day, and no office forbids the work."""
    return not any(bar.holds(on) for bar in bars) and {
        paper.kind for paper in papers if paper.holds(on)}.issuperset(required)


def _last(bars: Collection[Bar]) -> Bar | None:
    """The one that ends last."""
    return max(bars, key=lambda bar: bar.until or date.max, default=None)


def _forbidden(bar: Bar) -> Both:
    return _say("barred_until", day=bar.until - timedelta(days=1)) if bar.until else _say("barred")


def _fault(kind: str, own: list[Paper], on: date) -> Both:
    standing = [paper for paper in own if paper.withdrawn is None]
    if past := [paper for paper in standing if paper.until and paper.until <= on]:
        return _say("lapsed", kind, max(paper.last_day or on for paper in past))
    if standing:
        return _say("begins", kind, min(paper.from_ for paper in standing))
    return _say("revoked" if own else "missing", kind)


def _fine(kind: str, papers: Collection[Paper], on: date) -> Both:
    held = [paper for paper in papers if paper.kind == kind and paper.holds(on)]
    last = max(held, key=lambda paper: paper.until or date.max)
    return _say("valid", kind, last.last_day) if last.until else _say("valid_open", kind)


# Passport numbers


def new_number() -> str:
    """P, nine characters that are not mistaken for one another, and a check character (ISO 7064, MOD 37,36).

    Of those for which the check would miss two neighbours changing places, none is given out.
    """
    while True:
        body = "P" + "".join(choice(_LETTERS) for _ in range(9))
        found = body + mod_37_36.calc_check_digit(body)
        if found[-1] in _LETTERS and not any(map(mod_37_36.is_valid, _swapped(found))):
            return found


def _swapped(text: str) -> list[str]:
    return [text[:at] + text[at + 1] + text[at] + text[at + 2:] for at in range(1, len(text) - 1)
            if text[at] != text[at + 1]]


def number(text: str) -> str:
    """A passport number as typed, in its one form. Refuses: RuleBroken (mistyped)."""
    found = re.sub(r"[\s\-.]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _NUMBER.fullmatch(found) or not mod_37_36.is_valid(found):
        raise RuleBroken(N_("This is no passport number: one character is mistyped or missing. It begins with P and has"
                            " 11 characters."), rule="practitioners.number", field="number")
    return found


def passport_ref(number: str) -> UUID:
    """A passport number in the form of a ref: whoever finds it learns no more than the number says."""
    return UUID(bytes=number.encode().ljust(16, b"\0"))


def passport_number(ref: UUID) -> str:
    """The number in such a ref; of any other ref something that is nobody's number."""
    return ref.bytes.rstrip(b"\0").decode("latin-1")


# What people type


def line(text: str, *, field: str, most: int, needed: bool = True) -> str:
    """A text on one line. Refuses: RuleBroken (empty where needed, too long, control characters)."""
    found = " ".join("".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf").split())
    if needed and not found:
        raise RuleBroken(N_("Fill this in: it is needed."), field=field)
    if len(found) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."),
                         field=field, count=len(found), most=most)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in found):
        raise RuleBroken(N_("This holds characters that cannot be seen. Type it again instead of pasting it."),
                         field=field)
    return found


LANGUAGES: dict[str, Text] = {
    "zh": N_("Mandarin"), "zh-x-hefei": N_("Hefei dialect"), "yue": N_("Cantonese"), "wuu": N_("Wu"),
    "en": N_("English"), "ja": N_("Japanese"), "ko": N_("Korean"), "fr": N_("French"), "ru": N_("Russian"),
    "bo": N_("Tibetan"), "ug": N_("Uyghur"), "mn": N_("Mongolian"), "csl": N_("Chinese sign language"),
}
_LANGUAGE_WORDS = {
    "普通话": "zh", "汉语": "zh", "中文": "zh", "国语": "zh", "合肥话": "zh-x-hefei", "方言": "zh-x-hefei",
    "粤语": "yue", "吴语": "wuu", "上海话": "wuu", "英语": "en", "英文": "en", "日语": "ja", "韩语": "ko",
    "朝鲜语": "ko", "法语": "fr", "俄语": "ru", "藏语": "bo", "维语": "ug", "维吾尔语": "ug", "蒙语": "mn",
    "蒙古语": "mn", "手语": "csl", "mandarin": "zh", "english": "en",
}


def languages(words: Collection[str]) -> list[str]:
    """Codes of languages, each once, from codes or Chinese names. Refuses: RuleBroken (an unknown one)."""
    found: list[str] = []
    for word in words:
        given = word.strip()
        key = given.lower() if given.lower() in LANGUAGES else _LANGUAGE_WORDS.get(given.lower(), "")
        if not key:
            raise RuleBroken(N_("“{word}” is no language of the list."), field="languages", word=given[:20])
        found += [key] if key not in found else []
    return found


def period(kind: str, *, from_: date, until: date | None) -> None:
    """Refuses: RuleBroken where a credential ends before it begins, or has no end although its kind has one."""
    if until is None and not kinds()[kind].open_ended:
        raise RuleBroken(N_("{name} has a last day. Give it."), field="valid_until", name=kinds()[kind].name)
    if until is not None and until <= from_:
        raise RuleBroken(N_("The last day lies before the first one. Compare both with the paper."),
                         field="valid_until")
    if until is not None and until.year > from_.year + 60 or from_.year < 1950:
        raise RuleBroken(N_("This period is too long for a credential. Check the years."), field="valid_until")


# Files of staff


@dataclass(frozen=True)
class StaffRow:
    """One line of a file of staff, as it came. `line` counts from the top of the file, its heading being 1."""

    line: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "").strip()


COLUMNS: dict[str, str] = {
    "name": "姓名", "id_number": "身份证号", "phone": "手机号", "gender": "性别", "title": "岗位", "languages": "语言",
    "joined_on": "入职日期",
}
_PARTS = {"number": "编号", "from": "起始日期", "until": "有效期至"}
_NEEDED = ("name", "id_number", "title")
MOST_ROWS, MOST_BYTES = 2000, 2_000_000


def columns() -> dict[str, str]:
    """Every column that a file may have, with its Chinese heading; identity comes with the ID number."""
    papers = {
        f"{key}_{part}": f"{kind.name.zh}{word}"
        for key, kind in kinds().items() if key != IDENTITY for part, word in _PARTS.items()
    }
    return COLUMNS | papers


def read_staff(content: bytes) -> list[StaffRow]:
    """The rows of a CSV in UTF-8 (with or without a mark) or GB 18030, headed in English or Chinese.

    Refuses: RuleBroken (too large, no such text, an unknown or missing column, too many rows).
    """
    if len(content) > MOST_BYTES:
        raise RuleBroken(N_("The file is larger than 2 MB. Split it."), field="file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RuleBroken(N_("The file is no text in UTF-8 or GB 18030. Save it as CSV and send it again."),
                         field="file")
    if "\0" in text:
        raise RuleBroken(N_("The file is no CSV. Save the table as CSV and send it again."), field="file")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t，", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        raise RuleBroken(N_("The file is no CSV. Save the table as CSV and send it again."), field="file") from None
    if not lines or not any(lines[0]):
        raise RuleBroken(N_("The file is empty."), field="file")
    known = columns()
    names = {zh: key for key, zh in known.items()} | {key: key for key in known}
    heading = [cell.strip() for cell in lines[0]]
    for cell in heading:
        if cell and cell not in names and cell.lower() not in names:
            raise RuleBroken(N_("The column “{column}” is not known. Take the headings of the template."), field="file",
                             column=cell[:40])
    keys = [names.get(cell, names.get(cell.lower(), "")) for cell in heading]
    if len(set(filter(None, keys))) < len(list(filter(None, keys))):
        raise RuleBroken(N_("A column stands twice in the heading."), field="file")
    if missing := [f"{known[key]} ({key})" for key in _NEEDED if key not in keys]:
        raise RuleBroken(N_("The file lacks the columns: {columns}."), field="file", columns=", ".join(missing))
    rows = [
        StaffRow(number, {key: cell for key, cell in zip(keys, cells, strict=False) if key})
        for number, cells in enumerate(lines[1:], start=2) if any(cell.strip() for cell in cells)
    ]
    if len(rows) > MOST_ROWS:
        raise RuleBroken(N_("The file has {count} rows; at most {most} are read at once. Split it."), field="file",
                         count=len(rows), most=MOST_ROWS)
    return rows


def day(text: str, *, column: str) -> date:
    """2026-11-22, 2026/11/22, 2026.11.22, 20261122 or 2026年11月22日. Refuses: RuleBroken."""
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", unicodedata.normalize("NFKC", text.strip()))
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise RuleBroken(N_("“{given}” is no date. Write it as 2026-11-22."), field=column, given=text[:20])


def day_after(last: date | None) -> date | None:
    """The first day on which a paper no longer holds; none for 9999-12-31, as papers without an end are written."""
    return None if last in (None, date.max) else last + timedelta(days=1)


def gender(text: str, *, column: str = "gender") -> str:
    """Female or male, in either language; empty for none. Refuses: RuleBroken."""
    words = {"": "", "女": "female", "男": "male", "female": "female", "male": "male", "f": "female", "m": "male"}
    if text.strip().lower() not in words:
        raise RuleBroken(N_("Write the gender as 女 or 男, or leave it empty."), field=column)
    return words[text.strip().lower()]
