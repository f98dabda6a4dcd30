"""The keys that sign documents: a test authority of our own, or the certificate that the operator was given."""
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from linli.engines.documents import events, queries
from linli.engines.documents.models import SigningKey
from linli.engines.journal import actions as journal
from linli.kernel import seeds
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref

LASTS, AUTHORITY_LASTS = timedelta(days=3 * 365), timedelta(days=15 * 365)
LEFT = timedelta(days=90)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@dataclass(frozen=True)
class Signer:
    """What signs: the row that names it, the secret key (PKCS #8, DER), and its certificate with those above it."""

    row: SigningKey
    secret: bytes
    certificates: tuple[bytes, ...]  # DER, its own first


def signer(*, by: Actor, at: datetime) -> Signer:
    """What signs at this moment; made where there is none, where its certificate ends soon, or where its secret part
    was lost or withdrawn.

    Refuses: ImproperlyConfigured (a .p12 file that cannot be opened, or whose certificate has ended or was withdrawn).
    """
    if settings.DOCUMENT_PKCS12:
        secret, chain = _given(settings.DOCUMENT_PKCS12, settings.DOCUMENT_PASSWORD_FILE)
        last = SigningKey.objects.filter(certificates=_text(chain)).order_by("number").last()
        row = last or _kept(_next(), chain, test=False, by=by, at=at)
        if row.withdrawn_at:
            raise ImproperlyConfigured(f"The key in {settings.DOCUMENT_PKCS12} was withdrawn: put another there.")
        if not row.since <= at < row.until:
            raise ImproperlyConfigured(f"The certificate in {settings.DOCUMENT_PKCS12} is not valid at this moment.")
        return Signer(row, secret, tuple(one.public_bytes(Encoding.DER) for one in chain))
    last = SigningKey.objects.filter(test=True, since__lte=at).order_by("number").last()
    if last is None or last.withdrawn_at or last.until - at < LEFT or not _ours(
            last.certificates, f"document key {last.number}", 0):
        last = _tested(_next(), by=by, at=at)
    return Signer(last, _secret(f"document key {last.number}"), _der(last.certificates))


def _next() -> int:
    last = SigningKey.objects.order_by("number").last()
    return last.number + 1 if last else 1


def _kept(number: int, chain: list[x509.Certificate], *, test: bool, by: Actor, at: datetime) -> SigningKey:
    row, new = SigningKey.objects.get_or_create(number=number, defaults={
        "ref": new_ref(), "certificates": _text(chain), "test": test, "since": chain[0].not_valid_before_utc,
        "until": chain[0].not_valid_after_utc, "at": at, "by": by.ref})
    if new:
        made = events.SigningKeyMade(row.ref, row.certificates)
        journal.record(made, about=row.ref, by=by, at=at)
    return row


def _tested(number: int, *, by: Actor, at: datetime) -> SigningKey:
    """A key signed by our own test authority, which is marked as such in its name."""
    above = SigningKey.objects.filter(test=True).order_by("number").last()
    key, own = authority_key(), _key(f"document key {number}")
    authority = authority_of(above) if above else None
    if authority is None or authority.not_valid_after_utc < at + LASTS:
        name = _name(f"邻里测试签发机构 TEST ONLY · {settings.LOG_ORIGIN.partition('/')[0]}")
        authority = (
            _builder(name, name, key, at, AUTHORITY_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True).sign(key, SHA256()))
    leaf = (
        _builder(_name(settings.ISSUER or settings.LOG_ORIGIN.partition("/")[0]), authority.subject, own, at, LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION,
                                              x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(
            [x509.UniformResourceIdentifier(queries.list_address())], None, None, None)]), critical=False)
        .sign(key, SHA256()))
    return _kept(number, [leaf, authority], test=True, by=by, at=at)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, lasts: timedelta
             ) -> x509.CertificateBuilder:
    since = at.astimezone(UTC).replace(microsecond=0) - timedelta(days=1)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(since + lasts)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _key(purpose: str) -> ec.EllipticCurvePrivateKey:
    drawn = seeds.seed(purpose, master=settings.MASTER_KEY, folder=settings.DOCUMENT_KEYS)
    return ec.derive_private_key(int.from_bytes(drawn, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def authority_key() -> ec.EllipticCurvePrivateKey:
    """The secret part of our test authority."""
    return _key("document authority")


def authority_of(row: SigningKey) -> x509.Certificate | None:
    """The test authority that signed a key, where its secret part is at hand."""
    found = x509.load_pem_x509_certificates(row.certificates.encode())[-1]
    return found if _ours(row.certificates, "document authority", -1) else None


@lru_cache(maxsize=8)
def _ours(certificates: str, purpose: str, place: int) -> bool:
    """Whether the secret part at hand belongs to that certificate: it does not after a backup came back without it."""
    return x509.load_pem_x509_certificates(certificates.encode())[place].public_key() == _key(purpose).public_key()


@lru_cache(maxsize=4)
def _secret(purpose: str) -> bytes:
    return _key(purpose).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@lru_cache(maxsize=4)
def _given(file: str, password_file: str) -> tuple[bytes, list[x509.Certificate]]:
    try:
        password = Path(password_file).read_text().strip().encode() if password_file else None
        key, leaf, more = pkcs12.load_key_and_certificates(Path(file).read_bytes(), password)
    except (OSError, ValueError):
        raise ImproperlyConfigured(f"{file} cannot be opened: is it a .p12 file, and LINLI_DOCUMENT_PASSWORD_FILE its"
                                   " password?") from None
    if key is None or leaf is None:
        raise ImproperlyConfigured(f"{file} holds no key with its certificate.")
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), [leaf, *more]


def _text(chain: list[x509.Certificate]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


@lru_cache(maxsize=4)
def _der(text: str) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(text.encode()))
