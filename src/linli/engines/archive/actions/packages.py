import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.engines.archive import access, events, rules
from linli.engines.archive.access import disk
from linli.engines.archive.actions import files as keeping
from linli.engines.archive.models import File, Fixity, Package
from linli.engines.archive.queries import Kept, Packed
from linli.engines.archive.rules import Kind, bags
from linli.engines.archive.rules.bags import Section
from linli.engines.journal.actions import record
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.crypto import Unreadable
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_

NODE = "node:"
"""The owner of what belongs to nobody in particular: the node's own key."""


def pack(title: str, *, files: Mapping[str, UUID | bytes], metadata: Mapping[str, Any], structure: Sequence[Section],
         owner: str = NODE, until: date | None = None, by: Actor, at: datetime) -> Packed:
    """Make a package that never changes: content, structure, metadata and digests (BagIt 1.0), as one ZIP file.

    `files` are kept ones by ref, or bytes made now, under their paths; `structure` names each once; `metadata` says at
    least its `origin` and `process` (档案法实施条例 Art. 39). It is sealed under an `owner` of its own: what somebody
    sent, and a decision rests on, outlasts their own copy. `until` is the first day on which it need not be kept any
    more; without one it is kept for ever, and says so.
    Refuses: NotFound (a file that is no longer kept), Conflict (a file that is not what was sent); ValueError (a
    structure, path or metadata that makes no package).
    """
    bags.require_whole([*files], metadata=metadata, structure=structure)
    wrapped, ref = keeping.owner_key(owner, by=by, at=at), new_ref()
    order = [path for section in structure for path in section.files]
    with disk.nameless() as whole:
        try:
            count = bags.write(whole, ref=ref, title=title, parts=(_part(path, files[path]) for path in order),
                               metadata=metadata, structure=structure, until=until, at=at)
        except (bags.Changed, Unreadable):
            raise Conflict(N_("A file is no longer what was sent, so that nothing true can be packed. Call whoever runs"
                              " this site: a backup holds the file.")) from None
        with keeping.on_disk(rules.kept_name(title, Kind.ZIP), rules.pieces(whole), kind=Kind.ZIP, owner=owner,
                             wrapped=wrapped, at=at) as kept:
            return _said(Packed(ref, kept.ref, kept.sha256, kept.size, count, at, until, rules.NO_FAULT, at), kept,
                         wrapped, by=by)


@action
def _said(made: Packed, kept: Kept, wrapped: bytes, *, by: Actor) -> Packed:
    keeping.say(kept, wrapped, by=by)
    row = Package.objects.create(
        ref=made.ref, file=File.objects.get(ref=kept.ref), sha256=made.sha256, files=made.files,
        forever=made.until is None, until_on=made.until, packed_at=made.packed_at, packed_by=by.ref)
    Fixity.objects.create(package=row, checked_at=made.checked_at, checked_by=by.ref)
    record(events.PackageMade(made.ref, kept.ref, made.sha256, made.files), about=made.ref, by=by, at=made.packed_at)
    return made


def _part(path: str, source: UUID | bytes) -> bags.Part:
    if isinstance(source, bytes):
        return bags.Part(path, len(source), [source])
    row, wrapped = access.file(source)
    return bags.Part(path, row.size, access.content(row, wrapped), row.sha256)


def check(ref: UUID, *, by: Actor, at: datetime) -> str:
    """Read a whole package again, and say what is wrong with it: empty for nothing, or one of `rules.FAULTS`.

    Nothing of the database is held meanwhile. Refuses: NotFound (no such package).
    """
    row = Package.objects.select_related("file").filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such package."))
    fault = _fault(row)
    _checked(row, fault, by=by, at=at)
    return fault


def _fault(row: Package) -> str:
    try:
        file, wrapped = access.file(row.file.ref)
    except NotFound:
        return rules.UNREADABLE
    digest = hashlib.sha256()
    try:
        for some in access.content(file, wrapped):
            digest.update(some)
    except NotFound:
        return rules.GONE
    except Unreadable:
        return rules.CHANGED
    return rules.NO_FAULT if digest.hexdigest() == row.sha256 else rules.CHANGED


@action
def _checked(row: Package, fault: str, *, by: Actor, at: datetime) -> None:
    before = Fixity.objects.select_for_update().get(package=row)
    if fault and fault != before.fault:
        record(events.PackageDamaged(row.ref, fault), about=row.ref, by=by, at=at)
    elif before.fault and not fault:
        record(events.PackageSound(row.ref), about=row.ref, by=by, at=at)
    before.fault, before.checked_at, before.checked_by = fault, at, by.ref
    before.save(update_fields=["fault", "checked_at", "checked_by"])
