"""Figures, tables, maps and times."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from django.utils.translation import gettext, pgettext

from linli.ui.schedule import Row, laid_out
from linli.ui.templatetags.ui import library

_TREND = (160, 34, 4)  # width, height and padding of the small chart, in its own units


def _trend(values: Sequence[float], target: float | None) -> library.Item:
    width, height, padding = _TREND
    every = [*values, target] if target is not None else [*values]
    low, high = min(every), max(every)

    def y(value: float) -> float:
        return round(height - padding - (value - low) / ((high - low) or 1) * (height - 2 * padding), 1)

    step = width / max(len(values) - 1, 1)
    points = " ".join(f"{index * step:.1f},{y(value)}" for index, value in enumerate(values))
    return {"points": points, "target": None if target is None else str(y(target))}


@library.register.inclusion_tag("ui/components/tiles.html")
def tiles(items: Iterable[Any]) -> library.Item:
    found = library.items(items, "label value note url tone trend target", target=None)
    for item in found:
        item["values"] = " · ".join(f"{value:g}" for value in item["trend"] or ())
        item["chart"] = _trend(item["trend"], item["target"]) if item["trend"] else None
    return {"items": found}


@library.register.inclusion_tag("ui/components/data_table.html")
def data_table(
    header: Iterable[Any], rows: Iterable[Iterable[Any]], caption: str = "", empty: str = ""
) -> library.Item:
    columns = library.items(header, "label kind")
    lines = []
    for row in rows:
        cells = library.items(
            [(cell,) if not isinstance(cell, tuple | Mapping) else cell for cell in row], "text url tone"
        )
        for cell, column in zip(cells, columns, strict=True):
            cell |= {"label": column["label"], "kind": column["kind"]}
        lines.append(cells)
    places: dict[str, set[str]] = {}
    for cell in (cell for line in lines for cell in line if cell["url"]):
        places.setdefault(str(cell["text"]), set()).add(str(cell["url"]))
    alike = {text for text, urls in places.items() if len(urls) > 1}  # who only hears the links knows them by their row
    key = f"row-{crc32(caption.encode()):x}"
    return {"columns": columns, "caption": caption, "empty": empty, "rows": [
        (f"{key}-{number}" if any(cell["url"] and str(cell["text"]) in alike for cell in line) else "",
         [cell | {"alike": str(cell["text"]) in alike} for cell in line]) for number, line in enumerate(lines)]}


@library.register.inclusion_tag("ui/components/boundary_map.html")
def boundary_map(
    shapes: Iterable[Any],
    points: Iterable[Any] = (),
    view_box: str = "0 0 460 460",
    title: str = "",
    desc: str = "",
    review_number: str = "",
    value_label: str = "",
) -> library.Item:
    """Boundaries drawn on the server, and the same as a table. Shapes and points come in the units of `view_box`."""
    left, _, width, _ = (float(part) for part in view_box.split())
    unit = width / 100
    drawn = library.items(shapes, "name path href tone label_x label_y value", label_x=None, label_y=None, tone=0)
    for shape in drawn:
        shape["css"] = f"shade-{shape['tone']}" if isinstance(shape["tone"], int) else str(shape["tone"])
        if shape["label_x"] is not None:  # as texts: a template would write 12.5 as 12,5 in some languages
            shape["label_x"], shape["label_y"] = str(shape["label_x"]), str(shape["label_y"])
    words = {
        "here": pgettext("map", "You are here"),
        "place": pgettext("map", "Place"),
        "other": pgettext("map", "Other"),
    }
    marks = library.items(points, "x y label kind href", kind="place")
    for number, mark in enumerate(marks, start=1):
        x, y = float(mark["x"]), float(mark["y"])
        end = x > left + width * 0.66
        mark |= {
            "x": f"{x:.1f}",
            "y": f"{y:.1f}",
            "word": words[mark["kind"]],
            "number": number,
            "end": end,
            "text_x": f"{x + (-1 if end else 1) * unit * 2.6:.1f}",
            "text_y": f"{y + unit * 1.2:.1f}",
        }
    return {
        "shapes": drawn,
        "points": marks,
        "view_box": view_box,
        "title": title or gettext("Map"),
        "desc": desc,
        "review_number": review_number,
        "value_label": value_label,
        "valued": any(shape["value"] != "" for shape in drawn),
        "letter": f"{unit * 3.4:.2f}",
        "halo": f"{unit * 0.9:.2f}",
        "dot": f"{unit * 1.7:.2f}",
    }


@library.register.inclusion_tag("ui/components/week_slots.html")
def week_slots(days: Iterable[Any], name: str = "slot", legend: str = "", error: str = "") -> library.Item:
    """Days side by side, each with its slots: radio buttons where a slot has a value, links where it has a URL."""
    words = {
        "open": pgettext("slot", "free"),
        "held": pgettext("slot", "held for a moment"),
        "full": pgettext("slot", "taken"),
        "past": pgettext("slot", "past"),
        "unfit": pgettext("slot", "does not fit"),
    }
    found = library.items(days, "date slots", date=None)
    for index, one in enumerate(found):
        one["slots"] = library.items(one["slots"], "label url value state checked", state="open", checked=False)
        for number, slot in enumerate(one["slots"]):
            slot |= {"word": words[slot["state"]], "id": f"{name}-{index}-{number}", "value": str(slot["value"])}
        one["free"] = sum(slot["state"] == "open" for slot in one["slots"])
    choosing = any(slot["value"] for one in found for slot in one["slots"])
    return {
        "days": found,
        "name": name,
        "legend": legend or gettext("Choose a time"),
        "choosing": choosing,
        "error": error,
    }


@library.register.inclusion_tag("ui/components/bars.html")
def bars(rows: Iterable[Any], from_hour: int = 8, until_hour: int = 18, caption: str = "") -> library.Item:
    """The day of several people: one line each, bars on a grid of quarter hours; on phones a list."""
    people = [
        Row(**(row | {"bars": library.items(row["bars"], "begin end label tone url note", tone="calm", note="")}))
        for row in library.items(rows, "name url note bars", bars=())
    ]
    return {
        "rows": laid_out(people, from_hour=from_hour, until_hour=until_hour),
        "caption": caption,
        "hours": [{"label": f"{hour}:00", "at": 1 + 4 * (hour - from_hour)} for hour in range(from_hour, until_hour)],
        "last": 4 * (until_hour - from_hour),
    }
