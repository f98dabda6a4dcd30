import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.registers.workforce import actions
from linli.registers.workforce.models import Learning, Registration
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import COURSE, LATER, LICENCE, Scene, person

FORM = {name: str(value) for name, value in LICENCE.items()}
LEARNT = {name: str(value) for name, value in COURSE.items()}


def test_applying_as_a_person_sees_it(scene: Scene) -> None:
    start = text(visit("/me/profession/", by=scene.worker))
    assert "You are not registered" in start and "Senior social worker: 90 hours" in start
    bad = visit("/me/profession/apply/", FORM | {"certificate": "1"}, by=scene.worker, method="POST")
    assert bad.status_code == 422 and "#id_certificate" in text(bad) and 'value="1"' in text(bad)
    done = visit("/me/profession/apply/", FORM, by=scene.worker, method="POST")
    assert done.status_code == 302 and done["Location"] == "/me/profession/"
    page = text(visit("/me/profession/", by=scene.worker))
    assert "waits for the office" in page and "Take the application back" in page and "/apply/" not in page
    ref = Registration.objects.get().ref
    withdrawn = visit(f"/me/profession/registrations/{ref}/withdraw/", by=scene.worker, method="POST")
    assert withdrawn.status_code == 302 and "taken back" in text(visit("/me/profession/", by=scene.worker))
    assert visit("/me/profession/", by=scene.office).status_code == 403
    chinese = text(visit("/me/profession/", by=scene.worker, language="zh"))
    assert "我的职业" in chinese and "继续教育" in chinese


def test_the_hours_of_a_term_and_reporting(scene: Scene) -> None:
    scene.registered()
    page = text(visit("/me/profession/", by=scene.worker))
    assert "0 of 90 hours" in page and "It can be renewed from" in page and "Renew the registration" not in page
    bad = visit("/me/profession/learning/", LEARNT | {"hours": "99"}, by=scene.worker, method="POST", at=LATER)
    assert bad.status_code == 422 and "#id_hours" in text(bad) and 'value="99"' in text(bad)
    good = visit("/me/profession/learning/", LEARNT, by=scene.worker, method="POST", at=LATER)
    assert good.status_code == 302
    page = text(visit("/me/profession/", by=scene.worker, at=LATER))
    assert "40 more wait to be checked" in page and "老年社会工作" in page and "Renew the registration" in page
    ref = Learning.objects.get().ref
    assert visit(f"/me/profession/learning/{ref}/take-back/", by=scene.other, method="POST").status_code == 404
    assert visit(f"/me/profession/learning/{ref}/take-back/", by=scene.worker, method="POST").status_code == 302
    kept = text(visit("/me/profession/apply/", by=scene.worker, at=LATER))
    assert "ZG20260001" in kept  # never ask for what the register holds


def test_the_office_decides(scene: Scene) -> None:
    ref = scene.applied()
    listed = text(visit("/officer/workforce/", by=scene.office))
    assert "waits for the office" in listed and "王敏" not in listed and str(ref) in listed
    assert "Nothing here" in text(visit("/officer/workforce/?state=revoked&level=senior", by=scene.office))
    assert visit("/officer/workforce/?state=%00&level=x&page=99999999", by=scene.office).status_code == 200
    one = f"/officer/workforce/registrations/{ref}/"
    page = text(visit(one, by=scene.office))
    assert "ZG20260001" in page and "A first registration asks for no hours." in page
    empty = visit(f"{one}refuse/", {"refuse-reasons": ""}, by=scene.office, method="POST")
    assert empty.status_code == 422 and "<details open" in text(empty)
    assert visit(f"{one}register/", by=scene.office, method="POST").status_code == 302
    done = text(visit(one, by=scene.office))
    assert "Registered until" in done and "Revoke" in done
    assert visit(f"{one}register/", by=scene.office, method="POST").status_code == 409
    assert visit(f"{one}revoke/", {"revoke-reasons": "伪造"}, by=scene.office, method="POST").status_code == 302
    assert "伪造" in text(visit("/me/profession/", by=scene.worker))
    for who, code in ((scene.elsewhere, 404), (scene.other, 404), (scene.reader, 200)):
        assert visit(one, by=who).status_code == code
    assert visit("/officer/workforce/", by=scene.worker).status_code == 403


def test_hours_missing_are_said_on_the_page_of_the_decision(scene: Scene) -> None:
    scene.registered()
    scene.learnt(40, first_on=LATER.date().replace(year=2027), at=LATER, number="PX-0001", count=False)
    scene.learnt(56, first_on=LATER.date().replace(year=2028), at=LATER, number="PX-0002")
    ref = scene.applied(at=LATER)
    answer = visit(f"/officer/workforce/registrations/{ref}/register/", by=scene.office, method="POST", at=LATER)
    assert answer.status_code == 422 and "34 hours of continuing education are not counted yet" in text(answer)
    assert "56 of 90 hours" in text(answer) and "40 more wait to be checked" in text(answer)


def test_checking_hours(scene: Scene) -> None:
    ref = scene.learnt(40, first_on=AT.date() - timedelta(20), at=AT, number="PX-0001", count=False)
    page = text(visit("/officer/workforce/learning/", by=scene.office))
    assert "老年社会工作" in page and "40 hours" in page
    path = f"/officer/workforce/learning/{ref}/"
    empty = visit(f"{path}decline/", {f"{ref}-reasons": ""}, by=scene.office, method="POST")
    assert empty.status_code == 422 and "<details open" in text(empty)
    assert visit(f"{path}confirm/", by=scene.office, method="POST").status_code == 302
    assert "Nothing to check" in text(visit("/officer/workforce/learning/", by=scene.office))
    assert visit(f"{path}decline/", {f"{ref}-reasons": "重复"}, by=scene.office, method="POST").status_code == 302
    assert "重复" in text(visit("/me/profession/", by=scene.worker))


def test_lists_ask_few_questions(scene: Scene) -> None:
    scene.registered()
    actions.apply(**LICENCE | {"certificate": "ZG-0002"}, by=scene.other, at=AT)
    third = person("赵丽", "340104199003072342")
    actions.apply(**LICENCE | {"certificate": "ZG-0003"}, by=third, at=AT)
    for path, by in (("/officer/workforce/", scene.office), ("/me/profession/", scene.worker),
                     ("/officer/workforce/learning/", scene.office)):
        with CaptureQueriesContext(connection) as made:
            visit(path, by=by)
        assert len(made) <= 5, path


API = "/api/v1/workforce"


def body(answer: Any) -> Any:
    return json.loads(answer.content)


def test_a_whole_term_over_the_api(scene: Scene) -> None:
    def send(path: str, data: dict[str, Any], by: Any = scene.worker, key: str = "k") -> Any:
        return visit(f"{API}{path}", data, by=by, method="POST", key=key, at=LATER)

    given = LICENCE | {"certified_on": "2029-06-01"}
    first, again = send("/registrations", given), send("/registrations", given)
    assert (first.status_code, again.status_code) == (201, 200) and body(first)["state"] == "applied"
    ref = body(first)["ref"]
    assert send("/registrations", given, key="k2").status_code == 409
    assert visit(f"{API}/registrations/{ref}", by=scene.other).status_code == 404
    assert send(f"/registrations/{ref}/refuse", {"reasons": ""}, scene.office).status_code == 422
    done = send(f"/registrations/{ref}/register", {}, scene.office)
    assert body(done)["last_day"] == "2032-09-30" and body(done)["moves"] == ["revoke"]
    learnt = {name: value for name, value in LEARNT.items()} | {"hours": 40}
    made = send("/learning", learnt, key="l1")
    assert made.status_code == 201 and body(made)["minutes"] == 2400
    assert send("/learning", learnt, key="l2").status_code == 422
    assert body(send(f"/learning/{body(made)['ref']}/confirm", {}, scene.office))["state"] == "confirmed"
    mine = body(visit(f"{API}/me", by=scene.worker, at=LATER))
    assert mine["terms"][0]["minutes_needed"] == 5400 and mine["terms"][0]["minutes_counted"] == 0  # before the term
    assert visit(f"{API}/me").status_code == 403
    assert body(send(f"/registrations/{ref}/revoke", {"reasons": "x"}, scene.office))["state"] == "revoked"
