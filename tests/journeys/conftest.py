from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.demo.invented import Inventor
from tests.journeys.browser import Program
from tests.node import Node

HERE = {"lon": 117.26, "lat": 31.86}
"""In 蜀山区, where the demo's resident lives and the carer stands at the door."""


@dataclass(frozen=True)
class Always:
    """A service of one's own that can be visited at any hour, and somebody fit to go; room for every test."""

    service: str
    carer: str


@pytest.fixture(scope="session")
def inventor() -> Inventor:
    """People and codes that the demo has not used: right digits, numbers that nobody has."""
    made = Inventor(uuid4().int)
    made._people, made._organisations = 1 + uuid4().int % 400, 100_000 + uuid4().int % 800_000
    return made


def enrolled(node: Node, inventor: Inventor, kinds: dict[str, date]) -> str:
    """Somebody new on the demo provider's staff, with papers that hold until those days; their ref."""
    provider = Program(node, "provider")
    one = inventor.someone(oldest=50, youngest=30, on=date(2026, 1, 1))
    told = provider.post("/practitioners", {
        "organisation": node.persona("provider")["organisation"], "name": one.name, "id_number": one.id_number,
        "title": "护理员", "gender": one.gender, "consented": True}, key=str(uuid4()))
    assert told.status == 201, told.body
    for kind, until in kinds.items():
        begin = min(date.today(), until) - timedelta(days=90)
        paper = provider.post(f"/practitioners/{told['ref']}/credentials", {
            "kind": kind, "number": "T-1", "issuer": "演示签发机关",
            "valid_from": f"{begin}", "valid_until": f"{until}",
        }, key=str(uuid4()))
        assert paper.status == 201, paper.body
    return str(told["ref"])


def listed(node: Node, **said: Any) -> str:
    """A service of the demo provider, open day and night, a quarter of an hour at a time; its ref."""
    told = Program(node, "provider").post("/services", {
        "organisation": node.persona("provider")["organisation"], "category": "companionship", "name": "昼夜陪伴",
        "summary": "随时可约。", "modes": ["home"], "region": "340104003000", "at": HERE, "area": ["340100000000"],
        "duration_minutes": 15, "capacity": 100, "lead_minutes": 0, "horizon_days": 3, "open_on_holidays": True,
        "hours": [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(7)]} | said, key=str(uuid4()))
    assert told.status == 201, told.body
    return str(told["ref"])


def times(person: Program, service: str) -> list[dict[str, Any]]:
    """Free times of a service at which this person is nowhere else: the demo and other tests book for them too."""
    busy = [(one["from"], one["until"]) for one in person.every("/orders")
            if one["state"] in {"held", "booked", "accepted", "in_service"}]
    return [one for one in person.get(f"/services/{service}/slots")["items"]
            if one["free"] and not any(one["from"] < until and begin < one["until"] for begin, until in busy)]


@pytest.fixture(scope="session")
def always(node: Node, inventor: Inventor) -> Always:
    carer = enrolled(node, inventor, {"no_bar": date.today() + timedelta(days=300)})
    return Always(listed(node), carer)
