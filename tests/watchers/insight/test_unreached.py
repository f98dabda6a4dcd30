"""Special groups whom nobody reached: counted as by hand, small figures hidden, names only for who may open them."""
from datetime import timedelta
from types import ModuleType
from uuid import UUID

import pytest

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed
from linli.registers.people import actions as people
from linli.watchers.insight import queries
from linli.work.needs import actions as needs
from tests.actors import AT, CITY, actor
from tests.registers.visiting import text, visit
from tests.work.needs.conftest import HUPO, LUYANG, SHUSHAN, XIAOYAOJIN, as_role

NOW = AT + timedelta(days=100)


@pytest.fixture
def officer(regions: ModuleType) -> Actor:
    return as_role("officer", f"region:{CITY}")


def member(region: str, group: str, *, asked: int | None = None) -> UUID:
    """Somebody of a group; `asked` is how many days ago they asked for help."""
    ref = people.register(name="李桂芳", region=region, by=SYSTEM, at=AT)
    people.record_group(ref, group=group, by=SYSTEM, at=AT)
    if asked is not None:
        needs.post(text="想找人上门帮忙洗澡", by=as_role("resident", f"person:{ref}", person=ref),
                   at=NOW - timedelta(days=asked))
    return ref


@pytest.fixture
def town(officer: Actor) -> dict[str, list[UUID]]:
    """Fourteen who live alone: in one street six unreached and two reached, in another five unreached and one reached;
    three of low income; six who suffered violence."""
    return {
        "hupo": [member(HUPO, "living_alone") for _ in range(5)] + [member(HUPO, "living_alone", asked=95)],
        "reached": [member(HUPO, "living_alone", asked=89), member(HUPO, "living_alone", asked=1),
                    member(XIAOYAOJIN, "living_alone", asked=5)],
        "xiaoyaojin": [member(XIAOYAOJIN, "living_alone") for _ in range(5)],
        "poor": [member(HUPO, "low_income") for _ in range(3)],
        "violence": [member(HUPO, "violence") for _ in range(6)],
    }


def told(found: list[queries.Unreached]) -> dict[str, tuple[int | None, int | None]]:
    return {one.key: (one.members, one.unreached) for one in found if one.members != 0}


def test_who_neither_asked_nor_was_visited_nor_signed_in_counts(town: object, officer: Actor) -> None:
    found = queries.unreached(by=officer, at=NOW)
    assert (found.days, found.group, told(found.lines)) == (90, "living_alone", {SHUSHAN: (8, 6), LUYANG: (6, 5)})
    assert told(found.groups) == {"living_alone": (14, 11), "low_income": (None, None)}, "three are too few to tell"
    assert told(queries.unreached(region=SHUSHAN, by=officer, at=NOW).lines) == {HUPO: (8, 6)}
    assert told(queries.unreached(days=28, by=officer, at=NOW).lines) == {SHUSHAN: (8, 7), LUYANG: (6, 5)}


def test_one_small_figure_takes_another_along(town: dict[str, list[UUID]], officer: Actor) -> None:
    member(SHUSHAN, "living_alone")
    found = queries.unreached(region=SHUSHAN, by=officer, at=NOW)
    assert told(found.lines) == {HUPO: (None, None), "": (None, None)}
    assert told(found.groups)["living_alone"] == (9, 7)


def test_each_circle_and_region_sees_its_own(town: object, officer: Actor) -> None:
    seen = {one.key for one in queries.unreached(by=officer, at=NOW).groups}
    assert "low_income" in seen and "violence" not in seen
    protector = as_role("protection_officer", f"region:{CITY}")
    assert told(queries.unreached(group="violence", by=protector, at=NOW).lines) == {SHUSHAN: (6, 6)}
    assert queries.unreached(group="violence", by=officer, at=NOW).group != "violence"
    township = as_role("officer", f"region:{HUPO}")
    assert told(queries.unreached(region=LUYANG, by=township, at=NOW).lines) == {HUPO: (8, 6)}
    for by in (as_role("auditor", f"region:{CITY}"), as_role("hotline_agent", f"region:{CITY}"),
               actor(f"region:{CITY}", "people.see_care_groups")):
        with pytest.raises(NotAllowed):
            queries.unreached(by=by, at=NOW)


def test_names_are_for_who_may_open_them_and_stay_masked(town: dict[str, list[UUID]], officer: Actor) -> None:
    found = queries.people(group="living_alone", region=HUPO, by=officer, at=NOW)
    assert {card.ref for card, _ in found.items} == set(town["hupo"]) and found.total == 6
    assert {card.name for card, _ in found.items} == {"李**"}
    assert max(str(last.date()) if last else "" for _, last in found.items) == str((NOW - timedelta(days=95)).date())
    closed = actor(f"region:{CITY}", "insight.see", "people.see", "people.see_care_groups")
    assert not queries.unreached(by=closed, at=NOW).opens
    for by, group in ((closed, "living_alone"), (officer, "violence"), (officer, "x")):
        with pytest.raises(NotAllowed):
            queries.people(group=group, by=by, at=NOW)


def test_pages_lead_to_the_place_where_opening_is_recorded(town: dict[str, list[UUID]], officer: Actor) -> None:
    page = text(visit("/officer/unreached/", by=officer, at=NOW))
    assert "Who they are" in page and "not shown" in page and "李" not in page.partition("<main")[2]
    listed = visit(f"/officer/unreached/people/?group=living_alone&region={HUPO}", by=officer, at=NOW)
    assert f"/officer/people/{town['hupo'][0]}/" in text(listed) and "李桂芳" not in text(listed)
    assert "it is recorded" in text(listed)
    closed = actor(f"region:{CITY}", "insight.see", "people.see", "people.see_care_groups")
    assert "Who they are" not in text(visit("/officer/unreached/", by=closed, at=NOW))
    assert visit("/officer/unreached/people/?group=living_alone", by=closed, at=NOW).status_code == 403
