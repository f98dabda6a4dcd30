"""What was issued to a person goes with them; what was issued to a body stays, whoever is named in it."""
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from linli.engines.documents import actions, queries
from linli.engines.documents.models import Document, Sheet
from linli.engines.documents.registry import Template
from linli.engines.documents.rules.states import Reason, Standing, State, Verdict
from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.crypto import Unreadable
from linli.kernel.refusals import Conflict
from linli.registers.people import actions as people
from tests.actors import AT, CITY, actor, resident
from tests.engines.documents.conftest import VALUES
from tests.engines.documents.test_issue import issue
from tests.engines.documents.test_pages import page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(regions: ModuleType) -> UUID:
    return people.register(name="周敏", region=CITY, phone="0551-62345678", by=SYSTEM, at=AT)


def erase(person: UUID) -> None:
    people.erase(person, by=resident(person, "people.see", "people.manage"), at=AT)


def test_it_can_be_read_by_nobody_and_its_number_says_so(person: UUID, client: Client, open_kind: Template) -> None:
    made = issue(open_kind, holder=f"person:{person}")
    file, digest = queries.pdf(made.ref), queries.document(made.ref).sha256
    assert queries.values(made.ref) == VALUES and VALUES["name"] in page(client, f"/check/{made.number}/")
    facts = list(Entry.objects.filter(about=made.ref).values_list("fact", "payload"))
    erase(person)

    found = queries.issued(made.number, by=actor(f"person:{person}", "documents.hold"), at=AT)
    assert found.erased and not found.may_read and not found.says and found.standing is Standing.VALID
    assert found.card.sha256 == digest and found.card.state is State.VALID
    shown = page(client, f"/check/{made.number}/")
    assert "erased with the data of the person" in shown and VALUES["name"] not in shown and "document.pdf" not in shown
    assert client.get(f"/check/{made.number}/document.pdf").status_code == 404
    told = client.get(f"/api/v1/documents/{made.number}").json()
    assert told["erased"] is True and told["says"] == [] and told["file"] is None and told["sha256"] == digest
    for read in (queries.values, queries.pdf):
        with pytest.raises(Conflict, match="erased"):
            read(made.ref)
    assert list(Entry.objects.filter(about=made.ref).values_list("fact", "payload")) == facts
    status, shown = send(client, file)  # whoever has the file still learns whether it is genuine
    assert status == 200 and "Genuine: this very file" in shown and "erased" in shown
    assert queries.looked_at(file, by=ANONYMOUS, at=AT).verdict is Verdict.ISSUED


def test_no_key_of_the_node_opens_what_lies_there(person: UUID, kind: Template, settings: Any) -> None:
    from linli.engines.documents import access

    other = people.register(name="吴杰", region=CITY, phone="0551-62345679", by=SYSTEM, at=AT)
    made, others = (issue(kind, holder=f"person:{ref}") for ref in (person, other))
    erase(person)
    row = Document.objects.get(ref=made.ref)
    assert row.data_key is None and VALUES["name"].encode() not in bytes(row.values_sealed)
    assert b"%PDF" not in bytes(Sheet.objects.get(document=row).file_sealed)
    standing = access.key(Document.objects.get(ref=others.ref))
    assert standing
    with pytest.raises(Unreadable):
        access.keyring().open(standing, row.values_sealed, context=f"document {made.ref} values")


def test_it_may_still_be_taken_back_but_not_issued_anew(person: UUID, kind: Template) -> None:
    made = issue(kind, holder=f"person:{person}")
    erase(person)
    with pytest.raises(Conflict, match="erased with the data"):
        actions.reissue(made.ref, by=SYSTEM, at=AT)
    with pytest.raises(Conflict, match="nothing can be issued"):
        issue(kind, holder=f"person:{person}")
    actions.revoke(made.ref, reason=Reason.ENDED, by=SYSTEM, at=AT)
    assert queries.issued(made.number, by=ANONYMOUS, at=AT).standing is Standing.REVOKED


def test_what_a_body_holds_by_law_stays_whole(person: UUID, open_kind: Template) -> None:
    made = issue(open_kind, values={**VALUES, "secret": "周敏"}, about=person)
    erase(person)
    assert queries.values(made.ref)["secret"] == "周敏" and queries.pdf(made.ref).startswith(b"%PDF")
    assert not queries.issued(made.number, by=ANONYMOUS, at=AT).erased
