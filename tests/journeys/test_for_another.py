"""The main job done for somebody else: by a daughter for her mother, and by the hotline for a caller."""
from datetime import date
from uuid import uuid4

import pytest

from linli.demo.invented import Inventor
from tests.journeys.browser import Page, Person, Program, problem
from tests.journeys.conftest import HERE, Always
from tests.node import Node

pytestmark = pytest.mark.slow
BY_FAMILY = {"zh-hans": "由家人代办", "en": "done for them by their family"}


def served(node: Node, always: Always, path: str) -> None:
    """The provider's side of a booked visit, up to its end."""
    provider = Program(node, "provider")
    for move, said in (("accept", {"practitioner": always.carer}), ("check-in", {"at": HERE}),
                       ("check-out", {"at": HERE})):
        told = provider.post(f"{path.rstrip('/')}/{move}", said)
        assert told.status == 200, told.body


def booked(person: Person, page: Page, always: Always) -> Page:
    """From the matches to the booked order's page."""
    page = person.open(page.link(f"service={always.service}"))
    page = person.send(page, page.form(having="slot"), button="book", address="翠竹园30栋401室（演示）", **HERE)
    assert page.path.endswith("/booked/"), page.text
    return person.open(page.link("/orders/0"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_daughter_does_it_for_her_mother(node: Node, always: Always, language: str) -> None:
    daughter, mother = Person(node, "family", language=language), node.persona("resident")
    page = daughter.open("/needs/new/")
    page = daughter.send(page, page.form(having="text"), text="我妈妈一个人住，想现在有人上门陪她",
                         person=mother["ref"])
    assert "陈桂兰" in page.text
    form = page.form(having="key")
    assert form.value("person") == mother["ref"]
    page = daughter.send(page, form, button="post", category="companionship")
    page = booked(daughter, page, always)
    order = page.path

    mothers = Person(node, "resident", language=language)
    assert mothers.open(order).status == 200 and order in [href for href, _ in mothers.open("/orders/").links]
    assert BY_FAMILY[language] in mothers.open(order).text  # she sees that somebody booked for her
    served(node, always, order)
    page = daughter.open(order)
    page = daughter.send(page, page.form("/confirm/"))
    page = daughter.send(page, page.form("/rate/"), grade="4")
    told = Program(node, "resident").get(order.rstrip("/"))
    assert (told["state"], told["grade"], told["person"]) == ("rated", 4, mother["ref"])


def test_a_daughter_does_it_through_the_api_and_only_for_her_mother(node: Node, always: Always) -> None:
    daughter, mother = Program(node, "family"), node.persona("resident")["ref"]
    wanted = {"text": "我妈妈一个人住，想有人上门陪她", "category": "companionship", "at": HERE}
    need = daughter.post("/needs", wanted | {"for": mother}, key=str(uuid4()))
    assert need.status == 201 and daughter.get(f"/needs/{need['ref']}")["for"] == mother
    slot = next(one["slot"] for one in daughter.get(f"/needs/{need['ref']}/matches")["matches"]
                if one["service"]["ref"] == always.service)
    order = daughter.post("/orders", {"need": need["ref"], "service": always.service, "slot": slot["ref"]},
                          key=str(uuid4()))
    assert order.status == 201 and order["person"] == mother
    assert daughter.post(f"/orders/{order['ref']}/cancel", {"reason": "not_needed"})["state"] == "cancelled"

    count = len(list(Program(node, "carer").every("/needs")))
    problem(daughter.post("/needs", wanted | {"for": node.persona("carer")["ref"]}, key=str(uuid4())), 404)
    assert len(list(Program(node, "carer").every("/needs"))) == count
    problem(Program(node, "carer").get(f"/orders/{order['ref']}"), 404)


def test_the_hotline_does_it_for_a_caller_it_registers(node: Node, always: Always, inventor: Inventor) -> None:
    agent, one = Person(node, "hotline_agent"), inventor.someone(oldest=80, youngest=70, on=date.today())
    phone = f"1980000{uuid4().int % 10_000:04}"
    page = agent.open("/agent/")
    page = agent.send(page, page.form(having="text"), text=phone)
    assert "没有用这个号码登记的人" in page.text
    form = page.form(having="consent_by_phone")
    assert form.value("phone") == phone  # not asked twice
    page = agent.send(page, form, button="look", name=one.name, district="340104000000")
    page = agent.send(page, page.form(having="consent_by_phone"), button="look", street="340104003000")
    form = page.form(having="consent_by_phone")
    assert (form.value("name"), form.value("phone")) == (one.name, phone)
    refused = agent.send(page, form, button="register", birth_on=str(one.birth_on))
    assert refused.status == 422 and "同意" in refused.text
    assert refused.form(having="consent_by_phone").value("name") == one.name
    page = agent.send(refused, refused.form(having="consent_by_phone"), button="register", consent_by_phone="on")
    assert page.status == 200, page.text
    write(agent, page, always, node, consent_first=True)

    page = agent.open("/agent/")  # the second call: found by the number
    page = agent.send(page, page.form(having="text"), text=phone)
    assert phone not in page.text.replace(page.form(having="text").value("text"), "")
    write(agent, page, always, node, consent_first=False)


def write(agent: Person, page: Page, always: Always, node: Node, *, consent_first: bool) -> None:
    """From the found caller to the rated service, with the caller's consent."""
    form = next(form for form in page.forms if "person" in form.fields)
    caller = form.value("person")
    page = agent.send(page, form)
    words = page.form(having="consented")
    if consent_first:
        refused = agent.send(page, words, text="来电人一个人住，想有人上门陪陪")
        assert refused.status == 422 and "同意" in refused.text
        page, words = refused, refused.form(having="consented")
        assert words.value("text") == "来电人一个人住，想有人上门陪陪"
    page = agent.send(page, words, text="来电人一个人住，想有人上门陪陪", consented="on")
    form = page.form(having="key")
    assert form.value("person") == caller
    page = agent.send(page, form, button="post", category="companionship")
    assert page.path.endswith("/matches/"), page.text
    page = booked(agent, page, always)
    served(node, always, page.path)
    page = agent.open(page.path)
    page = agent.send(page, page.form("/confirm/"))
    page = agent.send(page, page.form("/rate/"), grade="5")
    told = Program(node, "hotline_agent").get(page.path.rstrip("/"))
    assert (told["state"], told["person"]) == ("rated", caller)
    assert "由热线代办" in page.text  # on record that it was not the caller's own hand


def test_the_hotline_registers_and_books_through_the_api(node: Node, always: Always, inventor: Inventor) -> None:
    agent, one = Program(node, "hotline_agent"), inventor.someone(oldest=80, youngest=70, on=date.today())
    phone = f"1980001{uuid4().int % 10_000:04}"
    given = {"name": one.name, "region": "340104003000", "phone": phone, "birth_on": str(one.birth_on)}
    refused = agent.post("/people", given | {"consent_by_phone": False}, key=str(uuid4()))
    problem(refused, 422)
    assert agent.post("/people/find", {"phone": phone})["items"] == []
    caller = agent.post("/people", given | {"consent_by_phone": True}, key=str(uuid4()))
    assert caller.status == 201
    found = agent.post("/people/find", {"phone": phone})["items"]
    assert [person["ref"] for person in found] == [caller["ref"]] and phone not in found[0]["phone"]

    wanted = {"text": "一个人住，想有人上门陪陪", "category": "companionship", "for": caller["ref"], "at": HERE}
    problem(agent.post("/needs", wanted, key=str(uuid4())), 403, says="同意")
    need = agent.post("/needs", wanted | {"consented": True}, key=str(uuid4()))
    assert need.status == 201 and agent.get(f"/needs/{need['ref']}")["channel"] == "agent"
    begin = agent.get(f"/services/{always.service}/slots")["items"]
    slot = next(one for one in begin if one["free"])
    order = agent.post("/orders", {"need": need["ref"], "service": always.service, "slot": slot["ref"], "at": HERE,
                                   "address": "翠竹园1栋101室（演示）"}, key=str(uuid4()))
    assert order.status == 201 and order["person"] == caller["ref"], order.body
    problem(Program(node, "resident").get(f"/orders/{order['ref']}"), 404)


def test_a_need_that_tells_of_danger_shows_the_numbers_at_once(node: Node) -> None:
    daughter = Person(node, "family")
    page = daughter.open("/needs/new/")
    page = daughter.send(page, page.form(having="text"), text="我妈妈突然胸口疼得厉害，喘不上气",
                         person=node.persona("resident")["ref"])
    assert "120" in page.text and page.text.index("120") < page.text.index("我们的理解")
    assert any(href == "tel:120" for href, _ in page.links)
    page = Person(node).open("/needs/new/")
    page = Person(node).send(page, page.form(having="text"), text="我不想活了")
    assert "12356" in page.text or page.status == 403


