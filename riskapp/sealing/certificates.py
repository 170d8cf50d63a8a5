"""The certificate that a seal names: whose it is, and from when to when it holds."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from textwrap import wrap

from riskapp.domain.shown import day

SOON = timedelta(days=60)
"""How long before its end a certificate is said to lapse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """An X.509 certificate: its bytes, and in words whose it is, who says so, and when it holds."""

    der: bytes
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate in hexadecimal."""
        return sha256(self.der).hexdigest()

    @property
    def pem(self) -> str:
        """Return the certificate as text, as programs import it."""
        lines = "\n".join(wrap(base64.b64encode(self.der).decode(), 64))
        return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"

    @property
    def self_signed(self) -> bool:
        """Return whether nobody else vouches for it."""
        return self.subject == self.issuer

    def fault(self, at: datetime) -> str | None:
        """Return in words why it does not hold at an instant, or None."""
        if at < self.not_before:
            return f"holds from {day(self.not_before.date())} only"
        return f"lapsed on {day(self.not_after.date())}" if at > self.not_after else None

    def lapses_soon(self, at: datetime) -> bool:
        """Return whether it holds at an instant, and not for long."""
        return self.fault(at) is None and self.not_after - at < SOON


def certificate_of(der: bytes) -> Certificate:
    """Return what a certificate says; raises ValueError where the bytes are none."""
    from cryptography import x509

    read = x509.load_der_x509_certificate(der)
    return Certificate(
        der=der,
        subject=read.subject.rfc4514_string(),
        issuer=read.issuer.rfc4514_string(),
        not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
    )
