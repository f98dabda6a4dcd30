"""What is too large is refused before any of it is read; what is large lies nowhere to be read."""
import os
import socket
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from linli.shell.uploads import Veiled
from tests.engines.archive.test_veiled import MARK, lying, needs_proc
from tests.node import Node

HUGE = "5000000000"


class Untouched:
    def read(self, *_: int) -> bytes:
        raise AssertionError("somebody began to read it")

    readline = read


def send(path: str, *, language: str = "en", **said: str) -> Any:
    client = Client(headers={"Accept-Language": language})
    given: dict[str, Any] = {"wsgi.input": Untouched(), **said}
    return client.generic("POST", path, "", "multipart/form-data; boundary=x", **given)


@pytest.mark.django_db
def test_five_gigabytes_are_refused_in_a_sentence_unread() -> None:
    page = send("/accounts/sign-in/", CONTENT_LENGTH=HUGE)
    assert page.status_code == 413 and "larger than 50 MB" in page.content.decode()
    assert "Go back and change" in page.content.decode()
    assert "超过 50 MB" in send("/accounts/sign-in/", CONTENT_LENGTH=HUGE, language="zh-hans").content.decode()
    part = send("/accounts/sign-in/", CONTENT_LENGTH=HUGE, HTTP_HX_REQUEST="true")
    assert part.status_code == 413 and "<html" not in part.content.decode() and "50 MB" in part.content.decode()
    told = send("/api/v1/needs", CONTENT_LENGTH=HUGE)
    assert told.status_code == 413 and told["Content-Type"] == "application/problem+json"
    assert told.json()["rule"] == "uploads.size"


@pytest.mark.django_db
def test_what_says_no_size_or_none_that_is_one_is_not_waited_for() -> None:
    assert send("/accounts/sign-in/", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked").status_code == 411
    assert send("/accounts/sign-in/", CONTENT_LENGTH="-1").status_code == 413
    assert send("/accounts/sign-in/", CONTENT_LENGTH="1e3").status_code == 413


@pytest.mark.slow
@pytest.mark.parametrize("how", [f"Content-Length: {HUGE}", "Transfer-Encoding: chunked"])
def test_the_server_ends_a_huge_upload_at_its_beginning(node: Node, how: str) -> None:
    begin, sent, answer = monotonic(), 0, b""
    with socket.create_connection(("127.0.0.1", node.port), timeout=10) as line:
        line.sendall(f"POST /accounts/sign-in/ HTTP/1.1\r\nHost: localhost\r\n{how}\r\n"
                     "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        try:
            while sent < 200_000_000:
                line.sendall(b"40000\r\n" + bytes(1 << 18) + b"\r\n" if "chunked" in how else bytes(1 << 18))
                sent += 1 << 18
        except OSError:
            pass  # it hung up
        try:
            answer = line.recv(4096)
        except OSError:
            pass
    assert sent < 200_000_000 and monotonic() - begin < 10, "it went on reading"
    assert not answer or answer.split()[1] in {b"413", b"411"}
    assert node.visitor().ask("/").status == 200, "and goes on serving"


LARGE = MARK * 20_000


def _sent() -> Any:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("paper.pdf", LARGE)})
    assert len(LARGE) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    return request, request.FILES["file"]


@needs_proc
def test_what_is_too_much_for_memory_lies_nowhere_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    request, file = _sent()
    file.file.flush()
    assert not [*tmp_path.iterdir()], "no file with a name"
    there = lying()
    assert len(there) >= len(LARGE) and MARK[:24] not in there
    assert file.size == len(LARGE) and file.seekable() and file.read() == LARGE and b"".join(file.chunks()) == LARGE
    request.close()
    assert file.closed and len(lying()) < len(LARGE)


@needs_proc
def test_what_is_looked_for_is_found_where_it_lies_plain(settings: Any) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    request, file = _sent()
    with open(file.temporary_file_path(), "rb") as plain:
        os.unlink(file.temporary_file_path())
        assert MARK[:24] in plain.read() and MARK[:24] in lying()
    file.file._closer.delete = False
    request.close()


def test_half_an_upload_leaves_nothing() -> None:
    handler = Veiled()
    handler.new_file("file", "a.pdf", "application/pdf", None)
    handler.receive_data_chunk(LARGE, 0)
    handler.upload_interrupted()
    assert handler.file.closed
