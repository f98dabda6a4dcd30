"""Learn how telling each phrase of a kind of help is, into `needs/data/telling.toml`; held-out rows stay unread.

    python -m bench.fit_phrases        (before bench.fit_triage, whose weights rest on this)

A phrase counts by the share of labelled sentences holding it that want its kind of help, as against even odds; a phrase
that no sentence holds counts as it stands. Rows with a life at risk are left out: danger decides there.
"""
import csv
from collections import Counter
from pathlib import Path

from bench.fit_triage import SOURCES
from bench.triage import DATA, FINER, directory
from linli.work.needs.rules import triage
from linli.work.needs.rules.keywords import plain_table
from linli.work.needs.rules.lexicon import normal

OUT = Path(__file__).parents[1] / "src" / "linli" / "work" / "needs" / "data" / "telling.toml"
EVEN, DOUBT, LEAST, MOST = 0.5, 1.0, 0.02, 4.0


def main() -> int:
    known = directory(plain_table)
    places = [(category, keyword.phrase) for category, kept in known.items() for keyword in kept]
    held: Counter[str] = Counter()
    meant: Counter[tuple[str, str]] = Counter()
    for file in SOURCES:
        with (DATA / file).open(encoding="utf-8", newline="") as file_:
            for row in csv.DictReader(file_):
                if not row["category"] or triage.Flag.LIFE_RISK in row["flags"].split("|"):
                    continue
                plain = normal(row["text"])
                for phrase in {phrase for _, phrase in places if phrase in plain}:
                    held[phrase] += 1
                    meant[row["category"], phrase] += 1
    broader = {finer: {one for one, all_ in FINER.items() if finer in all_} for finer, _ in places}
    lines_of: dict[str, list[str]] = {}
    for category, phrase in sorted(places):
        if not held[phrase]:
            continue
        fitting = meant[category, phrase] + EVEN * sum(meant[one, phrase] for one in broader[category])
        factor = (fitting + DOUBT * EVEN) / (held[phrase] + DOUBT) / EVEN
        lines_of.setdefault(category, []).append(f"{phrase.replace(' ', '_')}:{min(MOST, max(LEAST, factor)):.2f}")
    text = "# Made by `python -m bench.fit_phrases`. Not to be edited.\n"
    for category, entries in lines_of.items():
        lines, line = list[str](), ""
        for entry in entries:
            if len(line) + len(entry) > 80:
                lines.append(line.rstrip())
                line = ""
            line += entry + " "
        text += f"{category} = '''\n" + "\n".join([*lines, line.rstrip()]) + "\n'''\n"
    OUT.write_text(text, encoding="utf-8")
    print(f"{sum(map(len, lines_of.values()))} phrases of {len(places)} met in the sentences")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
