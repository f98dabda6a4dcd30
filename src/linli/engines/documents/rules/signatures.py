"""Who signed a file, and whether it is as it was then (PAdES; the signature's own arithmetic is pyHanko's)."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.engines.documents.rules import signed


@dataclass(frozen=True)
class Examined:
    """`intact`: the file is as it was signed. `trusted`: the certificate leads to one that was given. The signer's name
    and moment are what the signature says; they count only where it is both."""

    intact: bool
    trusted: bool
    signer: str = ""
    authority: str = ""
    at: datetime | None = None


def examine(file: bytes, *, roots: Collection[bytes]) -> Examined | None:
    """None where the file has no signature over all of it. `roots` are certificates that are trusted (DER)."""
    found = signed.signature(file)
    if found is None:
        return None
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(found.cms)["content"]
        return _examined(content, found, roots)
    except Exception:  # noqa: BLE001  # whatever a stranger writes there: unreadable is not signed
        return Examined(intact=False, trusted=False)


def _examined(content: Any, found: signed.Signature, roots: Collection[bytes]) -> Examined:
    import asyncio
    import logging

    from asn1crypto import x509
    from pyhanko.sign.validation import generic_cms
    from pyhanko.sign.validation.status import SignatureStatus
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=[x509.Certificate.load(one) for one in roots], moment=found.at,
                                allow_fetching=False, revocation_mode="soft-fail")
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # a broken file of others is no event of ours
    status = asyncio.run(generic_cms.async_validate_cms_signature(
        content, status_cls=SignatureStatus, raw_digest=found.digest, validation_context=context))
    own = status.signing_cert
    return Examined(bool(status.intact and status.valid), bool(status.trusted), _common(own.subject),
                    _common(own.issuer), found.at)


def _common(name: Any) -> str:
    return str(name.native.get("common_name") or name.human_friendly)
