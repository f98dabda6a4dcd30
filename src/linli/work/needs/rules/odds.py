"""How much a text as a whole speaks for each flag: sums of weights, learned by `bench/fit_triage.py`.

The word lists know the dangers that somebody thought of. This knows how people write when something is happening, as
against when they ask for something: it weighs up to three characters in a row, and what the lists found.
"""
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from linli.work.needs.rules.lexicon import load

_RUN = re.compile("[\u3400-\u9fff]+|[a-z]+")
_SAID = 0.5  # what one pair counts beside the findings


def features(plain: str, findings: Mapping[str, float]) -> dict[str, float]:
    """What is weighed: characters, two and three in a row, words of a text in `normal` form, the findings by name."""
    found = {f"#{name}": float(value) for name, value in findings.items() if value}
    clauses = sum(1 for clause in plain.split("|") if clause.strip())
    found |= {"#clauses": min(6, clauses) / 2, "#length": min(60, len(plain)) / 20}
    found |= dict.fromkeys(_pieces(plain), _SAID)
    last = next((clause for clause in reversed(plain.split("|")) if clause.strip()), "")
    return found | {f"${piece}": _SAID for piece in _pieces(last, longest=2)}  # who asks for something, ends with it


def _pieces(text: str, *, longest: int = 3) -> Iterator[str]:
    before = ""
    for match in _RUN.finditer(text):
        run = match.group()
        if run[0] < "\u3400":
            yield run
            if before:
                yield f"{before}_{run}"
            before = run
        else:
            before = ""
            yield from (run[i : i + n] for n in range(1, longest + 1) for i in range(len(run) - n + 1))


def scores(found: Mapping[str, float]) -> dict[str, float]:
    """By flag, the logarithm of the odds that it stands, among sentences like those that were learned from."""
    return {
        flag: weights[""] + sum(weights.get(name, 0.0) * value for name, value in found.items())
        for flag, weights in _weights().items()
    }


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    """By flag and feature; the empty name is what every text starts from."""
    made = {}
    for flag, kept in load("odds.toml").items():
        pairs = (entry.rsplit(":", 1) for entry in kept["weights"].split())
        made[flag] = {"": kept["start"] / 100} | {name: int(weight) / 100 for name, weight in pairs}
    return made
