"""What orders and needs tell of somebody: for their copy, for the machine's decisions, for how long data are kept."""
from uuid import UUID

from django.test import Client
from django.utils import translation

from linli.kernel.actor import SYSTEM
from linli.kernel.money import Money
from linli.registers.accounts import actions as accounts
from linli.registers.accounts.models import Account
from linli.registers.people import actions as people
from linli.registers.people import queries as known
from linli.registers.people import registry
from linli.registers.practitioners import queries as practitioners
from linli.work.needs import actions as needs
from linli.work.needs.models import Need
from linli.work.orders import actions
from tests.actors import AT
from tests.work.orders.conftest import PAPERS, Scene
from tests.work.orders.test_dispute import WORDS as SAID
from tests.work.orders.test_dispute import decided, raised
from tests.work.orders.test_party import elders, meal
from tests.work.orders.test_wait import full, join

__all__ = ["meal"]

WORDS = "我妈妈 82 岁，刚出院，想找人每周上门帮她洗澡"


def test_a_copy_holds_the_visits_and_the_needs_with_their_words(scene: Scene) -> None:
    ref = scene.confirmed()
    actions.rate(ref, grade=5, comment="非常细心", by=scene.resident, at=scene.row(ref).until)
    needs.post(text=WORDS, category="home_bathing", by=scene.resident, at=AT)
    with translation.override("en"):
        parts = {part.key: part.rows for part in people.take_copy(scene.person, by=scene.resident, at=AT)}
    [visit] = parts["orders"]
    assert {"琥珀路 5 号 2 栋 301", "非常细心", "rated", 5} <= set(visit)
    assert WORDS in str(parts["needs"]) and len(parts["needs"]) == 2, "the one that was booked stands there too"
    assert WORDS in known.as_json(known.kept_about(scene.person, by=scene.resident, at=AT), at=AT), "for a program too"


def test_a_copy_holds_what_was_said_in_disputes(scene: Scene) -> None:
    dispute = raised(scene, scene.served())
    decided(scene, dispute, "stands")
    rows = {key: rows for key, _, rows in registry.holdings(scene.person)}["disputes"]
    assert [(str(row["who"]), str(row["words"])) for row in rows] == [
        ("Resident", SAID), ("Provider", "我们的记录是这样的。"), ("Decision", "查看了门禁记录。")]


def test_a_practitioners_copy_holds_their_papers(scene: Scene) -> None:
    person = practitioners.practitioner(scene.wang).person
    rows = {part.key: part.rows for part in people.take_copy(person, by=SYSTEM, at=AT)}["practitioner"]
    assert len(rows) > len(PAPERS) and all("王敏" in row for row in rows)


def test_whom_somebody_visits_is_seen(scene: Scene) -> None:
    assert scene.person not in registry.last_seen({scene.person})
    ref = scene.accepted()
    assert registry.last_seen({scene.person})[scene.person] == scene.row(ref).begin
    assert [count for _, count in known.going_on(scene.person)] == [1, 1], "a need, and its visit"
    actions.cancel(ref, reason="not_needed", by=scene.resident, at=AT)
    assert [count for _, count in known.going_on(scene.person)] == [1], "the need looks for help again"


def test_who_comes_along_with_a_group_is_seen_and_who_waits_in_line_is_told(scene: Scene, meal: UUID) -> None:
    other = scene.someone()
    before = registry.last_seen({other}).get(other)
    ref = actions.book(meal, slot=scene.slots(service=meal)[0].ref, person=scene.person, at=AT,
                       party=elders(people=(other,)), by=scene.agent)
    assert before is None and registry.last_seen({other})[other] == scene.row(ref).begin
    full(scene)
    join(scene, scene.resident)
    kept = {key: rows for key, _, rows in registry.holdings(other)}
    assert [(row["service"], row["price"]) for row in kept["along"]] == [("长者集体午餐", Money(2000))]
    assert {key: rows for key, _, rows in registry.holdings(scene.person or other)}["along"] == []
    assert registry.in_use({scene.person or other, other}) == {scene.person}


def test_the_machines_decisions_stand_with_their_reasons_and_a_person_is_asked(scene: Scene) -> None:
    need = needs.post(text=WORDS, category=None, by=scene.resident, at=AT)
    accounts.open_account("resident", person=scene.person, by=SYSTEM, at=AT)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(Account.objects.get(username="resident"))
    number = Need.objects.get(ref=need).number
    page = client.get(f"/me/privacy/{scene.person}/decisions/").content.decode()
    assert page.count(number) >= 2 and "洗澡" in page and "Ranking of who can help" in page
    assert "Who visited you before counts" in page and "/rules/matching.weights/" in page
    people.withdraw_consent(scene.person, purpose="ranking", by=scene.resident, at=AT)
    page = client.get(f"/me/privacy/{scene.person}/decisions/").content.decode()
    assert "Who visited you before does not count" in page
    sent = client.post(f"/me/privacy/{scene.person}/ask/", {
        "right": "explanation", "about": str(need), "words": "为什么没有认出助浴？", "part": ""})
    assert sent.status_code == 302, "about a decision of one's own"
