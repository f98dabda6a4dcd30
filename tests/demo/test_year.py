"""The large city by a part of its recipe: a whole year, with all that the whole one has; and how it is kept."""
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.node import demo
from linli.demo.recipe import CITY, FLOORS
from linli.shell import kept
from tools.postgres import free_port

PART = 80
# where providers are few, more people find nobody near; how many swings with the day it is built on (71 on one)
FEWER = {"orders_order": .4}


@dataclass(frozen=True)
class City:
    data: Path
    told: dict[str, Any]

    def ask(self, question: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.data / kept.DATABASE}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    data = tmp_path_factory.mktemp("large") / "city"
    with demo(str(data), size="city", more=("--part", str(PART))) as (_, told, _):
        yield City(data, told)


@pytest.mark.slow
def test_it_has_what_it_is_said_to_have_over_a_whole_year(city: City) -> None:
    counts = {table: city.ask(f"SELECT COUNT(*) FROM {table}")[0][0] for table in FLOORS}
    assert {table for table, least in FLOORS.items() if counts[table] < least / PART * FEWER.get(table, 1)} == set(), (
        counts)
    months = {month for (month,) in city.ask("SELECT DISTINCT strftime('%m', begin) FROM orders_order")}
    assert len(months) == 12
    joined = city.ask("SELECT COUNT(DISTINCT strftime('%Y-%m', applied_at)) FROM organisations_organisation")
    assert joined[0][0] >= 6
    kinds = {kind for (kind,) in city.ask("SELECT DISTINCT kind FROM organisations_organisation")}
    assert {"society", "agency", "foundation", "company", "public_institution"} <= kinds
    ages = {age // 10 for (age,) in city.ask("SELECT 2026 - birth_year FROM people_person WHERE birth_year > 0")}
    assert ages >= set(range(9))
    assert city.ask("SELECT COUNT(*) FROM people_representation WHERE kind = 'guardian'")[0][0] > 10
    renewed = city.ask("SELECT COUNT(*) FROM (SELECT practitioner_id, kind FROM practitioners_credential"
                       " GROUP BY 1, 2 HAVING COUNT(*) > 1)")
    assert renewed[0][0] > 50
    assert city.told["size"] == "city" and {"resident", "provider", "officer_city"} <= {
        one["key"] for one in city.told["personas"]}


@pytest.mark.slow
def test_watchers_have_read_all_of_it(city: City) -> None:
    failed = city.ask("SELECT name, failure FROM journal_reader WHERE failure <> ''")
    behind = city.ask("SELECT COUNT(*) FROM search_indexed WHERE kind = 'service'")
    assert failed == [] and behind[0][0] >= FLOORS["directory_service"] / PART


@pytest.mark.slow
def test_broken_off_it_leaves_nothing_half_built(tmp_path: Path) -> None:
    data = tmp_path / "city"
    process = subprocess.Popen(
        [sys.executable, "-m", "linli", "demo", "--size", "city", "--part", str(PART), "--data", str(data),
         "--port", str(free_port())], env=dict(os.environ, LINLI_TESTING=""), stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True)
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if "residents" in line:  # in the midst of it
            process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 130
    assert "nothing of the unfinished city is left" in "".join(said)
    assert {file.name for file in data.iterdir()} <= {"demo"}


def test_a_part_has_a_part_of_everything_and_as_long_a_year() -> None:
    part = CITY.part(PART)
    assert part.days == CITY.days and 0 < (part.providers - 1) * PART < CITY.providers


def test_a_city_is_known_by_the_version_that_built_it(tmp_path: Path) -> None:
    assert kept.standing(tmp_path, "city") == kept.Standing.NONE
    (tmp_path / kept.DATABASE).touch()
    assert kept.standing(tmp_path, "city") == kept.Standing.UNREADABLE  # it has no mark
    kept.mark(tmp_path, "city")
    assert kept.standing(tmp_path, "city") == kept.Standing.SAME
    with pytest.raises(ValueError, match="holds the city of size city"):
        kept.standing(tmp_path, "small")
    text = (tmp_path / kept.MARK).read_text()
    demo_digest = text.split('"demo": "')[1][:32]
    (tmp_path / kept.MARK).write_text(text.replace(demo_digest, "0" * 32))
    assert kept.standing(tmp_path, "city") == kept.Standing.OLDER
    table_digest = text.split('"people/0001_initial": "')[1][:32]
    (tmp_path / kept.MARK).write_text(text.replace(table_digest, "0" * 32))
    assert kept.standing(tmp_path, "city") == kept.Standing.UNREADABLE
