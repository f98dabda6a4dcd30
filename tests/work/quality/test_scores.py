from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Reader
from linli.engines.journal.registry import WATCHERS
from linli.engines.rulebook import queries as rulebook
from linli.kernel.refs import new_ref
from linli.registers.people import queries as people
from linli.work.quality import queries, subscribers
from linli.work.quality.models import Rating, Rectification, Score
from linli.work.quality.rules import RULE
from tests.actors import AT

from .conftest import Scene


def kept(scene: Scene) -> list[tuple[UUID, int, int]]:
    return [(ref, score.count, sum(n * g for n, g in zip(score.grades, range(1, 6), strict=True)))
            for ref, score in queries.scores([scene.bath, scene.meals]).items()]


def test_a_score_counts_each_rated_order_once_with_its_last_grade(scene: Scene) -> None:
    again = scene.rate(1)
    for grade in (5, 4, 5):
        scene.rate(grade)
    scene.rate(3, order=again)
    score = queries.scores([scene.bath])[scene.bath]
    assert (score.count, score.mean, score.grades) == (4, 17 / 4, (0, 0, 1, 1, 2))
    assert score.shrunk == pytest.approx((4.0 * 5 + 17) / 9)


def test_a_service_without_ratings_has_no_mean_and_is_worth_the_prior(scene: Scene) -> None:
    score = queries.scores([scene.meals])[scene.meals]
    assert (score.mean, score.count, score.shrunk) == (None, 0, 4.0)


def test_scores_of_many_services_take_one_query(scene: Scene, django_assert_num_queries: object) -> None:
    scene.rate(5)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.scores([scene.bath, scene.meals, *(new_ref() for _ in range(300))])) == 302


def test_a_watcher_killed_in_the_middle_loses_and_repeats_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for grade in (5, 2, 4, 1, 3):
        scene.rate(grade, read=False)
    journal.sequence()
    journal.catch_up("quality.scores", most=2)
    journal.catch_up("quality.rectifications", most=2)

    def killed(entries: object) -> None:
        subscribers_count(entries)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    subscribers_count = subscribers.count
    before = kept(scene)
    with monkeypatch.context() as patch:
        watcher = WATCHERS["quality.scores"]
        patch.setitem(WATCHERS, "quality.scores",
                      type(watcher)(watcher.name, killed, watcher.forget, watcher.facts))
        with pytest.raises(RuntimeError):
            journal.catch_up("quality.scores", most=2)
    assert kept(scene) == before
    journal.run()
    assert kept(scene) == [(scene.bath, 5, 15), (scene.meals, 0, 0)]
    assert Rectification.objects.count() == 2


def test_scores_made_anew_from_the_journal_are_the_same(scene: Scene) -> None:
    for grade in (5, 2, 4):
        scene.rate(grade)
    scene.rate(3, service=scene.meals)
    before = kept(scene)
    journal.rebuild("quality.scores")
    assert not Score.objects.exists() and not Rating.objects.exists()
    journal.run()
    assert kept(scene) == before


def test_a_bad_rating_told_again_is_owed_once(scene: Scene) -> None:
    order = scene.rate(1)
    Reader.objects.filter(name="quality.rectifications").delete()
    journal.run()
    assert Rectification.objects.filter(order=order).count() == 1
    duties = rulebook.duties(on=AT.date(), about=[order], rule_id=RULE)
    assert [(d.owner, d.owed_to) for d in duties] == [(f"organisation:{scene.provider}", f"person:{scene.person}")]


@pytest.mark.parametrize(("grade", "owed"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_only_the_two_lowest_grades_are_owed_an_answer(scene: Scene, grade: int, owed: int) -> None:
    order = scene.rate(grade)
    assert len(rulebook.duties(on=AT.date(), about=[order], rule_id=RULE)) == owed


def test_ratings_carry_no_names(scene: Scene) -> None:
    scene.rate(2)
    [rating] = queries.ratings([scene.provider])
    assert (rating.service, rating.grade, rating.at) == (scene.bath, 2, AT)
    name = people.names([scene.person], masked=False)[scene.person]
    assert name not in repr(rating) and str(scene.person) not in repr(rating)


def test_a_struck_rating_counts_no_more_and_nothing_is_owed_for_it(scene: Scene) -> None:
    bad = scene.rate(1)
    scene.rate(5)
    row = Rectification.objects.get(order=bad)
    scene.strike(bad)
    score = queries.scores([scene.bath])[scene.bath]
    assert (score.mean, score.count) == (5.0, 1)
    row.refresh_from_db()
    assert row.state == "dropped" and rulebook.duties(on=AT.date(), about=[bad], rule_id=RULE)[0].state == "met"
    before = kept(scene)
    journal.rebuild("quality.scores")
    journal.run()
    assert kept(scene) == before  # from zero it comes to the same


def test_the_only_rating_struck_leaves_no_mean(scene: Scene) -> None:
    scene.strike(scene.rate(2))
    assert queries.scores([scene.bath])[scene.bath].mean is None


def test_rated_and_struck_and_rated_again_in_one_go(scene: Scene) -> None:
    order = scene.rate(1, read=False)
    scene.strike(order)
    scene.rate(4, order=order)
    score = queries.scores([scene.bath])[scene.bath]
    assert (score.mean, score.count) == (4.0, 1)
    assert Rectification.objects.get(order=order).state == "dropped"
