"""Every text that contexts give their facts can be filled from the fact's own fields, in both languages."""
from collections.abc import Iterator
from string import Formatter
from typing import get_type_hints

from linli.engines.journal.events import Fact, Sealed
from linli.engines.journal.registry import TELLINGS
from linli.kernel.text import Both


def _facts(fact: type[Fact] = Fact) -> Iterator[type[Fact]]:
    for below in fact.__subclasses__():
        yield below
        yield from _facts(below)


def test_every_text_names_only_fields_of_its_fact_and_no_sealed_one() -> None:
    facts = {fact.label(): fact for fact in _facts() if fact.__module__.startswith("linli.")}
    for label, telling in TELLINGS.items():
        hints = get_type_hints(facts[label])
        fields = {name for name, kind in hints.items() if name not in {"visibility", "shred"} and kind is not Sealed}
        for text in (telling.text, telling.notice or ""):
            for said in (text, text.zh) if isinstance(text, Both) else (text,):
                named = {name for _, name, _, _ in Formatter().parse(said) if name}
                assert named <= fields, f"{label}: {said}"
