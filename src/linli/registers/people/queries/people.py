from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from linli.engines.journal import queries as journal
from linli.kernel.actor import Actor
from linli.kernel.cjk import mask_name
from linli.kernel.crypto import Unreadable
from linli.kernel.database import Joined
from linli.kernel.doors import speak
from linli.kernel.machine import Move
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.people import access, registry, rules
from linli.registers.people.models import Person, Representation
from linli.registers.people.rules import Field, Gender, Kind
from linli.registers.people.states import LABELS, LIFE, State

ERASED = access.ERASED
ERASED_PERSON = N_("Erased person")


@dataclass(frozen=True)
class PersonCard:
    """One person as the asking actor may see them: in full for themself and who acts for them, else masked."""

    ref: UUID
    number: str
    name: str
    phone: str
    id_number: str
    address: str
    birth_on: date | None
    birth_year: int | None
    gender: Gender | None
    region: str
    language: str
    real_name_checked_at: datetime | None
    full: bool
    is_demo: bool


@dataclass(frozen=True)
class Contact:
    """What somebody needs who visits or calls; in clear."""

    name: str
    phone: str
    address: str
    language: str


@dataclass(frozen=True)
class RepresentationCard:
    ref: UUID
    person: UUID
    representative: UUID
    other: UUID
    """The side that did not ask."""
    name: str
    """Of the other side."""
    mine: bool
    """The asking person is the representative."""
    kind: Kind
    kind_label: Text
    state: State
    label: Text
    from_: datetime | None
    until: datetime | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Opening:
    """That somebody looked at a sealed field of a person, or at what another context keeps sealed of them, and why."""

    field: Field | None
    label: Text
    reason: str
    opened_by: str
    at: datetime


def person(ref: UUID, *, by: Actor) -> PersonCard:
    """One person as this actor may see them. Refuses: NotFound."""
    return card(access.person(ref, by=by), by=by)


def people(refs: Collection[UUID], *, by: Actor) -> dict[UUID, PersonCard]:
    """Those of these people whom the actor may know of."""
    return {row.ref: card(row, by=by) for row in access.people(by).filter(ref__in=refs).select_related("key")}


def find_by_phone(phone: str, *, by: Actor) -> list[PersonCard]:
    """For agents with a caller on the line: who has this number, masked. Refuses: RuleBroken (no phone number)."""
    found = access.people(by, "people.find").filter(phone_index=phone_index(phone))
    return [card(row, by=by) for row in found.select_related("key").order_by("number")[:20]]


def find_by_number(number: str, *, permission: str = "people.find", by: Actor) -> PersonCard | None:
    """For agents (and, with people.open, for officers): who has this Linli number, masked.

    Refuses: RuleBroken (digits mistyped).
    """
    digits = "".join(number.split())
    if not rules.is_number(digits):
        raise RuleBroken(N_("This is no Linli number: it has 10 digits, and one of them is mistyped."), field="number",
                         rule="people.number")
    row = access.people(by, permission).filter(number=digits).select_related("key").first()
    return card(row, by=by) if row else None


def find_by_identity(id_number: str, *, name: str, on: date) -> UUID | None:
    """Who is registered with this ID number under this name, or None; for contexts that have checked the right to know.

    Refuses: RuleBroken (number or name not well formed), Conflict (registered under another name).
    """
    found = registry.real_name_check().check(name=name, id_number=id_number, on=on)
    row = Person.one(id_index=access.index(Field.ID_NUMBER, found.number))  # of the erased it is empty
    if row and _name(row, full=True) != rules.name(name):
        raise Conflict(N_("This ID number is registered under another name. Compare both with the ID card."),
                       field="name")
    return row.ref if row else None


def bears(ref: UUID, *, name: str, id_number: str) -> bool:
    """Whether this person is called so and, where their ID number is known here, has this one; tells of nobody else."""
    row = access.one(ref)
    if row is None or row.erased_at or "".join(_name(row, full=True).split()) != "".join(name.split()):
        return False
    return row.id_index in ("", access.index(Field.ID_NUMBER, id_number.strip().upper()))


def exists(ref: UUID) -> bool:
    """Whether this person is registered and not erased."""
    row = access.one(ref)
    return row is not None and row.erased_at is None


def names(refs: Collection[UUID], *, by: Actor | None = None, masked: bool = True) -> dict[UUID, str]:
    """Names, masked but for those whom `by` is or acts for. `masked=False` is for who has checked the right already."""
    rows = Person.objects.filter(ref__in=set(refs)).select_related("key")
    clear = {row.ref for row in rows if not masked or by is not None and access.stands_for(row.ref, by=by)}
    return {row.ref: _name(row, full=row.ref in clear) for row in rows}


def called(refs: Collection[UUID], *, by: Actor) -> dict[UUID, tuple[str, str]]:
    """Name, masked but for those whom `by` is or acts for, and Linli number."""
    rows = Person.objects.filter(ref__in=set(refs)).select_related("key") if refs else ()
    return {row.ref: (_name(row, full=access.stands_for(row.ref, by=by)), row.number) for row in rows}


def numbers(refs: Collection[UUID]) -> dict[UUID, str]:
    """Linli numbers."""
    return dict(Person.objects.filter(ref__in=set(refs)).values_list("ref", "number"))


class Known:
    """Some people, read once: what is asked of them afterwards takes no query. Whoever asks has checked the right."""

    def __init__(self, rows: Iterable[Person]) -> None:
        self._rows = {row.ref: row for row in rows}

    def name(self, ref: UUID, *, masked: bool = True) -> str:
        """Empty for nobody known."""
        return _name(self._rows[ref], full=not masked) if ref in self._rows else ""

    def contact(self, ref: UUID) -> Contact | None:
        return _contact(self._rows[ref]) if ref in self._rows else None

    def age(self, ref: UUID, *, on: date) -> int | None:
        """Full years on that day; from the year alone where no day of birth is known."""
        row = self._rows.get(ref)
        if row is None or row.erased_at:
            return None
        if born_on := access.unsealed(row, Field.BIRTH_ON):
            return rules.age(date.fromisoformat(born_on), on=on)
        return on.year - row.birth_year if row.birth_year else None

    def real_name(self, ref: UUID) -> tuple[str, datetime] | None:
        """The identity number but for its ends and when it was checked with the name; None where it was not."""
        row = self._rows.get(ref)
        if row is None or row.erased_at or row.real_name_checked_at is None:
            return None
        return rules.shown_id_number(access.unsealed(row, Field.ID_NUMBER)), row.real_name_checked_at

    def region(self, ref: UUID) -> str:
        """Where the person lives, as a region code; empty for nobody known."""
        return self._rows[ref].region_code if ref in self._rows else ""

    def gender(self, ref: UUID) -> Gender | None:
        """The one given, or that the ID number says."""
        row = self._rows.get(ref)
        return Gender(row.gender) if row and row.gender else None

    def open(self, ref: UUID, sealed: bytes | memoryview | None, *, context: str) -> str:
        """As `open_sealed`."""
        if not sealed:
            return ""
        row = self._rows.get(ref)
        if row is None or row.erased_at:
            return ERASED
        return _open(bytes(row.key.wrapped), bytes(sealed), f"{ref}:{context}")


def known(refs: Collection[UUID]) -> Known:
    """These people, for contexts that show several things of them; one query."""
    return Known(_rows(refs))


def stands_for(ref: UUID, *, by: Actor) -> bool:
    """Whether this actor is this person, or acts for them, and so reads them in clear."""
    return access.stands_for(ref, by=by)


def _rows(refs: Collection[UUID]) -> list[Person]:
    """With their keys, in one query; an action reads a single one once."""
    if len(wanted := set(refs)) == 1:
        row = access.one(*wanted)
        return [row] if row else []
    return list(Person.objects.filter(ref__in=wanted).select_related("key")) if wanted else []


def contacts(refs: Collection[UUID]) -> dict[UUID, Contact]:
    """Names, phones and addresses in clear, for contexts that have checked the right to them (a visit under way)."""
    return {row.ref: _contact(row) for row in _rows(refs)}


def _contact(row: Person) -> Contact:
    return Contact(_name(row, full=True), access.unsealed(row, Field.PHONE), access.unsealed(row, Field.ADDRESS),
                   row.language)


def regions(refs: Collection[UUID]) -> dict[UUID, str]:
    """Where these people live, as region codes."""
    return {row.ref: row.region_code for row in _rows(refs)}


def ages(refs: Collection[UUID], *, on: date) -> dict[UUID, int]:
    """Full years on that day; from the year alone where no day of birth is known. Who gave neither is absent."""
    found = known(refs)
    return {ref: age for ref in refs if (age := found.age(ref, on=on)) is not None}


def genders(refs: Collection[UUID]) -> dict[UUID, Gender]:
    """Of those who gave one, or whose ID number says it."""
    found = known(refs)
    return {ref: gender for ref in refs if (gender := found.gender(ref))}


def represented_by(ref: UUID, *, at: datetime) -> list[tuple[UUID, Kind]]:
    """For whom this person may act at that moment, and as what."""
    rows = access.in_force(at).filter(representative__ref=ref).order_by("since", "pk")
    return [(person, Kind(kind)) for person, kind in rows.values_list("person__ref", "kind")]


def beside(link: str, *, at: datetime) -> dict[str, Any]:
    """Columns about the person that a foreign key of another context leads to: part of its own query, for
    `called_beside` and `acted_for`."""
    acts_for = access.in_force(at).filter(representative=OuterRef(f"{link}_id")).order_by().values("representative")
    joined = acts_for.annotate(joined=Joined(Cast("person_id", CharField()))).values("joined")
    return {"person_name": F(f"{link}__name_sealed"), "person_key": F(f"{link}__key__wrapped"),
            "person_acts_for": Subquery(joined)}


def called_beside(ref: UUID, row: Any) -> str:
    """How a person is called, of the columns that `beside` named; asks no database."""
    if row.person_key is None:
        return speak(ERASED_PERSON)
    return _open(bytes(row.person_key), bytes(row.person_name), f"{ref}:{Field.NAME}") if row.person_name else ""


def acted_for(row: Any) -> list[UUID]:
    """For whom that person may act, of the columns that `beside` named; asks no database."""
    return sorted(map(UUID, row.person_acts_for.split(","))) if row.person_acts_for else []


def representatives_of(ref: UUID, *, at: datetime) -> list[tuple[UUID, Kind]]:
    """Who may act for this person at that moment, and as what."""
    rows = access.in_force(at).filter(person__ref=ref).order_by("since", "pk")
    return [(person, Kind(kind)) for person, kind in rows.values_list("representative__ref", "kind")]


def family(by: Actor, *, at: datetime) -> list[RepresentationCard]:
    """The representations the actor is a side of, and those waiting for people whom they act for; not the ended."""
    me = access.own(by)
    acted_for = by.refs("people.consent", "person")
    mine = Q(person_id=me) | Q(representative_id=me) | Q(person_id__in=acted_for, state=State.REQUESTED)
    rows = (Representation.objects.filter(mine).exclude(state=State.ENDED).filter(Q(until=None) | Q(until__gt=at))
            .select_related("person__key", "representative__key").order_by("declared_at", "pk"))
    return _representations(rows, by=by, at=at)


def representation(ref: UUID, *, by: Actor, at: datetime) -> RepresentationCard:
    """One of them, ended or not, for its two sides and for who sees the represented person. Refuses: NotFound."""
    return _representations([access.representation(ref, by=by)], by=by, at=at)[0]


def _representations(rows: Iterable[Representation], *, by: Actor, at: datetime) -> list[RepresentationCard]:
    who = consenting(rows, at=at)
    cards = []
    for row in rows:
        is_mine, state = row.representative_id == by.person, State(row.state)
        other = row.person if is_mine else row.representative
        clear = state is State.ACTIVE or not is_mine  # a request shows who asks, and keeps hidden who is asked
        cards.append(RepresentationCard(
            row.ref, row.person_id, row.representative_id, other.ref, _name(other, full=clear), is_mine, Kind(row.kind),
            rules.KINDS[Kind(row.kind)], state, LABELS[state], row.since, row.until,
            LIFE.open_to(standing(row, by=by, who=who), state=state),
        ))
    return cards


@dataclass(frozen=True)
class Consenting:
    """Who of some represented people consents alone, having an account of their own, and who is a child under 14."""

    alone: frozenset[UUID] = frozenset()
    children: frozenset[UUID] = frozenset()
    guarded: frozenset[tuple[UUID, UUID]] = frozenset()
    """Of the children, with each of their guardians."""


def consenting(rows: Iterable[Representation], *, at: datetime) -> Consenting:
    """For what waits for consent; the people and their keys have been read with it."""
    waiting = [row.person for row in rows if row.state == State.REQUESTED]
    children = frozenset(one.ref for one in waiting if access.is_child(one, at=at))
    alone = registry.accounts().holders([one.ref for one in waiting]) - children if waiting else ()
    guards = access.in_force(at).filter(person__ref__in=children, kind=Kind.GUARDIAN) if children else ()
    return Consenting(frozenset(alone), children, frozenset((one.person_id, one.representative_id) for one in guards))


def standing(row: Representation, *, by: Actor, who: Consenting = Consenting()) -> frozenset[str]:
    """What the actor may do to a representation. Who has an own account consents alone; for a child under 14 only a
    guardian consents, or the office that asks one."""
    held = access.held(row.person, by=by)
    if by.person in {row.person_id, row.representative_id}:
        held |= {"people.manage"}
    if row.person_id in who.alone and by.person != row.person_id or by.person == row.representative_id:
        held -= {"people.consent"}
    if row.person_id in who.children and (by.person == row.person_id or by.person and "people.register" not in held
                                          and (row.person_id, by.person) not in who.guarded):
        held -= {"people.consent"}
    return held


def openings(ref: UUID, *, by: Actor) -> list[Opening]:
    """Who opened this person's data and why, newest first; for themself and who acts for them. Refuses: NotFound."""
    row = access.person(ref, by=by)
    if not access.stands_for(ref, by=by):
        return []
    entries = journal.history([ref], facts={"people.FieldOpened"})
    elsewhere = registry.opened(ref)
    called = registry.accounts().names({entry.by for entry in entries} | {one.by for one in elsewhere})
    found = [Opening(
        Field(e.payload["field"]), rules.FIELDS[Field(e.payload["field"])],
        _open(bytes(row.key.wrapped), bytes.fromhex(e.payload["reason"]), f"{ref}:reason"), called.get(e.by, ""), e.at,
    ) for e in entries]
    found += [Opening(None, one.label, one.reason, called.get(one.by, ""), one.at) for one in elsewhere]
    return sorted(found, key=lambda one: one.at, reverse=True)


def phone_index(phone: str) -> str:
    """The keyed digest by which a phone number is found. Refuses: RuleBroken (no phone number)."""
    return access.index(Field.PHONE, rules.phone(phone))


def is_phone(text: str) -> bool:
    """Whether this reads as a phone number."""
    return rules.looks_like_phone(text)


def key_for(ref: UUID) -> bytes | None:
    """The person's wrapped key; None once erased."""
    return access.keys({ref}).get(ref)


def seal(ref: UUID, text: str, *, context: str) -> bytes:
    """A text of this person's under their own key, for `context` alone. Refuses: RuleBroken (erased, unknown)."""
    wrapped = key_for(ref)
    if wrapped is None:
        raise RuleBroken(N_("This person's data was erased: nothing more can be kept about them."),
                         rule="people.erased")
    return access.keyring().seal(wrapped, text, context=f"{ref}:{context}")


def open_sealed(ref: UUID, sealed: bytes | memoryview | None, *, context: str) -> str:
    """What `seal` closed: empty for nothing, and `ERASED`, a marked text, once the key is destroyed."""
    return open_many([(ref, sealed, context)])[0]


def open_many(values: Iterable[tuple[UUID, bytes | memoryview | None, str]]) -> list[str]:
    """Many sealed texts (whose, what, context) in the same order, with one query for all keys."""
    rows = list(values)
    wrapped = access.keys({ref for ref, sealed, _ in rows if sealed})
    return [(_open(wrapped[ref], bytes(sealed), f"{ref}:{context}") if ref in wrapped else ERASED) if sealed else ""
            for ref, sealed, context in rows]


def _open(wrapped: bytes, sealed: bytes, context: str) -> str:
    try:
        return access.keyring().open(wrapped, sealed, context=context)
    except Unreadable:
        return ERASED


def _name(row: Person, *, full: bool) -> str:
    if row.erased_at:
        return speak(ERASED_PERSON)
    name = access.unsealed(row, Field.NAME)
    return name if full else mask_name(name)


def card(row: Person, *, by: Actor) -> PersonCard:
    full = access.stands_for(row.ref, by=by)
    phone, id_number, address, born_on = (
        access.unsealed(row, field) for field in (Field.PHONE, Field.ID_NUMBER, Field.ADDRESS, Field.BIRTH_ON))
    return PersonCard(
        ref=row.ref, number=row.number, name=_name(row, full=full),
        phone=phone if full else rules.shown_phone(phone), id_number=rules.shown_id_number(id_number),
        address=address if full else "*" * min(len(address), 6),
        birth_on=date.fromisoformat(born_on) if full and born_on else None, birth_year=row.birth_year,
        gender=Gender(row.gender) if row.gender else None, region=row.region_code, language=row.language,
        real_name_checked_at=row.real_name_checked_at, full=full, is_demo=row.is_demo,
    )
