"""The pages as the people at them see them."""
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.registers.accounts import actions as accounts
from linli.registers.accounts.models import Account
from linli.registers.people import actions as people
from linli.shell import remembered
from linli.work.needs import actions, queries
from linli.work.needs.models import Need
from linli.work.needs.rules.wishes import Channel, Window
from tests.actors import AT, CITY
from tests.work.needs.conftest import CALLER, DAY, HUPO, NAME, SHUSHAN, TEXT, XIAOYAOJIN, Ask, Scene, data, text, value

NEW = "/needs/new/"


def wish(answer: Any, **said: Any) -> dict[str, Any]:
    """What the second step sends when nothing is touched but what is said."""
    return {
        "step": "post", "key": value(answer, "key"), "person": value(answer, "person"), "text": TEXT,
        "category": "home_bathing", "urgency": "soon", "where": "here", "when": "soon", "weeks": "1",
    } | said


# Writing one


def test_words_come_back_as_what_was_understood_and_nothing_is_kept(scene: Scene, ask: Ask) -> None:
    first = text(ask(NEW, scene.resident))
    assert "What do you need?" in first and "Two steps" in first
    answer = ask(NEW, scene.resident, {"step": "understand", "text": TEXT})
    body, page = answer.content.decode(), text(answer)
    assert answer.status_code == 200 and not Need.objects.exists()
    assert not Entry.objects.filter(fact__startswith="needs").exists()
    assert '<option value="home_bathing" selected>' in body and TEXT in page
    assert re.search(r'value="soon"[^>]*checked', body) and "points to this kind of help" in page and "洗澡" in page
    assert "Where I live: 合肥市蜀山区琥珀街道" in page and "call-box" not in body
    chinese = text(ask(NEW, scene.resident, {"step": "understand", "text": TEXT}, language="zh-hans"))
    assert "这样理解对吗" in chinese and "我家：合肥市蜀山区琥珀街道" in chinese and "Where" not in chinese


def test_it_is_posted_once_however_often_it_is_sent_and_leads_to_who_can_come(scene: Scene, ask: Ask) -> None:
    answer = ask(NEW, scene.resident, {"step": "understand", "text": TEXT})
    sent = wish(answer, when="days", day1="2026-11-18", part1="morning", weeks="4", gender="female",
                accessibility=["lift"], mode="home", lon="117.262", lat="31.852")
    done = ask(NEW, scene.resident, sent)
    need = Need.objects.get()
    assert done.status_code == 302 and done["Location"] == f"/needs/{need.ref}/matches/"
    assert ask(NEW, scene.resident, sent)["Location"] == done["Location"] and Need.objects.count() == 1
    card = scene.card(need.ref)
    assert (card.category, card.urgency, card.weeks, card.mode, card.channel) == (
        "home_bathing", "soon", 4, "home", Channel.SELF)
    assert card.requires == {"gender": "female", "accessibility": ["lift"]} and card.point and card.region == HUPO
    assert [(w.from_.isoformat(), w.until.isoformat()) for w in card.windows] == [
        ("2026-11-17T22:00:00+00:00", "2026-11-18T04:00:00+00:00")]
    again = ask(NEW, scene.resident, sent | {"text": "换一个：帮忙做饭"})
    assert again.status_code == 422 and "posted already" in text(again) and value(again, "key") != sent["key"]
    assert "换一个" in text(again)


def test_where_life_is_at_risk_the_numbers_stand_on_top_before_and_after(scene: Scene, ask: Ask) -> None:
    answer = ask(NEW, scene.resident, {"text": "我爸突然胸口剧痛，喘不上气"})
    body = answer.content.decode()
    assert body.index("tel:120") < body.index("<h1>") and body.index("tel:120") < body.index("tel:110")
    assert "What you wrote is kept" in text(answer) and "tel:12356" not in body
    ref = scene.post("我不想活了，吃了一瓶药")
    page = ask(f"/needs/{ref}/", scene.resident).content.decode()
    assert page.index("tel:120") < page.index("tel:12356") < page.index("<h1>")
    fire = ask(NEW, scene.resident, {"text": "家里着火了，出不去"}).content.decode()
    assert fire.index("tel:119") < fire.index("tel:110")


@pytest.mark.parametrize(("wrong", "says", "anchor"), [
    ({"text": "   "}, "Say in a few words what you need", "id_text"),
    ({"where": "other"}, "Choose where help is needed", "id_district"),
    ({"lon": "31.85", "lat": "117.26"}, "look swapped", "id_lon"),
    ({"lon": "116.39", "lat": "39.9"}, "outside 合肥市", "id_lon"),
    ({"lon": "117.26"}, "Give both numbers", "id_lat"),
    ({"lon": "1e400", "lat": "abc"}, "Enter a number", "id_lat"),
    ({"when": "days"}, "at least one day", "id_day1"),
    ({"when": "days", "day1": "2026-02-30"}, "Enter a valid date", "id_day1"),
    ({"when": "days", "day2": "2026-11-01"}, "lies in the past", "id_day2"),
    ({"when": "days", "day1": "9999-12-31"}, "There is no such day", "id_day1"),
    ({"when": "days", "day1": "2027-11-01"}, "more than 90 days ahead", "id_day1"),
    ({"weeks": "99"}, "valid choice", "id_weeks"),
    ({"category": "owl"}, "valid choice", "id_category"),
    ({"where": "other", "district": SHUSHAN, "lon": "117.30", "lat": "31.90"}, "which you named", "id_lon"),
])
def test_a_refused_wish_keeps_what_was_typed_and_names_the_field(
    scene: Scene, ask: Ask, wrong: dict[str, Any], says: str, anchor: str
) -> None:
    answer = ask(NEW, scene.resident, {"text": TEXT})
    refused = ask(NEW, scene.resident, wish(answer, gender="female") | wrong)
    body = refused.content.decode()
    assert refused.status_code == 422 and says in text(refused) and not Need.objects.exists(), text(refused)[:600]
    assert f'href="#{anchor}"' in body and '<option value="female" selected>' in body
    for typed in wrong.values():
        assert not typed.strip() or typed in body, typed


def test_a_hundred_thousand_signs_are_refused_and_stay_in_the_box(scene: Scene, ask: Ask) -> None:
    long = "我需要帮助\x00" * 16_667
    for step in ("understand", "post"):
        answer = ask(NEW, scene.resident, {"step": step, "text": long, "key": str(uuid4())})
        assert answer.status_code == 422 and "at most 2000 can be read" in text(answer)
        assert long.replace("\x00", "") in answer.content.decode().replace("\x00", "")
        assert not Need.objects.exists()


def test_the_place_is_chosen_step_by_step_without_javascript(scene: Scene, ask: Ask) -> None:
    answer = ask(NEW, scene.resident, {"text": TEXT})
    look = wish(answer, step="look", where="other", district=SHUSHAN, gender="male", lon="x")
    streets = ask(NEW, scene.resident, look)
    body = streets.content.decode()
    assert streets.status_code == 200 and f'<option value="{HUPO}">琥珀街道' in body and 'value="x"' in body
    assert '<option value="male" selected>' in body and "error-summary" not in body
    villages = ask(NEW, scene.resident, look | {"street": HUPO}).content.decode()
    village = re.search(rf'<option value="({HUPO[:9]}(?!000)\d{{3}})"', villages)
    assert village
    done = ask(NEW, scene.resident, look | {"step": "post", "street": HUPO, "village": village[1], "lon": ""})
    assert done.status_code == 302 and Need.objects.get().region_code == village[1]
    other = ask(NEW, scene.resident, look | {"district": "340103000000", "street": HUPO}).content.decode()
    assert "逍遥津街道" in other and f'value="{HUPO}"' not in other


def test_who_is_not_signed_in_gets_the_numbers_at_once_and_finds_the_words_again(
    scene: Scene, ask: Ask, client: Client
) -> None:
    answer = client.post(NEW, {"text": "我爸突然胸口剧痛，喘不上气"}, headers={"Accept-Language": "en"})
    body = answer.content.decode()
    assert answer.status_code == 200 and body.index("tel:120") < body.index("<h1>")
    assert "Sign in to post it" in body and "next=%2Fneeds%2Fnew%2F" in body and "waits for you" in body
    assert "胸口" not in str(dict(client.session.items())), "the words lie open in the session"
    account = accounts.open_account("zhang.gui", person=scene.person, by=SYSTEM, at=AT)
    client.force_login(Account.objects.get(ref=account))
    assert "胸口剧痛" in client.get(NEW).content.decode()
    assert ask("/needs/", data=None).status_code == 302


def test_a_daughter_asks_for_her_mother(scene: Scene, ask: Ask) -> None:
    first = ask(NEW, scene.daughter)
    assert "Myself" in text(first) and NAME in text(first)
    answer = ask(NEW, scene.daughter, {"step": "understand", "text": TEXT, "person": str(scene.person)})
    assert f"Where {NAME} lives: 合肥市蜀山区琥珀街道" in text(answer)
    done = ask(NEW, scene.daughter, wish(answer, person=str(scene.person)))
    ref = Need.objects.get().ref
    assert done.status_code == 302 and scene.card(ref).channel is Channel.FAMILY
    assert NAME in text(ask("/needs/", scene.daughter)) and NAME in text(ask(f"/needs/{ref}/", scene.daughter))
    mother = text(ask(f"/needs/{ref}/", scene.resident))
    assert "family" in mother and TEXT in mother
    assert ask(NEW, scene.stranger, {"text": TEXT, "person": str(scene.person)}).status_code == 404


# Keeping it


def test_the_page_of_a_need_tells_where_it_stands_and_what_happened(scene: Scene, ask: Ask) -> None:
    ref = scene.post(windows=[Window(AT + DAY, AT + DAY + timedelta(hours=2))], requires={"language": "zh"})
    page = text(ask(f"/needs/{ref}/", scene.resident))
    for said in ("Looking for somebody who can help", TEXT, "Bathing at home", "soon", "Tue 17 Nov 2026, 09:00–11:00",
                 "Mandarin", "琥珀街道", "The need was posted", "you", "Stays open until 15 Dec 2026",
                 "See who can come", "Why we read it so"):
        assert said in page, said
    offer = scene.offer(ref, note="可以带助浴椅")
    offered = ask(f"/needs/{ref}/", scene.resident)
    for said in ("1 provider offers to help", "合肥安康居家养老服务中心", "上门助浴", "¥20", "¥80", "可以带助浴椅",
                 "A provider offered to help", "a provider"):
        assert said in text(offered), said
    assert f"?need={ref}&amp;service={scene.service}&amp;slot={scene.slot()}" in offered.content.decode()
    actions.withdraw_offer(offer, by=scene.manager, at=AT)
    assert "took its offer back" in text(ask(f"/needs/{ref}/", scene.resident))
    zh = text(ask(f"/needs/{ref}/", scene.resident, language="zh-hans"))
    assert "正在寻找能帮忙的人" in zh and "上门助浴" in zh and "2026年11月17日" in zh and "posted" not in zh


def test_a_booked_need_leads_to_the_visit(scene: Scene, ask: Ask) -> None:
    ref, order = scene.post(), uuid4()
    actions.mark_booked(ref, order=order, by=scene.resident, at=AT)
    page = ask(f"/needs/{ref}/", scene.resident)
    assert "A visit is booked" in text(page) and f"/orders/{order}/" in page.content.decode()
    assert "Take it back" not in text(page)


def test_my_needs_are_listed_and_htmx_gets_the_list_alone(scene: Scene, ask: Ask) -> None:
    assert "You have no needs here" in text(ask("/needs/", scene.resident))
    for number in range(22):
        scene.post(f"第{number}次想找人上门洗澡", at=AT + timedelta(minutes=number))
    done = scene.post("已经不用了")
    actions.withdraw(done, by=scene.resident, at=AT)
    page = ask("/needs/", scene.resident)
    assert text(page).count("Looking for somebody") == 20 and "已经不用了" not in text(page)
    more = re.search(r'href="(\?[^"]*after=[^"]*)"', page.content.decode())
    assert more
    rest = ask(f"/needs/{more[1].replace('&amp;', '&')}", scene.resident)
    assert "第1次" in text(rest) and "第2次" not in text(rest)
    part = ask("/needs/?show=all", scene.resident, htmx=True).content.decode()
    assert part.startswith('<section id="needs"') and "<html" not in part
    assert part.strip() in ask("/needs/?show=all", scene.resident).content.decode()
    assert "已经不用了" in text(ask("/needs/?show=all&after=" + more[1].partition("after=")[2], scene.resident))
    assert text(ask("/needs/", scene.stranger)).count("次想") == 0
    assert ask("/needs/?after=owl", scene.resident).status_code == 200


def test_taking_it_back_asks_first_and_ends_the_offers(scene: Scene, ask: Ask) -> None:
    ref = scene.post()
    scene.offer(ref)
    assert "1 offer ends with it" in text(ask(f"/needs/{ref}/withdraw/", scene.resident))
    assert scene.card(ref).state == "open"
    assert ask(f"/needs/{ref}/withdraw/", scene.resident, {}).status_code == 302
    assert "This need was taken back" in text(ask(f"/needs/{ref}/", scene.resident))
    assert ask(f"/needs/{ref}/withdraw/", scene.resident, {}).status_code == 409
    assert ask(f"/needs/{ref}/change/", scene.resident).status_code == 409
    assert "not chosen" in text(ask("/provider/needs/offers/", scene.manager))


def test_changing_keeps_what_the_form_cannot_show(scene: Scene, ask: Ask) -> None:
    window = Window(AT + DAY, AT + DAY + timedelta(minutes=50))
    ref = scene.post(windows=[window], repeat="FREQ=WEEKLY;BYDAY=TU;COUNT=3",
                     requires={"credential": "carer_certificate", "gender": "female"})
    page = ask(f"/needs/{ref}/change/", scene.resident)
    assert "Tue 17 Nov 2026, 09:00–09:50" in text(page)
    sent = {"text": TEXT, "category": "home_bathing", "urgency": "urgent", "where": "here", "when": "kept",
            "weeks": "3", "gender": "male"}
    assert ask(f"/needs/{ref}/change/", scene.resident, sent).status_code == 302
    card = scene.card(ref)
    assert card.urgency == "urgent" and card.windows == (window,) and "BYDAY=TU" in card.repeat
    assert card.requires == {"credential": "carer_certificate", "gender": "male"}
    assert "The need was changed" in text(ask(f"/needs/{ref}/", scene.resident))
    wrong = ask(f"/needs/{ref}/change/", scene.resident, sent | {"text": "", "when": "days", "day1": "2020-01-01"})
    assert wrong.status_code == 422 and "2020-01-01" in wrong.content.decode() and "in the past" in text(wrong)
    assert ask(f"/needs/{ref}/change/", scene.stranger).status_code == 404
    assert ask(f"/needs/{ref}/change/", scene.agent).status_code == 200


def test_a_kind_that_somebody_chose_is_not_explained_by_the_words(scene: Scene, ask: Ask) -> None:
    ref = scene.post(category="meals")
    page = text(ask(f"/needs/{ref}/", scene.resident))
    assert "You chose this kind of help" in page and "points to this kind" not in page


def test_absent_and_hidden_needs_read_the_same(scene: Scene, ask: Ask) -> None:
    ref = scene.post()
    hidden, absent = ask(f"/needs/{ref}/", scene.stranger), ask(f"/needs/{uuid4()}/", scene.stranger)
    assert hidden.status_code == absent.status_code == 404 and text(hidden) == text(absent)


# Providers


def test_a_provider_sees_what_is_needed_but_neither_name_nor_words(scene: Scene, ask: Ask) -> None:
    ref = scene.post("我家在琥珀路五号，找人上门洗澡", requires={"gender": "female"})
    scene.post("要一个律师", category="legal_aid")
    pages = [ask("/provider/needs/", scene.manager), ask(f"/provider/needs/{ref}/", scene.manager)]
    for page in pages:
        said = text(page)
        for shown in ("Bathing at home", "蜀山区琥珀街道", "not urgent", "age not known"):
            assert shown in said, shown
        for hidden in (NAME, "张", "琥珀路", "五号", "13800138000", str(scene.person)):
            assert hidden not in page.content.decode(), hidden
    assert "Legal" not in text(pages[0]) and "a woman" in text(pages[1])
    assert "Nobody near you needs this" in text(ask("/provider/needs/", scene.rival))
    assert ask(f"/provider/needs/{ref}/", scene.rival).status_code == 404
    assert ask("/provider/needs/", scene.resident).status_code == 403
    assert ask(f"/needs/{ref}/", scene.manager)["Location"] == f"/provider/needs/{ref}/"
    part = ask("/provider/needs/?category=home_bathing", scene.manager, htmx=True).content.decode()
    assert part.startswith('<section id="open"') and "<html" not in part


def test_where_all_the_times_named_have_passed_any_time_may_suit(scene: Scene, ask: Ask) -> None:
    ref = scene.post(windows=[Window(AT + timedelta(hours=1), AT + timedelta(hours=2))])
    url, later = f"/provider/needs/{ref}/", AT + DAY
    assert "None of your free times" in text(ask(url, scene.manager))
    assert 'name="slot"' in ask(url, scene.manager, at=later).content.decode()


def test_a_provider_offers_a_time_and_takes_it_back(scene: Scene, ask: Ask) -> None:
    ref = scene.post(windows=[Window(AT + DAY, AT + DAY + timedelta(hours=4))])
    url = f"/provider/needs/{ref}/"
    body = ask(url, scene.manager).content.decode()
    fits = re.findall(r'name="slot"[^>]*value="([^"]+)"', body)
    everything = re.findall(r'name="slot"', ask(f"{url}?times=all", scene.manager).content.decode())
    assert 0 < len(fits) < len(everything)
    none = ask(url, scene.manager, {"service": str(scene.service), "note": "我们可以来"})
    assert none.status_code == 422 and "Choose one of the times" in text(none) and "我们可以来" in text(none)
    long = ask(url, scene.manager, {"service": str(scene.service), "slot": fits[0], "note": "好" * 201})
    assert long.status_code == 422 and "好" * 201 in long.content.decode()
    sent = {"service": str(scene.service), "slot": fits[0], "note": "我们可以来"}
    assert ask(url, scene.manager, sent)["Location"] == "/provider/needs/offers/?done=1"
    twice = ask(url, scene.manager, sent)
    assert twice.status_code == 422 and "offered to this need already" in text(twice)
    mine = ask("/provider/needs/offers/?done=1", scene.manager)
    assert "Your offer was sent" in text(mine) and "我们可以来" in text(mine) and "offered" in text(mine)
    assert "offered" in text(ask("/provider/needs/", scene.manager))
    back = re.search(r'action="([^"]+/withdraw/)"', mine.content.decode())
    assert back and ask(back[1], scene.rival, {}).status_code == 404
    assert ask(back[1], scene.manager, {}).status_code == 302
    assert "taken back" in text(ask("/provider/needs/offers/", scene.manager))
    assert ask("/provider/needs/offers/", scene.resident).status_code == 403


# Officers


def test_an_officer_sees_the_unmet_needs_of_the_own_region_only(scene: Scene, ask: Ask) -> None:
    scene.post(urgency="urgent")
    ref = scene.post("想找人送饭", category="meals", at=AT - 3 * DAY)
    scene.post("小孩放学没人接", by=scene.daughter)
    whole = text(ask("/officer/needs/", scene.officer))
    assert "3 needs wait, 1 of them urgent" in whole and "蜀山区琥珀街道" in whole and "庐阳区逍遥津街道" in whole
    assert "3 days" in whole
    own = ask("/officer/needs/", scene.township)
    assert "2 needs wait" in text(own) and "逍遥津" not in text(own)
    other = text(ask("/officer/needs/", scene.elsewhere))
    assert "1 need waits" in other and "琥珀" not in other
    assert "No need waits under these" in text(ask(f"/officer/needs/?region={HUPO}", scene.elsewhere))
    only = text(ask("/officer/needs/?category=meals&urgency=", scene.officer))
    assert "1 need waits" in only
    assert "1 need waits" in text(ask("/officer/needs/?urgency=urgent", scene.officer))
    for odd in ("region=%00", "region=1", "urgency=owl", "category=%3Cscript%3E"):
        assert ask(f"/officer/needs/?{odd}", scene.officer).status_code == 200
    part = ask(f"/officer/needs/?region={HUPO}", scene.officer, htmx=True).content.decode()
    assert part.startswith('<div id="unmet"') and "<html" not in part
    page = ask(f"/needs/{ref}/", scene.officer)
    assert "Meals" in text(page) and "送饭" not in text(page) and NAME not in text(page)
    assert ask(f"/needs/{ref}/", scene.elsewhere).status_code == 404
    assert ask("/officer/needs/", scene.manager).status_code == 403
    assert "/officer/" in ask("/officer/needs/", scene.officer).content.decode()


# The hotline


def test_an_agent_finds_a_caller_and_writes_the_need_for_them(scene: Scene, ask: Ask) -> None:
    assert "Who is on the line?" in text(ask("/agent/", scene.agent))
    found = ask("/agent/", scene.agent, {"step": "find", "text": "138 0013 8000"})
    assert "张**" in text(found) or "张*" in text(found)
    assert NAME not in found.content.decode() and "13800138000" not in found.content.decode()
    sent = {"step": "understand", "person": value(found, "person"), "text": TEXT}
    without = ask(NEW, scene.agent, sent)
    assert without.status_code == 422 and "Ask the caller for their consent" in text(without) and TEXT in text(without)
    second = ask(NEW, scene.agent, sent | {"consented": "on"})
    assert second.status_code == 200 and NAME not in second.content.decode()
    done = ask(NEW, scene.agent, wish(second, consented="on"))
    need = Need.objects.get()
    assert done.status_code == 302 and (need.channel, need.consented) == ("agent", True)
    assert str(scene.person) not in done["Location"]
    calls = ask("/agent/", scene.agent)
    assert f"/needs/{need.ref}/" in calls.content.decode() and TEXT in text(calls)
    assert "the hotline" in text(ask(f"/needs/{need.ref}/", scene.resident))
    assert ask(NEW, scene.agent).status_code == 403 and ask("/agent/", scene.resident).status_code == 403
    assert "Nobody is registered" in text(
        ask("/agent/", scene.elsewhere_agent, {"step": "find", "text": "13800138000"}))
    assert ask(NEW, scene.elsewhere_agent, sent | {"consented": "on"}).status_code == 404


def test_an_agent_registers_somebody_who_calls_for_the_first_time(scene: Scene, ask: Ask) -> None:
    page = ask("/agent/", scene.agent, {"step": "find", "text": "13900139000"})
    assert "Nobody is registered" in text(page) and value(page, "phone") == "13900139000"
    wrong = ask("/agent/", scene.agent, {"step": "find", "text": "1234567890"})
    assert wrong.status_code == 422 and "mistyped" in text(wrong) and value(wrong, "text") == "1234567890"
    sent = {"step": "register", "key": value(page, "key"), "name": CALLER, "phone": "13900139000", "district": SHUSHAN,
            "street": HUPO, "birth_on": "1950-01-01"}
    refused = ask("/agent/", scene.agent, sent)
    assert refused.status_code == 422 and "consent" in text(refused) and value(refused, "name") == CALLER
    look = ask("/agent/", scene.agent, sent | {"step": "look"})
    assert look.status_code == 200 and value(look, "name") == CALLER and "340104003" in look.content.decode()
    made = ask("/agent/", scene.agent, sent | {"consent_by_phone": "on"})
    again = ask("/agent/", scene.agent, sent | {"consent_by_phone": "on"})
    assert made.status_code == 200 and value(made, "person") == value(again, "person")
    assert "Registered" in text(made) and "born 1950" in text(made) and CALLER not in made.content.decode()
    nowhere = ask("/agent/", scene.agent, sent | {"district": "", "street": "", "key": str(uuid4())})
    assert nowhere.status_code == 422 and "Choose where the caller lives" in text(nowhere)


# How it holds


def test_nothing_of_the_words_stands_in_the_journal_or_in_an_address(scene: Scene, ask: Ask) -> None:
    answer = ask(NEW, scene.resident, {"text": TEXT})
    done = ask(NEW, scene.resident, wish(answer))
    ref = Need.objects.get().ref
    scene.offer(ref, note="带助浴椅")
    actions.change(ref, text=f"{TEXT}，最好是女的", by=scene.resident, at=AT)
    kept = str(list(Entry.objects.values_list("payload", flat=True)))
    row = str(Need.objects.values().get()) + str(queries.need_for(ref, by=scene.manager, at=AT))
    for word in ("洗澡", "出院", "妈妈", "助浴椅", NAME):
        assert word not in kept and word not in row and word not in done["Location"], word


PATHS = [("/needs/", "resident"), (NEW, "resident"), ("/needs/{ref}/", "resident"), ("/needs/", "daughter"),
         ("/provider/needs/", "provider_admin"), ("/provider/needs/offers/", "provider_admin"),
         ("/officer/needs/", "officer"), ("/agent/", "hotline_agent"), ("/needs/{ref}/withdraw/", "resident")]


@pytest.mark.parametrize(("path", "who"), PATHS)
def test_pages_take_eight_queries_signing_in_and_all(
    scene: Scene, client: Client, path: str, who: str, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    """What the frame counts (notices, what waits at a desk) is remembered for some seconds: the second visit tells."""
    monkeypatch.setattr(remembered, "ON", True)
    refs = [scene.post(f"第{number}次：{TEXT}", at=AT + timedelta(minutes=number)) for number in range(12)]
    for ref in refs[1:5]:
        scene.offer(ref)
    scene.post(by=scene.agent, person=scene.person)
    person = {"resident": scene.person, "daughter": scene.daughter.person}.get(who)
    account = accounts.open_account(f"some.{who}".replace("_", "."), name="" if person else "周敏", person=person,
                                    region=None if person else CITY, by=SYSTEM, at=AT)
    if who == "daughter":
        people.represent(scene.person, representative=person or scene.person, by=SYSTEM, at=AT)
    if not person:
        over = f"organisation:{scene.provider}" if who == "provider_admin" else f"region:{CITY}"
        accounts.grant_role(account, role=who, scope=over, by=SYSTEM, at=AT)
    client.force_login(Account.objects.get(ref=account))
    assert client.get(path.format(ref=refs[0])).status_code == 200
    with django_assert_max_num_queries(8):
        client.get(path.format(ref=refs[0]))


def test_a_need_with_offers_and_a_providers_view_of_one_take_some_more(
    scene: Scene, ask: Ask, django_assert_max_num_queries: Any
) -> None:
    ref = scene.post()
    scene.offer(ref)
    with django_assert_max_num_queries(8):
        ask(f"/needs/{ref}/", scene.resident)
    with django_assert_max_num_queries(9):
        ask(f"/provider/needs/{ref}/", scene.manager)


def test_the_api_and_the_pages_show_the_same_needs(scene: Scene, ask: Ask) -> None:
    ref = scene.post()
    assert data(ask("/api/v1/needs", scene.resident))["items"][0]["ref"] == str(ref)
    assert XIAOYAOJIN not in ask("/needs/", scene.resident).content.decode()
