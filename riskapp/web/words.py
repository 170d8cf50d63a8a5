"""How values read on pages: template filters over `riskapp.domain.shown`."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from flask import Flask

from riskapp.domain.as_of import as_of_words
from riskapp.domain.candidate import Route
from riskapp.domain.canonical import exact
from riskapp.domain.context import Buyer, Jurisdiction
from riskapp.domain.shown import (
    chance,
    day,
    error_words,
    exact_text,
    grouped,
    instant,
    instant_iso,
    one_decimal,
    percent,
)
from riskapp.domain.web_address import is_web_address

KILO = 1_000

NAMES: dict[StrEnum, str] = {
    Buyer.US_FEDERAL: "US federal agency",
    Buyer.US_DEFENCE_OR_INTELLIGENCE: "US defence or intelligence",
    Jurisdiction.EU: "European Union",
    Jurisdiction.UK: "United Kingdom",
    Jurisdiction.US: "United States",
    Jurisdiction.SOUTH_KOREA: "South Korea",
    Route.SELF_HOSTED: "Self-hosted",
    Route.VENDOR_SERVICE: "Vendor's service",
}
"""Names that are more than their identifier in words; no two kinds share an identifier here."""


def score(value: Fraction | None) -> str:
    """Return a score with one decimal, or "not rated" where there is none."""
    return "not rated" if value is None else one_decimal(value)


def words(identifier: str) -> str:
    """Return a kebab-case identifier as words: `approve-with-conditions` reads "approve with conditions"."""
    return identifier.replace("-", " ").replace("_", " ")


def sentence(text: str) -> str:
    """Return the text with its first letter large and the rest as it is."""
    return text[:1].upper() + text[1:]


def name_of(choice: StrEnum) -> str:
    """Return how a choice is called on pages."""
    return NAMES.get(choice) or sentence(words(choice.value))


def spoken(problems: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the messages of fields as sentences: one that begins small is said of its field's label."""
    return {
        name: f"{labels.get(name, sentence(words(name)))} {message}" if message[:1].islower() else message
        for name, message in problems.items()
    }


def country(code: str) -> str:
    """Return a country as pages write it: its code in capitals, or "own machines"."""
    return "own machines" if code == "own" else code.upper()


def size(octets: int) -> str:
    """Return a number of bytes as people read it: `812 bytes`, `14 kB`, `2.1 MB`, `20 MB`."""
    if octets < KILO:
        return f"{octets} bytes"
    if octets < KILO * KILO:
        return f"{octets / KILO:.0f} kB"
    return f"{octets / KILO / KILO:.1f} MB".replace(".0 MB", " MB")


def iso(value: date) -> str:
    """Return a day, or an instant in UTC, as ISO 8601 for the `datetime` attribute."""
    return instant_iso(value) if isinstance(value, datetime) else value.isoformat()


def teach(app: Flask) -> None:
    """Give the templates of the application these words as filters."""
    for name, word in (
        ("as_of", as_of_words),
        ("chance", lambda share: chance(exact(share))),
        ("country", country),
        ("day", day),
        ("error", error_words),
        ("exact", exact_text),
        ("grouped", grouped),
        ("instant", instant),
        ("iso", iso),
        ("name_of", name_of),
        ("percent", percent),
        ("score", score),
        ("sentence", sentence),
        ("size", size),
        ("words", words),
    ):
        app.add_template_filter(word, name)
    app.add_template_test(is_web_address, "web_address")
