"""A signing key that was withdrawn: its list, what each door says of what it signed, and what signs instead."""
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from django.utils import translation

from linli.engines.documents import commands, queries
from linli.engines.documents.actions import keys, withdrawing
from linli.engines.documents.registry import Template
from linli.engines.documents.rules.states import Verdict, Withdrawal
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict, RuleBroken
from tests.actors import AT
from tests.engines.documents.test_issue import copied, issue
from tests.engines.documents.test_pages import page, send

pytestmark = pytest.mark.django_db


def test_a_key_that_was_withdrawn_is_told_by_its_list(
        client: Client, open_kind: Template, tmp_path: Path) -> None:
    made, gone = issue(open_kind), copied(issue(open_kind))
    assert queries.looked_at(gone, by=ANONYMOUS, at=AT).verdict is Verdict.OURS
    assert withdrawing.keep_list_fresh(at=AT) and not withdrawing.keep_list_fresh(at=AT + timedelta(days=3))
    lying, listed, authority = (tmp_path / name for name in ("a.pdf", "list.crl", "authority.pem"))
    lying.write_bytes(gone)
    authority.write_bytes(client.get("/check/authority.pem").content)
    listed.write_bytes(client.get("/check/authority.crl").content)
    said: list[str] = []
    assert commands.verify(lying, authority=authority, withdrawn=listed, as_json=True, say=said.append) == 0
    assert json.loads(said[0])["key_withdrawn_at"] is None

    withdrawing.withdraw(1, reason=Withdrawal.COMPROMISED, by=SYSTEM, at=AT + timedelta(hours=1))
    assert queries.looked_at(gone, by=ANONYMOUS, at=AT).verdict is Verdict.WITHDRAWN
    assert "Not to be relied on: the key that signed it was withdrawn" in send(client, gone)[1]
    shown = page(client, f"/check/{made.number}/")
    assert "Valid now" in shown and "The key that signed this document was withdrawn on 16 Nov 2026" in shown
    assert "Genuine: this very file" in send(client, queries.pdf(made.ref))[1]
    listed.write_bytes(client.get("/check/authority.crl").content)
    assert commands.verify(lying, authority=authority, withdrawn=listed, as_json=True, say=said.append) == 1
    assert json.loads(said[1])["verdict"] == "withdrawn"
    with translation.override("en"):
        assert commands.verify(lying, authority=authority, withdrawn=listed, say=said.append) == 1
    assert "was withdrawn on" in "".join(said[2:])

    new = issue(open_kind)
    assert [one.documents for one in queries.signers()] == [1, 1]
    assert queries.document(new.ref).withdrawn_at is None
    with pytest.raises(Conflict, match="withdrawn already"):
        withdrawing.withdraw(1, reason=Withdrawal.CEASED, by=SYSTEM, at=AT)


def test_the_list_is_one_that_every_reader_takes(client: Client, kind: Template) -> None:
    from linli.engines.documents.models import SigningKey

    assert client.get("/check/authority.crl").status_code == 404
    issue(kind)
    withdrawing.withdraw(1, reason=Withdrawal.SUPERSEDED, by=SYSTEM, at=AT)
    answer = client.get("/check/authority.crl")
    found = x509.load_der_x509_crl(answer.content)
    own, authority = x509.load_pem_x509_certificates(SigningKey.objects.get().certificates.encode())
    assert answer["Content-Type"] == "application/pkix-crl" and found.issuer == authority.subject
    assert found.is_signature_valid(authority.public_key())  # type: ignore[arg-type]  # an elliptic curve key
    line = found.get_revoked_certificate_by_serial_number(own.serial_number)
    assert line and line.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.superseded
    (point,) = own.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name and point.full_name[0].value.endswith("/check/authority.crl")
    number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert withdrawing.keep_list_fresh(at=AT + timedelta(days=5))
    newer = x509.load_der_x509_crl(client.get("/check/authority.crl").content)
    assert newer.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == number + 1 and len(newer) == 1


def test_a_list_of_somebody_else_is_refused(client: Client, kind: Template, tmp_path: Path) -> None:
    lying, listed, other = (tmp_path / name for name in ("a.pdf", "list.crl", "other.pem"))
    lying.write_bytes(queries.pdf(issue(kind).ref))
    withdrawing.keep_list_fresh(at=AT)
    listed.write_bytes(client.get("/check/authority.crl").content)
    key, name = keys._key("somebody else's"), keys._name("somebody")
    other.write_bytes(keys._builder(name, name, key, AT, keys.LASTS).sign(key, SHA256()).public_bytes(Encoding.PEM))
    with pytest.raises(RuleBroken, match="no list of withdrawn keys"):
        commands.verify(lying, authority=other, withdrawn=listed)


def test_the_operator_sees_the_keys_and_withdraws_one(kind: Template) -> None:
    said: list[str] = []
    with translation.override("en"):
        assert commands.signers(at=AT, say=said.append) == 0 and "No key signs yet" in said[0]
    issue(kind)
    commands.signers(withdraw=1, reason="compromised", at=AT, as_json=True, say=said.append)
    (row,) = json.loads(said[1])
    assert row["number"] == 1 and row["documents"] == 1 and row["reason"] == "compromised"
