"""Bringing a file of the register in: every row checked, what is new or different filed, the rest on a work list."""
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.database import in_line
from linli.kernel.refs import new_ref, new_refs
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, Refusal, RowError, RuleBroken
from linli.kernel.rows import keys, load, update_many
from linli.kernel.text import N_, Text
from linli.registers.organisations import access, events, queries, rules
from linli.registers.organisations.actions.filings import columns, project, stop_if_ended
from linli.registers.organisations.models import CODED, Doubt, Filing, FormerName, Intake, Organisation
from linli.registers.organisations.rules import adding, checking, filing, taking_over
from linli.registers.organisations.rules.cells import DOMAIN
from linli.registers.organisations.rules.checking import Checked, Checks, Finding, Property
from linli.registers.organisations.rules.filing import Change, FilingKind
from linli.registers.organisations.states import DECIDE, PUBLIC, State
from linli.registers.places import queries as places

Rows = Callable[[], Iterable[Sequence[str]]]
"""The rows of a file, the header first; read twice."""
AT_ONCE, MOST_SAID, MOST_KEPT = 2000, 1000, 20_000
_COLUMNS = tuple(one.attname for one in Organisation._meta.concrete_fields)
_FILED = ("id", "ref", "organisation_id", "kind", "effective_on", "filed_at", "filed_by", "changes", "basis", "number",
          "cause", "corrects_id", "application")
_row = itemgetter(*_COLUMNS)
_KEPT = tuple(name for name in _COLUMNS if name not in ("id", "ref", "applied_at", "applied_by", "is_demo"))
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Brought:
    """What came of a file: so many rows new, changed, as they were, renamed (among the changed), repaired, put aside;
    what was wrong with the rows put aside; columns that nobody read; the quality, so many of so many by property."""

    ref: UUID
    new: int
    changed: int
    same: int
    renamed: int
    repaired: int
    doubtful: int
    aside: int
    refused: tuple[RowError, ...]
    """The first thousand."""
    ignored: tuple[str, ...]
    quality: dict[Property, tuple[int, int]]


@action
def import_register(
    rows: Rows, *, source: str, on: date, partial: bool = False, demo: bool = False, by: Actor, at: datetime
) -> Brought:
    """Bring a file of the register in: what it says of organisations that are not here, and what has changed.

    `on` is the day of the file, from which its changes hold. Whoever runs the node brings in any region, an office
    its own. The same file twice changes nothing, and a file older than one that came in before only brings what is not
    here. Rows put aside and doubts stand on the work list until a later file
    or somebody settles them. Refuses: NotAllowed; RuleBroken (no such file, a day to come); unless `partial`, the
    whole file: FileRefused with each bad row and why.
    """
    if by != SYSTEM and not by.scopes(DECIDE, "region"):
        raise NotAllowed(N_("Your role does not let you bring a file of the register in."))
    if on > timezone.localdate(at):
        raise RuleBroken(N_("The day of the file is still to come."), field="on")
    called = rules.line(source, field="source", most=200)
    in_line("organisations.import")  # the same file at the same moment comes in once
    first = iter(rows())
    head = checking.header(next(first, []))
    work = _Work(head, source=called, on=on, demo=demo, by=by, at=at, other=checking.said_twice(head, first))
    numbered = enumerate(islice(rows(), 1, None), start=2)
    while part := list(islice(numbered, AT_ONCE)):
        work.take(part)
        if work.aside and not partial and work.count["aside"] >= MOST_SAID:
            break
    if work.aside and not partial:
        raise FileRefused(N_("Nothing was kept: {count} rows cannot be read. Correct them and send the file again."),
                          rows=tuple(_errors(work.aside)), field="file", count=work.count["aside"])
    return work.finish()


class _Work:
    def __init__(self, head: checking.Header, *, source: str, on: date, demo: bool, by: Actor, at: datetime,
                 other: set[str]) -> None:
        self.head, self.source, self.on, self.demo, self.by, self.at = head, source, on, demo, by, at
        self.checks = Checks(head, on=on, known=self._known, other=other)
        self.count: Counter[str] = Counter()
        self.aside: list[tuple[Checked, Sequence[str]]] = []
        self.doubts: list[tuple[Checked, Sequence[str]]] = []
        self.today = timezone.localdate(at)
        self.regions: dict[str, bool] = {}
        self.unnamed = Organisation.objects.filter(state=State.LISTED, uscc="").exists()
        self.newest = Intake.objects.aggregate(newest=Max("on"))["newest"]
        open_ = list(Doubt.objects.filter(settled_at=None).values_list("uscc", "name"))
        self.open_codes, self.open_names = {code for code, _ in open_}, {name for _, name in open_ if name}
        self.settled_codes, self.settled_names = set[str](), set[str]()
        self.filed: list[tuple[int, UUID, str, UUID, date | str, str]] = []
        self.changed: list[Organisation] = []
        self.former: list[tuple[int, str, date, bool]] = []
        self.renamed: list[int] = []

    def _known(self, code: str) -> bool:
        if code not in self.regions:
            self.regions[code] = places.region(code) is not None
        return self.regions[code]

    def take(self, part: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Check some rows; file what they say."""
        good = []
        for number, cells in part:
            row = self.checks.row(number, cells)
            if not row.wrong and self.by != SYSTEM and DECIDE not in self.by.held(f"region:{row.said['region']}"):
                row.wrong.append(Finding("region", RuleBroken(
                    N_("It lies outside the region of your office."), rule=DOMAIN, field="region")))
            self.count["rows"] += 1
            self.count["repaired"] += bool(row.repaired)
            if row.wrong:
                self._put_aside(row, cells)
            else:
                good.append((row, cells))
        known = queries.summed([row.said["uscc"] for row, _ in good], on=self.on, known_at=self.at)
        same = {row.number for row, _ in good if self._same(row, known.get(row.said["uscc"]))} if known else set()
        here = self._here([row for row, _ in good if row.number not in same], known)
        past = queries.ledgers([row.pk for row in here.values()]) if here else {}
        fresh: list[Checked] = []
        for row, cells in good:
            found = here.get(row.said["uscc"])
            if row.number in same:
                self.count["same"] += 1
            elif found is None:
                fresh.append(row)
            elif not self._again(row, found, past.get(found.pk, [])):
                self._put_aside(row, cells)
                continue
            if row.doubts:
                self.count["doubtful"] += 1
                if len(self.doubts) < MOST_KEPT:
                    self.doubts.append((row, cells))
            else:
                if row.said["uscc"] in self.open_codes:
                    self.settled_codes.add(row.said["uscc"])
                if row.said["name"] in self.open_names:
                    self.settled_names.add(row.said["name"])
        self._load(fresh)
        self._write()
        self.count["new"] += len(fresh)

    def _put_aside(self, row: Checked, cells: Sequence[str]) -> None:
        self.count["aside"] += 1
        if len(self.aside) < MOST_KEPT:
            self.aside.append((row, cells))

    def _same(self, row: Checked, known: queries.Summed | None) -> bool:
        """Whether the register says of an organisation what this row says, or a newer file said already how it stands;
        False too where that is seen on the longer way alone (`_again`)."""
        if known is None or known.folded is None or known.state not in PUBLIC:
            return False
        if self.by != SYSTEM and DECIDE not in self.by.held(f"region:{known.region}"):
            return False
        return bool(self.newest and self.on < self.newest) or not taking_over.again(
            row.said, known.folded, on=self.on)

    def _here(self, found: Sequence[Checked], known: Collection[str]) -> dict[str, Organisation]:
        """By code, the organisations that these rows are about; those of lists without a code, by region and name."""
        codes = [row.said["uscc"] for row in found if row.said["uscc"] in known]
        rows = Organisation.objects.filter(CODED, uscc__in=codes)
        here = {row.uscc: row for row in rows.select_for_update(of=("self",)).order_by("pk")} if codes else {}
        if self.unnamed:
            names = [row.said["name"] for row in found]
            rows = Organisation.objects.filter(state=State.LISTED, uscc="", name__in=names)
            listed = {(row.region_code, row.name): row for row in rows.select_for_update(of=("self",)).order_by("pk")}
            for row in found:
                one = listed.pop((row.said["region"], row.said["name"]), None)
                if one is not None:
                    here.setdefault(row.said["uscc"], one)
        return here

    def _again(self, row: Checked, known: Organisation, past: list[filing.Filing]) -> bool:
        """File what differs of an organisation that is here; False where it cannot be."""
        if known.state not in PUBLIC:
            row.wrong.append(Finding("uscc", RuleBroken(
                N_("An organisation with this code has asked to join and waits for its decision. Send this row again"
                   " afterwards."), rule="organisations.once", field="uscc")))
            return False
        if self.by != SYSTEM and DECIDE not in self.by.held(f"region:{known.region_code}"):
            row.wrong.append(Finding("region", RuleBroken(
                N_("The register has it outside the region of your office."), rule=DOMAIN, field="region")))
            return False
        if past and self.newest and self.on < self.newest:  # a newer file has told already how it stands since
            self.count["same"] += 1
            return True
        named = known.name
        planned = taking_over.plan(row.said, on=self.on) if not past else taking_over.again(
            row.said, filing.fold(past, on=self.on, known_at=self.at), on=self.on)
        if not planned:
            self.count["same"] += 1
            return True
        entries, began = [], known.established_on if past else None
        for day, changes in planned:
            before = filing.fold(past, on=day, known_at=self.at)
            try:
                checked = filing.checked(FilingKind.IMPORT, changes, before=before, effective_on=day, today=self.today,
                                         established=began, exists=bool(past))
            except RuleBroken as why:
                row.wrong.append(Finding(why.field or "name", why))
                return False
            order = past[-1].order + 1 if past else 1
            entries.append(self._entry(order, day, checked))
            past = [*past, entries[-1]]
        if known.state == State.LISTED:
            known.state = State.REGISTERED
        project(known, past, on=self.today, at=self.at, save=False)
        self.filed += [(known.pk, known.ref, known.region_code, one.ref, one.effective_on, _json(one.packed))
                       for one in entries]
        self.changed.append(known)
        if known.name != named:
            self.former += [(known.pk, *one) for one in filing.former_names(
                past, now=known.name, on=self.today, known_at=self.at)]
            self.renamed.append(known.pk)
        self.count["changed"] += 1
        self.count["renamed"] += known.name != named
        return True

    def _entry(self, order: int, day: date, changes: Iterable[Change]) -> filing.Filing:
        return filing.Filing(order, new_ref(), FilingKind.IMPORT, day, self.at, [one.packed() for one in changes])

    def _load(self, fresh: Sequence[Checked]) -> None:
        """Organisations that are new, with their first filings: straight from their rows to those of the tables."""
        made, today = [], self.today.isoformat()
        same = dict.fromkeys(_COLUMNS, "") | {
            "state": State.REGISTERED.value, "applicant": None, "applied_at": self.at, "applied_by": self.by.ref,
            "is_demo": self.demo}
        planned = [taking_over.taken(row.said, on=self.checks.on) for row in fresh]
        refs = iter(new_refs(len(fresh) + sum(map(len, planned))))
        for key, entries in zip(keys(Organisation, len(fresh)) if fresh else (), planned, strict=True):
            summed = adding.added_up(entries, on=today)
            assert summed  # nothing that a file says ends by itself
            after, names = summed
            name = after.text("name")
            former = [(called, date.fromisoformat(until)) for (called, _), (_, until) in pairwise(names)
                      if called != name]
            one = same | columns(after, [called for called, _ in former], on=self.today)
            one["id"], one["ref"] = key, next(refs)
            made.append(_row(one))
            self.filed += [(key, one["ref"], one["region_code"], next(refs), day, _json(told)) for day, told in entries]
            self.former += [(key, called, until, False) for called, until in former]
        load(Organisation, _COLUMNS, made)

    def _write(self) -> None:
        """The filings of some rows and what they add up to, as fast as the database takes them."""
        kind, by, at, source = FilingKind.IMPORT.value, self.by.ref, self.at, self.source
        filed, facts = [], []
        for key, (owner, organisation, region, ref, day, told) in zip(
                keys(Filing, len(self.filed)) if self.filed else (), self.filed, strict=True):
            filed.append((key, ref, owner, kind, day, at, by, told, source))
            facts.append((events.FilingMade(organisation, ref, kind, region), organisation))
        load(Filing, _FILED, ((*one, "", "", None, None) for one in filed))
        update_many(Organisation, _KEPT, ([*(getattr(one, name) for name in _KEPT), one.pk] for one in self.changed))
        if self.renamed:
            FormerName.objects.filter(organisation__in=self.renamed).delete()
        FormerName.objects.bulk_create(FormerName(organisation_id=key, name=name, until=until, revoked=revoked)
                                       for key, name, until, revoked in self.former)
        for one in self.changed:
            stop_if_ended(one, reasons=source, by=self.by, at=at)
        journal.record_all(facts, by=self.by, at=at)
        self.filed, self.changed, self.former, self.renamed = [], [], [], []

    def finish(self) -> Brought:
        """The work list, what it settles of earlier ones, and the figures."""
        count, quality = self.count, self.checks.quality
        quality.add(Property.ACCESSIBLE, count["rows"] - count["aside"], count["rows"])
        told = {of: (good, all_) for of, (good, all_) in quality.counts.items()}
        kept = {name: count[name] for name in ("new", "changed", "same", "renamed", "repaired", "doubtful", "aside")}
        self._settle()
        intake = Intake.objects.create(
            source=self.source, on=self.on, rows=count["rows"], counts=kept, ignored=list(self.head.ignored),
            header=list(self.head.cells), quality={of.value: list(share) for of, share in told.items()},
            brought_at=self.at, brought_by=self.by.ref)
        rows = [(row, cells, True) for row, cells in self.aside] + [(row, cells, False) for row, cells in self.doubts]
        Doubt.objects.bulk_create((self._doubt(intake, *one) for one in rows[:MOST_KEPT]), batch_size=500)
        if rows or kept["new"] or kept["changed"]:
            journal.record(events.RegisterImported(intake.ref, kept["new"], kept["changed"], kept["same"],
                                                   kept["aside"]), about=intake.ref, by=self.by, at=self.at)
        read_anew()
        return Brought(intake.ref, **kept, refused=tuple(_errors(self.aside)), ignored=self.head.ignored, quality=told)

    def _doubt(self, intake: Intake, row: Checked, cells: Sequence[str], aside: bool) -> Doubt:
        place = self.head.places["uscc"]
        code = row.said.get("uscc") or rules.tidy(cells[place] if place < len(cells) else "")[:18]
        name = str(row.said.get("name") or "")
        region = row.said.get("region") or places.root().code
        return Doubt(intake=intake, row=row.number, aside=aside, name=name[:100], uscc=code, region_code=region,
                     findings=[_packed(one) for one in (*row.wrong, *row.doubts)], cells=list(cells))

    def _settle(self) -> None:
        """What a row says rightly now is no doubt of an earlier file any more."""
        codes, names = sorted(self.settled_codes), sorted(self.settled_names)
        for start in range(0, max(len(codes), len(names)), 500):
            for where in ({"uscc__in": codes[start:start + 500]}, {"name__in": names[start:start + 500]}):
                Doubt.objects.filter(settled_at=None, **where).update(
                    settled_at=self.at, settled_by=self.by.ref, settled_how=self.source[:300])


def _errors(aside: Iterable[tuple[Checked, Any]]) -> Iterator[RowError]:
    found = (RowError(row.number, one.column, one.why) for row, _ in aside for one in row.wrong)
    return islice(found, MOST_SAID)


def _packed(one: Finding) -> dict[str, Any]:
    """A finding as it is kept: its sentence untranslated, its values apart."""
    values = {name: {"text": str(value)} if isinstance(value, Text) else str(value)
              for name, value in one.why.values.items() if not isinstance(value, Refusal)}
    return {"column": one.column, "message": str(one.why.message), "values": values, "perhaps": one.perhaps}


@action
def settle(ref: UUID, *, how: str, by: Actor, at: datetime) -> None:
    """Take a row off the work list by hand, and say how it was settled.

    Refuses: NotFound, NotAllowed, Conflict (settled already), RuleBroken (nothing said).
    """
    row = access.doubt(ref, by=by, lock=True)
    if by != SYSTEM and DECIDE not in by.held(f"region:{row.region_code}"):
        raise NotAllowed(N_("Your role does not let you settle rows of files here."))
    if row.settled_at is not None:
        raise Conflict(N_("This row is settled already."))
    row.settled_how = rules.line(how, field="how", most=300)
    row.settled_at, row.settled_by = at, by.ref
    row.save(update_fields=["settled_how", "settled_at", "settled_by"])
    journal.record(events.DoubtSettled(row.ref, row.region_code), about=row.ref, by=by, at=at)
