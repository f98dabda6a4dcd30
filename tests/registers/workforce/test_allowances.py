import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import queries as journal
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Allowance
from linli.registers.workforce.rules import Level, allowances
from linli.registers.workforce.states import ALLOWANCE_LABELS, ALLOWANCES
from linli.registers.workforce.states import Allowance as State
from tests.actors import AT, CITY, actor
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import Scene
from tests.registers.workforce.test_stations import USCC, premises

DECEMBER = date(2026, 12, 1)
NOW = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
"""December is the first month that counts: on the staff since the 16th of November, a day too late for that one."""
OFFICE = actor(f"region:{CITY}", "workforce.see", "workforce.register", "workforce.pay")
FAR = actor("region:340103000000", "workforce.see", "workforce.pay")


def claimed(scene: Scene, *, level: str = "worker", month: date = DECEMBER, at: datetime = NOW) -> UUID:
    scene.registered(level=level)
    return actions.claim(month=month, by=scene.worker, at=at)


def confirmed(scene: Scene) -> UUID:
    ref = claimed(scene)
    actions.confirm_claim(ref, by=scene.manager, at=NOW)
    return ref


def test_the_months_that_are_open() -> None:
    assert allowances.open_months(date(2027, 1, 5), back=3) == [date(2026, 12, 1), date(2026, 11, 1), date(2026, 10, 1)]
    assert allowances.last_of(date(2028, 2, 1)) == date(2028, 2, 29)
    assert allowances.amount(Level.SENIOR, {"senior": 7}) == 7


@pytest.mark.parametrize("month", [date(2027, 1, 1), date(2026, 9, 30), date(2030, 1, 1)])
def test_a_month_that_is_not_open(month: date) -> None:
    with pytest.raises(RuleBroken) as why:
        allowances.require_open(month, on=date(2027, 1, 5), back=3)
    assert (why.value.rule, why.value.field) == ("workforce.allowance", "month")


@pytest.mark.parametrize(("level", "fen"), [("assistant", 20000), ("worker", 30000), ("senior", 50000)])
def test_it_goes_by_the_registered_level_through_three_hands(scene: Scene, level: str, fen: int) -> None:
    ref = claimed(scene, level=level, month=date(2026, 12, 24))
    card = queries.allowance(ref, by=scene.worker)
    assert (card.month, card.amount_fen, card.state, card.at_station) == (DECEMBER, fen, State.CLAIMED, False)
    actions.confirm_claim(ref, by=scene.manager, at=NOW)
    assert actions.pay(ref, paid_on=NOW.date(), voucher="2027-0001", by=OFFICE, at=NOW) == fen
    [paid], total, sum_ = queries.overseen_allowances(by=OFFICE)
    assert (paid.state, paid.paid_on, paid.voucher, total, sum_) == (State.PAID, NOW.date(), "2027-0001", 1, fen)
    assert [e.payload["fen"] for e in journal.history([ref]) if e.fact == "workforce.AllowancePaid"] == [fen]


def test_work_at_a_station_is_said(scene: Scene) -> None:
    station = actions.open_station(facility=premises(scene), uscc=USCC, by=scene.office, at=AT)
    actions.assign(station, practitioner=scene.practitioner, by=scene.manager, at=AT)
    assert queries.allowance(claimed(scene), by=OFFICE).at_station


def test_who_has_no_claim(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="not registered at the end"):
        actions.claim(month=DECEMBER, by=scene.worker, at=NOW)
    scene.registered()
    with pytest.raises(RuleBroken, match="staff by day 15 of this month"):
        actions.claim(month=date(2026, 11, 1), by=scene.worker, at=NOW)  # on the staff since the 16th
    with pytest.raises(RuleBroken, match="staff by day 15 of this month"):
        actions.claim(month=DECEMBER, by=scene.other, at=NOW)
    with pytest.raises(NotAllowed):
        actions.claim(month=DECEMBER, by=OFFICE, at=NOW)
    actions.claim(month=DECEMBER, by=scene.worker, at=NOW)
    with pytest.raises(Conflict, match="claimed for this month already"):
        actions.claim(month=DECEMBER, by=scene.worker, at=NOW)


def test_a_refused_month_may_be_claimed_anew(scene: Scene) -> None:
    ref = claimed(scene)
    actions.reject_claim(ref, reasons="十二月休假两周。", by=scene.manager, at=NOW)
    assert queries.allowance(ref, by=scene.worker).reasons == "十二月休假两周。"
    assert DECEMBER in queries.my_allowances(by=scene.worker, on=NOW.date())[1]
    again = actions.claim(month=DECEMBER, by=scene.worker, at=NOW)
    assert DECEMBER not in queries.my_allowances(by=scene.worker, on=NOW.date())[1] and again != ref


@pytest.mark.parametrize(("changes", "field"), [
    ({"paid_on": date(2027, 1, 6)}, "paid_on"), ({"paid_on": date(2026, 11, 30)}, "paid_on"),
    ({"voucher": " "}, "voucher"),
])
def test_what_is_no_payment(scene: Scene, changes: dict[str, Any], field: str) -> None:
    ref = confirmed(scene)
    given: dict[str, Any] = {"paid_on": NOW.date(), "voucher": "1"} | changes
    with pytest.raises(RuleBroken) as why:
        actions.pay(ref, **given, by=OFFICE, at=NOW)
    assert why.value.field == field and queries.allowance(ref, by=OFFICE).state == State.CONFIRMED


def test_nobody_confirms_or_pays_their_own(scene: Scene) -> None:
    ref = claimed(scene)
    own = Actor(scene.manager.ref, scene.person, scene.manager.grants)
    with pytest.raises(RuleBroken, match="themselves"):
        actions.confirm_claim(ref, by=own, at=NOW)
    actions.confirm_claim(ref, by=scene.manager, at=NOW)
    with pytest.raises(RuleBroken, match="themselves"):
        actions.pay(ref, paid_on=NOW.date(), voucher="1", by=Actor(OFFICE.ref, scene.person, OFFICE.grants), at=NOW)


@pytest.mark.parametrize("state", list(ALLOWANCE_LABELS))
@pytest.mark.parametrize("who", ["worker", "manager", "office", "reader"])
def test_who_may_do_what_in_each_state(scene: Scene, state: State, who: str) -> None:
    ref = claimed(scene)
    by = OFFICE if who == "office" else getattr(scene, who)
    held = {"worker": "workforce.practise", "manager": "workforce.recruit", "office": "workforce.pay"}.get(who)
    paid = {"paid_on": NOW.date(), "voucher": "1"}
    for name, move in ALLOWANCES.moves.items():
        if name == "claim":
            continue
        Allowance.objects.filter(ref=ref).update(
            state=state, **{"paid_on": NOW.date(), "voucher": "1"} if state == State.PAID else {
                "paid_on": None, "voucher": ""})
        given: dict[str, Any] = paid if name == "pay" else {"reasons": "x"} if name in (
            "reject_claim", "refuse_claim") else {}
        try:
            getattr(actions, name)(ref, **given, by=by, at=NOW)
            done = True
        except Refusal as why:
            assert isinstance(why, NotAllowed | Conflict)
            done = False
        assert done is (move.permission == held and state in move.sources), (name, state, who)


def test_others_know_nothing_of_it(scene: Scene) -> None:
    ref = claimed(scene)
    for by in (scene.other, FAR, actor(f"organisation:{scene.person}", "workforce.recruit")):
        with pytest.raises(NotFound):
            queries.allowance(ref, by=by)
    with pytest.raises(NotAllowed):
        queries.allowances_of(scene.organisation, by=scene.other)


def test_erasing_takes_an_open_claim_back(scene: Scene) -> None:
    ref = claimed(scene)
    actions.forget(scene.person, by=SYSTEM, at=NOW)
    assert queries.allowance(ref, by=SYSTEM).state == State.WITHDRAWN


def test_the_pages_of_an_allowance(scene: Scene) -> None:
    mine, desk, office = "/me/profession/allowances/", "/provider/allowances/", "/officer/workforce/allowances/"

    def post(path: str, data: dict[str, Any], by: Actor) -> Any:
        return visit(path, data, by=by, method="POST", at=NOW)

    bad = post(mine, {"month": "2026-12-01"}, scene.worker)
    assert bad.status_code == 422 and "not registered at the end" in text(bad)
    scene.registered()
    assert post(mine, {"month": "2026-01-01"}, scene.worker).status_code == 422
    assert post(mine, {"month": "2026-12-01"}, scene.worker).status_code == 302
    ref = Allowance.objects.get().ref
    page = text(visit(mine, by=scene.worker, at=NOW))
    assert "¥300" in page and "waits for the organisation" in page and "December 2026" in page
    assert "王敏" in text(visit(desk, by=scene.manager, at=NOW))
    empty = post(f"{desk}{ref}/reject/", {f"refuse-{ref}-reasons": ""}, scene.manager)
    assert empty.status_code == 422 and "<details open" in text(empty)
    assert post(f"{desk}{ref}/confirm/", {}, scene.manager).status_code == 302
    late = post(f"{office}{ref}/pay/", {f"pay-{ref}-paid_on": "2099-01-01", f"pay-{ref}-voucher": "N-7"}, OFFICE)
    assert late.status_code == 422 and 'value="N-7"' in text(late) and "<details open" in text(late)
    assert post(f"{office}{ref}/refuse/", {f"refuse-{ref}-reasons": ""}, OFFICE).status_code == 422
    done = post(f"{office}{ref}/pay/", {f"pay-{ref}-paid_on": "2027-01-04", f"pay-{ref}-voucher": "N-7"}, OFFICE)
    assert done.status_code == 302
    assert "Paid in all" in text(visit(f"{office}?state=paid", by=OFFICE, at=NOW))
    assert "N-7" in text(visit(mine, by=scene.worker, at=NOW))
    assert "职业津贴" in text(visit(mine, by=scene.worker, language="zh", at=NOW))
    assert post(f"{mine}{ref}/withdraw/", {}, scene.worker).status_code == 409
    assert visit(office, by=scene.worker).status_code == 403 and visit(desk, by=scene.worker).status_code == 403


def test_an_allowance_over_the_api(scene: Scene) -> None:
    scene.registered()
    base = "/api/v1/workforce/allowances"

    def send(path: str, data: dict[str, Any], by: Actor) -> Any:
        return visit(f"{base}{path}", data, by=by, method="POST", key="k", at=NOW)

    mine = json.loads(visit(f"{base}/mine", by=scene.worker, at=NOW).content)
    assert mine["months"] == ["2026-12-01", "2026-11-01", "2026-10-01"] and mine["items"] == []
    assert [send("", {"month": "2026-12-05"}, scene.worker).status_code for _ in range(2)] == [201, 200]
    ref = str(Allowance.objects.get().ref)
    assert json.loads(visit(f"{base}/{ref}", by=scene.manager).content)["moves"] == ["confirm_claim", "reject_claim"]
    assert visit(f"{base}/{ref}", by=scene.other).status_code == 404
    assert send(f"/{ref}/reject", {"reasons": ""}, scene.manager).status_code == 422
    assert json.loads(send(f"/{ref}/confirm", {}, scene.manager).content)["state"] == "confirmed"
    assert send(f"/{ref}/withdraw", {}, scene.worker).status_code == 409
    assert send(f"/{ref}/refuse", {"reasons": ""}, OFFICE).status_code == 422
    paid = send(f"/{ref}/pay", {"paid_on": "2027-01-04", "voucher": "N-7"}, OFFICE)
    assert json.loads(paid.content)["state"] == "paid"
    assert json.loads(visit(base, by=OFFICE).content)["paid_fen"] == 30000
