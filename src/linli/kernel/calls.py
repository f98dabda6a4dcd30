"""Calls to other nodes over HTTP: bounded in time and size, no redirects, no proxies of the surroundings."""
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

SECONDS, MOST = 10.0, 10_000_000


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    kind: str
    """The media type, without its parameters."""


class Unreachable(OSError):
    """Nobody answered, not in time, or more than was wanted."""


def get(url: str, *, most: int = MOST, seconds: float = SECONDS) -> Answer:
    """GET. `most` bytes are read. Refuses: Unreachable; ValueError (no http address)."""
    return _call("GET", url, None, {}, most, seconds)


def post(url: str, body: bytes, *, kind: str = "text/plain; charset=utf-8", most: int = MOST,
         seconds: float = SECONDS, headers: Mapping[str, str] | None = None) -> Answer:
    """POST. Refuses as `get`."""
    return _call("POST", url, body, {"Content-Type": kind, **(headers or {})}, most, seconds)


def _call(method: str, url: str, body: bytes | None, headers: dict[str, str], most: int, seconds: float) -> Answer:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url} is not an address of the web")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname, parts.port, timeout=seconds)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request(method, path, body, {"Accept-Encoding": "identity", "User-Agent": "linli", **headers})
        return _read(line.getresponse(), most)
    except (OSError, HTTPException) as why:
        raise Unreachable(f"{parts.hostname}: {why or type(why).__name__}") from why
    finally:
        line.close()


def _read(answer: HTTPResponse, most: int) -> Answer:
    body = answer.read(most + 1)
    if len(body) > most:
        raise Unreachable(f"more than {most} bytes were sent")
    return Answer(answer.status, body, answer.headers.get_content_type())
