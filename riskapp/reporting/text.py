"""Words from elsewhere made fit for paper: visible where a font has no glyph, breakable, and bounded."""

import re
import unicodedata
from collections.abc import Callable
from itertools import accumulate, groupby, takewhile
from urllib.parse import urlsplit

from markupsafe import Markup, escape

LONGEST_TEXT = 600
"""Characters of one field that are printed unless a template allows more; the rest stays in the data."""

_LONGEST_WORD = 240

_LONGEST_LINK = 2_000
_LONGEST_RUN = 6
_MOST_NAMED = 12
_LINE = 40
_JOINERS = frozenset("\n\u00ad\u200c\u200d")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LONG_TOKEN = re.compile(r"\S{19,}")
_PUNCTUATION = r"/._\-?&=:;,+@|"
_BREAKS = re.compile(rf".{{7,15}}[{_PUNCTUATION}](?![{_PUNCTUATION}])|.{{1,16}}")
_BREAK = Markup("\N{ZERO WIDTH SPACE}")

HasGlyph = Callable[[str], bool]


def visible(text: str, has_glyph: HasGlyph, *, kept: frozenset[str] = frozenset("\n")) -> str:
    """Return the text with everything that cannot be printed replaced by its code in brackets.

    Line ends stay, tabs become spaces, accents are composed. A run of more than six such characters is
    named by its first and its length; after a dozen runs, so that a text does not grow manifold, each is [?].
    `kept` are characters that stay whatever they are.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    runs = groupby(composed, lambda each: each in kept or (_printable(each) and has_glyph(each)))
    shown: list[str] = []
    named = 0
    for is_shown, run in runs:
        if is_shown:
            shown += run
        else:
            named += 1
            shown.append(_named(list(run)) if named <= _MOST_NAMED else "[?]")
    return "".join(shown)


def legible(text: str) -> str:
    """Return the text for a screen or an office program, which have fonts of their own.

    Characters that show nothing or turn the direction of what follows are named by their code; those that
    join letters and emoji stay.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.replace("\n", " ").isprintable():
        return composed
    return visible(composed, lambda _: True, kept=_JOINERS)


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def _named(missing: list[str]) -> str:
    codes = [f"U+{ord(character):04X}" for character in missing]
    if len(codes) > _LONGEST_RUN:
        return f"[{codes[0]} and {len(codes) - 1} more characters without a glyph]"
    return f"[{' '.join(codes)}]"


def breakable(text: str) -> Markup:
    """Return the text escaped, with break opportunities inside words too long for a line.

    A word beyond 240 characters is cut, and says by how much. A zero width space offers the break: the
    element `wbr` costs the renderer 30 kB each, and inside a link it becomes an empty link without a tag.
    """
    parts: list[Markup] = []
    end = 0
    for token in _LONG_TOKEN.finditer(text):
        parts.append(escape(text[end : token.start()]))
        parts.append(_BREAK.join(escape(piece) for piece in _BREAKS.findall(_shortened(token.group()))))
        end = token.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def _shortened(token: str) -> str:
    rest = len(token) - _LONGEST_WORD
    return token if rest <= 0 else f"{token[:_LONGEST_WORD]}[…{rest:,} more]"


def capped(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return the text, cut at `limit` characters with a note that says so and where the rest is.

    A line end counts for 40 characters, for a short line takes as much paper as a long one; several empty
    lines become one.
    """
    squeezed = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = squeezed[:limit].count("\n")
    if len(squeezed) + lines * (_LINE - 1) <= limit:
        return squeezed
    spent = accumulate(_LINE if each == "\n" else 1 for each in squeezed)
    fits = sum(1 for _ in takewhile(lambda each: each <= limit, spent))
    rest = len(squeezed) - fits
    if not squeezed[fits:].strip():
        return squeezed[:fits].rstrip()
    return f"{squeezed[:fits].rstrip()} … [cut here: {rest:,} more characters stand in the attached data]"


def clipped(text: str, limit: int) -> str:
    """Return a text for a chart, a title or an attribute, cut without a word where it is longer."""
    return text if len(text) <= limit else f"{text[:limit].rstrip()} …"


def safe_link(address: str) -> str | None:
    """Return the address if it is http or https, with a host, short and without odd characters; else None."""
    if len(address) > _LONGEST_LINK or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def anchor(name: str) -> str:
    """Return the name as part of an element id: letters, digits and hyphens; anything else as its code."""
    return re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found.group()):x}", name)
