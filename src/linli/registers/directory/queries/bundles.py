"""Bundles: services of several fields as one offer."""
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from linli.engines.rulebook import queries as rulebook
from linli.engines.search.registry import Document
from linli.kernel.actor import Actor
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both, Text
from linli.registers.directory.models import Bundle, BundlePart, Slot
from linli.registers.directory.queries.listing import ServiceCard, services
from linli.registers.directory.queries.times import SlotCard, _slot_cards
from linli.registers.directory.rules.bundles import KINDS, VISITS, Part, parted, worth
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import BUNDLE_LABELS, BUNDLE_LIFE, MANAGE, BundleState, State
from linli.registers.organisations import queries as organisations


@dataclass(frozen=True)
class PartCard:
    service: UUID
    role: str
    times: int
    agreed: bool
    card: ServiceCard


@dataclass(frozen=True)
class BundleCard:
    ref: UUID
    provider: UUID
    provider_name: str
    kind: str
    kind_label: Both
    name: str
    summary: str
    price_fen: int
    """What the whole costs: its own price, else what its services cost one by one."""
    worth_fen: int
    region: str
    state: BundleState
    label: Text
    parts: tuple[PartCard, ...]
    is_demo: bool

    @property
    def open(self) -> bool:
        """Whether all of it can be had: listed, every part open and agreed to."""
        return self.state == BundleState.LISTED and all(part.card.open and part.agreed for part in self.parts)

    def visits(self, *, age: int | None = None) -> list[tuple[int, int]]:
        """What each visit costs within the bundle, in its order, and the subsidy on it for somebody of that age."""
        return parted(self.price_fen, [(part.card.price_fen, part.card.price_fen - part.card.price_for(age=age))
                                       for part in self.parts for _ in range(part.times)])

    @property
    def lowest_fen(self) -> int:
        """What is paid with every subsidy."""
        alone = [(part.card.price_fen, part.card.price_fen - part.card.lowest_fen)
                 for part in self.parts for _ in range(part.times)]
        return self.price_fen - sum(subsidy for _, subsidy in parted(self.price_fen, alone))


def bundle(ref: UUID, *, by: Actor) -> BundleCard:
    """One bundle as this actor may know of it: what is listed, what one leads, what one is asked to be part of; two
    queries. Refuses: NotFound.
    """
    mine = set(by.refs(MANAGE, "organisation"))
    for card in _cards(_whole(ref)):
        if card.state == BundleState.LISTED or card.provider in mine or any(
                part.card.provider in mine for part in card.parts):
            return card
    raise NotFound(N_("There is no such bundle."))


def bundles(*, kind: str = "", region: str = "", start: int = 0, most: int = 50) -> tuple[list[BundleCard], int]:
    """Listed bundles whose every part can be had, the newest first, and how many there are in all."""
    lacking = BundlePart.objects.filter(
        Q(agreed_at=None) | ~Q(service__state=State.LISTED) | Q(service__provider_open=False), bundle=OuterRef("pk"))
    rows = Bundle.objects.filter(~Exists(lacking), state=BundleState.LISTED)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(region_code__startswith=region[:6]) if region else rows
    return _cards(_with_parts(rows.order_by("-ref"))[start:start + most]), rows.order_by().count()


def bundles_of(provider: UUID) -> list[BundleCard]:
    """What a provider leads, and what it is asked to be part of; not what was withdrawn."""
    rows = Bundle.objects.filter(Q(provider__ref=provider) | Q(parts__service__provider__ref=provider)).exclude(
        state=BundleState.WITHDRAWN).distinct()
    return _cards(_with_parts(rows.order_by("name", "ref")))


def bundles_with(refs: Collection[UUID]) -> dict[UUID, list[BundleCard]]:
    """The listed bundles that hold each of these services."""
    found: dict[UUID, list[BundleCard]] = defaultdict(list)
    rows = Bundle.objects.filter(state=BundleState.LISTED, parts__service__ref__in=list(refs)).distinct()
    for card in _cards(_with_parts(rows.order_by("ref"))):
        for part in card.parts:
            if card.open and part.service in refs:
                found[part.service].append(card)
    return found


def free_times(refs: Collection[UUID], *, at: datetime) -> dict[UUID, list[SlotCard]]:
    """Every time of these services that can be booked at that moment, by date; one query."""
    found: dict[UUID, list[SlotCard]] = defaultdict(list)
    rows = Slot.objects.filter(service__ref__in=list(refs), begin__gt=at, book_until__gte=at, capacity__gt=0,
                               taken__lt=F("capacity"))
    for card in _slot_cards(rows.order_by("begin")):
        found[card.service].append(card)
    return found


def most_visits(region: str, *, on: date) -> int:
    """How many visits a bundle led from there has in all, at most."""
    return rulebook.rule(VISITS, on=on, region=region).amount


def bundle_moves(card: BundleCard, *, by: Actor) -> tuple[Move, ...]:
    """The moves open to this actor: those of who leads, and agreeing for who has a part in it that is not agreed."""
    lead = BUNDLE_LIFE.open_to(by.held(f"organisation:{card.provider}"), state=card.state)
    own = [move for move in lead if move.name != "agree_to_bundle"]
    asked = {part.card.provider for part in card.parts if not part.agreed} & set(by.refs(MANAGE, "organisation"))
    agree = [move for move in BUNDLE_LIFE.moves.values() if move.name == "agree_to_bundle" and asked]
    return tuple(own + [move for move in agree if card.state in move.sources])


def bundle_documents(refs: set[UUID]) -> Iterator[Document]:
    """What the one box finds of these bundles: those that can be had."""
    for card in _cards(_with_parts(Bundle.objects.filter(ref__in=refs))):
        if card.open:
            for lang, kind in (("zh", card.kind_label.zh), ("en", str(card.kind_label))):
                also = " ".join(part.card.name for part in card.parts)
                yield Document(card.ref, card.name, reverse("directory:bundle", args=[card.ref]),
                               f"{card.summary} · {card.provider_name}", f"{kind} {also}", card.region, weight=3,
                               lang=lang)


def _with_parts(rows: QuerySet[Bundle]) -> QuerySet[Bundle]:
    parts = BundlePart.objects.select_related("service").order_by("place", "pk")
    return rows.annotate(provider_name=organisations.named("provider_id")).prefetch_related(
        Prefetch("parts", parts, to_attr="found"))


def _whole(ref: UUID) -> list[Bundle]:
    """One bundle with its parts, as there is none without; one query."""
    parts = list(BundlePart.objects.filter(bundle__ref=ref).select_related("bundle", "service").annotate(
        provider_name=organisations.named("bundle__provider_id")).order_by("place", "pk"))
    for part in parts[:1]:
        part.bundle.found, part.bundle.provider_name = parts, part.provider_name  # type: ignore[attr-defined]
    return [part.bundle for part in parts[:1]]


def _cards(rows: Collection[Bundle] | QuerySet[Bundle]) -> list[BundleCard]:
    rows = list(rows)
    if not rows:
        return []
    cards = services({part.service.ref for row in rows for part in row.found})  # type: ignore[attr-defined]
    made = []
    for row in rows:
        parts = tuple(PartCard(part.service.ref, part.role, part.times, part.agreed_at is not None,
                               cards[part.service.ref]) for part in row.found)  # type: ignore[attr-defined]
        whole = worth([plain(part) for part in parts])
        state = BundleState(row.state)
        made.append(BundleCard(
            row.ref, row.provider_id, row.provider_name or "",  # type: ignore[attr-defined]  # annotated
            row.kind, KINDS[row.kind].name, row.name, row.summary,
            whole if row.price_fen is None else row.price_fen, whole, row.region_code, state, BUNDLE_LABELS[state],
            parts, row.is_demo))
    return made


def plain(part: PartCard) -> Part:
    """A part as the rules look at it."""
    key = part.card.category
    return Part(key, taxonomy().categories[key].domain.key, part.card.price_fen, part.times, part.role)
