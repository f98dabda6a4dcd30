"""Whoever holds thousands of documents pages through them; a page asks for what it shows and no more."""
from types import ModuleType
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.engines.documents.models import Document
from linli.engines.documents.registry import Template
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.accounts import actions as accounts
from linli.registers.accounts.models import Account
from tests.actors import CITY
from tests.engines.documents.test_issue import issue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MANY, MOST = 3000, 8
OWN = UUID("01900000-0000-7000-8000-00000000000a")


@pytest.fixture
def holder(regions: ModuleType, kind: Template) -> Client:
    at = timezone.now()
    ref = accounts.open_account("few.provider", name="李娜", region=CITY, by=SYSTEM, at=at)
    accounts.grant_role(ref, role="provider_admin", scope=f"organisation:{OWN}", by=SYSTEM, at=at)
    made = Document.objects.get(ref=issue(kind, holder=f"organisation:{OWN}", by=SYSTEM).ref)
    rows = []
    for number in range(MANY - 1):
        made.pk, made.ref, made.number, made.sha256 = None, new_ref(), f"26{number:010d}", f"{number:064x}"
        rows.append(Document(**{field.attname: getattr(made, field.attname) for field in Document._meta.fields}))
    Document.objects.bulk_create(rows, batch_size=1000)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Account.objects.get(ref=ref))
    return client


def test_every_page_of_many_asks_little(holder: Client) -> None:
    holder.get("/documents/")  # what is remembered from then on
    for number, first in ((1, f"{MANY - 2:010d}"), (60, "0000000048")):
        with CaptureQueriesContext(connection) as asked:
            answer = holder.get("/documents/", {"page": number})
        assert answer.status_code == 200 and len(answer.context["lines"]) == 50
        assert answer.context["lines"][0]["number"].replace("-", "") == f"26{first}"
        assert len(asked) <= MOST, [one["sql"][:120] for one in asked]
        read = [one["sql"] for one in asked if "documents_document" in one["sql"] and "COUNT" not in one["sql"]]
        assert len(read) == 1 and "LIMIT 50" in read[0]


def test_programs_page_through_the_same(holder: Client) -> None:
    token = accounts.issue_token(Account.objects.get().ref, label="script", by=SYSTEM, at=timezone.now())
    holder = Client(headers={"Authorization": f"Bearer {token}"})
    told = holder.get("/api/v1/documents", {"limit": 200}).json()
    assert len(told["items"]) == 200 and told["next"] == "200"
    rest = holder.get("/api/v1/documents", {"limit": 200, "after": MANY - 100}).json()
    assert len(rest["items"]) == 100 and rest["next"] is None
