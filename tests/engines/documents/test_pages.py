import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.engines.documents import actions, commands, queries
from linli.engines.documents.registry import Template
from linli.engines.documents.rules.states import Reason
from linli.kernel.actor import SYSTEM
from tests.actors import AT
from tests.engines.documents.conftest import VALUES
from tests.engines.documents.test_issue import issue

pytestmark = pytest.mark.django_db
ENGLISH: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "en"}


def page(client: Client, address: str) -> str:
    answer = client.get(address, **ENGLISH)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_number_leads_to_the_page_that_is_printed_on_the_document(client: Client, open_kind: Template) -> None:
    made = issue(open_kind)
    typed = client.get("/check/", {"number": made.number.lower().replace("-", "")})
    assert typed.status_code == 302 and queries.address(made.number.replace("-", "")).endswith(typed["Location"])
    shown = page(client, typed["Location"])
    assert "Valid now" in shown and VALUES["name"] in shown and "no legal effect" in shown and "张三" not in shown
    assert "document.pdf" in shown
    assert client.get(f"{typed['Location']}document.pdf").content.startswith(b"%PDF")


def test_a_document_of_somebody_is_not_given_to_others(client: Client, kind: Template) -> None:
    number = issue(kind).number
    assert "document.pdf" not in page(client, f"/check/{number}/")
    assert client.get(f"/check/{number}/document.pdf").status_code == 404
    assert client.get(f"/api/v1/documents/{number}/file").status_code == 404


def test_a_mistyped_number_stays_in_the_form_and_says_what_is_wrong(client: Client) -> None:
    answer = client.get("/check/", {"number": "26K7-3QMX"}, **ENGLISH)
    assert answer.status_code == 422 and "26K7-3QMX" in answer.content.decode()
    assert "one character is wrong, missing or too many" in answer.content.decode()
    absent = client.get("/check/2600-0000-0000/", **ENGLISH)
    assert absent.status_code == 404 and "No such document" in absent.content.decode()


def send(client: Client, data: bytes, name: str = "a.pdf") -> tuple[int, str]:
    answer = client.post("/check/file/", {"file": SimpleUploadedFile(name, data)}, **ENGLISH)
    return answer.status_code, answer.content.decode()


def test_a_file_is_checked_as_it_is(client: Client, kind: Template) -> None:
    made = issue(kind)
    file = queries.pdf(made.ref)
    status, shown = send(client, file)
    assert status == 200 and "Genuine: this very file" in shown and "Valid now" in shown
    assert "Genuine: this very file" not in send(client, file + b"\n%%EOF")[1]
    place = file.index(b"xmpmeta")
    assert "was changed after it was signed" in send(client, file[:place] + b"X" + file[place + 1 :])[1]
    assert "no PDF" in send(client, b"MZ\x90\0program", "certificate.pdf")[1]
    assert send(client, b"")[0] == 422
    actions.revoke(made.ref, reason=Reason.ENDED, by=SYSTEM, at=AT)
    _, shown = send(client, file)
    assert "Genuine: this very file" in shown and "Revoked" in shown and "has ended" in shown


def test_a_file_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.engines.documents.forms.LARGEST", 10)
    status, shown = send(client, b"%PDF-1.7 and so on")
    assert status == 422 and "larger than" in shown


def test_programs_learn_the_same(client: Client, kind: Template) -> None:
    made = issue(kind)
    told = client.get(f"/api/v1/documents/{made.number}").json()
    assert told["standing"] == "valid" and told["valid_until"] == "2030-11-01" and told["test"] is True
    assert told["file"] is None and {one["label"] for one in told["says"]} >= {"名称", "成立日期"}
    actions.revoke(made.ref, reason=Reason.MISTAKE, by=SYSTEM, at=AT)
    told = client.get(f"/api/v1/documents/{made.number}").json()
    assert told["standing"] == "revoked" and told["reason"] == "mistake"
    (row,) = client.get("/api/v1/documents/revoked").json()["items"]
    assert row["sha256"] == told["sha256"] and row["reason"] == "mistake"
    assert client.get("/api/v1/documents/2600-0000-0000").status_code == 404


def test_a_document_is_checked_without_the_site(client: Client, kind: Template, tmp_path: Path) -> None:
    """With what the site publishes: the authority's certificate, and the list of what was taken back."""
    made = issue(kind)
    file, authority, gone = (tmp_path / name for name in ("a.pdf", "authority.pem", "gone.json"))
    file.write_bytes(queries.pdf(made.ref))
    authority.write_bytes(client.get("/check/authority.pem").content)
    gone.write_bytes(client.get("/check/revoked.json").content)
    said: list[str] = []
    assert commands.verify(file, authority=authority, revoked=gone, as_json=True, say=said.append) == 0
    told = json.loads(said[0])
    assert told["verdict"] == "signed" and told["revoked"] is None and told["signed_at"].startswith("2026-11-16T09:00")
    actions.revoke(made.ref, reason=Reason.UNLAWFUL, by=SYSTEM, at=AT)
    gone.write_bytes(client.get("/check/revoked.json").content)
    said.clear()
    assert commands.verify(file, authority=authority, revoked=gone, say=said.append) == 1
    assert "✗" in said[-1]
    file.write_bytes(file.read_bytes() + b"x")
    assert commands.verify(file, authority=authority, as_json=True, say=said.append) == 1
    assert json.loads(said[-1])["verdict"] == "unsigned"


def test_a_stranger_who_signs_is_said_to_be_one(kind: Template, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    from linli.engines.documents.actions import keys

    made = issue(kind)
    file, other = tmp_path / "a.pdf", tmp_path / "other.pem"
    file.write_bytes(queries.pdf(made.ref))
    key = keys._key("somebody else's")
    name = keys._name("somebody")
    alien = keys._builder(name, name, key, AT, keys.LASTS).sign(key, SHA256())
    other.write_bytes(alien.public_bytes(Encoding.PEM))
    said: list[str] = []
    assert commands.verify(file, authority=other, as_json=True, say=said.append) == 1
    assert json.loads(said[0])["verdict"] == "others"
