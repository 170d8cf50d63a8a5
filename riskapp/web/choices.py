"""What people choose from, with a line on each choice where its name does not say enough."""

from collections.abc import Iterable
from enum import StrEnum

from riskapp.domain.candidate import Route, Weights
from riskapp.domain.context import DataClass, Exposure
from riskapp.domain.fact import Verification
from riskapp.domain.findings import Classification
from riskapp.web.words import name_of

HINTS: dict[type[StrEnum], dict[str, str]] = {
    Route: {
        Route.VENDOR_SERVICE: "The developer's own service or programming interface.",
        Route.CLOUD_HOST: "A cloud provider's service, such as Azure, Bedrock or Vertex AI.",
        Route.OTHER_HOST: "Any other company that runs the weights for its customers.",
        Route.SELF_HOSTED: "The weights run on the organisation's own machines.",
    },
    Weights: {
        Weights.OPEN: "Anybody can download them.",
        Weights.CLOSED: "Only the developer and its hosts hold them.",
    },
    DataClass: {
        DataClass.PUBLIC: "Already published.",
        DataClass.INTERNAL: "For staff; little harm if it got out.",
        DataClass.CONFIDENTIAL: "Business secrets, source code, contracts.",
        DataClass.PERSONAL: "About people who can be identified.",
        DataClass.RESTRICTED: "Special categories of personal data, classified or export-controlled.",
    },
    Exposure: {
        Exposure.INTERNAL_STAFF: "Only the organisation's own people read it.",
        Exposure.CUSTOMERS: "Customers or partners read it.",
        Exposure.PUBLIC: "Anybody may meet it.",
    },
    Classification: {
        Classification.MAJOR_NONCONFORMITY: "A requirement is not met, which puts the result in doubt.",
        Classification.MINOR_NONCONFORMITY: "A requirement is not met; the result stands all the same.",
        Classification.OPPORTUNITY_FOR_IMPROVEMENT: "Every requirement is met; something could be better.",
    },
    Verification: {
        Verification.PRIMARY: "Read in the source itself.",
        Verification.SECONDARY: "Read in a copy or a quotation.",
        Verification.COMPUTED: "Calculated from other facts.",
        Verification.UNVERIFIED: "Not checked yet.",
    },
}


def choices(kind: type[StrEnum]) -> list[tuple[str, str, str]]:
    """Return the members of a kind for radio buttons or check boxes: value, name, hint or ""."""
    return [(each.value, name_of(each), HINTS.get(kind, {}).get(each, "")) for each in kind]


def filter_options(kind: type[StrEnum], every: str) -> list[tuple[str, str]]:
    """Return the members of a kind for a select, after the choice of all, which is called `every`."""
    return [("", every), *((each.value, name_of(each)) for each in kind)]


def text_options(names: Iterable[str], every: str, *, chosen: str = "") -> list[tuple[str, str]]:
    """Return names for a select, after the choice of all; what is chosen is always among them."""
    listed = sorted({*names, *([chosen] if chosen else [])}, key=str.casefold)
    return [("", every), *((name, name) for name in listed)]
