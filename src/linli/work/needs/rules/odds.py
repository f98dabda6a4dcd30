"""How much a text as a whole reads like an emergency: a sum of weights, learned by `bench/fit_triage.py`.

The word lists know the dangers that somebody thought of. This knows how people write when something is happening, as
against when they ask for something: it weighs pairs of characters, and what the lists found.
"""
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from linli.work.needs.rules.lexicon import load

_RUN = re.compile("[\u3400-\u9fff]+|[a-z]+")
_SAID = 0.5  # what one pair counts beside the findings


def features(plain: str, findings: Mapping[str, float]) -> dict[str, float]:
    """What is weighed: characters, pairs of them and words of a text in `normal` form, and the findings by name."""
    found = {f"#{name}": float(value) for name, value in findings.items() if value}
    clauses = sum(1 for clause in plain.split("|") if clause.strip())
    found |= {"#clauses": min(6, clauses) / 2, "#length": min(60, len(plain)) / 20}
    found |= dict.fromkeys(_pieces(plain), _SAID)
    last = next((clause for clause in reversed(plain.split("|")) if clause.strip()), "")
    return found | {f"${piece}": _SAID for piece in _pieces(last)}  # who asks for something, ends with it


def _pieces(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match.group()
        if run[0] < "\u3400":
            yield run
        else:
            yield from run
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def score(found: Mapping[str, float]) -> float:
    """The logarithm of the odds that this is an emergency, among sentences like those that were learned from."""
    weights = _weights()
    return weights[""] + sum(weights.get(name, 0.0) * value for name, value in found.items())


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    """By feature; the empty name is what every text starts from."""
    kept = load("odds.toml")
    pairs = (entry.rsplit(":", 1) for entry in kept["weights"].split())
    return {"": kept["start"] / 100} | {name: int(weight) / 100 for name, weight in pairs}
