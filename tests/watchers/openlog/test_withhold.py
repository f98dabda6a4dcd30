"""What the law keeps from being shown goes; that it was there stays."""
import json

import pytest
from django.test import Client

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.rules import receipts
from tests.actors import AT, CITY, actor
from tests.watchers.openlog.conftest import Publish, rated

ADMIN = actor(f"region:{CITY}", "openlog.run")


def test_the_payload_goes_and_the_log_stays_whole(publish: Publish, client: Client) -> None:
    refs = publish(3)
    head = queries.head()
    payload = client.get("/log/payload/1")
    assert payload.status_code == 200 and json.loads(payload.content)["about"] == str(refs[1])
    actions.withhold(1, reason="court", by=ADMIN, at=AT)
    gone = client.get("/log/payload/1", headers={"Accept-Language": "en"})
    assert gone.status_code == 410 and b"court" in gone.content
    assert queries.head() == head
    receipt = receipts.read(queries.receipt(refs[1]).text)
    extra = json.loads(receipt.extra or b"")
    assert extra["payload"] is None and receipts.proves(receipt, extra["entry"].encode())
    journal.run()
    (said,) = queries.entries(series="openlog")
    assert said.fields == {"leaf": 1, "reason": "court"}


def test_what_cannot_be_withheld_is_refused(publish: Publish) -> None:
    publish(1)
    with pytest.raises(NotAllowed):
        actions.withhold(0, reason="court", by=actor(f"region:{CITY}", "openlog.open"), at=AT)
    with pytest.raises(RuleBroken):
        actions.withhold(0, reason="because", by=ADMIN, at=AT)
    with pytest.raises(NotFound):
        actions.withhold(1, reason="court", by=ADMIN, at=AT)
    actions.withhold(0, reason="personal", by=ADMIN, at=AT)
    with pytest.raises(Conflict):
        actions.withhold(0, reason="court", by=ADMIN, at=AT)


def test_who_holds_a_withheld_record_is_given_no_file_that_would_be_refused(db: None) -> None:
    order = rated()
    journal.run()
    assert queries.may_open(order, by=SYSTEM)
    actions.withhold(0, reason="court", by=ADMIN, at=AT)
    assert not queries.may_open(order, by=SYSTEM)
    with pytest.raises(NotFound, match="court"):
        queries.openings(order, by=SYSTEM)
