"""By which words an organisation is found: its names, those it had, and how they are said and abbreviated."""
from collections.abc import Iterable
from functools import cache
from itertools import islice, product
from unicodedata import normalize

from linli.kernel.cjk import normalise

MOST = 1500
_WAYS = 4
_ALSO = {
    "长": ("chang", "zhang"), "重": ("chong", "zhong"), "行": ("hang", "xing"), "乐": ("le", "yue"),
    "都": ("du", "dou"), "调": ("tiao", "diao"), "校": ("xiao", "jiao"), "厦": ("xia", "sha"), "藏": ("zang", "cang"),
    "朝": ("chao", "zhao"), "曾": ("zeng", "ceng"), "单": ("dan", "shan"), "六": ("liu", "lu"), "蚌": ("beng", "bang"),
}
"""Characters of names and places that are said in two ways."""


def words(names: Iterable[str], *, also: Iterable[str] = ()) -> str:
    """One text in which a part of a name, its pinyin and its initials occur. `names` are heard, `also` only read."""
    found: list[str] = []
    for name in names:
        found += [normalise(name), *_heard(name)]
    found += [normalise(text) for text in also if text]
    return " ".join(dict.fromkeys(found))[:MOST]


def _heard(name: str) -> list[str]:
    ways = [_readings(letter) for letter in name]
    if not any(ways):
        return []
    said = list(islice(product(*(way for way in ways if way)), _WAYS))
    return list(dict.fromkeys(["".join(way) for way in said] + ["".join(s[0] for s in way) for way in said]))


@cache
def _readings(letter: str) -> tuple[str, ...]:
    if letter.isascii():
        return (letter.lower(),) if letter.isalnum() else ()
    if letter in _ALSO:
        return _ALSO[letter]
    from pypinyin.constants import PINYIN_DICT

    said = PINYIN_DICT.get(ord(letter), "").split(",")[0]
    plain = "".join(c for c in normalize("NFD", said.replace("ü", "v")) if c.isascii() and c.isalpha())
    return (plain,) if plain else ()
