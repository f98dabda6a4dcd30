"""How Chinese titles are pronounced, and what somebody means who types it: pinyin, initials, or both mixed.

A title is a row of units: a character with its readings, or a word in Latin letters. `sounds` writes it as
`he/ge fei shi`: units apart by blanks, the reading that fits its place first. Every reading counts, so 长丰 is found by
`changfeng` whatever a dictionary of phrases makes of it. Tones are not typed.
"""
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from linli.kernel import cjk

MOST_UNITS = 100
MOST_READINGS = 3
MOST_PHRASE = 4  # longer ones are sayings, not names
MOST_LETTERS = 40
MOST_WAYS = 12  # of reading one row of letters: xian is xian, xi'an, x i'an …
_SYLLABLES = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha
chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui
cun cuo da dai dan dang dao de den deng di dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan
fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han
hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju
juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei
leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi
mian miao mie min ming miu mo mou mu n na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong
nou nu nuan nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang
qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san
sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo
si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai
wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin
ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi
zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(_SYLLABLES.split())
BEGUN = frozenset(syllable[:n] for syllable in SYLLABLES for n in range(1, len(syllable) + 1))
INITIALS = frozenset(s[0] for s in SYLLABLES) | {"zh", "ch", "sh"}
_PLAIN = re.compile(f"[\u4e00-\u9fff]{{1,{MOST_UNITS}}}")  # each character is a unit
_UNIT = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")

Segments = tuple[tuple[str, bool], ...]
"""How letters fall into units: each with whether it is a whole syllable."""


@dataclass(frozen=True)
class Asked:
    """One term in letters, and the ways of cutting it into what is said."""

    letters: str
    ways: tuple[Segments, ...]


def sounds(title: str) -> str:
    """A title as it is said. Empty where no Chinese is in it: words have their own index."""
    units = [unit for is_cjk, run in cjk.runs(title) for unit in (run if is_cjk else _UNIT.findall(run))
             if is_cjk or unit.isalnum()][:MOST_UNITS]
    if not any(map(_chinese, units)):
        return ""
    return " ".join("/".join(readings) for readings in _read(units))


def asked(term: str) -> Asked | None:
    """What a term in letters may mean; None where it is none, is too short, or cannot be a pronunciation."""
    letters = _letters(term)
    if letters is None or not 2 <= len(letters) <= MOST_LETTERS:
        return None
    ways = _ways(letters)
    if not ways:
        return None
    return Asked(letters, ways)


def heard(letters: str, sounds: str) -> tuple[int, int] | None:
    """Which units are said so, the first time: from, until. Syllables are whole or initials, the last one may go on."""
    units, first = sounds.split(), letters[0]
    another = f"/{first}"
    for start, unit in enumerate(units):
        if (unit[0] == first or another in unit) and (end := _fits(units, start, letters)):
            return start, end
    return None


def _fits(units: list[str], start: int, letters: str) -> int:
    """The unit after the last that these letters say, beginning at `start`; 0 where they say something else."""
    states = {0}
    for n in range(start, len(units)):
        after: set[int] = set()
        readings = _split(units[n])
        for at in states:
            rest = letters[at:]
            for reading in readings:
                if reading.startswith(rest):
                    return n + 1
                if rest[0] == reading[0]:
                    after.add(at + 1)
                    if rest[:2] in INITIALS and reading.startswith(rest[:2]):
                        after.add(at + 2)
                    if rest.startswith(reading):
                        after.add(at + len(reading))
        if not after:
            return 0
        states = after
    return 0


@lru_cache(maxsize=50_000)
def _split(unit: str) -> tuple[str, ...]:
    return tuple(unit.split("/"))


def span(title: str, hit: tuple[int, int]) -> tuple[int, int]:
    """Which characters of the title these units are: from, until."""
    if _PLAIN.fullmatch(title):
        return hit
    places = [place for _, place in _units(title)]
    if hit[1] > len(places):
        return 0, 0
    return places[hit[0]], places[hit[1] - 1] + 1


def _letters(term: str) -> str | None:
    """The letters of a term, without tone marks and apostrophes; ü is typed as v."""
    bare = unicodedata.normalize("NFD", term.replace("ü", "v").replace("'", "").replace("’", ""))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return bare if bare.isascii() and bare.isalpha() and bare.islower() else None


@lru_cache(maxsize=1000)
def _ways(letters: str) -> tuple[Segments, ...]:
    """Each way of cutting letters into syllables and initials, fewest cuts first; the last one may go on."""
    found: dict[int, list[Segments]] = {len(letters): [()]}
    for start in range(len(letters) - 1, -1, -1):
        here: list[Segments] = []
        for end in range(min(len(letters), start + 6), start, -1):
            part = letters[start:end]
            whole, last = part in SYLLABLES, end == len(letters)
            if whole or part in INITIALS or (last and part in BEGUN):
                here += [((part, whole and not last and len(part) > 1), *rest) for rest in found.get(end, ())]
        here.sort(key=lambda way: (len(way), -sum(whole for _, whole in way)))
        singles = [way for way in here if all(len(part) == 1 for part, _ in way)]
        found[start] = list(dict.fromkeys([*here[: MOST_WAYS - 1], *singles]))
    return tuple(found[0])


def _units(title: str) -> list[tuple[str, int]]:
    """Each character of Chinese and each word, with the place of its first character in the title."""
    folded = [(c, n) for n, char in enumerate(title) for c in _folded(char)]
    text = "".join(c for c, _ in folded)
    return [(hit[0], folded[hit.start()][1]) for hit in _UNIT.finditer(text)
            if _chinese(hit[0]) or hit[0].isalnum()][:MOST_UNITS]


@lru_cache(maxsize=50_000)
def _folded(character: str) -> str:
    return cjk.normalise(character) or " "


@lru_cache(maxsize=50_000)
def _chinese(unit: str) -> bool:
    return len(unit) == 1 and (0x3400 <= ord(unit) <= 0x9FFF or 0x20000 <= ord(unit) <= 0x323AF or unit == "〇")


def _read(units: list[str]) -> list[list[str]]:
    """The readings of each unit. Where a known phrase stands its reading comes first; the longest phrase counts."""
    phrases, starts = _phrases()
    text = "".join([unit if len(unit) == 1 else " " for unit in units])
    fitting: list[str] = []
    while (at := len(fitting)) < len(text):
        sizes = range(min(MOST_PHRASE, len(text) - at), 1, -1) if text[at : at + 2] in starts else ()
        size = next((size for size in sizes if text[at : at + size] in phrases), 0)
        fitting += [_toneless(readings[0]) for readings in phrases[text[at : at + size]]] if size else [""]
    return [_readings(unit, first) if _chinese(unit) else [unit]
            for unit, first in zip(units, fitting, strict=True)]


@cache
def _phrases() -> tuple[dict[str, list[list[str]]], frozenset[str]]:
    """Phrases with their readings, and how they start: a third of a second, so only who indexes reads them."""
    from pypinyin.constants import PHRASES_DICT

    return PHRASES_DICT, frozenset(phrase[:2] for phrase in PHRASES_DICT)


@lru_cache(maxsize=50_000)
def _readings(character: str, fitting: str) -> list[str]:
    from pypinyin.constants import PINYIN_DICT

    all_of_them = map(_toneless, PINYIN_DICT.get(ord(character), "").split(","))
    known = [one for one in dict.fromkeys([fitting, *all_of_them]) if one.isascii() and one.isalpha()]
    return known[:MOST_READINGS] or [character]  # what nobody knows how to say stands for itself


@lru_cache(maxsize=5000)
def _toneless(syllable: str) -> str:
    bare = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in bare if not unicodedata.combining(c))
