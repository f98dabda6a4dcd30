import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.search import rules
from linli.engines.search.rules import finding, tokens


@pytest.mark.parametrize(("query", "terms"), [
    ("养老院", ["养老院"]), ("养", ["养"]), ("Linli", ["linli"]), ("  ", []), ("\x00", []), ("'\"*()-", []),
    ("养老 助浴 养老", ["养老", "助浴"]), ("AND", ["and"]), ("ｌｉｎｌｉ", ["linli"]),
    ("３号楼2单元", ["3 号楼 2 单元"]), ("养、老", ["养 老"]), ("a" * 300, ["a" * 200]),
])
def test_terms(query: str, terms: list[str]) -> None:
    assert rules.terms(query) == terms


def test_a_query_has_a_bounded_number_of_terms() -> None:
    assert len(rules.terms(" ".join(f"w{n}" for n in range(60)))) == rules.MOST_TERMS


def shown(parts: tuple[rules.Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.hit else part.text for part in parts)


@pytest.mark.parametrize(("text", "wanted", "marked"), [
    ("合肥市养老院", ["养老"], "合肥市[养老]院"), ("Linli LINLI", ["linli"], "[Linli] [LINLI]"),
    ("ＡＢ养老", ["ab"], "[ＡＢ]养老"), ("㎡以上", ["m2"], "[㎡]以上"), ("养老养老", ["养老"], "[养老养老]"),
    ("none", ["x"], "none"), ("", ["x"], ""), ("<b>养老</b>", ["养老"], "<b>[养老]</b>"),
])
def test_what_was_searched_for_is_marked(text: str, wanted: list[str], marked: str) -> None:
    assert shown(rules.marked(text, wanted)) == marked


@given(st.text("养老院ａAbß𠮷， ", max_size=12), st.lists(st.text("养老院abs", min_size=1, max_size=3), max_size=3))
def test_marks_are_the_same_however_a_text_is_written(text: str, wanted: list[str]) -> None:
    hits = finding._hits(text, wanted)
    marked = rules.marked(text, wanted)
    assert "".join(part.text for part in marked) == text
    assert [part.hit for part in marked for _ in part.text] == hits


def test_a_snippet_shows_the_first_hit_in_its_surroundings() -> None:
    body = "前" * 300 + "助浴" + "后" * 300
    cut = rules.snippet(body, ["助浴"])
    assert "助浴" in cut and cut.startswith("…前") and cut.endswith("后…") and len(cut) <= rules.SNIPPET + 2
    assert rules.snippet("助浴上门", ["助浴"]) == "助浴上门"
    assert rules.snippet("前" * 300, ["助浴"]) == "前" * rules.SNIPPET + "…"


def test_the_better_the_match_the_higher() -> None:
    def score(title: str, body: str = "", *, weight: float = 0, metres: float | None = None) -> float:
        fits = rules.tier(title, body, query="养老", wanted=["养老"])
        assert fits is not None
        return rules.score(fits, title=title, query="养老", weight=weight, metres=metres)

    exact, begins, inside, elsewhere = score("养老"), score("养老院"), score("大养老院"), score("照护", "养老")
    assert exact > begins > inside > elsewhere
    assert score("大养老院", metres=100) > score("大养老院", metres=5000) > score("大养老院")
    assert begins > score("大养老院", weight=1000, metres=0)  # neither weight nor nearness beats a better match
    assert score("大养老院", weight=5) > score("大养老院", weight=1)
    assert rules.tier("老养院", "养 老", query="养老", wanted=["养老"]) is None


@pytest.mark.parametrize(("term", "text", "there"), [
    ("老院", "敬老院", True), ("kit", "the kitchen", True), ("itchen", "the kitchen", False), ("kit", "kitchen", True),
    ("3 号楼", "3 号楼 2 单元", True), ("3 号楼", "13 号楼", False), ("号楼 2", "3 号楼 2 单元", True),
    ("家 政", "家政", False),
])
def test_chinese_occurs_anywhere_and_words_from_their_beginning(term: str, text: str, there: bool) -> None:
    assert tokens.occurs(term, text) is there


def test_pairs_in_a_row_share_what_stands_between_them() -> None:
    care, middle, service = tokens.written("养老服务", tokens.Tag.TITLE)
    assert tokens.linked(care, middle) and tokens.linked(service, middle)
    assert not tokens.linked(care, service)
    (elsewhere,) = tokens.written("老服", tokens.Tag.BODY)
    assert not tokens.linked(care, elsewhere), "what stands in the text is no neighbour of what stands in the title"
    (first,), (second,) = tokens.written("amity", tokens.Tag.TITLE), tokens.written("sunny", tokens.Tag.TITLE)
    assert not tokens.linked(first, second)
