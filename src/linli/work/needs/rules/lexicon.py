"""The word lists of triage, read once from `data/`.

A list is a row of regular expressions over text in one form (`normal`): small letters, simplified characters, every
break between clauses a "|". Two short hands: … is a gap of up to six characters within a clause, …… of up to fourteen
(or as many as {in braces} behind it); <KID> and <ELDER> stand for how people name a child or an old person.
"""
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data"
KINDS = ("medical", "self_harm", "fire", "violence", "child", "cry", "missing")
_KID = (
    "(?:宝宝|婴儿|新生儿|娃|小孩|孩子|小孙|孙子|孙女|外孙|小朋友|小?男孩|小?女孩|儿童|幼儿|少年|未成年|小学生|初中生|高中生"
    "|中学生|(?<![0-9十])(?:1[0-7]|[1-9])岁"
    "|(?<![一二三四五六七八九])(?:十[一二三四五六七]?|[一二两三四五六七八九])岁(?!多?(?:的)?老)"
    "|[一二三四五六]年级|初[一二三](?!八|次|步)|高[一二三](?!层)"
    "|(?<!\\w)(?:baby|toddler|child|kid|infant|little (?:boy|girl)))"
)
_ELDER = (
    "(?:老人|老头|老太|老爷|老伴|爷爷|奶奶|外公|外婆|姥姥|姥爷|阿婆|阿公|阿爷|公公|婆婆|爸|妈|爹|娘|父亲|母亲|大爷|大妈|老父|老母"
    "|太太|其母|其父|俺大|患者|病人)"
)
_SEPARATORS = set("。，！？；：、…—～~,!?;\n\r\t|｜·•（）()[]【】「」『』")


@dataclass(frozen=True)
class Sign:
    """One thing that speaks of danger: three points are a danger, two need another sign beside them."""

    kind: str
    weight: int
    deniable: bool
    pattern: re.Pattern[str]


def _expand(pattern: str) -> str:
    pattern = re.sub(r"(?<!\\)\$", r"(?=[|]|\\Z)", pattern)  # the end of a clause, not of the text
    pattern = re.sub(r"(?<![\[\\])\^", "(?<![^|])", pattern)
    pattern = re.sub("…\\?", "…", pattern)  # a gap may be empty anyway
    pattern = re.sub(r"……\{(\d+)\}", r"[^|]{0,\1}?", pattern)
    pattern = pattern.replace("……", "[^|]{0,14}?").replace("…", "[^|]{0,6}?")
    return pattern.replace("<KID>", _KID).replace("<ELDER>", _ELDER)


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expand(pattern))


def joined(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_expand(pattern)})" for pattern in patterns))


def load(name: str) -> dict[str, Any]:
    with (_DATA / name).open("rb") as file:
        return tomllib.load(file)


class Lexicon:
    """Every list, compiled."""

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        return tuple(self._signs())

    def _signs(self) -> Iterator[Sign]:
        for kind in KINDS:
            for group in load(f"risk/{kind}.toml").get("signs", ()):
                for pattern in group["patterns"]:
                    yield Sign(kind, group["weight"], group.get("deniable", False), compiled(pattern))

    @cached_property
    def missing(self) -> dict[str, re.Pattern[str]]:
        return {name: joined(patterns) for name, patterns in load("risk/missing.toml").items() if name != "kind"}

    @cached_property
    def hush(self) -> dict[str, re.Pattern[str]]:
        lists = load("hush.toml")
        return {name: joined(found) if isinstance(found, list) else compiled(found) for name, found in lists.items()}

    @cached_property
    def flags(self) -> dict[str, re.Pattern[str]]:
        return {name: joined(patterns) for name, patterns in load("flags.toml").items()}

    @cached_property
    def urgency(self) -> dict[str, re.Pattern[str]]:
        return {name: joined(patterns) for name, patterns in load("urgency.toml").items()}

    @cached_property
    def kid(self) -> re.Pattern[str]:
        return re.compile(_KID)

    @cached_property
    def characters(self) -> dict[str, str]:
        return {pair[0]: pair[1] for pair in load("variants.toml")["traditional"].split()}

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        pairs = (pair.split(">") for pair in load("variants.toml")["words"].split())
        return tuple(sorted(((wrong, right) for wrong, right in pairs), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return Lexicon()


def normal(text: str) -> str:
    """The text in the form that the lists are written for; as long as the text itself, place by place."""
    characters = lexicon().characters
    made = []
    for place, raw in enumerate(text):
        c = unicodedata.normalize("NFKC", raw)
        c = (c if len(c) == 1 else raw).lower()
        c = c if len(c) == 1 else raw
        c = characters.get(c, c)
        if raw in _SEPARATORS or c in _SEPARATORS:
            c = "|"
        elif c == ".":
            c = "." if text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit() else "|"
        elif c.isspace():
            c = "|" if _wide(text[place - 1 : place]) or _wide(text[place + 1 : place + 2]) else " "
        made.append(c)
    whole = "".join(made)
    for wrong, right in lexicon().words:
        whole = whole.replace(wrong, right)
    return whole


def _wide(c: str) -> bool:
    return "\u3400" <= c <= "\u9fff"
