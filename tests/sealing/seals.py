"""Builders of seals, PKCS#12 files and time stamp servers, and what pyHanko says of a sealed PDF."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfWriter

from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.sealing.signing import alone

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PASSWORD = "a password that nobody is to see"
OF_STAMPS = "unseen"


def own_seal(folder: Path, at: datetime = AT, name: str = "Ministry of Examples") -> Seal:
    return Seal(OwnKey(folder / "seal.pem", name, lambda: at))


def small_pdf(title: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if title:
        writer.add_metadata({"/Title": title})
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def validated(pdf: bytes, *trusted: bytes) -> PdfSignatureStatus:
    """Return what pyHanko makes of the one signature of a PDF; it trusts these certificates only."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    roots = [asn1.Certificate.load(each) for each in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT)
    return alone(partial(validate_pdf_signature, signature, context, ts_validation_context=context))


def certificate(
    key: Any,  # noqa: ANN401 (one of many kinds of key)
    name: str = "Seal of Examples",
    *,
    issuer: tuple[str, Any] | None = None,
    holds_for: timedelta = timedelta(days=365),
    usage: x509.ExtendedKeyUsage | None = None,
    signs: bool = True,
) -> x509.Certificate:
    """Return a certificate for a key, by itself or by an issuer given as name and key."""
    by, by_key = issuer or (name, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=700))
        .not_valid_after(AT + holds_for)
        .add_extension(_usage(signs=signs), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(by_key, None if "ed25519" in type(by_key).__name__.lower() else hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def packed_key(
    key: Any,  # noqa: ANN401 (one of many kinds of key)
    own: x509.Certificate | None,
    *others: x509.Certificate,
    password: str = PASSWORD,
) -> bytes:
    protection = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"seal", key, own, others, protection)


@cache
def _stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = certificate(key, "Stamps of Examples", usage=purpose)
    return DummyTimeStamper(
        asn1.Certificate.load(own.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        fixed_dt=AT,
    )


def stamp_certificate() -> bytes:
    """Return the certificate of the time stamp server."""
    found: bytes = _stamper().tsa_cert.dump()
    return found


class _Stamps(BaseHTTPRequestHandler):
    stamps_zeros = False

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        if self.stamps_zeros:
            asked["message_imprint"]["hashed_message"] = bytes(32)
        answer = _stamper().request_tsa_response(asked).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the interface)
        del format, args


class _StampsOfZeros(_Stamps):
    stamps_zeros = True


@contextmanager
def stamp_server(*, of_something_else: bool = False) -> Iterator[str]:
    """Yield the address of a time stamp server on this machine; it may stamp other than what it is sent."""
    answers = _StampsOfZeros if of_something_else else _Stamps
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://someone:{OF_STAMPS}@127.0.0.1:{server.server_address[1]}/stamps"
        server.shutdown()
        thread.join()
