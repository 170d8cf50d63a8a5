"""Signatures in CMS (RFC 5652) as PAdES uses them (ETSI EN 319 122, 319 142), and time stamps (RFC 3161).

Everything that no signature covers is compared with what it has to be, so that no byte can differ unnoticed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from riskapp.verifier import der
from riskapp.verifier.certificates import Certificate, certificate, instant
from riskapp.verifier.public_keys import Algorithm, algorithm, hash_name, is_signed
from riskapp.verifier.refusal import Refused

_SIGNED_DATA, _DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE, _TIME_STAMP = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"
_OLD_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_STAMP_INFO = "1.2.840.113549.1.9.16.1.4"
_MOST_CERTIFICATES = 20
_INSIDE, _BELOW = 0xA0, 0xA1

Attributes = dict[str, der.Value]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp: the instant that an authority vouches for."""

    at: datetime
    authority: Certificate


@dataclass(frozen=True, slots=True)
class SignedDigest:
    """What a signature says: the digest of a content under a hash function, by whom, and with which stamp."""

    signer: Certificate
    hash_name: str
    digest: bytes
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class _Content:
    """The parts of a SignedData."""

    version: int
    hashes: frozenset[str]
    kind: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    signer: list[der.Value]


def signed_digest(raw: bytes) -> SignedDigest:
    """Return what a detached signature says, its own signature being right; raises Refused."""
    found = _content(raw)
    if found.version != 1 or found.kind != _DATA or found.content is not None:
        raise Refused("is no detached signature")
    return _checked(found, stamped=True)


def _content(raw: bytes) -> _Content:
    outer = der.only(raw).of(der.SEQUENCE).children()
    if len(outer) != 2 or outer[0].oid() != _SIGNED_DATA:  # noqa: PLR2004 (type and content)
        raise Refused("is no CMS signature")
    parts = der.only(outer[1].of(_INSIDE).content).of(der.SEQUENCE).children()
    if len(parts) != 5:  # noqa: PLR2004 (version, hashes, content, certificates, signers)
        raise Refused("holds something else than one signature with its certificates")
    inner = parts[2].of(der.SEQUENCE).children()
    held = inner[1:2]
    signers = parts[4].of(der.SET).children()
    held_certificates = parts[3].of(_INSIDE).children()
    if len(held_certificates) > _MOST_CERTIFICATES:
        raise Refused("holds too many certificates")
    if not 0 < len(inner) <= 2 or len(signers) != 1:  # noqa: PLR2004 (type and content)
        raise Refused("holds something else than one signature over one content")
    return _Content(
        version=parts[0].number(),
        hashes=frozenset(hash_name(algorithm(each)) for each in parts[1].of(der.SET).children()),
        kind=inner[0].oid(),
        content=der.only(held[0].of(_INSIDE).content).of(der.OCTETS).content if held else None,
        certificates=tuple(certificate(each) for each in held_certificates),
        signer=signers[0].of(der.SEQUENCE).children(),
    )


def _checked(found: _Content, *, stamped: bool) -> SignedDigest:
    """Return what the signer signed; with `stamped` a time stamp may stand below the signature."""
    parts = found.signer
    if len(parts) not in {6, 7} or parts[0].number() != 1:
        raise Refused("names its signer in a way that is not read here")
    signer = _signer(parts[1], found.certificates)
    name = hash_name(algorithm(parts[2]))
    attributes = _attributes(parts[3].of(_INSIDE))
    how, signature = algorithm(parts[4]), parts[5].of(der.OCTETS).content
    if found.hashes != {name}:
        raise Refused("names other hash functions than the one that is used")
    if not is_signed(signer.key, _whole(how, name), bytes([der.SET]) + parts[3].raw[1:], signature):
        raise Refused("bears a signature that is not that of its certificate")
    _check_signer(attributes, signer)
    if _one(attributes, _CONTENT_TYPE).oid() != found.kind:
        raise Refused("signs another kind of content than it holds")
    stamp = None
    if len(parts) == 7:  # noqa: PLR2004 (with what is not signed)
        stamp = _stamp(_attributes(parts[6].of(_BELOW)), signature) if stamped else None
    digest = _one(attributes, _MESSAGE_DIGEST).of(der.OCTETS).content
    return SignedDigest(signer, name, digest, stamp)


def _whole(how: Algorithm, name: str) -> Algorithm:
    """Return the algorithm with its hash function, where it names RSA alone (RFC 3370, 3.2)."""
    if how.oid != "1.2.840.113549.1.1.1":
        return how
    number = {"sha256": 11, "sha384": 12, "sha512": 13}[name]
    return Algorithm(f"1.2.840.113549.1.1.{number}", how.parameters)


def _signer(value: der.Value, known: tuple[Certificate, ...]) -> Certificate:
    """Return the certificate that is named, the others being those above it; raises Refused."""
    parts = value.of(der.SEQUENCE).children()
    named = [each for each in known if [each.issuer, each.serial] == [parts[0].raw, parts[1].number()]]
    if len(parts) != 2 or len(named) != 1:  # noqa: PLR2004 (issuer and number)
        raise Refused("does not hold the certificate of its signer")
    chain, rest = [named[0]], [each for each in known if each is not named[0]]
    while above := [each for each in rest if each.name == chain[-1].issuer]:
        if not chain[-1].is_issued_by(above[0]):
            raise Refused("holds a certificate that the one above it did not sign")
        chain.append(above[0])
        rest.remove(above[0])
    top = chain[-1]
    if rest or (top.name == top.issuer and not top.is_issued_by(top)):
        raise Refused("holds certificates that do not belong to its signer, or were changed")
    return named[0]


def _attributes(value: der.Value) -> Attributes:
    found: Attributes = {}
    for each in value.children():
        parts = each.of(der.SEQUENCE).children()
        values = parts[1].of(der.SET).children() if len(parts) == 2 else []  # noqa: PLR2004 (type and values)
        if len(values) != 1 or parts[0].oid() in found:
            raise Refused("holds an attribute that does not have exactly one value")
        found[parts[0].oid()] = values[0]
    return found


def _one(attributes: Attributes, name: str) -> der.Value:
    if name not in attributes:
        raise Refused(f"does not sign the attribute {name}")
    return attributes[name]


def _check_signer(attributes: Attributes, signer: Certificate) -> None:
    """Compare the certificate with the digest of it that is signed (RFC 5035); raises Refused."""
    old = attributes.get(_OLD_SIGNING_CERTIFICATE)
    value = old if _SIGNING_CERTIFICATE not in attributes and old else _one(attributes, _SIGNING_CERTIFICATE)
    listed = der.first(value.of(der.SEQUENCE).content).of(der.SEQUENCE)
    identified = der.first(listed.content).of(der.SEQUENCE).children()
    name = "sha1" if value is old else "sha256"
    if identified and identified[0].tag == der.SEQUENCE:
        name, identified = hash_name(algorithm(identified[0])), identified[1:]
    if not identified or identified[0].of(der.OCTETS).content != hashlib.new(name, signer.raw).digest():
        raise Refused("signs for another certificate than it holds")


def _stamp(attributes: Attributes, signature: bytes) -> Stamp:
    """Return the time stamp over a signature; raises Refused."""
    if set(attributes) != {_TIME_STAMP}:
        raise Refused("holds something below the signature that is no time stamp")
    token = _content(attributes[_TIME_STAMP].raw)
    if token.kind != _STAMP_INFO or token.content is None or token.version != 3:  # noqa: PLR2004 (RFC 5652, 5.1)
        raise Refused("holds a time stamp that cannot be read")
    by = _checked(token, stamped=False)
    if hashlib.new(by.hash_name, token.content).digest() != by.digest:
        raise Refused("holds a time stamp that was changed")
    told = der.only(token.content).of(der.SEQUENCE).children()
    if len(told) < 5:  # noqa: PLR2004 (version, policy, imprint, number, instant)
        raise Refused("holds a time stamp that cannot be read")
    imprint = told[2].of(der.SEQUENCE).children()
    name = hash_name(algorithm(imprint[0]))
    if imprint[1].of(der.OCTETS).content != hashlib.new(name, signature).digest():
        raise Refused("holds a time stamp of another signature")
    return Stamp(instant(told[4]), by.signer)
