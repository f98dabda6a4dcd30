"""What matching uses of a person, and what it leaves alone once they say so."""
from datetime import timedelta
from uuid import UUID

from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.directory import queries as directory
from linli.registers.people import actions as people
from linli.work.matching import queries
from linli.work.matching.rules.values import Signal
from linli.work.orders.models import Order
from tests.actors import AT
from tests.work.matching.conftest import VILLAGE, Scene


def codes(scene: Scene, need: UUID) -> dict[UUID, set[str]]:
    found = queries.matches(need, by=scene.resident, at=AT)
    return {match.service.ref: {str(reason.code) for reason in match.reasons} for match in found.matches}


def visited(scene: Scene, service: UUID) -> None:
    """They were served by it a week ago."""
    begin, by = AT - timedelta(days=7), new_ref()
    Order.objects.create(
        need=new_ref(), person_id=scene.person, channel="self", service_id=service, service_name="上门助浴",
        category="home_bathing", provider=directory.service(service).provider, slot=new_ref(), begin=begin,
        until=begin + timedelta(hours=1), practitioner=new_ref(), state="confirmed", price_fen=8000, mode="home",
        region_code=VILLAGE, created_at=begin, created_by=by, booked_at=begin, booked_by=by, accepted_at=begin,
        accepted_by=by, confirmed_at=begin, confirmed_by=by)


def test_who_visited_before_counts_until_the_person_refuses_it(scene: Scene) -> None:
    service, need = scene.list(), scene.need()
    assert Signal.CONTINUITY not in codes(scene, need)[service]
    visited(scene, service)
    assert Signal.CONTINUITY in codes(scene, need)[service]
    people.withdraw_consent(scene.person, purpose="ranking", by=SYSTEM, at=AT)
    assert Signal.CONTINUITY not in codes(scene, need)[service]


def test_a_subsidy_for_a_group_is_found_only_where_the_person_lets_it(scene: Scene) -> None:
    service = scene.list(subsidy_min_age=None, subsidy_groups=["low_income"])
    need = scene.need()
    people.record_group(scene.person, group="low_income", by=SYSTEM, at=AT)

    def pays() -> int | None:
        [match] = queries.matches(need, by=scene.resident, at=AT).matches
        assert match.service.ref == service
        return match.pays_fen

    assert pays() == 8000
    people.give_consent(scene.person, purpose="subsidies", by=SYSTEM, at=AT)
    assert pays() == 2000
    people.withdraw_consent(scene.person, purpose="subsidies", by=SYSTEM, at=AT)
    assert pays() == 8000
