"""Comments on a criterion: plain text, in which people are mentioned and addresses become links."""

import re
from dataclasses import dataclass

from riskapp.domain.text_rules import text_fault
from riskapp.domain.web_address import is_web_address

LONGEST_COMMENT = 4_000
MOST_MENTIONS = 20

_MENTION = re.compile(r"(?<![\w.@-])@([a-z0-9][a-z0-9._@-]{1,79})", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_AFTER_NAME = "._@-"
_AFTER_ADDRESS = ".,;:!?)]}'\N{RIGHT SINGLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class CommentPart:
    """A run of a comment; `address` is where it leads, None for text."""

    text: str
    address: str | None = None


def comment_fault(text: str) -> str | None:
    """Return what keeps a text from being a comment, or None."""
    if len(mentions_in(text)) > MOST_MENTIONS:
        return f"mentions more than {MOST_MENTIONS} people; split it"
    return text_fault(text, LONGEST_COMMENT)


def mentions_in(text: str) -> tuple[tuple[str, ...], ...]:
    """Return, for every mention in a text, the sign-in names that it can mean, the likeliest first.

    There are several where a mark follows that may end the sentence or belong to the name: “@ada.” is `ada.`
    or `ada`. Names are in small letters, as they are kept; one that comes again is left out.
    """
    found = dict.fromkeys(_readings(match[1].lower()) for match in _MENTION.finditer(text))
    return tuple(found)


def _readings(name: str) -> tuple[str, ...]:
    readings = [name]
    while name[-1] in _AFTER_NAME:
        name = name[:-1]
        readings.append(name)
    return tuple(readings)


def comment_parts(text: str) -> tuple[CommentPart, ...]:
    """Return a comment as text and links; the parts joined are the comment. Only http and https lead on."""
    parts: list[CommentPart] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_AFTER_ADDRESS)
        if is_web_address(address):
            parts += [CommentPart(text[end : match.start()]), CommentPart(address, address)]
            end = match.start() + len(address)
    parts.append(CommentPart(text[end:]))
    return tuple(each for each in parts if each.text)
