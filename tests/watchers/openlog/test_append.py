"""The log grows by what is public in the journal, and can be made again from it."""
import json
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from linli.engines.journal import actions as journal
from linli.engines.journal import queries as entries
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.accounts.events import SignedIn
from linli.watchers.openlog import access, actions, jobs, queries
from linli.watchers.openlog.actions import growing, keys
from linli.watchers.openlog.models import Checkpoint, Head, Leaf, Tile
from linli.watchers.openlog.rules import leaves, merkle, notes, receipts, tiles
from tests.actors import AT
from tests.watchers.openlog.conftest import Publish, listed, rated, record


def known() -> list[notes.VerifierKey]:
    return [notes.read_key(one.verifier) for one in queries.log_keys()]


def test_public_facts_become_leaves_in_order_and_others_do_not(publish: Publish) -> None:
    record(SignedIn(new_ref()), about=new_ref())
    refs = publish(3)
    found = queries.entries()
    assert [(one.index, one.series, one.number) for one in found] == [
        (2, "directory", 3), (1, "directory", 2), (0, "directory", 1)]
    assert json.loads(found[1].payload or "")["about"] == str(refs[1])
    head = queries.head()
    assert head and head.size == 3 and head.origin == "localhost/log"
    assert notes.checked(notes.read(head.note), known()) == known()


def test_before_anything_is_public_there_is_no_checkpoint(db: None) -> None:
    record(SignedIn(new_ref()), about=new_ref())
    journal.run()
    assert queries.head() is None and queries.entries() == [] and queries.days().size == 0


def test_a_receipt_proves_the_entry_and_what_it_says(publish: Publish) -> None:
    refs = publish(5)
    receipt = receipts.read(queries.receipt(refs[3]).text)
    extra = json.loads(receipt.extra or b"")
    assert receipt.index == 3 and receipts.proves(receipt, extra["entry"].encode())
    assert leaves.belongs(leaves.canonical(extra["payload"]), leaves.read_entry(extra["entry"].encode()))
    assert notes.checked(notes.read(receipt.checkpoint), known()) == known()
    assert queries.receipt(3).text == queries.receipt(refs[3]).text


@pytest.mark.parametrize("sizes", [(1, 1, 1), (255, 1, 1), *(
    pytest.param(sizes, marks=pytest.mark.slow) for sizes in ((250, 300), (600,), (256, 256)))])
def test_every_tile_is_that_of_the_whole_tree_however_it_came(
    publish: Publish, sizes: tuple[int, ...], django_assert_num_queries: Any,
) -> None:
    for size in sizes:
        publish(size)
    texts = [row.entry.encode() for row in Leaf.objects.order_by("index")]
    tree = merkle.Tree()
    for text in texts:
        tree.append(merkle.SHA256.leaf(text))
    head = queries.head()
    assert head and head.size == sum(sizes) == tree.size and head.root == tree.root() == queries.root(tree.size)
    for tile in tiles.tiles(tree.size):
        level, first = (tile.level or 0) * tiles.HEIGHT, tile.number * tiles.WIDTH
        assert queries.tile(tile) == b"".join(tree.read(level, first + n) for n in range(tile.width)), tile
    for tile in tiles.bundles(tree.size):
        assert queries.tile(tile) == tiles.bundled(texts[tile.number * tiles.WIDTH :][: tile.width])
    for index in range(0, tree.size, 7):
        at_once = access.Reader(tree.size, near=index, peaks=head.peaks)
        with django_assert_num_queries(0):
            proof = merkle.inclusion(index, tree.size, at_once)
        assert proof == merkle.inclusion(index, tree.size, tree.read)
        assert index % 5 or proof == merkle.inclusion(index, tree.size, access.Reader(tree.size))
    for old in {1, sizes[0], tree.size - 1 or 1}:
        assert queries.consistency(old, tree.size) == merkle.consistency(old, tree.size, tree.read)


def head(size: int) -> keys.Locked:
    """As it stands locked; no tree that this process has made has such peaks."""
    return keys.Locked(size, size, size, b"of no tree", "{}", "[]")


@pytest.mark.slow
def test_two_full_levels_of_tiles_are_kept_and_proved(db: None, django_assert_num_queries: Any) -> None:
    """65,536 + leaves would take long through the journal: the hashes alone are put in."""
    count = tiles.WIDTH**2 + 300
    hashes = [merkle.SHA256.leaf(b"%d" % number) for number in range(count)]
    tree = merkle.Tree()
    tree.extend(b"".join(hashes))
    edge = merkle.Frontier()
    full = [edge.append(one) for one in hashes]
    with connection.cursor() as cursor:
        for start in range(0, count - 300, 32_768):
            part = slice(start, start + 32_768)
            growing._fill(cursor, head(start), hashes[part], [one for one in full[part] if one])
    Leaf.objects.bulk_create([
        Leaf(index=count - 300 + n, position=n + 1, about=UUID(int=n), series="x", number=n + 1, day=AT.date(),
             entry="", payload="", hash=hashes[count - 300 + n]) for n in range(300)])
    with connection.cursor() as cursor:
        growing._fill(cursor, head(count - 300), hashes[count - 300 :], [one for one in full[count - 300 :] if one])
    assert queries.root(count) == tree.root()
    assert Tile.objects.filter(level=1).count() == 1
    for index in (0, 40_000, 65_535, 65_536, count - 1):
        proof = merkle.inclusion(index, count, tree.read)
        assert merkle.inclusion(index, count, access.Reader(count)) == proof
        at_once = access.Reader(count, near=index, peaks=edge.peaks)
        with django_assert_num_queries(0):
            assert merkle.inclusion(index, count, at_once) == proof


def test_a_page_about_the_log_asks_little(publish: Publish, django_assert_num_queries: Any) -> None:
    (ref, *_) = publish(300)
    actions.rotate(by=SYSTEM, at=AT)
    with django_assert_num_queries(1):
        state = queries.state()
    assert state.head == queries.head() and [one.number for one in state.keys] == [2, 1]
    with django_assert_num_queries(1):
        (leaf,) = queries.about(ref)
    assert state.head
    with django_assert_num_queries(1):
        made = queries.proved(leaf, state.head)
    assert made == queries.receipt(ref)
    with django_assert_num_queries(1):
        assert queries.openings(leaf, by=SYSTEM) == []
    with django_assert_num_queries(1):
        assert queries.days().by_series == {"directory": 300}


def test_days_and_series_add_up_and_count_without_gaps(publish: Publish) -> None:
    for _ in range(4):
        rated()
    publish(7)
    found = queries.days()
    assert found.size == 11 and sum(day.leaves for day in found.days) == 11
    assert queries.series() == {"directory": 7, "orders": 4}
    for series, count in queries.series().items():
        assert sorted(one.number for one in queries.entries(series=series)) == list(range(1, count + 1))
    late = listed(1)
    record(SignedIn(late[0]), about=late[0])
    journal.run()
    assert queries.days().size == queries.size() == 12


def test_an_entry_read_twice_is_one_leaf(publish: Publish) -> None:
    publish(3)
    again = [entry for _, entry in entries.entries(after=0)]
    assert actions.append(again, by=SYSTEM, at=AT) == 0 and queries.size() == 3


def test_made_again_the_log_has_the_same_bytes_and_nothing_is_signed_twice(publish: Publish) -> None:
    orders = [rated() for _ in range(3)]
    publish(300)
    publish(5)
    before = {row.index: (row.entry, row.payload, bytes(row.hash)) for row in Leaf.objects.all()}
    head, signed, opened = queries.head(), Checkpoint.objects.count(), queries.openings(orders[0], by=SYSTEM)
    actions.withhold(7, reason="court", by=SYSTEM, at=AT)
    journal.rebuild("openlog")
    assert not Leaf.objects.exists() and queries.head() == head  # what was signed stays
    journal.run(most=100)
    after = {row.index: (row.entry, row.payload, bytes(row.hash)) for row in Leaf.objects.all()}
    assert after.pop(7)[1] == "" and before.pop(7)  # withheld stays withheld
    withheld = after.pop(308)
    assert "openlog.PayloadWithheld" in withheld[0] and after == before
    assert Checkpoint.objects.count() == signed + 1 and queries.size() == 309
    assert queries.openings(orders[0], by=SYSTEM) == opened


def test_a_log_that_comes_out_otherwise_is_not_signed_and_stops(publish: Publish) -> None:
    publish(20)
    head = queries.head()
    journal.rebuild("openlog")
    Entry.objects.filter(position=4).update(payload={"tampered": 1})
    with pytest.raises(actions.LogBroken, match="another root"):
        journal.catch_up("openlog")
    assert queries.head() == head and not Leaf.objects.exists()
    journal.run()
    assert entries.lag()["openlog"][1] == "LogBroken"


def test_a_fact_with_a_fraction_stops_the_log_and_not_the_others(publish: Publish) -> None:
    (ref,) = listed(1)
    Entry.objects.update(payload={"service": str(ref), "price": 1.5})
    journal.run()
    assert entries.lag()["openlog"][1] == "LeafBroken" and entries.lag()["search"][1] == ""


def test_the_checkpoint_of_each_append_begins_with_the_one_before(publish: Publish) -> None:
    heads = []
    for count in (1, 4, 300, 1):
        publish(count)
        heads.append(queries.head())
    for old, new in pairwise(heads):
        assert old and new
        proof = queries.consistency(old.size, new.size)
        assert merkle.consistent(old.size, new.size, proof, old.root, new.root)


def test_a_leaf_says_its_moment_to_the_second(publish: Publish) -> None:
    (ref,) = publish(1)
    leaf = queries.receipt(ref).leaf
    assert leaf.at == AT and timedelta(0) <= AT - leaf.at < timedelta(seconds=1)


def test_on_an_older_backup_the_log_does_not_go_on(publish: Publish) -> None:
    """It would sign another history than the one that others remember."""
    publish(3)
    older = Head.objects.values().get()
    publish(3)
    jobs.write_files(AT)
    Checkpoint.objects.filter(size__gt=3).delete()
    Leaf.objects.filter(index__gte=3).delete()
    Head.objects.update(**older)
    Entry.objects.filter(position__gt=3).delete()
    entry = EntryCard(4, "directory.ServicePaused", UUID(int=1), {}, SYSTEM.ref, AT, 4)
    with pytest.raises(actions.LogBroken, match="6 leaves, the database has signed 3"):
        actions.append([entry], by=SYSTEM, at=AT)
    assert queries.size() == 3
