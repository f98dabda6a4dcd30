"""A new key signs; the one before does so too for a while; what it signed stays good."""
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.refusals import NotAllowed
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.actions import keys
from linli.watchers.openlog.models import Checkpoint
from linli.watchers.openlog.rules import notes
from tests.actors import CITY, actor
from tests.watchers.openlog.conftest import Publish

ADMIN = actor(f"region:{CITY}", "openlog.run")


def signed_by(note: str) -> list[str]:
    known = [notes.read_key(one.verifier) for one in queries.log_keys()]
    return [str(key) for key in notes.checked(notes.read(note), known)]


def test_both_sign_for_a_while_then_the_new_one_alone(publish: Publish) -> None:
    now = timezone.now()
    publish(1)
    (first,) = queries.log_keys()
    actions.rotate(overlap=timedelta(days=30), by=ADMIN, at=now)
    publish(1)
    second, before = queries.log_keys()
    assert (second.number, before.ref) == (2, first.ref) and second.verifier != first.verifier
    assert before.until == now + timedelta(days=30) and second.until is None
    head = queries.head()
    assert head and signed_by(head.note) == [second.verifier, first.verifier]
    actions.append(journal_entries(), by=ADMIN, at=now + timedelta(days=31))
    head = queries.head()
    assert head and signed_by(head.note) == [second.verifier]
    assert signed_by(Checkpoint.objects.order_by("size")[0].note) == [first.verifier]


def journal_entries() -> list[Any]:
    """One more public fact, not read yet."""
    from linli.engines.journal import queries as entries
    from tests.watchers.openlog.conftest import listed

    listed(1)
    journal.sequence()
    return [card for _, card in entries.entries(after=0)]


def test_the_rotation_stands_in_the_log_itself(publish: Publish) -> None:
    actions.rotate(by=ADMIN, at=timezone.now())  # before anything was signed: the first key comes first
    journal.run()
    second, first = queries.log_keys()
    (leaf,) = queries.entries(series="openlog")
    assert leaf.fact == "openlog.LogKeyRotated"
    assert (leaf.fields["key"], leaf.fields["key_before"]) == (second.verifier, first.verifier)


def test_only_who_runs_the_log_rotates_its_key(publish: Publish) -> None:
    with pytest.raises(NotAllowed):
        actions.rotate(by=actor(f"region:{CITY}", "openlog.open"), at=timezone.now())
    assert queries.log_keys() == []


def test_the_secret_part_is_kept_for_its_owner_only_and_read_again(tmp_path: Path, settings: Any) -> None:
    settings.LOG_KEYS = tmp_path / "log-keys"
    made = keys.seed("log key 1")
    file = settings.LOG_KEYS / "log-key-1"
    assert file.stat().st_mode & 0o777 == 0o600 and settings.LOG_KEYS.stat().st_mode & 0o777 == 0o700
    settings.MASTER_KEY = b"another master key, of 32 bytes..."
    assert keys.seed("log key 1") == made and keys.seed("log key 2") != made


def test_a_log_whose_origin_was_changed_stops_instead_of_signing(publish: Publish, settings: Any) -> None:
    publish(1)
    settings.LOG_ORIGIN = "elsewhere.example/log"
    entries = journal_entries()
    with pytest.raises(actions.LogBroken, match="origin"):
        actions.append(entries, by=ADMIN, at=timezone.now())
    assert queries.size() == 1
