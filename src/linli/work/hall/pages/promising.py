"""Promises in place of papers on the pages: as they were signed, how their check stands, and what can be done."""
from datetime import date
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext

from linli.kernel.doors import speak
from linli.work.hall import forms
from linli.work.hall.pages import words
from linli.work.hall.queries import ApplicationFile, CheckCard, PromiseCard
from linli.work.hall.states import PROMISE, PROMISE_LABELS, PROMISE_TONES, PromiseState

TOLD = ("find_kept", "ask_mending", "answer_mending", "find_mended", "propose_revocation", "object_revocation")
"""The moves that take words."""
MOVES = (*TOLD, "confirm_revocation")
_MAIN = {"find_kept", "answer_mending", "find_mended"}


def sent(data: QueryDict, name: str) -> Form | None:
    """What was sent for one promise; None for a move without words."""
    return _form(name, material(data), data) if name in TOLD else None


def material(data: QueryDict) -> str:
    return data.get("material", "")[:40]


def cards(one: ApplicationFile, given: dict[str, Form]) -> list[dict[str, Any]]:
    """Each promise with the forms that are open to the reader; `given` are forms that were refused, by move."""
    return [_card(found, one, given) for found in one.promises]


def _card(found: PromiseCard, one: ApplicationFile, given: dict[str, Form]) -> dict[str, Any]:
    day = _day(found.due_on, provisional=found.provisional) if found.due_on else ""
    facts = [
        (gettext("To be checked by"), day if found.state is PromiseState.OWED else ""),
        (gettext("To be mended by"), day if found.state in (PromiseState.MENDING, PromiseState.PROPOSED) else ""),
        (gettext("What the check found"), found.finding), (gettext("What was mended"), found.answer),
        (gettext("Why it is to be revoked") if found.state is PromiseState.PROPOSED else gettext("Why it was revoked"),
         found.reasons),
        (gettext("Sent back by the second reader"), found.remark),
        (gettext("No promise is taken until"), words.day(found.barred_until.isoformat())
         if found.barred_until else ""),
    ]
    told = [name for name in TOLD if name in found.moves and name != "object_revocation"]
    refused = next((form for name, form in given.items()
                    if name in told and form.data.get("material") == found.material), None)
    back = given.get("object_revocation")
    return {
        "title": speak(found.title), "material": found.material, "signed": words.signed(found.signed),
        "label": speak(PROMISE_LABELS[found.state]) if found.state else "",
        "tone": PROMISE_TONES[found.state] if found.state else "plain",
        "late": words.days_late(found.days_late), "facts": [pair for pair in facts if pair[1]],
        "form": (refused or _form(told[0], found.material)) if told else None,
        "buttons": [(name.replace("_", "-"), speak(PROMISE.moves[name].label), name in _MAIN) for name in told],
        "reads": "confirm_revocation" in found.moves,
        "back": (back if back is not None and back.data.get("material") == found.material
                 else _form("object_revocation", found.material)) if "object_revocation" in found.moves else None,
        "attach": "answer_mending" in found.moves,
    }


def lines(found: list[CheckCard], *, on: date, desks: dict[str, str]) -> list[dict[str, Any]]:
    """What is owed of promises at these desks."""
    return [{
        "ref": one.ref, "number": one.number, "title": speak(one.matter), "paper": speak(one.paper),
        "desk": desks.get(one.desk, one.desk), "label": speak(PROMISE_LABELS[one.state]),
        "tone": PROMISE_TONES[one.state], "late": words.days_late(one.days_late),
        "due": _day(one.due_on, provisional=one.provisional) if one.state is not PromiseState.PROPOSED else "",
    } for one in found]


def _day(day: date, *, provisional: bool) -> str:
    """A day, and that it is counted provisionally where the holidays of its year are not published yet."""
    said = words.day(day.isoformat())
    return gettext("{day} (provisional)").format(day=said) if provisional else said


def _form(name: str, material: str, data: QueryDict | None = None) -> Form:
    label = {
        "find_kept": gettext("What the check found, and the evidence"),
        "ask_mending": gettext("What the check found, and the evidence"),
        "answer_mending": gettext("What you mended"),
        "find_mended": gettext("What was found, and the evidence"),
        "propose_revocation": gettext("What was found, and the evidence"),
        "object_revocation": gettext("Why it goes back to the check"),
    }[name]
    return forms.Words(data, label=label, prefix=f"back-{material}" if name == "object_revocation"
                       else f"promise-{material}")
