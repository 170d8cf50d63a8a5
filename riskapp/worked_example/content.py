"""Reads the content of the worked example, which lies in files beside this module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from riskapp import paths
from riskapp.domain.candidate import Candidate
from riskapp.domain.context import Context
from riskapp.domain.fact import Fact
from riskapp.domain.rubric import Rubric
from riskapp.rubric_files.assessment_files import AnswerSheet, read_answers, read_candidate, read_context
from riskapp.rubric_files.documents import read_document
from riskapp.rubric_files.loader import load_rubric
from riskapp.worked_example.register import CheckedClaim, read_claims, read_facts
from riskapp.worked_example.story_format import Story

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that the example consists of.

    Candidates, contexts and sheets are named as their files; facts by the ids that answers cite; claims by
    their names in the table of claims.
    """

    story: Story
    rubric: Rubric
    facts: Mapping[str, Fact]
    claims: Mapping[str, CheckedClaim]
    candidates: Mapping[str, Candidate]
    contexts: Mapping[str, Context]
    sheets: Mapping[str, AnswerSheet]


def read_content() -> Content:
    """Return the content; raises InputFileError where an answers file does not fit the rubric."""
    story = Story.model_validate(read_document(FOLDER / "story.yaml").data)
    rubric = load_rubric(paths.rubrics() / story.release.id / f"{story.release.version}.yaml")
    return Content(
        story=story,
        rubric=rubric,
        facts=read_facts(FOLDER),
        claims=read_claims(FOLDER),
        candidates={path.stem: read_candidate(path) for path in _files("candidates")},
        contexts={path.stem: read_context(path) for path in _files("contexts")},
        sheets={path.stem: read_answers(path, rubric) for path in _files("assessments")},
    )


def _files(folder: str) -> Iterator[Path]:
    return iter(sorted((FOLDER / folder).glob("*.yaml")))
