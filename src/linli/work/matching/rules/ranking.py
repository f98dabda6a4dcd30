"""The order of what fits: weighted signals, each with a sentence; and why one stands behind another."""
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from linli.kernel.text import N_, Text
from linli.work.matching.rules.bars import bars
from linli.work.matching.rules.values import (
    NOMINAL,
    Candidate,
    Near,
    NeedFacts,
    Order,
    Ranked,
    Reason,
    Refused,
    Signal,
    Weights,
    near,
)

BESIDE = 50
"""Metres below which no figure is said: regions' middles and typed points are no nearer than that."""


def judge(need: NeedFacts, candidate: Candidate, weights: Weights) -> Refused | Ranked:
    """Every hard condition that it fails, or else what it is worth and why."""
    barred = tuple(bars(need, candidate))
    return Refused(candidate, barred) if barred else _ranked(need, candidate, weights)


def worth(c: Candidate, need: NeedFacts, weights: Weights) -> dict[Signal, float]:
    """What each signal is worth, 0 to 1: one at nothing, a half at the rulebook's half, towards zero beyond."""
    assert c.slot is not None  # who has none was refused
    known = 0.0 if need.mode == "remote" else c.metres
    metres = NOMINAL[near(c.region, need.region)] if known is None else known
    first = max(need.at, min((w.from_ for w in need.windows), default=need.at))
    hours = max((c.slot.from_ - first) / timedelta(hours=1), 0.0)
    return {
        Signal.DISTANCE: _half(metres, weights.half_metres),
        Signal.SLOT: _half(hours, weights.half_hours),
        Signal.PRICE: _half(c.pays_fen, weights.half_fen) if c.pays_fen is not None else 0.0,
        Signal.RATING: min(max((c.shrunk - 1) / 4, 0.0), 1.0),
        Signal.CONTINUITY: c.served / (c.served + 1),
        Signal.FAIR_SHARE: _half(c.recent, weights.half_orders),
    }


def _half(figure: float, half: float) -> float:
    return half / (half + figure)


def _ranked(need: NeedFacts, c: Candidate, weights: Weights) -> Ranked:
    parts = worth(c, need, weights)
    score = sum(weights.share(signal) * part for signal, part in parts.items())
    return Ranked(c, score, tuple(_reasons(need, c)), parts)


def _reasons(need: NeedFacts, c: Candidate) -> Iterable[Reason]:
    assert c.slot is not None
    when = {"when": c.slot.from_}
    yield Reason(Signal.SLOT, N_("Free {when}, within the times you asked for") if need.windows else N_("Free {when}"),
                 c.slot.from_, when)
    yield _distance(need, c)
    yield _price(c)
    if c.rated:
        yield Reason(Signal.RATING, N_("{score} of 5 from {count} rated orders"), round(c.mean or 0, 2),
                     {"score": f"{c.mean or 0:.1f}", "count": c.rated})
    else:
        yield Reason(Signal.RATING, N_("No rated orders yet; it counts as average"), None)
    if c.served:
        text = N_("Has served you {count} times") if c.served > 1 else N_("Has served you before")
        yield Reason(Signal.CONTINUITY, text, c.served, {"count": c.served})
    yield Reason(Signal.FAIR_SHARE, N_("Its provider had {count} orders in the last weeks; fewer count in its favour"),
                 c.recent, {"count": c.recent})


_SHARED: dict[Near, Text] = {
    Near.VILLAGE: N_("In the same village or neighbourhood as you; the exact distance is not known"),
    Near.TOWNSHIP: N_("In the same street or township as you; the exact distance is not known"),
    Near.COUNTY: N_("In the same district or county as you; the exact distance is not known"),
    Near.CITY: N_("In the same city as you; the exact distance is not known"),
    Near.AWAY: N_("How far it is from you is not known"),
}


def _distance(need: NeedFacts, c: Candidate) -> Reason:
    if need.mode == "remote":
        return Reason(Signal.DISTANCE, N_("By phone or video: distance does not matter"), None)
    if c.metres is None:
        shared = near(c.region, need.region)
        return Reason(Signal.DISTANCE, _SHARED[shared], None, {}, shared is not Near.AWAY)
    if c.metres < BESIDE:
        here = N_("In the middle of your village or neighbourhood") if c.village_point else N_("Right beside you")
        return Reason(Signal.DISTANCE, here, round(c.metres))
    text = N_("{distance} from the middle of your village or neighbourhood") if c.village_point \
        else N_("{distance} from you")
    return Reason(Signal.DISTANCE, text, round(c.metres), {"distance": c.metres})


def _price(c: Candidate) -> Reason:
    if c.pays_fen is None:
        return Reason(Signal.PRICE, N_("The price is agreed with the provider"), None, {}, False)
    if c.subsidy_fen > 0 and c.pays_fen == 0:
        return Reason(Signal.PRICE, N_("Free for you: public funds pay {subsidy}"), 0, {"subsidy": c.subsidy_fen})
    if c.subsidy_fen > 0:
        return Reason(Signal.PRICE, N_("{price} after a subsidy of {subsidy}"), c.pays_fen,
                      {"price": c.pays_fen, "subsidy": c.subsidy_fen})
    if c.pays_fen == 0:
        return Reason(Signal.PRICE, N_("Free of charge"), 0)
    return Reason(Signal.PRICE, N_("{price}, without a subsidy"), c.pays_fen, {"price": c.pays_fen})


def place(ranked: Iterable[Ranked], *, order: Order = Order.RANKED) -> list[Ranked]:
    """Best first. Equal ones keep one order for everybody: nearer, sooner, cheaper, then by ref."""
    return sorted(ranked, key=lambda one: (*_first(one, order), *_then(one)))


def _first(one: Ranked, order: Order) -> tuple[Any, ...]:
    c = one.candidate
    match order:
        case Order.DISTANCE:
            return (-one.worth[Signal.DISTANCE],)
        case Order.PRICE:
            return (c.pays_fen is None, c.pays_fen)
        case Order.SOONEST:
            return (_begin(c),)
    return (-round(one.score, 9),)


def _then(one: Ranked) -> tuple[Any, ...]:
    c = one.candidate
    return -one.worth[Signal.DISTANCE], _begin(c), c.pays_fen is None, c.pays_fen or 0, c.service.hex


def _begin(c: Candidate) -> datetime:
    assert c.slot is not None  # who has none was refused
    return c.slot.from_


_VISIBLE = 0.005  # of the whole score: what makes less difference is no reason for a place in the list


def compared(one: Ranked, first: Ranked, weights: Weights) -> tuple[Reason, ...]:
    """Its reasons, with what puts it behind the first turned round and set last."""
    behind = {
        signal for signal in Signal
        if weights.share(signal) * (first.worth[signal] - one.worth[signal]) > _VISIBLE
    }
    turned = tuple(_turned(one, first, signal) for signal in Signal if signal in behind)
    return (*(reason for reason in one.reasons if reason.code not in behind), *turned)


def _turned(one: Ranked, first: Ranked, signal: Signal) -> Reason:
    c, f = one.candidate, first.candidate
    mine = next((reason for reason in one.reasons if reason.code == signal), None)
    value, values = (mine.value, dict(mine.values)) if mine else (0, {})
    match signal:
        case Signal.SLOT:
            text = N_("Free {when}, later than the first")
        case Signal.DISTANCE if c.metres is not None:
            text = N_("{distance} from you, farther than the first")
        case Signal.PRICE if c.pays_fen is not None and f.pays_fen is not None:
            text, values = N_("Costs you {more} more than the first"), {"more": c.pays_fen - f.pays_fen}
        case Signal.RATING if c.rated:
            text = N_("{score} of 5 from {count} rated orders, below the first")
        case Signal.CONTINUITY:
            text, values = N_("Has not served you as often as the first"), {}
        case Signal.FAIR_SHARE:
            text = N_("Its provider had {count} orders in the last weeks, more than that of the first")
        case _:
            return replace(mine, good=False) if mine else Reason(signal, N_("Behind the first in this"), good=False)
    return Reason(signal, text, value, values, False)
