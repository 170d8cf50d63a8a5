"""How entries of the log read on pages: who, what it is about, and where that is shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from riskapp.storage.assessments import references
from riskapp.storage.log import LogEntry
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import may_open
from riskapp.web.words import words

_PLACES = {
    "evidence": ("evidence.show", "evidence_id"),
    "candidate": ("candidates.show", "candidate_id"),
    "context": ("contexts.show", "context_id"),
    "fact": ("facts.show", "fact_id"),
    "rubric-release": ("rubrics.show", "release_id"),
    "user": ("administration.person", "user_id"),
}
"""Where a subject of each kind is shown, and by which part of the address."""

_IN_ASSESSMENT = frozenset({"sheet", "decision", "snapshot", "report"})
_FINDINGS = frozenset({"finding", "finding-act"})
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry with its words; `address` shows the subject to this visitor, None where nothing does."""

    entry: LogEntry
    who: str
    about: str
    address: str | None
    reference: str | None


def shown_entries(entries: Sequence[LogEntry]) -> tuple[ShownEntry, ...]:
    """Return the entries with their words, names looked up for all at once."""
    connection = product.reading()
    people = {each.actor_id for each in entries}
    people |= {each.subject_id for each in entries if each.subject_kind == "user"}
    names = user_names(connection, people)
    called = references(connection, {each.assessment_id for each in entries})
    return tuple(
        ShownEntry(
            entry=entry,
            who=names.get(entry.actor_id, entry.actor_id) if entry.actor_id else "the service",
            about=_about(entry, names, called),
            address=_address(entry),
            reference=called.get(entry.assessment_id or ""),
        )
        for entry in entries
    )


def _about(entry: LogEntry, names: dict[str, str], called: dict[str, str]) -> str:
    kind, subject = entry.subject_kind, entry.subject_id
    if kind == "user":
        return names.get(subject, subject)
    if kind == "assessment":
        return called.get(subject, subject)
    if kind in _FINDINGS:
        return f"finding F-{entry.body['details']['number']:04d}"
    shown = subject if kind in {"draft", "page", "address"} else subject[:_SHORT]
    return f"{words(kind)} {shown}"


def _address(entry: LogEntry) -> str | None:
    kind, subject = entry.subject_kind, entry.subject_id
    if kind == "assessment":
        return url_for("audit.assessment", assessment_id=subject)
    if kind in _IN_ASSESSMENT and entry.assessment_id:
        return url_for("audit.assessment", assessment_id=entry.assessment_id, _anchor=f"{kind}-{subject}")
    if kind in _FINDINGS:
        return url_for("findings.show", number=entry.body["details"]["number"])
    endpoint, name = _PLACES.get(kind, ("", ""))
    where: dict[str, Any] = {name: subject}
    return url_for(endpoint, **where) if endpoint and may_open(endpoint) else None


def details_of(entry: LogEntry) -> list[tuple[str, str]]:
    """Return the details of an entry as name and text; what is not text stands as JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
        for name, value in entry.body["details"].items()
    ]
