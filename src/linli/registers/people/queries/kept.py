"""Everything that is kept about somebody: to be read, printed, or handed to another service."""
import csv
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.money import Money
from linli.kernel.text import N_, Text
from linli.registers.people import access, registry, rules
from linli.registers.people.models import HouseholdMember, Representation
from linli.registers.people.queries.people import openings, person
from linli.registers.people.queries.rights import rights_requests
from linli.registers.people.queries.uses import groups, uses
from linli.registers.people.rules import Field, Kind, Relation
from linli.registers.people.states import LABELS, LIVING_LABELS, Living, State

FORMAT = "linli-person-1"
_NO_WORD = re.compile("[^a-z0-9]+")


@dataclass(frozen=True)
class KeptPart:
    """One kind of thing that is kept: columns with a name for programs and one for people, rows of plain values."""

    key: str
    title: Text
    columns: tuple[tuple[str, Text], ...]
    rows: tuple[tuple[Any, ...], ...]


def kept_about(ref: UUID, *, by: Actor, at: datetime) -> list[KeptPart]:
    """Everything kept about somebody, part by part. Refuses: NotFound; NotAllowed. Source: PIPL Art. 45."""
    row = access.whose_rights(ref, by=by, at=at)
    one = person(ref, by=by)
    own: dict[str, Any] = {
        N_("full name"): access.unsealed(row, Field.NAME), N_("Linli number"): one.number,
        N_("ID number"): access.unsealed(row, Field.ID_NUMBER), N_("phone number"): access.unsealed(row, Field.PHONE),
        N_("address"): access.unsealed(row, Field.ADDRESS), N_("date of birth"): access.unsealed(row, Field.BIRTH_ON),
        N_("gender"): rules.GENDERS[one.gender] if one.gender else "", N_("region"): one.region,
        N_("language"): one.language, N_("registered"): row.registered_at,
        N_("name checked"): row.real_name_checked_at,
    }
    acting = Representation.objects.filter(person=row) | Representation.objects.filter(representative=row)
    homes = HouseholdMember.objects.filter(person__ref=row.ref).select_related("household__head__key")
    parts: list[tuple[str, Text, list[dict[str, Any]]]] = [
        ("person", N_("About me"), [own]),
        ("uses", N_("What my data may be used for"), [
            {N_("purpose"): use.name, N_("may it be used"): N_("yes") if use.allowed else N_("no"),
             N_("decided on"): use.chosen_at} for use in uses(ref, by=by, at=at)]),
        ("groups", N_("Special groups"), [
            {N_("special group"): held.name, N_("noted on"): held.since, N_("holds until"): held.until,
             N_("seen by"): held.seen_by} for held in groups(ref, by=by, at=at)]),
        ("representations", N_("Acting for one another"), [
            {N_("as"): rules.KINDS[Kind(r.kind)], N_("state"): LABELS[State(r.state)],
             N_("who for whom"): N_("somebody for me") if r.person_id == row.ref else N_("me for somebody"),
             N_("began"): r.since, N_("ends"): r.until} for r in acting.order_by("declared_at")]),
        ("households", N_("Where I live and lived, with whom"), [
            {N_("I am"): rules.RELATIONS[Relation(m.relation)][1], N_("state"): LIVING_LABELS[Living(m.state)],
             N_("address"): access.home_address(m.household) if m.state == Living.LIVING else "",
             N_("region"): m.household.region_code, N_("began"): m.since, N_("ended"): m.until}
            for m in homes.order_by("noted_at")]),
        ("openings", N_("Who opened my data"), [
            {N_("when"): o.at, N_("opened by"): Text(o.opened_by) if o.opened_by else N_("an office"),
             N_("which part"): o.label, N_("reason given"): o.reason} for o in openings(ref, by=by)]),
        ("requests", N_("What I asked of my data"), [
            {N_("asked for"): r.name, N_("when"): r.asked_at, N_("in my words"): r.words, N_("state"): r.label,
             N_("answer"): r.answer} for r in rights_requests(ref, by=by, on=at.date(), at=at)]),
        ("journal", N_("What was done"), [
            {N_("when"): e.at, N_("what happened"): told(e)} for e in journal.history([ref])]),
        *registry.holdings(ref),
    ]
    return [_part(key, name, rows) for key, name, rows in parts]


def told(entry: EntryCard) -> str:
    """An entry in the reader's words."""
    if entry.fact not in TELLINGS:
        return entry.fact
    return speak(TELLINGS[entry.fact].text, **entry.payload)


def _part(key: str, title: Text, rows: list[dict[str, Any]]) -> KeptPart:
    labels = [Text(name) for name in dict.fromkeys(name for row in rows for name in row)]
    columns = tuple((_NO_WORD.sub("_", str(label).lower()).strip("_"), label) for label in labels)
    return KeptPart(key, title, columns, tuple(tuple(row.get(label) for label in labels) for row in rows))


# For programs


def as_json(parts: list[KeptPart], *, at: datetime) -> str:
    """For another service: names that stay the same in every language, moments in UTC, regions by code."""
    return json.dumps({"format": FORMAT, "made_at": at.isoformat(timespec="seconds"), "parts": as_parts(parts)},
                      ensure_ascii=False, indent=1)


def as_parts(parts: list[KeptPart]) -> list[dict[str, Any]]:
    return [{"key": part.key, "title": speak(part.title), "rows": [
        {name: plain(value) for (name, _), value in zip(part.columns, row, strict=True)} for row in part.rows]}
        for part in parts]


def as_tables(parts: list[KeptPart]) -> bytes:
    """For a spreadsheet: a ZIP with one CSV a part, in UTF-8 with its mark, headed in the reader's language.

    A text that a spreadsheet would take for a formula is quoted.
    """
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as file:
        for part in parts:
            table = StringIO(newline="")
            lines = csv.writer(table)
            lines.writerow([speak(label) for _, label in part.columns] or [speak(N_("Nothing is kept."))])
            lines.writerows([_harmless(plain(value)) for value in row] for row in part.rows)
            file.writestr(f"{part.key}.csv", "\ufeff" + table.getvalue())
    return whole.getvalue()


def plain(value: Any) -> Any:
    """As JSON has it: texts in the reader's language, times and refs as text, sums as "¥175.00"."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return speak(value)
    if isinstance(value, Money):
        return value.text("en")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@\t\r") else value
