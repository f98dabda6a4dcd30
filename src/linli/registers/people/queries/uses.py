"""What people's data may be used for, and which special groups they belong to."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.database import Joined
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.people import access, registry, rules
from linli.registers.people.models import Choice, Membership, Person
from linli.registers.people.queries.people import PersonCard, card
from linli.registers.people.rules import GROUPS, USES, Footing, Group, Purpose


@dataclass(frozen=True)
class UseCard:
    """One purpose, and what the person says to it."""

    purpose: Purpose
    name: Text
    sentence: Text
    without: Text
    basis: str
    allowed: bool
    changeable: bool
    chosen_at: datetime | None
    outdated: bool
    """They consented, but to less than it means now: it counts no more until they consent anew."""


@dataclass(frozen=True)
class GroupCard:
    group: Group
    name: Text
    seen_by: Text
    since: date
    until: date
    recorded_by: str


@dataclass(frozen=True)
class GroupCount:
    """How many people of the actor's regions belong to a group; and how many of them may be called on unasked."""

    group: Group
    name: Text
    seen_by: Text
    count: int
    welcoming: int


def uses(ref: UUID, *, by: Actor, at: datetime) -> list[UseCard]:
    """Every purpose with the person's answer, for themself and their guardian. Refuses: NotFound; NotAllowed."""
    return uses_of(access.whose_rights(ref, by=by, at=at), at=at)


def uses_of(row: Person, *, at: datetime) -> list[UseCard]:
    """Of a person whose rights the actor was found to exercise; a guardian's consent only while they are a child."""
    child = access.is_child(row, at=at)
    said = {Purpose(one.purpose): one for one in Choice.objects.filter(person=row)}
    cards = []
    for purpose, use in USES.items():
        one = said.get(purpose)
        if use.footing is Footing.GUARDIAN and not child:
            continue
        allowed = _allowed(purpose, one)
        cards.append(UseCard(
            purpose, use.name, use.sentence, use.without, use.basis, allowed,
            use.footing not in {Footing.NEEDED, Footing.GUARDIAN} or use.footing is Footing.GUARDIAN and not allowed,
            one.chosen_at if one else None,
            bool(one and one.given and one.version != use.version),
        ))
    return cards


def allowed(ref: UUID) -> frozenset[Purpose]:
    """For what somebody's data may be used; for contexts that use them."""
    said = {Purpose(one.purpose): one for one in Choice.objects.filter(person__ref=ref)}
    return frozenset(one for one in Purpose if _allowed(one, said.get(one)))


def said_beside(link: str) -> Subquery:
    """What the person that a foreign key of another context leads to has said to each purpose: a column of its own
    query, for `allowed_beside`."""
    said = Choice.objects.filter(person__ref=OuterRef(f"{link}_id")).order_by().values("person__ref")
    return Subquery(said.annotate(joined=Joined("purpose", Cast("given", CharField()), "version")).values("joined"))


def allowed_beside(said: str | None) -> frozenset[Purpose]:
    """As `allowed`, of the column that `said_beside` gave; asks no database."""
    rows = (one.split("|") for one in (said or "").split(",") if one)
    told = {Purpose(purpose): (given in {"1", "true"}, version) for purpose, given, version in rows}
    return frozenset(one for one in Purpose if _granted(one, *told.get(one, (None, ""))))


def choosing(keys: Collection[int], *, purpose: Purpose) -> set[int]:
    """Those of these rows whose data may be used for this."""
    rows = {one.person_id: one for one in Choice.objects.filter(person__in=keys, purpose=purpose)}
    return {key for key in keys if _allowed(purpose, rows.get(key))}


def _allowed(purpose: Purpose, one: Choice | None) -> bool:
    return _granted(purpose, one.given if one else None, one.version if one else "")


def _granted(purpose: Purpose, given: bool | None, version: str) -> bool:
    """`given` is None where nothing was said."""
    use = USES[purpose]
    if use.footing in {Footing.CONSENT, Footing.GUARDIAN}:
        return bool(given) and version == use.version
    return given is not False


# Special groups


def groups(ref: UUID, *, by: Actor, at: datetime) -> list[GroupCard]:
    """The special groups that are noted for somebody, as far as the actor may see them: all of them for themself and
    their guardian, for an office those of its circles, for family nothing. Refuses: NotFound."""
    row = access.person(ref, by=by)
    whole = by.ref == SYSTEM.ref or by.person == ref or access.guards(ref, by=by, at=at)
    return groups_of(row, by=by, on=timezone.localdate(at), whole=whole)


def groups_of(row: Person, *, by: Actor, on: date, whole: bool) -> list[GroupCard]:
    """Of a person whom the actor may know of: `whole`, or as far as the actor's circles reach."""
    rows = Membership.objects.filter(person=row, until__gt=on).order_by("group")
    if not whole:
        rows = rows.filter(group__in=rules.seen_with(by.held(f"region:{row.region_code}")))
    found = list(rows)
    called = registry.accounts().names({one.recorded_by for one in found}) if found else {}
    return [GroupCard(Group(one.group), GROUPS[Group(one.group)].name, rules.ring(Group(one.group)).seen_by, one.since,
                      one.until, called.get(one.recorded_by, "")) for one in found]


def groups_told(ref: UUID, *, on: date) -> frozenset[str]:
    """The groups of somebody; for contexts that know them to be `allowed` for finding what is meant for them."""
    return frozenset(Membership.objects.filter(person__ref=ref, until__gt=on).values_list("group", flat=True))


def group_counts(*, by: Actor, on: date) -> list[GroupCount]:
    """How many belong to each group that the actor may see, in their regions. Refuses: NotAllowed."""
    seen = _require_some(by)
    rows = _members(by, on=on).values("group").annotate(
        count=Count("pk"), welcoming=Count("pk", filter=_welcoming())).order_by("group")
    found = {row["group"]: (row["count"], row["welcoming"]) for row in rows}
    return [GroupCount(one, GROUPS[one].name, rules.ring(one).seen_by, *found.get(one, (0, 0))) for one in seen]


def group_members(group: Group, *, by: Actor, on: date, after: str = "", most: int = 50,
                  ) -> list[tuple[PersonCard, date, bool]]:
    """Who belongs to a group, masked, by Linli number: with the day until which the entry holds, and whether they may
    be called on unasked. `after` is the last number of the page before. Refuses: NotAllowed."""
    if group not in _require_some(by):
        raise NotAllowed(N_("Your role does not let you see this group: {group}."), group=GROUPS[group].name)
    rows = _members(by, on=on).filter(group=group, person__number__gt=after).select_related("person__key")
    found = list(rows.annotate(welcome=Count("pk", filter=_welcoming())).order_by("person__number")[:most])
    return [(card(one.person, by=by), one.until, bool(one.welcome)) for one in found]


def in_groups(*, by: Actor, on: date) -> dict[Group, set[UUID]]:
    """Who belongs to each group that the actor may see, as refs; for figures over other registers."""
    found: dict[Group, set[UUID]] = {one: set() for one in _require_some(by)}
    for group, ref in _members(by, on=on).values_list("group", "person__ref"):
        found[Group(group)].add(ref)
    return found


def _require_some(by: Actor) -> tuple[Group, ...]:
    seen = tuple(Group) if by.ref == SYSTEM.ref else rules.seen_with(by.permissions)
    if not seen:
        raise NotAllowed(N_("Your role does not let you see special groups."))
    return seen


def _members(by: Actor, *, on: date) -> QuerySet[Membership]:
    """Each group only in the regions where the actor holds its circle's permission."""
    rows = Membership.objects.filter(until__gt=on, person__erased_at=None)
    if by.ref == SYSTEM.ref:
        return rows
    within = Q(pk=None)
    for circle, ring in rules.RINGS.items():
        meant = [one for one in Group if GROUPS[one].circle is circle]
        for prefix in by.scopes(ring.permission, "region"):
            within |= Q(group__in=meant, person__region_code__startswith=prefix)
    return rows.filter(within)


def _welcoming() -> Q:
    version = USES[Purpose.OUTREACH].version
    people = Choice.objects.filter(purpose=Purpose.OUTREACH, given=True, version=version).values("person")
    return Q(person__in=people)


