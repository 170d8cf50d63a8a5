"""The look of an organisation's reports: a folder of its own, read and checked when the service starts.

What a report shows of it (name, marking, colours, places to sign, logo) is frozen in the data of the report,
so that one made later looks as it did. Templates and styles of the folder win over ours of the same name.
"""

import base64
import binascii
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError

from riskapp.domain.errors import InvalidError
from riskapp.domain.text_rules import line_fault
from riskapp.reporting.logo import MEDIA_TYPES, logo_fault

FILE, STYLES, TEMPLATES = "house.toml", "house.css", "templates"

LONGEST_NAME = 80
LONGEST_MARKING = 40
LONGEST_ROLE = 60
MOST_ROLES = 6
LARGEST_LOGO = 64 * 1024
LARGEST_FILE = 256 * 1024

READABLE = 4.5
"""The least contrast of the accent with white, in which words are set (WCAG 2.2, 1.4.3)."""

CLEAR = 7.0
"""The least contrast of the cover with white: small words on it are set in a lighter tone."""

LEADS_AWAY = re.compile("http-equiv", re.IGNORECASE)
"""What sends a reader elsewhere with all that stands on a page: no policy of a browser stops it."""

_LINEAR_UP_TO = 0.04045

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = frozenset({"name", "marking", "accent", "cover", "sign_off", "logo"})
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an organisation sets; everything may be left out.

    `accent` and `cover` are colours as `#0b5a6f`, `sign_off` the roles that sign a decision on paper. `logo`
    is its media type and its bytes. `templates` are texts by the names of ours, `styles` comes after ours.
    """

    name: str = ""
    marking: str = ""
    accent: str = ""
    cover: str = ""
    sign_off: tuple[str, ...] = ()
    logo: tuple[str, bytes] | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    styles: str = ""

    def part(self) -> dict[str, Any]:
        """Return what a document freezes of it as JSON values: nothing where nothing is set."""
        said: dict[str, Any] = {
            "marking": self.marking,
            "accent": self.accent,
            "cover": self.cover,
            "sign_off": list(self.sign_off),
        }
        if self.logo is not None:
            media_type, content = self.logo
            said["logo"] = {"media_type": media_type, "base64": base64.b64encode(content).decode()}
        return {"house": said} if any(said.values()) else {}


PLAIN = House()
"""The look of an organisation that sets nothing."""


def read_house(folder: Path, reports: Path) -> House:
    """Return what the folder sets; raises InvalidError by file, with line and reason.

    `reports` is the folder of our templates, which say which names there are.
    """
    said, text = _settings(folder / FILE)
    problems = dict(_problems(said, text))
    logo = _logo(folder, said.get("logo"), problems)
    templates = _templates(folder / TEMPLATES, reports, problems)
    styles = _text(folder / STYLES, problems) if (folder / STYLES).exists() else ""
    if problems:
        raise InvalidError(problems)
    return House(
        name=said.get("name", ""),
        marking=said.get("marking", ""),
        accent=said.get("accent", ""),
        cover=said.get("cover", ""),
        sign_off=tuple(said.get("sign_off", ())),
        logo=logo,
        templates=templates,
        styles=styles,
    )


def _settings(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        message = f"cannot be read: {error.strerror}; RISKAPP_HOUSE names a folder with this file"
        raise InvalidError({str(path): message}) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidError({str(path): f"is no TOML: {error}"}) from error


def _problems(said: Mapping[str, Any], text: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in the settings, by file and line."""
    for key, value in said.items():
        if fault := _unfit(key, value):
            yield f"{FILE}, line {_line_of(key, text)}", f"{key} {fault}"


def _unfit(key: str, value: object) -> str | None:
    match key:
        case "name" | "marking":
            longest = LONGEST_NAME if key == "name" else LONGEST_MARKING
            return line_fault(value, longest) if isinstance(value, str) else "is no text"
        case "accent" | "cover":
            return _colour_fault(value, READABLE if key == "accent" else CLEAR)
        case "sign_off":
            return _roles_fault(value)
        case "logo":
            return None if isinstance(value, str) and value else "names no file"
        case _:
            return f"is not known; choose from {', '.join(sorted(_KEYS))}"


def _roles_fault(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return 'is no list of roles; write it as ["Head of procurement", "Security officer"]'
    if len(value) > MOST_ROLES:
        return f"names {len(value)} roles; there is room for {MOST_ROLES}"
    return next((fault for each in value if (fault := line_fault(each, LONGEST_ROLE))), None)


def _colour_fault(value: object, least: float) -> str | None:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        return "is no colour; write it as #0b5a6f"
    found = contrast_with_white(value)
    if found < least:
        return f"has a contrast of {found:.1f} with white; choose a darker one, from {least:g} on"
    return None


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of a colour such as `#0b5a6f` with white, 1 to 21 (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= _LINEAR_UP_TO else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _line_of(key: str, text: str) -> int:
    begins = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if begins.match(line))
    return next(lines, 1)


def _logo(folder: Path, name: object, problems: dict[str, str]) -> tuple[str, bytes] | None:
    if not isinstance(name, str) or not name:
        return None
    path = folder / name
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    content = None if media_type is None else _bytes(path, LARGEST_LOGO, problems)
    if media_type is None:
        problems[name] = "is neither .svg nor .png"
    elif content is not None and (fault := logo_fault(media_type, content)):
        problems[name] = fault
    return None if media_type is None or content is None else (media_type, content)


def _templates(folder: Path, reports: Path, problems: dict[str, str]) -> dict[str, str]:
    """Return the templates of the folder by name; one that stands for none of ours is refused, and so on."""
    found = {}
    for path in sorted(folder.rglob("*.html")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        text = _text(path, problems)
        if folder.resolve() not in path.resolve().parents:
            problems[name] = "is a link that leads out of the folder; put the file itself there"
        elif not (reports / name).is_file():
            problems[name] = "stands for no template of ours; names are those in the folder reports/"
        elif fault := _template_fault(text):
            line, words = fault
            problems[f"{TEMPLATES}/{name}, line {line}"] = words
        found[name] = text
    return found


def _template_fault(text: str) -> tuple[int, str] | None:
    """Return on which line what is wrong with a template, or None."""
    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as fault:
        return fault.lineno, str(fault.message)
    if found := LEADS_AWAY.search(text):
        return text.count("\n", 0, found.start()) + 1, "http-equiv sends readers elsewhere; leave it out"
    return None


def _text(path: Path, problems: dict[str, str]) -> str:
    content = _bytes(path, LARGEST_FILE, problems)
    try:
        return (content or b"").decode()
    except UnicodeDecodeError:
        problems[path.name] = "is not text in UTF-8"
        return ""


def _bytes(path: Path, most: int, problems: dict[str, str]) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        problems[path.name] = f"cannot be read: {error.strerror}"
        return None
    if len(content) > most:
        problems[path.name] = f"has {len(content):,} bytes; {most:,} is the most"
        return None
    return content


def look_of(content: Mapping[str, Any]) -> tuple[str, tuple[str, bytes] | None]:
    """Return the styles and the logo that the data of a document freeze; raises ValueError where they lie."""
    said = content.get("house") or {}
    colours = {"accent": said.get("accent", ""), "cover": said.get("cover", "")}
    if any(each and not _COLOUR.fullmatch(each) for each in colours.values()):
        raise ValueError("the house of the document names no colours")
    rules = "".join(f"--{name}: {value}; " for name, value in colours.items() if value)
    logo = said.get("logo")
    if logo is None:
        return f":root {{ {rules}}} ", None
    try:
        decoded = base64.b64decode(logo["base64"], validate=True)
    except binascii.Error as error:
        raise ValueError("the logo of the document cannot be read") from error
    return f":root {{ {rules}}} ", (logo["media_type"], decoded)
