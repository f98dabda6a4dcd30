from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linli.work.registration import queries
from linli.work.registration.rules import Kind, founding
from linli.work.registration.rules.founding import Officer, Proposal, Seat

TODAY = date(2026, 11, 22)
FIGURES = queries.figures(founding.RULES, on=TODAY)
HEAD = Officer(Seat.HEAD, legal_representative=True)


def charter(kind: Kind) -> frozenset[str]:
    return frozenset(founding.charter_items(kind, FIGURES))


SOCIETY = Proposal(Kind.SOCIETY, (HEAD,), persons=50, funds=30_000_00, charter=charter(Kind.SOCIETY))
AGENCY = Proposal(Kind.AGENCY, (HEAD,), funds=100_000_00, state_funds=33_333_33, liability="legal_person",
                  founder_persons=1, premises_until=date(2027, 11, 22), charter=charter(Kind.AGENCY))
CHAIR = Officer(Seat.CHAIR, legal_representative=True)
COUNCIL = (CHAIR, Officer(Seat.VICE_CHAIR), Officer(Seat.SECRETARY, paid=True, full_time=True),
           Officer(Seat.MEMBER), Officer(Seat.MEMBER), Officer(Seat.SUPERVISOR))
FOUNDATION = Proposal(Kind.FOUNDATION, COUNCIL, funds=2_000_000_00, private_property=True, term=5,
                      charter=charter(Kind.FOUNDATION))


def rules(proposal: Proposal, *, bars: bool = True) -> list[str]:
    found = founding.faults(proposal, on=TODAY, figures=FIGURES)
    return [one.rule for one in found if one.bars or not bars]


def officers(*, chair: Officer = CHAIR, more: tuple[Officer, ...] = ()) -> Proposal:
    return replace(FOUNDATION, officers=(chair, *COUNCIL[1:], *more))


@pytest.mark.parametrize("proposal", [SOCIETY, AGENCY, FOUNDATION], ids=["society", "agency", "foundation"])
def test_what_is_just_enough_is_enough(proposal: Proposal) -> None:
    assert rules(proposal) == []


@pytest.mark.parametrize(("persons", "units", "enough"), [
    (50, 0, True), (49, 0, False), (0, 30, True), (0, 29, False), (30, 20, True), (30, 19, False), (50, 1, True),
])
def test_members_of_a_society(persons: int, units: int, enough: bool) -> None:
    assert (rules(replace(SOCIETY, persons=persons, units=units)) == []) is enough


def test_it_says_how_many_members_are_missing() -> None:
    (one,) = founding.faults(replace(SOCIETY, persons=20, units=10), on=TODAY, figures=FIGURES)
    assert one.values["missing"] == 20 and one.field == "members"


@pytest.mark.parametrize(("given", "rule"), [
    ({"funds": 29_999_99}, "founding.society_funds"),
    ({"national": True, "funds": 99_999_99}, "founding.society_funds"),
    ({"officers": (replace(HEAD, heads_society=True),)}, "founding.society_one_seat"),
    ({"officers": (replace(HEAD, lost_rights=True),)}, "founding.society_refusal"),
    ({"officers": (replace(HEAD, full_capacity=False),)}, "founding.society_refusal"),
    ({"officers": ()}, "founding.society_refusal"),
    ({"officers": (HEAD, HEAD)}, "founding.society_refusal"),
    ({"charter": charter(Kind.SOCIETY) - {"ending"}}, "founding.society_charter"),
])
def test_what_bars_a_society(given: dict[str, Any], rule: str) -> None:
    assert rules(replace(SOCIETY, **given)) == [rule]


def test_a_national_society_needs_a_hundred_thousand() -> None:
    assert rules(replace(SOCIETY, national=True, funds=100_000_00)) == []


@pytest.mark.parametrize(("given", "rule"), [
    ({"funds": 0, "state_funds": 0}, "founding.agency_conditions"),
    ({"state_funds": 33_333_34}, "founding.agency_private_share"),  # a fen more than a third
    ({"premises_until": date(2027, 11, 21)}, "founding.agency_premises"),
    ({"liability": "partnership", "founder_persons": 2, "founder_units": 1}, "founding.agency_forms"),
    ({"liability": "individual", "founder_persons": 2}, "founding.agency_forms"),
    ({"liability": "partnership", "founder_persons": 1}, "founding.agency_forms"),
    ({"officers": (replace(HEAD, lost_rights=True),)}, "founding.agency_refusal"),
    ({"charter": frozenset()}, "founding.agency_charter"),
])
def test_what_bars_an_agency(given: dict[str, Any], rule: str) -> None:
    found = rules(replace(AGENCY, **given))
    assert set(found) == {rule}


def test_the_head_of_a_society_may_head_an_agency() -> None:
    assert rules(replace(AGENCY, officers=(replace(HEAD, heads_society=True),))) == []


@pytest.mark.parametrize(("given", "enough"), [
    ({"funds": 1_999_999_99}, False), ({"public": True, "funds": 3_999_999_99}, False),
    ({"public": True, "funds": 4_000_000_00}, True), ({"paid_in": False}, False),
])
def test_the_original_fund(given: dict[str, Any], enough: bool) -> None:
    assert (rules(replace(FOUNDATION, **given)) == []) is enough


def test_what_the_ministry_registers_is_said() -> None:
    national = replace(FOUNDATION, public=True, national=True, funds=8_000_000_00)
    assert rules(national) == ["founding.foundation_ministry"]
    abroad = replace(officers(chair=replace(CHAIR, mainland=False, months_here=3)), foreign_money=True)
    assert rules(abroad) == ["founding.foundation_ministry"]
    large = replace(FOUNDATION, funds=20_000_001_00)
    assert rules(large) == [] and rules(large, bars=False) == ["founding.foundation_ministry"]


def test_a_council_has_five_to_twenty_five_members_and_supervisors_do_not_count() -> None:
    assert rules(replace(FOUNDATION, officers=(*COUNCIL[:4], COUNCIL[5]))) == ["founding.council_size"]
    assert rules(officers(more=(Officer(Seat.MEMBER),) * 20)) == []
    assert rules(officers(more=(Officer(Seat.MEMBER),) * 21)) == ["founding.council_size"]


def test_a_term_is_five_years_at_most() -> None:
    assert rules(replace(FOUNDATION, term=6)) == ["founding.council_term"]


def test_a_third_of_a_private_council_may_be_kin_and_nobody_in_others() -> None:
    one_third = replace(FOUNDATION, officers=(
        replace(CHAIR, kin="a"), Officer(Seat.VICE_CHAIR, kin="a"), *COUNCIL[2:], Officer(Seat.MEMBER)))
    assert rules(one_third) == []  # two of six
    assert rules(replace(one_third, officers=one_third.officers[:-1])) == ["founding.council_kin"]  # two of five
    assert rules(replace(one_third, private_property=False)) == ["founding.council_kin"]
    assert rules(replace(one_third, public=True, funds=4_000_000_00)) == ["founding.council_kin"]
    alone = replace(FOUNDATION, officers=(replace(CHAIR, kin="a"), *COUNCIL[1:]))
    assert rules(replace(alone, private_property=False)) == []  # kin to nobody in the council


def test_pay_in_the_council() -> None:
    paid = Officer(Seat.MEMBER, paid=True, full_time=True)
    assert rules(officers(more=(paid,))) == []  # two of six
    assert rules(replace(FOUNDATION, officers=(*COUNCIL[:4], paid, COUNCIL[5]))) == ["founding.council_paid"]
    assert rules(officers(more=(Officer(Seat.MEMBER, paid=True),))) == ["founding.council_paid"]  # not full time
    assert rules(officers(more=(Officer(Seat.SUPERVISOR, paid=True),))) == ["founding.council_paid"]


def test_who_may_be_a_council_supervisor() -> None:
    assert rules(replace(FOUNDATION, officers=COUNCIL[:5])) == ["founding.supervisors"]
    assert rules(officers(more=(Officer(Seat.SUPERVISOR, accountant=True),))) == ["founding.supervisors"]
    related = officers(chair=replace(CHAIR, kin="a"), more=(Officer(Seat.SUPERVISOR, kin="a"),))
    assert rules(related) == ["founding.supervisors"]


def test_a_person_in_two_rows_is_one_and_no_member_supervises() -> None:
    vice = Officer(Seat.VICE_CHAIR, person="a")
    both = (CHAIR, vice, Officer(Seat.SECRETARY, person="a", paid=True, full_time=True), *COUNCIL[3:])
    assert rules(replace(FOUNDATION, officers=both)) == ["founding.council_size"]  # four persons in five rows
    assert rules(replace(FOUNDATION, officers=(*both, Officer(Seat.MEMBER)))) == []  # five in six; one of them is paid
    supervised = (*COUNCIL[:5], Officer(Seat.MEMBER, person="b"), Officer(Seat.SUPERVISOR, person="b"))
    assert rules(replace(FOUNDATION, officers=supervised)) == ["founding.supervisors"]


@pytest.mark.parametrize(("given", "rule"), [
    ({"serving_official": True}, "founding.foundation_officers"),
    ({"heads_other": True}, "founding.foundation_officers"),
    ({"mainland": False, "months_here": 12}, "founding.foundation_officers"),
    ({"in_prison": True}, "founding.officer_bar"),
    ({"lost_rights": True}, "founding.officer_bar"),
    ({"sentence_ended_on": date(2021, 11, 23)}, "founding.officer_bar"),  # five years less a day
    ({"revoked_on": date(2022, 1, 1)}, "founding.officer_bar"),
    ({"full_capacity": False}, "founding.officer_bar"),
])
def test_who_may_not_head_a_foundation(given: dict[str, Any], rule: str) -> None:
    assert rule in rules(officers(chair=replace(CHAIR, **given)))


def test_after_five_years_a_sentence_bars_no_longer() -> None:
    served = replace(CHAIR, sentence_ended_on=date(2021, 11, 22), revoked_on=date(2021, 11, 22))
    assert rules(officers(chair=served)) == []


def test_officers_from_elsewhere_stay_three_months_a_year() -> None:
    vice = Officer(Seat.VICE_CHAIR, mainland=False, months_here=2)
    assert rules(officers(more=(vice,))) == ["founding.officer_stay"]
    assert rules(officers(more=(replace(vice, months_here=3),))) == []


def test_a_plain_member_may_have_served_a_sentence() -> None:
    assert rules(officers(more=(Officer(Seat.MEMBER, sentence_ended_on=date(2026, 1, 1)),))) == []


def test_everything_is_said_at_once() -> None:
    nothing = Proposal(Kind.FOUNDATION)
    assert {"founding.foundation_fund", "founding.council_size", "founding.supervisors", "founding.officer_bar",
            "founding.foundation_charter"} <= set(rules(nothing))


def test_persons_are_named_by_their_place_only() -> None:
    found = founding.faults(officers(chair=replace(CHAIR, serving_official=True)), on=TODAY, figures=FIGURES)
    assert [one.values for one in found] == [{"place": 1}]


@pytest.mark.parametrize(("kind", "count"), [(Kind.SOCIETY, 9), (Kind.AGENCY, 8), (Kind.FOUNDATION, 9)])
def test_what_a_charter_says(kind: Kind, count: int) -> None:
    assert len(founding.charter_items(kind, FIGURES)) == count
