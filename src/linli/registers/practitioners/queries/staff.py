from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import read_once
from linli.kernel.actor import Actor
from linli.kernel.database import Joined
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both, Text
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.practitioners import access, registry, rules
from linli.registers.practitioners.models import Credential, Practitioner
from linli.registers.practitioners.registry import Remark
from linli.registers.practitioners.rules import Bar, Colour, KindCard, Paper, Tone, Withdrawal
from linli.registers.practitioners.states import LABELS, LIFE, State

__all__ = ["Bar", "Colour", "KindCard", "Remark", "Tone"]  # seen from outside through here

Papers = Mapping[int, tuple[Paper, ...]]
SEALED = "practitioners.credential"
"""What the numbers of papers are sealed for, under the person's key."""


@dataclass(frozen=True)
class PractitionerCard:
    ref: UUID
    person: UUID
    organisation: UUID
    number: str
    title: str
    name: str
    """As the passport shows it."""
    gender: str
    languages: tuple[str, ...]
    state: State
    label: Text
    joined_on: date


@dataclass(frozen=True)
class CredentialCard:
    ref: UUID
    kind: str
    level: str
    name: Both
    """With its level."""
    number: str
    """Its last characters only."""
    issuer: str
    valid_from: date
    last_day: date | None
    withdrawn: Withdrawal | None
    recorded_at: datetime
    valid: bool
    """On the day asked for."""


@dataclass(frozen=True)
class StaffLine:
    """Somebody in their organisation's list."""

    card: PractitionerCard
    colour: Colour
    lapses: tuple[tuple[Both, date], ...]
    """What ends within the warning time or has ended: its name and last day, the earliest first."""


@dataclass(frozen=True)
class PractitionerFile:
    """Everything that the organisation knows about one of its staff."""

    card: PractitionerCard
    colour: Colour
    credentials: tuple[CredentialCard, ...]
    moves: tuple[Move, ...]
    """Open to the actor who asked."""


@dataclass(frozen=True)
class PassportPaper:
    """A credential as everybody may see it: no number, no issuer's file."""

    kind: str
    level: str
    name: Both
    """With its level."""
    issuer: str
    last_day: date | None
    valid: bool


@dataclass(frozen=True)
class PassportCard:
    """What somebody sees who scans the code at the door."""

    number: str
    name: str
    title: str
    organisation: UUID
    organisation_name: str
    organisation_phone: str
    colour: Colour
    papers: tuple[PassportPaper, ...]
    remarks: tuple[Remark, ...]
    """What registers kept above this one let everybody read: honours, sanctions in force."""
    on: date


@dataclass(frozen=True)
class ReadyCard:
    """Whether an organisation has somebody whose papers for this are in order on the day."""

    green: int
    colour: Tone
    """The best that anybody has; red where there is nobody."""
    reason: Text | None
    """Why nobody can go, where nobody can."""
    fit: tuple[PractitionerCard, ...]


# For other contexts: sets, in at most two queries


def practitioner(ref: UUID) -> PractitionerCard:
    """One practitioner, whatever their state. Refuses: NotFound."""
    found = practitioners([ref])
    if ref not in found:
        raise NotFound(N_("There is no such practitioner."))
    return found[ref]


def practitioners(refs: Collection[UUID]) -> dict[UUID, PractitionerCard]:
    """Those of these that exist, in one query."""
    return {row.ref: _card(row) for row in Practitioner.objects.filter(ref__in=set(refs))} if refs else {}


def numbered(number: str) -> PractitionerCard:
    """Whose passport has this number. Refuses: RuleBroken (mistyped), NotFound."""
    row = Practitioner.objects.filter(number=rules.number(number)).first()
    if row is None or not row.public_name:
        raise NotFound(N_("There is no passport with this number."))
    return _card(row)


def names(refs: Collection[UUID]) -> dict[UUID, str]:
    """The names that their passports show, in one query."""
    return dict(Practitioner.objects.filter(ref__in=set(refs)).values_list("ref", "public_name")) if refs else {}


def named(column: str) -> Subquery:
    """The public name of the practitioner whose ref stands in this column: part of another context's own query."""
    return Subquery(Practitioner.objects.filter(ref=OuterRef(column)).values("public_name")[:1])


def of_organisation(organisation: UUID, *, left: bool = False) -> list[PractitionerCard]:
    """Who works there, by name; with `left` those too who worked there. One query."""
    rows = Practitioner.objects.filter(organisation__ref=organisation).order_by("public_name", "pk")
    return [_card(row) for row in (rows if left else rows.filter(state=State.ACTIVE))]


def of_person(person: UUID) -> list[PractitionerCard]:
    """Where this person works."""
    return [_card(row) for row in Practitioner.objects.filter(person__ref=person, state=State.ACTIVE).order_by("pk")]


def credential_kinds() -> dict[str, KindCard]:
    """Every kind of credential by key."""
    return rules.kinds()


def colours(
    refs: Collection[UUID], *, on: date, for_category_credentials: Collection[str] | None = None,
    region: str | None = None,
) -> dict[UUID, Colour]:
    """The colour of each on that day, with its reasons.

    With a category's credentials these are required (and identity, always); without, what every home visit needs, by
    the rulebook of `region`. Whether somebody may go on a visit of that day is `fit`: green, or yellow only because
    something ends within the warning time after it.
    """
    return {ref: colour for ref, (_, colour) in coloured(
        refs, on=on, for_category_credentials=for_category_credentials, region=region).items()}


def coloured(
    refs: Collection[UUID] = (), *, organisation: UUID | None = None, on: date,
    for_category_credentials: Collection[str] | None = None, region: str | None = None,
) -> dict[UUID, tuple[PractitionerCard, Colour]]:
    """Each of these, or of an organisation's staff by name, with their colour as `colours` says it; one query."""
    required, advised = _base(on, region)
    if for_category_credentials is not None:
        required, advised = frozenset({*for_category_credentials, rules.IDENTITY}), frozenset()
    if organisation:
        rows = Practitioner.objects.filter(organisation__ref=organisation, state=State.ACTIVE)
        found, papers = _with_papers(rows.order_by("public_name", "pk"), required | advised)
    elif len(wanted := set(refs)) == 1:
        found, papers = _one(*wanted)
    else:
        rows = Practitioner.objects.filter(ref__in=wanted)
        found, papers = _with_papers(rows.order_by("public_name", "pk"), required | advised)
    days = _warn_days(on, region)
    return {
        row.ref: (_card(row), rules.colour(papers[row.pk], required=required, advised=advised, on=on, warn_days=days,
                                           left=row.state == State.LEFT, bars=_bars(row)))
        for row in found
    }


def who_can(organisation: UUID, *, credentials: Collection[str], on: date) -> list[UUID]:
    """Who of an organisation's staff holds all these (and identity) validly on that day."""
    return [card.ref for card in ready([organisation], credentials=credentials, on=on)[organisation].fit]


def ready(organisations: Collection[UUID], *, credentials: Collection[str], on: date) -> dict[UUID, ReadyCard]:
    """For each organisation, how many of its staff hold all these (and identity) validly on that day."""
    found = ready_by_day([(organisation, on) for organisation in organisations], credentials=credentials)
    return {organisation: card for (organisation, _), card in found.items()}


def ready_by_day(
    wanted: Collection[tuple[UUID, date]], *, credentials: Collection[str]
) -> dict[tuple[UUID, date], ReadyCard]:
    """`ready` for pairs of an organisation and a day of its own; one query."""
    organisations, required = {organisation for organisation, _ in wanted}, frozenset({*credentials, rules.IDENTITY})
    found = Practitioner.objects.filter(organisation__ref__in=organisations, state=State.ACTIVE).order_by("pk")
    rows, papers = _with_papers(found, required) if organisations else ([], {})
    staff = defaultdict[UUID, list[Any]](list)
    for row in rows:
        staff[row.organisation_id].append(row)
    return {(organisation, on): _ready(staff[organisation], papers, required, on)
            for organisation, on in dict.fromkeys(wanted)}


def _ready(rows: list[Any], papers: Papers, required: frozenset[str], on: date) -> ReadyCard:
    fit = tuple(_card(row) for row in rows if rules.fit(papers[row.pk], required=required, on=on, bars=_bars(row)))
    if fit:
        return ReadyCard(len(fit), Tone.GREEN, None, fit)
    tones = list(Tone)  # only where nobody can go the reasons are put into words
    found = [rules.colour(papers[row.pk], required=required, on=on, bars=_bars(row)) for row in rows]
    best = min(found, key=lambda colour: tones.index(colour.colour), default=None)
    if best is None:
        return ReadyCard(0, Tone.RED, N_("The organisation has named nobody who could go."), ())
    return ReadyCard(0, best.colour, best.reasons[0], ())


# The passport


def passport(number: str, *, on: date) -> PassportCard:
    """What the passport with this number shows today. Refuses: RuleBroken (mistyped), NotFound."""
    row = Practitioner.objects.filter(number=rules.number(number)).prefetch_related("credentials").first()
    if row is None or not row.public_name:
        raise NotFound(N_("There is no passport with this number."))
    organisation = organisations.organisations([row.organisation_id], sites=False)[row.organisation_id]
    papers = _counted(row.credentials.all())
    required, advised = _base(on, organisation.region)
    colour = rules.colour(
        _papers(papers), required=required | {paper.kind for paper in papers} - advised, advised=advised, on=on,
        warn_days=_warn_days(on, organisation.region), left=row.state == State.LEFT, suspended=not organisation.active,
        bars=_bars(row),
    )
    return PassportCard(
        row.number, row.public_name, row.title, organisation.ref, organisation.name, organisation.phone, colour,
        _shown(papers, on), tuple(one for ask in registry.REMARKS.values() for one in ask(row.person_id, on)), on,
    )


def _shown(rows: Iterable[Credential], on: date) -> tuple[PassportPaper, ...]:
    """The best paper of each kind, in the order of the kinds."""
    best: dict[str, tuple[Credential, Paper]] = {}
    for row in rows:
        paper = _paper(row)
        rank = (paper.holds(on), paper.until or date.max)
        if row.kind not in best or rank > (best[row.kind][1].holds(on), best[row.kind][1].until or date.max):
            best[row.kind] = (row, paper)
    return tuple(
        PassportPaper(key, best[key][0].level, kind.called(best[key][0].level), best[key][0].issuer,
                      best[key][1].last_day, best[key][1].holds(on))
        for key, kind in rules.kinds().items() if key in best
    )


# For the organisation's own desk


def staff(organisation: UUID, *, by: Actor, on: date, left: bool = False) -> list[StaffLine]:
    """The staff as its organisation sees it, those with the worst colour first. One query.

    Who holds nothing there sees nobody but themself.
    """
    rows = access.practitioners(by).filter(organisation__ref=organisation)
    rows = rows if left else rows.filter(state=State.ACTIVE)
    found, papers = _with_papers(rows.order_by("public_name", "pk"))
    lines = [_line(row, _held(papers[row.pk]), on) for row in found]
    tones = list(Tone)
    return sorted(lines, key=lambda line: (line.card.state, -tones.index(line.colour.colour)))


def _line(row: Any, papers: list[Paper], on: date) -> StaffLine:
    warn, colour = _warn_days(on, None), _today(row, papers, on)
    last = {
        kind: max((paper for paper in papers if paper.kind == kind and paper.withdrawn is None),
                  key=lambda paper: paper.until or date.max, default=None)
        for kind in {paper.kind for paper in papers}
    }
    lapses = sorted(
        ((rules.kinds()[kind].name, paper.last_day) for kind, paper in last.items()
         if paper and paper.last_day and (paper.last_day - on).days < warn),
        key=lambda one: (one[1], one[0]),
    )
    return StaffLine(_card(row), colour, tuple(lapses))


def file(ref: UUID, *, by: Actor, on: date) -> PractitionerFile:
    """One of the staff with all credentials, the numbers masked. Refuses: NotFound."""
    row = access.practitioner(ref, by=by)
    rows = list(row.credentials.order_by("-recorded_at", "-pk"))
    numbers = people.open_many([(row.person_id, one.number_sealed, SEALED) for one in rows])
    order = list(rules.kinds())
    cards = [_credential(one, number, on) for one, number in zip(rows, numbers, strict=True)]
    cards.sort(key=lambda card: order.index(card.kind))
    moves = LIFE.open_to(access.held(row, by), state=row.state)
    return PractitionerFile(_card(row), _today(row, _papers(_counted(rows)), on), tuple(cards), moves)


def _credential(row: Credential, number: str, on: date) -> CredentialCard:
    paper = _paper(row)
    shown = f"…{number[-4:]}" if len(number) > 6 else "*" * len(number)
    shown = "" if number == people.ERASED else shown
    return CredentialCard(
        row.ref, row.kind, row.level, rules.kinds()[row.kind].called(row.level), shown, row.issuer, row.valid_from,
        paper.last_day, paper.withdrawn, row.recorded_at, paper.holds(on),
    )


def _today(row: Any, papers: list[Paper], on: date) -> Colour:
    required, advised = _base(on, None)
    return rules.colour(
        papers, required=required | {paper.kind for paper in papers} - advised, advised=advised, on=on,
        warn_days=_warn_days(on, None), left=row.state == State.LEFT, bars=_bars(row),
    )


# Shared


def _one(ref: UUID) -> tuple[list[Any], Papers]:
    """One row and all of its papers; an action reads them once."""
    return read_once(kept(ref), lambda: _with_papers(Practitioner.objects.filter(ref=ref).order_by("pk")))


def kept(ref: UUID) -> tuple[str, UUID]:
    """Under which key an action keeps somebody's row and papers."""
    return "practitioners.papers", ref


_SHOWN = ("pk", "ref", "person_id", "organisation_id", "number", "title", "public_name", "gender", "languages", "state",
          "bars", "joined_on", "papers")


def _with_papers(
    rows: QuerySet[Practitioner], kinds: Collection[str] | None = None
) -> tuple[list[Any], Papers]:
    """The rows as far as `_card` reads them, and their papers (of these kinds) by key, oldest first; one query."""
    own = Credential.objects.filter(practitioner=OuterRef("pk"))
    own = own if kinds is None else own.filter(kind__in=sorted(kinds))
    until = Coalesce(Cast("valid_until", CharField()), Value(""))
    each = Joined("pk", "kind", "valid_from", until, "withdrawn_for")
    joined = own.order_by().values("practitioner").annotate(joined=each).values("joined")
    found = list(rows.annotate(papers=Subquery(joined, output_field=CharField())).values_list(*_SHOWN, named=True))
    return found, {row.pk: _read(row.papers or "") for row in found}


@lru_cache(maxsize=20_000)
def _read(joined: str) -> tuple[Paper, ...]:
    """Papers as `_with_papers` joins them."""
    each = sorted((one.split("|") for one in joined.split(",") if one), key=lambda said: int(said[0]))
    return tuple(
        Paper(kind, date.fromisoformat(from_), date.fromisoformat(until) if until else None,
              Withdrawal(withdrawn) if withdrawn else None)
        for _, kind, from_, until, withdrawn in each
    )


def _bars(row: Any) -> tuple[Bar, ...]:
    return tuple(Bar(date.fromisoformat(from_), date.fromisoformat(until) if until else None)
                 for from_, until in row.bars)


def _held(papers: Iterable[Paper]) -> list[Paper]:
    """Without those recorded by mistake."""
    return [paper for paper in papers if paper.withdrawn != Withdrawal.MISTAKE]


def _base(on: date, region: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """What every home visit needs, and what it should have."""
    required, advised = (rulebook.rule(id, on=on, region=region) for id in (rules.REQUIRED, rules.ADVISED))
    return frozenset(required.params["credentials"]), frozenset(advised.params["credentials"])


def _warn_days(on: date, region: str | None) -> int:
    return rulebook.rule(rules.WARN, on=on, region=region).amount


def _counted(rows: Iterable[Credential]) -> list[Credential]:
    return [row for row in rows if row.withdrawn_for != Withdrawal.MISTAKE]


def _papers(rows: Iterable[Credential]) -> list[Paper]:
    return [_paper(row) for row in rows]


def _paper(row: Credential) -> Paper:
    withdrawn = Withdrawal(row.withdrawn_for) if row.withdrawn_for else None
    return Paper(row.kind, row.valid_from, row.valid_until, withdrawn)


def _card(row: Any) -> PractitionerCard:
    return PractitionerCard(
        row.ref, row.person_id, row.organisation_id, row.number, row.title, row.public_name, row.gender,
        tuple(row.languages), State(row.state), LABELS[State(row.state)], row.joined_on,
    )


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What is kept of somebody as a practitioner, the numbers of their papers in clear; for the copy that they take."""
    kept: list[dict[str, Any]] = []
    for row in Practitioner.objects.filter(person__ref=person).order_by("pk"):
        papers = list(row.credentials.order_by("recorded_at", "pk"))
        numbers = people.open_many([(person, one.number_sealed, SEALED) for one in papers])
        kept += [{N_("passport"): row.number, N_("name on it"): row.public_name, N_("state"): LABELS[State(row.state)],
                  N_("paper"): "", N_("number"): "", N_("valid until"): None}]
        kept += [{N_("passport"): row.number, N_("name on it"): row.public_name, N_("state"): LABELS[State(row.state)],
                  N_("paper"): rules.kinds()[one.kind].name, N_("number"): number,
                  N_("valid until"): one.valid_until} for one, number in zip(papers, numbers, strict=True)]
    return kept
