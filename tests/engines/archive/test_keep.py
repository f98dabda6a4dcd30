"""Somebody sends a paper; it is kept as it came, and nobody reads it on the disk."""
import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.engines.archive import actions, queries
from linli.engines.archive.models import OwnerKey
from linli.engines.archive.queries import Kind
from linli.kernel.action import action
from linli.kernel.crypto import PIECE, Unreadable
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from tests.actors import AT
from tests.engines.archive import samples
from tests.engines.archive.conftest import Sender

LONG = samples.PDF[:-6] + b"x" * (3 * PIECE) + b"%%EOF\n"


def test_what_was_sent_comes_back_byte_for_byte(sender: Sender) -> None:
    for content in (samples.PDF, LONG):
        kept = sender.keep(content, most_bytes=len(content))
        assert sender.read(kept.ref) == content
        assert kept == queries.kept(kept.ref) == queries.kept_all([kept.ref])[kept.ref]
        assert (kept.name, kept.kind, kept.size) == ("章程.pdf", Kind.PDF, len(content))
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        assert sender.facts(kept.ref) == ["FileKept"]


def test_what_lies_on_the_disk_says_nothing(sender: Sender) -> None:
    kept = sender.keep()
    (file,) = sender.lying()
    assert str(kept.ref) == file.name and b"Catalog" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o400


def test_a_stream_that_can_be_read_once_is_kept_in_pieces(sender: Sender) -> None:
    class Once:
        def __init__(self) -> None:
            self.inner, self.largest = BytesIO(LONG), 0

        def read(self, size: int, /) -> bytes:
            self.largest = max(self.largest, size)
            return self.inner.read(size)

    stream = Once()
    kept = actions.keep("a.pdf", stream, kinds={Kind.PDF}, most_bytes=10**7, owner=sender.owner, by=sender.by, at=AT)
    assert sender.read(kept.ref) == LONG and 0 < stream.largest <= PIECE


def test_an_upload_is_looked_into_where_it_lies(sender: Sender) -> None:
    sent = SimpleUploadedFile("章程.docx", samples.docx(), "application/pdf")  # whatever a browser calls it
    sent.read()
    kept = actions.keep(sent.name or "", sent, kinds={Kind.DOCX}, most_bytes=10**6, owner=sender.owner, by=sender.by,
                        at=AT)
    assert sender.read(kept.ref) == samples.docx() and kept.name == "章程.docx"


def test_too_large_a_stream_is_refused_while_it_comes(sender: Sender) -> None:
    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(RuleBroken, match="larger than 1 MB") as refused:
        actions.keep("a.pdf", stream, kinds={Kind.PDF}, most_bytes=1_000_000, owner=sender.owner, by=sender.by, at=AT)
    assert refused.value.field == "file" and stream.given < 2_000_000 and sender.lying() == []


@pytest.mark.parametrize("content", [samples.PDF + b"x" * 100, samples.PROGRAM, b""])
def test_of_what_is_refused_nothing_is_left(sender: Sender, content: bytes) -> None:
    with pytest.raises(RuleBroken):
        sender.keep(content, most_bytes=len(samples.PDF))
    assert sender.lying() == [] and queries.kept_of(sender.owner) == []


def test_what_an_action_takes_back_is_swept_from_the_disk(sender: Sender) -> None:
    @action
    def changes_its_mind() -> None:
        sender.keep()
        raise RuleBroken(N_("No."))

    kept = sender.keep()
    with pytest.raises(RuleBroken):
        changes_its_mind()
    assert len(sender.lying()) == 2
    left = max(file.stat().st_mtime for file in sender.lying())
    assert actions.sweep(before=AT.fromtimestamp(left - 60, AT.tzinfo)) == 0, "it may still be on its way"
    assert actions.sweep(before=AT.fromtimestamp(left + 60, AT.tzinfo)) == 1
    assert [file.name for file in sender.lying()] == [str(kept.ref)]


def test_a_file_that_was_changed_moved_or_cut_off_is_not_given_out(sender: Sender) -> None:
    one, other = sender.keep(LONG, most_bytes=10**7), sender.keep(LONG, most_bytes=10**7)
    first, second = (next(file for file in sender.lying() if file.name == str(kept.ref)) for kept in (one, other))
    whole = first.read_bytes()
    piece = PIECE + 29
    for broken in (whole[:-1], whole[:2 * piece], whole[piece:], whole[piece:2 * piece] + whole[:piece]
                   + whole[2 * piece:], whole[:100] + bytes([whole[100] ^ 1]) + whole[101:], second.read_bytes(), b""):
        first.chmod(0o600)
        first.write_bytes(broken)
        with pytest.raises(Unreadable):
            sender.read(one.ref)
    first.unlink()
    with pytest.raises(NotFound):
        queries.read(one.ref)


def test_who_lets_go_of_a_file_takes_its_bytes_along(sender: Sender, django_capture_on_commit_callbacks: type) -> None:
    kept, other = sender.keep(), sender.keep()
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(kept.ref, by=sender.by, at=AT)
    assert [file.name for file in sender.lying()] == [str(other.ref)]
    assert set(queries.kept_all([kept.ref, other.ref])) == {other.ref}
    for again in (queries.kept, queries.read):
        with pytest.raises(NotFound):
            again(kept.ref)
    with pytest.raises(NotFound):
        actions.discard(kept.ref, by=sender.by, at=AT)
    assert sender.facts(kept.ref) == ["FileKept", "FileCleared"]


def test_each_owner_has_a_key_of_their_own(sender: Sender) -> None:
    mine, others = sender.keep(), sender.keep(owner=f"organisation:{new_ref()}")
    assert OwnerKey.objects.count() == 2
    OwnerKey.objects.filter(owner=sender.owner).delete()
    with pytest.raises(NotFound):
        queries.kept(mine.ref)
    assert sender.read(others.ref) == samples.PDF
    assert queries.kept_of(others.owner) == [others] and queries.kept_of(sender.owner) == []


def test_many_files_cost_few_queries(sender: Sender, django_assert_max_num_queries: Any) -> None:
    refs = [sender.keep().ref for _ in range(3)]
    with django_assert_max_num_queries(2):
        assert set(queries.kept_all(refs)) == set(refs)
    with django_assert_max_num_queries(0):
        assert queries.kept_all([]) == {}
