"""Audits that are owed again and again: raised by the clock, done by the auditor, with figures that show a fault."""
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from linli.engines.journal import actions as journal_actions
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.people import actions, jobs, queries
from linli.registers.people.models import Choice, DataAudit, OpeningPermit, Representation
from linli.registers.people.rules import Audit
from linli.registers.people.states import AUDITS, Audited
from tests.actors import AT, CITY, actor
from tests.registers.people.conftest import DISTRICT, ID_CHILD, OTHER, Town, me
from tests.registers.people.test_api import Caller
from tests.registers.people.test_minors import WHY, allower, opener
from tests.registers.people.test_open_field import office
from tests.registers.people.test_pages import text

ON = AT.date()
REPORT = "抽查了全部访问记录，未发现单独访问未成年人信息的情形。"


@pytest.fixture
def auditor() -> Actor:
    return actor(f"region:{CITY}", "people.audit")


def one(kind: Audit = Audit.MINORS, state: Audited = Audited.OPEN) -> UUID:
    return DataAudit.objects.get(kind=kind, state=state).ref


def test_the_clock_raises_each_once_as_a_duty_with_its_day(town: Town, auditor: Actor) -> None:
    jobs.open_audits(AT)
    jobs.open_audits(AT + timedelta(days=1))
    found = {card.kind: card for card in queries.audits(by=auditor, on=ON)}
    assert found.keys() == set(Audit) and DataAudit.objects.count() == len(Audit)
    days = {kind: (card.due_on - ON).days for kind, card in found.items() if card.due_on}
    assert days == {Audit.MINORS: 365, Audit.PERSONAL: 730 + (0 if days[Audit.PERSONAL] == 730 else 1),
                    Audit.PROTECTION: 365, Audit.CRYPTOGRAPHY: 365}
    [duty] = rulebook.duties(on=ON, rule_id="people.minors_audit")
    assert (duty.owner, duty.owed_to, duty.about) == (f"region:{CITY}", "region:340000000000", one())


def test_what_is_concluded_is_met_and_the_next_begins(town: Town, auditor: Actor) -> None:
    jobs.open_audits(AT)
    ref, later = one(), AT + timedelta(days=300)
    actions.conclude(ref, faults=0, report=REPORT, reported_on=ON, by=auditor, at=later)
    assert rulebook.duties(on=ON, rule_id="people.minors_audit", state="met")[0].about == ref
    [running] = rulebook.duties(on=ON, rule_id="people.minors_audit", state="running")
    assert running.about == one() != ref and running.since == later.date()
    with pytest.raises(Conflict):
        actions.conclude(ref, faults=0, report=REPORT, reported_on=ON, by=auditor, at=later)


def test_what_is_late_is_told(town: Town, auditor: Actor) -> None:
    jobs.open_audits(AT)
    card, _ = queries.audit(one(), by=auditor, on=ON + timedelta(days=370))
    assert card.days_late == 5


@pytest.mark.parametrize(("wrong", "field"), [
    ({"faults": -1}, "faults"), ({"report": "没有问题"}, "report"), ({"reported_on": None}, "reported_on"),
    ({"report": f"{REPORT}联系人13800138000"}, "report"), ({"report": f"{REPORT}身份证{ID_CHILD}"}, "report"),
    ({"reported_on": ON + timedelta(days=1)}, "reported_on"),
])
def test_a_conclusion_is_refused_at_its_field(
    town: Town, auditor: Actor, wrong: dict[str, object], field: str
) -> None:
    jobs.open_audits(AT)
    with pytest.raises(RuleBroken) as why:
        given = {"faults": 0, "report": REPORT, "reported_on": ON, **wrong}
        actions.conclude(one(), **given, by=auditor, at=AT)  # type: ignore[arg-type]
    assert why.value.field == field and one()


def test_only_who_audits_the_region_sees_and_concludes(town: Town) -> None:
    jobs.open_audits(AT)
    ref = one()
    for by in (town.officer, me(town.mother), actor(f"region:{DISTRICT}", "people.audit")):
        with pytest.raises(NotFound):
            actions.conclude(ref, faults=0, report=REPORT, reported_on=ON, by=by, at=AT)
        with pytest.raises(NotFound):
            queries.audit(ref, by=by, on=ON)
    with pytest.raises(NotAllowed):
        queries.audits(by=town.officer, on=ON)


def test_the_figures_show_what_should_not_be(town: Town, auditor: Actor) -> None:
    jobs.open_audits(AT)
    child = actions.register(name="周小乐", region=DISTRICT, id_number=ID_CHILD, guardian=town.daughter, by=SYSTEM,
                             at=AT)
    officer = opener()
    permit = actions.ask_to_open(child, field="name", reason=WHY, by=officer, at=AT)
    actions.allow(permit, by=allower(), at=AT)
    actions.open_field(child, field="name", reason=WHY, by=officer, at=AT)
    actions.open_field(town.mother, field="name", reason=WHY, by=officer, at=AT)
    refused = actions.ask_to_open(child, field="phone", reason=WHY, by=officer, at=AT)
    actions.disallow(refused, by=allower(), at=AT)
    journal_actions.run()
    good = {"minors": 1, "children": 1, "without_consent": 0, "without_guardian": 0, "opened": 1, "without_leave": 0,
            "refused": 1}
    assert queries.audit(one(), by=auditor, on=ON)[1] == good
    Choice.objects.filter(person__ref=child).delete()
    Representation.objects.filter(person__ref=child).delete()
    OpeningPermit.objects.filter(state="used").delete()  # as if nobody had ever allowed it
    bad = {"without_consent": 1, "without_guardian": 1, "without_leave": 1}
    assert queries.audit(one(), by=auditor, on=ON)[1] == good | bad
    ref = one()
    actions.conclude(ref, faults=3, report=REPORT, reported_on=ON, by=auditor, at=AT)
    actions.erase(child, by=SYSTEM, at=AT)
    assert queries.audit(ref, by=auditor, on=ON)[1] == good | bad, "as they stood"
    young = ON.replace(year=2033) - timedelta(days=400)
    assert queries.audit_figures(DataAudit.objects.get(ref=one()), on=young)["minors"] == 0


def test_the_auditor_concludes_it_on_the_page(town: Town) -> None:
    jobs.open_audits(AT)
    desk = office("auditor", "auditor", CITY)
    page = text(desk.get("/officer/audits/"))
    assert "Audit of minors" in page and "to be done" in page
    url = f"/officer/audits/{one()}/"
    refused = desk.post(url, {"faults": "0", "report": "没有", "reported_on": ""})
    assert refused.status_code == 422 and "没有" in text(refused)
    assert desk.post(url, {"faults": "0", "report": REPORT, "reported_on": str(ON)}).status_code == 302
    page = text(desk.get(url))
    assert REPORT in page and "concluded" in page and 'name="faults"' not in page
    assert office("officer", "officer", CITY).get("/officer/audits/").status_code == 403
    assert Client().get("/officer/audits/").status_code == 302


def test_the_same_over_the_api(town: Town) -> None:
    jobs.open_audits(AT)
    by, other = Caller("auditor", "auditor", region=CITY), Caller("elsewhere", "auditor", region=OTHER)
    found = by.get("/data-audits")["items"]
    ref = next(card["ref"] for card in found if card["kind"] == "minors")
    assert by.get(f"/data-audits/{ref}")["figures"]["minors"] == 0
    assert other.get("/data-audits")["items"] == []
    other.get(f"/data-audits/{ref}", status=404)
    said = {"faults": 0, "report": REPORT, "reported_on": str(ON)}
    wrong = by.post(f"/data-audits/{ref}/conclude", said | {"report": "x"}, status=422)
    assert wrong["errors"][0]["field"] == "report"
    assert by.post(f"/data-audits/{ref}/conclude", said)["state"] == "concluded"
    by.post(f"/data-audits/{ref}/conclude", said, status=409)
    Caller("clerk", "officer").get("/data-audits", status=403)


@pytest.mark.parametrize("move", list(AUDITS.moves))
def test_what_is_concluded_stays_so(move: str) -> None:
    for state in Audited:
        with pytest.raises((Conflict, NotAllowed)):
            AUDITS.check(move, state=state, held=set() if state is Audited.OPEN else {"people.audit"})
