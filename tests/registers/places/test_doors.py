from types import ModuleType

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("regions")


def test_the_api_walks_the_tree(client: Client) -> None:
    top = client.get("/api/v1/regions").json()
    assert len(top["items"]) == 12 and top["next"] is None
    streets = client.get("/api/v1/regions", {"parent": "340104000000"}).json()["items"]
    assert streets == [{
        "code": "340104003000", "level": "township", "name": "琥珀街道", "full_name": "合肥市蜀山区琥珀街道",
        "parent": "340104000000", "point": None, "issuer": "stats", "from": "2023-06-30", "until": None,
    }]
    page = client.get("/api/v1/regions", {"limit": 5}).json()
    rest = client.get("/api/v1/regions", {"after": page["next"]}).json()
    assert [r["code"] for r in page["items"] + rest["items"]] == [r["code"] for r in top["items"]]


@pytest.mark.parametrize(("path", "status"), [
    ("340104003000", 200), ("340104003000?on=2024-01-01", 200), ("340104003000?on=2020-01-01", 404),
    ("340104003000?issuer=civil", 404), ("340104003000?issuer=mars", 422), ("340104003000?on=2023-02-30", 422),
    ("999999999999", 404), ("x", 404),
])
def test_one_region_on_a_day(client: Client, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/regions/{path}")
    assert answer.status_code == status
    assert status == 200 or answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["parent=12", "parent=999999999999", "limit=0", "limit=x", "on=tomorrow"])
def test_a_list_that_cannot_be_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/regions?{query}").status_code in (404, 422)


def test_choosing_a_region_step_by_step(client: Client) -> None:
    def step(**query: str) -> str:
        return client.get("/regions/choose/", {"level": "township", "next": "/needs/?a=1", **query}).content.decode()

    assert "parent=340104000000" in step() and "蜀山区" in step()
    last = step(parent="340104000000")
    assert "/needs/?a=1&amp;region=340104003000" in last and "琥珀街道" in last
    assert client.get("/regions/choose/", {"level": "planet"}).status_code == 404
    assert client.get("/regions/choose/", {"next": "https://elsewhere.example/"}).status_code == 404


def test_the_options_below_a_region(client: Client) -> None:
    assert '<option value="340104003000">琥珀街道</option>' in client.get(
        "/regions/options/", {"district": "340104000000"}).content.decode()
    assert "<option" in client.get("/regions/options/", {"district": ""}).content.decode()


def test_places_speak_chinese(client: Client, regions: ModuleType) -> None:
    chinese = {"Accept-Language": "zh-CN"}
    body = client.get("/regions/choose/", {"parent": "340104000000"}, headers=chinese).content.decode()
    assert "请选择街道（乡镇）" in body
