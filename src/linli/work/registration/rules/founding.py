"""What it takes to found a society, an agency or a foundation: members, funds, council, officers, charter.

Everything that stands against a proposal is said at once. Persons are named by their place in the list, never by name.
"""
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from linli.kernel.text import N_, Both, Text
from linli.work.hall.registry import Unmet
from linli.work.registration.rules import Figures, Kind

RULES = (
    "founding.society_members", "founding.society_funds", "founding.society_one_seat", "founding.society_refusal",
    "founding.society_charter", "founding.agency_refusal", "founding.agency_charter", "founding.agency_forms",
    "founding.agency_private_share", "founding.agency_premises", "founding.agency_conditions",
    "founding.foundation_fund", "founding.foundation_ministry", "founding.foundation_charter", "founding.council_size",
    "founding.council_term", "founding.council_kin", "founding.council_paid", "founding.supervisors",
    "founding.foundation_officers", "founding.officer_bar", "founding.officer_stay", "founding.agency_certificate",
)
"""What a proposal is measured by, of the rulebook."""


class Seat(StrEnum):
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    SUPERVISOR = "supervisor"
    HEAD = "head"  # who heads an agency or a society otherwise


SEATS: dict[Seat, Both] = {
    Seat.CHAIR: Both("Chair", "理事长（会长）"), Seat.VICE_CHAIR: Both("Vice chair", "副理事长（副会长）"),
    Seat.SECRETARY: Both("Secretary-general", "秘书长"), Seat.MEMBER: Both("Council member", "理事"),
    Seat.SUPERVISOR: Both("Council supervisor", "监事"), Seat.HEAD: Both("Head", "负责人（主任、院长等）"),
}
COUNCIL = frozenset({Seat.CHAIR, Seat.VICE_CHAIR, Seat.SECRETARY, Seat.MEMBER})
LEADERS = frozenset({Seat.CHAIR, Seat.VICE_CHAIR, Seat.SECRETARY})

CHARTER: dict[str, Both] = {
    "name_address": Both("Name and address", "名称、住所"),
    "purpose_scope_area": Both("Purpose, scope and area of activity", "宗旨、业务范围和活动地域"),
    "purpose_scope": Both("Purpose and scope", "宗旨和业务范围"),
    "members": Both("Membership, its rights and duties", "会员资格及其权利、义务"),
    "organs": Both("How it is governed, and how its organs come about", "组织管理制度，执行机构的产生程序"),
    "officers": Both("Who may hold office, and how they are chosen and removed", "负责人的条件和产生、罢免程序"),
    "assets": Both("How assets are managed and used", "资产管理和使用原则"),
    "amendment": Both("How the charter is changed", "章程的修改程序"),
    "ending": Both("How it ends, and what becomes of what is left", "终止程序和终止后资产的处理"),
    "fund": Both("The original fund", "原始基金数额"),
    "council": Both("The council: members, powers, rules and terms", "理事会的组成、职权、议事规则和任期"),
    "legal_representative": Both("What the legal representative does", "法定代表人的职责"),
    "supervisors": Both("What council supervisors do, who may be one, for how long", "监事的职责、资格和任期"),
    "accounts": Both("How accounts are made and approved", "财务会计报告的编制、审定制度"),
    "other": Both("What else a charter must say", "应当由章程规定的其他事项"),
}


@dataclass(frozen=True)
class Officer:
    """Somebody proposed for an office, as stated or as the registers know. Relatives share a `kin` mark."""

    seat: Seat
    legal_representative: bool = False
    full_capacity: bool = True
    lost_rights: bool = False
    serving_official: bool = False
    heads_society: bool = False
    """Legal representative of another society."""
    heads_other: bool = False
    """Legal representative of any other organisation."""
    in_prison: bool = False
    sentence_ended_on: date | None = None
    revoked_on: date | None = None
    """When a foundation for which they answered was revoked."""
    mainland: bool = True
    months_here: int | None = None
    paid: bool = False
    full_time: bool = False
    accountant: bool = False
    kin: str = ""
    person: str = ""
    """The same for the same person in two rows; empty where it is not known who they are."""


@dataclass(frozen=True)
class Proposal:
    """What founders propose. Money in fen."""

    kind: Kind
    officers: tuple[Officer, ...] = ()
    national: bool = False
    public: bool = False
    """Foundations: raises funds in public."""
    private_property: bool = False
    """Foundations: founded with private property."""
    foreign_money: bool = False
    """Foundations: the original fund comes from outside the mainland."""
    persons: int = 0
    units: int = 0
    funds: int = 0
    paid_in: bool = True
    state_funds: int = 0
    liability: str = ""
    founder_persons: int = 0
    founder_units: int = 0
    premises_until: date | None = None
    term: int | None = None
    """Years of a council's term."""
    charter: frozenset[str] = frozenset()


_SEATS = ("officers.post",)
"""What is judged by who sits where; `needs` are called as the form calls them."""


def faults(proposal: Proposal, *, on: date, figures: Figures) -> tuple[Unmet, ...]:
    """Everything that stands against a proposal on that day, in the order of the form."""
    of_kind = {Kind.SOCIETY: _society, Kind.AGENCY: _agency, Kind.FOUNDATION: _foundation}[proposal.kind]
    return (*of_kind(proposal, on, figures), *_fitness(proposal), *_charter(proposal, figures))


def _society(proposal: Proposal, on: date, figures: Figures) -> Iterable[Unmet]:
    members, funds = figures["founding.society_members"], figures["founding.society_funds"]
    units, mixed = int(members.params["units"]), int(members.params["mixed"])
    persons_alone, units_alone = proposal.units == 0, proposal.persons == 0
    enough = (proposal.persons >= members.whole or (units_alone and proposal.units >= units)
              or proposal.persons + proposal.units >= mixed)
    if not enough:
        least = members.whole if persons_alone else units if units_alone else mixed
        yield Unmet(N_("A society has at least {persons} persons as members, or {units} units, or {mixed} where both"
                       " are members. You name {count}: {missing} more are needed."),
                    "founding.society_members", "members",
                    {"persons": members.whole, "units": units, "mixed": mixed,
                     "count": proposal.persons + proposal.units,
                     "missing": least - proposal.persons - proposal.units}, needs=("persons", "units"))
    least_funds = int(funds.params["national"]) if proposal.national else funds.whole
    if proposal.funds < least_funds:
        yield Unmet(N_("The funds of a society are at least {least} yuan."), "founding.society_funds", "funds",
                    {"least": _yuan(least_funds)})
    for place, officer in _seated(proposal):
        if officer.legal_representative and officer.heads_society:
            yield _person(N_("Person {place} is legal representative of another society and cannot be that of this one"
                             " as well."), "founding.society_one_seat", place)


def _agency(proposal: Proposal, on: date, figures: Figures) -> Iterable[Unmet]:
    share, premises = figures["founding.agency_private_share"], figures["founding.agency_premises"]
    part, whole = int(share.params["part"]), int(share.params["whole"])
    if proposal.funds <= 0:
        yield Unmet(N_("A social service agency has lawful property that fits its work. Say how much."),
                    "founding.agency_conditions", "funds")
    elif (proposal.funds - proposal.state_funds) * whole < proposal.funds * part:
        yield Unmet(N_("At least {part} of {whole} parts of the property are not the state's; here the state's share is"
                       " larger."), "founding.agency_private_share", "state_funds", {"part": part, "whole": whole},
                    needs=("registered_funds", "state_funds"))
    ends = on + relativedelta(years=premises.whole)
    if proposal.premises_until is not None and proposal.premises_until < ends:
        yield Unmet(N_("The right to the premises lasts at least {years} year from today, so until {until} or later."),
                    "founding.agency_premises", "premises_until", {"years": premises.whole, "until": ends})
    if proposal.liability != "legal_person" and proposal.founder_units:
        yield Unmet(N_("Where an organisation is among the founders, the agency is a legal person."),
                    "founding.agency_forms", "liability", needs=("liability", "founder_units"))
    if proposal.liability == "individual" and proposal.founder_persons != 1:
        yield Unmet(N_("An individual agency has one founder, who heads it."), "founding.agency_forms",
                    "liability", needs=("liability", "founder_persons"))
    if proposal.liability == "partnership" and proposal.founder_persons < 2:
        yield Unmet(N_("A partnership has at least two founders."), "founding.agency_forms", "liability",
                    needs=("liability", "founder_persons"))


def _foundation(proposal: Proposal, on: date, figures: Figures) -> Iterable[Unmet]:
    fund = figures["founding.foundation_fund"]
    ministry = figures["founding.foundation_ministry"]
    key = "public_national" if proposal.public and proposal.national else "public_local" if proposal.public else ""
    least = int(fund.params[key]) if key else fund.whole
    if proposal.funds < least:
        yield Unmet(N_("The original fund of such a foundation is at least {least} yuan."), "founding.foundation_fund",
                    "funds", {"least": _yuan(least)}, needs=("registered_funds", "raises"))
    if not proposal.paid_in:
        yield Unmet(N_("The original fund is money that has arrived on the account; goods and promises do not count."),
                    "founding.foundation_fund", "paid_in")
    abroad = any(one.legal_representative and not one.mainland for one in proposal.officers)
    if (proposal.public and proposal.national) or abroad:
        yield Unmet(N_("Such a foundation is registered by the ministry, not here."), "founding.foundation_ministry",
                    "national", needs=("officers", "raises"))
    elif not proposal.public and proposal.funds > ministry.whole:
        yield Unmet(N_("With more than {least} yuan the founders may also ask the ministry to register it."),
                    "founding.foundation_ministry", "funds", {"least": _yuan(ministry.whole)}, bars=False,
                    needs=("registered_funds", "raises"))
    yield from _council(proposal, figures)
    yield from _leaders(proposal, on, figures)


def _council(proposal: Proposal, figures: Figures) -> Iterable[Unmet]:
    size, term, paid = (figures[f"founding.council_{key}"] for key in ("size", "term", "paid"))
    council = _persons(officer for _, officer in _seated(proposal, COUNCIL))
    most = int(size.params["most"])
    if not size.whole <= len(council) <= most:
        yield Unmet(N_("A council has {least} to {most} members; here are {count}."), "founding.council_size",
                    "officers", {"least": size.whole, "most": most, "count": len(council)}, needs=_SEATS)
    if proposal.term is not None and not 0 < proposal.term <= term.whole:
        yield Unmet(N_("A council's term is at most {most} years."), "founding.council_term", "term",
                    {"most": term.whole})
    yield from _kin(proposal, council, figures)
    receiving = sum(officer.paid for officer in council)
    if receiving * int(paid.params["whole"]) > len(council) * int(paid.params["part"]):
        yield Unmet(N_("At most a third of the members are paid; here {count} of {all} are."), "founding.council_paid",
                    "officers", {"count": receiving, "all": len(council)}, needs=_SEATS)
    for place, officer in _seated(proposal):
        if officer.paid and (officer.seat is Seat.SUPERVISOR or not officer.full_time):
            yield _person(N_("Person {place} may not be paid: council supervisors, and members who do not work there"
                             " full time, are not."), "founding.council_paid", place, *_SEATS)
    supervisors = _seated(proposal, frozenset({Seat.SUPERVISOR}))
    if not supervisors:
        yield Unmet(N_("A foundation has a council supervisor. Name one."), "founding.supervisors", "officers",
                    needs=_SEATS)
    kin, members = ({getattr(one, mark) for one in council} - {""} for mark in ("kin", "person"))
    for place, officer in supervisors:
        if officer.accountant or officer.kin in kin or officer.person in members:
            yield _person(N_("Person {place} cannot be a council supervisor: members, their close relatives and the"
                             " foundation's accountants may not."), "founding.supervisors", place, *_SEATS,
                          "officers.kin")


def _persons(officers: Iterable[Officer]) -> list[Officer]:
    """Each person once, though in two rows (vice chair and secretary-general); paid where one of them is."""
    rows = sorted(officers, key=lambda officer: officer.paid)
    return list({officer.person or place: officer for place, officer in enumerate(rows)}.values())


def _kin(proposal: Proposal, council: list[Officer], figures: Figures) -> Iterable[Unmet]:
    rule, needs = figures["founding.council_kin"], (*_SEATS, "officers.kin", "property", "raises")
    groups = Counter(officer.kin for officer in council if officer.kin)
    related = sum(count for count in groups.values() if count > 1)
    if proposal.private_property and not proposal.public:
        if related * int(rule.params["whole"]) > len(council) * int(rule.params["part"]):
            yield Unmet(N_("At most a third of the members are close relatives of one another; here {count} of {all}"
                           " are."), "founding.council_kin", "officers", {"count": related, "all": len(council)},
                        needs=needs)
    elif related:
        yield Unmet(N_("Close relatives may not sit in this council together; here {count} members are."),
                    "founding.council_kin", "officers", {"count": related}, needs=needs)


def _leaders(proposal: Proposal, on: date, figures: Figures) -> Iterable[Unmet]:
    rule, stay = "founding.foundation_officers", figures["founding.officer_stay"]
    seats = Counter(officer.seat for officer in proposal.officers)
    for seat, text in ((Seat.CHAIR, N_("A council has one chair, who is the legal representative.")),
                       (Seat.SECRETARY, N_("A council has one secretary-general."))):
        if seats[seat] != 1:
            yield Unmet(text, "founding.council_size", "officers", needs=_SEATS)
    for place, officer in _seated(proposal, LEADERS):
        if officer.serving_official:
            yield _person(N_("Person {place} is a serving official and cannot be chair, vice chair or"
                             " secretary-general."), rule, place, *_SEATS)
        yield from _barred(place, officer, on, figures)
        if not officer.mainland and officer.months_here is not None and officer.months_here < stay.whole:
            yield Unmet(N_("Person {place} has to be in the mainland at least {months} months a year."),
                        "founding.officer_stay", "officers", {"place": place, "months": stay.whole}, needs=_SEATS)
    for place, officer in _seated(proposal):
        if officer.legal_representative and (officer.heads_other or officer.heads_society):
            yield _person(N_("Person {place} is legal representative of another organisation and cannot be that of a"
                             " foundation as well."), rule, place)
        if officer.legal_representative and not officer.mainland and (proposal.public or not proposal.foreign_money):
            yield _person(N_("Person {place} cannot be the legal representative: where the money is from the mainland,"
                             " or raised in public, it is a resident of the mainland."), rule, place, "officers",
                          "property", "raises")


def _barred(place: int, officer: Officer, on: date, figures: Figures) -> Iterable[Unmet]:
    bar = figures["founding.officer_bar"].whole
    if officer.in_prison:
        yield _person(N_("Person {place} is serving a sentence and cannot head a foundation."), "founding.officer_bar",
                      place, *_SEATS)
    for since, text in (
        (officer.sentence_ended_on, N_("Person {place} cannot head a foundation before {free_on}: {years} years after"
                                       " serving a sentence.")),
        (officer.revoked_on, N_("Person {place} cannot head a foundation before {free_on}: {years} years after the"
                                " revocation of a foundation for which they answered.")),
    ):
        if since is not None and on < (free_on := since + relativedelta(years=bar)):
            yield Unmet(text, "founding.officer_bar", "officers", {"place": place, "free_on": free_on, "years": bar},
                        needs=_SEATS)


def _fitness(proposal: Proposal) -> Iterable[Unmet]:
    """Who may hold no office in any of the three kinds."""
    rule = {Kind.SOCIETY: "founding.society_refusal", Kind.AGENCY: "founding.agency_refusal",
            Kind.FOUNDATION: "founding.officer_bar"}[proposal.kind]
    for place, officer in _seated(proposal):
        if officer.lost_rights and (proposal.kind is not Kind.FOUNDATION or officer.seat in LEADERS):
            yield _person(N_("Person {place} lost political rights by a sentence and cannot hold this office."), rule,
                          place, *_SEATS)
        if not officer.full_capacity:
            yield _person(N_("Person {place} has no full legal capacity and cannot hold this office."), rule, place)
    if sum(officer.legal_representative for officer in proposal.officers) != 1:
        yield Unmet(N_("Name exactly one person as legal representative."), rule, "officers")


def _charter(proposal: Proposal, figures: Figures) -> Iterable[Unmet]:
    rule = f"founding.{proposal.kind}_charter"
    for item in figures[rule].words("items"):
        if item not in proposal.charter and item != "other":
            yield Unmet(N_("The charter does not yet say: {item}."), rule, "charter", {"item": CHARTER[item]})


def _seated(proposal: Proposal, seats: frozenset[Seat] | None = None) -> list[tuple[int, Officer]]:
    numbered = enumerate(proposal.officers, start=1)
    return [(place, officer) for place, officer in numbered if seats is None or officer.seat in seats]


def _person(text: Text, rule: str, place: int, *needs: str) -> Unmet:
    return Unmet(text, rule, "officers", {"place": place}, needs=needs)


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}"


def charter_items(kind: Kind, figures: Figures) -> Mapping[str, Both]:
    """What a charter of this kind says, as it is asked on the form."""
    return {item: CHARTER[item] for item in figures[f"founding.{kind}_charter"].words("items")}
