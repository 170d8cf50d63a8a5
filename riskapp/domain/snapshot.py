"""The frozen content of a report, as plain JSON values: everything that the document says, and nothing else.

A number stands as `{"exact": ..., "shown": ...}`: the full value and what readers see. Rendering formats
nothing and looks nothing up. The canonical bytes of the snapshot are its identity.
"""

from fractions import Fraction

from riskapp.domain import canonical
from riskapp.domain.context import Context
from riskapp.domain.report import Event, LogPosition, ReportedDecision, ReportInput
from riskapp.domain.rubric import Aggregation, Dimension, Profile, Rubric
from riskapp.domain.scores import GateOutcome, GateState
from riskapp.domain.shown import day, exact_text, grouped, instant, instant_iso, one_decimal, percent
from riskapp.domain.snapshot_answers import criterion_part
from riskapp.domain.snapshot_opinions import opinions_part, team_part
from riskapp.domain.snapshot_scores import RECOMMENDATION_WORDS, Part, number, score_part
from riskapp.domain.snapshot_shares import contribution_parts, unknown_parts
from riskapp.domain.snapshot_sources import Register, register_of, source_parts
from riskapp.domain.snapshot_stability import stability_part
from riskapp.domain.summary import summary

FORMAT = "riskapp-report/1"
"""Names the shape of a snapshot; a changed shape gets a new number."""

_GATE_WORDS = {
    GateState.TRIPPED: "Tripped",
    GateState.UNDECIDED: "Cannot be decided",
    GateState.PASSED: "Passed",
    GateState.NOT_IN_CONTEXT: "Does not apply",
}


def assessment_snapshot(given: ReportInput) -> Part:
    """Return the content of the report on one assessment, as JSON values.

    Equal inputs give equal snapshots. Scores carry `rating`, `point`, `low`, `high`, `coverage` and
    `band`; criteria stand inside their dimensions, in the order of the rubric. `staleness` is there only
    where there is a reason for another look, `house` where the organisation sets a look of its own.
    """
    register = register_of(given)
    snapshot: Part = {
        "format": FORMAT,
        "reference": given.reference,
        "organisation": given.organisation,
        "title": f"Risk assessment of {given.candidate.name}",
        "draft": given.draft,
        "stage": given.stage,
        "made": {"at": instant_iso(given.made_at), "shown": instant(given.made_at), "by": given.made_by},
        "on": {"day": given.on.isoformat(), "shown": day(given.on)},
        "candidate": _candidate(given),
        "context": None if given.context is None else _context(given.context),
        "rubric": _rubric(given.rubric),
        "profile": _profile(given.profile),
        "total": score_part(given.assessed.total, given.rubric),
        "dimensions": [_dimension(given, each, register) for each in given.rubric.dimensions],
        "gates": [_gate(outcome) for outcome in given.assessed.gates],
        "recommendation": _recommendation(given),
        "decision": None if given.decision is None else _decision(given.decision, given),
        "contributions": contribution_parts(given),
        "stability": stability_part(given),
        "unknowns": unknown_parts(given),
        "sources": source_parts(register),
        "team": team_part(given),
        "people": [{"name": person.name, "role": person.role} for person in given.people],
        "events": [_event(event) for event in given.events],
        "log": None if given.log is None else _log(given.log),
        "digests": [{"label": label, "hex": value} for label, value in sorted(given.digests.items())],
    }
    if given.staleness:
        snapshot["staleness"] = [{"text": each.text, "remedy": each.remedy} for each in given.staleness]
    snapshot["summary"] = summary(snapshot)
    return snapshot | dict(given.house)


def snapshot_bytes(given: ReportInput) -> bytes:
    """Return the canonical bytes of the snapshot: what is stored, hashed, embedded and rendered."""
    return canonical.canonical_bytes(assessment_snapshot(given))


def _share(part: Fraction, whole: Fraction) -> Part:
    share = part / whole if whole else Fraction(0)
    return {"exact": exact_text(share), "shown": percent(share)}


def _fields(*pairs: tuple[str, str]) -> list[Part]:
    return [{"label": label, "value": value} for label, value in pairs if value]


def _candidate(given: ReportInput) -> Part:
    candidate = given.candidate
    hosting = ", ".join(_place(country) for country in candidate.hosting_countries)
    return {
        "name": candidate.name,
        "model": candidate.model,
        "at": f"{candidate.version} on {candidate.host}",
        "fields": _fields(
            ("Model", candidate.model),
            ("Exact version", candidate.version),
            ("Developer", f"{candidate.developer} ({candidate.developer_country.upper()})"),
            ("Route", f"{candidate.route.value.replace('-', ' ')}: {candidate.host}"),
            ("Prompts are handled in", hosting or "not known"),
            ("Weights", candidate.weights.value),
            ("Licence", candidate.licence),
            ("Version status", candidate.version_status(given.on).value.replace("-", " ")),
            ("Retires on", "" if candidate.retires_on is None else day(candidate.retires_on)),
            ("Note", candidate.note),
        ),
    }


def _place(country: str) -> str:
    return "own machines" if country == "own" else country.upper()


def _jurisdiction(identifier: str) -> str:
    name = identifier.replace("-", " ")
    return name.upper() if len(name) == len("EU") else name.title()


def _context(context: Context) -> Part:
    budget = context.budget_per_month
    return {
        "title": context.title,
        "fields": _fields(
            ("Use", context.title),
            ("Purpose", context.purpose),
            ("Data class", context.data_class.value),
            ("Exposure", context.exposure.value.replace("-", " ")),
            ("Buyer", context.buyer.value.replace("-", " ")),
            ("Jurisdictions", ", ".join(_jurisdiction(each.value) for each in context.jurisdictions)),
            ("Languages", ", ".join(context.languages)),
            ("Input tokens a month", grouped(context.input_tokens_per_month)),
            ("Output tokens a month", grouped(context.output_tokens_per_month)),
            ("Budget a month", "" if budget is None else f"US$ {grouped(budget)}"),
        ),
    }


def _rubric(rubric: Rubric) -> Part:
    bounds = [*(band.from_score for band in rubric.bands[1:]), Fraction(100)]
    half_widths = [
        f"{confidence} ±{one_decimal(width)}" for confidence, width in rubric.confidence_half_width.items()
    ]
    return {
        "id": rubric.id,
        "version": rubric.version,
        "title": rubric.title,
        "description": rubric.description,
        "digest": rubric.digest,
        "criteria": sum(1 for _ in rubric.criteria()),
        "minimum_coverage": percent(rubric.minimum_coverage),
        "geometric": rubric.aggregation is Aggregation.GEOMETRIC,
        "half_widths": ", ".join(half_widths),
        "thresholds": {
            "approve": _floor_words(rubric.thresholds.approve.total, rubric.thresholds.approve.dimension),
            "conditions": _floor_words(
                rubric.thresholds.conditions.total, rubric.thresholds.conditions.dimension
            ),
            "reject_below": one_decimal(rubric.thresholds.reject_below),
        },
        "bands": [
            {
                "id": band.id,
                "name": band.name,
                "from": number(band.from_score),
                "to": number(upper),
                "rank": rank,
            }
            for rank, (band, upper) in enumerate(zip(rubric.bands, bounds, strict=True))
        ],
    }


def _floor_words(total: Fraction, dimension: Fraction) -> Part:
    return {"total": one_decimal(total), "dimension": one_decimal(dimension)}


def _profile(profile: Profile) -> Part:
    return {"id": profile.id, "name": profile.name, "trade": profile.trade}


def _dimension(given: ReportInput, dimension: Dimension, register: Register) -> Part:
    weights = given.profile.weights
    return {
        "id": dimension.id,
        "name": dimension.name,
        "question": dimension.question,
        "weight": _share(weights.get(dimension.id, Fraction(0)), sum(weights.values(), Fraction(0))),
        "score": score_part(given.assessed.dimensions[dimension.id], given.rubric),
        "criteria": [
            {
                **criterion_part(criterion, given.answers.get(criterion.id), register),
                "weight": _share(
                    criterion.weight, sum((each.weight for each in dimension.criteria), Fraction(0))
                ),
                "score": score_part(given.assessed.criteria[criterion.id], given.rubric),
                "opinions": opinions_part(given, criterion),
            }
            for criterion in dimension.criteria
        ],
    }


def _gate(outcome: GateOutcome) -> Part:
    gate = outcome.gate
    return {
        "id": gate.id,
        "text": gate.text,
        "state": outcome.state.value,
        "words": _GATE_WORDS[outcome.state],
        "effect": gate.effect.value,
        "condition": gate.condition,
        "because": outcome.because,
    }


def _recommendation(given: ReportInput) -> Part:
    return {
        "id": given.assessed.recommendation.value,
        "words": RECOMMENDATION_WORDS[given.assessed.recommendation],
        "because": list(given.assessed.because),
    }


def _decision(decision: ReportedDecision, given: ReportInput) -> Part:
    return {
        "id": decision.outcome.value,
        "words": RECOMMENDATION_WORDS[decision.outcome],
        "departs": decision.outcome is not given.assessed.recommendation,
        "at": instant_iso(decision.decided_at),
        "shown": instant(decision.decided_at),
        "by": decision.decided_by,
        "reason": decision.reason,
        "conditions": [
            {"text": each.text, "owner": each.owner, "due": None if each.due_on is None else day(each.due_on)}
            for each in decision.conditions
        ],
        "expires": None if decision.expires_on is None else day(decision.expires_on),
    }


def _event(event: Event) -> Part:
    return {
        "at": instant_iso(event.at),
        "shown": instant(event.at),
        "who": event.who,
        "did": event.did,
        "seq": event.seq,
    }


def _log(log: LogPosition) -> Part:
    position: Part = {"seq": log.seq, "entry_hash": log.entry_hash}
    if log.witnessed is not None:
        found = log.witnessed
        position["checkpoint"] = {
            "size": found.size,
            "root": found.root,
            "at": instant_iso(found.at),
            "shown": instant(found.at),
            "note": found.note,
            "proof": list(found.proof),
        }
    return position
