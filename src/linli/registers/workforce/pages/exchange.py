"""Trade news: for everybody, for those it is addressed to, and for the office that publishes it."""
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import actions, forms, queries, rules, states
from linli.registers.workforce.pages.office import PAGE, paged
from linli.registers.workforce.queries import ContributionCard, NewsCard

CODE = 12


def _row(card: NewsCard, request: Request) -> dict[str, Any]:
    to = [card.region_name, *(speak(name) for name in card.trades), *(speak(rules.LEVELS[one]) for one in card.levels)]
    holds = card.holds(timezone.localdate(request.at))
    withdrawn = card.state == states.News.WITHDRAWN
    return {
        "ref": card.ref, "title": card.title, "body": card.body, "to": " · ".join(to), "from": card.from_,
        "last": card.until - timedelta(days=1), "pinned": card.pinned, "published_at": card.published_at,
        "read": card.read, "addressed": card.addressed, "withdrawn": withdrawn, "withdrawn_for": card.withdrawn_for,
        "holds": holds, "over": not holds and not withdrawn, "readers": card.readers, "questions": card.questions,
        "reports": card.reports, "moves": {move.name for move in card.moves},
        "word": gettext("in force") if holds else speak(states.NEWS_LABELS[card.state]) if withdrawn
        else gettext("not in force"), "tone": "ok" if holds else "plain",
    }


def _mine(request: Request) -> bool:
    """Whether who asks is somebody of the profession, as themself."""
    person = request.actor.person
    return person is not None and states.PRACTISE in request.actor.held(f"person:{person}")


@require_GET
def listed(request: Request) -> HttpResponse:
    """What is addressed to who asks, unread first; `?all=1`, and for everybody else: all that is in force."""
    on, (number, start) = timezone.localdate(request.at), paged(request)
    own = queries.news_for(by=request.actor, on=on) if _mine(request) else []
    everything = request.GET.get("all") == "1" or not own
    trade = request.GET.get("trade", "")
    cards, total = (queries.public_news(trade=trade, on=on, start=start, most=PAGE) if everything
                    else (own[start:start + PAGE], len(own)))
    read = {card.ref for card in own if card.read}
    mine = {card.ref for card in own}
    return render(request, "workforce/news.html", {
        "rows": [_row(card, request) | {"read": card.ref in read, "addressed": card.ref in mine} for card in cards],
        "page": Paginator(range(total), PAGE).get_page(number), "everything": everything, "mine": bool(own),
        "unread": sum(not card.read for card in own), "trade": trade,
        "trades": [(key, speak(name)) for key, name in staff.trades(on).items()],
    })


@require_GET
def feed(request: Request) -> HttpResponse:
    """What is in force, as a feed (Atom) for readers and other systems; of a region or trade where asked."""
    on = timezone.localdate(request.at)
    region = request.GET.get("region", "")
    cards, _ = queries.public_news(region=region if len(region) == CODE and region.isdecimal() else "",
                                   trade=request.GET.get("trade", ""), on=on, most=100)
    made = Atom1Feed(gettext("Trade news"), request.build_absolute_uri(reverse("workforce:news_list")), "",
                     language=get_language(), feed_url=request.build_absolute_uri())
    for card in cards:
        made.add_item(card.title, request.build_absolute_uri(reverse("workforce:news", args=[card.ref])), card.body,
                      unique_id=f"urn:uuid:{card.ref}", pubdate=card.published_at, updateddate=card.published_at,
                      categories=[speak(name) for name in card.trades])
    return HttpResponse(made.writeString("utf-8"), content_type=made.content_type)


@require_GET
def news(request: Request, ref: UUID) -> HttpResponse:
    return _one(request, ref)


@require_POST
def mark_read(request: Request, ref: UUID) -> HttpResponse:
    actions.mark_read(ref, by=request.actor, at=request.at)
    return redirect("workforce:news_list")


@require_POST
def ask(request: Request, ref: UUID) -> HttpResponse:
    return _written(request, ref, actions.ask, ref)


@require_POST
def answer(request: Request, ref: UUID) -> HttpResponse:
    return _written(request, queries.page_of(ref), actions.answer, ref)


@require_POST
def take_words_back(request: Request, ref: UUID) -> HttpResponse:
    actions.take_words_back(ref, by=request.actor, at=request.at)
    return redirect("workforce:news", queries.page_of(ref))


@require_POST
def report_words(request: Request, ref: UUID) -> HttpResponse:
    page, form = queries.page_of(ref), forms.Report(request.POST, prefix=f"report-{ref}")
    if form.is_valid():
        try:
            actions.report_words(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            return _one(request, page, why=say(why), status=422)
        return redirect("workforce:news", page)
    return _one(request, page, {f"report-{ref}": form}, status=422)


def _written(request: Request, page: UUID, act: Any, about: UUID) -> HttpResponse:
    form = forms.Words(request.POST, prefix=str(about), called=_called(about == page))
    if form.is_valid():
        try:
            act(about, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:news", page)
    return _one(request, page, {str(about): form}, status=422)


def _called(question: bool) -> str:
    return gettext("Your question") if question else gettext("Your answer")


def _one(request: Request, ref: UUID, sent: dict[str, Any] | None = None, why: str = "",
         status: int = 200) -> HttpResponse:
    """The notice; whom it is addressed to also reads what was asked under it."""
    on, own = timezone.localdate(request.at), sent or {}
    card, talk = queries.news_with_talk(ref, by=request.actor, on=on)
    if own and not card.addressed:
        raise NotAllowed(N_("This notice is addressed to others; only they ask and answer under it."))
    row = _row(card, request)
    return render(request, "workforce/news_item.html", {
        "card": row, "why": why, "talk": [_contribution(one, own) for one in talk if card.addressed],
        "form": own.get(str(ref)) or forms.Words(prefix=str(ref), called=_called(True)),
        "may_ask": card.addressed and row["holds"], "may_read": _mine(request) and not card.read,
    }, status=status)


def _contribution(card: ContributionCard, sent: dict[str, Any]) -> dict[str, Any]:
    report, reply = f"report-{card.ref}", str(card.ref)
    return {
        "ref": card.ref, "name": card.name, "words": card.words, "at": card.said_at, "mine": card.mine,
        "shown": card.state == states.Contribution.SHOWN, "word": speak(states.CONTRIBUTION_LABELS[card.state]),
        "reasons": card.reasons, "reports": card.reports, "moves": {move.name for move in card.moves},
        "answers": [_contribution(one, sent) for one in card.answers],
        "reply": sent.get(reply) or forms.Words(prefix=reply, called=_called(False)), "replying": reply in sent,
        "report": sent.get(report) or forms.Report(prefix=report), "reporting": report in sent,
        "hide": sent.get(f"hide-{card.ref}") or forms.Reasons(prefix=f"hide-{card.ref}"),
        "hiding": f"hide-{card.ref}" in sent,
    }


# The office


@require_GET
def overseen(request: Request) -> HttpResponse:
    number, start = paged(request)
    cards, total = queries.overseen_news(by=request.actor, on=timezone.localdate(request.at), start=start, most=PAGE)
    return render(request, "workforce/overseen_news.html", {
        "rows": [_row(card, request) for card in cards], "page": Paginator(range(total), PAGE).get_page(number),
        "may": states.PUBLISH in request.actor.permissions,
    })


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request) -> HttpResponse:
    if states.PUBLISH not in request.actor.permissions:
        raise NotAllowed(N_("This page is for the office that publishes trade news."))
    on = timezone.localdate(request.at)
    codes = request.actor.scopes(states.PUBLISH, "region")
    regions = [one for code in codes for one in places.region_choices(code.ljust(CODE, "0"), itself=True)]
    form = forms.News(request.POST or None, regions=regions, initial={"from_on": on},
                      trades=[(key, speak(name)) for key, name in staff.trades(on).items()])
    if form.is_valid():
        try:
            ref = actions.publish(**form.cleaned_data, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect("workforce:overseen_item", ref)
    return render(request, "workforce/publish.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def overseen_item(request: Request, ref: UUID) -> HttpResponse:
    return _overseen(request, ref)


def _overseen(request: Request, ref: UUID, sent: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    own = sent or {}
    card, talk = queries.news_with_talk(ref, by=request.actor, on=timezone.localdate(request.at))
    if not request.actor.held(f"region:{card.region}") & {states.PUBLISH, states.SEE}:
        raise NotAllowed(N_("Another office published this notice."))
    return render(request, "workforce/overseen_item.html", {
        "card": _row(card, request), "talk": [_contribution(one, own) for one in talk],
        "withdrawal": own.get("withdraw") or forms.Withdrawal(prefix="withdraw"), "withdrawing": "withdraw" in own,
    }, status=status)


@require_POST
def pin(request: Request, ref: UUID) -> HttpResponse:
    actions.pin(ref, by=request.actor, at=request.at)
    return redirect("workforce:overseen_item", ref)


@require_POST
def unpin(request: Request, ref: UUID) -> HttpResponse:
    actions.unpin(ref, by=request.actor, at=request.at)
    return redirect("workforce:overseen_item", ref)


@require_POST
def withdraw_news(request: Request, ref: UUID) -> HttpResponse:
    form = forms.Withdrawal(request.POST, prefix="withdraw")
    if form.is_valid():
        try:
            actions.withdraw_news(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect("workforce:overseen_item", ref)
    return _overseen(request, ref, {"withdraw": form}, status=422)


@require_POST
def hide_words(request: Request, ref: UUID) -> HttpResponse:
    page, form = queries.page_of(ref), forms.Reasons(request.POST, prefix=f"hide-{ref}")
    if form.is_valid():
        actions.hide_words(ref, **form.cleaned_data, by=request.actor, at=request.at)
        return redirect("workforce:overseen_item", page)
    return _overseen(request, page, {f"hide-{ref}": form}, status=422)


@require_POST
def show_words(request: Request, ref: UUID) -> HttpResponse:
    actions.show_words(ref, by=request.actor, at=request.at)
    return redirect("workforce:overseen_item", queries.page_of(ref))


@require_POST
def leave_standing(request: Request, ref: UUID) -> HttpResponse:
    actions.leave_standing(ref, by=request.actor, at=request.at)
    return redirect("workforce:overseen_item", queries.page_of(ref))
