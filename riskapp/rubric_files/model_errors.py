"""Says in plain words what a pydantic model refused: what is wrong with the field and what to do."""

from typing import Any

from pydantic import ValidationError

from riskapp.rubric_files.documents import Document, Loc, Problem, field_name
from riskapp.rubric_files.format import ID_PATTERN, VERSION_PATTERN

_ADVICE = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a field here; remove it, or check how it is spelled",
    "string_type": "must be text; put it in quotes",
    "string_too_short": "is empty; write something",
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "string_pattern_mismatch": "is {input!r}; write {form}",
    "float_type": "must be a number, written without quotes",
    "int_type": "must be a whole number, written without quotes",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list of two numbers",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields to values",
    "too_short": "is too short a list: {min_length} at least; add what is missing",
    "too_long": "is too long a list: {max_length} at most; remove the rest",
    "greater_than": "is {input!r}; give a number above {gt}",
    "greater_than_equal": "is {input!r}; give a number from {ge} up",
    "less_than_equal": "is {input!r}; give a number up to {le}",
    "finite_number": "is not a finite number; give one",
    "enum": "is {input!r}; use one of {expected}",
    "literal_error": "is {input!r}; use one of {expected}",
    "date_from_datetime_parsing": "is {input!r}, which is no date; write it as YYYY-MM-DD",
    "date_parsing": "is {input!r}, which is no date; write it as YYYY-MM-DD",
}


_FORMS = {
    ID_PATTERN: "lower-case words joined by hyphens, such as run-cost",
    VERSION_PATTERN: "three numbers joined by dots, such as 1.0.0",
}
"""What a pattern asks for, in words."""


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Return one problem per refusal, with the line and the name of its field."""
    return [
        located(document, tuple(each["loc"]), _message(dict(each)))
        for each in error.errors(include_url=False)
    ]


def located(document: Document, loc: Loc, message: str) -> Problem:
    """Return a problem with the line and the name of the part at `loc`."""
    return Problem(document.lines.at(loc), field_name(document.data, loc), message)


def _message(error: dict[str, Any]) -> str:
    advice = _ADVICE.get(str(error["type"]))
    if advice is None:
        return str(error["msg"]).removeprefix("Value error, ")
    facts = {
        key: f"{fact:g}" if isinstance(fact, float) else fact for key, fact in error.get("ctx", {}).items()
    }
    form = _FORMS.get(str(facts.get("pattern")), f"it in the form {facts.get('pattern')}")
    return advice.format(input=error["input"], form=form, **facts)
