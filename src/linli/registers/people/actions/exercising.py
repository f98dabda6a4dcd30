from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, queries, rules
from linli.registers.people.actions import entries
from linli.registers.people.models import Person, RightsRequest
from linli.registers.people.rules import Field, Part, Right
from linli.registers.people.states import RIGHTS


@action
def take_copy(ref: UUID, *, by: Actor, at: datetime) -> list[queries.KeptPart]:
    """Everything that is kept about somebody, part by part, for themself or their guardian; that it was taken is noted.

    Refuses: NotFound; NotAllowed. Source: PIPL Art. 45.
    """
    row = access.whose_rights(ref, by=by, at=at)
    journal.record(events.CopyTaken(ref), about=ref, by=by, at=at)
    return queries.kept_about(row.ref, by=by, at=at)


@action
def ask(ref: UUID, *, right: str, words: str, part: str = "", about: UUID | None = None, by: Actor,
        at: datetime) -> UUID:
    """Ask the office of one's region for what only a person can do; its answer is a duty with a deadline.

    `part` says what a correction is of, `about` which decision an explanation. Refuses: NotFound; NotAllowed;
    RuleBroken (a field). Source: PIPL Art. 44 to 50.
    """
    row = access.whose_rights(ref, by=by, at=at)
    one, said = rules.right(right), rules.words(words, field="words")
    which = rules.part(part) if one is Right.CORRECTION else ""
    if about and one is Right.EXPLANATION and about not in {d.about for d in queries.decisions(ref, by=by, at=at)}:
        raise NotFound(N_("There is no such decision about you."))
    asked = RightsRequest(
        person=row, right=one, part=which, about=about if one is Right.EXPLANATION else None,
        region_code=row.region_code, asked_at=at, asked_by=by.ref,
        state=RIGHTS.check("ask", state=START, held={"people.exercise"}),
    )
    asked.words_sealed = access.seal(row, f"request:{asked.ref}", said)
    asked.save()
    rulebook.raise_duty(
        rules.rule_of(one), owner=f"region:{row.region_code[:6].ljust(12, '0')}", owed_to=f"person:{ref}",
        about=asked.ref, region=row.region_code, since=timezone.localdate(at), by=by, at=at)
    journal.record(events.RightAsked(asked.ref, ref, one, row.region_code), about=asked.ref, by=by, at=at)
    return asked.ref


@action
def take_back(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take a request back before it is answered. Refuses: NotFound; NotAllowed; Conflict (answered)."""
    row = access.request(ref, by=by, lock=True)
    mine = by.ref in {SYSTEM.ref, row.asked_by} or by.person == row.person.ref
    row.state = RIGHTS.check("take_back", state=row.state, held={"people.exercise"} if mine else ())
    _settle(row, by=by, at=at)
    journal.record(events.RightTakenBack(ref, row.person.ref, Right(row.right)), about=ref, by=by, at=at)


@action
def grant(ref: UUID, *, answer: str, value: str = "", by: Actor, at: datetime) -> None:
    """Do what was asked. Of a correction, `value` is what is right and written at once; the answer tells the person.

    Refuses: NotFound; NotAllowed; Conflict (answered, or the ID number is registered); RuleBroken (no answer, a value
    that cannot be).
    """
    row = access.request(ref, by=by, lock=True)
    row.state = RIGHTS.check("grant", state=row.state, held=by.held(f"region:{row.region_code}"))
    said = rules.words(answer, field="answer")
    if row.right == Right.CORRECTION and row.part != Part.OTHER:
        _correct(row.person, Part(row.part), value, by=by, at=at)
    _answer(row, said)
    _settle(row, by=by, at=at)
    journal.record(events.RightGranted(ref, row.person.ref, Right(row.right)), about=ref, by=by, at=at)


@action
def refuse(ref: UUID, *, answer: str, by: Actor, at: datetime) -> None:
    """Refuse it, with the reasons that the person reads. Refuses: as `grant`. Source: PIPL Art. 50."""
    row = access.request(ref, by=by, lock=True)
    row.state = RIGHTS.check("refuse", state=row.state, held=by.held(f"region:{row.region_code}"))
    _answer(row, rules.words(answer, field="answer"))
    _settle(row, by=by, at=at)
    journal.record(events.RightRefused(ref, row.person.ref, Right(row.right)), about=ref, by=by, at=at)


def close_all(person: Person, *, by: Actor, at: datetime) -> None:
    """Who is erased asks nothing any more."""
    for row in RightsRequest.objects.select_for_update().filter(person=person, state="open").order_by("pk"):
        row.state = RIGHTS.check("take_back", state=row.state, held={"people.exercise"})
        _settle(row, by=by, at=at)
        journal.record(events.RightTakenBack(row.ref, person.ref, Right(row.right)), about=row.ref, by=by, at=at)


def _answer(row: RightsRequest, said: str) -> None:
    row.answer_sealed = access.seal(row.person, f"answer:{row.ref}", said)


def _settle(row: RightsRequest, *, by: Actor, at: datetime) -> None:
    row.decided_at, row.decided_by = at, by.ref
    row.save(update_fields=["state", "answer_sealed", "decided_at", "decided_by"])
    rulebook.meet(about=row.ref, rule_id=rules.rule_of(Right(row.right)), by=by, at=at)


def _correct(person: Person, part: Part, value: str, *, by: Actor, at: datetime) -> None:
    """Write what is right over what was wrong."""
    row = Person.objects.select_for_update(of=("self",)).select_related("key").get(pk=person.pk)
    if row.erased_at:
        raise RuleBroken(N_("This person's data was erased: nothing more can be kept about them."),
                         rule="people.erased")
    match part:
        case Part.NAME:
            row.name_sealed = access.seal(row, Field.NAME, _required(value, rules.name))
        case Part.ID_NUMBER:
            _identify(row, value, by=by, at=at)
        case Part.BIRTH_ON:
            born = _required(value, rules.day)
            rules.birth(born, on=timezone.localdate(at), field="value")
            row.birth_on_sealed, row.birth_year = access.seal(row, Field.BIRTH_ON, born.isoformat()), born.year
        case Part.GENDER:
            row.gender = _required(value, entries.gender_of) or ""
    entries.save(row)
    journal.record(events.PartCorrected(row.ref, part), about=row.ref, by=by, at=at)


def _identify(row: Person, value: str, *, by: Actor, at: datetime) -> None:
    found = _required(value, lambda text: entries.identity(access.unsealed(row, Field.NAME), text, at=at))
    entries.refuse_known(found, but=row.ref)
    entries.keep_identity(row, found, by=by, at=at)


def _required(value: str, read: Any) -> Any:
    """The value as its rule reads it; a refusal is laid at the field that it was typed into."""
    if not value.strip():
        raise RuleBroken(N_("Write what is right."), rule="people.value", field="value")
    try:
        return read(value)
    except RuleBroken as why:
        raise RuleBroken(why.message, rule=why.rule, field="value", **why.values) from None
