"""Who keeps an organisation's entry: founded with it, let in, put out, handed on."""
from dataclasses import dataclass
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.accounts import actions, queries
from linli.registers.organisations import actions as organisations
from linli.registers.organisations.actions import Change
from tests.actors import AT
from tests.registers.accounts.conftest import DISTRICT
from tests.registers.visiting import text, visit

pytestmark = pytest.mark.usefixtures("regions")
CODE = "52340100500000015P"


@dataclass
class Founded:
    organisation: UUID
    founder: UUID
    colleague: UUID

    def founding(self) -> Actor:
        return queries.actor(self.founder, at=AT)


def account(sign_in: str, name: str) -> UUID:
    return actions.sign_up(sign_in, password="warm tea at 5", name=name, region=DISTRICT, by=ANONYMOUS, at=AT)


@pytest.fixture
def founded() -> Founded:
    founder, colleague = account("founder", "周敏"), account("13855512345", "李青")
    said = {"name": "合肥市蜀山区乐龄养老服务中心", "kind": "agency", "uscc": CODE, "region": DISTRICT,
            "address": "琥珀路 1 号", "registrar": "蜀山区民政局", "legal_representative": "周敏"}
    ref = organisations.file(None, kind="establishment", changes=[Change(item, value) for item, value in said.items()],
                             effective_on=AT.date(), basis="x", by=SYSTEM, at=AT).organisation
    person = queries.actor(founder, at=AT).person
    assert person
    organisations.entrust(ref, to=person, by=SYSTEM, at=AT)
    journal.run()
    return Founded(ref, founder, colleague)


def kept_by(founded: Founded) -> set[UUID]:
    scope = f"organisation:{founded.organisation}"
    return {one for one in (founded.founder, founded.colleague)
            if "organisations.manage" in queries.actor(one, at=AT).held(scope)}


def test_the_founder_keeps_the_entry_lets_somebody_in_and_puts_them_out(founded: Founded) -> None:
    by = founded.founding()
    assert kept_by(founded) == {founded.founder}
    grant = actions.let_in(founded.organisation, sign_in="138 5551 2345", name="李青", by=by, at=AT)
    assert kept_by(founded) == {founded.founder, founded.colleague}
    assert [(one.name, one.own) for one in queries.keepers(founded.organisation, by=by, at=AT)] == [
        ("周敏", True), ("李青", False)]
    with pytest.raises(Conflict, match="already"):
        actions.let_in(founded.organisation, sign_in="13855512345", name="李青", by=by, at=AT)
    actions.put_out(founded.organisation, grant=grant, by=by, at=AT)
    assert kept_by(founded) == {founded.founder}


def test_handed_on_it_is_somebody_elses_at_once_and_both_facts_are_recorded(founded: Founded) -> None:
    by = founded.founding()
    actions.hand_on(founded.organisation, sign_in="13855512345", name="李青", by=by, at=AT)
    assert kept_by(founded) == {founded.colleague}
    told = {(one.fact, one.payload["account"]) for one in Entry.objects.filter(
        payload__scope=f"organisation:{founded.organisation}")}
    assert {("accounts.RoleGranted", str(founded.colleague)), ("accounts.RoleRevoked", str(founded.founder))} <= told
    with pytest.raises(NotAllowed):
        actions.hand_on(founded.organisation, sign_in="13855512345", name="李青", by=founded.founding(), at=AT)


def test_what_is_refused_leaves_it_as_it_was(founded: Founded) -> None:
    by, other, ref = founded.founding(), queries.actor(founded.colleague, at=AT), founded.organisation
    for sign_in, name in (("13855512345", "李清"), ("13855512346", "李青"), ("?", "李青"), ("13855512345", " ")):
        for act in (actions.let_in, actions.hand_on):
            with pytest.raises(RuleBroken, match="Nobody of this name") as why:
                act(ref, sign_in=sign_in, name=name, by=by, at=AT)
            assert why.value.field == "sign_in"
    with pytest.raises(RuleBroken, match="That is you"):
        actions.hand_on(ref, sign_in="founder", name="周敏", by=by, at=AT)
    with pytest.raises(NotAllowed, match="do not keep"):
        actions.let_in(ref, sign_in="13855512345", name="李青", by=other, at=AT)
    with pytest.raises(NotAllowed, match="Hand the entry on"):
        actions.put_out(ref, grant=queries.keepers(ref, by=by, at=AT)[0].grant, by=by, at=AT)
    with pytest.raises(NotFound):
        actions.put_out(ref, grant=new_ref(), by=by, at=AT)
    with pytest.raises(Conflict):
        organisations.entrust(ref, to=new_ref(), by=SYSTEM, at=AT)
    assert kept_by(founded) == {founded.founder}


def test_the_page_keeps_what_was_typed_and_says_who_keeps_the_entry(founded: Founded) -> None:
    path, by = f"/provider/organisation/keepers/?organisation={founded.organisation}", founded.founding()
    assert "周敏" in text(visit(path, by=by))
    said = {"sign_in": "13855512345", "name": "李清", "how": "let_in"}
    page = visit(path, said, by=by, method="POST")
    assert page.status_code == 422 and "Nobody of this name" in text(page) and "李清" in page.content.decode()
    assert visit(path, said | {"name": "李青"}, by=by, method="POST").status_code == 302
    assert "李青" in text(visit(path, by=by))
    told = visit(f"/api/v1/organisations/{founded.organisation}/hand-on", {"sign_in": "13855512345", "name": "李青"},
                 by=by, method="POST")
    assert told.status_code == 204 and kept_by(founded) == {founded.colleague}
