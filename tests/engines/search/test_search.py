import json
from pathlib import Path

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal import queries as told
from linli.engines.search import queries, registry
from linli.engines.search.models import Indexed
from linli.kernel.geometry import Point, cell
from linli.kernel.refs import new_ref
from linli.kernel.text import N_
from tests.engines.search.conftest import Ignored, Listed, Shelf

HEFEI = Point(117.22, 31.82)


def titles(q: str, **given: object) -> list[str]:
    journal.run()
    return [hit.title for hit in queries.search(q, **given)]  # type: ignore[arg-type]


@pytest.fixture
def city(shelf: Shelf) -> Shelf:
    shelf.put("琥珀养老服务中心", "上门助浴、助餐，持证护理员", region_code="340104003000", cell=cell(HEFEI))
    shelf.put("逍遥津社区日间照料", "为老人提供养老助餐", region_code="340103006000", cell=cell(Point(117.3, 31.87)))
    shelf.put("南京养老院", "Nanjing home for the elderly", region_code="320102000000")
    shelf.put("养老", "一个词条")
    shelf.put("Linli Community Kitchen", "Meals on wheels 每日送餐 ３号楼２单元")
    return shelf


@pytest.mark.parametrize(("q", "found"), [
    ("养老", {"养老", "琥珀养老服务中心", "南京养老院", "逍遥津社区日间照料"}),
    ("老服务", {"琥珀养老服务中心"}), ("助浴", {"琥珀养老服务中心"}),
    ("养老 助餐", {"琥珀养老服务中心", "逍遥津社区日间照料"}),
    ("津", {"逍遥津社区日间照料"}), ("证", {"琥珀养老服务中心"}), ("员", {"琥珀养老服务中心"}),
    ("kitch", {"Linli Community Kitchen"}), ("KITCHEN", {"Linli Community Kitchen"}), ("itchen", set()),
    ("wheels 送餐", {"Linli Community Kitchen"}), ("3号楼", {"Linli Community Kitchen"}),
    ("号楼2", {"Linli Community Kitchen"}),
    ("养老送餐", set()), ("老养", set()), ("浴助", set()), ("心上", set()), ("", set()), ("  ", set()), ("、", set()),
    ("“养老服务”", {"琥珀养老服务中心"}), ("养老*", {"养老", "琥珀养老服务中心", "南京养老院", "逍遥津社区日间照料"}),
])
def test_any_part_of_chinese_and_any_beginning_of_a_word_is_found(city: Shelf, q: str, found: set[str]) -> None:
    assert set(titles(q)) == found


def test_a_phrase_never_runs_from_the_title_into_the_text(shelf: Shelf) -> None:
    shelf.put("家政服", "务中心")
    assert titles("家政服务") == [] and titles("服务") == []


def test_the_exact_title_comes_first_then_the_beginning_then_the_title_then_the_text(city: Shelf) -> None:
    city.put("养老金咨询")
    assert titles("养老") == ["养老", "养老金咨询", "南京养老院", "琥珀养老服务中心", "逍遥津社区日间照料"]


def test_nearness_lifts_and_the_region_keeps(city: Shelf) -> None:
    assert titles("助餐", near=Point(117.3, 31.87))[0] == "逍遥津社区日间照料"
    assert set(titles("养老", region="340104000000")) == {"琥珀养老服务中心", "养老"}  # what is nowhere is everywhere
    assert "南京养老院" not in titles("养老", region="340100000000")
    assert len(titles("养老", limit=2)) == 2


def test_the_best_is_found_among_more_than_are_read(shelf: Shelf) -> None:
    for n in range(60):
        shelf.put(f"第{n}家", "合肥社工")
    for n in range(60):
        shelf.put(f"在合肥社工站{n}")
    last = shelf.put("远在合肥社工站", weight=2)
    shelf.put("合肥社工")
    journal.run()
    found = queries.results("合肥社工", limit=5)
    assert found.hits[0].title == "合肥社工" and found.hits[1].ref == last  # weight before what came first
    assert len(found.hits) == 5 and all("社工" in hit.title for hit in found.hits)
    assert not found.exact and found.counts == {"thing": 122}
    near = queries.results("合肥社工", limit=200)
    assert near.exact and near.counts == {"thing": 122} and near.hits[-1].title.startswith("第")


def test_a_term_whose_pairs_are_common_is_read_until_it_is_found(shelf: Shelf) -> None:
    for n in range(80):
        shelf.put(f"社区中心与中心区社{n}")
    shelf.put("中心区社区中心")
    assert titles("社区中心区社") == []
    assert titles("心区社区中") == ["中心区社区中心"]


def test_kinds_are_counted_and_chosen(city: Shelf) -> None:
    registry.searchable("rule", name=N_("Rule"), facts=[Ignored], documents=city.documents)
    ref = city.put("养老机构押金上限", told=False)
    Shelf.tell(ref, Ignored)
    journal.run()
    assert queries.counts("养老") == {"thing": 4, "rule": 1}
    assert [hit.kind for hit in queries.search("养老", kinds=["rule"])] == ["rule"]
    results = queries.results("养老", kinds=["rule"])
    assert results.counts == {"thing": 4, "rule": 1} and len(results.hits) == 1
    with pytest.raises(ValueError, match="already"):
        registry.searchable("rule", name=N_("Rule"), facts=[], documents=city.documents)


def test_two_languages_of_one_thing_are_one_hit_in_the_readers(shelf: Shelf) -> None:
    ref = shelf.put("Rule of baths 助浴", lang="en")
    both = [shelf.things[ref], registry.Document(ref, "Rule of baths 助浴", "/zh/", lang="zh")]
    registry.KINDS["thing"] = registry.Kind("thing", N_("Thing"), lambda refs: both, lambda entry: [entry.about])
    journal.run()
    assert [hit.url for hit in queries.search("助浴", lang="zh")] == ["/zh/"]
    assert [hit.url for hit in queries.search("助浴", lang="en")] == [f"/things/{ref}/"]
    assert queries.counts("助浴") == {"thing": 1}


# In step with the journal


def test_what_changes_is_found_as_it_is_now(shelf: Shelf) -> None:
    ref = shelf.put("琥珀家政")
    assert titles("家政") == ["琥珀家政"]
    shelf.put("琥珀助浴", ref=ref)
    assert titles("家政") == [] and titles("助浴") == ["琥珀助浴"]
    shelf.take(ref)
    assert titles("助浴") == [] and not Indexed.objects.exists()


def test_only_registered_facts_are_asked_about_each_thing_once(shelf: Shelf) -> None:
    ref = shelf.put("琥珀家政")
    for _ in range(3):
        Shelf.tell(ref)
    Shelf.tell(ref, Ignored)
    journal.run()
    assert shelf.asked == [{ref}]


def test_a_kind_may_follow_facts_about_other_things(shelf: Shelf) -> None:
    provider, service = shelf.put("机构", told=False), shelf.put("助浴", told=False)
    registry.FACTS.clear()
    registry.searchable("service", name=N_("Service"), facts=[Listed], documents=shelf.documents,
                        refs=lambda entry: [service])
    Shelf.tell(provider)
    journal.run()
    assert shelf.asked == [{service}] and titles("助浴") == ["助浴"]


def test_the_index_is_made_again_from_nothing(city: Shelf) -> None:
    before = titles("养老")
    journal.rebuild("search")
    assert queries.search("养老") == [] and not Indexed.objects.exists()
    assert titles("养老") == before


def test_a_context_that_gives_what_nobody_asked_for_stops_the_watcher_and_nothing_else(shelf: Shelf) -> None:
    shelf.put("甲")
    stranger = registry.Document(new_ref(), "乙", "/")
    registry.KINDS["thing"] = registry.Kind("thing", N_("Thing"), lambda refs: [stranger], lambda entry: [entry.about])
    journal.run()
    assert told.lag()["search"][1] == "ValueError" and not Indexed.objects.exists()


# What people type


def naughty() -> list[str]:
    file = Path(__file__).parents[2] / "data" / "blns" / "blns.json"
    strings: list[str] = json.loads(file.read_text("utf-8"))
    return strings


OPERATORS = [
    '"', "'", "''", '""', "a\"b", "a'b", "\\", "%", "_", "NEAR", "NEAR(a b)", "a AND", "OR", "NOT a", "a OR b", "-a",
    "+a", "^a", "a*", "title:a", "{title}:a", "a:*", "a & b", "a | b", "!a", "<->", "a <-> b", "(", ")", "((",
    "\x00", "a\x00b", "养\x00老", "\ud800",
    "养" * 10_000, "a" * 10_000, "养 " * 5_000, "\n\t\r", "🏥", "👨‍👩‍👧", "a\u0301", "ﬃ", "㍿", "İ",
    "ß", "𠮷", "\u202e养老", "<script>",
]


@pytest.mark.parametrize("strings", [OPERATORS, pytest.param(naughty(), marks=pytest.mark.slow)], ids=["own", "list"])
def test_nothing_that_people_type_breaks_the_search(city: Shelf, strings: list[str]) -> None:
    journal.run()
    for q in strings:
        queries.results(q, region="340100000000", near=HEFEI)


@pytest.mark.parametrize("strings", [OPERATORS, pytest.param(naughty(), marks=pytest.mark.slow)], ids=["own", "list"])
def test_nothing_that_is_written_breaks_the_index_and_it_is_found(shelf: Shelf, strings: list[str]) -> None:
    for n, text in enumerate(strings):
        shelf.put(f"第{n}件 {text}"[:2000], text)
    journal.run()
    assert told.lag()["search"] == (0, "")
    for n in (0, 20, len(strings) - 1):
        assert f"第{n}件" in titles(f"第{n}件")[0]
