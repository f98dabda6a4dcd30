import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Substr

from linli.kernel.action import read_once
from linli.kernel.actor import SYSTEM, Actor, prefix
from linli.kernel.database import Tally, grouping, tallied
from linli.kernel.doors import speak
from linli.kernel.geometry import Point, parse_point
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Both, Text
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.registers.people.registry import Decision
from linli.registers.places import queries as places
from linli.work.needs import access
from linli.work.needs.models import Need, Offer
from linli.work.needs.rules import danger, keywords, wishes
from linli.work.needs.rules import triage as reading
from linli.work.needs.rules.triage import Flag, Reason, Triage, Urgency
from linli.work.needs.rules.wishes import Channel
from linli.work.needs.states import (
    LABELS,
    LIFE,
    OFFER_LABELS,
    OFFERS,
    POST,
    SEE_OPEN,
    SEE_UNMET,
    TONES,
    OfferState,
    State,
)

Window = wishes.Window
URGENCY: dict[Urgency, Text] = {
    Urgency.NORMAL: N_("not urgent"), Urgency.SOON: N_("soon"), Urgency.URGENT: N_("urgent"),
}
FLAGS: dict[Flag, Text] = {
    Flag.LIFE_RISK: N_("life at risk"), Flag.MEDICAL_EMERGENCY: N_("medical emergency"), Flag.ABUSE: N_("abuse"),
    Flag.CHILD: N_("a child in danger"), Flag.MISSING_PERSON: N_("somebody missing"),
}
URGENCIES = {urgency.value: label for urgency, label in URGENCY.items()}
EMERGENCY: tuple[tuple[str, Text], ...] = (
    ("120", N_("ambulance")), ("110", N_("police")), ("119", N_("fire and rescue")),
    ("12356", N_("mental health line")),
)


@dataclass(frozen=True)
class NeedCard:
    """A need as its own people read it. `text` is empty, and the point and reasons missing, for those who may not."""

    ref: UUID
    number: str
    person: UUID
    person_name: str
    channel: Channel
    text: str
    why: tuple[Reason, ...]
    category: str
    category_name: Both
    urgency: Urgency
    flags: tuple[Flag, ...]
    region: str
    point: Point | None
    windows: tuple[Window, ...]
    repeat: str
    weeks: int
    requires: dict[str, Any]
    mode: str
    state: State
    label: Text
    tone: str
    posted_at: datetime
    posted_by: UUID
    expires_on: date
    moves: tuple[Move, ...] = ()
    """Open to the actor who asked."""
    standing: int = 0
    """How many offers wait for an answer; 0 where nobody counted."""
    known: people.Known = field(default=people.Known(()), compare=False, repr=False)
    """What is known of its person, read with it."""
    said: str | None = field(default=None, compare=False, repr=False)
    """What its person said to the uses of their data, where it was read alone (`people.allowed_beside`)."""
    place: str | None = field(default=None, compare=False, repr=False)  # of its region, read alone: `places.middle_of`


@dataclass(frozen=True)
class OpenNeed:
    """A need as those see it who might serve it, or watch over its region: no name, no words, no exact place."""

    ref: UUID
    number: str
    category: str
    category_name: Both
    urgency: Urgency
    flags: tuple[Flag, ...]
    region: str
    age: int | None
    windows: tuple[Window, ...]
    weeks: int
    requires: dict[str, Any]
    mode: str
    state: State
    posted_at: datetime
    expires_on: date


@dataclass(frozen=True)
class OfferCard:
    ref: UUID
    need: UUID
    service: UUID
    slot: UUID
    provider: UUID
    note: str
    state: OfferState
    label: Text
    made_at: datetime


@dataclass(frozen=True)
class Told:
    """What of a need a visit is made of."""

    person: UUID
    region: str
    mode: str
    point: Point | None


@dataclass(frozen=True)
class Unmet:
    """How many needs of a township wait, by category, and since when the oldest."""

    region: str
    count: int
    urgent: int
    oldest: datetime
    categories: dict[str, int] = field(default_factory=dict)


def triage(text: str) -> Triage:
    """What a text says of itself: category, urgency, dangers, with reasons. Asks no database."""
    return read_once(("needs.triage", text), lambda: reading.triage(
        text[: wishes.LONGEST_TEXT], keywords=keywords.table(_directory())))


def emergency(flags: Collection[Flag], why: Iterable[Reason]) -> tuple[tuple[str, Text], ...]:
    """The numbers to call before anything else, the most fitting first, each with whom it reaches; often none."""
    known = dict(EMERGENCY)
    return tuple((number, known[number]) for number in danger.numbers(flags, [reason.code for reason in why]))


@lru_cache(maxsize=1)
def _directory() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return keywords.rows(
        (c.key, (c.name.zh, str(c.name).lower(), *c.keywords_zh, *c.keywords_en)) for c in directory.categories())


def need(ref: UUID, *, by: Actor) -> NeedCard:
    """One need, with a count of its offers, for those whose it is, or who take calls in its region. Refuses: NotFound.

    One's own needs no name: `person_name` is empty.
    """
    rows = _counted(access.needs(by)).annotate(
        person_said=people.said_beside("person"), place_said=places.middle_beside("region_code"))
    row = rows.filter(ref=ref).select_related("person__key").first()
    if row is None:
        raise access.no_need()
    return _cards([row], by=by, named=row.person_id != by.person)[0]


def told(ref: UUID, *, by: Actor) -> Told:
    """For whom a need is and where, for those whose it is, or who take calls in its region. Refuses: NotFound."""
    row = access.need(ref, by=by)
    sealed = people.open_sealed(row.person_id, row.point_sealed, context=access.point(row)) if row.point_sealed else ""
    return Told(row.person_id, row.region_code, row.mode, parse_point(sealed) if "," in sealed else None)


def need_for(ref: UUID, *, by: Actor, at: datetime) -> OpenNeed:
    """One need without names or words, for an office of its region or a provider who could serve it.

    Refuses: NotFound.
    """
    row = (_unmet(by) | _servable(by)).filter(ref=ref).select_related("person__key").first()
    if row is None:
        raise access.no_need()
    return _open([row], on=at.date())[0]


def needs(refs: Collection[UUID], *, by: Actor) -> dict[UUID, NeedCard]:
    """Those of these needs that the actor may read."""
    rows = access.needs(by).filter(ref__in=refs).select_related("person__key")
    return {card.ref: card for card in _cards(list(rows), by=by)}


def mine(by: Actor, *, states: Collection[str] | None = None, after: UUID | None = None,
         most: int = 50) -> list[NeedCard]:
    """The needs of the actor and of whom they act for, newest first, with a count of their offers.

    `after` is the last one of the page before.
    """
    rows = Need.objects.filter(Q(person__in=by.refs(POST, "person")))
    last = rows.filter(ref=after).values_list("posted_at", flat=True).first() if after else None
    rows = rows if states is None else rows.filter(state__in=states)
    rows = rows if last is None else rows.filter(Q(posted_at__lt=last) | Q(posted_at=last, ref__lt=after))
    return _cards(list(_counted(rows).select_related("person__key").order_by("-posted_at", "-ref")[:most]), by=by)


def posted_by(by: Actor, *, most: int = 20) -> list[NeedCard]:
    """What this actor wrote last, for whomever: an agent's own work."""
    rows = access.needs(by).filter(posted_by=by.ref)
    return _cards(list(rows.select_related("person__key").order_by("-posted_at")[:most]), by=by)


def open_needs(by: Actor, *, at: datetime, category: str = "", most: int = 100) -> list[OpenNeed]:
    """Open needs that the actor's organisations could serve: of a category and in an area that they list.

    Urgent ones first, then the oldest. Refuses: NotAllowed.
    """
    if not by.refs(SEE_OPEN, "organisation"):
        raise NotAllowed(N_("Only providers see open needs."))
    rows = _servable(by)
    rows = rows.filter(category=category) if category else rows
    found = sorted(_open(list(rows.select_related("person__key")[:most * 3]), on=at.date()),
                   key=lambda one: (list(Urgency).index(one.urgency) * -1, one.posted_at))
    return found[:most]


def offers(ref: UUID, *, by: Actor) -> list[OfferCard]:
    """What providers offered to this need and still stands, oldest first. Refuses: NotFound."""
    return offers_to(need(ref, by=by))


def offers_to(card: NeedCard) -> list[OfferCard]:
    """The standing offers to a need that the actor was shown, oldest first; nothing is asked where there are none."""
    if not card.standing:
        return []
    rows = Offer.objects.filter(need__ref=card.ref, state=OfferState.OPEN).select_related("need")
    return _offers(rows.order_by("made_at", "pk"))


def offers_of(organisations: Collection[UUID], *, needs: Collection[UUID] | None = None, only: UUID | None = None,
              noted: bool = True, most: int = 100) -> list[OfferCard]:
    """What these organisations offered, newest first, or one offer `only`; the notes are opened where `noted`."""
    rows = Offer.objects.filter(provider__in=organisations).select_related("need")
    rows = rows if only is None else rows.filter(ref=only)
    rows = rows if needs is None else rows.filter(need__ref__in=needs)
    return _offers(rows.order_by("-made_at", "-pk")[:most], noted=noted)


def offer_moves(card: OfferCard, *, by: Actor) -> tuple[Move, ...]:
    """The moves open to the one who offered."""
    return OFFERS.open_to(by.held(f"organisation:{card.provider}"), state=card.state)


def unmet(by: Actor, *, region: str | None = None, category: str = "", urgency: str = "") -> list[Unmet]:
    """Needs that still wait, by township, the fullest first. Refuses: NotAllowed."""
    rows = _narrowed(by, region, category, urgency)
    found: dict[str, dict[str, Any]] = {}
    for code, kind, how, posted in rows.values_list("region_code", "category", "urgency", "posted_at"):
        one = found.setdefault(_township(code), {"count": 0, "urgent": 0, "oldest": posted, "categories": {}})
        one["count"] += 1
        one["urgent"] += how == Urgency.URGENT
        one["oldest"] = min(one["oldest"], posted)
        one["categories"][kind] = one["categories"].get(kind, 0) + 1
    return sorted((Unmet(code, **one) for code, one in found.items()), key=lambda u: (-u.count, u.oldest))


def unmet_counts(*, by: Actor) -> dict[str, int]:
    """Needs that still wait, by district; one query. Refuses: NotAllowed."""
    return unmet_of(tallied(unmet_tally(by=by)))


def unmet_tally(*, by: Actor) -> Tally:
    """`unmet_counts`, to be counted together with other things; `unmet_of` reads it. Refuses: NotAllowed."""
    return grouping(Concat(Value(_UNMET), Substr("region_code", 1, 6)), _require_unmet(by))


def unmet_of(counted: Mapping[str, int]) -> dict[str, int]:
    """`unmet_counts`, of what was counted."""
    found = {label.removeprefix(_UNMET): count for label, count in counted.items() if label.startswith(_UNMET)}
    return {f"{code}000000": found[code] for code in sorted(found)}


_UNMET = "unmet in "


def longest_unmet(*, by: Actor, region: str | None = None, category: str = "", urgency: str = "",
                  at: datetime | None = None, most: int = 20) -> list[OpenNeed]:
    """The needs that have waited longest, without names or words. Refuses: NotAllowed."""
    rows = _narrowed(by, region, category, urgency).order_by("posted_at")
    rows = rows.select_related("person__key")[:most] if at else rows[:most]
    return _open(list(rows), on=at.date() if at else None)


def met_between(since: datetime, until: datetime, *, region: str) -> QuerySet[Need]:
    """Needs posted in a period in a region, for figures. Counting only."""
    return Need.objects.filter(posted_at__gte=since, posted_at__lt=until, region_code__startswith=prefix(region))


def first_offers(since: datetime, until: datetime, *, region: str) -> dict[UUID, tuple[datetime, datetime | None]]:
    """By need posted in this time in a region: when that was, and when a provider first offered to help. One query."""
    rows = Need.objects.filter(posted_at__gte=since, posted_at__lt=until, region_code__startswith=prefix(region))
    found = rows.order_by().annotate(first=Min("offers__made_at")).values_list("ref", "posted_at", "first")
    return {ref: (posted, first) for ref, posted, first in found}


# Inside


def _counted(rows: QuerySet[Need]) -> QuerySet[Need]:
    open_ = Offer.objects.filter(need=OuterRef("pk"), state=OfferState.OPEN).order_by().values("need")
    return rows.annotate(standing=Coalesce(Subquery(open_.annotate(count=Count("pk")).values("count")), 0))


def _cards(rows: list[Need], *, by: Actor, named: bool = True) -> list[NeedCard]:
    who, known = {row.person_id for row in rows}, people.Known(row.person for row in rows)
    names = {ref: known.name(ref, masked=not people.stands_for(ref, by=by)) for ref in who} if named else {}
    cards = []
    for row in rows:
        text, why, spot = (known.open(row.person_id, sealed, context=context) for sealed, context in (
            (row.text_sealed, access.words(row)), (row.why_sealed, access.why(row)),
            (row.point_sealed, access.point(row))))
        state = State(row.state)
        cards.append(NeedCard(
            row.ref, row.number, row.person_id, names.get(row.person_id, ""), Channel(row.channel), text,
            _reasons(why), row.category, directory.category(row.category).name, Urgency(row.urgency),
            tuple(map(Flag, row.flags)), row.region_code, parse_point(spot) if "," in spot else None,
            wishes.kept_windows(row.windows), row.repeat, wishes.weeks(row.repeat), row.requires, row.mode, state,
            LABELS[state], TONES[state], row.posted_at, row.posted_by, row.expires_on,
            LIFE.open_to(access.held(row, by), state=state), getattr(row, "standing", 0), known,
            getattr(row, "person_said", None), getattr(row, "place_said", None)))
    return cards


def _reasons(kept: str) -> tuple[Reason, ...]:
    return tuple(Reason(code, Text(text), why) for code, text, why in json.loads(kept)) if kept.startswith("[") else ()


def sealed_reasons(why: Iterable[Reason]) -> str:
    """Reasons in the form in which they are sealed."""
    return json.dumps([[reason.code, str(reason.text), reason.phrase] for reason in why], ensure_ascii=False)


def _open(rows: list[Need], *, on: date | None) -> list[OpenNeed]:
    known = people.Known(row.person for row in rows) if on else people.Known(())
    ages = {row.person_id: known.age(row.person_id, on=on) for row in rows} if on else {}
    return [
        OpenNeed(
            row.ref, row.number, row.category, directory.category(row.category).name, Urgency(row.urgency),
            tuple(map(Flag, row.flags)), row.region_code, ages.get(row.person_id), wishes.kept_windows(row.windows),
            wishes.weeks(row.repeat), row.requires, row.mode, State(row.state), row.posted_at, row.expires_on,
        )
        for row in rows
    ]


def _offers(rows: Iterable[Offer], *, noted: bool = True) -> list[OfferCard]:
    found = list(rows)
    sealed = [(row.need.person_id, row.note_sealed if noted else None, access.note(row)) for row in found]
    notes = people.open_many(sealed) if sealed else []
    return [
        OfferCard(row.ref, row.need.ref, row.service, row.slot, row.provider, note, OfferState(row.state),
                  OFFER_LABELS[OfferState(row.state)], row.made_at)
        for row, note in zip(found, notes, strict=True)
    ]


def _township(code: str) -> str:
    return f"{code[:9]}000" if code[6:9].strip("0") else code


def _unmet(by: Actor) -> QuerySet[Need]:
    within = Q(pk__in=[])
    for start in by.scopes(SEE_UNMET, "region"):
        within |= Q(region_code__startswith=start)
    return Need.objects.filter(within, state=State.OPEN)


def _require_unmet(by: Actor) -> QuerySet[Need]:
    if not by.scopes(SEE_UNMET, "region"):
        raise NotAllowed(N_("Only offices of a region see its unmet needs."))
    return _unmet(by)


def _narrowed(by: Actor, region: str | None, category: str, urgency: str) -> QuerySet[Need]:
    rows = _require_unmet(by)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    rows = rows.filter(category=category) if category else rows
    return rows.filter(urgency=urgency) if urgency in set(Urgency) else rows


def _servable(by: Actor) -> QuerySet[Need]:
    """Open needs of a category, and in an area, that the actor's organisations list."""
    within = Q(pk__in=[])
    for category, starts in directory.reach(by.refs(SEE_OPEN, "organisation")).items():
        served = Q(pk__in=[])
        for start in starts:
            served |= Q(region_code__startswith=start)
        within |= Q(category=category) & served
    return Need.objects.filter(within, state=State.OPEN)


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What is kept of somebody's needs, in their words; for the copy that they take."""
    return [{N_("number"): card.number, N_("posted"): card.posted_at, N_("kind of help"): card.category_name,
             N_("how soon"): URGENCY[card.urgency], N_("words"): card.text, N_("region"): card.region,
             N_("place"): str(card.point or ""), N_("state"): card.label} for card in _of(person)]


def decided_of(person: UUID) -> list[Decision]:
    """What triage read from somebody's needs, with the words that it rests on."""
    return [Decision(
        card.ref, N_("Reading of a need"), " · ".join((card.number, speak(card.category_name), speak(
            URGENCY[card.urgency]), *(speak(FLAGS[flag]) for flag in card.flags))), card.posted_at,
        tuple(speak(reason.text, phrase=reason.phrase) for reason in card.why), "", f"/needs/{card.ref}/",
    ) for card in _of(person)]


def open_of(person: UUID) -> list[tuple[UUID, str, str, datetime]]:
    """Somebody's open needs: ref, number, region, since when."""
    rows = Need.objects.filter(person__ref=person, state=State.OPEN).order_by("-posted_at")
    return list(rows.values_list("ref", "number", "region_code", "posted_at"))


def last_posted(persons: Collection[UUID]) -> dict[UUID, datetime]:
    """When these people last asked for help."""
    rows = Need.objects.filter(person__ref__in=set(persons)).order_by().values_list("person__ref")
    return dict(rows.annotate(last=Max("posted_at")))


def standing_of(person: UUID) -> int:
    """How many of somebody's needs wait, or wait for their visit."""
    return Need.objects.filter(person__ref=person, state__in=[State.OPEN, State.BOOKED]).count()


def _of(person: UUID) -> list[NeedCard]:
    rows = Need.objects.filter(person__ref=person).select_related("person__key").order_by("-posted_at")
    return _cards(list(rows), by=SYSTEM, named=False)
