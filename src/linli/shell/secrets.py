"""The master key: one file, made at first start, from which every other key is derived."""
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linli.kernel.crypto import Cipher

DEMO = b"demo: not a secret, known to everyone"


def master(data: Path, *, demo: bool) -> bytes:
    """The node's master key, at least 32 bytes. The demo's is public, and refused anywhere else.

    Read from LINLI_SECRET_KEY_FILE, or from DATA/secret.key, which is made (mode 0600) where there is none.
    """
    if demo:
        return DEMO
    given = os.environ.get("LINLI_SECRET_KEY_FILE")
    file = Path(given) if given else data / "secret.key"
    if (data / "demo").exists():
        raise SystemExit(f"{data} holds a demo city, whose secrets are public. Give a real node its own LINLI_DATA.")
    if not file.exists():
        if given:
            raise SystemExit(f"There is no {file}, which LINLI_SECRET_KEY_FILE names. Make one: 32 random bytes.")
        data.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(urlsafe_b64encode(secrets.token_bytes(48)))
    key = file.read_bytes().strip()
    if key == DEMO:
        raise SystemExit(f"{file} holds the demo's secret, which everybody knows. Replace it before you serve.")
    if len(key) < 32:
        raise SystemExit(f"{file} holds fewer than 32 bytes: too short for a master key.")
    return key


def derived(key: bytes, purpose: str) -> str:
    """A key of its own for a purpose."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"linli {purpose}".encode()).derive(key)
    return urlsafe_b64encode(made).decode()


def cipher(name: str) -> Cipher:
    """The cipher of this name, in any case of letters."""
    try:
        return Cipher(name.lower())
    except ValueError:
        raise SystemExit(f"LINLI_CIPHER is {name}; it can be {' or '.join(Cipher)}.") from None
