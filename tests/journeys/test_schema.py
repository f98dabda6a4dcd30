"""Everything that the API's own description allows, and what it does not: no call of any operation breaks the node."""
import random
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import openapi
from schemathesis.core.result import Ok

from tests.journeys.browser import Program
from tests.node import Node

pytestmark = pytest.mark.slow
EXAMPLES = 12
LONGEST = 15.0
"""Seconds for each persona."""


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("who", ["resident", "provider"])
def test_no_operation_answers_with_a_fault(node: Node, who: str) -> None:
    schema = openapi.from_dict(Program(node).get("/openapi.json").body)
    token, end, called, faults = node.persona(who)["token"], time.monotonic() + LONGEST, set[str](), list[str]()
    described = list(schema.get_all_operations())
    operations = [found.ok() for found in described if isinstance(found, Ok)]
    assert len(operations) == len(described)
    random.Random(7).shuffle(operations)
    for operation in operations:
        _tried(operation, node.url, token, called, faults, end)
    assert called == {operation.label for operation in operations}
    assert not faults, "\n".join(sorted(set(faults))[:20])


def _tried(operation: Any, url: str, token: str, called: set[str], faults: list[str], end: float) -> None:
    @seed(7)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        if operation.label in called and time.monotonic() > end:
            return
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        answer = case.call(base_url=url)
        called.add(operation.label)
        if answer.status_code >= 500:
            faults.append(f"{operation.label}: {answer.status_code} {case.as_curl_command()[:300]}")

    ask()
