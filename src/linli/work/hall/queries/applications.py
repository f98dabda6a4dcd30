"""Applications as applicants and desks read them."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.machine import START
from linli.kernel.text import N_, Both, Text
from linli.registers.accounts import queries as accounts
from linli.registers.people import queries as people
from linli.registers.people.registry import Opened
from linli.registers.places import queries as places
from linli.work.hall import access, rules
from linli.work.hall.models import Application, DeskLoad, Hearing, Stage
from linli.work.hall.queries import content, joint, judging, offering, promises
from linli.work.hall.queries.content import Content, Fetched
from linli.work.hall.queries.joint import OpinionCard
from linli.work.hall.queries.promises import PromiseCard
from linli.work.hall.registry import MATTERS, Kind, Matter, Right, Step
from linli.work.hall.states import APPLY, HEARD, HEARING, LABELS, LIFE, OWN, PENDING, TONES, HearingState, State

R = TypeVar("R", Application, DeskLoad)


@dataclass(frozen=True)
class ApplicationCard:
    """One line of a list. `applicant` is masked for a person; `step` is where it lies now."""

    ref: UUID
    number: str
    matter: str
    title: Text
    applicant: str
    region: str
    desk: str
    state: State
    label: Text
    tone: str
    step: Text
    officer: UUID | None
    officer_name: str
    saved_at: datetime
    submitted_at: datetime | None
    waits_on: date | None
    provisional: bool
    days_late: int


@dataclass(frozen=True)
class StageCard:
    """A step, taken or still to come."""

    step: Step
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    finished_by: str = ""
    favourable: bool | None = None
    finding: str = ""
    stops: bool = False


@dataclass(frozen=True)
class ReadingCard:
    ground: str
    reasons: str
    proposed_at: datetime
    proposed_by: UUID
    proposer: str
    agreed: bool | None
    remark: str


@dataclass(frozen=True)
class HearingCard:
    """The hearing of an application, in the words of both sides."""

    state: HearingState
    told: str
    told_at: datetime
    ask_until: date
    asked: str
    asked_at: datetime | None
    sits_from: datetime | None
    place: str
    record: str
    ended_at: datetime | None


@dataclass(frozen=True)
class ProductCard:
    title: Text
    number: str
    link: str


@dataclass(frozen=True)
class ApplicationFile:
    """Everything about one application that the actor may see; `office` where they see it from a desk."""

    card: ApplicationCard
    matter: Matter
    content: Content
    version: int
    own: bool
    office: bool
    moves: frozenset[str]
    asked: str
    asked_at: datetime | None
    silent: bool
    accepted_at: datetime | None
    closed_at: datetime | None
    extended: str
    extended_at: datetime | None
    extension: int
    """By how many days the limit of the decision may be extended still; 0 where it may not."""
    hearing: HearingCard | None
    opinions: tuple[OpinionCard, ...]
    ground: str
    reasons: str
    stages: tuple[StageCard, ...]
    readings: tuple[ReadingCard, ...]
    products: tuple[ProductCard, ...]
    failure: str
    grade: int | None
    remark: str
    answer: str
    answered_at: datetime | None
    package: UUID | None
    unpacked: bool = False
    """Whether its desk was told that it cannot be put into the archive."""
    fetched: tuple[Fetched, ...] = ()
    """What we fetch ourselves: of one's own draft as it is held now, else as it was fetched last."""
    promises: tuple[PromiseCard, ...] = ()
    barred_until: date | None = None
    """Until when no promise is taken of who applies; only told to them, in their drafts."""
    judged: judging.Judged = made(default_factory=lambda: judging.Judged((), ()))
    """What stands against it, where that was asked: of one's own draft, or at the desk that accepts or decides."""
    hidden: bool = False
    """Whether some numbers are not shown in full."""

    @property
    def stands(self) -> bool:
        """Whether the clock of the decision stands."""
        return self.hearing is not None and self.hearing.state in rules.hearing.RUNS or any(
            stage.stops and stage.begun_at and not stage.finished_at for stage in self.stages)


def application(ref: UUID, *, by: Actor, at: datetime, clear: bool = False, judge: bool = False) -> ApplicationFile:
    """One application, for who applies and for the offices at whose desk or in whose region it lies. Refuses: NotFound.

    A proposed refusal and what a desk noted is for the offices alone until it is decided. Offices read identity and
    telephone numbers but for their ends; `clear` is for who has just opened them with a reason (`open_numbers`).
    """
    row, on = access.application(ref, by=by), timezone.localdate(at)
    held, known = access.held(row, by), people.known([row.person_id])
    own = APPLY in held or by.person is not None and by.person == row.person_id
    one, said = content.matter_of(row, on=None if row.submitted_at else on), content.opened(row, known)
    hides = not own and not clear
    shown = replace(said, answers=rules.masked(one, said.answers), held=rules.masked(one, said.held)) if hides else said
    stages = list(row.stages.order_by("pk")) if (
        row.accepted_at or not own and access.read_twice(row)) else []
    asked, reasons, remark, answer, extended = content.words(
        row, known, asked=row.asked_sealed, reasons=row.reasons_sealed, remark=row.remark_sealed,
        answer=row.answer_sealed, extended=row.extended_sealed)
    hearing = row.hearings.first() if row.accepted_at else None
    moves = LIFE.open_to(held - OWN, state=row.state)
    if row.state in HEARD and (hearing or one.hearing is not Right.NEVER):
        moves += HEARING.open_to(held - OWN, state=hearing.state if hearing else START)
    names = {} if own else accounts.names({
        ref for ref in (row.officer, *(s.finished_by for s in stages), *(s.begun_by for s in stages)) if ref})
    taken = {stage.step: stage for stage in stages if not stage.reading}
    drafted = own and row.state in (State.DRAFT, State.INCOMPLETE)
    fetched, judged, decides = tuple(said.newest), judging.Judged((), ()), {move.name for move in moves} & _DECIDES
    if judge and (drafted or not own and decides) and not said.erased:
        now = content.taken_in(row, one, said, at=at) if drafted else replace(
            said, held=dict(content.held_now(row, one, on=on)))
        fetched, judged = tuple(now.newest), judging.judge(row, one, now, on=on)
    elif drafted:
        fetched = content.fetch(one, rules.whole(one, said.answers, said.held), person=row.person_id,
                                organisation=row.organisation_id, at=at)
    opinions = joint.of(row, one, known, by=by, on=on, own=own) if row.accepted_at else ()
    return ApplicationFile(
        _card(row, on=on, applicant=access.body(row) or known.name(row.person_id, masked=False), names=names),
        one, shown,
        row.version, own, not own, frozenset(move.name for move in moves) | (
            {"give_opinion"} if any(asked.mine for asked in opinions) else set()),
        asked, row.asked_at, row.silent, row.accepted_at, row.closed_at, extended, row.extended_at,
        0 if row.extended_at else rulebook.extension(rules.limit(rules.decision(one)), on=on, region=row.region_code),
        _hearing(row, hearing, known), opinions, row.ground, reasons,
        tuple(_stage(row, step, taken.get(step.key), names, known, own=own) for step in one.steps),
        () if own else tuple(_reading(row, stage, names, known) for stage in stages if stage.reading),
        tuple(ProductCard(_title(p), p["number"], p["link"]) for p in row.products), row.failure,
        row.grade, remark, answer, row.answered_at, row.package,
        not own and row.package is None and row.pack_tries > 0 and row.pack_tries >= offering.pack_tries(
            on=on, region=row.desk_code), fetched,
        promises.of(row, one, said, known, by=by, on=on, own=own),
        promises.barred_until(row.person_id, row.organisation_id, on=on) if drafted and any(
            m.promised for m in one.materials if m.key not in said.promises) else None, judged,
        shown is not said and rules.hides(one, said.answers, said.held),
    )


_DECIDES = {"accept", "grant"}
"""Who may do this reads what stands against it."""


def _stage(row: Application, step: Step, stage: Stage | None, names: dict[UUID, str], known: people.Known, *,
           own: bool) -> StageCard:
    if stage is None:
        return StageCard(step, finished_at=row.accepted_at if step.kind is Kind.ACCEPTANCE else row.closed_at if (
            step.kind is Kind.DECISION and row.accepted_at) else None)
    (finding,) = content.words(row, known, **{f"finding.{step.key}": None if own else stage.finding_sealed})
    return StageCard(step, stage.begun_at, stage.finished_at, names.get(stage.finished_by, "") if (
        stage.finished_by) else "", stage.favourable, finding, stage.stops)


def _hearing(row: Application, one: Hearing | None, known: people.Known) -> HearingCard | None:
    if one is None:
        return None
    told, asked, record = content.words(row, known, **{
        "hearing.told": one.told_sealed, "hearing.asked": one.asked_sealed, "hearing.record": one.record_sealed})
    return HearingCard(HearingState(one.state), told, one.told_at, one.ask_until, asked, one.asked_at, one.sits_from,
                       one.place, record, one.ended_at)


def _reading(row: Application, stage: Stage, names: dict[UUID, str], known: people.Known) -> ReadingCard:
    reasons, remark = content.words(row, known, proposed=stage.finding_sealed, sent_back=stage.remark_sealed)
    agreed = None if stage.finished_at is None else not stage.favourable
    return ReadingCard(stage.ground, reasons, stage.begun_at, stage.begun_by, names.get(stage.begun_by, ""), agreed,
                       remark)


def mine(*, by: Actor, at: datetime, most: int = 100) -> list[ApplicationCard]:
    """The applications of the actor, of whom they act for, and of their organisations, the last touched first."""
    rows = Application.objects.filter(access.own(by)).exclude(state=State.WITHDRAWN, submitted_at=None)
    return _cards(access.called(rows).order_by("-saved_at", "-pk")[:most], by=by, on=timezone.localdate(at))


def pending(refs: Collection[UUID]) -> dict[UUID, date | None]:
    """Of these applications those handed in and not decided or ended, each with the day from which it waits for who
    applied to complete it; None where it does not."""
    rows = Application.objects.filter(ref__in=refs, state__in=PENDING).order_by()
    return {ref: timezone.localdate(asked) if state == State.INCOMPLETE and asked else None
            for ref, state, asked in rows.values_list("ref", "state", "asked_at")}


_INSIDE = {"hall.ApplicationTaken", "hall.RefusalProposed", "hall.RefusalSentBack", "hall.ReturnProposed",
           "hall.ReturnSentBack", "hall.RevocationProposed", "hall.RevocationSentBack", "hall.PackingFailed"}


def timeline(ref: UUID, *, office: bool) -> list[EntryCard]:
    """What happened to an application, oldest first; what passes between officers only for them. The caller has read
    the application and so may know of it."""
    return [entry for entry in journal.history([ref]) if entry.fact in TELLINGS and (
        office or entry.fact not in _INSIDE)]


# Desks


@dataclass(frozen=True)
class Load:
    """How much lies with an officer; None for what nobody took over."""

    officer: UUID | None
    name: str
    count: int
    late: int


@dataclass(frozen=True)
class Queue:
    """One page; `next` says where the one after it begins, empty on the last."""

    cards: list[ApplicationCard]
    next: str = ""


def queue(
    *, by: Actor, at: datetime, matter: str = "", officer: UUID | None = None, untaken: bool = False,
    late: bool = False, region: str = "", number: str = "", after: str = "", most: int = 50,
) -> Queue:
    """What lies at the actor's desks, the most urgent first. `after` is the `next` of the page before."""
    on = timezone.localdate(at)
    rows = _waiting(by, region)
    rows = rows.filter(**{name: value for name, value in (("matter", matter), ("officer", officer)) if value})
    rows = rows.filter(officer=None) if untaken else rows
    rows = rows.filter(waits_on__lt=on, provisional=False) if late else rows
    rows = rows.filter(number=number.strip()) if number else rows
    rows = _behind(rows, after) if after else rows
    page = Application.objects.filter(pk__in=rows.order_by("waits_on", "pk").values("pk")[:most + 1])
    found = list(access.called(page.only(*_SHOWN)).order_by("waits_on", "pk"))
    last = found[most - 1] if len(found) > most else None
    return Queue(_cards(found[:most], by=by, on=on, office=True), f"{last.waits_on}~{last.ref}" if last else "")


_SHOWN = ("ref", "number", "matter", "person_id", "organisation_id", "region_code", "desk_code", "state", "step",
          "officer", "waits_on", "provisional", "saved_at", "submitted_at")
"""What a line of a list shows: nothing sealed is read for it."""


def _behind(rows: QuerySet[Application], after: str) -> QuerySet[Application]:
    """What comes after this day and application; everything where they cannot be read."""
    day, _, ref = after.partition("~")
    try:
        on, last = date.fromisoformat(day), Application.objects.filter(ref=UUID(ref)).values("pk")
    except ValueError:
        return rows
    return rows.filter(waits_on__gte=on).exclude(waits_on=on, pk__lte=Subquery(last[:1]))


def loads(*, by: Actor, at: datetime, region: str = "") -> list[Load]:
    """How much lies at the actor's desks, by officer, the most first; of what was counted at each move, and their
    names."""
    on = timezone.localdate(at)
    rows = _inside(DeskLoad.objects.filter(access.at_desks(by)), region)
    found = list(rows.order_by().values_list("officer").annotate(
        total=Sum("count"), late=Coalesce(Sum("count", filter=Q(waits_on__lt=on, provisional=False)), 0)
    ).filter(total__gt=0))
    names = accounts.names([officer for officer, *_ in found if officer])
    return sorted((Load(officer, names.get(officer, "") if officer else "", count, late)
                   for officer, count, late in found), key=lambda one: (-one.count, one.name))


def waiting(by: Actor) -> QuerySet[Application]:
    """What lies at the actor's desks; for counting."""
    return _waiting(by, "")


def _waiting(by: Actor, region: str) -> QuerySet[Application]:
    return _inside(Application.objects.filter(access.at_desks(by), waits_on__isnull=False), region)


def _inside(rows: QuerySet[R], region: str) -> QuerySet[R]:
    start = prefix(region) if region else ""
    return rows.filter(desk_code__gte=start, desk_code__lt=f"{start}~") if region else rows


@dataclass(frozen=True)
class LateStep:
    """A step that an office owes and that is late. Public: without who applied."""

    matter: str
    title: Text
    step: Text
    desk: str
    desk_name: str
    due_on: date
    days_late: int


def late_steps(*, at: datetime, region: str = "", start: int = 0, most: int = 50) -> tuple[list[LateStep], int]:
    """Every late step of the offices of a region, ours too, the latest first; and how many there are. Public."""
    on = timezone.localdate(at)
    rows = Application.objects.filter(waits_on__lt=on, provisional=False)
    if region:
        rows = rows.filter(desk_code__gte=prefix(region), desk_code__lt=f"{prefix(region)}~")
    out = joint.late(on=on, region=region)
    late = [(row.waits_on, row.matter, _named(row), _step(row), row.desk_code)
            for row in rows.order_by("waits_on", "pk")[:start + most] if row.waits_on]
    late += [(one.due_on, one.application.matter, _named(one.application), joint.called(one), one.desk_code)
             for one in out.order_by("due_on", "pk")[:start + most]]
    found = sorted(late, key=lambda one: one[0])[start:start + most]
    names = places.named({desk for *_, desk in found})
    return [LateStep(matter, title, step, desk, names.get(desk, desk), due, (on - due).days)
            for due, matter, title, step, desk in found], rows.count() + out.count()


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What somebody applied for; for the copy that they take."""
    rows = Application.objects.filter(person__ref=person).order_by("-saved_at")
    return [{N_("matter"): _named(row), N_("application number"): row.number, N_("state"): LABELS[State(row.state)],
             N_("handed in"): row.submitted_at, N_("filled in"): "; ".join(
                 f"{key}: {value}" for key, value in content.opened(row).answers.items())} for row in rows]


def numbers_opened(person: UUID) -> list[Opened]:
    """When a desk read the numbers in somebody's applications in full, and for which of the reasons; two queries."""
    refs = list(Application.objects.filter(person__ref=person).values_list("ref", flat=True))
    entries = journal.history(refs, facts=["hall.NumbersOpened"]) if refs else []
    return [Opened(N_("numbers in an application"), rules.OPENINGS[one.payload["why"]], one.by, one.at)
            for one in entries]


def applying(persons: Collection[UUID]) -> set[UUID]:
    """Who of these waits for the answer to an application."""
    rows = Application.objects.filter(person__ref__in=set(persons), state__in=PENDING)
    return set(rows.values_list("person__ref", flat=True))


def _title(product: dict[str, str]) -> Text:
    return Both(product["title"], product["zh"]) if product["zh"] else Text(product["title"])


def _named(row: Application) -> Text:
    return MATTERS[row.matter].title if row.matter in MATTERS else Text(row.matter)


def _step(row: Application) -> Text:
    one = MATTERS.get(row.matter)
    return next((step.title for step in one.steps if step.key == row.step), Text("")) if one else Text("")


def _cards(rows: Iterable[Application], *, by: Actor, on: date, office: bool = False) -> list[ApplicationCard]:
    rows = list(rows)
    whose = {row.person_id for row in rows if not row.organisation_id}
    persons = people.names(whose, by=by) if whose else {}
    names = accounts.names({row.officer for row in rows if row.officer}) if office and rows else {}
    return [_card(row, on=on, applicant=access.body(row) or persons.get(row.person_id, ""), names=names)
            for row in rows]


def _card(row: Application, *, on: date, applicant: str, names: dict[UUID, str]) -> ApplicationCard:
    state, due = State(row.state), row.waits_on
    return ApplicationCard(
        row.ref, row.number, row.matter, _named(row), applicant, row.region_code, row.desk_code, state, LABELS[state],
        TONES[state], _step(row), row.officer, names.get(row.officer, "") if row.officer else "", row.saved_at,
        row.submitted_at, due, row.provisional, max(0, (on - due).days) if due and not row.provisional else 0,
    )
