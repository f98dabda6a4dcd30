import json
import re
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.actor import Actor
from linli.registers.organisations import actions, queries
from linli.registers.organisations.models import Organisation, Site
from tests.actors import AT, actor
from tests.registers.organisations.conftest import FORM, SITE, Scene
from tests.registers.visiting import text, visit

OTHER = FORM | {"kind": "society", "uscc": "51340100500000015T", "name": "合肥邻里互助协会"}


def test_joining_from_the_start_page_to_the_confirmation(scene: Scene) -> None:
    start = text(visit("/provider/join/", by=scene.stranger))
    assert "answers within 5 working days" in start and "/provider/join/form/" in start
    assert "5 个工作日" not in start and "5 个工作日" in text(visit("/provider/join/", language="zh"))
    form = text(visit("/provider/join/form/", by=scene.stranger))
    assert '<option value="340104003000">琥珀街道</option>' in form and "蜀山区" in form
    done = visit("/provider/join/form/", OTHER, by=scene.stranger, method="POST")
    assert done.status_code == 302
    told = text(visit(done["Location"], by=scene.stranger))
    assert "answers by" in told and "23 Nov 2026" in told  # five working days after Monday the 16th
    ref = Organisation.objects.get(uscc=OTHER["uscc"]).ref
    assert str(ref) in told and str(ref) in text(visit("/provider/join/", by=scene.stranger))


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(scene: Scene) -> None:
    answer = visit("/provider/join/form/", OTHER | {"uscc": "51340100500000015X"}, by=scene.stranger, method="POST")
    page = text(answer)
    assert answer.status_code == 422 and Organisation.objects.count() == 1
    assert '<a href="#id_uscc">Unified social credit code: The last character of the code does not fit' in page
    assert 'value="51340100500000015X"' in page and 'value="合肥邻里互助协会"' in page
    assert re.search(r'value="society"[^>]* checked', page)
    again = visit("/provider/join/form/", FORM, by=scene.stranger, method="POST", language="zh")
    assert again.status_code == 422 and "已" in text(again)


def test_who_is_not_signed_in_is_led_to_sign_in_or_told(scene: Scene) -> None:
    assert visit("/provider/join/").status_code == 200
    for path in ("/officer/organisations/", "/provider/organisation/"):
        assert visit(path, by=scene.stranger).status_code == 403


def test_an_application_is_for_its_applicant_and_the_office_only(scene: Scene) -> None:
    path = f"/provider/join/{scene.organisation}/"
    page = text(visit(path, by=scene.applicant))
    assert "waiting for a decision" in page and "An answer is due" in page and "<h2>What happened</h2>" in page
    assert visit(path, by=scene.officer).status_code == 200
    for other in (scene.stranger, scene.elsewhere, Actor(scene.applicant.ref)):
        assert visit(path, by=other).status_code == 404
    assert visit(f"/organisations/{scene.organisation}/", by=scene.stranger).status_code == 404


def test_a_returned_application_shows_why_and_is_sent_again(scene: Scene) -> None:
    decide = f"/officer/organisations/{scene.organisation}/return/"
    empty = visit(decide, {"return-reasons": ""}, by=scene.officer, method="POST")
    assert empty.status_code == 422 and scene.state() == "applied"
    assert visit(decide, {"return-reasons": "住所与执照不符。"}, by=scene.officer, method="POST").status_code == 302
    page = text(visit(f"/provider/join/{scene.organisation}/", by=scene.applicant))
    assert page.count("住所与执照不符。") == 2 and f"/provider/join/{scene.organisation}/amend/" in page
    form = text(visit(f"/provider/join/{scene.organisation}/amend/", by=scene.applicant))
    assert 'value="52340100500000015P"' in form and "住所与执照不符。" in form
    sent = visit(f"/provider/join/{scene.organisation}/amend/", FORM | {"address": "新址 2 号"}, by=scene.applicant,
                 method="POST")
    assert sent.status_code == 302 and scene.state() == "applied"
    late = visit(f"/provider/join/{scene.organisation}/amend/", by=scene.applicant)
    assert late.status_code == 409


def test_an_officers_list_shows_their_region_with_deadlines_and_few_queries(scene: Scene) -> None:
    actions.apply_to_join(**OTHER, by=scene.stranger, at=AT)
    with CaptureQueriesContext(connection, ) as queries_made:
        page = text(visit("/officer/organisations/", by=scene.officer))
    assert len(queries_made) <= 4  # the frame needs four of eight
    assert FORM["name"] in page and OTHER["name"] in page and page.count("by 23 Nov 2026") == 2
    late = text(visit("/officer/organisations/", by=scene.officer, at=AT + timedelta(days=9)))
    assert "2 days late" in late
    assert FORM["name"] not in text(visit("/officer/organisations/", by=scene.elsewhere))
    for query in ("?state=approved", "?q=没有", "?kind=company", "?region=340103000000"):
        assert FORM["name"] not in text(visit(f"/officer/organisations/{query}", by=scene.officer)), query
    for query in ("?state=applied", "?q=安康", "?q=52340100", "?kind=agency", "?region=340104000000", "?page=1"):
        assert FORM["name"] in text(visit(f"/officer/organisations/{query}", by=scene.officer)), query
    for query in ("?page=999999999999", "?page=-1", "?page=x", "?q=%00", "?state=%27"):
        assert visit(f"/officer/organisations/{query}", by=scene.officer).status_code == 200, query


def test_the_officer_page_offers_what_is_open(scene: Scene) -> None:
    path = f"/officer/organisations/{scene.organisation}/"
    page = text(visit(path, by=scene.officer))
    assert all(f"{path}{move}/" in page for move in ("approve", "return", "refuse")) and f"{path}suspend/" not in page
    assert visit(f"{path}approve/", by=scene.officer, method="POST").status_code == 302
    assert f"{path}suspend/" in text(visit(path, by=scene.officer))
    assert visit(f"{path}approve/", by=scene.officer, method="POST").status_code == 422
    assert visit(f"{path}abolish/", by=scene.officer, method="POST").status_code == 404
    auditor = actor("region:340100000000", "organisations.see")
    assert f"{path}suspend/" not in text(visit(path, by=auditor))
    assert visit(f"{path}suspend/", {"suspend-reasons": "x"}, by=auditor, method="POST").status_code == 403


def test_the_public_register(approved: Scene) -> None:
    page = text(visit("/organisations/", {"q": "安康"}))
    assert FORM["name"] in page and FORM["name"] not in text(visit("/organisations/", {"q": "没有"}))
    one = text(visit(f"/organisations/{approved.organisation}/"))
    assert "52340100500000015P" in one and "tel:0551-62345678" in one
    actions.suspend(approved.organisation, reasons="停业整改。", by=approved.officer, at=AT)
    shut = text(visit(f"/organisations/{approved.organisation}/"))
    assert "takes on nothing new" in shut and "停业整改" not in shut


def test_a_provider_describes_itself_and_its_sites(approved: Scene) -> None:
    desk = "/provider/organisation/"
    assert FORM["name"] in text(visit(desk, by=approved.manager))
    kept = visit(desk, {"phone": "call me", "introduction": "新的介绍"}, by=approved.manager, method="POST")
    assert kept.status_code == 422 and "新的介绍" in text(kept) and 'href="#id_phone"' in text(kept)
    told = {"phone": "12349", "introduction": "新的介绍"}
    assert visit(desk, told, by=approved.manager, method="POST").status_code == 302
    sites = f"{desk}sites/?organisation={approved.organisation}"
    swapped = visit(sites, SITE | {"lon": 31.85, "lat": 117.26}, by=approved.manager, method="POST")
    assert swapped.status_code == 422 and "look swapped" in text(swapped) and not Site.objects.exists()
    assert visit(sites, SITE, by=approved.manager, method="POST").status_code == 302
    site = Site.objects.get()
    public = text(visit(f"/organisations/{approved.organisation}/"))
    assert "琥珀站" in public and "蜀山区琥珀街道" in public and "Step-free entrance" in public
    one = f"{desk}sites/{site.ref}/"
    assert 'value="117.26"' in text(visit(one, by=approved.manager))
    assert visit(one, SITE | {"name": "新站"}, by=approved.manager, method="POST").status_code == 302
    assert visit(one, by=approved.stranger).status_code == 404
    assert visit(f"{one}close/", by=approved.stranger, method="POST").status_code == 404
    assert visit(f"{one}close/", by=approved.manager, method="POST").status_code == 302
    assert "新站" not in text(visit(f"/organisations/{approved.organisation}/"))


def test_somebody_elses_organisation_has_no_desk(approved: Scene) -> None:
    other = actor(f"organisation:{actions.apply_to_join(**OTHER, by=approved.stranger, at=AT)}", "organisations.manage")
    assert visit("/provider/organisation/", by=other).status_code == 403  # not approved yet
    assert visit(f"/provider/organisation/?organisation={approved.organisation}", by=other).status_code == 403


API = "/api/v1/organisations"


def body(answer: Any) -> Any:
    return json.loads(answer.content)


def test_the_api_lists_with_a_cursor_and_finds_by_code_or_ref(approved: Scene) -> None:
    second = actions.apply_to_join(**OTHER, by=approved.stranger, at=AT)
    assert body(visit(API))["next"] is None and len(body(visit(API))["items"]) == 1
    actions.approve(second, by=approved.officer, at=AT)
    first = body(visit(f"{API}?limit=1"))
    rest = body(visit(f"{API}?limit=1&after={first['next']}"))
    assert [part["items"][0]["uscc"] for part in (first, rest)] == [FORM["uscc"], OTHER["uscc"]]
    assert rest["next"] is None
    for found in (f"{API}/{FORM['uscc']}", f"{API}/{approved.organisation}"):
        assert body(visit(found))["name"] == FORM["name"]
    for missing in ("91350100M000100Y43", "x", "0190c000-0000-7000-8000-000000000000"):
        assert visit(f"{API}/{missing}").status_code == 404
    for query in ("limit=0", "limit=x", "kind=club", "after=x"):
        assert visit(f"{API}?{query}").status_code == 422
    assert body(visit(f"{API}?kind=society"))["items"][0]["uscc"] == OTHER["uscc"]
    assert body(visit(f"{API}?region=340103000000&q=x"))["items"] == []


def test_a_retried_application_is_one_application(scene: Scene) -> None:
    def send(**changes: str) -> tuple[int, Any]:
        answer = visit(API, OTHER | changes, by=scene.stranger, method="POST", key="k1")
        return answer.status_code, body(answer)

    (first, one), (again, same), (other, problem) = send(), send(), send(name="另一个")
    assert (first, again, other) == (201, 200, 409) and one == same and problem["title"] == "Things have changed"
    assert visit(API, OTHER, by=scene.stranger, method="POST").status_code == 422  # no key
    bad = visit(API, FORM | {"uscc": "1"}, by=scene.stranger, method="POST", key="k2")
    assert bad.status_code == 422 and body(bad)["errors"][0]["field"] == "uscc"
    assert body(bad)["rule"] == "organisations.uscc"
    assert visit(API, OTHER, method="POST", key="k3").status_code == 403


def test_moves_over_the_api(scene: Scene) -> None:
    one = f"{API}/{scene.organisation}"
    assert visit(f"{one}/approve", by=scene.stranger, method="POST").status_code == 404
    assert visit(f"{one}/approve", by=scene.applicant, method="POST").status_code == 403
    assert body(visit(f"{one}/return", {"reasons": "缺电话"}, by=scene.officer, method="POST"))["state"] == "returned"
    assert body(visit(f"{one}/amend", FORM, by=scene.applicant, method="POST"))["state"] == "applied"
    assert body(visit(f"{one}/approve", by=scene.officer, method="POST"))["state"] == "approved"
    assert visit(f"{one}/approve", by=scene.officer, method="POST").status_code == 409
    place = {k: v for k, v in SITE.items() if k not in ("lon", "lat")} | {"at": {"lon": 117.26, "lat": 31.85}}
    made = visit(f"{one}/sites", place, by=scene.manager, method="POST", key="s1")
    assert made.status_code == 201 and body(made)["at"] == {"lon": 117.26, "lat": 31.85}
    site = f"/api/v1/sites/{body(made)['ref']}"
    assert body(visit(f"{site}/change", place | {"name": "新站"}, by=scene.manager, method="POST"))["name"] == "新站"
    assert visit(f"{site}/close", by=scene.manager, method="POST").status_code == 200
    assert visit(f"{site}/close", by=scene.manager, method="POST").status_code == 404
    assert body(visit(f"{one}/suspend", {"reasons": "整改"}, by=scene.officer, method="POST"))["state"] == "suspended"
    assert body(visit(f"{one}/restore", by=scene.officer, method="POST"))["state"] == "approved"
    assert body(visit(f"{one}/refuse", {"reasons": "晚了"}, by=scene.officer, method="POST"))["status"] == 409
    described = visit(f"{one}/describe", {"phone": "12349", "introduction": "好"}, by=scene.manager, method="POST")
    assert body(described)["introduction"] == "好"
    assert queries.organisation(scene.organisation).phone == "12349"
