"""A node whose log goes by SM3 and SM2: the same log, other algorithms, and no SHA-256 where it counts."""
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.watchers.openlog import queries
from linli.watchers.openlog.rules import leaves, merkle, monitor, notes, profiles, receipts, sm
from tests.watchers.openlog.conftest import Publish, rated
from tests.watchers.openlog.test_doors import fetched

pytestmark = pytest.mark.skipif(not sm.installed(), reason="the extra guomi is not installed")


@pytest.fixture(autouse=True)
def _profile(settings: Any) -> None:
    settings.LOG_PROFILE = "sm"


def test_the_whole_log_is_of_sm3_and_sm2(publish: Publish, client: Client) -> None:
    order = rated()
    publish(260)
    (key,) = [notes.read_key(one.verifier) for one in queries.log_keys()]
    assert key.kind == notes.OTHER and profiles.of(key) is profiles.SM
    receipt = receipts.read(queries.receipt(order).text)
    leaf = queries.receipt(order).leaf
    assert receipts.proves(receipt, leaf.entry.encode(), sm.SM3)
    assert not receipts.proves(receipt, leaf.entry.encode(), merkle.SHA256)
    assert notes.checked(notes.read(receipt.checkpoint), [key]) == [key]
    entry, payload = leaves.read_entry(leaf.entry.encode()), (leaf.payload or "").encode()
    assert leaves.belongs(payload, entry, sm.SM3.digest) and not leaves.belongs(payload, entry)
    opened = queries.openings(order, by=SYSTEM)
    assert all(leaves.opens(one, {**leaf.fields, "about": None, "fields": leaf.fields}, sm.SM3.digest)
               for one in opened if one.field != "about")


def test_a_monitor_follows_it_by_its_key(publish: Publish, client: Client) -> None:
    publish(300)
    first = monitor.watch(fetched(client), at=timezone.now())
    assert first.faults == () and first.remembered
    publish(10)
    again = monitor.watch(fetched(client), remembered=first.remembered, at=timezone.now())
    assert again.faults == () and again.fresh == 10


def test_made_again_it_has_the_same_root(publish: Publish) -> None:
    publish(20)
    head = queries.head()
    journal.rebuild("openlog")
    journal.run()
    assert head and queries.root(20) == head.root
