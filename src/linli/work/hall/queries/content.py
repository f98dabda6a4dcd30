"""What was filled in, opened for who has the right: the caller has judged that."""
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from linli.registers.people import queries as people
from linli.registers.people.queries import Known
from linli.work.hall import rules
from linli.work.hall.models import Application
from linli.work.hall.queries import offering
from linli.work.hall.registry import Answers, Case, Matter


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
class Note:
    """What stood against it when it was handed in without barring it: for the desk, in both languages."""

    en: str
    zh: str
    rule: str = ""


@dataclass(frozen=True)
class Content:
    """What was filled in, what the registers held of it, the papers, and for which materials a promise stands."""

    answers: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    promises: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    notes: tuple[Note, ...] = ()
    erased: bool = False

    @property
    def there(self) -> Collection[str]:
        """The materials that are there: uploaded, or promised."""
        return {*(paper.material for paper in self.papers), *self.promises}


def context(row: Application, what: str) -> str:
    """Each sealed text opens only where it was put."""
    return f"hall.{what}:{row.ref}"


def sealed(row: Application, content: Content) -> bytes:
    """Refuses: RuleBroken (the applicant's data was erased)."""
    text = json.dumps({
        "answers": content.answers, "held": content.held, "promises": content.promises,
        "papers": [asdict(paper) for paper in content.papers], "notes": [asdict(note) for note in content.notes],
    }, ensure_ascii=False)
    return people.seal(row.person_id, text, context=context(row, "content"))


def opened(row: Application, known: Known | None = None) -> Content:
    """Empty, and so marked, once the applicant's data was erased. `known` is the applicant where read already."""
    (said,) = words(row, known, content=row.content_sealed)
    if said == people.ERASED or not said:
        return Content(erased=bool(said))
    kept = json.loads(said)
    return Content(kept["answers"], kept["held"], tuple(kept["promises"]),
                   tuple(Paper(**paper) for paper in kept["papers"]), tuple(Note(**note) for note in kept["notes"]))


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


def held_now(row: Application, one: Matter, *, on: date) -> Answers:
    """What the registers hold today of what the form asks."""
    return one.held(person=row.person_id, organisation=row.organisation_id, on=on)


def case(row: Application, one: Matter, content: Content, *, on: date) -> Case:
    """The application as the functions of its matter see it."""
    return Case(row.ref, row.number, row.matter, row.region_code, row.person_id, row.organisation_id, on,
                rules.whole(one, content.answers, content.held))
