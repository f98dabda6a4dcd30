"""Learn the weights of `needs/data/odds.toml` from the development sets and the drill; held-out rows stay unread.

    python -m bench.fit_triage

Logistic regression (scikit-learn, `pip install scikit-learn`; only needed here). The same sentences give the same
weights. Prints what cross-validation says, set by set, of sentences that were not learned from; neighbouring rows stay
in one fold, because their writers set like beside unlike.
"""
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.triage import DATA, directory, share
from linli.work.needs.rules import triage
from linli.work.needs.rules.odds import features

OUT = Path(__file__).parents[1] / "src" / "linli" / "work" / "needs" / "data" / "odds.toml"
LOOSE, FOLDS, TOGETHER, RARE, SLIGHT, SEED = 1.0, 8, 10, 2, 0.08, 0
LINES = (-1.5, -1.2, -1.0, -0.8, -0.5, 0.0)
SOURCES = ("triage_sentences.csv", "triage_more.csv", "triage_spent.csv", "triage_hard.csv", "triage_spoken.csv")
DRILL = "triage_drill.csv"  # says of life risk alone


@dataclass(frozen=True)
class Example:
    found: dict[str, float]
    flags: frozenset[str]
    file: str


def examples() -> list[Example]:
    made: list[Example] = []
    known = directory()
    for file in (*SOURCES, DRILL):
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                flags = row["flags"].split("|") if "flags" in row else ["life_risk"] * int(row["life_risk"])
                plain, findings = triage.findings(row["text"], keywords=known)
                made.append(Example(features(plain, findings), frozenset(flags), file))
    often = Counter(name for one in made for name in one.found)
    return [Example({n: v for n, v in one.found.items() if often[n] >= RARE}, one.flags, one.file) for one in made]


def matrix(given: Sequence[Example]) -> tuple[Any, list[str]]:
    maker = DictVectorizer()
    made = maker.fit_transform([one.found for one in given]).tocsr()
    made.indices, made.indptr = made.indices.astype("int32"), made.indptr.astype("int32")
    return made, list(maker.get_feature_names_out())


def learned(rows: Any, danger: Any) -> LogisticRegression:
    return LogisticRegression(C=LOOSE, solver="liblinear", random_state=SEED).fit(rows, danger)


def crossed(rows: Any, danger: Any) -> Any:
    """The score of each example by weights learned without its fold."""
    blocks = numpy.arange(len(danger)) // TOGETHER
    fold = numpy.random.RandomState(SEED).randint(0, FOLDS, blocks.max() + 1)[blocks]
    scores = numpy.zeros(len(danger))
    for one in range(FOLDS):
        scores[fold == one] = learned(rows[fold != one], danger[fold != one]).decision_function(rows[fold == one])
    return scores


def written(flag: str, kept: Iterable[tuple[str, int]], start: float) -> str:
    lines, row = [], ""
    for name, weight in kept:
        entry = f"{name}:{weight} "
        if len(row) + len(entry) > 140:
            lines.append(row.rstrip())
            row = ""
        row += entry
    text = "\n".join([*lines, row.rstrip()])
    return f"[{flag}]\nstart = {round(100 * start)}\nweights = '''\n{text}\n'''\n"


def tell(scores: Any, true: Any, files: Any) -> None:
    for part in dict.fromkeys(files):
        print(f"   {part}")
        here, not_here = scores[(files == part) & true], scores[(files == part) & ~true]
        for line in LINES:
            caught, false = int((here > line).sum()), int((not_here > line).sum())
            print(f"     above {line:4}: recall {share(caught, len(here))}, false {share(false, len(not_here))}")


def main() -> int:
    given = examples()
    every, names = matrix(given)
    files = numpy.array([one.file for one in given])
    made = "# Made by `python -m bench.fit_triage`; hundredths. Not to be edited.\n"
    for flag in triage.Flag:
        among = numpy.ones(len(given), bool) if flag is triage.Flag.LIFE_RISK else files != DRILL
        rows, true = every[among], numpy.array([flag in one.flags for one in given])[among]
        print(f" {flag}: {len(true)} sentences, {true.sum()} with it; by folds, weights alone:")
        tell(crossed(rows, true), true, files[among])
        model = learned(rows, true)
        weights = zip(names, model.coef_[0], strict=True)
        kept = sorted((name, round(100 * weight)) for name, weight in weights if abs(weight) >= SLIGHT)
        print(f"   {len(kept)} weights")
        made += written(flag, kept, float(model.intercept_[0]))
    OUT.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
