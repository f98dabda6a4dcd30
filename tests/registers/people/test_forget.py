"""Data that nobody uses are announced and erased; what is erased leaves the history whole; ciphers can be changed."""
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.crypto import Cipher, Keyring, made_with
from linli.registers.people import access, actions, commands, jobs, queries, registry
from linli.registers.people.models import Person, PersonKey
from tests.actors import AT
from tests.registers.people.conftest import ID_MOTHER, Town, me

LATER = AT + timedelta(days=3 * 366)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[UUID, datetime]]:
    """When somebody was last seen, and nothing else is known."""
    found: dict[UUID, datetime] = {}
    monkeypatch.setattr(registry._kept, "seen", [lambda refs: {k: v for k, v in found.items() if k in refs}])
    yield found


def test_whom_nobody_has_seen_is_told_and_erased_a_month_later(town: Town, seen: dict[UUID, datetime]) -> None:
    seen[town.daughter] = LATER - timedelta(days=30)
    assert actions.announce_unused(at=AT + timedelta(days=900)) == 0
    assert (actions.announce_unused(at=LATER), actions.announce_unused(at=LATER)) == (1, 0)
    assert [e.about for e in Entry.objects.filter(fact="people.ErasureAnnounced")] == [town.mother]
    assert actions.erase_unused(at=LATER + timedelta(days=29)) == 0 and queries.exists(town.mother)
    jobs.forget_unused(LATER + timedelta(days=30))
    assert not queries.exists(town.mother) and queries.exists(town.daughter)
    assert not PersonKey.objects.filter(person__ref=town.mother).exists()


def test_who_comes_back_stays(town: Town, seen: dict[UUID, datetime]) -> None:
    seen[town.daughter] = LATER
    actions.announce_unused(at=LATER)
    seen[town.mother] = LATER + timedelta(days=10)
    assert actions.erase_unused(at=LATER + timedelta(days=30)) == 0
    assert queries.exists(town.mother) and Person.objects.get(ref=town.mother).erase_on is None
    assert Entry.objects.filter(fact="people.ErasureCalledOff", about=town.mother).exists()


def test_who_is_on_a_staff_or_waits_for_something_is_not_erased(
    town: Town, seen: dict[UUID, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carer whose visits others write down signs in never, and works every day."""
    going = {town.mother}
    monkeypatch.setattr(registry._kept, "in_use", [lambda refs: going & set(refs)])
    assert actions.announce_unused(at=LATER) == 1 and Person.objects.get(ref=town.daughter).erase_on
    going.add(town.daughter)
    assert actions.erase_unused(at=LATER + timedelta(days=30)) == 0 and queries.exists(town.daughter)


def test_every_context_where_something_goes_on_says_so() -> None:
    told = {ask.__module__.split(".")[2] for ask in registry._kept.in_use}
    assert told >= {"orders", "venues", "hall", "practitioners"}


def test_every_context_that_serves_people_says_when_it_saw_them() -> None:
    """A context that forgot to would have the people whom it serves erased."""
    told = {seen.__module__.split(".")[2] for seen in registry._kept.seen}
    assert {"accounts", "needs", "orders"} <= told


def test_erasing_leaves_the_history_whole_and_the_person_unreadable(town: Town) -> None:
    actions.open_field(town.mother, field="phone", reason="回访王秀英的服务", by=town.officer, at=AT)
    actions.ask(town.mother, right="correction", part="other", words="我搬家了，请改地址", by=me(town.mother), at=AT)

    def digest() -> tuple[int, str]:
        rows = Entry.objects.filter(pk__lte=last).order_by("pk").values_list(
            "pk", "fact", "about", "payload", "by", "at")
        return len(rows), sha256(repr(list(rows)).encode()).hexdigest()

    last = Entry.objects.order_by("pk").last().pk  # type: ignore[union-attr]
    before = digest()
    sealed = {field: getattr(Person.objects.get(ref=town.mother), f"{field}_sealed") for field in ("name", "phone")}
    actions.erase(town.mother, by=me(town.mother), at=AT)
    assert digest() == before, "no entry was changed or lost"
    assert queries.open_many([(town.mother, sealed["name"], "name")]) == [queries.ERASED], "a copy kept aside too"
    dump = str([list(model.objects.values()) for model in (Person, Entry)])
    assert not any(text in dump for text in ("王秀英", "13800138000", ID_MOTHER, "翠微路", "搬家"))
    with pytest.raises(Exception, match="No such person"):
        queries.person(town.mother, by=SYSTEM)


def test_a_change_of_cipher_loses_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    text = actions.seal(town.mother, "腿脚不便", context="needs.text:1")
    monkeypatch.setattr(access, "keyring", lambda: Keyring(settings.MASTER_KEY, cipher=Cipher.SM4))
    assert queries.person(town.mother, by=me(town.mother)).name == "王秀英", "read before anything was sealed anew"
    new = actions.register(name="李强", region=Person.objects.get(ref=town.mother).region_code, by=SYSTEM, at=AT)
    assert made_with(bytes(Person.objects.get(ref=new).name_sealed or b"")) is Cipher.SM4
    said: list[str] = []
    commands.reseal(at=AT, say=said.append)
    assert said == ["2 people were sealed anew."], "whoever is sealed so already is left alone"
    for row in Person.objects.select_related("key"):
        assert made_with(row.key.wrapped) is made_with(bytes(row.name_sealed or b"")) is Cipher.SM4
    card = queries.person(town.mother, by=me(town.mother))
    assert (card.name, card.phone, card.address) == ("王秀英", "13800138000", "翠微路8号3栋201")
    assert queries.open_sealed(town.mother, text, context="needs.text:1") == "腿脚不便"
    assert queries.find_by_phone("13800138000", by=town.agent)[0].ref == town.mother, "and found by the same index"
    monkeypatch.undo()
    assert queries.person(town.mother, by=me(town.mother)).name == "王秀英", "and back again"


def test_whom_a_backup_brings_back_is_erased_again(
    town: Town, tmp_path: Path, settings: Any
) -> None:
    settings.DATA = tmp_path
    stranger = UUID(int=7)
    queries.erased_file().write_text(f"{stranger}\n")
    actions.erase(town.mother, by=me(town.mother), at=AT)
    jobs.leave_no_trace(AT + jobs.FRESH)
    assert queries.erased_listed() == [stranger, town.mother], "who is not in this database stays on the list"
    jobs.keep_erased()
    assert queries.erased_listed() == [stranger, town.mother]
    queries.erased_file().write_text(f"{town.mother}\n{town.daughter}\n{stranger}\n")
    told: list[str] = []
    assert commands.erase_again(at=AT, say=told.append) == 1 and told[0].startswith("1 people")
    assert not queries.exists(town.daughter)


def test_nothing_is_folded_in_where_nobody_was_erased_lately(
    town: Town, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA, folded = tmp_path, []
    monkeypatch.setattr(jobs, "fold_in", lambda: folded.append(1))
    jobs.leave_no_trace(AT)
    actions.erase(town.mother, by=me(town.mother), at=AT)
    jobs.leave_no_trace(AT + timedelta(days=1))
    assert not folded and not queries.erased_file().exists()
    jobs.leave_no_trace(AT)
    assert folded


@pytest.mark.slow
def test_what_was_deleted_is_gone_from_the_file_and_its_log(tmp_path: Path) -> None:
    """As `fold_in` does it, on a database of its own: the tests' own stands in memory."""
    script = (
        "import os, django; django.setup(); from django.db import connection as c; from linli.kernel import database;"
        "x = c.cursor(); x.execute('create table t (v text)'); x.execute(\"insert into t values ('sealed-key')\");"
        "x.execute('delete from t'); found = lambda: any(b'sealed-key' in open(f'{os.environ[\"FILE\"]}{end}', 'rb')"
        ".read() for end in ('', '-wal')); before = found(); assert database.fold_in(); print(before, found())")
    env = os.environ | {"LINLI_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", "FILE": f"{tmp_path}/x.sqlite3",
                        "DJANGO_SETTINGS_MODULE": "linli.shell.settings"}
    told = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert told.stdout.split() == ["True", "False"], told.stderr
