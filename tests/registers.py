"""Candidates, contexts and facts as tests need them, each with as much as the test does not care about."""

from typing import Any

from riskapp.domain.candidate import Candidate, Route, Weights
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.fact import ClaimType, Fact, Verification


def candidate(**given: Any) -> Candidate:  # noqa: ANN401 (fields of a candidate)
    """Return Acme Large on a cloud, changed as given."""
    content: dict[str, Any] = {
        "developer": "Acme",
        "developer_country": "us",
        "model": "Acme Large",
        "version": "2025-08-01",
        "route": Route.CLOUD_HOST,
        "host": "Example Cloud",
        "hosting_countries": ("us", "de"),
        "weights": Weights.CLOSED,
        "licence": "Terms of service of 2025",
    }
    return Candidate(**(content | given))


def context(**given: Any) -> Context:  # noqa: ANN401 (fields of a context)
    """Return letters to customers in the EU, changed as given."""
    content: dict[str, Any] = {
        "title": "Letters to customers",
        "purpose": "Draft letters that a person reads before they are sent.",
        "data_class": DataClass.PERSONAL,
        "exposure": Exposure.CUSTOMERS,
        "buyer": Buyer.ENTERPRISE,
        "jurisdictions": (Jurisdiction.EU,),
        "languages": ("de", "en"),
        "input_tokens_per_month": 1_500_000,
        "output_tokens_per_month": 300_000,
        "budget_per_month": 2_000,
    }
    return Context(**(content | given))


def fact(**given: Any) -> Fact:  # noqa: ANN401 (fields of a fact)
    """Return what the vendor says of Acme Large in one test, changed as given."""
    content: dict[str, Any] = {
        "subject": "Acme Large",
        "developer": "Acme",
        "model": "Acme Large",
        "version": "2025-08-01",
        "route": None,
        "host": None,
        "dimension": "performance",
        "metric": "GPQA-Diamond (pass@1)",
        "value": "65.0",
        "unit": "%",
        "as_of": "2025-08-01",
        "claim_type": ClaimType.VENDOR_CLAIM,
        "verification": Verification.PRIMARY,
        "source_title": "Acme Large model card",
        "publisher": "Acme",
        "url": "https://acme.example/card",
        "note": "",
    }
    return Fact(**(content | given))
