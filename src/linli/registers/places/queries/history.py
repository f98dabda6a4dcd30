from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from linli.kernel.actor import prefix
from linli.kernel.database import Joined
from linli.registers.places.models import Change, Edition, Region
from linli.registers.places.queries.regions import RegionCard, card_of, with_ancestors
from linli.registers.places.rules import history
from linli.registers.places.rules import regions as rules
from linli.registers.places.rules.history import Step
from linli.registers.places.rules.regions import Issuer, Level

CANDIDATES = 1000
"""Of one name there are thousands of villages: more are not compared, the node's own and the highest first."""
_steps: dict[str, dict[str, list[Step]]] = {}


@dataclass(frozen=True)
class EditionCard:
    issuer: Issuer
    on: date
    rows: int


@dataclass(frozen=True)
class Resolved:
    """A region as one issuer knew it on a day, the table that says so, and what came of it later."""

    region: RegionCard
    edition: date | None
    """The day of the issuer's table that answered; None where the issuer's tables are all younger."""
    heirs: tuple[Step, ...]
    """Step by step what it has become since."""
    unsure: tuple[Step, ...]
    """What changed in the course of the year that was asked about: the source names no day."""


@dataclass(frozen=True)
class Story:
    """What is known of one region besides its row: what it was before, what it became, how others number it."""

    before: tuple[Step, ...]
    after: tuple[Step, ...]
    elsewhere: tuple[RegionCard, ...]
    """Regions of this name in the same county, under another issuer or code."""


def editions() -> list[EditionCard]:
    """The tables that have been taken over, each issuer's newest first."""
    return [EditionCard(Issuer(row.issuer), row.on, row.rows) for row in Edition.objects.order_by("issuer", "-on")]


def resolve(text: str, *, on: date | None = None, issuer: Issuer | None = None, most: int = 20) -> list[Resolved]:
    """The regions that this code or name meant on a day (today when none is given), as each issuer knew them.

    A code may be written with 2, 4, 6, 9 or 12 digits; a name alone, without its last word (庐江), or behind the
    names above it (安徽省合肥市庐江县). Today, what bears the code or name no more is found too, where nothing else is.
    Those of this node's region come first, then the highest.
    """
    text = "".join(text.split())
    if not text:
        return []
    code, rows = rules.whole(text), Region.objects.filter(**({"issuer": issuer} if issuer else {}))
    rows = rows.filter(code=code) if rules.level_of(code) else rows.filter(name__in=_names(text))
    found = _chosen(_on(rows, on), text, code, on, most)
    if not found and on is None:
        found = _chosen(rows.exclude(until=None), text, code, None, most)
    return [Resolved(card, _table(tables, card.issuer, _day(card, on)), tuple(_heirs(card, on)),
                     tuple(_unsure(card, on))) for card, tables in found]


def story(card: RegionCard) -> Story:
    """Its forebears and heirs over the years, and its counterparts in other tables; two queries at most."""
    county = rules.ancestors(card.code)[:3][-1] if rules.level_of(card.code) is not Level.PROVINCE else card.code
    rows = Region.objects.filter(name=card.name, until=None, code__startswith=prefix(county)).exclude(
        code=card.code, issuer=card.issuer).exclude(issuer=Issuer.YEARLY).order_by("issuer", "code")[:6]
    return Story(tuple(_forebears(card.code, card.name)), tuple(_heirs(card, None)),
                 tuple(card_of(row, {}) for row in rows))


def dated(code: str, *, on: date | None = None, issuer: Issuer | None = None) -> Resolved | None:
    """What a code stood for on a day, told by the first issuer that knows it then; today, else what it last was."""
    found = resolve(code, on=on, issuer=issuer, most=20) if rules.level_of(code) else []
    order = list(Issuer)
    return min(found, key=lambda one: (order.index(one.region.issuer), rules.LEVELS.index(one.region.level)),
               default=None)


def forget_changes() -> None:
    """Read the changes anew."""
    _steps.clear()


def _names(text: str) -> set[str]:
    tails = rules.tails(text)
    return {*tails, *(tail + ending for tail in tails if len(tail) > 1 for ending in rules.ENDINGS)}


def _on(rows: QuerySet[Region], on: date | None) -> QuerySet[Region]:
    return rows.filter(until=None) if on is None else rows.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def _chosen(
    rows: QuerySet[Region], text: str, code: str, on: date | None, most: int
) -> list[tuple[RegionCard, list[date]]]:
    """Each with the days of its issuer's tables, the newest first."""
    own = When(code__startswith=prefix(settings.REGION), then=Value(0))
    levels = [When(level=level.value, then=Value(rank)) for rank, level in enumerate(rules.LEVELS)]
    ordered = rows.alias(
        own=Case(own, default=Value(1), output_field=IntegerField()),
        rank=Case(*levels, default=Value(9), output_field=IntegerField()),
    ).order_by("own", "rank", "code", "-until", "issuer")
    tables = Edition.objects.filter(issuer=OuterRef("issuer")).order_by().values("issuer")
    days = tables.annotate(joined=Joined(Cast("on", CharField()))).values("joined")
    found: list[Any] = list(ordered.annotate(tables=Subquery(days))[:CANDIDATES])
    told = {row.issuer: sorted(map(date.fromisoformat, filter(None, (row.tables or "").split(","))), reverse=True)
            for row in found}
    cards = _cards(found, on)
    if rules.level_of(code) is None:
        cards = [card for card in cards if rules.led_to(text, card.name, card.above)]
    return [(card, told[card.issuer]) for card in cards[:most]]


def _cards(rows: Iterable[Region], on: date | None = None) -> list[RegionCard]:
    """With the names of those above them, from the same issuer and day."""
    found = list(rows)
    known: dict[tuple[str, date | None, str], str] = {}
    for issuer, day in {(row.issuer, _day(row, on)) for row in found}:
        codes = {row.code for row in found if (row.issuer, _day(row, on)) == (issuer, day)}
        for above in with_ancestors(codes, issuer, day):
            known[issuer, day, above.code] = above.name
    return [card_of(row, {code: name for code in (*rules.ancestors(row.code), row.code)
                          if (name := row.name if code == row.code else known.get(
                              (row.issuer, _day(row, on), code), ""))})
            for row in found]


def _day(row: Region | RegionCard, on: date | None) -> date | None:
    """The day on which those above a row are asked for: its last, where it is past and no day is given."""
    return row.until - timedelta(days=1) if on is None and row.until else on


def _table(tables: Collection[date], issuer: Issuer, on: date | None) -> date | None:
    """The newest table up to the day; of the yearly ones there is one for every year up to the newest."""
    if issuer is Issuer.YEARLY and tables and on is not None:
        year = on.year if on == history.table_of(on.year) else on.year - 1
        return max(history.FIRST, min(history.table_of(year), max(tables)))
    return next((table for table in tables if on is None or table <= on), None)


def _all_steps() -> dict[str, dict[str, list[Step]]]:
    if not _steps:
        onward, back = defaultdict[str, list[Step]](list), defaultdict[str, list[Step]](list)
        fields = history.ChangeRow._fields
        for row in Change.objects.exclude(old_code="").exclude(new_code="").order_by("year", "pk").values_list(*fields):
            if one := history.step(history.ChangeRow(*row)):
                onward[one.old_code].append(one)
                back[one.code].append(one)
        _steps.update(onward=onward, back=back)
    return _steps


def _heirs(card: RegionCard, on: date | None) -> list[Step]:
    year = (on.year - 1 if on else card.from_.year)
    return history.heirs(card.code, card.name, year, _all_steps()["onward"])


def _unsure(card: RegionCard, on: date | None) -> list[Step]:
    if on is None or card.issuer is not Issuer.YEARLY:
        return []
    return [one for one in _all_steps()["onward"].get(card.code, ())
            if one.year == on.year and one.old_name == card.name and on != history.table_of(on.year)]


def _forebears(code: str, name: str) -> list[Step]:
    found: list[Step] = []
    waiting, seen = [(code, name)], {(code, name)}
    while waiting:
        here, called = waiting.pop(0)
        for one in sorted(_all_steps()["back"].get(here, ()), key=lambda one: -one.year)[:8]:
            if one.name == called and (one.old_code, one.old_name) not in seen and one.kind is not \
                    history.Kind.ABOLISHED:
                seen.add((one.old_code, one.old_name))
                found.append(one)
                waiting.append((one.old_code, one.old_name))
    return found
