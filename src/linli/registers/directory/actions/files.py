from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, FileRefused, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import events, queries
from linli.registers.directory.actions.hours import set_hours
from linli.registers.directory.actions.listing import list_service, providing, update_service
from linli.registers.directory.models import Service
from linli.registers.directory.rules.rows import COLUMN_OF, Row, parse
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import State
from linli.registers.organisations import queries as organisations


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many services were added, changed and found the same, and which rows were refused."""

    added: int
    changed: int
    same: int
    refused: tuple[RowError, ...]


@action
def import_services(
    organisation: UUID, *, rows: Sequence[Mapping[str, str]], partial: bool = False, by: Actor, at: datetime
) -> Imported:
    """Add and change a provider's services from the rows of a file (`queries.read_file`; columns in `rules.rows`).

    The same file twice changes nothing. Refuses, unless `partial` keeps the good rows, the whole file: FileRefused with
    each bad row, its column and why. Refuses: NotFound, NotAllowed, RuleBroken (organisation not approved).
    """
    providing(organisation, "list_service", by=by)
    organisations.hold(organisation)
    sites = {site.name: site.ref for site in organisations.organisation(organisation).sites}
    standing = Service.objects.filter(provider__ref=organisation).exclude(state=State.WITHDRAWN).order_by("-ref")
    known = {(row.category, row.name, row.site): row.ref for row in standing}
    counts: Counter[str] = Counter()
    refused, seen = [], set()
    for number, cells in enumerate(rows, start=2):  # the header is the file's first line
        try:
            with attempt():
                row = parse(cells, taxonomy=taxonomy())
                if row.site and row.site not in sites:
                    raise RuleBroken(N_("The organisation has no site “{site}”. Add it first, or leave this empty."),
                                     field="site", site=row.site[:40])
                key = (row.said["category"], row.said["name"], sites[row.site] if row.site else None)
                if key in seen:
                    raise RuleBroken(N_("This service stands in the file twice."), field="name")
                seen.add(key)
                counts[_import_row(organisation, row, key[2], known.get(key), by=by, at=at)] += 1
        except (RuleBroken, NotFound, Conflict) as why:
            column = why.field or "name"
            refused.append(RowError(number, COLUMN_OF.get(column, column), why))
    if refused and not partial:
        raise FileRefused(N_("Nothing was kept: {count} rows cannot be read. Correct them and send the file again."),
                          rows=tuple(refused), field="file", count=len(refused))
    done = Imported(counts["added"], counts["changed"], counts["same"], tuple(refused))
    if done.added or done.changed:
        journal.record(
            events.ServicesImported(organisation, done.added, done.changed, done.same, len(refused)),
            about=organisation, by=by, at=at,
        )
    return done


def _import_row(
    organisation: UUID, row: Row, site: UUID | None, ref: UUID | None, *, by: Actor, at: datetime
) -> str:
    if ref is None:
        list_service(organisation, hours=row.hours or (), by=by, at=at, site=site, **row.said)
        return "added"
    changed = update_service(ref, by=by, at=at, **row.said)
    if row.hours is not None and list(row.hours) != queries.hours(ref):
        set_hours(ref, hours=row.hours, by=by, at=at)
        changed = True
    return "changed" if changed else "same"
