"""Names: how they are built, what they may not say, which are taken or barred for a time, and which look alike.

Source: 社会组织名称管理办法 (民政部令第69号). A name is read from both ends: region in front, form at the end;
between them stands the core, which for agencies and foundations is a trade name and a field.
"""
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from rapidfuzz import fuzz

from linli.kernel import cjk
from linli.kernel.text import N_, Text
from linli.work.hall.registry import Unmet
from linli.work.registration.rules import KINDS, Figure, Figures, Kind

MOST = 100  # the register keeps no longer name
RULES = (
    "naming.society", "naming.agency", "naming.foundation", "naming.national_words", "naming.taken",
    "naming.reuse_after_end", "naming.reuse_after_revocation", "naming.society_forms", "naming.agency_forms",
    "naming.foundation_forms", "naming.trade_name", "naming.no_trade_name", "naming.characters",
    "naming.reserved_words", "naming.fields", "naming.alike", "naming.held",
)
"""What a check needs of the rulebook."""
_LEVELS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "盟")
_PLACES = ("省", "市", "县", "区", "旗", "自治州", "自治县", "自治区")


class Standing(StrEnum):
    """How a name is held by somebody else."""

    REGISTERED = "registered"
    GIVEN_UP = "given_up"  # changed, or its bearer deregistered
    REVOKED = "revoked"  # its registration, or the change to it, was revoked
    HELD = "held"  # asked for in an application that was handed in earlier and is open


@dataclass(frozen=True)
class Parts:
    """A name taken apart. What could not be told is empty."""

    name: str
    region: str = ""
    core: str = ""
    trade_name: str = ""
    field: str = ""
    form: str = ""


@dataclass(frozen=True)
class Taken:
    """A name that somebody bears or bore with the same registrar; `since` is when they gave it up or lost it."""

    name: str
    kind: Kind
    standing: Standing = Standing.REGISTERED
    since: date | None = None
    owner: str = ""


@dataclass(frozen=True)
class Alike:
    """A name that looks or sounds like the one asked for."""

    name: str
    score: int
    """Of a hundred."""
    why: Text
    standing: Standing
    owner: str = ""


@dataclass(frozen=True)
class Check:
    """What is to be said of a name. It may be used where nothing of `unmet` bars."""

    parts: Parts
    unmet: tuple[Unmet, ...]
    alike: tuple[Alike, ...]

    @property
    def good(self) -> bool:
        return not any(one.bars for one in self.unmet)


def tidy(name: str) -> str:
    """A name as it is compared and kept: full-width letters folded, blanks and invisible signs dropped."""
    kept = unicodedata.normalize("NFKC", name)
    return "".join(c for c in kept if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def prefixes(line: Collection[str]) -> tuple[str, ...]:
    """How a name may begin, the longest first. `line` is a region's names from the province down to itself.

    A district is named together with its city; a province or a city may drop the word for what it is (合肥, 安徽).
    """
    names = list(line)
    found: set[str] = set()
    for start in range(len(names)):
        own, above = names[-1], names[start:-1]
        if own.endswith("区") and not own.endswith(_LEVELS) and len(names) > 1 and not above:
            continue
        for front in ("".join(above), "".join(map(_short, above))):
            found |= {front + own, front + _short(own)}
    return tuple(sorted(found, key=lambda front: (-len(front), front)))


def _short(name: str) -> str:
    end = next((end for end in _LEVELS if name.endswith(end) and len(name) - len(end) >= 2), "")
    return name.removesuffix(end)


@dataclass(frozen=True)
class Grammar:
    """How names of one kind are read in one region, with the words of the rulebook, the longest first."""

    kind: Kind
    fronts: tuple[str, ...]
    forms: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, kind: Kind, line: Collection[str], figures: Figures) -> "Grammar":
        words = (figures[f"naming.{kind}_forms"].words(), figures["naming.fields"].words())
        forms, fields = (tuple(sorted(each, key=len, reverse=True)) for each in words)
        names = list(line)  # a foundation of a province may be called after its city
        lines = [names[:n] for n in range(1, len(names) + 1)] if kind is Kind.FOUNDATION else [names]
        fronts = sorted({front for each in lines for front in prefixes(each)}, key=lambda front: (-len(front), front))
        return cls(kind, tuple(fronts), forms, fields)

    def read(self, name: str) -> Parts:
        """A name taken apart. A society has no trade name: its core is the field, or who its members are."""
        whole = tidy(name)
        region = next((front for front in self.fronts if whole.startswith(front)), "")
        rest = whole.removeprefix(region)
        form = next((form for form in self.forms if rest.endswith(form)), "")
        core = rest.removesuffix(form)
        if self.kind is Kind.SOCIETY:
            return Parts(whole, region, core, "", core, form)
        field = ""
        while word := next((word for word in self.fields if core.removesuffix(field).endswith(word)), ""):
            field = word + field  # several may stand in a row: 志愿服务, 教育
        return Parts(whole, region, core, core.removesuffix(field) if field else "", field, form)


def check(
    name: str, *, kind: Kind, line: Collection[str], taken: Iterable[Taken], on: date, figures: Figures,
    ministry: bool = False,
) -> Check:
    """Everything that stands against a name, at once, and the names that look like it.

    `line` is the registrar's region, from the province down; `taken` are the names of the same registrar; `ministry`
    says that the ministry itself registers. Source: 民政部令第69号 Art. 8, 16.
    """
    grammars = {each: Grammar.of(each, line, figures) for each in Kind}
    parts = grammars[kind].read(name)
    read = [(one, grammars[one.kind].read(one.name)) for one in taken]
    others = [pair for pair in read if pair[0].standing is not Standing.HELD]
    held = [pair for pair in read if pair[0].standing is Standing.HELD]
    unmet = (*_grammar(parts, kind, line, figures, ministry), *_words(parts, figures, ministry),
             *_barred(parts, kind, others, on, figures), *_held(parts, kind, held, figures))
    return Check(parts, unmet, _alike(parts, others, figures))


def look_alikes(found: Check) -> Iterable[Unmet]:
    """The registered names that look or sound like it, for who decides: being alike is no ground by itself."""
    names = [one.name for one in found.alike if one.standing is Standing.REGISTERED]
    if names:
        yield Unmet(N_("Names that look or sound like this one are registered: {names}. The desk compares them."),
                    "naming.alike", "name", {"names": "、".join(names[:5])}, bars=False)


def wanted(asked_on: date | None, *, on: date, figures: Figures) -> bool:
    """Whether an open application holds its name still; `asked_on` is the day from which it waits for who applied."""
    return asked_on is None or on < asked_on + relativedelta(months=figures["naming.held"].whole)


def _held(parts: Parts, kind: Kind, others: Collection[tuple[Taken, Parts]], figures: Figures) -> Iterable[Unmet]:
    """What was asked for earlier; of who asked, and by which name where it is another, nothing is said."""
    clashing = [one.name for one, theirs in others if _clashes(parts, kind, one, theirs)]
    if clashing:
        yield Unmet(N_("An application handed in earlier holds “{name}”, or a name with the same trade name, field and"
                       " form. Choose another name, or wait: it is free again if that application ends without an"
                       " entry."), "naming.held", "name", {"name": parts.name})
    for why in {one.why: None for one in _alike(parts, others, figures) if one.name not in clashing}:
        yield Unmet(N_("A name that looks or sounds like this one is held by an application handed in earlier: {why}."
                       " The desk compares them."), "naming.alike", "name", {"why": why}, bars=False)


def _unmet(figure: Figure, rule: str, text: Text, **values: object) -> Unmet:
    return Unmet(text, rule, "name", values, bars=figure.law)


def _grammar(
    parts: Parts, kind: Kind, line: Collection[str], figures: Figures, ministry: bool,
) -> Iterable[Unmet]:
    rule = f"naming.{kind}"
    law = figures[rule]
    if not parts.name:
        yield _unmet(law, rule, N_("Write the name down."))
        return
    if len(parts.name) > MOST:
        yield _unmet(law, rule, N_("This name has {count} characters; the register keeps at most {most}. Shorten it."),
                     count=len(parts.name), most=MOST)
    if not ministry and not parts.region:
        yield _unmet(law, rule, N_("A name begins with its region: here {region}. Put it in front."),
                     region=_shown(line))
    forms = figures[f"naming.{kind}_forms"]
    if not parts.form:
        yield _unmet(forms, f"naming.{kind}_forms", N_("{kind}: a name ends with its form, such as {forms}."),
                     kind=KINDS[kind], forms="、".join(forms.words()[:8]))
    if not parts.core:
        yield _unmet(law, rule, N_("Between region and form the name says what the organisation does."))
    elif kind is not Kind.SOCIETY:
        yield from _trade_name(parts, kind, figures)


def _shown(line: Collection[str]) -> str:
    """How a name begins as a rule: 合肥市蜀山区, 长丰县."""
    names = list(line)
    return "".join(names[-2:]) if names[-1].endswith("区") and len(names) > 1 else names[-1]


def _trade_name(parts: Parts, kind: Kind, figures: Figures) -> Iterable[Unmet]:
    rule = figures["naming.trade_name"]
    if not parts.field:
        yield Unmet(N_("We cannot tell which part of “{core}” is the trade name and which the field. A name has both;"
                       " the desk reads it."), f"naming.{kind}", "name", {"core": parts.core}, bars=False)
    elif not parts.trade_name and kind is Kind.FOUNDATION:
        yield _unmet(figures["naming.no_trade_name"], "naming.no_trade_name",
                     N_("This name has no trade name before “{word}”. A foundation may do without one only with its"
                        " supervising unit's consent and reasons."), word=parts.field)
    elif not parts.trade_name:
        yield _unmet(figures[f"naming.{kind}"], f"naming.{kind}",
                     N_("This name has no trade name before “{word}”. Add one, so that it can be told from others."),
                     word=parts.field)
    elif len(parts.trade_name) < rule.whole:
        yield _unmet(rule, "naming.trade_name", N_("The trade name “{trade_name}” has fewer than {least} characters."),
                     trade_name=parts.trade_name, least=rule.whole)
    elif parts.trade_name.endswith(_PLACES):
        yield _unmet(rule, "naming.trade_name", N_("The trade name “{trade_name}” is the name of a region."),
                     trade_name=parts.trade_name)


def _words(parts: Parts, figures: Figures, ministry: bool) -> Iterable[Unmet]:
    national = figures["naming.national_words"]
    for word in national.words():
        if ministry or word not in parts.name:
            continue
        front = parts.name.startswith(word) or parts.name.removeprefix(parts.region).startswith(word)
        text = N_("Only organisations that the ministry registers may begin their names with “{word}”. Take it out.")
        if not front:
            text = N_("“{word}” stands for the whole country. The desk looks whether it only describes the field.")
        yield Unmet(text, "naming.national_words", "name", {"word": word}, bars=front and national.law)
    reserved = figures["naming.reserved_words"]
    rest = parts.name.removeprefix(parts.region)
    if held := [word for word in reserved.words() if word in rest]:
        yield _unmet(reserved, "naming.reserved_words",
                     N_("“{word}” may mislead about who stands behind the organisation. The desk looks into it."),
                     word=max(held, key=len))
    if odd := "".join(sorted({c for c in parts.name if not cjk.is_cjk(c)})):
        yield _unmet(figures["naming.characters"], "naming.characters",
                     N_("Names are written in Chinese characters; this one holds “{odd}”."), odd=odd[:20])


def _barred(
    parts: Parts, kind: Kind, others: Iterable[tuple[Taken, Parts]], on: date, figures: Figures,
) -> Iterable[Unmet]:
    said: set[str] = set()
    for one, theirs in others:
        if one.name in said or not _clashes(parts, kind, one, theirs):
            continue
        rule, free_on = _until(one, figures)
        if free_on is None or on < free_on:
            said.add(one.name)
            yield _unmet(figures[rule], rule, _BARRED[one.standing], name=one.name, free_on=free_on or "",
                         since=one.since or "")


def _clashes(parts: Parts, kind: Kind, one: Taken, theirs: Parts) -> bool:
    """Whether it is the same name, or the same trade name in the same field and form; Art. 16."""
    trade = bool(parts.trade_name) and (parts.trade_name, parts.field, parts.form) == (
        theirs.trade_name, theirs.field, theirs.form)
    return one.kind is kind and (trade or theirs.name == parts.name)


_BARRED: dict[Standing, Text] = {
    Standing.REGISTERED: N_("“{name}” is registered here with the same field and form. Choose another name."),
    Standing.GIVEN_UP: N_("“{name}” was given up on {since}. It may be used again from {free_on}."),
    Standing.REVOKED: N_("The registration of “{name}”, or the change to this name, was revoked on {since}. It may be"
                         " used again from {free_on}."),
}


def _until(one: Taken, figures: Figures) -> tuple[str, date | None]:
    """The rule that bars a name, and the day from which it is free again; no day while it is borne."""
    if one.standing is Standing.REGISTERED or one.since is None:
        return "naming.taken", None
    rule = "naming.reuse_after_end" if one.standing is Standing.GIVEN_UP else "naming.reuse_after_revocation"
    return rule, one.since + relativedelta(years=figures[rule].whole)


def _alike(parts: Parts, others: Iterable[tuple[Taken, Parts]], figures: Figures) -> tuple[Alike, ...]:
    """Names whose core sounds the same or is nearly the same, the nearest first; the same name is no look-alike."""
    rule = figures["naming.alike"]
    least = float(rule.amount or 0) * 100
    heard = said(parts.core)
    found: dict[str, Alike] = {}
    for one, theirs in others:
        if not parts.core or not theirs.core or theirs.name == parts.name:
            continue
        score, why = _likeness(parts, theirs, heard)
        if score >= least and (one.name not in found or found[one.name].score < score):
            found[one.name] = Alike(one.name, round(score), why, one.standing, one.owner)
    return tuple(sorted(found.values(), key=lambda one: (-one.score, one.name))[:int(rule.params["most"])])


def _likeness(parts: Parts, theirs: Parts, heard: str) -> tuple[float, Text]:
    if theirs.core == parts.core:
        return 100.0, N_("the same but for the form")
    if len(theirs.core) == len(parts.core) and said(theirs.core) == heard:
        return 97.0, N_("sounds the same")
    if parts.trade_name and parts.trade_name == theirs.trade_name:
        return 95.0, N_("the same trade name")
    if len(parts.trade_name) > 1 and said(parts.trade_name) == said(theirs.trade_name):
        return 93.0, N_("a trade name that sounds the same")
    return fuzz.ratio(parts.core, theirs.core), N_("nearly the same characters")


@lru_cache(maxsize=50_000)
def said(text: str) -> str:
    """A text as it is said, without tones; each character's first reading, so that two writings can be compared."""
    return " ".join(_syllable(c) for c in text)


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    from pypinyin import Style, pinyin  # a third of a second, so only who compares names reads it

    return pinyin(character, style=Style.NORMAL)[0][0]
