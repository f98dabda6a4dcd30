from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt, read_anew
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, FileRefused, NotFound, Refusal, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.practitioners import access, events, queries, rules
from linli.registers.practitioners.models import Credential, Practitioner
from linli.registers.practitioners.rules import IDENTITY, StaffRow, Withdrawal
from linli.registers.practitioners.states import LIFE, State


@dataclass(frozen=True)
class Imported:
    """What a file of staff did: how many came new, changed, or stood so already; and the rows left out."""

    new: int
    changed: int
    same: int
    refused: tuple[RowError, ...] = ()


@action
def add(
    *, organisation: UUID, person: UUID, title: str, public_name: str = "", gender: str = "",
    languages: Collection[str] = ("zh",), joined_on: date | None = None, consented: bool, by: Actor, at: datetime,
) -> UUID:
    """Put a registered person on an organisation's staff, with a new passport; a checked name counts as its identity.

    `consented`: the person agreed that residents see their name, trade and credentials. Languages are codes or Chinese
    names. Refuses: NotFound (organisation, person), NotAllowed, Conflict (on the staff already), RuleBroken.
    """
    _require(organisation, "add", START, by=by)
    if not consented:
        raise RuleBroken(N_("Ask the person first: residents will see their name, trade and credentials."),
                         rule="PIPL Art. 13", field="consented")
    card = _person(person)
    if Practitioner.objects.filter(person__ref=person, organisation__ref=organisation).exists():
        raise Conflict(N_("This person is on the staff already, or was; see the list, also of those who left."),
                       field="id_number")
    today = timezone.localdate(at)
    others = Practitioner.objects.filter(person__ref=person).order_by("pk").values_list("bars", flat=True)
    row = Practitioner(
        person_id=person, organisation_id=organisation, number=_free_number(), state=State.ACTIVE,
        title=rules.line(title, field="title", most=60),
        public_name=rules.line(public_name, field="public_name", most=60, needed=False) or card.name,
        gender=rules.gender(gender) or (card.gender or ""), languages=rules.languages(languages),
        joined_on=joined_on or today, bars=others.first() or [], added_at=at, added_by=by.ref,
    )
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(N_("This person is on the staff already, or was; see the list, also of those who left."),
                       field="id_number") from None
    journal.record(events.PractitionerAdded(row.ref, person, organisation), about=row.ref, by=by, at=at)
    if card.real_name_checked_at:
        record(row, IDENTITY, number="", issuer="", from_=timezone.localdate(card.real_name_checked_at), until=None,
               by=by, at=at)
    return row.ref


@action
def enrol(
    *, organisation: UUID, name: str, id_number: str, phone: str = "", title: str, gender: str = "",
    languages: Collection[str] = ("zh",), joined_on: date | None = None, consented: bool, is_demo: bool = False,
    by: Actor, at: datetime,
) -> UUID:
    """Put somebody on the staff by name and ID number; who is not registered yet is registered with it.

    Refuses: as `add`; Conflict where the ID number is registered under another name.
    """
    card = _require(organisation, "add", START, by=by)
    if not consented:
        raise RuleBroken(N_("Ask the person first: residents will see their name, trade and credentials."),
                         rule="PIPL Art. 13", field="consented")
    person = _found_or_registered(card.region, name=name, id_number=id_number, phone=phone, gender=gender,
                                  is_demo=is_demo, by=by, at=at)
    return add(organisation=organisation, person=person, title=title, gender=gender, languages=languages,
               joined_on=joined_on, consented=True, by=by, at=at)


@action
def change(
    ref: UUID, *, title: str, public_name: str, languages: Collection[str], by: Actor, at: datetime
) -> None:
    """Correct what the passport says. Refuses: NotFound, NotAllowed, Conflict (has left), RuleBroken."""
    row = access.practitioner(ref, by=by, lock=True)
    LIFE.check("change", state=row.state, held=access.held(row, by))
    row.title = rules.line(title, field="title", most=60)
    row.public_name = rules.line(public_name, field="public_name", most=60)
    row.languages = rules.languages(languages)
    row.save(update_fields=["title", "public_name", "languages"])
    read_anew(queries.kept(ref))
    journal.record(events.PractitionerChanged(ref, row.organisation_id), about=ref, by=by, at=at)


@action
def record_credential(
    practitioner: UUID, *, kind: str, number: str = "", valid_from: date, valid_until: date | None, issuer: str = "",
    level: str = "", by: Actor, at: datetime,
) -> UUID:
    """Record a paper of one of the staff; `valid_until` is the first day on which it no longer holds.

    Refuses: NotFound, NotAllowed, Conflict (has left), RuleBroken (kind, period, identity without a checked name).
    """
    row = access.practitioner(practitioner, by=by, lock=True)
    LIFE.check("record_credential", state=row.state, held=access.held(row, by))
    if kind == IDENTITY and not _person(row.person_id).real_name_checked_at:
        raise RuleBroken(N_("Identity is not recorded by hand: have the person's name and ID number checked first."),
                         rule=rules.REQUIRED, field="kind")
    return record(row, kind, number=number, issuer=issuer, from_=valid_from, until=valid_until, level=level, by=by,
                  at=at)


@action
def withdraw_credential(ref: UUID, *, why: str, practitioner: UUID | None = None, by: Actor, at: datetime) -> None:
    """Let a credential no longer count: `revoked` (the passport turns red) or recorded by `mistake` (as if never).

    `practitioner`: whose it is, where the caller says so. Refuses: NotFound (also where it is another's), NotAllowed,
    Conflict (withdrawn already), RuleBroken (no such reason).
    """
    row = access.credential(ref, by=by, lock=True)
    if practitioner not in (None, row.practitioner.ref):
        raise NotFound(N_("There is no such credential."))
    LIFE.check("withdraw_credential", state=row.practitioner.state, held=access.held(row.practitioner, by))
    if row.withdrawn_at:
        raise Conflict(N_("This credential was withdrawn already."))
    if why not in list(Withdrawal):
        raise RuleBroken(N_("Say whether it was revoked or recorded by mistake."), field="why")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_for = at, by.ref, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
    who = row.practitioner
    read_anew(queries.kept(who.ref))
    fact = events.CredentialWithdrawn(who.ref, who.organisation_id, row.kind, why)
    journal.record(fact, about=who.ref, by=by, at=at)


@action
def leave(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Note that somebody left: the passport turns red at once. Refuses: NotFound, NotAllowed, Conflict (has left)."""
    row = access.practitioner(ref, by=by, lock=True)
    row.state = LIFE.check("leave", state=row.state, held=access.held(row, by))
    row.left_at, row.left_by = at, by.ref
    row.save(update_fields=["state", "left_at", "left_by"])
    read_anew(queries.kept(ref))
    journal.record(events.PractitionerLeft(ref, row.person_id, row.organisation_id), about=ref, by=by, at=at)


@action
def rejoin(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take somebody back, with the same passport. Refuses: NotFound, NotAllowed, Conflict (works here)."""
    row = access.practitioner(ref, by=by, lock=True)
    row.state = LIFE.check("rejoin", state=row.state, held=access.held(row, by))
    if not row.public_name:
        raise Conflict(N_("This person's data was erased. Add them anew."))
    row.left_at = row.left_by = None
    row.save(update_fields=["state", "left_at", "left_by"])
    read_anew(queries.kept(ref))
    journal.record(events.PractitionerRejoined(ref, row.person_id, row.organisation_id), about=ref, by=by, at=at)


@action
def import_staff(
    organisation: UUID, *, rows: Sequence[StaffRow], consented: bool, partial: bool = False, by: Actor, at: datetime
) -> Imported:
    """Take over a file of staff (`rules.read_staff`). Who is there already is brought up to date; nobody is taken off.

    Last days in the file are days on which the paper still holds. The same file twice changes nothing.
    Refuses: NotFound, NotAllowed, RuleBroken (no consent); FileRefused with every bad row, unless `partial` keeps the
    good ones.
    """
    card = _require(organisation, "add", START, by=by)
    if not consented:
        raise RuleBroken(N_("Ask everybody in the file first: residents will see their names, trades and credentials."),
                         rule="PIPL Art. 13", field="consented")
    organisations.hold(organisation)
    errors: list[RowError] = []
    counts = {"new": 0, "changed": 0, "same": 0}
    seen: set[UUID] = set()
    for row in rows:
        try:
            with attempt():
                person, done = _import_row(row, card, by=by, at=at)
                if person in seen:
                    raise RuleBroken(N_("This ID number stands twice in the file."), field="id_number")
        except Refusal as why:
            errors.append(RowError(row.line, why.field if why.field in rules.columns() else "id_number", why))
            continue
        seen.add(person)
        counts[done] += 1
    if errors and not partial:
        raise FileRefused(
            N_("Nothing was taken over: {count} rows cannot stand. Correct them, or take over the others alone."),
            rows=tuple(errors), count=len(errors),
        )
    return Imported(**counts, refused=tuple(errors))


def _import_row(row: StaffRow, card: organisations.OrganisationCard, *, by: Actor, at: datetime) -> tuple[UUID, str]:
    title = rules.line(row.cell("title"), field="title", most=60)
    gender, spoken = rules.gender(row.cell("gender")), _spoken(row)
    joined = rules.day(row.cell("joined_on"), column="joined_on") if row.cell("joined_on") else None
    papers = [paper for kind in rules.kinds() if kind != IDENTITY and (paper := _paper(row, kind, at))]
    person = _found_or_registered(card.region, name=row.cell("name"), id_number=row.cell("id_number"),
                                  phone=row.cell("phone"), gender=gender, is_demo=card.is_demo, by=by, at=at)
    who = Practitioner.objects.filter(person__ref=person, organisation__ref=card.ref).first()
    done = "same"
    if who is None:
        ref = add(organisation=card.ref, person=person, title=title, gender=gender, languages=spoken or ["zh"],
                  joined_on=joined, consented=True, by=by, at=at)
        who, done = Practitioner.objects.get(ref=ref), "new"
    elif who.state == State.LEFT:
        raise Conflict(N_("This person has left. Take them back on their page first."), field="id_number")
    elif who.title != title or spoken and who.languages != spoken:
        change(who.ref, title=title, public_name=who.public_name, languages=spoken or who.languages, by=by, at=at)
        done = "changed"
    known = _known_papers(who)
    for kind, number, from_, until in papers:
        if not _stands(known, kind, number, from_, until):
            start = from_ or timezone.localdate(at)
            record(who, kind, number=number, issuer="", from_=start, until=until, field=f"{kind}_until", by=by, at=at)
            done = "changed" if done == "same" else done
    return person, done


_Row = tuple[str, str, date | None, date | None]


def _paper(row: StaffRow, kind: str, at: datetime) -> _Row | None:
    number, start, end = (row.cell(f"{kind}_{part}") for part in ("number", "from", "until"))
    if not (number or start or end):
        return None
    from_ = rules.day(start, column=f"{kind}_from") if start else None
    until = None if end in ("", "长期") else rules.day_after(rules.day(end, column=f"{kind}_until"))
    if until is None and not rules.kinds()[kind].open_ended:
        raise RuleBroken(N_("{name} has a last day. Give it."), field=f"{kind}_until", name=rules.kinds()[kind].name)
    if from_ is None and until and until <= timezone.localdate(at):
        raise RuleBroken(N_("This paper has ended already. Give a valid one, or leave it out."), field=f"{kind}_until")
    return kind, rules.line(number, field=f"{kind}_number", most=60, needed=False), from_, until


def _known_papers(who: Practitioner) -> list[_Row]:
    rows = list(who.credentials.filter(withdrawn_at=None).order_by("pk"))
    numbers = people.open_many([(who.person_id, row.number_sealed, queries.SEALED) for row in rows])
    return [(row.kind, number, row.valid_from, row.valid_until) for row, number in zip(rows, numbers, strict=True)]


def _stands(known: list[_Row], kind: str, number: str, from_: date | None, until: date | None) -> bool:
    """Whether this very paper is recorded; a row without a first day says nothing about it."""
    return any((k, n, u) == (kind, number, until) and from_ in (None, f) for k, n, f, u in known)


@action
def announce_lapsing(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Tell who holds a credential that ends soon, and their organisation; each once. How many were told."""
    today = timezone.localdate(at)
    within = today + timedelta(days=rulebook.rule(rules.WARN, on=today).amount)
    rows = list(
        Credential.objects.select_for_update(of=("self",)).select_related("practitioner").filter(
            practitioner__state=State.ACTIVE, withdrawn_at=None, announced_at=None, valid_until__gt=today,
            valid_until__lte=within,
        ).order_by("pk")[:most]
    )
    told = 0
    for row in rows:
        row.announced_at, row.announced_by = at, by.ref
        row.save(update_fields=["announced_at", "announced_by"])
        who, until = row.practitioner, row.valid_until
        others = who.credentials.filter(kind=row.kind, withdrawn_at=None).exclude(pk=row.pk)
        if until is None or others.exclude(valid_until__lte=until).exists():  # renewed already
            continue
        fact = events.CredentialLapses(who.ref, who.person_id, who.organisation_id, row.kind, until - timedelta(days=1))
        journal.record(fact, about=who.ref, by=by, at=at)
        told += 1
    return told


@action
def forget(person: UUID, *, by: Actor, at: datetime) -> int:
    """The person was erased: take their name off every passport, and let them have left. How many passports."""
    rows = list(Practitioner.objects.select_for_update().filter(person__ref=person).exclude(public_name=""))
    for row in rows:
        row.public_name, row.gender, row.languages = "", "", []
        left = row.state == State.ACTIVE
        if left:
            row.state, row.left_at, row.left_by = State.LEFT, at, by.ref
        row.save()
        read_anew(queries.kept(row.ref))
        journal.record(events.PractitionerForgotten(row.ref), about=row.ref, by=by, at=at)
        if left:
            journal.record(events.PractitionerLeft(row.ref, person, row.organisation_id), about=row.ref, by=by, at=at)
    return len(rows)


def _require(organisation: UUID, move: str, state: str, *, by: Actor) -> organisations.OrganisationCard:
    """The organisation, where this actor may make this move. Who may not even know of its staff finds none."""
    held = access.held_at(organisation, by)
    card = organisations.organisation(organisation)
    LIFE.check(move, state=state, held=held)
    if not card.active:
        raise Conflict(N_("The organisation is not approved, or suspended: nobody can be added now."))
    return card


def record(
    row: Practitioner, kind: str, *, number: str, issuer: str, from_: date, until: date | None,
    level: str = "", registered: bool = False, field: str = "valid_until", by: Actor, at: datetime,
) -> UUID:
    """Write a paper down, within an action that has checked who may. Refuses: RuleBroken (kind, level, period)."""
    if kind not in rules.kinds():
        raise RuleBroken(N_("There is no such kind of credential."), field="kind")
    if level and level not in rules.kinds()[kind].levels:
        raise RuleBroken(N_("This credential has no such level."), field="kind")
    try:
        rules.period(kind, from_=from_, until=until)
    except RuleBroken as why:
        raise RuleBroken(why.message, rule=why.rule, field=field, **why.values) from None
    given = rules.line(number, field="number", most=60, needed=False)
    credential = Credential.objects.create(
        practitioner=row, kind=kind, issuer=rules.line(issuer, field="issuer", most=100, needed=False),
        number_sealed=people_actions.seal(row.person_id, given, context=queries.SEALED) if given else None,
        valid_from=from_, valid_until=until, level=level, registered=registered, recorded_at=at, recorded_by=by.ref,
    )
    read_anew(queries.kept(row.ref))
    journal.record(events.CredentialRecorded(row.ref, row.organisation_id, kind, until), about=row.ref, by=by, at=at)
    return credential.ref


def _person(ref: UUID) -> people.PersonCard:
    """Refuses: NotFound (absent or erased)."""
    if not people.exists(ref):
        raise NotFound(N_("No such person."))
    return people.person(ref, by=SYSTEM)


def _found_or_registered(
    region: str, *, name: str, id_number: str, phone: str, gender: str, is_demo: bool, by: Actor, at: datetime
) -> UUID:
    if not id_number.strip():
        raise RuleBroken(N_("Give the ID number: a passport stands for a checked person."), field="id_number")
    known = people.find_by_identity(id_number, name=name, on=timezone.localdate(at))
    if known:
        return known
    # the organisation's right to add staff carries the registering of this one person, in the organisation's region
    hiring = replace(by, grants=(*by.grants, Grant(frozenset({"people.register"}), f"region:{region}")))
    return people_actions.register(
        name=name, region=region, id_number=id_number, phone=phone or None, gender=gender or None,
        consent_by_phone=True, is_demo=is_demo, by=hiring if by != SYSTEM else by, at=at,
    )


def _spoken(row: StaffRow) -> list[str]:
    words = row.cell("languages")
    for mark in "、,，;；/|":
        words = words.replace(mark, " ")
    return rules.languages(words.split())


def _free_number() -> str:
    while Practitioner.one(number=(number := rules.new_number())):
        pass
    return number
