"""The file formats of answers, context and candidate, as models: their JSON Schemas are made from these."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from riskapp.domain.answers import Confidence
from riskapp.domain.candidate import NO_COUNTRY, Route, Weights, is_country
from riskapp.domain.context import Buyer, DataClass, Exposure, Jurisdiction
from riskapp.rubric_files.format import Id, Line, Number, Text

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[str, StringConstraints(max_length=20_000)]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


def _country(value: str) -> str:
    if not is_country(value):
        said = repr(value) if value else "an empty text"
        raise PydanticCustomError("country", "{input} {advice}", {"input": said, "advice": NO_COUNTRY})
    return value


Country = Annotated[str, AfterValidator(_country), Field(json_schema_extra={"pattern": "^([a-z]{2}|own)$"})]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerPart(_Part):
    """One answer in exactly one form: level, value, lists of statements, not applicable or unknown."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["level"]},
                {"required": ["value"]},
                {"anyOf": [{"required": ["met"]}, {"required": ["not_met"]}]},
                {"required": ["not_applicable"], "properties": {"not_applicable": {"type": "string"}}},
                {"required": ["unknown"]},
            ]
        }
    )

    level: Id | None = Field(default=None, description="Id of the state that was observed.")
    value: Number | None = Field(default=None, description="The measured number, in the criterion's unit.")
    low: Number | None = Field(default=None, description="Lower end of the measurement; else value.")
    high: Number | None = Field(default=None, description="Upper end of the measurement; else value.")
    met: list[Id] | None = Field(default=None, description="Ids of statements that hold.")
    not_met: list[Id] | None = Field(default=None, description="Ids of statements that do not hold.")
    not_applicable: Text | list[Id] | None = Field(
        default=None,
        description="Why the criterion says nothing here; beside met and not_met, ids of statements.",
    )
    unknown: Text | None = Field(default=None, description="Where it was looked for and not found.")
    confidence: Confidence = Field(default=Confidence.MEDIUM, description="How far the answer is trusted.")
    rationale: Note = Field(default="", description="Why this answer, in words.")
    evidence: list[SourceId] = Field(default=[], description="Ids of entries of `evidence`, or addresses.")

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        lists = self.met is not None or self.not_met is not None
        given = [
            name
            for name, there in (
                ("level", self.level is not None),
                ("value", self.value is not None),
                ("met/not_met", lists),
                ("not_applicable", self.not_applicable is not None and not lists),
                ("unknown", self.unknown is not None),
            )
            if there
        ]
        if len(given) != 1:
            found = " and ".join(given) or "nothing"
            forms = "level, value, met/not_met, not_applicable and unknown"
            raise PydanticCustomError("form", f"answers with {found}; give exactly one of {forms}")
        self._refuse_misplaced(lists=lists)
        return self

    def _refuse_misplaced(self, *, lists: bool) -> None:
        if lists and isinstance(self.not_applicable, str):
            raise PydanticCustomError("form", "not_applicable beside met or not_met must be a list of ids")
        if not lists and isinstance(self.not_applicable, list):
            raise PydanticCustomError("form", "not_applicable without met or not_met must be a reason")
        if self.value is None and (self.low is not None or self.high is not None):
            raise PydanticCustomError("form", "low and high belong to a value; add the value")


class EvidencePart(_Part):
    """One source that answers may name."""

    id: SourceId
    title: Line
    type: Line | None = Field(default=None, description="Kind of claim: independent, vendor claim, press ...")
    publisher: Line | None = None
    url: SourceId | None = None
    as_of: Line | None = Field(default=None, description="The day of the source, YYYY-MM-DD.")
    says: Note = Field(default="", description="What the source states.")
    note: Note = ""


class RubricPin(_Part):
    """The release that the answers were written for; score refuses another one."""

    id: Id
    version: Line
    digest: Digest | None = None


class AnswersFile(_Part):
    """One sheet of answers; a criterion that is not named is unanswered, which is not zero."""

    rubric: RubricPin | None = None
    profile: Id | None = None
    facts: dict[Line, Line | list[Line]] = Field(default={}, description="Declared facts for gates.")
    evidence: list[EvidencePart] = []
    answers: dict[Id, AnswerPart]


class ContextFile(_Part):
    """The context of use: what for, with which data, who is exposed, how much, where."""

    title: Line
    purpose: Text
    data_class: DataClass
    exposure: Exposure
    buyer: Buyer
    jurisdictions: list[Jurisdiction] = Field(min_length=1)
    languages: list[Line] = Field(min_length=1)
    input_tokens_per_month: Count
    output_tokens_per_month: Count
    budget_per_month: Count | None = Field(default=None, description="US dollars.")


class CandidateFile(_Part):
    """A model at an exact version, on a deployment route."""

    developer: Line
    developer_country: Country
    model: Line
    version: Line
    route: Route
    host: Line
    hosting_countries: list[Country] = Field(
        default=[], description="Where prompts are processed or stored; empty: not known; own: own machines."
    )
    weights: Weights
    licence: Line
    retires_on: date | None = Field(default=None, description="The day this version retires on this route.")
    note: Note = ""
