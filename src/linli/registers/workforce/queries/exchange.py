from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, states
from linli.registers.workforce.models import Contribution, News, Reading, Report
from linli.registers.workforce.queries.registering import REASONS, registered
from linli.registers.workforce.rules import Level, exchange
from linli.registers.workforce.rules.exchange import Audience, Member

WRITTEN, REPORTED = "workforce.written", "workforce.reported"
"""What words under notices, and reports of them, are sealed for."""


@dataclass(frozen=True)
class NewsCard:
    """`until` is excluded. `addressed` and `read` are about who asked; the counts are for the office, else 0."""

    ref: UUID
    region: str
    region_name: str
    trades: tuple[Text, ...]
    trade_keys: tuple[str, ...]
    levels: tuple[Level, ...]
    title: str
    body: str
    from_: date
    until: date
    pinned: bool
    state: states.News
    withdrawn_for: str
    published_at: datetime
    addressed: bool
    read: bool
    readers: int
    questions: int
    reports: int
    moves: tuple[Move, ...]

    def holds(self, on: date) -> bool:
        return self.state == states.News.PUBLISHED and exchange.holds(self.from_, self.until, on=on)


@dataclass(frozen=True)
class ContributionCard:
    """What was written, as far as who asks may read it: hidden words are read by the office and who wrote them."""

    ref: UUID
    name: str
    words: str
    said_at: datetime
    mine: bool
    state: states.Contribution
    reasons: str
    reports: tuple[str, ...]
    """Why others reported it; for the office alone."""
    moves: tuple[Move, ...]
    answers: tuple["ContributionCard", ...]


def member(person: UUID, *, on: date) -> Member:
    """Where somebody works, in which trades, and registered at which level; two queries."""
    where, standing = staff.practice(person, on=on), registered([person], on=on).get(person)
    codes = where.regions | ({standing.region} if standing else set())
    return Member(codes, where.trades, standing.level if standing else None)


def addressed(row: News, person: UUID, *, on: date) -> bool:
    """Whether a notice is addressed to this person."""
    return _audience(row).takes_in(member(person, on=on))


def public_news(
    *, region: str = "", trade: str = "", on: date, start: int = 0, most: int = 30
) -> tuple[list[NewsCard], int]:
    """Notices in force, pinned ones first, then the newest; of a region and those around it, of a trade or every."""
    rows = News.objects.filter(state=states.News.PUBLISHED, from_on__lte=on, until_on__gt=on)
    if region:
        rows = rows.filter(Q(region_code__in=exchange.above(region)) | Q(region_code__startswith=prefix(region)))
    found = list(rows.order_by("-pinned", "-pk")[:2000])
    found = [row for row in found if not trade or not row.trades or trade in row.trades]
    return _cards(found[start:start + most], on=on), len(found)


def news_for(*, by: Actor, on: date) -> list[NewsCard]:
    """Notices in force that are addressed to who asks: pinned ones first, then those not read, then the newest.

    Refuses: NotAllowed (no person).
    """
    person = access.own(by)
    who = member(person, on=on)
    around: set[str] = set().union(*(exchange.above(code) for code in who.regions))
    rows = News.objects.filter(state=states.News.PUBLISHED, from_on__lte=on, until_on__gt=on, region_code__in=around)
    mine: list[Any] = [row for row in _with_read(rows, person).order_by("-pk")[:500] if _audience(row).takes_in(who)]
    mine.sort(key=lambda row: (not row.pinned, row.read, -row.pk))
    return _cards(mine, on=on, addressed=True)


def news(ref: UUID, *, by: Actor, on: date) -> NewsCard:
    """One notice, whatever its state. Refuses: NotFound."""
    row, to = _seen(ref, by=by, on=on)
    return _cards([row], on=on, addressed=to, by=by)[0]


def news_with_talk(ref: UUID, *, by: Actor, on: date) -> tuple[NewsCard, list[ContributionCard]]:
    """The same, with what was asked and answered under it, as far as who asks may read that. Refuses: NotFound."""
    row, to = _seen(ref, by=by, on=on)
    office = states.PUBLISH in access.held_in(row.region_code, by)
    talk = contributions_to(row, by=by, office=office) if to or office else []
    return _cards([row], on=on, addressed=to, by=by)[0], talk


def overseen_news(*, by: Actor, on: date, start: int = 0, most: int = 50) -> tuple[list[NewsCard], int]:
    """The office's own, newest first, with how many read it, asked, and reported. Refuses: NotAllowed."""
    rows = News.objects.filter(access.overseen(by))
    counted = rows.annotate(
        readers=Count("readings", distinct=True),
        questions=Count("contributions", filter=Q(contributions__question=None), distinct=True),
        open_reports=Count("contributions__reports", filter=Q(contributions__reports__settled_at=None), distinct=True))
    found = list(counted.order_by("-pk")[start:start + most])
    return _cards(found, on=on, by=by), rows.count()


def reported(by: Actor) -> QuerySet[Report]:
    """Reports that wait for this office; for counting."""
    found = Q(pk__in=[])
    for start in by.scopes(states.PUBLISH, "region"):
        found |= Q(contribution__news__region_code__startswith=start)
    return Report.objects.filter(found, settled_at=None)


def talk(ref: UUID, *, by: Actor, on: date) -> list[ContributionCard]:
    """What was asked and answered under a notice, oldest first. Refuses: NotFound, NotAllowed (not addressed)."""
    row = access.news(ref)
    office = states.PUBLISH in access.held_in(row.region_code, by)
    if not office and not addressed(row, access.own(by), on=on):
        raise NotAllowed(N_("This notice is addressed to others; only they ask and answer under it."))
    return contributions_to(row, by=by, office=office)


def contributions_to(row: News, *, by: Actor, office: bool) -> list[ContributionCard]:
    """What was asked and answered, as far as the office or somebody addressed may read it."""
    found: list[Any] = list(Contribution.objects.filter(news=row).annotate(
        called=staff.named("practitioner_id")).order_by("pk"))
    mine = {one.pk for one in found if by.person == one.person_id}
    seen = [one for one in found if office and one.state != states.Contribution.TAKEN_BACK or one.pk in mine
            or one.state == states.Contribution.SHOWN]
    waiting = list(Report.objects.filter(contribution__in=seen, settled_at=None).order_by("pk")) if office else []
    opened = iter(people.open_many([
        *((one.person_id, sealed, context) for one in seen for sealed, context in (
            (one.words_sealed, WRITTEN), (one.reasons_sealed, REASONS))),
        *((one.person_id, one.words_sealed, REPORTED) for one in waiting)]))
    said = [(one, next(opened), next(opened)) for one in seen]
    why = [(one.contribution_id, next(opened)) for one in waiting]
    cards: dict[int, list[ContributionCard]] = {}
    for one, words, reasons in reversed(said):
        held = {states.PUBLISH} if office else {states.PRACTISE}
        about = tuple(text for pk, text in why if pk == one.pk)
        moves = tuple(move for move in states.CONTRIBUTIONS.open_to(held, state=one.state)
                      if _open(move.name, mine=one.pk in mine, answers=one.question_id is None, reported=bool(about)))
        card = ContributionCard(
            one.ref, one.called or "", words, one.said_at, one.pk in mine,
            states.Contribution(one.state), reasons if office or one.pk in mine else "", about, moves,
            tuple(reversed(cards.pop(one.pk, []))))
        cards.setdefault(one.question_id or 0, []).append(card)
    return list(reversed(cards.get(0, [])))


def contribution(ref: UUID, *, by: Actor, on: date) -> ContributionCard:
    """One of them. Refuses: NotFound, NotAllowed."""
    row = access.contribution(ref)
    every = talk(row.news.ref, by=by, on=on)
    found = next((one for card in every for one in (card, *card.answers) if one.ref == ref), None)
    if found is None:
        raise access.no_entry()
    return found


def page_of(ref: UUID) -> UUID:
    """The notice under which something was written. Refuses: NotFound."""
    return access.contribution(ref).news.ref


def news_days(on: date, region: str | None) -> int:
    """How many days a notice holds at most."""
    return rulebook.rule(exchange.LENGTH, on=on, region=region).amount


def _open(move: str, *, mine: bool, answers: bool, reported: bool) -> bool:
    return {"take_words_back": mine, "report_words": not mine, "answer": answers,
            "leave_standing": reported}.get(move, True)


def _audience(row: News) -> Audience:
    return Audience(row.region_code, frozenset(row.trades), frozenset(row.levels))


def _with_read(rows: QuerySet[News], person: UUID) -> QuerySet[News]:
    return rows.annotate(read=Exists(Reading.objects.filter(news=OuterRef("pk"), person__ref=person)))


def _seen(ref: UUID, *, by: Actor, on: date) -> tuple[News, bool]:
    """A notice with whether who asks read it, and whether it is addressed to them. Refuses: NotFound."""
    if by.person is None or states.PRACTISE not in by.held(f"person:{by.person}"):
        return access.news(ref), False
    row = _with_read(News.objects.all(), by.person).filter(ref=ref).first() or access.news(ref)
    return row, addressed(row, by.person, on=on)


def _cards(
    rows: Collection[Any], *, on: date, addressed: bool = False, by: Actor | None = None
) -> list[NewsCard]:
    names, trades = places.named({row.region_code for row in rows}), staff.trades(on)
    return [NewsCard(
        row.ref, row.region_code, names.get(row.region_code, row.region_code),
        tuple(trades[one] for one in row.trades if one in trades), tuple(row.trades),
        tuple(Level(one) for one in row.levels), row.title, row.body, row.from_on, row.until_on, row.pinned,
        states.News(row.state), row.withdrawn_for, row.published_at, addressed, getattr(row, "read", False),
        getattr(row, "readers", 0), getattr(row, "questions", 0), getattr(row, "open_reports", 0),
        tuple(move for move in states.NEWS.open_to(access.held_in(row.region_code, by), state=row.state)
              if move.name != ("pin" if row.pinned else "unpin")) if by else (),
    ) for row in rows]
