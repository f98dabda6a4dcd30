"""What a need asks for, how soon, and whether somebody is in danger: from its words, with the reason for each.

It reads clause by clause. A sign of danger counts unless the text itself takes it back: a figure of speech, a no before
it, something past or over, a lecture, a mere fear. Where the words are in doubt it errs on the side of danger: a false
alarm costs a look at a telephone number.
"""
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from linli.kernel.text import N_, Text
from linli.work.needs.rules import odds
from linli.work.needs.rules.lexicon import Lexicon, Sign, lexicon, normal


class Urgency(StrEnum):
    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"


class Flag(StrEnum):
    LIFE_RISK = "life_risk"
    MEDICAL_EMERGENCY = "medical_emergency"
    ABUSE = "abuse"
    CHILD = "child"
    MISSING_PERSON = "missing_person"


@dataclass(frozen=True)
class Reason:
    """Why triage said so: a code, a sentence about `{phrase}`, and the words of the text that it rests on."""

    code: str
    text: Text
    phrase: str


@dataclass(frozen=True)
class Triage:
    category: str | None
    urgency: Urgency
    flags: tuple[Flag, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class Keyword:
    """A phrase of a category, in `normal` form. Longer phrases say more; `weight` is for what length does not tell."""

    phrase: str
    weight: float


@dataclass(frozen=True)
class _Hit:
    sign: Sign
    start: int
    end: int


RESCUE, MENTAL_SUPPORT, SOCIAL_WORK = "rescue", "mental_support", "social_work"
_DANGER = 3
_LINES = {  # log odds; chosen by cross-validation, see bench/fit_triage.py
    Flag.LIFE_RISK: -0.8, Flag.MEDICAL_EMERGENCY: -1.0, Flag.ABUSE: -1.0, Flag.CHILD: -1.0, Flag.MISSING_PERSON: -1.0,
}
_TELLING = (
    "request", "question", "present", "past", "media", "over", "feared", "acute", "chronic", "everyday", "event",
    "mild", "picture",
)
_TEXTS: Mapping[str, Text] = {
    "medical": N_("“{phrase}” can be a medical emergency."),
    "self_harm": N_("“{phrase}” can mean that somebody thinks of dying."),
    "fire": N_("“{phrase}” speaks of fire, gas, water or being trapped."),
    "violence": N_("“{phrase}” speaks of violence."),
    "child": N_("“{phrase}” speaks of a child in danger."),
    "missing": N_("“{phrase}” speaks of somebody who is missing."),
    "cry": N_("“{phrase}” is a cry for help."),
    "unclear": N_("The text as a whole reads like an emergency."),
    "abuse": N_("“{phrase}” speaks of harm by somebody close."),
    "urgent": N_("“{phrase}”: this is for today."),
    "soon": N_("“{phrase}”: this cannot wait long."),
    "category": N_("“{phrase}” points to this kind of help."),
    "calm": N_("Nothing in the text says that it must be soon."),
}
_WHOLE: Mapping[str, Text] = {
    "missing": N_("The text as a whole reads as if somebody were missing."),
    "abuse": N_("The text as a whole reads like harm by somebody close."),
}


@dataclass(frozen=True)
class _Reading:
    """What the lists find in a text."""

    plain: str
    shown: str
    hits: list["_Hit"]
    missing: "_Missing"
    category: str | None
    score: float
    phrase: tuple[int, int] | None
    findings: dict[str, float]


def triage(text: str, *, keywords: Mapping[str, Sequence[Keyword]]) -> Triage:
    """What the words say. `keywords`: the phrases of each category that there is. `why` names the words it rests on."""
    words, read = lexicon(), _read(text, keywords)
    plain, shown, hits, missing = read.plain, read.shown, read.hits, read.missing
    category, phrase = read.category, read.phrase
    likely = odds.scores(odds.features(plain, read.findings))
    flags = {flag for flag, line in _LINES.items() if likely[flag] > line}
    danger = _dangers(read) if Flag.LIFE_RISK in flags else set()
    why = [_reason(kind, text, *_best(hits, kind)) for kind in sorted(danger - {"missing", "unclear"})]
    why += [Reason("unclear", _TEXTS["unclear"], "")] if "unclear" in danger else []
    if Flag.MISSING_PERSON in flags:
        why.append(_reason("missing", text, *missing.span) if missing.span else _whole("missing"))
    if Flag.ABUSE in flags and "violence" not in danger:
        harm = words.flags["harm"].search(shown)
        why.append(_reason("abuse", text, *harm.span()) if harm else _whole("abuse"))
    urgency, because = _urgency(flags, plain, words)
    if danger or Flag.MISSING_PERSON in flags and category != SOCIAL_WORK:
        category, phrase = _danger_category(danger, shown, plain, words), None
    if because and not danger:
        why.append(_reason(urgency, text, *because))
    elif urgency is Urgency.NORMAL:
        why.append(Reason("calm", _TEXTS["calm"], ""))
    if phrase:
        why.append(_reason("category", text, *phrase))
    return Triage(category, urgency, tuple(flag for flag in Flag if flag in flags), tuple(why))


def findings(text: str, *, keywords: Mapping[str, Sequence[Keyword]]) -> tuple[str, dict[str, float]]:
    """The text in `normal` form, and what the lists find in it as figures: what the weights are learned from."""
    read = _read(text, keywords)
    return read.plain, read.findings


def _read(text: str, keywords: Mapping[str, Sequence[Keyword]]) -> _Reading:
    words, plain = lexicon(), normal(text)
    shown = _masked(plain, words)
    every = _hits(shown, words)
    hits = _weighed([hit for hit in every if not _taken_back(hit, plain, words)], plain, words)
    missing = _missing(shown, plain, words)
    category, score, phrase = _asked(plain, keywords)
    weights = [hit.sign.weight for hit in _apart(hits)]
    found: dict[str, float] = {f"weight{n}": min(3, weights.count(n)) for n in (1, 2, 3)}
    found |= {"missing": missing.danger, "named": min(score, 12) / 4, "unsaid": "□" in shown and "□" not in plain}
    found |= {"takenback": min(3, len(_apart(every)) - len(weights)) / 2}
    found |= {hit.sign.kind: 1.0 for hit in hits if hit.sign.weight >= _DANGER}
    found |= {name: bool(words.hush[name].search(plain)) for name in _TELLING}
    found |= {"gone": missing.flag} | dict.fromkeys(_pointers(shown, plain, words), 1.0)
    return _Reading(plain, shown, hits, missing, category, score, phrase, found)


def _reason(code: str, text: str, start: int, end: int) -> Reason:
    return Reason(code, _TEXTS[code], text[start:end].strip())


def _whole(code: str) -> Reason:
    """No single words say so."""
    return Reason(code, _WHOLE[code], "")


def _blank(text: str, spans: Iterator[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "□" * (end - start) + text[end:]
    return text


def _masked(plain: str, words: Lexicon) -> str:
    """The text without what is only said so: figures of speech, titles, quoted notices."""
    quoted = re.compile("《[^》]{1,60}》")
    shown = _blank(plain, (m.span() for m in list(quoted.finditer(plain))))
    in_quotes = re.compile("[“\"']([^”\"']{1,60})[”\"']")
    spans = []
    for m in in_quotes.finditer(shown):
        before, after = shown[max(0, m.start() - 8) : m.start()], shown[m.end() : m.end() + 4]
        if words.hush["quoting"].search(before) or words.hush["quoted_after"].match(after):
            spans.append(m.span())
    shown = _blank(shown, iter(spans))
    return _blank(shown, (m.span() for m in list(words.hush["masked"].finditer(shown))))


def _hits(shown: str, words: Lexicon) -> list[_Hit]:
    return [_Hit(sign, *m.span()) for sign in words.signs for m in sign.pattern.finditer(shown) if m.end() > m.start()]


def _clause(plain: str, place: int) -> tuple[int, int]:
    start = plain.rfind("|", 0, place) + 1
    end = plain.find("|", place)
    return start, len(plain) if end < 0 else end


def _taken_back(hit: _Hit, plain: str, words: Lexicon) -> bool:
    """Whether the text itself says that this sign is no danger."""
    hush = words.hush
    start, _ = _clause(plain, hit.start)
    _, end = _clause(plain, max(hit.start, hit.end - 1))
    before, clause, after = plain[start : hit.start], plain[start:end], plain[hit.end :]
    if hit.sign.deniable and (hush["no"].search(before) or hush["no_after"].match(after)):
        return True
    if plain[hit.start] not in "没不无未" and hush["no_right"].search(before):
        return True
    present = hush["present"].search(clause)
    if not present:
        if hush["luckily"].search(plain):
            return True
        if hush["past"].search(clause) or hush["past_aspect"].search(plain[hit.start : min(end, hit.end + 2)]):
            return True
        if hit.sign.kind not in ("self_harm", "violence") and hush["feared"].search(before):
            return True
        if hush["media"].search(clause):
            return True
        if _said_before(plain[: max(0, start - 1)], hush["media"], reach=1, words=words):
            return True
        if _said_before(plain[: max(0, start - 1)], hush["past"], reach=3, words=words):
            return True
    return bool(hush["over"].search(plain, hit.end - 1 if hit.end else 0) or hush["over"].search(clause)) and not any(
        hush["present"].search(part) for part in plain[end + 1 :].split("|") if not hush["over"].search(part))


def _said_before(earlier: str, what: re.Pattern[str], *, reach: int, words: Lexicon) -> bool:
    """Whether one of the last clauses says so, and none since has turned to the present."""
    for clause in reversed(earlier.split("|")[-reach:]):
        if words.hush["present"].search(clause):
            return False
        if what.search(clause):
            return True
    return False


def _weighed(hits: list[_Hit], plain: str, words: Lexicon) -> list[_Hit]:
    """Beside a lasting condition or a request, and without a turn for the worse, illness needs more to count."""
    if words.hush["acute"].search(plain):
        return hits
    chronic, request = words.hush["chronic"].search(plain), words.hush["request"].search(plain)
    if not (chronic or request):
        return hits
    medical = [hit for hit in hits if hit.sign.kind == "medical"]
    strong = _apart([hit for hit in medical if hit.sign.weight >= _DANGER])
    keep = {id(hit) for hit in strong} if not (chronic and request) or len(strong) > 1 else set()
    return [hit for hit in hits if hit.sign.kind != "medical" or id(hit) in keep]


def _apart(hits: list[_Hit]) -> list[_Hit]:
    """Of signs that overlap, the heaviest and longest."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.sign.weight, hit.start - hit.end)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return kept


def _dangers(read: _Reading) -> set[str]:
    """Of what kind the danger is, by the heaviest signs."""
    apart = _apart(read.hits)
    most = max((hit.sign.weight for hit in apart), default=0)
    kinds = {hit.sign.kind for hit in apart if hit.sign.weight == most}
    return kinds | ({"missing"} if read.missing.danger else set()) or {"unclear"}


def _best(hits: list[_Hit], kind: str) -> tuple[int, int]:
    best = max((hit for hit in hits if hit.sign.kind == kind), key=lambda hit: (hit.sign.weight, hit.end - hit.start))
    return best.start, best.end


@dataclass(frozen=True)
class _Missing:
    danger: bool
    flag: bool
    span: tuple[int, int] | None


def _missing(shown: str, plain: str, words: Lexicon) -> _Missing:
    """Gone, and why that is dangerous."""
    lists, hush = words.missing, words.hush

    def kept(name: str) -> list[re.Match[str]]:
        found = []
        for m in lists[name].finditer(shown):
            start, end = _clause(plain, m.start())
            clause, before = plain[start:end], plain[start : m.start()]
            if hush["no"].search(before) or hush["feared"].search(before):
                continue
            if not hush["present"].search(clause) and (
                hush["past"].search(clause) or hush["media"].search(clause)
                or _said_before(plain[: max(0, start - 1)], hush["media"], reach=1, words=words)
            ):
                continue
            found.append(m)
        return found

    sure, lost = kept("sure"), kept("lost")
    if not (sure or lost) or hush["over"].search(shown):
        old = lists["old"].search(shown) and lists["sure"].search(shown) and not hush["over"].search(shown)
        return _Missing(False, bool(old), lists["sure"].search(shown).span() if old else None)  # type: ignore[union-attr]
    frail = len({m.group() for m in lists["frail"].finditer(shown)})
    safe, old_kin = lists["found"].search(plain), lists["old"].search(plain)
    helpless = lists["helpless"].search(shown)
    gone = bool((sure or lost) and helpless) or bool(sure and frail) or (len(lost) > 1 and frail > 0) or (
        bool(lost) and frail > 1)
    flag = gone or bool(sure and (old_kin or safe)) or len(lost) > 1
    best = max(sure or lost, key=lambda m: m.end() - m.start())
    return _Missing(gone and not safe and not old_kin, flag, best.span())


def _pointers(shown: str, plain: str, words: Lexicon) -> Iterator[str]:
    """Which of the lists of flags and of the missing find something."""
    without = words.flags["no_child"].sub(lambda m: "□" * len(m.group()), shown)
    yield from (name for name, pattern in words.flags.items() if pattern.search(without))
    yield from (f"missing_{name}" for name, pattern in words.missing.items() if pattern.search(shown))
    if words.kid.search(without):
        yield "kid"
    if _abuse(shown, plain, words):
        yield "harm_close"


def _abuse(shown: str, plain: str, words: Lexicon) -> bool:
    lists, hush = words.flags, words.hush
    for m in lists["harm"].finditer(shown):
        start, end = _clause(plain, m.start())
        clause = plain[start:end]
        around = plain[max(0, start - 20) : end + 20]
        if hush["no"].search(plain[start : m.start()]) or lists["no_abuse"].search(clause):
            continue
        if not hush["present"].search(clause) and hush["media"].search(clause):
            continue
        if lists["close"].search(around):
            return True
    return False


def _urgency(flags: set[Flag], plain: str, words: Lexicon) -> tuple[Urgency, tuple[int, int] | None]:
    lists = words.urgency
    urgent, soon, calm = lists["urgent"].search(plain), lists["soon"].search(plain), lists["calm"].search(plain)
    if flags & {Flag.LIFE_RISK, Flag.MEDICAL_EMERGENCY}:
        return Urgency.URGENT, urgent.span() if urgent else None
    if urgent and not calm:
        return Urgency.URGENT, urgent.span()
    if soon and not calm:
        return Urgency.SOON, soon.span()
    if flags:
        return Urgency.SOON, None
    return Urgency.NORMAL, None


def _danger_category(danger: set[str], shown: str, plain: str, words: Lexicon) -> str:
    acted = words.flags["acted"].search(shown) and not words.flags["planned"].search(plain)
    return MENTAL_SUPPORT if danger == {"self_harm"} and not acted else RESCUE


def _asked(plain: str, keywords: Mapping[str, Sequence[Keyword]]) -> tuple[str | None, float, tuple[int, int] | None]:
    """The kind of help that the phrases point to best, how strongly, and the longest of the phrases."""
    best: tuple[str | None, float, tuple[int, int] | None] = (None, 0.0, None)
    begins = {plain[n:n + length] for n in range(len(plain)) for length in (1, 2)}
    found = sorted(place for begin in begins for place in _by_begin(keywords).get(begin, ())
                   if place.phrase in plain)
    for category, hits in groupby(found, lambda one: one.category):
        score, longest = 0.0, (0, 0)
        for one in hits:
            score += one.weight * min(3, plain.count(one.phrase))
            if len(one.phrase) > longest[1] - longest[0]:
                place = plain.find(one.phrase)
                longest = (place, place + len(one.phrase))
        if score > best[1]:
            best = (category, score, longest)
    return best


class _Place(NamedTuple):
    """Where a phrase stands in the lists: they are read in their order, category by category."""

    category_no: int
    phrase_no: int
    category: str
    phrase: str
    weight: float


_begun: tuple[Mapping[str, Sequence[Keyword]], dict[str, list[_Place]]] = ({}, {})


def _by_begin(keywords: Mapping[str, Sequence[Keyword]]) -> dict[str, list[_Place]]:
    """The phrases by their first two characters: there are thousands, of which a text can hold a few. Made once for the
    lists that are in use."""
    global _begun
    begun = _begun
    if begun[0] is not keywords:
        made: dict[str, list[_Place]] = {}
        for no, (category, phrases) in enumerate(keywords.items()):
            for place, one in enumerate(phrases):
                made.setdefault(one.phrase[:2], []).append(_Place(no, place, category, one.phrase, one.weight))
        _begun = begun = (keywords, made)
    return begun[1]
