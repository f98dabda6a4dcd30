from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.engines.rulebook.models import Duty
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as passports
from linli.registers.practitioners.models import Credential
from linli.registers.workforce import actions, queries, rules
from linli.registers.workforce.models import Registration
from linli.registers.workforce.states import REGISTRATION_LABELS, REGISTRATIONS
from linli.registers.workforce.states import Registration as State
from tests.actors import AT, actor, resident
from tests.registers.workforce.conftest import LATER, LICENCE, ON, Scene, person


def test_a_first_registration_holds_three_years_and_stands_on_the_passport(scene: Scene) -> None:
    ref = scene.applied()
    assert rulebook.rule(rules.DECIDE, on=ON).amount == 20
    duty = Duty.objects.get(about=ref)
    assert (duty.owner, duty.owed_to) == ("region:340104003000", f"person:{scene.person}")
    term = actions.register(ref, by=scene.office, at=AT)
    assert (term.from_, term.last_day) == (ON, date(2029, 11, 15))
    duty.refresh_from_db()
    assert duty.state == "met"
    shown = {paper.kind: paper for paper in passports.passport(scene.number, on=ON).papers}["social_worker"]
    assert shown.valid and shown.last_day == term.last_day
    assert (str(shown.name), shown.name.zh) == ("Social worker certificate · Social worker",
                                                "社会工作者职业资格证书 · 社会工作师")
    entry = Entry.objects.get(fact="workforce.Registered")
    assert entry.by == scene.office.ref and "ZG" not in str(list(Entry.objects.values_list("payload", flat=True)))
    assert b"ZG" not in bytes(Registration.objects.get().certificate_sealed)
    assert queries.opened(ref, by=scene.worker)[0] == "ZG20260001"


@pytest.mark.parametrize(("changes", "sentence", "field"), [
    ({"level": "wizard"}, "three levels", "level"), ({"certificate": "1"}, "stands on the certificate", "certificate"),
    ({"certified_on": date(2026, 11, 17)}, "still to come", "certified_on"),
    ({"certified_on": date(2025, 11, 16)}, "90 hours of continuing education are missing", None),
    ({"level": "assistant", "certified_on": date(2020, 1, 1)}, "72 hours", None),
])
def test_an_application_that_cannot_be(scene: Scene, changes: dict[str, Any], sentence: str, field: str | None) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        scene.applied(**changes)
    assert why.value.field == field and not Registration.objects.exists()


def test_one_application_at_a_time_and_nobody_elses_certificate(scene: Scene) -> None:
    scene.applied()
    with pytest.raises(Conflict, match="still waits"):
        scene.applied()
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.apply(**LICENCE | {"certificate": "zg 20260001"}, by=scene.other, at=AT)
    actions.apply(**LICENCE | {"certificate": "ZG-0002"}, by=scene.other, at=AT)


def test_only_a_checked_person_applies_and_only_as_themself(scene: Scene) -> None:
    unchecked = people.register(name="陈静", region="340104003000", by=SYSTEM, at=AT)
    with pytest.raises(RuleBroken, match="checked first"):
        actions.apply(**LICENCE, by=resident(unchecked, "workforce.practise"), at=AT)
    with pytest.raises(NotAllowed):
        actions.apply(**LICENCE, by=scene.office, at=AT)


def test_nobody_decides_on_their_own_application(scene: Scene) -> None:
    ref = scene.applied()
    both = actor("region:340100000000", "workforce.see", "workforce.register", person=scene.person)
    with pytest.raises(RuleBroken, match="their own application"):
        actions.register(ref, by=both, at=AT)


def test_a_renewal_opens_three_months_before_asks_for_hours_and_leaves_no_gap(scene: Scene) -> None:
    scene.registered()
    early = AT.replace(year=2029, month=8, day=15)
    with pytest.raises(RuleBroken, match="renewed from 2029-08-16"):
        scene.applied(at=early)
    with pytest.raises(RuleBroken, match="90 hours"):
        scene.applied(at=LATER)
    scene.learnt(56, first_on=date(2027, 3, 1), at=LATER, number="PX-0001")
    waiting = scene.learnt(40, first_on=date(2028, 3, 1), at=LATER, number="PX-0002", count=False)
    ref = scene.applied(at=LATER)  # what is reported is enough to apply
    with pytest.raises(RuleBroken, match="34 hours of continuing education are not counted yet"):
        actions.register(ref, by=scene.office, at=LATER)
    actions.confirm(waiting, by=scene.office, at=LATER)
    term = actions.register(ref, by=scene.office, at=LATER)
    assert (term.from_, term.until) == (date(2029, 11, 16), date(2032, 11, 16))
    file = queries.own_file(by=scene.worker, on=LATER.date())
    assert [one.account.counted for one in file.terms] == [0, 96 * 60]  # the new term sees none of them
    for day in (date(2029, 11, 15), date(2029, 11, 16), date(2032, 11, 15)):
        assert passports.passport(scene.number, on=day).colour.rule and {
            paper.kind: paper.valid for paper in passports.passport(scene.number, on=day).papers}["social_worker"], day


def test_a_term_that_ends_turns_the_passport_red(scene: Scene) -> None:
    scene.registered()
    after = passports.passport(scene.number, on=date(2029, 11, 16))
    assert after.colour.colour == "red"
    assert any("Social worker certificate ended on 15 Nov 2029" in str(reason) for reason in after.colour.reasons)


def test_whose_term_ends_is_told_once_and_owes_the_renewal(scene: Scene) -> None:
    ref = scene.registered()
    early = AT.replace(year=2029, month=8, day=15)
    assert actions.announce_lapsing(by=SYSTEM, at=early) == 0
    assert actions.announce_lapsing(by=SYSTEM, at=LATER) == 1 and actions.announce_lapsing(by=SYSTEM, at=LATER) == 0
    assert Entry.objects.get(fact="workforce.RegistrationLapses").payload["last_day"] == "2029-11-15"
    duty = Duty.objects.get(about=ref, rule_id=rules.RENEW)
    assert (duty.owner, duty.since) == (f"person:{scene.person}", date(2029, 8, 16))
    assert duty.due_on in (date(2029, 11, 15), date(2029, 11, 16), date(2029, 11, 19))
    scene.learnt(90, first_on=date(2027, 3, 1), at=LATER, number="PX-0001")
    scene.applied(at=LATER)
    duty.refresh_from_db()
    assert duty.state == "met"


def test_refused_with_reasons_that_the_person_reads(scene: Scene) -> None:
    ref = scene.applied()
    with pytest.raises(RuleBroken, match="needed"):
        actions.refuse(ref, reasons=" ", by=scene.office, at=AT)
    actions.refuse(ref, reasons="证书编号与姓名不符。", by=scene.office, at=AT)
    assert queries.opened(ref, by=scene.worker)[1] == "证书编号与姓名不符。"
    assert not Credential.objects.filter(kind="social_worker").exists()
    actions.apply(**LICENCE, by=scene.other, at=AT)  # a refused certificate blocks nobody
    scene.applied(certificate="ZG-2026-0009")


def test_a_revoked_registration_turns_the_passport_red_at_once(scene: Scene) -> None:
    ref = scene.registered()
    actions.revoke(ref, reasons="证书系伪造。", by=scene.office, at=AT)
    card = passports.passport(scene.number, on=ON)
    assert card.colour.colour == "red" and any("was withdrawn" in str(reason) for reason in card.colour.reasons)
    assert queries.registered([scene.person], on=ON) == {}


def test_who_joins_another_staff_brings_their_registration_along(scene: Scene) -> None:
    scene.registered()
    second = organisations.apply_to_join(
        kind="society", name="另一家", uscc="51340100500000015T", region="340104000000", address="x", phone="12349",
        by=resident(scene.person), at=AT)
    organisations.approve(second, by=actor("region:340100000000", "organisations.approve"), at=AT)
    new = practitioners.add(organisation=second, person=scene.person, title="社工", consented=True,
                            by=actor(f"organisation:{second}", "practitioners.manage"), at=AT)
    journal.run()
    assert Credential.objects.filter(practitioner__ref=new, kind="social_worker", level="worker").count() == 1
    practitioners.leave(scene.practitioner, by=scene.manager, at=AT)
    practitioners.rejoin(scene.practitioner, by=scene.manager, at=AT)
    journal.run()
    assert Credential.objects.filter(practitioner__ref=scene.practitioner, kind="social_worker").count() == 1


def test_an_erased_person_leaves_no_certificate_to_be_found_by(scene: Scene) -> None:
    ref = scene.applied()
    scene.learnt(8, first_on=date(2026, 6, 1), at=AT, number="PX-0001", count=False)
    people.erase(scene.person, by=SYSTEM, at=AT)
    journal.run()
    row = Registration.objects.get(ref=ref)
    assert (row.certificate_key, row.state) == ("", "withdrawn")
    assert "ZG" not in queries.opened(ref, by=scene.office)[0]
    actions.apply(**LICENCE, by=scene.other, at=AT)


MOVES: dict[str, Callable[[Any, Any], object]] = {
    "withdraw_application": lambda ref, by: actions.withdraw_application(ref, by=by, at=AT),
    "register": lambda ref, by: actions.register(ref, by=by, at=AT),
    "refuse": lambda ref, by: actions.refuse(ref, reasons="x", by=by, at=AT),
    "revoke": lambda ref, by: actions.revoke(ref, reasons="x", by=by, at=AT),
}
WHO = {"withdraw_application": "worker", "register": "office", "refuse": "office", "revoke": "office"}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", ["worker", "other", "office", "elsewhere", "reader"])
@pytest.mark.parametrize("move", list(MOVES))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: str, state: State, role: str) -> None:
    ref = scene.applied()
    term = {"from_on": ON, "until_on": ON + timedelta(1000)} if state in (State.REGISTERED, State.REVOKED) else {}
    Registration.objects.update(state=state, **term)
    by = getattr(scene, role)
    refusal: type[Exception] | None = None
    if role in ("other", "elsewhere"):
        refusal = NotFound
    elif WHO[move] != role:
        refusal = NotAllowed
    elif state not in REGISTRATIONS.moves[move].sources:
        refusal = Conflict
    if refusal:
        with pytest.raises(refusal):
            MOVES[move](ref, by)
        assert Registration.objects.get().state == state
    else:
        MOVES[move](ref, by)
        assert Registration.objects.get().state == REGISTRATIONS.moves[move].target


def test_every_state_has_a_label() -> None:
    assert set(REGISTRATION_LABELS) == set(State) and set(MOVES) | {"apply"} == set(REGISTRATIONS.moves)


def test_who_sees_whose_file(scene: Scene) -> None:
    ref = scene.registered()
    assert queries.registration(ref, by=scene.reader).moves == ()
    lines, total = queries.register(by=scene.office, on=ON)
    assert total == 1 and lines[0].name != "王敏" and lines[0].account and lines[0].account.needed == 90 * 60
    assert queries.register(by=scene.office, state="lapsing", on=ON)[1] == 0
    assert queries.register(by=scene.office, state="lapsing", on=LATER.date())[1] == 1
    assert queries.register(by=scene.office, state="lapsed", on=date(2029, 11, 16))[1] == 1
    assert queries.register(by=scene.elsewhere, on=ON)[1] == 0
    with pytest.raises(NotAllowed):
        queries.register(by=scene.worker, on=ON)
    with pytest.raises(NotFound):
        queries.registration(ref, by=person("赵丽", "340104199003072342"))
