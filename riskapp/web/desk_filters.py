"""What the address narrows the auditor's lists to, read without trust, and what there is to choose from."""

from datetime import date

from sqlalchemy import Connection

from riskapp.domain.life_cycle import Stage
from riskapp.services.desk_search import FRESH, STALE, DeskFilters
from riskapp.services.rubrics import rubric_of
from riskapp.storage.assessment_lists import AssessmentFilters
from riskapp.storage.assessments import id_of_reference
from riskapp.storage.desk_lists import DeskNumbers
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.users import users
from riskapp.web import product
from riskapp.web.requests import text_asked

DESK_FIELDS = ("text", "stage", "person", "since", "until", "band", "dimension", "gate", "staleness")

Options = list[tuple[str, str]]


def day_asked(raw: str, name: str, errors: dict[str, str]) -> date | None:
    """Return the day that a text names, None for none; what is no day goes to the errors."""
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        errors[name] = f"“{raw}” is no date; write it as 2027-01-31"
        return None


def assessment_asked(reference: str, errors: dict[str, str]) -> str:
    """Return the id to narrow by; a reference that nothing has narrows to nothing."""
    if not reference:
        return ""
    found = id_of_reference(product.reading(), reference)
    if found is None:
        errors["assessment"] = f"No assessment is called {reference}; write it like RA-0007"
    return found or reference


def desk_asked(errors: dict[str, str]) -> tuple[DeskFilters, dict[str, str]]:
    """Return what the address narrows the desk to, and what of it a link has to repeat."""
    asked = {name: text_asked(name) for name in DESK_FIELDS}
    stage, staleness = asked["stage"], asked["staleness"]
    filters = DeskFilters(
        listed=AssessmentFilters(text=asked["text"], stage=stage if stage in set(Stage) else ""),
        numbers=DeskNumbers(
            person_id=asked["person"],
            since=day_asked(asked["since"], "since", errors),
            until=day_asked(asked["until"], "until", errors),
        ),
        dimension=asked["dimension"],
        band=asked["band"],
        gate=asked["gate"],
        staleness=staleness if staleness in {STALE, FRESH} else "",
    )
    return filters, {name: value for name, value in asked.items() if value}


def desk_options(connection: Connection) -> dict[str, Options]:
    """Return what the selects of the desk offer: everybody, and the parts of every release."""
    dimensions: dict[str, str] = {}
    bands: dict[str, str] = {}
    gates: dict[str, str] = {}
    for release in release_summaries(connection):
        rubric = rubric_of(connection, release.id)
        dimensions = {each.id: each.name for each in rubric.dimensions} | dimensions
        bands = {each.id: each.name for each in rubric.bands} | bands
        gates = {each.id: each.text for each in rubric.gates} | gates
    return {
        "people": people_options(connection),
        "dimensions": [("", "The total"), *dimensions.items()],
        "bands": [("", "Every band"), *bands.items()],
        "gates": [("", "Any or none"), *((each, _short(text)) for each, text in gates.items())],
    }


def people_options(connection: Connection) -> Options:
    """Return everybody for a select, after the choice of all."""
    return [("", "Everybody"), *((each.id, each.display_name) for each in users(connection))]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_OPTION else f"{text[:_LONGEST_OPTION]}…"


_LONGEST_OPTION = 60
