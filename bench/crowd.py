"""200 people at once on the large demo city, served as `./linli demo` and `./linli serve` do: one process of pages, one
of watchers and the clock. They think 5 to 10 seconds between two steps (`bench.journeys`)."""
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.node import ROOT, demo
from bench.pages import verdict

PEOPLE, COMING, MEASURED_S = 200, 2.0, 240
"""How many; how many more each second until all are there; for how long they are then measured."""
MOST_P95_MS = 400.0
KEPT = ROOT / "var" / "demo-city"


def main() -> int:
    kept = os.environ.get("LINLI_CITY", str(KEPT))
    with tempfile.TemporaryDirectory() as folder, demo(kept, size="city") as (port, cards, seconds):
        ready = Path(folder) / "cards.json"
        ready.write_text(json.dumps(cards))
        print(f"city ready in {seconds:.0f} s; {PEOPLE} people come, {COMING:.0f} a second; then {MEASURED_S} s are"
              " measured", flush=True)
        run = subprocess.run(
            [sys.executable, "-m", "locust", "-f", str(ROOT / "bench" / "journeys.py"), "--headless", "--only-summary",
             "--host", f"http://127.0.0.1:{port}", "--users", str(PEOPLE), "--spawn-rate", str(COMING), "--run-time",
             f"{int(PEOPLE / COMING) + MEASURED_S}s", "--reset-stats", "--csv", f"{folder}/crowd", "--loglevel",
             "ERROR"], env=dict(os.environ, LINLI_READY=str(ready)), cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        if run.returncode not in {0, 1}:  # 1: there were errors, which are told below
            print(f"locust ended with {run.returncode}")
            return 1
        return told(Path(folder))


def told(folder: Path) -> int:
    """Print each step and what went wrong, and say whether it holds."""
    with (folder / "crowd_stats.csv").open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["Name"])
    print(f"{'step':44} {'asked':>6} {'errors':>6} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7}")
    for row in rows:
        print(f"{row['Name']:44} {row['Request Count']:>6} {row['Failure Count']:>6} {row['50%']:>7} {row['95%']:>7}"
              f" {row['99%']:>7}")
    with (folder / "crowd_failures.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            print(f"error: {row['Name']}: {row['Error']} ({row['Occurrences']} times)")
    whole = next(row for row in rows if row["Name"] == "Aggregated")
    asked, errors, p95 = int(whole["Request Count"]), int(whole["Failure Count"]), float(whole["95%"])
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, {float(whole['Requests/s']):.1f} steps a second")
    return verdict([
        (f"{errors} errors among {asked} steps (none)", errors == 0 and asked > PEOPLE * MEASURED_S // 20),
        (f"p95 of all steps {p95:.0f} ms (at most {MOST_P95_MS:.0f})", p95 <= MOST_P95_MS),
    ])


if __name__ == "__main__":
    raise SystemExit(main())
