"""A link gives a file to whom it was given, until its time is over; then it says so."""
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.engines.archive import queries
from linli.kernel.actor import ANONYMOUS
from linli.kernel.refusals import Conflict, NotFound
from tests.actors import AT, actor
from tests.engines.archive import samples
from tests.engines.archive.conftest import Sender


def token(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def test_a_link_holds_for_a_while_and_for_one(sender: Sender) -> None:
    kept = sender.keep()
    given = token(queries.link(kept.ref, by=sender.by, at=AT, minutes=10))
    assert queries.linked(given, by=sender.by, at=AT + timedelta(minutes=9, seconds=59)) == kept
    with pytest.raises(Conflict, match="2026-11-16 09:10"):
        queries.linked(given, by=sender.by, at=AT + timedelta(minutes=10))
    for other, by in ((given, actor(sender.owner)), (given, ANONYMOUS), (given[:-2] + "xx", sender.by),
                      ("nonsense", sender.by), ("", sender.by)):
        with pytest.raises(NotFound):
            queries.linked(other, by=by, at=AT)


def test_a_link_says_nothing_of_what_is_behind_it(sender: Sender) -> None:
    kept = sender.keep()
    path = queries.link(kept.ref, by=sender.by, at=AT)
    assert "章程" not in path and str(sender.by.ref) not in path and str(sender.organisation) not in path


def test_a_file_is_saved_never_shown_as_a_page_of_ours(sender: Sender, client: Client) -> None:
    kept = sender.keep()
    path = queries.link(kept.ref, by=ANONYMOUS, at=timezone.now())
    for address in (path, f"/api/v1{path.rstrip('/')}"):
        answer: Any = client.get(address)
        assert answer.status_code == 200 and b"".join(answer.streaming_content) == samples.PDF
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%AB%A0")
        assert answer["Content-Type"] == "application/pdf" and answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store" and answer["Content-Length"] == str(len(samples.PDF))


def test_a_link_whose_time_is_over_says_so_in_words(sender: Sender, client: Client) -> None:
    kept = sender.keep()
    over = queries.link(kept.ref, by=ANONYMOUS, at=timezone.now() - timedelta(hours=1))
    page = client.get(over, headers={"accept-language": "en"})
    assert page.status_code == 409 and "This link held until" in page.content.decode()
    told = client.get(f"/api/v1{over.rstrip('/')}")
    assert told.status_code == 409 and told["Content-Type"] == "application/problem+json"
    others = queries.link(kept.ref, by=sender.by, at=timezone.now())
    assert client.get(others).status_code == 404
    assert client.post(over).status_code == 405
