"""Whoever runs an organisation of a public list says so; the office decides; then it is theirs."""
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from stdnum.cn import uscc

from linli.engines.journal.models import Entry
from linli.engines.journal.registry import EntryCard
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.organisations import actions, queries, subscribers
from linli.registers.organisations.models import Claim, Organisation
from linli.registers.organisations.rules import organisation_check
from linli.registers.organisations.states import CLAIM_LABELS, CLAIM_LIFE, ClaimState
from tests.actors import AT, actor, resident
from tests.registers.visiting import text, visit

CODE = "52340100500000015P"
_BEGUN = "5234010350000002" + organisation_check("50000002")
OTHER_CODE = _BEGUN + uscc.calc_check_digit(_BEGUN)
SAID: dict[str, Any] = {
    "kind": "agency", "uscc": CODE, "phone": "0551-62345678", "statement": "本人为院长，可致电核实。",
}
OFFICER = actor("region:340100000000", "organisations.approve")
ELSEWHERE = actor("region:340103000000", "organisations.approve")


@pytest.fixture
def listed(regions: ModuleType) -> UUID:
    known = actions.known(name="琥珀社区卫生服务中心", region="340104003000", phone="0551-60000001")
    return actions.take_in([known], by=OFFICER, at=AT)[0][0]


def claim(listed: UUID, by: Any = None, **said: Any) -> UUID:
    return actions.claim(listed, **SAID | said, by=by or resident(new_ref()), at=AT)


def test_a_granted_claim_makes_the_claimant_its_manager_and_refuses_the_others(listed: UUID) -> None:
    mine, other = resident(new_ref()), resident(new_ref())
    ref, second = claim(listed, mine), claim(listed, other, uscc=OTHER_CODE)
    [duty, _] = rulebook.duties(on=AT.date(), rule_id=queries.CLAIM)
    assert (duty.owner, duty.owed_to) == ("region:340104003000", f"person:{mine.person}")
    actions.grant_claim(ref, by=OFFICER, at=AT)
    card = queries.organisation(listed)
    assert card.active and (card.uscc, card.kind, card.phone) == (CODE, "agency", "0551-62345678")
    assert [queries.claim(one, by=OFFICER).state for one in (ref, second)] == ["granted", "refused"]
    assert all(one.state == "met" for one in rulebook.duties(on=AT.date(), rule_id=queries.CLAIM))
    fact = Entry.objects.get(fact="organisations.OrganisationApproved")
    assert fact.payload["applicant"] == str(mine.person)  # from which accounts make the claimant its manager
    with pytest.raises(Conflict, match="manages this organisation already"):
        claim(listed)


def test_a_refused_claim_says_why_and_may_be_made_anew(listed: UUID) -> None:
    mine = resident(new_ref())
    ref = claim(listed, mine)
    with pytest.raises(RuleBroken, match="Fill this in"):
        actions.refuse_claim(ref, reasons=" ", by=OFFICER, at=AT)
    actions.refuse_claim(ref, reasons="证照不符", by=OFFICER, at=AT)
    assert queries.my_claims(mine)[0].reasons == "证照不符" and queries.organisation(listed).listed
    claim(listed, mine)


@pytest.mark.parametrize(("said", "field"), [
    ({"uscc": "52340100500000015X"}, "uscc"), ({"kind": "company"}, "uscc"), ({"kind": "unknown"}, "kind"),
    ({"phone": "62345678"}, "phone"), ({"statement": ""}, "statement"),
])
def test_what_is_no_claim(listed: UUID, said: dict[str, str], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        claim(listed, **said)
    assert why.value.field == field and not Claim.objects.exists()


def test_who_may_claim_and_decide(listed: UUID) -> None:
    with pytest.raises(NotAllowed):
        claim(listed, ANONYMOUS)
    mine = resident(new_ref())
    ref = claim(listed, mine)
    with pytest.raises(Conflict, match="waits for its answer"):
        claim(listed, mine)
    own = actor("region:340100000000", "organisations.approve", person=mine.person)
    with pytest.raises(RuleBroken, match="their own claim"):
        actions.grant_claim(ref, by=own, at=AT)
    for by in (ANONYMOUS, resident(new_ref()), ELSEWHERE):
        with pytest.raises(NotFound):
            queries.claim(ref, by=by)
    Organisation.objects.create(kind="agency", name="x", uscc=CODE, region_code="340103000000", state="approved",
                                applied_at=AT, applied_by=new_ref())
    with pytest.raises(Conflict, match="registered here"):
        actions.grant_claim(ref, by=OFFICER, at=AT)


@pytest.mark.parametrize("state", list(ClaimState))
@pytest.mark.parametrize("move", ["grant_claim", "refuse_claim"])
@pytest.mark.parametrize("role", ["officer", "claimant", "elsewhere"])
def test_every_move_from_every_state_by_every_role(listed: UUID, move: str, state: ClaimState, role: str) -> None:
    mine = resident(new_ref())
    ref = claim(listed, mine)
    Claim.objects.update(state=state, reasons="x")
    by = {"officer": OFFICER, "claimant": mine, "elsewhere": ELSEWHERE}[role]
    refusal: type[Refusal] | None = {"claimant": NotAllowed, "elsewhere": NotFound}.get(role) or (
        None if state == ClaimState.OPEN else Conflict)
    more = {"reasons": "x"} if move == "refuse_claim" else {}
    if refusal:
        with pytest.raises(refusal):
            getattr(actions, move)(ref, by=by, at=AT, **more)
        assert Claim.objects.get().state == state
    else:
        getattr(actions, move)(ref, by=by, at=AT, **more)
        assert Claim.objects.get().state == CLAIM_LIFE.moves[move].target


def test_a_list_that_knows_the_code_is_one_with_the_organisation_and_lists_need_an_office(listed: UUID) -> None:
    known = actions.known(name="琥珀社区卫生服务中心", region="340104003000", uscc=CODE)
    assert actions.take_in([known], by=SYSTEM, at=AT)[0][2] == "changed"
    assert queries.by_code(CODE).ref == listed and queries.organisation(listed).kind == "agency"
    with pytest.raises(RuleBroken, match="another code"):
        claim(listed, uscc=OTHER_CODE)
    with pytest.raises(NotAllowed):
        actions.take_in([known], by=ELSEWHERE, at=AT)


def test_the_pages_from_the_public_entry_to_the_decision(listed: UUID) -> None:
    mine = resident(new_ref())
    assert "Nobody has confirmed it yet" in text(visit(f"/organisations/{listed}/"))
    page = text(visit(f"/organisations/{listed}/claim/", by=mine))
    assert "I need a service" in page
    wrong = visit(f"/organisations/{listed}/claim/", SAID | {"uscc": "1"}, by=mine, method="POST")
    assert wrong.status_code == 422 and "院长" in text(wrong)
    done = visit(f"/organisations/{listed}/claim/", SAID, by=mine, method="POST")
    assert done.status_code == 302 and "Your claim was sent" in text(visit(done["Location"], by=mine))
    ref = Claim.objects.get().ref
    assert "琥珀社区卫生服务中心" in text(visit("/officer/claims/", by=OFFICER))
    assert "院长" in text(visit(f"/officer/claims/{ref}/", by=OFFICER))
    assert visit(f"/officer/claims/{ref}/", by=ELSEWHERE).status_code == 404
    assert visit(f"/officer/claims/{ref}/refuse/", {}, by=OFFICER, method="POST").status_code == 422
    assert visit(f"/officer/claims/{ref}/grant/", {}, by=OFFICER, method="POST").status_code == 302
    assert "desk" in text(visit(f"/provider/claims/{ref}/", by=mine)) and set(CLAIM_LABELS) == set(ClaimState)
    assert visit("/officer/claims/", by=mine).status_code == 403


def test_who_is_erased_leaves_the_claim_but_not_their_words(listed: UUID) -> None:
    mine, other = resident(new_ref()), resident(new_ref())
    ref, second = claim(listed, mine), claim(listed, other, uscc=OTHER_CODE)
    assert mine.person and queries.claims_held(mine.person)[0]["words"] == SAID["statement"]
    actions.grant_claim(ref, by=OFFICER, at=AT)
    fact = EntryCard(1, "people.PersonErased", mine.person, {"person": str(mine.person)}, mine.ref, AT)
    subscribers.react([fact])
    card = queries.claim(ref, by=OFFICER)
    assert (card.state, card.statement, card.phone) == ("granted", "", "")
    assert queries.claim(second, by=OFFICER).statement == SAID["statement"], "of nobody else"
