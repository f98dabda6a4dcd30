"""A receipt in plain words: what is proved by it, what is not, and how to check it without us."""
import json
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.ui import written
from linli.watchers.openlog import queries
from linli.watchers.openlog.pages import said
from linli.watchers.openlog.queries import LeafCard, ReceiptCard, StateCard
from linli.watchers.openlog.rules import notes, verdicts, words
from linli.watchers.openlog.rules.leaves import Opening

_ABOUT = 20  # leaves listed on one page


@require_safe
def receipt(request: Request, ref: UUID | int) -> HttpResponse:
    """The newest leaf about a thing, or the one at `?index=`; a `ref` that is a number is an index itself."""
    try:
        others, state, card = _found(ref, _index(request))
    except NotFound as why:
        return render(request, "openlog/nothing.html", {"why": speak(why.message, **why.values)}, status=404)
    leaf = card.leaf
    sealed = verdicts.sealed(json.loads(leaf.payload)) if leaf.payload else []
    opened = _openings(request, leaf) if sealed else []
    names = said.Names([leaf, *others], regions=True)
    keys = [*(one.verifier for one in state.keys), *(one.verifier for one in state.witnesses)]
    verdict = verdicts.examine(card.text, keys=[*map(notes.read_key, keys)], openings=opened)
    return render(request, "openlog/receipt.html", {
        "line": names.line(leaf), "facts": _facts(leaf) + said.about(leaf, names),
        "verdict": said.VERDICTS[verdict.state], "verdict_words": speak(words.WORDS[verdict.state]),
        "findings": [(queries.said(one), said.TONES[one.mark], speak(words.WORDS[one.mark]))
                     for one in verdict.findings],
        "proved": [queries.said(one) for one in verdict.proved],
        "not_proved": [queries.said(one) for one in verdict.not_proved],
        "others": said.rows(others, names) if len(others) > 1 else [],
        "withheld": speak(leaf.withheld) if leaf.withheld else "", "digest": json.loads(leaf.entry)["hash"],
        "check_url": _check(ref, leaf), "check_address": request.build_absolute_uri(_check(ref, leaf)),
        "file_url": f"{_plain(ref)}?index={leaf.index}", "file_name": f"linli-{leaf.series}-{leaf.number}.tlog-proof",
        "openings": [(queries.field_name(one.field), names.value(one.field, one.value).text) for one in opened],
        "openings_url": f"{reverse('openlog:openings', args=[leaf.index])}", "sealed": bool(sealed) and not opened,
    })


@require_safe
def openings(request: Request, index: int) -> HttpResponse:
    """The holder's file: the receipt and what opens its commitments, so that one file can be checked alone.

    Refuses: NotFound (nobody whom the record names).
    """
    card = queries.receipt(index)
    told = [one.told() for one in queries.openings(index, by=request.actor)]
    body = json.dumps({"openings": told, "receipt": card.text}, ensure_ascii=False, indent=1)
    answer = HttpResponse(body + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="linli-{card.leaf.series}-{card.leaf.number}-openings.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _found(ref: UUID | int, index: int | None) -> tuple[list[LeafCard], StateCard, ReceiptCard]:
    """The leaves about a thing (none where `ref` is an index), how the log stands, and the receipt of the chosen leaf.

    Refuses: NotFound.
    """
    others = [] if isinstance(ref, int) else queries.about(ref, limit=_ABOUT)
    chosen = next((one for one in others if index in (None, one.index)), None)
    if chosen is None:
        chosen = queries.leaf(ref) if isinstance(ref, int) else queries.receipt(ref, index=index).leaf  # one of many
    state = queries.state(covering=chosen.index)
    if state.head is None:
        raise NotFound(N_("This is signed within a minute. Look again then."))
    return others, state, queries.proved(chosen, state.head)


def _openings(request: Request, leaf: LeafCard) -> list[Opening]:
    if request.actor == ANONYMOUS:
        return []
    try:
        return queries.openings(leaf, by=request.actor)
    except NotFound:
        return []


def _facts(leaf: LeafCard) -> list[tuple[str, ...]]:
    return [
        (gettext("When, by the record"), written.moment(leaf.at)),
        (gettext("Series and number"), f"{queries.series_name(leaf.series)} {leaf.number}"),
        (gettext("Place in the log"), str(leaf.index)),
    ]


def _plain(ref: UUID | int) -> str:
    return reverse("openlog:receipt_at" if isinstance(ref, int) else "openlog:receipt", args=[ref])


def _check(ref: UUID | int, leaf: LeafCard) -> str:
    """The page that checks in the browser; which receipt stands behind the #, so that no server is told."""
    return f"{reverse('openlog:verify')}#{ref}" + ("" if isinstance(ref, int) else f"/{leaf.index}")


def _index(request: Request) -> int | None:
    asked = request.GET.get("index", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
