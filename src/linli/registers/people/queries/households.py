"""Who lives together: a household as its members, who acts for them, and the office may see it."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import Move
from linli.kernel.text import Text
from linli.registers.people import access, registry
from linli.registers.people.models import HouseholdMember
from linli.registers.people.queries.people import _name
from linli.registers.people.rules import RELATIONS, Kind, Relation
from linli.registers.people.states import HOUSEHOLDS, LIVING_LABELS, Living


@dataclass(frozen=True)
class MemberCard:
    """Somebody who lives in a household or is asked to; the name masked but for whom the reader is or acts for."""

    ref: UUID
    person: UUID
    name: str
    relation: Relation
    relation_label: Text
    relation_code: str
    """Of GB/T 4761-2008."""
    state: Living
    label: Text
    since: datetime | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class HouseholdCard:
    ref: UUID
    head: UUID
    region: str
    address: str
    """In clear for who lives there and who acts for them, else hidden."""
    formed_at: datetime
    heads: bool
    """The reader is the head, or acts for them."""
    members: tuple[MemberCard, ...]
    """Who lives there, the head first; after them, for the head alone, who is asked to."""


@dataclass(frozen=True)
class InvitationCard:
    """That somebody is asked to join a household. Who asks stands in clear; the address only once they have joined."""

    ref: UUID
    household: UUID
    person: UUID
    name: str
    head_name: str
    relation: Relation
    relation_label: Text
    state: Living
    label: Text
    asked_at: datetime
    moves: tuple[Move, ...]


def household(ref: UUID, *, by: Actor, at: datetime) -> HouseholdCard | None:
    """The household in which somebody lives; None where none is noted. Refuses: NotFound."""
    if not access.stands_for(ref, by=by):
        access.person(ref, by=by)
    return household_of(ref, by=by, at=at)


def household_of(person: UUID, *, by: Actor, at: datetime) -> HouseholdCard | None:
    """The same for a person whom the actor was found to know of."""
    lives = access.home(person)
    if lives is None:
        return None
    home, heads = lives.household, stands_in(lives.household.head_id, by=by)
    seen = [Living.LIVING, *([Living.INVITED] if heads else [])]
    rows = list(HouseholdMember.objects.filter(household=home, state__in=seen)
                .select_related("household", "person__key").order_by("-state", "since", "noted_at", "pk"))
    rows.sort(key=lambda row: (row.state != Living.LIVING, row.relation != Relation.HEAD))
    may, address = standing_in(rows, by=by, at=at), access.home_address(home)
    return HouseholdCard(
        home.ref, home.head_id, home.region_code,
        address if access.stands_for(person, by=by) else "*" * min(len(address), 6), home.formed_at, heads,
        tuple(MemberCard(
            row.ref, row.person_id, _name(row.person, full=access.stands_for(row.person_id, by=by)),
            Relation(row.relation), RELATIONS[Relation(row.relation)][1], RELATIONS[Relation(row.relation)][0],
            Living(row.state), LIVING_LABELS[Living(row.state)], row.since,
            HOUSEHOLDS.open_to(may[row.ref], state=row.state)) for row in rows))


def invitations(by: Actor, *, at: datetime) -> list[InvitationCard]:
    """Who asks the actor, and those for whom they may consent, to join a household."""
    rows = HouseholdMember.objects.filter(
        state=Living.INVITED, person__ref__in={access.own(by), *by.refs("people.consent", "person")})
    return _invitations(rows.select_related("household__head__key", "person__key").order_by("noted_at", "pk"), by=by,
                        at=at)


def invitation(ref: UUID, *, by: Actor, at: datetime) -> InvitationCard:
    """One of them, answered or not. Refuses: NotFound."""
    return _invitations([access.member(ref, by=by)], by=by, at=at)[0]


def _invitations(found: Iterable[HouseholdMember], *, by: Actor, at: datetime) -> list[InvitationCard]:
    rows = list(found)
    may = standing_in(rows, by=by, at=at)
    return [InvitationCard(
        row.ref, row.household.ref, row.person_id, _name(row.person, full=access.stands_for(row.person_id, by=by)),
        _name(row.household.head, full=True), Relation(row.relation), RELATIONS[Relation(row.relation)][1],
        Living(row.state), LIVING_LABELS[Living(row.state)], row.noted_at,
        HOUSEHOLDS.open_to(may[row.ref], state=row.state)) for row in rows]


def stands_in(ref: UUID, *, by: Actor) -> bool:
    """Whether this actor is this person or acts for them, and so decides where they live."""
    return by.ref == SYSTEM.ref or by.person == ref or "people.manage" in by.held(f"person:{ref}")


def standing_in(rows: Collection[HouseholdMember], *, by: Actor, at: datetime) -> dict[UUID, frozenset[str]]:
    """What the actor may do to each membership: either side ends it; who is asked consents, as with acting for one
    another: alone where they have an account, through a guardian under 14. An office that registers people ends it too,
    for who has died. Two queries at most."""
    people = [row.person for row in rows]
    children = {one.ref for one in people if access.is_child(one, at=at)}
    waiting = [row.person_id for row in rows if row.state == Living.INVITED]
    alone = registry.accounts().holders(waiting) - children if waiting else set()
    guarded = set(access.in_force(at).filter(
        representative__ref=by.person, kind=Kind.GUARDIAN, person__ref__in=children).values_list("person_id", flat=True)
    ) if by.person and children else set()
    found = {}
    for row in rows:
        held = access.held(row.person, by=by)
        if row.person_id in guarded or by.ref == SYSTEM.ref:
            held |= {"people.manage", "people.consent"}
        if row.person_id in children and row.person_id not in guarded and "people.register" not in held:
            held -= {"people.consent", "people.manage"}  # neither the child alone nor who acts for them otherwise
        if row.person_id in alone and by.person != row.person_id:
            held -= {"people.consent"}
        if "people.register" in held or by.person != row.person_id and stands_in(row.household.head_id, by=by):
            held |= {"people.manage"}
        found[row.ref] = held
    return found
