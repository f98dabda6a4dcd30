import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.engines.rulebook import actions, registry
from linli.kernel.actor import SYSTEM
from linli.kernel.text import N_
from tests.actors import AT
from tests.engines.rulebook.conftest import Owed
from tests.registers.visiting import text, visit

pytestmark = pytest.mark.usefixtures("regions")
LATE = AT + timedelta(days=24)


def test_rules_can_be_browsed_by_word_day_and_region(db: None) -> None:
    all_of_them = text(visit("/rules/"))
    assert "Decide on a licence" in all_of_them and "20 working days" in all_of_them
    found = text(visit("/rules/?q=差评", language="zh"))
    assert "差评整改" in found and "15个工作日" in found.replace(" ", "") and "作出行政许可决定" not in found
    assert "No rule fits" in text(visit("/rules/?q=zzz"))
    assert "第二十一条" in text(visit("/rules/?q=security.keep&on=2025-12-31"))
    assert "6 months" in text(visit("/rules/?q=prepaid_months&region=640000000000"))


def test_a_day_that_does_not_exist_is_refused_and_kept(db: None) -> None:
    answer = visit("/rules/?on=2026-02-30&q=licence")
    assert answer.status_code == 422 and "2026-02-30" in text(answer) and 'value="licence"' in text(answer)


def test_a_rule_shows_its_versions_basis_and_how_sure_we_are(db: None) -> None:
    page = text(visit("/rules/security.keep_logs/"))
    assert page.count("<section") == 2 and "No longer in force" in page and "Read in the text itself" in page
    setting = text(visit("/rules/orders.hold_minutes/"))
    assert "What a setting is" in setting and "Common practice" in setting
    assert visit("/rules/no.such/").status_code == 404
    assert "常见做法" in text(visit("/rules/orders.hold_minutes/", language="zh"))


def test_everyone_sees_which_bodies_are_late_and_no_person(owed: Owed) -> None:
    assert "Nobody is late" in text(visit("/duties/"))
    actions.raise_duty("orders.answer", owner=f"person:{owed.person}", owed_to=f"person:{owed.person}",
                       about=owed.about, region="340104000000", since=AT.date(), by=SYSTEM, at=AT)
    actions.mark_overdue(by=SYSTEM, at=LATE)
    page = text(visit("/duties/", at=LATE))
    assert "Put right what was badly rated" in page and "3 days late" in page and "An organisation" in page
    assert "Answer a booking" not in page and str(owed.about) not in page and str(owed.person) not in page
    assert "Nobody is late" in text(visit("/duties/?region=320100000000", at=LATE))


def test_an_officer_sees_the_duties_of_the_region_only(owed: Owed) -> None:
    assert visit("/officer/duties/").status_code == 302  # to sign in
    assert visit("/officer/duties/", by=owed.provider).status_code == 403
    assert "Put right" in text(visit("/officer/duties/", by=owed.officer))
    assert "Put right" not in text(visit("/officer/duties/", by=owed.stranger))
    assert "Put right" not in text(visit("/officer/duties/?state=overdue", by=owed.officer))
    assert "逾期3天" in text(visit("/officer/duties/", by=owed.officer, at=LATE, language="zh")).replace(" ", "")


def test_an_officer_stops_resumes_and_waives(owed: Owed) -> None:
    page = f"/duties/{owed.duty}/"
    assert "Stop the clock" in text(visit(page, by=owed.officer))
    assert "Stop the clock" not in text(visit(page, by=owed.provider))
    answer = visit(page + "stop-clock/", {"reason": "nonsense"}, by=owed.officer, method="POST")
    assert answer.status_code == 422 and "error" in text(answer)
    assert visit(page + "stop-clock/", {"reason": "hearing"}, by=owed.officer, method="POST").status_code == 302
    assert "A hearing is held" in text(visit(page, by=owed.officer))
    assert visit(page + "waive/", {"reason": "settled"}, by=owed.auditor, method="POST").status_code == 403
    assert visit(page + "resume-clock/", by=owed.officer, method="POST").status_code == 302
    assert visit(page + "waive/", {"reason": "settled"}, by=owed.officer, method="POST").status_code == 302
    assert "A duty was waived." in text(visit(page, by=owed.officer))
    assert visit(page, by=owed.stranger).status_code == 404


def test_the_longest_prefix_says_what_a_duty_is_about(owed: Owed, monkeypatch: pytest.MonkeyPatch) -> None:
    for known in list(registry.SUBJECTS):
        monkeypatch.delitem(registry.SUBJECTS, known)
    order = registry.Subject(N_("Order"), lambda duty: f"/orders/{duty.about}/")
    monkeypatch.setitem(registry.SUBJECTS, "service", registry.Subject(N_("Service")))
    monkeypatch.setitem(registry.SUBJECTS, "service.rectify_bad_rating", order)
    page = text(visit("/officer/duties/", by=owed.officer))
    assert re.search(rf'href="/orders/{owed.about}/"[^>]*>Order<', page)
    assert registry.subject_of("services.else").name == "Matter"
    with pytest.raises(ValueError, match="already"):
        registry.subject("service", name=N_("Service"))


def test_scopes_go_by_the_names_that_others_give_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for known in list(registry.NAMES):
        monkeypatch.delitem(registry.NAMES, known)
    monkeypatch.setitem(registry.NAMES, "region", lambda codes: {"340104000000": "蜀山区"})
    assert registry.names(["region:340104000000", "region:340103000000", "organisation:x"]) == {
        "region:340104000000": "蜀山区", "region:340103000000": "340103000000", "organisation:x": ""}


def test_the_fragment_is_part_of_the_page(db: None) -> None:
    full = Client().get("/rules/?q=licence")
    part = Client().get("/rules/?q=licence", headers={"HX-Request": "true"})
    assert part.content.strip() and part.content.strip() in full.content and b"<html" not in part.content
