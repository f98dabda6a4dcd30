"""HSDS 3.0 at the site's root: what the standard's schemas, a sample's consumers and the Chinese profile ask of it."""
import csv
import io
import json
import re
import zipfile
from collections import Counter
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.http import StreamingHttpResponse

from linli.registers.directory import actions, queries
from linli.registers.directory.models import Service
from linli.registers.directory.queries import HoursCard, hsds
from linli.registers.directory.rules import hsds as rules
from tests.actors import AT
from tests.registers.directory import hsds_checks as checks
from tests.registers.directory.conftest import HERE, SHUSHAN, WEEK, Scene
from tests.registers.visiting import visit

SAMPLE = Path(__file__).parents[2] / "data" / "oruk"
FILES = {"/": "api_details", "services": "service_list", "service": "service_full",
         "organizations": "organization_list", "organization": "organization",
         "service_at_locations": "service_at_location_list", "service_at_location": "service_at_location_full",
         "taxonomies": "taxonomy_list", "taxonomy": "taxonomy", "taxonomy_terms": "taxonomy_term_list",
         "taxonomy_term": "taxonomy_term"}
BASE = {path.stem: json.loads(path.read_text()) for path in (
    Path(queries.__file__).parents[1] / "data" / "hsds" / "schema").glob("*.json")}
NAMES = [name for name in FILES if name != "/"]


def get(path: str, **asked: Any) -> Any:
    answer = visit(f"/hsds/{path}", asked or None)
    assert answer.status_code == 200, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.content)


def refused(path: str, **asked: Any) -> dict[str, Any]:
    answer = visit(f"/hsds/{path}", asked or None)
    assert answer.status_code in {404, 422} and answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    return told


@pytest.fixture
def full(scene: Scene) -> Scene:
    """One service with everything that can be said, one without site, one paused; a bundle."""
    bath = scene.list(groups=["disabled"], min_age=60, languages=["zh", "csl"], hours=[
        *WEEK, HoursCard(5, time(13), time(0))])
    actions.set_capacities(bath, capacities=[
        actions.Capacity("visits", 40, 12, "low_income", 50), actions.Capacity("visits", 20, 0, waiting_list=True),
    ], by=scene.manager, at=AT)
    actions.set_resources(bath, resources=[
        actions.Resource("equipment", "移动助浴车", 2), actions.Resource("digital", "视频课", url="https://e.org/a"),
    ], by=scene.manager, at=AT)
    nurse = scene.list(category="home_nursing", name="上门换药", site=None, hours=())
    actions.pause(scene.list(name="晨间洗漱", hours=()), by=scene.manager, at=AT)
    bundle = actions.draft_bundle(
        scene.provider, kind="medical_elderly", name="助浴加护理", summary="洗澡、换药一次办。", price_fen=12_000,
        services=[actions.Chosen(bath), actions.Chosen(nurse)], by=scene.manager, at=AT)
    actions.list_bundle(bundle, by=scene.manager, at=AT)
    return scene


def feed(scene: Scene) -> checks.Feed:
    found: checks.Feed = {"/": get("")} | {name: get(name, full="true") if name in {"services", "organizations"}
                                           else get(name) for name in checks.LISTS}
    bath = next(one for one in found["services"]["contents"] if one["name"] == "上门助浴")
    found["service"] = get(f"services/{bath['id']}")
    found["organization"] = get(f"organizations/{scene.provider}")
    found["service_at_location"] = get(f"service_at_locations/{found['service_at_locations']['contents'][0]['id']}")
    found["taxonomy"] = get(f"taxonomies/{found['taxonomies']['contents'][0]['id']}")
    found["taxonomy_term"] = get(f"taxonomy_terms/{found['taxonomy_terms']['contents'][12]['id']}")
    return found


def sample() -> checks.Feed:
    return {name: json.loads((SAMPLE / f"{file}.json").read_text()) for name, file in FILES.items()}


def test_every_check_that_the_sample_passes_is_passed(full: Scene) -> None:
    known, ours = sample(), feed(full)
    tried = [*checks.CHECKS, *(checks.against(BASE, name) for name in NAMES)]
    passed = [check for check in tried if not check(known)]
    assert len(passed) >= 20, "the sample itself fails: the checks are wrong"
    assert {check.__name__: check(ours) for check in tried if check(ours)} == {}


@pytest.mark.parametrize("name", NAMES)
def test_bodies_validate_against_the_schemas_with_and_without_the_profile(full: Scene, name: str) -> None:
    ours = feed(full)
    for schemas in (BASE, hsds.schemas()):
        assert checks.against(schemas, name)(ours) == []


def test_the_profile_refuses_what_it_should(full: Scene) -> None:
    told = feed(full)["service"]
    wrong: list[tuple[str, Any]] = [
        ("region_code", "340104"), ("assurance", "perhaps"), ("delivery_modes", ["by_drone"]), ("category", 3),
        ("capacities", [{"id": told["id"], "available": -1, "updated": "2026-11-16T09:00:00+08:00"}]),
        ("equipment", [{"id": told["id"]}]), ("workforce", [{"id": "no uuid"}]),
    ]
    for name, value in wrong:
        assert checks.problems(hsds.schemas(), "service", told | {name: value}), name
    assert checks.problems(hsds.schemas(), "organization", told["organization"] | {
        "unified_social_credit_code": "123"})


def test_the_profile_is_published_as_merge_patches_of_the_standards_own_schemas() -> None:
    root = get("")
    assert root["version"] == "3.0" and root["profile"] == "http://testserver/hsds/profile/"
    for name, patch in hsds.described().items():
        assert get(f"profile/{name}.json") == patch
        whole = get(f"schema/{name}.json")
        assert whole["$id"] == f"http://testserver/hsds/schema/{name}.json"
        if name in BASE:
            assert rules.patched(BASE[name], patch) == {k: v for k, v in whole.items() if k not in {"$id", "$schema"}}
            assert set(BASE[name]["properties"]) <= set(whole["properties"])
            assert BASE[name]["required"] == whole["required"]
    assert refused("profile/nothing.json")["status"] == 404 and refused("schema/nothing.json")["status"] == 404
    page = visit("/hsds/profile/", language="zh").content.decode()
    assert "合并补丁" in page and "unified_social_credit_code" in page
    assert "价格中由公共资金承担的比例，0 到 1。" in page and "Which part of the price" not in page
    assert "机构网站的网址" not in page and "x-description-zh" in page  # what the standard has is no addition


def test_every_explanation_of_the_profile_stands_in_both_languages() -> None:
    told = [one for patch in hsds.described().values() for one in explained(patch)]
    assert len(told) >= 70 and all(re.search("[\u4e00-\u9fff]", one.get("x-description-zh", "")) for one in told)
    fields = {one["name"]: one for resource in get("datapackage.json")["resources"]
              for one in resource["schema"]["fields"] if "x-description-zh" in one}
    assert fields["funded_share"]["x-description-zh"] and get("schema/cost_option.json")["properties"]["funded_share"][
        "x-description-zh"] == "价格中由公共资金承担的比例，0 到 1。"


def test_every_description_of_the_standard_is_published_in_chinese_too() -> None:
    told, count = hsds.schemas(), 0
    standard = {name: base for name, base in BASE.items() if name != "openapi"}
    for name, base in standard.items():
        for english, both in beside(base, told[name]):
            count += 1
            chinese = both.get("x-description-zh", "")
            assert re.search("[\u4e00-\u9fff]", chinese), (name, english)
            assert not re.search(r"[,.;]$", chinese), (name, chinese)
    assert count >= 261
    assert set(standard) <= set(hsds.described())
    assert get("profile/phone.json")["properties"]["number"]["x-description-zh"] == "电话号码。"
    tables = {one["name"]: one for one in get("datapackage.json")["resources"]}
    assert all("x-description-zh" in field for field in tables["phone"]["schema"]["fields"])


def beside(base: Any, whole: Any) -> list[tuple[str, dict[str, Any]]]:
    """Each description of the standard, with the same place of the schema as the profile makes it."""
    if not isinstance(base, dict):
        return []
    own = [(base["description"], whole)] if isinstance(base.get("description"), str) else []
    return own + [one for key, value in base.items() for one in beside(value, whole[key])]


def explained(part: Any) -> list[dict[str, Any]]:
    """Everything in a schema that has a description."""
    if isinstance(part, list):
        return [found for one in part for found in explained(one)]
    if not isinstance(part, dict):
        return []
    own = [part] if isinstance(part.get("description"), str) else []
    return own + [found for one in part.values() for found in explained(one)]


@pytest.mark.parametrize(("base", "patch", "made"), [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}), ({"a": "b"}, {"a": None}, {}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}), ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}), ({"a": [1]}, [1], [1]),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}), ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}), ({"a": "foo"}, "bar", "bar"), ({"a": "foo"}, None, None),
])
def test_merge_patches_as_the_rfc_gives_them(base: Any, patch: Any, made: Any) -> None:
    assert rules.patched(base, patch) == made


def test_what_the_profile_says_of_a_service(full: Scene) -> None:
    told = feed(full)["service"]
    assert told["organization"]["unified_social_credit_code"] == "52340100500000015P"
    assert told["capacities"][0] | {"id": "", "updated": ""} == {
        "id": "", "service_id": told["id"], "unit": "visits", "available": 12, "maximum": 40, "updated": "",
        "target_group": "low_income", "funded_share": 0.5, "status": "capacity"}
    assert told["capacities"][1]["status"] == "waitlist" and told["equipment"][0]["quantity"] == 2
    assert told["workforce"][0]["ready"] == 0 and "carer_certificate" in told["workforce"][0]["required_credentials"]
    assert told["cost_options"][1]["amount"] == 20 and told["cost_options"][1]["funded_share"] == 0.75
    assert told["program"]["bundle_kind"] == "medical_elderly" and len(told["program"]["parts"]) == 2
    assert [(one["byday"], one["opens_at"], one["closes_at"]) for one in told["schedules"]] == [
        ("MO,TU,WE,TH,FR", "09:00:00", "12:00:00"), ("SA", "13:00:00", "23:59:59")]
    place = told["service_at_locations"][0]["location"]
    address = place["addresses"][0]
    assert (address["state_province"], address["city"], address["region"]) == ("安徽省", "合肥市", "蜀山区")
    assert place["coordinate_reference_system"] == "WGS-84" and place["latitude"] == HERE.lat
    assert get(f"service_at_locations/{told['service_at_locations'][0]['id']}")["service"]["id"] == told["id"]


def names(**asked: Any) -> list[str]:
    return sorted(one["name"] for one in get("services", **asked)["contents"])


def test_conditions_hold_together(full: Scene) -> None:
    assert names() == ["上门助浴", "上门换药", "晨间洗漱"]
    term = {one["name"]: one["id"] for one in get("taxonomy_terms", per_page=500)["contents"]}
    elderly = next(one["id"] for one in get("taxonomy_terms", top_only="true")["contents"] if one["name"] == "养老助老")
    kinds = {one["name"]: one["id"] for one in get("taxonomies")["contents"]}
    assert names(taxonomy_term_id=term["上门助浴"]) == ["上门助浴", "晨间洗漱"] == names(taxonomy_term_id=elderly)
    assert names(taxonomy_term_id=term["残疾人"]) == ["上门助浴"] == names(taxonomy_id=kinds["服务人群"])
    assert names(taxonomy_term_id=elderly, search="晨间") == ["晨间洗漱"]
    assert names(search="换药", taxonomy_term_id=elderly) == []
    assert names(organization_id=str(full.other)) == [] and len(names(organization_id=str(full.provider))) == 3
    assert names(taxonomy_term_id=str(uuid4())) == [] and names(organization_id="x") == []
    assert names(near="117.26,31.85", proximity="500") == ["上门助浴", "晨间洗漱"]
    assert names(near="117.30,31.85", proximity="500") == [] and len(names(region=SHUSHAN)) == 3
    assert names(region="340103000000") == []


def test_pages_of_a_list(full: Scene) -> None:
    first, last = get("services", per_page=2), get("services", per_page=2, page=2)
    assert (first["total_items"], first["total_pages"], first["size"]) == (3, 2, 2)
    assert last["size"] == 1 and last["last_page"]
    assert len({one["id"] for page in (first, last) for one in page["contents"]}) == 3
    beyond = get("services", page=9)
    assert beyond["empty"] and beyond["contents"] == [] and not beyond["first_page"]


@pytest.mark.parametrize(("path", "asked", "field"), [
    ("services", {"page": "0"}, "page"), ("services", {"per_page": "501"}, "per_page"),
    ("services", {"page": "x"}, "page"),
    ("services", {"format": "xml"}, "format"), ("services", {"full": "maybe"}, "full"),
    ("services", {"postcode": "230031"}, "postcode"), ("services", {"proximity": "100"}, "proximity"),
    ("services", {"near": "31.85,117.26", "proximity": "100"}, "near"), ("services", {"region": "3401"}, "region"),
    ("services", {"modified_after": "yesterday"}, "modified_after"), ("services", {"colour": "red"}, "colour"),
    ("taxonomies", {"top_only": "true"}, "top_only"), ("organizations", {"region": SHUSHAN}, "region"),
])
def test_what_cannot_be_asked_is_refused_and_named(scene: Scene, path: str, asked: dict[str, str], field: str) -> None:
    told = refused(path, **asked)
    assert told["status"] == 422 and told["errors"][0]["field"] == field and told["detail"]


def test_what_is_hidden_is_not_there(full: Scene) -> None:
    hidden = actions.draft_service(
        full.provider, category="home_bathing", name="草稿", summary="甲", modes=["home"], by=full.manager, at=AT)
    gone = full.list(name="已撤下的")
    actions.withdraw(gone, by=full.manager, at=AT + timedelta(days=1))
    for ref in (hidden, gone, uuid4()):
        assert refused(f"services/{ref}")["status"] == 404
        assert refused(f"service_at_locations/{rules.at_location(ref)}")["status"] == 404
    assert refused(f"organizations/{uuid4()}")["status"] == refused(f"taxonomy_terms/{uuid4()}")["status"] == 404
    page = get("services", modified_after="2026-11-17")
    assert page["contents"] == [] and [(one["id"], one["status"]) for one in page["gone"]] == [(str(gone), "defunct")]
    assert "已撤下的" not in json.dumps(page, ensure_ascii=False)
    assert str(hidden) not in json.dumps(get("services", modified_after="2000-01-01"))


def test_changes_are_found_by_their_moment(full: Scene) -> None:
    later = AT + timedelta(days=2)
    ref = Service.objects.get(name="上门换药").ref
    assert names(modified_after=later.isoformat()) == []
    actions.set_hours(ref, hours=WEEK, by=full.manager, at=later)
    assert names(modified_after=later.isoformat()) == ["上门换药"]
    assert len(get("services", minimal="true")["contents"]) == 3


def test_all_of_it_as_lines(full: Scene) -> None:
    answer = visit_stream("/hsds/services?format=ndjson")
    lines = [json.loads(line) for line in answer.splitlines()]
    assert len(lines) == 3 and all(checks.problems(hsds.schemas(), "service", one) == [] for one in lines)
    assert len(visit_stream("/hsds/organizations?format=ndjson").splitlines()) == 2


def visit_stream(path: str) -> str:
    from django.test import RequestFactory
    from django.urls import resolve

    request: Any = RequestFactory().get(path)
    request.at = AT
    view, args, kwargs = resolve(path.partition("?")[0])
    answer = view(request, *args, **kwargs)
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]


def tables(scene: Scene) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    with hsds.csv_tables(here=hsds.Here("https://example.org", AT.date())) as made, zipfile.ZipFile(made) as file:
        package = json.loads(file.read("datapackage.json"))
        found = {one["name"]: list(csv.DictReader(io.StringIO(file.read(one["path"]).decode())))
                 for one in package["resources"]}
    return package, found


def test_the_export_keeps_every_rule_of_its_data_package(full: Scene) -> None:
    package, found = tables(full)
    assert len(found["service"]) == 3 and len(found["organization"]) == 2 and found["program_service"]
    counts = Counter({name: len(rows) for name, rows in found.items()})
    assert counts["service_capacity"] == 2 and counts["equipment"] == 2 and counts["schedule"] == 2
    for one in package["resources"]:
        fields = {field["name"]: field for field in one["schema"]["fields"]}
        rows = found[one["name"]]
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            assert list(row) == list(fields)
            for name, value in row.items():
                rule = fields[name].get("constraints", {})
                unknown = (one["name"], name) == ("address", "postal_code")  # a Chinese address goes by its region code
                assert value or not rule.get("required") or unknown, (one["name"], name)
                assert not value or value in rule.get("enum", [value]), (name, value)
                if value and fields[name]["type"] in {"number", "integer"}:
                    float(value)
        for key in one["schema"].get("foreignKeys") or []:
            there = {row[key["reference"]["fields"]] for row in found[key["reference"]["resource"]]}
            assert {row[key["fields"]] for row in rows if row[key["fields"]]} <= there, (one["name"], key)


def test_the_export_is_served_as_it_is_kept(full: Scene, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    from linli.registers.directory import jobs

    assert jobs.export(AT) == 3
    answer: Any = visit_file("/hsds/export.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        assert "services.csv" in file.namelist()
    (tmp_path / "hsds" / "export.zip").unlink()
    assert b"".join(visit_file("/hsds/export.zip").streaming_content)[:2] == b"PK"


def visit_file(path: str) -> Any:
    from django.test import RequestFactory
    from django.urls import resolve

    request: Any = RequestFactory().get(path)
    request.at = AT
    return resolve(path).func(request)


def test_lists_ask_the_database_few_times(full: Scene, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        full.list(name=f"助浴 {number}")
    with django_assert_max_num_queries(4):
        get("services")
    with django_assert_max_num_queries(20):
        get("services", full="true")
    with django_assert_max_num_queries(3):
        get("organizations")


def test_the_interface_describes_itself(full: Scene) -> None:
    told = get("openapi.json")
    assert told["servers"] == [{"url": "http://testserver/hsds"}] and "REQUIRED" not in json.dumps(told["info"])
    assert "raw.githubusercontent" not in json.dumps(told["paths"])
    for path in told["paths"]:
        if "{" not in path:
            get(path.strip("/"))
