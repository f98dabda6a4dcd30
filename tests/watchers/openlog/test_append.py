"""The log grows by what is public in the journal."""
import json

import pytest

from linli.engines.journal import actions as journal
from linli.kernel.refs import new_ref
from linli.registers.accounts.events import SignedIn
from linli.watchers.openlog import queries
from linli.watchers.openlog.rules import leaves, merkle, notes, receipts
from tests.watchers.openlog.conftest import Publish, rated, record


def test_public_facts_become_leaves_in_order_and_others_do_not(publish: Publish) -> None:
    record(SignedIn(new_ref()), about=new_ref())
    refs = publish(3)
    found = queries.entries()
    assert [(one.index, one.series, one.number) for one in found] == [
        (2, "directory", 3), (1, "directory", 2), (0, "directory", 1)]
    assert json.loads(found[1].payload or "")["about"] == str(refs[1])
    head = queries.head()
    assert head and head.size == 3


def test_a_receipt_proves_the_entry_and_what_it_says(publish: Publish) -> None:
    refs = publish(5)
    made = queries.receipt(refs[3])
    receipt = receipts.read(made.text)
    extra = json.loads(receipt.extra or b"")
    assert receipts.proves(receipt, extra["entry"].encode())
    entry = leaves.read_entry(extra["entry"].encode())
    assert leaves.belongs(leaves.canonical(extra["payload"]), entry)
    known = [notes.read_key(one.verifier) for one in queries.log_keys()]
    assert notes.checked(notes.read(receipt.checkpoint), known) == known
