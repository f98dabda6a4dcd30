"""What a file is, and what is no file to be kept. No database."""
import zipfile
from io import BytesIO

import pytest

from linli.engines.archive.rules import KINDS, Kind, kept_name, looked_at
from linli.kernel.refusals import RuleBroken
from tests.engines.archive import samples

EVERY = frozenset(KINDS)


def kind(content: bytes, name: str = "a.pdf", kinds: frozenset[Kind] = EVERY) -> Kind:
    return looked_at(BytesIO(content), name=name, kinds=kinds)


def why(content: bytes, name: str = "a.pdf", kinds: frozenset[Kind] = EVERY) -> tuple[str | None, str]:
    with pytest.raises(RuleBroken) as refused:
        kind(content, name, kinds)
    assert refused.value.field == "file"
    return refused.value.rule, str(refused.value)


@pytest.mark.parametrize(("content", "found"), [
    (samples.PDF, Kind.PDF), (samples.png(), Kind.PNG), (samples.jpeg(), Kind.JPEG), (samples.docx(), Kind.DOCX),
    (samples.xlsx(), Kind.XLSX), (samples.ofd(), Kind.OFD), (samples.packed({"a.txt": b"a"}), Kind.ZIP),
    (b"<?xml version='1.0'?><a><b>1</b></a>", Kind.XML), ("\ufeff<a/>".encode("utf-16-le"), Kind.XML),
    ("姓名，单位\n".encode(), Kind.TEXT), ("姓名，单位\n".encode("gb18030"), Kind.TEXT), (b"MZ is a word", Kind.TEXT),
])
def test_a_file_is_what_is_in_it_whatever_it_is_called(content: bytes, found: Kind) -> None:
    assert kind(content, "a.exe") is found


def test_rows_of_text_are_what_their_name_says() -> None:
    assert kind(b"a,b\n1,2\n", "a.CSV") is Kind.CSV


@pytest.mark.parametrize("content", [samples.PROGRAM, samples.ELF, b"#!/bin/sh\nrm -r x\n", b"\xca\xfe\xba\xbe\0\0"])
def test_a_program_named_pdf_is_a_program(content: bytes) -> None:
    rule, said = why(content, "申请表.pdf", frozenset({Kind.PDF}))
    assert rule == "archive.programs" and "PDF" in said


@pytest.mark.parametrize("content", [
    samples.packed({"readme.txt": b"a", "setup.txt": samples.PROGRAM}), samples.packed({"run.bat": b"del"}),
    samples.docx({"word/vbaProject.bin": b"x"}),
    samples.packed({"a.docx": samples.docx({"word/vbaProject.bin": b"x"})}),
    samples.docx({"word/embeddings/a.bin": samples.PROGRAM}),
])
def test_no_program_comes_packed(content: bytes) -> None:
    assert why(content)[0] == "archive.programs"


@pytest.mark.parametrize("content", [
    samples.overlapping(), samples.nested(3), samples.packed({f"{n}": b"" for n in range(5_001)}),
    samples.packed({"../../etc/cron.d/a": b"x"}), samples.packed({"/etc/a": b"x"}), samples.packed({"c:\\a": b"x"}),
    samples.docx({"word/a.xml": samples.LAUGHS}), samples.docx({"word/a.xml": samples.OUTSIDE}),
    samples.LAUGHS.encode(), samples.OUTSIDE.encode(), samples.LAUGHS.encode("utf-16"),
    samples.packed({"a.xml": samples.LAUGHS}), samples.png(20_000, 20_000), samples.jpeg(60_000, 60_000),
])
def test_a_trap_is_seen_without_falling_into_it(content: bytes) -> None:
    assert why(content)[0] == "archive.bombs"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    small = samples.bomb(30)
    assert len(small) < 40_000
    unpacked: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: unpacked.append("opened"))
    assert why(small)[0] == "archive.bombs" and not unpacked


@pytest.mark.parametrize("content", [
    samples.PDF[:40], samples.docx()[:-30], samples.lying(), samples.png()[:20], samples.jpeg()[:8], b"<a><b></a>",
    b"<a>" * 300, b"%PDF-1.7 /Encrypt 5 0 R %%EOF",
    samples.packed({"a.txt": bytes(1000)}).replace(b"PK\1\2", b"XX\1\2"),
    samples.locked(), b"",
])
def test_what_nobody_could_read_is_refused(content: bytes) -> None:
    assert why(content)[0] == "archive.whole"


@pytest.mark.parametrize(("content", "name"), [
    (samples.PDF, "a.pdf"), (samples.docx(), "a.pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "a.doc"),
    (b"Rar!\x1a\x07\x01\0", "a.rar"), (b"plain", "a.png"), (bytes(50), "a.png"),
])
def test_another_kind_than_was_asked_for_is_named(content: bytes, name: str) -> None:
    rule, said = why(content, name, frozenset({Kind.PNG, Kind.JPEG}))
    assert rule == "archive.kinds" and "JPEG, PNG" in said


def test_a_web_page_is_no_xml_to_be_kept() -> None:
    assert why(b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>")[0] == "archive.kinds"


@pytest.mark.parametrize(("name", "of", "kept"), [
    ("申请表.pdf", Kind.PDF, "申请表.pdf"), ("photo.JPEG", Kind.JPEG, "photo.jpeg"), ("a.jpg", Kind.PNG, "a.png"),
    ("..\\..\\a.pdf", Kind.PDF, "a.pdf"), ("/etc/passwd", Kind.TEXT, "passwd.txt"), ("", Kind.PDF, "file.pdf"),
    ("a\u202efdp.exe", Kind.PDF, "afdp.pdf"), ("a" * 300 + ".pdf", Kind.PDF, "a" * 116 + ".pdf"),
    ("第3.1版", Kind.PDF, "第3.pdf"), ("a<b>:c.pdf", Kind.PDF, "a b c.pdf"), ("a.b.pdf", Kind.PDF, "a.b.pdf"),
])
def test_a_file_keeps_its_name_as_far_as_that_is_harmless(name: str, of: Kind, kept: str) -> None:
    assert kept_name(name, of) == kept
