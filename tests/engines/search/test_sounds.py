"""Pinyin and initials: what a title is said like, and that it is found so from any of its characters on."""
from random import Random

import pytest

from linli.engines.journal import actions as journal
from linli.engines.search import queries, rules
from linli.engines.search.rules import sounds, tokens
from tests.engines.search.conftest import Shelf


def titles(q: str, **given: object) -> list[str]:
    journal.run()
    return [hit.title for hit in queries.search(q, **given)]  # type: ignore[arg-type]


def test_a_title_is_said_with_the_reading_that_fits_first_and_the_others_beside_it() -> None:
    assert sounds.sounds("重庆路").startswith("chong/zhong") and "qing" in sounds.sounds("重庆路").split()
    assert "liu" in sounds.sounds("六安").split()[0].split("/") and "lu" in sounds.sounds("六安").split()[0].split("/")
    assert sounds.sounds("琥珀（养老）ABC驿站").split()[-3] == "abc"
    assert sounds.sounds("Linli Kitchen") == "" and sounds.sounds("") == "" and sounds.sounds("、。") == ""


@pytest.mark.parametrize("letters", ["v", "a", "hefei2", "héfei?", "uu", "iv", "x" * 41, "合肥", "", "vuvu"])
def test_what_cannot_be_said_asks_for_nothing(letters: str) -> None:
    assert sounds.asked(letters) is None


def chosen(asked: sounds.Asked, said: str) -> bool:
    """Whether the tokens of a title let it be read for what was asked."""
    there = {int(token) >> tokens.SHELF for token in tokens.index([tokens.Document(0, "", "", said, "", None)])}
    return any(all(there & set(element) for element in tokens.said(way)) for way in asked.ways)


@pytest.mark.parametrize(("letters", "title"), [
    ("xian", "西安社区"), ("xi'an", "西安社区"), ("xian", "县医院"), ("fangan", "方案"), ("fangan", "反感"),
    ("lv", "绿地"),
    ("lü", "绿地"), ("hé", "合肥"), ("zhongqing", "重庆路"), ("chongqing", "重庆路"), ("changfeng", "长丰县"),
    ("hfsyy", "合肥市医院"), ("hefeisyy", "合肥市医院"), ("hefshiyiy", "合肥市医院"), ("axej", "爱心e家"),
    ("zsyy", "中山医院"),
    ("zhsyy", "中山医院"), ("feishiy", "合肥市医院"), ("luan", "六安"), ("liuan", "六安"),
])
def test_whole_syllables_initials_and_both_mixed_are_heard(letters: str, title: str) -> None:
    said, asked = sounds.sounds(title), sounds.asked(letters)
    assert asked and sounds.heard(asked.letters, said) and chosen(asked, said)


@pytest.mark.slow
def test_every_row_of_two_or_more_characters_is_found_in_any_reading_and_by_its_initials() -> None:
    """The tokens never lose what is said so."""
    random = Random(20261122)
    names = ["合肥市第一人民医院", "长丰县双墩镇社区卫生服务中心", "六安市金安区行知学校", "安徽省单县乐善养老院",
             "重庆路女子会计行", "蜀山区琥珀街道奥林花园党群服务中心", "庐江县矾山镇曾祠村", "绿地参差朝阳幼儿园"]
    for name in names:
        said = sounds.sounds(name)
        units = [unit.split("/") for unit in said.split()]
        for begin in range(len(units)):
            for end in range(begin + 2, min(len(units), begin + 12) + 1):
                part = [random.choice(unit) for unit in units[begin:end]]
                for letters in ("".join(part)[:40], "".join(one[0] for one in part)):
                    asked = sounds.asked(letters)
                    assert asked, letters
                    assert sounds.heard(letters, said) and chosen(asked, said), (name, letters)


def test_what_is_heard_is_set_apart_in_the_title() -> None:
    title = "安徽（合肥）市医院"
    hit = sounds.heard("hfsyy", sounds.sounds(title))
    assert hit == (2, 7)
    span = sounds.span(title, hit)
    assert title[slice(*span)] == "合肥）市医院"
    assert [part.text for part in rules.marked(title, [], heard=span) if part.hit] == ["合肥）市医院"]


@pytest.fixture
def city(shelf: Shelf) -> Shelf:
    shelf.put("合肥市医院")
    shelf.put("合肥市医院东院")
    shelf.put("安徽省合肥市医院")
    shelf.put("长丰县养老服务中心", "上门助浴")
    shelf.put("Hefei Hospital")
    shelf.put("河北肥乡医院")
    return shelf


@pytest.mark.parametrize(("q", "found"), [
    ("hefeishiyiyuan", ["合肥市医院", "合肥市医院东院", "安徽省合肥市医院"]),
    ("HFSYY", ["合肥市医院", "合肥市医院东院", "安徽省合肥市医院"]),
    ("feishi", ["合肥市医院", "合肥市医院东院", "安徽省合肥市医院"]),
    ("changfeng yanglao", ["长丰县养老服务中心"]), ("zhangfengxian", ["长丰县养老服务中心"]),
    ("cfx 助浴", []), ("cfx 养老", ["长丰县养老服务中心"]), ("hbfx", ["河北肥乡医院"]), ("yuanyi", []), ("zhuyu", []),
])
def test_the_box_takes_pinyin_and_initials_the_exact_name_first(city: Shelf, q: str, found: list[str]) -> None:
    assert titles(q) == found


def test_what_is_written_so_stands_before_what_only_sounds_so(city: Shelf) -> None:
    assert titles("hefei")[0] == "Hefei Hospital" and set(titles("hefei")) == {
        "Hefei Hospital", "合肥市医院", "合肥市医院东院", "安徽省合肥市医院"}


def test_digits_that_look_like_our_own_tokens_find_nothing(city: Shelf) -> None:
    assert titles("0hf") == titles("1he1fei") == titles("0") == titles("1") == []


def test_syllables_apart_in_the_title_are_not_heard_together(shelf: Shelf) -> None:
    shelf.put("合肥大市场肥东市医院")
    assert titles("hefeishi") == [] and titles("feishi") == []
