"""The library that every component joins, and how lists of things are handed to components."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template

register = template.Library()
TONES = {"ok", "wait", "late", "calm", "plain"}
Item = dict[str, Any]


def items(values: Iterable[Any] | None, names: str, **defaults: Any) -> list[Item]:
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


def known(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"{tone!r} is no tone; use one of {', '.join(sorted(TONES))}")
    return tone
