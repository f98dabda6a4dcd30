import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.registers.practitioners import actions, queries
from linli.registers.practitioners.models import Credential, Practitioner
from tests.actors import AT
from tests.registers.practitioners.conftest import ID, ID_2, WANG, Scene
from tests.registers.practitioners.test_import_staff import BAD, HEAD, LI
from tests.registers.visiting import text, visit


def test_a_resident_scans_a_green_passport(green: Scene) -> None:
    page = text(visit(f"/p/{green.number}/"))
    assert re.search(r'<h1 id="passport-word"[^>]*>Green</h1>', page) and "open the door" in page
    assert "王敏" in page and "合肥安康居家养老服务中心" in page and "Health certificate" in page
    assert "valid until" in page and "30 Nov 2027" in page and "tel:110" in page
    for hidden in ("NO-health", ID, ID[-4:], "13800138000", str(green.carer)):
        assert hidden not in page
    chinese = text(visit(f"/p/{green.number}/", language="zh"))
    assert "绿" in chinese and "健康证" in chinese and "护理员" in chinese


def test_a_red_passport_says_so_in_words_and_why(green: Scene) -> None:
    late = AT + timedelta(days=400)
    page = text(visit(f"/p/{green.number}/", at=late))
    assert "Red</h1>" in page and "Do not open the door." in page and "Health certificate ended on 30 Nov 2027." in page
    yellow = text(visit(f"/p/{green.number}/", at=AT + timedelta(days=370)))
    assert "Yellow</h1>" in yellow and "ends on 30 Nov 2027" in yellow


def test_a_number_that_is_nobodys_is_as_plain_as_red(green: Scene) -> None:
    other = green.number[:-1] + ("A" if green.number[-1] != "A" else "C")
    for number in (other, "P", "x" * 300, "P😀", "PAAAAAAAAAA"):
        answer = visit(f"/p/{number}/")
        assert answer.status_code == 404 and "Do not open the door." in text(answer)


def test_typing_the_number(green: Scene) -> None:
    assert visit("/p/").status_code == 200
    typed = visit("/p/", {"number": f"{green.number[:5].lower()} {green.number[5:]}"})
    assert typed.status_code == 302 and typed["Location"] == f"/p/{green.number}/"
    wrong = visit("/p/", {"number": "P123"})
    assert wrong.status_code == 422 and 'value="P123"' in text(wrong) and "#id_number" in text(wrong)


def test_the_staff_list_with_colours_filters_and_few_queries(green: Scene) -> None:
    li = WANG | {"name": "李强", "id_number": ID_2}
    actions.enrol(organisation=green.organisation, **li, by=green.manager, at=AT)
    with CaptureQueriesContext(connection) as made:
        page = text(visit("/provider/staff/", by=green.manager))
    assert len(made) <= 4  # the frame needs the rest of eight
    assert page.index("李强") < page.index("王敏")  # the worst first
    assert "Health certificate is missing." in page and "Green</span>" in page
    for query, here in (("colour=red", "李强"), ("q=王", "王敏"), (f"q={green.number}", "王敏"), ("state=all", "李强")):
        assert here in text(visit(f"/provider/staff/?{query}", by=green.manager)), query
    assert "王敏" not in text(visit("/provider/staff/?colour=red", by=green.manager))
    assert "Nobody fits" in text(visit("/provider/staff/?q=nobody", by=green.manager))
    soon = text(visit("/provider/staff/", by=green.manager, at=AT + timedelta(days=370)))
    assert "30 Nov 2027" in soon and "Yellow</span>" in soon
    for other in (green.stranger, green.officer):
        assert visit("/provider/staff/", by=other).status_code == 403


def test_adding_somebody_keeps_what_was_typed(green: Scene) -> None:
    data = {"name": "李强", "id_number": ID_2[:-1] + "1", "title": "护工", "languages": ["zh", "zh-x-hefei"],
            "consented": "on"}
    bad = visit("/provider/staff/add/", data, by=green.manager, method="POST")
    assert bad.status_code == 422 and 'value="李强"' in text(bad) and "#id_id_number" in text(bad)
    assert Practitioner.objects.count() == 1
    done = visit("/provider/staff/add/", data | {"id_number": ID_2}, by=green.manager, method="POST")
    assert done.status_code == 302
    page = text(visit(done["Location"], by=green.manager))
    assert "李强" in page and "Hefei dialect" in page and ID_2 not in page and "Identity" in page
    unasked = visit("/provider/staff/add/", data | {"consented": ""}, by=green.manager, method="POST")
    assert unasked.status_code == 422 and "#id_consented" in text(unasked)


def test_the_page_of_one_of_the_staff(green: Scene) -> None:
    one = f"/provider/staff/{green.carer}/"
    page = text(visit(one, by=green.manager))
    assert "…cate" in page and "Record a credential" in page and "What happened" in page
    paper = {"kind": "nurse_licence", "number": "HS-1", "issuer": "卫健委", "valid_from": "2026-01-01"}
    bad = visit(f"{one}credentials/", paper, by=green.manager, method="POST")
    assert bad.status_code == 422 and "#id_last_day" in text(bad) and 'value="HS-1"' in text(bad)
    good = visit(f"{one}credentials/", paper | {"last_day": "2027-12-31"}, by=green.manager, method="POST")
    assert good.status_code == 302
    row = Credential.objects.get(kind="nurse_licence")
    assert str(row.valid_until) == "2028-01-01"
    endless = visit(f"{one}credentials/", paper | {"last_day": "9999-12-31"}, by=green.manager, method="POST")
    assert endless.status_code == 422 and "has a last day" in text(endless)
    withdraw = f"{one}credentials/{row.ref}/withdraw/"
    another = visit(f"/provider/staff/{uuid4()}/credentials/{row.ref}/withdraw/", {f"{row.ref}-why": "mistake"},
                    by=green.manager, method="POST")
    assert another.status_code == 404 and Credential.objects.get(ref=row.ref).withdrawn_at is None
    assert visit(withdraw, {}, by=green.manager, method="POST").status_code == 422
    assert visit(withdraw, {f"{row.ref}-why": "mistake"}, by=green.manager, method="POST").status_code == 302
    told = {"public_name": "王小敏", "title": "护士", "languages": ["zh", "en"]}
    assert visit(f"{one}change/", told | {"public_name": ""}, by=green.manager, method="POST").status_code == 422
    assert visit(f"{one}change/", told, by=green.manager, method="POST").status_code == 302
    assert "王小敏" in text(visit(f"/p/{green.number}/"))
    assert visit(f"{one}leave/", by=green.manager, method="POST").status_code == 302
    gone = text(visit(one, by=green.manager))
    assert "No longer works for this organisation." in gone and "Take back" in gone
    assert visit(f"{one}rejoin/", by=green.manager, method="POST").status_code == 302
    seen = text(visit(one, by=green.officer))
    assert "王小敏" in seen and "Record a credential" not in seen
    assert visit(f"{one}leave/", by=green.officer, method="POST").status_code == 403
    assert visit(one, by=green.stranger).status_code == 404


def test_the_card_to_print(green: Scene) -> None:
    page = text(visit(f"/provider/staff/{green.carer}/card/", by=green.manager))
    assert "<svg" in page and f"http://testserver/p/{green.number}/" in page and "style=" not in page
    assert visit(f"/provider/staff/{green.carer}/card/", by=green.elsewhere).status_code == 404


def test_a_file_with_bad_rows_shows_them_and_the_good_ones(green: Scene) -> None:
    def send(lines: tuple[str, ...], **more: str) -> Any:
        file = SimpleUploadedFile("staff.csv", "\n".join((HEAD, *lines)).encode("gb18030"))
        data = {"file": file, "consented": "on", **more}
        return visit("/provider/staff/import/", data, by=green.manager, method="POST")

    assert visit("/provider/staff/import/", by=green.manager).status_code == 200
    bad = send((LI, BAD[0][0].replace("李强", "赵丽")))
    page = text(bad)
    assert bad.status_code == 422 and "Nothing was taken over" in page and "健康证有效期至" in page
    assert page.index("Rows that cannot stand") < page.index("赵丽") < page.index("Rows that are good")
    assert page.index("Rows that are good") < page.index("李强")
    assert Practitioner.objects.count() == 1
    part = text(send((LI, BAD[0][0].replace("李强", "赵丽")), partial="on"))
    assert "Taken over: 1 new, 0 changed, 0 as before." in part and "Rows that cannot stand" in part
    assert "0 new, 0 changed, 1 as before" in text(send((LI,)))
    assert send(("x",) * 3).status_code == 422 and send((), consented="").status_code == 422
    empty = visit("/provider/staff/import/template/", by=green.manager)
    assert empty.content.decode("utf-8-sig").startswith("姓名,身份证号,手机号")
    assert empty["Content-Type"].startswith("text/csv")


API = "/api/v1/practitioners"


def body(answer: Any) -> Any:
    return json.loads(answer.content)


def test_the_passport_over_the_api(green: Scene) -> None:
    card = body(visit(f"/api/v1/passports/{green.number}"))
    assert (card["colour"], card["name"], card["on"]) == ("green", "王敏", "2026-11-16")
    assert [paper["kind"] for paper in card["credentials"]] == ["identity", "health_certificate", "insurance", "no_bar"]
    assert "NO-" not in str(card) and ID not in str(card)
    assert visit("/api/v1/passports/P123").status_code == 422
    green_number = queries.practitioner(green.carer).number
    Practitioner.objects.update(number="PAAAAAAAAAA")
    assert visit(f"/api/v1/passports/{green_number}").status_code == 404


def test_enrolling_and_recording_over_the_api(scene: Scene) -> None:
    person = {"organisation": str(scene.organisation), "name": "李强", "id_number": ID_2, "title": "护工",
              "consented": True}

    def send(**changes: Any) -> tuple[int, Any]:
        answer = visit(API, person | changes, by=scene.manager, method="POST", key="k1")
        return answer.status_code, body(answer)

    (first, one), (again, same), (other, _) = send(), send(), send(title="另一个")
    assert (first, again, other) == (201, 200, 409) and one == same and one["colour"] == "red"
    assert visit(API, person, by=scene.manager, method="POST", key="k2").status_code == 409
    assert visit(API, person, by=scene.elsewhere, method="POST", key="k3").status_code == 403
    assert visit(API, person, method="POST", key="k4").status_code == 403
    paper = {"kind": "health_certificate", "number": "JK-1", "valid_from": "2026-01-01", "valid_until": "2027-01-01"}
    path = f"{API}/{one['ref']}/credentials"
    made = visit(path, paper, by=scene.manager, method="POST", key="c1")
    assert made.status_code == 201 and body(made)["credentials"][1]["last_day"] == "2026-12-31"
    assert visit(path, paper, by=scene.manager, method="POST", key="c1").status_code == 200
    bad = visit(path, paper | {"valid_until": "2025-01-01"}, by=scene.manager, method="POST", key="c2")
    assert bad.status_code == 422 and body(bad)["errors"][0]["field"] == "valid_until"
    ref = body(made)["credentials"][1]["ref"]
    gone = visit(f"{path}/{ref}/withdraw", {"why": "revoked"}, by=scene.manager, method="POST")
    assert body(gone)["credentials"][1]["withdrawn"] == "revoked"
    assert body(visit(f"{API}/{one['ref']}/leave", by=scene.manager, method="POST"))["state"] == "left"
    assert body(visit(f"{API}/{one['ref']}/rejoin", by=scene.manager, method="POST"))["state"] == "active"
    assert visit(f"{API}/{one['ref']}", by=scene.stranger).status_code == 404
