"""Who signed a file, and whether it is as it was then (PAdES; the signature's own arithmetic is pyHanko's)."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.engines.documents.rules import signed
from linli.engines.documents.rules.states import Verdict

Withdrawn = Mapping[tuple[bytes, int], datetime]
"""Certificates that hold no more, by the name of their authority (DER) and their number, and since when."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp (RFC 3161): that the signature was there at this moment, as `authority` says. `trusted`: its
    certificate leads to one that was given."""

    at: datetime
    authority: str
    trusted: bool


@dataclass(frozen=True)
class Examined:
    """`intact`: the file is as it was signed. `trusted`: the certificate leads to one that was given. The signer's name
    and moment are what the signature says; they count only where it is both."""

    intact: bool
    trusted: bool
    signer: str = ""
    authority: str = ""
    at: datetime | None = None
    """By the signer's own clock."""
    stamp: Stamp | None = None
    withdrawn_at: datetime | None = None

    @property
    def proven(self) -> bool:
        """Whether it was signed while its certificate held: that was not withdrawn, or a stamp is older than that."""
        return self.withdrawn_at is None or (
            self.stamp is not None and self.stamp.trusted and self.stamp.at < self.withdrawn_at)


def examine(file: bytes, *, roots: Collection[bytes], stampers: Collection[bytes] = (),
            withdrawn: Withdrawn | None = None) -> Examined | None:
    """None where the file has no signature over all of it. `roots` are certificates that are trusted to say who
    somebody is, `stampers` what time it is (DER)."""
    found = signed.signature(file)
    if found is None:
        return None
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(found.cms)["content"]
        return _examined(content, found, roots, stampers, withdrawn or {})
    except Exception:  # noqa: BLE001  # whatever a stranger writes there: unreadable is not signed
        return Examined(intact=False, trusted=False)


def verdict(said: Examined, *, signed_here: Verdict) -> Verdict:
    """What a file of unknown origin is; `signed_here` where a key of ours signed it, and nothing speaks against it."""
    if not said.intact:
        return Verdict.ALTERED
    if not said.trusted:
        return Verdict.OTHERS
    return signed_here if said.proven else Verdict.WITHDRAWN


def named(certificate: bytes) -> tuple[bytes, int]:
    """How a list calls a certificate (DER): by its authority and its number."""
    from asn1crypto import x509

    own = x509.Certificate.load(certificate)
    return own.issuer.dump(), int(own.serial_number)


def _examined(content: Any, found: signed.Signature, roots: Collection[bytes], stampers: Collection[bytes],
              withdrawn: Withdrawn) -> Examined:
    import asyncio
    import logging

    from pyhanko.sign.validation import generic_cms
    from pyhanko.sign.validation.status import SignatureStatus

    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # a broken file of others is no event of ours
    stamp = _stamp(content, stampers)
    moment = stamp.at if stamp and stamp.trusted else found.at
    status = asyncio.run(generic_cms.async_validate_cms_signature(
        content, status_cls=SignatureStatus, raw_digest=found.digest, validation_context=_context(roots, moment)))
    own = status.signing_cert
    return Examined(bool(status.intact and status.valid), bool(status.trusted), _common(own.subject),
                    _common(own.issuer), found.at, stamp, withdrawn.get((own.issuer.dump(), own.serial_number)))


def _stamp(content: Any, stampers: Collection[bytes]) -> Stamp | None:
    """The stamp of a signature that is really of this signature."""
    import asyncio

    from pyhanko.sign.validation import generic_cms

    (signer,) = content["signer_infos"]
    for token in generic_cms.extract_tst_data_iter(signer, signed=False):
        moment = token["encap_content_info"]["content"].parsed["gen_time"].native
        told = asyncio.run(generic_cms.validate_tst_signed_data(
            token, _context(stampers, moment), generic_cms.message_imprint_checker(signer)))
        if told["intact"] and told["valid"]:
            return Stamp(moment, _common(told["signing_cert"].subject), bool(told.get("validation_path")))
    return None


def _context(roots: Collection[bytes], moment: datetime | None) -> Any:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[x509.Certificate.load(one) for one in roots], moment=moment,
                             allow_fetching=False, revocation_mode="soft-fail")


def _common(name: Any) -> str:
    return str(name.native.get("common_name") or name.human_friendly)
