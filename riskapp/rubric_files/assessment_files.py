"""Reads answers, context and candidate from files of a repository into the domain's values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.candidate import COUNTRY_FACTS, DECLARED_FACTS, NO_COUNTRY, Candidate, is_country
from riskapp.domain.canonical import exact
from riskapp.domain.context import Context
from riskapp.domain.report import Source
from riskapp.domain.rubric import Rubric
from riskapp.domain.validation import validate_answers
from riskapp.rubric_files.assessment_format import AnswerPart, AnswersFile, CandidateFile, ContextFile
from riskapp.rubric_files.documents import Document, InputFileError, Loc, read_document
from riskapp.rubric_files.model_errors import located, problems_of

Format = TypeVar("Format", bound=BaseModel)

Broken = tuple[Loc, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSheet:
    """What an answers file holds: it fits the rubric that it was read for.

    `profile` is None where the file names none; `facts` are what it declares about the candidate.
    """

    profile: str | None
    answers: dict[str, Answer]
    facts: dict[str, tuple[str, ...]]
    sources: tuple[Source, ...]


def read_answers(path: Path, rubric: Rubric) -> AnswerSheet:
    """Return the answers in a file; raises InputFileError with every error, its line and its field."""
    document = read_document(path)
    file = _model(AnswersFile, document)
    answers = {criterion: _answer(part) for criterion, part in file.answers.items()}
    broken = [*_pin(file, rubric), *_facts(file), *_evidence(file), *_answers(rubric, answers)]
    if broken:
        problems = [located(document, loc, message) for loc, message in broken]
        raise InputFileError(document.source, problems)
    return AnswerSheet(
        profile=file.profile,
        answers=answers,
        facts={fact: _values(given) for fact, given in file.facts.items()},
        sources=tuple(
            Source(
                id=each.id,
                number=number,
                title=each.title,
                source_type=each.type or "",
                publisher=each.publisher or "",
                url=each.url or "",
                as_of=each.as_of or "",
                says=each.says,
                note=each.note,
            )
            for number, each in enumerate(file.evidence, start=1)
        ),
    )


def read_context(path: Path) -> Context:
    """Return the context of use in a file; raises InputFileError with every error."""
    file = _model(ContextFile, read_document(path))
    return Context(
        title=file.title,
        purpose=file.purpose,
        data_class=file.data_class,
        exposure=file.exposure,
        buyer=file.buyer,
        jurisdictions=tuple(file.jurisdictions),
        languages=tuple(file.languages),
        input_tokens_per_month=file.input_tokens_per_month,
        output_tokens_per_month=file.output_tokens_per_month,
        budget_per_month=file.budget_per_month,
    )


def read_candidate(path: Path) -> Candidate:
    """Return the candidate in a file; raises InputFileError with every error."""
    file = _model(CandidateFile, read_document(path))
    return Candidate(
        developer=file.developer,
        developer_country=file.developer_country,
        model=file.model,
        version=file.version,
        route=file.route,
        host=file.host,
        hosting_countries=tuple(file.hosting_countries),
        weights=file.weights,
        licence=file.licence,
        retires_on=file.retires_on,
        note=file.note,
    )


def facts_for_gates(sheet: AnswerSheet, candidate: Candidate | None, on: date) -> dict[str, tuple[str, ...]]:
    """Return what gates see: the candidate's facts on a day, completed by those the sheet declares."""
    return sheet.facts if candidate is None else {**sheet.facts, **candidate.facts(on)}


def _model(model: type[Format], document: Document) -> Format:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InputFileError(document.source, problems_of(error, document)) from error


def _answer(part: AnswerPart) -> Answer:
    return Answer(
        response=_response(part),
        confidence=part.confidence,
        rationale=part.rationale,
        evidence=tuple(part.evidence),
    )


def _response(part: AnswerPart) -> Response:
    if part.level is not None:
        return ChosenLevel(part.level)
    if part.value is not None:
        value = exact(part.value)
        low = value if part.low is None else exact(part.low)
        high = value if part.high is None else exact(part.high)
        return Measurement(value, low, high)
    if part.unknown is not None:
        return Unknown(part.unknown)
    if isinstance(part.not_applicable, str):
        return NotApplicable(part.not_applicable)
    lists = (part.met, part.not_met, part.not_applicable)
    return Indicators(*(frozenset(each or []) for each in lists))


def _values(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _pin(file: AnswersFile, rubric: Rubric) -> Iterator[Broken]:
    if file.profile is not None and file.profile not in [profile.id for profile in rubric.profiles]:
        known = ", ".join(profile.id for profile in rubric.profiles)
        yield ("profile",), f"is {file.profile!r}; the rubric has {known}"
    pin = file.rubric
    if pin is None:
        return
    if (pin.id, pin.version) != (rubric.id, rubric.version):
        written, given = f"{pin.id} {pin.version}", f"{rubric.id} {rubric.version}"
        yield ("rubric",), f"the answers are for {written}, the rubric given is {given}; give the other one"
    elif pin.digest not in {None, rubric.digest}:
        message = f"the rubric given has the digest {rubric.digest}: it is not the release that was answered"
        yield ("rubric", "digest"), message


def _facts(file: AnswersFile) -> Iterator[Broken]:
    for fact, given in file.facts.items():
        if fact not in DECLARED_FACTS:
            yield ("facts", fact), f"is not a declared fact; use {', '.join(DECLARED_FACTS)}"
            continue
        known = DECLARED_FACTS[fact]
        for value in _values(given):
            if known is not None and value not in known:
                yield ("facts", fact), f"is {value!r}; use one of {', '.join(known)}"
            if fact in COUNTRY_FACTS and not is_country(value):
                yield ("facts", fact), f"{value!r} {NO_COUNTRY}"


def _evidence(file: AnswersFile) -> Iterator[Broken]:
    known: set[str] = set()
    for position, each in enumerate(file.evidence):
        if each.id in known:
            yield ("evidence", position, "id"), f"the id {each.id!r} is taken; give every source its own"
        known.add(each.id)
    for criterion, answer in file.answers.items():
        for position, source in enumerate(answer.evidence):
            if source not in known and not source.startswith(("https://", "http://")):
                message = f"there is no evidence {source!r}; list it under evidence, or give its address"
                yield ("answers", criterion, "evidence", position), message


def _answers(rubric: Rubric, answers: dict[str, Answer]) -> Iterator[Broken]:
    for path, message in validate_answers(rubric, answers).items():
        yield ("answers", *path.split(".")), message
