"""What a broken promise takes back: a change of the register, or a registration with its certificates."""
from datetime import date, timedelta
from uuid import UUID

import pytest

from linli.engines.documents import queries as documents
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import RuleBroken
from linli.registers.organisations import queries as organisations
from linli.work.hall import actions as hall
from linli.work.hall import queries as hall_queries
from linli.work.hall import rules
from linli.work.hall.models import Promise
from linli.work.hall.registry import MATTERS, Answers
from linli.work.hall.states import DECIDE, PROCESS, SEE
from linli.work.registration import actions, queries
from tests.actors import AT, actor
from tests.work.registration.conftest import NAME, SHUSHAN
from tests.work.registration.test_matters import AGENCY, LATER, TODAY, Scene, registered, scene

__all__ = ["scene"]
CHANGED = {"items": ["address"], "address": "蜀山区长江西路 9 号", "reason": "搬到新的地方。"}


def promised(scene: Scene, matter: str, answers: Answers, organisation: UUID | None = None) -> UUID:
    """Granted with the premises promised and all other papers handed in."""
    ref = scene.draft(matter, answers, organisation)
    one = hall_queries.application(ref, by=scene.applicant, at=AT)
    (paper,) = [paper for paper in one.content.papers if paper.material == "premises"]
    hall.detach(ref, file=UUID(paper.file), by=scene.applicant, at=AT)
    hall.save(ref, version=one.version, answers={}, promises=["premises"], by=scene.applicant, at=AT)
    scene.submit(ref)
    hall.accept(ref, by=scene.desk, at=AT)
    hall.finish_step(ref, step="review", favourable=True, finding="材料齐全。", by=scene.desk, at=AT)
    hall.grant(ref, by=scene.desk, at=AT)
    hall.deliver_next(by=SYSTEM, at=AT)
    return ref


def revoked(scene: Scene, ref: UUID) -> hall_queries.ApplicationFile:
    said = {"material": "premises", "text": "现场没有该住所。"}
    hall.ask_mending(ref, **said, by=scene.desk, at=AT)
    Promise.objects.update(due_on=TODAY - timedelta(days=1), provisional=False)
    hall.propose_revocation(ref, **said, by=scene.desk, at=AT)
    hall.confirm_revocation(ref, material="premises", by=second(), at=AT)
    return hall_queries.application(ref, by=scene.applicant, at=AT)


def second() -> Actor:
    return actor("region:340000000000", SEE, PROCESS, DECIDE, "organisations.approve")


def test_a_change_that_was_promised_and_is_not_so_is_taken_back(scene: Scene) -> None:
    ref = scene.establish()
    one = revoked(scene, promised(scene, "change_registration", CHANGED, ref))
    now = organisations.as_of(ref, on=TODAY, known_at=LATER)
    assert now.folded.text("address") == "蜀山区琥珀路 1 号"
    last = now.steps[-1].filing
    assert (last.kind, last.effective_on, last.basis) == ("annulment", TODAY, "《行政许可法》第六十九条")
    assert str(one.products[-1].title) == "Change revoked"
    draft = scene.draft("change_registration", CHANGED, ref)
    with pytest.raises(RuleBroken, match="until 16 Nov 2029 none is taken"):
        hall.save(draft, version=1, answers={}, promises=["premises"], by=scene.applicant, at=AT)


def test_a_name_from_a_change_that_was_revoked_waits_three_years(scene: Scene) -> None:
    name = "合肥市蜀山区晨曦养老服务中心"
    said = CHANGED | {"items": ["address", "name"], "name": name}
    ref = scene.establish()
    revoked(scene, promised(scene, "change_registration", said, ref))
    assert organisations.as_of(ref, on=TODAY, known_at=LATER).name == NAME
    barred = date(2029, 11, 15), date(2029, 11, 16)
    assert [{one.rule for one in queries.check_name(name, kind="agency", region=SHUSHAN, on=on).unmet if one.bars}
            for on in barred] == [{"naming.reuse_after_revocation"}, set()]


@pytest.mark.slow
def test_a_registration_that_was_promised_and_is_not_so_is_revoked(scene: Scene) -> None:
    ref = promised(scene, "found_agency", AGENCY)
    link = hall_queries.application(ref, by=scene.applicant, at=AT).products[0].link
    revoked(scene, ref)
    now = registered(link)
    assert (now.folded.text("status"), now.folded.day("ended_on")) == ("revoked", TODAY)
    assert {card.state for card in documents.about([now.ref])} == {"revoked"}


def test_only_what_the_law_lets_is_promised() -> None:
    found = {matter.key: [one.key for one in matter.materials if one.promised] for matter in actions.MATTERS}
    assert {key for key, keys in found.items() if keys} == {
        "found_society", "found_agency", "found_foundation", "change_registration"}
    assert {key for keys in found.values() for key in keys} == {"premises"}


def test_a_place_takes_no_promise_from_a_day_on() -> None:
    here = rules.overrides("here.toml", """
[[override]]
matter = "change_registration"
region = "340104000000"
from = 2026-12-01
basis = {en = "List of the district", zh = "蜀山区告知承诺事项清单"}
without_promise = ["premises"]
""")
    for on, region, may in ((date(2026, 11, 30), "340104003000", True), (date(2026, 12, 1), "340104003000", False),
                            (date(2026, 12, 1), "340103000000", True)):
        one = rules.localised(MATTERS["change_registration"], here, region=region, on=on)
        (paper,) = [paper for paper in one.materials if paper.key == "premises"]
        assert bool(paper.promised) is may
