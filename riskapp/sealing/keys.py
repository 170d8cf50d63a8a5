"""The key of the seal: one that the service makes for itself, or one from a PKCS#12 file of the organisation.

Neither a key nor a password is ever shown: not in an error, not in a representation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from riskapp.domain.errors import InvalidError
from riskapp.private_files import make_private, replace_private
from riskapp.sealing.certificates import Certificate, certificate_of

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

FILE, PASSWORD, DATA = "RISKAPP_SEAL_FILE", "RISKAPP_SEAL_PASSWORD_FILE", "RISKAPP_DATA"

HOLDS_FOR = timedelta(days=3_653)
"""How long a certificate holds that the service makes for itself: ten years."""

_CLOCK_ERROR = timedelta(days=1)
"""By how much the clock may have been wrong when a certificate was made."""

_LONGEST_NAME = 64
_SMALLEST_RSA = 2_048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A hardware token by the library that reaches it and its name, and the label of the key in it."""

    module: Path
    name: str
    label: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKey:
    """A private key as PKCS#8 or the token that holds it, its certificate, and those that vouch for that."""

    certificate: Certificate
    private: bytes | Token = field(repr=False)
    chain: tuple[bytes, ...] = ()


class KeySource(Protocol):
    """Where the key of the seal comes from; `renewal` says what to do when its certificate lapses."""

    renewal: str

    def load(self) -> SealKey:
        """Return the key; raises InvalidError by the name of the setting, with what to do."""


class OwnKey:
    """A key with a certificate that it signs itself, in one file; made when it is first asked for."""

    renewal = "Stop the service, make a new one with “riskapp seal renew”, and start the service again."

    def __init__(self, path: Path, name: str, now: Callable[[], datetime]) -> None:
        """Use this file; `name` stands in the certificate, cut at what a certificate can hold."""
        self._path = path
        self._name = name[:_LONGEST_NAME]
        self._now = now

    def load(self) -> SealKey:
        """Return the key that lies in the file."""
        if not self._path.exists():
            self._write(make_private)
        try:
            return _own(self._path.read_bytes())
        except (OSError, ValueError) as error:
            raise InvalidError(
                {DATA: f"{self._path} cannot be read as the key of the seal; restore it from a backup"}
            ) from error

    def renew(self) -> SealKey:
        """Put a fresh key with a fresh certificate in the place of the old one, which is gone then."""
        self._write(replace_private)
        return self.load()

    def _write(self, write: Callable[[Path, bytes], None]) -> None:
        try:
            write(self._path, _new_own(self._name, self._now()))
        except OSError as error:
            message = f"{self._path} cannot be made: {error.strerror}; the seal on reports needs a key"
            raise InvalidError({DATA: message}) from error


def _own(pem: bytes) -> SealKey:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    return SealKey(certificate=certificate_of(der), private=_pkcs8(load_pem_private_key(pem, password=None)))


def _new_own(name: str, at: datetime) -> bytes:
    """Return a fresh key on the curve P-256 and a certificate that names its owner, as text."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.replace(microsecond=0) - _CLOCK_ERROR)
        .not_valid_after(at.replace(microsecond=0) + HOLDS_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


class FileKey:
    """A key with its certificates in a PKCS#12 file, and the password of that file in another."""

    renewal = f"Put the file with a new one where {FILE} says, and start the service again."

    def __init__(self, path: Path, password_path: Path | None) -> None:
        """Use these files; without the second the first has no password."""
        self._path = path
        self._password_path = password_path

    def load(self) -> SealKey:
        """Return the key that lies in the file."""
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        content, password = _read(FILE, self._path), self._password()
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(content, password)
        except ValueError as error:
            what = "is wrong" if password else "is missing"
            message = f"{self._path} cannot be opened: the password ({PASSWORD}) {what}, or it is not PKCS#12"
            raise InvalidError({FILE: message}) from error
        if key is None or certificate is None:
            what = "private key" if key is None else "certificate for its key"
            message = f"{self._path} holds no {what}; export key and certificate together"
            raise InvalidError({FILE: message})
        if (unfit := _unfit(key, certificate)) is not None:
            advice = "use one for signatures, on the curve P-256 or RSA of 3072 bits"
            raise InvalidError({FILE: f"{self._path} holds {unfit}; {advice}"})
        return SealKey(
            certificate=certificate_of(certificate.public_bytes(Encoding.DER)),
            private=_pkcs8(key),
            chain=tuple(each.public_bytes(Encoding.DER) for each in others),
        )

    def _password(self) -> bytes | None:
        if self._password_path is None:
            return None
        return secret_in(PASSWORD, self._password_path)


def secret_in(setting: str, path: Path) -> bytes:
    """Return the line that a file holds; raises InvalidError by the name of the setting."""
    return _read(setting, path).rstrip(b"\r\n")


def _read(setting: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; name a file that riskapp may read"
        raise InvalidError({setting: message}) from error


def _unfit(key: "PrivateKeyTypes", certificate: "x509.Certificate") -> str | None:
    """Return in words why readers of PDF would not accept what a key signs under a certificate, or None."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return "a certificate that is not for signatures"
    if isinstance(key, rsa.RSAPrivateKey):
        return None if key.key_size >= _SMALLEST_RSA else f"an RSA key of {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return None if key.curve.name in _CURVES else f"a key on the curve {key.curve.name}"
    return "a key of a kind that few readers of PDF know"


def _pkcs8(key: "PrivateKeyTypes") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
