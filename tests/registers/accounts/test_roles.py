from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.accounts import actions, queries, registry
from linli.registers.people import actions as people
from tests.actors import AT, CITY
from tests.registers.accounts.conftest import DISTRICT, OTHER, Recorded, Staff

pytestmark = pytest.mark.usefixtures("regions")


def test_a_role_holds_in_its_region_for_its_time(staff: Staff) -> None:
    later = AT + timedelta(days=30)
    scope = f"region:{DISTRICT}"
    grant = actions.grant_role(staff.new, role="officer", scope=scope, until=later, by=staff.security, at=AT)
    now, then = queries.actor(staff.new, at=AT), queries.actor(staff.new, at=later)
    assert "people.open" in now.held(f"region:{DISTRICT}") and "people.open" not in now.held(f"region:{OTHER}")
    assert then.permissions == frozenset()
    assert Entry.objects.get(fact="accounts.RoleGranted", payload__grant=str(grant)).payload["role"] == "officer"
    actions.revoke_role(grant, by=staff.security, at=AT)
    assert queries.actor(staff.new, at=AT).permissions == frozenset()
    with pytest.raises(NotFound):
        actions.revoke_role(grant, by=staff.security, at=AT)


@pytest.mark.parametrize(("who", "role", "scope", "refusal", "sentence"), [
    ("security", "officer", "region:340103000000", NotAllowed, "does not let you give roles there"),
    ("system", "officer", "region:340104000000", NotAllowed, "does not let you give roles there"),
    ("security", "mayor", "region:340104000000", RuleBroken, "no such role"),
    ("security", "resident", "region:340104000000", RuleBroken, "not held over"),
    ("security", "officer", "region:349999000000", RuleBroken, "no such region"),
    ("security", "provider_admin", "organisation:x", RuleBroken, "not held over"),
])
def test_a_role_refused_gives_nothing(
    staff: Staff, who: str, role: str, scope: str, refusal: type[Refusal], sentence: str
) -> None:
    before = Entry.objects.count()
    with pytest.raises(refusal, match=sentence):
        actions.grant_role(staff.new, role=role, scope=scope, by=getattr(staff, who), at=AT)
    assert Entry.objects.count() == before and queries.actor(staff.new, at=AT).permissions == frozenset()


def test_nobody_raises_themself_and_the_three_administrators_are_three_people(staff: Staff) -> None:
    scope = f"region:{DISTRICT}"
    with pytest.raises(NotAllowed, match="to themself"):
        actions.grant_role(staff.security.ref, role="officer", scope=scope, by=staff.security, at=AT)
    with pytest.raises(RuleBroken, match="three different people"):
        actions.grant_role(staff.system.ref, role="auditor", scope=scope, by=staff.security, at=AT)
    actions.grant_role(staff.new, role="officer", scope=scope, by=staff.security, at=AT)
    with pytest.raises(Conflict, match="already"):
        actions.grant_role(staff.new, role="officer", scope=scope, by=staff.security, at=AT)
    with pytest.raises(RuleBroken, match="before it begins"):
        actions.grant_role(staff.new, role="auditor", scope=scope, until=AT, by=staff.security, at=AT)


def test_a_role_that_lapsed_can_be_given_again(staff: Staff) -> None:
    scope, end = f"region:{DISTRICT}", AT + timedelta(days=1)
    first = actions.grant_role(staff.new, role="officer", scope=scope, until=end, by=staff.security, at=AT)
    again = actions.grant_role(staff.new, role="officer", scope=scope, by=staff.security, at=end)
    assert first == again and "people.open" in queries.actor(staff.new, at=end).permissions


def test_an_account_acts_for_its_person_and_for_whom_they_represent(
    staff: Staff, django_assert_max_num_queries: Any
) -> None:
    daughter = actions.sign_up("daughter", password="warm tea at 5", name="周敏", region=DISTRICT, by=ANONYMOUS, at=AT)
    me = queries.actor(daughter, at=AT)
    assert me.person
    mother = people.register(name="王秀英", region=DISTRICT, by=SYSTEM, at=AT)
    people.represent(mother, representative=me.person, by=SYSTEM, at=AT)
    with django_assert_max_num_queries(2):
        me = queries.actor(daughter, at=AT)
    assert "people.manage" in me.held(f"person:{me.person}") & me.held(f"person:{mother}")
    assert me.held(f"person:{uuid4()}") == frozenset()


def test_a_locked_account_is_nobody_until_it_is_unlocked(staff: Staff) -> None:
    token = actions.issue_token(staff.new, label="test", by=Actor(staff.new), at=AT)
    actions.lock(staff.new, by=staff.system, at=AT)
    assert queries.actor(staff.new, at=AT) == queries.actor_by_token(token, at=AT) == ANONYMOUS
    actions.unlock(staff.new, by=staff.system, at=AT)
    assert queries.actor_by_token(token, at=AT).ref == staff.new


def test_an_approved_organisation_is_managed_by_its_applicant(staff: Staff, recorded: Recorded) -> None:
    account = actions.sign_up("applicant", password="warm tea at 5", name="周敏", by=ANONYMOUS, at=AT)
    person, organisation = queries.actor(account, at=AT).person, uuid4()
    for applicant in (person, account, uuid4()):
        recorded("organisations.OrganisationApproved", organisation=organisation, applicant=applicant)
    journal.run()
    held = queries.actor(account, at=AT).held(f"organisation:{organisation}")
    assert registry.ROLES["provider_admin"].permissions <= held
    assert journal.catch_up("accounts") == 0


def test_a_practitioner_without_an_account_finds_the_role_on_opening_one(recorded: Recorded) -> None:
    person, practitioner = people.register(name="李强", region=CITY, by=SYSTEM, at=AT), uuid4()
    recorded("practitioners.PractitionerAdded", practitioner=practitioner, person=person, organisation=uuid4())
    journal.run()
    account = actions.open_account("li.qiang", person=person, by=SYSTEM, at=AT)
    scope = f"practitioner:{practitioner}"
    assert "practitioners.see" in queries.actor(account, at=AT).held(scope)
    recorded("practitioners.PractitionerLeft", practitioner=practitioner, person=person, organisation=uuid4())
    journal.run()
    assert queries.actor(account, at=AT).held(scope) == frozenset()


def test_erasing_a_person_closes_their_account() -> None:
    account = actions.sign_up("leaving", password="warm tea at 5", name="周敏", by=ANONYMOUS, at=AT)
    me = queries.actor(account, at=AT)
    assert isinstance(me.person, UUID)
    people.erase(me.person, by=me, at=AT)
    journal.run()
    assert queries.actor(account, at=AT) == ANONYMOUS
    again = actions.sign_up("leaving", password="warm tea at 5", name="周敏", by=ANONYMOUS, at=AT)
    assert again != account
