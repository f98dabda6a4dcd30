"""How well triage reads: the labelled sentences of `bench/data`, development and held-out part side by side.

    python -m bench.triage [--misses]

`--development` leaves the held-out part unmeasured; `--misses` names the rows that went wrong, never the held-out ones.
"""
import csv
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.pages import verdict
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.work.needs.rules.keywords import Table, table
from linli.work.needs.rules.keywords import rows as phrases
from linli.work.needs.rules.triage import Flag, Triage, Urgency, triage

DATA = Path(__file__).with_name("data")
FEWEST, RECALL, FALSE = 300, .98, .05
PARTS = (
    ("development", "triage_sentences.csv"), ("second set", "triage_more.csv"), ("spent", "triage_spent.csv"),
    ("hard", "triage_hard.csv"), ("spoken", "triage_spoken.csv"), ("held out", "triage_natural.csv"),
    ("held out, hard", "triage_held_out.csv"),
)


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    category: str
    urgency: str
    flags: frozenset[str]
    got: Triage


def directory(made: Callable[..., Table] = table) -> Table:
    """The phrases that the program uses: its own, and the names and keywords of the directory's categories."""
    every = taxonomy().categories.values()
    return made(phrases((c.key, (c.name.zh, str(c.name).lower(), *c.keywords_zh, *c.keywords_en)) for c in every))


def rows(file: str) -> list[Row]:
    known = directory()
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return [
            Row(r["id"], r["text"], r["category"], r["urgency"], frozenset(filter(None, r["flags"].split("|"))),
                triage(r["text"], keywords=known))
            for r in csv.DictReader(lines)
        ]


def share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%} ({part}/{whole})" if whole else "     –"


def report(name: str, found: Sequence[Row]) -> None:
    risky = [r for r in found if Flag.LIFE_RISK in r.flags]
    harmless = [r for r in found if Flag.LIFE_RISK not in r.flags]
    print(f"\n{name}: {len(found)} sentences")
    print(f"  life risk, recall        {share(sum(Flag.LIFE_RISK in r.got.flags for r in risky), len(risky))}")
    print(f"  life risk, false alarms  {share(sum(Flag.LIFE_RISK in r.got.flags for r in harmless), len(harmless))}")
    print("  flag                     precision           recall")
    for flag in Flag:
        said, true = {r.id for r in found if flag in r.got.flags}, {r.id for r in found if flag in r.flags}
        print(f"  {flag:24} {share(len(said & true), len(said)):19} {share(len(said & true), len(true))}")
    labelled = [r for r in found if r.category]
    print(f"  category, first answer   {share(sum(right(r) for r in labelled), len(labelled))}")
    plain = [r for r in labelled if Flag.LIFE_RISK not in r.flags]
    print(f"  … without life risk      {share(sum(right(r) for r in plain), len(plain))}")
    matrix = Counter((r.urgency, r.got.urgency) for r in found)
    print("  urgency: labelled \\ said " + "".join(f"{u:>9}" for u in Urgency))
    for label in Urgency:
        print(f"  {label:>24} " + "".join(f"{matrix[label, said]:>9}" for said in Urgency))


# The labeller chose among 31 kinds; the taxonomy tells some of them apart more finely. A finer answer is right too.
FINER = {
    "home_care": {"family_bed", "respite_care", "emergency_button"},
    "repairs": {"home_adaptation", "locksmith", "gas_check"},
    "housekeeping": {"appliance_cleaning", "pest_control", "laundry"}, "meals": {"cooking"},
    "rehabilitation": {"chinese_medicine", "special_needs_child"}, "family_doctor": {"vaccination", "health_check"},
    "chronic_care": {"equipment_loan"}, "disabled_support": {"equipment_loan"}, "nanny": {"maternal_care"},
    "after_school": {"holiday_club"}, "childcare": {"babysitting", "preschool"}, "home_nursing": {"hospice"},
    "adult_learning": {"digital_help", "first_aid_training", "senior_university", "language_course", "computer_course",
                       "vocational_training"},
    "tutoring": {"language_course", "left_behind_children"}, "mental_support": {"parenting_advice"},
    "culture": {"library", "museum", "opera", "craft", "reading"}, "tourism_guide": {"senior_travel"},
    "sports": {"court_hire", "swimming", "fitness", "tai_chi", "youth_sports"},
    "errands": {"printing", "medicine_delivery", "transport"}, "escort_to_hospital": {"transport"},
    "social_work": {"left_behind_children", "domestic_violence", "community_correction"}, "rescue": {"food_bank"},
    "mediation": {"property_service"}, "employment": {"vocational_training"},
}


def right(row: Row) -> bool:
    return row.got.category == row.category or row.got.category in FINER.get(row.category, ())


def misses(found: Sequence[Row]) -> None:
    for r in found:
        want, got = r.flags, set(r.got.flags)
        wrong = [f"{'−' if f in want else '+'}{f}" for f in sorted(want ^ got)]
        wrong += [f"category {r.category} ≠ {r.got.category}"] if r.category and not right(r) else []
        wrong += [f"urgency {r.urgency} ≠ {r.got.urgency}"] if r.urgency != r.got.urgency else []
        if wrong:
            print(f"{r.id} {', '.join(wrong)}: {r.text} {[(w.code, w.phrase) for w in r.got.why]}")


def aims(found: Sequence[Row]) -> list[tuple[str, bool]]:
    """What the project asks of itself on sentences that nobody tuned it on, and whether it holds."""
    risky, harmless = ([r for r in found if (Flag.LIFE_RISK in r.flags) is risk] for risk in (True, False))
    recall, false = (sum(Flag.LIFE_RISK in r.got.flags for r in part) / len(part) for part in (risky, harmless))
    return [(f"held out: {len(found)} sentences (at least {FEWEST})", len(found) >= FEWEST),
            (f"held out: life-risk recall {recall:.1%} (at least {RECALL:.0%})", recall >= RECALL),
            (f"held out: false alarms {false:.1%} (at most {FALSE:.0%})", false <= FALSE)]


def main(words: Sequence[str] = ()) -> int:
    held: list[tuple[str, bool]] = []
    for name, file in PARTS:
        if "--development" in words and name.startswith("held out"):
            continue
        found = rows(file)
        report(name, found)
        held += aims(found) if name == "held out" else []
        if "--misses" in words and not name.startswith("held out"):
            misses(found)
    return verdict(held)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
