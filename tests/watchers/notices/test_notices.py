import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.engines.journal import actions as journal
from linli.engines.journal import queries as told
from linli.engines.journal import registry
from linli.engines.journal.events import Fact, Visibility
from linli.kernel.action import action
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from linli.kernel.refs import new_ref
from linli.kernel.text import N_, Both
from linli.watchers.notices import actions, queries
from linli.watchers.notices.models import Notice
from tests.actors import AT, actor
from tests.registers.visiting import text, visit

PERSON, BODY = UUID("01900000-0000-7000-8000-000000000001"), UUID("01900000-0000-7000-8000-000000000002")
DISTRICT = "340104000000"


@dataclass(frozen=True)
class Told(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    person: UUID
    body: UUID | None
    region: str
    on: date
    begins: datetime
    price_fen: int
    secret: str = "not for the notice"


@dataclass(frozen=True)
class Silent(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE


def _to(payload: registry.Payload) -> Iterator[str]:
    yield f"person:{payload['person']}"
    if payload["body"]:
        yield f"organisation:{payload['body']}"
    if payload["region"]:
        yield f"region:{payload['region']}"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "label", classmethod(lambda cls: "tests.Told"))
    monkeypatch.setattr(Silent, "label", classmethod(lambda cls: "tests.Silent"))
    notice = Both("On {on}, at {begins}, for {price_fen}.", "{on}，{begins}，{price_fen}。")
    monkeypatch.setitem(registry.TELLINGS, "tests.Told", registry.Telling(
        N_("Told."), notice, _to, lambda payload: f"/p/{payload['person']}/", urgent=True))
    monkeypatch.setitem(registry.TELLINGS, "tests.Silent", registry.Telling(N_("Silent.")))


@action
def happen(*, person: UUID = PERSON, body: UUID | None = None, region: str = "") -> None:
    journal.record(Told(person, body, region, date(2026, 11, 22), AT, 123450), about=new_ref(), by=SYSTEM, at=AT)
    journal.record(Silent(), about=new_ref(), by=SYSTEM, at=AT)


def happened(**given: Any) -> None:
    happen(**given)
    journal.run()


@pytest.fixture
def resident() -> Actor:
    return actor(f"person:{PERSON}", "orders.see", person=PERSON)


def positions(by: Actor, **given: Any) -> list[int]:
    return [card.position for card in queries.notices(by=by, **given)]


# Who is told


def test_each_scope_that_a_fact_concerns_is_told_and_nobody_else(db: None, resident: Actor) -> None:
    happened(body=BODY, region=DISTRICT)
    staff = actor(f"organisation:{BODY}", "orders.see")
    officer, city = (actor(f"region:{code}", "rulebook.see") for code in (DISTRICT, "340100000000"))
    for by in (resident, staff, officer, city):
        assert len(positions(by)) == 1
    for by in (actor(f"person:{new_ref()}", "x.y"), actor(f"organisation:{PERSON}", "x.y"),
               actor("region:340103000000", "rulebook.see"), actor("region:340104003000", "rulebook.see"),
               actor(f"region:{DISTRICT}", "accounts.open", "people.find"), ANONYMOUS):
        assert positions(by) == [] and queries.unread(by) == 0


def test_somebody_without_any_role_is_told_what_concerns_their_person(db: None) -> None:
    happened()
    assert len(positions(Actor(new_ref(), PERSON))) == 1


def test_who_is_told_twice_hears_it_once(db: None) -> None:
    happened(body=BODY)
    grants = (Grant(frozenset({"a.b"}), f"person:{PERSON}"), Grant(frozenset({"a.b"}), f"organisation:{BODY}"))
    both = Actor(new_ref(), PERSON, grants)
    assert len(positions(both)) == 1 and queries.unread(both) == 1 and Notice.objects.count() == 2


def test_a_notice_keeps_only_what_its_text_names(db: None) -> None:
    happened()
    assert set(Notice.objects.get().values) == {"on", "begins", "price_fen"}


# Read and unread


def test_what_was_read_stays_read_and_what_comes_later_is_new(db: None, resident: Actor) -> None:
    happened()
    happened()
    assert queries.unread(resident) == 2
    first = positions(resident)[-1]
    actions.mark_read(up_to=first, by=resident, at=AT)
    assert queries.unread(resident) == 1
    actions.mark_read(by=resident, at=AT)
    assert queries.unread(resident) == 0
    actions.mark_read(up_to=first, by=resident, at=AT)  # an old page sent again
    assert queries.unread(resident) == 0
    happened()
    assert queries.unread(resident) == 1
    assert [card.unread for card in queries.notices(by=resident)] == [True, False, False]


def test_nobody_can_read_what_has_not_been_written(db: None, resident: Actor) -> None:
    happened()
    actions.mark_read(up_to=10**15, by=resident, at=AT)
    happened()
    assert queries.unread(resident) == 1


def test_each_account_reads_for_itself(db: None, resident: Actor) -> None:
    happened()
    actions.mark_read(by=actor(f"person:{PERSON}", "orders.see", person=PERSON), at=AT)
    assert queries.unread(resident) == 1


def test_counting_takes_one_query_and_stops_at_a_hundred(db: None, resident: Actor) -> None:
    for _ in range(queries.MOST + 3):
        happen()
    journal.run()
    with CaptureQueriesContext(connection) as asked:
        assert queries.unread(resident) == queries.MOST
    assert len(asked) == 1


# From the journal


def test_the_watcher_stops_resumes_and_rebuilds_without_making_anything_unread(db: None, resident: Actor) -> None:
    for _ in range(5):
        happen()
    journal.sequence()
    assert [journal.catch_up("notices", most=4) for _ in range(4)] == [4, 4, 2, 0]
    before = positions(resident)
    actions.mark_read(up_to=before[1], by=resident, at=AT)
    journal.rebuild("notices")
    assert positions(resident) == []
    journal.run()
    assert positions(resident) == before and queries.unread(resident) == 1


def test_a_link_that_fails_tells_nobody_twice(db: None, resident: Actor) -> None:
    happened()
    good = registry.TELLINGS["tests.Told"]
    registry.TELLINGS["tests.Told"] = registry.Telling(good.text, good.notice, good.to, lambda payload: payload["none"])
    happened()
    assert told.lag()["notices"][1] == "KeyError" and len(positions(resident)) == 1
    registry.TELLINGS["tests.Told"] = good
    journal.run()
    assert told.lag()["notices"] == (0, "") and len(positions(resident)) == 2


def test_pages_of_the_list_meet_without_a_gap(db: None, resident: Actor) -> None:
    for _ in range(5):
        happen()
    journal.run()
    whole = positions(resident)
    first = positions(resident, limit=2)
    rest = positions(resident, limit=10, before=first[-1])
    assert first + rest == whole and len(whole) == 5


# Doors


@pytest.mark.usefixtures("regions")
def test_the_page_says_it_in_the_readers_language_and_marks_what_it_showed(resident: Actor) -> None:
    happened()
    page = text(visit("/notices/", by=resident))
    assert "On Sun 22 Nov 2026, at Mon 16 Nov 2026, 09:00, for ¥1,234.50." in page
    assert f'href="/p/{PERSON}/"' in page and "Urgent" in page and "Unread" in page
    chinese = text(visit("/notices/", by=resident, language="zh"))
    assert "2026年11月22日 周日，2026年11月16日 周一 09:00，¥1,234.50。" in chinese
    newest = positions(resident)[0]
    happened()  # comes while the page is being read
    assert visit("/notices/read/", {"up_to": str(newest)}, by=resident, method="POST").status_code == 302
    assert queries.unread(resident) == 1
    visit("/notices/read/", {"up_to": "x"}, by=resident, method="POST")
    assert queries.unread(resident) == 0 and "Mark all as read" not in text(visit("/notices/", by=resident))


@pytest.mark.usefixtures("regions")
def test_who_has_no_notices_is_told_so_and_who_is_nobody_has_to_sign_in(resident: Actor) -> None:
    assert "Nothing new for you" in text(visit("/notices/", by=resident))
    assert visit("/notices/").status_code == 302
    for wrong in ("x", "9" * 40, "-1", "１"):
        assert visit(f"/notices/?before={wrong}", by=resident).status_code == 404


def test_the_list_by_api(db: None, resident: Actor) -> None:
    for _ in range(3):
        happen()
    journal.run()

    def get(query: str = "") -> Any:
        return json.loads(visit(f"/api/v1/notices{query}", by=resident).content)

    first = get("?limit=2")
    rest = get(f"?limit=2&after={first['next']}")
    assert [len(first["items"]), len(rest["items"]), rest["next"], first["unread"]] == [2, 1, None, 3]
    assert first["items"][0]["text"].startswith("On Sun 22 Nov 2026") and first["items"][0]["unread"]
    read = visit("/api/v1/notices/read", {"up_to": first["items"][0]["position"]}, by=resident, method="POST")
    assert read.status_code == 204 and get()["unread"] == 0
    assert visit("/api/v1/notices").status_code == 403
    assert visit("/api/v1/notices/read", {"up_to": -1}, by=resident, method="POST").status_code == 422
