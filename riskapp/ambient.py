"""The only file that reads clock, randomness and environment; callers pass on what it gives."""

import os
import secrets
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a fresh id, 32 hexadecimal digits: 48 bits of milliseconds, then 80 random bits.

    Ids made later sort later, which keeps index pages of insert-only tables warm.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def new_secret() -> str:
    """Return 256 fresh random bits, safe in an address or a cookie."""
    return secrets.token_urlsafe(32)


def environment() -> Mapping[str, str]:
    """Return the process environment."""
    return os.environ


def process_name() -> str:
    """Return what tells this process from every other on every machine, for people to read."""
    return f"{socket.gethostname()[:80]} {os.getpid()}"
