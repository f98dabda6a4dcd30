from uuid import uuid4

import pytest

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant, prefix


@pytest.mark.parametrize(("code", "begins"), [
    ("340000000000", "34"), ("340100000000", "3401"), ("340104000000", "340104"), ("340104003000", "340104003"),
    ("340104003001", "340104003001"), ("340104003100", "340104003100"),  # a village that ends in zeros
    ("340110000000", "340110"), ("341000000000", "3410"), ("region:340100000000", "region:3401"),
    ("organisation:340100000000", "organisation:3401"), ("500000000000", "50"), ("441900003000", "441900003"),
    ("000000000000", "00"),
])
def test_what_the_codes_of_a_subtree_begin_with(code: str, begins: str) -> None:
    assert prefix(code) == begins


@pytest.mark.parametrize(("granted", "scope", "covered"), [
    ("region:340100000000", "region:340104003001", True), ("region:340100000000", "region:340100000000", True),
    ("region:340000000000", "region:340104000000", True), ("region:340104000000", "region:340100000000", False),
    ("region:340104000000", "region:340103000000", False), ("region:341000000000", "region:340100000000", False),
    ("region:340104003000", "region:340104003001", True), ("region:340104003000", "region:340104004001", False),
    ("region:340100000000", "organisation:340104000000", False), ("organisation:a", "organisation:a", True),
    ("organisation:a", "organisation:ab", False), ("organisation:a", "person:a", False),
    ("person:a", "region:340100000000", False),
])
def test_a_grant_covers_the_whole_subtree_and_nothing_beside_it(granted: str, scope: str, covered: bool) -> None:
    assert Grant(frozenset({"a.b"}), granted).covers(scope) is covered


def test_what_is_held_depends_on_where_the_thing_lies() -> None:
    organisation = uuid4()
    by = Actor(uuid4(), None, (
        Grant(frozenset({"orders.accept"}), f"organisation:{organisation}"),
        Grant(frozenset({"orders.see", "duties.see"}), "region:340104000000"),
    ))
    assert by.permissions == {"orders.accept", "orders.see", "duties.see"}
    assert by.held("region:340104003001", f"organisation:{organisation}") == by.permissions
    assert by.held("region:340103000000", f"organisation:{organisation}") == {"orders.accept"}
    assert by.held("region:340103000000", f"organisation:{uuid4()}") == frozenset() == by.held()


def test_where_a_permission_holds() -> None:
    one, two = uuid4(), uuid4()
    see = frozenset({"orders.see"})
    by = Actor(uuid4(), None, (
        Grant(see, f"organisation:{one}"), Grant(see, f"organisation:{two}"), Grant(see, f"organisation:{one}"),
        Grant(see, "region:340100000000"), Grant(frozenset({"x.y"}), "region:320000000000"),
    ))
    assert by.refs("orders.see", "organisation") == (one, two)
    assert by.scopes("orders.see", "region") == ("3401",) and by.scopes("x.y", "organisation") == ()


def test_nobody_and_the_system_hold_nothing_and_are_not_the_same() -> None:
    assert ANONYMOUS.permissions == SYSTEM.permissions == frozenset() and ANONYMOUS != SYSTEM
