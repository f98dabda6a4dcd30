import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import cjk

FEW = "养老服务中心"  # few enough that chance makes repeats and near misses
HAN = st.integers(0x4E00, 0x9FFF).map(chr)
ANY = st.integers(0, 0xD7FF).map(chr) | st.integers(0xE000, 0x10FFFF).map(chr)
MIXED = st.text(st.one_of(st.sampled_from(FEW + "aB1 ，·\u3000"), HAN, ANY), max_size=20)


def found(query: str, document: str) -> bool:
    """As the search engines do it: the tokens in a row."""
    wanted, tokens = cjk.phrase(query), cjk.bigrams(document)
    return any(tokens[n : n + len(wanted)] == wanted for n in range(len(tokens) - len(wanted) + 1))


def found_by_prefix(query: str, document: str) -> bool:
    *wanted, last = cjk.phrase(query)
    tokens = cjk.bigrams(document)
    ends = range(len(wanted), len(tokens))
    return any(tokens[n - len(wanted) : n] == wanted and tokens[n].startswith(last) for n in ends)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("  养老\u3000服务 \n 中心 ", "养老 服务 中心"),
        ("養老", "養老"),
        ("Straße", "strasse"),
        ("王\u200b丽\ufeff", "王丽"),
        ("①号", "1号"),
        ("", ""),
    ],
)
def test_one_form_for_comparing(text: str, form: str) -> None:
    assert cjk.normalise(text) == form


@settings(max_examples=60, deadline=None)
@given(MIXED)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert cjk.normalise(cjk.normalise(text)) == cjk.normalise(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("养老服务", ["养老", "老服", "服务", "务"]),
        ("60岁以上", ["60", "岁以", "以上", "上"]),
        ("Wi-Fi 覆盖", ["wi", "fi", "覆盖", "盖"]),
        ("楼A栋", ["楼", "a", "栋"]),
        ("𠮷田々", ["𠮷田", "田々", "々"]),
        ("བོད་ཡིག", ["བོད", "ཡིག"]),
        ("，。 ", []),
    ],
)
def test_documents_are_cut_into_pairs_and_words(text: str, tokens: list[str]) -> None:
    assert cjk.bigrams(text) == tokens


@pytest.mark.parametrize(
    ("query", "document", "there"),
    [
        ("老服", "社区养老服务中心", True),
        ("养老中心", "社区养老服务中心", False),
        ("养老人", "养老，老人", False),
        ("楼A栋", "红星楼A栋", True),
        ("60岁", "60岁", True),
        ("wifi", "WiFi", True),
        ("ｗｉｆｉ", "免费WiFi", True),
        ("if", "WiFi", False),
    ],
)
def test_a_phrase_is_found_where_it_is_written(query: str, document: str, there: bool) -> None:
    assert found(query, document) is there


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_piece_of_two_or_more_characters_is_found(data: st.DataObject) -> None:
    document = data.draw(st.text(st.one_of(st.sampled_from(FEW), HAN), min_size=2, max_size=20))
    start = data.draw(st.integers(0, len(document) - 2))
    end = data.draw(st.integers(start + 2, len(document)))
    around = data.draw(MIXED), data.draw(MIXED)
    assert found(document[start:end], f"{around[0]},{document}，{around[1]}")


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from(FEW), min_size=2, max_size=4), st.text(st.sampled_from(FEW + " ，a1"), max_size=20))
def test_nothing_else_is_found(query: str, document: str) -> None:
    assert found(query, document) is (query in cjk.normalise(document))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mixed_pieces_and_single_characters_are_found_by_prefix(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(["养老", "楼", "a", "60", "岁以上", "wifi"]), min_size=1, max_size=6))
    first = data.draw(st.integers(0, len(words) - 1))
    piece = "".join(words[first:])
    end = data.draw(st.integers(1, len(piece)))
    # a piece may begin inside a run of CJK, never inside a word: the text before it ends in CJK
    assert found_by_prefix(piece[:end], f"区{''.join(words[:first])}区{piece}")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("欧阳小丽", "欧***"), ("王丽", "王*"), (" 王丽 ", "王*"), ("王", "*"), ("", ""), ("𠮷田", "𠮷*")],
)
def test_a_name_shows_its_first_character(name: str, shown: str) -> None:
    assert cjk.mask_name(name) == shown


def test_the_middle_is_hidden() -> None:
    assert cjk.mask_middle("13800138000", keep_start=3, keep_end=4) == "138****8000"
    assert cjk.mask_middle("abcd", keep_start=1, keep_end=0) == "a***"
    assert cjk.mask_middle("1380013", keep_start=3, keep_end=4) == "*******", "nothing left to hide: hide all"
    with pytest.raises(ValueError, match="negative"):
        cjk.mask_middle("abc", keep_start=-1, keep_end=0)


@settings(max_examples=60, deadline=None)
@given(st.text(ANY, max_size=12), st.integers(0, 6), st.integers(0, 6))
def test_a_mask_keeps_length_and_always_hides(text: str, start: int, end: int) -> None:
    masked = cjk.mask_middle(text, keep_start=start, keep_end=end)
    assert len(masked) == len(text)
    assert not text or "*" in masked


def test_width_is_what_a_terminal_shows() -> None:
    assert cjk.width("养老60") == 6
    assert cjk.width("，ａ") == 4
    assert cjk.width(unicodedata.normalize("NFD", "é") + "\u200b") == 1
