from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.ui import written
from linli.work.matching import queries
from linli.work.matching.queries import Match, Matches, Widened
from linli.work.matching.rules.values import Bar, Order, Reason, Signal
from linli.work.needs import queries as needs

ORDERS: dict[Order, Text] = {
    Order.RANKED: N_("recommended"), Order.DISTANCE: N_("nearest first"), Order.PRICE: N_("cheapest first"),
    Order.SOONEST: N_("soonest first"),
}
COUNTED: dict[str, Text] = {
    Bar.CATEGORY: N_("offer something related, not what you asked for"), Bar.MODE: N_("are not offered this way"),
    Bar.AREA: N_("do not serve your area"), Bar.AGE: N_("are for another age"),
    Bar.GROUP: N_("are only for certain groups"), Bar.FOR_GENDER: N_("are only for women or only for men"),
    Bar.CREDENTIAL: N_("have nobody whose papers are in order on that day"),
    Bar.LANGUAGE: N_("do not speak the language you asked for"),
    Bar.GENDER: N_("have nobody of the gender you asked for"),
    Bar.ACCESSIBILITY: N_("lack the accessibility you need"),
    Bar.NO_SLOT: N_("have no time within those you asked for"),
    Bar.CAPACITY: N_("have no place left"),
}
SIGNALS: dict[Signal, tuple[Text, Text]] = {
    Signal.DISTANCE: (N_("Distance"), N_("The nearer to you the better; {half} away counts half.")),
    Signal.SLOT: (N_("First free time"), N_("The sooner the better; {half} hours later counts half.")),
    Signal.PRICE: (N_("What you pay"), N_("The price after the subsidy you are entitled to; {half} counts half.")),
    Signal.RATING: (N_("Rating"), N_("What residents said after finished orders. With few ratings it is drawn towards"
                                     " the middle, so that one voice does not decide.")),
    Signal.CONTINUITY: (N_("Somebody you know"), N_("Whether this service has been to you before.")),
    Signal.FAIR_SHARE: (N_("A fair share of work"), N_("Providers with fewer orders lately come a little further up;"
                                                       " {half} orders count half.")),
}


@dataclass(frozen=True)
class Card:
    """One service as the page shows it."""

    name: str
    provider: str
    url: str
    book_url: str
    book_label: str
    line: str
    good: list[tuple[str, bool]]
    all: list[tuple[str, bool]]
    price: str
    full_price: str
    price_note: str
    who: str
    """Who could go, by the names that their passports show."""


@require_GET
def matches(request: Request, ref: UUID) -> HttpResponse:
    """Who fits a need, and why; who does not, and why not; what to do where nobody does."""
    order = _order(request.GET.get("order", ""))
    widened = _widened(request)
    found = queries.matches(ref, by=request.actor, at=request.at, order=order, widened=widened)
    cards = [_card(match, place, found, request) for place, match in enumerate(found.matches)]
    context = _need(found, request) | {
        "heading": _heading(found, request), "first": cards[0] if cards else None, "others": cards[1:],
        "more": found.fitting - len(cards), "ranked": order is Order.RANKED,
        "orders": [(speak(name), _link(request, order=key), key is order) for key, name in ORDERS.items()],
        "unfit": _unfit(found, request), "unfit_count": found.refused.total, "widened": _widened_words(found, widened),
        "as_asked": _link(request, mode="", times="", category=""), "widen": _wider(found, widened, request),
        "located": found.located, "region": found.facts.region_name, "remote": found.facts.mode == "remote",
    }
    return render(request, "matching/matches.html", context)


@require_GET
def how(request: Request) -> HttpResponse:
    """How the list is made, in plain words, with the weights as they are in force."""
    rule, weights = queries.weights_in_force(at=request.at)
    halves = {
        Signal.DISTANCE: written.distance(weights.half_metres), Signal.SLOT: f"{weights.half_hours:g}",
        Signal.PRICE: written.money(int(weights.half_fen), short=True), Signal.FAIR_SHARE: f"{weights.half_orders:g}",
    }
    signals = sorted(Signal, key=lambda signal: -weights.share(signal))
    context = {
        "signals": [(speak(SIGNALS[s][0]), f"{weights.share(s):.0%}", speak(SIGNALS[s][1], half=halves.get(s, "")))
                    for s in signals if weights.weight(s)],
        "conditions": [speak(text) for text in COUNTED.values()],
        "rule_text": speak(rule.text), "rule_url": reverse("rulebook:rule", args=[rule.id]), "since": rule.from_,
    }
    return render(request, "matching/how.html", context)


# The need


def _need(found: Matches, request: Request) -> dict[str, Any]:
    """What the need says of itself at the top of the page, and where it can be changed."""
    card = found.need
    tags = [(speak(card.category_name), "calm")]
    tags += [(speak(found.facts.mode_name), "plain")] if found.facts.mode_name else []
    if card.weeks > 1:
        tags.append((gettext("every week, {count} times").format(count=card.weeks), "plain"))
    if card.urgency != "normal":
        tags.append((speak(needs.URGENCY[card.urgency]), "late" if card.urgency == "urgent" else "wait"))
    tags += [(speak(needs.FLAGS[flag]), "late") for flag in card.flags]
    others = card.person != request.actor.person
    open_ = card.state == "open"
    return {
        "text": card.text, "tags": tags, "for_whom": card.person_name if others else "",
        "why": [(speak(reason.text, phrase=reason.phrase), True) for reason in card.why],
        "change_url": reverse("needs:change" if open_ else "needs:need", args=[card.ref]),
        "need_url": reverse("needs:need", args=[card.ref]), "state": "" if open_ else speak(card.label),
        "offers": _offers(found, request),
        "numbers": [(number, speak(name)) for number, name in needs.emergency(card.flags, card.why)],
        "danger_title": gettext("If somebody is in danger now, call at once"),
        "danger_text": gettext("The list below is for afterwards. Do not wait for an answer here."),
    }


def _offers(found: Matches, request: Request) -> list[dict[str, str]]:
    """Providers that offered themselves, as cards; what is no longer free is left out."""
    if not found.need.standing:
        return []
    made = needs.offers(found.need.ref, by=request.actor)
    services, slots = directory.services({o.service for o in made}), directory.slots_by_ref({o.slot for o in made})
    cards = []
    for offer in made:
        service, slot = services.get(offer.service), slots.get(offer.slot)
        if service is None or slot is None or not service.open or not slot.bookable(request.at):
            continue
        when = queries.soon(slot.from_, at=request.at)
        away = service.metres_from(found.need.point)
        asked = {"need": found.need.ref, "service": service.ref, "slot": slot.ref}
        cards.append({
            "provider": service.provider_name, "name": service.name, "note": speak(offer.note),
            "line": " · ".join(filter(None, (when, "" if away is None else written.distance(away)))),
            "price": written.money(service.price_for(age=found.facts.age), short=True),
            "url": reverse("directory:service", args=[service.ref]),
            "choose_url": f"{reverse('orders:book')}?{urlencode(asked)}",
            "choose_label": gettext("Choose, {when}").format(when=when),
        })
    return cards


def _heading(found: Matches, request: Request) -> str:
    """4 can come, the first tomorrow morning."""
    if found.soonest is None:
        return gettext("Nobody fits yet")
    count, when = found.providers, queries.soon_part(found.soonest, at=request.at)
    match found.facts.mode:
        case "home":
            text = ngettext("{count} provider can come, the earliest {when}",
                            "{count} providers can come, the earliest {when}", count)
        case "on_site":
            text = ngettext("{count} provider can receive you, the earliest {when}",
                            "{count} providers can receive you, the earliest {when}", count)
        case "remote":
            text = ngettext("{count} provider can help by phone or online, the earliest {when}",
                            "{count} providers can help by phone or online, the earliest {when}", count)
        case _:
            text = ngettext("{count} provider can help, the earliest {when}",
                            "{count} providers can help, the earliest {when}", count)
    return text.format(count=count, when=when)


# Those that fit


def _card(match: Match, place: int, found: Matches, request: Request) -> Card:
    service = match.service
    spoken = [(queries.sentence(reason, at=request.at), reason.good) for reason in match.reasons
              if reason.code != Signal.FAIR_SHARE]
    when = queries.soon(match.slot.from_, at=request.at)
    away = "" if match.metres is None else written.distance(match.metres)
    parts = [gettext("from {when}").format(when=when), away, written.stars(match.mean, match.rated)]
    subsidised = match.pays_fen is not None and match.pays_fen < service.price_fen
    note = gettext("after subsidy") if match.pays_fen else gettext("publicly funded")
    asked = {"need": str(found.need.ref)}
    return Card(
        service.name, service.provider_name, f"{reverse('directory:service', args=[service.ref])}?{urlencode(asked)}",
        f"{reverse('orders:book')}?{urlencode(asked | {'service': service.ref, 'slot': match.slot.ref})}",
        gettext("Book {when}").format(when=when), " · ".join(filter(None, parts)), spoken,
        [(queries.sentence(reason, at=request.at), reason.good) for reason in match.behind],
        written.money(match.pays_fen, short=True), written.money(service.price_fen, short=True) if subsidised else "",
        note if subsidised else "", gettext(", ").join(match.who),
    )


# Those that do not


def _unfit(found: Matches, request: Request) -> dict[str, Any]:
    counts = [(ngettext("{count} service", "{count} services", count).format(count=count), speak(COUNTED[code]),
               _rule(code, found)) for code, count in found.refused.counts.items()]
    examples = [(one.service.name, one.service.provider_name, [
        (queries.sentence(reason, at=request.at), False, _rule_url(reason)) for reason in one.reasons
    ]) for one in found.refused.examples]
    return {"counts": counts, "examples": examples}


def _rule(code: str, found: Matches) -> str:
    """Where the rule behind this condition stands, if it is one of the rulebook's."""
    reasons = (reason for one in found.refused.examples for reason in one.reasons if reason.code == code)
    return next(filter(None, map(_rule_url, reasons)), "")


def _rule_url(reason: Reason) -> str:
    return reverse("rulebook:rule", args=[reason.rule]) if reason.rule else ""


# Looking further


def _wider(found: Matches, widened: Widened, request: Request) -> list[tuple[str, str]]:
    """Links that look past one thing that was asked, with how many more that brings."""
    alone, links = found.refused.alone, []
    if found.facts.windows and (more := alone.get(Bar.NO_SLOT, 0) + alone.get(Bar.CAPACITY, 0)):
        text = ngettext("At other times: {count} more may fit", "At other times: {count} more may fit", more)
        links.append((text.format(count=more), _link(request, times="any")))
    if found.facts.mode and (more := alone.get(Bar.MODE, 0)):
        text = ngettext("In another way: {count} more fits", "In another way: {count} more fit", more)
        links.append((text.format(count=more), _link(request, mode="any")))
    for key, more in sorted(found.refused.neighbours.items(), key=lambda item: (-item[1], item[0]))[:3]:
        text = ngettext("Related, {category}: {count} fits", "Related, {category}: {count} fit", more)
        name = speak(directory.category(key).name)
        links.append((text.format(category=name, count=more), _link(request, category=key)))
    return links


def _widened_words(found: Matches, widened: Widened) -> str:
    """What is looked past at the moment; empty for nothing."""
    parts = [gettext("at any time") if widened.any_time else "", gettext("in any way") if widened.any_mode else "",
             speak(found.facts.category_name) if widened.category else ""]
    return gettext(", ").join(filter(None, parts))


def _widened(request: Request) -> Widened:
    category = request.GET.get("category", "")
    known = category in {one.key for one in directory.categories()}
    return Widened(request.GET.get("mode") == "any", request.GET.get("times") == "any", category if known else "")


def _order(text: str) -> Order:
    return Order(text) if text in list(Order) else Order.RANKED


def _link(request: Request, **changes: str) -> str:
    """This page with other parameters; an empty one is left out."""
    kept = {key: request.GET[key] for key in ("order", "mode", "times", "category") if key in request.GET} | changes
    asked = {key: str(value) for key, value in kept.items() if value and value != Order.RANKED}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
