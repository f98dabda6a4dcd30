"""Passports in the one box: found by what they show without the name, and only of who works now."""
import json
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.search import queries as search
from linli.engines.search.models import Indexed
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions as organisations
from linli.registers.organisations.actions import Change
from linli.registers.people import actions as people
from linli.registers.practitioners import actions, queries, rules
from linli.registers.practitioners.models import Practitioner
from tests.actors import AT
from tests.registers.organisations.conftest import FORM
from tests.registers.practitioners.conftest import ID, ID_2, Scene
from tests.registers.visiting import text, visit

EMPLOYER = FORM["name"]


def found(q: str) -> list[str]:
    journal.run()
    return [hit.title for hit in search.search(q, kinds=["practitioner"])]


def test_a_passport_is_found_by_number_post_employer_and_region_and_never_by_the_name(scene: Scene) -> None:
    title = scene.number
    assert found(scene.number) == found("护理员") == found("安康居家 护理员") == found("蜀山 护理员") == [title]
    assert found("王敏") == found("wangmin") == found(ID) == found("13800138000") == found("绿码") == []
    [hit] = search.search(scene.number, kinds=["practitioner"])
    assert hit.url == f"/p/{scene.number}/" and hit.snippet == f"护理员 · {EMPLOYER} · 合肥市蜀山区"
    assert hit.ref != scene.carer and rules.passport_number(hit.ref) == scene.number, "it leads to nothing else"
    kept = [str(row.__dict__) for row in Indexed.objects.all()]
    assert kept and not any(said in row for row in kept for said in ("王敏", ID, str(scene.carer)))
    assert "王敏" in text(visit(hit.url, language="zh"))


def test_the_box_says_how_many_in_both_languages(scene: Scene) -> None:
    journal.run()
    for language, name in (("zh", "从业人员"), ("en", "Practitioners")):
        assert f'{name} <span class="num">1</span>' in text(visit(f"/search/?q={scene.number}", language=language))
    assert json.loads(text(visit(f"/api/v1/search?q={scene.number}")))["counts"] == {"practitioner": 1}


def test_who_left_is_found_no_more_until_they_come_back(scene: Scene) -> None:
    assert found("护理员")
    actions.leave(scene.carer, by=scene.manager, at=AT)
    assert found("护理员") == found(scene.number) == []
    actions.rejoin(scene.carer, by=scene.manager, at=AT)
    assert found("护理员")


def test_who_was_erased_is_found_no_more(scene: Scene) -> None:
    assert found(scene.number)
    person = Practitioner.objects.get(ref=scene.carer).person_id
    people.erase(person, by=SYSTEM, at=AT)
    assert found(scene.number) == found("护理员") == []


def test_who_refuses_is_found_no_more_until_they_think_otherwise(scene: Scene) -> None:
    other = actions.enrol(organisation=scene.organisation, name="李强", id_number=ID_2, title="护理员", consented=True,
                          by=scene.manager, at=AT)
    assert len(found("护理员")) == 2
    person = Practitioner.objects.get(ref=scene.carer).person_id
    people.withdraw_consent(person, purpose="ranking", by=SYSTEM, at=AT)
    assert len(found("护理员")) == 2, "another purpose"
    people.withdraw_consent(person, purpose="finding", by=SYSTEM, at=AT)
    assert len(found("护理员")) == 1 and found(queries.practitioner(other).number) and found(scene.number) == []
    assert visit(f"/p/{scene.number}/").status_code == 200, "at the door the code says what it said"
    people.give_consent(person, purpose="finding", by=SYSTEM, at=AT)
    assert found(scene.number)


def test_passports_follow_post_and_employer(scene: Scene) -> None:
    assert found("护理员")
    actions.change(scene.carer, title="护士", public_name="王敏", languages=["zh"], by=scene.manager, at=AT)
    assert found("护理员") == [] and found("护士") == [scene.number]
    organisations.file(scene.organisation, kind="change", changes=[Change("name", "合肥睦邻养老服务中心")],
                       effective_on=AT.date(), basis="申请", by=SYSTEM, at=AT)
    assert found("安康") == [] and found("护士 睦邻") == [scene.number]


def test_of_a_suspended_organisation_nobody_is_found(scene: Scene) -> None:
    assert found(scene.number)
    organisations.suspend(scene.organisation, reasons="查处", by=scene.officer, at=AT)
    assert found(scene.number) == []
    organisations.restore(scene.organisation, by=scene.officer, at=AT)
    assert found(scene.number)


def test_a_post_that_holds_the_name_is_left_out(scene: Scene) -> None:
    actions.change(scene.carer, title="王敏护理员", public_name="王敏", languages=["zh"], by=scene.manager, at=AT)
    assert found("王敏") == [] and found(scene.number) == [scene.number]


@pytest.mark.parametrize("facts", [{}, {"organisations": [new_ref()]}, {"persons": [new_ref()]}])
def test_who_has_no_staff_costs_at_most_one_query(scene: Scene, facts: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1 if facts else 0):
        assert queries.passports(**facts) == []
    with django_assert_num_queries(4):
        assert [doc.ref for doc in queries.passport_documents({rules.passport_ref(scene.number), UUID(int=7)})]
