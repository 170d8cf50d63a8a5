"""A score sheet as rows of a table: a row for each criterion, and below it one for each of its statements.

The words in the cells are those of the pages. A cell that still says what was written into it means the draft
as it stands, so that writing and reading back changes nothing, whatever was typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from riskapp.domain.drafts import LEVEL, STATEMENT, Incomplete, Payload, Problems, parse_draft
from riskapp.domain.moderation import REASON
from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale, Rubric
from riskapp.domain.text_rules import even_lines

KEY, NAME, HINT, ANSWER = 1, 2, 3, 4

FIELDS = {
    "choice": 4,
    "value": 5,
    "low": 6,
    "high": 7,
    "confidence": 8,
    "rationale": 9,
    "looked": 10,
    "inapplicable": 11,
    "evidence": 12,
}
"""The column of each field of a payload, from 1; a statement is answered in the column of the answer."""

CONSENSUS_FIELDS = FIELDS | {REASON: 13}
"""The columns of a consensus, which has a reason beside each answer."""

_HEADINGS = (
    *("Key", "Criterion or statement", "What the answer can be", "Answer", "Value", "At least", "At most"),
    *("Confidence", "Rationale", "Where it was looked for", "Why it does not apply", "Evidence, by number"),
)


def headings(fields: Mapping[str, int]) -> tuple[str, ...]:
    """Return what stands above the columns."""
    return (*_HEADINGS, "Reason of the moderation") if REASON in fields else _HEADINGS


_CONFIDENCES = {each: each for each in ("high", "medium", "low")}
_STATED = {"met": "met", "not met": "not-met", "not applicable": "not-applicable", "open": "open"}
_NUMBERS = frozenset({"value", "low", "high"})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its key, its cells by column, and the words that its answer can be."""

    key: str
    cells: dict[int, str]
    words: tuple[str, ...]


def sheet_rows(
    rubric: Rubric,
    payloads: Mapping[str, Payload],
    numbers: Mapping[str, int],
    *,
    fields: Mapping[str, int] = FIELDS,
) -> list[SheetRow]:
    """Return the rows of a sheet; `numbers` are those of the evidence by id, `fields` its columns."""
    return [
        row
        for criterion in rubric.criteria()
        for row in criterion_rows(criterion, payloads.get(criterion.id, {}), numbers, fields=fields)
    ]


def criterion_rows(
    criterion: Criterion,
    payload: Payload,
    numbers: Mapping[str, int],
    *,
    fields: Mapping[str, int] = FIELDS,
) -> Iterator[SheetRow]:
    """Yield the row of a criterion and those of its statements."""
    words = choices(criterion)
    cells = {KEY: criterion.id, NAME: criterion.name, HINT: "; ".join(words) or "the value"}
    for name, column in fields.items():
        cells[column] = _said(criterion, name, payload, numbers)
    yield SheetRow(criterion.id, cells, tuple(words))
    if isinstance(criterion.scale, IndicatorScale):
        for each in criterion.scale.indicators:
            name = f"{STATEMENT}{each.id}"
            said = {KEY: f"{criterion.id}.{name}", NAME: each.statement, HINT: "; ".join(_STATED)}
            said[ANSWER] = _said(criterion, name, payload, numbers)
            yield SheetRow(said[KEY], said, tuple(_STATED))


def choices(criterion: Criterion) -> dict[str, str]:
    """Return what can be answered, in words, with what a payload says for it."""
    found: dict[str, str] = {}
    match criterion.scale:
        case LevelScale(levels=levels):
            names = [each.name.casefold() for each in levels]
            plain = len(set(names)) == len(names)
            found = {each.name if plain else each.id: f"{LEVEL}{each.id}" for each in levels}
        case MeasureScale():
            found = {"measured": "measured"}
        case IndicatorScale():
            found = {"by statement": "stated"}
    found["unknown"] = "unknown"
    if criterion.not_applicable_allowed:
        found["not applicable"] = "not-applicable"
    return found


def _said(criterion: Criterion, name: str, payload: Payload, numbers: Mapping[str, int]) -> str:
    value = payload.get(name, "")
    if name == "evidence":
        cited = [value] if isinstance(value, str) and value else list(value)
        return ", ".join(str(numbers.get(each, each)) for each in cited)
    raw = value if isinstance(value, str) else ", ".join(value)
    words = {meant: word for word, meant in _words(criterion, name).items()}
    return words.get(raw, raw)


def _words(criterion: Criterion, name: str) -> Mapping[str, str]:
    if name == "choice":
        return choices(criterion)
    if name == "confidence":
        return _CONFIDENCES
    return _STATED if name.startswith(STATEMENT) else {}


@dataclass(frozen=True, slots=True)
class ReadCriterion:
    """What a file says about a criterion: the payload that it makes, and what does not fit by field."""

    payload: dict[str, str | list[str]]
    problems: Problems = field(default_factory=dict)


def read_criterion(
    criterion: Criterion, cells: Mapping[str, str], standing: Payload, numbers: Mapping[str, int]
) -> ReadCriterion:
    """Return what a file says about a criterion; `cells` are its texts by field, `standing` the draft now."""
    payload: dict[str, str | list[str]] = {}
    problems: Problems = {}
    ids = {number: item for item, number in numbers.items()}
    for name, text in cells.items():
        if text == _said(criterion, name, standing, numbers):
            value: str | list[str] | None = standing.get(name)
        elif name == "evidence":
            value, problem = _cited(text, ids)
            problems |= {name: problem} if problem else {}
        else:
            value, problem = _meant(criterion, name, text)
            problems |= {name: problem} if problem else {}
        if value:
            payload[name] = value
    meant = parse_draft(criterion, payload) if not problems and payload != standing else None
    if isinstance(meant, Incomplete):
        problems = dict(meant.wrong)
    return ReadCriterion(payload, problems)


def _cited(text: str, ids: Mapping[int, str]) -> tuple[list[str], str | None]:
    cited: list[str] = []
    for each in text.replace(";", ",").split(","):
        number = each.strip()
        if not number:
            continue
        found = ids.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 7 else None  # noqa: PLR2004 (digits)
        if found is None:
            return [], f"“{number[:40]}” is no number of evidence here; write numbers such as 1, 3"
        cited.append(found)
    return list(dict.fromkeys(cited)), None


def _meant(criterion: Criterion, name: str, text: str) -> tuple[str, str | None]:
    plain = even_lines(text)
    if name in _NUMBERS and not isinstance(criterion.scale, MeasureScale):
        return "", "this criterion takes no number; empty the cell"
    words = _words(criterion, name)
    if not words or not plain.strip():
        return plain if plain.strip() else "", None
    asked = " ".join(plain.split()).casefold()
    for word, meant in words.items():
        if asked in (word.casefold(), meant.casefold(), meant.removeprefix(LEVEL).casefold()):
            return meant, None
    return "", f"“{plain.strip()[:40]}” is none of: {', '.join(words)}"
