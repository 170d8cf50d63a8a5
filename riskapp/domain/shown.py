"""How numbers and dates read on pages and in reports: one place, so that all readers see the same."""

from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_tenths(value: Fraction) -> Fraction:
    """Return the number rounded half-up to one decimal: the form in which every score is shown."""
    return Fraction(floor(value * 10 + Fraction(1, 2)), 10)


def one_decimal(value: Fraction, *, minus: str = "\N{MINUS SIGN}") -> str:
    """Return the number as text in tenths: "62.5"; programs ask for a hyphen as `minus`."""
    tenths = int(in_tenths(value) * 10)
    sign = minus if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def percent(value: Fraction) -> str:
    """Return a share of one as whole per cent, rounded half-up; short of everything is never 100 %."""
    whole = (value * 200 + 1) // 2
    if value < 1:
        whole = min(whole, 99)
    return f"{whole} %"


def exact_text(value: Fraction) -> str:
    """Return the exact number: decimal digits where they end, else "numerator/denominator"."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = f"{abs(value) * 10**places}".rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def grouped(number: int) -> str:
    """Return a whole number with its thousands set apart by commas."""
    return f"{number:,}"


def day(value: date) -> str:
    """Return a date as `2 January 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """Return the month of a date as `January 2026`."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime) -> str:
    """Return an instant as `2 January 2026, 14:05 UTC`."""
    utc = value.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def instant_iso(value: datetime) -> str:
    """Return an instant in ISO 8601, in UTC, to the second: `2026-01-02T14:05:00Z`."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def listing(words: list[str]) -> str:
    """Return the words as a list in a sentence: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def chance(share: Fraction) -> str:
    """Return a share of one in tenths of a per cent; neither nearly never nor nearly always reads as such."""
    if 0 < share < Fraction(1, 2000):
        return "under 0.1 %"
    if Fraction(1999, 2000) <= share < 1:
        return "over 99.9 %"
    return f"{one_decimal(share * 100)} %"


def error_words(error: float) -> str:
    """Return the standard error of a share of one in hundredths of a per cent: `0.05`."""
    return f"{error * 100:.2f}"
