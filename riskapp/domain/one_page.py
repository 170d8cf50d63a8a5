"""The decision on one page: what a reader with a minute needs, picked from the frozen content of the report.

Everything is a function of the snapshot and of the report that was issued from it: nothing is scored anew,
and where the page has no room it says how much more the report holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from riskapp.domain.shown import instant

Part = dict[str, Any]

FORMAT = "riskapp-one-page/1"
"""Names the shape; a changed shape gets a new number."""

MOST_DIMENSIONS = 6
MOST_GATES = 3
MOST_CONDITIONS = 4
MOST_UNKNOWNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FullReport:
    """The report that was issued from the snapshot: the SHA-256 of its PDF, its pages, and when."""

    pdf: str
    pages: int
    issued_at: datetime


def one_page(snapshot: Part, digest: str, issued: FullReport | None) -> Part:
    """Return what the page says about a decided assessment; `digest` is the SHA-256 of its snapshot.

    Raises ValueError for a snapshot without a decision.
    """
    if snapshot["decision"] is None:
        message = f"nothing is decided on {snapshot['reference']}"
        raise ValueError(message)
    decision, rubric = snapshot["decision"], snapshot["rubric"]
    return {
        "format": FORMAT,
        "title": f"Decision on {snapshot['candidate']['name']}",
        **{key: snapshot[key] for key in ("reference", "organisation", "made", "total")},
        **({"house": snapshot["house"]} if "house" in snapshot else {}),
        "candidate": {key: snapshot["candidate"][key] for key in ("name", "model", "at")},
        "context": None if snapshot["context"] is None else snapshot["context"]["title"],
        "rubric": {key: rubric[key] for key in ("title", "version", "criteria", "bands")},
        "profile": snapshot["profile"]["name"],
        "decision": {key: value for key, value in decision.items() if key != "conditions"},
        "recommendation": snapshot["recommendation"]["words"],
        "firmness": snapshot.get("stability", {}).get("headline", ""),
        **_first("dimensions", snapshot["dimensions"], MOST_DIMENSIONS, keys=("name", "score")),
        **_first("gates", _spoke(snapshot), MOST_GATES, keys=("text", "state", "words", "because")),
        **_first("conditions", decision["conditions"], MOST_CONDITIONS, keys=("text", "owner", "due")),
        **_first(
            "unknowns",
            snapshot["unknowns"],
            MOST_UNKNOWNS,
            keys=("name", "dimension", "state", "reason", "dimension_points", "total_points"),
        ),
        "full": _full(snapshot["log"], digest, issued),
    }


def _spoke(snapshot: Part) -> list[Part]:
    """Return the gates that are tripped, then those that cannot be decided."""
    wanted = ("tripped", "undecided")
    return [gate for state in wanted for gate in snapshot["gates"] if gate["state"] == state]


def _full(log: Part | None, digest: str, issued: FullReport | None) -> Part:
    """Return where the full report is: its digests, and the place of the decision in the log."""
    return {
        "snapshot": digest,
        "pdf": None if issued is None else issued.pdf,
        "pages": None if issued is None else issued.pages,
        "issued": None if issued is None else instant(issued.issued_at),
        "log": None if log is None else {"seq": log["seq"], "checkpoint": _checkpoint(log)},
    }


def _first(name: str, parts: Sequence[Part], most: int, *, keys: Sequence[str]) -> Part:
    """Return the first parts under a name, and under `more_` and the name how many are left out."""
    chosen = [{key: each[key] for key in keys} for each in parts[:most]]
    return {name: chosen, f"more_{name}": max(0, len(parts) - most)}


def _checkpoint(log: Part) -> Part | None:
    found = log.get("checkpoint")
    return None if found is None else {key: found[key] for key in ("size", "root")}
