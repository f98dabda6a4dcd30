"""Debian's Chromium on the running demo, with axe read from where set-up put it."""
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.hall import second_officer
from tests.browser.window import Windows
from tests.journeys.browser import Person
from tests.journeys.conftest import inventor
from tests.node import Node

__all__ = ["inventor"]
AXE = Path(__file__).parents[2] / "var" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def lacking(sentence: str) -> NoReturn:
    """Said and left out here; refused where everything is demanded."""
    if os.environ.get("LINLI_DEMAND_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        lacking("axe-core is not there: ./linli test fetches it into var/npm.")
    return AXE.read_text()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One for the package: its event loop must end before tests that ask the database in this process."""
    program = shutil.which("chromium")
    if program is None:
        lacking("Chromium is not there: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def windows(chromium: Browser, node: Node) -> Iterator[Windows]:
    opened = Windows(chromium, node)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def colleague(node: Node) -> Person:
    """A second officer of the city: who proposes a refusal does not confirm it."""
    return second_officer(node)
