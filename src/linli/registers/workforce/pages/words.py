"""Cards as templates show them."""
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from linli.kernel.doors import speak
from linli.registers.workforce import rules, states
from linli.registers.workforce.queries import LearningCard, RegistrationCard, TermCard
from linli.ui import written

TONES = {"applied": "wait", "registered": "ok", "refused": "late", "revoked": "late", "withdrawn": "plain",
         "reported": "wait", "confirmed": "ok"}


def hours(minutes: int) -> str:
    """90, or 1.5: hours without what is nothing."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def registration_row(card: RegistrationCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "level": speak(card.level_name), "kind": speak(rules.KINDS[card.kind]), "state": card.state,
        "word": speak(states.REGISTRATION_LABELS[card.state]), "tone": TONES[card.state], "from": card.term and
        card.term.from_, "last": card.term and card.term.last_day, "applied_at": card.applied_at,
        "certified_on": card.certified_on, "moves": {move.name for move in card.moves},
    }


def term_row(card: TermCard) -> dict[str, Any]:
    account = card.account
    return {
        "level": speak(card.level_name), "from": card.term.from_, "last": card.term.last_day, "current": card.current,
        "needed": hours(account.needed), "counted": hours(account.counted), "waiting": hours(account.waiting),
        "missing": hours(account.missing), "done": account.done, "share": min(account.counted, account.needed),
        "whole": account.needed,
        "label": gettext("{counted} of {needed} hours").format(counted=hours(account.counted),
                                                               needed=hours(account.needed)),
    }


def learnt_rows(cards: Iterable[LearningCard]) -> list[dict[str, Any]]:
    rows = []
    for card in cards:
        subject, _, organiser = card.subject.partition("\n")
        rows.append({
            "ref": card.ref, "study": speak(rules.STUDIES[card.study]), "subject": subject, "organiser": organiser,
            "days": written.span(card.first_on, card.last_on), "hours": hours(card.minutes), "reasons": card.reasons,
            "word": speak(card.label), "tone": TONES.get(card.state, "plain"), "state": card.state,
            "moves": {move.name for move in card.moves},
        })
    return rows
