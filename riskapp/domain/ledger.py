"""The mathematics of the log: what a verifier computes from the bytes of an entry."""

import hashlib

_LEAF = b"\x00"


def leaf_hash(entry: bytes) -> str:
    """Return the leaf hash of an entry in hex: SHA-256 over a zero byte and its bytes (RFC 6962, 2.1)."""
    return hashlib.sha256(_LEAF + entry).hexdigest()
