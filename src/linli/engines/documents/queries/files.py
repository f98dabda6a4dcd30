"""What a file turns out to be, whom signatures are trusted by, and what was taken back."""
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from linli.engines.documents.models import Document, SigningKey
from linli.engines.documents.queries.standing import Checked, checked
from linli.engines.documents.rules import signatures, signed
from linli.engines.documents.rules.states import VERDICTS, State, Verdict
from linli.kernel.actor import Actor
from linli.kernel.text import Text

_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Looked:
    """`found` is the document that the file is, or was before something was added to it."""

    verdict: Verdict
    sha256: str
    size: int
    found: Checked | None = None
    examined: signatures.Examined | None = None

    @property
    def text(self) -> Text:
        return VERDICTS[self.verdict]


def looked_at(file: bytes, *, by: Actor, at: datetime) -> Looked:
    """What a file turns out to be. One that was issued here is known by its digest; of the others only the bytes at
    the signature are read, and nothing in them is unpacked."""
    digest = hashlib.sha256(file).hexdigest()
    known = Document.objects.select_related("key").filter(sha256=digest).first()
    if known:
        examined = signatures.examine(file, roots=roots())
        return Looked(Verdict.ISSUED, digest, len(file), checked(known, by=by, at=at), examined)
    if not signed.is_pdf(file):
        return Looked(Verdict.NO_PDF, digest, len(file))
    before = Document.objects.select_related("key").filter(sha256__in=list(signed.earlier(file))).first()
    if before:
        return Looked(Verdict.ADDED, digest, len(file), checked(before, by=by, at=at))
    return _of_others(file, digest)


def _of_others(file: bytes, digest: str) -> Looked:
    examined = signatures.examine(file, roots=roots())
    if examined is None:
        return Looked(Verdict.UNSIGNED, digest, len(file))
    verdict = Verdict.ALTERED if not examined.intact else Verdict.OURS if examined.trusted else Verdict.OTHERS
    return Looked(verdict, digest, len(file), None, examined)


def authorities() -> str:
    """The certificates that our signatures are trusted by, as PEM; empty before the first document."""
    return "".join(map(ssl.DER_cert_to_PEM_cert, roots()))


def roots() -> list[bytes]:
    """The same as DER, each once: the last of every chain."""
    rows = SigningKey.objects.order_by("number").values_list("certificates", flat=True)
    last = (f"{_BEGIN}{text.rpartition(_BEGIN)[2]}" for text in rows)
    return list(dict.fromkeys(map(ssl.PEM_cert_to_DER_cert, last)))


def revoked() -> list[dict[str, Any]]:
    """What was taken back, by the digest of its file: who has the file finds it, nobody else learns of it."""
    rows = Document.objects.exclude(state=State.VALID).order_by("revoked_at", "id")
    return [{"sha256": digest, "reason": reason, "at": moment.astimezone(UTC).isoformat(timespec="seconds")}
            for digest, reason, moment in rows.values_list("sha256", "reason", "revoked_at") if moment]
