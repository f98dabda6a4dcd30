"""What was decided goes into the archive whole, and nothing that cannot be packed keeps the rest out of it."""
import json
import logging
import zipfile
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from linli.engines.archive import queries as archive
from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.registers.people import actions as people
from linli.work.hall import actions, rules
from tests.actors import AT, resident
from tests.registers.visiting import text, visit

from .conftest import Scene, picture

SAID = "Nothing is lost, and it is tried every day"


def decided(scene: Scene, *, paper: bool = False) -> tuple[UUID, UUID | None]:
    """A granted application, and its photograph."""
    ref = scene.draft()
    file = actions.attach(ref, material="photo", name="a.png", stream=picture(), by=scene.applicant,
                          at=AT) if paper else None
    version = 1 if paper else actions.save(ref, version=1, answers={}, promises=["photo"], by=scene.applicant, at=AT)
    actions.submit(ref, version=version, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=True, finding="邻居们都证实了。", by=scene.clerk, at=AT)
    actions.grant(ref, by=scene.head, at=AT)
    return ref, file


def read(scene: Scene, ref: UUID, name: str) -> Any:
    package = scene.file(ref, by=scene.head).package
    assert package
    with zipfile.ZipFile(BytesIO(b"".join(archive.read(archive.package(package).file)))) as whole:
        (path,) = [one for one in whole.namelist() if one.endswith(f"data/{name}")]
        return json.loads(whole.read(path))


def test_a_paper_that_was_damaged_keeps_no_other_application_out(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    first, file = decided(scene, paper=True)
    second, _ = decided(scene)
    lying = next(one for one in tmp_path.rglob("*") if one.name == str(file))
    lying.chmod(0o600)
    lying.write_bytes(lying.read_bytes()[:-1])
    with caplog.at_level(logging.ERROR, "linli.hall"):
        assert actions.pack_next(by=SYSTEM, at=AT, most=1) == 1
    assert scene.file(second, by=scene.head).package and not scene.file(first, by=scene.head).package
    assert str(first) in caplog.text and "a.png" not in caplog.text


@pytest.mark.slow
def test_what_cannot_be_packed_is_tried_after_growing_pauses_and_its_desk_is_told_once(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    ref, file = decided(scene, paper=True)
    lying = next(one for one in tmp_path.rglob("*") if one.name == str(file))
    whole = lying.read_bytes()
    lying.chmod(0o600)
    lying.write_bytes(whole[:-1])
    tries = rulebook.rule("hall.pack_tries", on=AT.date()).amount
    page, at, tried = f"/hall/applications/{ref}/", AT, []
    for minute in range(0, 600, 2):
        at, before = AT + timedelta(minutes=minute), len(caplog.records)
        assert actions.pack_next(by=SYSTEM, at=at) == 0
        tried += [minute] if len(caplog.records) > before else []
        if len(tried) == tries - 1 and tried[-1] == minute:
            assert SAID not in text(visit(page, by=scene.head, at=at))
    gaps = [after - before for before, after in pairwise(tried)]
    assert gaps == sorted(gaps) and gaps[0] <= 2 and len(tried) < 14  # not every round
    told = [one.fact for one in journal.history([ref])].count("hall.PackingFailed")
    assert told == 1 and SAID in text(visit(page, by=scene.head, at=at))
    assert SAID not in text(visit(page, by=scene.applicant, at=at))
    lying.write_bytes(whole)
    assert actions.pack_next(by=SYSTEM, at=at + timedelta(hours=9)) == 1  # never lost
    assert SAID not in text(visit(page, by=scene.head, at=at + timedelta(hours=9)))


def test_the_longest_pause_is_a_day() -> None:
    assert [rules.pack_pause(n) for n in (1, 2, 5)] == [timedelta(minutes=n) for n in (2, 4, 32)]
    assert rules.pack_pause(11) == rules.pack_pause(3000) == timedelta(days=1)


def test_who_was_erased_before_leaves_a_package_that_says_so(scene: Scene) -> None:
    first, _ = decided(scene)
    people.erase(scene.person, by=resident(scene.person, "people.see", "people.manage"), at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1 and actions.pack_next(by=SYSTEM, at=AT) == 0
    form = read(scene, first, "application.json")
    assert form["erased"] is True and form["answers"] == {}
    assert "邻居们" not in json.dumps(read(scene, first, "steps.json"), ensure_ascii=False)


def test_that_it_is_not_accepted_is_a_decision_and_is_kept(scene: Scene) -> None:
    ref = scene.submitted()
    actions.propose_return(ref, why="not_competent", text="由市文明办办理。", by=scene.clerk, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 0
    actions.confirm_return(ref, by=scene.head, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1
    told = read(scene, ref, "decision.json")
    assert (told["state"], told["ground"], told["reasons"]) == ("returned", "not_competent", "由市文明办办理。")


def test_what_the_desks_asked_found_proposed_and_objected_is_in_it(scene: Scene) -> None:
    ref = scene.submitted()
    actions.ask_completion(ref, text="请补充照片。", by=scene.clerk, at=AT)
    actions.complete(ref, version=scene.file(ref).version, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=False, finding="邻居说没有。", by=scene.clerk, at=AT)
    actions.propose_refusal(ref, reasons="没有这件事。", ground="no_deed", by=scene.head, at=AT)
    actions.object_(ref, text="证言没有看。", by=scene.second, at=AT)
    actions.propose_refusal(ref, reasons="看过了，仍没有。", ground="no_deed", by=scene.second, at=AT)
    actions.confirm_refusal(ref, by=scene.head, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1
    told = read(scene, ref, "steps.json")
    assert told["asked"] == "请补充照片。"
    assert [(one["step"], one["favourable"], one["found"], one["remark"], one["second_reading"])
            for one in told["taken"]] == [
        ("review", False, "邻居说没有。", "", False), ("decision", True, "没有这件事。", "证言没有看。", True),
        ("decision", False, "看过了，仍没有。", "", True)]
    assert [one["finished_by"] for one in told["taken"]] == [
        str(scene.clerk.ref), str(scene.second.ref), str(scene.head.ref)]
