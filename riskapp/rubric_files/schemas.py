"""The published JSON Schemas of the file formats, made from their models."""

from typing import Any

from pydantic import BaseModel

from riskapp.rubric_files.assessment_format import AnswersFile, CandidateFile, ContextFile
from riskapp.rubric_files.format import RubricFile

FORMATS: dict[str, type[BaseModel]] = {
    "rubric": RubricFile,
    "answers": AnswersFile,
    "context": ContextFile,
    "candidate": CandidateFile,
}
"""Every file format by name."""


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file format, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
