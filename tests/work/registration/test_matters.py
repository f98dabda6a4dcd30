"""Each matter from the draft to what its decision does to the register, through the hall."""
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, Refusal, RuleBroken
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.people import actions as people
from linli.work.hall import actions as hall
from linli.work.hall import queries as hall_queries
from linli.work.hall import rules
from linli.work.hall.registry import MATTERS, Answers
from linli.work.hall.states import APPLY, DECIDE, PROCESS, SEE
from linli.work.registration import actions, queries
from linli.work.registration.rules import Kind
from linli.work.registration.rules import founding as founding_rules
from linli.work.registration.states import CONCLUDE
from tests.actors import AT, CITY, actor, resident
from tests.registers.visiting import visit
from tests.work.hall.conftest import picture
from tests.work.registration.conftest import NAME, SHUSHAN, Establish, file

HUPO = "340104003000"
TODAY = AT.date()
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass
class Scene:
    """Somebody who founds or speaks for organisations, the registrar's desk, and a clerk who may not register."""

    person: UUID
    applicant: Actor
    desk: Actor
    clerk: Actor
    establish: Establish
    clerk_at_home: Actor

    def speaks_for(self, organisation: UUID) -> None:
        """The applicant may apply for this organisation, too."""
        grant = Grant(frozenset({APPLY}), f"organisation:{organisation}")
        self.applicant = Actor(self.applicant.ref, self.person, (*self.applicant.grants, grant))

    def draft(self, matter: str, answers: Answers, organisation: UUID | None = None, at: datetime = AT) -> UUID:
        if organisation:
            self.speaks_for(organisation)
        ref = hall.draft(matter, organisation=organisation, region="" if organisation else HUPO, answers=answers,
                         by=self.applicant, at=at)
        one = hall_queries.application(ref, by=self.applicant, at=at)
        for paper in rules.needed(one.matter, one.content.answers, hall_queries.lacking(one.fetched)):
            hall.attach(ref, material=paper.key, name=f"{paper.key}.png", stream=picture(), by=self.applicant, at=at)
        return ref

    def submit(self, ref: UUID, at: datetime = AT) -> None:
        version = hall_queries.application(ref, by=self.applicant, at=at).version
        hall.submit(ref, version=version, by=self.applicant, at=at)

    def granted(self, matter: str, answers: Answers, organisation: UUID | None = None, at: datetime = AT) -> str:
        """Handed in, accepted, reviewed and granted; the page of the first product."""
        ref = self.draft(matter, answers, organisation, at)
        self.submit(ref, at)
        hall.accept(ref, by=self.desk, at=at)
        hall.finish_step(ref, step="review", favourable=True, finding="材料齐全。", by=self.desk, at=at)
        hall.grant(ref, by=self.desk, at=at)
        return hall_queries.application(ref, by=self.applicant, at=at).products[0].link

    def refused(self, matter: str, answers: Answers, organisation: UUID | None = None, at: datetime = AT) -> list[str]:
        """The rules that stand against handing it in."""
        ref = self.draft(matter, answers, organisation, at)
        with pytest.raises(Refusal) as why:
            self.submit(ref, at)
        several = getattr(why.value, "whys", [why.value])
        return [one.rule or "" for one in several]


@pytest.fixture
def scene(establish: Establish, settings: Any, tmp_path: Any) -> Scene:
    settings.ARCHIVE = tmp_path
    person = people.register(name="张桂英", region=HUPO, phone="13855512345", consent_by_phone=True,
                             by=actor(f"region:{CITY}", "people.register"), at=AT - timedelta(days=30))
    applicant = Actor(new_ref(), person, (Grant(frozenset({APPLY}), f"person:{person}"),))
    region = "region:340000000000"  # a province's desk, which may register foundations, too
    return Scene(person, applicant, actor(region, SEE, PROCESS, DECIDE, "organisations.approve", CONCLUDE),
                 actor(region, SEE, PROCESS, DECIDE), establish, resident(new_ref()))


def registered(link: str, on: date = TODAY) -> organisations.Registered:
    return organisations.as_of(UUID(link.split("/")[2]), on=on, known_at=LATER)


# Founding

HEAD = {"name": "张桂英", "identity": "11010519491231002X", "post": "chair", "marks": ["legal_representative"]}
COMMON: dict[str, Any] = {"acting": "nobody", "address": "蜀山区琥珀路 8 号", "purpose": "帮助身边的老人",
                          "scope": "社区助老服务和培训"}


def charter(kind: Kind) -> list[str]:
    law = queries.newest(founding_rules.RULES)
    return [item for item in founding_rules.charter_items(kind, law) if item != "other"]


SOCIETY = COMMON | {
    "name": "合肥市蜀山区邻里互助协会", "area": "蜀山区", "persons": 60, "units": 0, "registered_funds": 3_000_000,
    "officers": [HEAD], "charter_items": charter(Kind.SOCIETY),
}
AGENCY = COMMON | {
    "name": NAME, "supervising_unit": "蜀山区民政局", "registered_funds": 10_000_000, "state_funds": 0,
    "liability": "legal_person", "founder_persons": 1, "founder_units": 0, "premises_until": "2029-01-01",
    "officers": [HEAD | {"post": "head"}], "charter_items": charter(Kind.AGENCY),
}


def identity(n: int) -> str:
    """An invented number for each of several people."""
    body = f"44052419800101{n:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True)) % 11]


MEMBER = {"identity": "440524188001010014", "post": "member", "marks": []}
FOUNDATION = COMMON | {
    "name": "安徽省微光助学基金会", "supervising_unit": "安徽省教育厅", "registered_funds": 200_000_000,
    "paid_in": True,
    "raises": "private", "property": "private", "term": 5, "charter_items": charter(Kind.FOUNDATION),
    "officers": [HEAD, *(MEMBER | {"name": f"理事{n}", "identity": identity(n), "post": post} for n, post in enumerate(
        ("vice_chair", "secretary", "member", "member", "supervisor")))],
}


@pytest.mark.parametrize(("matter", "answers", "kind", "start"), [
    ("found_society", SOCIETY, "society", "51340104"), ("found_agency", AGENCY, "agency", "52340104"),
    ("found_foundation", FOUNDATION, "foundation", "53340000"),
])
def test_an_organisation_is_founded(
    scene: Scene, matter: str, answers: dict[str, Any], kind: str, start: str,
) -> None:
    found = registered(scene.granted(matter, answers))
    told = found.folded
    assert (found.name, told.text("kind"), told.text("status"), told.day("established_on")) == (
        answers["name"], kind, "registered", TODAY)
    assert found.uscc.startswith(start) and told.text("legal_representative") == "张桂英"
    assert len(told.records("officers")) == len(answers["officers"])
    assert told.text("registrar") == ("安徽省民政厅" if kind == "foundation" else "蜀山区民政局")
    assert queries.check_name(answers["name"], kind=kind, region=HUPO, on=TODAY).unmet[0].rule == "naming.taken"


def test_the_council_of_a_foundation_ends_with_its_term_and_is_due_to_be_elected_anew(scene: Scene) -> None:
    found = registered(scene.granted("found_foundation", FOUNDATION | {"term": 4}))
    assert {one["until"] for one in found.folded.records("officers")} == {"2030-11-16"}
    assert date(2030, 11, 16) in [due.due_on for due in found.standing.dues]


@pytest.mark.parametrize("acting", ["head", "agent"])
def test_who_was_named_keeps_the_entry_from_the_grant_on(scene: Scene, acting: str) -> None:
    found = registered(scene.granted("found_agency", AGENCY | {"acting": acting}))
    (fact,) = Entry.objects.filter(fact="organisations.EntryEntrusted")
    assert (fact.payload["organisation"], fact.payload["holder"]) == (str(found.ref), str(scene.person))
    assert organisations.public(found.ref, by=scene.applicant).active
    with pytest.raises(Conflict, match="manages this organisation already"):
        register.claim(found.ref, kind="agency", uscc=found.uscc, phone="0551-62345678", statement="x",
                       by=scene.clerk_at_home, at=AT)
    notice = TELLINGS[fact.fact]
    assert list(notice.to(fact.payload)) == [f"person:{scene.person}"] and notice.notice


def test_where_nobody_was_named_the_entry_is_claimed_as_before(scene: Scene) -> None:
    found = registered(scene.granted("found_agency", AGENCY))
    assert not Entry.objects.filter(fact="organisations.EntryEntrusted").exists()
    assert register.claim(found.ref, kind="agency", uscc=found.uscc, phone="0551-62345678", statement="x",
                          by=scene.clerk_at_home, at=AT)


def test_nobody_passes_for_the_legal_representative(scene: Scene) -> None:
    other = AGENCY | {"acting": "head", "officers": [HEAD | {"name": "李青", "post": "head"}]}
    assert scene.refused("found_agency", other) == ["founding.agent"]


def test_who_acts_for_the_founders_shows_the_mandate(scene: Scene) -> None:
    ref = scene.draft("found_agency", AGENCY | {"acting": "agent"})
    one = hall_queries.application(ref, by=scene.applicant, at=AT)
    hall.detach(ref, file=next(UUID(paper.file) for paper in one.content.papers if paper.material == "mandate"),
                by=scene.applicant, at=AT)
    with pytest.raises(Refusal) as why:
        scene.submit(ref)
    assert "Power of attorney" in str([one.values for one in getattr(why.value, "whys", [why.value])])


@pytest.mark.parametrize(("matter", "answers", "rule"), [
    ("found_society", SOCIETY | {"persons": 49}, "founding.society_members"),
    ("found_society", SOCIETY | {"officers": [HEAD | {"marks": ["legal_representative", "heads_society"]}]},
     "founding.society_one_seat"),
    ("found_society", SOCIETY | {"officers": [HEAD | {"marks": ["legal_representative", "lost_rights"]}]},
     "founding.society_refusal"),
    ("found_society", SOCIETY | {"name": "蜀山区邻里互助协会"}, "naming.society"),
    ("found_agency", AGENCY | {"state_funds": 5_000_000}, "founding.agency_private_share"),
    ("found_agency", AGENCY | {"premises_until": "2027-01-01"}, "founding.agency_premises"),
    ("found_foundation", FOUNDATION | {"registered_funds": 199_999_999}, "founding.foundation_fund"),
    ("found_foundation", FOUNDATION | {"officers": FOUNDATION["officers"][:4]}, "founding.council_size"),
    ("found_foundation", FOUNDATION | {"officers": [one | {"identity": identity(7)} for one in FOUNDATION["officers"]]},
     "founding.council_size"),  # one person in every row
    ("found_foundation", FOUNDATION | {"officers": [HEAD | {"marks": ["legal_representative", "serving_official"]},
                                                    *FOUNDATION["officers"][1:]]}, "founding.foundation_officers"),
    ("found_foundation", FOUNDATION | {"officers": [HEAD | {"sentence_ended_on": "2023-05-01"},
                                                    *FOUNDATION["officers"][1:]]}, "founding.officer_bar"),
])
def test_what_the_law_bars_is_not_handed_in(scene: Scene, matter: str, answers: dict[str, Any], rule: str) -> None:
    assert rule in scene.refused(matter, answers)


def test_who_may_not_hold_office_is_named_by_place_and_the_form_stays(scene: Scene) -> None:
    """Through the page and the API: refused with its rule, and what was filled in is still there."""
    head, _, *others = FOUNDATION["officers"]
    barred = [head, MEMBER | {"name": "理事甲", "post": "vice_chair", "marks": ["in_prison"]}, *others]
    ref = scene.draft("found_foundation", FOUNDATION | {"officers": barred})
    version = hall_queries.application(ref, by=scene.applicant, at=AT).version
    page = visit(f"/hall/applications/{ref}/hand-in/", {"version": str(version)}, by=scene.applicant, method="POST")
    shown = page.content.decode()
    assert page.status_code == 422 and f"/hall/applications/{ref}/form/people/" in shown
    kept = hall_queries.application(ref, by=scene.applicant, at=AT)
    assert kept.card.state == "draft" and len(kept.content.answers["officers"]) == len(barred)
    assert kept.content.answers["officers"][1]["marks"] == ["in_prison"]
    told = visit(f"/api/v1/applications/{ref}/submit", {"version": version}, by=scene.applicant, method="POST")
    said = json.loads(told.content)
    assert told.status_code == 422 and [one["field"] for one in said["errors"]] == ["officers"]
    assert all(one["detail"].endswith(".") for one in said["errors"])
    assert "110105194912310" not in shown.partition("<main")[2].partition("form/people")[0]  # no number in a refusal


def test_a_name_that_is_taken_meanwhile_stops_the_founding(scene: Scene) -> None:
    scene.establish()
    assert "naming.taken" in scene.refused("found_agency", AGENCY)


def reviewed(scene: Scene, matter: str, answers: Answers, organisation: UUID | None = None) -> UUID:
    """Handed in, accepted and reviewed: ready for the decision."""
    ref = scene.draft(matter, answers, organisation)
    scene.submit(ref)
    hall.accept(ref, by=scene.desk, at=AT)
    hall.finish_step(ref, step="review", favourable=True, finding="材料齐全。", by=scene.desk, at=AT)
    return ref


def test_a_name_that_was_registered_meanwhile_elsewhere_is_not_given_twice(scene: Scene) -> None:
    ref = reviewed(scene, "found_agency", AGENCY)
    scene.establish(NAME)
    with pytest.raises(RuleBroken, match="is registered here") as why:
        hall.grant(ref, by=scene.desk, at=AT)
    assert (why.value.rule, why.value.field) == ("naming.taken", "name")
    assert len(organisations.named_so([NAME])) == 1
    assert hall_queries.application(ref, by=scene.desk, at=AT).card.state == "accepted"  # nothing is lost


def test_a_new_name_that_was_taken_meanwhile_is_not_registered(scene: Scene) -> None:
    wanted = "合肥市蜀山区悦龄养老服务中心"
    ref = scene.establish()
    change = reviewed(scene, "change_registration", {
        "items": ["name"], "name": wanted, "agreed_on": "2026-11-02", "reason": "业务发展需要"}, ref)
    other = scene.establish(wanted)
    with pytest.raises(RuleBroken, match="is registered here"):
        hall.grant(change, by=scene.desk, at=AT)
    assert [one.organisation for one in organisations.named_so([wanted])] == [other]


def test_who_may_not_register_grants_nothing(scene: Scene) -> None:
    ref = scene.draft("found_society", SOCIETY)
    scene.submit(ref)
    hall.accept(ref, by=scene.desk, at=AT)
    hall.finish_step(ref, step="review", favourable=True, finding="可以。", by=scene.desk, at=AT)
    with pytest.raises(NotAllowed):
        hall.grant(ref, by=scene.clerk, at=AT)
    assert not organisations.named_so([SOCIETY["name"]])


def test_the_decision_on_a_founding_takes_sixty_days_by_its_law(scene: Scene) -> None:
    ref = scene.draft("found_society", SOCIETY)
    scene.submit(ref)
    hall.accept(ref, by=scene.desk, at=AT)
    (duty,) = [one for one in rulebook.duties(on=TODAY, about=[ref]) if one.state in rulebook.OWED]
    assert (duty.rule_id, duty.due_on) == ("registration.decide_society", date(2027, 1, 15))


@pytest.mark.parametrize(("key", "answers", "met"), [
    ("found_society", {"persons": 10, "units": 0, "registered_funds": 3_000_000}, False),
    ("found_society", {"persons": 0, "units": 30, "registered_funds": 3_000_000}, True),
    ("found_foundation", {"registered_funds": 300_000_000, "raises": "public"}, False),
    ("found_agency", {"registered_funds": 100, "state_funds": 50}, False),
])
def test_before_anything_is_filled_in_it_is_said_whether_it_is_worth_it(key: str, answers: Answers, met: bool) -> None:
    assert (not MATTERS[key].eligibility(answers)) is met


# What is registered


def test_a_name_and_an_address_change_and_the_old_ones_stay_readable(scene: Scene) -> None:
    ref = scene.establish()
    link = scene.granted("change_registration", {
        "items": ["name", "address"], "name": "合肥市蜀山区悦龄养老服务中心", "address": "蜀山区长江西路 9 号",
        "agreed_on": "2026-11-02", "reason": "业务发展需要"}, ref)
    now = registered(link)
    assert (now.name, now.folded.text("address")) == ("合肥市蜀山区悦龄养老服务中心", "蜀山区长江西路 9 号")
    assert registered(link, TODAY - timedelta(days=1)).name == NAME
    assert [name for name, _ in now.former_names] == [NAME]


@pytest.mark.parametrize(("answers", "rule"), [
    ({"items": ["address"], "address": "蜀山区琥珀路 1 号"}, ""),  # nothing new
    ({"items": ["name"], "name": "合肥市蜀山区养老服务中心"}, "naming.agency"),
    ({"items": ["address"], "address": "某处", "agreed_on": "2026-12-01"}, ""),  # a consent to come
])
def test_a_change_that_is_none_or_against_a_rule_is_refused(scene: Scene, answers: dict[str, Any], rule: str) -> None:
    ref = scene.establish()
    assert rule in scene.refused("change_registration", answers | {"reason": "业务发展需要"}, ref)


def test_a_change_asked_for_late_is_taken_and_the_desk_is_told(scene: Scene) -> None:
    ref = scene.establish()
    late = {"items": ["address"], "address": "蜀山区长江西路 9 号", "agreed_on": "2026-10-16", "reason": "搬迁新址了"}
    draft = scene.draft("change_registration", late, ref)
    scene.submit(draft)
    told = MATTERS["change_registration"].faults(_case(scene, draft))
    assert [(one.rule, one.bars, one.values["due"]) for one in told] == [
        ("registration.change_agency", False, date(2026, 11, 15))]


def _case(scene: Scene, ref: UUID) -> Any:
    from linli.work.hall.models import Application
    from linli.work.hall.queries import content

    row = Application.objects.get(ref=ref)
    return content.case(row, content.matter_of(row), content.opened(row), on=TODAY)


def test_an_organisation_liquidates_and_is_deregistered(scene: Scene) -> None:
    ref = scene.establish()
    end = {"reason": "dissolved", "liquidated_on": "2026-11-10", "settled": True}
    assert MATTERS["deregister"].eligibility(queries.registered(person=scene.person, organisation=ref, on=TODAY))
    scene.granted("liquidate", {"reason": "dissolved", "decided_on": "2026-11-01", "group": "张桂英、李明",
                                "nothing_else": True}, ref)
    assert MATTERS["change_registration"].eligibility(
        queries.registered(person=scene.person, organisation=ref, on=TODAY))[0].rule == "registration.liquidate_society"
    link = scene.granted("deregister", end, ref)
    now = registered(link)
    assert (now.folded.text("status"), now.folded.day("ended_on")) == ("deregistered", TODAY)
    (bar,) = queries.check_name(NAME, kind="agency", region=SHUSHAN, on=TODAY).unmet
    assert bar.rule == "naming.reuse_after_end"


@pytest.mark.parametrize(("answers", "rule"), [
    ({"liquidated_on": "2026-12-01"}, "registration.deregister_agency"),  # not ended yet
    ({"liquidated_on": "2026-11-10", "left_over": 100_00}, "registration.deregister_agency"),  # goes where?
])
def test_an_end_that_is_not_ready_is_refused(scene: Scene, answers: dict[str, Any], rule: str) -> None:
    ref = scene.establish()
    file(ref, "liquidation", on=date(2026, 11, 2))
    assert rule in scene.refused("deregister", answers | {"reason": "dissolved", "settled": True}, ref)


REPORT = {
    "year": 2025, "activities": "全年为社区一百二十位老人提供助餐助浴和陪诊服务。", "meetings": 2, "lawful": "yes",
    "staff": 6, "income": 80_000_000, "expenses": 78_000_000, "assets": 20_000_000, "true": True,
}


def test_a_late_report_is_taken_concluded_on_and_has_to_be_put_right(scene: Scene) -> None:
    ref = scene.establish(at=datetime(2024, 5, 10, 4, tzinfo=UTC))
    scene.granted("annual_report", REPORT, ref)
    (year, *_) = queries.annual_reports(ref, on=TODAY, at=AT).years
    assert (year.record["filed_on"], year.record["conclusion"], year.late) == ("2026-11-16", "filed", True)
    assert year.record["title"] in visit(f"/organisations/{ref}/").content.decode()  # in its block
    assert "" in scene.refused("annual_report", REPORT, ref)  # twice
    actions.conclude(ref, year=2025, conclusion="faulty", faults=["meetings"], reasons="理事会只开了一次。",
                     by=scene.desk, at=AT)
    (year, *_) = queries.annual_reports(ref, on=TODAY, at=AT).years
    assert (year.record["conclusion"], year.rectify_by) == ("faulty", date(2027, 2, 16))
    (duty,) = rulebook.duties(on=TODAY, about=[ref])
    assert (duty.rule_id, duty.owner, duty.due_on) == ("annual.agency_rectify", f"organisation:{ref}",
                                                       date(2027, 2, 16))
    draft = scene.draft("annual_report", REPORT, ref)
    (note,) = hall_queries.against(draft, by=scene.applicant, at=AT).notes
    assert "to be put right by 16 Feb 2027" in str(note)
    later = AT + timedelta(days=20)
    assert scene.granted("annual_report", REPORT, ref, at=later).endswith("/annual-reports/2025/")
    (year, *_) = queries.annual_reports(ref, on=later.date(), at=later).years
    assert (year.record["filed_on"], year.record["conclusion"]) == ("2026-11-16", "faulty")  # until it is concluded on
    assert not rulebook.duties(on=later.date(), about=[ref], state=rulebook.OWED)  # what was owed of it came
    again = later + timedelta(days=5)
    actions.conclude(ref, year=2025, conclusion="faulty", faults=["finance"], reasons="账目不清。", by=scene.desk,
                     at=again)
    (duty,) = rulebook.duties(on=again.date(), about=[ref], state=rulebook.OWED)
    assert duty.since == again.date()
    actions.conclude(ref, year=2025, conclusion="passed", faults=[], by=scene.desk, at=again)
    assert not rulebook.duties(on=again.date(), about=[ref], state=rulebook.OWED)


@pytest.mark.parametrize("given", [
    {"year": 2024}, {"conclusion": "splendid"}, {"conclusion": "failed"}, {"reasons": ""},
])
def test_a_conclusion_needs_a_report_faults_and_reasons(scene: Scene, given: dict[str, Any]) -> None:
    ref = scene.establish(at=datetime(2024, 5, 10, 4, tzinfo=UTC))
    file(ref, "annual_report", on=date(2026, 5, 3), annual_reports={
        "year": 2025, "filed_on": "2026-05-03", "conclusion": "filed"})
    said: dict[str, Any] = {"year": 2025, "conclusion": "faulty", "faults": ["meetings"], "reasons": "不足。"} | given
    with pytest.raises(RuleBroken):
        actions.conclude(ref, **said, by=scene.desk, at=AT)


def test_only_the_registrar_concludes(scene: Scene) -> None:
    ref = scene.establish(at=datetime(2024, 5, 10, 4, tzinfo=UTC))
    file(ref, "annual_report", on=date(2026, 5, 3), annual_reports={
        "year": 2025, "filed_on": "2026-05-03", "conclusion": "filed"})
    with pytest.raises(NotAllowed):
        actions.conclude(ref, year=2025, conclusion="passed", faults=[], by=scene.clerk, at=AT)


@pytest.mark.parametrize("year", [2026, 2023])
def test_a_report_tells_of_a_year_that_is_owed(scene: Scene, year: int) -> None:
    assert "" in scene.refused("annual_report", REPORT | {"year": year}, scene.establish())


@pytest.mark.slow
def test_certificates_follow_the_register_until_the_end(scene: Scene) -> None:
    link = scene.granted("found_agency", AGENCY)
    assert hall.deliver_next(by=SYSTEM, at=AT) == 1
    ref = UUID(link.split("/")[2])
    (first,) = documents.about([ref])
    assert (first.title.zh, first.issuer, first.valid_until) == ("社会组织登记证书", "蜀山区民政局", date(2030, 11, 16))
    assert documents.values(first.ref)["name"] == NAME
    (entry,) = organisations.as_of(ref, on=TODAY, known_at=LATER).folded.records("certificates")
    assert entry["number"] == first.shown_number
    scene.granted("change_registration", {"items": ["address"], "address": "蜀山区长江西路 9 号",
                                          "agreed_on": "2026-11-10", "reason": "搬到新的地方"}, ref)
    assert hall.deliver_next(by=SYSTEM, at=AT) == 1
    second, old = documents.about([ref])
    assert (old.state, second.replaces) == ("replaced", first.ref)
    assert documents.values(second.ref)["address"] == "蜀山区长江西路 9 号"
    scene.granted("liquidate", {"reason": "dissolved", "decided_on": "2026-11-01", "group": "张桂英、李明",
                                "nothing_else": True}, ref)
    scene.granted("deregister", {"reason": "dissolved", "liquidated_on": "2026-11-10", "settled": True}, ref)
    hall.deliver_next(by=SYSTEM, at=AT)
    assert {card.state for card in documents.about([ref])} == {"replaced", "revoked"}


@pytest.mark.slow
def test_a_certificate_that_says_what_was_wrong_is_issued_anew_and_its_holder_is_told(scene: Scene) -> None:
    link = scene.granted("found_agency", AGENCY)
    hall.deliver_next(by=SYSTEM, at=AT)
    ref = UUID(link.split("/")[2])
    scene.granted("correct_register", {"items": ["address"], "address": "蜀山区琥珀路 18 号", "cause": "clerical",
                                       "explanation": "房产证上是十八号。"}, ref)
    hall.deliver_next(by=SYSTEM, at=AT)
    second, old = documents.about([ref])
    assert (old.state, second.replaces, second.state) == ("replaced", old.ref, "valid")
    assert documents.values(second.ref)["address"] == "蜀山区琥珀路 18 号"
    (entry,) = [one for one in organisations.as_of(ref, on=TODAY, known_at=LATER).folded.records("certificates")
                if one["number"] == second.shown_number]
    assert entry["title"] == "registration"
    scene.granted("correct_register", {"items": ["purpose"], "purpose": "帮助身边的老人和孩子", "cause": "papers",
                                       "explanation": "章程里另有一句。"}, ref)  # printed on no certificate
    hall.deliver_next(by=SYSTEM, at=AT)
    assert len(documents.about([ref])) == 2
    told = queries.told_last(ref, "legal_representative", by=SYSTEM)
    assert told
    register.file(ref, kind="correction", changes=[register.Change("legal_representative", "张贵英")],
                  corrects=told.ref, effective_on=told.effective_on, basis="更正决定", cause="录入有误", by=SYSTEM,
                  at=AT + timedelta(hours=1))
    journal.sequence()
    assert journal.catch_up("registration.certificates") and journal.catch_up("registration.certificates") == 0
    third, *before = documents.about([ref])  # not by an application, and all the same
    assert documents.values(third.ref)["legal_representative"] == "张贵英"
    assert {card.state for card in before} == {"replaced"} and len(before) == 2
    later = AT + timedelta(hours=2)
    (since,) = documents.issued(second.number, by=SYSTEM, at=later).since
    assert (since.old, since.new, since.cause) == ("张桂英", "张贵英", "录入有误")
    assert documents.issued(third.number, by=SYSTEM, at=later).since == ()
    assert "“张桂英” → “张贵英”" in visit(f"/check/{second.shown_number}/", at=later).content.decode()


def test_a_wrong_fact_is_corrected_from_the_day_on_which_it_was_told(scene: Scene) -> None:
    ref = scene.establish(legal_representative="章明", at=datetime(2024, 5, 10, 4, tzinfo=UTC))
    link = scene.granted("correct_register", {
        "items": ["legal_representative"], "legal_representative": "张明", "cause": "clerical",
        "explanation": "登记证上是弓长张。"}, ref)
    assert registered(link, date(2025, 1, 1)).folded.text("legal_representative") == "张明"
    known = organisations.as_of(ref, on=date(2025, 1, 1), known_at=AT - timedelta(days=1))
    assert known.folded.text("legal_representative") == "章明"  # as it was known then
    step = registered(link).steps[-1]
    assert (step.filing.kind, step.filing.cause) == ("correction", "登记时录入有误")
    assert [(one.old, one.new) for one in step.told] == [("章明", "张明")]


def test_a_correction_begins_with_what_is_registered_and_says_something_new(scene: Scene) -> None:
    ref = scene.establish()
    said = {"items": ["name"], "cause": "clerical", "explanation": "名称写错了一个字。"}
    draft = scene.draft("correct_register", said, ref)
    assert hall_queries.application(draft, by=scene.applicant, at=AT).content.answers["name"] == NAME
    assert "data.correct" in scene.refused("correct_register", said, ref)  # the same name again
    assert "data.correct" in scene.refused("correct_register", said | {"items": ["purpose"], "purpose": "助老"}, ref)


# The declarations


@pytest.mark.parametrize("matter", actions.MATTERS, ids=lambda one: one.key)
def test_every_rule_that_a_matter_names_is_in_force(matter: Any) -> None:
    for id in [rule for _, rule in matter.conditions if rule] + [step.rule for step in matter.steps if step.rule]:
        assert rulebook.rule(id, on=TODAY)
    assert MATTERS[matter.key] is matter and matter.basis


@pytest.mark.parametrize(("matter", "kind"), [
    (actions.MATTERS[0], Kind.SOCIETY), (actions.MATTERS[1], Kind.AGENCY), (actions.MATTERS[2], Kind.FOUNDATION),
])
def test_the_form_asks_every_charter_item_of_the_law(matter: Any, kind: Kind) -> None:
    (field,) = [one for one in matter.fields() if one.key == "charter_items"]
    assert [key for key, _ in field.choices] == charter(kind)


