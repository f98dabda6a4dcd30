from datetime import date
from typing import Any

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.crypto import Unreadable
from linli.kernel.doors import speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.people import access, actions, queries, registry
from linli.registers.people.models import Person, PersonKey
from linli.registers.people.rules import Field, Identity
from tests.actors import AT, CITY
from tests.registers.people.conftest import DISTRICT, ID_DAUGHTER, ID_MOTHER, Town, me

GOOD = {"name": "李桂兰", "region": DISTRICT, "phone": "13900139000", "id_number": "11010519491231002X",
        "consent_by_phone": True}


def test_an_agent_registers_a_caller_and_finds_them_masked(town: Town) -> None:
    ref = actions.register(**GOOD, address="长江西路1号", by=town.agent, at=AT)  # type: ignore[arg-type]
    found = queries.find_by_phone("139-0013-9000", by=town.agent)
    assert [(one.ref, one.name, one.phone, one.id_number, one.address, one.birth_on) for one in found] == [
        (ref, "李**", "139****9000", "*" * 14 + "002X", "*" * 6, None)]
    assert queries.find_by_number(found[0].number, by=town.agent) == found[0]
    card = queries.person(ref, by=me(ref))
    assert (card.name, card.phone, card.address, card.birth_on, card.gender) == (
        "李桂兰", "13900139000", "长江西路1号", date(1949, 12, 31), "female")
    facts = Entry.objects.filter(about=ref).order_by("id")
    assert [e.fact for e in facts] == ["people.PersonRegistered", "people.ConsentRecorded", "people.RealNameChecked"]
    assert facts[1].payload == {"person": str(ref), "way": "phone", "version": "2026-1"}
    assert not any(word in str(e.payload) for e in facts for word in ("李", "139001", "1949"))


def test_nothing_personal_lies_in_the_table_in_clear(town: Town) -> None:
    row = str(Person.objects.filter(ref=town.mother).values().get())
    assert not any(word in row for word in ("王", "13800138000", ID_MOTHER, "翠微路"))


@pytest.mark.parametrize(("change", "refusal", "field"), [
    ({"consent_by_phone": False}, RuleBroken, "consent_by_phone"), ({"region": "340103000000"}, NotAllowed, None),
    ({"region": "349999000000"}, NotAllowed, None), ({"name": ""}, RuleBroken, "name"),
    ({"phone": "1"}, RuleBroken, "phone"), ({"id_number": "11010519491231002"}, RuleBroken, "id_number"),
    ({"gender": "male"}, RuleBroken, "gender"), ({"gender": "robot"}, RuleBroken, "gender"),
    ({"birth_on": date(2000, 1, 1)}, RuleBroken, "birth_on"), ({"id_number": ID_MOTHER}, Conflict, "id_number"),
    ({"id_number": None, "birth_on": date(2030, 1, 1)}, RuleBroken, "birth_on"),
    ({"address": "路" * 201}, RuleBroken, "address"),
])
def test_a_refusal_names_the_field_and_registers_nobody(
    town: Town, change: dict[str, object], refusal: type[Refusal], field: str | None
) -> None:
    before = Person.objects.count(), PersonKey.objects.count(), Entry.objects.count()
    with pytest.raises(refusal) as why:
        actions.register(**{**GOOD, **change}, by=town.agent, at=AT)  # type: ignore[arg-type]
    assert why.value.field == field
    assert (Person.objects.count(), PersonKey.objects.count(), Entry.objects.count()) == before
    assert not any(word in str(why.value) for word in ("王", ID_MOTHER))


def test_nobody_registers_others_without_a_role(town: Town) -> None:
    for by in (ANONYMOUS, me(town.mother), town.officer):
        with pytest.raises(NotAllowed):
            actions.register(**GOOD, by=by, at=AT)  # type: ignore[arg-type]


def test_who_may_know_of_a_person(town: Town) -> None:
    assert queries.person(town.mother, by=town.officer).name == "王**"
    for by in (ANONYMOUS, town.stranger, me(town.daughter)):
        with pytest.raises(NotFound):
            queries.person(town.mother, by=by)
    assert queries.people([town.mother, town.daughter], by=town.officer).keys() == {town.mother}
    assert queries.find_by_phone("13800138000", by=town.stranger) == []
    assert queries.find_by_phone("13800138000", by=town.officer) == [], "an officer sees, but does not search by phone"


def test_names_are_masked_unless_one_stands_for_them(town: Town) -> None:
    both = [town.mother, town.daughter]
    assert queries.names(both) == {town.mother: "王**", town.daughter: "周*"}
    assert queries.names(both, by=me(town.daughter)) == {town.mother: "王**", town.daughter: "周敏"}
    assert queries.names(both, masked=False)[town.mother] == "王秀英"


def test_checking_a_real_name_later(town: Town) -> None:
    with pytest.raises(Conflict) as why:
        actions.check_real_name(town.daughter, id_number=ID_MOTHER, by=me(town.daughter), at=AT)
    assert why.value.field == "id_number"
    with pytest.raises(NotFound):
        actions.check_real_name(town.daughter, id_number=ID_DAUGHTER, by=me(town.mother), at=AT)
    actions.check_real_name(town.daughter, id_number=ID_DAUGHTER, by=me(town.daughter), at=AT)
    assert queries.ages([town.daughter, town.mother], on=date(2026, 6, 1)) == {town.daughter: 37, town.mother: 76}
    with pytest.raises(Conflict, match="Another ID number"):
        actions.check_real_name(town.daughter, id_number="11010519491231002X", by=me(town.daughter), at=AT)


class National:
    """A service that knows the names."""

    method = "national"

    def check(self, *, name: str, id_number: str, on: date) -> Identity:
        if name != "周敏":
            raise RuleBroken(access.ERASED, field="name")
        return registry.OfflineCheck().check(name=name, id_number=id_number, on=on)


def test_a_national_service_can_check_instead(town: Town) -> None:
    before = registry.use_real_name_check(National())
    try:
        actions.check_real_name(town.daughter, id_number=ID_DAUGHTER, by=me(town.daughter), at=AT)
        with pytest.raises(RuleBroken):
            actions.register(name="李强", region=CITY, id_number="11010519491231002X", by=SYSTEM, at=AT)
    finally:
        registry.use_real_name_check(before)
    assert Person.objects.get(ref=town.daughter).real_name_method == "national"


def test_changing_how_one_is_reached(town: Town) -> None:
    actions.change(town.mother, phone="13700137000", region="340104003000", by=me(town.mother), at=AT)
    assert queries.contacts([town.mother])[town.mother].phone == "13700137000"
    assert [one.ref for one in queries.find_by_phone("13700137000", by=town.agent)] == [town.mother]
    assert queries.find_by_phone("13800138000", by=town.agent) == []
    told = Entry.objects.get(fact="people.PersonChanged")
    assert told.payload == {"person": str(town.mother), "contact": True, "home": False, "region": True}
    actions.change(town.mother, phone="", by=me(town.mother), at=AT)
    assert queries.contacts([town.mother])[town.mother].phone == ""
    with pytest.raises(RuleBroken):
        actions.change(town.mother, phone="7", by=me(town.mother), at=AT)
    with pytest.raises(NotAllowed):
        actions.change(town.mother, phone="", by=town.officer, at=AT)


def test_opening_a_field_takes_a_reason_that_the_person_reads(town: Town) -> None:
    for by, refusal in ((town.stranger, NotFound), (town.agent, NotAllowed), (me(town.mother), NotAllowed)):
        with pytest.raises(refusal):
            actions.open_field(town.mother, field="phone", reason="回访服务质量", by=by, at=AT)
    for field, reason in (("phone", "看看"), ("wrapped", "回访服务质量")):
        with pytest.raises(RuleBroken):
            actions.open_field(town.mother, field=field, reason=reason, by=town.officer, at=AT)
    assert not Entry.objects.filter(fact="people.FieldOpened").exists()
    phone = actions.open_field(town.mother, field="phone", reason="回访王秀英的服务", by=town.officer, at=AT)
    assert phone == "13800138000"
    entry = Entry.objects.get(fact="people.FieldOpened")
    assert entry.visibility == "private" and "王秀英" not in str(entry.payload)
    assert [(o.field, o.reason, o.at) for o in queries.openings(town.mother, by=me(town.mother))] == [
        (Field.PHONE, "回访王秀英的服务", AT)]
    assert queries.openings(town.mother, by=town.officer) == []


def test_a_sealed_text_opens_in_its_own_place_only(town: Town) -> None:
    sealed = actions.seal(town.mother, "腿脚不便", context="needs.text:1")
    assert queries.open_sealed(town.mother, sealed, context="needs.text:1") == "腿脚不便"
    assert queries.open_sealed(town.mother, sealed, context="needs.text:2") == queries.ERASED
    assert queries.open_sealed(town.mother, None, context="x") == ""
    with pytest.raises(Unreadable):
        access.keyring().open(queries.key_for(town.daughter) or b"", sealed, context=f"{town.mother}:needs.text:1")


def test_erasing_destroys_every_copy(town: Town, django_assert_num_queries: Any) -> None:
    texts = [(ref, actions.seal(ref, "文字", context="c"), "c") for ref in (town.mother, town.daughter)]
    actions.open_field(town.mother, field="phone", reason="回访服务质量", by=town.officer, at=AT)
    with pytest.raises(NotFound):
        actions.erase(town.mother, by=town.stranger, at=AT)
    with pytest.raises(NotAllowed):
        actions.erase(town.mother, by=town.officer, at=AT)
    actions.erase(town.mother, by=me(town.mother), at=AT)
    with django_assert_num_queries(1):
        assert queries.open_many(texts) == [queries.ERASED, "文字"]
    assert not queries.exists(town.mother) and queries.key_for(town.mother) is None
    assert queries.names([town.mother], masked=False) == {town.mother: speak(queries.ERASED_PERSON)}
    assert queries.ages([town.mother], on=AT.date()) == {}
    for by in (me(town.mother), town.officer, SYSTEM):
        with pytest.raises(NotFound):
            queries.person(town.mother, by=by)
    with pytest.raises(RuleBroken, match="erased"):
        actions.seal(town.mother, "x", context="c")
    again = actions.register(name="王秀英", id_number=ID_MOTHER, region=DISTRICT, by=SYSTEM, at=AT)
    assert again != town.mother
