"""The switches in the frame: a cookie of the visitor's own, and back to where they were."""
import pytest
from django.test import Client

SWITCHES = [
    ("/prefs/language/", "language", "en", "django_language", "en"),
    ("/prefs/language/", "language", "zh-hans", "django_language", "zh-hans"),
    ("/prefs/elder/", "elder", "1", "elder", "1"), ("/prefs/elder/", "elder", "0", "elder", "0"),
    ("/prefs/theme/", "theme", "dark", "theme", "dark"), ("/prefs/theme/", "theme", "<script>", "theme", "auto"),
]


@pytest.mark.parametrize(("path", "field", "value", "cookie", "kept"), SWITCHES)
def test_a_switch_is_remembered_and_leads_back(path: str, field: str, value: str, cookie: str, kept: str) -> None:
    answer = Client().post(path, {field: value, "next": "/help/?a=1"})
    assert answer.status_code == 302 and answer["Location"] == "/help/?a=1"
    assert answer.cookies[cookie].value == kept and answer.cookies[cookie]["samesite"] == "Lax"
    assert answer.cookies[cookie]["max-age"] == 365 * 24 * 3600


@pytest.mark.parametrize("foreign", [
    "https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "\\\\elsewhere.example", "",
])
def test_a_switch_never_leads_to_another_site(foreign: str) -> None:
    assert Client().post("/prefs/elder/", {"elder": "1", "next": foreign})["Location"] == "/"


def test_a_link_cannot_switch() -> None:
    for path in ("/prefs/language/", "/prefs/elder/", "/prefs/theme/"):
        assert Client().get(path).status_code == 405


@pytest.mark.django_db
def test_elder_mode_and_language_show_on_the_next_page() -> None:
    client = Client()
    client.post("/prefs/elder/", {"elder": "1"})
    client.post("/prefs/language/", {"language": "en"})
    page = client.get("/help/").content.decode()
    assert 'lang="en"' in page and "resident elder" in page and "How to get help here" in page
    client.post("/prefs/language/", {"language": "zh-hans"})
    assert "怎样获得帮助" in client.get("/help/").content.decode()
