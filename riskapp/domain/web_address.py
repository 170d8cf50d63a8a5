"""Addresses on the web: only these ever become links."""

from urllib.parse import urlsplit

LONGEST_ADDRESS = 2_000
NO_ADDRESS = "is no web address; write it in full, with https:// at its beginning"


def is_web_address(text: str) -> bool:
    """Return whether a text is an absolute http or https address that may stand as a link."""
    if len(text) > LONGEST_ADDRESS or any(character <= " " or character == "\x7f" for character in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
