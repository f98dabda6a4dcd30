"""Filing: the one way in which the register changes."""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, events, queries, rules
from linli.registers.organisations.models import CODED, Decision, Filing, FormerName, Office, Organisation
from linli.registers.organisations.rules import Kind, filing
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.filing import Change, FilingKind
from linli.registers.organisations.rules.items import ENDED, ITEMS, LISTS
from linli.registers.organisations.rules.words import words
from linli.registers.organisations.states import DECIDE, LIFE, State
from linli.registers.places import queries as places

_MARKS = ("charity", "fundraising", "volunteering", "industry_association", "public_foundation")
_HELD = frozenset({DECIDE})
_CODE_TAKEN = N_("An organisation with this code is in the register already. File to that one.")


@dataclass(frozen=True)
class Filed:
    """What was filed, and of whom."""

    ref: UUID
    organisation: UUID


@action
def file(
    subject: UUID | None, *, kind: str, changes: Iterable[Change], effective_on: date, basis: str, cause: str = "",
    corrects: UUID | None = None, application: UUID | None = None, number: str = "", demo: bool = False, by: Actor,
    at: datetime, key: str | None = None,
) -> Filed:
    """Enter a filing into the ledger, and show at once what it adds up to. Without a subject, a new organisation.

    `effective_on` is the day from which it holds; a correction names what it `corrects` and its `cause`, and takes back
    what that filing said of the items that it names (a record by its key; None says nothing instead). An annulment is
    the same of a change that was revoked on that day, always with None: what stood before stands again. With a `key` a
    retry gets the first outcome. Refuses: NotFound, NotAllowed, Conflict (the code is registered), RuleBroken (see
    `rules.filing.checked`).
    """
    said = tuple(changes)
    if key is None:
        return _file(subject, kind=kind, changes=said, effective_on=effective_on, basis=basis, cause=cause,
                     corrects=corrects, application=application, number=number, demo=demo, by=by, at=at)
    body = ["organisations.file", str(subject), kind, [one.packed() for one in said], effective_on.isoformat(), basis,
            cause, str(corrects), str(application), number]
    outcome = journal.once(key, by=by, at=at, body=body, do=lambda: _file(
        subject, kind=kind, changes=said, effective_on=effective_on, basis=basis, cause=cause, corrects=corrects,
        application=application, number=number, demo=demo, by=by, at=at).ref)
    return Filed(outcome.ref, Filing.objects.values_list("organisation__ref", flat=True).get(ref=outcome.ref))


def _file(
    subject: UUID | None, *, kind: str, changes: Sequence[Change], effective_on: date, basis: str, cause: str,
    corrects: UUID | None, application: UUID | None, number: str, demo: bool, by: Actor, at: datetime,
) -> Filed:
    if kind not in set(FilingKind):
        raise RuleBroken(N_("There is no such kind of filing."), field="kind")
    row, new = _subject(subject, kind=kind, changes=changes, demo=demo, by=by, at=at)
    today = timezone.localdate(at)
    past = [] if new else queries.ledger(row)
    corrected = _corrected(kind, corrects, past)
    entry = _entry(kind, past=past, changes=changes, effective_on=effective_on, today=today, at=at, corrected=corrected)
    after = filing.fold([*past, entry], on=today, known_at=at)
    filing.require_records(entry.changes, after=filing.fold([*past, entry], on=effective_on, known_at=at))
    _require_fitting(row, after, entry, new=new)
    if new:
        for column, value in columns(after, (), on=today).items():
            setattr(row, column, value)
        _insert(row)
    Filing.objects.create(
        ref=entry.ref, organisation=row, kind=kind, number=rules.line(number, field="number", most=60, needed=False),
        effective_on=effective_on, filed_at=at, filed_by=by.ref, changes=[one.packed() for one in entry.changes],
        basis=rules.line(basis, field="basis", most=300), corrects_id=corrected.order if corrected else None,
        cause=rules.line(cause, field="cause", most=1000, needed=kind in filing.CORRECTING, lines=True),
        application=application)
    if row.state == State.LISTED:
        row.state = State.REGISTERED
    project(row, [*past, entry], on=today, at=at, save=True)
    stop_if_ended(row, reasons=cause or basis, by=by, at=at)
    read_anew()
    fact = events.FilingMade(row.ref, entry.ref, kind, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)
    if corrected:
        journal.record(events.FilingCorrected(row.ref, entry.ref, corrected.ref, row.region_code), about=row.ref, by=by,
                       at=at)
    return Filed(entry.ref, row.ref)


def enter(row: Organisation, *, by: Actor, at: datetime) -> None:
    """The first filing of an organisation that joined: what it stated, taken over on the day of the decision."""
    if row.filings.exists():
        return
    said = {"name": row.name, "uscc": row.uscc, "kind": row.kind, "status": "registered", "region": row.region_code,
            "address": row.address, "phone": row.phone, "short_name": row.short_name,
            "english_name": row.english_name}
    write(row, kind=FilingKind.IMPORT, changes=[Change(item, value) for item, value in said.items() if value],
          effective_on=timezone.localdate(at), basis="", by=by, at=at)


def write(
    row: Organisation, *, kind: FilingKind, changes: Sequence[Change], effective_on: date, basis: str, by: Actor,
    at: datetime,
) -> UUID:
    """Append what another action has judged already, and show what it adds up to. The row is locked or new."""
    past = queries.ledger(row)
    entry = filing.Filing(past[-1].order + 1 if past else 0, new_ref(), kind, effective_on, at,
                          [one.packed() for one in changes])
    Filing.objects.create(ref=entry.ref, organisation=row, kind=kind, effective_on=effective_on, filed_at=at,
                          filed_by=by.ref, changes=list(entry.packed), basis=basis)
    project(row, [*past, entry], on=timezone.localdate(at), at=at, save=True)
    journal.record(events.FilingMade(row.ref, entry.ref, kind.value, row.region_code), about=row.ref, by=by, at=at)
    return entry.ref


@action
def rebuild(refs: Collection[UUID], *, by: Actor, at: datetime) -> int:
    """Make anew what the filings of these organisations add up to today; of how many. Refuses: NotAllowed."""
    count = 0
    for row in access.overseen(by).filter(ref__in=refs).select_for_update(of=("self",)).order_by("pk"):
        past = queries.ledger(row)
        if past:
            project(row, past, on=timezone.localdate(at), at=at, save=True)
            count += 1
    read_anew()
    return count


@action
def turn(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Follow what begins or ends to hold today without a filing: grades, licences, entries in lists. How many."""
    today = timezone.localdate(at)
    due = Organisation.objects.filter(turns_on__lte=today).order_by("turns_on", "pk").values_list("ref", flat=True)
    return rebuild(list(due[:most]), by=by, at=at)


def project(row: Organisation, past: Sequence[filing.Filing], *, on: date, at: datetime, save: bool) -> None:
    """Write what the filings add up to into the organisation's row, its former names and its offices."""
    after = filing.fold(past, on=on, known_at=at)
    former = filing.former_names(past, now=after.text("name"), on=on, known_at=at)
    for column, value in columns(after, [name for name, *_ in former], past, on=on).items():
        setattr(row, column, value)
    if not save:
        return
    row.save()
    held = [(key, one) for key, one in after.many.get("officers", {}).items()]
    if row.pk and (former or row.former_names.exists()):
        row.former_names.all().delete()
        FormerName.objects.bulk_create([FormerName(organisation=row, name=name, until=until, revoked=revoked)
                                        for name, until, revoked in former])
    if held or row.offices.exists():
        row.offices.all().delete()
        Office.objects.bulk_create([Office(
            organisation=row, key=key, name=one["name"], post=one["post"], person=one.get("person"),
            since=date.fromisoformat(one["from_"]),
            until=date.fromisoformat(one["until"]) if one.get("until") else None) for key, one in held])


def columns(
    after: Folded, former: Sequence[str], past: Sequence[filing.Filing] = (), *, on: date
) -> dict[str, Any]:
    """The columns of an organisation's row as filings add up to them on a day: no row is needed for it."""
    text, many = after.text, after.many
    grades = after.current("grades", on=on) if "grades" in many else ()
    listed = {one["list"] for one in after.current("lists", on=on)} if "lists" in many else ()
    name, short, english = text("name"), text("short_name"), text("english_name")
    return {
        "name": name, "uscc": text("uscc"), "kind": text("kind") or Kind.UNKNOWN.value, "region_code": text("region"),
        "address": text("address"), "phone": text("phone"), "short_name": short, "english_name": english,
        "status": text("status"), "registrar": text("registrar"), "supervising_unit": text("supervising_unit"),
        "legal_representative": text("legal_representative"), "established_on": after.day("established_on"),
        "ended_on": after.day("ended_on"), "registered_funds": after.get("registered_funds"),
        "certificate_number": text("certificate_number"),
        "words": words([name, *former], also=(short, english)),
        "turns_on": filing.turns_on(past, after, after=on),
        "grade": max((str(one["grade"]) for one in grades), default=""),
        "marks": " ".join([*(mark for mark in _MARKS if after.get(mark)), *(one for one in LISTS if one in listed)]),
    }


def _subject(
    subject: UUID | None, *, kind: str, changes: Sequence[Change], demo: bool, by: Actor, at: datetime
) -> tuple[Organisation, bool]:
    if subject is not None:
        row = access.organisation(subject, by=by, lock=True)
        LIFE.check("file", state=row.state, held=office(row.region_code, by))
        return row, False
    region = next((one.value for one in changes if one.item == "region"), None)
    if not isinstance(region, str) or places.region(region) is None:
        raise RuleBroken(N_("Choose the region."), field="region")
    state = LIFE.check("establish", state=START, held=office(region, by))
    row = Organisation(ref=new_ref(), state=state, applied_at=at, applied_by=by.ref, is_demo=demo)
    return row, True


def office(region: str, by: Actor) -> frozenset[str]:
    """What the actor may do where the register is kept: in the county or above, never in a street."""
    return _HELD if by == SYSTEM else by.held(f"region:{region[:6].ljust(12, '0')}")


def _corrected(kind: str, corrects: UUID | None, past: Sequence[filing.Filing]) -> filing.Filing | None:
    if (kind in filing.CORRECTING) != (corrects is not None):
        raise RuleBroken(N_("A correction names the filing that it corrects, and the revocation of a change the change;"
                            " no other filing does."),
                         rule="organisations.correction", field="corrects")
    if corrects is None:
        return None
    for one in past:
        if one.ref == corrects:
            return one
    raise NotFound(N_("There is no such filing."))


def _entry(
    kind: str, *, past: Sequence[filing.Filing], changes: Sequence[Change], effective_on: date, today: date,
    at: datetime, corrected: filing.Filing | None,
) -> filing.Filing:
    checked = filing.checked(
        FilingKind(kind), changes, before=filing.fold(past, on=effective_on, known_at=at), effective_on=effective_on,
        today=today, established=filing.fold(past, on=today, known_at=at).day("established_on"), corrected=corrected,
        exists=bool(past))
    order = max((one.order for one in past), default=0) + 1
    return filing.Filing(order, new_ref(), FilingKind(kind), effective_on, at, [one.packed() for one in checked],
                         corrected.ref if corrected else None)


def _require_fitting(row: Organisation, after: Folded, entry: filing.Filing, *, new: bool) -> None:
    """Name, region, kind and code as they stand after it. Refuses: RuleBroken, Conflict."""
    for item in ("name", "region", "kind", "uscc"):
        if not after.text(item):
            raise RuleBroken(N_("Every organisation has “{item}”."), rule=filing.TOUCH, field=item,
                             item=ITEMS[item].label)
    if entry.kind == FilingKind.ESTABLISHMENT and not new:
        raise Conflict(N_("This organisation is established already."), field="kind")
    rules.code(after.text("uscc"), kind=Kind(after.text("kind")))
    if after.text("region") != row.region_code and places.region(after.text("region")) is None:
        raise RuleBroken(N_("There is no region with this code."), field="region")
    same = Organisation.objects.filter(CODED, uscc=after.text("uscc")).exclude(pk=row.pk)
    if (new or after.text("uscc") != row.uscc) and same.exists():
        raise Conflict(_CODE_TAKEN, field="uscc")


def _insert(row: Organisation) -> None:
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(_CODE_TAKEN, field="uscc") from None


def stop_if_ended(row: Organisation, *, reasons: str, by: Actor, at: datetime) -> None:
    """Who is no longer registered takes on nothing new."""
    if row.status in ENDED and row.state == State.APPROVED:
        row.state = State.SUSPENDED
        row.save(update_fields=["state"])
        Decision.objects.create(organisation=row, move="suspend", reasons=reasons, decided_at=at, decided_by=by.ref)
        journal.record(events.OrganisationSuspended(row.ref, row.region_code), about=row.ref, by=by, at=at)
