"""Learn the weights of `needs/data/odds.toml` from both development sets and the drill; held-out rows stay unread.

    python -m bench.fit_triage

Logistic regression by stochastic gradient descent, with a fixed seed: the same sentences give the same weights. Prints
what five-fold cross-validation says, file by file, of sentences that were not learned from.
"""
import csv
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.triage import DATA, directory, share
from linli.work.needs.rules import triage
from linli.work.needs.rules.odds import features

OUT = Path(__file__).parents[1] / "src" / "linli" / "work" / "needs" / "data" / "odds.toml"
EPOCHS, RATE, SHRINK, FOLDS, SEED = 25, 0.08, 2e-3, 5, 1
SOURCES = (
    ("triage_sentences.csv", "flags", "life_risk"), ("triage_more.csv", "flags", "life_risk"),
    ("triage_drill.csv", "life_risk", "1"),
)
Example = tuple[dict[str, float], bool, str]


def examples() -> list[Example]:
    found: list[Example] = []
    known = directory()
    for file, column, yes in SOURCES:
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                plain, findings = triage.findings(row["text"], keywords=known)
                found.append((features(plain, findings), yes in row[column].split("|"), file))
    return found


def learn(given: Sequence[Example]) -> tuple[dict[str, float], float]:
    weights: dict[str, float] = {}
    start, order, chance = 0.0, list(given), random.Random(SEED)
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        step = RATE / (1 + 0.15 * epoch)
        for found, danger, _ in order:
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds(found, weights, start))))) - danger
            start -= step * error
            for name, value in found.items():
                weights[name] = weights.get(name, 0.0) * (1 - step * SHRINK) - step * error * value
    return weights, start


def odds(found: Mapping[str, float], weights: Mapping[str, float], start: float) -> float:
    return start + sum(weights.get(name, 0.0) * value for name, value in found.items())


def crossed(given: Sequence[Example]) -> list[tuple[float, bool, str]]:
    """The score of each example by weights learned without its fold."""
    order = list(given)
    random.Random(SEED).shuffle(order)
    scores: list[tuple[float, bool, str]] = []
    for fold in range(FOLDS):
        weights, start = learn([one for place, one in enumerate(order) if place % FOLDS != fold])
        scores += [(odds(f, weights, start), danger, file) for f, danger, file in order[fold::FOLDS]]
    return scores


def main() -> int:
    given = examples()
    scores = crossed(given)
    danger_of = sum(danger for _, danger, _ in given)
    print(f"{len(given)} sentences, {danger_of} with a life at risk; by folds, weights alone:")
    for part, _, _ in SOURCES:
        print(f" {part}")
        risky = sum(danger for _, danger, file in scores if file == part)
        safe = sum(not danger for _, danger, file in scores if file == part)
        for line in (-1.0, -0.6, -0.3, 0.0, 0.5):
            caught = sum(score > line for score, danger, file in scores if danger and file == part)
            false = sum(score > line for score, danger, file in scores if not danger and file == part)
            print(f"  above {line:4}: recall {share(caught, risky)}, false alarms {share(false, safe)}")
    weights, start = learn(given)
    kept = sorted((name, round(100 * weight)) for name, weight in weights.items() if abs(weight) >= 0.04)
    lines, row = [], ""
    for name, weight in kept:
        entry = f"{name}:{weight} "
        if len(row) + len(entry) > 140:
            lines.append(row.rstrip())
            row = ""
        row += entry
    text = "\n".join([*lines, row.rstrip()])
    OUT.write_text("# Made by `python -m bench.fit_triage`; hundredths. Not to be edited.\n"
                   f"start = {round(100 * start)}\nweights = '''\n{text}\n'''\n", encoding="utf-8")
    print(f"{len(kept)} weights")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
