"""The index against every text read one by one, whatever was put in, changed and taken out."""
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.engines.search import actions, jobs, queries, registry, rules
from linli.engines.search.models import Indexed, Shelf, postings
from linli.engines.search.registry import Document
from linli.engines.search.rules import sets, sounds, tokens
from linli.kernel.geometry import Point, cell
from tests.engines.search.conftest import Shelf as Things

SIGNS = "养老院中心服务区社 、iI1ｉ"  # no letters that can be said
texts = st.text(SIGNS, min_size=1, max_size=9)
LIMIT = 1000
NOON, NIGHT = datetime(2026, 7, 28, 4, tzinfo=UTC), datetime(2026, 7, 28, 19, tzinfo=UTC)


def kept() -> set[tuple[int, int]]:
    """What stands in the table: tokens and keys of documents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, shelf, count, places FROM search_postings")
        rows = cursor.fetchall()
    found = set()
    for token, shelf, count, places in rows:
        there = sets.places(sets.read(bytes(places)))
        assert len(there) == count > 0
        found |= {(token, shelf << tokens.SHELF | int(place)) for place in there}
    return found


def due() -> set[tuple[int, int]]:
    """What should stand there, from the documents alone."""
    found = set()
    for row in Indexed.objects.all():
        (document,) = actions._documents([row])
        found |= {(int(token) >> tokens.SHELF, row.id) for token in tokens.index([document])}
    return found


def index(documents: dict[UUID, Document]) -> None:
    registry.KINDS["thing"] = registry.Kind(
        "thing", registry.KINDS["thing"].name, lambda refs: [d for d in documents.values() if d.ref in refs],
        lambda entry: [entry.about])
    actions.index("thing", documents.keys() | set(Indexed.objects.values_list("ref", flat=True)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, st.integers(0, 3)), min_size=1, max_size=12), st.lists(texts, min_size=3))
@pytest.mark.slow
def test_what_is_found_is_what_every_text_says(shelf: Things, given_: list[tuple[str, str, int]], asked: list[str]
                                               ) -> None:
    actions.forget()
    things = {UUID(int=n): Document(UUID(int=n), title, "/", body, weight=weight)
              for n, (title, body, weight) in enumerate(given_)}
    index(things)
    parts = [title[n : n + 3] for title, _, _ in given_ for n in range(len(title))]
    for q in [*asked, *parts, *(body for _, body, _ in given_)]:
        terms = rules.terms(q)
        right = [ref for ref, one in things.items() if terms and rules.tier(
            tokens.plain(rules.clean(one.title)), tokens.plain(rules.clean(one.body)), query="-", wanted=terms)
            is not None]
        found = queries.results(q, limit=LIMIT)
        assert sorted(hit.ref for hit in found.hits) == sorted(right), q
        assert found.exact and sum(found.counts.values()) == len(right)
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.integers(0, 5), st.tuples(texts, texts, st.integers(0, 1))), min_size=2, max_size=5))
@pytest.mark.slow
def test_the_table_says_what_the_documents_say_after_any_change(
    shelf: Things, versions: list[dict[int, tuple[str, str, int]]],
) -> None:
    actions.forget()
    for version in versions:
        index({UUID(int=n): Document(UUID(int=n), title, "/", body, region_code="340104003000", weight=weight,
                                     cell=cell(Point(117.22, 31.82)) if len(body) % 2 else None)
               for n, (title, body, weight) in version.items()})
        assert {row.ref.int for row in Indexed.objects.all()} == version.keys()
        assert kept() == due()


def test_full_shelves_are_followed_by_new_ones_and_the_shortest_names_stand_first(
    shelf: Things, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "ROOM", 4)
    index({UUID(int=n): Document(UUID(int=n), "养老" * (10 - n), "/") for n in range(10)})
    assert [one.filled for one in Shelf.objects.order_by("number")] == [4, 4, 2]
    assert [len(hit.title) for hit in queries.search("养老", limit=3)] == [2, 4, 6]
    assert len(queries.search("养老", limit=20)) == 10


def test_a_thousand_of_a_kind_read_as_a_thousand_or_more(shelf: Things) -> None:
    index({UUID(int=n): Document(UUID(int=n), f"养老站{n}", "/") for n in range(1003)})
    found = queries.results("养老")
    assert not found.exact and found.counts == {"thing": queries.MOST_COUNTED} and len(found.hits) == 20


def test_dense_and_sparse_sets_are_kept_and_read_alike() -> None:
    few, many = np.arange(0, 900, 3, dtype=np.uint16), np.arange(0, sets.SIZE, 2, dtype=np.uint16)
    for one in (few, many, sets.NOTHING):
        assert sets.places(sets.read(sets.written(one))).tolist() == one.tolist()
    assert len(sets.written(many)) == sets.SIZE // 8
    dense, sparse = sets.read(sets.written(many)), sets.read(sets.written(few))
    both = sorted(set(few.tolist()) & set(many.tolist()))
    assert sets.places(sets.both(dense, sparse)).tolist() == sets.places(sets.both(sparse, dense)).tolist() == both
    assert sets.places(sets.either([dense, sparse])).tolist() == sorted(set(few.tolist()) | set(many.tolist()))
    assert sets.without(sparse, dense).tolist() == sorted(set(few.tolist()) - set(many.tolist()))
    assert sets.places(sets.both(dense, dense)).tolist() == many.tolist()
    assert postings.INLINE < sets.MOST_LISTED


def test_many_shelves_are_reckoned_with_as_each_alone() -> None:
    """Listed and dense places, shelves about which only one of two says anything: as sets of numbers say."""
    random = np.random.default_rng(7)
    sizes = [0, 3, 300, 5000, 30000]

    def one() -> tuple[sets.Wide, dict[int, set[int]]]:
        known = random.random(6) < 0.7
        on = {n: np.sort(random.choice(sets.SIZE, random.choice(sizes), replace=False)).astype(np.uint16)
              for n in range(6) if known[n]}
        return (sets.wide({n: sets.read(sets.written(there)) for n, there in on.items()}, known),
                {n: set(there.tolist()) for n, there in on.items()})

    def told(found: sets.Wide) -> dict[int, list[int]]:
        return {n: [key - (n << tokens.SHELF) for key in found.between(n, n + 1)]
                for n in np.flatnonzero(found.known).tolist()}

    for _ in range(8):
        (a, left), (b, right) = one(), one()
        together = {n: sorted(left[n] & right[n] if n in left and n in right else left.get(n, right.get(n, set())))
                    for n in left.keys() | right.keys()}
        assert told(sets.meet(a, b)) == together
        assert told(sets.join([a, b])) == {n: sorted(left[n] | right[n]) for n in left.keys() & right.keys()}
        assert a.sizes().tolist() == [len(left.get(n, ())) for n in range(6)]
        assert [*a.between(0, 6)] == [n << tokens.SHELF | place for n in sorted(left) for place in sorted(left[n])]


def test_one_kind_is_found_and_the_others_counted_where_sets_are_large(
    shelf: Things, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postings, "INLINE", 2)
    index({UUID(int=n): Document(UUID(int=n), f"养老站{n}", "/") for n in range(9)})
    registry.KINDS["other"] = registry.Kind("other", registry.KINDS["thing"].name, lambda refs: [
        Document(ref, f"养老院{ref.int}", "/") for ref in refs], lambda entry: [entry.about])
    actions.index("other", [UUID(int=n) for n in range(100, 107)])
    found = queries.results("养老", kinds=["thing"], limit=3)
    assert {hit.kind for hit in found.hits} == {"thing"} and found.counts == {"thing": 9, "other": 7}


def test_who_begins_so_is_told_apart_by_four_units() -> None:
    """`shijiazhai` is no beginning of 石家庄: three syllables and four first letters are looked up."""
    def begins(title: str, letters: str) -> bool:
        found = {int(token) >> tokens.SHELF for token in tokens.index(
            [tokens.Document(0, title, "", sounds.sounds(title), "", None)])}
        asked = sounds.asked(letters)
        assert asked
        return any(all(found & {*element} for element in tokens.said_begins(way)) for way in asked.ways)

    for letters in ("shijiazhuang", "shijiazhu", "shijz", "sjzs", "sjz", "shijia"):
        assert begins("石家庄市养老院", letters), letters
    for letters in ("shijiazhai", "sjlg", "sjzy"):
        assert not begins("石家庄市养老院", letters), letters


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True)
def test_scattered_rows_are_laid_together_and_say_the_same(shelf: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ROOM", 4)
    monkeypatch.setattr(postings, "_LARGE", 0)
    index({UUID(int=n): Document(UUID(int=n), f"养老服务站{n}", "/", "上门护理") for n in range(40)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_postings")
    before = kept()
    assert jobs.lay_together(NOON) is False, "by day nothing is moved"
    assert jobs.lay_together(NIGHT) is True
    assert kept() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, shelf FROM search_postings ORDER BY ctid")
        found = cursor.fetchall()
    assert found == sorted(found), "what stands under one token lies together"
    assert jobs.lay_together(NIGHT) is False, "what lies in order is left alone"
    shelf.put("养老服务站新", told=False)
    index(shelf.things)
    assert [hit.title for hit in queries.search("养老服务")] == ["养老服务站新"], "and it is changed as before"
    assert kept() == due()


@pytest.mark.slow
@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True)
def test_nobody_who_searches_waits_for_one_who_reads_for_long(shelf: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ROOM", 4)
    monkeypatch.setattr(postings, "_LARGE", 0)
    index({UUID(int=n): Document(UUID(int=n), f"养老服务站{n}", "/") for n in range(40)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_postings")
    before = kept()
    reader = connection.copy()
    try:
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_postings")
            with pytest.raises(OperationalError, match="lock timeout"):
                actions.lay_together()
    finally:
        reader.close()
    assert kept() == before
    assert len(queries.search("养老服务", limit=50)) == 40
    assert actions.lay_together() is True, "the next time it is done"


def asked_for(q: str, shelf: Things) -> tuple[list[str], int]:
    """The titles found, and how many statements that took."""
    with CaptureQueriesContext(connection) as statements:
        found = queries.results(q, limit=LIMIT)
    copies = connection.vendor == "postgresql"  # whose larger sets come by COPY, which is not counted
    return sorted(hit.title for hit in found.hits), len(statements) + copies


def test_what_is_at_hand_is_used_until_its_shelf_changes(shelf: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "INLINE", 2)
    monkeypatch.setattr(postings, "_at_hand", {})
    things = {UUID(int=n): Document(UUID(int=n), f"养老服务站{n}", "/") for n in range(8)}
    index(things)
    first, asked = asked_for("养老服务", shelf)
    assert len(first) == 8 and asked == 3, "the directory, the sets, the texts"
    again, asked = asked_for("养老服务", shelf)
    assert again == first and asked == 2 + (connection.vendor == "postgresql"), "no set is read twice"
    things[UUID(int=8)] = Document(UUID(int=8), "养老服务站8", "/")
    index(things)
    assert asked_for("养老服务", shelf)[0] == sorted([*first, "养老服务站8"])
    del things[UUID(int=3)]
    index(things)
    assert "养老服务站3" not in asked_for("养老服务", shelf)[0]
    actions.forget()
    index({UUID(int=20): Document(UUID(int=20), "养老服务站20", "/")})
    assert asked_for("养老服务", shelf)[0] == ["养老服务站20"], "nor what a shelf of this number once had"


def test_what_is_at_hand_is_bounded(shelf: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "INLINE", 2)
    monkeypatch.setattr(postings, "AT_HAND", 3)
    monkeypatch.setattr(postings, "_at_hand", {})
    index({UUID(int=n): Document(UUID(int=n), f"助餐照料驿站{n}", "/") for n in range(8)})
    for q in ("助餐", "照料", "驿站", "助餐", "餐照", "料驿"):
        assert len(queries.results(q, limit=LIMIT).hits) == 8
        assert len(postings._at_hand) <= 3
