"""Calls to other nodes end in time, and bring no more than was wanted."""
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from linli.kernel import calls


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
            return
        if self.path == "/nonsense":
            self.wfile.write(b"hello\r\n\r\n")
            return
        self._say(200 if self.path.startswith("/") else 404, self.path.encode() * (1000 if "long" in self.path else 1))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(409, self.headers["Content-Type"].encode() + b"|" + body)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/x.tlog.size; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_answered_comes_back_with_its_status_and_type(url: str) -> None:
    assert calls.get(f"{url}/a?b=c") == calls.Answer(200, b"/a?b=c", "text/x.tlog.size")
    assert calls.get(url).body == b"/"
    answer = calls.post(f"{url}/x", b"body", kind="text/plain")
    assert (answer.status, answer.body) == (409, b"text/plain|body")


def test_nobody_is_followed_elsewhere(url: str) -> None:
    assert calls.get(f"{url}/moved").status == 302


def test_more_than_was_wanted_is_refused(url: str) -> None:
    assert len(calls.get(f"{url}/long", most=5000).body) == 5000
    with pytest.raises(calls.Unreachable, match="4999"):
        calls.get(f"{url}/long", most=4999)


def test_nobody_there_and_nonsense_are_told_apart_from_answers(url: str) -> None:
    for address in ("http://127.0.0.1:9/", f"{url}/nonsense"):
        with pytest.raises(calls.Unreachable, match="127.0.0.1"):
            calls.get(address)


@pytest.mark.parametrize("address", ["ftp://example.com/", "file:///etc/passwd", "example.com", "http://", "http:///x"])
def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="web"):
        calls.get(address)
