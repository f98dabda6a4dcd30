"""What the register takes over from a row of a file: filings of what it did not know, and of what is different."""
from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.filing import Change
from linli.registers.organisations.rules.items import ENDED, ITEMS, Status
from linli.registers.organisations.rules.values import identity


def plan(said: Mapping[str, Any], *, on: date) -> list[tuple[date, list[Change]]]:
    """What the register takes over of an organisation that it did not know: from which day on, which values."""
    return [(date.fromisoformat(day), [Change(item, value) for item, value in told])
            for day, told in taken(said, on=on.isoformat())]


def taken(said: Mapping[str, Any], *, on: str) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The same as it is stored, days as text.

    From its establishment what the row says; a name that it bore before until its certificate was given (else until the
    day of the file); and its end from the day on which it ended. Days that the row does not give are the file's.
    """
    begin = said.get("established_on", on)
    now, end = values(said), said.get("status") in ENDED or "ended_on" in said
    former = said.get("former_name")
    if not end and (not former or former == said["name"]):
        return [(begin, list(now.items()))]
    first, later = dict(now), list[tuple[str, list[tuple[str, Any]]]]()
    if former and former != said["name"]:
        first["name"] = former
        later.append((max(said.get("valid_from", on), begin), [("name", said["name"])]))
    if end:
        ended = said.get("ended_on", on)
        del first["status"]
        first.pop("ended_on", None)
        first["status"] = Status.REGISTERED.value
        later.append((max(ended, begin), [("status", now["status"]), ("ended_on", ended)]))
    return [(begin, list(first.items())), *sorted(later, key=lambda one: one[0])]


def values(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, by registered item."""
    found = {item: value for item, value in said.items() if item in ITEMS}
    if "ended_on" in said and said.get("status", Status.REGISTERED) not in ENDED:
        found["status"] = Status.DEREGISTERED.value
    if (number := said.get("certificate_number")) and (begin := said.get("valid_from")):
        found["certificates"] = {"number": number, "title": "registration", "from_": begin}
        if end := said.get("valid_until"):
            found["certificates"]["until"] = end
    if "grade" in said and "grade_from" in said and "grade_until" in said:
        found["grades"] = {"grade": said["grade"], "from_": said["grade_from"], "until": said["grade_until"]}
    return found


def differing(now: Mapping[str, Any], held: Folded) -> list[Change]:
    """Which of these values the register does not hold: of records only the parts that differ."""
    found = []
    for item, value in now.items():
        if not ITEMS[item].many:
            if held.single.get(item) != value:
                found.append(Change(item, value))
            continue
        key = identity(ITEMS[item], value)
        known = held.many.get(item, {}).get(key, {})
        parts = {part: told for part, told in value.items() if known.get(part) != told}
        if parts:
            found.append(Change(item, parts, key=key if known else "") if known else Change(item, value))
    return found


def again(said: Mapping[str, Any], held: Folded, *, on: date) -> list[tuple[date, list[Change]]]:
    """What the register takes over of an organisation that it knows: from the day of the file what differs, and its end
    from the day on which it ended. `held` is what stands on the day of the file."""
    differs = differing(values(said), held)
    ended = [one for one in differs if one.item in ("status", "ended_on")] if said.get("status") in ENDED or \
        "ended_on" in said else []
    rest = [one for one in differs if one not in ended]
    found = [(on, rest)] if rest else []
    if ended:
        begin = held.day("established_on")
        day = date.fromisoformat(said["ended_on"]) if "ended_on" in said else on
        if any(one.item == "status" for one in ended) and "ended_on" not in said:
            ended.append(Change("ended_on", day.isoformat()))
        found.append((max(day, begin) if begin else day, ended))
    return found
