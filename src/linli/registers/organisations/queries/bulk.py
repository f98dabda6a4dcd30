"""The register whole: the stream of changes, the files of each day, and what is known of them."""
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from gzip import GzipFile
from io import BufferedReader
from itertools import groupby
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from linli.engines.journal import queries as journal
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_
from linli.registers.organisations.events import FilingMade
from linli.registers.organisations.models import Filing, Organisation, Streamed
from linli.registers.organisations.queries.ledger import ledgers
from linli.registers.organisations.rules import adding, filing, publishing
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.states import PUBLIC, State

AT_ONCE, LINES_AT_ONCE = 5000, 1000
_PUBLIC = tuple(state.value for state in PUBLIC)
_NAME = re.compile(r"organisations-(\d{4}-\d{2}-\d{2})(?:--(\d{4}-\d{2}-\d{2}))?\.jsonl\.gz")
_quoted = json.encoder.encode_basestring
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class TooOld(Conflict):
    """A position from which the stream no longer goes on; `snapshot` is the file to begin with."""

    def __init__(self, snapshot: "File | None") -> None:
        super().__init__(
            N_("The stream no longer goes back to this position. Load the snapshot {name}, and go on from position"
               " {position}.") if snapshot else N_("The stream no longer goes back to this position. Begin anew from"
                                                   " position 0."),
            name=snapshot.name if snapshot else "", position=snapshot.position if snapshot else 0)
        self.snapshot = snapshot


@dataclass(frozen=True)
class File:
    """A file of the whole register on a day, or of what differs from an earlier day (`since`)."""

    name: str
    day: date
    since: date | None
    position: int
    """The stream goes on from here; what it tells again may stand in the file already, and does no harm."""
    count: int
    """Lines."""
    size: int
    """Bytes."""
    sha256: str
    made_at: datetime


# The stream


def changes(*, after: int = 0, most: int = 100) -> list[dict[str, Any]]:
    """The next filings past a position, in order: what each changed. A position stays the same for ever, none is
    skipped. Refuses: TooOld."""
    _require_kept(after)
    return [json.loads(line) for _, line in _events(after, most)]


def stream(*, after: int = 0) -> Iterator[bytes]:
    """Everything past a position up to now, one JSON a line. Refuses, before it begins: TooOld."""
    _require_kept(after)
    end = newest()

    def lines(last: int = after) -> Iterator[bytes]:
        while last < end:
            rows = _events(last, AT_ONCE)
            if not rows:
                return
            yield "".join([line for _, line in rows]).encode()
            last = rows[-1][0]

    return lines()


def newest() -> int:
    """The last position of the stream; 0 while it is empty."""
    return Streamed.objects.aggregate(last=Max("position"))["last"] or 0


def _require_kept(after: int) -> None:
    first = Streamed.objects.aggregate(first=Min("position"))["first"]
    if first is None or after >= first:
        return
    ever = journal.entries(after=0, most=1, facts=[FilingMade.label()])
    if ever and ever[0][0] < first:
        raise TooOld(next((one for one in files() if one.since is None and one.position >= first), None))


def _events(after: int, most: int) -> list[tuple[int, str]]:
    """Positions and lines. What is stored as JSON goes out as it is stored, unread, unless some of it is hidden."""
    return [(row[0], _line(row)) for row in _stored_events(after, most)]


def _stored_events(after: int, most: int) -> list[tuple[Any, ...]]:
    filings, text = Filing._meta.db_table, "::text" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.position, f.ref, f.kind, CAST(f.effective_on AS TEXT), CAST(f.filed_at AS TEXT),"
            f" f.changes{text}, f.cause, c.ref, o.ref, o.uscc, o.name, o.state FROM {Streamed._meta.db_table} s"
            f" JOIN {filings} f ON f.id = s.filing_id JOIN {Organisation._meta.db_table} o ON o.id = f.organisation_id"
            f" LEFT JOIN {filings} c ON c.id = f.corrects_id WHERE s.position > %s ORDER BY s.position LIMIT %s",
            [after, most])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _line(row: tuple[Any, ...]) -> str:
    position, ref, kind, day, at, told, cause, corrects, organisation, uscc, name, state = row
    if state not in PUBLIC:
        told, uscc, name = "[]", "", ""
    elif publishing.may_hide(told):
        told = _json(publishing.shown(json.loads(told)))
    more = f',"corrects":"{_ref(corrects)}","cause":{_quoted(cause)}' if corrects else ""
    return (f'{{"position":{position},"filing":"{_ref(ref)}","kind":"{kind}","effective_on":"{day}","filed_at":'
            f'"{_moment(at)}","organisation":"{_ref(organisation)}","uscc":"{uscc}","name":{_quoted(name)},'
            f'"changes":{told}{more}}}\n')


def _ref(stored: str | UUID) -> str:
    """A ref as the database has it: SQLite without its dashes."""
    return f"{stored[:8]}-{stored[8:12]}-{stored[12:16]}-{stored[16:20]}-{stored[20:]}" if isinstance(stored, str) \
        else str(stored)


def _moment(stored: str) -> str:
    """Both databases keep moments in UTC; one of them says so."""
    return f"{stored[:10]}T{stored[11:].removesuffix('+00')}Z"


# What a file is compared with


@dataclass(frozen=True, slots=True)
class Summed:
    """Where an organisation stands: what its filings add up to; None where there are none, or adding them up takes
    `filing.fold`."""

    state: str
    region: str
    folded: Folded | None


def summed(codes: Collection[str], *, on: date, known_at: datetime) -> dict[str, Summed]:
    """By code, those of these organisations that are here, as they stand on a day. One query, and no row is made."""
    if not codes:
        return {}
    text = "::text" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.uscc, o.state, o.region_code, CAST(f.effective_on AS TEXT), f.changes{text},"
            f" f.corrects_id IS NULL AND f.filed_at <= %s FROM {Organisation._meta.db_table} o"
            f" LEFT JOIN {Filing._meta.db_table} f ON f.organisation_id = o.id"
            f" WHERE o.uscc IN ({', '.join(['%s'] * len(codes))}) AND NOT (o.state = %s) AND NOT (o.uscc = %s)"
            " ORDER BY o.id, f.effective_on, f.id",
            [connection.ops.adapt_datetimefield_value(known_at), *codes, State.REFUSED.value, ""])
        rows = cursor.fetchall()
    read, day, found = json.loads(f"[{','.join([row[4] or '0' for row in rows])}]"), on.isoformat(), {}
    for (code, state, region), told in groupby(zip(rows, read, strict=True), key=lambda one: one[0][:3]):
        filings = list(told)
        known = all(row[5] for row, _ in filings)
        plain = adding.added_up([(row[3], changes) for row, changes in filings], on=day) if known else None
        found[code] = Summed(state, region, plain[0] if plain else None)
    return found


# The files


def folder() -> Path:
    return Path(settings.DATA, "bulk")


def files() -> list[File]:
    """Every file that there is, the newest first."""
    found = []
    for told in folder().glob("*.json") if folder().is_dir() else ():
        said = json.loads(told.read_text())
        found.append(File(said["name"], date.fromisoformat(said["day"]), said["since"] and date.fromisoformat(
            said["since"]), said["position"], said["count"], said["size"], said["sha256"],
            datetime.fromisoformat(said["made_at"])))
    return sorted(found, key=lambda one: (one.day, one.since is None, one.since or one.day), reverse=True)


def file(name: str) -> Path:
    """Where a file lies. Refuses: NotFound."""
    path = folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(N_("There is no such file. The list of files says which there are."))
    return path


def keep_snapshot(day: date, *, at: datetime) -> File:
    """Write the whole register as it stands on a day, and what differs from the file before; make room. Once a day."""
    known = {one.day: one for one in files() if one.since is None}
    if day in known:
        return known[day]
    folder().mkdir(parents=True, exist_ok=True)
    position = newest()
    made = _written(f"organisations-{day}.jsonl.gz", snapshot(day, at=at), day=day, since=None, position=position,
                    at=at)
    if earlier := max((one for one in known if one < day), default=None):
        with _lines(known[earlier].name) as old, _lines(made.name) as new:
            told = (_json(one).encode() + b"\n" for one in publishing.differences(old, new, read=json.loads))
            _written(f"organisations-{earlier}--{day}.jsonl.gz", told, day=day, since=earlier, position=position, at=at)
    keep = publishing.kept_days([*known, day], today=day)
    for one in files():
        if one.day not in keep or (one.since and one.since not in keep):
            (folder() / one.name).unlink(missing_ok=True)
            (folder() / f"{one.name}.json").unlink(missing_ok=True)
    return made


def _lines(name: str) -> BufferedReader:
    """A packed file line by line; read in large pieces, for gzip alone takes a call for each line."""
    return BufferedReader(GzipFile(folder() / name, "rb"), 1 << 20)


def snapshot(day: date, *, at: datetime) -> Iterator[bytes]:
    """The register as it stands on a day, an organisation a line, in the order in which they came."""
    on, last = day.isoformat(), 0
    while rows := _public(after=last):
        refs, first, last = {pk: _ref(ref) for pk, ref in rows}, rows[0][0], rows[-1][0]
        lines: list[dict[str, Any] | None] = []
        slow: dict[int, int] = {}
        stored = list(_stored(first, last))
        read = json.loads(f"[{','.join([row[2] for row in stored])}]")  # at once: one long text reads faster than many
        told: dict[int, list[tuple[str, list[Any]]]] = {key: [] for key in refs}
        for (key, day_, _, corrects), changes in zip(stored, read, strict=True):
            if key in told:
                told[key].append((day_, changes))
                if corrects:
                    slow[key] = 0
        for key, filings in told.items():
            if not filings:
                continue
            said = None if key in slow else publishing.added_up(refs[key], filings, on=on)
            if said is None:
                slow[key] = len(lines)
            lines.append(said)
        for key, past in (ledgers(list(slow)) if slow else {}).items():
            folded = filing.fold(past, on=day, known_at=at)
            names = [name for name, _, until in filing.names(past, on=day, known_at=at)
                     if until and name != folded.text("name")]
            if folded.single:
                lines[slow[key]] = publishing.of_folded(refs[key], folded, dict.fromkeys(names))
        yield "".join([_json(one) + "\n" for one in lines if one is not None]).encode()


def _public(*, after: int) -> list[tuple[int, str | UUID]]:
    """The next public organisations past a key: keys and refs, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(  # by the key alone: the index of states would be read to its end, and sorted, for every piece
            f"SELECT id, ref FROM {Organisation._meta.db_table} WHERE id > %s AND state || '' IN"
            f" ({', '.join(['%s'] * len(PUBLIC))}) ORDER BY id LIMIT %s", [after, *_PUBLIC, LINES_AT_ONCE])
        found: list[tuple[int, str | UUID]] = cursor.fetchall()
    return found


def _stored(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """The filings of some organisations in the order in which they hold, as the database has them: owner, day, changes
    as text, correction."""
    text = "changes::text" if connection.vendor == "postgresql" else "changes"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id, CAST(effective_on AS TEXT), {text}, corrects_id FROM {Filing._meta.db_table}"
            " WHERE organisation_id BETWEEN %s AND %s ORDER BY organisation_id, effective_on, id", [first, last])
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _written(name: str, pieces: Iterator[bytes], *, day: date, since: date | None, position: int, at: datetime) -> File:
    """A file under its name only when it is whole. Packed on a thread of its own: that needs half of the time."""
    part, count, digest = folder() / f".{name}.part", 0, hashlib.sha256()
    queue: Queue[bytes | None] = Queue(maxsize=20)
    failed: list[OSError] = []

    def pack() -> None:
        try:
            with part.open("wb") as raw, GzipFile("", "wb", 3, raw, mtime=0) as packed:
                while (piece := queue.get()) is not None:
                    packed.write(piece)
        except OSError as why:  # no room left
            failed.append(why)
            while queue.get() is not None:
                pass

    packer = Thread(target=pack, name="packer")
    packer.start()
    try:
        for piece in pieces:
            count += piece.count(b"\n")
            queue.put(piece)
    finally:
        queue.put(None)
        packer.join()
    if failed:
        raise failed[0]
    with part.open("rb") as raw:
        while piece := raw.read(1 << 20):
            digest.update(piece)
    made = File(name, day, since, position, count, part.stat().st_size, digest.hexdigest(), at)
    part.replace(folder() / name)
    told = folder() / f".{name}.json"
    told.write_text(json.dumps(asdict(made), default=str))
    told.replace(folder() / f"{name}.json")
    return made


def filing_keys(refs: list[UUID]) -> dict[UUID, int]:
    """The keys of these filings, for their places in the stream."""
    return dict(Filing.objects.filter(ref__in=refs).values_list("ref", "pk"))
