"""The operator's door: `./linli verify FILE.pdf`, which asks no server, and `./linli signers`; gives the exit code."""
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext

from linli.engines.documents import queries
from linli.engines.documents.actions import withdrawing
from linli.engines.documents.rules import lists, signatures, signed
from linli.engines.documents.rules.states import REASONS, VERDICTS, Reason, Verdict, Withdrawal
from linli.kernel.actor import SYSTEM
from linli.kernel.doors import speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.ui import written

Say = Callable[[str], None]
FILES = ("authority", "revoked", "withdrawn", "stamps")
_LARGEST = 50_000_000  # bytes of a file that is read


def is_pdf(file: Path) -> bool:
    try:
        with file.open("rb") as data:
            return signed.is_pdf(data.read(5))
    except OSError:
        return False


def verify(file: Path, *, authority: Path | None = None, revoked: Path | None = None, withdrawn: Path | None = None,
           stamps: Path | None = None, as_json: bool = False, say: Say = print, note: Say = print) -> int:
    """Check who signed a document and that it is as it was; 0 where it holds. Asks no server.

    Without `authority` (certificates as PEM), those that this node's own documents lead to are trusted. `revoked` is
    the list that the issuer publishes, `withdrawn` that of the authority (DER or PEM), `stamps` the certificates that
    time stamps are trusted by. Refuses: RuleBroken (a file that cannot be read).
    """
    whole = _read(file)
    roots = _certificates(authority) if authority else _own_roots()
    listed = _listed(withdrawn, roots) if withdrawn else None
    digest = hashlib.sha256(whole).hexdigest()
    taken = _revoked(revoked).get(digest) if revoked else None
    said = signatures.examine(whole, roots=roots, stampers=_certificates(stamps) if stamps else queries.stampers(),
                              withdrawn=listed.withdrawn if listed else None)
    verdict = signatures.verdict(said, signed_here=Verdict.ISSUED) if said else Verdict.UNSIGNED
    stamp = said.stamp if said else None
    told: dict[str, Any] = {
        "verdict": "signed" if verdict is Verdict.ISSUED else verdict.value, "sha256": digest,
        "signer": said.signer if said else "", "authority": said.authority if said else "",
        "signed_at": said.at.isoformat() if said and said.at else None,
        "time_stamp": {"at": stamp.at.isoformat(), "authority": stamp.authority, "trusted": stamp.trusted
                       } if stamp else None,
        "key_withdrawn_at": said.withdrawn_at.isoformat() if said and said.withdrawn_at else None if listed
                            else "not looked up",
        "revoked": {"reason": taken[0], "at": taken[1]} if taken else None if revoked else "not looked up"}
    if as_json:
        say(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell(verdict, said, taken, roots=bool(roots), looked_up=revoked is not None, say=say)
    if listed and listed.until and listed.until < timezone.now():
        note(gettext("The list of withdrawn keys is older than {day}: fetch a newer one.").format(
            day=written.moment(listed.until)))
    if not roots:
        note(gettext("No authority is known: give its certificate with --authority FILE, or run this where the"
                     " documents were issued."))
    return 0 if verdict is Verdict.ISSUED and taken is None else 1


def _tell(verdict: Verdict, said: signatures.Examined | None, taken: tuple[str, str] | None, *, roots: bool,
          looked_up: bool, say: Say) -> None:
    good = verdict is Verdict.ISSUED and taken is None
    if verdict is Verdict.ISSUED:
        say(gettext("✓ The file is as it was signed, and the signer's certificate leads to the authority."))
    elif verdict is Verdict.OTHERS and not roots:
        say(gettext("– The file is as it was signed. Whether to trust the signer cannot be said without an authority."))
    else:
        say(f"✗ {speak(VERDICTS[verdict])}")
    if said and said.intact:
        moment = written.moment(said.at) if said.at else written.NOTHING
        say("  " + gettext("Signed by {signer}, {moment}; certificate from {authority}").format(
            signer=said.signer, moment=moment, authority=said.authority))
        say("  " + _stamped(said.stamp))
    if said and said.intact and said.withdrawn_at:
        say(("✓ " if said.proven else "✗ ") + gettext("The key that signed it was withdrawn on {moment}.").format(
            moment=written.moment(said.withdrawn_at)))
    if taken:
        say("✗ " + gettext("Taken back on {at}: {why}").format(at=taken[1], why=speak(REASONS[Reason(taken[0])])))
    elif good and looked_up:
        say(gettext("✓ It is not on the list of what was taken back."))
    elif good:
        say(gettext("– Whether it was taken back since is not known: give the issuer's list with --revoked FILE, or"
                    " check its number on the site."))


def _stamped(stamp: signatures.Stamp | None) -> str:
    if stamp is None:
        return gettext("No time stamp: the moment is by the signer's own clock")
    if not stamp.trusted:
        return gettext("Time stamp of {authority}, which is not known here (--stamps FILE)").format(
            authority=stamp.authority)
    return gettext("Time stamp of {authority}: {moment}").format(
        authority=stamp.authority, moment=written.moment(stamp.at))


def signers(*, withdraw: int | None = None, reason: str = "", at: datetime, as_json: bool = False, say: Say = print
            ) -> int:
    """The keys that sign documents; with `withdraw`, have one sign nothing more. Refuses: NotFound, Conflict."""
    if withdraw is not None:
        withdrawing.withdraw(withdraw, reason=Withdrawal(reason), by=SYSTEM, at=at)
    found = queries.signers()
    if as_json:
        say(json.dumps([{
            "number": one.number, "test": one.test, "since": one.since.isoformat(), "until": one.until.isoformat(),
            "withdrawn_at": one.withdrawn_at and one.withdrawn_at.isoformat(), "reason": one.withdrawn_for or None,
            "documents": one.documents} for one in found], indent=1))
        return 0
    for one in found:
        kind = gettext("test authority") if one.test else gettext("recognised authority")
        state = gettext("withdrawn on {moment}").format(moment=written.moment(one.withdrawn_at)) \
            if one.withdrawn_at else gettext("until {day}").format(day=written.day(localtime(one.until).date()))
        say(f"{one.number:>4}  {kind}  {state}  " + gettext("signed {count}").format(count=one.documents))
    if not found:
        say(gettext("No key signs yet: it is made with the first document."))
    return 0


def _listed(file: Path, roots: list[bytes]) -> lists.Listed:
    found = lists.read(_read(file), roots=roots)
    if found is None:
        raise RuleBroken(N_("{file} is no list of withdrawn keys that this authority signed."), file=str(file))
    return found


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as data:
            return data.read(_LARGEST)
    except OSError as why:
        raise RuleBroken(N_("{file} cannot be read: {why}."), file=str(file), why=why.strerror) from None


def _certificates(file: Path) -> list[bytes]:
    try:
        return [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(_read(file))]
    except ValueError:
        raise RuleBroken(N_("{file} holds no certificate in PEM."), file=str(file)) from None


def _revoked(file: Path) -> dict[str, tuple[str, str]]:
    try:
        told = json.loads(_read(file))
        return {one["sha256"]: (str(Reason(one["reason"])), str(one["at"]))
                for one in told.get("revoked", told.get("items"))}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RuleBroken(N_("{file} is no list of documents that were taken back."), file=str(file)) from None


def _own_roots() -> list[bytes]:
    """Where this node has a database with documents; makes none."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name and not Path(name).exists():
        return []  # asking would make an empty one
    try:
        return queries.roots()
    except DatabaseError:
        return []
