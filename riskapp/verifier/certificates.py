"""X.509 certificates (RFC 5280): whose they are, when they hold, and the key in them."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from riskapp.verifier import der
from riskapp.verifier.public_keys import Algorithm, PublicKey, algorithm, is_signed, public_key
from riskapp.verifier.refusal import Refused

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
}
_FRACTION = re.compile(r"(?<=\d{14})\.\d{1,9}Z$")
_VERSION = b"\x02\x01\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate: its bytes, and what they say. `issuer` and `name` are encoded names."""

    raw: bytes
    serial: int
    name: bytes
    issuer: bytes
    subject: str
    not_before: datetime
    not_after: datetime
    key: PublicKey
    told: bytes
    signed_by: Algorithm
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of its bytes in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    def holds_at(self, at: datetime) -> bool:
        """Return whether an instant lies within its time."""
        return self.not_before <= at <= self.not_after

    def is_issued_by(self, issuer: "Certificate") -> bool:
        """Return whether another certificate, or itself, signed it; raises Refused."""
        return self.issuer == issuer.name and is_signed(issuer.key, self.signed_by, self.told, self.signature)


def certificate(value: der.Value) -> Certificate:
    """Return the certificate that a value encodes; raises Refused."""
    parts = value.of(der.SEQUENCE).children()
    if len(parts) != 3:  # noqa: PLR2004 (what is told, how it is signed, the signature)
        raise Refused("holds a certificate that cannot be read")
    told = parts[0].of(der.SEQUENCE).children()
    if len(told) < 7 or told[0].content != _VERSION or told[2].raw != parts[1].raw:  # noqa: PLR2004 (RFC 5280, 4.1)
        raise Refused("holds a certificate that is none of version 3")
    times = told[4].of(der.SEQUENCE).children()
    if len(times) != 2:  # noqa: PLR2004 (from and until)
        raise Refused("holds a certificate without a time")
    return Certificate(
        raw=value.raw,
        serial=told[1].number(),
        issuer=told[3].of(der.SEQUENCE).raw,
        not_before=instant(times[0]),
        not_after=instant(times[1]),
        name=told[5].of(der.SEQUENCE).raw,
        subject=_words(told[5]),
        key=public_key(told[6]),
        told=parts[0].raw,
        signed_by=algorithm(parts[1]),
        signature=parts[2].bits(),
    )


def instant(value: der.Value) -> datetime:
    """Return the instant that a value encodes; raises Refused."""
    text = value.content.decode("ascii", "replace")
    short = value.tag == der.UTC_TIME
    if value.tag not in {der.UTC_TIME, der.GENERALIZED_TIME}:
        raise Refused("holds no time where one belongs")
    century = ("19" if text[:2] >= "50" else "20") if short else ""
    try:
        seconds = _FRACTION.sub("Z", century + text)
        return datetime.strptime(seconds, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused("holds a time that cannot be read") from error


def _words(name: der.Value) -> str:
    found = []
    for group in name.children():
        for each in group.of(der.SET).children():
            parts = each.of(der.SEQUENCE).children()
            label = _LABELS.get(parts[0].oid()) if len(parts) == 2 else None  # noqa: PLR2004 (kind and text)
            if label and parts[1].tag in der.TEXTS:
                text = parts[1].content.decode(der.TEXTS[parts[1].tag], "replace")
                plain = "".join(character if character.isprintable() else "?" for character in text[:200])
                found.append(f"{label}={plain}")
    return ", ".join(reversed(found)) or "nobody named"


def fingerprint_in(text: str) -> str:
    """Return the fingerprint that a text is, or that of the first certificate in it; raises Refused."""
    plain = text.strip().lower().replace(":", "")
    if _FINGERPRINT.fullmatch(plain):
        return plain
    found = _PEM.search(text)
    if found is None:
        raise Refused("is neither a SHA-256 fingerprint nor a certificate as PEM")
    try:
        raw = base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error as error:
        raise Refused("holds a certificate that is not Base64") from error
    return certificate(der.only(raw)).fingerprint
