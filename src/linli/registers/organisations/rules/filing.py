"""The register as a ledger: filings, and what they add up to on a day, as known at a moment.

A filing holds from a day (`effective_on`) and is known from a moment (`filed_at`). Nothing is edited: a correction is
a filing that takes back what an earlier one said of the items that it names, and says something else, or nothing.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from functools import cached_property
from typing import Any
from uuid import UUID

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.organisations.rules.adding import Folded, added_up, tell
from linli.registers.organisations.rules.describing import Kind
from linli.registers.organisations.rules.items import ITEMS, MANY, STATUSES, Item, Status
from linli.registers.organisations.rules.values import identity, kept, require_whole


class FilingKind(StrEnum):
    IMPORT = auto()
    ESTABLISHMENT = auto()
    CHANGE = auto()
    CHARTER = auto()
    OFFICERS = auto()
    CERTIFICATE = auto()
    CONTACT = auto()
    CHARITY = auto()
    PARTY = auto()
    ANNUAL_REPORT = auto()
    GRADE = auto()
    PENALTY = auto()
    COMMENDATION = auto()
    PROJECT = auto()
    LIST = auto()
    LIQUIDATION = auto()
    DEREGISTRATION = auto()
    REVOCATION = auto()
    RESTORATION = auto()
    CORRECTION = auto()
    ANNULMENT = auto()


LABELS: dict[FilingKind, Text] = {
    FilingKind.IMPORT: N_("Taken over"), FilingKind.ESTABLISHMENT: N_("Establishment"),
    FilingKind.CHANGE: N_("Change of registered items"), FilingKind.CHARTER: N_("Charter"),
    FilingKind.OFFICERS: N_("Officeholders"), FilingKind.CERTIFICATE: N_("Certificate"),
    FilingKind.CONTACT: N_("Contact details"), FilingKind.CHARITY: N_("Charity"),
    FilingKind.PARTY: N_("Party-building status"), FilingKind.ANNUAL_REPORT: N_("Annual report"),
    FilingKind.GRADE: N_("Assessment"), FilingKind.PENALTY: N_("Administrative penalty"),
    FilingKind.COMMENDATION: N_("Commendation"), FilingKind.PROJECT: N_("Project supported by central finance"),
    FilingKind.LIST: N_("Credit list"), FilingKind.LIQUIDATION: N_("Liquidation"),
    FilingKind.DEREGISTRATION: N_("Deregistration"), FilingKind.REVOCATION: N_("Revocation of registration"),
    FilingKind.RESTORATION: N_("Restoration of registration"), FilingKind.CORRECTION: N_("Correction"),
    FilingKind.ANNULMENT: N_("Revocation of a change"),
}
_REGISTERED = frozenset({
    "name", "registrar", "supervising_unit", "legal_representative", "registered_funds", "region", "address", "purpose",
    "scope", "area", "liability", "public_foundation", "members", "industry_association", "volunteering", "short_name",
    "english_name", "certificate_number", "certificates", "bank_account", "officers", "phone",
})
_EVERY = frozenset(ITEMS)
TOUCHES: dict[FilingKind, frozenset[str]] = {
    FilingKind.IMPORT: _EVERY, FilingKind.CORRECTION: _EVERY,
    FilingKind.ESTABLISHMENT: _EVERY - {"ended_on", "penalties", "lists", "grades", "annual_reports"},
    FilingKind.CHANGE: _REGISTERED, FilingKind.CHARTER: frozenset({"charter_on", "purpose", "scope", "area"}),
    FilingKind.OFFICERS: frozenset({"officers"}),
    FilingKind.CERTIFICATE: frozenset({"certificates", "certificate_number"}),
    FilingKind.CONTACT: frozenset({"phone", "website", "short_name", "english_name", "bank_account"}),
    FilingKind.CHARITY: frozenset({"charity", "fundraising", "certificates", "volunteering"}),
    FilingKind.PARTY: frozenset({"party"}), FilingKind.ANNUAL_REPORT: frozenset({"annual_reports", "members"}),
    FilingKind.GRADE: frozenset({"grades"}), FilingKind.PENALTY: frozenset({"penalties"}),
    FilingKind.COMMENDATION: frozenset({"commendations"}), FilingKind.PROJECT: frozenset({"projects"}),
    FilingKind.LIST: frozenset({"lists"}), FilingKind.LIQUIDATION: frozenset(),
    FilingKind.DEREGISTRATION: frozenset({"certificates", "officers"}),
    FilingKind.REVOCATION: frozenset({"certificates"}), FilingKind.RESTORATION: frozenset({"certificates"}),
    FilingKind.ANNULMENT: _REGISTERED,
}
"""Which items a filing of a kind may change; what it does to the status goes without saying."""
CORRECTING = frozenset({FilingKind.CORRECTION, FilingKind.ANNULMENT})
"""They name the filing that they take back. An annulment revokes a change by decision (行政许可法 Art. 69): what stood
before stands again, and nothing else is said instead. It tells a change that should not have been granted, whose name
waits for three years, from an entry that was made by mistake, whose name is free at once."""
STATUS: dict[FilingKind, Status] = {
    FilingKind.ESTABLISHMENT: Status.REGISTERED, FilingKind.LIQUIDATION: Status.LIQUIDATING,
    FilingKind.DEREGISTRATION: Status.DEREGISTERED, FilingKind.REVOCATION: Status.REVOKED,
    FilingKind.RESTORATION: Status.REGISTERED,
}
"""The status to which a filing of a kind leads."""
_RECORDED = frozenset({
    FilingKind.PENALTY, FilingKind.LIST, FilingKind.IMPORT, FilingKind.ANNUAL_REPORT, *CORRECTING,
})
"""What may still be told of an organisation that is being wound up or has ended."""
FROM: dict[str, frozenset[FilingKind]] = {
    "": frozenset(FilingKind) - {FilingKind.RESTORATION, FilingKind.ESTABLISHMENT},
    Status.REGISTERED: frozenset(FilingKind) - {FilingKind.RESTORATION, FilingKind.ESTABLISHMENT},
    Status.LIQUIDATING: _RECORDED | {
        FilingKind.DEREGISTRATION, FilingKind.REVOCATION, FilingKind.RESTORATION, FilingKind.CERTIFICATE},
    Status.REVOKED: _RECORDED | {FilingKind.DEREGISTRATION, FilingKind.RESTORATION, FilingKind.CERTIFICATE},
    Status.DEREGISTERED: _RECORDED | {FilingKind.CERTIFICATE},
}
"""What may be filed of an organisation of a status. During liquidation only what liquidation needs (Regulation on
Social Organisations Art. 20)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item's value in a filing. Of records only the parts that change; None takes the value away.

    `until` is the day from which a single value no longer holds; `key` says which record is meant where its parts do
    not, and in a correction which record is taken back.
    """

    item: str
    value: Any
    until: date | None = None
    key: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What is changed: the item, and the record of it."""
        if self.key or self.value is None or not ITEMS[self.item].many:
            return self.item, self.key
        return self.item, identity(ITEMS[self.item], self.value)

    def packed(self) -> list[Any]:
        """As it is stored: item, value and, where there are any, last day and key."""
        if self.key:
            return [self.item, self.value, self.until and self.until.isoformat(), self.key]
        return [self.item, self.value, self.until.isoformat()] if self.until else [self.item, self.value]

    @classmethod
    def unpacked(cls, said: Sequence[Any]) -> "Change":
        until = date.fromisoformat(said[2]) if len(said) > 2 and said[2] else None
        return cls(said[0], said[1], until, said[3] if len(said) > 3 else "")


@dataclass(frozen=True)
class Filing:
    """One entry of the ledger. `order` is the place in which it was written."""

    order: int
    ref: UUID
    kind: FilingKind
    effective_on: date
    filed_at: datetime
    packed: Sequence[Sequence[Any]]
    corrects: UUID | None = None
    number: str = ""
    basis: str = ""
    cause: str = ""
    application: UUID | None = None

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(map(Change.unpacked, self.packed))


@dataclass(frozen=True)
class Told:
    """What a filing said of one item, beside what stood there before."""

    item: Item
    key: str
    old: Any
    new: Any
    until: date | None
    withdrawn: bool
    """A later correction took it back."""


@dataclass(frozen=True)
class Step:
    filing: Filing
    told: tuple[Told, ...]


def fold(filings: Iterable[Filing], *, on: date, known_at: datetime) -> Folded:
    """What the register says of an organisation on a day, as far as it was known at a moment."""
    known, withdrawn = _known(filings, known_at)
    if not withdrawn and (plain := added_up([(one.effective_on.isoformat(), one.packed) for one in known],
                                            on=on.isoformat())):
        return plain[0]
    single: dict[str, Any] = {}
    many: dict[str, dict[str, dict[str, Any]]] = {}
    for filing in known:
        if filing.effective_on > on:
            break
        for change in filing.changes:
            place = change.place
            if (filing.ref, *place) in withdrawn or (change.until and change.until <= on):
                continue
            _apply(change, place, single, many, correcting=filing.corrects is not None)
    return Folded(single, many)


def steps(filings: Iterable[Filing], *, known_at: datetime) -> list[Step]:
    """What each filing changed, the oldest first: old and new beside each other."""
    known, withdrawn = _known(filings, known_at)
    said = {(filing.ref, *change.place): change for filing in known for change in filing.changes}
    single: dict[str, Any] = {}
    many: dict[str, dict[str, dict[str, Any]]] = {}
    found = []
    for filing in known:
        told = []
        for change in filing.changes:
            place, back = change.place, (filing.ref, *change.place) in withdrawn
            before = many.get(place[0], {}).get(place[1]) if ITEMS[place[0]].many else single.get(place[0])
            old = dict(before) if isinstance(before, dict) else before
            if filing.corrects is not None and (taken := said.get((filing.corrects, *place))):
                old = taken.value
            if not back:
                _apply(change, place, single, many, correcting=filing.corrects is not None)
            new = change.value
            if filing.kind == FilingKind.ANNULMENT and not ITEMS[place[0]].many:
                new = single.get(place[0])
            if isinstance(new, dict) and not back:
                new = dict(many[place[0]][place[1]])
            told.append(Told(ITEMS[place[0]], place[1], old, new, change.until, back))
        found.append(Step(filing, tuple(told)))
    return found


def names(filings: Iterable[Filing], *, on: date, known_at: datetime) -> list[tuple[str, date, date | None]]:
    """Every name up to a day, each from and until when, the oldest first. What was corrected was never a name."""
    known, withdrawn = _known(filings, known_at)
    found: list[tuple[str, date, date | None]] = []
    for filing in known:
        for change in filing.packed:
            if change[0] != "name" or (filing.ref, "name", "") in withdrawn or not change[1] \
                    or filing.effective_on > on or (found and found[-1][0] == change[1]):
                continue
            if found:
                found[-1] = (found[-1][0], found[-1][1], filing.effective_on)
            found.append((change[1], filing.effective_on, None))
    return found


def former_names(filings: Iterable[Filing], *, now: str, on: date, known_at: datetime) -> list[tuple[str, date, bool]]:
    """Every name but the present one that was borne, until when, and whether the change to it was revoked on that day.

    A change that was revoked never held, so `names` does not tell of it; yet its name waits as the law has it (民政部令
    第69号 Art. 16).
    """
    known = list(filings)
    found = [(name, until, False) for name, _, until in names(known, on=on, known_at=known_at) if until and name != now]
    revoked = [one for one in known if one.kind == FilingKind.ANNULMENT and one.filed_at <= known_at
               and one.effective_on <= on and any(change[0] == "name" for change in one.packed)]
    if not revoked:
        return found
    said, (_, withdrawn) = {one.ref: one for one in known}, _known(known, known_at)
    return found + [
        (change.value, one.effective_on, True) for one in revoked
        if one.corrects in said and (one.ref, "name", "") not in withdrawn
        for change in said[one.corrects].changes if change.item == "name" and change.value != now]


def turns_on(filings: Iterable[Filing], folded: Folded, *, after: date) -> date | None:
    """The next day on which something of this begins or ends to hold by itself."""
    ends = [change[2] for filing in filings for change in filing.packed if len(change) > 2 and change[2]]
    for name, records in folded.many.items():
        parts = [part for part in (MANY[name].begin, MANY[name].end) if part]
        ends += [record[part] for record in records.values() for part in parts if record.get(part)]
    day = after.isoformat()
    return min((date.fromisoformat(end) for end in ends if end > day), default=None)


def implied(kind: FilingKind, effective_on: date) -> tuple[Change, ...]:
    """What a filing of this kind does to status and dates, which goes without saying."""
    status = STATUS.get(kind)
    if status is None:
        return ()
    told = (Change("status", status.value),)
    if kind == FilingKind.ESTABLISHMENT:
        return (*told, Change("established_on", effective_on.isoformat()))
    if kind in (FilingKind.DEREGISTRATION, FilingKind.REVOCATION):
        return (*told, Change("ended_on", effective_on.isoformat()))
    return (*told, Change("ended_on", None)) if kind == FilingKind.RESTORATION else told


def _known(filings: Iterable[Filing], at: datetime) -> tuple[list[Filing], set[tuple[UUID, str, str]]]:
    """The filings known at a moment in the order in which they hold, and what of them was taken back."""
    known = {filing.ref: filing for filing in filings if filing.filed_at <= at}
    withdrawn = {(filing.corrects, *change.place) for filing in known.values() if filing.corrects
                 for change in filing.changes}
    if not withdrawn:
        return sorted(known.values(), key=lambda one: (one.effective_on, one.order)), set()

    def place(one: Filing) -> tuple[date, int, int]:
        first = one
        while first.corrects in known and known[first.corrects].effective_on == one.effective_on:
            first = known[first.corrects]
        return one.effective_on, first.order, one.order  # a correction of the same day stands where its error stood

    return sorted(known.values(), key=place), withdrawn


def _apply(
    change: Change, place: tuple[str, str], single: dict[str, Any], many: dict[str, dict[str, dict[str, Any]]],
    *, correcting: bool,
) -> None:
    item, key = place
    if change.value is None:
        if not correcting:  # which takes back and says nothing: what stood before stands again
            single.pop(item, None)
        return
    if item not in MANY:
        single[item] = change.value
        return
    tell(many.setdefault(item, {}).setdefault(key, {}), change.value)


NEEDED: dict[FilingKind, tuple[str, ...]] = {
    FilingKind.IMPORT: (),
    FilingKind.ESTABLISHMENT: (
        "name", "uscc", "kind", "region", "address", "registrar", "legal_representative"),
    FilingKind.CHANGE: (), FilingKind.LIQUIDATION: (), FilingKind.DEREGISTRATION: (), FilingKind.REVOCATION: (),
    FilingKind.RESTORATION: (),
}
"""What a filing of a kind must say; of the other kinds, something."""
_MOST_CHANGES = 200


def checked(
    kind: FilingKind, changes: Iterable[Change], *, before: Folded, effective_on: date, today: date,
    established: date | None, corrected: Filing | None = None, exists: bool = True,
) -> tuple[Change, ...]:
    """The changes in the form in which they are kept, with what goes without saying. `before` is what stands that day.

    `established` is the day of the establishment where it is known.

    Refuses, RuleBroken naming the item: an item that this kind may not touch or the organisation does not have, a value
    of the wrong shape, a day to come or before the establishment, a status from which this cannot be filed, a
    correction that names nothing of what it corrects, nothing said at all.
    """
    given = list(changes)
    _require_annulment(kind, given, corrected, effective_on)
    _require_time(kind, before=before, effective_on=effective_on, today=today, established=established, exists=exists)
    said_kind = next((change.value for change in given if change.item == "kind"), None) or before.get("kind")
    owner = Kind(said_kind) if said_kind in set(Kind) else Kind.UNKNOWN
    if len(given) > _MOST_CHANGES:
        raise RuleBroken(N_("One filing changes at most {most} items. Make several."), rule=TOUCH, most=_MOST_CHANGES)
    seen: set[tuple[str, str]] = set()
    found = []
    for change in given:
        one = _checked(kind, change, before=before, owner=owner, corrected=corrected)
        if one.place in seen:
            raise RuleBroken(N_("“{item}” is named twice in one filing."), rule=TOUCH, field=change.item,
                             item=ITEMS[change.item].label)
        seen.add(one.place)
        found.append(one)
    said = {change.item for change in found}
    for item in NEEDED.get(kind, ()):
        if item not in said:
            raise RuleBroken(N_("“{item}” is missing: it is registered when an organisation is established."),
                             rule="organisations.registered_items", field=item, item=ITEMS[item].label)
    found += [one for one in implied(kind, effective_on) if one.place not in seen]
    if not found:
        raise RuleBroken(N_("This filing says nothing. Name what changes."), rule=TOUCH)
    return tuple(found)


TOUCH = "organisations.filing_touches"


def _require_annulment(kind: FilingKind, given: Iterable[Change], corrected: Filing | None, on: date) -> None:
    if kind != FilingKind.ANNULMENT:
        return
    if corrected is None or corrected.kind not in (FilingKind.CHANGE, FilingKind.IMPORT):
        raise RuleBroken(N_("Only a change is revoked so. For the registration itself there is a filing of its own."),
                         rule="organisations.correction", field="corrects")
    if on < corrected.effective_on:
        raise RuleBroken(N_("This change holds from {day} only: it is revoked on that day or later."),
                         rule="organisations.filing_day", field="effective_on", day=corrected.effective_on.isoformat())
    if said := next((change.item for change in given if change.value is not None), None):
        raise RuleBroken(N_("What is revoked falls away, and what stood before stands again: give no new value."),
                         rule="organisations.correction", field=said)


def _require_time(kind: FilingKind, *, before: Folded, effective_on: date, today: date, established: date | None,
                  exists: bool) -> None:
    if effective_on > today:
        raise RuleBroken(N_("A filing holds from today at the latest: it says what was decided, not what will be."),
                         rule="organisations.filing_day", field="effective_on")
    if established and effective_on < established and kind not in {*CORRECTING, FilingKind.IMPORT}:
        raise RuleBroken(N_("On {day} the organisation was not established yet: that was on {established}."),
                         rule="organisations.filing_day", field="effective_on", day=effective_on.isoformat(),
                         established=established.isoformat())
    if not exists and kind not in (FilingKind.ESTABLISHMENT, FilingKind.IMPORT):
        raise RuleBroken(N_("The register holds no filing of this organisation yet: its establishment, or taking it"
                            " over, comes first."), rule="organisations.first_filing")
    if not exists:
        return
    status = before.text("status")
    if kind not in FROM.get(status, frozenset()):
        rule = "organisations.liquidation_only" if status == Status.LIQUIDATING else "organisations.filing_status"
        raise RuleBroken(N_("“{filing}” cannot be filed of an organisation that is {status}."), rule=rule,
                         field="kind", filing=LABELS[kind], status=STATUSES.get(status, N_("registered")))


def _checked(kind: FilingKind, change: Change, *, before: Folded, owner: Kind, corrected: Filing | None) -> Change:
    item = ITEMS.get(change.item)
    if item is None:
        raise RuleBroken(N_("There is no registered item “{name}”."), rule=TOUCH, field="changes",
                         name=change.item[:40])
    if change.item not in TOUCHES[kind]:
        raise RuleBroken(N_("A filing “{filing}” does not change “{item}”."), rule=TOUCH, field=item.key,
                         filing=LABELS[kind], item=item.label)
    if item.kinds and owner not in item.kinds and owner != Kind.UNKNOWN:
        raise RuleBroken(N_("An organisation of this kind has no “{item}”."), rule=TOUCH, field=item.key,
                         item=item.label)
    if item.many and (change.until is not None):
        raise RuleBroken(N_("The last day of a record is one of its parts."), rule=TOUCH, field=item.key)
    value = kept(item, change.value)
    if value is None and item.many and corrected is None:
        raise RuleBroken(N_("What was registered is never taken out. Give its last day, or correct the filing that told"
                            " it."), rule="organisations.never_deleted", field=item.key)
    if value in ("", None) and item.key in ("name", "kind", "region") and corrected is None:
        raise RuleBroken(N_("Every organisation has “{item}”."), rule=TOUCH, field=item.key, item=item.label)
    key = change.key if item.many else ""
    if item.many and key and corrected is None and key not in before.many.get(item.key, {}):
        raise RuleBroken(N_("There is no such record to change."), rule=TOUCH, field=item.key)
    one = Change(item.key, value, change.until, key)
    if corrected is not None and one.place not in {was.place for was in corrected.changes}:
        raise RuleBroken(N_("The filing to be corrected says nothing of “{item}”."), rule="organisations.correction",
                         field=item.key, item=item.label)
    return one


def require_records(changes: Iterable[Change], *, after: Folded) -> None:
    """Every record that these changes touch is whole once they hold. Refuses: RuleBroken naming the item."""
    for change in changes:
        item, key = change.place
        record = after.many.get(item, {}).get(key)
        if record is not None:
            require_whole(ITEMS[item], record)
