"""Who is told what a commitment hides: whom the fact names, and nobody else."""
import json
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS, Actor, Grant
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound
from linli.registers.accounts import registry as accounts
from linli.watchers.openlog import queries
from linli.watchers.openlog.rules import leaves
from tests.watchers.openlog.conftest import Publish, rated

PERSON, PROVIDER = UUID(int=11), UUID(int=12)


def of_role(role: str, scope: str) -> Actor:
    """Somebody of this role as the running product gives it."""
    return Actor(new_ref(), None, (Grant(accounts.ROLES[role].permissions, scope),))


@pytest.fixture
def order(db: None) -> UUID:
    ref = rated(person=PERSON, provider=PROVIDER)
    journal.run()
    return ref


def test_nothing_in_the_log_says_whose_order_it_was(order: UUID) -> None:
    (leaf,) = queries.about(order)
    shown = (leaf.payload or "") + leaf.entry + queries.receipt(order).text
    assert str(order) not in shown and str(PERSON) not in shown and "340104003001" not in shown
    assert leaf.fields["grade"] == 4 and leaf.fields["provider"] == str(PROVIDER)


@pytest.mark.parametrize(("role", "scope"), [
    ("resident", f"person:{PERSON}"), ("provider_admin", f"organisation:{PROVIDER}"),
    ("provider_staff", f"organisation:{PROVIDER}"),
])
def test_whom_the_fact_names_can_open_it(order: UUID, role: str, scope: str) -> None:
    by = of_role(role, scope)
    opened = queries.openings(order, by=by)
    assert {one.field: one.value for one in opened} == {
        "about": str(order), "order": str(order), "person": str(PERSON), "region": "340104003001"}
    payload = json.loads(queries.receipt(order).leaf.payload or "")
    assert all(leaves.opens(one, payload) for one in opened) and queries.may_open(order, by=by)


@pytest.mark.parametrize(("role", "scope"), [
    ("resident", f"person:{UUID(int=13)}"), ("provider_admin", f"organisation:{UUID(int=13)}"),
    ("practitioner", f"practitioner:{UUID(int=13)}"), ("officer", "region:340100000000"),
    ("system_admin", "region:340000000000"), ("auditor", "region:340000000000"),
])
def test_nobody_else_can(order: UUID, role: str, scope: str) -> None:
    with pytest.raises(NotFound):
        queries.openings(order, by=of_role(role, scope))
    assert not queries.may_open(order, by=of_role(role, scope)) and not queries.may_open(order, by=ANONYMOUS)


def test_what_hides_nothing_has_nothing_to_open(publish: Publish) -> None:
    (ref,) = publish(1)
    assert not queries.may_open(ref, by=of_role("provider_admin", f"organisation:{ref}"))
    assert not queries.may_open(new_ref(), by=ANONYMOUS)
