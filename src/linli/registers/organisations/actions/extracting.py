"""Extracts of the register: signed, with a number that anybody can check; taken back when they are corrected."""
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils import timezone, translation

from linli.engines.documents import actions as documents
from linli.engines.documents import queries as issued
from linli.engines.documents.registry import EXTRACT
from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.organisations import queries
from linli.registers.organisations.models import Filing
from linli.registers.organisations.rules import extracting
from linli.registers.places import queries as places

_NOTE = ("本摘录依据上述日期的社会组织登记簿制作。登记内容日后被更正的，本摘录随即失效，并通知领取人；"
         "效力以查验页面显示的为准。")


@action
def take_extract(ref: UUID, *, by: Actor, at: datetime) -> str:
    """Issue an extract of what the register says of an organisation now; its number.

    Who takes it is its holder, and is told if what it says is corrected. As long as nothing was filed since, the same
    person gets the same one again. Refuses: NotAllowed (nobody signed in), NotFound (absent or hidden, or nothing was
    ever filed of it).
    """
    if by.person is None:
        raise NotAllowed(N_("Sign in to take a signed extract: you are told if what it says is corrected."))
    today = timezone.localdate(at)
    found = queries.as_of(ref, on=today, known_at=at, by=by)
    if not found.exists:
        raise NotFound(N_("The register holds nothing of this organisation that could be extracted."))
    holder, last = f"person:{by.person}", max(step.filing.filed_at for step in found.steps)
    for card in _standing(ref):
        if card.holder == holder and card.issued_at > last and timezone.localdate(card.issued_at) == today:
            return card.shown_number
    with translation.override("zh-hans"):
        told = extracting.rows(found.folded, found.former_names, on=today, say=speak,
                               regions=places.called([found.folded.text("region")]))
    return documents.issue(
        EXTRACT, {"subject": f"{found.name}（{found.uscc}）", "as_of": today, "rows": told, "note": [_NOTE]}, about=ref,
        holder=holder, valid_from=today, by=by, at=at).number


@action
def withdraw_extracts(entries: Sequence[EntryCard], *, by: Actor) -> int:
    """Take back the extracts that were issued while the register said what has been corrected; how many.

    Whoever took one is told. The entries are corrections (`events.FilingCorrected`).
    """
    count = 0
    for entry in entries:
        said = Filing.objects.filter(ref=entry.payload["corrects"]).values_list("filed_at", flat=True).first()
        for card in _standing(UUID(entry.payload["organisation"])):
            if said and said <= card.issued_at <= entry.at:
                with suppress(Conflict), attempt():  # taken back in this very moment by somebody else
                    documents.revoke(card.ref, reason=documents.Reason.CORRECTED, by=by, at=entry.at)
                    count += 1
    return count


def _standing(ref: UUID) -> list[issued.DocumentCard]:
    return [card for card in issued.about([ref]) if card.template == EXTRACT.key and card.state == "valid"]
