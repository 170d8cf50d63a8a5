"""Candidates side by side: what their submitted sheets amount to, and how far their order holds."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Assessed
from riskapp.domain.sensitivity.comparison import FEWEST, Comparison, compare
from riskapp.domain.sensitivity.comparison_record import Contender, Setting, comparison_record
from riskapp.domain.sensitivity.ranking import rank_under
from riskapp.domain.sensitivity.robustness import Reading, Robustness
from riskapp.domain.sensitivity.robustness_json import robustness_json
from riskapp.domain.sensitivity.trial import TRIAL, trial_rubric
from riskapp.domain.shown import day
from riskapp.services.dossiers import Dossier, assessed, dossier
from riskapp.services.seals import PaperContent
from riskapp.storage.assessment_lists import AssessmentRow
from riskapp.storage.comparisons import Frame, FrameSummary, compared
from riskapp.storage.headlines import Headline
from riskapp.storage.sheets import StoredSheet, latest_sheet

MOST_KEPT = 32
"""Results of draws that one process remembers, a few kilobytes each."""

MOST_SCORED = 200
"""Sheets of which one process remembers what the engine makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A candidate of a comparison: its newest submitted sheet, and what the engine makes of it.

    `name` tells it from all others of the comparison.
    """

    row: AssessmentRow
    headline: Headline
    dossier: Dossier
    sheet: StoredSheet
    assessed: Assessed
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The candidates of a frame by the reference of their assessment, best first.

    `comparison` has the same order; it is None where fewer than two candidates have a sheet.
    """

    rubric: Rubric
    profile: Profile
    entrants: Mapping[str, Entrant]
    comparison: Comparison | None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what all that is said of the order hangs on: the sheets, the draws, the order, the names."""
        seed = self.comparison.seed if self.comparison else ""
        said = (f"{each}/{entrant.sheet.digest}/{entrant.name}" for each, entrant in self.entrants.items())
        return (self.profile.id, seed, *said)

    @property
    def names(self) -> dict[str, str]:
        """Return what sentences call the candidates, by reference."""
        return {each: entrant.name for each, entrant in self.entrants.items()}


def side_by_side(connection: Connection, actor: Actor, frame: Frame, rubric: Rubric) -> SideBySide:
    """Return the candidates of a frame that the actor may compare, 50 at most."""
    rows = [(row, row.headline) for row in compared(connection, actor, frame) if row.headline is not None]
    names = distinct_names([row for row, _ in rows])
    found = {row.reference: _entrant(connection, row, headline, names[row.id]) for row, headline in rows}
    comparison = None
    if len(found) >= FEWEST:
        results = {each: entrant.assessed for each, entrant in found.items()}
        comparison = compare(rubric, frame.profile_id, results)
    order = comparison.order if comparison else tuple(found)
    return SideBySide(
        rubric=rubric,
        profile=rubric.profile(frame.profile_id),
        entrants={each: found[each] for each in order},
        comparison=comparison,
    )


def _entrant(connection: Connection, row: AssessmentRow, headline: Headline, name: str) -> Entrant:
    found, sheet = dossier(connection, row.id), latest_sheet(connection, row.id)
    if sheet is None:
        message = f"{row.reference} has a headline without a sheet"
        raise RuntimeError(message)
    return Entrant(
        row=row,
        headline=headline,
        dossier=found,
        sheet=sheet,
        assessed=_scored(connection, found, sheet),
        name=name,
    )


_scores: WeakKeyDictionary[Pool, dict[str, Assessed]] = WeakKeyDictionary()


def _scored(connection: Connection, found: Dossier, sheet: StoredSheet) -> Assessed:
    """Return what the engine makes of a submitted sheet: all that it rests on is pinned, so it is kept."""
    kept = _scores.setdefault(connection.engine.pool, {})
    if sheet.id not in kept:
        if len(kept) >= MOST_SCORED:
            kept.clear()
        kept[sheet.id] = assessed(found, sheet.answers, sheet.submitted_at.date())
    return kept[sheet.id]


def distinct_names(rows: Sequence[AssessmentRow]) -> dict[str, str]:
    """Return for each assessment, by id, the shortest name of its candidate that no other one has."""
    names: dict[str, str] = {}
    for form in (_model, _hosted, _whole, _referred):
        said = {row.id: form(row) for row in rows}
        times = Counter(said.values())
        names |= {each: name for each, name in said.items() if times[name] == 1 and each not in names}
    return names


def _model(row: AssessmentRow) -> str:
    return row.model


def _hosted(row: AssessmentRow) -> str:
    return f"{row.model} on {row.host}"


def _whole(row: AssessmentRow) -> str:
    return f"{row.model} {row.version} on {row.host}"


def _referred(row: AssessmentRow) -> str:
    return f"{row.model} ({row.reference})"


_Key = tuple[str, tuple[str, ...]]
_kept: OrderedDict[_Key, tuple[Robustness, ...]] = OrderedDict()


def drawn(comparison: Comparison) -> list[Robustness]:
    """Return what the draws say under each reading of the weights; equal comparisons are drawn once.

    The seed stands for all that the draws hang on, and the ids for whose they are.
    """
    key = (comparison.seed, comparison.drawn())
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = rank_under(comparison, (Reading.PROFILE, Reading.UNIFORM))
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return list(found)


def tried(side: SideBySide, weights: Mapping[str, Fraction]) -> Comparison:
    """Return the same candidates under other weights; nothing is stored.

    Raises InvalidError where the weights make no profile or fewer than two candidates stand side by side.
    """
    rubric = trial_rubric(side.rubric, weights)
    results = {
        each: assessed(
            replace(entrant.dossier, rubric=rubric, profile=rubric.profile(TRIAL)),
            entrant.sheet.answers,
            entrant.sheet.submitted_at.date(),
        )
        for each, entrant in side.entrants.items()
    }
    return compare(rubric, TRIAL, results)


def comparison_content(side: SideBySide, summary: FrameSummary, *, at: datetime, by: str) -> PaperContent:
    """Return everything that the paper on a comparison says."""
    setting = Setting(
        rubric=side.rubric,
        profile=side.profile,
        context=summary.context_title,
        context_number=summary.context_number,
        made_at=at,
        made_by=by,
    )
    contenders = [_contender(each) for each in side.entrants.values()]
    return PaperContent(
        kind="comparison",
        canonical=canonical_bytes(comparison_record(setting, contenders, robustness(side))),
        about={"assessments": [each.reference for each in contenders], "profile": side.profile.id},
    )


def robustness(side: SideBySide) -> dict[str, Any] | None:
    """Return how far the order holds, as `robustness_json` has it; None where there is no order."""
    if side.comparison is None or not side.comparison.drawn():
        return None
    return robustness_json(side.comparison, drawn(side.comparison), side.names)


def _contender(each: Entrant) -> Contender:
    verdict, stage = each.row.verdict, each.row.stage.value.replace("-", " ")
    standing = stage
    if verdict is not None:
        until = "" if verdict.expires_on is None else f" until {day(verdict.expires_on)}"
        standing = f"{verdict.outcome.value.replace('-', ' ')}{until}"
    return Contender(
        name=each.name,
        reference=each.row.reference,
        version=each.row.version,
        host=each.row.host,
        submitted_on=each.sheet.submitted_at.date(),
        sheet_digest=each.sheet.digest,
        standing=standing[:1].upper() + standing[1:],
        assessed=each.assessed,
    )
