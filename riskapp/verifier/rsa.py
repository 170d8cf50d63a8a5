"""RSA signatures (RFC 8017): PKCS #1 v1.5 and PSS, only to check public values."""

import hashlib
from dataclasses import dataclass

SMALLEST = 2048
"""Bits of a modulus that is accepted at least; 16,384 at most, which bounds the work."""

_LARGEST = 16_384
_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""The DigestInfo before each digest (RFC 8017, 9.2)."""


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A public key."""

    modulus: int
    exponent: int


def is_signed(key: RsaKey, digest: bytes, signature: bytes, *, name: str, salt_size: int | None) -> bool:
    """Return whether a signature over a digest made by the named function is that of a key.

    With `salt_size` it is a PSS signature with MGF1 of the same function, else one by PKCS #1 v1.5.
    """
    bits = key.modulus.bit_length()
    size = (bits + 7) // 8
    number = int.from_bytes(signature)
    if not SMALLEST <= bits <= _LARGEST or key.exponent < 3 or key.exponent.bit_length() > 64:  # noqa: PLR2004
        return False
    if len(signature) != size or number >= key.modulus:
        return False
    opened = pow(number, key.exponent, key.modulus).to_bytes(size)
    if salt_size is not None:
        return _is_pss(opened, digest, name=name, salt_size=salt_size, bits=bits - 1)
    info = _PREFIXES[name] + digest
    return opened == b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def _is_pss(opened: bytes, digest: bytes, *, name: str, salt_size: int, bits: int) -> bool:
    """Return whether an encoded message is one for a digest (RFC 8017, 9.1.2)."""
    size = (bits + 7) // 8
    if any(opened[: len(opened) - size]) or salt_size < 0:
        return False
    encoded = opened[len(opened) - size :]
    padding = size - len(digest) - salt_size - 2
    if padding < 0 or encoded[-1:] != b"\xbc":
        return False
    masked, made = encoded[: size - len(digest) - 1], encoded[size - len(digest) - 1 : -1]
    mask = _mask(made, len(masked), name)
    free = 8 * size - bits
    if masked[0] >> (8 - free):
        return False
    block = bytearray(a ^ b for a, b in zip(masked, mask, strict=True))
    block[0] &= 0xFF >> free
    if any(block[:padding]) or block[padding] != 1:
        return False
    salt = bytes(block[padding + 1 :])
    return hashlib.new(name, bytes(8) + digest + salt).digest() == made


def _mask(seed: bytes, size: int, name: str) -> bytes:
    found = b""
    counter = 0
    while len(found) < size:
        found += hashlib.new(name, seed + counter.to_bytes(4)).digest()
        counter += 1
    return found[:size]
