"""Where each filing stands in the stream of changes: made from the journal, and made again from it."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.rows import load
from linli.registers.organisations import queries
from linli.registers.organisations.models import Streamed


@action
def follow(entries: Sequence[EntryCard]) -> int:
    """Give these filings their places in the stream; of how many. Made from the journal, so it records nothing."""
    refs = [UUID(entry.payload["filing"]) for entry in entries]
    known = queries.filing_keys(refs)
    rows = [(entry.position, known[ref]) for entry, ref in zip(entries, refs, strict=True) if ref in known]
    load(Streamed, ("position", "filing_id"), rows)
    return len(rows)


@action
def forget_stream() -> None:
    """Empty the stream, to be made again from the journal, with the same places."""
    Streamed.objects.all().delete()


@action
def shorten(*, before: datetime, by: Actor, at: datetime) -> int:
    """Let the stream begin with the last filing before a moment; how many places went. A snapshot stands for them."""
    last = Streamed.objects.filter(filing__filed_at__lt=before).order_by("-position").first()
    if last is None:
        return 0
    return Streamed.objects.filter(position__lt=last.position).delete()[0]
