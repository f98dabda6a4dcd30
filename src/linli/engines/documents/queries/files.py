"""What a file turns out to be, whom signatures are trusted by, and what was taken back."""
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count

from linli.engines.documents.models import Document, RevocationList, SigningKey
from linli.engines.documents.queries.standing import Checked, checked
from linli.engines.documents.rules import signatures, signed
from linli.engines.documents.rules.states import VERDICTS, State, Verdict
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


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
        examined = _examined(file)
        return Looked(Verdict.ISSUED, digest, len(file), checked(known, by=by, at=at), examined)
    if not signed.is_pdf(file):
        return Looked(Verdict.NO_PDF, digest, len(file))
    before = Document.objects.select_related("key").filter(sha256__in=list(signed.earlier(file))).first()
    if before:
        return Looked(Verdict.ADDED, digest, len(file), checked(before, by=by, at=at))
    return _of_others(file, digest)


def _of_others(file: bytes, digest: str) -> Looked:
    examined = _examined(file)
    if examined is None:
        return Looked(Verdict.UNSIGNED, digest, len(file))
    return Looked(signatures.verdict(examined, signed_here=Verdict.OURS), digest, len(file), None, examined)


def _examined(file: bytes) -> signatures.Examined | None:
    return signatures.examine(file, roots=roots(), stampers=stampers(), withdrawn=withdrawn())


def authorities() -> str:
    """The certificates that our signatures are trusted by, as PEM; empty before the first document."""
    return "".join(map(ssl.DER_cert_to_PEM_cert, roots()))


def roots() -> list[bytes]:
    """The same as DER, each once: the last of every chain."""
    rows = SigningKey.objects.order_by("number").values_list("certificates", flat=True)
    last = (f"{_BEGIN}{text.rpartition(_BEGIN)[2]}" for text in rows)
    return list(dict.fromkeys(map(ssl.PEM_cert_to_DER_cert, last)))


def stampers() -> list[bytes]:
    """Whom time stamps must lead to (DER), as the operator says. Refuses: ImproperlyConfigured."""
    return list(_stampers(settings.DOCUMENT_TSA_ROOTS)) if settings.DOCUMENT_TSA_ROOTS else []


@cache
def _stampers(file: str) -> tuple[bytes, ...]:
    try:
        text = Path(file).read_text()
        return tuple(ssl.PEM_cert_to_DER_cert(f"{_BEGIN}{one}") for one in text.split(_BEGIN)[1:])
    except (OSError, ValueError):
        raise ImproperlyConfigured(f"{file} holds no certificates in PEM (LINLI_DOCUMENT_TSA_ROOTS).") from None


def withdrawn() -> signatures.Withdrawn:
    """The certificates of our keys that were withdrawn: those that a recognised authority gave us too."""
    rows = SigningKey.objects.filter(withdrawn_at__isnull=False).values_list("certificates", "withdrawn_at")
    return {signatures.named(ssl.PEM_cert_to_DER_cert(text[:text.index(_END) + len(_END)])): moment
            for text, moment in rows if moment}


@dataclass(frozen=True)
class SignerCard:
    """A key that signs documents, and how many it has signed."""

    number: int
    test: bool
    since: datetime
    until: datetime
    withdrawn_at: datetime | None
    withdrawn_for: str
    documents: int


def signers() -> list[SignerCard]:
    """All of them, the oldest first; for whoever runs the node."""
    counted = dict(Document.objects.order_by().values_list("key").annotate(count=Count("pk")))
    return [SignerCard(row.number, row.test, row.since, row.until, row.withdrawn_at, row.withdrawn_for,
                       counted.get(row.pk, 0)) for row in SigningKey.objects.order_by("number")]


def revocation_list() -> bytes:
    """What our own test authority says of its certificates, the newest (DER). Refuses: NotFound (none was made)."""
    row = RevocationList.objects.order_by("-since").first()
    if row is None:
        raise NotFound(N_("No list was made yet: it comes within the hour of the first document."))
    return bytes(row.der)


def revoked() -> list[dict[str, Any]]:
    """What was taken back, by the digest of its file: who has the file finds it, nobody else learns of it."""
    rows = Document.objects.exclude(state=State.VALID).order_by("revoked_at", "id")
    return [{"sha256": digest, "reason": reason, "at": moment.astimezone(UTC).isoformat(timespec="seconds")}
            for digest, reason, moment in rows.values_list("sha256", "reason", "revoked_at") if moment]
