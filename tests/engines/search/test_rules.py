import pytest

from linli.engines.search import rules


@pytest.mark.parametrize(("query", "terms"), [
    ("养老院", [["养老", "老院"]]), ("养", [["养"]]), ("Linli", [["linli"]]), ("  ", []), ("\x00", []), ("'\"*()-", []),
    ("养老 助浴 养老", [["养老"], ["助浴"]]), ("AND", [["and"]]), ("ｌｉｎｌｉ", [["linli"]]),
    ("a" * 300, [["a" * 64]]),
])
def test_terms(query: str, terms: list[list[str]]) -> None:
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


def test_a_snippet_shows_the_first_hit_in_its_surroundings() -> None:
    body = "前" * 300 + "助浴" + "后" * 300
    cut = rules.snippet(body, ["助浴"])
    assert "助浴" in cut and cut.startswith("…前") and cut.endswith("后…") and len(cut) <= rules.SNIPPET + 2
    assert rules.snippet("助浴上门", ["助浴"]) == "助浴上门"
    assert rules.snippet("前" * 300, ["助浴"]) == "前" * rules.SNIPPET + "…"


def test_the_better_the_match_the_higher() -> None:
    def score(title: str, *, weight: float = 0, metres: float | None = None) -> float:
        return rules.score(title=title, query="养老", wanted=["养老"], weight=weight, metres=metres)

    exact, begins, inside, elsewhere = score("养老"), score("养老院"), score("大养老院"), score("照护")
    assert exact > begins > inside > elsewhere
    assert score("大养老院", metres=100) > score("大养老院", metres=5000) > score("大养老院")
    assert begins > score("大养老院", weight=1000, metres=0)  # neither weight nor nearness beats a better match
    assert score("大养老院", weight=5) > score("大养老院", weight=1)
