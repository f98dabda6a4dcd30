"""How registered items, their values and the filings behind them are shown."""
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.registers.organisations.queries import Registered
from linli.registers.organisations.rules.filing import CORRECTING, LABELS, FilingKind, Step, Told
from linli.registers.organisations.rules.items import ITEMS, Item, Part, Shape
from linli.registers.places import queries as places
from linli.ui import written

Table = tuple[str, list[Any], list[list[Any]]]
"""A block's title, header and rows."""

_BASIC = (
    "name", "uscc", "kind", "status", "registrar", "supervising_unit", "legal_representative", "established_on",
    "ended_on", "registered_funds", "certificate_number", "address", "region", "purpose", "scope", "area", "liability",
    "public_foundation", "members", "industry_association", "volunteering", "charity", "fundraising", "party",
    "charter_on", "phone", "website", "short_name", "english_name",
)
_TERMS = ("officers", "certificates", "grades")
"""Their last day is shown, not the day after it."""
_BLOCKS: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (N_("Annual inspection"), "annual_reports", ("year", "conclusion", "concluded_on", "reason")),
    (N_("Assessment"), "grades", ("grade", "from_", "until", "reason")),
    (N_("Commendations"), "commendations", ("title", "given_on", "given_by")),
    (N_("Projects supported by central finance"), "projects", ("year", "number", "title", "funds")),
    (N_("Administrative penalties"), "penalties", ("number", "reason", "basis", "result", "decided_on", "authority")),
)
_CHANGES = (FilingKind.CHANGE, FilingKind.CHARTER, FilingKind.CONTACT, FilingKind.CHARITY, FilingKind.PARTY)


def basic(found: Registered) -> list[tuple[str, str]]:
    """The first block: what is registered of it, item by item."""
    regions = _regions(found)
    return [(speak(ITEMS[item].label), shown(ITEMS[item], found.folded.get(item), regions)) for item in _BASIC
            if found.folded.get(item) not in (None, "", False)]


def blocks(found: Registered) -> tuple[list[tuple[str, Table]], list[str]]:
    """The other blocks of the public page: those with entries as tables, each with the anchor by which it is reached,
    and the titles of those without."""
    tables = {
        "establishment": _events(found, N_("Establishment"), (FilingKind.ESTABLISHMENT, FilingKind.IMPORT)),
        "changes": _changes(found),
        "deregistration": _events(found, N_("Deregistration"), (
            FilingKind.LIQUIDATION, FilingKind.DEREGISTRATION, FilingKind.REVOCATION, FilingKind.RESTORATION)),
        **{item: records(found, item, parts, title=title) for title, item, parts in _BLOCKS},
        **{name: _listed(found, name) for name in ("abnormal", "serious")},
        "reports": _reports(found),
    }
    return [(anchor, table) for anchor, table in tables.items() if table[2]], [
        title for title, _, rows in tables.values() if not rows]


def records(found: Registered, item: str, parts: tuple[str, ...], *, title: Text | None = None,
            past: bool | None = None) -> Table:
    """The records of one item; `past` keeps those that hold on that day (False) or no longer (True)."""
    one, named = ITEMS[item], {part.key: part for part in ITEMS[item].parts}
    day = found.on.isoformat()
    said = [record for record in found.public(item)
            if past is None or past == bool(one.end and (record.get(one.end) or "9") <= day)]
    rows = [[_cell(one, named[part], record.get(part)) for part in parts] for record in reversed(said)]
    return speak(title or one.label), [speak(named[part].label) for part in parts], rows


def corrections(found: Registered) -> list[list[str]]:
    """What was corrected, the newest first: item, what was said, what is true, why, and when it was filed."""
    regions = _regions(found)
    return [
        [speak(told.item.label), shown(told.item, told.old, regions), shown(told.item, told.new, regions),
         step.filing.cause, written.day(step.filing.filed_at, weekday=False)]
        for step in reversed(found.steps) if step.filing.kind in CORRECTING for told in _open(step)
    ]


def history(steps: list[Step], regions: dict[str, str]) -> list[dict[str, Any]]:
    """Filings as they are read: each with its day, when it was known, and each item before and after."""
    whom, later = {step.filing.ref: step.filing for step in steps}, gettext("corrected later")
    first = {step.filing.ref for step in steps if all(told.old in (None, "") for told in _open(step))}
    return [
        {"title": speak(LABELS[step.filing.kind]), "on": step.filing.effective_on, "at": step.filing.filed_at,
         "ref": step.filing.ref, "number": step.filing.number, "basis": step.filing.basis, "cause": step.filing.cause,
         "corrects": step.filing.corrects, "corrected_title": speak(LABELS[whom[step.filing.corrects].kind])
         if step.filing.corrects in whom else "",
         "withdrawn": any(told.withdrawn for told in step.told),
         "header": [gettext("Item"), gettext("What was entered")] if step.filing.ref in first else
                   [gettext("Item"), gettext("Before"), gettext("After")],
         "rows": [[speak(told.item.label) + (f" · {later}" if told.withdrawn else ""),
                   *(() if step.filing.ref in first else (shown(told.item, told.old, regions),)), _new(told, regions)]
                  for told in _open(step)]}
        for step in steps
    ]


def shown(one: Item | Part, value: Any, regions: Mapping[str, str]) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(one, Item) and one.many:
        parts = {part.key: part for part in one.parts if not part.masked}
        told = [f"{speak(parts[name].label)} {_part(one, parts[name], said)}" for name, said in value.items()
                if name in parts and said is not None]
        return " · ".join(told)
    return _plain(one, value, regions)


def _plain(one: Item | Part, value: Any, regions: Mapping[str, str]) -> str:
    match one.shape:
        case Shape.DAY:
            return written.day(date.fromisoformat(value), weekday=False)
        case Shape.MONEY:
            return written.money(value)
        case Shape.FLAG:
            return gettext("yes") if value else gettext("no")
        case Shape.CHOICE:
            return speak(one.choices[value]) if one.choices and value in one.choices else str(value)
        case Shape.REGION:
            return regions.get(value, value)
    return str(value)


def _part(item: Item, part: Part, value: Any) -> str:
    if value is None:
        return "—"
    if part.key == item.end and item.key in _TERMS:
        return written.day(date.fromisoformat(value) - timedelta(days=1), weekday=False)
    return _plain(part, value, {})


def _cell(item: Item, part: Part, value: Any) -> Any:
    if part.shape == Shape.LINK and value:
        return {"text": gettext("Read it"), "url": value}
    return _part(item, part, value)


def _new(told: Told, regions: dict[str, str]) -> str:
    said = shown(told.item, told.new, regions)
    if told.until:
        return gettext("{value} (until {day})").format(
            value=said, day=written.day(told.until - timedelta(days=1), weekday=False))
    return said


def _open(step: Step) -> list[Told]:
    """What of a filing the public reads."""
    return [told for told in step.told if not told.item.masked]


def _regions(found: Registered) -> dict[str, str]:
    codes = {told.new for step in found.steps for told in step.told if told.item.key == "region" and told.new}
    return places.called([*codes])


def _events(found: Registered, title: Text, kinds: tuple[FilingKind, ...]) -> Table:
    rows = [[speak(LABELS[step.filing.kind]), written.day(step.filing.effective_on, weekday=False), step.filing.number]
            for step in reversed(found.steps) if step.filing.kind in kinds and step.filing.effective_on <= found.on]
    header = [gettext("Kind of entry"), gettext("Completed on"), gettext("Number")]
    if not any(number for _, _, number in rows):
        header, rows = header[:2], [row[:2] for row in rows]
    return speak(title), header, rows


def _changes(found: Registered) -> Table:
    regions = _regions(found)
    rows = [[speak(told.item.label), shown(told.item, told.old, regions), shown(told.item, told.new, regions),
             written.day(step.filing.effective_on, weekday=False)]
            for step in reversed(found.steps) if step.filing.kind in _CHANGES and step.filing.effective_on <= found.on
            for told in _open(step) if not told.item.many and not told.withdrawn]
    return gettext("Changes"), [gettext("Item"), gettext("Before"), gettext("After"), gettext("Completed on")], rows


def _listed(found: Registered, name: str) -> Table:
    item = ITEMS["lists"]
    choices = next(part.choices for part in item.parts if part.key == "list") or {}
    _, header, rows = records(found, "lists", ("entered_on", "reason", "until", "removal_reason"))
    kept = [row for row, record in zip(rows, reversed(found.public("lists")), strict=True) if record["list"] == name]
    return speak(choices[name]), header, kept


def _reports(found: Registered) -> Table:
    title, header, rows = records(found, "annual_reports", ("title", "published_on", "link"),
                                  title=N_("Annual work reports"))
    told = [row for row, record in zip(rows, reversed(found.public("annual_reports")), strict=True)
            if record.get("title")]
    return title, header, told
