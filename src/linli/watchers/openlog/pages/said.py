"""Leaves in the reader's words."""
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from linli.engines.journal.registry import TELLINGS
from linli.kernel.doors import speak
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.ui import written
from linli.watchers.openlog import queries
from linli.watchers.openlog.queries import LeafCard
from linli.watchers.openlog.rules.verdicts import Mark

TONES = {Mark.GOOD: "ok", Mark.BAD: "late", Mark.OPEN: "wait"}
VERDICTS = {"holds": "ok", "refused": "late", "unsure": "wait"}


@dataclass(frozen=True)
class Value:
    text: str
    url: str = ""


class Names:
    """What refs and codes of several leaves are called: at most one query for services, one for organisations."""

    def __init__(self, cards: Iterable[LeafCard], *, regions: bool = False) -> None:
        """`regions`: also those, one query more where this process does not know them yet."""
        refs: dict[str, set[str]] = defaultdict(set)
        for card in cards:
            told = card.fields
            for name, value in told.items():
                if isinstance(value, str) and not (name == "provider" and "service" in told):
                    refs[name].add(value)  # a service brings its provider's name
        offers = directory.services([*_refs(refs["service"])]).values()
        bodies = organisations.names([*_refs(refs["provider"] | refs["organisation"])])
        bodies |= {one.provider: one.provider_name for one in offers}
        public, service = "organisations:public", "directory:service"
        self._known = {str(ref): Value(name, reverse(public, args=[ref])) for ref, name in bodies.items()}
        self._known |= {str(one.ref): Value(one.name, reverse(service, args=[one.ref])) for one in offers}
        if regions:
            self._known |= {code: Value(name) for code, name in places.called([*refs["region"]]).items()}

    def value(self, name: str, value: Any) -> Value:
        """A field's value as people read it."""
        if isinstance(value, dict):
            return Value(gettext("sealed"))
        if value is None:
            return Value("—")
        if isinstance(value, list):
            return Value(", ".join(self.value(name, one).text for one in value))
        if isinstance(value, bool):
            return Value(gettext("yes") if value else gettext("no"))
        if isinstance(value, int) and name.endswith("fen"):
            return Value(written.money(value))
        text = str(value)
        return self._known.get(text) or Value(_when(text) or text)

    def about(self, card: LeafCard) -> str:
        """Which public thing a leaf is about, as far as it says so: the narrowest that has a name."""
        told = (str(card.fields[name]) for name in ("service", "organisation", "provider", "region")
                if card.fields.get(name))
        return next((self._known[text].text for text in told if text in self._known), "")

    def line(self, card: LeafCard) -> str:
        """What a leaf says, in one sentence; a withheld one says what kind of record it is."""
        telling = TELLINGS.get(card.fact)
        if telling is None:
            return card.fact
        fields = defaultdict(lambda: "…", {name: self.value(name, value).text for name, value in card.fields.items()})
        return speak(telling.text).format_map(fields)


def _refs(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue


def _when(text: str) -> str:
    try:
        if len(text) == 10:
            return written.day(date.fromisoformat(text))
        return written.moment(datetime.fromisoformat(text)) if text[10:11] == "T" else ""
    except ValueError:
        return ""


def rows(found: Sequence[LeafCard], names: Names) -> list[dict[str, Any]]:
    """Leaves as a list shows them, each leading to its receipt."""
    return [
        {"index": card.index, "series": queries.series_name(card.series), "number": card.number, "at": card.at,
         "line": names.line(card), "about": names.about(card), "withheld": card.withheld is not None,
         "url": reverse("openlog:at", args=[card.index])}
        for card in found
    ]


def about(card: LeafCard, names: Names) -> list[tuple[str, ...]]:
    """A leaf's fields for a summary list."""
    if card.payload is None:
        return []
    told = {"about": json.loads(card.payload)["about"], **card.fields}
    found = [(queries.field_name(name), names.value(name, value)) for name, value in told.items()]
    return [(label, value.text, value.url, gettext("Look at it")) for label, value in found]
