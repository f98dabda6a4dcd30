"""What was filled in, opened for who has the right: the caller has judged that."""
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from linli.kernel.doors import speak
from linli.kernel.text import Text
from linli.registers.people import queries as people
from linli.registers.people.queries import Known
from linli.work.hall import rules
from linli.work.hall.models import Application
from linli.work.hall.queries import offering
from linli.work.hall.registry import Answers, Case, Material, Matter, NotHeld


@dataclass(frozen=True)
class Paper:
    """A file handed in; `file` is its ref in the archive, `compared` whether a desk saw the original."""

    file: str
    material: str
    name: str
    kind: str
    size: int
    trust: str
    compared: bool = False


@dataclass(frozen=True)
class Signed:
    """A promise in place of a paper, with what was told of it when it was signed: what is so, how it is checked, what
    follows where it is not; in English and Chinese."""

    material: str
    at: str
    by: str
    en: tuple[str, str, str]
    zh: tuple[str, str, str]

    @property
    def signed_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Fetched:
    """A material of level A as a register of ours held it when it was fetched, in both languages; or why none did.

    `says` are labels and values; `sha256` is the digest of the document's file, else of what is said.
    """

    material: str
    at: str
    en: str
    zh: str
    """The register; where nothing was held, why."""
    held: bool
    says: tuple[tuple[str, str, str], ...] = ()
    number: str = ""
    document: str = ""
    link: str = ""
    sha256: str = ""

    @property
    def fetched_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Note:
    """What stood against it when it was handed in without barring it: for the desk, in both languages."""

    en: str
    zh: str
    rule: str = ""


@dataclass(frozen=True)
class Content:
    """What was filled in, what the registers held of it, the papers, the promises in place of some, and what we
    fetched ourselves."""

    answers: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    signed: tuple[Signed, ...] = ()
    papers: tuple[Paper, ...] = ()
    notes: tuple[Note, ...] = ()
    fetched: tuple[Fetched, ...] = ()
    """In the order in which it was fetched: what was held when it was handed in, then when it was decided."""
    erased: bool = False

    @property
    def promises(self) -> tuple[str, ...]:
        """The materials for which a promise stands."""
        return tuple(one.material for one in self.signed)

    @property
    def there(self) -> Collection[str]:
        """The materials that are there: uploaded, or promised."""
        return {*(paper.material for paper in self.papers), *self.promises}

    @property
    def newest(self) -> list[Fetched]:
        """What was fetched last of each material."""
        return list({one.material: one for one in self.fetched}.values())


def context(row: Application, what: str) -> str:
    """Each sealed text opens only where it was put."""
    return f"hall.{what}:{row.ref}"


def sealed(row: Application, content: Content) -> bytes:
    """Refuses: RuleBroken (the applicant's data was erased)."""
    text = json.dumps({
        "answers": content.answers, "held": content.held, "signed": [asdict(one) for one in content.signed],
        "papers": [asdict(paper) for paper in content.papers], "notes": [asdict(note) for note in content.notes],
        "fetched": [asdict(one) for one in content.fetched],
    }, ensure_ascii=False)
    return people.seal(row.person_id, text, context=context(row, "content"))


def opened(row: Application, known: Known | None = None) -> Content:
    """Empty, and so marked, once the applicant's data was erased. `known` is the applicant where read already."""
    (said,) = words(row, known, content=row.content_sealed)
    if said == people.ERASED or not said:
        return Content(erased=bool(said))
    kept = json.loads(said)
    return Content(kept["answers"], kept["held"], tuple(_signed(one) for one in kept["signed"]),
                   tuple(Paper(**paper) for paper in kept["papers"]), tuple(Note(**note) for note in kept["notes"]),
                   tuple(_fetched(one) for one in kept["fetched"]))


def _signed(kept: dict[str, Any]) -> Signed:
    return Signed(**{**kept, "en": tuple(kept["en"]), "zh": tuple(kept["zh"])})


def sign(material: Material, *, by: UUID, at: datetime) -> Signed:
    """The promise that may stand in place of a material, as it is told now. Refuses: ValueError where none may."""
    if material.promised is None:
        raise ValueError("this material cannot be promised")
    told = [spoken(text) for text in (material.promised.says, material.promised.checked, material.promised.otherwise)]
    en, zh = zip(*told, strict=True)
    return Signed(material.key, at.isoformat(), str(by), en, zh)


def _fetched(kept: dict[str, Any]) -> Fetched:
    return Fetched(**{**kept, "says": tuple((en, zh, value) for en, zh, value in kept["says"])})


def words(row: Application, known: Known | None = None, /, **what: Any) -> list[str]:
    """Several sealed texts of an application, in one query for the key."""
    known = known or people.known([row.person_id])
    return [known.open(row.person_id, value, context=context(row, name)) for name, value in what.items()]


def seal_words(row: Application, text: str, what: str) -> bytes | None:
    """A sentence about the application; None for an empty one. Refuses: RuleBroken (data erased)."""
    return people.seal(row.person_id, text, context=context(row, what)) if text else None


def matter_of(row: Application, *, on: date | None = None) -> Matter:
    """The matter as it held where and when it was handed in; for drafts, today. Refuses: NotFound."""
    moment = row.submitted_at or row.saved_at
    return offering.matter(row.matter, region=row.region_code, on=on or timezone.localdate(moment))


def fetch(one: Matter, answers: Answers, *, person: UUID, organisation: UUID | None,
          at: datetime) -> tuple[Fetched, ...]:
    """What the registers hold at this moment of the materials that we fetch ourselves for these answers."""
    return tuple(_taken(material, person, organisation, at) for material in rules.fetched(one, answers))


def taken_in(row: Application, one: Matter, said: Content, *, at: datetime) -> Content:
    """With what the registers hold now, of the form and of the papers."""
    held = dict(held_now(row, one, on=timezone.localdate(at)))
    return replace(said, held=held, fetched=fetch(
        one, rules.whole(one, said.answers, held), person=row.person_id, organisation=row.organisation_id, at=at))


def lacking(fetched: Iterable[Fetched]) -> set[str]:
    """The materials that we looked for and no register holds: they are asked of the applicant."""
    return {one.material for one in fetched if not one.held}


def _taken(material: Material, person: UUID, organisation: UUID | None, at: datetime) -> Fetched:
    assert material.fetch  # only what is fetched is asked for here
    found = material.fetch(person=person, organisation=organisation, at=at)
    moment = at.isoformat()
    if isinstance(found, NotHeld):
        return Fetched(material.key, moment, *spoken(found.why, **rules.told(found.values)), False)
    says = tuple((*spoken(label), value) for label, value in found.says)
    digest = found.sha256 or sha256(json.dumps([found.number, says], ensure_ascii=False).encode()).hexdigest()
    return Fetched(material.key, moment, *spoken(found.source), True, says, found.number, str(found.document or ""),
                   found.link, digest)


def spoken(text: Text, **values: Any) -> tuple[str, str]:
    """A text in English and in Chinese, to be kept as it was."""
    found = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.append(speak(text, **values))
    return found[0], found[1]


def held_now(row: Application, one: Matter, *, on: date) -> Answers:
    """What the registers hold today of what the form asks."""
    return one.held(person=row.person_id, organisation=row.organisation_id, on=on)


def case(row: Application, one: Matter, content: Content, *, on: date) -> Case:
    """The application as the functions of its matter see it."""
    return Case(row.ref, row.number, row.matter, row.region_code, row.person_id, row.organisation_id, on,
                rules.whole(one, content.answers, content.held))
