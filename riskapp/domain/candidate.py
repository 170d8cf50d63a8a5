"""A candidate: a model at an exact version, on a deployment route."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskapp.domain.text_rules import found, line_fault, text_fault


class Route(StrEnum):
    """How the organisation would reach the model."""

    VENDOR_SERVICE = "vendor-service"
    CLOUD_HOST = "cloud-host"
    OTHER_HOST = "other-host"
    SELF_HOSTED = "self-hosted"


class Weights(StrEnum):
    """Whether the weights can be had."""

    OPEN = "open"
    CLOSED = "closed"


class VersionStatus(StrEnum):
    """What has been said about the life of this exact version on this route."""

    CURRENT = "current"
    RETIREMENT_ANNOUNCED = "retirement-announced"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One revision of what is assessed. Countries are lower-case ISO 3166-1 alpha-2 codes or "eu".

    `hosting_countries` are where prompts are processed or stored on this route ("own": on the
    organisation's own machines); empty means not known.
    """

    developer: str
    developer_country: str
    model: str
    version: str
    route: Route
    host: str
    hosting_countries: tuple[str, ...]
    weights: Weights
    licence: str
    retires_on: date | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """Return the name that lists and reports use."""
        return f"{self.model} ({self.version}) on {self.host}"

    def version_status(self, on: date) -> VersionStatus:
        """Return what holds for this version on a day."""
        if self.retires_on is None:
            return VersionStatus.CURRENT
        return VersionStatus.RETIRED if self.retires_on <= on else VersionStatus.RETIREMENT_ANNOUNCED

    def facts(self, on: date) -> dict[str, tuple[str, ...]]:
        """Return the declared facts that gates may test, as they stand on a day; unknown ones are absent."""
        declared: dict[str, tuple[str, ...]] = {
            "developer_country": (self.developer_country,),
            "route": (self.route.value,),
            "weights": (self.weights.value,),
            "version_status": (self.version_status(on).value,),
        }
        if self.hosting_countries:
            declared["hosting_countries"] = self.hosting_countries
        return declared


DECLARED_FACTS: dict[str, tuple[str, ...] | None] = {
    "developer_country": None,
    "hosting_countries": None,
    "route": tuple(Route),
    "weights": tuple(Weights),
    "version_status": tuple(VersionStatus),
}
"""The facts that a gate may test, with the values each can take (None: free)."""

COUNTRY_FACTS = frozenset({"developer_country", "hosting_countries"})
"""The facts whose values are countries."""

NO_COUNTRY = "is no country; use a lower-case ISO 3166-1 code such as 'de', or 'eu' or 'own'"
"""What to say of a value that is_country refuses."""

NO_HOME = "is no country; use a lower-case ISO 3166-1 code such as 'de', or 'eu'"
"""What to say of a developer's country that is none: a developer is at home somewhere."""

LONGEST_NAME = 120
LONGEST_LICENCE = 200
LONGEST_NOTE = 4_000
MOST_COUNTRIES = 60
YEARS = range(2000, 2101)

_COUNTRY = re.compile(r"[a-z]{2}|own")


def is_country(value: str) -> bool:
    """Return whether a text has the form of a country here: two lower-case letters, or "own"."""
    return _COUNTRY.fullmatch(value) is not None


def candidate_faults(content: Candidate) -> dict[str, str]:
    """Return what keeps a candidate out of the register: a message by field, empty where nothing does."""
    retires = content.retires_on
    return found(
        (
            ("developer", line_fault(content.developer, LONGEST_NAME)),
            ("developer_country", _home_fault(content.developer_country)),
            ("model", line_fault(content.model, LONGEST_NAME)),
            ("version", line_fault(content.version, LONGEST_NAME) or _floating_fault(content.version)),
            ("host", line_fault(content.host, LONGEST_NAME)),
            ("hosting_countries", _countries_fault(content.hosting_countries)),
            ("licence", line_fault(content.licence, LONGEST_LICENCE)),
            ("note", text_fault(content.note, LONGEST_NOTE, optional=True)),
            ("retires_on", None if retires is None or retires.year in YEARS else _NO_YEAR),
        )
    )


_FLOATING = re.compile(
    r"(?:^|[-_:@/ .])(?:latest|newest|current|stable|default|main|master|head|auto|live|nightly|rolling)$",
    re.IGNORECASE,
)


def _floating_fault(version: str) -> str | None:
    """Return what is wrong with the name of whatever is newest today, or None for the name of a version."""
    if _FLOATING.search(version.strip()) is None:
        return None
    return (
        f"{version.strip()[:40]!r} names another version tomorrow; give the exact one that you assess, "
        "such as a dated snapshot (2025-05-28), a release number or a commit"
    )


def _home_fault(country: str) -> str | None:
    if not country:
        return "is missing; enter a lower-case ISO 3166-1 code such as 'de', or 'eu'"
    return None if is_country(country) and country != "own" else f"{country[:40]!r} {NO_HOME}"


_NO_YEAR = f"lies outside {YEARS.start} to {YEARS.stop - 1}; check the year"


def _countries_fault(countries: tuple[str, ...]) -> str | None:
    for country in countries:
        if not is_country(country):
            return f"{country[:40]!r} {NO_COUNTRY}"
    twice = sorted({country for country in countries if countries.count(country) > 1})
    if twice:
        return f"{twice[0]!r} stands there twice; keep it once"
    if len(countries) > MOST_COUNTRIES:
        return f"has {len(countries)} countries; name {MOST_COUNTRIES} at most"
    return None
