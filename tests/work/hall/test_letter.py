"""What the office said, as a signed letter for who applied to keep."""
import json
from typing import Any

import pytest

from linli.engines.documents import queries as documents
from linli.kernel.refusals import NotAllowed, NotFound
from linli.work.hall import actions, rules
from tests.actors import AT
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import Scene, day


def test_which_letters_there_are() -> None:
    assert rules.letters("submitted", asked=False, accepted=False) == []
    assert rules.letters("refused", asked=True, accepted=True) == ["incomplete", "accepted", "refused"]
    assert rules.letters("returned", asked=False, accepted=False) == ["returned"]


@pytest.mark.slow
def test_a_refusal_is_a_letter_with_reasons_and_remedies_and_the_same_one_each_time(scene: Scene) -> None:
    ref = scene.refused()
    path = f"/hall/applications/{ref}/"
    assert f"{path}letters/refused/" in text(visit(path, by=scene.applicant))
    assert "letters/" not in text(visit(path, by=scene.head))
    sent = visit(f"{path}letters/refused/", by=scene.applicant, method="POST")
    assert sent.status_code == 302
    number = sent["Location"].split("/")[2]
    again = visit(f"/api/v1/applications/{ref}/letters/refused", by=scene.applicant, method="POST", at=day(3))
    assert json.loads(again.content)["number"] == number
    (card,) = documents.about([ref])
    assert (card.title.zh, card.holder) == ("不予批准决定书", f"person:{scene.person}")
    says: Any = documents.values(card.ref)
    assert says["to"] == "张桂英" and says["matter"] == "邻里互助奖"
    told = "".join(str(line) for line in says["paragraphs"])
    for words in ("没有查到这件事。", "没有事实", "邻里互助奖办法第三条", "2026年11月16日"):
        assert words in told
    assert limit("gov.ask_for_review", zh=True) in str(says["remedies"]) and limit("gov.sue", zh=True) in str(
        says["remedies"])
    for other in (scene.applicant, scene.head):  # what it says of the person stands on no public page
        assert "没有查到" not in text(visit(f"/check/{number}/", by=other))


@pytest.mark.slow
def test_acceptance_silence_and_what_is_missing_are_letters_too(scene: Scene) -> None:
    ref = scene.submitted()
    actions.ask_completion(ref, text="请补充照片。\n请写明时间。", by=scene.clerk, at=AT)
    actions.take_letter(ref, letter="incomplete", by=scene.applicant, at=AT)
    actions.complete(ref, version=scene.file(ref).version, by=scene.applicant, at=day(1))
    actions.accept(ref, by=scene.clerk, at=day(2))
    actions.take_letter(ref, letter="accepted", by=scene.applicant, at=day(2))
    accepted, missing = documents.about([ref])
    assert "请写明时间。" in str(documents.values(missing.ref)["paragraphs"])
    assert "决定自2026年11月18日起予以受理" in str(documents.values(accepted.ref)["paragraphs"])
    back = scene.submitted()
    actions.propose_return(back, why="not_competent", text="由市文明办办理。", by=scene.clerk, at=AT)
    actions.confirm_return(back, by=scene.head, at=AT)
    actions.take_letter(back, letter="returned", by=scene.applicant, at=AT)
    (letter,) = documents.about([back])
    assert "由市文明办办理。" in str(documents.values(letter.ref)["paragraphs"])


def test_who_takes_a_letter_and_which(scene: Scene) -> None:
    ref = scene.accepted()
    for letter in ("refused", "moon", "incomplete"):
        with pytest.raises(NotFound):
            actions.take_letter(ref, letter=letter, by=scene.applicant, at=AT)
    with pytest.raises(NotAllowed):
        actions.take_letter(ref, letter="accepted", by=scene.clerk, at=AT)
    with pytest.raises(NotFound):
        actions.take_letter(ref, letter="accepted", by=scene.neighbour, at=AT)
    assert not documents.about([ref])
