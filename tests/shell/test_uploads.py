"""What is too large is refused before any of it is read."""
import socket
from time import monotonic
from typing import Any

import pytest
from django.test import Client

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
