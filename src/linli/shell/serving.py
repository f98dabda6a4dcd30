"""Runs a node: the web server in one process, watchers and jobs in another, both ended cleanly together."""
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from threading import Event

from linli.shell.commands import note

PATIENCE = 60.0  # seconds until the server must answer


def serve(host: str, port: int, *, ready: Callable[[], None], workers: int = 1) -> int:
    """Serve until told to stop (SIGTERM, Ctrl-C: exit 0) or until a part dies (exit 1)."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # a session of their own: Ctrl-C reaches this process only, which then ends them in order
    parts = [subprocess.Popen(command, env=dict(os.environ), start_new_session=True) for command in (
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers",
         str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "linli.shell.wsgi:application"],
        [sys.executable, "-m", "linli", "work"],
    )]
    try:
        if not _answers(host, port, stop, parts):
            if not stop.is_set():
                note("The server did not start; what it said stands above.")
            return 0 if stop.is_set() else 1
        ready()
        while not stop.wait(0.5):
            if any(part.poll() is not None for part in parts):
                note("A part of the node has ended by itself; what it said stands above.")
                return 1
        return 0
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            try:
                part.wait(timeout=10)
            except subprocess.TimeoutExpired:
                part.kill()


def _answers(host: str, port: int, stop: Event, parts: list[subprocess.Popen[bytes]]) -> bool:
    deadline = time.monotonic() + PATIENCE
    reach = "127.0.0.1" if host == "0.0.0.0" else host
    while time.monotonic() < deadline and not stop.wait(0.05):
        if any(part.poll() is not None for part in parts):
            return False
        try:
            line = HTTPConnection(reach, port, timeout=5)
            line.request("GET", "/api/v1/openapi.json", headers={"Host": "localhost"})
            if line.getresponse().status == 200:
                return True
        except OSError:
            continue
    return False
