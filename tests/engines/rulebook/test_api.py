import json
from datetime import timedelta
from typing import Any

from linli.engines.rulebook import actions
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from tests.actors import AT
from tests.engines.rulebook.conftest import DISTRICT, RULE, Owed
from tests.registers.visiting import visit


def get(path: str, by: Actor = ANONYMOUS, status: int = 200, days: int = 0) -> Any:
    answer = visit(f"/api/v1/{path}", by=by, at=AT + timedelta(days=days))
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_a_rule_as_of_a_day_in_a_region(db: None) -> None:
    rule = get("rules/elderly.prepaid_months?on=2026-11-22&region=640104000000")
    assert (rule["amount"], rule["unit"], rule["jurisdiction"]) == (6, "month", "640000000000")
    assert rule["title"]["zh"] == "养老服务费预收上限" and rule["from"] == "2025-01-01" and rule["until"] is None
    assert get("rules/elderly.prepaid_months")["amount"] == 12
    assert get("rules/security.keep_logs?on=2020-01-01")["until"] == "2026-01-01"
    assert get("rules/no.such", status=404)["title"] == "Not found"
    assert get("rules/gov.decide?on=1990-01-01", status=404)
    assert get("rules/gov.decide?on=2026-02-30", status=422)["errors"][0]["field"] == "on"
    assert get("rules/gov.decide?region=hefei", status=422)["errors"][0]["field"] == "region"


def test_rules_in_force(db: None) -> None:
    assert len(get("rules")["items"]) > 40
    found = [rule["id"] for rule in get("rules?q=差评整改")["items"]]
    assert found == ["gov.rectify_bad_rating", "service.rectify_bad_rating"]
    assert {rule["topic"] for rule in get("rules?topic=security")["items"]} == {"security"}


def test_duties_are_public_but_not_what_they_are_about(owed: Owed) -> None:
    actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=24))
    (duty,) = get(f"duties?region=340100000000&state=overdue&owner=organisation:{owed.organisation}", days=24)["items"]
    assert (duty["rule"], duty["due_on"], duty["days_late"], duty["region"]) == (RULE, "2026-12-07", 3, DISTRICT)
    assert duty["about"] is None and duty["owed_to"] is None
    assert get("duties", by=owed.officer)["items"][0]["about"] == str(owed.about)
    assert get("duties", by=owed.stranger)["items"][0]["about"] is None
    assert get("duties?state=met")["items"] == []
    get(f"duties?owner=person:{owed.person}", status=422)
    get("duties?state=late", status=422)


def test_the_list_goes_on_from_its_cursor(owed: Owed) -> None:
    others = [Owed() for _ in range(2)]
    first = get("duties?limit=2")
    rest = get(f"duties?limit=2&after={first['next']}")
    refs = [item["ref"] for item in first["items"] + rest["items"]]
    assert sorted(refs) == sorted(str(one.duty) for one in [owed, *others]) and rest["next"] is None
