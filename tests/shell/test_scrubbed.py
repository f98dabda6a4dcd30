"""The copy for testers: the same shape, and nothing of anybody."""
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.db import models

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import RuleBroken
from linli.registers.accounts import actions as accounts
from linli.registers.directory.models import Service
from linli.registers.people import access
from linli.registers.people import actions as people
from linli.registers.people import queries as people_queries
from linli.registers.people.models import Person
from linli.registers.people.rules import Field
from linli.shell import scrubbed
from linli.shell.secrets import DEMO
from linli.work.needs import actions as needs
from linli.work.needs.models import Need
from tests.actors import AT, resident
from tests.work.orders.conftest import Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.slow
WORDS = "我妈妈 82 岁，刚出院，想找人每周上门帮她洗澡"


@pytest.fixture
def copy(scene: Scene, tmp_path: Path) -> Iterator[tuple[Scene, sqlite3.Connection, Path, list[str]]]:
    scene.confirmed()
    needs.post(text=WORDS, category="home_bathing", by=scene.resident, at=AT)
    accounts.open_account("zhang.guiying", person=scene.person, by=SYSTEM, at=AT)
    accounts.open_account("zhao", name="赵主任", by=SYSTEM, at=AT)
    people.record_group(scene.person, group="living_alone", by=SYSTEM, at=AT)
    people.form_household(scene.person, address="望江路 7 号", by=SYSTEM, at=AT)
    people.ask(scene.person, right="correction", part="other", words="楼栋不对，请核实。",
               by=resident(scene.person, "people.see", "people.manage"), at=AT)
    gone = people.register(name="李已走", phone="13900139000", region="340104003000", by=SYSTEM, at=AT)
    people.erase(gone, by=SYSTEM, at=AT)
    said: list[str] = []
    scrubbed.write(tmp_path / "copy", say=said.append)
    file = tmp_path / "copy" / "linli.sqlite3"
    connection = sqlite3.connect(file)
    yield scene, connection, file, said
    connection.close()


def test_nothing_of_anybody_is_in_any_file(copy: tuple[Scene, sqlite3.Connection, Path, list[str]]) -> None:
    scene, connection, file, _ = copy
    whole = {one.name: one.read_bytes() for one in file.parent.rglob("*") if one.is_file()}
    row = Person.objects.get(ref=scene.person)
    real = {"望江路 7 号", "张桂英", "13855512345", "琥珀路 5 号", WORDS, "赵主任", "zhang.guiying", row.number,
            row.phone_index}
    told, kept = personal(), [*sealed()]
    assert all(any(one in text for text in told) for one in real), "what is looked for is found where it comes from"
    for name, raw in whole.items():
        assert not [text for text in told if text.encode() in raw], name
        assert not any(value in raw for value in kept), name
        for ref in Person.objects.values_list("ref", flat=True):
            assert ref.bytes not in raw and ref.hex.encode() not in raw and str(ref).encode() not in raw
    assert not [code for (code,) in connection.execute("select region_code from people_person") if code[6:] != "000000"]
    assert not connection.execute("select 1 from journal_entry where payload like '%340104003%'").fetchall()


def personal() -> set[str]:
    """Every value that says who somebody is, of every table: what is open and personal or a pseudonym, what the rows of
    people hold sealed, and the sealed texts that rooms keep under people's keys."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            kind = (field.db_comment or "").partition(":")[0]
            if kind not in {"personal", "pseudonym"} or field.name in scrubbed.KEPT or field.name == "region_code":
                continue
            values = model._base_manager.exclude(**{field.attname: None}).values_list(field.attname, flat=True)
            found |= {str(value) for value in values if isinstance(value, str | UUID)}
    for row in Person.objects.filter(erased_at=None).select_related("key"):
        found |= {access.unsealed(row, field) for field in Field}
    for column, (context, _) in scrubbed._WORDS.items():
        label, _, name = column.rpartition(".")
        for one in apps.get_model(label)._base_manager.exclude(**{name: None}):
            found.add(people_queries.open_sealed(one.person_id, getattr(one, name), context=context(one)))
    public = set(Service.objects.values_list("name", flat=True)) | {"[]"}
    found = {text for text in found if len(text) > 1 and not re.fullmatch(r"00000000-0000.*|region:\d{6}0{6}", text)}
    return found - public  # offices down to the county stay


def sealed() -> Iterator[bytes]:
    """What lies sealed in any table of the source."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField):
                for value in model._base_manager.exclude(**{field.attname: None}).values_list(field.attname, flat=True):
                    if len(value) > 16:
                        yield bytes(value)


def test_the_copy_has_the_same_shape_and_holds_together(
    copy: tuple[Scene, sqlite3.Connection, Path, list[str]]
) -> None:
    _, connection, _, _ = copy
    for model in (Person, Need, Entry):
        table = model._meta.db_table
        assert connection.execute(f"select count(*) from {table}").fetchone()[0] == model._base_manager.count() > 0
    joined = connection.execute("select count(*) from needs_need n join people_person p on p.ref = n.person_id")
    assert joined.fetchone()[0] == Need.objects.count()
    facts = connection.execute(
        "select count(*) from journal_entry e join needs_need n on n.ref = e.about where e.fact = 'needs.NeedPosted'")
    assert facts.fetchone()[0] == Entry.objects.filter(fact="needs.NeedPosted").count()
    assert connection.execute("pragma foreign_key_check").fetchall() == []


def test_a_tester_reads_invented_texts_and_signs_in(copy: tuple[Scene, sqlite3.Connection, Path, list[str]]) -> None:
    _, connection, _, said = copy
    ring = Keyring(DEMO)
    ref, sealed, wrapped = connection.execute(
        "select p.ref, p.name_sealed, k.wrapped from people_person p join people_personkey k on k.person_id = p.id"
        " where p.name_sealed is not null").fetchone()
    whose = f"{ref[:8]}-{ref[8:12]}-{ref[12:16]}-{ref[16:20]}-{ref[20:]}"
    assert len(ring.open(wrapped, sealed, context=f"{whose}:name")) >= 2
    [(hashed,)] = set(connection.execute("select password from accounts_account"))
    assert check_password(said[0].split("password ")[1].split()[0], hashed)
    assert connection.execute("select count(*) from accounts_token").fetchone()[0] == 0


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, db: None) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(RuleBroken, match="new folder"):
        scrubbed.write(tmp_path, say=print)


def test_offices_and_closed_words_stay_what_pages_read(
    copy: tuple[Scene, sqlite3.Connection, Path, list[str]]
) -> None:
    """A list of duties looks up whose they are; files and documents are left out, and the command says so."""
    _, connection, _, said = copy
    owners = {owner for (owner,) in connection.execute("select owner from rulebook_duty")}
    assert any(owner.startswith("region:") for owner in owners), owners
    assert all(owner.partition(":")[0] in {"region", "organisation", "person"} for owner in owners), owners
    for table in ("archive_file", "archive_package", "documents_document", "documents_sheet", "documents_signingkey"):
        assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
    assert "Left out on purpose" in said[-1] and "issued documents" in said[-1]
