"""The register of sources in a snapshot: numbered, linked both ways, claims beside what checks them."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from riskapp.domain.report import ReportInput, Source
from riskapp.domain.rubric import Rubric
from riskapp.domain.shown import day, grouped, instant_iso

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Register:
    """Sources by id, for each the ids of the criteria whose answers cite it, and the place of each criterion.

    A place is the number of the dimension and that of the criterion in it, from 1: `2.5`.
    """

    sources: dict[str, Source]
    cited_by: dict[str, tuple[str, ...]]
    places: dict[str, str]

    def numbers(self, ids: tuple[str, ...]) -> list[int]:
        """Return the numbers of these sources, rising, each once."""
        return sorted({self.sources[each].number for each in ids})


def register_of(given: ReportInput) -> Register:
    """Return the register: every source given, then what answers cite that was not given, under its id."""
    sources = {source.id: source for source in given.sources}
    next_number = max((source.number for source in given.sources), default=0) + 1
    cited_by: dict[str, list[str]] = {}
    for criterion in given.rubric.criteria():
        answer = given.answers.get(criterion.id)
        for source_id in () if answer is None else answer.evidence:
            if source_id not in sources:
                sources[source_id] = _named_only(source_id, next_number)
                next_number += 1
            cited_by.setdefault(source_id, []).append(criterion.id)
    cited = {key: tuple(dict.fromkeys(ids)) for key, ids in cited_by.items()}
    return Register(sources, cited, places_of(given.rubric))


def places_of(rubric: Rubric) -> dict[str, str]:
    """Return the place of each criterion by its id."""
    return {
        criterion.id: f"{outer}.{inner}"
        for outer, dimension in enumerate(rubric.dimensions, start=1)
        for inner, criterion in enumerate(dimension.criteria, start=1)
    }


def _named_only(source_id: str, number: int) -> Source:
    is_link = source_id.startswith(("https://", "http://"))
    return Source(id=source_id, number=number, title=source_id, url=source_id if is_link else "")


def source_parts(register: Register) -> list[Part]:
    """Return every source by number, each with the criteria that cite it and with what checks it."""
    return [
        _source(source, register)
        for source in sorted(register.sources.values(), key=lambda source: (source.number, source.id))
    ]


def _source(source: Source, register: Register) -> Part:
    return {
        "number": source.number,
        "title": source.title,
        "type": source.source_type.replace("_", " ").replace("-", " "),
        "publisher": source.publisher,
        "url": source.url,
        "as_of": source.as_of,
        "says": source.says,
        "verification": source.verification,
        "route": source.route.replace("_", " ").replace("-", " "),
        "note": source.note,
        "file": _file(source),
        "added": _added(source),
        "cited_by": [
            {"id": each, "place": register.places[each]} for each in register.cited_by.get(source.id, ())
        ],
        "check": _check(source, register),
    }


def _file(source: Source) -> Part | None:
    if not source.file_digest:
        return None
    size = "" if source.file_size is None else f"{grouped(source.file_size)} bytes"
    return {"name": source.file_name, "digest": source.file_digest, "size": size}


def _added(source: Source) -> Part | None:
    if not source.added_by:
        return None
    at = source.added_at
    return {
        "by": source.added_by,
        "at": None if at is None else instant_iso(at),
        "shown": "" if at is None else day(at.astimezone(UTC).date()),
    }


def _check(source: Source, register: Register) -> Part | None:
    if source.compared_with is None or source.finding is None:
        return None
    better = register.sources[source.compared_with]
    return {
        "finding": source.finding.value,
        "reading": source.finding_note,
        "number": better.number,
        "title": better.title,
        "publisher": better.publisher,
        "says": better.says,
        "url": better.url,
    }
