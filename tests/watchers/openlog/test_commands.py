"""The operator's door: what is printed, and which code is given back."""
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from linli.kernel.doors import say
from linli.kernel.refusals import Refusal, RuleBroken
from linli.watchers.openlog import commands, queries
from linli.watchers.openlog.pages import verify
from linli.watchers.openlog.rules import tiles, words
from tests.actors import AT
from tests.watchers.openlog import samples
from tests.watchers.openlog.conftest import Publish
from tests.watchers.openlog.samples import KEYS, sample

ROOT = Path(__file__).parents[3]
TAMPERED = samples.tamperings()
GIVEN = [str(key) for key in KEYS]


class Terminal:
    """What was printed; `run` gives the exit code as the shell does."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        self.lines.append(line)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def run(self, do: Callable[..., int], *words: Any, language: str = "en", **more: Any) -> int:
        with override(language):
            try:
                return do(*words, say=self, **more)
            except Refusal as why:
                self(say(why))
                return 1


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def written(tmp_path: Path, text: str, name: str = "one.tlog-proof") -> Path:
    file = tmp_path / name
    file.write_text(text)
    return file


def holders(tmp_path: Path, text: str, openings: list[dict[str, Any]]) -> Path:
    return written(tmp_path, json.dumps({"receipt": text, "openings": openings}), "openings.json")


def test_a_receipt_that_holds_says_what_it_proves(tmp_path: Path, terminal: Terminal) -> None:
    file = written(tmp_path, sample().text())
    assert terminal.run(commands.verify, file, keys=GIVEN) == 0
    assert terminal.text.startswith("This receipt holds.")
    assert "Rated 4 of 5." in terminal.text and "What is not proved" in terminal.text
    assert "The witness witness.example/w1 has seen the same checkpoint" in terminal.text


def test_it_speaks_chinese(tmp_path: Path, terminal: Terminal) -> None:
    assert terminal.run(commands.verify, written(tmp_path, sample().text()), keys=GIVEN, language="zh-hans") == 0
    assert terminal.text.startswith("凭证成立。") and "没有证明什么" in terminal.text


def test_a_holders_file_opens_what_is_sealed(tmp_path: Path, terminal: Terminal) -> None:
    one = sample()
    assert terminal.run(commands.verify, holders(tmp_path, one.text(), one.told()), keys=GIVEN) == 0
    assert f"Order = {samples.ORDER}" in terminal.text
    apart = Terminal()
    opened = written(tmp_path, json.dumps(one.told()), "alone.json")
    assert apart.run(commands.verify, written(tmp_path, one.text()), openings=opened, keys=GIVEN) == 0
    assert apart.text == terminal.text


@pytest.mark.parametrize("name", TAMPERED)
def test_each_tampering_is_refused_with_its_own_sentence(tmp_path: Path, terminal: Terminal, name: str) -> None:
    text, openings, code = TAMPERED[name]
    file = holders(tmp_path, text, openings) if openings else written(tmp_path, text)
    assert terminal.run(commands.verify, file, keys=GIVEN) == 1
    sentence = words.WORDS[code].partition("{")[0]
    assert sentence in terminal.text
    assert "This receipt holds." not in terminal.text and "What is proved" not in terminal.text


def test_programs_read_the_same(tmp_path: Path, terminal: Terminal) -> None:
    file = written(tmp_path, sample().text())
    assert terminal.run(commands.verify, file, keys=GIVEN, as_json=True) == 0
    told = json.loads(terminal.text)
    assert told["state"] == "holds" and told["entry"]["number"] == 6 and told["payload"]["fields"]["grade"] == 4
    assert [one["code"] for one in told["proved"]] == ["p_published", "p_unchanged", "p_witnessed"]


@pytest.mark.django_db
def test_without_a_key_it_does_not_hold_and_says_what_is_missing(tmp_path: Path, terminal: Terminal) -> None:
    note = Terminal()
    assert terminal.run(commands.verify, written(tmp_path, sample().text()), note=note) == 1
    assert "nobody has vouched for it yet" in terminal.text and "--key NAME+ID+KEY" in note.text


@pytest.mark.django_db
def test_without_a_key_this_nodes_own_are_taken(tmp_path: Path, terminal: Terminal, publish: Publish) -> None:
    ref, note = publish(3)[0], Terminal()
    file = written(tmp_path, queries.receipt(ref).text)
    assert terminal.run(commands.verify, file, note=note) == 0
    assert "this node's own log" in note.text


def test_keys_come_from_a_file_as_the_log_gives_them(tmp_path: Path, terminal: Terminal) -> None:
    keys = written(tmp_path, f"{GIVEN[0]} 2026-11-22 -\n\n", "keys")
    assert terminal.run(commands.verify, written(tmp_path, sample().text()), key_file=keys) == 0


@pytest.mark.parametrize(("file", "keys", "sentence"), [
    ("absent", GIVEN, "cannot be read"), (".", GIVEN, "cannot be read"),
    ("one.tlog-proof", ["nonsense"], "This is no verifier key, or it was changed: nonsense"),
    ("one.tlog-proof", [GIVEN[0].replace("log.example", "log.exemple")], "This is no verifier key"),
])
def test_what_cannot_be_read_is_refused(tmp_path: Path, terminal: Terminal, file: str, keys: list[str],
                                        sentence: str) -> None:
    written(tmp_path, sample().text())
    assert terminal.run(commands.verify, tmp_path / file, keys=keys) == 1
    assert sentence in terminal.text


def test_any_bytes_are_answered_in_words(tmp_path: Path, terminal: Terminal) -> None:
    file = tmp_path / "bytes"
    for content in (b"", b"\xff\xfe\x00", b"{}", b"[]", b"{" * 5000, b'{"receipt": 1}', sample().text().encode()[:90]):
        file.write_bytes(content)
        assert terminal.run(commands.verify, file, keys=GIVEN) == 1, content[:20]


@pytest.mark.slow
def test_the_program_checks_without_anything_of_a_node(tmp_path: Path) -> None:
    """No database, no secret, no settings of one's own: and none is made."""
    file = written(tmp_path, sample().text())
    data = tmp_path / "data"
    done = linli("verify", str(file), "--key", GIVEN[0], "--language", "zh", data=data)
    assert done.returncode == 0 and done.stdout.startswith("凭证成立。"), done.stderr
    file.write_text(TAMPERED["payload"][0])
    refused = linli("verify", str(file), "--key", GIVEN[0], "--language", "en", data=data)
    assert refused.returncode == 1 and "The content was changed" in refused.stdout
    page = linli("verify", "--page", "--language", "en", data=data)
    assert page.returncode == 0 and page.stdout == verify.whole("en")
    assert linli("verify", data=data).returncode == 2
    assert linli("check", "log", "http://127.0.0.1:9/log", data=data).returncode == 1
    assert not data.exists()


def linli(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    env = kept | {"LINLI_DATA": str(data), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, "-m", "linli", *words], env=env, cwd=ROOT, capture_output=True, text=True,
                          encoding="utf-8", check=False)


# Another log


@dataclass
class Elsewhere:
    """A log on another address: files by their path."""

    url: str
    files: dict[str, bytes]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    files: dict[str, bytes] = {}

    class Plain(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = files.get(self.path.removeprefix("/log/"))
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Elsewhere(f"http://127.0.0.1:{server.server_port}/log", files)
        server.shutdown()
        thread.join()


@pytest.mark.django_db
def test_a_log_is_watched_and_remembered(tmp_path: Path, terminal: Terminal, publish: Publish,
                                         elsewhere: Elsewhere) -> None:
    publish(3)
    served(elsewhere.files)
    state = tmp_path / "seen.json"
    assert terminal.run(commands.watch, elsewhere.url, state=state, at=AT + timedelta(days=1)) == 0
    assert "3 entries, 3 of them read now" in terminal.text and "Seen for the first time" in terminal.text
    publish(2)
    served(elsewhere.files)
    again = Terminal()
    assert again.run(commands.watch, elsewhere.url, state=state, at=AT + timedelta(days=1)) == 0
    assert "5 entries, 2 of them read now" in again.text and "first time" not in again.text
    before = state.read_text()
    elsewhere.files["days.json"] = elsewhere.files["days.json"].replace(b'"size": 5', b'"size": 4')
    publish(1)
    served(elsewhere.files, days=False)
    faulty = Terminal()
    assert faulty.run(commands.watch, elsewhere.url, state=state, as_json=True,
                      at=AT + timedelta(days=1)) == 1
    assert not json.loads(faulty.text)["well"] and state.read_text() == before


def served(there: dict[str, bytes], *, days: bool = True) -> None:
    """Our own log, path by path."""
    client = Client()
    size = queries.size()
    paths = [*(tile.path() for tile in tiles.tiles(size)), *(tile.path() for tile in tiles.bundles(size)), "checkpoint",
             "key", *(["days.json"] if days else [])]
    for path in paths:
        there[path] = client.get(f"/log/{path}").content


@pytest.mark.parametrize(("url", "sentence"), [
    ("nonsense", "is no address of a log"), ("ftp://log.example/log", "is no address of a log"),
    ("http://127.0.0.1:9/log", "cannot be read"),
])
def test_an_address_where_no_log_answers_is_said(terminal: Terminal, url: str, sentence: str) -> None:
    assert terminal.run(commands.watch, url, at=AT) == 1
    assert sentence in terminal.text


def test_a_state_file_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    state = written(tmp_path, "{}", "state.json")
    with pytest.raises(RuleBroken):
        commands.watch("https://log.example/log", state=state, at=AT)
    assert state.read_text() == "{}"


# Our own log


@pytest.mark.django_db
def test_a_new_key_is_printed_and_both_sign(terminal: Terminal, publish: Publish) -> None:
    publish(1)
    old = queries.log_keys()[0].verifier
    assert terminal.run(commands.rotate, overlap_days=30, at=AT) == 0
    assert terminal.text != old and terminal.text == queries.log_keys()[0].verifier
    shown = Terminal()
    assert shown.run(commands.state) == 0
    assert old in shown.text and terminal.text in shown.text


@pytest.mark.django_db
def test_other_logs_and_witnesses_are_kept_and_let_go(terminal: Terminal) -> None:
    commands.trust(origin=samples.ORIGIN, keys=[GIVEN[0]], at=AT)
    commands.add_witness(key=GIVEN[1], url="https://witness.example/log/witness", at=AT)
    terminal.run(commands.state, as_json=True)
    told = json.loads(terminal.text)
    assert told["trusted"][0]["origin"] == samples.ORIGIN and told["witnesses"][0]["origin"] == samples.WITNESS
    commands.distrust(origin=samples.ORIGIN, at=AT)
    commands.drop_witness(origin=samples.WITNESS, at=AT)
    again = Terminal()
    again.run(commands.state, as_json=True)
    assert not json.loads(again.text)["trusted"] and not json.loads(again.text)["witnesses"]
    with pytest.raises(Refusal):
        commands.trust(origin=samples.ORIGIN, keys=["nonsense"], at=AT)
