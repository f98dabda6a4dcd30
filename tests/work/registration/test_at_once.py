"""What is missing and what the law has against what is there are told together, at every place where one can look."""
import json
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.refusals import Several
from linli.work.hall import actions as hall
from linli.work.hall import queries as hall_queries
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.work.registration.test_matters import AGENCY, FOUNDATION, HEAD, SOCIETY, Scene, scene

__all__ = ["scene"]


def rules_against(scene: Scene, ref: UUID) -> set[str]:
    return {why.rule or "" for why in hall_queries.against(ref, by=scene.applicant, at=AT).whys}


def without(answers: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: said for key, said in answers.items() if key not in keys}


HALF = without(SOCIETY, "address", "registered_funds") | {
    "persons": 12, "charter_items": SOCIETY["charter_items"][1:], "name": "蜀山区邻里互助中心",
    "officers": [HEAD, HEAD | {"name": "", "identity": "123", "post": "member", "marks": ["no_capacity"]}]}
TOLD = ("Full name: this is missing", "Registered address: this is missing", "Row 2: Identity number",
        "You name 12: 38 more are needed", "Person 2 has no full legal capacity", "The charter does not yet say")


@pytest.mark.slow
def test_gaps_and_law_are_one_list_at_the_check_at_handing_in_and_over_the_api(scene: Scene) -> None:
    ref = scene.draft("found_society", HALF)
    version = hall_queries.application(ref, by=scene.applicant, at=AT).version
    check = text(visit(f"/hall/applications/{ref}/hand-in/", by=scene.applicant))
    sent = visit(f"/hall/applications/{ref}/hand-in/", {"version": str(version)}, by=scene.applicant, method="POST")
    assert sent.status_code == 422
    told = json.loads(visit(f"/api/v1/applications/{ref}", by=scene.applicant).content)["against"]
    refused = visit(f"/api/v1/applications/{ref}/submit", {"version": version}, by=scene.applicant, method="POST")
    assert refused.status_code == 422
    for page in (check, text(sent), json.dumps(told), text(refused)):
        for said in TOLD[1:]:
            assert said in page, said
        assert "funds of a society are at least" not in page  # nothing is judged that was not said
        assert "exactly one person" not in page and page.count("needed") == 1
    assert {one["rule"] for one in told if one["bars"]} >= {"hall.form", "founding.society_members",
                                                            "founding.society_refusal", "founding.society_charter"}
    beside = text(visit(f"/hall/applications/{ref}/form/means/?check=1", by=scene.applicant))
    assert "38 more are needed" in beside and 'value="12"' in beside
    kept = hall_queries.application(ref, by=scene.applicant, at=AT).content.answers
    assert kept["persons"] == 12 and kept["officers"][1]["identity"] == "123"  # nothing typed is lost


@pytest.mark.parametrize(("matter", "answers", "there", "not_there"), [
    ("found_agency", without(AGENCY, "premises_until") | {"founder_units": 2, "liability": "partnership"},
     {"founding.agency_forms", "hall.form"}, {"founding.agency_premises"}),
    ("found_agency", without(AGENCY, "liability") | {"founder_units": 2}, {"hall.form"}, {"founding.agency_forms"}),
    ("found_agency", without(AGENCY, "state_funds", "name"), {"hall.form"},
     {"founding.agency_private_share", "naming.agency"}),
    ("found_foundation", without(FOUNDATION, "raises") | {"registered_funds": 1, "term": 9},
     {"hall.form", "founding.council_term"}, {"founding.foundation_fund", "founding.council_kin"}),
    ("found_foundation", FOUNDATION | {"officers": [
        without(one, "post") if place == 1 else one for place, one in enumerate(FOUNDATION["officers"])]},
     {"hall.form"}, {"founding.council_size", "founding.supervisors"}),
    ("found_foundation", without(FOUNDATION, "officers", "charter_items"), {"hall.form"},
     {"founding.council_size", "founding.officer_bar", "founding.foundation_charter"}),
], ids=["agency's founders", "no liability", "no name", "public or not", "a seat", "nobody"])
def test_each_rule_is_judged_as_soon_as_what_it_needs_is_there(
    scene: Scene, matter: str, answers: dict[str, Any], there: set[str], not_there: set[str],
) -> None:
    found = rules_against(scene, scene.draft(matter, answers))
    assert there <= found and not found & not_there


def test_a_change_is_judged_item_by_item(scene: Scene) -> None:
    body = scene.establish(kind="society", name="合肥市蜀山区老友协会")
    ref = scene.draft("change_registration", {
        "items": ["address", "legal_representative", "registered_funds"], "elsewhere": "society",
        "legal_representative": "李明", "registered_funds": 1, "agreed_on": "2027-01-01", "reason": "x"}, body)
    assert rules_against(scene, ref) >= {"founding.society_one_seat", "founding.society_funds", "hall.form"}
    with pytest.raises(Several) as why:
        scene.submit(ref)
    assert {"agreed_on", "address", "fit", "reason"} <= {one.field for one in why.value.whys}


def test_the_desk_reads_the_same_list_and_asks_for_it(scene: Scene) -> None:
    ref = scene.draft("found_agency", AGENCY)
    scene.submit(ref)
    path = f"/hall/applications/{ref}/"
    assert "stands against it today" not in text(visit(path, by=scene.desk))
    scene.establish(AGENCY["name"])  # by another way than this hall
    page = text(visit(path, by=scene.desk))
    (told,) = {str(why) for why in hall_queries.against(ref, by=scene.desk, at=AT).whys}
    assert "is registered here" in told and page.count(told) == 2  # the list, and what the letter begins with
    hall.ask_completion(ref, text=told, by=scene.desk, at=AT)
    mine = text(visit(f"{path}hand-in/", by=scene.applicant))
    assert told in mine
