"""What somebody asks of their data, and by when it is answered."""
from uuid import UUID

import pytest
from django.apps import apps

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.people import actions, queries, registry, rules
from linli.registers.people.models import Person, RightsRequest
from linli.registers.people.states import RIGHTS, Asked
from tests.actors import AT, actor
from tests.registers.people.conftest import DISTRICT, ID_CHILD, ID_DAUGHTER, ID_MOTHER, OTHER, Town, me
from tests.registers.people.test_represent import acting_for

ON = AT.date()
WORDS = "户口本上我的名字写错了，请更正"


def office(region: str = DISTRICT) -> Actor:
    return actor(f"region:{region}", "people.decide", "people.see")


def ask(town: Town, right: str = "correction", part: str = "name") -> UUID:
    return actions.ask(town.mother, right=right, part=part, words=WORDS, by=me(town.mother), at=AT)


def one(ref: UUID, by: Actor) -> queries.RequestCard:
    return queries.rights_request(ref, by=by, on=ON)


def test_a_request_is_a_duty_of_the_district_until_it_is_answered(town: Town) -> None:
    ref = ask(town)
    [duty] = rulebook.duties(on=ON, rule_id="people.correction")
    assert (duty.owner, duty.owed_to, duty.about) == (f"region:{DISTRICT}", f"person:{town.mother}", ref)
    assert (duty.due_on - ON).days == 30 and one(ref, me(town.mother)).due_on == duty.due_on
    actions.grant(ref, answer="已更正。", value="王秀瑛", by=office(), at=AT)
    card = one(ref, me(town.mother))
    assert (card.state, card.answer, card.words) == (Asked.GRANTED, "已更正。", WORDS)
    assert queries.person(town.mother, by=me(town.mother)).name == "王秀瑛"
    assert rulebook.duties(on=ON, rule_id="people.correction", state="met")[0].about == ref
    row = str(RightsRequest.objects.values().get())
    assert "户口" not in row and "已更正" not in row and "王秀" not in row
    assert not any("王" in str(e.payload) or "户口" in str(e.payload) for e in Entry.objects.all())


def test_a_refusal_has_its_reasons(town: Town) -> None:
    ref = ask(town)
    with pytest.raises(RuleBroken) as why:
        actions.refuse(ref, answer="不", by=office(), at=AT)
    assert why.value.field == "answer" and one(ref, office()).state is Asked.OPEN
    actions.refuse(ref, answer="与身份证不符，请携证件到窗口。", by=office(), at=AT)
    assert one(ref, me(town.mother)).answer.startswith("与身份证不符")
    with pytest.raises(Conflict):
        actions.grant(ref, answer="已更正。", value="王秀瑛", by=office(), at=AT)


@pytest.mark.parametrize(("part", "value", "shown"), [
    ("birth_on", "1951-06-07", "1951-06-07"), ("gender", "female", "female"),
])
def test_what_is_right_is_written_at_once(town: Town, part: str, value: str, shown: str) -> None:
    ref = ask(town, part=part)
    actions.grant(ref, answer="已按证件更正。", value=value, by=office(), at=AT)
    card = queries.person(town.mother, by=me(town.mother))
    assert shown in {str(card.birth_on), str(card.gender)}


@pytest.mark.parametrize(("part", "value"), [
    ("name", ""), ("name", "王1"), ("birth_on", "1951-13-07"), ("birth_on", "2031-01-01"), ("gender", "robot"),
    ("id_number", ID_MOTHER[:-1] + "2"),
])
def test_a_value_that_cannot_be_is_refused_at_its_field(town: Town, part: str, value: str) -> None:
    ref = ask(town, part=part)
    with pytest.raises(RuleBroken) as why:
        actions.grant(ref, answer="已更正。", value=value, by=office(), at=AT)
    assert why.value.field == "value"
    assert one(ref, office()).state is Asked.OPEN, "nothing was half done"


def test_an_id_number_is_corrected_and_stays_nobody_elses(town: Town) -> None:
    ref = ask(town, part="id_number")
    actions.check_real_name(town.daughter, id_number=ID_DAUGHTER, by=me(town.daughter), at=AT)
    with pytest.raises(Conflict):
        actions.grant(ref, answer="已更正。", value=ID_DAUGHTER, by=office(), at=AT)
    actions.grant(ref, answer="已更正。", value="11010519491231002X", by=office(), at=AT)
    assert queries.person(town.mother, by=me(town.mother)).birth_year == 1949


def test_who_may_ask_see_and_answer(town: Town) -> None:
    ref = ask(town)
    for by in (me(town.daughter), office(OTHER), town.agent):
        with pytest.raises(NotFound):
            one(ref, by)
        with pytest.raises(NotFound):
            actions.refuse(ref, answer="不能更正，理由如下。", by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.grant(ref, answer="我自己来。", value="王秀瑛", by=me(town.mother), at=AT)
    with pytest.raises(NotAllowed):
        actions.take_back(ref, by=office(), at=AT)
    with pytest.raises(NotFound):
        actions.ask(town.mother, right="copy", words=WORDS, by=me(town.daughter), at=AT)
    assert [card.ref for card in queries.asked_of_us(by=office(), on=ON)] == [ref]
    assert queries.asked_of_us(by=office(OTHER), on=ON) == [] and queries.asked_waiting(office()).count() == 1
    with pytest.raises(NotAllowed):
        queries.asked_of_us(by=town.officer, on=ON)


def test_taken_back_is_owed_no_more(town: Town) -> None:
    ref = ask(town, right="deletion")
    actions.take_back(ref, by=me(town.mother), at=AT)
    assert rulebook.duties(on=ON, rule_id="people.deletion", state="running") == []
    with pytest.raises(Conflict):
        actions.take_back(ref, by=me(town.mother), at=AT)


@pytest.mark.parametrize(("change", "field"), [
    ({"right": "money"}, "right"), ({"words": "改"}, "words"), ({"part": ""}, "part"), ({"part": "shoe"}, "part"),
])
def test_a_request_is_refused_at_its_field(town: Town, change: dict[str, str], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        given = {"right": "correction", "part": "name", "words": WORDS, **change}
        actions.ask(town.mother, **given, by=me(town.mother), at=AT)  # type: ignore[arg-type]
    assert why.value.field == field and not RightsRequest.objects.exists()


def test_an_explanation_is_of_a_decision_about_oneself(town: Town) -> None:
    with pytest.raises(NotFound):
        actions.ask(town.mother, right="explanation", words=WORDS, about=new_ref(), by=me(town.mother), at=AT)


def test_a_copy_holds_everything_and_is_noted(town: Town) -> None:
    actions.open_field(town.mother, field="phone", reason="回访服务质量", by=town.officer, at=AT)
    parts = {part.key: part.rows for part in actions.take_copy(town.mother, by=me(town.mother), at=AT)}
    text = str(parts)
    for kept in ("王秀英", ID_MOTHER, "13800138000", "翠微路8号3栋201", "回访服务质量"):
        assert kept in text
    assert {"person", "uses", "groups", "representations", "openings", "requests", "journal", "accounts", "needs",
            "orders", "along", "disputes", "posts", "channels", "ratings", "notices", "practitioner"} <= parts.keys()
    assert Entry.objects.filter(fact="people.CopyTaken", about=town.mother).count() == 1
    for by in (town.officer, me(town.daughter)):
        with pytest.raises((NotAllowed, NotFound)):
            actions.take_copy(town.mother, by=by, at=AT)


def test_a_guardian_has_a_childs_rights(town: Town) -> None:
    child = actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                  agreed_for_child=True, by=me(town.daughter), at=AT).person
    by = acting_for(town.daughter, child)
    assert "周小乐" in str(actions.take_copy(child, by=by, at=AT))
    asked = actions.ask(child, right="deletion", words="请删除学校信息", by=by, at=AT)
    assert one(asked, by).person == child
    with pytest.raises(NotAllowed, match="Under 14"):
        actions.erase(child, by=me(child), at=AT)
    actions.erase(child, by=by, at=AT)
    assert not queries.exists(child)
    assert RightsRequest.objects.get(ref=asked).state == Asked.WITHDRAWN, "an erased person asks nothing any more"


@pytest.mark.parametrize("move", list(RIGHTS.moves))
@pytest.mark.parametrize("state", list(Asked))
def test_what_is_settled_stays_so(move: str, state: Asked) -> None:
    if RIGHTS.moves[move].sources == ("[*]",):
        return
    held = {RIGHTS.moves[move].permission}
    if state is Asked.OPEN:
        assert RIGHTS.check(move, state=state, held=held) != Asked.OPEN
    else:
        with pytest.raises(Conflict):
            RIGHTS.check(move, state=state, held=held)
    with pytest.raises(NotAllowed):
        RIGHTS.check(move, state=state, held=set())


def test_every_right_has_its_rule() -> None:
    for right in rules.Right:
        rule = rulebook.rule(rules.rule_of(right), on=ON)
        assert rule.amount == 30 and "个人信息保护法" in str(rule.basis[0])


TOLD = {
    "people": {"Choice", "HouseholdMember", "Membership", "Representation", "RightsRequest", "Person"},
    "accounts": {"Account"},
    "organisations": {"Office", "Claim", "WatchList", "Reading"}, "practitioners": {"Practitioner"},
    "workforce": {"Registration", "Learning", "Candidacy", "Contribution", "Allowance", "Honour", "Sanction"},
    "hall": {"Application"}, "needs": {"Need"}, "orders": {"Order", "Participant", "Wait"},
    "quality": {"Rectification"}, "queueing": {"Ticket"}, "venues": {"Booking"}, "notices": {"Channel"},
}
UNTOLD = {
    "people.PersonKey": "opens the rest, and says nothing", "people.OpeningPermit": "a wish; what is opened is told",
    "orders.Proof": "of a visit that is told", "accounts.GrantRow": "roles stand beside the account",
    "insight.Course": "of a need that is told",
    "workforce.Report": "who reported another's words is told nobody", "workforce.Reading": "a mark of having read",
    "organisations.Organisation": "its application stands in the journal's part",
}


def test_every_table_with_somebodys_ref_stands_in_the_copy_or_is_known_not_to() -> None:
    found = {model._meta.label for model in apps.get_models() for field in model._meta.concrete_fields
             if field.name in {"person", "claimant", "applicant", "representative"}}
    assert found == {f"{room}.{name}" for room, names in TOLD.items() for name in names - {"Person"}} | UNTOLD.keys()


def test_every_room_that_keeps_something_about_people_tells_it() -> None:
    """A copy is of everything: who keeps rows of somebody's gives them to it."""
    told = {collect.__module__.split(".")[2] for _, collect in registry._kept.holdings.values()}
    rooms = {model._meta.app_label for model in apps.get_models() for field in model._meta.get_fields()
             if field.related_model is Person and field.concrete}
    assert rooms - {"people"} <= told
