"""How people's data are handled, looked into again and again: what is owed, what was found, and the figures."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.database import counting, tallied
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.people import access, registry, rules
from linli.registers.people.models import Choice, DataAudit, OpeningPermit, Person, Representation
from linli.registers.people.rules import USES, Audit, Kind, Purpose
from linli.registers.people.states import AUDITED_LABELS, AUDITS, Audited, Permit, State

FIGURES: dict[str, Text] = {
    "minors": N_("People under 18"), "children": N_("Of them under 14"),
    "without_consent": N_("Children without the guardian's own consent"),
    "without_guardian": N_("Children for whom no guardian acts"),
    "opened": N_("Openings of minors' data"), "without_leave": N_("Of them without a second officer's leave"),
    "refused": N_("Wishes to open that were refused"),
}
BAD = frozenset({"without_consent", "without_guardian", "without_leave"})
"""Figures that should be none."""


@dataclass(frozen=True)
class AuditCard:
    ref: UUID
    kind: Audit
    name: Text
    sentence: Text
    region: str
    from_on: date
    state: Audited
    label: Text
    rule: str
    due_on: date | None
    days_late: int
    faults: int | None
    report: str
    reported_on: date | None
    concluded_at: datetime | None
    concluded_by: str
    moves: tuple[Move, ...]


def audits(*, by: Actor, on: date) -> list[AuditCard]:
    """What is to be audited in the actor's regions and what was, the open ones first. Refuses: NotAllowed."""
    if "people.audit" not in by.permissions:
        raise NotAllowed(N_("Your role does not audit how data are handled."))
    rows = access.audits(by).order_by("-state", "kind", "-from_on", "pk")
    return _cards(list(rows[:100]), by=by, on=on)


def audit(ref: UUID, *, by: Actor, on: date) -> tuple[AuditCard, dict[str, int]]:
    """One audit, and its figures: as they stand, or stood when it was concluded. Refuses: NotFound."""
    row = access.audit(ref, by=by)
    figures = dict(row.figures) if row.state == Audited.CONCLUDED else audit_figures(row, on=on)
    return _cards([row], by=by, on=on)[0], figures


def audit_figures(row: DataAudit, *, on: date) -> dict[str, int]:
    """Counted anew, over the audit's region and the time since it began; only of minors' data."""
    if row.kind != Audit.MINORS:
        return {}
    people = Person.objects.filter(erased_at=None, region_code__startswith=prefix(row.region_code))
    minor, child = _under(("people.minor", "people.child"), people, on=on, region=row.region_code)
    agreed = Choice.objects.filter(person=OuterRef("pk"), purpose=Purpose.CHILD, given=True,
                                   version=USES[Purpose.CHILD].version)
    guarded = Representation.objects.filter(person=OuterRef("ref"), kind=Kind.GUARDIAN, state=State.ACTIVE)
    minors, children = people.filter(minor), people.filter(child)
    permits = OpeningPermit.objects.filter(person__in=minors, decided_at__date__gte=row.from_on)
    found = tallied(
        counting("minors", minors), counting("children", children),
        counting("without_consent", children.filter(~Exists(agreed))),
        counting("without_guardian", children.filter(~Exists(guarded))),
        counting("used", permits.filter(state=Permit.USED)), counting("refused", permits.filter(state=Permit.REFUSED)))
    opened = _openings(minors, since=row.from_on)
    found |= {"opened": opened, "without_leave": max(0, opened - found.get("used", 0))}
    return {key: found.get(key, 0) for key in FIGURES}


def _under(ids: Collection[str], people: QuerySet[Person], *, on: date, region: str) -> list[Q]:
    """Younger than each rule says: by the year of birth, and where that leaves it open by the day, which is sealed."""
    years = {one: on.year - int(rulebook.rule(one, on=on, region=region).amount) for one in ids}
    doubtful = list(people.filter(birth_year__in=years.values()).select_related("key"))
    return [Q(birth_year__gt=year) | Q(pk__in=[
        row.pk for row in doubtful if row.birth_year == year and access.comes_of_age(row, rule=one, on=on)])
        for one, year in years.items()]


def _openings(of: QuerySet[Person], *, since: date) -> int:
    """How often data of these people were opened; offices open few fields, so each opening is looked at."""
    found: list[UUID] = []
    after = 0
    while some := journal.entries(after=after, most=1000, facts={"people.FieldOpened"}):
        after = some[-1][0]
        found += [card.about for _, card in some if timezone.localdate(card.at) >= since]
    meant = set(of.filter(ref__in=set(found)).values_list("ref", flat=True))
    return sum(ref in meant for ref in found)


def _cards(rows: list[DataAudit], *, by: Actor, on: date) -> list[AuditCard]:
    owed = {one.about: one for one in rulebook.duties(on=on, about=[row.ref for row in rows], most=len(rows))
            } if rows else {}
    called = registry.accounts().names({row.concluded_by for row in rows if row.concluded_by}) if rows else {}
    return [AuditCard(
        row.ref, Audit(row.kind), rules.AUDITS[Audit(row.kind)].name, rules.AUDITS[Audit(row.kind)].sentence,
        row.region_code, row.from_on, Audited(row.state), AUDITED_LABELS[Audited(row.state)],
        rules.rule_of_audit(Audit(row.kind)), owed[row.ref].due_on if row.ref in owed else None,
        owed[row.ref].days_late if row.ref in owed else 0, row.faults, row.report, row.reported_on, row.concluded_at,
        called.get(row.concluded_by, "") if row.concluded_by else "",
        AUDITS.open_to(by.held(f"region:{row.region_code}"), state=row.state),
    ) for row in rows]
