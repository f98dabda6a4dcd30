"""Forms: what was typed stays, every error is named and linked."""

from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.widgets import DateTimeBaseInput
from django.utils.translation import gettext

from linli.ui.templatetags.ui import library

_TYPES: list[tuple[type[forms.Field], str, str]] = [
    (forms.DateTimeField, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateField, "date", "%Y-%m-%d"),
    (forms.TimeField, "time", "%H:%M"),
]


def _native(bound: BoundField) -> None:
    """Dates and times become the browser's own inputs; these take ISO values only, so other texts stay texts."""
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


@library.register.inclusion_tag("ui/components/field.html")
def field(
    bound_field: BoundField,
    kind: str = "",
    prefix: str = "",
    suffix: str = "",
    rows: int | None = None,
    label: str = "",
) -> library.Item:
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
    choices: list[library.Item] = []
    if shape == "choices":
        for choice in bound_field.subwidgets:
            data = choice.data
            choices.append({"id": data["attrs"].get("id", ""), "input": choice.tag(), "label": choice.choice_label})
    return {
        "bound": bound_field,
        "shape": shape,
        "kind": kind,
        "prefix": prefix,
        "suffix": suffix,
        "id": own_id,
        "hint": hint,
        "label": label or bound_field.label,
        "errors": _errors(bound_field),
        "choices": choices,
        "described": " ".join(described),
        "hidden": bound_field.is_hidden,
        "optional": not bound_field.field.required,
        "input": "" if shape == "choices" else bound_field.as_widget(attrs=attrs),
    }


def _errors(bound: BoundField) -> list[str]:
    """What is wrong with a field; a box that has to be ticked is not filled in."""
    if not isinstance(bound.field, forms.BooleanField):
        return [str(text) for text in bound.errors]
    codes = [error.code for error in bound.errors.as_data()]
    return [gettext("Tick this box.") if code == "required" else str(text)
            for code, text in zip(codes, bound.errors, strict=True)]


def _anchor(bound: BoundField) -> str:
    own_id: str = bound.auto_id or bound.html_name
    if _shape(bound) == "choices":
        first = next(iter(bound.subwidgets), None)
        return (first.data["attrs"].get("id") if first else None) or own_id
    return own_id


@library.register.inclusion_tag("ui/components/error_summary.html")
def error_summary(*several: BaseForm, focus: bool = True) -> library.Item:
    """Every error of these forms in one box, each with its field's name and linked to it."""
    general: list[str] = []
    errors: list[library.Item] = []
    for form in several:
        if not form.is_bound:
            continue
        general += [str(error) for error in form.non_field_errors()]
        for bound in form:
            if bound.is_hidden:
                general += [str(error) for error in bound.errors]
            else:
                errors += [
                    {"url": f"#{_anchor(bound)}", "label": str(bound.label).rstrip("?？:：。."), "text": error}
                    for error in _errors(bound)
                ]
    return {"general": general, "errors": errors, "focus": focus}


@library.register.inclusion_tag("ui/components/form_body.html")
def form_body(form: BaseForm) -> library.Item:
    return {"form": form, "fields": list(form)}
