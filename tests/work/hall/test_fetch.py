"""What a register of ours holds is fetched when it is needed and asked of nobody; what none holds is asked for."""
import json
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from linli.engines.archive import queries as archive
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import RuleBroken, Several
from linli.kernel.text import Both
from linli.work.hall import actions
from linli.work.hall.registry import Extract, Material, NotHeld, Promise, Trust, declare
from linli.work.hall.states import State
from tests.actors import AT
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, Scene, day, picture
from .matters import prize

SOURCE = Both("Register of the test", "测试登记簿")


class Register:
    """A register that holds a licence, or no longer."""

    def __init__(self) -> None:
        self.number, self.asked = "证 42", 0

    def fetch(self, *, person: UUID, organisation: UUID | None, at: datetime) -> Extract | NotHeld:
        self.asked += 1
        if not self.number:
            return NotHeld(Both("Licence {number} was taken back.", "许可证{number}已撤销。"), {"number": "证 42"})
        return Extract(SOURCE, ((Both("Held by", "持有人"), "张桂英"),), self.number, link="/check/42/")


@pytest.fixture
def register(scene: Scene) -> Register:
    found = Register()
    one = prize(scene.office, key="test.held")
    declare(prize(scene.office, key="test.fetched", materials=(
        *one.materials[:2], Material("licence", Both("Licence", "许可证"), Trust.A, fetch=found.fetch))))
    return found


def drafted(scene: Scene) -> UUID:
    ref = actions.draft("test.fetched", answers=ANSWERS, by=scene.applicant, at=AT)
    actions.save(ref, version=1, answers={}, promises=["photo"], by=scene.applicant, at=AT)
    return ref


def reviewed(scene: Scene) -> UUID:
    ref = drafted(scene)
    actions.submit(ref, version=2, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
    return ref


def packed(scene: Scene, ref: UUID) -> dict[str, bytes]:
    package = scene.file(ref, by=scene.head).package
    assert package
    with zipfile.ZipFile(BytesIO(b"".join(archive.read(archive.package(package).file)))) as whole:
        return {name.partition("/data/")[2]: whole.read(name) for name in whole.namelist()}


def test_what_is_held_is_shown_to_both_sides_and_kept_as_it_was(scene: Scene, register: Register) -> None:
    ref = drafted(scene)
    path = f"/hall/applications/{ref}/"
    form = text(visit(f"{path}form/", by=scene.applicant))
    assert "nothing to hand in" in form and "Register of the test" in form and "证 42" in form
    assert 'id="file-licence"' not in form
    with pytest.raises(RuleBroken, match="nothing to hand in: Licence"):
        actions.attach(ref, material="licence", name="a.png", stream=picture(), by=scene.applicant, at=AT)
    actions.submit(ref, version=2, by=scene.applicant, at=AT)
    register.number = "证 43"  # what comes later changes nothing of what was handed in
    (kept,) = scene.file(ref, by=scene.clerk).fetched
    assert (kept.number, kept.held, kept.fetched_at, kept.zh) == ("证 42", True, AT, "测试登记簿")
    desk = text(visit(path, by=scene.clerk, language="zh"))
    assert kept.sha256 in desk and "测试登记簿" in desk and "持有人" in desk and len(kept.sha256) == 64
    assert kept.sha256 not in text(visit(path, by=scene.applicant))
    told = json.loads(visit(f"/api/v1/applications/{ref}", by=scene.applicant).content)["fetched"]
    assert [(one["material"], one["held"], one["number"]) for one in told] == [("licence", True, "证 42")]


def test_it_is_fetched_again_for_the_decision_and_packed(scene: Scene, register: Register) -> None:
    ref = reviewed(scene)
    register.number = "证 43"
    actions.grant(ref, by=scene.head, at=day(2))
    assert [one.number for one in scene.file(ref).fetched] == ["证 43"]
    assert actions.pack_next(by=SYSTEM, at=day(2)) == 1
    found = packed(scene, ref)
    first, second = (json.loads(found[f"fetched/00{n}-licence.json"]) for n in (1, 2))
    assert (first["number"], second["number"], second["at"]) == ("证 42", "证 43", day(2).isoformat())
    assert first["sha256"] != second["sha256"] and first["says"] == [["Held by", "持有人", "张桂英"]]


def test_what_no_register_holds_is_asked_for_in_a_sentence(scene: Scene, register: Register) -> None:
    register.number = ""
    ref = drafted(scene)
    form = text(visit(f"/hall/applications/{ref}/form/", by=scene.applicant, language="zh"))
    assert "许可证证 42已撤销。" in form and 'id="file-licence"' in form
    with pytest.raises(Several) as why:
        actions.submit(ref, version=2, by=scene.applicant, at=AT)
    assert [one.field for one in why.value.whys] == ["licence"]
    actions.attach(ref, material="licence", name="a.png", stream=picture(), by=scene.applicant, at=AT)
    actions.submit(ref, version=2, by=scene.applicant, at=AT)
    desk = scene.file(ref, by=scene.clerk)
    assert [(one.material, one.trust) for one in desk.content.papers] == [("licence", "C")]
    assert "Licence 证 42 was taken back." in text(visit(f"/hall/applications/{ref}/", by=scene.clerk))
    actions.accept(ref, by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
    actions.grant(ref, by=scene.head, at=AT)  # on the paper


def test_nothing_is_granted_on_what_was_taken_back_meanwhile(scene: Scene, register: Register) -> None:
    ref = reviewed(scene)
    register.number = ""
    with pytest.raises(RuleBroken, match="Licence is no longer held: Licence 证 42 was taken back"):
        actions.grant(ref, by=scene.head, at=AT)
    assert scene.file(ref).card.state is State.ACCEPTED and not scene.office.filed
    actions.propose_refusal(ref, reasons="许可证已撤销。", ground="fraud", by=scene.head, at=AT)
    actions.confirm_refusal(ref, by=scene.second, at=AT)
    assert [one.held for one in scene.file(ref, by=scene.head).fetched] == [False]


@pytest.mark.parametrize("more", [{"trust": Trust.C}, {"trust": Trust.A, "promised": Promise(SOURCE, SOURCE)}])
def test_only_what_is_of_level_a_is_fetched(scene: Scene, register: Register, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="level A"):
        declare(prize(scene.office, key=f"test.{uuid4()}", materials=(
            Material("licence", Both("Licence", "许可证"), fetch=register.fetch, **more),)))
