"""How a form's plain inputs are written out: as Django writes them, without running a template for each option."""
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _attrs(widget: Widget) -> str:
    given = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"' for name, value in given)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attrs(widget)}>'


def _option(widget: Widget) -> str:
    return f'<option value="{_text(widget["value"])}"{_attrs(widget)}>{_text(widget["label"])}</option>'


def _options(groups: Iterable[tuple[Any, Iterable[Widget], int]]) -> Iterable[str]:
    for name, options, _ in groups:
        inside = "\n".join(map(_option, options))
        yield f'<optgroup label="{_text(name)}">\n{inside}\n</optgroup>' if name else inside


def _select(widget: Widget) -> str:
    inside = "\n".join(_options(widget["optgroups"]))
    return f'<select name="{_text(widget["name"])}"{_attrs(widget)}>\n{inside}\n</select>'


def _textarea(widget: Widget) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attrs(widget)}>\n{value}</textarea>'


_FOLDER = "django/forms/widgets/"
_INPUTS = (
    "checkbox", "date", "datetime", "email", "hidden", "input", "number", "password", "tel", "text", "time", "url",
)
_WRITERS: dict[str, Callable[[Widget], str]] = {
    **{f"{_FOLDER}{name}.html": _input for name in _INPUTS}, f"{_FOLDER}select.html": _select,
    f"{_FOLDER}select_option.html": _option, f"{_FOLDER}textarea.html": _textarea,
}
_CHOICES = {f"{_FOLDER}checkbox_option.html", f"{_FOLDER}radio_option.html"}


class Controls(DjangoTemplates):
    """Named in the settings as FORM_RENDERER. What it does not know, Django's templates write."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        widget = context.get("widget")
        write = _WRITERS.get(template_name)
        if write is None and template_name in _CHOICES and widget and not widget.get("wrap_label"):
            write = _input
        written = write(widget) if write and widget else super().render(template_name, context, request)
        return mark_safe(written)  # every part was escaped where it was written
