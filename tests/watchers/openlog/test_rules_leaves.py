"""What a leaf holds: canonical bytes, commitments and what opens them."""
import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.watchers.openlog.rules import facts, leaves
from tests.watchers.openlog.samples import Told
from tests.watchers.openlog.samples import leaf as made

JCS = json.loads((Path(__file__).parent / "data" / "jcs.json").read_text())
AT = datetime(2026, 11, 22, 16, 30, 5, 999_999, tzinfo=UTC)
SALTS = leaves.Salts(b"k" * 32)
ABOUT = UUID(int=7)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXTS)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
                    max_leaves=12)


def leaf(fields: dict[str, Any], *committed: str, number: int = 17) -> tuple[str, str]:
    maker = leaves.Maker(lambda fact, names: committed, SALTS)
    return made(Told("orders.OrderRated", ABOUT, fields, AT, 99), number=number, maker=maker)


@pytest.mark.parametrize("name", sorted(JCS))
def test_canonical_as_others_have_it(name: str) -> None:
    """Their cases with fractions are compared without those, which a leaf never has."""
    given = json.loads(JCS[name]["input"])
    kept = whole(given)
    wanted = JCS[name]["output"].strip() if kept == given else rfc8785.dumps(kept).decode()
    assert leaves.canonical(kept).decode() == wanted
    assert (kept == given) is (name in {"arrays", "french", "unicode", "weird"})


def whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items() if not isinstance(one, float)}
    return [whole(one) for one in value if not isinstance(one, float)] if isinstance(value, list) else value


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_canonical_as_the_library_has_it(value: Any) -> None:
    assert leaves.canonical(value) == rfc8785.dumps(value)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXTS, PLAIN, max_size=6), st.sets(st.integers(0, 5)))
def test_a_leaf_put_together_by_parts_is_canonical(fields: dict[str, Any], places: set[int]) -> None:
    committed = tuple(name for place, name in enumerate(fields) if place in places)
    for text in leaf(fields, *committed, "about"):
        assert rfc8785.dumps(json.loads(text)) == text.encode()


@pytest.mark.parametrize("value", [1.5, [1, 2.0], {"a": ("x", float("nan"))}, 2**53, {"a": -(2**53)}, "\ud800",
                                   {"\udfff": 1}, {1: 2}, {"a": date(2026, 1, 1)}])
def test_what_has_no_place_in_a_leaf_is_refused(value: Any) -> None:
    with pytest.raises(leaves.LeafBroken):
        leaves.canonical(value)
    with pytest.raises(leaves.LeafBroken):
        leaf({"field": value}, "field")


def test_the_entry_says_when_in_utc_and_on_which_day_in_shanghai() -> None:
    entry, payload = leaf({"grade": 4, "service": "s"})
    told = json.loads(entry)
    assert told == {
        "at": "2026-11-22T16:30:05Z", "day": "2026-11-23", "fact": "orders.OrderRated", "number": 17,
        "series": "orders", "v": 1, "hash": leaves.sha256(payload.encode()).hex()}
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert leaves.moment(elsewhere) == told["at"] and leaves.day_of(elsewhere).isoformat() == told["day"]
    read = leaves.read_entry(entry.encode())
    assert (read.number, read.series, read.day) == (17, "orders", date(2026, 11, 23))
    assert leaves.belongs(payload.encode(), read) and not leaves.belongs(payload.encode() + b" ", read)


def test_a_committed_field_is_hidden_and_opened_by_its_salt_alone() -> None:
    fields = {"order": "the-order", "grade": 4, "person": None}
    _, payload = leaf(fields, "about", "order", "person")
    assert "the-order" not in payload and str(ABOUT) not in payload
    told = json.loads(payload)
    assert told["fields"]["grade"] == 4 and list(told["fields"]["order"]) == ["commitment"]
    opened = leaves.openings(fields, str(ABOUT), ("about", "order", "person"), SALTS, 99)
    assert [one.field for one in opened] == ["about", "order", "person"]
    assert all(leaves.opens(one, told) for one in opened)
    again = leaves.read_openings(json.dumps([one.told() for one in opened]))
    assert again == opened
    for wrong in (leaves.Opening("order", opened[1].salt, "another"), leaves.Opening("order", b"x" * 32, "the-order"),
                  leaves.Opening("person", opened[1].salt, "the-order"), leaves.Opening("grade", opened[1].salt, 4)):
        assert not leaves.opens(wrong, told)


def test_salts_differ_by_field_place_and_key_and_come_again() -> None:
    assert SALTS(1, 9) == leaves.Salts(b"k" * 32)(1, 9) and SALTS(1, 9).startswith(SALTS(1, 4))
    every = SALTS(1, 9) + SALTS(2, 9) + SALTS(11, 9) + leaves.Salts(b"l" * 32)(1, 9)
    each = {every[place : place + leaves.SALT] for place in range(0, len(every), leaves.SALT)}
    assert len(each) == 4 * 12 and leaves.SALT == 32  # 128 bits in hex


def test_what_ten_fields_hide_is_opened_by_a_salt_of_each() -> None:
    fields = {f"field{number}": number for number in range(10)}
    _, payload = leaf(fields, *fields, "about")
    opened = leaves.openings(fields, str(ABOUT), ("about", *fields), SALTS, 99)
    assert len({one.salt for one in opened}) == 11 and {len(one.salt) for one in opened} == {16}
    assert all(leaves.opens(one, json.loads(payload)) for one in opened)


def test_the_names_of_a_fact_say_which_salt_is_whose() -> None:
    """However the journal's database gives the fields back, the leaf made again is the same."""
    assert leaf({"order": "o", "person": "p"}, "order", "person") == leaf(
        {"person": "p", "order": "o"}, "person", "order")
    with pytest.raises(leaves.LeafBroken):
        leaf({"about": "x"}, "about")


def test_what_nobody_knows_any_more_is_committed_whole() -> None:
    assert facts.committed("gone.SomethingElse", {"a": 1, "b": 2}) == ("about", "a", "b")
    assert facts.committed("orders.OrderRated", {}) == ("about", "order", "person", "region")


GOOD = json.loads(leaf({"grade": 4})[0])


@pytest.mark.parametrize("change", [
    {"number": 0}, {"number": True}, {"number": "1"}, {"v": 2}, {"hash": "AB"}, {"at": "2026-11-22T16:30:05+00:00"},
    {"at": "2026-13-22T16:30:05Z"}, {"day": "2026-11-22"}, {"series": "needs"}, {"fact": 3}, {"more": 1},
])
def test_what_is_no_entry_of_ours_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(leaves.LeafBroken):
        leaves.read_entry(rfc8785.dumps(GOOD | change))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b'{"at":1.5}', b"\xff", b"[" * 100_000])
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(leaves.LeafBroken):
        leaves.read_entry(data)


def test_an_entry_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(leaves.LeafBroken, match="canonical"):
        leaves.read_entry(json.dumps(GOOD).encode())


@pytest.mark.parametrize("text", ["", "{}", '[{"field": "a"}]', '[{"field":"a","salt":"x","value":1}]', "[1]"])
def test_what_are_no_openings_is_refused(text: str) -> None:
    with pytest.raises(leaves.LeafBroken):
        leaves.read_openings(text)
