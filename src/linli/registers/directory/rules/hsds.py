"""The Human Services Data Specification 3.0, as far as it is a matter of plain values: ids, schedules, tables, patches.

Objects come from the queries as nested dicts; what HSDS keeps in a table of its own has its own id here, the same each
time: made of the id of what it belongs to.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.directory.rules.hours import MIDNIGHT, Hours

VERSION = "3.0"
NAMESPACE = UUID("6c696e6c-6900-5000-8000-687364733330")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OFFSET = 8  # hours before UTC, in the whole country
MOST_PAGE = 500
Told = dict[str, Any]


def own_id(of: UUID | str, what: str) -> str:
    """The id of a row that belongs to something: its address, its nth schedule, …"""
    return str(uuid5(NAMESPACE, f"{of}/{what}"))


def at_location(service: UUID) -> UUID:
    """The id of a service at its site: the service's ref marked as version 8, so that it can be read back."""
    return UUID(int=service.int & ~(0xF << 76) | 0x8 << 76)


def service_at(location: UUID) -> UUID:
    """The service of an id that `at_location` made."""
    return UUID(int=location.int & ~(0xF << 76) | 0x7 << 76)


def term_id(taxonomy: str, key: str) -> str:
    return own_id("taxonomy", f"{taxonomy}/{key}")


def taxonomy_id(taxonomy: str) -> str:
    return own_id("taxonomy", taxonomy)


def schedules(service: UUID, hours: Sequence[Hours], note: str) -> list[Told]:
    """Weekly hours, the days that share a span in one rule; `valid_to` is the last day."""
    spans: dict[tuple[time, time, date | None, date | None], list[int]] = {}
    for row in sorted(hours, key=lambda row: (row.opens, row.closes, row.weekday)):
        spans.setdefault((row.opens, row.closes, row.from_, row.until), []).append(row.weekday)
    return [without_nothing({
        "id": own_id(service, f"schedule/{opens}/{closes}/{since}/{until}"), "service_id": str(service),
        "freq": "WEEKLY", "interval": 1, "wkst": "MO", "byday": ",".join(DAYS[day] for day in days),
        "opens_at": f"{opens:%H:%M:%S}", "closes_at": "23:59:59" if closes == MIDNIGHT else f"{closes:%H:%M:%S}",
        "timezone": OFFSET, "valid_from": since and since.isoformat(),
        "valid_to": until and (until - timedelta(days=1)).isoformat(), "notes": note,
    }) for (opens, closes, since, until), days in spans.items()]


def without_nothing(row: Told) -> Told:
    """HSDS has no nulls: what is not known is left out."""
    return {name: value for name, value in row.items() if value is not None and value != "" and value != []}


def page(total: int, number: int, size: int, contents: Sequence[Any]) -> Told:
    """The envelope of every list."""
    pages = max(1, -(-total // size))
    return {
        "total_items": total, "total_pages": pages, "page_number": number, "size": len(contents),
        "first_page": number == 1, "last_page": number >= pages, "empty": not contents, "contents": list(contents),
    }


def page_asked(number: str, size: str, *, most: int = MOST_PAGE) -> tuple[int, int]:
    """Which page, and of how many; the first of 50. Refuses, RuleBroken naming the parameter."""
    found = []
    for text, usual, name, top in ((number, 1, "page", 10**6), (size, 50, "per_page", most)):
        if text and (not text.isdecimal() or not 1 <= int(text[:8]) <= top):
            raise RuleBroken(N_("“{name}” is a whole number from 1 to {most}."), field=name, name=name, most=top)
        found.append(int(text) if text else usual)
    return found[0], found[1]


def yes(text: str, name: str) -> bool:
    """Refuses, RuleBroken: neither true nor false."""
    if text.lower() not in {"", "true", "false", "1", "0"}:
        raise RuleBroken(N_("“{name}” is true or false."), field=name, name=name)
    return text.lower() in {"true", "1"}


# The profile


def patched(base: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7386): null removes, objects merge, everything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(base) if isinstance(base, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = patched(found.get(name), value)
    return found


# The tables


TABLES: dict[str, str] = {
    "organization": "organization", "programs": "program", "program": "program", "services": "service",
    "service_at_locations": "service_at_location", "location": "location", "locations": "location",
    "phones": "phone", "contacts": "contact", "addresses": "address", "schedules": "schedule", "funding": "funding",
    "service_areas": "service_area", "languages": "language", "accessibility": "accessibility",
    "taxonomy_term": "taxonomy_term", "taxonomy_detail": "taxonomy", "attributes": "attribute",
    "cost_options": "cost_option", "organization_identifiers": "organization_identifier",
    "required_documents": "required_document", "capacities": "service_capacity", "unit": "unit",
    "equipment": "equipment", "workforce": "workforce", "exceptions": "schedule_exception", "parts": "program_service",
}
"""Which table the objects under a name go to."""


def tables(kind: str, found: Iterable[Told]) -> Iterator[tuple[str, Told]]:
    """Each nested object as rows of the tables: (table, row). A row may come more than once."""
    for one in found:
        yield kind, {name: value for name, value in one.items() if not isinstance(value, dict | list)
                     or isinstance(value, list) and value and not isinstance(value[0], dict)}
        for name, value in one.items():
            below = [value] if isinstance(value, dict) else value
            if name in TABLES and isinstance(below, list) and below and isinstance(below[0], dict):
                yield from tables(TABLES[name], below)


def cell(value: Any) -> str:
    """A value as it stands in a CSV file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
