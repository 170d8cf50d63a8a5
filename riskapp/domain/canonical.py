"""Canonical JSON (RFC 8785) and its SHA-256: the one form in which anything is hashed or frozen."""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import rfc8785


def canonical_bytes(value: Mapping[str, Any] | list[Any]) -> bytes:
    """Return the RFC 8785 form of a JSON value as UTF-8 bytes.

    Raises `rfc8785.CanonicalizationError` for what JSON cannot hold exactly: NaN, infinities,
    integers beyond 2^53 - 1 and lone surrogates.
    """
    return rfc8785.dumps(value)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def exact(number: float | str) -> Fraction:
    """Return the number exactly as its shortest decimal form reads: 0.1 is one tenth."""
    return Fraction(str(number))


def json_number(value: Fraction) -> int | float:
    """Return an exact number for JSON: an integer where it is one, else the nearest double."""
    return int(value) if value.denominator == 1 else float(value)
