"""The operators' door: is a package, as a file, still what was packed? Asks no server and no database."""
import json
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext

from linli.engines.archive.rules import bags
from linli.engines.archive.rules.bags import Fault, Report
from linli.kernel.doors import speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text

Say = Callable[[str], object]
FAULTS: dict[Fault, Text] = {
    Fault.NOT_ONE: N_("This is no package, or it is damaged beyond reading."),
    Fault.MISSING: N_("Missing: {path}"), Fault.CHANGED: N_("Not what was packed: {path}"),
    Fault.EXTRA: N_("Nobody packed this: {path}"),
    Fault.STRUCTURE: N_("The structure names other files than there are: {path}"),
}


def is_package(file: Path) -> bool:
    """Whether this begins as a package does; a receipt or a paper begins otherwise."""
    try:
        with file.open("rb") as opened:
            return opened.read(4) == b"PK\3\4"
    except OSError:
        return False


def verify(file: Path, *, as_json: bool = False, say: Say = print) -> int:
    """Read a package through, part by part; 0 where it holds. Refuses: NotFound (no such file)."""
    try:
        with file.open("rb") as opened:
            found = bags.examined(opened)
    except OSError:
        raise NotFound(N_("There is no file {file}."), file=file) from None
    say(json.dumps(_told(found), ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(found)))
    return 0 if found.sound else 1


def _told(found: Report) -> dict[str, object]:
    return {"sound": found.sound, "sha256": found.sha256, "title": found.title, "ref": found.ref,
            "packed": found.packed_on, "kept": found.kept, "files": found.files, "bytes": found.size,
            "faults": [{"fault": fault, "path": path} for fault, path in found.faults]}


def _lines(found: Report) -> list[str]:
    lines = [gettext("This package is whole: every part is what was packed.") if found.sound
             else gettext("This package does not hold.")]
    lines += [f"  {speak(FAULTS[fault], path=path)}" for fault, path in found.faults]
    if found.ref:
        ends = gettext("for ever") if found.kept == bags.FOR_EVER else gettext("until {day}").format(day=found.kept)
        lines += ["", *(f"  {label}: {value}" for label, value in (
            (gettext("Title"), found.title), (gettext("Number"), found.ref.removeprefix("urn:uuid:")),
            (gettext("Packed on"), found.packed_on), (gettext("To be kept"), ends if found.kept else "—"),
            (gettext("Files"), f"{found.files} · {found.size} B")))]
    lines += ["", gettext("SHA-256 of the whole: {digest}").format(digest=found.sha256)]
    if found.sound:
        lines.append(gettext("That it is the very package that was made, compare this number with the one written down"
                             " when it was packed."))
    return lines
