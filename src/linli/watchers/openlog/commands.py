"""The operator's door: `./linli verify FILE`, `./linli check log URL`, `./linli log …`; each gives the exit code."""
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.utils.translation import gettext

from linli.engines.journal.registry import TELLINGS
from linli.kernel import calls
from linli.kernel.actor import SYSTEM
from linli.kernel.doors import speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.ui import written
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.rules import leaves, monitor, notes, verdicts, words
from linli.watchers.openlog.rules.verdicts import Finding, Mark, Verdict

Say = Callable[[str], None]
_MARKS = {Mark.GOOD: "✓", Mark.BAD: "✗", Mark.OPEN: "–"}
_LARGEST = 10_000_000  # bytes of a file that is read


# One receipt


def verify(file: Path, *, keys: Sequence[str] = (), key_file: Path | None = None, openings: Path | None = None,
           as_json: bool = False, say: Say = print, note: Say = print) -> int:
    """Check a receipt, or a holder's file of a receipt and its openings; 0 where it holds. Asks no server.

    Without a key, those that this node's own log signs with are taken, where there is such a log. Refuses: RuleBroken
    (a file that cannot be read, a key that is none, openings that are none).
    """
    given = [_key(one) for one in (*keys, *(_lines(key_file) if key_file else ()))]
    known = given or _own_keys()
    if known and not given:
        note(gettext("No --key was given: checked with the keys of this node's own log."))
    try:
        text, opened = verdicts.taken_apart(_read(file))
        opened += leaves.read_openings(_read(openings)) if openings else []
    except leaves.LeafBroken:
        raise RuleBroken(words.WORDS["openings_broken"]) from None
    found = verdicts.examine(text, keys=known, openings=opened)
    say(json.dumps(_told(found), ensure_ascii=False, indent=1) if as_json else "\n".join(_words(found)))
    if found.state == "unsure":
        note(gettext("Give a key of the log that you have compared elsewhere: --key NAME+ID+KEY."))
    return 0 if found.state == "holds" else 1


def _words(found: Verdict) -> Iterator[str]:
    yield speak(words.WORDS[found.state])
    yield from (f"  {queries.said(one)}" for one in found.findings if one.mark is Mark.BAD)
    if found.entry and found.state != "refused":
        yield from ("", speak(words.PAGE["says"]))
        yield from (f"  {label}: {value}" for label, value in _record(found))
    for title, part in ((words.PAGE["proved"], found.proved), (words.PAGE["not_proved"], found.not_proved)):
        if part:
            yield from ("", speak(title))
            yield from (f"  · {queries.said(one)}" for one in part)
    yield from ("", speak(words.PAGE["looked_at"]))
    for one in found.findings:
        yield f"  {_MARKS[one.mark]} {speak(words.WORDS[one.mark])}: {queries.said(one)}"


def _record(found: Verdict) -> Iterator[tuple[str, str]]:
    assert found.entry is not None  # asked before
    opened = {one.values["field"]: one.values["value"] for one in found.findings if one.code == "opening_good"}
    payload = found.payload or {}
    told = {**({"about": payload["about"]} if "about" in payload else {}), **payload.get("fields", {})}
    fields = {name: _plain(opened.get(name, value)) for name, value in told.items()}
    telling = TELLINGS.get(found.entry.fact)
    line = speak(telling.text).format_map(_Known(fields)) if telling else found.entry.fact
    yield speak(words.PAGE["record"]), line
    yield speak(words.PAGE["number"]), f"{queries.series_name(found.entry.series)} {found.entry.number}"
    yield speak(words.PAGE["moment"]), written.moment(found.entry.at)
    yield from ((queries.field_name(name), value) for name, value in fields.items())


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return speak(words.PAGE["sealed"])
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return written.NOTHING if value is None else str(value)


def _told(found: Verdict) -> dict[str, Any]:
    head, entry = found.checkpoint, found.entry
    return {
        "state": found.state, "text": speak(words.WORDS[found.state]), "index": found.index,
        "origin": head and head.origin, "size": head and head.size,
        "entry": entry and {"at": leaves.moment(entry.at), "day": str(entry.day), "fact": entry.fact,
                            "number": entry.number, "series": entry.series, "hash": entry.digest},
        "payload": found.payload, "findings": [_finding(one) for one in found.findings],
        "proved": [_finding(one) for one in found.proved], "not_proved": [_finding(one) for one in found.not_proved],
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"code": one.code, "mark": str(one.mark), "text": queries.said(one)}


def _read(file: Path) -> str:
    try:
        with file.open("rb") as data:
            return data.read(_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError as why:
        raise RuleBroken(N_("{file} cannot be read: {why}."), file=str(file), why=why.strerror) from None


def _lines(file: Path) -> list[str]:
    return [line.split()[0] for line in _read(file).splitlines() if line.strip()]


def _key(text: str) -> notes.VerifierKey:
    try:
        return notes.read_key(text)
    except notes.NoteBroken:
        raise RuleBroken(words.WORDS["key_broken"], key=text) from None


def _own_keys() -> list[notes.VerifierKey]:
    """Those of this node's log and its witnesses, where it has a database with a log; makes none."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name and not Path(name).exists():
        return []  # asking would make an empty one
    try:
        known = queries.state()
    except DatabaseError:
        return []
    texts = [*(one.verifier for one in known.keys), *(one.verifier for one in known.witnesses)]
    return [*map(notes.read_key, texts)]


# Another log


def watch(url: str, *, state: Path | None = None, keys: Sequence[str] = (), witnesses: Sequence[str] = (),
          whole: bool = False, as_json: bool = False, at: datetime, say: Say = print) -> int:
    """Look at a log and compare it with what it said before; 0 where nothing is wrong. `state` keeps what was seen.

    Refuses: RuleBroken (no address, no key, a state file that is none, nobody answers).
    """
    remembered = _remembered(state)
    try:
        found = monitor.watch(_fetcher(url), vkeys=[str(_key(one)) for one in keys], remembered=remembered, at=at,
                              whole=whole, witnesses=[str(_key(one)) for one in witnesses])
    except calls.Unreachable as why:
        raise RuleBroken(N_("The log at {url} cannot be read: {why}."), url=url, why=str(why)) from None
    if state and found.remembered and not found.faults:
        _keep(state, found.remembered)
    faults = [(fault.code, speak(fault.text, **fault.values)) for fault in found.faults]
    if as_json:
        say(json.dumps({"well": not faults, "origin": found.origin, "size": found.size, "fresh": found.fresh,
                        "cosigned_by": list(found.cosigned_by), "first_look": remembered is None,
                        "faults": [{"code": code, "text": text} for code, text in faults]}, ensure_ascii=False,
                       indent=1))
        return 1 if faults else 0
    for _, text in faults:
        say(f"✗ {text}")
    if faults:
        say(gettext("The log is not as it should be. What was remembered of it stays as it was."))
        return 1
    say(gettext("✓ {origin}: {size} entries, {fresh} of them read now; signature, tree, numbers and days are right.")
        .format(origin=found.origin, size=found.size, fresh=found.fresh))
    if found.cosigned_by:
        say(gettext("✓ Cosigned by {names}.").format(names=", ".join(found.cosigned_by)))
    if remembered is None:
        say(gettext("– Seen for the first time: nothing to compare it with yet.") if state else gettext(
            "– Nothing was remembered: with --state FILE the next look compares with this one."))
    if not keys and remembered is None:
        say(gettext("– The key is the one that the log itself names: compare it elsewhere, then give it with --key."))
    return 0


def _fetcher(url: str) -> monitor.Fetch:
    base = url.rstrip("/")
    if urlsplit(base).scheme not in {"http", "https"} or not urlsplit(base).hostname:
        raise RuleBroken(N_("{url} is no address of a log: https://HOST/log is wanted."), url=url)

    def fetch(path: str) -> bytes:
        answer = calls.get(f"{base}/{path}")
        if answer.status == 404:
            raise monitor.Missing(path)
        if answer.status != 200:
            raise calls.Unreachable(f"{path}: HTTP {answer.status}")
        return answer.body

    return fetch


def _remembered(state: Path | None) -> monitor.Remembered | None:
    if state is None or not state.exists():
        return None
    try:
        return monitor.Remembered.read(json.loads(_read(state)))
    except ValueError:
        raise RuleBroken(N_("{file} is not what this program keeps of a log. Name another file."),
                         file=str(state)) from None


def _keep(state: Path, seen: monitor.Remembered) -> None:
    part = state.with_name(f"{state.name}.part")
    try:
        part.write_text(json.dumps(seen.told(), indent=1))
        part.replace(state)
    except OSError as why:
        raise RuleBroken(N_("{file} cannot be written: {why}."), file=str(state), why=why.strerror) from None


# Our own log


def state(*, as_json: bool = False, say: Say = print) -> int:
    """How large the log is, which keys sign it, who cosigns it and whom it cosigns."""
    known = queries.state()
    head, cards, watching, watched = known.head, known.keys, known.witnesses, known.trusted
    if as_json:
        say(json.dumps({
            "origin": head and head.origin, "size": head.size if head else 0, "checkpoint": head and head.note,
            "keys": [{"key": one.verifier, "from": one.from_.isoformat(), "until": one.until and one.until.isoformat()}
                     for one in cards],
            "witnesses": [{"origin": one.origin, "key": one.verifier, "url": one.url, "size": one.size,
                           "failure": one.failure} for one in watching],
            "trusted": [{"origin": one.origin, "keys": list(one.verifiers), "size": one.size} for one in watched],
            "as_witness": str(actions.cosigner().key),
        }, ensure_ascii=False, indent=1))
        return 0
    say(head.note if head else gettext("Nothing is signed yet."))
    for card in cards:
        until = written.day(card.until, weekday=False) if card.until else "…"
        say(f"{card.verifier}  {written.day(card.from_, weekday=False)} – {until}")
    for one in watching:
        say(gettext("witness {origin}: {size} entries cosigned").format(origin=one.origin, size=one.size)
            + (f" ({one.failure})" if one.failure else ""))
    for other in watched:
        say(gettext("cosigned here: {origin}, {size} entries").format(origin=other.origin, size=other.size))
    say(gettext("as a witness of others this node signs with {key}").format(key=actions.cosigner().key))
    return 0


def rotate(*, overlap_days: int, at: datetime, say: Say = print) -> int:
    """Sign with a new key from now on, and with the old one too for so many days."""
    actions.rotate(overlap=timedelta(days=overlap_days), by=SYSTEM, at=at)
    newest = queries.log_keys()[0]
    say(newest.verifier)
    return 0


def trust(*, origin: str, keys: Sequence[str], at: datetime) -> int:
    """Cosign another log from now on."""
    actions.trust(origin=origin, verifiers=keys, by=SYSTEM, at=at)
    return 0


def distrust(*, origin: str, at: datetime) -> int:
    actions.distrust(origin=origin, by=SYSTEM, at=at)
    return 0


def add_witness(*, key: str, url: str, at: datetime) -> int:
    """Have our checkpoints cosigned by this witness."""
    actions.add_witness(verifier=key, url=url, by=SYSTEM, at=at)
    return 0


def drop_witness(*, origin: str, at: datetime) -> int:
    actions.drop_witness(origin=origin, by=SYSTEM, at=at)
    return 0


def withhold(*, index: int, reason: str, at: datetime) -> int:
    """Show what an entry says no more: by order of a court, for a person's sake, or because it is secret by law."""
    actions.withhold(index, reason=reason, by=SYSTEM, at=at)
    return 0
