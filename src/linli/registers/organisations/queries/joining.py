from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, When, Window

from linli.engines.rulebook import queries as rulebook
from linli.engines.search.registry import Document
from linli.kernel.action import read_once
from linli.kernel.actor import Actor
from linli.kernel.geometry import Point, cell
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.registers.organisations import access
from linli.registers.organisations.models import CODED, Claim, Decision, FormerName, Organisation, Site
from linli.registers.organisations.rules import KIND_LABELS, Kind
from linli.registers.organisations.states import CLAIM_LABELS, LABELS, LIFE, MANAGE, PUBLIC, ClaimState, State
from linli.registers.places import queries as places

T = TypeVar("T")
ANSWER = "providers.answer_application"
"""The rule by which an application is answered in time."""
CLAIM = "directory.answer_claim"
"""The rule by which a claim is answered in time."""


@dataclass(frozen=True)
class SiteCard:
    ref: UUID
    organisation: UUID
    name: str
    address: str
    region: str
    point: Point | None
    phone: str
    accessibility: tuple[str, ...]
    open: bool


@dataclass(frozen=True)
class OrganisationCard:
    ref: UUID
    kind: Kind
    kind_label: Text
    name: str
    short_name: str
    english_name: str
    uscc: str
    state: State
    label: Text
    region: str
    address: str
    phone: str
    introduction: str
    point: Point | None
    """Where its first site with a point lies."""
    sites: tuple[SiteCard, ...]
    """Open ones only."""
    is_demo: bool
    status: str = ""
    """As the register has it today; empty for those that have no filing."""
    legal_representative: str = ""
    established_on: date | None = None
    registrar: str = ""
    supervising_unit: str = ""
    grade: str = ""
    marks: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it may take on anything new."""
        return self.state == State.APPROVED

    @property
    def listed(self) -> bool:
        """Whether it is known from a public list only, and may be claimed."""
        return self.state == State.LISTED

    @property
    def unmanaged(self) -> bool:
        """Whether nobody manages it here, so that it may be claimed."""
        return self.state in (State.LISTED, State.REGISTERED)


@dataclass(frozen=True)
class DecisionCard:
    move: str
    reasons: str
    at: datetime


@dataclass(frozen=True)
class ApplicationCard:
    """An organisation as its applicant and its officers see it; without its sites."""

    organisation: OrganisationCard
    applied_at: datetime
    own: bool
    """Whether the actor who asked is the applicant."""
    decisions: tuple[DecisionCard, ...]
    """Oldest first."""
    moves: tuple[Move, ...]
    """Open to the actor who asked."""

    @property
    def ref(self) -> UUID:
        return self.organisation.ref

    @property
    def reasons(self) -> str:
        """Why it stands as it does, where somebody had to say so."""
        against = self.organisation.state in (State.RETURNED, State.REFUSED, State.SUSPENDED)
        return self.decisions[-1].reasons if against and self.decisions else ""


@dataclass(frozen=True)
class ApplicationLine:
    """An application in an officer's list."""

    ref: UUID
    name: str
    kind_label: Text
    uscc: str
    region: str
    state: State
    label: Text
    applied_at: datetime


@dataclass(frozen=True)
class ClaimCard:
    ref: UUID
    organisation: UUID
    organisation_name: str
    region: str
    kind_label: Text
    uscc: str
    phone: str
    statement: str
    state: ClaimState
    label: Text
    reasons: str
    at: datetime
    own: bool
    """Whether the actor who asked is the claimant."""


@dataclass(frozen=True)
class Found(Generic[T]):
    """A part of a list, and how many there are in all."""

    items: list[T]
    count: int


# For other contexts: no actor, so nothing but what is public about a body


def organisation(ref: UUID) -> OrganisationCard:
    """One organisation in any state. Refuses: NotFound."""
    found = read_once(("organisations.organisation", ref), lambda: organisations([ref]).get(ref))
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found


def organisations(refs: Collection[UUID], *, sites: bool = True) -> dict[UUID, OrganisationCard]:
    """Those of these that exist, in two queries; without their sites in one."""
    found = Organisation.objects.filter(ref__in=set(refs))
    return {row.ref: _card(row) for row in (_whole(found) if sites else found)} if refs else {}


def by_code(uscc: str) -> OrganisationCard:
    """The public organisation with this code. Refuses: NotFound."""
    for row in _whole(Organisation.objects.filter(CODED, uscc=uscc.strip().upper(), state__in=PUBLIC)):
        return _card(row)
    raise NotFound(N_("No organisation with this code is registered here."))


def names(refs: Collection[UUID]) -> dict[UUID, str]:
    """How they are called, in one query."""
    return dict(Organisation.objects.filter(ref__in=set(refs)).values_list("ref", "name")) if refs else {}


def named(column: str) -> Subquery:
    """The name of the organisation whose ref stands in this column: part of another context's own query."""
    return Subquery(Organisation.objects.filter(ref=OuterRef(column)).values("name")[:1])


def active(refs: Collection[UUID]) -> frozenset[UUID]:
    """Those of these that may take on anything new, in one query."""
    found = Organisation.objects.filter(ref__in=set(refs), state=State.APPROVED)
    return frozenset(found.values_list("ref", flat=True))


def site(ref: UUID) -> SiteCard:
    """One site, open or closed. Refuses: NotFound."""
    found = read_once(("organisations.site", ref), lambda: sites([ref]).get(ref))
    if found is None:
        raise NotFound(N_("There is no such site."))
    return found


def hold(ref: UUID) -> None:
    """Until the action ends, let nobody else hold this organisation: two files of the same one wait for each other."""
    list(Organisation.objects.select_for_update(no_key=True).filter(ref=ref).values_list("pk"))


def seat(ref: UUID, *, site: UUID | None) -> tuple[OrganisationCard, SiteCard | None]:
    """One organisation, without its sites but for this one of them, where it is open; one query. Refuses: NotFound."""
    own = Site.objects.select_related("organisation").filter(organisation__ref=ref)
    found = own.filter(ref=site).first() if site else None
    row = found.organisation if found else Organisation.objects.filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such organisation."))
    return _card(row), _site(found, ref) if found and found.closed_at is None else None


def sites(refs: Collection[UUID]) -> dict[UUID, SiteCard]:
    """Those of these that exist, in one query."""
    rows = Site.objects.filter(ref__in=set(refs)).select_related("organisation")
    return {row.ref: _site(row, row.organisation.ref) for row in rows} if refs else {}


def documents(refs: Collection[UUID]) -> list[Document]:
    """The active ones of these, as they are found."""
    former: dict[UUID, list[str]] = {}
    names = FormerName.objects.filter(organisation__ref__in=set(refs)).order_by("pk")
    for ref, name in names.values_list("organisation__ref", "name"):
        former.setdefault(ref, []).append(name)
    return [
        Document(
            card.ref, card.name, f"/organisations/{card.ref}/", region_code=card.region,
            body=" · ".join(filter(None, (card.introduction, card.address))),
            also=" ".join([card.short_name, card.english_name, card.uscc, *former.get(card.ref, ())]),
            cell=cell(card.point) if card.point else None,
        )
        for card in organisations(refs).values() if card.active or card.listed or card.state == State.REGISTERED
    ]


# For an actor


def public(ref: UUID, *, by: Actor) -> OrganisationCard:
    """One organisation as this actor may see it. Refuses: NotFound."""
    return _card(access.organisation(ref, by=by, among=_whole))


def application(ref: UUID, *, by: Actor) -> ApplicationCard:
    """An application as its applicant or an officer sees it. Refuses: NotFound (to all others)."""
    row = access.organisation(ref, by=by, among=_decided)
    if (by.person is None or row.applicant != by.person) and not access.oversees(row, by):
        raise NotFound(N_("There is no such application."))
    return _application(row, by)


def my_applications(by: Actor) -> list[ApplicationCard]:
    """What this person has applied for, the newest first."""
    if by.person is None:
        return []
    rows = _decided(Organisation.objects.filter(applicant=by.person)).order_by("-ref")
    return [_application(row, by) for row in rows]


def applications(
    *, by: Actor, state: str = "", q: str = "", kind: str = "", region: str = "", start: int = 0, most: int = 50
) -> Found[ApplicationLine]:
    """What lies in the regions of an officer: those waiting first, the one waiting longest on top. One query."""
    rows = _matching(access.overseen(by), q=q, kind=kind, region=region)
    rows = rows.filter(state=state) if state else rows
    order = Case(When(state=State.APPLIED, then=0), When(state=State.RETURNED, then=1), default=2)
    part = list(rows.annotate(whole=Window(Count("pk"))).order_by(order, "applied_at", "pk")[start : start + most])
    lines = [
        ApplicationLine(row.ref, row.name, KIND_LABELS[Kind(row.kind)], row.uscc, row.region_code, State(row.state),
                        LABELS[State(row.state)], row.applied_at)
        for row in part
    ]
    return Found(lines, part[0].whole if part else rows.count() if start else 0)


def deadlines(refs: Collection[UUID], *, on: date) -> dict[UUID, rulebook.DutyCard]:
    """By when these applications are owed an answer; who has been answered is absent. One query."""
    duties = rulebook.duties(on=on, about=list(refs), rule_id=ANSWER, most=len(refs) * 8) if refs else []
    return {duty.about: duty for duty in duties if duty.state in rulebook.OWED}


def answer_within(on: date, region: str) -> rulebook.Rule:
    """The rule that says how long an answer may take."""
    return rulebook.rule(ANSWER, on=on, region=region)


def reasons(ref: UUID) -> str:
    """Why the office decided last as it did; empty where it needed no reason."""
    rows = Decision.objects.filter(organisation__ref=ref).order_by("-pk").values_list("reasons", flat=True)
    return rows.first() or ""


def waiting(by: Actor) -> QuerySet[Organisation]:
    """The applications that wait for this officer; for counting."""
    return access.overseen(by).filter(state=State.APPLIED)


def claim(ref: UUID, *, by: Actor) -> ClaimCard:
    """One claim, for its claimant and the office. Refuses: NotFound."""
    return _claim(access.claim(ref, by=by), by)


def my_claims(by: Actor) -> list[ClaimCard]:
    """What this person has claimed, the newest first."""
    if by.person is None:
        return []
    rows = Claim.objects.select_related("organisation").filter(claimant=by.person).order_by("-pk")
    return [_claim(row, by) for row in rows]


def claims(*, by: Actor, state: str = "", start: int = 0, most: int = 50) -> Found[ClaimCard]:
    """The claims in an officer's regions: those waiting first, the one waiting longest on top."""
    rows = Claim.objects.select_related("organisation").filter(organisation__in=access.overseen(by))
    rows = rows.filter(state=state) if state else rows
    order = Case(When(state=ClaimState.OPEN, then=0), default=1)
    part = list(rows.annotate(whole=Window(Count("pk"))).order_by(order, "claimed_at", "pk")[start:start + most])
    return Found([_claim(row, by) for row in part], part[0].whole if part else rows.count() if start else 0)


def claims_waiting(by: Actor) -> QuerySet[Claim]:
    """The claims that wait for this officer; for counting."""
    return Claim.objects.filter(organisation__in=access.overseen(by), state=ClaimState.OPEN)


def claim_deadlines(refs: Collection[UUID], *, on: date) -> dict[UUID, rulebook.DutyCard]:
    """By when these claims are owed an answer; one query."""
    duties = rulebook.duties(on=on, about=list(refs), rule_id=CLAIM, most=len(refs) * 8) if refs else []
    return {duty.about: duty for duty in duties if duty.state in rulebook.OWED}


def public_among(refs: Collection[UUID]) -> set[UUID]:
    """Those of these organisations that everybody may know of."""
    return set(Organisation.objects.filter(ref__in=refs, state__in=PUBLIC).values_list("ref", flat=True))


def public_refs(*, q: str = "", start: int = 0, most: int = 50) -> tuple[list[UUID], int]:
    """A part of the public organisations, oldest first, and how many there are in all."""
    rows = _matching(Organisation.objects.filter(state__in=PUBLIC), q=q, kind="", region="")
    return list(rows.order_by("ref").values_list("ref", flat=True)[start:start + most]), rows.count()


def listed_among(refs: Collection[UUID]) -> set[UUID]:
    """Those of these that are known from a public list only."""
    found: set[UUID] = set()
    wanted = list(refs)
    for start in range(0, len(wanted), 500):
        rows = Organisation.objects.filter(ref__in=wanted[start:start + 500], state=State.LISTED)
        found.update(rows.values_list("ref", flat=True))
    return found


def standing(known: Collection[Any]) -> dict[tuple[str, str], Organisation]:
    """The rows that a list's organisations are: by code under ("", code), those of lists by (region, name)."""
    codes = {one.uscc for one in known if one.uscc}
    found: dict[tuple[str, str], Organisation] = {}
    names = sorted({one.name for one in known})
    for start in range(0, len(names), 400):
        part = _whole(Organisation.objects.all()).filter(state__in=PUBLIC, name__in=names[start:start + 400])
        found |= {(row.region_code, row.name): row for row in part.select_for_update(of=("self",)).order_by("pk")}
    for code_part in [sorted(codes)[start:start + 400] for start in range(0, len(codes), 400)]:
        rows = _whole(Organisation.objects.all()).filter(CODED, uscc__in=code_part)
        found |= {("", row.uscc): row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    return found


def managed(by: Actor, permission: str = MANAGE, *, sites: bool = True) -> list[OrganisationCard]:
    """The organisations for which this actor holds a permission, by name; without their sites in one query."""
    found = Organisation.objects.filter(ref__in=by.refs(permission, "organisation"), state__in=PUBLIC)
    return [_card(row) for row in (_whole(found) if sites else found).order_by("name", "ref")]


def moves(ref: UUID, *, by: Actor) -> frozenset[str]:
    """The names of the moves open to this actor."""
    row = access.organisation(ref, by=by)
    return frozenset(move.name for move in LIFE.open_to(access.held(row, by), state=row.state))


def _matching(rows: QuerySet[Organisation], *, q: str, kind: str, region: str) -> QuerySet[Organisation]:
    for word in q.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(short_name__icontains=word) | Q(english_name__icontains=word)
            | Q(uscc__istartswith=word)
        )
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(region_code__startswith=places.under(region)) if region else rows


def _whole(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return rows.prefetch_related(
        Prefetch("sites", Site.objects.filter(closed_at=None).order_by("pk"), to_attr="open_sites")
    )


def _decided(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return rows.prefetch_related(Prefetch("decisions", Decision.objects.order_by("pk"), to_attr="decided"))


def _card(row: Organisation) -> OrganisationCard:
    open_sites = tuple(_site(site, row.ref) for site in getattr(row, "open_sites", ()))  # prefetched
    kind, state = Kind(row.kind), State(row.state)
    return OrganisationCard(
        row.ref, kind, KIND_LABELS[kind], row.name, row.short_name, row.english_name, row.uscc, state, LABELS[state],
        row.region_code, row.address, row.phone, row.introduction,
        next((site.point for site in open_sites if site.point), None), open_sites, row.is_demo,
        row.status, row.legal_representative, row.established_on, row.registrar, row.supervising_unit, row.grade,
        tuple(row.marks.split()),
    )


def _site(row: Site, organisation: UUID) -> SiteCard:
    point = Point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    return SiteCard(row.ref, organisation, row.name, row.address, row.region_code, point, row.phone,
                    tuple(row.accessibility), row.closed_at is None)


def _application(row: Organisation, by: Actor) -> ApplicationCard:
    decisions = tuple(DecisionCard(d.move, d.reasons, d.decided_at) for d in row.decided)  # type: ignore[attr-defined]
    return ApplicationCard(
        _card(row), row.applied_at, by.person is not None and row.applicant == by.person, decisions,
        LIFE.open_to(access.held(row, by), state=row.state),
    )


def _claim(row: Claim, by: Actor) -> ClaimCard:
    state = ClaimState(row.state)
    return ClaimCard(row.ref, row.organisation.ref, row.organisation.name, row.organisation.region_code,
                     KIND_LABELS[Kind(row.kind)], row.uscc, row.phone, row.statement, state, CLAIM_LABELS[state],
                     row.reasons, row.claimed_at, by.person is not None and row.claimant == by.person)


def claims_held(person: UUID) -> list[dict[str, Any]]:
    """The organisations that somebody said were theirs, in their words; for the copy that they take."""
    rows = Claim.objects.filter(claimant=person).select_related("organisation").order_by("pk")
    return [{N_("organisation"): row.organisation.name, N_("when"): row.claimed_at, N_("phone number"): row.phone,
             N_("words"): row.statement, N_("state"): CLAIM_LABELS[ClaimState(row.state)],
             N_("answer"): row.reasons} for row in rows]
