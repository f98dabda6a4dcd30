"""A package is made once, never changes, and can be checked by anybody who has it."""
import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.engines.archive import actions, commands, jobs, queries
from linli.engines.archive.actions import Section
from linli.engines.archive.models import Package
from linli.engines.archive.queries import Kind, Packed
from linli.engines.archive.rules import bags
from linli.engines.archive.rules.bags import Fault
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotFound
from tests.actors import AT
from tests.engines.archive import samples
from tests.engines.archive.conftest import Sender

METADATA: dict[str, Any] = {"origin": "演示区民政局", "process": [{"step": "accepted", "at": AT}]}
STRUCTURE = (Section("申请", ("申请表.json",)), Section("材料", ("材料/章程.pdf", "材料/照片.png")))
Papers = dict[str, UUID | bytes]


def packed(sender: Sender, papers: Papers, **more: Any) -> Packed:
    said: dict[str, Any] = {"metadata": METADATA, "structure": STRUCTURE, "by": sender.by, "at": AT}
    return actions.pack("社会团体成立登记 2026-1", files=papers, **(said | more))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as bag:
        return {name.partition("/")[2]: bag.read(name) for name in bag.namelist()}


def report(content: bytes) -> bags.Report:
    return bags.examined(BytesIO(content))


def test_a_package_holds_content_structure_metadata_and_digests(sender: Sender, papers: Papers) -> None:
    made = packed(sender, papers)
    whole = sender.read(made.file)
    found = parts(whole)
    assert found["data/材料/章程.pdf"] == samples.PDF and json.loads(found["data/申请表.json"]) == {"名称": "演示协会"}
    assert json.loads(found["metadata/metadata.json"])["process"][0]["at"] == AT.isoformat()
    assert json.loads(found["metadata/structure.json"])[0] == {"title": "申请", "files": ["申请表.json"]}
    checks = json.loads(found["metadata/checks.json"])
    assert checks["authentic"] and checks["complete"] and checks["usable"] and checks["safe"]
    assert "  data/材料/章程.pdf" in found["manifest-sha256.txt"].decode()
    assert b"Retention: for ever" in found["bag-info.txt"]
    told = report(whole)
    assert told.sound and (told.sha256, told.ref, told.files) == (made.sha256, f"urn:uuid:{made.ref}", made.files)
    assert queries.package(made.ref) == made and queries.kept(made.file).kind is Kind.ZIP
    assert sender.facts(made.ref) == ["PackageMade"]


def test_what_was_sent_may_go_the_package_stays(sender: Sender, papers: Papers) -> None:
    made = packed(sender, papers)
    actions.discard(UUID(str(papers["材料/章程.pdf"])), by=sender.by, at=AT)
    assert report(sender.read(made.file)).sound
    with pytest.raises(NotFound):
        packed(sender, papers)
    with pytest.raises(Conflict):
        actions.discard(made.file, by=sender.by, at=AT)


def test_for_ever_needs_no_date_and_a_date_is_never_missing(sender: Sender, papers: Papers) -> None:
    ever, ten = packed(sender, papers), packed(sender, papers, until=date(2037, 1, 1))
    assert ever.until is None and ten.until == date(2037, 1, 1)
    assert b"Retention: 2037-01-01" in parts(sender.read(ten.file))["bag-info.txt"]
    assert queries.held(on=date(2036, 12, 31)).over == 0 and queries.held(on=date(2037, 1, 1)).over == 1
    row = Package.objects.get(ref=ever.ref)
    row.pk, row.ref, row.forever = None, ten.file, False  # neither for ever nor until a day
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_itself_refuses_to_change_a_package(sender: Sender, papers: Papers) -> None:
    from linli.engines.archive import models

    models.freeze()
    made = packed(sender, papers)
    for write in (f"UPDATE {Package._meta.db_table} SET sha256 = ''", f"DELETE FROM {Package._meta.db_table}"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(write)
    assert queries.package(made.ref) == made


@pytest.mark.parametrize("wrong", [
    {"structure": STRUCTURE[:1]}, {"structure": (*STRUCTURE, STRUCTURE[0])}, {"metadata": {"origin": "x"}},
    {"metadata": {**METADATA, "origin": ""}}, {"files": {}, "structure": ()},
    {"files": {"../a.json": b"x"}, "structure": (Section("a", ("../a.json",)),)},
    {"files": {"a.json": b"x", "A.json": b"x"}, "structure": (Section("a", ("a.json", "A.json")),)},
])
def test_no_package_is_made_of_what_is_not_whole(sender: Sender, papers: Papers, wrong: dict[str, Any]) -> None:
    before = len(sender.lying())
    with pytest.raises(ValueError, match="package|path"):
        packed(sender, wrong.pop("files", papers), **wrong)
    assert len(sender.lying()) == before


def test_a_paper_that_changed_on_the_disk_is_not_packed_as_if_nothing_were(sender: Sender, papers: Papers) -> None:
    file = next(file for file in sender.lying() if file.name == str(papers["材料/章程.pdf"]))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Conflict):
        packed(sender, papers)
    assert Package.objects.count() == 0


def test_packages_are_looked_at_again_and_a_damaged_one_is_named(sender: Sender, papers: Papers) -> None:
    made, other = packed(sender, papers), packed(sender, papers)
    assert jobs.check_packages(AT + timedelta(days=29)) == 0 and queries.package(made.ref).checked_at == AT
    file = next(file for file in sender.lying() if file.name == str(made.file))
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(whole[:-20] + bytes(20))
    at = AT + timedelta(days=31)
    assert jobs.check_packages(at) == 1
    assert queries.package(made.ref).fault == "changed" and queries.package(other.ref).fault == ""
    assert queries.held(on=at.date()).damaged == ((made.ref, "changed"),)
    file.unlink()
    assert actions.check(made.ref, by=SYSTEM, at=at) == actions.check(made.ref, by=SYSTEM, at=at) == "gone"
    file.write_bytes(whole)  # it came back from a backup
    assert actions.check(made.ref, by=SYSTEM, at=at) == "" and queries.held(on=at.date()).damaged == ()
    assert sender.facts(made.ref) == ["PackageMade", "PackageDamaged", "PackageDamaged", "PackageSound"]


def altered(whole: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The package with parts changed, taken out (None) or put in."""
    top = report(whole).ref.removeprefix("urn:uuid:")
    found: dict[str, Any] = {**parts(whole), **changes}
    return samples.packed({f"{top}/{path}": content for path, content in found.items() if content is not None})


@pytest.mark.parametrize(("changes", "faults"), [
    ({"data/材料/章程.pdf": b"other"}, {(Fault.CHANGED, "data/材料/章程.pdf"), (Fault.CHANGED, "bag-info.txt")}),
    ({"data/材料/章程.pdf": None}, {(Fault.MISSING, "data/材料/章程.pdf"), (Fault.CHANGED, "bag-info.txt")}),
    ({"data/more.txt": b""}, {(Fault.EXTRA, "data/more.txt"), (Fault.CHANGED, "bag-info.txt")}),
    ({"metadata/metadata.json": b"{}"}, {(Fault.CHANGED, "metadata/metadata.json")}),
    ({"metadata/structure.json": b"[]"}, {(Fault.CHANGED, "metadata/structure.json"),
                                          (Fault.STRUCTURE, "metadata/structure.json")}),
    ({"bagit.txt": None}, {(Fault.NOT_ONE, "")}),
])
def test_whoever_has_a_package_sees_what_was_done_to_it(
        sender: Sender, papers: Papers, changes: dict[str, bytes | None], faults: set[tuple[Fault, str]]) -> None:
    whole = sender.read(packed(sender, papers).file)
    assert report(altered(whole, {})).sound, "packed anew, it is the same package"
    assert set(report(altered(whole, changes)).faults) == faults


def test_a_byte_that_tips_over_is_found(sender: Sender, papers: Papers) -> None:
    whole = bytearray(sender.read(packed(sender, papers).file))
    whole[whole.index(b"Catalog")] ^= 1
    assert (Fault.CHANGED, "data/材料/章程.pdf") in report(bytes(whole)).faults
    assert report(bytes(whole[:-30])).faults == report(b"PK\3\4").faults == ((Fault.NOT_ONE, ""),)


def test_the_command_says_whether_a_package_holds(sender: Sender, papers: Papers, tmp_path: Path) -> None:
    file, said = tmp_path / "package.zip", list[str]()
    made = packed(sender, papers)
    file.write_bytes(sender.read(made.file))
    assert commands.is_package(file) and commands.verify(file, say=said.append) == 0
    assert made.sha256 in said[0] and "社会团体成立登记" in said[0]
    file.write_bytes(altered(file.read_bytes(), {"data/more.txt": b"x"}))
    assert commands.verify(file, as_json=True, say=said.append) == 1
    assert json.loads(said[1])["faults"][0] == {"fault": "extra", "path": "data/more.txt"}
    with pytest.raises(NotFound):
        commands.verify(tmp_path / "none.zip")
