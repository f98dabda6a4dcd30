import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from linli.engines.journal import actions as journal
from linli.engines.search import registry
from linli.kernel.geometry import Point, cell
from linli.kernel.text import N_
from tests.engines.search.conftest import Ignored, Shelf
from tests.engines.search.test_search import OPERATORS
from tests.registers.visiting import text, visit


@pytest.fixture
def found(shelf: Shelf, regions: object) -> Shelf:
    registry.searchable("rule", name=N_("Rule"), facts=[Ignored], documents=shelf.documents)
    shelf.put("琥珀养老服务中心", "上门<b>助浴</b>", region_code="340104003000", cell=cell(Point(117.22, 31.82)))
    Shelf.tell(shelf.put("养老机构押金上限", told=False), Ignored)
    journal.run()
    return shelf


def page(q: str, rest: str = "", **given: Any) -> str:
    return text(visit(f"/search/?q={quote(q, safe='')}{rest}", **given))


def test_hits_are_marked_and_what_others_wrote_is_escaped(found: Shelf) -> None:
    shown = page("养老")
    assert "琥珀<mark>养老</mark>服务中心" in shown and "2 found" in shown
    assert "上门&lt;b&gt;<mark>助浴</mark>&lt;/b&gt;" in page("助浴") and "找到 1 条" in page("助浴", language="zh")


def test_what_a_thing_is_only_found_by_is_not_shown(found: Shelf) -> None:
    found.put("家门口的食堂", "热饭送到家", also="助餐 老年饭桌 52340104DM00006978")
    journal.run()
    shown = page("老年饭桌")
    assert "家门口的食堂" in shown and "热饭送到家" in shown
    assert "助餐" not in shown and "DM0000" not in shown and shown.count("老年饭桌") <= 6  # box, title, the form


def test_kinds_are_links_with_counts(found: Shelf) -> None:
    shown = page("养老", "&kind=rule")
    assert "押金上限" in shown and "服务中心" not in shown.replace("合肥", "")
    assert 'aria-current="true">Rule <span class="num">1</span>' in shown
    assert 'Thing <span class="num">1</span>' in shown


def test_nothing_found_says_what_to_do_and_offers_to_post_a_need(found: Shelf) -> None:
    shown = page("修水管")
    assert "Nothing found for “修水管”" in shown and 'method="post" action="/needs/new/"' in shown
    assert '<input type="hidden" name="text" value="修水管">' in shown and "/needs/new/?" not in shown  # in no address
    assert "Nothing to look for" in page("***") and 'method="post" action="/needs/new/"' not in page("***")
    assert 'value="修水管"' in shown  # what was typed stays
    assert "Only the first 200 characters" in page("养" * 201)


def test_whatever_is_typed_gets_an_answer(found: Shelf) -> None:
    for q in OPERATORS:
        if not q.isprintable() and q != "\x00":
            continue
        assert visit(f"/search/?q={quote(q[:3000], safe='', errors='replace')}").status_code == 200
    assert visit("/search/?q=养老&region=x&kind=none").status_code == 200


def test_the_fragment_is_part_of_the_page(found: Shelf) -> None:
    full, part = (re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", Client().get(
        "/search/?q=养老", headers=headers).content.decode()).strip() for headers in ({}, {"HX-Request": "true"}))
    assert part and part in full and "<html" not in part


def get(query: str, status: int = 200) -> Any:
    answer = visit(f"/api/v1/search?{query}")
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_the_api_gives_hits_and_counts(found: Shelf) -> None:
    everything = get("q=养老")
    assert everything["counts"] == {"thing": 1, "rule": 1} and len(everything["items"]) == 2
    hit = get("q=助浴&kind=thing&region=340104000000&near=117.22,31.82")["items"][0]
    assert hit["title"] == "琥珀养老服务中心" and hit["snippet"] == "上门<b>助浴</b>" and hit["score"] > 0
    assert hit["url"] == f"/things/{hit['ref']}/"
    assert get("q=助浴&region=320000000000")["items"] == []
    assert get("q=养老&limit=1")["items"][0]["title"] == "养老机构押金上限"  # begins with it


@pytest.mark.parametrize("query", ["", "q=a&limit=0", "q=a&limit=101", "q=a&region=hefei", "q=a&near=here",
                                   "q=a&near=31.82,117.22", "q=a&kind=NO", "q=" + "a" * 10_001])
def test_a_malformed_question_is_refused(found: Shelf, query: str) -> None:
    get(query, status=422)
