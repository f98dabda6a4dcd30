from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.registers.people import access, events, queries, rules
from linli.registers.people.models import DataAudit
from linli.registers.people.rules import Audit
from linli.registers.people.states import AUDITS, Audited


@action
def open_audits(*, at: datetime, by: Actor = SYSTEM) -> int:
    """See that every audit which is owed again and again is owed now, each a duty of this node's region; how many new.

    Source: 未成年人网络保护条例 Art. 37; PIPL Art. 54; 商用密码管理条例 Art. 38.
    """
    going = DataAudit.objects.filter(region_code=settings.REGION, state=Audited.OPEN)
    there = set(going.values_list("kind", flat=True))
    missing = [one for one in Audit if one not in there]
    for one in missing:
        last = DataAudit.objects.filter(region_code=settings.REGION, kind=one).order_by("concluded_at").last()
        since = last.concluded_at if last and last.concluded_at else at
        _open(one, since=timezone.localdate(since), by=by, at=at)
    return len(missing)


@action
def conclude(ref: UUID, *, faults: int, report: str, reported_on: date | None = None, by: Actor, at: datetime) -> None:
    """Say what an audit found, and keep the figures as they stand; the next one is owed from today on.

    Refuses: NotFound; NotAllowed; Conflict (concluded); RuleBroken (a field).
    """
    row, on = access.audit(ref, by=by, lock=True), timezone.localdate(at)
    kind = Audit(row.kind)
    row.state = AUDITS.check("conclude", state=row.state, held=by.held(f"region:{row.region_code}"))
    row.report = rules.concluded(faults, report, reported_on, kind=kind, on=on)
    row.faults, row.reported_on = faults, reported_on
    row.figures = queries.audit_figures(row, on=on)
    row.concluded_at, row.concluded_by = at, by.ref
    row.save()
    duties.meet(about=ref, rule_id=rules.rule_of_audit(kind), by=by, at=at)
    journal.record(events.AuditConcluded(ref, kind, row.region_code, faults), about=ref, by=by, at=at)
    _open(kind, since=on, by=SYSTEM, at=at)


def _open(kind: Audit, *, since: date, by: Actor, at: datetime) -> None:
    region = settings.REGION
    state = AUDITS.check("open_audit", state=START, held={"people.audit"})
    row = DataAudit(kind=kind, region_code=region, from_on=since, state=state, opened_at=at, opened_by=by.ref)
    row.save()
    duties.raise_duty(rules.rule_of_audit(kind), owner=f"region:{region}", owed_to=f"region:{region[:2]:0<12}",
                      about=row.ref, region=region, since=since, by=by, at=at)
    journal.record(events.AuditOpened(row.ref, kind, region, since), about=row.ref, by=by, at=at)
