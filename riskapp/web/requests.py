"""What a request asks for in its address, read without trust."""

from flask import request

_LARGEST = 2**31 - 1


def number_asked(name: str) -> int | None:
    """Return the whole number that the address gives under a name, or None for none or nonsense."""
    return number_of(request.args.get(name, ""))


def number_sent(name: str) -> int | None:
    """Return the whole number that the form gives under a name, or None for none or nonsense."""
    return number_of(request.form.get(name, ""))


def number_of(raw: str) -> int | None:
    """Return the whole number that a text says, capped at what a column holds; None for nonsense."""
    if not raw.isascii() or not raw.isdecimal() or len(raw) > len(str(_LARGEST)):
        return None
    return min(int(raw), _LARGEST)


def page_asked() -> int:
    """Return the page of a list that the address asks for, from 1."""
    return max(1, number_asked("page") or 1)


def text_asked(name: str, longest: int = 200) -> str:
    """Return the text that address or form gives under a name, cut to length, without control characters."""
    return "".join(each for each in request.values.get(name, "")[:longest] if each.isprintable()).strip()
