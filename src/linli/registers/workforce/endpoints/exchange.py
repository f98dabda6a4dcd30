from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import ContributionCard, NewsCard
from linli.registers.workforce.rules import Level

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class NewsIn(Schema):
    region: str
    trades: list[str] = Field(default_factory=list, description="Kinds of credentials; none for every trade.")
    levels: list[Level] = Field(default_factory=list, description="None for every level, registered or not.")
    title: str
    body: str
    from_on: date
    last_on: date
    pinned: bool = False


class NewsOut(Schema):
    ref: UUID
    region: str
    trades: list[str]
    levels: list[Level]
    title: str
    body: str
    from_on: date
    last_day: date
    pinned: bool
    state: str
    withdrawn_for: str
    published_at: datetime
    addressed: bool = Field(description="To whom asks.")
    read: bool = Field(description="By whom asks.")
    moves: list[str]


class NewsList(Schema):
    items: list[NewsOut]
    total: int


class SaidIn(Schema):
    words: str


class ReportIn(Schema):
    reasons: str


class WordsOut(Schema):
    ref: UUID
    name: str
    words: str
    said_at: datetime
    mine: bool
    state: str
    reasons: str
    moves: list[str]


class QuestionOut(WordsOut):
    answers: list[WordsOut]


@router.get("/trade-news", response=NewsList, auth=None, operation_id="workforce_news_list")
def news_list(
    request: Request, region: Annotated[str, Query(pattern=r"^(\d{12})?$")] = "", trade: str = "",
    start: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Notices of the profession in force, those on top first, then the newest, thirty at a time."""
    cards, total = queries.public_news(region=region, trade=trade, on=timezone.localdate(request.at), start=start)
    return {"items": [_news(card) for card in cards], "total": total}


@router.get("/workforce/news", response=NewsList, operation_id="workforce_my_news")
def my_news(request: Request) -> dict[str, Any]:
    """Notices in force that are addressed to oneself, those not read before the others."""
    cards = queries.news_for(by=request.actor, on=timezone.localdate(request.at))
    return {"items": [_news(card) for card in cards], "total": len(cards)}


@router.post("/trade-news", response={200: NewsOut, 201: NewsOut}, operation_id="workforce_publish")
def publish(request: Request, body: NewsIn, key: Key) -> Status[Any]:
    """Publish a notice, for the office."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_publish", body.dict()],
                           do=lambda: actions.publish(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _one(request, outcome.ref))


@router.get("/trade-news/{uuid:ref}", response=NewsOut, auth=None, operation_id="workforce_news")
def news(request: Request, ref: UUID) -> dict[str, Any]:
    """One notice, withdrawn ones too."""
    return _one(request, ref)


@router.post("/trade-news/{uuid:ref}/pin", response=NewsOut, operation_id="workforce_pin")
def pin(request: Request, ref: UUID) -> dict[str, Any]:
    actions.pin(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/trade-news/{uuid:ref}/unpin", response=NewsOut, operation_id="workforce_unpin")
def unpin(request: Request, ref: UUID) -> dict[str, Any]:
    actions.unpin(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/trade-news/{uuid:ref}/withdraw", response=NewsOut, operation_id="workforce_withdraw_news")
def withdraw_news(request: Request, ref: UUID, body: ReportIn) -> dict[str, Any]:
    actions.withdraw_news(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _one(request, ref)


@router.post("/trade-news/{uuid:ref}/mark-read", response=NewsOut, operation_id="workforce_mark_read")
def mark_read(request: Request, ref: UUID) -> dict[str, Any]:
    """Note that one has read it; again is no fault."""
    actions.mark_read(ref, by=request.actor, at=request.at)
    return _one(request, ref)


@router.get("/trade-news/{uuid:ref}/words", response=list[QuestionOut], operation_id="workforce_words")
def words(request: Request, ref: UUID) -> list[dict[str, Any]]:
    """What was asked and answered under a notice, for those it is addressed to and its office."""
    return [_question(card) for card in queries.talk(ref, by=request.actor, on=timezone.localdate(request.at))]


@router.post("/trade-news/{uuid:ref}/questions", response={200: WordsOut, 201: WordsOut}, operation_id="workforce_ask")
def ask(request: Request, ref: UUID, body: SaidIn, key: Key) -> Status[Any]:
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_ask", str(ref), body.dict()],
                           do=lambda: actions.ask(ref, words=body.words, by=by, at=at))
    return Status(201 if outcome.new else 200, _said(request, outcome.ref))


@router.post("/trade-news/words/{uuid:ref}/answers", response={200: WordsOut, 201: WordsOut},
             operation_id="workforce_answer")
def answer(request: Request, ref: UUID, body: SaidIn, key: Key) -> Status[Any]:
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_answer", str(ref), body.dict()],
                           do=lambda: actions.answer(ref, words=body.words, by=by, at=at))
    return Status(201 if outcome.new else 200, _said(request, outcome.ref))


@router.post("/trade-news/words/{uuid:ref}/take-back", response=WordsOut, operation_id="workforce_take_words_back")
def take_words_back(request: Request, ref: UUID) -> dict[str, Any]:
    actions.take_words_back(ref, by=request.actor, at=request.at)
    return _said(request, ref)


@router.post("/trade-news/words/{uuid:ref}/report", response={204: None}, operation_id="workforce_report_words")
def report_words(request: Request, ref: UUID, body: ReportIn) -> Status[None]:
    actions.report_words(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return Status(204, None)


@router.post("/trade-news/words/{uuid:ref}/hide", response=WordsOut, operation_id="workforce_hide_words")
def hide_words(request: Request, ref: UUID, body: ReportIn) -> dict[str, Any]:
    actions.hide_words(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _said(request, ref)


@router.post("/trade-news/words/{uuid:ref}/show", response=WordsOut, operation_id="workforce_show_words")
def show_words(request: Request, ref: UUID) -> dict[str, Any]:
    actions.show_words(ref, by=request.actor, at=request.at)
    return _said(request, ref)


@router.post("/trade-news/words/{uuid:ref}/leave", response=WordsOut, operation_id="workforce_leave_standing")
def leave_standing(request: Request, ref: UUID) -> dict[str, Any]:
    """Settle the reports of it without hiding it."""
    actions.leave_standing(ref, by=request.actor, at=request.at)
    return _said(request, ref)


def _one(request: Request, ref: UUID) -> dict[str, Any]:
    return _news(queries.news(ref, by=request.actor, on=timezone.localdate(request.at)))


def _said(request: Request, ref: UUID) -> dict[str, Any]:
    return _words(queries.contribution(ref, by=request.actor, on=timezone.localdate(request.at)))


def _news(card: NewsCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "region": card.region, "trades": list(card.trade_keys), "levels": list(card.levels),
        "title": card.title, "body": card.body, "from_on": card.from_, "last_day": card.until - timedelta(days=1),
        "pinned": card.pinned, "state": card.state, "withdrawn_for": card.withdrawn_for,
        "published_at": card.published_at, "addressed": card.addressed, "read": card.read,
        "moves": [move.name for move in card.moves],
    }


def _words(card: ContributionCard) -> dict[str, Any]:
    return {"ref": card.ref, "name": card.name, "words": card.words, "said_at": card.said_at, "mine": card.mine,
            "state": card.state, "reasons": card.reasons, "moves": [move.name for move in card.moves]}


def _question(card: ContributionCard) -> dict[str, Any]:
    return _words(card) | {"answers": [_words(one) for one in card.answers]}
