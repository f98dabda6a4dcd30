import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.registers.places import actions, queries
from tests.actors import AT, actor

pytestmark = pytest.mark.usefixtures("regions")
HUPO, SHUSHAN = "340104003000", Point(117.25, 31.86)


def test_a_village_gets_its_point() -> None:
    actions.place_point(HUPO, point=SHUSHAN, by=actor("region:340104000000", "places.manage"), at=AT)
    card = queries.region(HUPO)
    assert card and card.point == SHUSHAN
    assert Entry.objects.filter(about=card.ref, fact="places.PointPlaced").count() == 1


@pytest.mark.parametrize(("point", "sentence"), [
    (Point(31.86, 80.0), "swapped"), (Point(31.86, 117.25 - 30), "swapped"), (Point(0, 0), "outside"),
    (Point(117.57, 31.91), "outside 合肥市蜀山区琥珀街道"),
])
def test_a_point_elsewhere_is_refused_with_the_reason(point: Point, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        actions.place_point(HUPO, point=point, by=SYSTEM, at=AT)
    card = queries.region(HUPO)
    assert card and card.point is None


def test_who_and_what_may_not() -> None:
    with pytest.raises(NotFound):
        actions.place_point("340104003777", point=SHUSHAN, by=SYSTEM, at=AT)
    with pytest.raises(NotAllowed):
        actions.place_point(HUPO, point=SHUSHAN, by=actor("region:340103000000", "places.manage"), at=AT)
    with pytest.raises(RuleBroken, match="Only a street"):
        actions.place_point("340104000000", point=SHUSHAN, by=SYSTEM, at=AT)
