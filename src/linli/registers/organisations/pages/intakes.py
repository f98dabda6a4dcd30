"""The office's view of files that were brought in: how good they were, and what is to be corrected."""
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.kernel import sheets
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import RuleBroken
from linli.registers.organisations import actions, queries
from linli.registers.organisations.queries import DoubtCard, IntakeCard
from linli.registers.organisations.rules.cells import COLUMNS, PERHAPS, ROW, WHY
from linli.registers.organisations.rules.checking import PROPERTIES, Property
from linli.ui import written

PAGE, MOST = 30, 5000


@require_GET
def intakes(request: Request) -> HttpResponse:
    """Each file with its figures and its quality."""
    found = queries.intakes(by=request.actor)
    waiting = queries.open_doubts(request.actor).count()
    return render(request, "organisations/intakes.html", {
        "cards": [_intake(card) for card in found],
        "waiting": ngettext("{count} row is to be corrected", "{count} rows are to be corrected", waiting).format(
            count=waiting) if waiting else "",
        "header": [gettext("Property"), gettext("What is counted"), (gettext("Good"), "num"),
                   (gettext("Of all"), "num"), (gettext("Share"), "num")],
    })


@require_GET
def doubts(request: Request) -> HttpResponse:
    """The work list: rows that were put aside or are doubtful, why, and what may be meant."""
    return _doubts(request)


@require_POST
def settle(request: Request, ref: UUID) -> HttpResponse:
    """Take a row off the list by hand."""
    try:
        actions.settle(ref, how=request.POST.get("how", ""), by=request.actor, at=request.at)
    except RuleBroken:
        return _doubts(request, wrong=ref, status=422)
    return redirect("organisations:doubts")


@require_GET
def corrections(request: Request) -> HttpResponse:
    """The open rows as a sheet, as they stood and with their reasons: to be put right and brought in again."""
    found = queries.doubts(by=request.actor, most=MOST)
    answer = HttpResponse(sheets.written(_sheet(found.items)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="corrections.csv"'
    return answer


def _doubts(request: Request, *, wrong: UUID | None = None, status: int = 200) -> HttpResponse:
    kind = request.GET.get("kind", "")
    aside = {"aside": True, "doubtful": False}.get(kind)
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**5 else 1
    found = queries.doubts(by=request.actor, aside=aside, start=(number - 1) * PAGE, most=PAGE)
    paginator = Paginator(range(found.count), PAGE)
    return render(request, "organisations/doubts.html", {
        "rows": [{"card": card, "name": card.name or gettext("Without a name"),
                  "from": gettext("{source}, row {row}").format(source=card.source, row=card.row),
                  "label": gettext("put aside") if card.aside else gettext("came in, doubtful"),
                  "tone": "late" if card.aside else "wait", "findings": [_finding(one) for one in card.findings],
                  "error": gettext("Say how it was settled.") if card.ref == wrong else ""} for card in found.items],
        "page": Page(range(0), min(number, paginator.num_pages), paginator), "kind": kind,
        "kinds": [("aside", gettext("put aside")), ("doubtful", gettext("came in, doubtful"))],
    }, status=status)


def _finding(one: Any) -> dict[str, str]:
    return {"column": COLUMNS[one.column][0] if one.column in COLUMNS else one.column,
            "why": speak(one.message, **one.values), "perhaps": one.perhaps}


def _intake(card: IntakeCard) -> dict[str, Any]:
    count = card.counts
    return {
        "card": card, "day": written.day(card.on, weekday=False), "brought": written.moment(card.at),
        "tiles": [(gettext("Rows"), f"{card.rows:,}"), (gettext("New"), f"{count['new']:,}"),
                  (gettext("Changed"), f"{count['changed']:,}"), (gettext("As they were"), f"{count['same']:,}"),
                  (gettext("Put aside"), f"{count['aside']:,}"), (gettext("Repaired codes"), f"{count['repaired']:,}")],
        "quality": [[speak(PROPERTIES[of][0]), speak(PROPERTIES[of][1]), f"{good:,}", f"{all_:,}", _share(good, all_)]
                    for of, (good, all_) in ((of, card.quality.get(of, (0, 0))) for of in Property)],
        "ignored": "、".join(card.ignored),
    }


def _share(good: int, all_: int) -> str:
    return f"{good / all_:.1%}" if all_ else "—"


def _sheet(rows: list[DoubtCard]) -> Iterator[list[str]]:
    """One sheet of rows that may come from several files: every column that one of them has."""
    heads = list(dict.fromkeys(name for card in rows for name in card.header if name not in {ROW, WHY, PERHAPS}))
    yield [ROW, WHY, PERHAPS, *heads]
    for card in rows:
        cells = dict(zip(card.header, card.cells, strict=False))
        yield [str(card.row), " ".join(speak(one.message, **one.values) for one in card.findings),
               " ".join(one.perhaps for one in card.findings if one.perhaps), *(cells.get(name, "") for name in heads)]
