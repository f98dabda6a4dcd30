"""What is sent, in the form that each way wants: a mail, or a message sealed for one browser (RFC 8030, 8188, 8291,
8292)."""
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from linli.kernel.crypto import derived
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

PUSH_LIFE = 24 * 3600
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)
_NOWHERE = N_("This browser cannot be reached. Allow notices in its settings and try again.")


def mail(*, ref: str, sender: str, to: str, subject: str, text: str, leave: str, at: datetime) -> EmailMessage:
    """A plain mail. The same letter always has the same Message-ID, so that one sent twice is shown once."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, " ".join(subject.split())
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{ref}@{sender.rpartition('@')[2].strip('>')}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{leave}>"
    made.set_content(text)
    return made


def subscription(told: Any, *, local: bool = False) -> dict[str, str]:
    """Where a browser takes messages, and its keys. `local` lets it be on this machine, for tests.

    Refuses: RuleBroken (not what browsers tell, or an address that is no push service on the open net).
    """
    try:
        found = {"endpoint": str(told["endpoint"]), "p256dh": str(told["keys"]["p256dh"]),
                 "auth": str(told["keys"]["auth"])}
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(found["p256dh"]))
        parts = urlsplit(found["endpoint"])
        host = parts.hostname or ""
        open_net = parts.scheme == "https" and "." in host and not host.replace(".", "").isdigit() and ":" not in host
        if len(_bytes(found["auth"])) != 16 or len(found["endpoint"]) > 1000 or not (open_net or local):
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise RuleBroken(_NOWHERE) from None
    return found


def server_key(master: bytes) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this node."""
    return ec.derive_private_key(1 + int.from_bytes(derived(master, "web push")) % (_ORDER - 1), ec.SECP256R1())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """As a browser wants it."""
    return _text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def pushed(told: Mapping[str, str], message: Mapping[str, str], *, key: ec.EllipticCurvePrivateKey, contact: str,
           urgent: bool, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers for the push service: only that browser can read the body."""
    once = ec.generate_private_key(ec.SECP256R1())
    body = http_ece.encrypt(json.dumps(message, ensure_ascii=False).encode(), salt=os.urandom(16), private_key=once,
                            dh=_bytes(told["p256dh"]), auth_secret=_bytes(told["auth"]), version="aes128gcm")
    parts = urlsplit(told["endpoint"])
    signed = Vapid02(key).sign({"aud": f"{parts.scheme}://{parts.netloc}", "sub": contact,
                                "exp": int(at.timestamp()) + 12 * 3600})
    return body, {"Content-Encoding": "aes128gcm", "TTL": str(PUSH_LIFE), "Urgency": "high" if urgent else "normal",
                  "Authorization": signed["Authorization"]}


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
