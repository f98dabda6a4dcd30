from datetime import date

import pytest
from stdnum.cn import uscc

from linli.demo.invented import Inventor
from linli.demo.trades import OFFERS, TRADES
from linli.registers.directory import queries as directory

TODAY = date(2026, 11, 22)


def test_the_same_seed_gives_the_same_people_and_no_two_alike() -> None:
    first, again = (
        [inventor.someone(oldest=90, youngest=20, on=TODAY) for _ in range(300)]
        for inventor in (Inventor(1), Inventor(1))
    )
    assert first == again
    assert len({one.id_number for one in first}) == len({one.phone for one in first}) == 300


def test_ages_are_as_asked_and_numbers_can_belong_to_nobody() -> None:
    inventor = Inventor(2)
    for _ in range(200):
        one = inventor.someone(oldest=70, youngest=60, on=TODAY)
        assert 60 <= (TODAY - one.birth_on).days / 365.25 <= 71
        assert one.id_number.startswith("340101") and (int(one.id_number[16]) % 2 == 1) == (one.gender == "male")


@pytest.mark.parametrize("kind", ["society", "agency", "foundation", "company", "public_institution"])
def test_credit_codes_pass_their_checks(kind: str) -> None:
    inventor = Inventor(3)
    assert all(uscc.is_valid(inventor.credit_code(kind, "340104000000")) for _ in range(30))


def test_every_offer_has_its_category_and_every_trade_its_offers() -> None:
    for offer in OFFERS.values():
        assert directory.category(offer.category).key == offer.category
        assert set(offer.modes) <= {"home", "on_site", "remote"}
    assert sum(trade.count for trade in TRADES) >= 60
    assert sum(trade.count * len(trade.offers) for trade in TRADES) >= 300
    assert all(offer in OFFERS for trade in TRADES for offer in trade.offers)
