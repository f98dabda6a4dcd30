"""Where a bar of a day's schedule stands on a grid of quarter hours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.ui import written

QUARTER = 15


@dataclass(frozen=True)
class Bar:
    label: str
    hours: str
    tone: str
    url: str
    at: int
    length: int
    lane: int
    note: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    url: str = ""
    note: str = ""
    bars: Sequence[Any] = ()
    lanes: int = field(default=1)


def _minutes(value: datetime, of: datetime) -> int:
    """Minutes since midnight of the day of `of`, both in Asia/Shanghai."""
    here, day = written.local(value), written.local(of)
    return (here.date() - day.date()).days * 24 * 60 + here.hour * 60 + here.minute


def laid_out(rows: Sequence[Row], *, from_hour: int, until_hour: int) -> list[Row]:
    """Columns counted from 1 in quarter hours after `from_hour`; what lies outside the hours shown is cut to them or,
    where nothing stays, left out. Bars that overlap go to further lanes of their row."""
    first, last = from_hour * 60, until_hour * 60
    placed = []
    for row in rows:
        bars: list[Bar] = []
        free: list[int] = []
        for bar in sorted(row.bars, key=lambda bar: bar["begin"]):
            begin, end = _minutes(bar["begin"], bar["begin"]), _minutes(bar["end"], bar["begin"])
            begin, end = max(begin, first), min(end, last)
            if end <= begin:
                continue
            at, until = (begin - first) // QUARTER + 1, -((first - end) // QUARTER) + 1
            lane = next((index for index, taken in enumerate(free) if taken <= at), len(free))
            free[lane : lane + 1] = [until]
            hours = f"{written.clock(bar['begin'])}–{written.clock(bar['end'])}"
            bars.append(Bar(bar["label"], hours, bar["tone"], bar["url"], at, until - at, lane + 1,
                            bar.get("note", "")))
        placed.append(Row(row.name, row.url, row.note, bars, max(len(free), 1)))
    return placed
