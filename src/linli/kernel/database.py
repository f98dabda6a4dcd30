"""How the two databases write safely.

SQLite lets one process write at a time and starves the others while they poll for its lock. A lock file round each
writing transaction (`flock`, fair in practice and released by the kernel when a process dies) takes the polling away.
PostgreSQL needs nothing of the kind.
"""
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection

_threads = Lock()  # flock is per open file, and each thread opens its own; the mutex keeps a process's threads in line


@contextmanager
def write_turn() -> Iterator[None]:
    """Hold this database's turn to write; on anything but an SQLite file, at once and for nothing."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "memory" in name:
        yield
        return
    with _threads:
        turn = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)
