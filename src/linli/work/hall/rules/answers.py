"""What is filled in: whether it has the shape that the matter asks, and what is still missing."""
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Both, Text
from linli.work.hall.registry import Answers, Field, Material, Matter, Shape, Trust, Unmet

LINE, WORDS, MOST_ROWS, ALL = 200, 5000, 500, 200_000
"""At most: characters of a line, of several lines; rows; characters of a whole application."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PHONE = re.compile(r"(\+?86)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|1\d{4}|400\d{7}|9\d{4,5}")


@dataclass(frozen=True)
class Gap:
    """One thing that stands against handing in: a field by key (and row), or a material; and the sentence."""

    key: str
    why: RuleBroken
    row: int | None = None
    column: str = ""

    @property
    def place(self) -> str:
        return self.key if self.row is None else f"{self.key}.{self.row}"


def kept(matter: Matter, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps: the matter's own fields and questions, well formed or as typed. Refuses: RuleBroken (far too
    much)."""
    answers = read((*matter.first(), *matter.fields()), typed)
    if len(str(answers)) > ALL:
        raise RuleBroken(N_("This is more than an application can hold. Shorten it, or hand it in as a paper."),
                         rule="hall.size")
    return answers


def read(fields: Iterable[Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into these fields, in the one form of its shape where it has it; nothing for what is empty."""
    return {one.key: _kept(one, typed[one.key]) for one in fields if _has(typed, one.key)}


def wrong(fields: Iterable[Field], answers: Answers) -> list[Gap]:
    """What is missing of these fields, or not well formed."""
    return [gap for one in fields for gap in _gaps(one, answers.get(one.key))]


def _kept(one: Field, value: Any) -> Any:
    if one.shape is Shape.ROWS and isinstance(value, list):
        rows = [{c.key: _kept(c, row[c.key]) for c in one.columns if _has(row, c.key)}
                for row in value if isinstance(row, Mapping)]
        return [row for row in rows if row]
    try:
        return parsed(one, value)
    except RuleBroken:
        return value if isinstance(value, int | float | bool) else value if isinstance(value, list) else str(value)


def asked(matter: Matter, answers: Answers, held: Answers) -> list[Field]:
    """The fields that this applicant is asked: those that apply, without what the registers hold."""
    known = {**held, **answers}
    return [one for one in matter.fields() if not _has(held, one.key) and (one.when is None or one.when(known))]


def whole(matter: Matter, answers: Answers, held: Answers) -> dict[str, Any]:
    """The answers as the decision reads them: those asked, now or beforehand, and what the registers hold of them."""
    keys = {one.key for one in (*matter.first(), *asked(matter, answers, held))}
    return {**{key: value for key, value in answers.items() if key in keys},
            **{key: value for key, value in held.items() if _has(held, key)}}


def needed(matter: Matter, answers: Answers, lacking: Collection[str] = ()) -> list[Material]:
    """The materials that the applicant has to hand in for these answers; what we fetch ourselves is among them only
    where it was looked for and no register holds it (`lacking`)."""
    return [one for one in matter.materials if (one.trust is not Trust.A or one.key in lacking)
            and (one.needed_when is None or one.needed_when(answers))]


def fetched(matter: Matter, answers: Answers) -> list[Material]:
    """The materials that we fetch ourselves for these answers."""
    return [one for one in matter.materials if one.fetch and (one.needed_when is None or one.needed_when(answers))]


def gaps(matter: Matter, answers: Answers, held: Answers, papers: Collection[str],
         lacking: Collection[str] = ()) -> list[Gap]:
    """Everything that is missing or not well formed, in the order of the form, all at once. `lacking` are the materials
    that we would have fetched and no register holds."""
    found = wrong(asked(matter, answers, held), answers)
    for material in needed(matter, whole(matter, answers, held), lacking):
        if material.required and material.key not in papers:
            found.append(Gap(material.key, RuleBroken(N_("Hand in this paper: {paper}."), rule="hall.materials",
                                                      field=material.key, paper=material.title)))
    return found


def sound(answers: Answers, gaps: Iterable[Gap]) -> tuple[dict[str, Any], frozenset[str]]:
    """The answers that can be judged by, and what cannot: by field, or by field and column (`people.phone`)."""
    found, missing = dict(answers), set()
    for gap in gaps:
        if gap.column and gap.row is not None and isinstance(found.get(gap.key), list):
            found[gap.key] = [{key: said for key, said in row.items() if (number, key) != (gap.row, gap.column)}
                              for number, row in enumerate(found[gap.key])]
            missing.add(f"{gap.key}.{gap.column}")
        else:
            found.pop(gap.key, None)
            missing.add(gap.key)
    return found, frozenset(missing)


def judged(unmet: Unmet, missing: Collection[str]) -> bool:
    """Whether everything was there that it was judged by."""
    needs = unmet.needs or ((unmet.field,) if unmet.field else ())
    return not any(need in missing or need.partition(".")[0] in missing for need in needs)


def _gaps(one: Field, value: Any) -> Iterator[Gap]:
    if one.shape is not Shape.ROWS:
        if why := _fault(one, value):
            yield Gap(one.key, why)
        return
    rows = value if isinstance(value, list) else []
    least = one.least if one.least is not None else int(one.required)
    most = one.most or MOST_ROWS
    if not least <= len(rows) <= most:
        yield Gap(one.key, RuleBroken(N_("{label}: give {least} to {most} rows; there are {count}."), field=one.key,
                                      rule="hall.form", label=one.label, least=least, most=most, count=len(rows)))
    for number, row in enumerate(rows):
        for column in one.columns:
            if why := _fault(column, row.get(column.key)):
                yield Gap(one.key, RuleBroken(N_("Row {number}: {why}"), field=one.key, rule="hall.form",
                                              number=number + 1, why=why), number, column.key)


def _fault(one: Field, value: Any) -> RuleBroken | None:
    if not _has({"v": value}, "v"):
        return _broken(one, N_("{label}: this is missing.")) if one.required else None
    try:
        parsed(one, value)
    except RuleBroken as why:
        return why
    return None


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a sentence carries them: days in the words of both languages."""
    return {name: Both(f"{value.day} {value:%b %Y}", f"{value.year}年{value.month}月{value.day}日")
            if isinstance(value, date) else value for name, value in values.items()}


def _has(answers: Answers, key: str) -> bool:
    value = answers.get(key)
    return value is not False and value not in (None, "", [], {})


def _broken(one: Field, text: Text, **values: object) -> RuleBroken:
    return RuleBroken(text, rule="hall.form", field=one.key, label=one.label, **values)


# Shapes


def parsed(one: Field, value: Any) -> Any:
    """A value in the one form that its shape has. Refuses: RuleBroken, with the field's key."""
    return _SHAPES[one.shape](one, value)


def _line(one: Field, value: Any) -> str:
    return _text(one, " ".join(str(value).split()), LINE)


def _words(one: Field, value: Any) -> str:
    return _text(one, str(value).replace("\r\n", "\n").strip(), WORDS)


def _text(one: Field, said: str, most: int) -> str:
    most = one.most or most
    if "\x00" in said or len(said) > most:
        raise _broken(one, N_("{label}: at most {most} characters."), most=most)
    if len(said) < (one.least or 0):
        raise _broken(one, N_("{label}: at least {least} characters."), least=one.least)
    return said


def _number(one: Field, value: Any) -> int:
    said = str(value).replace(",", "").strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,15}", said):
        raise _broken(one, N_("{label}: give a whole number."))
    number = int(said)
    least, most = one.least if one.least is not None else 0, one.most if one.most is not None else 10**15
    if not least <= number <= most:
        raise _broken(one, N_("{label}: a number from {least} to {most}."), least=least, most=most)
    return number


def _money(one: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not (one.least or 0) <= value <= (one.most or 10**15):
        raise _broken(one, N_("{label}: give an amount in yuan, such as 30,000 or 30000.50."))
    return value


def _day(one: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _broken(one, N_("{label}: there is no such day.")) from None


def _choice(one: Field, value: Any) -> str:
    if str(value) not in dict(one.choices):
        raise _broken(one, N_("{label}: choose one of the list."))
    return str(value)


def _choices(one: Field, value: Any) -> list[str]:
    if not isinstance(value, list) or not {str(v) for v in value} <= dict(one.choices).keys():
        raise _broken(one, N_("{label}: choose from the list."))
    return [str(v) for v in value]


def _yes(one: Field, value: Any) -> bool:
    if value is not True:
        raise _broken(one, N_("{label}: tick this to go on."))
    return True


def _phone(one: Field, value: Any) -> str:
    said = re.sub(r"[\s()（）]", "", str(value))
    if not _PHONE.fullmatch(said):
        raise _broken(one, N_("{label}: this is not a phone number."))
    return said


def _identity(one: Field, value: Any) -> str:
    said = "".join(str(value).split()).upper()
    sum_ = re.fullmatch(r"\d{17}[\dX]", said) and sum(int(a) * b for a, b in zip(said, _WEIGHTS, strict=False))
    if not sum_ or "10X98765432"[sum_ % 11] != said[-1]:
        raise _broken(one, N_("{label}: this is not an identity number; a digit is mistyped."))
    return said


def _code(one: Field, value: Any) -> str:
    said = "".join(str(value).split()).upper()
    if not re.fullmatch(rf"[{_SIGNS}]{{18}}", said) or sum(
            _SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(said[:17])) % 31 != (
            -_SIGNS.index(said[17])) % 31:
        raise _broken(one, N_("{label}: this is not a unified social credit code; a character is mistyped."))
    return said


def _rows(one: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _broken(one, N_("{label}: give rows."))
    return [{c.key: parsed(c, row[c.key]) for c in one.columns if _has(row, c.key)} for row in value]


_SHAPES: dict[Shape, Callable[[Field, Any], Any]] = {
    Shape.LINE: _line, Shape.WORDS: _words, Shape.NUMBER: _number, Shape.MONEY: _money, Shape.DAY: _day,
    Shape.CHOICE: _choice, Shape.CHOICES: _choices, Shape.YES: _yes, Shape.PHONE: _phone, Shape.IDENTITY: _identity,
    Shape.CODE: _code, Shape.ROWS: _rows,
}
