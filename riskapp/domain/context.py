"""The context of use: what for, with which data, who is exposed, how much, where."""

import re
from dataclasses import dataclass
from enum import StrEnum

from riskapp.domain.text_rules import found, line_fault, text_fault
from riskapp.domain.whole_number import size_fault


class DataClass(StrEnum):
    """The most sensitive class of data that reaches the model."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"
    RESTRICTED = "restricted"


class Exposure(StrEnum):
    """Who meets what the model writes."""

    INTERNAL_STAFF = "internal-staff"
    CUSTOMERS = "customers"
    PUBLIC = "public"


class Buyer(StrEnum):
    """The declared kind of buyer: statutes and supervision hang on it."""

    ENTERPRISE = "enterprise"
    REGULATED_FINANCE = "regulated-finance"
    HEALTH = "health"
    PUBLIC_SECTOR = "public-sector"
    US_FEDERAL = "us-federal"
    US_DEFENCE_OR_INTELLIGENCE = "us-defence-or-intelligence"


class Jurisdiction(StrEnum):
    """Where the buyer stands and the data must be handled lawfully."""

    EU = "eu"
    UK = "uk"
    US = "us"
    AUSTRALIA = "australia"
    TAIWAN = "taiwan"
    SOUTH_KOREA = "south-korea"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A declared use. Tokens are per month; the budget is in US dollars per month."""

    title: str
    purpose: str
    data_class: DataClass
    exposure: Exposure
    buyer: Buyer
    jurisdictions: tuple[Jurisdiction, ...]
    languages: tuple[str, ...]
    input_tokens_per_month: int
    output_tokens_per_month: int
    budget_per_month: int | None = None

    def facts(self) -> dict[str, tuple[str, ...]]:
        """Return what gates may ask of a context, each field with its values."""
        return {
            "data_class": (self.data_class.value,),
            "exposure": (self.exposure.value,),
            "buyer": (self.buyer.value,),
            "jurisdiction": tuple(each.value for each in self.jurisdictions),
        }


GATE_FIELDS: dict[str, type[StrEnum]] = {
    "data_class": DataClass,
    "exposure": Exposure,
    "buyer": Buyer,
    "jurisdiction": Jurisdiction,
}
"""The fields that a gate's `when` may name, with the values each can take."""

LONGEST_TITLE = 120
LONGEST_PURPOSE = 4_000
MOST_LANGUAGES = 40

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def context_faults(content: Context) -> dict[str, str]:
    """Return what keeps a context out of the register: a message by field, empty where nothing does."""
    budget = content.budget_per_month
    return found(
        (
            ("title", line_fault(content.title, LONGEST_TITLE)),
            ("purpose", text_fault(content.purpose, LONGEST_PURPOSE)),
            ("jurisdictions", _jurisdictions_fault(content.jurisdictions)),
            ("languages", _languages_fault(content.languages)),
            ("input_tokens_per_month", size_fault(content.input_tokens_per_month)),
            ("output_tokens_per_month", size_fault(content.output_tokens_per_month)),
            ("budget_per_month", None if budget is None else size_fault(budget)),
        )
    )


def _jurisdictions_fault(jurisdictions: tuple[Jurisdiction, ...]) -> str | None:
    if not jurisdictions:
        return "are missing; choose at least one, or elsewhere"
    return None if len(set(jurisdictions)) == len(jurisdictions) else "name one twice; keep it once"


def _languages_fault(languages: tuple[str, ...]) -> str | None:
    if not languages:
        return "are missing; enter at least one code, such as en"
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            return f"{language[:40]!r} is no language code; use BCP 47, such as en, de or zh-Hans"
    if len(set(languages)) != len(languages):
        return "name one twice; keep it once"
    if len(languages) > MOST_LANGUAGES:
        return f"has {len(languages)} codes; name {MOST_LANGUAGES} at most"
    return None
