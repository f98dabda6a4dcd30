"""What is registered of an organisation: each item, what it looks like, and which organisations have it.

Source: Regulation on Social Organisations Art. 12, on Private Non-enterprise Units Art. 12, on Foundations Art. 11, and
the eleven blocks of the national register's public page.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from linli.kernel.text import N_, Text
from linli.registers.organisations.rules.describing import KIND_LABELS, Kind


class Shape(StrEnum):
    LINE = auto()
    TEXT = auto()
    DAY = auto()
    YEAR = auto()
    MONEY = auto()
    """Whole fen."""
    COUNT = auto()
    FLAG = auto()
    CHOICE = auto()
    REGION = auto()
    CODE = auto()
    PHONE = auto()
    LINK = auto()
    REF = auto()
    RECORDS = auto()
    """Several values, each a record of parts, none ever lost."""


@dataclass(frozen=True)
class Part:
    """One field of a record."""

    key: str
    label: Text
    shape: Shape = Shape.LINE
    needed: bool = False
    choices: Mapping[str, Text] | None = None
    masked: bool = False
    """Kept for the office and never shown to the public."""
    most: int = 200


@dataclass(frozen=True)
class Item:
    """One registered item."""

    key: str
    label: Text
    shape: Shape = Shape.LINE
    most: int = 200
    choices: Mapping[str, Text] | None = None
    kinds: frozenset[Kind] = frozenset()
    """Whose item it is; empty for everybody's."""
    masked: bool = False
    parts: tuple[Part, ...] = ()
    identity: tuple[str, ...] = ()
    """The parts that make two records the same one; a change of the same one replaces it."""
    begin: str = ""
    end: str = ""
    """The parts between which a record holds, the end excluded."""

    @property
    def many(self) -> bool:
        return self.shape == Shape.RECORDS


class Status(StrEnum):
    REGISTERED = auto()
    LIQUIDATING = auto()
    DEREGISTERED = auto()
    REVOKED = auto()


STATUSES: dict[str, Text] = {
    Status.REGISTERED: N_("registered"), Status.LIQUIDATING: N_("in liquidation"),
    Status.DEREGISTERED: N_("deregistered"), Status.REVOKED: N_("registration revoked"),
}
ENDED = (Status.DEREGISTERED, Status.REVOKED)
POSTS: dict[str, Text] = {
    "chair": N_("Chair"), "vice_chair": N_("Vice-chair"), "secretary_general": N_("Secretary-general"),
    "director": N_("Director"), "executive": N_("Executive council member"), "council_member": N_("Council member"),
    "supervisor": N_("Council supervisor"), "chief_supervisor": N_("Chief council supervisor"),
}
CERTIFICATES: dict[str, Text] = {
    "registration": N_("Certificate of registration"), "copy": N_("Duplicate of the certificate of registration"),
    "charity": N_("Certificate of a charity"), "fundraising": N_("Fundraising licence"),
}
CONCLUSIONS: dict[str, Text] = {
    "passed": N_("Passed"), "faulty": N_("Passed with faults"), "failed": N_("Failed"),
    "filed": N_("Filed, no conclusion is drawn"), "exempt": N_("Need not take part"),
}
GRADES: dict[str, Text] = {f"{n}A": Text(f"{n}A") for n in range(5, 0, -1)}
LISTS: dict[str, Text] = {
    "abnormal": N_("Abnormal-activity list"), "serious": N_("Serious-violation list"),
}
PARTY: dict[str, Text] = {
    "own": N_("own party organisation"), "joint": N_("joint party organisation"),
    "instructor": N_("party-building instructor"), "none": N_("not set up"),
}
LIABILITIES: dict[str, Text] = {
    "legal_person": N_("legal person"), "partnership": N_("partnership"), "individual": N_("individual"),
}
_SOCIETY, _AGENCY, _FOUNDATION = (frozenset({kind}) for kind in (Kind.SOCIETY, Kind.AGENCY, Kind.FOUNDATION))

_ALL = (
    Item("name", N_("Full name"), most=100),
    Item("uscc", N_("Unified social credit code"), Shape.CODE),
    Item("kind", N_("Kind of organisation"), Shape.CHOICE,
         choices={kind.value: label for kind, label in KIND_LABELS.items()}),
    Item("status", N_("Registration status"), Shape.CHOICE, choices=STATUSES),
    Item("registrar", N_("Registrar")),
    Item("supervising_unit", N_("Supervising unit")),
    Item("legal_representative", N_("Legal representative"), most=60),
    Item("established_on", N_("Established on"), Shape.DAY),
    Item("ended_on", N_("Ended on"), Shape.DAY),
    Item("registered_funds", N_("Registered funds"), Shape.MONEY),
    Item("certificate_number", N_("Registration certificate number"), most=60),
    Item("region", N_("Region"), Shape.REGION),
    Item("address", N_("Registered address")),
    Item("purpose", N_("Purpose"), Shape.TEXT, most=2000),
    Item("scope", N_("Scope"), Shape.TEXT, most=4000),
    Item("area", N_("Area of activity"), most=100, kinds=_SOCIETY),
    Item("charter_on", N_("Charter approved on"), Shape.DAY),
    Item("liability", N_("Form of liability"), Shape.CHOICE, choices=LIABILITIES, kinds=_AGENCY),
    Item("public_foundation", N_("Foundation that may raise funds from the public"), Shape.FLAG, kinds=_FOUNDATION),
    Item("members", N_("Members"), Shape.COUNT, kinds=_SOCIETY),
    Item("industry_association", N_("Trade association"), Shape.FLAG, kinds=_SOCIETY),
    Item("volunteering", N_("Volunteer organisation"), Shape.FLAG),
    Item("charity", N_("Charity"), Shape.FLAG),
    Item("fundraising", N_("Fundraising licence"), Shape.FLAG),
    Item("party", N_("Party-building status"), Shape.CHOICE, choices=PARTY),
    Item("phone", N_("Public phone number"), Shape.PHONE),
    Item("website", N_("Website"), Shape.LINK),
    Item("short_name", N_("Short name"), most=40),
    Item("english_name", N_("English name")),
    Item("bank_account", N_("Bank account"), most=60, masked=True),
    Item("officers", N_("Officeholders"), Shape.RECORDS, parts=(
        Part("name", N_("Name"), needed=True, most=60),
        Part("post", N_("Post held"), Shape.CHOICE, True, POSTS),
        Part("from_", N_("From"), Shape.DAY, True),
        Part("until", N_("Until"), Shape.DAY),
        Part("paid", N_("Paid"), Shape.FLAG),
        Part("reason", N_("Why it ended"), most=300),
        Part("person", N_("Person"), Shape.REF, masked=True),
    ), identity=("name", "post", "from_"), begin="from_", end="until"),
    Item("certificates", N_("Certificates"), Shape.RECORDS, parts=(
        Part("number", N_("Number"), needed=True, most=60),
        Part("title", N_("Certificate"), Shape.CHOICE, True, CERTIFICATES),
        Part("from_", N_("Valid from"), Shape.DAY, True),
        Part("until", N_("Valid until"), Shape.DAY),
        Part("issued_on", N_("Issued on"), Shape.DAY),
        Part("reason", N_("Why it ended"), most=300),
    ), identity=("title", "number"), begin="from_", end="until"),
    Item("annual_reports", N_("Annual inspection"), Shape.RECORDS, parts=(
        Part("year", N_("Year"), Shape.YEAR, True),
        Part("filed_on", N_("Filed on"), Shape.DAY),
        Part("conclusion", N_("Conclusion"), Shape.CHOICE, True, CONCLUSIONS),
        Part("concluded_on", N_("Concluded on"), Shape.DAY),
        Part("title", N_("Title of the report")),
        Part("published_on", N_("Published on"), Shape.DAY),
        Part("link", N_("Where it is read"), Shape.LINK, most=500),
        Part("reason", N_("Reasons"), Shape.TEXT, most=1000),
    ), identity=("year",)),
    Item("grades", N_("Assessment"), Shape.RECORDS, parts=(
        Part("grade", N_("Assessment grade"), Shape.CHOICE, True, GRADES),
        Part("from_", N_("Valid from"), Shape.DAY, True),
        Part("until", N_("Valid until"), Shape.DAY, True),
        Part("reason", N_("Why it ended"), most=300),
    ), identity=("from_",), begin="from_", end="until"),
    Item("commendations", N_("Commendations"), Shape.RECORDS, parts=(
        Part("title", N_("Honour"), needed=True),
        Part("given_on", N_("Awarded on"), Shape.DAY, True),
        Part("given_by", N_("Awarded by")),
    ), identity=("title", "given_on"), begin="given_on"),
    Item("projects", N_("Projects supported by central finance"), Shape.RECORDS, parts=(
        Part("year", N_("Year"), Shape.YEAR, True),
        Part("number", N_("Project number"), needed=True, most=60),
        Part("title", N_("Project"), needed=True),
        Part("funds", N_("Funds"), Shape.MONEY),
    ), identity=("number",)),
    Item("penalties", N_("Administrative penalties"), Shape.RECORDS, parts=(
        Part("number", N_("Decision number"), needed=True, most=60),
        Part("reason", N_("Why it was imposed"), Shape.TEXT, True, most=1000),
        Part("basis", N_("Legal basis"), Shape.TEXT, True, most=1000),
        Part("result", N_("Penalty"), Shape.TEXT, True, most=1000),
        Part("decided_on", N_("Decided on"), Shape.DAY, True),
        Part("authority", N_("Decided by")),
        Part("fine", N_("Fine"), Shape.MONEY),
        Part("until", N_("Shown until"), Shape.DAY),
    ), identity=("number",), begin="decided_on", end="until"),
    Item("lists", N_("Credit lists"), Shape.RECORDS, parts=(
        Part("list", N_("Name of the list"), Shape.CHOICE, True, LISTS),
        Part("entered_on", N_("Entered on"), Shape.DAY, True),
        Part("reason", N_("Why it was entered"), Shape.TEXT, True, most=1000),
        Part("until", N_("Removed on"), Shape.DAY),
        Part("removal_reason", N_("Why it was removed"), Shape.TEXT, most=1000),
    ), identity=("list", "entered_on"), begin="entered_on", end="until"),
)
ITEMS: dict[str, Item] = {item.key: item for item in _ALL}
MANY: dict[str, Item] = {key: item for key, item in ITEMS.items() if item.many}
