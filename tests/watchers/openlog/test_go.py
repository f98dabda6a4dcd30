"""Go's own packages, which nobody here wrote, accept our checkpoints, tiles, entries and proofs."""
import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from linli.watchers.openlog import access, jobs, queries
from linli.watchers.openlog.rules import merkle, notes
from tests.watchers.openlog.conftest import Publish

SOURCE = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
FOUND = shutil.which("go") is not None and SOURCE.exists()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOUND and not os.environ.get("LINLI_DEMAND_ALL"),
                       reason="needs golang-go and golang-golang-x-mod-dev"),
]
Check = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Built from Debian's sources alone, without a network."""
    folder = tmp_path_factory.mktemp("go")
    env = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(folder / "cache"), GOFLAGS="",
               GOPROXY="off", CGO_ENABLED="0")
    subprocess.run(["go", "build", "-o", str(folder / "check"), str(Path(__file__).parent / "go" / "main.go")], env=env,
                   check=True)
    yield str(folder / "check")


@pytest.fixture
def check(program: str, publish: Publish, settings: Any, tmp_path: Path) -> Check:
    """A log that has grown twice, in files; checked together with proofs that we made."""
    publish(70)
    before = queries.head()
    publish(530)
    jobs.write_files(timezone.now())
    assert before
    (tmp_path / "before").write_text(before.note)

    def checked(*, proofs: str = "", key: str = "") -> subprocess.CompletedProcess[str]:
        key = key or queries.log_keys()[0].verifier
        return subprocess.run([program, str(settings.LOG_FOLDER), key, "70", str(tmp_path / "before")], input=proofs,
                              capture_output=True, text=True, check=False, timeout=60)

    return checked


def spelled(one: bytes) -> str:
    return base64.b64encode(one).decode()


def test_go_accepts_our_log_and_our_proofs(check: Check) -> None:
    read, lines = access.Reader(600), []
    for index in (0, 1, 255, 256, 511, 512, 599):
        for size in {index + 1, 600}:
            proof = ",".join(map(spelled, merkle.inclusion(index, size, access.Reader(size)))) or "-"
            lines.append(f"record {size} {index} {spelled(queries.root(size))} {spelled(read(0, index))} {proof}\n")
    for old in (1, 2, 3, 255, 256, 257, 512, 599, 600):
        proof = ",".join(map(spelled, queries.consistency(old, 600))) or "-"
        lines.append(f"tree 600 {old} {spelled(queries.root(600))} {spelled(queries.root(old))} {proof}\n")
    done = check(proofs="".join(lines))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"600 entries, consistent with 70\n{len(lines)} proofs\n"


def cut(folder: Path) -> None:
    (folder / "tile" / "0" / "001").write_bytes((folder / "tile" / "0" / "001").read_bytes()[:-32])


def changed_entry(folder: Path) -> None:
    file = folder / "tile" / "entries" / "000"
    file.write_bytes(file.read_bytes().replace(b'"number":7,', b'"number":8,'))


def changed_root(folder: Path) -> None:
    file = folder / "checkpoint"
    file.write_text(file.read_text().replace("\n600\n", "\n599\n"))


@pytest.mark.parametrize("cheat", [cut, changed_entry, changed_root])
def test_go_refuses_what_was_changed(check: Check, settings: Any, cheat: Callable[[Path], None]) -> None:
    cheat(Path(settings.LOG_FOLDER))
    assert check().returncode == 1


def test_go_refuses_another_key_and_a_wrong_proof(check: Check) -> None:
    other = notes.LogSigner("localhost/log", Ed25519PrivateKey.generate())
    assert check(key=str(other.key)).returncode == 1
    root, leaf = spelled(queries.root(600)), spelled(access.Reader(600)(0, 5))
    assert check(proofs=f"record 600 6 {root} {leaf} {root}\n").returncode == 1
