"""What filings add up to, without a database."""
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.refusals import RuleBroken
from linli.registers.organisations.rules.filing import (
    TOUCHES,
    Change,
    Filing,
    FilingKind,
    checked,
    fold,
    names,
    require_records,
    steps,
    turns_on,
)
from linli.registers.organisations.rules.items import ITEMS
from linli.registers.organisations.rules.words import words

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATE = AT + timedelta(days=900)
CHAIR = {"name": "张明", "post": "chair", "from_": "2026-03-02"}


def entry(order: int, kind: str, *changes: Change, day: int = 0, at: int | None = None, corrects: int = 0) -> Filing:
    """The filing of this order, `day` days after the first, known `at` days after it (the same where not said)."""
    return Filing(order, UUID(int=order), FilingKind(kind), DAY + timedelta(days=day),
                  AT + timedelta(days=day if at is None else at), [change.packed() for change in changes],
                  UUID(int=corrects) if corrects else None)


FOUNDED = entry(1, "establishment", Change("name", "合肥安康协会"), Change("address", "琥珀路 1 号"),
                Change("status", "registered"), Change("established_on", "2026-03-02"), Change("officers", CHAIR))
RENAMED = entry(2, "change", Change("name", "合肥安康互助协会"), day=100)
MOVED = entry(3, "change", Change("address", "长江路 9 号"), day=50, at=200)  # told 150 days too late
LEDGER = [FOUNDED, RENAMED, MOVED]


def said(item: str, *, on: int, known: int = 900, ledger: list[Filing] = LEDGER) -> Any:
    return fold(ledger, on=DAY + timedelta(days=on), known_at=AT + timedelta(days=known)).get(item)


def test_a_day_and_a_moment_of_knowing_are_two_things() -> None:
    assert said("name", on=99) == "合肥安康协会" and said("name", on=100) == "合肥安康互助协会"
    assert said("address", on=60, known=199) == "琥珀路 1 号"  # as everybody believed then
    assert said("address", on=60, known=200) == "长江路 9 号" and said("address", on=49) == "琥珀路 1 号"
    assert said("name", on=-1) is None
    assert names(LEDGER, on=DAY + timedelta(days=200), known_at=LATE) == [
        ("合肥安康协会", DAY, DAY + timedelta(days=100)), ("合肥安康互助协会", DAY + timedelta(days=100), None)]


def test_a_correction_takes_back_what_was_said_and_says_something_else_from_its_own_day() -> None:
    later = entry(4, "correction", Change("name", "合肥安康互助会"), day=130, at=300, corrects=2)
    ledger = [*LEDGER, later]
    assert said("name", on=120, ledger=ledger) == "合肥安康协会"  # the change never held from day 100
    assert said("name", on=130, ledger=ledger) == "合肥安康互助会"
    assert said("name", on=120, known=299, ledger=ledger) == "合肥安康互助协会"
    (told,) = steps(ledger, known_at=LATE)[-1].told
    assert (told.old, told.new, told.withdrawn) == ("合肥安康互助协会", "合肥安康互助会", False)
    assert [step.told[0].withdrawn for step in steps(ledger, known_at=LATE) if step.filing.order == 2] == [True]
    called = names(ledger, on=date(2027, 1, 1), known_at=LATE)
    assert [name for name, *_ in called] == ["合肥安康协会", "合肥安康互助会"]


def test_a_correction_of_the_same_day_does_not_undo_what_came_after_the_error() -> None:
    second = entry(4, "change", Change("name", "合肥安心协会"), day=100)
    fix = entry(5, "correction", Change("name", "合肥安康互帮协会"), day=100, at=300, corrects=2)
    assert said("name", on=500, ledger=[*LEDGER, second, fix]) == "合肥安心协会"
    again = entry(6, "correction", Change("name", None), day=100, at=301, corrects=4)
    assert said("name", on=500, ledger=[*LEDGER, second, fix, again]) == "合肥安康互帮协会"
    wrong = entry(7, "correction", Change("name", "合肥安康公益协会"), day=100, at=302, corrects=5)
    assert said("name", on=500, ledger=[*LEDGER, second, fix, again, wrong]) == "合肥安康公益协会"


def test_officeholders_end_and_are_never_lost_and_one_listed_in_error_was_never_there() -> None:
    key = "张明|chair|2026-03-02"
    ended = entry(4, "officers", Change("officers", {"until": "2026-09-01"}, key=key),
                  Change("officers", {"name": "李华", "post": "chair", "from_": "2026-09-01"}), day=183)
    after = fold([*LEDGER, ended], on=DAY + timedelta(days=400), known_at=LATE)
    assert [one["name"] for one in after.records("officers")] == ["张明", "李华"]
    assert [one["name"] for one in after.current("officers", on=date(2026, 8, 31))] == ["张明"]
    assert [one["name"] for one in after.current("officers", on=date(2026, 9, 1))] == ["李华"]
    error = entry(5, "correction", Change("officers", None, key="李华|chair|2026-09-01"), day=183, at=300, corrects=4)
    after = fold([*LEDGER, ended, error], on=DAY + timedelta(days=400), known_at=LATE)
    assert [one["name"] for one in after.records("officers")] == ["张明"]
    typo = entry(6, "correction", Change("officers", {"name": "章明", "post": "chair", "from_": "2026-03-02"}, key=key),
                 at=400, corrects=1)
    (one,) = fold([*LEDGER, ended, error, typo], on=date(2027, 1, 1), known_at=LATE).records("officers")
    assert one == {"name": "章明", "post": "chair", "from_": "2026-03-02", "until": "2026-09-01"}


def test_what_ends_by_itself_ends_and_the_next_such_day_is_known() -> None:
    lent = entry(4, "change", Change("address", "临时办公点", until=date(2026, 7, 1)), day=60)
    ledger = [*LEDGER, lent]
    assert said("address", on=70, ledger=ledger) == "临时办公点"
    assert said("address", on=121, ledger=ledger) == "长江路 9 号"
    folded = fold(ledger, on=DAY, known_at=LATE)
    assert turns_on(ledger, folded, after=DAY) == date(2026, 7, 1)
    assert turns_on(ledger, folded, after=date(2026, 7, 1)) is None


def check(kind: str, *changes: Change, day: int = 200, corrects: Filing | None = None, ledger: list[Filing] = LEDGER,
          exists: bool = True) -> tuple[Change, ...]:
    on = DAY + timedelta(days=day)
    return checked(FilingKind(kind), changes, before=fold(ledger, on=on, known_at=LATE), effective_on=on,
                   today=DAY + timedelta(days=600), established=DAY, corrected=corrects, exists=exists)


WHOLE = [Change("name", "甲协会"), Change("uscc", "51340100500000015T"), Change("kind", "society"),
         Change("region", "340104000000"), Change("address", "一号"), Change("registrar", "合肥市民政局"),
         Change("legal_representative", "张明")]


def test_an_establishment_says_status_and_day_without_being_told() -> None:
    found = {one.item: one.value for one in check("establishment", *WHOLE, ledger=[], exists=False)}
    assert found["status"] == "registered" and found["established_on"] == "2026-09-18"


@pytest.mark.parametrize(("kind", "changes", "more", "field", "sentence"), [
    ("charter", [Change("name", "x")], {}, "name", "does not change"),
    ("change", [Change("color", "x")], {}, "changes", "no registered item"),
    ("change", [], {}, None, "says nothing"),
    ("change", [Change("name", "")], {}, "name", "Every organisation has"),
    ("change", [Change("name", "长" * 101)], {}, "name", "101 characters"),
    ("change", [Change("registered_funds", -1)], {}, "registered_funds", "whole number"),
    ("change", [Change("registered_funds", "30000")], {}, "registered_funds", "whole number"),
    ("change", [Change("phone", "1")], {}, "phone", "area"),
    ("change", [Change("region", "3401")], {}, "region", "12 digits"),
    ("change", [Change("name", "甲"), Change("name", "乙")], {}, "name", "twice"),
    ("change", [Change("name", "甲")], {"day": 700}, "effective_on", "today at the latest"),
    ("change", [Change("name", "甲")], {"day": -1}, "effective_on", "not established yet"),
    ("change", [Change("name", "甲")], {"exists": False, "ledger": []}, None, "comes first"),
    ("officers", [Change("officers", None, key="张明|chair|2026-03-02")], {}, "officers", "never taken out"),
    ("officers", [Change("officers", {"until": "2026-09-01"}, key="nobody")], {}, "officers", "no such record"),
    ("officers", [Change("officers", "张明")], {}, "officers", "record"),
    ("officers", [Change("officers", CHAIR | {"post": "king"})], {}, "officers.post", "possible"),
    ("officers", [Change("officers", CHAIR | {"from_": "2026-02-30"})], {}, "officers.from_", "2026-11-22"),
    ("officers", [Change("officers", CHAIR | {"rank": 1})], {}, "officers", "no part"),
    ("establishment", WHOLE[:-1], {"exists": False, "ledger": []}, "legal_representative", "is missing"),
    ("restoration", [], {}, "kind", "cannot be filed"),
    ("correction", [Change("address", "x")], {"corrects": RENAMED}, "address", "says nothing of"),
])
def test_what_cannot_be_filed(
    kind: str, changes: list[Change], more: dict[str, Any], field: str | None, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        check(kind, *changes, **more)
    assert why.value.field == field


def test_a_record_is_whole_after_what_changes_it() -> None:
    for told in ({"name": "李华", "post": "chair"}, CHAIR | {"until": "2026-03-01"}):
        change = Change("officers", told, key="x")
        after = fold([entry(1, "import", change)], on=DAY, known_at=LATE)
        with pytest.raises(RuleBroken, match="missing|before the first"):
            require_records([change], after=after)


@pytest.mark.parametrize(("status", "kind", "fine"), [
    ("liquidation", "change", False), ("liquidation", "deregistration", True), ("liquidation", "annual_report", True),
    ("deregistration", "change", False), ("deregistration", "restoration", False), ("deregistration", "penalty", True),
    ("revocation", "restoration", True), ("revocation", "deregistration", True), ("revocation", "grade", False),
])
def test_in_liquidation_only_what_liquidation_needs_and_after_the_end_only_records(
    status: str, kind: str, fine: bool
) -> None:
    ended = entry(9, status, Change("status", {"liquidation": "liquidating", "deregistration": "deregistered",
                                               "revocation": "revoked"}[status]), day=150)
    changes = {"change": Change("name", "甲"), "grade": Change("grades", {
        "grade": "4A", "from_": "2027-01-01", "until": "2032-01-01"}), "annual_report": Change(
        "annual_reports", {"year": 2026, "conclusion": "passed"}), "penalty": Change("penalties", {
            "number": "合民罚〔2026〕1号", "reason": "逾期", "basis": "第三十条", "result": "警告",
            "decided_on": "2026-08-01"})}
    told = [changes[kind]] if kind in changes else []
    if fine:
        assert check(kind, *told, ledger=[*LEDGER, ended])
    else:
        with pytest.raises(RuleBroken, match="cannot be filed"):
            check(kind, *told, ledger=[*LEDGER, ended])


def test_every_kind_touches_known_items() -> None:
    assert set(TOUCHES) == set(FilingKind) and all(items <= set(ITEMS) for items in TOUCHES.values())


def test_a_name_is_found_as_it_is_written_said_and_abbreviated() -> None:
    found = words(["长丰ABC乐学中心"], also=("Joy",))
    for asked in ("乐学", "changfengabclexue", "zfabc", "cfabclxzx", "joy"):
        assert asked in found
