"""What the hall offers: the matters, their guides, and whether one may apply."""
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.engines.rulebook import queries as rulebook
from linli.engines.rulebook.queries import Rule
from linli.kernel.cjk import normalise
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both, Text
from linli.work.hall import rules
from linli.work.hall.registry import MATTERS, Answers, Audience, Body, Case, Material, Matter, Step, Unmet
from linli.work.hall.rules import Override


@dataclass(frozen=True)
class StepGuide:
    """A step with the rule of its time limit as it holds in the region; None where it has no limit of its own."""

    step: Step
    rule: Rule | None
    bodies: tuple[tuple[Body, Rule | None], ...] = ()
    """Who answers in a joint step, each with its limit."""


@dataclass(frozen=True)
class Guide:
    """What to know before applying, as it holds in a region on a day."""

    matter: Matter
    steps: tuple[StepGuide, ...]
    conditions: tuple[tuple[Text, Rule | None], ...]
    materials: tuple[Material, ...]


@cache
def overrides() -> tuple[Override, ...]:
    """What localities change: the files that come with the program, and this node's own in DATA/hall."""
    folders = (Path(__file__).parents[1] / "data", Path(settings.DATA) / "hall")
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.toml"))]
    return tuple(one for file in files for one in rules.overrides(file.name, file.read_text("utf-8")))


def matter(key: str, *, region: str = "", on: date) -> Matter:
    """A matter as it holds in a region (12-digit code) on a day. Refuses: NotFound."""
    found = MATTERS.get(key)
    if found is None:
        raise NotFound(N_("There is no such matter. Look for it in the hall."))
    return rules.localised(found, overrides(), region=region, on=on) if region else found


def matters(*, q: str = "", audience: str = "") -> list[Matter]:
    """All matters, by title; `q` is looked for in title, summary and basis of both languages."""
    wanted = normalise(q).split()
    found = [one for one in MATTERS.values() if audience in {"", one.audience}
             and all(word in _readable(one) for word in wanted)]
    return sorted(found, key=lambda one: (list(Audience).index(one.audience), one.key))


def guide(key: str, *, region: str = "", on: date) -> Guide:
    """The guide of a matter; limits as they hold in the region, or in the whole country. Refuses: NotFound."""
    one = matter(key, region=region, on=on)
    return Guide(one, tuple(StepGuide(step, rule_of(rules.limit(step), region=_desk(region, step), on=on), tuple(
        (body, rule_of(body.rule, region=_desk(region, body), on=on)) for body in step.bodies)) for step in one.steps),
                 tuple((text, rule_of(id, region=region, on=on)) for text, id in one.conditions), one.materials)


def _desk(region: str, at: Step | Body) -> str:
    """Where it is owed: the rules of that desk's region hold."""
    return region and rules.desk(region, at.level)


def answered_within(one: Matter, *, region: str, on: date) -> Both:
    """How long the office has to say whether it accepts what is handed in there on that day."""
    return rulebook.rule(rules.limit(one.steps[0]), on=on, region=_desk(region, one.steps[0])).said["limit"]


def put_right_within(one: Matter, *, region: str, on: date) -> Both:
    """How long the office has to answer a bad rating of that day."""
    return rulebook.rule(rules.RECTIFY, on=on, region=_desk(region, rules.decision(one))).said["limit"]


def first_hearing(*, region: str, on: date) -> date:
    """The first working day for a hearing that is called on that day: by then there was notice enough."""
    found = rulebook.last_day(rules.hearing.NOTICE, since=on, region=region)
    return rules.hearing.first_workday(found[0] if found else on)


def pack_tries(*, on: date, region: str) -> int:
    """So many tries to put an application into the archive, and its desk is told that it cannot be done."""
    return rulebook.rule(rules.PACK, on=on, region=region).amount


def challenged_within(*, region: str, on: date) -> dict[str, Both]:
    """How long a decision of that day can be challenged; what `Matter.remedies` may name."""
    return {name: rulebook.rule(id, on=on, region=region or None).said["limit"]
            for name, id in (("review", rules.REVIEW), ("suit", rules.SUIT))}


def rule_of(id: str, *, region: str, on: date) -> Rule | None:
    """The rule, or None where there is none of this id in force."""
    try:
        return rulebook.rule(id, on=on, region=region or None) if id else None
    except rulebook.RuleNotFound:
        return None


def eligibility(one: Matter, answers: Answers, *, person: UUID | None, organisation: UUID | None,
                on: date) -> list[Unmet]:
    """What stands against applying, of the questions that are asked first and what the registers hold."""
    held = one.held(person=person, organisation=organisation, on=on) if person else {}
    return list(one.eligibility({**held, **answers}))


def faults(one: Matter, case: Case) -> list[Unmet]:
    """What stands against the whole form, by law."""
    return list(one.faults(case))


def _readable(one: Matter) -> str:
    texts: list[Any] = [one.title, one.summary, *one.basis, *one.documents]
    return normalise(" ".join(f"{text} {getattr(text, 'zh', '')} {_chinese(text)}" for text in texts))


def _chinese(text: str) -> str:
    from django.utils import translation

    with translation.override("zh-hans"):
        return translation.gettext(text)
