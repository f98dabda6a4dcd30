"""The log as people read it."""
import json
import re
from dataclasses import fields
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Visibility
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.registers.directory.events import ServicePaused
from linli.watchers.openlog import access, actions, queries
from linli.watchers.openlog.models import Day
from linli.watchers.openlog.pages import verify
from linli.watchers.openlog.rules import facts, notes, verdicts, words
from tests.actors import AT, resident
from tests.registers.visiting import text, visit
from tests.watchers.openlog.conftest import Publish, rated, record

pytestmark = pytest.mark.django_db
LARGEST = 60 * 1024


def holder(person: UUID) -> Actor:
    return resident(person, access.OPEN)


# The log's own page


def test_an_empty_log_says_what_to_expect() -> None:
    page = text(visit("/log/"))
    assert "Nothing is published here yet." in page and "None is signed yet." in page
    assert "This log has no witness yet" in page
    assert "还没有公布任何记录" in text(visit("/log/", language="zh"))


def test_size_checkpoint_key_and_newest_entries_stand_on_the_page(publish: Publish) -> None:
    refs = publish(12)
    page = text(visit("/log/"))
    head = queries.head()
    assert head is not None
    assert head.note.split("\n")[2] in page and queries.log_keys()[0].verifier in page
    assert "It adds up: all days and series together make 12, as many entries as the log has signed." in page
    assert page.count('href="/log/receipt/') == 10 and 'href="/log/receipt/11/"' in page
    assert "?before=2" in page
    older = text(visit("/log/?before=2"))
    assert 'href="/log/receipt/1/"' in older and 'href="/log/receipt/2/"' not in older
    assert str(refs[0]) not in page


def test_one_day_and_one_series_can_be_looked_at(publish: Publish) -> None:
    publish(3)
    rated()
    journal.run()
    assert text(visit("/log/?series=orders")).count('href="/log/receipt/') == 1
    assert 'href="/log/receipt/' not in text(visit("/log/?day=2020-01-01"))
    for bad in ("?day=yesterday", "?before=-1", "?before=x", "?before=" + "9" * 30):
        assert visit(f"/log/{bad}").status_code == 404, bad


def test_counts_that_do_not_add_up_are_said(publish: Publish) -> None:
    publish(4)
    Day.objects.filter(series="directory").update(leaves=3)
    for path in ("/log/", "/log/days/"):
        assert "It does not add up: the days make 3" in text(visit(path)), path


def test_every_day_has_its_row_and_the_sum_is_that_of_all(publish: Publish) -> None:
    publish(5)
    page = text(visit("/log/days/"))
    assert "All days" in page and re.search(r"All days.*?>5<", page, re.DOTALL)


def test_every_field_of_every_public_fact_has_a_name() -> None:
    for label in TELLINGS:
        fact = facts.named(label)
        if fact and fact.visibility is Visibility.PUBLIC:
            assert {one.name for one in fields(fact)} <= set(words.FIELDS), label


# Receipts


def test_a_receipt_is_explained_and_leads_to_the_checking_page(publish: Publish) -> None:
    ref = publish(3)[1]
    page = text(visit(f"/log/receipt/{ref}/"))
    assert "This receipt holds." in page and "What is proved" in page and "What is not proved" in page
    assert "That what the record says is true." in page
    assert f'href="/verify/#{ref}/1"' in page and "<svg" in page
    assert f'href="/log/receipt/{ref}?index=1"' in page and 'download="linli-directory-2.tlog-proof"' in page
    assert text(visit("/log/receipt/1/")).count("This receipt holds.") == 1


def test_what_is_sealed_is_shown_to_its_holder_alone(publish: Publish) -> None:
    publish(2)
    order = rated(person=(person := new_ref()))
    journal.run()
    for by in (Actor(new_ref()), holder(new_ref())):
        page = text(visit(f"/log/receipt/{order}/", by=by))
        assert str(person) not in page and "What is sealed, for you" not in page
        assert "Only those whom the record names can open it" in page
    assert visit("/log/openings/2/").status_code == 404
    assert visit("/log/openings/2/", by=holder(new_ref())).status_code == 404
    page = text(visit(f"/log/receipt/{order}/", by=holder(person)))
    assert "What is sealed, for you" in page and str(person) in page and 'href="/log/openings/2/"' in page


def test_the_holders_file_verifies_alone(publish: Publish) -> None:
    order = rated(person=(person := new_ref()))
    journal.run()
    answer = visit("/log/openings/0/", by=holder(person))
    assert 'filename="linli-orders-1-openings.json"' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    receipt, openings = verdicts.taken_apart(text(answer))
    found = verdicts.examine(receipt, keys=[notes.read_key(one.verifier) for one in queries.log_keys()],
                             openings=openings)
    assert found.state == "holds"
    opened = {one.field: one.value for one in openings}
    assert opened["order"] == str(order) and opened["person"] == str(person)


def test_content_that_is_withheld_says_why(publish: Publish) -> None:
    ref = publish(2)[0]
    actions.withhold(0, reason="court", by=SYSTEM, at=AT)
    page = text(visit(f"/log/receipt/{ref}/"))
    assert "The content is not shown" in page and "A court or authority has ordered" in page


def test_what_is_not_in_the_log_is_answered_in_words(publish: Publish) -> None:
    ref = publish(1)[0]
    for path in (f"/log/receipt/{new_ref()}/", "/log/receipt/1/", f"/log/receipt/{ref}/?index=5"):
        answer = visit(path)
        assert answer.status_code == 404 and "Nothing about this is in the log" in text(answer), path


def test_an_older_receipt_about_a_thing_is_found_by_its_index(publish: Publish) -> None:
    ref = publish(1)[0]
    for minutes in range(1, 25):
        record(ServicePaused(ref, ref), about=ref, minutes=minutes)
    journal.run()
    newest, oldest = text(visit(f"/log/receipt/{ref}/")), text(visit(f"/log/receipt/{ref}/?index=0"))
    assert "The service was paused.</h1>" in newest and "The service was listed.</h1>" in oldest
    assert newest.count('<div class="row-item">') == 20


@pytest.mark.parametrize("path", ["/log/", "/log/days/", "/log/receipt/{order}/", "/log/receipt/1/"])
def test_pages_ask_the_database_seldom(publish: Publish, path: str) -> None:
    """Five times at most, which leaves three for the frame."""
    order = rated(person=(person := new_ref()))
    publish(30)
    path = path.format(order=order)
    visit(path, by=holder(person))  # what a process remembers
    with CaptureQueriesContext(connection) as asked:
        visit(path, by=holder(person))
    assert len(asked) <= 5, "\n".join(one["sql"][:150] for one in asked)


# The checking page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_checking_page_is_one_small_file_that_asks_for_nothing(client: Client, language: str) -> None:
    answer = client.get(f"/verify/?language={language}", headers={"accept-encoding": "identity"})
    page = answer.content
    assert 20_000 < len(page) <= LARGEST
    assert not re.search(rb'(src|href)="(?!/|#|\?|tel:|data:,)', page)
    assert b"@import" not in page and b"url(" not in page
    assert b"<script src" not in page and b'rel="stylesheet"' not in page and b"csrf" not in page
    assert page.decode() == verify.whole(language)


def test_only_its_own_script_and_style_may_run_on_the_checking_page(client: Client) -> None:
    answer = client.get("/verify/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
    assert policy.count("'sha256-") == 2
    meta = re.search(r'Content-Security-Policy" content="([^"]+)"', answer.content.decode())
    assert meta and meta[1].replace("&#x27;", "'") + "; frame-ancestors 'none'" == policy


def test_without_scripts_the_checking_page_says_what_to_do(client: Client) -> None:
    page = client.get("/verify/?language=en").content.decode()
    assert "Checking here needs JavaScript." in page and "./linli verify" in page
    assert '<form id="works" hidden>' in page


def test_every_word_of_the_script_stands_in_the_page() -> None:
    """Each code that the script may say has its sentence, in both languages."""
    script = verify._part("verify.js")
    said = set(re.findall(r'\["([a-z]+_[a-z0-9_]+)", "(?:good|bad|open)"', script)) | set(
        re.findall(r'say\("([a-z_0-9]+)"', script))
    for language in ("en", "zh-hans"):
        shown = re.search(r'<script id="words" type="application/json">(.*?)</script>', verify.whole(language))
        assert shown
        there = json.loads(shown[1])
        assert len(said) > 25 and not said - set(there), said - set(there)
        if language != "en":
            assert not [text for text in there.values() if re.fullmatch(r"[\x00-\x7f“”…]+", text)]
