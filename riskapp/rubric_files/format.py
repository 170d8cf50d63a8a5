"""The file format of a rubric, as models: the JSON Schema for editors is made from these."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from riskapp.domain.rubric import Aggregation, GateEffect

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VERSION_PATTERN = r"^\d+\.\d+\.\d+$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Version = Annotated[str, StringConstraints(pattern=VERSION_PATTERN)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Percent = Annotated[Number, Field(ge=0, le=100)]
Weight = Annotated[Number, Field(ge=0, le=1000)]
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LevelPart(_Part):
    """One observable state, with its value from 0 (worst) to 100 (best)."""

    id: Id
    name: Line
    state: Text
    value: Percent


class IndicatorPart(_Part):
    """One yes/no statement."""

    id: Id
    statement: Text


class MeasurePart(_Part):
    """A number with a unit; points are [measured number, value], by rising measured number."""

    unit: Line
    points: list[tuple[Number, Percent]] = Field(min_length=2)


class ReferencePart(_Part):
    """A place in a framework, with the edition that its identifier belongs to."""

    framework: Line
    edition: Line
    identifier: Line


class CriterionPart(_Part):
    """One question. Exactly one of levels, measure and indicators, as `kind` says."""

    id: Id
    name: Line
    question: Text
    why: Text
    how: Text
    kind: Literal["levels", "measure", "indicators"]
    weight: Weight = 1
    not_applicable: StrictBool = False
    evidence: list[Line] = Field(min_length=1)
    stale_after_days: Days | None = None
    references: list[ReferencePart] = []
    levels: list[LevelPart] | None = None
    measure: MeasurePart | None = None
    indicators: Annotated[list[IndicatorPart], Field(min_length=1)] | None = None


class DimensionPart(_Part):
    """A group of criteria with a weight in the total."""

    id: Id
    name: Line
    question: Text
    weight: Weight
    criteria: list[CriterionPart] = Field(min_length=1)


class BandPart(_Part):
    """A name for a range of the score; `from` is its lowest score."""

    id: Id
    name: Line
    from_score: Percent = Field(alias="from")


class GateTestPart(_Part):
    """What must hold, else the gate trips: on a criterion, a dimension or a declared fact."""

    criterion: Id | None = None
    dimension: Id | None = None
    fact: Line | None = None
    at_least: Percent | None = None
    met: Id | None = None
    one_of: list[Line] | None = None
    none_of: list[Line] | None = None


class GatePart(_Part):
    """A rule that no total can buy back."""

    id: Id
    text: Text
    when: dict[str, list[str]] = {}
    test: GateTestPart
    outcome: GateEffect
    condition: Text | None = None


class ProfilePart(_Part):
    """A named set of dimension weights for a use, with the trade it makes in one line."""

    id: Id
    name: Line
    trade: Text
    weights: dict[Id, Weight]


class FloorPart(_Part):
    """The least low bounds that earn an outcome."""

    total: Percent
    dimension: Percent


class RecommendationPart(_Part):
    """Thresholds on low bounds; `reject_below` stands against the total's high bound."""

    approve: FloorPart
    conditions: FloorPart
    reject_below: Percent


class ConfidencePart(_Part):
    """Half-widths, in points, by which a stated confidence widens a chosen level."""

    high: Percent
    medium: Percent
    low: Percent


class RubricFile(_Part):
    """A rubric release. Once published it never changes."""

    id: Id
    version: Version
    title: Line
    description: Text
    minimum_coverage: Annotated[Number, Field(gt=0, le=1)]
    aggregation: Aggregation
    confidence_half_width: ConfidencePart
    moderation_spread: Percent
    bands: list[BandPart] = Field(min_length=1)
    recommendation: RecommendationPart
    dimensions: list[DimensionPart] = Field(min_length=1)
    gates: list[GatePart] = []
    profiles: list[ProfilePart] = Field(min_length=1)
