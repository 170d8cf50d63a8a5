"""Public keys as certificates hold them (RFC 5480, 8017), and the signatures that they check."""

import hashlib
from dataclasses import dataclass

from riskapp.verifier import der, ecdsa, rsa
from riskapp.verifier.ecdsa import Curve
from riskapp.verifier.refusal import Refused
from riskapp.verifier.rsa import RsaKey

HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_CURVES = {"1.2.840.10045.3.1.7": ecdsa.P256, "1.3.132.0.34": ecdsa.P384}
_ECDSA = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_RSA = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_EC_KEY, _RSA_KEY, _PSS, _MGF1 = (
    "1.2.840.10045.2.1",
    "1.2.840.113549.1.1.1",
    "1.2.840.113549.1.1.10",
    "1.2.840.113549.1.1.8",
)
_NOTHING = (b"", b"\x05\x00")


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on a curve."""

    curve: Curve
    point: tuple[int, int]


PublicKey = EcKey | RsaKey
"""A key of a kind that readers of PDF know."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """The identifier of an algorithm, with its parameters as they are encoded."""

    oid: str
    parameters: bytes


def algorithm(value: der.Value) -> Algorithm:
    """Return the algorithm that a value names; raises Refused."""
    parts = value.of(der.SEQUENCE).children()
    if not 0 < len(parts) <= 2:  # noqa: PLR2004 (an identifier and its parameters)
        raise Refused("names no algorithm where one belongs")
    return Algorithm(parts[0].oid(), b"".join(each.raw for each in parts[1:]))


def hash_name(named: Algorithm) -> str:
    """Return the name of a hash function; raises Refused for one that is not read here."""
    if named.oid not in HASHES or named.parameters not in _NOTHING:
        raise Refused(f"uses a hash function that is not read here ({named.oid})")
    return HASHES[named.oid]


def public_key(value: der.Value) -> PublicKey:
    """Return the key in a SubjectPublicKeyInfo; raises Refused."""
    parts = value.of(der.SEQUENCE).children()
    if len(parts) != 2:  # noqa: PLR2004 (algorithm and key)
        raise Refused("holds no public key where one belongs")
    named, raw = algorithm(parts[0]), parts[1].bits()
    if named.oid == _EC_KEY:
        curve = _CURVES.get(der.only(named.parameters).oid())
        point = None if curve is None else ecdsa.decoded_point(curve, raw)
        if curve is None or point is None:
            raise Refused("holds a key on a curve that is not read here")
        return EcKey(curve, point)
    if named.oid == _RSA_KEY and named.parameters in _NOTHING:
        numbers = [each.number() for each in der.only(raw).of(der.SEQUENCE).children()]
        if len(numbers) != 2 or min(numbers) <= 0:  # noqa: PLR2004 (modulus and exponent)
            raise Refused("holds an RSA key that cannot be read")
        return RsaKey(*numbers)
    raise Refused(f"holds a key of a kind that is not read here ({named.oid})")


def is_signed(key: PublicKey, named: Algorithm, message: bytes, signature: bytes) -> bool:
    """Return whether a signature over a message is that of a key; raises Refused where it is not read."""
    if isinstance(key, EcKey):
        return _is_signed_on_curve(key, named, message, signature)
    name, salt_size = _padding(named)
    digest = hashlib.new(name, message).digest()
    return rsa.is_signed(key, digest, signature, name=name, salt_size=salt_size)


def _is_signed_on_curve(key: EcKey, named: Algorithm, message: bytes, signature: bytes) -> bool:
    if named.oid not in _ECDSA or named.parameters:
        raise Refused(f"is signed in a way that is not read here ({named.oid})")
    parts = [each.number() for each in der.only(signature).of(der.SEQUENCE).children()]
    if len(parts) != 2:  # noqa: PLR2004 (r and s)
        raise Refused("holds no pair of numbers as its signature")
    digest = hashlib.new(_ECDSA[named.oid], message).digest()
    return ecdsa.is_signed(key.curve, key.point, digest, (parts[0], parts[1]))


def _padding(named: Algorithm) -> tuple[str, int | None]:
    """Return the hash function of an RSA signature, and the size of its salt where it is PSS."""
    if named.oid in _RSA and named.parameters in _NOTHING:
        return _RSA[named.oid], None
    if named.oid != _PSS:
        raise Refused(f"is signed in a way that is not read here ({named.oid})")
    told = {each.tag & 0x1F: der.only(each.content) for each in der.only(named.parameters).children()}
    if set(told) - {0, 1, 2} or not {0, 1} <= set(told):
        raise Refused("is signed by PSS with parameters that are not read here")
    name = hash_name(algorithm(told[0]))
    mask = algorithm(told[1])
    if mask.oid != _MGF1 or hash_name(algorithm(der.only(mask.parameters))) != name:
        raise Refused("is signed by PSS with parameters that are not read here")
    return name, told[2].number() if 2 in told else 20  # noqa: PLR2004 (the field, and its default)
