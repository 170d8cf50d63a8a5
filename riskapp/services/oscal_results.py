"""One assessment of an audit package as OSCAL assessment results, which governance tools read (decision 15).

Every UUID follows from the id of the record that it stands for (UUID 5), so the same record has the same one
in every package. People are ids, as in the log.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.findings import FollowUp, State, state_after

OSCAL_VERSION = "1.2.1"
SPACE = uuid5(NAMESPACE_URL, "urn:riskapp:oscal")
NAMES = "urn:riskapp:names"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Part = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedAssessment:
    """What the package holds of one assessment: its rows, its findings, its rubric as published.

    `files` maps ids of evidence items to their place beside the document.
    """

    reference: str
    rows: Rows
    findings: Rows
    rubric: Mapping[str, Any]
    files: Mapping[str, str]


def uuid_of(kind: str, record_id: str) -> str:
    """Return the UUID of a record."""
    return str(uuid5(SPACE, f"{kind}:{record_id}"))


def assessment_results(packed: PackedAssessment) -> Part:
    """Return the document. It says nothing of when it was made: equal records give equal bytes."""
    result, resources = _result(packed), list(_resources(packed))
    digest = sha256_hex(canonical_bytes(result))
    parties = [
        {"uuid": uuid_of("person", each), "type": "person", "props": [_prop("person-id", each)]}
        for each in sorted(set(_people(packed)))
    ]
    return {
        "assessment-results": {
            "uuid": uuid_of("results", digest),
            "metadata": {
                "title": f"Assessment {packed.reference} of a language model",
                "last-modified": _last_change(packed),
                "version": digest,
                "oscal-version": OSCAL_VERSION,
                "roles": [{"id": "approver", "title": "Approver"}],
                "parties": parties,
            },
            "import-ap": {"href": f"#{resources[0]['uuid']}"},
            "results": [result],
            "back-matter": {"resources": resources},
        }
    }


def _last_change(packed: PackedAssessment) -> str:
    """Return the instant of the last thing that was recorded of what the document says."""
    instants = [row["at"] for row in packed.rows["stage_change"]]
    instants += [row["added_at"] for row in packed.rows["evidence"]]
    instants += [row["raised_at"] for row in packed.findings["audit_finding"]]
    return str(max([*instants, *(row["at"] for row in packed.findings["finding_act"])]))


def _prop(name: str, value: object) -> Part:
    return {"name": name, "ns": NAMES, "value": _line(str(value))}


def _line(text: str) -> str:
    return " ".join(text.split()) or "none"


def _people(packed: PackedAssessment) -> Iterator[str]:
    yield packed.rows["assessment"][0]["created_by"]
    yield from (row["assessor_id"] for row in packed.rows["sheet"])
    yield from (row["decided_by"] for row in packed.rows["decision"])
    yield from (row["owner_id"] for row in packed.findings["audit_finding"])


def _result(packed: PackedAssessment) -> Part:
    (assessment,) = packed.rows["assessment"]
    (candidate,) = packed.rows["candidate_revision"]
    (context,) = packed.rows["context_revision"]
    stages = packed.rows["stage_change"]
    latest = _latest_sheet(packed)
    result: Part = {
        "uuid": uuid_of("assessment", assessment["id"]),
        "title": _line(f"{packed.reference}: {candidate['model']} ({candidate['version']})"),
        "description": f"{candidate['model']} on {candidate['host']}, for: {context['title']}",
        "start": assessment["created_at"],
        "end": stages[-1]["at"],
        "props": [_prop("stage", stages[-1]["stage"]), _prop("profile", assessment["profile_id"])],
        "reviewed-controls": _reviewed(packed),
        "assessment-log": {"entries": [_stage_entry(each) for each in stages]},
    }
    observations = list(_observations(packed, latest)) if latest else []
    findings = [*(_gate_findings(latest) if latest else ()), *_audit_findings(packed)]
    risks = list(_risks(packed))
    attestations = [_attestation(each) for each in packed.rows["decision"]]
    for name, parts in (
        ("observations", observations),
        ("findings", findings),
        ("risks", risks),
        ("attestations", attestations),
    ):
        if parts:
            result[name] = parts
    return result


def _latest_sheet(packed: PackedAssessment) -> Mapping[str, Any] | None:
    """Return the sheet that was put forward last: in a team the consensus, not the sheet of one assessor."""
    forward = max(packed.rows["put_forward"], key=lambda row: row["at"], default=None)
    if forward is None:
        return None
    return next(row for row in packed.rows["sheet"] if row["id"] == forward["sheet_id"])


def _criteria(packed: PackedAssessment) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each for dimension in packed.rubric["dimensions"] for each in dimension["criteria"]}


def _reviewed(packed: PackedAssessment) -> Part:
    return {
        "description": f"The criteria of {packed.rubric['id']} {packed.rubric['version']}.",
        "control-selections": [
            {"include-controls": [{"control-id": criterion} for criterion in _criteria(packed)]}
        ],
    }


def _stage_entry(row: Mapping[str, Any]) -> Part:
    return {
        "uuid": uuid_of("stage", row["id"]),
        "title": _line(row["stage"].replace("-", " ")),
        "description": row["reason"] or "No reason was needed.",
        "start": row["at"],
        "end": row["at"],
    }


def _observations(packed: PackedAssessment, sheet: Mapping[str, Any]) -> Iterator[Part]:
    """Yield one observation per answer of a sheet, in the order of the rubric, with what it rests on."""
    scores = json.loads(sheet["result"])["criteria"]
    answers = {
        row["criterion_id"]: row for row in packed.rows["sheet_answer"] if row["sheet_id"] == sheet["id"]
    }
    titles = {row["id"]: row["title"] for row in packed.rows["evidence"]}
    for criterion_id, criterion in _criteria(packed).items():
        answer = answers.get(criterion_id)
        if answer is None:
            continue
        shown = scores[criterion_id]["shown"]
        part: Part = {
            "uuid": uuid_of("answer", f"{sheet['id']}:{criterion_id}"),
            "title": _line(criterion["name"]),
            "description": answer["rationale"] or answer["reason"] or "No rationale was given.",
            "props": [
                _prop("criterion", criterion_id),
                _prop("kind", answer["kind"]),
                _prop("confidence", answer["confidence"]),
                _prop("score", shown["point"] or "not rated"),
                _prop("range", f"{shown['low']} to {shown['high']}"),
            ],
            "methods": ["EXAMINE"],
            "types": ["control-objective"],
            "collected": sheet["submitted_at"],
        }
        cited = [each for each in json.loads(answer["evidence"]) if each in titles]
        if cited:
            part["relevant-evidence"] = [
                {"href": f"#{uuid_of('evidence', each)}", "description": titles[each] or "Evidence"}
                for each in cited
            ]
        yield part


def _gate_findings(sheet: Mapping[str, Any]) -> Iterator[Part]:
    """Yield one finding per gate: satisfied where it is passed, not where it tripped or is undecided."""
    for gate in json.loads(sheet["result"])["gates"]:
        if gate["state"] == "not-in-context":
            continue
        passed = gate["state"] == "passed"
        yield {
            "uuid": uuid_of("gate", f"{sheet['id']}:{gate['id']}"),
            "title": _line(f"Gate {gate['id']}"),
            "description": f"{gate['text']} {gate['because']}".strip(),
            "props": [_prop("gate-state", gate["state"]), _prop("effect", gate["effect"])],
            "target": _target(gate["id"], satisfied=passed),
        }


def _target(target_id: str, *, satisfied: bool) -> Part:
    state = "satisfied" if satisfied else "not-satisfied"
    return {"type": "objective-id", "target-id": target_id, "status": {"state": state}}


def _audit_findings(packed: PackedAssessment) -> Iterator[Part]:
    """Yield what auditors found, each with its risk."""
    for row in packed.findings["audit_finding"]:
        state = _state(packed, row["id"])
        yield {
            "uuid": uuid_of("finding", row["id"]),
            "title": _line(f"F-{row['number']:04d}: {row['title']}"),
            "description": row["text"],
            "props": [
                _prop("classification", row["classification"]),
                _prop("state", state.value),
                _prop("about", row["kind"]),
                _prop("owner", row["owner_id"]),
            ],
            "target": _target(row["part"] or row["kind"], satisfied=state is State.CLOSED),
            "related-risks": [{"risk-uuid": uuid_of("risk", row["id"])}],
            "remarks": row["recommendation"],
        }


def _risks(packed: PackedAssessment) -> Iterator[Part]:
    for row in packed.findings["audit_finding"]:
        state = _state(packed, row["id"])
        yield {
            "uuid": uuid_of("risk", row["id"]),
            "title": _line(row["title"]),
            "description": row["text"],
            "statement": row["recommendation"],
            "status": {State.OPEN: "open", State.RESPONDED: "remediating", State.CLOSED: "closed"}[state],
            "deadline": f"{row['due_on']}T23:59:59Z",
        }


def _state(packed: PackedAssessment, finding_id: str) -> State:
    acts = sorted(
        (row for row in packed.findings["finding_act"] if row["finding_id"] == finding_id),
        key=lambda row: row["number"],
    )
    return state_after([FollowUp(row["act"]) for row in acts])


def _attestation(row: Mapping[str, Any]) -> Part:
    return {
        "responsible-parties": [
            {"role-id": "approver", "party-uuids": [uuid_of("person", row["decided_by"])]}
        ],
        "parts": [
            {
                "uuid": uuid_of("decision", row["id"]),
                "name": "decision",
                "ns": NAMES,
                "title": _line(row["outcome"].replace("-", " ")),
                "props": [
                    _prop("outcome", row["outcome"]),
                    _prop("recommendation", row["recommendation"]),
                    _prop("decided-at", row["decided_at"]),
                    _prop("expires-on", row["expires_on"] or "never"),
                ],
                "prose": row["reason"] or "No reason was needed.",
            }
        ],
    }


def _resources(packed: PackedAssessment) -> Iterator[Part]:
    """Yield the rubric as the plan, then every item of evidence with its place and digest."""
    name = f"{packed.rubric['id']}-{packed.rubric['version']}"
    yield {
        "uuid": uuid_of("rubric", name),
        "title": _line(f"{packed.rubric['title']} {packed.rubric['version']}"),
        "description": "The published rubric: what was to be assessed, and how.",
        "rlinks": [{"href": f"../../rubrics/{name}.json", "media-type": "application/json"}],
    }
    for row in packed.rows["evidence"]:
        part: Part = {
            "uuid": uuid_of("evidence", row["id"]),
            "title": _line(f"{packed.reference}, evidence {row['number']}: {row['title']}"),
            "description": row["excerpt"] or row["title"],
            "props": [_prop("source-type", row["source_type"])],
        }
        if row["id"] in packed.files:
            digest = {"algorithm": "SHA-256", "value": row["file_digest"]}
            part["rlinks"] = [{"href": packed.files[row["id"]], "hashes": [digest]}]
        elif row["url"]:
            part["rlinks"] = [{"href": row["url"]}]
        yield part
