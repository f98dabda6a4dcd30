"""An authority for time stamps on this machine: RFC 3161 over HTTP, its own certificate under a root of its own."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from linli.engines.documents.actions import keys
from tests.actors import AT


@cache
def certificates() -> tuple[bytes, bytes, bytes]:
    """Its secret key, its certificate (both DER), and the root's (PEM)."""
    root_key, name = keys._key("root of stamps"), keys._name("A root for stamps")
    root = (keys._builder(name, name, root_key, AT, keys.AUTHORITY_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(keys._usage(authority=True), critical=True).sign(root_key, SHA256()))
    own = rsa.generate_private_key(65537, 2048)
    since = root.not_valid_before_utc
    leaf = (x509.CertificateBuilder().subject_name(keys._name("Clock of Hefei")).issuer_name(name)
            .public_key(own.public_key()).serial_number(7).not_valid_before(since)
            .not_valid_after(since + keys.LASTS)
            .add_extension(keys._usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(root_key, SHA256()))
    return (own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), leaf.public_bytes(Encoding.DER),
            root.public_bytes(Encoding.PEM))


@dataclass
class Authority:
    url: str
    moment: datetime = AT + timedelta(seconds=2)
    answers: str = "stamp"
    """Or `older` (of another question), `nothing` (500), `rubbish` (no stamp at all)."""
    asked: int = 0
    last: bytes = b""

    def answer(self, request: bytes) -> bytes:
        from asn1crypto import keys as asn1
        from asn1crypto import tsp
        from asn1crypto import x509 as certificate
        from pyhanko.sign.timestamps import DummyTimeStamper

        self.asked += 1
        if self.answers == "rubbish":
            return b"\x30\x03hello"
        secret, own, _ = certificates()
        stamper = DummyTimeStamper(certificate.Certificate.load(own), asn1.PrivateKeyInfo.load(secret),
                                   fixed_dt=self.moment)
        given = self.last if self.answers == "older" else request
        self.last = request
        made: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(given)).dump()
        return made


@contextmanager
def authority() -> Iterator[Authority]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if told.answers == "nothing":
                self.send_error(500)
                return
            answer = told.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told = Authority(f"http://127.0.0.1:{server.server_port}/tsa")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
