"""Penalties and entries in credit lists as the one box finds them: by what an organisation's public page shows of them,
each filing that told of one by itself."""
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import override

from linli.engines.search.registry import Document
from linli.kernel.doors import speak
from linli.registers.organisations.models import Filing, Organisation
from linli.registers.organisations.queries.ledger import ledgers
from linli.registers.organisations.rules.filing import LABELS, FilingKind
from linli.registers.organisations.rules.items import LISTS
from linli.registers.organisations.rules.penalties import ALWAYS, PENALISING, PERHAPS, SHOWN, Penalty, penalties
from linli.registers.organisations.states import PUBLIC


def penalising(organisations: Collection[UUID]) -> list[UUID]:
    """The filings that told of penalties and list entries of these organisations, whether or not it still stands; one
    query."""
    named = Q(*(("said__contains", f'"{item}"') for item in PENALISING), _connector=Q.OR)
    rows = Filing.objects.filter(organisation__ref__in=set(organisations)).annotate(said=Cast("changes", TextField()))
    return list(rows.filter(Q(kind__in=ALWAYS) | Q(kind__in=PERHAPS) & named).order_by().values_list("ref", flat=True))


def penalty_documents(refs: set[UUID]) -> Iterator[Document]:
    """What the one box finds of these filings: number, organisation, cause, penalty, basis and day of what stands. It
    leads to the block of the organisation's page.

    The title is as the register has it; English readers find what it is before the cause.
    """
    rows = Organisation.objects.filter(filings__ref__in=refs, state__in=PUBLIC).distinct()
    owners = {row.pk: row for row in rows.only("pk", "ref", "name", "uscc", "region_code")} if refs else {}
    for key, past in ledgers(owners).items() if owners else ():
        for ref, told in penalties(past).items():
            if ref in refs:
                yield from _documents(owners[key], ref, told)


def _documents(owner: Organisation, ref: UUID, told: Sequence[Penalty]) -> Iterator[Document]:
    item, record = told[0]
    url = f"/organisations/{owner.ref}/#{record.get('list') or item}"
    said = [str(value) for item, record in told for part in SHOWN[item] if (value := record.get(part))]
    with override("zh-hans"):
        title = f"{'、'.join(dict.fromkeys(_head(*one) for one in told))} · {owner.name}"
    for lang, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            names = [] if lang == "zh" else [*dict.fromkeys(_name(*one) for one in told)]
        yield Document(ref, title, url, " · ".join([*names, *said]), owner.uscc, owner.region_code, lang=lang)


def _head(item: str, record: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (_name(item, record), record.get("number"))))


def _name(item: str, record: Mapping[str, Any]) -> str:
    return speak(LISTS[record["list"]] if item == "lists" else LABELS[FilingKind.PENALTY])
