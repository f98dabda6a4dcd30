"""A document as a file: set by typst as PDF/A-2b, then signed by pyHanko as PAdES, certified against any change.

Both libraries are loaded when the first document is issued: a node that issues none does not wait for them.
"""
import json
import logging
import re
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils.timezone import localtime

from linli.engines.documents.actions.keys import Signer
from linli.engines.documents.registry import Template, Values
from linli.engines.documents.rules import numbers
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_

_SHEET = Path(__file__).parents[1] / "data" / "sheet.typ"
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_FIELD = "Issuer"
_ROOM, _STAMP = 2048, 12_000  # bytes of a signature besides its certificates; of a time stamp with its own
_PATIENCE = 5  # seconds that a time stamp may take
_log = logging.getLogger(__name__)


def draw(template: Template, values: Values, *, number: str, issuer: str, url: str, language: str, valid_from: date,
         valid_until: date | None, test: bool, at: datetime) -> bytes:
    """The unsigned PDF/A-2b. Refuses: RuleBroken (characters that no font has)."""
    import typst

    chinese, on = language == "zh", localtime(at)
    told = {
        "template": template.key, "title": template.title.zh if chinese else str(template.title), "issuer": issuer,
        "number": numbers.shown(number), "url": url, "qr": _qr(url), "language": language, "test": test,
        "issued": [on.year, on.month, on.day], "on": _day(on.date(), language), "from": _day(valid_from, language),
        "until": _day(valid_until - timedelta(days=1), language) if valid_until else "",
        "labels": {field.key: field.label.zh if chinese else str(field.label) for field in template.fields},
        "values": printed(values, language),
    }
    try:
        made = typst.compile(
            f"{_SHEET.read_text()}\n{template.source}".encode(), font_paths=_fonts(settings.DOCUMENT_FONTS),
            sys_inputs={"document": json.dumps(told, ensure_ascii=False)}, pdf_standards="a-2b",
            timestamp=int(at.timestamp()))
    except typst.TypstError as why:
        missing = _MISSING.search(why.message)
        if missing is None:
            raise
        raise RuleBroken(N_("No font here has the characters “{characters}”. Have the operator add a font that has them"
                            " (LINLI_DOCUMENT_FONTS), or write them otherwise."), characters=missing[1]) from None
    return bytes(made)


def printed(values: Values, language: str) -> dict[str, Any]:
    """Values as they stand on the sheet: days in words, the rest as it is."""
    return {key: _day(value, language) if isinstance(value, date) else str(value) if isinstance(value, int) else value
            for key, value in values.items()}


def _day(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")


def _qr(url: str) -> str:
    drawn: str = segno.make(url, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) if "xmlns" not in drawn else drawn


@cache
def _fonts(more: str) -> Any:
    import pylopdf_fonts_zh_cn
    import typst

    folders = [str(Path(pylopdf_fonts_zh_cn.__file__).parent), *([more] if more else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def sign(pdf: bytes, signer: Signer, *, at: datetime) -> bytes:
    """The same file with a signature after it (PAdES; ETSI EN 319 142-1) that allows no change at all: baseline T, with
    a time stamp (RFC 3161), where an authority for these is set, else baseline B. Refuses: Conflict (no stamp came).
    """
    stamper = _stamper(settings.DOCUMENT_TSA) if settings.DOCUMENT_TSA else None
    room = 2 * (sum(map(len, signer.certificates)) + _ROOM + (_STAMP if stamper else 0))
    try:
        return _signed(pdf, signer, stamper, room, at=at)
    except OSError as why:  # the authority does not answer, refuses, or answers what is no stamp
        _log.warning("no time stamp from %s: %s", settings.DOCUMENT_TSA, why)
        raise Conflict(N_("The authority that stamps the time does not answer just now. Nothing was issued; try again"
                          " in some minutes, or call whoever runs this site.")) from None


def _signed(pdf: bytes, signer: Signer, stamper: Any, room: int, *, at: datetime) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class At(signers.PdfSigner):
        """Signs at the moment it is given: a clock of its own would make a document of yesterday say today."""

        def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = localtime(at).replace(microsecond=0)
            return session

    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES)
    out = BytesIO()
    At(meta, signer=_signing(signer.secret, signer.certificates), timestamper=stamper).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), output=out, bytes_reserved=room)  # else it signs twice, to see how much
    return out.getvalue()


def _stamper(url: str) -> Any:
    from pyhanko.sign.timestamps import HTTPTimeStamper

    class Stamper(HTTPTimeStamper):
        """Whatever goes wrong with an answer of others is one kind of failure."""

        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            try:
                return await super().async_timestamp(message_digest, md_algorithm)
            except OSError:
                raise
            except Exception as why:  # an answer that is no stamp, or of another question
                raise OSError(f"not a time stamp: {type(why).__name__}") from why

    return Stamper(url, timeout=_PATIENCE)


@cache
def _signing(secret: bytes, certificates: tuple[bytes, ...]) -> Any:
    from asn1crypto import keys, x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    chain = [x509.Certificate.load(one) for one in certificates]
    return signers.SimpleSigner(
        signing_cert=chain[0], signing_key=keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore.from_certs(chain))  # type: ignore[no-untyped-call]  # theirs has no types
