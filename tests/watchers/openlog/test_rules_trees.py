"""Trees and tiles: the cases of others, and properties over all sizes."""
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.watchers.openlog.rules import merkle, tiles

CASES = [json.loads(line) for line in (Path(__file__).parent / "data" / "merkle.jsonl").read_text().splitlines()]
SIZES = st.integers(0, 1100)


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def grown(size: int) -> merkle.Tree:
    tree = merkle.Tree()
    for number in range(size):
        tree.append(merkle.SHA256.leaf(b"%d" % number))
    return tree


LARGE = grown(1100)


def test_there_are_as_many_cases_as_were_published() -> None:
    assert len(CASES) == 196


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case: dict[str, Any]) -> None:
    proof = [raw(one) for one in case["proof"] or []]
    if "leafHash" in case:
        proper = merkle.included(raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"]))
    else:
        proper = merkle.consistent(case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"]))
    assert proper is not case["wantErr"]


@settings(max_examples=40)
@given(SIZES, st.data())
def test_every_leaf_of_every_tree_is_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    if not size:
        return
    index = data.draw(st.integers(0, size - 1))
    root, proof = LARGE.root(size), merkle.inclusion(index, size, LARGE.read)
    leaf = LARGE.read(0, index)
    assert merkle.included(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, 1100))
    assert not merkle.included(merkle.SHA256.leaf(b"another"), index, size, proof, root)
    assert other == index or not merkle.included(leaf, other, size, proof, root)
    assert not merkle.included(leaf, index, size, [*proof, root], root)
    if proof:
        assert not merkle.included(leaf, index, size, proof[:-1], root)
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.included(leaf, index, size, [*proof[:place], root, *proof[place + 1 :]], root)


@given(SIZES, SIZES)
def test_every_tree_is_proved_to_begin_with_the_smaller_ones(one: int, other: int) -> None:
    old, size = sorted((one, other))
    proof = merkle.consistency(old, size, LARGE.read)
    first, root = LARGE.root(old), LARGE.root(size)
    assert merkle.consistent(old, size, proof, first, root) is (old > 0)
    if 0 < old < size:
        assert not merkle.consistent(old, size, proof, root, root)
        assert not merkle.consistent(old, size, proof, first, first)
        assert not merkle.consistent(old, size, proof[:-1], first, root)


@given(SIZES)
def test_the_frontier_says_the_same_root_as_the_whole_tree(size: int) -> None:
    edge, full = merkle.Frontier(), list[bytes]()
    for number in range(size):
        full += edge.append(LARGE.read(0, number))
    assert edge.root() == LARGE.root(size)
    assert full == [LARGE.read(8, number) for number in range(size >> 8)]
    assert merkle.Frontier(size, edge.peaks).root() == edge.root()


@settings(max_examples=30)
@given(st.lists(st.integers(0, 600), max_size=4))
def test_leaves_can_come_in_portions(portions: list[int]) -> None:
    tree, size = merkle.Tree(), 0
    for portion in portions:
        portion = min(portion, 1100 - size)
        tree.extend(b"".join(LARGE.read(0, size + number) for number in range(portion)))
        size += portion
    assert tree.size == size and tree.root() == LARGE.root(size)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError):
        merkle.Frontier(3, b"x" * 32)


def test_what_lies_outside_the_tree_has_no_proof() -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError):
            merkle.inclusion(index, size, LARGE.read)
    with pytest.raises(ValueError):
        merkle.consistency(6, 5, LARGE.read)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root(0, LARGE.read).hex() == hashlib.sha256(b"").hexdigest()


# Tiles


@given(st.integers(0, 10**12), st.one_of(st.none(), st.integers(0, 63)), st.integers(1, 256))
def test_a_path_names_its_tile(number: int, level: int | None, width: int) -> None:
    tile = tiles.Tile(level, number, width)
    assert tiles.read_path(tile.path()) == tile


@pytest.mark.parametrize(("tile", "path"), [
    (tiles.Tile(0, 1234067), "tile/0/x001/x234/067"), (tiles.Tile(1, 0, 17), "tile/1/000.p/17"),
    (tiles.Tile(None, 1000), "tile/entries/x001/000"),
])
def test_paths_are_written_as_the_specification_says(tile: tiles.Tile, path: str) -> None:
    assert tile.path() == path


@pytest.mark.parametrize("path", [
    "tile/0/0", "tile/64/000", "tile/00/000", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/01",
    "tile/0/x000/000", "tile/0/001/000", "tile/-1/000", "tile/0/000/", "tile/entries/../checkpoint", "tile/0/1000",
    "tile/0/x01/000",
])
def test_other_paths_name_nothing(path: str) -> None:
    assert tiles.read_path(path) is None


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    found = list(tiles.tiles(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert [(t.level, t.number, t.width) for t in found if t.width < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert sum(tile.level == 1 and tile.width == 256 for tile in found) == 1
    assert [(t.level, t.width) for t in tiles.tiles(256)] == [(0, 256), (1, 1)]


@settings(max_examples=30)
@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_growing_adds_the_tiles_that_are_missing(one: int, other: int) -> None:
    since, size = sorted((one, other))
    before, now = set(tiles.tiles(since)), set(tiles.tiles(size))
    assert set(tiles.tiles(size, since=since)) == now - before
    assert all(tiles.in_tree(tile, size) for tile in now)
    assert not any(tiles.in_tree(tile, since) for tile in now - before)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_its_entries_back_and_is_refused_when_cut(entries: list[bytes]) -> None:
    data = tiles.bundled(entries)
    assert tiles.unbundled(data) == entries
    if data:
        with pytest.raises(ValueError):
            tiles.unbundled(data + b"\x01")


def test_an_entry_longer_than_two_bytes_can_say_is_refused() -> None:
    assert len(tiles.bundled([b"x" * 65_535])) == 65_537
    with pytest.raises(ValueError):
        tiles.bundled([b"x" * 65_536])
