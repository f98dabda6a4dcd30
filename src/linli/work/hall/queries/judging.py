"""What stands against handing in an application: all that can be judged now, at once."""
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.kernel.actor import Actor
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.work.hall import access, rules
from linli.work.hall.models import Application
from linli.work.hall.queries import content, offering, promises
from linli.work.hall.queries.content import Content
from linli.work.hall.registry import Answers, Matter, Unmet
from linli.work.hall.rules import Gap


@dataclass(frozen=True)
class Judged:
    """What is missing or not well formed, and what stands against it by law of what is there."""

    gaps: tuple[Gap, ...]
    unmet: tuple[Unmet, ...]

    @property
    def whys(self) -> tuple[RuleBroken, ...]:
        """All that bars handing it in, a sentence each, with its field and rule: what is missing, then the law."""
        return (*(gap.why for gap in self.gaps), *(why(one) for one in self.unmet if one.bars))

    @property
    def notes(self) -> tuple[RuleBroken, ...]:
        """What does not bar it, and the desk looks at."""
        return tuple(why(one) for one in self.unmet if not one.bars)


def against(ref: UUID, *, by: Actor, at: datetime) -> Judged:
    """The same as handing in would say today, for who applies and the office at whose desk it lies.

    Refuses: NotFound.
    """
    row, on = access.application(ref, by=by), timezone.localdate(at)
    one, said = content.matter_of(row, on=None if row.submitted_at else on), content.opened(row)
    if said.erased:
        return Judged((), ())
    return judge(row, one, content.taken_in(row, one, said, at=at), on=on)


def judge(row: Application, one: Matter, said: Content, *, on: date) -> Judged:
    """What stands against it; of the law whatever is judged by answers that are there and well formed."""
    gaps = rules.gaps(one, said.answers, said.held, said.there, content.lacking(said.fetched))
    gaps += [Gap(why.field or "", why) for why in barred(row, said.promises, on=on)]
    answers, missing = rules.sound(said.answers, gaps)
    case = content.case(row, one, replace(said, answers=answers), on=on)
    unmet = [*_unfit(one, case.answers), *(unmet for unmet in offering.faults(one, case)
                                           if rules.judged(unmet, missing))]
    places = {field.key: place for place, field in enumerate(one.fields())}
    last = len(places)
    return Judged(tuple(gaps), tuple(sorted(unmet, key=lambda unmet: places.get(unmet.field, last))))


def why(unmet: Unmet) -> RuleBroken:
    """It as a refusal."""
    return RuleBroken(unmet.text, rule=unmet.rule or None, field=unmet.field or None, **rules.told(unmet.values))


def _unfit(one: Matter, answers: Answers) -> list[Unmet]:
    """What stands against it of what was answered before the form and is not asked in it."""
    missing = {field.key for field in one.questions if answers.get(field.key) in (None, "")}
    found = one.eligibility(answers) if one.first() else ()
    return [unmet for unmet in found if rules.judged(unmet, missing)]


def barred(row: Application, materials: Collection[str], *, on: date) -> list[RuleBroken]:
    """Why no promise is taken of who applies, of each of these materials; nothing where one is."""
    until = promises.barred_until(row.person_id, row.organisation_id, on=on) if materials else None
    said = N_("A promise of yours was broken: until {day} none is taken. Hand in the paper.")
    return [RuleBroken(said, field=material, rule=rules.BAR, **rules.told({"day": until}))
            for material in materials] if until else []
