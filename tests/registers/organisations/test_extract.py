"""A signed extract of the register: taken, taken again, taken back when what it says is corrected, its holder told."""
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.engines.journal import queries as history
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import Text
from linli.registers.organisations import actions, queries
from linli.registers.organisations.actions import Change
from linli.registers.organisations.rules import extracting
from linli.registers.people import actions as people
from tests.actors import AT, resident
from tests.registers.organisations.conftest import Scene
from tests.registers.organisations.test_file import DAY, SOCIETY, change, establish
from tests.registers.visiting import text, visit

HOUR = timedelta(hours=1)


def standing(ref: UUID) -> dict[str, tuple[str, str]]:
    return {card.shown_number: (card.state, card.reason) for card in documents.about([ref])}


def reading(name: str) -> Actor:
    """Somebody who has an account and reads the register."""
    return resident(people.register(name=name, region="340104000000", phone="0551-62345678", by=SYSTEM, at=AT))


def withdrawn() -> None:
    journal.sequence()
    journal.catch_up("organisations.extracts")


@pytest.mark.slow
def test_who_took_an_extract_is_told_when_what_it_says_is_corrected(scene: Scene) -> None:
    ref, reader, other = establish(), reading("王芳"), reading("李青")
    path = f"/organisations/{ref}/extract/"
    assert "Signed extract" in text(visit(f"/organisations/{ref}/", by=reader))
    assert "Signed extract" not in text(visit(f"/organisations/{ref}/"))
    sent = visit(path, by=reader, at=AT + HOUR, method="POST")
    assert sent.status_code == 302
    first = sent["Location"].split("/")[2]
    again = visit(f"/api/v1/organisations/{ref}/extracts", by=reader, at=AT + 2 * HOUR, method="POST")
    told = json.loads(again.content)
    assert told["number"] == first and told["url"].endswith(f"/check/{first}/")  # nothing was filed since
    rows: Any = documents.values(documents.about([ref])[0].ref)["rows"]
    assert {SOCIETY["name"], SOCIETY["uscc"]} <= {value for _, value in rows}

    wrong = change(ref, address="蜀山区潜山路 2 号", days=1)
    second = actions.take_extract(ref, by=reader, at=AT + timedelta(days=1) + HOUR)
    assert second != first
    actions.file(ref, kind="correction", changes=[Change("address", "蜀山区潜山路 22 号")], corrects=wrong,
                 effective_on=DAY, basis="更正决定", cause="录入时漏写", by=SYSTEM, at=AT + timedelta(days=2))
    third = actions.take_extract(ref, by=other, at=AT + timedelta(days=3))
    withdrawn()
    assert standing(ref) == {first: ("valid", ""), second: ("revoked", "corrected"), third: ("valid", "")}
    (card,) = [one for one in documents.about([ref]) if one.shown_number == second]
    (fact,) = [one for one in history.history([card.ref]) if one.fact == "documents.DocumentRevoked"]
    assert fact.payload["holder"] == f"person:{reader.person}"
    assert "What it says was corrected in the register." in text(visit(f"/check/{second}/"))
    withdrawn()
    assert standing(ref)[third] == ("valid", "")


def test_who_may_take_one_and_of_what(scene: Scene, approved: Scene) -> None:
    ref = establish()
    with pytest.raises(NotAllowed, match="Sign in"):
        actions.take_extract(ref, by=ANONYMOUS, at=AT)
    with pytest.raises(NotFound):
        actions.take_extract(new_ref(), by=resident(new_ref()), at=AT)
    assert not documents.about([ref])


def test_an_extract_says_what_holds_and_nothing_that_is_kept_for_the_office(scene: Scene) -> None:
    ref = establish()
    change(ref, kind="contact", bank_account="3400 0000 0000 0001")
    change(ref, kind="officers", officers={"name": "张明", "post": "chair", "from_": "2025-03-03", "person": str(ref)})
    change(ref, kind="officers", officers={"name": "李青", "post": "vice_chair", "from_": "2025-03-03",
                                           "until": "2026-01-01"})
    change(ref, name="合肥邻里互帮协会")
    found = queries.as_of(ref, on=DAY, known_at=AT)
    rows = extracting.rows(found.folded, found.former_names, on=DAY, regions={}, say=lambda label: str(label))
    said = [f"{label}: {value}" for label, value in rows]
    assert "Full name: 合肥邻里互帮协会" in said and "Registered funds: 30,000元" in said
    assert "Established on: 2025年3月3日" in said and f"Former names: {SOCIETY['name']}（至2026年11月15日）" in said
    assert "Officeholders: 张明　Chair　From 2025年3月3日" in said
    assert not any(hidden in str(rows) for hidden in ("3400 0000", "李青", str(ref)))
    assert extracting.rows(queries.as_of(ref, on=date(2024, 1, 1), known_at=AT).folded, [], on=DAY, regions={},
                           say=lambda label: Text(label)) == []
