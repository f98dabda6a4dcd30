"""The components: each a tag with its small template under `ui/components/`, each shown on the gallery page."""
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.widgets import DateTimeBaseInput
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from linli.ui import written
from linli.ui.schedule import Row, laid_out

register = template.Library()
TONES = {"ok", "wait", "late", "calm", "plain"}
Item = dict[str, Any]


def _items(values: Iterable[Any] | None, names: str, **defaults: Any) -> list[Item]:
    """Tuples in the order of `names`, mappings or objects, all as dicts that have every name."""
    keys = names.split()
    found = []
    for value in values or ():
        if isinstance(value, str):
            value = (value,)
        if isinstance(value, Mapping):
            given = {key: value[key] for key in keys if key in value}
        elif isinstance(value, Sequence) and not hasattr(value, "_fields"):
            given = dict(zip(keys, value, strict=False))
        else:
            given = {key: getattr(value, key) for key in keys if hasattr(value, key)}
        found.append({key: given.get(key, defaults.get(key, "")) for key in keys})
    return found


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"{tone!r} is no tone; use one of {', '.join(sorted(TONES))}")
    return tone


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One symbol of the sprite; silent for screen readers unless it has a label."""
    css = f"icon icon-{size}" if size else "icon"
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" width="24" height="24" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html(
        '<svg class="{}" width="24" height="24" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href
    )


@register.simple_tag
def tag(label: object, tone: str = "calm") -> SafeString:
    return format_html('<span class="tag {}">{}</span>', _tone(tone), label)


@register.simple_tag
def money(fen: int | None, short: bool = False) -> SafeString:
    return format_html('<span class="num">{}</span>', written.money(fen, short=short))


def _time(shown: str, value: date | None) -> SafeString:
    if value is None:
        return format_html("{}", shown)
    machine = written.local(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), shown)


@register.simple_tag
def day(value: date | None, weekday: bool = True) -> SafeString:
    return _time(written.day(value, weekday=weekday), value)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    return _time(written.moment(value), value)


@register.simple_tag
def span(begin: date | None, end: date | None) -> SafeString:
    return _time(written.span(begin, end), begin)


@register.simple_tag
def distance(metres: float | None) -> SafeString:
    return format_html('<span class="num">{}</span>', written.distance(metres))


@register.inclusion_tag("ui/components/stars.html")
def stars(score: float | None, count: int = 0) -> Item:
    return {"text": written.stars(score, count), "rated": score is not None and count > 0}


# Forms

_TYPES: list[tuple[type[forms.Field], str, str]] = [
    (forms.DateTimeField, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateField, "date", "%Y-%m-%d"),
    (forms.TimeField, "time", "%H:%M"),
]


def _native(bound: BoundField) -> None:
    """Dates and times become the browser's own inputs. These take ISO values only: what was typed otherwise stays a text."""
    widget, value = bound.field.widget, bound.value()
    if not isinstance(widget, DateTimeBaseInput):
        return
    for field_type, input_type, pattern in _TYPES:
        if isinstance(bound.field, field_type):
            try:
                if value and isinstance(value, str):
                    datetime.strptime(value, pattern)
            except ValueError:
                return
            widget.input_type, widget.format = input_type, pattern
            return


def _shape(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "input"


@register.inclusion_tag("ui/components/field.html")
def field(
    bound_field: BoundField, kind: str = "", prefix: str = "", suffix: str = "", rows: int | None = None, label: str = ""
) -> Item:
    """Label, hint, error and input of one form field; the value typed stays, the error is named by the input."""
    _native(bound_field)
    widget, shape = bound_field.field.widget, _shape(bound_field)
    own_id = bound_field.auto_id or bound_field.html_name
    hint = bound_field.help_text
    described = [f"{own_id}-hint"] * bool(hint) + [f"{own_id}-error"] * bool(bound_field.errors)
    attrs: dict[str, Any] = {"id": own_id}
    if described and shape != "choices":
        attrs["aria-describedby"] = " ".join(described)
    if bound_field.errors and shape != "choices":
        attrs["aria-invalid"] = "true"
    if rows:
        attrs["rows"] = rows
    if shape == "input":
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
        attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()
        if isinstance(widget, forms.Textarea):
            attrs.setdefault("rows", 4)
        if isinstance(bound_field.field, forms.IntegerField) and isinstance(widget, forms.NumberInput):
            attrs["inputmode"] = "numeric"
    choices: list[Item] = []
    if shape == "choices":
        for choice in bound_field.subwidgets:
            data = choice.data
            choices.append({"id": data["attrs"].get("id", ""), "input": choice.tag(), "label": choice.choice_label})
    return {
        "bound": bound_field, "shape": shape, "kind": kind, "prefix": prefix, "suffix": suffix, "id": own_id, "hint": hint,
        "label": label or bound_field.label, "errors": bound_field.errors, "choices": choices,
        "described": " ".join(described), "hidden": bound_field.is_hidden, "optional": not bound_field.field.required,
        "input": "" if shape == "choices" else bound_field.as_widget(attrs=attrs),
    }


def _anchor(bound: BoundField) -> str:
    own_id: str = bound.auto_id or bound.html_name
    if _shape(bound) == "choices":
        first = next(iter(bound.subwidgets), None)
        return (first.data["attrs"].get("id") if first else None) or own_id
    return own_id


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(*several: BaseForm, focus: bool = True) -> Item:
    """Every error of these forms in one box, each with its field's name and linked to it."""
    general: list[str] = []
    errors: list[Item] = []
    for form in several:
        if not form.is_bound:
            continue
        general += [str(error) for error in form.non_field_errors()]
        for bound in form:
            if bound.is_hidden:
                general += [str(error) for error in bound.errors]
            else:
                errors += [{"url": f"#{_anchor(bound)}", "label": str(bound.label).rstrip("?？:："), "text": error} for error in bound.errors]
    return {"general": general, "errors": errors, "focus": focus}


@register.inclusion_tag("ui/components/form_body.html")
def form_body(form: BaseForm) -> Item:
    return {"form": form, "fields": list(form)}


# What stands and what happened

@register.inclusion_tag("ui/components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> Item:
    found = _items(items, "label state at", state="next", at=None)
    words = {"done": pgettext("step", "done"), "now": pgettext("step", "now"), "next": pgettext("step", "still to come")}
    for item in found:
        item["word"] = words[item["state"]]
    return {"items": found, "label": label or gettext("Progress")}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(items: Iterable[Any]) -> Item:
    found = _items(items, "title at who note url link tone upcoming", at=None, upcoming=False)
    for item in found:
        item["timed"] = isinstance(item["at"], datetime)
    return {"items": found}


@register.inclusion_tag("ui/components/facts.html")
def facts(pairs: Iterable[Any]) -> Item:
    return {"pairs": _items(pairs, "label value url link")}


@register.inclusion_tag("ui/components/why.html")
def why(summary: str, reasons: Iterable[Any], open: bool = False) -> Item:
    return {"summary": summary, "reasons": _items(reasons, "text good url link", good=True), "open": open}


@register.inclusion_tag("ui/components/empty.html")
def empty(title: str, text: str = "", action_url: str = "", action_label: str = "", icon: str = "list") -> Item:
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label, "icon": icon}


@register.inclusion_tag("ui/components/notice.html")
def notice(text: str, tone: str = "calm", title: str = "") -> Item:
    symbols = {"ok": "check", "wait": "info", "late": "warning", "calm": "info", "plain": "info"}
    return {"text": text, "tone": _tone(tone), "title": title, "icon": symbols[tone]}


@register.inclusion_tag("ui/components/confirmation.html")
def confirmation(title: str, reference: str = "", next: Iterable[Any] = ()) -> Item:
    return {"title": title, "reference": reference, "steps": [next] if isinstance(next, str) else list(next)}


@register.inclusion_tag("ui/components/progress.html", takes_context=True)
def progress(context: template.Context, done: int, total: int, label: str = "", cancel_url: str = "") -> Item:
    percent = min(100, round(100 * done / total)) if total else 0
    return {
        "done": done, "total": max(total, 1), "label": label, "percent": percent, "cancel_url": cancel_url,
        "csrf_token": context.get("csrf_token", ""),
    }


# Ways in and around

@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], label: str = "") -> Item:
    """Links to the other pages of a list; every other parameter of the address stays."""
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    paginator = page.paginator
    begin, end = page.start_index(), page.end_index()
    return {
        "several": paginator.num_pages > 1, "label": label, "number": page.number, "pages": paginator.num_pages, "count": paginator.count,
        "begin": begin, "end": end,
        "before": address(page.number - 1) if page.has_previous() else "",
        "after": address(page.number + 1) if page.has_next() else "",
        "links": [
            {"number": number, "url": address(number) if isinstance(number, int) else "", "current": number == page.number}
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }


@register.inclusion_tag("ui/components/crumbs.html")
def crumbs(items: Iterable[Any]) -> Item:
    return {"items": _items(items, "label url")}


@register.inclusion_tag("ui/components/doors.html")
def doors(items: Iterable[Any]) -> Item:
    return {"items": _items(items, "icon title text url")}


@register.inclusion_tag("ui/components/onebox.html", takes_context=True)
def onebox(
    context: template.Context, action: str, name: str = "q", value: str = "", label: str = "", placeholder: str = "",
    button: str = "", method: str = "get", long: bool = False,
) -> Item:
    return {
        "action": action, "name": name, "value": value, "label": label or gettext("What do you need?"),
        "placeholder": placeholder or label, "button": button or gettext("Search"), "method": method, "long": long,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("ui/components/call_box.html")
def call_box(title: str, text: str = "", numbers: Iterable[Any] = ()) -> Item:
    return {"title": title, "text": text, "numbers": _items(numbers, "number label")}


@register.simple_tag
def initial(name: str) -> SafeString:
    """The first character in a circle; decoration beside a name that is written out."""
    return format_html('<span class="initial" aria-hidden="true">{}</span>', name[:1].upper())


@register.inclusion_tag("ui/components/read_aloud.html")
def read_aloud(target: str = "main") -> Item:
    return {"target": target, "language": "zh-CN" if written.chinese() else "en"}


@register.inclusion_tag("ui/components/locate.html")
def locate(lon: str = "id_lon", lat: str = "id_lat") -> Item:
    return {"lon": lon, "lat": lat}


# Figures and tables

_TREND = (160, 34, 4)  # width, height and padding of the small chart, in its own units


def _trend(values: Sequence[float], target: float | None) -> Item:
    width, height, padding = _TREND
    every = [*values, target] if target is not None else [*values]
    low, high = min(every), max(every)

    def y(value: float) -> float:
        return round(height - padding - (value - low) / ((high - low) or 1) * (height - 2 * padding), 1)

    step = width / max(len(values) - 1, 1)
    points = " ".join(f"{index * step:.1f},{y(value)}" for index, value in enumerate(values))
    return {"points": points, "target": None if target is None else str(y(target))}


@register.inclusion_tag("ui/components/tiles.html")
def tiles(items: Iterable[Any]) -> Item:
    found = _items(items, "label value note url tone trend target", target=None)
    for item in found:
        item["values"] = " · ".join(f"{value:g}" for value in item["trend"] or ())
        item["chart"] = _trend(item["trend"], item["target"]) if item["trend"] else None
    return {"items": found}


@register.inclusion_tag("ui/components/data_table.html")
def data_table(header: Iterable[Any], rows: Iterable[Iterable[Any]], caption: str = "", empty: str = "") -> Item:
    columns = _items(header, "label kind")
    lines = []
    for row in rows:
        cells = _items([(cell,) if not isinstance(cell, tuple | Mapping) else cell for cell in row], "text url tone")
        for cell, column in zip(cells, columns, strict=True):
            cell |= {"label": column["label"], "kind": column["kind"]}
        lines.append(cells)
    return {"columns": columns, "rows": lines, "caption": caption, "empty": empty}


@register.inclusion_tag("ui/components/boundary_map.html")
def boundary_map(
    shapes: Iterable[Any], points: Iterable[Any] = (), view_box: str = "0 0 460 460", title: str = "", desc: str = "",
    review_number: str = "", value_label: str = "",
) -> Item:
    """Boundaries drawn on the server, with the same facts as a table. Shapes and points come in the units of `view_box`."""
    left, top, width, height = (float(part) for part in view_box.split())
    unit = width / 100
    drawn = _items(shapes, "name path href tone label_x label_y value", label_x=None, label_y=None, tone=0)
    for shape in drawn:
        shape["css"] = f"shade-{shape['tone']}" if isinstance(shape["tone"], int) else str(shape["tone"])
        if shape["label_x"] is not None:  # as texts: a template would write 12.5 as 12,5 in some languages
            shape["label_x"], shape["label_y"] = str(shape["label_x"]), str(shape["label_y"])
    words = {"here": pgettext("map", "You are here"), "place": pgettext("map", "Place"), "other": pgettext("map", "Other")}
    marks = _items(points, "x y label kind href", kind="place")
    for number, mark in enumerate(marks, start=1):
        x, y = float(mark["x"]), float(mark["y"])
        end = x > left + width * 0.66
        mark |= {
            "x": f"{x:.1f}", "y": f"{y:.1f}", "word": words[mark["kind"]], "number": number, "end": end,
            "text_x": f"{x + (-1 if end else 1) * unit * 2.6:.1f}", "text_y": f"{y + unit * 1.2:.1f}",
        }
    return {
        "shapes": drawn, "points": marks, "view_box": view_box, "title": title or gettext("Map"), "desc": desc,
        "review_number": review_number, "value_label": value_label, "valued": any(shape["value"] != "" for shape in drawn),
        "letter": f"{unit * 3.4:.2f}", "halo": f"{unit * 0.9:.2f}", "dot": f"{unit * 1.7:.2f}",
    }


@register.inclusion_tag("ui/components/week_slots.html")
def week_slots(days: Iterable[Any], name: str = "slot", legend: str = "", error: str = "") -> Item:
    """A few days side by side, their slots below one another; radio buttons where a slot has a value, links where it has a URL."""
    words = {"open": pgettext("slot", "free"), "held": pgettext("slot", "held for a moment"), "full": pgettext("slot", "taken"), "past": pgettext("slot", "past")}
    found = _items(days, "date slots", date=None)
    for index, one in enumerate(found):
        one["slots"] = _items(one["slots"], "label url value state checked", state="open", checked=False)
        for number, slot in enumerate(one["slots"]):
            slot |= {"word": words[slot["state"]], "id": f"{name}-{index}-{number}", "value": str(slot["value"])}
        one["free"] = sum(slot["state"] == "open" for slot in one["slots"])
    choosing = any(slot["value"] for one in found for slot in one["slots"])
    return {
        "days": found, "name": name, "legend": legend or gettext("Choose a time"), "choosing": choosing, "error": error
    }


@register.inclusion_tag("ui/components/bars.html")
def bars(rows: Iterable[Any], from_hour: int = 8, until_hour: int = 18, caption: str = "") -> Item:
    """The day of several people: one line each, bars on a grid of quarter hours; on phones a list."""
    people = [
        Row(**(row | {"bars": _items(row["bars"], "begin end label tone url", tone="calm")}))
        for row in _items(rows, "name url note bars", bars=())
    ]
    return {
        "rows": laid_out(people, from_hour=from_hour, until_hour=until_hour), "caption": caption,
        "hours": [{"label": f"{hour}:00", "at": 1 + 4 * (hour - from_hour)} for hour in range(from_hour, until_hour)],
        "last": 4 * (until_hour - from_hour),
    }
