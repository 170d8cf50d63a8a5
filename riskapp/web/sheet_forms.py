"""The score sheet as a form: its fields, read without trust, and each criterion as a card to fill in.

A field is named `<criterion>.<field>`, which is its id too, so that a message links to where it belongs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from werkzeug.datastructures import MultiDict

from riskapp.domain.drafts import (
    CARRIED,
    LEVEL,
    STATEMENT,
    Incomplete,
    Payload,
    Problems,
    field_names,
    is_begun,
    parse_draft,
)
from riskapp.domain.moderation import REASON
from riskapp.domain.rubric import Criterion, Dimension, IndicatorScale, LevelScale, Rubric
from riskapp.domain.shown import percent
from riskapp.domain.text_changes import Piece, text_changes
from riskapp.domain.text_rules import even_lines
from riskapp.services.progress import AnswerState, state_of
from riskapp.services.sheets import SaveDraft
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.sheets import Draft
from riskapp.web.words import sentence, words

MINE = "mine"
THEIRS = "theirs"

_NOT_TYPED = frozenset({"version", "keep"})
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form says about one criterion.

    `keep` is the choice after a conflict: `mine:<version to overwrite>`, `theirs`, or empty.
    """

    payload: Payload
    version: int
    keep: str = ""


def typed(form: MultiDict[str, str], criterion_id: str) -> Typed:
    """Return what a form says about a criterion, whatever it says; line ends become plain."""
    prefix = f"{criterion_id}."
    payload: dict[str, str | list[str]] = {}
    for name in form:
        said = name.removeprefix(prefix)
        if name.startswith(prefix) and said not in _NOT_TYPED:
            payload[said] = form.getlist(name) if said == "evidence" else even_lines(form[name])
    version = form.get(f"{prefix}version", "")
    return Typed(
        payload=payload,
        version=int(version) if _is_count(version) else 0,
        keep=form.get(f"{prefix}keep", ""),
    )


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def command(assessment_id: str, criterion_id: str, said: Typed) -> SaveDraft:
    """Return the command that saves it, over the version that the person chose to overwrite if they did."""
    chosen, _, over = said.keep.partition(":")
    expected = int(over) if chosen == MINE and _is_count(over) else said.version
    return SaveDraft(
        assessment_id=assessment_id, criterion_id=criterion_id, payload=said.payload, expected=expected
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One criterion to fill in.

    `place` counts it within the rubric (2.3), `share` is its part of the dimension. `version` and `saved_at`
    are of the draft that stands, `payload` is what the fields show. `problems` are by id of the field.
    `elsewhere` is the draft that another tab saved in the meantime, `compared` how the two differ. `since`
    says what changed since the assessment that this one re-assesses, None where it re-assesses none.
    """

    criterion: Criterion
    place: str
    share: str
    payload: Payload
    version: int
    saved_at: datetime | None
    state: AnswerState
    problems: Problems = field(default_factory=dict)
    elsewhere: Draft | None = None
    compared: Sequence["Difference"] = ()
    since: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """Return the criterion's id."""
        return self.criterion.id

    def said(self, name: str) -> str:
        """Return the text of a field."""
        value = self.payload.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def cited(self) -> tuple[str, ...]:
        """Return the ids of the evidence that is ticked."""
        value = self.payload.get("evidence", [])
        return (value,) if isinstance(value, str) else tuple(value)

    def problem(self, name: str) -> str | None:
        """Return the message of a field."""
        return self.problems.get(f"{self.id}.{name}")


def card(
    rubric: Rubric,
    criterion: Criterion,
    draft: Draft | None,
    *,
    said: Typed | None = None,
    with_missing: bool = False,
) -> Card:
    """Return the card of a criterion; `said` is what was typed over the draft and could not be saved."""
    dimension = rubric.dimension_of(criterion.id)
    outer = rubric.dimensions.index(dimension) + 1
    payload = said.payload if said else draft.payload if draft else {}
    meant = parse_draft(criterion, payload) if is_begun(payload) else None
    problems: Problems = {}
    if isinstance(meant, Incomplete):
        problems = meant.problems if with_missing else meant.wrong
    return Card(
        criterion=criterion,
        place=f"{outer}.{dimension.criteria.index(criterion) + 1}",
        share=percent(criterion.weight / sum(each.weight for each in dimension.criteria)),
        payload=payload,
        version=said.version if said else draft.version if draft else 0,
        saved_at=draft.saved_at if draft and draft.version else None,
        state=state_of(meant),
        problems=prefixed(criterion.id, problems),
    )


def beside(shown: Card, elsewhere: Draft, items: Sequence[EvidenceItem]) -> Card:
    """Return the card with the draft that was saved elsewhere, and how the two differ."""
    compared = differences(shown.criterion, elsewhere.payload, shown.payload, items=items)
    return replace(shown, elsewhere=elsewhere, compared=compared)


def prefixed(criterion_id: str, problems: Mapping[str, str]) -> Problems:
    """Return messages by the id of the field that each belongs to."""
    return {f"{criterion_id}.{name}": message for name, message in problems.items()}


def next_dimension(rubric: Rubric, dimension: Dimension) -> Dimension | None:
    """Return the dimension that follows, or None after the last."""
    after = rubric.dimensions[rubric.dimensions.index(dimension) + 1 :]
    return after[0] if after else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What two payloads say differently in one field, in words."""

    label: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return how one became the other, word by word."""
        return text_changes(self.before, self.after)


def differences(
    criterion: Criterion, before: Payload, after: Payload, *, items: Sequence[EvidenceItem]
) -> list[Difference]:
    """Return what two payloads say differently, field by field in the order of the form."""
    reader = _Reader(criterion, {item.id: item.number for item in items})
    rows = []
    for name in sorted(field_names(criterion) | {REASON}, key=_order):
        pair = reader.words(name, before.get(name, "")), reader.words(name, after.get(name, ""))
        if pair[0] != pair[1]:
            rows.append(Difference(reader.label(name), *pair))
    return rows


_LABELS = {
    "choice": "Answer",
    "value": "Value",
    "low": "At least",
    "high": "At most",
    "looked": "Where it was looked for",
    "inapplicable": "Why it does not apply",
    "confidence": "Confidence",
    "rationale": "Rationale",
    "evidence": "Evidence",
    CARRIED: "Carried answer",
    REASON: "Reason of the moderation",
}


def _order(name: str) -> tuple[int, str]:
    known = list(_LABELS)
    return (known.index(name), "") if name in _LABELS else (1, name)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the values of one criterion's payloads as words."""

    criterion: Criterion
    numbers: Mapping[str, int]

    def label(self, name: str) -> str:
        if isinstance(self.criterion.scale, IndicatorScale):
            for each in self.criterion.scale.indicators:
                if name == f"{STATEMENT}{each.id}":
                    return each.statement
        return _LABELS.get(name, name)

    def words(self, name: str, value: str | list[str]) -> str:
        if isinstance(value, list):
            return ", ".join(str(self.numbers.get(each, "?")) for each in value)
        if name != "choice":
            return words(value) if name in {"confidence", CARRIED} or name.startswith(STATEMENT) else value
        if isinstance(self.criterion.scale, LevelScale):
            for each in self.criterion.scale.levels:
                if value == f"{LEVEL}{each.id}":
                    return each.name
        return "" if value in ("measured", "stated") else sentence(words(value))
