import json
from pathlib import Path

import pytest

from bench import triage as bench
from linli.work.needs.rules.keywords import rows, table
from linli.work.needs.rules.lexicon import lexicon, normal
from linli.work.needs.rules.triage import Flag, Triage, Urgency, triage

KNOWN = bench.directory()


def read(text: str) -> Triage:
    return triage(text, keywords=KNOWN)


@pytest.mark.parametrize("text", [
    "老人倒在楼道里，叫不醒", "爷爷没有呼吸了", "我不想活了", "厨房着火了", "闻到很浓的煤气味，头晕想吐",
    "他拿刀追着我", "我妈老年痴呆，下午出门到现在没回来", "孩子掉进河里了",
    "My husband collapsed and he is not breathing",
    "I want to kill myself",
])
def test_a_danger_in_plain_words_is_seen_and_is_for_today(text: str) -> None:
    found = read(text)
    assert Flag.LIFE_RISK in found.flags and found.urgency is Urgency.URGENT
    assert found.category in ("rescue", "mental_support") and found.why[0].text


@pytest.mark.parametrize("text", [
    "医生说没有生命危险，想请个护工照顾两周",  # denied
    "去年中风，现在恢复期，想做康复",  # past
    "走丢的奶奶昨天已经找到了，想申请一个定位手环",  # over
    "想听讲座《如何预防自杀》，怎么报名", "想学心肺复苏",
    "新闻里说有老人煤气中毒，想请人上门看看我家的灶",  # taught, told
    "家里有高血压，怕中风，想找人教饮食控制",  # feared
    "累死了，想找个钟点工打扫", "想死你们了！去年的合唱团今年还办吗",  # said so
    "电脑中毒了，开机就死机，求修", "社区有没有跳楼机",  # other things
    "My back is killing me, looking for a physio",
])
def test_what_the_text_takes_back_is_no_danger(text: str) -> None:
    assert Flag.LIFE_RISK not in read(text).flags


@pytest.mark.parametrize("text", [
    "不是中风，就是嘴歪了说不清话", "我爸去年中过一次风，今天早上又半边身子动不了", "医生说没事，可是他现在叫不醒了",
    "他嘴上说开玩笑，可是刀就架在我妹妹脖子上", "不用救护车，找个人来扶一把就行，我妈半边脸耷拉着，说不清话",
])
def test_a_denial_does_not_cancel_the_signs_beside_it(text: str) -> None:
    assert Flag.LIFE_RISK in read(text).flags


@pytest.mark.parametrize("text", [
    "電話裏她一直哭，說吃了很多藥，不想活了", "冇晒知覺，阿婆跌低喺浴室，頭流好多血", "煤汽泄露，满屋子味",
    "没呼西了 快点", "胸囗疼得厉害，喘不上气", "我不想活咯，活起莫得意思",
])
def test_other_characters_dialects_and_slips_are_read(text: str) -> None:
    assert Flag.LIFE_RISK in read(text).flags


@pytest.mark.parametrize(("text", "flag"), [
    ("打篮球崴了脚，肿得像馒头，走不了，要马上去医院拍片", Flag.MEDICAL_EMERGENCY),
    ("老公上周打了我，脸还肿着，想问离婚怎么办", Flag.ABUSE),
    ("十岁孩子父母都外出打工，跟着瘫痪的奶奶，饭都自己烧", Flag.CHILD),
    ("失散三十年的弟弟，小时候被抱走的，想寻亲", Flag.MISSING_PERSON),
])
def test_a_flag_can_stand_without_a_life_at_risk(text: str, flag: Flag) -> None:
    found = read(text).flags
    assert flag in found and Flag.LIFE_RISK not in found


@pytest.mark.parametrize(("text", "urgency"), [
    ("热死人了，空调不制冷，今天能修吗", Urgency.URGENT), ("保姆突然不干了，明天就要人", Urgency.SOON),
    ("爸爸刚出院，想请人上门换药", Urgency.SOON), ("每周两次钟点工，一次三个钟头", Urgency.NORMAL),
    ("太极拳", Urgency.NORMAL),
])
def test_how_soon(text: str, urgency: Urgency) -> None:
    assert read(text).urgency is urgency


@pytest.mark.parametrize(("text", "category"), [
    ("瘫在床上的老父亲半个月没洗澡了，想约上门助浴", "home_bathing"), ("水龙头滴水", "repairs"),
    ("租房押金不退", "legal_aid"),
    ("Part time job for student", "employment"), ("你好", None), ("1", None),
])
def test_the_kind_of_help(text: str, category: str | None) -> None:
    assert read(text).category == category


def test_every_reason_quotes_the_writers_own_words() -> None:
    text = "電話裏她一直哭，說吃了很多藥，不想活了"
    why = read(text).why
    assert any(reason.code == "self_harm" for reason in why) and all(reason.phrase in text for reason in why)
    ordinary = read("瘫在床上的老父亲半个月没洗澡了，想约上门助浴").why
    assert {reason.code for reason in ordinary} >= {"category"} and all("{" not in r.phrase for r in ordinary)


def test_only_kinds_of_help_that_there_are_can_be_the_answer() -> None:
    few = table(rows([("meals", ["助餐"]), ("moving", ["搬家"])]))
    assert set(few) == {"meals", "moving"} and triage("想约上门助浴", keywords=few).category is None


def test_one_form_keeps_every_place_of_the_text() -> None:
    for text in ("Ａｂ，冇晒知覺。 “老人” 3.5 km …ß ǅ", "没呼西了 快点", ""):
        assert len(normal(text)) == len(text)
    assert normal("ＡＢ，冇") == "ab|没" and normal("3.5.") == "3.5|"


@pytest.mark.slow
def test_naughty_and_very_long_texts_are_read_like_others() -> None:
    naughty = json.loads((Path(__file__).parents[2] / "data" / "blns" / "blns.json").read_text())
    assert len(naughty) > 400
    for text in [*naughty, "\x00", "死" * 2000, "想找个钟点工打扫，" * 220]:
        assert read(text[:2000]).urgency in Urgency


def test_the_lists_are_whole() -> None:
    words = lexicon()
    assert len(words.signs) > 600 and all(sign.weight in (1, 2, 3) for sign in words.signs)
    assert all(len(wrong) == len(right) for wrong, right in words.words)
    harmless = "想请人打扫房间"
    assert not any(sign.pattern.search(normal(harmless)) for sign in words.signs)


@pytest.mark.parametrize(("harmless", "danger"), [
    ("爸爸车祸去世三年了，想找人说说话", "爸爸出车祸没了意识"),  # the dead, and the dying
    ("意外险里猝死赔不赔", "他猝死了，刚刚倒下，没有心跳"),  # what a policy covers
    ("落水的人救上来了，已经没事", "孩子从水里救上来了，没呼吸"),  # saved, and saved too late
    ("洗衣机不动了", "孩子不动了"),  # a thing, and a person
    ("房价高得让人想跳楼", "他说想跳楼，人在窗边"),  # a price, and a person
    ("老公不让我出门，也不给我手机", "他不让我出门，手里拿着刀"),  # a life under somebody's thumb, and a life at risk
])
def test_the_same_words_are_a_danger_only_where_something_happens(harmless: str, danger: str) -> None:
    assert Flag.LIFE_RISK not in read(harmless).flags
    assert Flag.LIFE_RISK in read(danger).flags


@pytest.mark.parametrize("text", ["佢晕咗，叫唔醒", "阿公行失咗，佢有老人痴呆", "唔想做人了，好辛苦"])
def test_cantonese_is_read_like_mandarin(text: str) -> None:
    assert Flag.LIFE_RISK in read(text).flags


def test_control_without_blows_is_abuse_and_not_a_danger_to_life() -> None:
    flags = read("老公不让我出门，也不给我手机").flags
    assert Flag.ABUSE in flags and Flag.LIFE_RISK not in flags


@pytest.mark.parametrize("file", ["triage_sentences.csv", "triage_more.csv"])
def test_the_development_sentences_stay_within_the_target(file: str) -> None:
    found = bench.rows(file)
    risky = [row for row in found if Flag.LIFE_RISK in row.flags]
    missed = [row.id for row in risky if Flag.LIFE_RISK not in row.got.flags]
    false = [row.id for row in found if Flag.LIFE_RISK not in row.flags and Flag.LIFE_RISK in row.got.flags]
    assert len(missed) <= 0.02 * len(risky) and len(false) <= 0.05 * (len(found) - len(risky)), (missed, false)
