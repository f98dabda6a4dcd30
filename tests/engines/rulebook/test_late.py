"""How many duties are late, for everybody to see: ours apart, those of persons not at all."""
from datetime import timedelta
from typing import Any

from linli.engines.rulebook import actions, queries
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from tests.actors import AT
from tests.engines.rulebook.conftest import DISTRICT, OTHER, RULE, Owed


def test_only_what_is_overdue_counts_and_ours_is_told_apart(owed: Owed, django_assert_num_queries: Any) -> None:
    for owner in (f"region:{DISTRICT}", f"person:{owed.person}"):
        actions.raise_duty(RULE, owner=owner, owed_to=f"organisation:{owed.organisation}", about=new_ref(),
                           region=DISTRICT, since=AT.date(), by=SYSTEM, at=AT)
    assert queries.late() == (0, 0)
    actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=60))
    with django_assert_num_queries(1):
        assert queries.late(region=DISTRICT) == (2, 1)
    assert queries.late() == (2, 1) and queries.late(region=OTHER) == (0, 0)
