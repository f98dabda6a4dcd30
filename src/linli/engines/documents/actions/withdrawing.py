"""A signing key that must not be trusted any more, and the list by which our test authority tells everybody so."""
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from linli.engines.documents import events
from linli.engines.documents.actions import keys
from linli.engines.documents.models import RevocationList, SigningKey
from linli.engines.documents.rules.states import Withdrawal
from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_

LASTS, RENEWED = timedelta(days=7), timedelta(days=3)
"""How long a list holds, and how long before its end a newer one is made."""
_FLAGS = {Withdrawal.COMPROMISED: x509.ReasonFlags.key_compromise, Withdrawal.SUPERSEDED: x509.ReasonFlags.superseded,
          Withdrawal.CEASED: x509.ReasonFlags.cessation_of_operation}


@action
def withdraw(number: int, *, reason: Withdrawal, by: Actor, at: datetime) -> None:
    """Have a key sign nothing more, for good; the next document is signed with another. Whoever checks a file that it
    signed is told. Whether `by` may is for the caller to know. Refuses: NotFound; Conflict (withdrawn already).
    """
    row = SigningKey.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound(N_("There is no signing key {number}."), number=number)
    if row.withdrawn_at:
        raise Conflict(N_("The signing key {number} was withdrawn already."), number=number)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_for = at, by.ref, reason.value
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
    journal.record(events.SigningKeyWithdrawn(row.ref, reason.value), about=row.ref, by=by, at=at)
    if row.test:
        renew_list(at=at)


@action
def keep_list_fresh(*, at: datetime) -> bool:
    """Make a newer list where there is none, or the last one ends soon; whether one was made."""
    found = _authority()
    last = RevocationList.objects.filter(authority=_digest(found)).first() if found else None
    if found is None or last is not None and last.until - at > RENEWED:
        return False
    return renew_list(at=at)


def renew_list(*, at: datetime) -> bool:
    """Make the list anew, of all keys of our test authority that were withdrawn; whether there is such an authority."""
    authority = _authority()
    if authority is None:
        return False
    since, digest = at.astimezone(UTC).replace(microsecond=0), _digest(authority)
    last = RevocationList.objects.select_for_update().filter(authority=digest).first()
    number = last.number + 1 if last else 1
    made = (x509.CertificateRevocationListBuilder().issuer_name(authority.subject).last_update(since)
            .next_update(since + LASTS).add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys.authority_key().public_key()),
                           critical=False))
    text = authority.public_bytes(Encoding.PEM).decode()
    for key in SigningKey.objects.filter(test=True, withdrawn_at__isnull=False).order_by("number"):
        if key.certificates.endswith(text):
            made = made.add_revoked_certificate(_line(key))
    RevocationList.objects.update_or_create(authority=digest, defaults={
        "number": number, "since": since, "until": since + LASTS,
        "der": made.sign(keys.authority_key(), SHA256()).public_bytes(Encoding.DER)})
    return True


def _line(key: SigningKey) -> x509.RevokedCertificate:
    own = x509.load_pem_x509_certificates(key.certificates.encode())[0]
    assert key.withdrawn_at
    return (x509.RevokedCertificateBuilder().serial_number(own.serial_number)
            .revocation_date(key.withdrawn_at.astimezone(UTC).replace(microsecond=0))
            .add_extension(x509.CRLReason(_FLAGS[Withdrawal(key.withdrawn_for)]), critical=False).build())


def _authority() -> x509.Certificate | None:
    """Our test authority, where its secret part is at hand."""
    last = SigningKey.objects.filter(test=True).order_by("number").last()
    return keys.authority_of(last) if last else None


def _digest(authority: x509.Certificate) -> str:
    return authority.fingerprint(SHA256()).hex()
