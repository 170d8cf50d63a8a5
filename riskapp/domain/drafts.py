"""Draft answers: what a person typed, kept as typed, and what it means under a criterion.

A payload maps field names to raw text:
- `choice`: `level:<id>`, `measured`, `stated`, `unknown` or `not-applicable`;
- `value`, `low`, `high` of a measure; `statement.<id>` of an indicator: `met`, `not-met`,
  `not-applicable` or `open`;
- `looked`: where an unknown was looked for; `inapplicable`: why the criterion does not apply;
- `confidence`, `rationale`; `evidence`: a list of ids of evidence items;
- `carried`: for an answer taken over from an earlier assessment, `unconfirmed` or `confirmed`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale
from riskapp.domain.shown import exact_text
from riskapp.domain.validation import share_fault

Payload = Mapping[str, str | list[str]]
"""Raw text by field name, exactly as it was typed."""

Problems = dict[str, str]
"""A message by field name."""

CARRIED = "carried"
UNCONFIRMED = "unconfirmed"
CONFIRMED = "confirmed"
STATEMENT = "statement."
LEVEL = "level:"

_PLAIN = re.compile(r"[+-]?\d{1,24}(\.\d{1,24})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d+)?")
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " "})


@dataclass(frozen=True, slots=True)
class Incomplete:
    """What stands between a draft and an answer.

    `wrong` holds what was typed and cannot be read: worth saying at once. `missing` holds what has not
    been entered yet: worth saying when the sheet is to be submitted.
    """

    wrong: Problems = field(default_factory=dict)
    missing: Problems = field(default_factory=dict)

    @property
    def problems(self) -> Problems:
        """Return both."""
        return {**self.wrong, **self.missing}


def parse_draft(criterion: Criterion, payload: Payload) -> Answer | Incomplete:
    """Return the answer that a payload makes under a criterion, or everything that keeps it from one."""
    reading = _Reading(criterion, payload)
    response = reading.response()
    confidence = reading.confidence()
    rationale = reading.text("rationale")
    if reading.text("choice") not in {"unknown", "not-applicable"}:
        if confidence is None and "confidence" not in reading.wrong:
            reading.missing["confidence"] = f"Choose how sure you are of the answer to “{criterion.name}”"
        if not rationale:
            reading.missing["rationale"] = f"Give the rationale for “{criterion.name}”"
    reading.confirmation()
    if response is None or reading.wrong or reading.missing:
        return Incomplete(reading.wrong, reading.missing)
    return Answer(
        response=response,
        confidence=confidence or Confidence.LOW,
        rationale=rationale,
        evidence=reading.evidence(),
    )


def payload_of(answer: Answer) -> dict[str, str | list[str]]:
    """Return a payload that parses to this answer: for answers that come from elsewhere than a form."""
    payload: dict[str, str | list[str]] = {
        "confidence": answer.confidence.value,
        "rationale": answer.rationale,
        "evidence": list(answer.evidence),
    }
    match answer.response:
        case ChosenLevel(level=level):
            payload["choice"] = f"{LEVEL}{level}"
        case Measurement(value=value, low=low, high=high):
            payload["choice"] = "measured"
            payload |= {"value": exact_text(value), "low": exact_text(low), "high": exact_text(high)}
        case Indicators() as stated:
            payload["choice"] = "stated"
            payload |= {f"{STATEMENT}{each}": "met" for each in sorted(stated.met)}
            payload |= {f"{STATEMENT}{each}": "not-met" for each in sorted(stated.not_met)}
            payload |= {f"{STATEMENT}{each}": "not-applicable" for each in sorted(stated.not_applicable)}
        case Unknown(reason=reason):
            payload |= {"choice": "unknown", "looked": reason}
        case NotApplicable(reason=reason):
            payload |= {"choice": "not-applicable", "inapplicable": reason}
    return payload


def is_begun(payload: Payload) -> bool:
    """Return whether anything was said: a confidence alone, or the mere form of an answer, says nothing."""
    return any(value and not _says_nothing(name, value) for name, value in payload.items())


def _says_nothing(name: str, value: str | list[str]) -> bool:
    if name == "choice":
        return value in ("measured", "stated")
    return name in {"confidence", CARRIED} or (name.startswith(STATEMENT) and value == "open")


def field_names(criterion: Criterion) -> frozenset[str]:
    """Return the names that a payload under this criterion may use."""
    common = {"choice", "looked", "inapplicable", "confidence", "rationale", "evidence", CARRIED}
    match criterion.scale:
        case LevelScale():
            return frozenset(common)
        case MeasureScale():
            return frozenset(common | {"value", "low", "high"})
        case IndicatorScale(indicators=indicators):
            return frozenset(common | {f"{STATEMENT}{each.id}" for each in indicators})


def read_number(raw: str) -> Fraction | str:
    """Return the exact number, or what is wrong with the text and how to write it.

    Digits with a decimal point; a space may group thousands. A comma is refused: 3,5 is three and a
    half to one reader and thirty-five to another.
    """
    text = raw.strip().translate(_SPACES).replace("\N{MINUS SIGN}", "-")
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Fraction(text.replace(" ", ""))
    if "," in text:
        as_decimal, without = text.replace(",", "."), text.replace(",", "")
        if _PLAIN.fullmatch(as_decimal):
            return f"“{raw.strip()}” can be read in two ways; write {as_decimal} or {without}"
        if _PLAIN.fullmatch(without):
            return f"“{raw.strip()}” has commas; write {without}"
    return f"“{raw.strip()}” is not a number; write digits with a decimal point, such as 3.5, without a unit"


class _Reading:
    """One payload on its way to an answer, with what was found wrong or missing so far."""

    def __init__(self, criterion: Criterion, payload: Payload) -> None:
        self.criterion = criterion
        self.payload = payload
        self.wrong: Problems = {}
        self.missing: Problems = {}

    def text(self, name: str) -> str:
        given = self.payload.get(name, "")
        return given.strip() if isinstance(given, str) else ""

    def evidence(self) -> tuple[str, ...]:
        given = self.payload.get("evidence", [])
        return tuple(dict.fromkeys([given] if isinstance(given, str) else given))

    def confidence(self) -> Confidence | None:
        said = self.text("confidence")
        if said and said not in set(Confidence):
            self.wrong["confidence"] = f"{said!r} is not a confidence; choose high, medium or low"
            return None
        return Confidence(said) if said else None

    def confirmation(self) -> None:
        match self.text(CARRIED):
            case "" | "confirmed":
                return
            case "unconfirmed":
                self.missing[CARRIED] = f"Confirm the carried answer to “{self.criterion.name}”, or change it"
            case said:
                self.wrong[CARRIED] = f"{said!r} is no choice; say whether you looked at the answer again"

    def response(self) -> Response | None:
        choice = self.text("choice")
        if choice == "unknown":
            return self._unknown()
        if choice == "not-applicable":
            return self._not_applicable()
        match self.criterion.scale:
            case LevelScale() as scale:
                return self._level(scale, choice)
            case MeasureScale() as scale:
                return self._measurement(scale)
            case IndicatorScale() as scale:
                return self._indicators(scale)

    def _unknown(self) -> Unknown | None:
        if reason := self.text("looked"):
            return Unknown(reason)
        self.missing["looked"] = f"Say where you looked for “{self.criterion.name}”"
        return None

    def _not_applicable(self) -> NotApplicable | None:
        if not self.criterion.not_applicable_allowed:
            self.wrong["choice"] = f"“{self.criterion.name}” always applies; answer, or say unknown"
        elif reason := self.text("inapplicable"):
            return NotApplicable(reason)
        else:
            self.missing["inapplicable"] = f"Say why “{self.criterion.name}” does not apply"
        return None

    def _level(self, scale: LevelScale, choice: str) -> ChosenLevel | None:
        level = choice.removeprefix(LEVEL)
        if not choice:
            self.missing["choice"] = f"Choose the level of “{self.criterion.name}”, or say unknown"
        elif any(each.id == level for each in scale.levels):
            return ChosenLevel(level)
        else:
            self.wrong["choice"] = f"{choice!r} is not a level of “{self.criterion.name}”; choose one below"
        return None

    def _measurement(self, scale: MeasureScale) -> Measurement | None:
        read: dict[str, Fraction] = {}
        for name in ("value", "low", "high"):
            if raw := self.text(name):
                number = read_number(raw)
                if not isinstance(number, Fraction):
                    self.wrong[name] = number
                elif fault := share_fault(scale, number):
                    self.wrong[name] = f"“{raw.strip()}” {fault}"
                else:
                    read[name] = number
        if "value" not in read:
            if "value" not in self.wrong:
                self.missing["value"] = f"Enter the value of “{self.criterion.name}”, or say unknown"
            return None
        value = read["value"]
        low, high = read.get("low", value), read.get("high", value)
        if low > value:
            self.wrong["low"] = "The low end is above the value; correct one of the two"
        if high < value:
            self.wrong["high"] = "The high end is below the value; correct one of the two"
        return None if self.wrong else Measurement(value, low, high)

    def _indicators(self, scale: IndicatorScale) -> Indicators | None:
        stated: dict[str, set[str]] = {"met": set(), "not-met": set(), "not-applicable": set(), "open": set()}
        for each in scale.indicators:
            name = f"{STATEMENT}{each.id}"
            said = self.text(name) or "open"
            if said in stated:
                stated[said].add(each.id)
            else:
                self.wrong[name] = f"{said!r} is no answer; choose met, not met, not applicable or open"
        if self.wrong:
            return None
        if len(stated["open"]) == len(scale.indicators):
            name = self.criterion.name
            self.missing["choice"] = f"Mark the statements of “{name}” as met or not met, or say unknown"
            return None
        return Indicators(
            frozenset(stated["met"]), frozenset(stated["not-met"]), frozenset(stated["not-applicable"])
        )
