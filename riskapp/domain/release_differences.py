"""What differs between two rubric releases as they were published, part by part and field by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
Part = tuple[str, str, Document]


class PartFate(StrEnum):
    """What the later release did to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that two texts say differently; an empty text stands for nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """One part that is new, gone or worded otherwise; `kind` is criterion, gate, profile and the like."""

    kind: str
    id: str
    name: str
    fate: PartFate
    fields: tuple[FieldChange, ...]


def release_differences(before: Document, after: Document) -> tuple[PartChange, ...]:
    """Return what differs between two releases as written, in the order of the later one, the gone last."""
    old = {(kind, part_id): part for kind, part_id, part in _parts(before)}
    new = {(kind, part_id): part for kind, part_id, part in _parts(after)}
    keys = [*new, *(key for key in old if key not in new)]
    found = []
    for kind, part_id in keys:
        was, now = old.get((kind, part_id)), new.get((kind, part_id))
        fields = changed_texts(was or {}, now or {})
        if was is None or now is None or fields:
            found.append(_change((kind, part_id), was, now, fields))
    return tuple(found)


def _change(
    key: tuple[str, str], was: Document | None, now: Document | None, fields: tuple[FieldChange, ...]
) -> PartChange:
    fate = PartFate.ADDED if was is None else PartFate.REMOVED if now is None else PartFate.CHANGED
    kind, part_id = key
    named = now or was or {}
    return PartChange(
        kind=kind,
        id=part_id,
        name=str(named.get("name") or named.get("title") or part_id),
        fate=fate,
        fields=fields,
    )


def _parts(document: Document) -> Iterator[Part]:
    """Yield each part by kind and id, without the parts inside it, so that a change is told once."""
    rest = {
        name: value
        for name, value in document.items()
        if name not in {"dimensions", "gates", "bands", "profiles"}
    }
    yield "release", str(document["id"]), rest
    for dimension in document["dimensions"]:
        own = {name: value for name, value in dimension.items() if name != "criteria"}
        yield "dimension", dimension["id"], own
        for criterion in dimension["criteria"]:
            yield "criterion", criterion["id"], {**criterion, "dimension": dimension["id"]}
    for kind in ("gate", "band", "profile"):
        for part in document.get(f"{kind}s", ()):
            yield kind, part["id"], part


def changed_texts(before: Document, after: Document) -> tuple[FieldChange, ...]:
    """Return the fields that differ, as text, in the order of the later one; what is no text is JSON."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        FieldChange(name, _text(before.get(name)), _text(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
