"""How figures are said: the columns of each subject, and a cell for each, for pages and for files."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.watchers.insight.queries import Asked
from linli.watchers.insight.rules.measures import MEASURES, Count, Measure, Subject

NOTHING = "–"


@dataclass(frozen=True)
class Column:
    """`state` is the way of standing of the needs that a cell leads to; `measure` the one that it shows."""

    label: Text
    value: Callable[[Any], int | float | None]
    measure: Measure | None = None
    state: str | None = None
    suffix: str = ""


COLUMNS: dict[Subject, tuple[Column, ...]] = {
    Subject.NEEDS: (
        Column(N_("Posted"), lambda one: one.posted, Measure.POSTED, ""),
        Column(N_("Met"), lambda one: one.met, Measure.MET, "met"),
        Column(N_("Booked"), lambda one: one.booked, None, "booked"),
        Column(N_("Unmet"), lambda one: one.unmet, Measure.UNMET, "unmet"),
        Column(N_("Taken back"), lambda one: one.withdrawn, None, "withdrawn"),
        Column(N_("Days until met"), lambda one: one.days, Measure.DAYS),
    ),
    Subject.SUPPLY: (
        Column(N_("Services"), lambda one: one.services, None, "there"),
        Column(N_("Residents"), lambda one: one.people),
        Column(N_("Per 10,000 residents"), lambda one: one.rate, Measure.SERVICES),
        Column(N_("Can be had there"), lambda one: one.served, None, ""),
        Column(N_("Free places"), lambda one: one.free, Measure.FREE, ""),
    ),
    Subject.REACH: (
        Column(N_("Communities"), lambda one: one.communities, None, ""),
        Column(N_("Within 15 minutes"), lambda one: one.within),
        Column(N_("Not known"), lambda one: one.unplaced),
        Column(N_("Share"), lambda one: one.share, Measure.REACH, suffix="%"),
    ),
}


def value(measure: Measure, count: Count | None) -> float | None:
    """What a map shades a region by."""
    if count is None:
        return None
    column = next(one for one in COLUMNS[MEASURES[measure].subject] if one.measure is measure)
    return column.value(count)


def figure(number: float | None, suffix: str = "") -> str:
    return NOTHING if number is None else f"{number:,}{suffix}"


def address(name: str, of: Asked, **other: object) -> str:
    """A page of this room with what was asked for, and what differs."""
    said: dict[str, object] = {"measure": of.measure, "region": of.region, "days": of.days, "what": of.what,
                               "group": of.group, "kind": of.kind} | other
    drop = {Subject.NEEDS: {"kind"}, Subject.SUPPLY: {"kind", "days"}, Subject.REACH: {"what", "group", "days"}}[
        MEASURES[Measure(str(said["measure"]))].subject]
    kept = {key: str(one) for key, one in said.items() if one not in {"", None} and key not in drop}
    return f"{reverse(f'insight:{name}')}?{urlencode(kept)}"


def behind(of: Asked, region: str, column: Column) -> str:
    """The list behind a figure; empty where there is none."""
    if column.state is None or of.subject is Subject.NEEDS and of.group:
        return ""
    if of.subject is Subject.NEEDS:
        return address("needs", of, region=region, state=column.state)
    if of.subject is Subject.SUPPLY:
        return address("services", of, region=region, there="1" if column.state else "")
    return f"{reverse('places:coverage')}?{urlencode({'kind': of.kind, 'region': region})}"


def kind_of_help(key: str) -> str:
    return speak(directory.category(key).name) if key in directory.KEYS else key


def what(of: Asked) -> str:
    """The category or domain that was asked for."""
    if of.what in directory.KEYS:
        return kind_of_help(of.what)
    named = {one.key: speak(one.name) for one in directory.domains()}
    return named.get(of.what.rstrip("*"), gettext("Every kind of help"))
