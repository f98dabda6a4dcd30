"""What higher contexts add: what duties are about and where to see it, and how owners and regions are called."""
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.kernel.text import N_, Text


@dataclass(frozen=True)
class DutyCard:
    """What somebody owes. `owner` and `owed_to` are scopes (`organisation:REF`, `region:CODE`, `person:REF`)."""

    ref: UUID
    rule_id: str
    title: Text
    owner: str
    owed_to: str
    about: UUID
    region_code: str
    since: date
    due_on: date
    provisional: bool
    state: str
    days_late: int
    """Days past the due day, today while it is owed, on the day it was met afterwards; 0 when in time."""


@dataclass(frozen=True)
class Subject:
    name: Text
    link: Callable[[DutyCard], str] | None = None


SUBJECTS: dict[str, Subject] = {}
NAMES: dict[str, Callable[[Collection[str]], Mapping[str, str]]] = {}
_PLAIN = Subject(N_("Matter"))


def subject(rule_id_prefix: str, *, name: Text, link: Callable[[DutyCard], str] | None = None) -> None:
    """Say what duties of these rules are about, and the page that shows it to officers. The longest prefix wins."""
    if rule_id_prefix in SUBJECTS:
        raise ValueError(f"{rule_id_prefix} has a subject already")
    SUBJECTS[rule_id_prefix] = Subject(name, link)


def named(kind: str, names: Callable[[Collection[str]], Mapping[str, str]]) -> None:
    """Have scopes of a kind called by name: `region` gives names by code, `organisation` by ref as text; no persons."""
    if kind in NAMES:
        raise ValueError(f"{kind} is named already")
    NAMES[kind] = names


def subject_of(rule_id: str) -> Subject:
    """What a rule's duties are about."""
    fitting = [key for key in SUBJECTS if rule_id == key or rule_id.startswith(key.rstrip(".") + ".")]
    return SUBJECTS[max(fitting, key=len)] if fitting else _PLAIN


def names(scopes: Collection[str]) -> dict[str, str]:
    """Scopes as a reader knows them, each kind asked once; a region without a name goes by its code."""
    found: dict[str, str] = {}
    for kind in {scope.partition(":")[0] for scope in scopes}:
        keys = {scope.partition(":")[2] for scope in scopes if scope.startswith(f"{kind}:")}
        called = NAMES[kind](keys) if kind in NAMES else {}
        found |= {f"{kind}:{key}": called.get(key, key if kind == "region" else "") for key in keys}
    return found
