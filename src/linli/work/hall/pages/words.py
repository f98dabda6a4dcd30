"""What pages of the hall say in the same way: answers, limits, steps, lines of lists."""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from linli.engines.rulebook.queries import Rule
from linli.kernel.doors import speak
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.hall import queries
from linli.work.hall.queries import ApplicationCard, ApplicationFile, Signed, StepGuide
from linli.work.hall.registry import KINDS, LEVELS, STOPS, Field, Material, Matter, Shape
from linli.work.hall.states import State

_WHOLE = {Shape.IDENTITY, Shape.PHONE, Shape.CODE, Shape.DAY, Shape.MONEY, Shape.NUMBER}
"""What stands on one line of a table."""


def answer(one: Field, value: Any) -> str:
    """An answer as people read it."""
    if value is False or value in (None, "", []):
        return "—"
    match one.shape:
        case Shape.MONEY:
            return written.money(value) if isinstance(value, int) else str(value)
        case Shape.DAY:
            return day(value)
        case Shape.CHOICE:
            return speak(dict(one.choices).get(str(value), str(value)))
        case Shape.CHOICES:
            return gettext(", ").join(speak(dict(one.choices).get(str(v), str(v))) for v in value)
        case Shape.YES:
            return gettext("Yes")
        case Shape.ROWS:
            return ngettext("%(count)s row", "%(count)s rows", len(value)) % {"count": len(value)}
    return str(value)


def day(value: Any) -> str:
    try:
        return written.day(date.fromisoformat(str(value)), weekday=False)
    except ValueError:
        return str(value)


def sections(one: Matter, answers: Mapping[str, Any], held: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The whole form as it was filled in, section by section; what was not asked is left out."""
    found: list[dict[str, Any]] = []
    if before := [(speak(field.label), answer(field, answers.get(field.key))) for field in one.first()
                  if answers.get(field.key)]:
        found.append({"key": "", "title": gettext("Answered first"), "pairs": before, "tables": []})
    for section in one.sections:
        pairs, tables = [], []
        for field in section.fields:
            value = held.get(field.key) or answers.get(field.key)
            if field.when and not field.when({**held, **answers}):
                continue
            if field.shape is Shape.ROWS and isinstance(value, list):
                tables.append(table(field, value))
            else:
                pairs.append((speak(field.label), answer(field, value)))
        found.append({"key": section.key, "title": speak(section.title), "pairs": pairs, "tables": tables})
    return found


def table(field: Field, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"title": speak(field.label),
            "header": [(speak(c.label), "short" if place == 0 or c.shape in _WHOLE else "")
                       for place, c in enumerate(field.columns)],
            "rows": [[answer(c, row.get(c.key)) for c in field.columns] for row in rows]}


def limit(rule: Rule | None) -> str:
    """How long a step may take, in words; empty where the law sets nothing."""
    return speak(rule.said["limit"]) if rule and "limit" in rule.said else ""


def remedies(one: ApplicationFile) -> str:
    """What can be done against a decision against the applicant, with the times as they stood on its day; empty where
    there is none."""
    if one.card.state not in {State.REFUSED, State.RETURNED, State.REVOKED} or one.closed_at is None:
        return ""
    on = timezone.localdate(one.closed_at)
    return speak(one.matter.remedies, **queries.challenged_within(region=one.card.desk, on=on))


def put_right(one: ApplicationFile, on: date) -> str:
    """What follows from a bad rating."""
    return gettext("One rating for each application. For a bad one the office answers within {limit}.").format(
        limit=speak(queries.put_right_within(one.matter, region=one.card.region, on=on)))


def guide_steps(steps: tuple[StepGuide, ...], *, region: str) -> list[dict[str, Any]]:
    """The diagram of a matter: each step with its desk, its limit and the rule behind it."""
    return [{
        "number": number, "bodies": [{
            "title": speak(body.title), "desk": speak(LEVELS[body.level]), "limit": limit(rule),
            "rule": reverse("rulebook:rule", args=[rule.id]) if rule else "", "assents": body.silence_assents,
        } for body, rule in one.bodies], "title": speak(one.step.title), "kind": speak(KINDS[one.step.kind]),
        "desk": speak(LEVELS[one.step.level]), "limit": limit(one.rule),
        "hint": speak(one.step.hint) if one.step.hint else "",
        "rule": reverse("rulebook:rule", args=[one.rule.id]) if one.rule else "",
        "article": one.rule.article if one.rule else "", "stops": one.step.kind in STOPS,
        "optional": one.step.optional,
    } for number, one in enumerate(steps, start=1)]


def due(card: ApplicationCard, on: date) -> tuple[str, str]:
    """How long there is left at the desk, in words, and its tone."""
    if card.days_late:
        return ngettext("%(days)s day late", "%(days)s days late", card.days_late) % {"days": card.days_late}, "late"
    if card.waits_on is None:
        return "", ""
    left = (card.waits_on - on).days
    if left < 0:  # the clock stands, or the holidays of that year are not published yet
        return gettext("no firm day yet"), "calm"
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}, "wait" if left <= 2 else "calm"


def days_late(days: int) -> str:
    """How late it is, in words; empty where it is not."""
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days} if days else ""


def ahead(one: ApplicationFile, on: date) -> str:
    """What comes next, by when, as the applicant reads it; empty where nothing does."""
    card = one.card
    by = day(card.waits_on.isoformat()) if card.waits_on and not card.provisional else ""
    if card.days_late:
        return gettext("The office owed this by {day} and is late. Everybody can see it among the late steps.").format(
            day=by)
    match card.state:
        case State.SUBMITTED | State.DOUBTED:
            return gettext("The office says by {day} whether it accepts your application; if it says nothing by then,"
                           " it counts as accepted.").format(day=by) if by else gettext(
                "The office says within {limit} whether it accepts your application; if it says nothing by then, it"
                " counts as accepted.").format(limit=speak(queries.answered_within(
                    one.matter, region=card.region, on=timezone.localdate(card.submitted_at) if card.submitted_at
                    else on)))
        case State.INCOMPLETE:
            return gettext("It waits for you. Put right all that was asked for and hand it in again; the office then"
                           " has {limit} anew.").format(limit=speak(queries.answered_within(
                               one.matter, region=card.region, on=on)))
        case State.ACCEPTED | State.PROPOSED if one.stands:
            return gettext("The clock of the decision stands during the step that was begun, and runs on after it.")
        case State.ACCEPTED | State.PROPOSED:
            return gettext("It is decided by {day}. You are told in your notices.").format(day=by) if by else gettext(
                "You are told of the decision in your notices.")
        case State.GRANTED:
            return gettext("It was granted. What you receive stands here in a moment, by {day} at the latest.").format(
                day=by) if by else gettext("It was granted. What you receive stands here in a moment.")
        case State.FROZEN:
            return gettext("It was granted. The delivery is held up; the office looks at it, and nothing is lost.")
        case State.REFUSED | State.RETURNED | State.REVOKED:
            return gettext("Once what is said there no longer stands against it, you can apply anew at any time.")
    return ""


def line(card: ApplicationCard, *, on: date, desks: Mapping[str, str]) -> dict[str, Any]:
    """One line of a list."""
    said, tone = due(card, on)
    return {
        "ref": card.ref, "url": reverse("hall:application", args=[card.ref]), "title": speak(card.title),
        "number": card.number, "applicant": card.applicant, "label": speak(card.label), "tone": card.tone,
        "step": speak(card.step) if card.step else "", "officer": card.officer_name, "desk": desks.get(card.desk, ""),
        "due_on": card.waits_on, "due": said, "due_tone": tone, "saved_at": card.saved_at,
        "submitted_at": card.submitted_at, "provisional": card.provisional,
    }


def fetched(one: ApplicationFile) -> list[dict[str, Any]]:
    """What we fetch ourselves in place of papers: from which register, as of when, and what it says; or why not."""
    names, chinese = {m.key: speak(m.title) for m in one.matter.materials}, written.chinese()
    return [{
        "material": found.material, "title": names.get(found.material, found.material), "held": found.held,
        "source": found.zh if chinese else found.en, "number": found.number, "link": found.link,
        "at": found.fetched_at, "sha256": found.sha256,
        "says": [(zh if chinese else en, value) for en, zh, value in found.says],
    } for found in one.fetched]


def promised(material: Material) -> dict[str, str]:
    """What is told of a promise before it is signed; empty where none may stand in the paper's place."""
    told = material.promised
    return {"says": speak(told.says), "checked": speak(told.checked),
            "otherwise": speak(told.otherwise)} if told else {}


def signed(one: Signed | None) -> dict[str, Any]:
    """A promise as it was signed; empty where its words were erased."""
    if one is None:
        return {}
    says, checked, otherwise = one.zh if written.chinese() else one.en
    return {"says": says, "checked": checked, "otherwise": otherwise, "at": one.signed_at}


def progress(one: ApplicationFile) -> list[tuple[str, str, Any]]:
    """Where it stands, for the steps component."""
    state, found, now = one.card.state, [], True
    ended = state in {State.DELIVERED, State.REFUSED, State.RETURNED, State.WITHDRAWN, State.REVOKED}
    for stage in one.stages:
        if stage.step.optional and not stage.begun_at:
            continue
        done = stage.finished_at is not None or state is State.DELIVERED
        current = not done and now and not ended and state is not State.DRAFT
        found.append((speak(stage.step.title), "done" if done else "now" if current else "next", stage.finished_at))
        now = now and done
    return found


def desk_name(code: str) -> str:
    return places.named([code]).get(code, code)


def region_choices(home: str, above: str) -> list[tuple[str, str]]:
    """Where one may apply: at home, or in another district of this node."""
    codes = [home, *(code for code, _ in places.region_choices(above) if code != home)] if above else [home]
    names = places.named(codes)
    return [(code, names[code]) for code in codes if code in names]


def uuid(said: str) -> UUID | None:
    """A ref typed into an address; None for anything else."""
    try:
        return UUID(said)
    except ValueError:
        return None
