"""The clock's door: the log as plain files, and the witnesses asked."""
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from linli.kernel import calls
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Refusal
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.rules import notes, tiles, witnessing

log = logging.getLogger("linli.openlog")


def write_files(at: datetime) -> int:
    """Write what the newest checkpoint needs and is not there yet; how many files. The checkpoint comes last.

    Files that say something else than the log does are left as they are: somebody has to look.
    """
    head = queries.head()
    if head is None:
        return 0
    folder = Path(settings.LOG_FOLDER)
    since = _written(folder, head)
    if since is None or since == head.size:
        return 0
    written = 0
    for tile in (*tiles.tiles(head.size, since=since), *tiles.bundles(head.size, since=since)):
        made = queries.tile(tile)
        if made is None:
            raise LookupError(f"{tile.path()} cannot be made: the log is being made again")
        _write(folder / tile.path(), made)
        written += 1
        if tile.width == tiles.WIDTH:
            _drop_partial(folder / f"{tile.path()}.p")
    _write(folder / "checkpoint", head.note.encode())
    return written + 1


def _written(folder: Path, head: queries.HeadCard) -> int | None:
    """How many leaves the files cover; None where they are not of this log."""
    try:
        before = notes.read_checkpoint(notes.read((folder / "checkpoint").read_text()).text)
    except FileNotFoundError:
        return 0
    except notes.NoteBroken:
        log.error("%s holds a checkpoint that is none: look at it, or empty the folder", folder)
        return None
    if before.size > head.size or before.origin != head.origin or queries.root(before.size) != before.root:
        log.error("%s holds %s entries of another history than the database: was an old backup restored?", folder,
                  before.size)
        return None
    return before.size


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, also when the power fails."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def _drop_partial(folder: Path) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def ask_witnesses(at: datetime) -> int:
    """Send the newest checkpoint to each witness that has not cosigned it yet; how many did."""
    head = queries.head()
    if head is None:
        return 0
    return sum(_ask(one, head, at) for one in queries.witnesses() if one.size != head.size)


def _ask(witness: queries.WitnessCard, head: queries.HeadCard, at: datetime) -> bool:
    old, failure = witness.size, ""
    for _ in range(2):
        if old > head.size:
            failure = f"it knows {old} entries of us, we have {head.size}"
            break
        try:
            answer = _sent(witness, head, old)
        except (OSError, ValueError) as why:
            failure = str(why)
            break
        text = answer.body.decode(errors="replace")
        if answer.status == 200:
            return _kept(witness, head, text, at)
        failure = f"{answer.status} {text[:150].strip()}"
        known = text.strip()
        if answer.status != 409 or not (known.isascii() and known.isdecimal() and len(known) < 19):
            break
        old = int(known)
    actions.note_failure(witness.ref, failure=failure, size=old if old < head.size else None, by=SYSTEM, at=at)
    return False


def _sent(witness: queries.WitnessCard, head: queries.HeadCard, old: int) -> calls.Answer:
    note = notes.read(head.note)
    proof = tuple(queries.consistency(old, head.size)) if old else ()
    asked = witnessing.Request(old, proof, note, notes.read_checkpoint(note.text))
    return calls.post(f"{witness.url}/add-checkpoint", asked.text().encode(), most=10_000)


def _kept(witness: queries.WitnessCard, head: queries.HeadCard, text: str, at: datetime) -> bool:
    wanted = notes.read_key(witness.verifier)
    line = next((line for line in text.splitlines(keepends=True) if witnessing.cosigned(head.note, line, wanted)), "")
    try:
        actions.keep_cosignature(witness.ref, size=head.size, line=line, by=SYSTEM, at=at)
    except Refusal as why:
        actions.note_failure(witness.ref, failure=str(why), by=SYSTEM, at=at)
        return False
    return True


JOBS = ((write_files, timedelta(seconds=settings.LOG_SECONDS)),
        (ask_witnesses, timedelta(seconds=2 * settings.LOG_SECONDS)))
