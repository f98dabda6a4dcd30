"""What an authority says of its own certificates: a signed list of those that hold no more (RFC 5280, 5)."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from linli.engines.documents.rules.signatures import Withdrawn


@dataclass(frozen=True)
class Listed:
    """`until`: a newer list is made before then."""

    withdrawn: Withdrawn
    made_at: datetime
    until: datetime | None


def read(der: bytes, *, roots: Collection[bytes]) -> Listed | None:
    """A list that one of these certificates (DER) signed; None where none did, or where it is no list."""
    try:
        found = x509.load_der_x509_crl(der)
    except ValueError:
        return None
    for root in map(x509.load_der_x509_certificate, roots):
        if root.subject == found.issuer and _signed(found, root):
            name = root.subject.public_bytes()
            return Listed({(name, one.serial_number): one.revocation_date_utc for one in found},
                          found.last_update_utc, found.next_update_utc)
    return None


def _signed(found: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(root.public_key())  # type: ignore[arg-type]  # a key that cannot sign is refused
    except (InvalidSignature, UnsupportedAlgorithm, TypeError):
        return False
