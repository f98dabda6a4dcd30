"""What a watcher of another log sees: nothing wrong with an honest one, and each kind of cheating by its name."""
import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.watchers.openlog.rules import leaves, merkle, monitor, notes, tiles
from tests.watchers.openlog.samples import Told, leaf

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PLAIN = leaves.Maker(lambda fact, names: (), leaves.Salts(b"s" * 32))
LOG = notes.LogSigner("example.com/log", Ed25519PrivateKey.from_private_bytes(b"1" * 32))
NEXT = notes.LogSigner("example.com/log", Ed25519PrivateKey.from_private_bytes(b"2" * 32))
FOREIGN = notes.LogSigner("other.example/log", Ed25519PrivateKey.from_private_bytes(b"4" * 32))
WITNESS = notes.Cosigner.of("example.com/witness", b"3" * 32)
SERIES = ("orders.OrderRated", "directory.ServiceListed", "orders.ServiceConfirmed")


def written(index: int, numbers: dict[str, int], *, at: datetime | None = None, number: int | None = None) -> bytes:
    fact = SERIES[index % 3]
    series = fact.split(".")[0]
    numbers[series] = number or numbers.get(series, 0) + 1
    at = at or AT - timedelta(days=5) + timedelta(minutes=5 * index)
    entry, _ = leaf(Told(fact, UUID(int=index), {}, at, index), number=numbers[series], maker=PLAIN)
    return entry.encode()


class Log:
    """A log as somebody serves it: its files. What is done to them afterwards is cheating."""

    def __init__(self, size: int = 0, *, signers: tuple[notes.Signer, ...] = (LOG,)) -> None:
        self.entries: list[bytes] = []
        self.numbers: dict[str, int] = {}
        self.signers = signers
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.grow(size)

    def grow(self, count: int) -> "Log":
        self.entries += [written(len(self.entries) + n, self.numbers) for n in range(count)]
        return self.publish()

    def publish(self) -> "Log":
        tree = merkle.Tree()
        for entry in self.entries:
            tree.append(merkle.SHA256.leaf(entry))
        self.files = {}
        for tile in tiles.tiles(len(self.entries)):
            level = (tile.level or 0) * tiles.HEIGHT
            self.files[tile.path()] = b"".join(
                tree.read(level, tile.number * tiles.WIDTH + n) for n in range(tile.width))
        for tile in tiles.bundles(len(self.entries)):
            first = tile.number * tiles.WIDTH
            self.files[tile.path()] = tiles.bundled(self.entries[first : first + tile.width])
        self.sign(tree.root())
        self.count()
        return self

    def announce(self, key: notes.Signer, before: notes.Signer) -> "Log":
        """Write down the next key, as the log does when it is changed."""
        index, number = len(self.entries), self.numbers.get("openlog", 0) + 1
        self.numbers["openlog"] = number
        keys = {"key": str(key.key), "key_before": str(before.key)}
        entry, payload = leaf(Told(monitor.ROTATED, UUID(int=index), keys, AT, index), number=number, maker=PLAIN)
        self.entries.append(entry.encode())
        self.publish().files[f"payload/{index}"] = payload.encode()
        return self

    def sign(self, root: bytes, *, size: int | None = None, origin: str = "example.com/log", cosigned: int = 0) -> None:
        text = notes.Checkpoint(origin, len(self.entries) if size is None else size, root).text()
        whole = notes.signed(text, self.signers).whole()
        whole += WITNESS.cosign(text, second=cosigned).line() if cosigned else ""
        self.files["checkpoint"] = whole.encode()
        self.files["key"] = "".join(f"{one.key} 2026-01-01 -\n" for one in self.signers).encode()

    def count(self) -> None:
        days: dict[str, dict[str, int]] = {}
        for entry in self.entries:
            one = leaves.read_entry(entry)
            counts = days.setdefault(one.day.isoformat(), {})
            counts[one.series] = counts.get(one.series, 0) + 1
        self.days: dict[str, Any] = {"size": len(self.entries), "days": [
            {"day": day, "leaves": sum(counts.values()), "series": counts} for day, counts in days.items()]}
        self.files["days.json"] = json.dumps(self.days).encode()

    def fetch(self, path: str) -> bytes:
        self.asked.append(path)
        try:
            return self.files[path]
        except KeyError:
            raise monitor.Missing(path) from None

    def watched(self, before: monitor.Remembered | None = None, *, whole: bool = False,
                witnesses: tuple[str, ...] = ()) -> monitor.Watched:
        return monitor.watch(self.fetch, vkeys=() if before else [str(LOG.key)], remembered=before, at=AT, whole=whole,
                             witnesses=witnesses)

    def kept(self) -> monitor.Remembered:
        found = self.watched()
        assert not found.faults and found.remembered
        return found.remembered


@cache
def _made(size: int) -> Log:
    return Log(size)


def log_of(size: int) -> Log:
    """An honest log of that size, to be cheated with."""
    log = copy.copy(_made(size))
    log.entries, log.numbers, log.files = list(log.entries), dict(log.numbers), dict(log.files)
    log.days, log.asked = copy.deepcopy(log.days), []
    return log


def codes(found: monitor.Watched) -> list[str]:
    for fault in found.faults:
        assert fault.text.format(**fault.values)
    return [fault.code for fault in found.faults]


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 540), st.integers(0, 300))
def test_an_honest_log_has_no_faults_however_it_grows(first: int, more: int) -> None:
    log = Log(first)
    before = log.kept()
    assert monitor.Remembered.read(json.loads(json.dumps(before.told()))) == before
    log.grow(more)
    for whole in (False, True):
        found = log.watched(before, whole=whole)
        assert not found.faults and found.size == first + more and found.remembered
        assert found.remembered.root == merkle.root(found.size, _tree(log).read)


def _tree(log: Log) -> merkle.Tree:
    tree = merkle.Tree()
    tree.extend(b"".join(merkle.SHA256.leaf(entry) for entry in log.entries))
    return tree


def test_only_what_is_new_is_read_again_unless_everything_is_wanted() -> None:
    log = log_of(600)
    before = log.kept()
    log.grow(10).asked.clear()
    assert not log.watched(before).faults
    assert "tile/entries/000" not in log.asked and "tile/entries/002.p/98" in log.asked
    assert not log.watched(before, whole=True).faults and "tile/entries/000" in log.asked


def replaced(log: Log, index: int, entry: bytes) -> None:
    """Another entry in the bundle, the tiles as they were."""
    tile = next(t for t in tiles.bundles(len(log.entries)) if t.number == index // tiles.WIDTH)
    entries = list(log.entries[tile.number * tiles.WIDTH :][: tile.width])
    entries[index % tiles.WIDTH] = entry
    log.files[tile.path()] = tiles.bundled(entries)


def rewritten_leaf(log: Log) -> None:
    replaced(log, 300, log.entries[300].replace(b"Rated", b"Hated").replace(b"Listed", b"Lasted"))


def rewritten_tile(log: Log) -> None:
    path = "tile/0/000"
    log.files[path] = b"x" * 32 + log.files[path][32:]


def rewritten_upper_tile(log: Log) -> None:
    path = next(path for path in log.files if path.startswith("tile/1/"))
    log.files[path] = b"x" * 32 + log.files[path][32:]


def missing_tile(log: Log) -> None:
    del log.files["tile/0/001"]


def missing_bundle(log: Log) -> None:
    del log.files["tile/entries/001"]


def short_tile(log: Log) -> None:
    log.files["tile/0/000"] = log.files["tile/0/000"][:-1]


def short_bundle(log: Log) -> None:
    log.files["tile/entries/000"] = tiles.bundled(log.entries[:255])


def cut_bundle(log: Log) -> None:
    log.files["tile/entries/000"] = log.files["tile/entries/000"][:-1]


def another_root(log: Log) -> None:
    log.sign(b"r" * 32)


def larger_than_it_is(log: Log) -> None:
    log.sign(b"r" * 32, size=len(log.entries) + 300)


def unsigned(log: Log) -> None:
    log.files["checkpoint"] = log.files["checkpoint"].replace(b"600", b"599", 1)


def signed_by_another(log: Log) -> None:
    log.signers = (NEXT,)
    log.publish()


def no_checkpoint(log: Log) -> None:
    del log.files["checkpoint"]


def no_note(log: Log) -> None:
    log.files["checkpoint"] = b"<html>"


def another_origin(log: Log) -> None:
    log.sign(_tree(log).root(), origin="example.com/other")


def future_entry(log: Log) -> None:
    log.entries.append(written(600, log.numbers, at=AT + timedelta(hours=1)))
    log.publish()


def gap(log: Log) -> None:
    log.entries.append(written(600, log.numbers, number=log.numbers["orders"] + 2))
    log.publish()


def twice(log: Log) -> None:
    log.entries.append(written(600, log.numbers, number=3))
    log.publish()


def no_entry(log: Log) -> None:
    log.entries.append(b'{"hello":1}')
    tree, days = _tree(log), log.files["days.json"]
    log.count = lambda: None  # type: ignore[method-assign]
    log.publish()
    log.files["days.json"] = days
    assert tree.size == 601


def day_too_many(log: Log) -> None:
    log.days["days"][0]["series"]["orders"] += 1
    log.days["days"][0]["leaves"] += 1
    log.days["days"][1]["series"]["orders"] -= 1
    log.days["days"][1]["leaves"] -= 1
    log.files["days.json"] = json.dumps(log.days).encode()


def sum_wrong(log: Log) -> None:
    log.days["days"][0]["leaves"] += 1
    log.files["days.json"] = json.dumps(log.days).encode()


def days_gone(log: Log) -> None:
    del log.files["days.json"]


def days_broken(log: Log) -> None:
    log.files["days.json"] = b"[]"


@pytest.mark.parametrize(("cheat", "code"), [
    (rewritten_leaf, "rewritten"), (rewritten_tile, "rewritten"), (rewritten_upper_tile, "tile"),
    (missing_tile, "missing"), (missing_bundle, "missing"), (short_tile, "length"), (short_bundle, "bundle"),
    (cut_bundle, "bundle"), (another_root, "root"), (larger_than_it_is, "missing"), (unsigned, "signature"),
    (signed_by_another, "signature"), (no_checkpoint, "no_checkpoint"), (no_note, "checkpoint"),
    (another_origin, "origin"), (future_entry, "future_entry"), (gap, "gap"), (twice, "twice"), (no_entry, "entry"),
    (day_too_many, "day"), (sum_wrong, "days_sum"), (days_gone, "missing"), (days_broken, "days"),
], ids=lambda value: getattr(value, "__name__", value))
def test_cheating_is_named(cheat: Callable[[Log], None], code: str) -> None:
    log = log_of(600)
    cheat(log)
    found = log.watched()
    assert code in codes(found) and found.remembered is None


def test_the_fault_says_which_entry_was_rewritten() -> None:
    log = log_of(600)
    rewritten_leaf(log)
    (fault,) = (one for one in log.watched().faults if one.code == "rewritten")
    assert fault.text.format(**fault.values) == (
        "Entry 300 was rewritten: it does not hash to what tile/0/001 holds for it.")


def test_a_log_that_was_rolled_back_is_named_and_what_was_remembered_stays() -> None:
    log = log_of(600)
    before = log.kept()
    for size in (599, 256, 1):
        smaller = log_of(size)
        found = smaller.watched(before)
        assert codes(found) == ["rolled_back"] and found.remembered is before


def test_a_log_that_was_forked_is_named() -> None:
    """Another history, well signed and well hashed in itself; of the same size, and larger."""
    before = log_of(600).kept()
    fork = log_of(600)
    fork.entries[17] = fork.entries[17].replace(b"Rated", b"Hated").replace(b"Confirmed", b"Conformed")
    fork.publish()
    assert codes(fork.watched(before)) == ["fork"]
    assert not fork.watched().faults  # who remembers nothing sees nothing: that is what remembering is for
    fork.grow(50)
    assert "fork" in codes(fork.watched(before)) and "fork" in codes(fork.watched(before, whole=True))


def test_a_new_end_that_does_not_lead_to_its_root_is_no_fork() -> None:
    log = log_of(600)
    before = log.kept()
    log.grow(5).sign(b"r" * 32)
    assert codes(log.watched(before)) == ["root"]


def test_keys_are_followed_that_the_log_itself_has_announced() -> None:
    log = log_of(300)
    before = log.kept()
    log.signers = (NEXT, LOG)
    both = log.announce(NEXT, LOG).watched(before)
    assert not both.faults and both.remembered and both.remembered.keys == (str(LOG.key), str(NEXT.key))
    log.signers = (NEXT,)
    assert not log.grow(5).watched(both.remembered).faults
    assert codes(log.watched(before)) == ["signature"]


@pytest.mark.parametrize("what", ["not announced", "after a key that is none", "other payload", "of another log"])
def test_a_key_that_only_the_web_server_names_is_not_remembered(what: str) -> None:
    log = log_of(300)
    before = log.kept()
    log.signers = (LOG, NEXT)  # whoever runs the web server can put a line under a checkpoint too
    if what == "not announced":
        log.grow(5)
    elif what == "other payload":
        log.announce(LOG, LOG)
        log.files["payload/300"] = log.files["payload/300"].replace(str(LOG.key).encode(), str(NEXT.key).encode(), 1)
    else:
        log.announce(*((FOREIGN, LOG) if what == "of another log" else (NEXT, NEXT)))
    found = log.watched(before)
    assert not found.faults and found.remembered and found.remembered.keys == (str(LOG.key),)
    log.signers = (NEXT,)
    assert codes(log.grow(5).watched(found.remembered)) == ["signature"]


def test_neither_a_witness_nor_another_log_signs_for_this_one() -> None:
    for signer in (FOREIGN, NEXT):
        log = Log(10, signers=(signer,))
        log.sign(_tree(log).root(), cosigned=int(AT.timestamp()))
        for other in (FOREIGN, WITNESS):
            found = monitor.watch(log.fetch, vkeys=[str(LOG.key), str(other.key)], at=AT)
            assert codes(found) == ["signature"]


def test_a_log_that_gives_no_key_cannot_be_checked() -> None:
    log = Log(3)
    log.files["key"] = b"\xff"
    assert codes(monitor.watch(log.fetch, at=AT)) == ["no_key"]


def test_a_witness_is_named_and_one_from_the_future_is_a_fault() -> None:
    log, key = Log(10), (str(WITNESS.key),)
    log.sign(_tree(log).root(), cosigned=int(AT.timestamp()))
    found = log.watched(witnesses=key)
    assert not found.faults and found.cosigned_by == ("example.com/witness",)
    log.sign(_tree(log).root(), cosigned=int(AT.timestamp()) + 86_400)
    assert codes(log.watched(witnesses=key)) == ["future_cosignature"]
    log.sign(_tree(log).root(), cosigned=2**63)
    assert codes(log.watched(witnesses=key)) == ["future_cosignature"]


def test_counts_that_lag_behind_what_was_published_are_a_fault() -> None:
    log = log_of(300)
    days = log_of(200).files["days.json"]
    before = log.kept()
    log.grow(5).files["days.json"] = days
    assert codes(log.watched(before)) == ["days_behind"]


def counted(log: Log, day: datetime, more: int) -> Log:
    """So many more said of a day than there are, and the sum right."""
    name = leaves.day_of(day).isoformat()
    rows = {row["day"]: row for row in log.days["days"]}
    row = rows.setdefault(name, {"day": name, "leaves": 0, "series": {}})
    row["leaves"] += more
    row["series"]["orders"] = row["series"].get("orders", 0) + more
    log.days = {"size": log.days["size"] + more, "days": list(rows.values())}
    log.files["days.json"] = json.dumps(log.days).encode()
    return log


def test_counts_may_be_ahead_by_what_is_of_today_and_not_signed_yet() -> None:
    log = log_of(300)
    before = log.kept()
    counted(log, AT, 3)
    assert not log.watched(before).faults and not log.watched().faults


@pytest.mark.parametrize("day", [AT - timedelta(days=5), AT + timedelta(days=1)])
def test_counts_that_are_ahead_on_another_day_are_a_fault(day: datetime) -> None:
    log = log_of(300)
    before = log.kept()
    counted(log, day, 1)
    assert codes(log.watched(before)) == codes(log.watched()) == ["day"]


def test_counts_that_say_nothing_at_all_are_a_fault() -> None:
    log = log_of(300)
    log.files["days.json"] = b'{"size": 0, "days": []}'
    assert codes(log.watched()) == ["days_behind"]


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    log = log_of(300)
    full = log_of(600).files
    for path in [path for path in log.files if path.endswith(".p/44")]:
        del log.files[path]
    log.files |= {path: full[path] for path in ("tile/0/001", "tile/entries/001")}
    assert not log.watched().faults


def test_one_kind_of_fault_is_not_told_without_end() -> None:
    log = log_of(600)
    for index in range(100):
        log.entries[index] = log.entries[index].replace(b"Z", b"z")
    tampered = tiles.bundled(log.entries[:256])
    log.entries = log_of(600).entries
    log.publish().files["tile/entries/000"] = tampered
    assert codes(log.watched()).count("rewritten") == monitor.MOST


@pytest.mark.parametrize("told", [{}, {"origin": 1}, {"origin": "x", "keys": None}])
def test_what_is_no_memory_of_a_log_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        monitor.Remembered.read(told)
