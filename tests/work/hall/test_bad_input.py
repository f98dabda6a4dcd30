"""What cannot be right, through page and API: refused in a sentence, and nothing that was there is lost."""
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from linli.engines.archive import queries as archive
from linli.kernel.refusals import NotFound
from linli.work.hall import actions
from linli.work.hall.states import State
from tests.actors import AT
from tests.engines.archive import samples
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, PNG, Scene, picture

OFD = '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'
TRAPS = {
    "program": ("申请表.pdf", samples.PROGRAM, "archive.programs", "This is a program"),
    "program of Linux": ("照片.png", samples.ELF, "archive.programs", "This is a program"),
    "program in a package": ("a.ofd", samples.packed({"OFD.xml": OFD, "setup.exe": samples.PROGRAM}),
                             "archive.programs", "program"),
    "zip bomb": ("a.ofd", samples.bomb(120), "archive.bombs", ""),
    "zip bomb of many names": ("a.ofd", samples.overlapping(), "archive.bombs", ""),
    "zip in zip in zip": ("a.ofd", samples.nested(3), "archive.bombs", ""),
    "way out of the folder": ("a.ofd", samples.packed({"OFD.xml": OFD, "../../etc/a": b"x"}), "archive.bombs", ""),
    "XML bomb": ("a.ofd", samples.packed({"OFD.xml": samples.LAUGHS}), "archive.bombs", ""),
    "XML that reads our files": ("a.ofd", samples.packed({"OFD.xml": OFD, "a.xml": samples.OUTSIDE}),
                                 "archive.bombs", ""),
    "picture that fills a wall": ("a.png", samples.png(20_000, 20_000), "archive.bombs", ""),
    "broken off": ("a.pdf", samples.PDF[:40], "archive.whole", ""),
    "empty": ("a.pdf", b"", "archive.whole", ""),
}


def sent(path: str, name: str, content: bytes, scene: Scene) -> HttpResponse:
    return visit(path, {"material": "photo", "file": SimpleUploadedFile(name, content)}, by=scene.applicant,
                 method="POST")


@pytest.fixture
def draft(scene: Scene) -> Any:
    """A draft with one good paper in it."""
    ref = scene.draft()
    actions.attach(ref, material="photo", name="好.png", stream=picture(), by=scene.applicant, at=AT)
    return ref


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_in_a_sentence_and_the_draft_stays_as_it_was(scene: Scene, draft: Any, trap: str) -> None:
    name, content, rule, words = TRAPS[trap]
    page = sent(f"/hall/applications/{draft}/papers/", name, content, scene)
    assert page.status_code == 422 and words in text(page)
    assert "好.png" in text(page)
    answer = sent(f"/api/v1/applications/{draft}/papers", name, content, scene)
    told = json.loads(answer.content)
    assert (answer.status_code, told["rule"]) == (422, rule) and told["detail"].rstrip("”").endswith((".", "?"))
    one = scene.file(draft)
    assert [paper.name for paper in one.content.papers] == ["好.png"] and one.content.answers["deed"] == ANSWERS["deed"]
    assert len(archive.kept_of(f"person:{scene.person}")) == 1


class Untouched:
    def read(self, *_: int) -> bytes:
        raise AssertionError("somebody began to read it")

    readline = read


@pytest.mark.parametrize("path", ["/hall/applications/{}/papers/", "/api/v1/applications/{}/papers"])
def test_five_gigabytes_are_refused_before_any_of_it_is_read(scene: Scene, draft: Any, path: str) -> None:
    huge: Any = {"wsgi.input": Untouched(), "CONTENT_LENGTH": "5000000000"}
    answer: Any = Client().generic("POST", path.format(draft), "", "multipart/form-data; boundary=x", **huge)
    assert answer.status_code == 413 and "50 MB" in (
        answer.json()["detail"] if "api" in path else answer.content.decode())
    assert len(scene.file(draft).content.papers) == 1


def test_the_same_paper_sent_twice_is_there_once(scene: Scene, draft: Any) -> None:
    for path, status in ((f"/hall/applications/{draft}/papers/", 302), (f"/api/v1/applications/{draft}/papers", 201)):
        assert sent(path, "又一次.png", PNG, scene).status_code == status
    assert [paper.name for paper in scene.file(draft).content.papers] == ["好.png"]
    assert len(archive.kept_of(f"person:{scene.person}")) == 1
    sent(f"/hall/applications/{draft}/papers/", "另一张.png", samples.png(3, 2), scene)
    assert len(scene.file(draft).content.papers) == 2


def test_a_link_to_a_paper_is_for_one_reader_and_for_a_while(scene: Scene, draft: Any) -> None:
    actions.submit(draft, version=1, by=scene.applicant, at=AT)
    (link,) = re.findall(r'href="(/files/[^"]+)"', text(visit(f"/hall/applications/{draft}/", by=scene.clerk)))[:1]
    assert visit(link, by=scene.clerk, at=AT).status_code == 200
    over = visit(link, by=scene.clerk, at=AT + timedelta(hours=1))
    assert over.status_code == 409 and "gives you a new one" in text(over)
    assert visit(link, by=scene.applicant, at=AT).status_code == 404


def test_who_hands_in_a_tab_that_fell_behind_loses_nothing(scene: Scene, draft: Any) -> None:
    actions.save(draft, version=1, answers={"deed": "在另一个窗口改过的话"}, by=scene.applicant, at=AT)
    page = visit(f"/hall/applications/{draft}/hand-in/", {"version": "1"}, by=scene.applicant, method="POST")
    assert page.status_code == 409 and "saved in another tab" in text(page)
    one = scene.file(draft)
    assert one.card.state is State.DRAFT and one.content.answers["deed"] == "在另一个窗口改过的话"
    told = visit(f"/api/v1/applications/{draft}/submit", {"version": 1}, by=scene.applicant, method="POST")
    assert told.status_code == 409 and json.loads(told.content)["detail"].endswith(".")


def test_two_officers_are_told_who_was_first_and_what_they_typed_stays(scene: Scene) -> None:
    ref = scene.reviewed()
    path = f"/hall/applications/{ref}/"
    assert visit(f"{path}grant/", by=scene.second, method="POST").status_code == 302
    late = visit(f"{path}propose-refusal/", {"refuse-ground": "fraud", "refuse-reasons": "照片是假的。"}, by=scene.head,
                 method="POST")
    assert late.status_code == 409 and "no longer open" in text(late)
    told = visit(f"/api/v1/applications/{ref}/propose-refusal", {"ground": "fraud", "reasons": "照片是假的。"},
                 by=scene.head, method="POST")
    assert told.status_code == 409 and scene.file(ref).card.state is State.GRANTED


def test_a_file_that_is_in_no_application_is_taken_out_of_none(scene: Scene, draft: Any) -> None:
    other = scene.draft()
    file = scene.file(draft).content.papers[0].file
    page = visit(f"/hall/applications/{other}/papers/{file}/remove/", by=scene.applicant, method="POST")
    assert page.status_code == 404 and scene.file(draft).content.papers
    with pytest.raises(NotFound):
        actions.compare(scene.submitted(), file=scene.person, by=scene.clerk, at=AT)
