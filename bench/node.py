"""A demo node to measure: its own process, a free port, the small city; and a visitor that keeps its cookies."""
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tools.postgres import free_port

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    weight: int
    """Bytes as sent, compressed."""
    milliseconds: float
    queries: int
    location: str

    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """One browser: cookies, compression, a connection kept open."""

    def __init__(self, port: int, *, language: str = "zh-hans") -> None:
        self._line, self._cookies = HTTPConnection("127.0.0.1", port, timeout=30), {"django_language": language}

    def ask(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Answer:
        """GET, or POST a form with its CSRF token."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers |= {"Host": "localhost", "Accept-Encoding": "gzip", "Cookie": cookies}
        body = None
        if data is not None:
            body = urlencode(data | {"csrfmiddlewaretoken": self._cookies.get("csrftoken", "")}, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}
        self._line.request("GET" if body is None else "POST", path, body, headers)
        answer = self._line.getresponse()
        raw = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        timing = answer.headers.get("Server-Timing", "")
        spent, queries = re.search(r"app;dur=([\d.]+)", timing), re.search(r'desc="(\d+)"', timing)
        plain = gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw
        return Answer(answer.status, plain, len(raw), float(spent[1]) if spent else 0.0,
                      int(queries[1]) if queries else 0, answer.headers.get("Location", ""))

    def be(self, persona: str) -> None:
        """Sign in as one of the demo's people."""
        self.ask("/demo/")
        signed_in = self.ask("/demo/", {"persona": persona, "key": persona})
        assert signed_in.status in {302, 303}, signed_in.status


@contextmanager
def demo(data: str | None = None, *, size: str = "small",
         more: tuple[str, ...] = ()) -> Iterator[tuple[int, dict[str, Any], float]]:
    """Start the demo; gives its port, what it told (`--ready`), and the seconds until it was ready."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        ready, begin = Path(folder) / "ready.json", time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "linli", "demo", "--size", size, "--port", str(port), "--ready", str(ready),
             *(["--data", data] if data else []), *more], env=dict(os.environ, LINLI_TESTING=""), cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if size == "small" else None,  # the long one tells of it
        )
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise SystemExit((process.stderr.read() if process.stderr else b"").decode()[-2000:])
                time.sleep(0.02)
            yield port, json.loads(ready.read_text()), time.monotonic() - begin
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(timeout=20)
        assert ended == 0, f"asked to end, the demo ended with {ended}"


def share(values: list[float], part: float) -> float:
    """The value that this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
