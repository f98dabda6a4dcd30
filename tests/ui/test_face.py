"""What holds for every page's frame: the gallery is complete, nothing is inline, every symbol exists."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

import linli.ui
from linli.ui.templatetags import ui

SOURCE = Path(linli.ui.__file__).parents[1]
UI = SOURCE / "ui"
PAGES = sorted((UI / "templates").rglob("*.html"))
SYMBOLS = {symbol.attrib["id"] for symbol in ElementTree.parse(UI / "static/ui/icons.svg").getroot()}
pytestmark = pytest.mark.usefixtures("regions")


def gallery(client: Client, address: str = "/ui/", language: str = "en") -> str:
    return client.get(address, headers={"Accept-Language": language}).content.decode()


def test_the_gallery_shows_every_component() -> None:
    shown = "".join(path.read_text() for path in PAGES if "gallery" in path.name)
    assert not {name for name in ui.register.tags if not re.search(r"\{% " + name + r"\b", shown)}


@pytest.mark.parametrize(
    "address", ["/ui/", "/ui/desk/", "/ui/paper/", "/ui/done/", "/ui/error/404/", "/ui/error/409/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_face_renders(client: Client, address: str, language: str) -> None:
    answer = client.get(address, headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 200 and "!!missing" not in page
    assert page.count("<h1") == 1 and '<main id="main"' in page and f'<html lang="{language}"' in page
    assert not re.search(r"\{%|\{\{", page)


def test_the_gallery_speaks_chinese(client: Client) -> None:
    page = gallery(client, language="zh-hans")
    main = page[page.index("<main") : page.index('<section id="icons"')]
    texts = re.sub(r"<[^>]+>", " ", main)
    assert not set(re.findall(r"\b[A-Za-z]{3,}\b", texts))


def test_no_page_has_inline_style_or_script() -> None:
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=", text), path
        assert not re.search(r"\son\w+\s*=\s*[\"']", text), path
        assert not re.search(r"<style\b", text), path
        assert not re.search(r"<script\b[^>]*>\s*[^<\s]", text), path
        assert not re.search(r"(src|href)=\"(https?:)?//", text), path


def test_every_symbol_named_anywhere_exists() -> None:
    named: dict[str, Path] = {}
    for path in SOURCE.rglob("templates/**/*.html"):
        named |= dict.fromkeys(re.findall(r"\{% icon \"([\w-]+)\"", path.read_text()), path)
    missing = {name: str(path) for name, path in named.items() if name not in SYMBOLS}
    assert named and not missing


def test_the_bottom_bar_and_the_switches(client: Client) -> None:
    client.cookies["elder"] = "1"
    page = gallery(client)
    assert re.search(r'<html[^>]* class="resident elder"', page) and "Read this page aloud" in page
    assert 'class="bottom"' in page and page.count('name="csrfmiddlewaretoken"') >= 3
    for name, value in (("elder", "0"), ("language", "zh-hans"), ("theme", "dark")):
        assert f'name="{name}" value="{value}"' in page
    assert '<input type="hidden" name="next" value="/ui/">' in page


def test_elder_mode_is_large_has_a_persons_number_and_nothing_that_pops_up(client: Client, settings: Any) -> None:
    """The largest text is 30 px at least, as the ministry's rule for elders has it; targets and the other texts are
    measured in the browser."""
    theme = (UI / "static/ui/theme.css").read_text()
    root = re.search(r"\.elder \{ font-size: (\d+)%", theme)
    title = re.search(r"\.elder h1 \{ font-size: clamp\(([\d.]+)rem", theme)
    assert root and title and 16 * int(root[1]) / 100 * float(title[1]) >= 30
    settings.HOTLINE = "12349"
    client.cookies["elder"] = "1"
    for address in ("/ui/", "/ui/desk/", "/ui/done/", "/ui/error/404/"):
        assert 'href="tel:12349"' in gallery(client, address), address
    own = [path for path in SOURCE.rglob("*") if path.suffix in {".html", ".js"}]
    popping = re.compile(r"\b(?:alert|confirm|prompt)\(|window\.open\(|showModal|<dialog|hx-confirm|hx-prompt")
    assert len(own) > 200 and not {str(path) for path in own if popping.search(path.read_text())}


def test_the_dark_is_linked_only_where_it_applies(client: Client) -> None:
    assert 'media="screen and (prefers-color-scheme: dark)"' in gallery(client)
    client.cookies["theme"] = "light"
    assert "dark.css" not in gallery(client)
    client.cookies["theme"] = "dark"
    page = gallery(client)
    assert 'dark.css" media="screen"' in page and 'data-bs-theme="dark"' in page


def test_every_colour_has_its_night() -> None:
    day = set(re.findall(r"(--[\w-]+): #", (UI / "static/ui/theme.css").read_text().split(":root:lang(zh)")[0]))
    night = set(re.findall(r"(--[\w-]+): #", (UI / "static/ui/dark.css").read_text()))
    assert day - night == {"--rail-ink", "--rail-ink-2"}  # the rail is dark by day as well


def _contrast(first: str, second: str) -> float:
    def light(colour: str) -> float:
        digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("files", "elder", "least"),
    [
        (["theme.css"], False, 4.5),
        (["theme.css", "dark.css"], False, 4.5),
        (["theme.css"], True, 7),
        (["theme.css", "dark.css"], True, 7),
    ],
)
def test_texts_stand_out_from_their_ground(files: list[str], elder: bool, least: float) -> None:
    """WCAG 2.2: 4.5 to 1 for texts, 7 to 1 in elder mode."""
    tokens: dict[str, str] = {}
    for selector in (r":root(?:, \[data-bs-theme=\"dark\"\])?", r"\.elder") if elder else (r":root",):
        for file in files:
            for block in re.findall(
                rf"(?m)^{selector} \{{(.*?)\}}", (UI / "static/ui" / file).read_text(), flags=re.DOTALL
            ):
                tokens |= dict(re.findall(r"(--[\w-]+): #([0-9a-f]{3,6})\b", block))
    pairs = [(ink, ground) for ink in ("--ink", "--ink-2", "--ink-3", "--brand") for ground in ("--paper", "--card")]
    pairs += [(tone, f"{tone}-soft") for tone in ("--ok", "--wait", "--late", "--calm")] + [
        ("--late", "--card"),
        ("--on-brand", "--brand"),
    ]
    weak = {pair: round(_contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in pairs}
    assert not {pair: found for pair, found in weak.items() if found < least}


def test_an_error_page_says_what_to_do() -> None:
    request = RequestFactory().get("/x")
    with override("en"):
        page = render_to_string(
            "ui/error.html", {"status": 409, "title": "Taken", "detail": "Taken just now.", "reference": "r1"}, request
        )
    assert "Taken just now." in page and "choose again" in page and "r1" in page and 'href="/"' in page


def test_an_unknown_error_is_not_found(client: Client) -> None:
    assert client.get("/ui/error/418/").status_code == 404
