"""A PostgreSQL of one's own: made in a temporary folder, on a free port, ended with the process that asked for it."""
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote


def found() -> Path | None:
    """The newest installed server's programs, or None."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return versions[-1].parent if versions else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(*, durable: bool = False, kept: Path | None = None, settings: Mapping[str, str] = MappingProxyType({}),
            by_socket: bool = False) -> Iterator[str]:
    """Start a server and give its URL; it stops and vanishes afterwards. Root hands it to the user `postgres`.

    It waits for the disk only if it is to be `durable`. A folder to be `kept` is made where it is missing, stays, and
    is used again; `settings` are the server's own. The URL names a port, or the folder of its socket.
    """
    programs = found()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed (on Debian: apt-get install postgresql).")
    folder = str(kept) if kept else tempfile.mkdtemp(prefix="linli-postgres-")
    Path(folder).mkdir(exist_ok=True)
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "cwd": folder}
    port = free_port()

    def call(*words: str) -> None:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **who)  # type: ignore[call-overload]
        if done.returncode:
            raise SystemExit(f"{Path(words[0]).name} failed:\n{done.stdout.decode()}")

    try:
        if not Path(folder, "data").exists():
            call(f"{programs}/initdb", "-D", f"{folder}/data", "-U", "linli", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8")
        call(f"{programs}/pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o",
             f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync={'on' if durable else 'off'}"
             " -c max_connections=40" + "".join(f" -c {name}={value}" for name, value in settings.items()), "start")
        try:
            yield f"postgres://linli@{quote(folder, safe='') if by_socket else '127.0.0.1'}:{port}/postgres"
        finally:
            call(f"{programs}/pg_ctl", "-D", f"{folder}/data", "-m", "fast" if kept else "immediate", "stop")
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
