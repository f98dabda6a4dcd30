from collections.abc import Collection
from datetime import date

from linli.engines.rulebook import queries as rulebook
from linli.kernel.refusals import NotFound
from linli.work.registration.rules import Figure, Figures


def figures(ids: Collection[str], *, on: date, region: str | None = None) -> Figures:
    """These rules as they are in force on that day in that region; those that are not are left out."""
    found = {}
    for id in ids:
        try:
            rule = rulebook.rule(id, on=on, region=region)
        except NotFound:
            continue
        found[id] = Figure(rule.kind is rulebook.Kind.RULE, rule.figure, rule.params)
    return found
